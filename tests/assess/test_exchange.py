"""Exchanges: where they begin and end, whatever is done before and after, and what is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.measures import MEASURES
from angiosuite.assess.measures.exchange import exchanges_of

from .hand_made_log import log
from .test_tools_seen import ACCESS, Items, tool

PLACE = "descending-thoracic-aorta"


def course(strayed: list[float], before: float = 0.0, after: float = 0.0) -> Items:
    """A catheter out and another in while the wire's tip strays by so many mm, one a step."""
    steps: list[list[Any]] = [
        [tool("w1", 480 + before, PLACE, 80.0 + before), tool("c1", 400, PLACE, 10.0)],
        [tool("w1", 500, PLACE, 100.0), tool("c1", 400, PLACE, 10.0)],
    ]
    for number, mm in enumerate(strayed):
        wire = tool("w1", 500 + mm, PLACE, 100.0 + mm)
        half = len(strayed) // 2
        if number < half:
            steps.append([wire, tool("c1", 400 - 400 * (number + 1) / half)])
        else:
            share = (number - half + 1) / (len(strayed) - half)
            steps += [[wire]] if number == half else []
            steps.append([wire, tool("c2", 400 * share, PLACE, 10.0)])
    steps.append([tool("w1", 480 + after, PLACE, 80.0 + after), tool("c2", 400, PLACE, 10.0)])
    items: Items = [
        {"at": 1 + 0.04 * at, "observation": "instruments", ACCESS: told} for at, told in enumerate(steps)
    ]
    return [*items, {"at": 60, "event": "task-finished", "answers": {}}]


def drift(items: Items) -> Any:
    """How far the tip strayed."""
    return MEASURES["exchange-drift"].read(log(items)).value


@settings(max_examples=60, deadline=None)
@given(
    strayed=st.lists(st.integers(-40, 40), min_size=6, max_size=24),
    before=st.floats(-60, 60),
    after=st.floats(-60, 60),
)
def test_the_drift_is_the_largest_stray_whatever_is_done_before_and_after(
    strayed: list[int], before: float, after: float
) -> None:
    found = drift(course([float(mm) for mm in strayed], before, after))
    assert found == pytest.approx(max(abs(mm) for mm in strayed))


def test_an_exchange_names_wire_and_both_catheters() -> None:
    (one,) = exchanges_of(log(course([0.0] * 8)))
    assert (one.wire, one.out, one.into) == ("w1", "c1", "c2")


def test_a_wire_that_comes_out_with_the_catheter_makes_no_exchange() -> None:
    items = course([0.0] * 8)
    dragged = [
        one | {ACCESS: [told for told in one[ACCESS] if told["tool"] != "w1"]}
        if one.get("at", 0) > 1.2
        else one
        for one in items[:-1]
    ]
    assert exchanges_of(log([*dragged, items[-1]])) == []
    assert drift([*dragged, items[-1]]) is None
