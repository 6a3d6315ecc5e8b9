"""Harms in the picture: a spasm is drawn fainter, what left a vessel stains."""

from __future__ import annotations

import numpy as np

from angiosuite.suite.circulation.harm import Perforation, Spasm
from angiosuite.suite.session import Session

RENAL = "right-renal-artery"


def shown(session: Session, vessel: str) -> np.ndarray:
    """Iodine at the points of a vessel, g/cm3."""
    blood = session.blood
    seen = blood.seen()
    assert seen is not None and blood.seeing is not None
    lumens = blood.seeing.lumens
    first = 0
    for name, lumen in zip(lumens.vessels, lumens.lumens, strict=False):
        if name == vessel:
            return seen.lumens_g_cm3[first : first + len(lumen.nodes_mm)]
        first += len(lumen.nodes_mm)
    raise AssertionError(vessel)


def injected(session: Session) -> None:
    session.blood.place("cobra-2-5f", RENAL, 8.0, "free")
    session.blood.puff(4.0, 3.0)
    session.advance(session.clock.now_us + 1_200_000)


def test_a_vessel_in_spasm_shows_less_where_it_is_narrow(flowing: Session) -> None:
    injected(flowing)
    before = shown(flowing, RENAL)
    flowing.blood.harms.apply(Spasm(RENAL, 25.0, 16.0, 0.2, 1.0, 600.0, 60.0))
    flowing.blood.harms.narrowed.spasms[0].strength = 1.0
    flowing.blood.harms.narrowed.version += 1
    flowing.blood.seeing._last = (-1, None)
    after = shown(flowing, RENAL)
    at = flowing.blood.graph.vessels[RENAL].arc_mm
    assert before[int(np.abs(at - 25.0).argmin())] > 0.0
    ratio = after[before > 0] / before[before > 0]
    assert abs(ratio.min() - 0.2) < 0.05 and ratio.max() > 0.999


def test_what_left_through_a_hole_stays_to_be_seen(flowing: Session) -> None:
    injected(flowing)
    flowing.blood.harms.apply(Perforation(RENAL, 25.0, 0.8, 1.0, 5.0, 900.0))
    flowing.blood.puff(4.0, 3.0)
    flowing.advance(flowing.clock.now_us + 1_500_000)
    assert flowing.blood.harms.stains
    flowing.advance(flowing.clock.now_us + 8_000_000)
    at = flowing.blood.graph.vessels[RENAL].arc_mm
    left = shown(flowing, RENAL)
    assert abs(at[int(left.argmax())] - 25.0) < 3.0 and left.max() > 1e-3
