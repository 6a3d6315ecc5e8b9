"""One procedure with its persons, its levels and the caller's standing: `/api/practice/procedures`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as PathParameter

from angiosuite.content.case_id import case_parts
from angiosuite.content.preview import version_of

from .access import OWN, Caller
from .answers import FAULTS
from .room_tasks import (
    band_told,
    guide_told,
    is_written,
    procedure_told,
    sections,
    standings_of,
)
from .services import Given

router = APIRouter(prefix="/api/practice/procedures", tags=["practice"], responses=FAULTS, dependencies=[OWN])
HIDDEN = {"start", "objects", "targets", "questions", "variants", "levels", "draws", "chooses", "hints"}
"""What would tell right answers or what an attempt draws, and what is told otherwise."""


@router.get("/{procedure}")
def one_procedure(
    services: Given, caller: Caller, procedure: Annotated[str, PathParameter(max_length=100)]
) -> dict[str, Any]:
    """One procedure: text, persons, levels, what is scored, attempts, the standing with each case."""
    loaded = services.content.get("procedures", procedure)
    found = standings_of(services, caller)
    standing = found.procedures[procedure]
    item = standing.procedure
    titles = {name: one.drill.title for name, one in found.drills.items()}
    bands = {name: services.own_bands.of(name) for name in item.cases}
    return {
        **item.model_dump(mode="json", by_alias=True, exclude=HIDDEN),
        **procedure_told(services, standing, titles),
        "questions": [{"id": one.id, "text": one.text} for one in item.questions],
        "stamp": version_of(loaded),
        "preview": is_written(services, loaded),
        "sections": sections(services, loaded.folder, [one.key for one in item.sources]),
        "attempts": [one.told() for one in found.attempts if _is_of(one.facts.drill, procedure)],
        "bands": {name: {m: band_told(one) for m, one in own.items()} for name, own in bands.items() if own},
        "guide": guide_told(services, item),
        "after": [{"id": name, "title": titles.get(name, name)} for name in item.after],
    }


def _is_of(drill: str, procedure: str) -> bool:
    case = case_parts(drill)
    return case is not None and case.procedure == procedure
