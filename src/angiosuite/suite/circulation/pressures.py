"""Invasive pressure at the tip of a catheter: line, zero, level, figures of the beat, records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.kit.randomness import generator
from angiosuite.physics.flow.pressure_line import PressureLine

from .catheter import Tip

__all__ = ["Pressures", "Record"]

SAMPLE_S = 0.008
"""Interval of the trace, s."""
WINDOW_S = 3.0
"""Systolic, diastolic and mean pressure are taken over this time, s."""
DRIFT_MMHG = 6.0
"""Spread of what a transducer tells of air before it is zeroed, mmHg (own choice; draft)."""
MOST_RECORDS = 24
FREE_LINE, THIN_LINE = (18.0, 0.25), (8.0, 0.8)
"""Natural frequency, Hz, and damping of a line with a 5 F catheter, and with a microcatheter."""
WALL_DAMPING, WEDGED_DAMPING = 2.5, 1.5
THIN_MM = 0.75
"""Bore below which a line is thin, mm."""
MOST_WAITING = 1000


@dataclass(frozen=True, slots=True)
class Record:
    """A pressure that was kept, mmHg."""

    label: str
    vessel: str
    systolic: float
    diastolic: float
    mean: float
    t_s: float


class Pressures:
    """The pressure channel of one session.

    Parameters
    ----------
    seed : int
        Of the session; the transducer's drift comes from it.

    Notes
    -----
    **Model** `PressureLine` with the catheter's frequency and damping; a tip at the wall or wedged damps it.
    Figures over the last three seconds. Held by ``tests/suite/circulation/test_pressures.py``.
    """

    def __init__(self, seed: int) -> None:
        drift = DRIFT_MMHG * float(generator(seed, "transducer").standard_normal())
        self.line = PressureLine(*FREE_LINE, drift_mmhg=drift)
        self.records: tuple[Record, ...] = ()
        self.is_connected = False
        self._recent = np.zeros(round(WINDOW_S / SAMPLE_S))
        self._count = 0
        self._clock_s = 0.0
        self._trace: list[float] = []

    def connect(self, catheter: Catheter, contact: Tip) -> None:
        """To a catheter whose tip lies so."""
        hertz, damping = THIN_LINE if catheter.bore_mm < THIN_MM else FREE_LINE
        damping = {"free": damping, "wall": WALL_DAMPING, "wedged": WEDGED_DAMPING}[contact]
        self.line.set_line(hertz, damping)
        if not self.is_connected:
            self._count = 0
        self.is_connected = True

    def disconnect(self) -> None:
        """No catheter any more."""
        self.is_connected = False
        self._count = 0
        self._trace.clear()

    def hear(self, mmhg: float, seconds: float) -> None:
        """Pressure at the tip over a step."""
        shown = self.line.step(mmhg, seconds)
        self._clock_s += seconds
        if self._clock_s < SAMPLE_S - 1e-9:
            return
        self._clock_s -= SAMPLE_S
        self._recent[self._count % len(self._recent)] = shown
        self._count += 1
        if len(self._trace) < MOST_WAITING:
            self._trace.append(round(shown, 1))

    def take(self) -> list[float]:
        """Samples of the trace since the last call, mmHg."""
        taken, self._trace = self._trace, []
        return taken

    @property
    def figures(self) -> tuple[float, float, float] | None:
        """Systolic, diastolic and mean, mmHg; None before a second was heard."""
        known = self._recent[: min(self._count, len(self._recent))]
        if not self.is_connected or len(known) < round(1.0 / SAMPLE_S):
            return None
        return float(known.max()), float(known.min()), float(known.mean())

    def record(self, label: str, vessel: str, t_s: float) -> Record | None:
        """Keep the figures; None when there are none yet."""
        if self.figures is None:
            return None
        systolic, diastolic, mean = (round(value, 1) for value in self.figures)
        kept = Record(label, vessel, systolic, diastolic, mean, round(t_s, 1))
        self.records = (*self.records, kept)[-MOST_RECORDS:]
        return kept

    def damping(self, contact: Tip) -> Literal["normal", "damped"]:
        """What the trace looks like."""
        return "normal" if contact == "free" else "damped"

    def show(self, site: str, contact: Tip) -> dict[str, Any]:
        """For the page."""
        figures = self.figures
        systolic, diastolic, mean = (None, None, None) if figures is None else (round(f) for f in figures)
        last = self.records[-2:]
        gradient = round(last[0].mean - last[1].mean, 1) if len(last) == 2 else None
        return {
            "site": site,
            "systolic": systolic,
            "diastolic": diastolic,
            "mean": mean,
            "shown": figures is not None,
            "zeroed": self.line.zeroed,
            "level_cm": self.line.level_cm,
            "damping": self.damping(contact),
            "records": [asdict(one) for one in self.records],
            "gradient_mmhg": gradient,
        }

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
        """Everything that the next samples depend on."""
        plain = {
            "records": [asdict(one) for one in self.records],
            "is_connected": self.is_connected,
            "count": self._count,
            "clock_s": self._clock_s,
            "line": [self.line.natural_hz, self.line.damping],
        }
        return plain, {"recent": self._recent.copy(), **self.line.state()}

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float64]]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.records = tuple(Record(**one) for one in plain["records"])
        self.is_connected, self._count = plain["is_connected"], plain["count"]
        self._clock_s = plain["clock_s"]
        self.line.set_line(*plain["line"])
        self._recent[:] = arrays["recent"]
        self.line.restore(arrays)
