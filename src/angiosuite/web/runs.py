"""Runs of a session for review: the list, one with its frames' facts, and the frames at 12 bits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from fastapi import Path as PathParameter
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.people import Principal
from angiosuite.suite.folder import SessionFolder
from angiosuite.suite.runs import RunRecord

from .access import OWN, Caller
from .answers import FAULTS, NotFound, pieces_of
from .run_logs import RunLog
from .services import Given, Services
from .sessions import folder_of

router = APIRouter(
    prefix="/api/sessions/{session_id}/runs", tags=["runs"], responses=FAULTS, dependencies=[OWN]
)
MOST_FRAMES = 64
"""Frames of one answer."""
FOREVER = "private, max-age=31536000, immutable"
RunNumber = Annotated[int, PathParameter(ge=1, le=9999)]


class Run(BaseModel):
    """One run, as the page's list has it."""

    number: int
    kind: Literal["cine", "dsa", "series"]
    programme: str
    title: str
    level: str
    t_us: int
    frames: int
    seconds: float
    rate_hz: float
    matrix: int
    fov_cm: float
    pose: dict[str, Any] | None
    pixel_mm_iso: float
    first_index: int | None
    thumb_index: int | None
    mask: list[int]
    shift_px: tuple[float, float]
    landmark: float
    phantom: str | None
    injection_s: float | None
    kar_mgy: float
    pka_gycm2: float
    removed: bool


class RunFrame(BaseModel):
    """One frame: when it was made and with what."""

    k: int
    index: int
    t_s: float
    rate_hz: float
    kv: float
    ma: float
    ms: float
    cu_mm: float
    kar_mgy: float
    settling: bool
    pose: dict[str, Any] | None = None
    """Where gantry and table were, if elsewhere than for the frame before."""


class Blades(BaseModel):
    """Open part of the half field at each edge, 0 to 1."""

    left: float = 1.0
    right: float = 1.0
    top: float = 1.0
    bottom: float = 1.0


class RunDetail(Run):
    """One run with its frames so far."""

    rows: int
    columns: int
    blades: Blades
    frames_info: list[RunFrame]


@router.get("")
def everything(services: Given, caller: Caller, session_id: str) -> list[Run]:
    """All runs of a session, in the order made; the removed ones say so."""
    _, log = _opened(services, caller, session_id)
    return [Run(**run.as_dict()) for run in log.runs()]


@router.get("/{number}")
def one(services: Given, caller: Caller, session_id: str, number: RunNumber) -> RunDetail:
    """One run with the facts of each frame that is made so far."""
    _, log = _opened(services, caller, session_id)
    run = _found(log, number)
    frames = log.frames(number)[: run.frames]
    rows, columns = frames[0]["size"] if frames else (run.matrix, run.matrix)
    return RunDetail(
        **run.as_dict(),
        rows=rows,
        columns=columns,
        blades=Blades(**frames[0]["blades"]) if frames else Blades(),
        frames_info=list(_facts(frames)),
    )


@router.get("/{number}/frames", response_class=StreamingResponse, responses={304: {"description": "as kept"}})
def frames(
    services: Given,
    caller: Caller,
    session_id: str,
    number: RunNumber,
    first: Annotated[int, Query(ge=1, le=10**6)] = 1,
    count: Annotated[int, Query(ge=1, le=MOST_FRAMES)] = 8,
    if_none_match: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Frames of a run at 12 bits, as they are stored: little-endian words, row by row, frame after frame.

    Fewer than asked come at the end of a run, and while it is still being made.
    """
    folder, log = _opened(services, caller, session_id)
    run = _found(log, number)
    facts = log.frames(number)[:1]
    if not facts or first > run.frames:
        raise NotFound("frame", str(first))
    rows, columns = facts[0]["size"]
    frame_bytes = rows * columns * 2
    given = min(count, run.frames - first + 1)
    path = folder.path / run.file
    start, length = (first - 1) * frame_bytes, given * frame_bytes
    if _size(path) < start + length:
        raise RefusedInput(
            "A frame of the run is missing",
            code="run-frame-missing",
            where=run.file,
            value=first,
            way_out="Its file was cut or removed; restore it from a copy of the session's folder.",
        )
    whole = given == count or run.ended
    tag = f'"{session_id}-{number}-{first}-{given}"'
    headers = {"ETag": tag, "Cache-Control": FOREVER if whole else "no-store"}
    if whole and if_none_match is not None and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(length)
    return StreamingResponse(
        pieces_of(path, start, length), media_type="application/octet-stream", headers=headers
    )


def _opened(services: Services, caller: Principal, session_id: str) -> tuple[SessionFolder, RunLog]:
    folder = folder_of(services, caller, session_id)
    return folder, services.run_logs.of(folder.log)


def _found(log: RunLog, number: int) -> RunRecord:
    run = log.run(number)
    if run is None:
        raise NotFound("run", str(number))
    return run


def _facts(frames: list[dict[str, Any]]) -> Iterator[RunFrame]:
    pose = None
    for facts in frames:
        technique = facts["technique"]
        yield RunFrame(
            k=facts["run_frame"],
            index=facts["index"],
            t_s=round(facts["run_t_us"] * 1e-6, 6),
            rate_hz=facts["rate_hz"],
            kv=technique["kv"],
            ma=technique["ma"],
            ms=technique["ms"],
            cu_mm=technique["cu_mm"],
            kar_mgy=facts["kar_mgy"],
            settling=facts["settling"],
            pose=None if facts["pose"] == pose else facts["pose"],
        )
        pose = facts["pose"]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
