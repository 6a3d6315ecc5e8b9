"""Drills and attempts: the tree, a drill, begin, resume, branch, what is kept beside: `/api/practice`."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from pydantic import Field, StringConstraints, model_validator

from angiosuite.assess.measures import dictionary
from angiosuite.content.drill import DrillItem
from angiosuite.content.preview import version_of
from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.kit.people import Principal
from angiosuite.learning.guide.rendering import render_line
from angiosuite.practice import tree
from angiosuite.practice.attempt import AttemptFolder
from angiosuite.practice.attempts import Attempt
from angiosuite.practice.bands import Band
from angiosuite.practice.sharing import read_challenge
from angiosuite.suite.folder import SessionFolder

from .access import MACHINE, OWN, SHARED, Caller
from .answers import FAULTS, NotFound, Strict
from .patients import store_of
from .services import Given, Services
from .sessions import describe, folder_of, refuse_while_going

router = APIRouter(prefix="/api/practice", tags=["practice"], responses=FAULTS)

Name = Annotated[str, PathParameter(max_length=100)]
Kebab = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
MOST_CHALLENGE_BYTES = 16_384
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Wanted(Strict):
    """A new attempt."""

    drill: Kebab
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
    """A programme's own bands of one drill; none takes them away."""

    drill: Kebab
    bands: dict[Kebab, BandWanted] = Field(max_length=40)


class Moment(Strict):
    """A moment of simulated time."""

    t_us: int = Field(ge=0, lt=2**53)


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


# ---- the tree and one drill ---------------------------------------------------------------------------


@router.get("", dependencies=[OWN])
def practice(services: Given, caller: Caller) -> dict[str, Any]:
    """The tree of drills as it stands for the caller, five minutes now, the last fault, what goes on."""
    drills = drills_of(services)
    attempts = services.attempts.of(owners_of(services, caller))
    standings = tree.stand(drills, attempts, datetime.now(UTC))
    titles = {name: one.title for name, one in drills.items()}
    return {
        "drills": [tree.told(one, titles) for one in standings.values()],
        "five_minutes": tree.five_minutes(standings),
        "last_fault": tree.last_fault(attempts),
        "going": [
            {"id": a.facts.id, "drill": a.facts.drill, "title": a.facts.title, "on": a.facts.on}
            for a in attempts
            if a.state == "going"
        ][:10],
        "faults": [str(fault) for fault in services.content.faults_of("drills")][:50],
    }


@router.get("/drills/{drill}", dependencies=[OWN])
def one_drill(services: Given, caller: Caller, drill: Name) -> dict[str, Any]:
    """One drill with its text, what is scored, the caller's attempts and where the caller stands with it."""
    drills = drills_of(services)
    loaded = services.content.get("drills", drill)
    item = drills[drill]
    attempts = services.attempts.of(owners_of(services, caller), drill)
    standing = tree.stand(drills, services.attempts.of(owners_of(services, caller)), datetime.now(UTC))[drill]
    plain = item.model_dump(mode="json", by_alias=True, exclude={"start", "objects", "targets", "questions"})
    titles = services.guide.titles()
    return {
        **plain,
        "hints": len(item.hints),
        "stamp": version_of(loaded),
        "preview": any(loaded.folder.is_relative_to(pack) for pack in services.settings.content),
        "questions": [{"id": one.id, "text": one.text} for one in item.questions],
        "sections": sections(services, loaded.folder, [one.key for one in item.sources]),
        "patients": patients_told(services, item, attempts),
        "attempts": [one.told() for one in attempts],
        "standing": tree.told(standing, {name: one.title for name, one in drills.items()}),
        "mastery": standing.mastery,
        "bands": {name: band_told(one) for name, one in services.own_bands.of(drill).items()},
        "guide": [{"id": page, "title": titles[page]} for page in item.guide if page in titles],
        "after": [
            {"id": name, "title": drills[name].title if name in drills else name} for name in item.after
        ],
    }


def sections(services: Services, folder: Path, sources: Sequence[str]) -> list[dict[str, str]]:
    """The parts of a drill's text by heading, as safe HTML; sources by their numbers on the page."""
    try:
        text = (folder / "text.md").read_text("utf-8")
    except OSError:
        return []
    for number, key in enumerate(sources, 1):
        text = text.replace(f"[@{key}]", f"[{number}]")
    known = {kind: services.content.items[kind].keys() for kind in ("guide", "glossary", "field", "drills")}
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)[1:]
    return [
        {"title": title.strip(), "html": render_line(body.strip(), known)}
        for title, body in zip(parts[::2], parts[1::2], strict=True)
    ]


def patients_told(services: Services, item: DrillItem, attempts: list[Attempt]) -> list[dict[str, Any]]:
    """The drill's patients: whether each is there at once, and how often it was met."""
    told = []
    for name in item.patients:
        try:
            record = store_of(services).get(name)
            title, ready = record.title, record.is_ready
        except AngiosuiteError:
            title, ready = name, False
        met = sum(one.facts.patient == name for one in attempts)
        passed = any(one.facts.patient == name and one.passed for one in attempts)
        told.append({"id": name, "title": title, "ready": ready, "attempts": met, "passed": passed})
    return told


def band_told(band: Band) -> dict[str, Any]:
    """A band for the page."""
    return {"low": band.low, "median": band.median, "high": band.high, "n": band.n, "source": band.source}


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
    same = services.content.get("drills", asked["drill"]).content_hash == asked["hash"]
    return {**answer, "notices": [] if same else ["The drill has changed since the challenge was set."]}


async def begun(services: Services, caller: Principal, wanted: Wanted, challenge: str = "") -> dict[str, Any]:
    """A new attempt whose session runs."""
    item = services.content.get("drills", wanted.drill).item
    assert isinstance(item, DrillItem)
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
    services.content.get("drills", wanted.drill)
    services.own_bands.put(
        wanted.drill, {name: Band(**one.model_dump()) for name, one in wanted.bands.items()}
    )
    return dict(services.own_bands.all())
