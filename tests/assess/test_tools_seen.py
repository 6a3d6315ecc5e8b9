"""Laws of the measures of instruments: what cannot change them, what can only raise them, where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.measures import MEASURES
from angiosuite.assess.measures.tools_seen import apart_mm, stays

from .hand_made_log import log

ACCESS = "right-femoral-artery"
VESSELS = ("abdominal-aorta", "left-renal-artery", "coeliac-trunk")
TARGET = {"at": 0.1, "frame": {"mode": "held", "judged": {"goal": {"vessel": "left-renal-artery"}}}}
Items = list[Mapping[str, Any]]

DEPTHS = st.lists(
    st.tuples(
        st.integers(-50, 600), st.integers(-50, 600), st.sampled_from(VESSELS), st.floats(0, 2), st.booleans()
    ),
    min_size=2,
    max_size=30,
)


def tool(
    name: str, depth_mm: float, vessel: str = VESSELS[0], at_mm: float = 20.0, tip_n: float = 0.0
) -> Any:
    """One instrument as an observation tells it."""
    told = {"tool": name, "depth_mm": round(depth_mm, 2), "vessel": vessel, "at_mm": at_mm, "tip_n": tip_n}
    return told | {"tip_mm": [0.0, 0.0, depth_mm]}


def made(course: Sequence[tuple[float, float, str, float, bool]], step_s: float = 1.0) -> Items:
    """A wire in a catheter; X-rays are on in those steps that say so."""
    items: Items = [TARGET]
    for number, (wire, tube, vessel, force, is_lit) in enumerate(course, 1):
        at = number * step_s
        if is_lit:
            items.append({"at": at - 0.2 * step_s, "event": "xray-on", "pedal": "fluoro"})
        tools = [tool("w1", wire, vessel), tool("c1", tube, vessel, tip_n=force)]
        items.append({"at": at, "observation": "instruments", ACCESS: tools})
        if is_lit:
            items.append({"at": at + 0.2 * step_s, "event": "xray-off"})
    return [*items, {"at": (len(course) + 1) * step_s, "event": "task-finished", "answers": {}}]


def value(name: str, items: Items, of: str | None = None) -> float | None:
    """A measure of a hand-made log."""
    found = MEASURES[name].read(log(items), of).value
    assert not isinstance(found, str)
    return found


@settings(max_examples=60, deadline=None)
@given(course=DEPTHS)
def test_a_way_is_never_shorter_than_what_is_in_the_patient(course: Any) -> None:
    ratio = value("path-ratio", made(course), "goal")
    assert ratio is None or ratio >= 1.0 - 1e-6


@settings(max_examples=60, deadline=None)
@given(course=DEPTHS, times=st.floats(0.5, 4.0))
def test_slower_hands_take_the_same_way_and_press_for_longer(course: Any, times: float) -> None:
    fast, slow = made(course), made(course, times)
    for name, of in (("path-ratio", "goal"), ("blind-advance", None), ("wire-led", None)):
        assert value(name, fast, of) == value(name, slow, of)
    once, longer = value("wall-impulse", fast), value("wall-impulse", slow)
    assert once is not None and longer == pytest.approx(once * times, rel=1e-4, abs=1e-5)
    assert value("tip-force-peak", fast) == value("tip-force-peak", slow)


@settings(max_examples=60, deadline=None)
@given(course=DEPTHS)
def test_more_x_rays_never_leave_more_unseen(course: Any) -> None:
    dark = [(*one[:4], False) for one in course]
    bright = [(*one[:4], True) for one in course]
    unseen, some, none = (value("blind-advance", made(c)) for c in (dark, course, bright))
    assert unseen is not None and some is not None
    assert unseen >= some - 1e-6 >= -1e-6 and none == 0.0


@settings(max_examples=60, deadline=None)
@given(course=DEPTHS)
def test_a_wire_that_is_always_far_ahead_leads_everywhere_and_one_that_is_behind_nowhere(course: Any) -> None:
    ahead = [(tube + 50.0, tube, *one) for _, tube, *one in course]
    behind = [(tube - 50.0, tube, *one) for _, tube, *one in course]
    assert value("wire-led", made(ahead)) == 1.0
    onward = any(b[1] > max(a[1], 0.0) and b[2] != VESSELS[0] for a, b in pairwise(course))
    assert value("wire-led", made(behind)) == (0.0 if onward else 1.0)


@settings(max_examples=40, deadline=None)
@given(course=DEPTHS)
def test_what_stands_in_another_access_changes_nothing_of_this_one(course: Any) -> None:
    items = made(course)
    other = {"at": 0.05, "observation": "instruments", "right-femoral-vein": [tool("m9", 10.0)]}
    for name, of in (("path-ratio", "goal"), ("wall-impulse", None), ("exchange-drift", None)):
        assert value(name, items, of) == value(name, [items[0], other, *items[1:]], of)


def test_only_what_changed_is_told_and_the_rest_is_as_before() -> None:
    whole = [tool("w1", 30.0, "left-renal-artery", 12.0), tool("c1", 20.0)]
    items: Items = [
        {"at": 1, "observation": "instruments", ACCESS: whole},
        {"at": 2, "observation": "instruments", "left-femoral-artery": [tool("m1", 5.0)]},
        {"at": 3, "observation": "instruments", ACCESS: [{"tool": "w1", "depth_mm": 35.0}, {"tool": "c1"}]},
        {"at": 4, "observation": "instruments", ACCESS: [{"tool": "c1"}]},
        {"at": 6, "event": "task-finished", "answers": {}},
    ]
    seen = stays(log(items))
    assert [stay.seconds for stay in seen] == [1.0, 1.0, 1.0, 2.0]
    assert [len(list(stay.tools)) for stay in seen] == [2, 3, 3, 2]
    wire = seen[2].find("w1")
    assert wire is not None and (wire.depth_mm, wire.at_mm, wire.vessel) == (35.0, 12.0, "left-renal-artery")
    assert seen[3].find("w1") is None and [one.tool for one in seen[3].stack_of("c1")] == ["c1"]


def test_a_tip_is_bare_beyond_every_tool_around_it_and_beyond_the_sheath() -> None:
    stack = [tool("w1", 40.0), tool("m1", 60.0), tool("c1", 50.0), tool("c2", -5.0)]
    (stay,) = stays(log([{"at": 1, "observation": "instruments", ACCESS: stack}]))
    assert {one.tool: one.is_bare for one in stay.tools} == {"w1": False, "m1": True, "c1": True, "c2": False}


def test_along_one_vessel_breath_is_left_out_and_between_two_it_is_space() -> None:
    first = tool("w1", 100.0, "left-renal-artery", 20.0)
    moved = first | {"tip_mm": [0.0, 0.0, 112.0]}
    away = moved | {"vessel": "abdominal-aorta"}
    a, b, c = (
        stays(log([{"at": 1, "observation": "instruments", ACCESS: [one]}]))[0].find("w1")
        for one in (first, moved, away)
    )
    assert a is not None and b is not None and c is not None
    assert apart_mm(a, b) == 0.0 and apart_mm(a, c) == pytest.approx(12.0)
    assert apart_mm(c, a) == apart_mm(a, c)
