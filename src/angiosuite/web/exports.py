"""Exports: a session as one zip, made by a job and then downloaded: `/api/exports`."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel

from angiosuite.runtime.jobs import JobState

from .access import OWN, Caller
from .answers import FAULTS, ErrorBody
from .export_jobs import Export
from .live import NotNow
from .services import Given
from .sessions import folder_of, refuse_while_going

router = APIRouter(prefix="/api", tags=["exports"], responses=FAULTS, dependencies=[OWN])


class Written(BaseModel):
    """What an export holds: pictures as shown, DICOM objects, bytes."""

    pictures: int
    objects: int
    bytes: int


class ExportState(BaseModel):
    """One export: how far it is, what it holds or why there is none."""

    id: str
    session_id: str
    state: JobState
    fraction: float
    detail: str
    seconds: float
    error: ErrorBody | None
    result: Written | None


def _state(export: Export) -> ExportState:
    plain = export.job.as_dict()
    del plain["name"], plain["title"]
    return ExportState(session_id=export.session_id, **plain)


@router.get("/exports")
def everything(services: Given, caller: Caller) -> list[ExportState]:
    """Exports since the server started that are being written or can be fetched."""
    return [_state(export) for export in services.exports.list(caller.person)]


@router.post("/sessions/{session_id}/exports", status_code=202)
def begin(services: Given, caller: Caller, session_id: str) -> ExportState:
    """Begin to write a session into a zip: log, pictures, DICOM with a dose report, README.

    A session that runs is written as it is at this moment; an attempt at a drill once it is finished.
    """
    folder = folder_of(services, caller, session_id)
    refuse_while_going(folder.path)
    return _state(services.exports.start(session_id, folder.path, caller.person))


@router.get("/exports/{export_id}")
def state(services: Given, caller: Caller, export_id: str) -> ExportState:
    """How far an export is."""
    return _state(services.exports.get(export_id, caller.person))


@router.get("/exports/{export_id}/file", response_class=StreamingResponse)
def fetch(services: Given, caller: Caller, export_id: str) -> FileResponse:
    """The zip, once it is whole."""
    export = services.exports.get(export_id, caller.person)
    if export.job.state != "done" or not export.file.is_file():
        raise NotNow(
            "The export is not ready",
            code="export-not-ready",
            where=export.session_id,
            value=export.job.state,
            way_out="Wait until its state is 'done'.",
        )
    return FileResponse(export.file, media_type="application/zip", filename=export.file.name)


@router.delete("/exports/{export_id}")
def remove(services: Given, caller: Caller, export_id: str) -> ExportState:
    """Stop an export, or forget one that is done; nothing of it remains."""
    return _state(services.exports.remove(export_id, caller.person))
