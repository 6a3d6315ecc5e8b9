"""A change of version: what maps to what, and no evidence is lost."""

from __future__ import annotations

from datetime import date

from angiosuite.assess.versions import move

from .trainee import cases, enrolment, pathway, piece

OLD = pathway(
    {"id": "cases", "kind": "count", "target": 10},
    {"id": "poster", "kind": "evidence"},
    {"id": "same", "kind": "attestation"},
    id="old-way",
    version="2020",
)
NEW = pathway(
    {"id": "procedures", "kind": "count", "target": 20},
    {"id": "same", "kind": "attestation"},
    {"id": "course", "kind": "evidence", "counts": {"evidence": ["course"]}},
    id="new-way",
    version="2026",
    crosswalks=[
        {
            "from_version": "2020",
            "from_pathway": "old-way",
            "map": [{"before": "cases", "after": "procedures"}, {"before": "poster", "relation": "none"}],
        }
    ],
)


def test_a_change_of_version_loses_no_evidence_and_says_what_maps() -> None:
    evidence = [*cases(12), piece("document"), piece("course")]
    person = enrolment(
        pathway="old-way", version="2020", overrides={"cases": {"target": 12, "source": "own"}}
    )
    made = move(OLD, NEW, person, evidence, date(2025, 1, 1))
    assert made.evidence == len(evidence)
    assert (made.enrolment.pathway, made.enrolment.version) == ("new-way", "2026")
    assert made.enrolment.overrides == {"procedures": {"target": 12, "source": "own"}}
    assert [(one.before, one.after, one.relation) for one in made.moved] == [
        ("cases", "procedures", "exact"),
        ("poster", None, "none"),
        ("same", "same", "exact"),
        (None, "course", "new"),
    ]
    first = made.moved[0]
    assert first.was is not None
    assert first.becomes is not None
    assert set(first.was.used) == set(first.becomes.used)
    assert made.no_longer_used == (evidence[12].id,)
