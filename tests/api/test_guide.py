"""The guide and the field over HTTP: what a reader keeps is their own, and every figure can be shown."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from angiosuite.kit.people import Role

from .conftest import BASE


@pytest.fixture(scope="module")
def readers(client: TestClient) -> list[TestClient]:
    """Two people of one server."""
    people = client.app.state.services.records.people
    keys = [people.add(client.app.state.services.local, name, {Role.TRAINEE})[1] for name in ("ann", "bo")]
    return [
        TestClient(
            client.app, base_url=BASE, headers={"X-Angiosuite-Token": key}, raise_server_exceptions=False
        )
        for key in keys
    ]


def first_page(client: TestClient) -> str:
    return str(client.get("/api/guide").json()["sections"][0]["pages"][0]["id"])


def test_every_page_answers_with_its_text_and_its_figures(client: TestClient) -> None:
    for section in client.get("/api/guide").json()["sections"]:
        for line in section["pages"]:
            page = client.get(f"/api/guide/pages/{line['id']}").json()
            assert page["title"] == line["title"] and page["kind"] == section["kind"]
            assert page["html"] and page["sources"] and page["do_now"] and "rules" in page
            for figure in page["figures"]:
                address = f"/api/guide/figures/{page['id']}/{figure['file']}"
                assert address in page["html"]
                answer = client.get(address)
                assert answer.status_code == 200
                assert answer.headers["content-type"] in (
                    "image/svg+xml",
                    "image/jpeg",
                    "image/png",
                    "image/webp",
                )
                assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/guide/pages/nothing", None),
        ("GET", "/api/guide/figures/nothing/x.svg", None),
        ("PUT", "/api/guide/positions/nothing", {"anchor": "", "fraction": 0.5, "read": False}),
        ("DELETE", "/api/guide/notes/nothing", None),
        ("DELETE", "/api/guide/reflections/nothing", None),
        ("PUT", "/api/field/nothing/mine", {"follow": True}),
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, method: str, path: str, body: object) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == 404, answer.text
    assert answer.json()["error"]["way_out"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/guide/notes", {"about": "guide:nothing", "kind": "wrong", "text": ""}),
        ("/api/guide/notes", {"about": "guide:is-it-for-me", "kind": "nice", "text": ""}),
        ("/api/guide/notes", {"about": "guide:is-it-for-me", "kind": "wrong", "text": "x" * 2001}),
        ("/api/guide/reflections", {"page": "is-it-for-me", "answers": {"nothing": 3}}),
        ("/api/guide/reflections", {"page": "is-it-for-me", "answers": {}}),
        ("/api/guide/reflections", {"page": "is-it-for-me", "answers": {"a": 1}, "on": "soon"}),
    ],
)
def test_what_does_not_fit_is_refused(client: TestClient, path: str, body: object) -> None:
    assert client.post(path, json=body).status_code == 422


def test_a_place_on_a_page_is_kept_for_its_reader_alone(readers: list[TestClient]) -> None:
    ann, bo = readers
    page = first_page(ann)
    kept = {"anchor": "how-to-use-it", "fraction": 0.5, "read": True}
    told = ann.put(f"/api/guide/positions/{page}", json=kept).json()
    assert {name: told[name] for name in kept} == kept and told["at"].endswith("Z")
    assert ann.get(f"/api/guide/pages/{page}").json()["position"] == told
    assert bo.get(f"/api/guide/pages/{page}").json()["position"] is None
    for fraction in (-0.1, 1.1, "half", None):
        answer = ann.put(f"/api/guide/positions/{page}", json={**kept, "fraction": fraction})
        assert answer.status_code == 422


def test_a_note_lands_in_the_list_of_who_wrote_it_and_can_be_taken_back(readers: list[TestClient]) -> None:
    ann, bo = readers
    page = first_page(ann)
    asked = {"about": f"guide:{page}", "anchor": "x", "kind": "stale", "text": "The number moved"}
    made = ann.post("/api/guide/notes", json=asked)
    assert made.status_code == 201
    note = made.json()
    assert {name: note[name] for name in asked} == asked and note["title"] and note["made_at"]
    assert ann.get("/api/guide").json()["notes_open"] == 1
    assert bo.get("/api/guide").json()["notes_open"] == 0
    assert bo.get("/api/guide/notes").json() == {"notes": []}
    assert bo.delete(f"/api/guide/notes/{note['id']}").status_code == 404
    assert ann.get("/api/guide/notes").json()["notes"] == [note]
    assert ann.delete(f"/api/guide/notes/{note['id']}").json() == {"withdrawn": True}
    assert ann.get("/api/guide/notes").json() == {"notes": []}


def test_a_reflection_can_be_repeated_and_nobody_else_sees_it(readers: list[TestClient]) -> None:
    ann, bo = readers
    questions = ann.get("/api/guide/pages/is-it-for-me").json()["reflection"]["questions"]
    answers = {question["id"]: 3 if question["kind"] == "scale" else "so" for question in questions}
    for on in ("2026-05-01", "2026-11-29"):
        asked = {"page": "is-it-for-me", "answers": answers, "occasion": "after surgery", "on": on}
        assert ann.post("/api/guide/reflections", json=asked).status_code == 201
    kept = ann.get("/api/guide/reflections").json()["reflections"]
    assert [one["on"] for one in kept] == ["2026-11-29", "2026-05-01"]
    assert kept[0]["answers"] == answers
    assert bo.get("/api/guide/reflections").json() == {"reflections": []}
    assert bo.delete(f"/api/guide/reflections/{kept[0]['id']}").status_code == 404
    assert ann.delete(f"/api/guide/reflections/{kept[0]['id']}").status_code == 200
    assert [one["on"] for one in ann.get("/api/guide/reflections").json()["reflections"]] == ["2026-05-01"]


def test_the_glossary_is_for_everybody(readers: list[TestClient]) -> None:
    terms = [reader.get("/api/guide/glossary").json()["terms"] for reader in readers]
    assert terms[0] == terms[1] and all(term["title"] and term["text"] for term in terms[0])


def test_an_entry_of_the_field_is_followed_by_one_person(readers: list[TestClient]) -> None:
    ann, bo = readers
    entries = ann.get("/api/field").json()["entries"]
    assert entries and all(entry["mine"] is None for entry in entries)
    identity = entries[0]["id"]
    mine = {"follow": True, "note": "ask about it", "remind_on": "2027-02-01"}
    assert ann.put(f"/api/field/{identity}/mine", json=mine).json() == mine
    assert next(e for e in ann.get("/api/field").json()["entries"] if e["id"] == identity)["mine"] == mine
    assert next(e for e in bo.get("/api/field").json()["entries"] if e["id"] == identity)["mine"] is None
    assert ann.put(f"/api/field/{identity}/mine", json={**mine, "remind_on": "soon"}).status_code == 422


def test_the_field_is_filtered(client: TestClient) -> None:
    everything = client.get("/api/field").json()["entries"]
    kind = everything[0]["kind"]
    of_kind = client.get("/api/field", params={"kind": kind}).json()["entries"]
    assert [e["id"] for e in of_kind] == [e["id"] for e in everything if e["kind"] == kind]
    here = client.get("/api/field", params={"country": "GB"}).json()["entries"]
    assert [e["id"] for e in here] == [
        e["id"] for e in everything if not e["countries"] or "GB" in e["countries"]
    ]
    assert client.get("/api/field", params={"kind": "party"}).status_code == 422
