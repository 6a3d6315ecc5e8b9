"""Evidence over HTTP: kept, corrected, withdrawn, shown, exported; the caller's own alone."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from angiosuite.kit.evidence import Evidence, EvidenceKind, Status
from angiosuite.kit.people import Role

from .conftest import BASE

CASE: dict[str, Any] = {
    "kind": "real-case",
    "on": "2026-03-01",
    "terms": ["ivc-filter"],
    "role": "assistant",
    "data": {"pka_gycm2": 12.5},
}


PRACTICE = Evidence(
    id="",
    owner="",
    kind=EvidenceKind.SUITE_PRACTICE,
    on=date(2026, 3, 2),
    terms=("ivc-filter",),
    status=Status.SUBMITTED,
    source="suite:a-session",
)


@pytest.fixture
def person(client: TestClient) -> TestClient:
    """A client of a person who has nothing yet."""
    services = client.app.state.services
    _, key = services.records.people.add(services.local, "somebody", frozenset({Role.TRAINEE}))
    return TestClient(
        client.app, base_url=BASE, headers={"X-Angiosuite-Token": key}, raise_server_exceptions=False
    )


def added(person: TestClient, **said: Any) -> dict[str, Any]:
    """A piece of evidence."""
    answer = person.post("/api/evidence", json={**CASE, **said})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def refused(answer: Any, status: int = 422) -> dict[str, Any]:
    """The named error of a refusal."""
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json()["error"]
    return error


def test_a_piece_is_added_corrected_shown_and_withdrawn_with_its_history(person: TestClient) -> None:
    made = added(person)
    assert (made["status"], made["visibility"], made["simulated"], made["withdrawn"]) == (
        "submitted",
        "private",
        False,
        False,
    )
    place = f"/api/evidence/{made['id']}"
    told = {"evidence": {**CASE, "on": "2026-03-02"}, "reason": "wrong day"}
    assert person.post(f"{place}/correct", json=told).json()["on"] == "2026-03-02"
    assert (
        person.post(f"{place}/visibility", json={"visibility": "teachers"}).json()["visibility"] == "teachers"
    )
    assert person.post(f"{place}/withdraw", json={"reason": "logged twice"}).json()["withdrawn"] is True
    whole = person.get(place).json()
    assert [(e["action"], e["reason"], e["by"]) for e in whole["history"]] == [
        ("add", "", "you"),
        ("correct", "wrong day", "you"),
        ("show", "", "you"),
        ("withdraw", "logged twice", "you"),
    ]
    assert whole["withdrawn"] is True
    assert person.get("/api/evidence").json()["evidence"] == []
    assert [piece["id"] for piece in person.get("/api/evidence?withdrawn=true").json()["evidence"]] == [
        made["id"]
    ]


def test_the_list_pages_and_narrows(person: TestClient) -> None:
    for day in range(1, 8):
        added(person, on=f"2026-03-0{day}")
    person.post(
        "/api/evidence", json={"kind": "exam", "on": "2026-03-03", "terms": ["frcr1"], "result": "pass"}
    )
    first = person.get("/api/evidence?kind=real-case&limit=5").json()
    second = person.get(f"/api/evidence?kind=real-case&limit=5&before={first['next']}").json()
    days = [piece["on"][-1] for piece in first["evidence"] + second["evidence"]]
    assert days == list("7654321") and second["next"] is None
    assert (first["counts"]["real-case"], first["counts"]["exam"], first["counts"]["suite-practice"]) == (
        7,
        1,
        0,
    )
    assert len(person.get("/api/evidence?since=2026-03-03&until=2026-03-03").json()["evidence"]) == 2


def test_the_forms_say_what_the_page_needs(person: TestClient) -> None:
    answer = person.get("/api/evidence/kinds").json()
    forms = {form["kind"]: form for form in answer["kinds"]}
    assert set(forms) == set(EvidenceKind)
    fields = {field["name"]: field for field in forms["real-case"]["fields"]}
    assert (
        fields["on"]["required"]
        and fields["pka_gycm2"]["unit"] == "Gy·cm²"
        and fields["pka_gycm2"]["in_data"]
    )
    assert [one["value"] for one in forms["exam"]["fields"][2]["choices"]] == [
        "pass",
        "conditional",
        "fail",
        "awaited",
    ]
    assert not forms["suite-practice"]["by_hand"]
    assert "uterine-artery-embolisation" in forms["real-case"]["terms"] and forms["credit"]["schemes"]


def test_what_identifies_is_warned_of_before_it_is_saved(person: TestClient) -> None:
    error = refused(person.post("/api/evidence", json={**CASE, "note": "Mr Smith, MRN 4471192"}))
    assert error["code"] == "note-identifies"
    assert [(one["kind"], one["text"]) for one in error["value"]] == [
        ("name", "Mr Smith"),
        ("record-number", "MRN 4471192"),
    ]
    assert person.get("/api/evidence").json()["evidence"] == []
    made = added(person, note="Mr Smith", confirmed=True)
    error = refused(person.post(f"/api/evidence/{made['id']}/withdraw", json={"reason": "was Mr Jones"}))
    assert (error["code"], error["where"]) == ("note-identifies", "reason")


@pytest.mark.parametrize(
    ("said", "code", "where"),
    [
        ({"on": "2999-01-01"}, "evidence-in-the-future", "on"),
        ({"terms": []}, "evidence-field-missing", "terms"),
        ({"role": "surgeon"}, "invalid-request", "body.role"),
        ({"amount": -1, "unit": "hour"}, "evidence-field-unknown", "amount"),
        ({"data": {"pka_gycm2": -3}}, "evidence-field-value", "pka_gycm2"),
        ({"kind": "suite-practice"}, "evidence-not-by-hand", "kind"),
        ({"owner": "somebody"}, "invalid-request", "body.owner"),
        ({"note": "\ud800"}, "invalid-request", "body.note"),
    ],
)
def test_a_refusal_names_the_field(person: TestClient, said: dict[str, Any], code: str, where: str) -> None:
    error = refused(
        person.post(
            "/api/evidence",
            content=json.dumps({**CASE, **said}),
            headers={"Content-Type": "application/json"},
        )
    )
    assert (error["code"], error["where"]) == (code, where)


def test_skills_keep_real_and_simulated_apart(client: TestClient, person: TestClient) -> None:
    added(person)
    services = client.app.state.services
    principal = services.records.people.identify(person.headers["X-Angiosuite-Token"])
    services.records.evidence.put(principal, PRACTICE)
    (skill,) = person.get("/api/skills").json()["skills"]
    numbers = (skill["real"]["number"], skill["simulated"]["number"])
    assert (skill["term"], numbers) == ("ivc-filter", (1, 1))


def test_the_export_is_a_zip_of_ones_own(client: TestClient, person: TestClient) -> None:
    made = added(person, note="mine")
    answer = person.get("/api/me/export")
    assert (
        answer.headers["content-type"] == "application/zip"
        and "attachment" in answer.headers["content-disposition"]
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert set(archive.namelist()) == {"README.txt", "everything.json", "caselog.csv", "caselog.json"}
        pieces = json.loads(archive.read("everything.json"))["evidence"]
    assert [piece["id"] for piece in pieces] == [made["id"]]
