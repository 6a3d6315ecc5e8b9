"""The physiological monitor: what of the patient can be read, and how far it may be trusted."""

from __future__ import annotations

from typing import Any

from angiosuite.kit.vitals import Validity, Vital
from angiosuite.physics.physiology.breathing import Breathing, BreathState
from angiosuite.physics.physiology.heart_rhythm import HeartRhythm

from .circulation.pressures import Pressures

SAMPLE_US = 8_000
"""Interval of the traces, microseconds (125 samples a second)."""
TICK_SAMPLES = 10
"""Samples between two messages while no frames carry them."""
NO_SOURCE = (("spo2", "%"), ("nibp", "mmHg"), ("etco2", "mmHg"))
"""Channels that have a place on the monitor and no model behind them yet."""


class Monitor:
    """Collects trace samples; hands them out with frames or, without X-rays, on their own."""

    def __init__(self) -> None:
        self._ecg: list[float] = []
        self._resp: list[float] = []

    def advance(self, now_us: int, heart: HeartRhythm, breathing: Breathing) -> None:
        """Take a sample when one is due."""
        if now_us % SAMPLE_US == 0:
            self._ecg.append(round(heart.ecg_mv, 3))
            self._resp.append(round(breathing.dome_mm, 2))
            if len(self._ecg) > 1000:
                del self._ecg[:500], self._resp[:500]

    @property
    def is_due(self) -> bool:
        """Whether enough samples wait for a message of their own."""
        return len(self._ecg) >= TICK_SAMPLES

    def show(self, heart: HeartRhythm, breathing: Breathing, pressures: Pressures) -> dict[str, Any]:
        """Numbers of every channel."""
        free = breathing.state_now is BreathState.FREE
        rate = breathing.traits.rate_per_min if free else 0.0
        channels = [
            Vital("hr", "/min", heart.rate_now_per_min, Validity.MEASURED),
            Vital("rr", "/min", rate, Validity.MEASURED),
            _art(pressures),
            *(Vital(name, unit, None, Validity.NOT_MODELLED) for name, unit in NO_SOURCE),
        ]
        return {
            **{vital.name: vital.as_dict() for vital in channels},
            "ecg_phase": round(heart.phase, 3),
            "breath_mm": round(breathing.dome_mm, 2),
            "breath_state": breathing.state_now.name.lower(),
        }

    def take(self, heart: HeartRhythm, breathing: Breathing, pressures: Pressures) -> dict[str, Any]:
        """Numbers and the samples since the last call."""
        ecg, self._ecg = self._ecg, []
        resp, self._resp = self._resp, []
        more = {"art_trace": pressures.take()} if pressures.is_connected else {}
        return {**self.show(heart, breathing, pressures), "ecg": ecg, "resp": resp, **more}


def _art(pressures: Pressures) -> Vital:
    """Mean pressure at the catheter's tip; unreliable until the transducer was zeroed."""
    figures = pressures.figures
    if figures is None:
        return Vital("art", "mmHg", None, Validity.NOT_MODELLED)
    validity = Validity.MEASURED if pressures.line.zeroed else Validity.UNRELIABLE
    return Vital("art", "mmHg", round(figures[2], 1), validity)
