"""How far the start is: `/api/start`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from angiosuite import __version__

from .access import MACHINE
from .answers import FAULTS
from .services import Given

router = APIRouter(prefix="/api/start", tags=["start"], responses=FAULTS, dependencies=[MACHINE])


@router.get("")
def state(services: Given) -> dict[str, Any]:
    """Steps of the start with state, seconds and fraction; `ready` once a session can be opened."""
    return {"version": __version__, **services.preparation.as_dict()}


@router.post("")
def again(services: Given) -> dict[str, Any]:
    """Begin again what failed."""
    if services.settings.prepare:
        services.preparation.start()
    return {"version": __version__, **services.preparation.as_dict()}
