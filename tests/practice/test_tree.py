"""Where a person stands: what counts, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from angiosuite.bench.attempt_sample import AttemptSample, sample_drill
from angiosuite.content.loader import load_library
from angiosuite.kit.home import Home
from angiosuite.practice import tree
from angiosuite.practice.attempts import Attempts
from angiosuite.practice.debrief import Debrief

NOW = datetime(2026, 11, 29, 18, tzinfo=UTC)


def attempt(
    made: Callable[..., AttemptSample], name: str, passes: bool, itself: bool = True, **facts: object
) -> None:
    """One finished and judged attempt."""
    sample = made(name, on=f"2026-11-29T{name[9:11]}:00:00+00:00", **facts)
    sample.held(3.0 if passes else 20.0)
    sample.answer("before")
    sample.finish()
    Debrief(sample.attempt).judged()
    if itself:
        sample.attempt.write("self", {"skipped": True})


def standing(home: Home) -> tree.DrillStanding:
    """Of the sample drill."""
    drill = sample_drill()
    found = Attempts(home, load_library).of(("",))
    return tree.stand({drill.id: drill}, found, NOW)[drill.id]


def test_two_passes_in_a_row_on_different_patients_are_mastery(
    home: Home, made: Callable[..., AttemptSample]
) -> None:
    attempt(made, "20261129-100000-aaaa", True, seed=1)
    assert standing(home).state == "passed"
    attempt(made, "20261129-110000-aaaa", True, seed=2, patient="built-in-woman")
    assert standing(home).state == "mastered"


def test_the_same_draw_again_counts_once(home: Home, made: Callable[..., AttemptSample]) -> None:
    attempt(made, "20261129-100000-aaaa", False, seed=5)
    attempt(made, "20261129-110000-aaaa", True, seed=5)
    assert standing(home).state == "open"


def test_a_failure_counts_though_its_debrief_was_never_opened(
    home: Home, made: Callable[..., AttemptSample]
) -> None:
    attempt(made, "20261129-100000-aaaa", True, seed=1)
    attempt(made, "20261129-110000-aaaa", True, seed=2, patient="built-in-woman")
    attempt(made, "20261129-120000-aaaa", False, itself=False, seed=3)
    found = standing(home)
    assert found.state == "relapsed"
    told = [one.told() for one in found.attempts]
    assert (told[0]["state"], told[0]["score"], told[0]["passed"]) == ("finished", None, None)
    assert tree.told(found, {})["last"]["id"] == "20261129-110000-aaaa"


def test_scripts_branches_and_the_third_hint_do_not_count(
    home: Home, made: Callable[..., AttemptSample]
) -> None:
    attempt(made, "20261129-100000-aaaa", True, seed=1, operator="reference")
    attempt(made, "20261129-110000-aaaa", True, seed=2, branched_from={"attempt": "x", "t_us": 1})
    sample = made("20261129-120000-aaaa", seed=3)
    sample.held(3.0)
    for level in (1, 2, 3):
        sample.hint(level)
    sample.answer("before")
    sample.finish()
    Debrief(sample.attempt).judged()
    assert standing(home).state == "open"


def test_five_minutes_offers_what_slipped_before_what_is_new(
    home: Home, made: Callable[..., AttemptSample]
) -> None:
    assert tree.five_minutes({"a": standing(home)})["reason"] == "It is the next one in the tree"  # type: ignore[index]
    attempt(made, "20261129-100000-aaaa", False, seed=1)
    assert tree.five_minutes({"a": standing(home)})["reason"] == "The last attempt did not pass"  # type: ignore[index]
