"""The directory of the field, and what each person keeps about its entries: `/api/field`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Strict as StrictMark
from pydantic import StringConstraints

from angiosuite.content.field import EntryKind, WhoFor
from angiosuite.learning.field.directory import Mine

from .access import OWN, Caller
from .answers import FAULTS, Strict
from .services import Given

router = APIRouter(prefix="/api/field", tags=["field"], responses=FAULTS, dependencies=[OWN])


class MineWanted(Strict):
    """What the caller keeps about an entry."""

    follow: bool
    note: Annotated[str, StringConstraints(max_length=2000)] = ""
    remind_on: Annotated[date, StrictMark(False)] | None = None


@router.get("")
def entries(
    services: Given,
    caller: Caller,
    kind: EntryKind | None = None,
    country: Annotated[str | None, Query(pattern="^[A-Z]{2}$")] = None,
    who_for: WhoFor | None = None,
) -> dict[str, Any]:
    """Every entry, or those of a kind, for a country, for a reader."""
    found = services.field.entries(caller, date.today(), kind, country, who_for)
    known = services.field.ids()
    return {"entries": [entry.as_dict(known) for entry in found]}


@router.put("/{entry}/mine")
def keep(
    services: Given, caller: Caller, entry: Annotated[str, Path(max_length=100)], wanted: MineWanted
) -> Mine:
    """Follow an entry, note something about it, be reminded of it."""
    return services.field.keep(caller, entry, wanted.follow, wanted.note, wanted.remind_on)
