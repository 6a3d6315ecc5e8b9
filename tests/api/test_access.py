"""Who may see what: every route has one rule, and what is another's answers like what is not there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from angiosuite.bench.attempt_sample import AttemptSample
from angiosuite.kit.people import Role
from angiosuite.suite.folder import SessionFacts, SessionFolder
from angiosuite.web.access import Rule, routes_of, rules_of
from angiosuite.web.app import ROUTERS

from .conftest import BASE

ABSENT = "0123456789abcdef0123456789abcdef"
"""An id of nobody's, in the form of those that exist where the form matters."""

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/api/sessions/{session_id}/rewind"): {"seconds": 5.0},
    ("POST", "/api/evidence/{evidence_id}/correct"): {
        "evidence": {"kind": "real-case", "on": "2026-11-02", "terms": ["ivc-filter"], "role": "assistant"},
        "reason": "wrong day",
    },
    ("POST", "/api/evidence/{evidence_id}/withdraw"): {"reason": "logged twice"},
    ("POST", "/api/evidence/{evidence_id}/visibility"): {"visibility": "teachers"},
    ("PATCH", "/api/enrolments/{enrolment_id}"): {"extension_months": 1},
    ("POST", "/api/enrolments/{enrolment_id}/what-if"): {"pace": 1.0},
    ("POST", "/api/enrolments/{enrolment_id}/version"): {"version": "any"},
    ("POST", "/api/practice/attempts/{attempt}/branch"): {"t_us": 1},
    ("PUT", "/api/practice/attempts/{attempt}/self"): {"skipped": True},
    ("PUT", "/api/practice/attempts/{attempt}/takeaways"): {"items": ["look first"]},
    ("POST", "/api/practice/attempts/{attempt}/notes"): {"t_us": 1, "text": "here"},
    ("POST", "/api/practice/attempts/{attempt}/dispute"): {"text": "wrong"},
    ("POST", "/api/practice/shared/{run}/notes"): {"t_us": 1, "text": "here"},
}
"""A valid body for each own route that has an object's id and takes one."""


ROUTES = [*routes_of(ROUTERS)]


@dataclass(frozen=True, slots=True)
class TwoPeople:
    """Two persons of one server, each with a client of their own."""

    first: TestClient
    second: TestClient


@pytest.fixture(scope="module")
def two(client: TestClient) -> TwoPeople:
    """Two trainees who know nothing of each other."""
    people = client.app.state.services.records.people
    clients = []
    for name in ("first", "second"):
        _, key = people.add(client.app.state.services.local, name, {Role.TRAINEE})
        clients.append(
            TestClient(
                client.app, base_url=BASE, headers={"X-Angiosuite-Token": key}, raise_server_exceptions=False
            )
        )
    return TwoPeople(*clients)


def made_session(client: TestClient, person: TestClient) -> str:
    """A session's folder of a person."""
    services = client.app.state.services
    name = "20261129-120000-abcd"
    folder = SessionFolder(services.home.sessions / name)
    owner = person.get("/api/me").json()["id"]
    folder.make(
        SessionFacts(
            id=name, patient_id="nobody", patient_title="Nobody", patient_hash="0" * 64,
            equipment_id="ceiling-single-plane", seed=1, created="2026-11-29T12:00:00+00:00", version="0.3.0",
            owner=owner,
        )
    )  # fmt: skip
    (folder.frames / "000001.jpg").write_bytes(b"\xff\xd8\xff\xd9")
    folder.log.write_text('{"format":1}\n')
    return name


def made_attempt(client: TestClient, person: TestClient) -> str:
    """A finished attempt of a person."""
    services = client.app.state.services
    name = "20261129-130000-abcd"
    if not (services.home.sessions / name).exists():
        sample = AttemptSample(services.home.sessions / name)
        sample.held(3.0)
        sample.finish()
        facts = json.loads((sample.folder.path / "session.json").read_text())
        owner = person.get("/api/me").json()["id"]
        (sample.folder.path / "session.json").write_text(json.dumps(facts | {"owner": owner}))
    return name


def made_shared(client: TestClient, person: TestClient) -> str:
    """A run that a person opened from a file."""
    attempt = made_attempt(client, person)
    file = person.get(f"/api/practice/attempts/{attempt}/share")
    assert file.status_code == 200, file.text
    opened = person.post("/api/practice/shared", content=file.content)
    assert opened.status_code == 201, opened.text
    return str(opened.json()["id"])


