"""An attempt as an xAPI statement, shown, and sent where a person wants it."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter

from angiosuite.interop.xapi import XapiSettings, send, statement
from angiosuite.kit.errors import AngiosuiteError
from angiosuite.kit.people import Principal
from angiosuite.practice.attempt import AttemptFolder

from .access import OWN, Caller
from .answers import FAULTS
from .debriefs import Name, judged
from .preferences import page_settings
from .services import Given, Services

router = APIRouter(
    prefix="/api/practice/attempts/{attempt}/statement", tags=["xapi"], responses=FAULTS, dependencies=[OWN]
)
log = logging.getLogger("angiosuite.web")
SETTING = "xapi"
"""Name of the page's setting that turns sending on; off until then."""
INSTALLATION = "urn:angiosuite:installation"


def statement_of(services: Services, caller: Principal, attempt: str) -> dict[str, Any]:
    """The statement of the caller's judged attempt."""
    debrief, judgement = judged(services, caller, attempt)
    facts = services.attempts.read(debrief.folder).told()
    return statement(facts, judgement, caller.person, INSTALLATION)


@router.get("")
def show(services: Given, caller: Caller, attempt: Name) -> dict[str, Any]:
    """What would be sent, whether sending is on and a store is set, and what became of it."""
    made = statement_of(services, caller, attempt)
    folder = AttemptFolder(services.home.sessions / attempt)
    settings = page_settings(services.home)
    return {
        "statement": made,
        "on": settings.get(SETTING) is True,
        "store": bool(XapiSettings().endpoint),
        "sent": folder.read("statement"),
    }


@router.post("")
def send_now(services: Given, caller: Caller, attempt: Name) -> dict[str, Any]:
    """Send it now; a store that has it keeps it once."""
    made = statement_of(services, caller, attempt)
    return bring(AttemptFolder(services.home.sessions / attempt), made)


def bring(folder: AttemptFolder, made: dict[str, Any]) -> dict[str, Any]:
    """Send a statement and keep what became of it."""
    answer = send(made, XapiSettings())
    kept = {"state": answer, "on": datetime.now(UTC).isoformat(timespec="seconds"), "id": made["id"]}
    folder.write("statement", kept)
    return kept


def send_quietly(services: Services, caller: Principal, attempt: str) -> None:
    """Send in the background when the person turned it on; a failure is kept and stops nothing."""
    if page_settings(services.home).get(SETTING) is not True:
        return
    made, folder = statement_of(services, caller, attempt), AttemptFolder(services.home.sessions / attempt)

    def work() -> None:
        try:
            bring(folder, made)
        except AngiosuiteError as error:
            log.warning("statement of attempt %s was not sent: %s", attempt, error)
            folder.write("statement", {"state": "failed", "error": error.as_dict(), "id": made["id"]})

    threading.Thread(target=work, name="xapi", daemon=True).start()
