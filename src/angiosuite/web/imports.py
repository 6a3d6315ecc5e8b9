"""Imports: a CT comes in as one upload, is looked at, and accepted or discarded: `/api/imports`."""

from __future__ import annotations

import asyncio
import shutil
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field, StringConstraints

from . import upload
from .access import MACHINE
from .answers import FAULTS, ErrorBody, NotFound, Strict
from .arrivals import Arrival, State
from .patients import shown
from .services import Given, Services

router = APIRouter(prefix="/api/imports", tags=["imports"], responses=FAULTS, dependencies=[MACHINE])
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            }
        },
    }
}


class Series(BaseModel):
    """One series of an upload, in words of closed lists."""

    key: str
    kind: str
    slices: int
    matrix: list[int] | None
    spacing: list[float] | None
    words: list[str]
    usable: bool
    why_not: str | None
    notices: list[str]


class Turned(BaseModel):
    """Old axis of each new one (z, y, x), and which new ones are reversed."""

    axes: list[int]
    flips: list[bool]


class Preview(BaseModel):
    """Shape (z, y, x) and place of the small volume, and what else there is to see."""

    shape: list[int]
    origin_mm: list[float]
    spacing_mm: float
    vessels: bool
    picture: bool


class ImportState(BaseModel):
    """One import: how far it is, what was found, and what can be decided."""

    id: str
    state: State
    fraction: float
    detail: str
    seconds: float
    remaining_s: float | None
    error: ErrorBody | None
    can_rebuild: bool
    series: list[Series]
    chosen: str | None
    why: str | None
    turned: Turned
    patient: dict[str, Any] | None
    preview: Preview | None


class TurnWish(Strict):
    """A correction of what is shown: which present axis becomes the new z, y, x, and which are reversed."""

    axes: Annotated[list[Annotated[int, Field(ge=0, le=2)]], Field(min_length=3, max_length=3)]
    flips: Annotated[list[bool], Field(min_length=3, max_length=3)]


class SeriesWish(Strict):
    """Another series of the same upload."""

    key: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z.-]+$")]


def _state(services: Services, arrival: Arrival) -> ImportState:
    """An import as the pages have it."""
    from angiosuite.patients.progress import remaining_s

    job = arrival.job
    state, record = services.arrivals.seen(arrival)
    seen = arrival.inspection or {}
    turn = (arrival.built[1] if record is not None else None) or arrival.turn
    axes, flips = ([0, 1, 2], [False] * 3) if turn is None else (list(turn.axes), list(turn.flips))
    if arrival.job is None and record is not None and record.scan is not None and record.scan["turned"]:
        axes, flips = record.scan["turned"]["axes"], record.scan["turned"]["flips"]
    preview = None if record is None else services.arrivals.store.preview(record.id)
    return ImportState(
        id=arrival.id,
        state=state,
        fraction=1.0 if job is None else round(job.fraction, 4),
        detail="" if job is None else job.detail,
        seconds=0.0 if job is None else round(job.seconds, 2),
        remaining_s=None if job is None or state != "working" else remaining_s(job.seconds, job.fraction),
        error=None if arrival.refusal is None else ErrorBody(**arrival.refusal),
        can_rebuild=arrival.source is not None and state in ("to-check", "refused"),
        series=[Series(**one) for one in seen.get("series", ())],
        chosen=arrival.built[0] or seen.get("chosen"),
        why=seen.get("why") or (record.scan["series_why"] if record is not None and record.scan else None),
        turned=Turned(axes=axes, flips=flips),
        patient=None if record is None else shown(record),
        preview=None if preview is None else Preview(**preview),
    )


@router.get("")
def everything(services: Given) -> list[ImportState]:
    """Imports since the server started, and those of earlier ones that nobody has checked."""
    return [_state(services, arrival) for arrival in services.arrivals.list()]


@router.post("", status_code=202, openapi_extra=_BODY)
async def begin(services: Given, request: Request) -> ImportState:
    """Take the files of one CT (folder, zip, DICOMDIR medium, multi-frame file or NIfTI) and import them."""
    services.arrivals.refuse_when_busy()
    scratch = services.arrivals.scratch()
    try:
        path = await upload.receive(request, scratch)
        arrival = services.arrivals.begin(scratch, path)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return await asyncio.to_thread(_state, services, arrival)


@router.get("/{import_id}")
def state(services: Given, import_id: str) -> ImportState:
    """How far an import is, what was found, and its refusal if it was refused."""
    return _state(services, services.arrivals.get(import_id))


@router.delete("/{import_id}")
def discard(services: Given, import_id: str) -> ImportState:
    """Stop an import, of which nothing remains; or move the unchecked patient to the trash."""
    arrival = services.arrivals.get(import_id)
    services.arrivals.discard(arrival)
    return _state(services, arrival)


@router.post("/{import_id}/accept")
def accept(services: Given, import_id: str) -> ImportState:
    """Sessions may take the patient; the uploaded files go."""
    arrival = services.arrivals.get(import_id)
    services.arrivals.accept(arrival)
    return _state(services, arrival)


@router.post("/{import_id}/turn", status_code=202)
def turn(services: Given, import_id: str, wanted: TurnWish) -> ImportState:
    """Correct the orientation of what is shown; the patient is made again of the same files."""
    from angiosuite.patients.turn import Turn

    z, y, x = wanted.axes
    fz, fy, fx = wanted.flips
    arrival = services.arrivals.get(import_id)
    services.arrivals.rebuild(arrival, turn=Turn((z, y, x), (fz, fy, fx)))
    return _state(services, arrival)


@router.post("/{import_id}/series", status_code=202)
def series(services: Given, import_id: str, wanted: SeriesWish) -> ImportState:
    """Take another series of the same files."""
    arrival = services.arrivals.get(import_id)
    services.arrivals.rebuild(arrival, series=wanted.key)
    return _state(services, arrival)


def _file(services: Services, import_id: str, name: str, media_type: str) -> FileResponse:
    record = services.arrivals.record(services.arrivals.get(import_id))
    path = None if record is None else services.arrivals.store.preview_file(record.id, name)
    if path is None:
        raise NotFound("preview", name)
    return FileResponse(path, media_type=media_type)


@router.get("/{import_id}/volume", response_class=Response)
def volume(services: Given, import_id: str) -> FileResponse:
    """The small volume made from the stored body: CT numbers, little-endian int16, (z, y, x)."""
    return _file(services, import_id, "volume.i16", "application/octet-stream")


@router.get("/{import_id}/vessels", response_class=Response)
def vessels(services: Given, import_id: str) -> FileResponse:
    """Where contrast medium was in the small volume: one bit a voxel, lowest first."""
    return _file(services, import_id, "vessels.bits", "application/octet-stream")


@router.get("/{import_id}/first.jpg", response_class=Response)
def first(services: Given, import_id: str) -> FileResponse:
    """The first projection, grey JPEG."""
    return _file(services, import_id, "first.jpg", "image/jpeg")
