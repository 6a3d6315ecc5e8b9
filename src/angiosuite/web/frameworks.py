"""Competency frameworks, read and exchanged as CASE packages: `/api/frameworks`."""

from __future__ import annotations

import os
import shutil
import threading
from datetime import date
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from angiosuite.content.framework import FrameworkItem
from angiosuite.content.item_file import read_item
from angiosuite.content.kinds import KINDS
from angiosuite.content.loader import LoadedItem
from angiosuite.interop.case import package
from angiosuite.interop.case_reading import CasePackage, read_package
from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.kit.home import atomic_write

from .access import MACHINE, SHARED
from .answers import FAULTS, NotFound
from .services import Given, Services

router = APIRouter(prefix="/api/frameworks", tags=["frameworks"], responses=FAULTS)

Name = Annotated[str, Path(max_length=64)]
NewName = Annotated[str | None, Query(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
_writing = threading.Lock()


class FrameworkShort(BaseModel):
    """A framework in the list."""

    id: str
    title: str
    summary: str
    publisher: str
    version: str
    licence: str
    text_policy: str
    notice: str
    basis: str
    quality: str
    items: int
    valid_from: date | None
    valid_to: date | None
    imported: bool


class FrameworkList(BaseModel):
    """All frameworks of this installation, in order."""

    frameworks: list[FrameworkShort]


class FrameworkWhole(FrameworkShort):
    """A framework with its items, scales, crosswalks and sources."""

    scales: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    crosswalks: list[dict[str, Any]]
    sources: list[dict[str, Any]]


class FrameworkTaken(BaseModel):
    """What an imported package became."""

    framework: FrameworkWhole
    left_out: list[str]


@router.get("", dependencies=[SHARED])
def frameworks(services: Given) -> FrameworkList:
    """Every framework: built in, of a pack, or imported."""
    found = sorted(services.content.items["frameworks"].values(), key=_order)
    return FrameworkList(frameworks=[FrameworkShort(**_short(services, loaded)) for loaded in found])


@router.get("/{framework}", dependencies=[SHARED])
def framework(services: Given, framework: Name) -> FrameworkWhole:
    """One framework with everything that its text policy lets it hold."""
    return _whole(services, _loaded(services, framework))


@router.get("/{framework}/case", dependencies=[SHARED])
def as_case(services: Given, framework: Name) -> dict[str, Any]:
    """A framework as a CFPackage of 1EdTech CASE 1.1; one without items has nothing to exchange."""
    item = _item(_loaded(services, framework))
    if not item.items:
        raise RefusedInput(
            "This framework holds no items",
            code="framework-empty",
            where="framework",
            value=framework,
            way_out="Load your own copy of it as a CASE package.",
        )
    return package(item)


@router.post("/case", dependencies=[MACHINE], status_code=201)
def take_case(services: Given, body: CasePackage, id: NewName = None) -> FrameworkTaken:
    """Take a CASE package in as a framework of this installation, whole or not at all.

    `id` names it; without one the name is made of its title. A name that is in use is refused.
    """
    reading = read_package(body, id)
    identity = str(reading.item["id"])
    with _writing:
        if identity in services.content.items["frameworks"]:
            raise AngiosuiteError(
                "A framework of this name is there already",
                code="framework-there",
                where="id",
                value=identity,
                way_out="Send the package again with another ?id=, or remove the one that is there.",
            )
        _write(services, identity, reading.item)
        services.load_content()
    taken = _whole(services, _loaded(services, identity))
    return FrameworkTaken(framework=taken, left_out=list(reading.left_out))


@router.delete("/{framework}", dependencies=[MACHINE], status_code=204)
def remove(services: Given, framework: Name) -> None:
    """Move an imported framework to the trash; those that came with the product or a pack stay."""
    with _writing:
        loaded = _loaded(services, framework)
        if not _imported(services, loaded):
            raise AngiosuiteError(
                "This framework was not imported here",
                code="framework-fixed",
                where="framework",
                value=framework,
                way_out="It goes with the pack that it came from.",
            )
        services.home.discard(loaded.folder, "frameworks")
        services.load_content()


def _write(services: Services, identity: str, values: dict[str, Any]) -> None:
    """The item's folder, made aside, checked, and moved into place."""
    kind = KINDS["frameworks"]
    target = services.home.root / "content" / kind.name / identity
    scratch = services.home.scratch("framework")
    try:
        folder = scratch / identity
        folder.mkdir()
        head = "# Taken in from an exchange file of the CASE standard.\n"
        text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100)
        atomic_write(folder / kind.file, head + text)
        faults = read_item(folder, kind).faults
        if faults:
            raise RefusedInput(
                "The package does not make a framework",
                code="case-not-a-framework",
                where=faults[0].field,
                value=faults[0].problem,
                way_out="Mend the package; nothing was kept.",
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(folder, target)
    except OSError as error:
        raise AngiosuiteError(
            "The framework cannot be written",
            code="framework-not-written",
            where=str(target),
            value=error.strerror,
            way_out="Make room or name a home that can be written; nothing was kept.",
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _loaded(services: Services, identity: str) -> LoadedItem:
    found = services.content.items["frameworks"].get(identity)
    if found is None:
        raise NotFound("framework", identity)
    return found


def _item(loaded: LoadedItem) -> FrameworkItem:
    assert isinstance(loaded.item, FrameworkItem)
    return loaded.item


def _order(loaded: LoadedItem) -> tuple[int, str]:
    item = _item(loaded)
    return item.order, item.title


def _imported(services: Services, loaded: LoadedItem) -> bool:
    return loaded.folder.is_relative_to((services.home.root / "content").resolve())


def _short(services: Services, loaded: LoadedItem) -> dict[str, Any]:
    item = _item(loaded)
    names = set(FrameworkShort.model_fields) - {"items", "imported"}
    values = item.model_dump(include=names)
    return {**values, "items": len(item.items), "imported": _imported(services, loaded)}


def _whole(services: Services, loaded: LoadedItem) -> FrameworkWhole:
    item = _item(loaded)
    parts = item.model_dump(mode="json", include={"scales", "crosswalks", "sources", "items"})
    return FrameworkWhole(**_short(services, loaded), entries=parts.pop("items"), **parts)
