"""What one pulse is for: its curve of exposure control, its dose level, its rate, its matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from angiosuite.imaging.exposure_control import Programme, Pulse

PulseMode = Literal["fluoro", "shot", "run"]


@dataclass(frozen=True, slots=True)
class Order:
    """One pulse as the pedal asks for it.

    Parameters
    ----------
    mode : {"fluoro", "shot", "run"}
        Fluoroscopy, single shot, or a frame of a run.
    programme : Programme
        Curve of exposure control.
    detector_ngy : float
        Kerma asked of the detector for one frame in the default field, nGy.
    rate_hz : float
        Pulses a second; 0 for a single shot.
    matrix : int
        Rows and columns of the frame.
    high_level : bool
        High-level control is held (fluoroscopy alone).
    run_s : float
        Longest duration of the run that the frame belongs to, s; 0 for others.
    locked : Pulse or None
        Technique held through a run, found in its first frames.
    """

    mode: PulseMode
    programme: Programme
    detector_ngy: float
    rate_hz: float
    matrix: int
    high_level: bool = False
    run_s: float = 0.0
    locked: Pulse | None = None

    @property
    def share_s(self) -> float:
        """Time that the pulse stands for, seconds; 0 for a single shot."""
        return 1.0 / self.rate_hz if self.rate_hz > 0 else 0.0
