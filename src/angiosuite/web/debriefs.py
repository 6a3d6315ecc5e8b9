"""The debrief of an attempt, its replay, notes on it, and it as files: `/api/practice/attempts/…`."""

from __future__ import annotations

import csv
import io
import json
import shutil
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, Response, StreamingResponse
from pydantic import Field, StringConstraints
from starlette.background import BackgroundTask

from angiosuite.content.address import practised
from angiosuite.content.case import CaseItem
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.people import Principal
from angiosuite.practice.advice import advise
from angiosuite.practice.attempt import AttemptFolder
from angiosuite.practice.bands import SCRIPT
from angiosuite.practice.debrief import Debrief, debrief_of
from angiosuite.practice.sharing import SUFFIX, challenge, pack

from .access import OWN, Caller
from .answers import FAULTS, NotFound, Strict
from .live import NotNow
from .room_tasks import attempt_of, drills_of, finished_of, standing_of, standings_of
from .services import Given, Services

router = APIRouter(
    prefix="/api/practice/attempts/{attempt}", tags=["debrief"], responses=FAULTS, dependencies=[OWN]
)

Name = Annotated[str, PathParameter(max_length=100)]
Micros = Annotated[int, Query(ge=0, lt=2**53)]
OptionalMicros = Annotated[int | None, Query(ge=0, lt=2**53)]
Words = Annotated[str, StringConstraints(max_length=4000)]
MOST_NOTES = 500
_KEEPING = threading.Lock()
"""Held while a file beside a log is read and written again: two requests lose nothing of each other."""


class SelfWanted(Strict):
    """What the learner says before the score is shown: 0 (not met) to 4 (met with ease) a goal, and words."""

    answers: dict[Annotated[str, StringConstraints(max_length=80)], Annotated[int, Field(ge=0, le=4)]] = (
        Field(default_factory=dict, max_length=40)
    )
    text: Words = ""
    skipped: bool = False


class TakeawaysWanted(Strict):
    """At most three sentences to take away."""

    items: list[Annotated[str, StringConstraints(max_length=300)]] = Field(max_length=3)


class NoteWanted(Strict):
    """A note at a moment."""

    t_us: int = Field(ge=0, lt=2**53)
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    by: Annotated[str, StringConstraints(max_length=60)] = ""


class DisputeWanted(Strict):
    """What is wrong with the score."""

    fault: Annotated[str, StringConstraints(max_length=120)] = ""
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]


def debrief_here(services: Services, folder: AttemptFolder) -> Debrief:
    """The debrief of an attempt with the bands of this server."""
    return debrief_of(folder, services.content, services.own_bands)


def told(services: Services, folder: AttemptFolder, caller: Principal | None) -> dict[str, Any]:
    """A whole debrief; without a caller it is a shared run, which has nothing to do next."""
    debrief = debrief_here(services, folder)
    plain = debrief.told(with_score=None if caller is not None else True)
    drills, titles = drills_of(services), services.guide.titles()
    drill = debrief.drill
    band = plain.pop("band")
    source = band[0]["source"] if band else SCRIPT
    case = drill.case if isinstance(drill, CaseItem) else None
    answer: dict[str, Any] = {
        "attempt": services.attempts.read(folder).told(),
        "drill": {
            "id": drill.id,
            "title": drill.title,
            "summary": drill.summary,
            "quality": drill.quality,
            "minutes": drill.minutes,
            "go": practised(drill.id),
            "case": case and case.model_dump(mode="json", exclude={"words"}),
            "guide": [{"id": page, "title": titles[page]} for page in drill.guide if page in titles],
        },
        **plain,
        "reference": {**services.references.state(folder), "band": band, "operator": source},
        "next": [],
        "mastery": None,
    }
    if caller is None:
        answer["notices"] = [*answer["notices"], *debrief.forged()]
    if caller is None or plain["score"] is None:
        return answer
    found = standings_of(services, caller)
    standing = standing_of(found, drill)
    answer["mastery"] = None if standing is None else standing.mastery
    answer["next"] = advise(
        debrief.facts.id,
        drill,
        plain["score"],
        drills,
        [name for name, one in found.drills.items() if one.mastery["state"] != "none"],
        list(standing.mastery.get("patients", ())) if standing is not None else [],
        titles,
        procedure=None if case is None else found.procedures.get(case.procedure),
    )
    return answer


@router.get("/debrief")
def debrief(services: Given, caller: Caller, attempt: Name) -> dict[str, Any]:
    """The debrief; its score is null until the self-assessment was given or passed over."""
    folder = attempt_of(services, caller, attempt)
    return told(services, folder, caller)


