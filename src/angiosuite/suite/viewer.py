"""Between detector and monitor: how a frame is shown when it is more than a plain picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .settings import Settings

Image = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame on its way to the monitor.

    Parameters
    ----------
    read : float32 (rows, columns)
        Detector frame in units of the wanted signal.
    stored : uint16 (rows, columns) or None
        The frame at 12 bits, where it is kept.
    noise : float
        Relative standard deviation of a pixel at signal 1.
    opening : float32 (rows, columns)
        Share of each pixel that the collimator leaves open.
    settings : Settings
        What a person set.
    view : mapping
        Pose, field and matrix: frames of equal views may be subtracted.
    plain : callable
        Makes the plain picture.
    """

    read: Image
    stored: NDArray[np.uint16] | None
    noise: float
    opening: Image
    settings: Settings
    view: Mapping[str, Any]
    plain: Callable[[], NDArray[np.uint8]]


class Viewer(Protocol):
    """Shows frames in its own way: a run that is subtracted, a roadmap."""

    def show(self, seen: Seen) -> NDArray[np.uint8] | None:
        """The picture, uint8 (rows, columns); None where the plain one is to be shown."""


class PlainView:
    """No way of its own: fluoroscopy and shots as the display shows them."""

    def show(self, seen: Seen) -> NDArray[np.uint8] | None:
        """Always None."""
        return None
