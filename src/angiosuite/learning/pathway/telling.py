"""Enrolments, standings, exams and moves as plain values, as pages and exports read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from angiosuite.assess.comparison import figure_words, total_months
from angiosuite.assess.exams import ExamPlan
from angiosuite.assess.months import add_months
from angiosuite.assess.standing import Standing
from angiosuite.assess.versions import Move
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.requirement import Asked
from angiosuite.kit.enrolment import Enrolment


def is_stale(item: PathwayItem, today: date) -> bool:
    """Whether nobody has compared it with its sources for longer than it asks."""
    return item.status != "superseded" and add_months(item.verified_on, item.verify_every_months) < today


def summary(item: PathwayItem, today: date) -> dict[str, Any]:
    """A pathway as a line of a list."""
    told = item.model_dump(
        mode="json",
        include={
            "id", "title", "summary", "country", "region", "version", "status", "valid_from", "valid_to",
            "verified_on", "quality", "supersedes", "popular_account", "labels",
        },
    )  # fmt: skip
    return told | {"stale": is_stale(item, today), "months": total_months(item)}


def enrolment_told(enrolment: Enrolment) -> dict[str, Any]:
    """An enrolment as plain values."""
    return {
        "id": enrolment.id,
        "pathway": enrolment.pathway,
        "version": enrolment.version,
        "variant": enrolment.variant,
        "from_stage": enrolment.from_stage,
        "start": enrolment.start,
        "fte": [{"since": each.since, "fraction": each.fraction} for each in enrolment.fte],
        "leave": [
            {"since": each.since, "until": each.until, "kind": each.kind, "why": each.why}
            for each in enrolment.leave
        ],
        "extension_months": enrolment.extension_months,
        "ended": enrolment.ended,
        "overrides": enrolment.overrides,
    }


def standing_told(one: Standing, asked: Asked) -> dict[str, Any]:
    """A standing with what its requirement says, as plain values."""
    return {
        "requirement": one.requirement,
        "title": asked.title,
        "kind": str(getattr(asked, "kind", "")),
        "stage": asked.stage,
        "basis": one.basis,
        "note": asked.note,
        "overridable": asked.overridable,
        "figure": figure_words(asked),
        "state": str(one.state),
        "value": one.value,
        "target": one.target,
        "unit": one.unit,
        "due": one.due,
        "used": list(one.used),
        "not_counted": [
            {"reason": str(each.reason), "words": each.words, "ids": list(each.ids)}
            for each in one.not_counted
        ],
        "met_on": one.met_on,
        "expected_on": one.expected_on,
        "per_month": None if one.per_month is None else round(one.per_month, 3),
        "progress": round(one.progress, 4),
        "arithmetic": one.arithmetic,
        "words": one.arithmetic,
    }


def source_told(key: str | None, sources: Mapping[str, Any]) -> dict[str, Any] | str | None:
    """The source of a requirement; what a programme named in words stays as it is."""
    if key is None or key not in sources:
        return key
    told: dict[str, Any] = sources[key].model_dump(mode="json")
    return told


def exam_told(one: ExamPlan) -> dict[str, Any]:
    """One exam of the planner, as plain values."""
    return {
        "exam": one.exam.id,
        "title": one.exam.title,
        "models": [model.model_dump(mode="json") for model in one.exam.models],
        "model": None if one.model is None else one.model.id,
        "earliest": one.earliest,
        "by": one.by,
        "passed_on": one.passed_on,
        "sure": one.sure,
        "straddles": one.straddles,
        "waits_for": list(one.waits_for),
        "sitting": one.sitting,
        "words": one.words,
    }


def move_told(made: Move, before: PathwayItem, after: PathwayItem) -> dict[str, Any]:
    """A change of version as plain values."""

    def told(one: Standing | None, pathway: PathwayItem) -> dict[str, Any] | None:
        asked = None if one is None else pathway.requirement(one.requirement)
        return None if one is None or asked is None else standing_told(one, asked)

    return {
        "enrolment": enrolment_told(made.enrolment),
        "moved": [
            {
                "before": each.before,
                "after": each.after,
                "title": each.title,
                "relation": each.relation,
                "was": told(each.was, before),
                "becomes": told(each.becomes, after),
                "note": each.note,
            }
            for each in made.moved
        ],
        "evidence": made.evidence,
        "no_longer_used": list(made.no_longer_used),
    }