@router.put("/self")
def assess_oneself(services: Given, caller: Caller, attempt: Name, wanted: SelfWanted) -> dict[str, Any]:
    """Keep the self-assessment, once; the score is shown from then on."""
    from .statements import send_quietly  # a reader of this module

    folder = finished_of(services, caller, attempt)
    with _KEEPING:
        first = folder.read("self") is None
        if first:
            folder.write("self", {**wanted.model_dump(), "on": _now()})
    if first and folder.is_finished():
        debrief_here(services, folder).judged()
        services.practice.record(attempt)
        send_quietly(services, caller, attempt)
    return dict(folder.read("self"))


@router.put("/takeaways")
def take_away(services: Given, caller: Caller, attempt: Name, wanted: TakeawaysWanted) -> list[str]:
    """Keep up to three takeaways."""
    folder = attempt_of(services, caller, attempt)
    items = [text.strip() for text in wanted.items if text.strip()]
    folder.write("takeaways", items)
    return items


@router.post("/notes", status_code=201)
def add_note(services: Given, caller: Caller, attempt: Name, wanted: NoteWanted) -> dict[str, Any]:
    """Write a note at a moment."""
    return noted(attempt_of(services, caller, attempt), wanted)


@router.delete("/notes/{number}")
def remove_note(services: Given, caller: Caller, attempt: Name, number: int) -> list[dict[str, Any]]:
    """Take a note away; what is left."""
    folder = attempt_of(services, caller, attempt)
    return without_note(folder, number)


@router.post("/dispute", status_code=201)
def dispute(services: Given, caller: Caller, attempt: Name, wanted: DisputeWanted) -> dict[str, Any]:
    """Say that the score is wrong: kept with the attempt and its log, for whoever marks."""
    folder = attempt_of(services, caller, attempt)
    kept = folder.read("judgement") or {}
    made = {**wanted.model_dump(), "on": _now(), "log": "log.jsonl", "judged_by": kept.get("version")}
    with _KEEPING:
        before = list(folder.read("disputes") or [])
        folder.write("disputes", [*before, made][-MOST_NOTES:])
    return made


@router.get("/moment")
def moment(services: Given, caller: Caller, attempt: Name, t_us: Micros = 0) -> dict[str, Any]:
    """Everything that the monitors showed at a moment; where targets lie is told after the end alone."""
    folder = attempt_of(services, caller, attempt)
    told = services.moments.of(folder.path).at(t_us)
    if told["facts"] is not None and not folder.is_over:
        told["facts"].pop("judged", None)
    return told


@router.get("/frames")
def frames(
    services: Given, caller: Caller, attempt: Name, from_us: Micros = 0, to_us: Micros = 2**53 - 1
) -> list[list[Any]]:
    """Pictures between two moments: [[t_us, index, mode]]."""
    found = services.moments.of(attempt_of(services, caller, attempt).path).frames(from_us, to_us)
    return [list(one) for one in found]


@router.get("/skin")
def skin(services: Given, caller: Caller, attempt: Name, t_us: OptionalMicros = None) -> dict[str, Any]:
    """The skin-dose map at a moment, the end when none is given."""
    return skin_at(services, attempt_of(services, caller, attempt), t_us)


def skin_at(services: Services, folder: AttemptFolder, t_us: int | None) -> dict[str, Any]:
    """The skin-dose map of a session by its log; that of the end is kept."""
    from angiosuite.suite.skin_review import skin_of_log  # the whole engine: a server starts without it

    ended = t_us is None and folder.is_finished()
    kept = folder.read("skin") if ended else None
    if isinstance(kept, dict):
        return kept
    made = skin_of_log(folder.path, home=services.home.root, until_us=t_us)
    if ended:
        folder.write("skin", made)
    return made


@router.get("/reference")
def reference(services: Given, caller: Caller, attempt: Name) -> dict[str, Any]:
    """How far the scripted reference run on the same patient and start is."""
    return services.references.state(attempt_of(services, caller, attempt))


@router.post("/reference", status_code=202)
def make_reference(services: Given, caller: Caller, attempt: Name) -> dict[str, Any]:
    """Let the scripted reference operator do the same drill on the same patient and start."""
    return services.references.start(finished_of(services, caller, attempt))


# ---- files --------------------------------------------------------------------------------------------


def judged(services: Services, caller: Principal, attempt: str) -> tuple[Debrief, dict[str, Any]]:
    """The debrief of a finished attempt with its judgement; 409 before its score may be shown."""
    folder = finished_of(services, caller, attempt)
    if folder.read("self") is None:
        raise NotNow(
            "The score is shown after the self-assessment",
            code="self-assessment-first",
            where=attempt,
            way_out="Give it in the debrief, or pass it over.",
        )
    debrief = debrief_here(services, folder)
    return debrief, debrief.judged()


