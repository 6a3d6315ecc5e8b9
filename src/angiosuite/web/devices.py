"""The cupboard of instruments, and each device with its numbers and their sources: `/api/devices`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from angiosuite.content.device import DeviceItem
from angiosuite.suite.instruments.cupboard import cupboard, details

from .access import SHARED
from .answers import FAULTS
from .services import Given

router = APIRouter(prefix="/api/devices", tags=["devices"], responses=FAULTS)

Name = Annotated[str, Path(max_length=100)]


@router.get("", dependencies=[SHARED])
def devices(services: Given) -> list[dict[str, Any]]:
    """Every device of the content, in its order, with what one looks at when choosing."""
    return cupboard(services.content)


@router.get("/{device}", dependencies=[SHARED])
def device(services: Given, device: Name) -> dict[str, Any]:
    """One device with all its numbers, each with its source."""
    item = services.content.get("devices", device).item
    assert isinstance(item, DeviceItem)
    return details(item)
