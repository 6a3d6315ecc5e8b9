"""Patients: list, remove and bring back: `/api/patients`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from angiosuite.kit.ids import is_safe_id

from .answers import FAULTS, NotFound
from .services import Given, Services

if TYPE_CHECKING:
    from angiosuite.patients.store import PatientStore

router = APIRouter(prefix="/api/patients", tags=["patients"], responses=FAULTS)


def store_of(services: Services) -> PatientStore:
    """The store of this home; imported at the first question, so that the server starts at once."""
    from angiosuite.patients.store import PatientStore

    return PatientStore(services.home)


def _checked(patient_id: str) -> str:
    if not is_safe_id(patient_id):
        raise NotFound("patient", patient_id)
    return patient_id


@router.get("")
def everything(services: Given) -> dict[str, Any]:
    """Built-in and imported patients, and those that can be brought back."""
    trashed = [{"id": item.name, "removed_s": item.removed_s} for item in services.home.trashed("patient")]
    return {"patients": [record.as_dict() for record in store_of(services).list()], "trashed": trashed}


@router.delete("/{patient_id}")
def remove(services: Given, patient_id: str) -> dict[str, Any]:
    """Move an imported patient to the trash; `restore` brings it back."""
    store_of(services).delete(_checked(patient_id))
    return {"id": patient_id, "restorable": True}


@router.post("/{patient_id}/restore")
def restore(services: Given, patient_id: str) -> dict[str, Any]:
    """Bring a removed patient back."""
    store_of(services).restore(_checked(patient_id))
    return {"id": patient_id}
