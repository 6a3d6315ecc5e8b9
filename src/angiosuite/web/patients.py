"""Patients: list, remove and bring back: `/api/patients`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from angiosuite.kit.ids import is_safe_id

from .access import MACHINE
from .answers import FAULTS, NotFound
from .services import Given, Services

if TYPE_CHECKING:
    from angiosuite.patients.record import PatientRecord
    from angiosuite.patients.store import PatientStore

router = APIRouter(prefix="/api/patients", tags=["patients"], responses=FAULTS, dependencies=[MACHINE])


def store_of(services: Services) -> PatientStore:
    """The store of this home; imported at the first question, so that the server starts at once."""
    from angiosuite.patients.store import PatientStore

    return PatientStore(services.home)


def shown(record: PatientRecord) -> dict[str, Any]:
    """A patient as the pages have it."""
    return {**record.as_dict(), "ready": record.is_ready, "bytes": record.disk_bytes}


def checked(patient_id: str) -> str:
    if not is_safe_id(patient_id):
        raise NotFound("patient", patient_id)
    return patient_id


@router.get("")
def everything(services: Given) -> dict[str, Any]:
    """Built-in and imported patients, and those that can be brought back."""
    trashed = [{"id": item.name, "removed_s": item.removed_s} for item in services.home.trashed("patient")]
    return {"patients": [shown(record) for record in store_of(services).list()], "trashed": trashed}


@router.get("/{patient_id}")
def one(services: Given, patient_id: str) -> dict[str, Any]:
    """One patient."""
    return shown(store_of(services).get(checked(patient_id)))


@router.post("/{patient_id}/build", status_code=202)
def build(services: Given, patient_id: str) -> dict[str, Any]:
    """Build a built-in patient that was never used here; the answer says how far that is."""
    record = store_of(services).get(checked(patient_id))
    return services.builds.start(record.id, ready=record.is_ready)


@router.get("/{patient_id}/build")
def build_state(services: Given, patient_id: str) -> dict[str, Any]:
    """How far the build of a patient is."""
    return services.builds.state(checked(patient_id))


@router.delete("/{patient_id}")
def remove(services: Given, patient_id: str) -> dict[str, Any]:
    """Move an imported patient to the trash; `restore` brings it back."""
    store_of(services).delete(checked(patient_id))
    return {"id": patient_id, "restorable": True}


@router.post("/{patient_id}/restore")
def restore(services: Given, patient_id: str) -> dict[str, Any]:
    """Bring a removed patient back."""
    store_of(services).restore(checked(patient_id))
    return {"id": patient_id}
