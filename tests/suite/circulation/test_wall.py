"""An injection against the wall: it stains first, parts it when it is fast, and fades."""

from __future__ import annotations

import pytest

from angiosuite.suite.circulation.wall import MOST_MG, STAIN_ML, Wall

STEP_S = 0.002


def inject(wall: Wall, ml: float, ml_s: float, mg_ml: float = 300.0) -> tuple[list[str], float]:
    """What happened and the iodine that stayed, mg."""
    happened: list[str] = []
    mg = 0.0
    step = ml_s * STEP_S
    for _ in range(round(ml / step)):
        kept, what = wall.take("aorta", 50.0, step, step * mg_ml, STEP_S)
        happened += what
        mg += kept
    return happened, mg


def test_a_drop_does_nothing() -> None:
    wall = Wall()
    assert inject(wall, 0.9 * STAIN_ML, 1.0) == ([], 0.0) and not wall.stains


def test_a_slow_puff_stains_and_does_not_part() -> None:
    wall = Wall()
    happened, mg = inject(wall, 3.0, 1.0)
    assert happened == ["wall-stained"]
    assert wall.mg == pytest.approx(mg) and 0.0 < mg < 0.1 * 3.0 * 300.0


def test_a_fast_injection_parts_the_wall_once() -> None:
    wall = Wall()
    happened, _ = inject(wall, 8.0, 5.0)
    assert happened == ["wall-stained", "dissection"]
    assert inject(wall, 8.0, 5.0)[0] == []


def test_a_wall_takes_no_more_than_its_most() -> None:
    wall = Wall()
    inject(wall, 60.0, 5.0)
    assert wall.mg == pytest.approx(MOST_MG)


def test_a_tip_put_elsewhere_begins_anew() -> None:
    wall = Wall()
    inject(wall, 0.9 * STAIN_ML, 1.0)
    wall.touch()
    assert inject(wall, 0.9 * STAIN_ML, 1.0)[0] == []


def test_stains_fade_and_tell_what_left_them() -> None:
    wall = Wall()
    inject(wall, 3.0, 1.0)
    before = wall.mg
    gone = sum(wall.fade(0.02) for _ in range(500))
    assert gone > 0.0 and wall.mg + gone == pytest.approx(before, rel=1e-12)


def test_a_wall_s_state_goes_on_as_it_was() -> None:
    one, other = Wall(), Wall()
    inject(one, 1.5, 3.0)
    other.restore(one.state())
    assert inject(one, 2.0, 3.0) == inject(other, 2.0, 3.0) and one.state() == other.state()
