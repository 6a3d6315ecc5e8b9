"""An imported patient's own vessels: extracted, looked at, corrected: `/api/patients/{id}/own-vessels`.

A patient belongs to the machine and may be changed here; the vessels of a session (`session_vessels`) belong
to whoever opened it, cannot be changed, and tell less while an attempt goes on. Hence two groups of routes;
how a vessel is told is one thing, `facts_of`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter
from fastapi import Path as PathParameter
from fastapi.responses import Response
from pydantic import BaseModel, Field, StringConstraints

from .access import MACHINE
from .answers import FAULTS, ErrorBody, NotFound, Strict
from .patients import checked, store_of
from .services import Given, Services

if TYPE_CHECKING:
    from angiosuite.anatomy.vessels.extraction.lumen import Lumen
    from angiosuite.anatomy.vessels.graph import Vessel

router = APIRouter(
    prefix="/api/patients/{patient_id}/own-vessels",
    tags=["vessels"],
    responses=FAULTS,
    dependencies=[MACHINE],
)
Millimetres = Annotated[float, Field(ge=-5000.0, le=5000.0)]
Place = Annotated[list[Millimetres], Field(min_length=3, max_length=3)]
MOST = 500
"""Most corrections of one patient."""


class ShownVessel(BaseModel):
    """One vessel: its course (LPS, mm) with radii, and where it hangs."""

    id: str
    name: str
    system: str
    parent: str | None
    at_mm: float | None
    origin: str
    length_mm: float
    diameter_mm: float
    points: list[list[float]]
    radius: list[float]


class Name(BaseModel):
    """A name that a vessel may be given."""

    id: str
    name: str


class Grid(BaseModel):
    """The slices: shape (z, y, x), centre of the first voxel (x, y, z) and edge, mm; level of blood, HU."""

    shape: list[int]
    origin_mm: list[float]
    spacing_mm: float
    level_hu: float


class CorrectionWish(Strict):
    """One correction; places in mm, LPS."""

    kind: Literal["accept", "cut", "join", "rename", "seed"]
    at_mm: Place
    to_mm: Place | None = None
    name: Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9-]+$")] | None = None


class Corrections(Strict):
    """All corrections, in order; they take the place of those before."""

    corrections: Annotated[list[CorrectionWish], Field(max_length=MOST)]


class OwnVessels(BaseModel):
    """How far the extraction is, and what it found."""

    patient: str
    title: str
    state: Literal["not-enhanced", "not-yet", "working", "failed", "ready"]
    fraction: float
    error: ErrorBody | None
    notices: list[str]
    vessels: list[ShownVessel]
    known: list[Name]
    corrections: list[dict[str, Any]]
    grid: Grid | None


@router.get("")
def own_vessels(services: Given, patient_id: str) -> OwnVessels:
    """The vessels as they are now, with a person's corrections; or how far their extraction is."""
    return _state(services, patient_id)


@router.post("/extract", status_code=202)
def extract(services: Given, patient_id: str) -> OwnVessels:
    """Extract the vessels, unless that was done or is under way."""
    from angiosuite.patients.ct_vessels import is_enhanced, is_extracted

    folder = store_of(services).folder_of_import(checked(patient_id))
    if is_enhanced(folder) and not is_extracted(folder):
        services.extractions.start(patient_id)
    return _state(services, patient_id)


@router.put("/corrections")
def correct(services: Given, patient_id: str, wanted: Corrections) -> OwnVessels:
    """Keep these corrections instead of those before, and apply them."""
    from angiosuite.anatomy.vessels.extraction.corrections import of_facts
    from angiosuite.patients.ct_vessels import keep_corrections

    folder = store_of(services).folder_of_import(checked(patient_id))
    keep_corrections(folder, of_facts([one.model_dump() for one in wanted.corrections]))
    return _state(services, patient_id)


@router.get("/slices/{index}", response_class=Response)
def slice_(services: Given, patient_id: str, index: Annotated[int, PathParameter(ge=0, le=4096)]) -> Response:
    """One axial slice: CT numbers (little-endian int16, rows of x), then blood, one byte a voxel."""
    folder = store_of(services).folder_of_import(checked(patient_id))
    lumen = _lumen(str(folder))
    if lumen is None or index >= lumen.scan.hu.shape[0]:
        raise NotFound("slice", str(index))
    hu = np.rint(lumen.scan.hu[index]).astype("<i2").tobytes()
    return Response(
        hu + lumen.blood[index].astype(np.uint8).tobytes(),
        media_type="application/octet-stream",
        headers={"cache-control": "private, max-age=3600"},
    )


@lru_cache(maxsize=1)
def _lumen(folder: str) -> Lumen | None:
    """What was kept of the CT; the one that was asked for last stays in memory."""
    from angiosuite.patients.ct_vessels import lumen_of_patient

    return lumen_of_patient(Path(folder))


def _state(services: Services, patient_id: str) -> OwnVessels:
    from angiosuite.anatomy.vessels.extraction.corrections import as_facts
    from angiosuite.anatomy.vessels.extraction.naming import KNOWN
    from angiosuite.patients.ct_vessels import corrections_of, is_enhanced, is_extracted

    store = store_of(services)
    record = store.get(checked(patient_id))
    folder = store.folder_of_import(patient_id)
    enhanced = is_enhanced(folder)
    made = OwnVessels(
        patient=record.id,
        title=record.title,
        state="not-enhanced",
        fraction=1.0,
        error=None,
        notices=[],
        vessels=[],
        known=[Name(id=name, name=title) for name, title in KNOWN.items()],
        corrections=as_facts(corrections_of(folder)),
        grid=None,
    )
    if enhanced and not is_extracted(folder):
        told = services.extractions.state(patient_id)
        return made.model_copy(update=told)
    graph = store.own_vessels(patient_id)
    made.notices = list(graph.notices)
    if enhanced:
        lumen = _lumen(str(folder))
        assert lumen is not None
        made.state = "ready"
        made.vessels = [_shown(vessel) for vessel in graph.vessels.values()]
        made.grid = Grid(
            shape=list(lumen.scan.hu.shape),
            origin_mm=list(lumen.scan.origin_mm),
            spacing_mm=lumen.scan.edge_mm,
            level_hu=lumen.level_hu,
        )
    return made


def facts_of(vessel: Vessel, which: Any = slice(None), decimals: int = 2) -> dict[str, Any]:
    """A vessel as pages have it: names, where it hangs, and its course at some of its points (LPS, mm)."""
    return {
        "id": vessel.id,
        "name": vessel.name,
        "system": vessel.system,
        "parent": None if vessel.parent is None else vessel.parent.vessel,
        "at_mm": None if vessel.parent is None else round(vessel.parent.at_mm, 1),
        "origin": vessel.origin,
        "length_mm": round(vessel.length_mm, 1),
        "points": np.round(vessel.points_mm[which], decimals).tolist(),
        "radius": np.round(vessel.radius_mm[which], 2).tolist(),
    }


def _shown(vessel: Vessel) -> ShownVessel:
    return ShownVessel(**facts_of(vessel), diameter_mm=round(2.0 * float(vessel.radius_mm.mean()), 1))
