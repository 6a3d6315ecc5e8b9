"""Skills: what is simulated is never added to what is real, and every piece is found where it belongs."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.assess.skills import SKILL_KINDS, summary
from angiosuite.kit.evidence import EvidenceKind, Status

from .trainee import piece

DAY = date(2026, 11, 29)
many = st.lists(
    st.builds(
        lambda kind, on, term, status: piece(kind, on, terms=[term], status=status),
        st.sampled_from([str(kind) for kind in EvidenceKind]),
        st.dates(date(2024, 1, 1), date(2027, 6, 1)),
        st.sampled_from(["biopsy", "drainage"]),
        st.sampled_from(list(Status)),
    ),
    max_size=20,
)


@given(evidence=many)
@settings(max_examples=50)
def test_real_and_simulated_are_counted_apart(evidence: list) -> None:
    skills = {skill.term: skill for skill in summary(evidence, DAY)}
    for term in ("biopsy", "drainage"):
        mine = [
            one
            for one in evidence
            if one.terms == (term,) and one.on <= DAY and one.status in (Status.SIGNED, Status.SUBMITTED)
        ]
        if not any(one.kind in SKILL_KINDS for one in mine):
            assert term not in skills
            continue
        skill = skills[term]
        assert skill.real.number == sum(one.kind is EvidenceKind.REAL_CASE for one in mine)
        assert skill.simulated.number == sum(one.kind is EvidenceKind.SUITE_PRACTICE for one in mine)
        for tally in (skill.real, skill.simulated, skill.observed, skill.other):
            assert tally.recent <= tally.number
            assert tally.signed <= tally.number


@given(evidence=many, order=st.randoms())
@settings(max_examples=30)
def test_the_order_of_evidence_changes_nothing(evidence: list, order) -> None:
    shuffled = list(evidence)
    order.shuffle(shuffled)
    assert summary(evidence, DAY) == summary(shuffled, DAY)


def test_spread_recency_and_the_latest_decision_are_told() -> None:
    evidence = [
        piece(on=date(2025, 11, 29), terms=["evar"], site="a", result="success"),
        piece(on=date(2025, 11, 30), terms=["evar"], site="b", result="failure", data={"setting": "urgent"}),
        piece("observation", date(2026, 1, 1), terms=["evar"], rater="x"),
        piece("observation", date(2026, 2, 1), terms=["evar"], rater="x"),
        piece("observation", date(2026, 3, 1), terms=["evar"], rater="y"),
        piece("entrustment", date(2026, 4, 1), terms=["evar"], scheme="epa", level="3"),
        piece("entrustment", date(2026, 5, 1), terms=["evar"], scheme="epa", level="4"),
        piece("suite-practice", date(2026, 6, 1), terms=["evar"]),
    ]
    (skill,) = summary(evidence, DAY)
    assert (skill.real.number, skill.real.recent, skill.real.sites) == (2, 1, 2)
    assert (skill.successes, skill.outcomes) == (1, 2)
    assert (skill.observed.raters, round(skill.observed.most_of_one_rater, 2)) == (2, 0.67)
    assert skill.entrusted == (("epa", "4", date(2026, 5, 1)),)
    assert (skill.simulated.number, skill.last) == (1, date(2026, 5, 1))
    assert skill.real.contexts == {"first-operator-supervised": 2, "urgent": 1}