def created(person: TestClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a person made."""
    answer = person.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    made: dict[str, Any] = answer.json()
    return made


def enrolled(person: TestClient) -> str:
    """A person's enrolment."""
    made = created(person, "/api/enrolments", {"pathway": "us-integrated", "start": "2026-07-01"})
    return str(made.get("id") or made["enrolment"]["id"])


MAKERS: dict[str, Callable[[TestClient, TestClient], str]] = {
    "session_id": made_session,
    "attempt": made_attempt,
    "run": made_shared,
    "evidence_id": lambda _, person: created(
        person, "/api/evidence",
        {"kind": "real-case", "on": "2026-11-01", "terms": ["ivc-filter"], "role": "assistant"},
    )["id"],
    "enrolment_id": lambda _, person: enrolled(person),
    "note": lambda _, person: created(
        person, "/api/guide/notes", {"about": "guide:tips", "anchor": "", "kind": "stale", "text": "old"}
    )["id"],
    "reflection": lambda _, person: created(
        person, "/api/guide/reflections",
        {"page": "is-it-for-me", "answers": {"draw": "the first puncture"}, "occasion": "first week"},
    )["id"],
}  # fmt: skip
"""How to make an object of a person, by the name of the path's parameter."""
CONTENT = {"page", "file", "entry", "drill", "procedure"}
"""Parameters that name content, on which each person has marks of their own."""
OTHERS = {"export_id": ABSENT, "index": "1", "number": "1", "modality": "ct", "plane": "axial"}
"""Parameters that name a part of an object, or an object that lives only while the server does."""


OWN_ROUTES = [
    (method, route.path)
    for route in ROUTES
    if isinstance(route, APIRoute) and rules_of(route) == [Rule.OWN] and "{" in route.path
    for method in sorted(route.methods)
]
"""Method and path of each route of own objects that names one."""


def test_every_route_declares_one_rule():
    odd = {
        route.path: rules_of(route)
        for route in ROUTES
        if route.path != "/{path:path}" and len(rules_of(route)) != 1
    }
    assert not odd


def test_every_route_of_an_own_object_can_be_tried():
    """A new own route needs a maker of its objects, and a body when it takes one."""
    unknown = {
        (method, path, name)
        for method, path in OWN_ROUTES
        for name in re.findall(r"{(\w+)", path)
        if name not in MAKERS | OTHERS and name not in CONTENT
    }
    assert not unknown


def test_what_is_anothers_answers_like_what_is_not_there(client: TestClient, two: TwoPeople):
    made: dict[str, str] = {}
    tried = 0
    for method, path in OWN_ROUTES:
        names = [name for name in re.findall(r"{(\w+)", path) if name not in CONTENT]
        chosen = [name for name in names if name in MAKERS]
        if not chosen:
            continue
        for name in chosen:
            if name not in made:
                made[name] = MAKERS[name](client, two.first)
        filled = {name: OTHERS.get(name, "") for name in names}
        theirs = path.format(**filled | {name: made[name] for name in chosen})
        absent = path.format(**filled | {name: absent_like(made[name]) for name in chosen})
        body = BODIES.get((method, path))
        answers = [two.second.request(method, address, json=body) for address in (theirs, absent)]
        assert answers[0].status_code == answers[1].status_code == 404, (method, path, answers[0].text)
        shown = [answer.json()["error"] for answer in answers]
        for error in shown:
            error.pop("value"), error.pop("where")
        assert shown[0] == shown[1], (method, path)
        tried += 1
    assert tried >= 12


def absent_like(identity: str) -> str:
    """An id of the same form that nobody has."""
    return identity[:-1] + ("0" if identity[-1] != "0" else "1")


def test_lists_show_the_callers_own_and_nothing_of_another(client: TestClient, two: TwoPeople):
    entry = MAKERS["evidence_id"](client, two.first)
    session = made_session(client, two.first)
    for path in ("/api/evidence", "/api/sessions", "/api/home", "/api/search?q=ivc", "/api/enrolments",
                 "/api/guide/notes", "/api/guide/reflections", "/api/exports", "/api/skills",
                 "/api/practice", "/api/practice/attempts"):  # fmt: skip
        answer = two.second.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert entry not in answer.text and session not in answer.text, path
    assert entry in two.first.get("/api/evidence").text
    assert session in two.first.get("/api/sessions").text


def test_a_person_with_a_wrong_key_gets_nothing(client: TestClient):
    stranger = TestClient(client.app, base_url=BASE, headers={"X-Angiosuite-Token": "x" * 43})
    for route in ROUTES:
        if isinstance(route, APIRoute) and route.path.startswith("/api") and "GET" in route.methods:
            assert stranger.get(re.sub(r"{.*?}", "1", route.path)).status_code == 401, route.path
