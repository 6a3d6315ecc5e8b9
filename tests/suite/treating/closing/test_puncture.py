"""A hole in time: closed by a hand, opened by impatience."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.physics.treating.haemostasis import DRY, Groin, closing_s
from angiosuite.suite.treating.closing.puncture import Now, Puncture, hole_mm2, leak_share, lumen_share

NOW = Now(120.0, 120.0, 93.0)
FIRM = 0.8 * 93.0


def puncture(**more: object) -> Puncture:
    facts = {"access": "a", "vessel": "v", "at_mm": 10.0, "sheath_f": 5.0, "is_vein": False, "slow": 0.5}
    return Puncture(**{**facts, **more})  # type: ignore[arg-type]


def after(one: Puncture, seconds: float, now: Now = NOW) -> Puncture:
    for _ in range(round(seconds)):
        one.step(1.0, now)
    return one


@given(st.floats(0.0, 150.0), st.floats(0.0, 150.0))
def test_who_presses_harder_leaves_no_more_blood_out_and_no_more_through(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert leak_share(high, 93.0) <= leak_share(low, 93.0) <= 1.0
    assert lumen_share(high, 93.0) <= lumen_share(low, 93.0) <= 1.0


def test_a_hand_between_six_tenths_and_all_of_the_pressure_stops_the_hole_and_not_the_artery() -> None:
    assert leak_share(0.0, 93.0) == 1.0 and lumen_share(0.0, 93.0) == 1.0
    assert leak_share(0.61 * 93.0, 93.0) == 0.0 and lumen_share(0.59 * 93.0, 93.0) == 1.0
    assert 0.2 < lumen_share(0.8 * 93.0, 93.0) < 0.8
    assert lumen_share(93.0, 93.0) < 0.01


def test_held_as_long_as_the_law_says_it_is_dry_when_the_hand_goes() -> None:
    one = puncture()
    one.press(FIRM)
    needed_s = closing_s(Groin(5.0, 120.0, 120.0))
    after(one, needed_s + 1.0)
    assert one.open_share == pytest.approx(DRY, rel=0.02)
    assert not one.let_go(0.5, 0.5)
    assert one.is_dry and one.bleeds_share(NOW) == 0.0 and one.again_in_s is None


def test_a_hand_that_goes_early_lets_it_bleed_as_before() -> None:
    one = puncture()
    one.press(FIRM)
    after(one, 120.0)
    assert one.bleeds_share(NOW) == 0.0
    assert one.let_go(0.99, 0.5)
    assert one.bleeds_share(NOW) == 1.0


def test_one_that_was_dry_may_bleed_after_all() -> None:
    one = puncture(open_share=0.05)
    assert not one.let_go(0.001, 0.5)
    assert one.is_dry and one.again_in_s == pytest.approx(330.0)
    changes = [one.step(1.0, NOW) for _ in range(331)]
    assert changes.count("again") == 1 and one.open_share > 0.9 and not one.is_dry


def test_heparin_size_and_pressure_make_it_slower_and_a_vein_is_quicker() -> None:
    left = []
    for facts, now in (
        ({"is_vein": True}, NOW),
        ({}, NOW),
        ({"sheath_f": 6.0}, NOW),
        ({"sheath_f": 6.0}, NOW._replace(systolic_mmhg=170.0)),
        ({"sheath_f": 6.0}, NOW._replace(systolic_mmhg=170.0, antiplatelets=True)),
        ({"sheath_f": 6.0}, NOW._replace(systolic_mmhg=170.0, antiplatelets=True, act_s=220.0)),
        ({"sheath_f": 6.0}, NOW._replace(act_s=320.0)),
    ):
        one = puncture(**facts)
        one.press(FIRM)
        left.append(after(one, 300.0, now).open_share)
    assert all(a < b for a, b in pairwise(left)), left
    assert left[-1] == 1.0, "above an activated clotting time of 300 s nothing closes"


def test_without_a_hand_it_hardly_closes() -> None:
    assert after(puncture(), 300.0).open_share > 0.7


def test_a_device_oozes_until_it_is_dry() -> None:
    one = puncture()
    one.hold("Clip", 30.0, None)
    assert 0.0 < one.bleeds_share(NOW) < 0.05
    changes = [one.step(1.0, NOW) for _ in range(31)]
    assert changes.count("dry") == 1 and one.bleeds_share(NOW) == 0.0


def test_time_without_blood_is_counted_only_while_the_artery_is_shut() -> None:
    one = puncture()
    one.press(1.1 * 93.0)
    assert after(one, 50.0).occluded_s == pytest.approx(50.0)
    one.press(FIRM)
    assert after(one, 1.0).occluded_s == 0.0
    assert one.held_s == pytest.approx(51.0)


def test_a_wider_sheath_leaves_a_wider_hole() -> None:
    assert hole_mm2(2.3) == pytest.approx(1.25, abs=0.02)
    assert hole_mm2(4.6) == pytest.approx(4.0 * hole_mm2(2.3))


def test_a_puncture_comes_back_as_it_was() -> None:
    one = puncture(hole="harm-1")
    one.press(60.0)
    after(one, 10.0)
    other = Puncture.of(one.state())
    assert after(one, 100.0) == after(other, 100.0)
