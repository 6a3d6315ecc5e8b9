"""Pulses whose pictures were not drawn: what a picture needs is kept and drawn when somebody asks.

Asking changes nothing that comes later. The panel's traps fill as if what the first kept pulse shows had been
there since the last picture that was drawn, so against a session that draws every picture the held image
differs by the lag of what moved or closed before (``docs/explain/headless.md``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.imaging.detector import Detector
from angiosuite.imaging.exposure_control import Pulse

from .collimator import Blades, Wedge
from .moment import Moment, plain_moment, restored_moment
from .phantom import Phantom
from .pose import Pose
from .pulse_state import restored_pulse
from .settings import Settings

Image = NDArray[np.float32]

HELD_FRAMES = 4
"""Frames that a held image averages at most."""
WARM_UP = 1
"""Frames before these, from which the panel's fast trap (0.1 s) carries something into them."""


@dataclass(frozen=True, slots=True)
class Undrawn:
    """What the picture of one pulse needs.

    Parameters
    ----------
    t_us : int
        Simulated time, microseconds.
    pose, settings, blades, wedges, moment
        How the room stood.
    matrix : int
        Rows and columns.
    quality : {"full", "draft"}
        Projector.
    frame : int
        Index of the frame, keys the noise.
    pulse : Pulse
        Technique, found by exposure control.
    phantom : Phantom or None
        Test phantom in the beam.
    """

    t_us: int
    pose: Pose
    settings: Settings
    blades: Blades
    wedges: tuple[Wedge, ...]
    moment: Moment
    matrix: int
    quality: Literal["full", "draft"]
    frame: int
    pulse: Pulse
    phantom: Phantom | None

    @property
    def view(self) -> tuple[object, ...]:
        """Frames of equal views are averaged in a held image."""
        return self.pose, self.settings.fov_cm, self.matrix

    def plain(self) -> dict[str, Any]:
        """Plain values, exact."""
        return {
            "t_us": self.t_us,
            "pose": self.pose.as_exact(),
            "settings": self.settings.as_exact(),
            "blades": [self.blades.left, self.blades.right, self.blades.top, self.blades.bottom],
            "wedges": [[w.side, w.insert, w.angle_deg] for w in self.wedges],
            "moment": plain_moment(self.moment),
            "matrix": self.matrix,
            "quality": self.quality,
            "frame": self.frame,
            "pulse": asdict(self.pulse),
            "phantom": None if self.phantom is None else self.phantom.id,
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any], phantom: Callable[[str], Phantom]) -> Undrawn:
        """The pulse that :meth:`plain` made plain."""
        return cls(
            t_us=plain["t_us"],
            pose=Pose(**plain["pose"]),
            settings=Settings(**plain["settings"]),
            blades=Blades(*plain["blades"]),
            wedges=tuple(Wedge(*wedge) for wedge in plain["wedges"]),
            moment=restored_moment(plain["moment"]),
            matrix=plain["matrix"],
            quality=plain["quality"],
            frame=plain["frame"],
            pulse=restored_pulse(plain["pulse"]),
            phantom=None if plain["phantom"] is None else phantom(plain["phantom"]),
        )


@dataclass(frozen=True, slots=True)
class Developed:
    """A kept pulse, drawn: the panel's frame, the noise of a pixel at signal 1, the collimator's opening."""

    pulse: Undrawn
    read: Image
    noise: float
    opening: Image


Develop = Callable[[Undrawn, Detector, float], tuple[Image, float, Image]]
"""Draws one pulse with a panel, given the seconds since the pulse before it."""


class Darkroom:
    """The last pulses of one press.

    Parameters
    ----------
    develop : callable
        Draws a pulse.
    panel : callable
        A panel for the field of a pulse, and the seconds since it was last read out.
    """

    def __init__(self, develop: Develop, panel: Callable[[Undrawn], tuple[Detector, float]]) -> None:
        self._develop = develop
        self._panel = panel
        self._kept: deque[Undrawn] = deque(maxlen=HELD_FRAMES + WARM_UP)
        self.asked_for = False
        """Whether a pulse of this press was not drawn when it was made."""

    def keep(self, pulse: Undrawn, drawn: bool) -> None:
        """Keep a pulse of fluoroscopy."""
        self._kept.append(pulse)
        self.asked_for = self.asked_for or not drawn

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self.asked_for = False

    @property
    def alike(self) -> int:
        """How many of the last pulses have one view, at most those of a held image."""
        count = 0
        for pulse in reversed(self._kept):
            if count == HELD_FRAMES or pulse.view != self._kept[-1].view:
                break
            count += 1
        return count

    def developed(self) -> Iterator[Developed]:
        """The last pulses of one view as the panel reads them, oldest first, after those that warm it up."""
        detector: Detector | None = None
        before: Undrawn | None = None
        alike = self.alike
        first = max(len(self._kept) - alike - WARM_UP, 0)
        for number, pulse in enumerate(self._kept):
            if number < first:
                continue
            if detector is None or before is None or before.view[1:] != pulse.view[1:]:
                detector, interval_s = self._panel(pulse)
            else:
                interval_s = (pulse.t_us - before.t_us) * 1e-6
            read, noise, opening = self._develop(pulse, detector, interval_s)
            if number >= len(self._kept) - alike:
                yield Developed(pulse, read, noise, opening)
            before = pulse

    def state(self) -> dict[str, Any]:
        """The kept pulses."""
        return {"kept": [pulse.plain() for pulse in self._kept], "asked_for": self.asked_for}

    def restore(self, state: Mapping[str, Any], phantom: Callable[[str], Phantom]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._kept.clear()
        self._kept.extend(Undrawn.of(plain, phantom) for plain in state["kept"])
        self.asked_for = state["asked_for"]
