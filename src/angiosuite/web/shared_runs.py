"""Runs that came as a file: opened, looked at, commented on, given back: `/api/practice/shared`."""

from __future__ import annotations

import secrets
import shutil
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import atomic_write
from angiosuite.kit.ids import is_safe_id
from angiosuite.kit.people import Principal
from angiosuite.practice.attempt import AttemptFolder
from angiosuite.practice.sharing import MOST_BYTES, unpack

from .access import OWN, Caller
from .answers import FAULTS, NotFound
from .debriefs import Micros, NoteWanted, OptionalMicros, noted, shared_file, skin_at, told, without_note
from .services import Given, Services

router = APIRouter(prefix="/api/practice/shared", tags=["shared runs"], responses=FAULTS, dependencies=[OWN])

Name = Annotated[str, PathParameter(max_length=100)]


def shared_of(services: Services, caller: Principal, name: str) -> AttemptFolder:
    """A shared run that the caller opened; `NotFound` when there is none or another opened it."""
    folder = AttemptFolder(services.home.root / "shared" / name)
    try:
        opened_by = (folder.path / "opened-by").read_text("utf-8") if is_safe_id(name) else None
    except OSError:
        opened_by = None
    if opened_by != caller.person or not folder.exists:
        raise NotFound("shared-run", name)
    return folder


@router.post("", status_code=201)
async def open_run(services: Given, caller: Caller, request: Request) -> dict[str, Any]:
    """Open a run's file (the body): whole or not at all."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise RefusedInput(
                "The run is too large",
                code="upload-too-large",
                value=len(body),
                way_out="Ask for a shorter run.",
            )
    name = f"run-{secrets.token_hex(6)}"
    into = services.home.root / "shared" / name
    facts = await run_in_threadpool(unpack, bytes(body), into, services.home)
    atomic_write(into / "opened-by", caller.person)
    return {"id": name, "drill": facts.drill, "title": facts.title}


@router.get("/{run}/debrief")
def debrief(services: Given, caller: Caller, run: Name) -> dict[str, Any]:
    """The debrief of a shared run, read only, with the notes of all who had the file."""
    answer = told(services, shared_of(services, caller, run), None)
    return {**answer, "shared": run}


@router.get("/{run}/moment")
def moment(services: Given, caller: Caller, run: Name, t_us: Micros = 0) -> dict[str, Any]:
    """Everything that the monitors showed at a moment."""
    return services.moments.of(shared_of(services, caller, run).path).at(t_us)


@router.get("/{run}/skin")
def skin(services: Given, caller: Caller, run: Name, t_us: OptionalMicros = None) -> dict[str, Any]:
    """The skin-dose map at a moment; refused when the patient is not here."""
    return skin_at(services, shared_of(services, caller, run), t_us)


@router.get("/{run}/frames")
def frames(
    services: Given, caller: Caller, run: Name, from_us: Micros = 0, to_us: Micros = 2**53 - 1
) -> list[list[Any]]:
    """Pictures between two moments that the file holds: [[t_us, index, mode]]."""
    folder = shared_of(services, caller, run)
    kept = {path.stem for path in folder.session.frames.glob("*.jpg")}
    found = services.moments.of(folder.path).frames(from_us, to_us)
    return [list(one) for one in found if f"{one[1]:06d}" in kept]


@router.get("/{run}/frames/{index}.jpg", response_class=Response)
def frame(
    services: Given, caller: Caller, run: Name, index: Annotated[int, PathParameter(ge=0, le=10**9)]
) -> Response:
    """A picture as it was shown, grey JPEG."""
    try:
        jpeg = shared_of(services, caller, run).session.frame_jpeg(index)
    except RefusedInput as error:
        raise NotFound("frame", str(index)) from error
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


@router.post("/{run}/notes", status_code=201)
def add_note(services: Given, caller: Caller, run: Name, wanted: NoteWanted) -> dict[str, Any]:
    """Comment at a moment, with a name."""
    return noted(shared_of(services, caller, run), wanted)


@router.delete("/{run}/notes/{number}")
def remove_note(services: Given, caller: Caller, run: Name, number: int) -> list[dict[str, Any]]:
    """Take a comment away; what is left."""
    return without_note(shared_of(services, caller, run), number)


@router.get("/{run}/share", response_class=StreamingResponse)
def share(services: Given, caller: Caller, run: Name) -> FileResponse:
    """The file again, with the comments."""
    return shared_file(services, shared_of(services, caller, run), run)


@router.delete("/{run}")
def close(services: Given, caller: Caller, run: Name) -> dict[str, Any]:
    """Forget a shared run; the file that it came from is untouched."""
    folder = shared_of(services, caller, run)
    shutil.rmtree(folder.path, ignore_errors=True)
    return {"id": run}
