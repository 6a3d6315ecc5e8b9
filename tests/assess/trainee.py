"""A small pathway, an enrolment on it and evidence, each with what a test does not say filled in."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import count
from typing import Any

from angiosuite.assess.requirements import evaluate
from angiosuite.assess.standing import Standing
from angiosuite.content.pathway import PathwayItem
from angiosuite.kit.enrolment import Enrolment
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status

START = date(2024, 7, 1)
_numbers = count()

STAGES = [
    {"id": "core", "title": "Core", "months": 36, "basis": "memory"},
    {"id": "advanced", "title": "Advanced", "months": 24, "basis": "memory"},
]


def pathway(*requirements: dict[str, Any], **fields: Any) -> PathwayItem:
    """Three core years and two advanced ones, asking what is named; basis read unless said."""
    asked = [{"title": each["id"], "basis": "read", "source": "s", **each} for each in requirements]
    item = {
        "id": "a-way",
        "title": "A way",
        "version": "1",
        "status": "current",
        "verified_on": "2026-11-01",
        "stages": STAGES,
        "requirements": asked,
        "sources": [{"key": "s", "citation": "Own choice for a test"}],
        **fields,
    }
    return PathwayItem.model_validate_json(json.dumps(item))


def enrolment(**fields: Any) -> Enrolment:
    """Full time from 1 July 2024."""
    return Enrolment(
        **{"id": "e", "owner": "p", "pathway": "a-way", "version": "1", "start": START, **fields}
    )


def piece(kind: str = "real-case", on: date = START, **fields: Any) -> Evidence:
    """A signed case as first operator, or another kind of evidence."""
    made = EvidenceKind(kind)
    usual: dict[str, Any] = {"id": f"{next(_numbers):08d}", "owner": "p", "status": Status.SIGNED}
    if made in (EvidenceKind.REAL_CASE, EvidenceKind.SUITE_PRACTICE):
        usual["role"] = CaseRole.FIRST_SUPERVISED
    if "terms" in fields:
        fields["terms"] = tuple(fields["terms"])
    return Evidence(kind=made, on=on, **{**usual, **fields})


def cases(number: int, since: date = START, every_days: int = 1, **fields: Any) -> list[Evidence]:
    """So many cases, one every so many days."""
    return [piece(on=since + timedelta(days=every_days * i), **fields) for i in range(number)]


def stand(
    item: PathwayItem, evidence: list[Evidence], as_of: date, requirement: str | None = None, **fields: Any
) -> Standing:
    """The standing of one requirement, the first unless named."""
    standings = evaluate(item, enrolment(**fields), evidence, as_of)
    wanted = requirement or item.requirements[0].id
    return next(one for one in standings if one.requirement == wanted)
