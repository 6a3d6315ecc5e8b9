"""A run while it is made: when its frames fall, its technique, its mask, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.imaging.detector import from_twelve_bits
from angiosuite.imaging.exposure_control import Pulse
from angiosuite.imaging.subtraction import SubtractionDisplay, logs_of, mask_of, subtract

from .acquisition import Acquisition
from .pulse_state import restored_pulse
from .viewer import Seen

Image = NDArray[np.float32]
ReadFrame = Callable[[int], NDArray[np.uint16]]

SETTLED = 0.08
"""Departure from the wanted signal at which the technique counts as found."""
SETTLING_FRAMES = 3
"""Frames after which a run takes the technique that it has."""


class Running:
    """One run from the first exposure to the last.

    Parameters
    ----------
    number : int
        Its number in the session.
    acquisition : Acquisition
        What was chosen when the pedal went down.
    locks : bool
        Whether the technique is held once found, so that mask and filling match.
    read_frame : callable
        A stored frame of this run by its number.
    """

    def __init__(self, number: int, acquisition: Acquisition, locks: bool, read_frame: ReadFrame) -> None:
        self.number = number
        self.acquisition = acquisition
        self.locks = locks
        self.frames = 0
        self.first_us: int | None = None
        self.locked: Pulse | None = None
        self.settled_at: int | None = None
        """Number of the first frame whose exposure was right."""
        self.mask: tuple[int, ...] = ()
        self.shift_px = (0.0, 0.0)
        self.landmark = 0.0
        self._read_frame = read_frame
        self._mask_log: Image | None = None
        self._display: SubtractionDisplay | None = None

    # ---- time -------------------------------------------------------------------------------------

    def since_s(self, now_us: int) -> float:
        """Time since the first exposure, seconds; 0 before it."""
        return 0.0 if self.first_us is None else (now_us - self.first_us) * 1e-6

    def next_us(self, now_us: int) -> int | None:
        """When the frame after the one made now is due, microseconds; None when the run is over."""
        assert self.first_us is not None
        t_s = self.since_s(now_us)
        number, phase, ends_s = self.acquisition.phase_at(t_s)
        next_s = t_s + 1.0 / phase.rate_hz
        if ends_s is not None and number < len(self.acquisition.phases) - 1:
            next_s = min(next_s, ends_s)
        if next_s > self.acquisition.total_s - 1e-6:
            return None
        return self.first_us + round(next_s * 1e6)

    # ---- frames -----------------------------------------------------------------------------------

    def took(self, level: float, pulse: Pulse) -> bool:
        """A frame was made; whether exposure control was still finding its technique.

        Parameters
        ----------
        level : float
            Measured signal over the wanted one.
        pulse : Pulse
            The technique that made it.
        """
        self.frames += 1
        if self.settled_at is None:
            right = abs(level - 1.0) <= SETTLED or self.frames > SETTLING_FRAMES
            if right:
                self.settled_at = self.frames
                if self.locks:
                    self.locked = pulse
        return self.settled_at is None

    def wants_mask(self) -> bool:
        """Whether the frames that are to be the mask have just become complete."""
        choice = self.acquisition.mask
        if choice.when != "first" or self.mask or self.settled_at is None:
            return False
        return self.frames >= self.settled_at + choice.frame + choice.count - 2

    def first_mask(self) -> tuple[int, ...]:
        """Numbers of the frames that are the mask."""
        assert self.settled_at is not None
        begin = self.settled_at + self.acquisition.mask.frame - 1
        return tuple(range(begin, begin + self.acquisition.mask.count))

    def set_mask(self, numbers: tuple[int, ...]) -> None:
        """Take the mean of these frames as the mask from now on."""
        self.mask = numbers
        self._mask_log = None
        if self._display is not None:
            self._display.restart()

    def show(self, seen: Seen) -> NDArray[np.uint8] | None:
        """The frame less the mask, uint8; None while there is no mask."""
        if not self.mask or seen.stored is None:
            return None
        if self._mask_log is None:
            self._mask_log = mask_of([from_twelve_bits(self._read_frame(n)) for n in self.mask])
        if self._display is None:
            self._display = SubtractionDisplay(seen.read.shape[0])
        diff = subtract(logs_of(seen.stored), self._mask_log, self.shift_px, self.landmark)
        return self._display.show(
            diff,
            window=seen.settings.window,
            level=seen.settings.level,
            invert=seen.settings.invert,
            noise=seen.noise,
            mask=seen.opening,
        )

    # ---- out --------------------------------------------------------------------------------------

    def about(self, now_us: int, waiting: bool) -> dict[str, Any]:
        """For the page."""
        t_s = self.since_s(now_us)
        number, phase, _ = self.acquisition.phase_at(t_s)
        takes_mask = self.acquisition.mask.when == "first" and not self.mask
        return {
            "number": self.number,
            "kind": self.acquisition.kind,
            "title": self.acquisition.title,
            "frames": self.frames,
            "t_s": round(t_s, 1),
            "rate_hz": phase.rate_hz,
            "phase": number,
            "subtracted": bool(self.mask),
            "waiting": "xray-delay" if waiting else "mask" if takes_mask else None,
            "remaining_s": round(max(self.acquisition.total_s - t_s, 0.0), 1),
        }

    def state(self) -> dict[str, Any]:
        """Everything that the next frame depends on; frames of the mask are read again."""
        return {
            "number": self.number,
            "acquisition": self.acquisition.as_dict(),
            "locks": self.locks,
            "frames": self.frames,
            "first_us": self.first_us,
            "locked": None if self.locked is None else asdict(self.locked),
            "settled_at": self.settled_at,
            "mask": list(self.mask),
            "shift_px": list(self.shift_px),
            "landmark": self.landmark,
            "display": None if self._display is None else self._display.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`; number and acquisition are those it was made with."""
        self.frames, self.first_us, self.settled_at = state["frames"], state["first_us"], state["settled_at"]
        self.locked = None if state["locked"] is None else restored_pulse(state["locked"])
        self.mask, self.landmark = tuple(state["mask"]), state["landmark"]
        x, y = state["shift_px"]
        self.shift_px = (x, y)
        if state["display"] is not None:
            self._display = SubtractionDisplay(self.acquisition.matrix)
            self._display.restore(state["display"])
