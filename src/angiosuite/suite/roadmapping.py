"""Roadmap and overlay in a session: armed, made, shown over fluoroscopy, invalid once the view changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .viewer import Seen

if TYPE_CHECKING:
    from .session import Session


class RoadmapTool:
    """The roadmap of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.fade = 0.7

    @property
    def is_active(self) -> bool:
        """Whether fluoroscopy makes or shows a roadmap."""
        return False

    def arm(self) -> None:
        """The next fluoroscopy makes a roadmap."""

    def overlay(self, run: int, frame: int | None) -> None:
        """A run's vessels over fluoroscopy."""

    def off(self) -> None:
        """No roadmap."""

    def pressed(self) -> None:
        """Fluoroscopy begins."""

    def released(self) -> None:
        """Fluoroscopy ended."""

    def show(self, seen: Seen) -> NDArray[np.uint8] | None:
        """The frame under the roadmap; None where the plain picture is to be shown."""
        return None

    def about(self) -> dict[str, Any]:
        """For the page."""
        return {"state": "off", "kind": "roadmap", "fade": self.fade, "reason": "", "run": None}

    def told(self, own_view: bool) -> tuple[int, dict[str, Any]]:
        """Bits of the frame's header and facts of a frame that was made under the roadmap."""
        return 0, {}

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays."""
        return {"fade": self.fade}, {}

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.fade = plain["fade"]
