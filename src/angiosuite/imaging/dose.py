"""Dose as the machine shows it: reference air kerma, kerma-area product, time, frames, the five minutes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Literal

from angiosuite.physics.xray.beam import Technique
from angiosuite.physics.xray.kerma import kerma_area_ugy_m2, limit_point_kerma_ugy, reference_kerma_ugy

FIVE_MINUTES_S = 300.0
"""Irradiation time after which a signal sounds until it is reset, s (21 CFR 1020.32(h)(2))."""


@dataclass(frozen=True, slots=True)
class DosePulse:
    """What one pulse added.

    Attributes
    ----------
    kar_mgy : float
        Air kerma at the reference point, mGy.
    pka_ugy_m2 : float
        Kerma-area product, µGy m².
    limit_point_mgy : float
        Air kerma 30 cm before the receptor, mGy.
    """

    kar_mgy: float
    pka_ugy_m2: float
    limit_point_mgy: float


def pulse_dose(
    technique: Technique,
    *,
    source_isocentre_mm: float,
    source_detector_mm: float,
    field_area_mm2: float,
    mean_relative: float = 1.0,
) -> DosePulse:
    """Dose of one pulse.

    Parameters
    ----------
    technique : Technique
        The pulse.
    source_isocentre_mm, source_detector_mm : float
        Distances from the focus, mm.
    field_area_mm2 : float
        Open field at the detector's plane, mm².
    mean_relative : float
        Mean kerma over the open field relative to the central ray (heel, wedge filters).

        **Source**: IEC 60601-2-43 (reference point 15 cm from the isocentre toward the tube, free in air);
        21 CFR 1020.32(k). Held by ``tests/imaging/test_dose.py``.
    """
    return DosePulse(
        kar_mgy=reference_kerma_ugy(technique, source_isocentre_mm) / 1000.0,
        pka_ugy_m2=kerma_area_ugy_m2(technique, field_area_mm2, source_detector_mm, mean_relative),
        limit_point_mgy=limit_point_kerma_ugy(technique, source_detector_mm) / 1000.0,
    )


class DoseAccount:
    """Dose of a session: totals, the running event, live rates, the five-minute signal.

    An event is one press of a pedal. Rates are those of the pulses of the last second; they are 0 when the
    pedal is up (the display then shows the total alone).
    """

    def __init__(self) -> None:
        self.kar_mgy = 0.0
        self.pka_ugy_m2 = 0.0
        self.fluoroscopy_s = 0.0
        self.fluoroscopy_frames = 0
        self.shots = 0
        self.run_frames = 0
        self.event_kar_mgy = 0.0
        self.event_pka_ugy_m2 = 0.0
        self.event_s = 0.0
        self.event_frames = 0
        self.since_reset_s = 0.0
        self.signal = False
        self._recent: deque[tuple[int, float, float, float]] = deque()

    def begin_event(self) -> None:
        """A pedal went down."""
        self.event_kar_mgy = self.event_pka_ugy_m2 = self.event_s = 0.0
        self.event_frames = 0

    def add(
        self, pulse: DosePulse, *, t_us: int, interval_s: float, kind: Literal["fluoro", "shot", "run"]
    ) -> None:
        """Book one pulse.

        Parameters
        ----------
        pulse : DosePulse
            :func:`pulse_dose` of it.
        t_us : int
            Simulated time, µs.
        interval_s : float
            Time that the pulse stands for, 1/pulse rate; 0 for a shot.
        kind : {"fluoro", "shot", "run"}
            Fluoroscopy (counts fluoroscopy time), a single shot, or a frame of a run.
        """
        self.kar_mgy += pulse.kar_mgy
        self.pka_ugy_m2 += pulse.pka_ugy_m2
        self.event_kar_mgy += pulse.kar_mgy
        self.event_pka_ugy_m2 += pulse.pka_ugy_m2
        self.event_frames += 1
        if kind == "shot":
            self.shots += 1
            return
        self.event_s += interval_s
        self._recent.append((t_us, pulse.kar_mgy, pulse.pka_ugy_m2, pulse.limit_point_mgy))
        self._forget(t_us)
        if kind == "run":
            self.run_frames += 1
            return
        self.fluoroscopy_s += interval_s
        self.fluoroscopy_frames += 1
        self.since_reset_s += interval_s
        if self.since_reset_s >= FIVE_MINUTES_S - 1e-9:
            self.signal = True

    def _forget(self, t_us: int) -> None:
        while self._recent and self._recent[0][0] <= t_us - 1_000_000:
            self._recent.popleft()

    def rates(self, t_us: int) -> dict[str, float]:
        """Live rates: reference kerma and limit point in mGy/min, kerma-area product in µGy m²/min."""
        self._forget(t_us)
        if not self._recent:
            return {"kar_mgy_min": 0.0, "pka_ugy_m2_min": 0.0, "limit_point_mgy_min": 0.0}
        # A short press has no full second yet: pulses are spread over the time they stand for.
        span = 1.0
        if len(self._recent) > 1:
            between = (self._recent[-1][0] - self._recent[0][0]) / 1e6
            span = between * len(self._recent) / (len(self._recent) - 1)
        scale = 60.0 / max(span, 1e-3)
        return {
            "kar_mgy_min": scale * sum(r[1] for r in self._recent),
            "pka_ugy_m2_min": scale * sum(r[2] for r in self._recent),
            "limit_point_mgy_min": scale * sum(r[3] for r in self._recent),
        }

    def end_event(self) -> None:
        """The pedal went up: rates fall to zero."""
        self._recent.clear()

    def reset_signal(self) -> None:
        """A person reset the five-minute signal; the next comes after five more minutes of irradiation."""
        self.signal = False
        self.since_reset_s = 0.0

    def as_dict(self, t_us: int) -> dict[str, Any]:
        """Everything for display and log, with units in the names."""
        return {
            "kar_mgy": self.kar_mgy,
            "pka_ugy_m2": self.pka_ugy_m2,
            "fluoroscopy_s": self.fluoroscopy_s,
            "fluoroscopy_frames": self.fluoroscopy_frames,
            "shots": self.shots,
            "run_frames": self.run_frames,
            "event_kar_mgy": self.event_kar_mgy,
            "event_pka_ugy_m2": self.event_pka_ugy_m2,
            "event_s": self.event_s,
            "event_frames": self.event_frames,
            "five_minute_signal": self.signal,
            "five_minute_remaining_s": max(FIVE_MINUTES_S - self.since_reset_s, 0.0),
            **self.rates(t_us),
        }

    def state(self) -> dict[str, Any]:
        """Everything that the next display depends on."""
        names = (
            "kar_mgy",
            "pka_ugy_m2",
            "fluoroscopy_s",
            "fluoroscopy_frames",
            "shots",
            "run_frames",
            "event_kar_mgy",
            "event_pka_ugy_m2",
            "event_s",
            "event_frames",
            "since_reset_s",
            "signal",
        )
        return {**{name: getattr(self, name) for name in names}, "recent": [list(r) for r in self._recent]}

    def restore(self, state: dict[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        for name, value in state.items():
            if name != "recent":
                setattr(self, name, value)
        self._recent = deque((int(r[0]), r[1], r[2], r[3]) for r in state["recent"])
