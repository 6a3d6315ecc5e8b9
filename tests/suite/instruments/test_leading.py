"""Blood is told where a led catheter lies: roughly while it is led, closely while something is injected."""

from __future__ import annotations

import numpy as np

from angiosuite.suite.instruments.leading import narrowed_by
from angiosuite.suite.session import Session

from .test_instruments_in_a_session import ACCESS, do, run


def off_mm(session: Session) -> float:
    """From where blood knows the tip to where it is."""
    placed = session.blood.placed
    assert placed is not None
    point, _, _ = session.instruments.stacks[ACCESS].tip(0)
    return float(np.linalg.norm(placed.way.points_mm[-1] - point))


def test_an_injection_leaves_where_the_tip_is_though_it_was_led_a_little_further(entered: Session) -> None:
    do(entered, "instrument.pick", device="pigtail-5f")
    do(entered, "instrument.flush", tool="c1")
    do(entered, "instrument.load", tool="c1", access=ACCESS, over=None)
    do(entered, "instrument.goal", tool="c1", depth_mm=130.0, mm_s=100.0)
    run(entered, 3.5)
    far = []
    for _ in range(8):
        do(entered, "instrument.move", tool="c1", mm=2.0, deg=0.0)
        run(entered, 0.4)
        far.append(off_mm(entered))
    assert 3.0 < max(far) < 13.0, "it was told now and then"
    do(entered, "hand.puff", ml=3.0, rate_ml_s=3.0)
    run(entered, 0.25)
    assert off_mm(entered) < 3.5


def test_a_microcatheter_narrows_beyond_its_guide_as_wide_as_it_is() -> None:
    """Within one artery the guide ends at 20 mm: beyond it only the microcatheter is in the way of blood."""
    vessel = np.array([0, 0, 1, 1, 1, 1, 1, -1])
    at_mm = np.array([30.0, 40.0, 0.0, 10.0, 20.0, 30.0, 40.0, 0.0])
    skin = np.array([0, 0, 0, 0, 0, 1, 1, 1])
    found = narrowed_by(("iliac", "uterine"), vessel, at_mm, skin, (0.835, 0.45))
    assert found == (
        ("iliac", 30.0, 40.0, 0.835),
        ("uterine", 0.0, 20.0, 0.835),
        ("uterine", 20.0, 40.0, 0.45),
    )


def test_a_way_that_crosses_over_is_told_from_low_to_high() -> None:
    down = narrowed_by(
        ("iliac",), np.array([0, 0, 0]), np.array([40.0, 20.0, 5.0]), np.array([0, 1, 1]), (1.0, 0.5)
    )
    assert down == (("iliac", 40.0, 40.0, 1.0), ("iliac", 5.0, 40.0, 0.5))
