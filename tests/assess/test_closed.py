"""Laws of the measures of closing: what was held is read whatever the hole needed, and time adds up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assess.hand_made_log import log

from angiosuite.assess.measures import MEASURES
from angiosuite.physics.treating.haemostasis import left_share

VEIN, ARTERY = "right-femoral-vein", "left-femoral-artery"
END = {"at": 2000, "event": "task-finished", "answers": {}}


def told(
    at: float, access: str, open_share: float, mmhg: float = 15.0, passes: bool = True
) -> dict[str, Any]:
    one = {"open_share": open_share, "pressed_mmhg": mmhg, "dry": False, "ml": 0, "passes": passes}
    return {"at": at, "observation": "treating", "closing": {access: one}}


@given(needed_s=st.floats(60.0, 900.0), times=st.floats(0.1, 1.5))
def test_a_hole_that_was_held_for_a_multiple_of_its_time_reads_as_that_multiple(
    needed_s: float, times: float
) -> None:
    share = left_share(1.0, times * needed_s, needed_s)
    items = [told(10, VEIN, share), {"at": 11, "event": "closing-released", "access": VEIN}, END]
    assert MEASURES["held-against-need"].read(log(items)).value == pytest.approx(times, rel=1e-4)


def test_what_was_told_after_the_hand_went_does_not_count() -> None:
    items = [
        told(10, VEIN, 0.1),
        {"at": 11, "event": "closing-released", "access": VEIN},
        told(12, VEIN, 1.0, 0.0),
        END,
    ]
    assert MEASURES["held-against-need"].read(log(items)).value == pytest.approx(1.0)


@given(cuts=st.lists(st.floats(11.0, 99.0), min_size=1, max_size=6, unique=True))
def test_time_that_an_artery_was_shut_does_not_hang_on_how_often_the_log_told_it(cuts: list[float]) -> None:
    shut = [told(at, ARTERY, 0.5, 120.0, False) for at in (10.0, *sorted(cuts))]
    items = [*shut, told(100, ARTERY, 0.5, 60.0, True), END]
    assert MEASURES["artery-pressed-shut"].read(log(items)).value == pytest.approx(90.0, abs=1e-3)


def test_an_artery_that_is_shut_to_the_end_is_counted_to_the_end() -> None:
    items = [told(1900, ARTERY, 0.5, 120.0, False), END]
    assert MEASURES["artery-pressed-shut"].read(log(items)).value == pytest.approx(100.0)


def test_an_access_counts_as_left_when_only_its_sheath_was_changed() -> None:
    items = [{"at": 5, "event": "sheath-changed", "access": VEIN}, END]
    assert MEASURES["sheaths-left"].read(log(items)).value == 1.0
    out = [items[0], {"at": 9, "event": "sheath-removed", "access": VEIN}, END]
    assert MEASURES["sheaths-left"].read(log(out)).value == 0.0
