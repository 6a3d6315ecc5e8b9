"""Drills and attempts: the tree, a drill, begin, resume, branch, what is kept beside: `/api/practice`."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from pydantic import Field, StringConstraints, model_validator

from angiosuite.assess.measures import dictionary
from angiosuite.content.drill import DrillItem
from angiosuite.content.preview import version_of
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.people import Principal
from angiosuite.practice import tree
from angiosuite.practice.attempt import AttemptFolder
from angiosuite.practice.bands import Band
from angiosuite.practice.procedures import proposals
from angiosuite.practice.sharing import read_challenge
from angiosuite.suite.folder import SessionFolder

from .access import MACHINE, OWN, SHARED, Caller
from .answers import FAULTS, Strict
from .patients import store_of
from .room_tasks import (
    attempt_of,
    band_told,
    finished_of,
    guide_told,
    is_written,
    owners_of,
    patients_told,
    procedure_told,
    sections,
    standing_of,
    standings_of,
    task_of,
)
from .services import Given, Services
from .sessions import describe

router = APIRouter(prefix="/api/practice", tags=["practice"], responses=FAULTS)

Name = Annotated[str, PathParameter(max_length=100)]
Kebab = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
TaskName = Annotated[str, PathParameter(max_length=200)]
TaskId = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=200, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*){0,2}$"
    ),
]
"""A drill's id, or `procedure.variant.level`."""
MOST_CHALLENGE_BYTES = 16_384
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Wanted(Strict):
    """A new attempt."""

    drill: TaskId
    patient: Kebab | None = None
    mode: Literal["practice", "assessed"] = "practice"
    seed: int | None = Field(default=None, ge=0, lt=2**53)


class BandWanted(Strict):
    """One measure of a programme's own band."""

    low: Finite
    median: Finite
    high: Finite
    n: int = Field(ge=10, le=100_000)
    source: Annotated[str, StringConstraints(min_length=3, max_length=200)]

    @model_validator(mode="after")
    def _in_order(self) -> BandWanted:
        if not self.low <= self.median <= self.high:
            raise ValueError("low, median and high rise in this order")
        return self


class BandsWanted(Strict):
    """A programme's own bands of one drill or case; none takes them away."""

    drill: TaskId
    bands: dict[Kebab, BandWanted] = Field(max_length=40)


class Moment(Strict):
    """A moment of simulated time."""

    t_us: int = Field(ge=0, lt=2**53)


# ---- the tree and one drill ---------------------------------------------------------------------------


@router.get("", dependencies=[OWN])
def practice(services: Given, caller: Caller) -> dict[str, Any]:
    """Drills and procedures as they stand for the caller, five minutes now, the last fault, what goes on."""
    found = standings_of(services, caller)
    titles = {name: one.drill.title for name, one in found.drills.items()}
    faults = [each for kind in ("drills", "procedures") for each in services.content.faults_of(kind)]
    return {
        "drills": [tree.told(one, titles) for one in found.drills.values()],
        "procedures": [procedure_told(services, one, titles) for one in found.procedures.values()],
        "five_minutes": tree.five_minutes(found.drills, proposals(found.procedures)),
        "last_fault": tree.last_fault(found.attempts),
        "going": [
            {"id": a.facts.id, "drill": a.facts.drill, "title": a.facts.title, "on": a.facts.on}
            for a in found.attempts
            if a.state == "going"
        ][:10],
        "faults": [str(fault) for fault in faults][:50],
    }


@router.get("/drills/{drill}", dependencies=[OWN])
def one_drill(services: Given, caller: Caller, drill: TaskName) -> dict[str, Any]:
    """One drill, or a case by its id, with its text, what is scored, the caller's attempts and standing."""
    loaded, item = task_of(services, drill)
    found = standings_of(services, caller)
    standing = standing_of(found, item)
    assert standing is not None
    titles = {name: one.drill.title for name, one in found.drills.items()}
    plain = item.model_dump(mode="json", by_alias=True, exclude={"start", "objects", "targets", "questions"})
    return {
        **plain,
        "hints": len(item.hints),
        "stamp": version_of(loaded),
        "preview": is_written(services, loaded),
        "questions": [{"id": one.id, "text": one.text} for one in item.questions],
        "sections": sections(services, loaded.folder, [one.key for one in item.sources]),
        "patients": patients_told(services, item, list(standing.attempts)),
        "attempts": [one.told() for one in standing.attempts],
        "standing": tree.told(standing, titles),
        "mastery": standing.mastery,
        "bands": {name: band_told(one) for name, one in services.own_bands.of(drill).items()},
        "guide": guide_told(services, item),
        "after": [{"id": name, "title": titles.get(name, name)} for name in item.after],
    }


