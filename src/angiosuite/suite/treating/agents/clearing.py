"""`Clearing`: in how many beats contrast goes from the artery that is treated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from angiosuite.suite.circulation.circulation import Circulation

if TYPE_CHECKING:
    from angiosuite.suite.circulation.catheter import Placed

__all__ = ["Clearing"]

SEEN_MG_ML = 10.0
"""A peak below this is no injection that an end-point is read from."""
CLEARED_SHARE = 0.1
"""Of the peak: what is below it is no more seen beside it."""
GIVEN_ML_S = 0.1
"""An injection has ended once less than this leaves the tip: a soft line runs out slowly."""
GIVEN_SHARE = 0.5
"""Of the rate of a slower push: what leaves the tip while it goes on."""
AHEAD_MM = (5.0, 15.0, 25.0)
MOST_BEATS = 30
"""Nobody waits longer: it stands."""


class Clearing:
    """Watches contrast ahead of the tip, from every injection on.

    Notes
    -----
    **Model** mean concentration at 5, 15 and 25 mm ahead of the tip in its vessel; beats are counted from the
    end of the injection until a tenth of the peak is left. **Source** "five beats to clear" is a usual
    end-point of embolisation (research notes 2.4); that a tenth is what the eye calls clear is our own choice
    (draft). **Valid for** a tip in an artery that runs on for 5 mm and more.
    Held by ``tests/suite/treating/agents/test_agents.py``.
    """

    def __init__(self) -> None:
        self.vessel = ""
        self.peak_mg_ml = 0.0
        self.beats: int | None = None
        """Counted so far; None before the first."""
        self.is_clear = False
        self._ended_beat: int | None = None
        self._given_ml = 0.0

    def watch(
        self,
        blood: Circulation,
        placed: Placed | None,
        beat: int,
        given_ml: float,
        seconds: float,
        push_ml_s: float | None = None,
    ) -> None:
        """The next time; `given_ml` is what left the tip so far, `push_ml_s` the rate of a push by hand."""
        least_ml_s = GIVEN_ML_S if push_ml_s is None else min(GIVEN_ML_S, GIVEN_SHARE * push_ml_s)
        is_given = given_ml - self._given_ml > least_ml_s * seconds
        self._given_ml = given_ml
        if placed is None:
            self._ended_beat = None
            return
        now = self._mg_ml(blood, placed)
        if is_given:
            if self._ended_beat is not None or placed.tip.vessel != self.vessel:
                self.peak_mg_ml, self._ended_beat = 0.0, None
            self.vessel, self.beats, self.is_clear = placed.tip.vessel, None, False
            self.peak_mg_ml = max(self.peak_mg_ml, now)
            return
        if self.vessel != placed.tip.vessel or self.peak_mg_ml < SEEN_MG_ML or self.is_clear:
            return
        if self._ended_beat is None:
            self._ended_beat = beat
        self.peak_mg_ml = max(self.peak_mg_ml, now)
        self.beats = beat - self._ended_beat
        self.is_clear = now < CLEARED_SHARE * self.peak_mg_ml or self.beats >= MOST_BEATS

    @staticmethod
    def _mg_ml(blood: Circulation, placed: Placed) -> float:
        course = blood.plumbing.courses[placed.tip.vessel]
        ahead = 1.0 if course.away else -1.0
        last = float(course.stations_mm[-1])
        places = [min(max(placed.tip.at_mm + ahead * mm, 0.0), last) for mm in AHEAD_MM]
        edges, shares = zip(*(blood.edge_at(placed.tip.vessel, mm) for mm in places), strict=True)
        return float(blood.transport.at(np.array(edges, np.int64), np.array(shares)).mean())

    def told(self) -> dict[str, Any] | None:
        """What is known; None before the first injection."""
        if self.beats is None:
            return None
        return {
            "vessel": self.vessel,
            "beats": self.beats,
            "clear": self.is_clear and self.beats < MOST_BEATS,
        }

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "vessel": self.vessel,
            "peak_mg_ml": self.peak_mg_ml,
            "beats": self.beats,
            "is_clear": self.is_clear,
            "ended_beat": self._ended_beat,
            "given_ml": self._given_ml,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.vessel, self.peak_mg_ml = state["vessel"], state["peak_mg_ml"]
        self.beats, self.is_clear = state["beats"], state["is_clear"]
        self._ended_beat, self._given_ml = state["ended_beat"], state["given_ml"]
