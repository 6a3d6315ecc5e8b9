"""Sessions: list, make, look at, remove and bring back: `/api/sessions`."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as PathParameter
from fastapi.responses import Response, StreamingResponse
from pydantic import Field, StringConstraints

from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.kit.home import size_of
from angiosuite.kit.ids import is_safe_id, session_id
from angiosuite.kit.log import read_lines, whole_bytes
from angiosuite.kit.people import Principal
from angiosuite.practice.attempt import AttemptFolder
from angiosuite.runtime.base import SessionSpec
from angiosuite.suite.commands import COMMANDS
from angiosuite.suite.folder import SessionFacts, SessionFolder

from .access import MACHINE, OWN, SHARED, Caller
from .answers import FAULTS, NotFound, Strict, pieces_of
from .live import NotNow
from .patients import store_of
from .services import Given, Services

router = APIRouter(prefix="/api", tags=["sessions"], responses=FAULTS)
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class NewSession(Strict):
    """What a session begins with."""

    patient_id: Name
    seed: int | None = Field(default=None, ge=0, le=2**53 - 1)
    equipment_id: Name | None = None


def folder_of(services: Services, caller: Principal, name: str) -> SessionFolder:
    """The folder of the caller's session; `NotFound` when there is none or it is another's."""
    path = services.home.sessions / name
    if not is_safe_id(name) or not (path / "session.json").is_file():
        raise NotFound("session", name)
    folder = SessionFolder(path)
    if not owns(services, caller, folder):
        raise NotFound("session", name)
    return folder


def owns(services: Services, caller: Principal, folder: SessionFolder) -> bool:
    """Whether a session is the caller's; one that cannot be read belongs to the local person."""
    try:
        owner = folder.facts().owner
    except AngiosuiteError:
        owner = ""
    return (owner or services.local.person) == caller.person


def spec_of(services: Services, caller: Principal, name: str) -> SessionSpec:
    """What a host needs to go on with a session."""
    facts = folder_of(services, caller, name).facts()
    return SessionSpec(
        name,
        str(services.home.root),
        str(services.home.sessions / name),
        facts.patient_id,
        facts.seed,
        equipment_id=facts.equipment_id,
    )


def describe(services: Services, folder: SessionFolder) -> dict[str, Any]:
    """One session for a list."""
    live = services.live.get(folder.path.name)
    frames = sum(1 for _ in folder.frames.glob("*.jpg")) if folder.frames.is_dir() else 0
    try:
        changed = datetime.fromtimestamp(folder.log.stat().st_mtime, UTC).isoformat(timespec="seconds")
    except OSError:
        changed = None
    return {
        **asdict(folder.facts()),
        "changed": changed,
        "frames": frames,
        "bytes": size_of(folder.path),
        "running": live is not None,
        "watchers": len(live.clients) if live is not None else 0,
    }


def scan(services: Services, caller: Principal) -> Iterator[dict[str, Any]]:
    """All sessions of the caller, newest first; a folder that cannot be read is listed with its error."""
    for path in sorted(services.home.sessions.iterdir(), reverse=True):
        if not is_safe_id(path.name) or not (path / "session.json").is_file():
            continue
        if not owns(services, caller, SessionFolder(path)):
            continue
        try:
            yield describe(services, SessionFolder(path))
        except AngiosuiteError as error:
            yield {"id": path.name, "error": error.as_dict(), "running": False, "bytes": size_of(path)}


def scan_facts(services: Services, caller: Principal) -> Iterator[SessionFacts]:
    """What the sessions of the caller say of themselves, newest first; unreadable ones are left out."""
    for path in sorted(services.home.sessions.iterdir(), reverse=True):
        if is_safe_id(path.name) and (path / "session.json").is_file():
            try:
                facts = SessionFolder(path).facts()
            except AngiosuiteError:
                continue
            if (facts.owner or services.local.person) == caller.person:
                yield replace(facts, id=path.name)  # the folder is the truth


@router.get("/commands", dependencies=[SHARED])
def commands() -> list[dict[str, Any]]:
    """Every command of a session with its arguments."""
    return [command.describe() for command in COMMANDS.values()]


@router.get("/sessions", dependencies=[OWN])
def everything(services: Given, caller: Caller) -> dict[str, Any]:
    """All sessions, newest first, and those that can be brought back."""
    trashed = [
        {"id": item.name, "removed_s": item.removed_s}
        for item in services.home.trashed("session")
        if owns(services, caller, SessionFolder(services.home.trash / item.key))
    ]
    return {"sessions": list(scan(services, caller)), "trashed": trashed}


