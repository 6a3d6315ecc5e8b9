"""A calendar feed of what is due: its secret address, and the feed itself: `/api/calendar`, `/calendar`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from angiosuite.assess.standing import State
from angiosuite.interop.calendar import Entry, feed
from angiosuite.kit.evidence import EvidenceKind
from angiosuite.kit.people import Principal
from angiosuite.kit.terms import term_words
from angiosuite.learning.pathway.pathways import Looked

from .access import OPEN, OWN, Caller
from .answers import FAULTS, NotFound
from .services import Given, Services

router = APIRouter(tags=["calendar"], responses=FAULTS)
CREDENTIAL_NOTICE_DAYS = 60


@router.get("/api/calendar", dependencies=[OWN])
def state(services: Given, caller: Caller) -> dict[str, Any]:
    """Whether the caller has a feed; its address was shown when it was made."""
    return {"exists": services.records.feeds.exists(caller)}


@router.post("/api/calendar", status_code=201, dependencies=[OWN])
def make(services: Given, caller: Caller) -> dict[str, Any]:
    """A new secret address of the caller's feed, shown this once; an older one stops working."""
    return {"exists": True, "path": f"/calendar/{services.records.feeds.make(caller)}.ics"}


@router.delete("/api/calendar", dependencies=[OWN])
def revoke(services: Given, caller: Caller) -> dict[str, Any]:
    """End the caller's feed."""
    services.records.feeds.revoke(caller)
    return {"exists": False}


@router.get("/calendar/{key}.ics", response_class=Response, dependencies=[OPEN])
def calendar(services: Given, key: Annotated[str, Path(max_length=200)]) -> Response:
    """The feed behind a secret address, iCalendar; whole days, no names."""
    owner = services.records.feeds.identify(key)
    if owner is None:
        raise NotFound("calendar", "")
    text = feed("Angiosuite", entries(services, owner, date.today()), datetime.now(UTC))
    return Response(text, media_type="text/calendar; charset=utf-8")


def entries(services: Services, owner: Principal, today: date) -> Iterator[Entry]:
    """What is due, examined, expiring and to be remembered, from a day on."""
    for enrolment in services.pathways.enrolled(owner):
        if enrolment.ended is None or enrolment.ended >= today:
            yield from _of_pathway(services.pathways.look(owner, enrolment.id, today))
    for one in services.records.evidence.current(owner, owner.person):
        if one.kind is EvidenceKind.CREDENTIAL and one.until is not None and one.until >= today:
            title = term_words(one.terms[0]) if one.terms else "credential"
            yield Entry(
                f"credential:{one.id}", "credential", f"Expires: {title}", one.until,
                remind_days=CREDENTIAL_NOTICE_DAYS,
            )  # fmt: skip
        if one.kind is EvidenceKind.ROTATION and one.until is not None and one.until >= today:
            title = term_words(one.terms[0]) if one.terms else "rotation"
            yield Entry(f"rotation:{one.id}", "rotation", f"Rotation: {title}", one.on, one.until)
    for entry in services.field.followed(owner, today):
        if entry.mine is not None and entry.mine.remind_on is not None and entry.mine.remind_on >= today:
            yield Entry(f"field:{entry.item.id}", "field", entry.item.title, entry.mine.remind_on)


def _of_pathway(looked: Looked) -> Iterator[Entry]:
    titles = {each.id: each.title for each in looked.pathway.requirements}
    for one in looked.standings:
        if one.due is not None and one.due >= looked.as_of and one.state is not State.MET:
            identity = f"{looked.enrolment.id}:{one.requirement}:{one.due.isoformat()}"
            title = titles.get(one.requirement, one.requirement)
            yield Entry(identity, "deadline", f"Due: {title}", one.due, note=one.arithmetic, remind_days=30)
    for exam in looked.exams:
        if exam.passed_on is None and exam.earliest is not None and exam.earliest >= looked.as_of:
            yield Entry(
                f"{looked.enrolment.id}:exam:{exam.exam.id}", "exam",
                f"From now on possible: {exam.exam.title}", exam.earliest, note=exam.words, tentative=True,
            )  # fmt: skip
