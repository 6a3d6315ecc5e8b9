"""Roadmap: live fluoroscopy less a mask, with the vessels that one injection has shown laid in.

How a session uses it::

    roadmap = Roadmap(rows)                     # armed
    roadmap.begin()                             # fluoroscopy pedal down; state "making" or "live"
    picture = roadmap.show(read, view, noise=noise, fade=fade, mask=opening)
    #   every frame; None: show the plain picture (the first frames, which settle and become the mask; or
    #   `roadmap.state == "invalid"`, and `roadmap.reason` says why in words)
    roadmap.end()                               # pedal up: "making" becomes "ready", or "armed" if too short
    roadmap.begin()                             # next press: "live"
    roadmap.check(view)                         # at any time, also without X-rays: "" or why it is invalid

    vessels = VesselMap.of(peak_or_diff, view, pixel_mm)      # overlay (fluoro fade) of a run's frame
    if not vessels.valid_for(view):             # "" or the reason
        picture = vessels.on(rows, pixel_mm).over(plain_picture, fade)   # keep `on`'s result per field
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.imaging.display import CELLS, filter_and_log
from angiosuite.imaging.opacification import PeakOpacification
from angiosuite.imaging.subtraction import SubtractionDisplay, mask_of, subtract
from angiosuite.imaging.vessel_map import Image, VesselMap, View, changed_view
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.threads import share

RoadmapState = Literal["armed", "making", "ready", "live", "invalid"]

SETTLING_FRAMES = 4
"""Frames of a press that exposure control may need and that are no mask."""
MASK_FRAMES = 4
"""Frames whose mean is the mask."""
_NEW_WEIGHT = 0.35
"""Weight of a new frame in the recursive filter; what moves comes through at once."""
_LIFT = 0.4
"""Log contrast by which a vessel is lightened at full fade."""
TOO_SHORT = "The press ended before the mask was complete"


class Roadmap:
    """Pictures of one roadmap, from the press that makes it to those that use it.

    Parameters
    ----------
    rows : int
        Rows and columns of the frames, a multiple of 64.

    Notes
    -----
    **Model**: the mean of four settled frames is the mask; the lowest value of each pixel through the rest of
    the press is the vessel map. Then each frame, calmed by a recursive filter that lets movement through,
    less the mask and plus the map: vessels are light, a wire is dark.
    Held by ``tests/imaging/test_roadmap.py``.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.state: RoadmapState = "armed"
        self.reason = ""
        """Why there is no roadmap (invalid, or armed again), in words."""
        self.view: View | None = None
        self._mask_frames: list[Image] = []
        self._mask: Image | None = None
        self._peak = PeakOpacification()
        self._vessels: VesselMap | None = None
        self._display = SubtractionDisplay(rows)
        self._frames = 0
        self._fresh = True
        self._kept = np.zeros((rows, rows), np.float32)
        self._log = np.zeros((rows, rows), np.float32)
        self._cells = np.zeros((CELLS, CELLS), np.float32)

    def begin(self) -> None:
        """The fluoroscopy pedal went down: an armed roadmap is made, a ready one is used."""
        self._fresh = True
        if self.state == "armed":
            self.state, self.view, self.reason = "making", None, ""
            self._frames = 0
            self._mask_frames, self._mask, self._peak = [], None, PeakOpacification()
            self._display.restart()
        elif self.state == "ready":
            self.state = "live"
            self._display.restart()

    def end(self) -> None:
        """The pedal went up."""
        if self.state == "making":
            if self._peak.frames and self.view is not None:
                self._vessels = VesselMap.of(self._peak.peak(), self.view, 1.0)
                self.state = "ready"
            else:
                self.state, self.reason, self.view = "armed", TOO_SHORT, None
        elif self.state == "live":
            self.state = "ready"

    def valid_for(self, view: View) -> str:
        """Why the roadmap does not lie on this view, in words; empty where it does or is yet to be made."""
        return "" if self.view is None else changed_view(self.view, view, same_field=True)

    def check(self, view: View) -> str:
        """Whether a view still is the roadmap's: the reason why not, and the state becomes "invalid"."""
        self._is_lost(view)
        return self.reason if self.state == "invalid" else ""

    def _is_lost(self, view: View) -> bool:
        if self.state in ("making", "ready", "live") and (reason := self.valid_for(view)):
            self.state, self.reason = "invalid", reason
        return self.state == "invalid"

    def show(
        self,
        read: Image,
        view: View,
        *,
        noise: float,
        fade: float,
        mask: Image | None = None,
        window: float = 1.0,
        level: float = 0.0,
    ) -> NDArray[np.uint8] | None:
        """The frame as the monitor shows it, uint8; None where the plain picture is to be shown.

        Parameters
        ----------
        read : float32 (rows, columns)
            Detector frame in units of the wanted signal.
        view : mapping
            Pose and field of the frame (see `vessel_map.changed_view`).
        noise : float
            Relative standard deviation of a pixel at signal 1.
        fade : float
            Strength of the vessels, 0 to 1.
        mask : float32 (rows, columns), optional
            Share of each pixel that the collimator leaves open.
        window, level : float
            As of `SubtractionDisplay.show`.
        """
        if self.state not in ("making", "live") or self._is_lost(view):
            return None
        if read.shape != self._kept.shape:
            raise WrongUse("Frame and roadmap differ in size", code="bad-frame", value=list(read.shape))
        if self.view is None:
            self.view = dict(view)
        if self._mask is None:
            self._frames += 1
            if self._frames > SETTLING_FRAMES:
                self._mask_frames.append(read)
            if len(self._mask_frames) == MASK_FRAMES:
                self._mask, self._mask_frames = mask_of(self._mask_frames), []
            return None
        diff = subtract(self._calmed(read, noise), self._mask)
        if self.state == "making":
            self._peak.add(diff)
            diff = self._peak.peak()
        elif self._vessels is not None:
            diff += self._vessels.opacity * np.float32(_LIFT * min(max(fade, 0.0), 1.0))
        left = noise * float(np.sqrt(_NEW_WEIGHT / (2.0 - _NEW_WEIGHT)))
        return self._display.show(diff, noise=left, window=window, level=level, mask=mask)

    def _calmed(self, read: Image, noise: float) -> Image:
        """Logarithm of the recursively filtered frame; valid until the next one."""
        kept, log, cells, first = self._kept, self._log, self._cells, self._fresh

        def strand(k: int, n: int) -> None:
            part = k * CELLS // n, (k + 1) * CELLS // n
            weight, deviation = np.float32(_NEW_WEIGHT), np.float32(max(noise, 1e-4))
            filter_and_log(read, kept, weight, deviation, first, log, cells, *part)

        share(strand)
        self._fresh = False
        return log

    def plain_state(self) -> dict[str, Any]:
        """Everything of the next picture that is no array."""
        return {
            "state": self.state,
            "reason": self.reason,
            "view": None if self.view is None else dict(self.view),
            "frames": self._frames,
            "fresh": self._fresh,
            "mask_frames": len(self._mask_frames),
            "peak_frames": self._peak.frames,
            "display": self._display.state(),
        }

    def arrays_state(self) -> dict[str, NDArray[np.float32]]:
        """Arrays that the next picture depends on."""
        arrays = {f"mask_{k}": frame for k, frame in enumerate(self._mask_frames)}
        if self._mask is not None:
            arrays["mask"] = self._mask
        if self._peak.frames and self.state == "making":
            arrays["peak"] = self._peak.peak().copy()
        if self._vessels is not None:
            arrays["vessels"] = self._vessels.opacity
        if not self._fresh:
            arrays["kept"] = self._kept.copy()
        return arrays

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Return to a state taken by :meth:`plain_state` and :meth:`arrays_state`."""
        self.state, self.reason, self.view = plain["state"], plain["reason"], plain["view"]
        self._frames, self._fresh = plain["frames"], plain["fresh"]
        self._mask_frames = [arrays[f"mask_{k}"] for k in range(plain["mask_frames"])]
        self._mask = arrays.get("mask")
        self._peak = PeakOpacification()
        if "peak" in arrays:
            frames = np.array([plain["peak_frames"]], np.float32)
            self._peak.restore({"peak": arrays["peak"], "frames": frames})
        self._vessels = VesselMap(arrays["vessels"], self.view or {}, 1.0) if "vessels" in arrays else None
        if "kept" in arrays:
            self._kept[...] = arrays["kept"]
        self._display.restore(plain["display"])
