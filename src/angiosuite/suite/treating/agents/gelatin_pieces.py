"""`GelatinPieces`: pledgets and torpedoes, pushed through the lumen one by one and carried like emboli."""

from __future__ import annotations

from collections.abc import Mapping
from math import pi
from typing import TYPE_CHECKING, Any

import numpy as np

from angiosuite.kit.randomness import generator
from angiosuite.suite.circulation.catheter import Placed
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.circulation.harm import Release

from .delivery import beds_beyond, vessels_beyond
from .preparation import ROLLED, Preparation
from .tip_watch import tool_of

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["GelatinPieces"]

LIQUID_ML = 0.5
"""Pushed behind a piece beyond the dead space, ml."""


class GelatinPieces:
    """Single pieces of one session.

    Parameters
    ----------
    session : Session
    preparations : mapping of int to Preparation

    Notes
    -----
    **Model** a piece's diameter is drawn from its normal distribution; it leaves the tip once the dead space
    has come out before it, goes with the mean flow (`Emboli`) and stops in the first lumen narrower than its
    lodging diameter, all of which it closes; in a bed it shuts one vessel of the level that it fits into.
    Held by ``tests/suite/treating/agents/test_agents.py``.
    """

    def __init__(self, session: Session, preparations: Mapping[int, Preparation]) -> None:
        self._session = session
        self._preparations = preparations
        self._coming: list[list[float]] = []
        """In the lumen: preparation, diameter, um, ml that must still leave the tip before it."""
        self.places_ml: dict[int, dict[str, float]] = {}
        """Of every preparation, what lies in each vessel or bed, or was lost."""
        self._drawn = 0
        self._tip_ml = 0.0

    def push(self, one: Preparation, count: int, rate_ml_s: float, bore_mm: float) -> bool:
        """Push so many through the connected catheter; False where one does not go in."""
        blood = self._session.blood
        column = blood.desk.column
        assert column is not None
        for _ in range(count):
            self._drawn += 1
            rng = generator(self._session.seed, "gelatin", self._drawn)
            um = float(np.clip(rng.normal(one.mean_um, one.sd_um), 0.3 * one.mean_um, one.largest_um))
            if ROLLED * um > 1e3 * bore_mm:
                return False
            self._coming.append([float(one.number), um, column.volume_ml])
        self._tip_ml = blood.desk.given_ml
        blood.mix(column.volume_ml + LIQUID_ML, rate_ml_s, one.medium, one.mixture)
        return True

    def advance(self, blood: Circulation, placed: Placed) -> None:
        """Those whose turn it is leave the tip."""
        if not self._coming:
            return
        given_ml = self._session.blood.desk.given_ml
        moved, self._tip_ml = given_ml - self._tip_ml, given_ml
        for piece in list(self._coming):
            piece[2] -= moved
            if piece[2] <= 0.0:
                self._coming.remove(piece)
                self._carry(self._preparations[int(piece[0])], piece[1], blood, placed)

    def _carry(self, one: Preparation, um: float, blood: Circulation, placed: Placed) -> None:
        session = self._session
        mm3 = pi / 6.0 * (1e-3 * um) ** 3
        release = Release("gelatin", mm3, placed.tip.vessel, placed.tip.at_mm, tool_of(placed), one.device)
        aftermath = session.instruments.aftermath
        stops_um = um * one.stops
        found = aftermath.emboli.carry_piece(release, 1e-3 * stops_um, blood, aftermath.harms.mean_ml_s)
        where = "lost" if found is None else found.vessel or found.bed or found.hole
        held = self.places_ml.setdefault(one.number, {})
        held[where] = held.get(where, 0.0) + 1e-3 * mm3
        missed = False
        if found is not None and found.hole:
            blood.agents_begun().plug_hole(found.hole, 1e-3 * mm3)
        elif found is not None and found.vessel:
            aftermath.harms.apply(found)
            missed = found.vessel not in vessels_beyond(blood, placed.tip.vessel, placed.tip.at_mm)
        elif found is not None:
            blood.agents_begun().plug((found.bed, found.feeder), stops_um)
            target = beds_beyond(blood, placed.tip.vessel, placed.tip.at_mm)
            missed = (found.bed, found.feeder) not in target
        data = {"device": one.device, "number": one.number, "um": round(um), "where": where, "missed": missed}
        text = f"A piece of {um / 1e3:.1f} mm is stuck: {where.replace('-', ' ')}"
        session.event("agent-piece", data, text)

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "coming": [list(one) for one in self._coming],
            "places_ml": [[n, dict(held)] for n, held in self.places_ml.items()],
            "drawn": self._drawn,
            "tip_ml": self._tip_ml,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._coming = [list(one) for one in state["coming"]]
        self.places_ml = {n: dict(held) for n, held in state["places_ml"]}
        self._drawn, self._tip_ml = state["drawn"], state["tip_ml"]
