"""Pathways and the caller's enrolments on them: `/api/pathways`, `/api/enrolments`, `/api/hours`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field, JsonValue, StringConstraints
from pydantic import Strict as StrictMark

from angiosuite.assess.hours import RULES, Week, checked
from angiosuite.kit.enrolment import Enrolment, Fte, Leave, LeaveKind
from angiosuite.learning.pathway.telling import enrolment_told

from .access import OWN, SHARED, Caller
from .answers import FAULTS, Strict
from .services import Given

router = APIRouter(prefix="/api", tags=["pathways"], responses=FAULTS)

Name = Annotated[str, Path(max_length=100)]
Short = Annotated[str, StringConstraints(max_length=100)]
Day = Annotated[date, StrictMark(False), Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
On = Annotated[
    date | None, Query(ge=date(1900, 1, 1), le=date(2199, 12, 31), description="day; today if left out")
]
Overrides = dict[Short, dict[Short, JsonValue]]


class FteWanted(Strict):
    """A share of full time from a day on."""

    since: Day
    fraction: float = Field(ge=0.1, le=1)


class LeaveWanted(Strict):
    """First and last day away."""

    since: Day
    until: Day
    kind: LeaveKind = "other"
    why: Annotated[str, StringConstraints(max_length=500)] = ""


class EnrolmentWanted(Strict):
    """A new enrolment; the present version of the pathway is pinned."""

    pathway: Short
    start: Day
    variant: Short | None = None
    from_stage: Short | None = None
    fte: list[FteWanted] = Field(default_factory=list, max_length=50)
    leave: list[LeaveWanted] = Field(default_factory=list, max_length=200)
    extension_months: int = Field(default=0, ge=0, le=120)
    overrides: Overrides = Field(default_factory=dict, max_length=300)


class EnrolmentChange(Strict):
    """What is to be said from now on; what is left out stays."""

    start: Day | None = None
    variant: Short | None = None
    from_stage: Short | None = None
    fte: list[FteWanted] | None = Field(default=None, max_length=50)
    leave: list[LeaveWanted] | None = Field(default=None, max_length=200)
    extension_months: int | None = Field(default=None, ge=0, le=120)
    ended: Day | None = None
    overrides: Overrides | None = Field(default=None, max_length=300)
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class WhatIf(Strict):
    """Another pace, a pause, another share of full time, from a day on."""

    pace: float = Field(default=1.0, ge=0, le=10)
    pause_months: float = Field(default=0, ge=0, le=120)
    fte: float | None = Field(default=None, ge=0.1, le=1)
    since: Day | None = Field(default=None, alias="from")


class MoveWanted(Strict):
    """The version to move to; `dry` only tells what would become of it."""

    version: Annotated[str, StringConstraints(max_length=200)]
    pathway: Short | None = None
    dry: bool = False


class WeekWanted(Strict):
    """A week of work; what is left out is not checked."""

    begins: Day
    hours: float = Field(ge=0, le=168)
    free_days: int | None = Field(default=None, ge=0, le=7)
    call_nights: int | None = Field(default=None, ge=0, le=7)
    longest_hours: float | None = Field(default=None, ge=0, le=168)
    rest_hours: float | None = Field(default=None, ge=0, le=168)
    night_hours: float | None = Field(default=None, ge=0, le=24)
    away: bool = False


class HoursWanted(Strict):
    """Weeks to check against a rule set."""

    rule: Literal["us-acgme", "eu-48", "uk-48"]
    weeks: list[WeekWanted] = Field(max_length=520)


@router.get("/pathways", dependencies=[SHARED])
def pathways(services: Given) -> dict[str, Any]:
    """Every pathway, current ones first."""
    return {"pathways": services.pathways.summaries(date.today())}


@router.get("/pathways/compare", dependencies=[SHARED])
def compare(
    services: Given, a: Annotated[str, Query(max_length=100)], b: Annotated[str, Query(max_length=100)]
) -> dict[str, Any]:
    """Two pathways side by side, each figure with how it is known."""
    return {"a": a, "b": b, "rows": [asdict(row) for row in services.pathways.comparison(a, b)]}


@router.get("/pathways/{pathway_id}", dependencies=[SHARED])
def pathway(services: Given, pathway_id: Name) -> dict[str, Any]:
    """One pathway with its stages, requirements, exams and sources."""
    return services.pathways.shown(pathway_id, date.today())


@router.get("/enrolments", dependencies=[OWN])
def enrolments(services: Given, caller: Caller) -> dict[str, Any]:
    """Enrolments of the caller, latest start first."""
    return {"enrolments": [enrolment_told(one) for one in services.pathways.enrolled(caller)]}


@router.post("/enrolments", dependencies=[OWN], status_code=201)
def enrol(services: Given, caller: Caller, wanted: EnrolmentWanted) -> dict[str, Any]:
    """Put the caller on a pathway."""
    made = Enrolment(
        id="",
        owner=caller.person,
        pathway=wanted.pathway,
        version="",
        start=wanted.start,
        variant=wanted.variant,
        from_stage=wanted.from_stage,
        fte=_fte(wanted.fte),
        leave=_leave(wanted.leave),
        extension_months=wanted.extension_months,
        overrides=dict(wanted.overrides),
    )
    return enrolment_told(services.pathways.enrol(caller, made))


@router.get("/enrolments/{enrolment_id}", dependencies=[OWN])
def enrolment(services: Given, caller: Caller, enrolment_id: Name) -> dict[str, Any]:
    """One enrolment."""
    return enrolment_told(services.pathways.enrolment(caller, enrolment_id))


@router.patch("/enrolments/{enrolment_id}", dependencies=[OWN])
def change(services: Given, caller: Caller, enrolment_id: Name, wanted: EnrolmentChange) -> dict[str, Any]:
    """Leave, part-time, extension, what was set; `ended`, `variant` and `from_stage` may be set to null."""
    changes: dict[str, Any] = {}
    for name in wanted.model_fields_set - {"reason"}:
        value = getattr(wanted, name)
        if value is None and name not in ("ended", "variant", "from_stage"):
            continue
        changes[name] = value
    if wanted.fte is not None:
        changes["fte"] = _fte(wanted.fte)
    if wanted.leave is not None:
        changes["leave"] = _leave(wanted.leave)
    made = services.pathways.change(caller, enrolment_id, changes, wanted.reason)
    return enrolment_told(made)


@router.delete("/enrolments/{enrolment_id}", dependencies=[OWN])
def end(services: Given, caller: Caller, enrolment_id: Name, on: On = None) -> dict[str, Any]:
    """Say that the caller left or finished; nothing is removed."""
    return enrolment_told(services.pathways.end(caller, enrolment_id, on or date.today()))


@router.get("/enrolments/{enrolment_id}/standing", dependencies=[OWN])
def standing(services: Given, caller: Caller, enrolment_id: Name, on: On = None) -> dict[str, Any]:
    """Where each requirement stands, with the evidence and the arithmetic, and the timeline."""
    return services.pathways.standing(caller, enrolment_id, on or date.today())


@router.post("/enrolments/{enrolment_id}/what-if", dependencies=[OWN])
def what_if(
    services: Given, caller: Caller, enrolment_id: Name, wanted: WhatIf, on: On = None
) -> dict[str, Any]:
    """The same as it would be; nothing is kept."""
    return services.pathways.what_if(
        caller,
        enrolment_id,
        on or date.today(),
        pace=wanted.pace,
        pause_months=wanted.pause_months,
        fraction=wanted.fte,
        since=wanted.since,
    )


@router.post("/enrolments/{enrolment_id}/version", dependencies=[OWN])
def move(services: Given, caller: Caller, enrolment_id: Name, wanted: MoveWanted) -> dict[str, Any]:
    """Move to another version; no evidence is lost, and the answer says what maps to what."""
    return services.pathways.move(
        caller, enrolment_id, wanted.version, date.today(), pathway=wanted.pathway, dry=wanted.dry
    )


@router.get("/enrolments/{enrolment_id}/exams", dependencies=[OWN])
def exams(services: Given, caller: Caller, enrolment_id: Name, on: On = None) -> dict[str, Any]:
    """The exam planner: which model when, and what is not known."""
    return {"exams": services.pathways.exams(caller, enrolment_id, on or date.today())}


@router.get("/hours/rules", dependencies=[SHARED])
def hour_rules() -> dict[str, Any]:
    """Rule sets of working hours, each clause with its limit and how it is known."""
    return {"rules": {name: [asdict(clause) for clause in clauses] for name, clauses in RULES.items()}}


@router.post("/hours/check", dependencies=[SHARED])
def check_hours(wanted: HoursWanted) -> dict[str, Any]:
    """Weeks of work against a rule set; nothing is kept."""
    weeks = [Week(**week.model_dump()) for week in wanted.weeks]
    return {"rule": wanted.rule, "findings": [asdict(each) for each in checked(wanted.rule, weeks)]}


def _fte(wanted: list[FteWanted]) -> tuple[Fte, ...]:
    return tuple(Fte(each.since, each.fraction) for each in wanted)


def _leave(wanted: list[LeaveWanted]) -> tuple[Leave, ...]:
    return tuple(Leave(each.since, each.until, each.kind, each.why) for each in wanted)
