"""Imports: a CT comes in as one upload and becomes a patient whole or not at all: `/api/imports`."""

from __future__ import annotations

import shutil
from typing import Any

from fastapi import APIRouter, Request

from angiosuite.runtime.jobs import Job

from . import upload
from .answers import FAULTS, NotFound
from .services import Given, Services

router = APIRouter(prefix="/api/imports", tags=["imports"], responses=FAULTS)
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


def _job(services: Services, import_id: str) -> Job:
    job = services.jobs.get(import_id)
    if job is None or job.name != "import":
        raise NotFound("import", import_id)
    return job


@router.get("")
def everything(services: Given) -> list[dict[str, Any]]:
    """Imports since the server started."""
    return [job.as_dict() for job in services.jobs.list("import")]


@router.post("", status_code=202, openapi_extra=_BODY)
async def begin(services: Given, request: Request) -> dict[str, Any]:
    """Take the files of one CT (DICOM folder, zip or NIfTI) and start to import them."""
    scratch = services.home.scratch("upload")
    try:
        path = await upload.receive(request, scratch)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    job = services.jobs.start(
        "angiosuite.runtime.preparation:import_patient",
        {"home": str(services.home.root), "path": str(path)},
        name="import",
        title="Import a CT",
        finished=lambda _: shutil.rmtree(scratch, ignore_errors=True),
    )
    return job.as_dict()


@router.get("/{import_id}")
def state(services: Given, import_id: str) -> dict[str, Any]:
    """How far an import is; its patient or its refusal when it has ended."""
    return _job(services, import_id).as_dict()


@router.delete("/{import_id}")
def cancel(services: Given, import_id: str) -> dict[str, Any]:
    """Stop an import; nothing of it remains."""
    job = _job(services, import_id)
    services.jobs.cancel(job.id)
    return job.as_dict()
