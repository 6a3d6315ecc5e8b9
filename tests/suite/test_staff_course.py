"""People and shields by the log are those of the room that made it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.suite.session import Session
from angiosuite.suite.staff_course import plan_after, told
from angiosuite.suite.staff_plan import PEOPLE, SHIELDS, WORN, Plan

ANY = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2))
PLACE = st.floats(-2500, 2300)
MOVED = st.fixed_dictionaries({"who": st.sampled_from(PEOPLE), "x_mm": PLACE, "z_mm": PLACE})
DRESSED = st.fixed_dictionaries(
    {"who": st.sampled_from(PEOPLE), "item": st.sampled_from(list(WORN)), "on": st.booleans()}
)


def test_what_a_rooms_own_events_tell_is_where_its_people_and_shields_are(small_room):
    session = Session(small_room, seed=1)
    watch = session.watchers["staff"]
    watch.begin({"people": [{"id": "assistant", "z_mm": -1300}]})
    watch.move("operator", -700.0, -300.0)
    watch.wear("operator", "glasses", True)
    watch.use_shield("ceiling-screen", True)
    watch.move_shield("ceiling-screen", -400.0, -100.0, 30.0)
    live = session.snapshot()["staff"]
    events = [(one["t_us"], one["name"], one["data"]) for one in session.events]
    begun = (0, "task-begun", {"people": [{"id": "assistant", "z_mm": -1300}]})
    found = told(plan_after([begun, *events]), None)
    assert found["shields"] == live["shields"]
    for mine, theirs in zip(found["people"], live["people"], strict=True):
        assert {k: mine[k] for k in ("id", "x_mm", "z_mm", "wears")} == {
            k: theirs[k] for k in ("id", "x_mm", "z_mm", "wears")
        }


@settings(max_examples=50)
@given(moved=MOVED, dressed=DRESSED)
def test_the_last_word_on_a_person_counts_and_says_nothing_of_the_others(moved, dressed):
    plan = plan_after([(0, "staff-moved", moved), (1, "staff-dressed", dressed), (2, "staff-moved", moved)])
    assert (plan.person(moved["who"]).x_mm, plan.person(moved["who"]).z_mm) == (moved["x_mm"], moved["z_mm"])
    assert getattr(plan.person(dressed["who"]), dressed["item"]) == dressed["on"]
    for other in set(PEOPLE) - {moved["who"], dressed["who"]}:
        assert plan.person(other) == Plan().person(other)


@settings(max_examples=50)
@given(
    name=st.sampled_from(["task-begun", "staff-moved", "staff-dressed", "shield-moved", "shield-used"]),
    data=st.one_of(ANY, st.dictionaries(st.sampled_from(["who", "shield", "x_mm", "on", "people"]), ANY)),
)
def test_a_change_that_names_nobody_is_passed_over(name, data):
    plan = plan_after([(0, name, data)])
    assert [one.id for one in plan.people] == list(PEOPLE)
    assert [one.id for one in plan.shields] == list(SHIELDS)