@router.get("/measures.json", response_class=Response)
def measures_json(services: Given, caller: Caller, attempt: Name) -> Response:
    """The judgement with every measure and its version, JSON."""
    debrief, judgement = judged(services, caller, attempt)
    facts = services.attempts.read(debrief.folder).told()
    text = json.dumps({"attempt": facts, "judgement": judgement}, indent=1, ensure_ascii=False)
    return Response(text, media_type="application/json", headers=_named(f"{attempt}-measures.json"))


@router.get("/measures.csv", response_class=Response)
def measures_csv(services: Given, caller: Caller, attempt: Name) -> Response:
    """Every measure with its version, value and unit, CSV."""
    _, judgement = judged(services, caller, attempt)
    text = as_csv(attempt, judgement["measures"])
    return Response(text, media_type="text/csv; charset=utf-8", headers=_named(f"{attempt}-measures.csv"))


def as_csv(attempt: str, measures: Iterable[Mapping[str, Any]]) -> str:
    """Measures as comma-separated values; texts that a spreadsheet would run are made plain."""
    out = io.StringIO()
    names = ("id", "version", "title", "of", "value", "unit", "better", "scored")
    writer = csv.writer(out)
    writer.writerow(("attempt", *names))
    for one in measures:
        values = [one.get(name) for name in names]
        writer.writerow(
            [attempt, *("'" + v if str(v)[:1] in "=+@" and isinstance(v, str) else v for v in values)]
        )
    return out.getvalue()


@router.get("/report.pdf", response_class=Response)
def report(services: Given, caller: Caller, attempt: Name) -> Response:
    """The debrief as a PDF of two pages or so."""
    from angiosuite.practice.report import report_pdf

    debrief, _ = judged(services, caller, attempt)
    pdf = report_pdf(told(services, debrief.folder, caller), debrief.folder)
    return Response(pdf, media_type="application/pdf", headers=_named(f"{attempt}.pdf"))


@router.get("/share", response_class=StreamingResponse)
def share(services: Given, caller: Caller, attempt: Name) -> FileResponse:
    """The run as one file, without who made it."""
    return shared_file(services, finished_of(services, caller, attempt), attempt)


def shared_file(services: Services, folder: AttemptFolder, name: str) -> FileResponse:
    """A run as one file, written afresh and removed once it was sent."""
    scratch = services.home.scratch("share")
    target = scratch / f"{name}{SUFFIX}"
    try:
        pack(folder, target)
    except OSError as error:
        shutil.rmtree(scratch, ignore_errors=True)
        raise RefusedInput(
            "The run cannot be written as a file",
            code="share-failed",
            where=name,
            value=error.strerror,
            way_out="See that the disk has room, then try again.",
        ) from error
    gone = BackgroundTask(shutil.rmtree, scratch, ignore_errors=True)
    return FileResponse(target, media_type="application/zip", filename=target.name, background=gone)


@router.get("/challenge", response_class=Response)
def challenge_file(
    services: Given, caller: Caller, attempt: Name, by: Annotated[str, Query(max_length=60)] = ""
) -> Response:
    """The same drill, patient and start for another person, as a small file."""
    facts = attempt_of(services, caller, attempt).facts()
    text = json.dumps(challenge(facts, by), indent=1, ensure_ascii=False)
    return Response(text, media_type="application/json", headers=_named(f"{facts.drill}.angiochallenge"))


# ---- notes --------------------------------------------------------------------------------------------


def noted(folder: AttemptFolder, wanted: NoteWanted) -> dict[str, Any]:
    """Keep a note at a moment and return it with its number."""
    with _KEEPING:
        notes = list(folder.read("notes") or [])
        if len(notes) >= MOST_NOTES:
            raise RefusedInput(
                "The run has as many notes as it can hold", code="notes-full", value=len(notes)
            )
        number = max((int(one["id"]) for one in notes), default=0) + 1
        made = {"id": number, **wanted.model_dump(), "on": _now()}
        folder.write("notes", sorted([*notes, made], key=lambda one: (one["t_us"], one["id"])))
    return made


def without_note(folder: AttemptFolder, number: int) -> list[dict[str, Any]]:
    """The notes that are left when one is taken away."""
    with _KEEPING:
        notes = list(folder.read("notes") or [])
        left = [one for one in notes if one["id"] != number]
        if len(left) == len(notes):
            raise NotFound("note", str(number))
        folder.write("notes", left)
    return left


def _named(file: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{file}"'}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
