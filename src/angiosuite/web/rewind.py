"""Rewind: go on from an earlier moment of a session that is practice: `/api/sessions/{id}/rewind`."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.ids import session_id as new_id
from angiosuite.kit.log import read_lines
from angiosuite.practice.attempt import AttemptFolder
from angiosuite.suite.branching import branch
from angiosuite.suite.folder import SessionFolder

from .access import OWN, Caller
from .answers import FAULTS, Strict
from .live import NotNow
from .services import Given, Services
from .sessions import describe, folder_of

router = APIRouter(prefix="/api/sessions/{session_id}", tags=["sessions"], responses=FAULTS)


class Back(Strict):
    """How far back: a moment of the session, or so long before its end."""

    t_us: int | None = Field(default=None, ge=0)
    seconds: float | None = Field(default=None, gt=0, le=86_400)


@router.post("/rewind", status_code=201, dependencies=[OWN])
async def rewind(services: Given, caller: Caller, session_id: str, wanted: Back) -> dict[str, Any]:
    """A new session that begins with this one's log up to the moment; this one stays as it is.

    An attempt that is marked is not rewound.
    """
    folder = folder_of(services, caller, session_id)
    attempt = AttemptFolder(folder.path)
    if attempt.exists and not attempt.is_over and attempt.facts().mode != "practice":
        raise NotNow(
            "An attempt that is marked is not rewound",
            code="attempt-marked",
            where=session_id,
            way_out="Finish it, or practise it.",
        )
    await services.live.rest(session_id)
    return await asyncio.to_thread(_branched, services, caller.person, folder, attempt, wanted)


def _branched(
    services: Services, person: str, folder: SessionFolder, attempt: AttemptFolder, wanted: Back
) -> dict[str, Any]:
    t_us = wanted.t_us
    if t_us is None:
        if wanted.seconds is None:
            raise RefusedInput(
                "Neither a moment nor a time is given", code="moment-missing", way_out="seconds: 10"
            )
        end_us = max((line.t_us for line in read_lines(folder.log)), default=0)
        t_us = max(end_us - round(1e6 * wanted.seconds), 0)
    if attempt.exists:
        name = services.attempts.branch(attempt, t_us, person)
    else:
        name = new_id(datetime.now(UTC))
        into = services.home.sessions / name
        try:
            branch(folder.path, t_us, into, person)
        except BaseException:
            shutil.rmtree(into, ignore_errors=True)
            raise
    return describe(services, SessionFolder(services.home.sessions / name))
