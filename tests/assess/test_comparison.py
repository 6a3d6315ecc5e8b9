"""Two pathways side by side."""

from __future__ import annotations

from angiosuite.assess.comparison import compared, figure_words

from .trainee import pathway

OLD = pathway(
    {"id": "cases", "kind": "count", "target": 10},
    {"id": "poster", "kind": "evidence"},
    {"id": "same", "kind": "attestation"},
)
NEW = pathway(
    {"id": "procedures", "kind": "count", "target": 20},
    {"id": "same", "kind": "attestation"},
    {"id": "course", "kind": "evidence"},
)


def test_comparing_a_pathway_with_itself_finds_the_same_on_both_sides() -> None:
    assert all(row.a == row.b for row in compared(NEW, NEW))


def test_a_comparison_shows_everything_of_both_sides() -> None:
    rows = compared(OLD, NEW)
    left, right = {row.a.text for row in rows}, {row.b.text for row in rows}
    assert {"cases: 10", "poster", "same"} <= left
    assert {"procedures: 20", "same", "course"} <= right
    credits = pathway({"id": "c", "kind": "credits", "target": 75, "window_months": 36}).requirements[0]
    assert figure_words(credits) == "75 in 36 months"
