"""Vessels and slices of the patient of a session: `/api/sessions/{id}/vessels` and `…/slices`.

For whoever opened the session, to look at alone; those that can be corrected are a patient's: `own_vessels`.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import simplejpeg
from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from fastapi.responses import Response

from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.practice.attempt import AttemptFolder

from .access import OWN, Caller
from .answers import FAULTS, NotFound
from .own_vessels import facts_of
from .services import Given, Services
from .sessions import folder_of, refuse_while_going

if TYPE_CHECKING:
    from angiosuite.suite.room import Room
    from angiosuite.suite.slices.slices import Slices

router = APIRouter(
    prefix="/api/sessions/{session_id}", tags=["vessels"], responses=FAULTS, dependencies=[OWN]
)
EVERY_MM = 3.0
"""Points of a centre line on the page are about this far apart."""
_LOCK = threading.Lock()
Word = Annotated[str, PathParameter(min_length=1, max_length=20, pattern=r"^[a-z0-9-]+$")]
Asked = Annotated[str, Query(max_length=20, pattern=r"^[a-z0-9-]*$")]


@lru_cache(maxsize=2)
def _room(home: Path, patient_id: str, content_hash: str, equipment_id: str) -> Room:
    from angiosuite.suite.patient import Patient
    from angiosuite.suite.room import Room

    return Room.of(Patient.stored(patient_id, content_hash, home), equipment_id, home)


def room_of(services: Services, caller: Any, session_id: str) -> Room:
    """The patient and machine of a session, prepared once."""
    facts = folder_of(services, caller, session_id).facts()
    with _LOCK:
        return _room(services.home.root, facts.patient_id, facts.patient_hash, facts.equipment_id)


@lru_cache(maxsize=2)
def _slices(room: Room, cache: Path) -> Slices:
    from angiosuite.suite.slices.slices import Slices

    return Slices(room, cache)


@router.get("/vessels")
def vessels(services: Given, caller: Caller, session_id: str) -> dict[str, Any]:
    """The tree of the patient's vessels for picking and for the view in space.

    While an attempt goes on names alone are told, so that no line shows the way.
    """
    attempt = AttemptFolder(folder_of(services, caller, session_id).path)
    bare = attempt.exists and not attempt.is_over
    room = room_of(services, caller, session_id)
    try:
        with _LOCK:
            graph = room.vessels
    except AngiosuiteError as error:
        return {
            "vessels": [],
            "beds": [],
            "notices": [str(error)],
            "reference_mm": room.reference_mm.tolist(),
        }
    told = []
    for v in graph.vessels.values():
        facts = facts_of(v, np.zeros(0, np.int64) if bare else _kept(v.arc_mm), decimals=1)
        told.append({**facts, "at_mm": facts["at_mm"] or 0.0, "side": v.side, "bed": v.bed})
    beds = [{"id": b.id, "name": b.name, "inside": "body" if b.inside else None} for b in graph.beds.values()]
    return {
        "vessels": told,
        "beds": beds,
        "notices": list(graph.notices),
        "reference_mm": [round(float(x), 2) for x in room.reference_mm],
    }


def _kept(arc_mm: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Indices of points about `EVERY_MM` apart, both ends among them."""
    count = max(2, int(arc_mm[-1] / EVERY_MM) + 1)
    marks = np.searchsorted(arc_mm, np.linspace(0.0, arc_mm[-1], count))
    return np.unique(np.clip(marks, 0, len(arc_mm) - 1))


@router.get("/slices")
def slices(services: Given, caller: Caller, session_id: str) -> dict[str, Any]:
    """What slices there are of the patient: modalities, phases, windows, planes."""
    refuse_while_going(folder_of(services, caller, session_id).path)
    room = room_of(services, caller, session_id)
    with _LOCK:
        return _slices(room, services.home.cache / "slices").describe()


@router.get("/slices/{modality}/{plane}/{index}.jpg", response_class=Response)
def one(
    services: Given,
    caller: Caller,
    session_id: str,
    modality: Word,
    plane: Word,
    index: Annotated[int, PathParameter(ge=0, le=5000)],
    phase: Asked = "native",
    window: Asked = "soft-tissue",
) -> Response:
    """One slice, grey JPEG."""
    refuse_while_going(folder_of(services, caller, session_id).path)
    room = room_of(services, caller, session_id)
    with _LOCK:
        try:
            picture = _slices(room, services.home.cache / "slices").picture(
                modality, plane, index, phase, window
            )
        except RefusedInput as error:
            raise NotFound("slice", str(error.value)) from error
    jpeg = simplejpeg.encode_jpeg(np.ascontiguousarray(picture)[:, :, None], quality=90, colorspace="GRAY")
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
