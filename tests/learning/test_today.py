"""Today's tasks."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from angiosuite.learning.today.plan import EXPIRY_NOTICE_DAYS, MOST, Due, Facts, Reading, plan

TODAY = date(2028, 2, 29)
days = st.dates(date(2025, 1, 1), date(2031, 1, 1))
dues = st.lists(
    st.builds(
        Due,
        id=st.text("abc", min_size=1, max_size=3),
        title=st.just("Some requirement"),
        state=st.sampled_from(["met", "on-track", "at-risk", "overdue", "unknown"]),
        due=st.none() | days,
        words=st.just("3 of 5"),
        go=st.just("pathway"),
    ),
    max_size=6,
)
readings = st.lists(
    st.builds(
        Reading,
        page=st.text("xyz", min_size=1, max_size=2),
        title=st.just("A page"),
        minutes=st.integers(1, 30),
        fraction=st.floats(0, 1),
        fits=st.just("It is about your stage"),
    ),
    max_size=4,
)


@given(
    facts=st.builds(
        Facts,
        today=days,
        enrolled=st.booleans(),
        requirements=dues,
        credentials=dues,
        drafts=st.integers(0, 30),
        begun=readings,
        next_pages=readings,
        last_practice=st.none() | days,
        rotation_ended=st.none() | st.tuples(st.just("IR rotation"), days),
        reflected=st.none() | days,
        reminders=dues,
    )
)
def test_a_day_holds_few_tasks_each_once_with_a_reason_a_length_and_an_address(facts):
    tasks = plan(facts)
    assert len(tasks) <= MOST and len({task.id for task in tasks}) == len(tasks)
    assert all(task.title and task.reason and task.minutes >= 1 and task.go for task in tasks)
    assert plan(facts) == tasks


def test_a_newcomer_is_led_to_a_pathway_the_room_and_a_page():
    tasks = plan(Facts(TODAY, next_pages=[Reading("welcome", "What it is", 6, fits="Where to begin")]))
    assert [task.kind for task in tasks] == ["pathway", "practice", "reading"]


def test_what_expires_comes_first_and_says_in_how_many_days():
    licence = Due("acls", "ACLS", "met", TODAY + timedelta(days=1), "", "evidence")
    late = Due("x", "Case log", "overdue", TODAY, "12 of 50", "pathway")
    tasks = plan(Facts(TODAY, enrolled=True, credentials=[licence], requirements=[late], last_practice=TODAY))
    assert [task.id for task in tasks] == ["credential:acls", "requirement:x"]
    assert tasks[0].reason == "It expires in 1 day"


def test_a_credential_is_silent_until_its_notice_begins():
    def expiring(after: int) -> Facts:
        due = TODAY + timedelta(days=after)
        return Facts(TODAY, enrolled=True, credentials=[Due("acls", "ACLS", "met", due, "", "evidence")])

    assert any(task.kind == "credential" for task in plan(expiring(EXPIRY_NOTICE_DAYS)))
    assert not any(task.kind == "credential" for task in plan(expiring(EXPIRY_NOTICE_DAYS + 1)))


def test_nothing_met_unknown_or_on_track_presses():
    calm = [Due(state, state, state, TODAY, "", "pathway") for state in ("met", "unknown", "on-track")]
    assert plan(Facts(TODAY, enrolled=True, requirements=calm, last_practice=TODAY)) == ()


def test_a_rotation_asks_for_a_reflection_until_it_was_written_or_long_ago():
    def asked(ended: date, reflected: date | None) -> bool:
        facts = Facts(TODAY, enrolled=True, rotation_ended=("IR", ended), reflected=reflected)
        return any(task.kind == "reflection" for task in plan(facts))

    assert asked(TODAY - timedelta(days=3), None)
    assert asked(TODAY - timedelta(days=3), TODAY - timedelta(days=60))
    assert not asked(TODAY - timedelta(days=3), TODAY - timedelta(days=1))
    assert not asked(TODAY - timedelta(days=31), None)
    assert not asked(TODAY + timedelta(days=5), None)


def test_practice_returns_after_a_week():
    def asked(last: date) -> bool:
        return any(task.kind == "practice" for task in plan(Facts(TODAY, enrolled=True, last_practice=last)))

    assert asked(TODAY - timedelta(days=7)) and not asked(TODAY - timedelta(days=6))