def next_patient(services: Services, caller: Principal, item: DrillItem) -> str:
    """The patient met least often, the first in the drill's order among equals."""
    attempts = services.attempts.of(owners_of(services, caller), item.id)
    met = {name: sum(one.facts.patient == name for one in attempts) for name in item.patients}
    return min(item.patients, key=lambda name: (met[name], item.patients.index(name)))


# ---- attempts -----------------------------------------------------------------------------------------


@router.get("/attempts", dependencies=[OWN])
def attempts(services: Given, caller: Caller) -> list[dict[str, Any]]:
    """The caller's attempts, newest first."""
    return [one.told() for one in services.attempts.of(owners_of(services, caller))]


@router.post("/attempts", status_code=201, dependencies=[OWN])
async def begin(services: Given, caller: Caller, wanted: Wanted) -> dict[str, Any]:
    """Begin an attempt; the answer comes when its session runs."""
    return await begun(services, caller, wanted)


@router.post("/challenges", status_code=201, dependencies=[OWN])
async def take_up(services: Given, caller: Caller, request: Request) -> dict[str, Any]:
    """Take up a challenge: the file as the body; the same drill, patient and start."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_CHALLENGE_BYTES:
            raise RefusedInput("This is not a challenge's file", code="challenge-unreadable", value=len(body))
    asked = read_challenge(bytes(body))
    wanted = Wanted(drill=asked["drill"], patient=asked["patient"], mode="assessed", seed=asked["seed"])
    answer = await begun(services, caller, wanted, asked["by"] or "a challenge")
    same = services.content.drill(asked["drill"]).content_hash == asked["hash"]
    return {**answer, "notices": [] if same else ["The drill has changed since the challenge was set."]}


async def begun(services: Services, caller: Principal, wanted: Wanted, challenge: str = "") -> dict[str, Any]:
    """A new attempt whose session runs."""
    _, item = task_of(services, wanted.drill)
    patient = wanted.patient or await asyncio.to_thread(next_patient, services, caller, item)
    assert patient is not None
    record = await asyncio.to_thread(store_of(services).get, patient)
    if not record.is_ready and record.kind == "builtin":
        while (
            services.preparation.is_building
        ):  # the start makes the room ready; a newcomer waits for it here
            await asyncio.sleep(0.25)
        if not store_of(services).get(patient).is_ready:
            await services.builds.finish(record.id)
    spec = await asyncio.to_thread(
        services.attempts.begin,
        wanted.drill,
        patient,
        wanted.mode,
        caller.person,
        wanted.seed,
        challenge,
        record.title,
    )
    try:
        await services.live.open(spec)
    except BaseException:
        shutil.rmtree(spec.folder, ignore_errors=True)
        raise
    return described(services, AttemptFolder(Path(spec.folder)))


def described(services: Services, folder: AttemptFolder) -> dict[str, Any]:
    """An attempt with its session."""
    session = describe(services, SessionFolder(folder.path))
    return {**services.attempts.read(folder).told(), "session": session}


@router.get("/attempts/{attempt}", dependencies=[OWN])
def one(services: Given, caller: Caller, attempt: Name) -> dict[str, Any]:
    """One attempt."""
    return described(services, attempt_of(services, caller, attempt))


@router.post("/attempts/{attempt}/branch", status_code=201, dependencies=[OWN])
def branch(services: Given, caller: Caller, attempt: Name, wanted: Moment) -> dict[str, Any]:
    """Try again from a moment: a new practice attempt that begins there."""
    folder = finished_of(services, caller, attempt)
    name = services.attempts.branch(folder, wanted.t_us, caller.person)
    return described(services, AttemptFolder(services.home.sessions / name))


# ---- measures and bands ----------------------------------------------------------------------


@router.get("/measures", dependencies=[SHARED])
def measures(services: Given) -> list[dict[str, Any]]:
    """The dictionary of measures: id, version, unit, what it means and who says so."""
    return [one.model_dump(mode="json") for one in dictionary().values()]


@router.get("/bands", dependencies=[SHARED])
def bands(services: Given) -> dict[str, Mapping[str, Any]]:
    """A programme's own bands, by drill and measure."""
    return dict(services.own_bands.all())


@router.put("/bands", dependencies=[MACHINE])
def put_bands(services: Given, wanted: BandsWanted) -> dict[str, Mapping[str, Any]]:
    """Set a programme's own bands of one drill; at least 10 runs a measure."""
    task_of(services, wanted.drill)
    services.own_bands.put(
        wanted.drill, {name: Band(**one.model_dump()) for name, one in wanted.bands.items()}
    )
    return dict(services.own_bands.all())
