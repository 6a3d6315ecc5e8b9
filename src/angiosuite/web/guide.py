"""The guide: contents, pages, figures, glossary, and what each reader keeps: `/api/guide`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse
from pydantic import Field, StringConstraints
from pydantic import Strict as StrictMark

from angiosuite.learning.guide.guide import Contents, Place, Term
from angiosuite.records.notes import Note
from angiosuite.records.reflections import Reflection

from .access import OWN, SHARED, Caller
from .answers import FAULTS, Strict
from .services import Given

router = APIRouter(prefix="/api/guide", tags=["guide"], responses=FAULTS)

Name = Annotated[str, Path(max_length=100)]
Day = Annotated[date, StrictMark(False)]
MEDIA = {".svg": "image/svg+xml", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


class PositionWanted(Strict):
    """Where the reader is on a page."""

    anchor: Annotated[str, StringConstraints(max_length=200)]
    fraction: float = Field(ge=0, le=1)
    read: bool


class NoteWanted(Strict):
    """What a reader says about a page, an entry or a pathway."""

    about: Annotated[str, StringConstraints(max_length=120)]
    anchor: Annotated[str, StringConstraints(max_length=200)] = ""
    kind: Literal["stale", "wrong"]
    text: Annotated[str, StringConstraints(max_length=2000)] = ""


class ReflectionWanted(Strict):
    """Answers to the questions of a page: whole numbers 1 to 5 on a scale, or texts."""

    page: Annotated[str, StringConstraints(max_length=100)]
    answers: dict[str, int | str] = Field(max_length=40)
    occasion: Annotated[str, StringConstraints(max_length=200)] = ""
    on: Day | None = None


@router.get("", dependencies=[OWN])
def contents(services: Given, caller: Caller) -> Contents:
    """Every page by kind, with where the caller is on it."""
    return services.guide.contents(caller, date.today())


@router.get("/pages/{page}", dependencies=[OWN])
def page(services: Given, caller: Caller, page: Name) -> dict[str, Any]:
    """One page as safe HTML, with its sources, statements, figures and neighbours."""
    return services.guide.page(caller, page, date.today())


@router.get("/figures/{page}/{file}", dependencies=[SHARED])
def figure(services: Given, page: Name, file: Name) -> FileResponse:
    """A figure of a page."""
    path = services.guide.figure(page, file)
    headers = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": "default-src 'none'; "
               "style-src 'unsafe-inline'"}  # fmt: skip
    return FileResponse(path, media_type=MEDIA[path.suffix], headers=headers)


@router.put("/positions/{page}", dependencies=[OWN])
def keep_position(services: Given, caller: Caller, page: Name, wanted: PositionWanted) -> Place:
    """Keep where the caller is on a page."""
    return services.guide.keep_position(caller, page, wanted.anchor, wanted.fraction, wanted.read)


@router.get("/glossary", dependencies=[SHARED])
def glossary(services: Given) -> dict[str, tuple[Term, ...]]:
    """Every term, by title."""
    return {"terms": services.guide.glossary()}


@router.get("/notes", dependencies=[OWN])
def notes(services: Given, caller: Caller) -> dict[str, Any]:
    """Open notes of the caller, newest first."""
    return {"notes": [_note(services, note) for note in services.guide.notes(caller)]}


@router.post("/notes", dependencies=[OWN], status_code=201)
def add_note(services: Given, caller: Caller, wanted: NoteWanted) -> dict[str, Any]:
    """Say that something is stale or wrong."""
    made = services.guide.add_note(caller, wanted.about, wanted.anchor, wanted.kind, wanted.text)
    return _note(services, made)


@router.delete("/notes/{note}", dependencies=[OWN])
def withdraw_note(services: Given, caller: Caller, note: Name) -> dict[str, bool]:
    """Take a note back."""
    services.guide.withdraw_note(caller, note)
    return {"withdrawn": True}


@router.get("/reflections", dependencies=[OWN])
def reflections(services: Given, caller: Caller) -> dict[str, Any]:
    """The caller's reflections, newest first; nobody else can read them."""
    return {"reflections": [_reflection(one) for one in services.guide.reflections(caller)]}


@router.post("/reflections", dependencies=[OWN], status_code=201)
def reflect(services: Given, caller: Caller, wanted: ReflectionWanted) -> dict[str, Any]:
    """Keep answers to the questions of a page."""
    on = wanted.on or date.today()
    return _reflection(services.guide.reflect(caller, wanted.page, wanted.answers, on, wanted.occasion))


@router.delete("/reflections/{reflection}", dependencies=[OWN])
def withdraw_reflection(services: Given, caller: Caller, reflection: Name) -> dict[str, bool]:
    """Take a reflection back; it is shown no more."""
    services.guide.withdraw_reflection(caller, reflection)
    return {"withdrawn": True}


def _note(services: Given, note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "about": note.about,
        "title": services.guide.title_of(note.about),
        "anchor": note.anchor,
        "kind": note.kind,
        "text": note.text,
        "status": "open",
        "made_at": note.made_at,
    }


def _reflection(one: Reflection) -> dict[str, Any]:
    return {
        "id": one.id,
        "page": one.page,
        "answers": one.answers,
        "occasion": one.occasion,
        "on": one.on,
    }
