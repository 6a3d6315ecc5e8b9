"""Mastery: two passes in a row on different patients; a failure afterwards is a relapse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.mastery import Attempt, mastery

BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
NOW = BEGIN + timedelta(days=200)


def attempts(*told: tuple[str, bool] | tuple[str, bool, int]) -> list[Attempt]:
    """(patient, passed, help) a day apart."""
    return [
        Attempt("isocentre", BEGIN + timedelta(days=day), one[0], one[1], *one[2:])  # type: ignore[misc]
        for day, one in enumerate(told)
    ]


def test_one_pass_is_passed_and_two_on_the_same_patient_are_no_more() -> None:
    assert mastery([]).state == "none"
    assert mastery(attempts(("a", False))).state == "none"
    assert mastery(attempts(("a", True), ("a", True))).state == "passed"


def test_two_in_a_row_on_different_patients_are_mastery() -> None:
    found = mastery(attempts(("a", True), ("b", True)), NOW)
    assert (found.state, found.passes_in_a_row, found.patients) == ("mastered", 2, ("a", "b"))
    assert found.is_due
    assert mastery(attempts(("a", True), ("b", False), ("a", True))).state == "passed"


def test_a_failure_after_mastery_is_a_relapse_that_two_passes_win_back() -> None:
    mastered = (("a", True), ("b", True))
    assert mastery(attempts(*mastered, ("a", False))).state == "relapsed"
    assert mastery(attempts(*mastered, ("a", False), ("b", True))).state == "relapsed"
    assert mastery(attempts(*mastered, ("a", False), ("b", True), ("a", True))).state == "mastered"


def test_the_second_hint_passes_without_counting_for_mastery_and_the_third_counts_for_nothing() -> None:
    assert mastery(attempts(("a", True, 1), ("b", True, 1))).state == "mastered"
    assert mastery(attempts(("a", True), ("b", True, 2))).state == "passed"
    assert mastery(attempts(("a", True), ("b", True, 2), ("c", True))).state == "mastered"
    assert mastery(attempts(("a", True, 3))).state == "none"
    assert mastery(attempts(("a", True), ("b", True), ("a", False, 3))).state == "mastered"


def test_many_failures_after_an_acceptable_rate_are_marked_by_the_cusum() -> None:
    long = [("ab"[n % 2], True) for n in range(9)]
    assert mastery(attempts(*long)).cusum.state == "acceptable"
    assert mastery(attempts(*long, ("a", False), ("b", False))).cusum.relapsed


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(0, 3)), max_size=12),
    st.randoms(use_true_random=False),
)
def test_it_depends_on_the_attempts_and_not_on_the_order_in_which_they_are_given(told, chance) -> None:
    made = attempts(*told)
    mixed = made.copy()
    chance.shuffle(mixed)
    assert mastery(mixed, NOW).as_dict() == mastery(made, NOW).as_dict()


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(0, 2)), max_size=12))
def test_a_further_pass_never_lowers_where_one_stands(told) -> None:
    rank = {"none": 0, "relapsed": 1, "passed": 1, "mastered": 2}
    before, after = mastery(attempts(*told), NOW), mastery(attempts(*told, ("d", True, 0)), NOW)
    assert rank[after.state] >= rank[before.state]
    assert after.passes_in_a_row == before.passes_in_a_row + 1
