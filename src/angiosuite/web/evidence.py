"""Evidence of the caller: list, add, correct, withdraw, show; skills; and the export of all own data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field, JsonValue, StringConstraints
from pydantic import Strict as StrictMark

from angiosuite import __version__
from angiosuite.assess import skills
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status
from angiosuite.kit.people import Visibility
from angiosuite.learning.evidence.export import as_json, export, plain
from angiosuite.learning.evidence.forms import forms, latest_today
from angiosuite.learning.evidence.portfolio import Portfolio
from angiosuite.learning.evidence.terms import asked

from .access import OWN, SHARED, Caller
from .answers import FAULTS, Strict
from .services import Given, Services

router = APIRouter(prefix="/api", tags=["evidence"], responses=FAULTS)

Day = Annotated[date, StrictMark(False)]
Kind = Annotated[EvidenceKind, StrictMark(False)]
Short = Annotated[str, StringConstraints(max_length=200)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Said(Strict):
    """What a person says of one piece; the form of its kind says which fields there are."""

    kind: Kind
    on: Day
    until: Day | None = None
    terms: list[Short] = Field(default_factory=list, max_length=50)
    amount: float | None = Field(default=None, allow_inf_nan=False)
    unit: Short | None = None
    role: Annotated[CaseRole, StrictMark(False)] | None = None
    result: Short | None = None
    level: Short | None = None
    scheme: Short | None = None
    rater: Short | None = None
    rater_role: Short | None = None
    site: Short | None = None
    patient: Short | None = None
    status: Annotated[Status, StrictMark(False)] = Status.SUBMITTED
    note: str = Field(default="", max_length=10_000)
    data: dict[Short, JsonValue] = Field(default_factory=dict, max_length=60)

    def evidence(self, visibility: Visibility = Visibility.PRIVATE) -> Evidence:
        """The piece, without id and owner."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        for name in ("confirmed", "visibility"):
            said.pop(name, None)
        said["terms"] = tuple(self.terms)
        return Evidence(id="", owner="", visibility=visibility, **said)


class NewEvidence(Said):
    """A new piece."""

    visibility: Annotated[Visibility, StrictMark(False)] = Visibility.PRIVATE
    confirmed: bool = False


class Correction(Strict):
    """The whole piece as it should have been, and why."""

    evidence: Said
    reason: Reason
    confirmed: bool = False


class Withdrawal(Strict):
    """Why a piece is taken back."""

    reason: Reason
    confirmed: bool = False


class Shown(Strict):
    """Who besides the owner may read it."""

    visibility: Annotated[Visibility, StrictMark(False)]


def portfolio(services: Services) -> Portfolio:
    """The service over the records."""
    return Portfolio(services.records.evidence)


@router.get("/evidence/kinds", dependencies=[SHARED])
def kinds(services: Given) -> dict[str, Any]:
    """The form of each kind: fields, choices, units, keys of labels; terms and schemes that pathways ask."""
    wanted = asked(services.content)
    return {
        "kinds": [
            {
                "kind": str(form.kind),
                "label": form.label,
                "by_hand": form.by_hand,
                "future": form.future,
                "terms": wanted[form.kind].terms,
                "schemes": wanted[form.kind].schemes,
                "fields": [
                    {
                        "name": field.name,
                        "label": field.label,
                        "type": field.type,
                        "required": field.required,
                        "in_data": field.in_data,
                        "choices": [
                            {"value": one, "label": f"evidence.choice.{field.name}.{one}"}
                            for one in field.choices
                        ],
                        "unit": field.unit,
                        "min": field.least,
                        "max": field.most,
                        "max_length": field.length,
                    }
                    for field in form.fields
                ],
            }
            for form in forms().values()
        ],
        "visibilities": [str(one) for one in Visibility],
    }


@router.get("/evidence", dependencies=[OWN])
def listed(
    services: Given,
    caller: Caller,
    kind: Annotated[list[EvidenceKind] | None, Query()] = None,
    since: date | None = None,
    until: date | None = None,
    before: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    withdrawn: bool = False,
) -> dict[str, Any]:
    """The caller's evidence, newest day first; `next` goes into `before` for the following page."""
    desk = portfolio(services)
    page = desk.page(
        caller,
        kinds=frozenset(kind or ()),
        since=since,
        until=until,
        before=before,
        limit=limit,
        withdrawn=withdrawn,
    )
    return {
        "evidence": [{**as_json(piece), "withdrawn": withdrawn} for piece in page.evidence],
        "next": page.following,
        "counts": desk.counts(caller),
    }


@router.post("/evidence", status_code=201, dependencies=[OWN])
def add(services: Given, caller: Caller, said: NewEvidence) -> dict[str, Any]:
    """Keep a new piece; `note-identifies` names passages that could identify somebody."""
    piece = said.evidence(said.visibility)
    made = portfolio(services).add(caller, piece, confirmed=said.confirmed)
    return {**as_json(made), "withdrawn": False}


@router.get("/evidence/{evidence_id}", dependencies=[OWN])
def one(services: Given, caller: Caller, evidence_id: str) -> dict[str, Any]:
    """One piece with its history, oldest entry first."""
    told = portfolio(services).told(caller, evidence_id)
    return {
        **as_json(told.evidence),
        "withdrawn": told.withdrawn,
        "history": [
            {
                "revision": entry.revision,
                "action": str(entry.action),
                "at": entry.at.isoformat(),
                "by": "you" if entry.by == caller.person else entry.by,
                "reason": entry.reason,
                "said": as_json(entry.value),
            }
            for entry in told.history
        ],
    }


@router.post("/evidence/{evidence_id}/correct", dependencies=[OWN])
def correct(services: Given, caller: Caller, evidence_id: str, said: Correction) -> dict[str, Any]:
    """Say what a piece should have said; the former words stay in its history."""
    made = portfolio(services).correct(
        caller, evidence_id, said.evidence.evidence(), said.reason, confirmed=said.confirmed
    )
    return {**as_json(made), "withdrawn": False}


@router.post("/evidence/{evidence_id}/withdraw", dependencies=[OWN])
def withdraw(services: Given, caller: Caller, evidence_id: str, said: Withdrawal) -> dict[str, Any]:
    """Take a piece out of every count; it stays in the history."""
    made = portfolio(services).withdraw(caller, evidence_id, said.reason, confirmed=said.confirmed)
    return {**as_json(made), "withdrawn": True}


@router.post("/evidence/{evidence_id}/visibility", dependencies=[OWN])
def show(services: Given, caller: Caller, evidence_id: str, said: Shown) -> dict[str, Any]:
    """Say who besides the owner may read a piece."""
    made = portfolio(services).show(caller, evidence_id, said.visibility)
    return {**as_json(made), "withdrawn": False}


@router.get("/skills", dependencies=[OWN])
def skills_of(services: Given, caller: Caller, on: date | None = None) -> dict[str, Any]:
    """Counts, spread and recency by skill up to a day of the caller's calendar; real and simulated apart."""
    today = on or latest_today()
    summary = skills.summary(services.records.evidence.current(caller), today)
    return {"as_of": today.isoformat(), "skills": [plain(skill) for skill in summary]}


@router.get("/me/export", response_class=Response, dependencies=[OWN])
def export_all(services: Given, caller: Caller) -> Response:
    """A zip of all that is kept of the caller: JSON, the case log as CSV, and the redaction report."""
    name = f"angiosuite-export-{datetime.now(UTC):%Y%m%d}.zip"
    return Response(
        export(services.records, caller, __version__),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
