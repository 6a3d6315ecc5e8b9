"""An attempt as an xAPI statement, and the way to a learning record store; off until a person turns it on.

**Source**: xAPI 1.0.3 (IEEE 9274.1.1 is its successor): statement, context, result, extensions; the
activity type "simulation" and the verbs are ADL's. A statement names the person by a random account id,
never by name or mail.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from angiosuite import __version__
from angiosuite.content.case_id import case_parts
from angiosuite.kit.errors import AngiosuiteError, WrongUse

from .archive_settings import is_loopback

VERSION = "1.0.3"
IRI = "urn:angiosuite"
"""Prefix of our own activities and extensions; names, not pages."""
VERBS = {
    "passed": "http://adlnet.gov/expapi/verbs/passed",
    "failed": "http://adlnet.gov/expapi/verbs/failed",
    "attempted": "http://adlnet.gov/expapi/verbs/attempted",
}
SIMULATION = "http://adlnet.gov/expapi/activities/simulation"
_SPACE = uuid.UUID("6f2b1c1e-6d0f-5a53-9a53-2f5e6a3d7c11")
"""Namespace of statement ids: the same attempt has the same id, so that a store keeps it once."""
TIMEOUT_S = 20.0


class XapiSettings(BaseSettings):
    """``ANGIOSUITE_XAPI_ENDPOINT`` with ``_USER`` and ``_PASSWORD``; nothing is sent without an endpoint."""

    model_config = SettingsConfigDict(env_prefix="ANGIOSUITE_XAPI_", extra="ignore", frozen=True)

    endpoint: str = ""
    user: str = ""
    password: SecretStr = SecretStr("")

    def checked(self) -> XapiSettings:
        """Itself, when it can be used; `WrongUse` otherwise."""
        parts = urlsplit(self.endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise WrongUse(
                "No learning record store is set",
                code="xapi-endpoint",
                where="ANGIOSUITE_XAPI_ENDPOINT",
                value=parts.hostname or "",
                way_out="Set it to the store's root, for example https://lrs.example.org/xapi.",
            )
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise WrongUse(
                "Statements are not sent without encryption",
                code="xapi-in-the-clear",
                where="ANGIOSUITE_XAPI_ENDPOINT",
                value=parts.hostname,
                way_out="Use the store's https address.",
            )
        return self


class StoreUnreachable(AngiosuiteError):
    """The learning record store did not take the statement (exit code 3)."""

    exit_code = 3


def statement(
    attempt: Mapping[str, Any], judgement: Mapping[str, Any], person: str, home: str
) -> dict[str, Any]:
    """The statement of one judged attempt.

    Parameters
    ----------
    attempt : mapping
        As `Attempt.told()` says it.
    judgement : mapping
        As it was kept.
    person : str
        Random id of the person.
    home : str
        IRI of the installation that knows the id.
    """
    counts = judgement["help"]["counts_for_pass"] and not attempt.get("branched_from")
    verb = ("passed" if judgement["passed"] else "failed") if counts else "attempted"
    measures = {
        one["id"]: {"value": one["value"], "unit": one["unit"], "version": one["version"]}
        for one in judgement["measures"]
        if one["value"] is not None
    }
    result: dict[str, Any] = {
        "completion": True,
        "score": {
            "scaled": round(float(judgement["score"]) / 100.0, 4),
            "raw": judgement["score"],
            "min": 0,
            "max": 100,
        },
        "duration": f"PT{max(float(judgement.get('duration_s') or 0.0), 0.0):.2f}S",
        "extensions": {f"{IRI}:extensions:measures": measures},
    }
    if counts:
        result["success"] = bool(judgement["passed"])
    case = case_parts(str(attempt["drill"]))
    kind, whole = ("drills", {}) if case is None else ("cases", _part_of(case.procedure))
    return {
        "id": str(uuid.uuid5(_SPACE, str(attempt["id"]))),
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": person}},
        "verb": {"id": VERBS[verb], "display": {"en": verb}},
        "object": {
            "objectType": "Activity",
            "id": f"{IRI}:{kind}:{attempt['drill']}",
            "definition": {"type": SIMULATION, "name": {"en": str(attempt["title"])}},
        },
        "result": result,
        "context": {
            "registration": str(uuid.uuid5(_SPACE, f"registration {attempt['id']}")),
            "platform": f"Angiosuite {__version__}",
            "language": "en",
            **whole,
            "extensions": {
                f"{IRI}:extensions:attempt": {
                    "patient": attempt["patient"]["id"],
                    "mode": attempt["mode"],
                    "help": judgement["help"]["level"],
                    "input_device": judgement.get("input_device"),
                    "drill_hash": judgement["drill"]["hash"],
                    "simulated": True,
                }
            },
        },
        "timestamp": str(attempt["on"]),
        "version": VERSION,
    }


def _part_of(procedure: str) -> dict[str, Any]:
    """What says that a case belongs to a procedure: its parent activity."""
    parent = {
        "objectType": "Activity",
        "id": f"{IRI}:procedures:{procedure}",
        "definition": {"type": SIMULATION},
    }
    return {"contextActivities": {"parent": [parent]}}


def send(made: Mapping[str, Any], settings: XapiSettings) -> str:
    """Bring a statement to the store; what it answered: "stored" or "known".

    Raises
    ------
    WrongUse
        When no store is set, or the extra is not installed.
    StoreUnreachable
        When it does not answer, or does not take it.
    """
    chosen = settings.checked()
    try:
        import httpx2
    except ImportError as error:
        raise WrongUse(
            "Sending needs a part that is not installed",
            code="archive-extra",
            way_out="pip install 'angiosuite[archive]', then try again.",
        ) from error
    auth = (chosen.user, chosen.password.get_secret_value()) if chosen.user else None
    host = urlsplit(chosen.endpoint).hostname or ""
    try:
        with httpx2.Client(auth=auth, timeout=TIMEOUT_S, trust_env=not is_loopback(host)) as client:
            answer = client.put(
                f"{chosen.endpoint.rstrip('/')}/statements",
                params={"statementId": made["id"]},
                json=dict(made),
                headers={"X-Experience-API-Version": VERSION},
            )
    except httpx2.TransportError as error:
        raise StoreUnreachable(
            "The learning record store does not answer",
            code="xapi-unreachable",
            where=host,
            value=type(error).__name__,
            way_out="Try again later; the attempt stays here.",
        ) from error
    if answer.status_code == 409:
        return "known"
    if answer.status_code not in (200, 204):
        raise StoreUnreachable(
            "The learning record store did not take the statement",
            code="xapi-refused",
            where=host,
            value=answer.status_code,
            way_out="See its answer with its keeper; 401 and 403 mean user or password.",
        )
    return "stored"