@router.post("/sessions", status_code=201, dependencies=[OWN])
async def make(services: Given, caller: Caller, wanted: NewSession) -> dict[str, Any]:
    """Make a session and start it; the answer comes when it runs."""
    patient = await asyncio.to_thread(store_of(services).get, wanted.patient_id)
    if not patient.is_ready and patient.kind == "builtin":
        if services.preparation.is_building:
            raise NotNow(
                "The room is being made ready",
                code="patient-not-ready",
                where=patient.id,
                way_out="Wait for the steps of the start; /api/start tells how far they are.",
            )
        await services.builds.finish(patient.id)
    now = datetime.now(UTC)
    name = session_id(now)
    folder = services.home.sessions / name
    seed = wanted.seed if wanted.seed is not None else int(now.timestamp())
    spec = SessionSpec(
        name,
        str(services.home.root),
        str(folder),
        wanted.patient_id,
        seed,
        create=True,
        equipment_id=wanted.equipment_id or "",
        owner=caller.person,
    )
    try:
        await services.live.open(spec)
    except AngiosuiteError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return describe(services, SessionFolder(folder))


@router.get("/sessions/{session_id}", dependencies=[OWN])
def one(services: Given, caller: Caller, session_id: str) -> dict[str, Any]:
    """One session."""
    return describe(services, folder_of(services, caller, session_id))


@router.delete("/sessions/{session_id}", dependencies=[OWN])
async def remove(services: Given, caller: Caller, session_id: str) -> dict[str, Any]:
    """Move a session to the trash; `restore` brings it back."""
    folder = folder_of(services, caller, session_id)
    await services.live.rest(session_id)
    left = await asyncio.to_thread(_left_inside, folder)
    services.home.discard(folder.path, "session")
    return {"id": session_id, "restorable": True, "retained": left}


def _left_inside(folder: SessionFolder) -> list[dict[str, Any]]:
    """Instruments that were in the patient when the session was last closed."""
    told: list[dict[str, Any]] = []
    if folder.log.is_file():
        for line in read_lines(folder.log):
            if line.name == "retained":
                told = line.entry().data["items"]
            elif line.name == "instrument-removed":
                told = []
    return told


@router.post("/sessions/{session_id}/restore", dependencies=[OWN])
def restore(services: Given, caller: Caller, session_id: str) -> dict[str, Any]:
    """Bring a removed session back."""
    key = f"session--{session_id}"
    if not is_safe_id(session_id) or not owns(services, caller, SessionFolder(services.home.trash / key)):
        raise NotFound("session", session_id)
    services.home.restore(key, services.home.sessions)
    return describe(services, folder_of(services, caller, session_id))


@router.get("/sessions/{session_id}/frames/{index}.jpg", response_class=Response, dependencies=[OWN])
def frame(
    services: Given, caller: Caller, session_id: str, index: Annotated[int, PathParameter(ge=0, le=10**9)]
) -> Response:
    """A picture as it was shown, grey JPEG."""
    folder = folder_of(services, caller, session_id)
    try:
        jpeg = folder.frame_jpeg(index)
    except RefusedInput as error:
        raise NotFound("frame", str(index)) from error
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


def refuse_while_going(path: Path) -> None:
    """Refuse what tells the right answers of an attempt while it goes on: its log says where targets lie."""
    attempt = AttemptFolder(path)
    if attempt.exists and not attempt.is_over:
        raise NotNow(
            "The attempt still goes on",
            code="attempt-going",
            where=path.name,
            way_out="Finish the task first.",
        )


@router.get("/sessions/{session_id}/log", response_class=StreamingResponse, dependencies=[OWN])
def log(services: Given, caller: Caller, session_id: str) -> StreamingResponse:
    """The session's event log as it stands, whole JSON lines; a session that goes on writes meanwhile."""
    path: Path = folder_of(services, caller, session_id).log
    if not path.is_file():
        raise NotFound("log", session_id)
    refuse_while_going(path.parent)
    length = whole_bytes(path)
    headers = {
        "Content-Length": str(length),
        "Content-Disposition": f'attachment; filename="{session_id}.jsonl"',
    }
    return StreamingResponse(pieces_of(path, 0, length), media_type="application/jsonl", headers=headers)


@router.get("/disk", dependencies=[MACHINE])
def disk(services: Given) -> dict[str, Any]:
    """What the home folder takes, in bytes by purpose, and what is free."""
    usage = shutil.disk_usage(services.home.root)
    return {"home": str(services.home.root), "bytes": services.home.disk_use(), "free": usage.free}
