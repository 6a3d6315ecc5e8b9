"""The person who asks: what the first run asks, and the end of their data: `/api/me`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import StringConstraints

from angiosuite.kit.errors import RefusedInput

from .access import OWN, Caller
from .answers import FAULTS, Strict
from .services import Given, Services
from .sessions import scan_facts

router = APIRouter(prefix="/api/me", tags=["me"], responses=FAULTS, dependencies=[OWN])

Stage = Literal[
    "school", "medical-student", "first-years", "radiology-training", "ir-training", "certified", "other"
]
"""Where on the way a person is, from deciding to certified."""
STAGES: tuple[Stage, ...] = (
    "school", "medical-student", "first-years", "radiology-training", "ir-training", "certified", "other",
)  # fmt: skip
LANGUAGES = ("en",)
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class AboutMe(Strict):
    """What the first run asks, and nothing more."""

    country: Country
    stage: Stage
    language: Literal["en"] = "en"


class Erasure(Strict):
    """The person's own id, typed or sent back, so that nobody erases by accident."""

    confirm: Annotated[str, StringConstraints(min_length=1, max_length=80)]


def about(services: Services, caller: Caller) -> dict[str, Any]:
    """The person as the pages have them."""
    profile = services.records.people.profile(caller)
    return {
        "id": caller.person,
        "name": profile.name,
        "first_run": not profile.country or not profile.stage,
        "country": profile.country,
        "stage": profile.stage,
        "language": profile.language or "en",
        "roles": sorted(role.value for role in caller.roles),
        "local": caller.person == services.local.person,
        "options": {"stages": STAGES, "languages": LANGUAGES},
    }


@router.get("")
def get(services: Given, caller: Caller) -> dict[str, Any]:
    """Country, stage and language; `first_run` until they were given."""
    return about(services, caller)


@router.put("")
def put(services: Given, caller: Caller, wanted: AboutMe) -> dict[str, Any]:
    """Set country, stage and language."""
    services.records.people.set_profile(
        caller, country=wanted.country, stage=wanted.stage, language=wanted.language
    )
    return about(services, caller)


@router.post("/erase")
async def erase(services: Given, caller: Caller, erasure: Erasure) -> dict[str, Any]:
    """Destroy the key of the caller's personal data; what was written with it can never be read again.

    Signed decisions keep their day, kind and level, without a name. Sessions go to the trash, which is
    emptied after thirty days.
    """
    if erasure.confirm != caller.person:
        raise RefusedInput(
            "This is not your id",
            code="erasure-not-confirmed",
            where="confirm",
            value=erasure.confirm[:80],
            way_out=f"Send your own id, {caller.person}; it is on the settings page.",
        )
    for facts in list(scan_facts(services, caller)):
        await services.live.rest(facts.id)
        services.home.discard(services.home.sessions / facts.id, "session")
    await asyncio.to_thread(services.forget, caller)
    return {"erased": True}
