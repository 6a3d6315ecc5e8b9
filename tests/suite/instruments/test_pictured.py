"""What a picture is told of instruments in a session: the blood they displace, the air they hold."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.suite.instruments.seen import InstrumentsSeen
from angiosuite.suite.session import Session

from .test_instruments_in_a_session import ACCESS, do, lead_a_wire, run


def seen(session: Session) -> InstrumentsSeen:
    found = session.instruments.seen()
    assert found is not None
    return found


def test_a_wire_displaces_the_contrast_that_comes_by_and_no_more(entered: Session) -> None:
    lead_a_wire(entered, 150.0)
    wire, _ = seen(entered).tools
    assert not np.any(wire.around_g_cm3), "no contrast yet"
    entered.blood.place("pigtail-5f", "aorta", 60.0, "free")
    do(entered, "hand.puff", ml=15.0, rate_ml_s=6.0)
    run(entered, 1.8)
    blood = entered.blood.seen()
    assert blood is not None and entered.blood.seeing is not None
    wire, _ = seen(entered).tools
    around = np.asarray(wire.around_g_cm3)
    assert around.shape == (len(wire.points_mm),) and around.max() > 5e-3
    lumens = entered.blood.seeing.lumens
    aorta = lumens.vessels.index("aorta")
    first = sum(len(one.nodes_mm) for one in lumens.lumens[:aorta])
    held = blood.lumens_g_cm3[first : first + len(lumens.lumens[aorta].nodes_mm)]
    near = np.square(lumens.lumens[aorta].nodes_mm - wire.points_mm[-1]).sum(axis=1).argmin()
    assert around[-1] == pytest.approx(float(held[near]), abs=0.15 * float(held.max()))
    assert around[0] == 0.0, "at the skin"


def test_an_unflushed_catheter_shows_air_until_it_is_flushed(entered: Session) -> None:
    do(entered, "instrument.pick", device="pigtail-5f")
    do(entered, "instrument.load", tool="c1", access=ACCESS, over=None)
    do(entered, "instrument.goal", tool="c1", depth_mm=20.0, mm_s=80.0)
    run(entered, 2.0)
    assert seen(entered).tools[0].gas_share > 0.9
    do(entered, "instrument.flush", tool="c1")
    run(entered, 6.0)
    assert seen(entered).tools[0].gas_share < 0.01
