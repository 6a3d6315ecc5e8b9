"""What the routes of practice share: whose attempts, drills and procedures, their texts and patients."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from angiosuite.content.case import CaseItem
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import LoadedItem
from angiosuite.content.procedure import ProcedureItem
from angiosuite.content.room_task import RoomTask
from angiosuite.kit.errors import AngiosuiteError
from angiosuite.kit.people import Principal
from angiosuite.learning.guide.rendering import render_line
from angiosuite.practice.attempt import AttemptFolder
from angiosuite.practice.attempts import Attempt
from angiosuite.practice.bands import Band
from angiosuite.practice.procedures import ProcedureStanding, stand_with, told
from angiosuite.practice.tree import DrillStanding, stand

from .answers import NotFound
from .patients import store_of
from .services import Services
from .sessions import folder_of, refuse_while_going

LINKED = ("guide", "glossary", "field", "drills", "procedures")
"""Kinds of content that a text may link to."""


class Standings(NamedTuple):
    """Where a person stands with every drill and procedure, and the attempts that say so, newest first."""

    drills: dict[str, DrillStanding]
    procedures: dict[str, ProcedureStanding]
    attempts: list[Attempt]


def owners_of(services: Services, caller: Principal) -> tuple[str, ...]:
    """The owners in session folders that mean this person."""
    return (caller.person, "") if caller.person == services.local.person else (caller.person,)


def attempt_of(services: Services, caller: Principal, name: str) -> AttemptFolder:
    """The caller's attempt; `NotFound` when there is none or it is another's."""
    found = AttemptFolder(folder_of(services, caller, name).path)
    if not found.exists:
        raise NotFound("attempt", name)
    return found


def finished_of(services: Services, caller: Principal, name: str) -> AttemptFolder:
    """The caller's attempt once nothing more is done in it; 409 before, when it would tell right answers."""
    found = attempt_of(services, caller, name)
    refuse_while_going(found.path)
    return found


def drills_of(services: Services) -> dict[str, DrillItem]:
    """All drills that can be read, by id."""
    loaded = services.content.items["drills"]
    return {name: one.item for name, one in loaded.items() if isinstance(one.item, DrillItem)}


def procedures_of(services: Services) -> dict[str, ProcedureItem]:
    """All procedures that can be read, by id."""
    loaded = services.content.items["procedures"]
    return {name: one.item for name, one in loaded.items() if isinstance(one.item, ProcedureItem)}


def task_of(services: Services, name: str) -> tuple[LoadedItem, DrillItem]:
    """A drill, or a case as one, with where it comes from; 404 when it is not known."""
    loaded = services.content.drill(name)
    assert isinstance(loaded.item, DrillItem)
    return loaded, loaded.item


def standings_of(services: Services, caller: Principal) -> Standings:
    """Where the caller stands now."""
    now, attempts = datetime.now(UTC), services.attempts.of(owners_of(services, caller))
    drills = stand(drills_of(services), attempts, now)
    passed = {name for name, one in drills.items() if one.mastery["state"] != "none"}
    return Standings(drills, stand_with(procedures_of(services), attempts, passed, now), attempts)


def standing_of(found: Standings, item: DrillItem) -> DrillStanding | None:
    """Where the caller stands with a drill, or a case: its attempts, and mastery over its level."""
    if not isinstance(item, CaseItem):
        return found.drills.get(item.id)
    whole = found.procedures.get(item.case.procedure)
    if whole is None or item.id not in whole.cases:
        return None
    return DrillStanding(item, whole.mastery[item.case.level], whole.cases[item.id].attempts, whole.waits_for)


def sections(services: Services, folder: Path, sources: Sequence[str]) -> list[dict[str, str]]:
    """The parts of a drill's text by heading, as safe HTML; sources by their numbers on the page."""
    try:
        text = (folder / "text.md").read_text("utf-8")
    except OSError:
        return []
    for number, key in enumerate(sources, 1):
        text = text.replace(f"[@{key}]", f"[{number}]")
    known = {kind: services.content.items[kind].keys() for kind in LINKED}
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)[1:]
    return [
        {"title": title.strip(), "html": render_line(body.strip(), known)}
        for title, body in zip(parts[::2], parts[1::2], strict=True)
    ]


def body_told(services: Services, name: str) -> dict[str, Any]:
    """A patient's id and title, and whether it is there at once."""
    try:
        record = store_of(services).get(name)
    except AngiosuiteError:
        return {"id": name, "title": name, "ready": False}
    return {"id": name, "title": record.title, "ready": record.is_ready}


def patients_told(services: Services, item: DrillItem, attempts: list[Attempt]) -> list[dict[str, Any]]:
    """The drill's patients: whether each is there at once, and how often it was met."""
    found = []
    for name in item.patients:
        met = sum(one.facts.patient == name for one in attempts)
        passed = any(one.facts.patient == name and one.passed for one in attempts)
        found.append({**body_told(services, name), "attempts": met, "passed": passed})
    return found


def band_told(band: Band) -> dict[str, Any]:
    """A band for the page."""
    return {"low": band.low, "median": band.median, "high": band.high, "n": band.n, "source": band.source}


def guide_told(services: Services, item: RoomTask) -> list[dict[str, str]]:
    """The guide's pages to read for a drill or a procedure."""
    titles = services.guide.titles()
    return [{"id": page, "title": titles[page]} for page in item.guide if page in titles]


def is_written(services: Services, loaded: LoadedItem) -> bool:
    """Whether somebody is writing it: a page that shows it follows its edits."""
    return any(loaded.folder.is_relative_to(pack) for pack in services.settings.content)


def procedure_told(
    services: Services, standing: ProcedureStanding, titles: Mapping[str, str]
) -> dict[str, Any]:
    """A procedure with its persons and levels, and where the caller stands with each case."""
    bodies = {one.patient: body_told(services, one.patient) for one in standing.procedure.variants}
    return told(standing, titles, bodies)
