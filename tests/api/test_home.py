"""The home, the one search, the calendar feed, and the end of a person's data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from angiosuite.web.app import create_app
from angiosuite.web.configuration import ServerSettings

from .conftest import BASE, TOKEN

SAMPLE = Path(__file__).parents[1] / "golden" / "history" / "0.2.0"


@pytest.fixture
def person(tmp_path: Path) -> Iterator[TestClient]:
    """The local person of a fresh home."""
    settings = ServerSettings(home=tmp_path, token=TOKEN, prepare=False)
    with TestClient(create_app(settings), base_url=BASE, headers={"X-Angiosuite-Token": TOKEN}) as client:
        yield client


def settled(person: TestClient, stage: str = "ir-training") -> None:
    """Answer the first run."""
    person.put("/api/me", json={"country": "US", "stage": stage}).raise_for_status()


def enrol(person: TestClient, start: date) -> str:
    """Begin the clinical year on a day; the enrolment's id."""
    wanted = {"pathway": "us-integrated", "from_stage": "clinical-year", "start": start.isoformat()}
    answer = person.post("/api/enrolments", json=wanted)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def log(person: TestClient, **fields: object) -> str:
    """A piece of evidence; its id."""
    answer = person.post("/api/evidence", json=fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_the_first_run_is_over_when_country_and_stage_are_said(person: TestClient):
    assert person.get("/api/me").json()["first_run"]
    settled(person)
    told = person.get("/api/me").json()
    assert not told["first_run"] and (told["country"], told["stage"]) == ("US", "ir-training")


def test_a_newcomers_home_says_nothing_of_where_they_are_and_leads_on(person: TestClient):
    settled(person, "medical-student")
    home = person.get("/api/home").json()
    assert home["where"] is None and not home["sessions"] and not home["skills"] and not home["due"]
    tasks = {task["kind"]: task for task in home["today"]}
    assert {"pathway", "practice", "reading"} <= tasks.keys()
    page = tasks["reading"]["go"].removeprefix("guide:")
    assert person.get(f"/api/guide/pages/{page}").status_code == 200


def test_the_home_of_a_trainee_shows_stage_next_exam_and_what_is_due(person: TestClient):
    settled(person)
    enrolment = enrol(person, date.today() - timedelta(days=200))
    where = person.get("/api/home").json()["where"]
    assert where["enrolment"] == enrolment
    now = [stage for stage in where["stages"] if stage["state"] == "now"]
    assert [stage["id"] for stage in now] == ["clinical-year"] and 0.5 < now[0]["fraction"] < 0.6
    assert where["next_milestone"]["title"] and "Step 1" not in where["next_milestone"]["title"]
    due = person.get("/api/home").json()["due"]
    assert due and all(one["go"].startswith(f"pathway:{enrolment}") for one in due)


def test_a_credential_about_to_expire_leads_the_day(person: TestClient):
    settled(person)
    enrol(person, date.today() - timedelta(days=200))
    entry = log(
        person, kind="credential", on="2025-01-10", until=(date.today() + timedelta(days=9)).isoformat(),
        terms=["acls"],
    )  # fmt: skip
    first = person.get("/api/home").json()["today"][0]
    assert first["reason"] == "It expires in 9 days" and first["go"] == f"evidence:{entry}"


def test_practice_in_the_suite_becomes_evidence_once_and_counts_as_simulated(person: TestClient):
    services = person.app.state.services  # type: ignore[attr-defined]
    shutil.copytree(SAMPLE, services.home.sessions / "20261129-120000-0001")
    services.practice.sweep()
    services.practice.sweep()
    found = person.get("/api/evidence?kind=suite-practice").json()["evidence"]
    assert len(found) == 1 and found[0]["simulated"] and found[0]["data"]["runs"] >= 1
    skills = {one["id"]: one for one in person.get("/api/home").json()["skills"]}
    assert skills["subtraction-angiography"]["simulated"] == 1
    assert skills["subtraction-angiography"]["real"] == 0
    assert person.get("/api/home").json()["sessions"][0]["runs"] >= 1


def test_one_search_finds_content_and_the_persons_own_notes_with_the_word_marked(person: TestClient):
    entry = log(
        person, kind="real-case", on="2026-11-02", terms=["tips"], role="assistant",
        note="Second puncture through the caudate, quokka catheter",
    )  # fmt: skip
    results = person.get("/api/search?q=quokka").json()["results"]
    assert [(one["kind"], one["id"]) for one in results] == [("evidence", entry)]
    assert [piece["text"] for piece in results[0]["snippet"] if piece["hit"]] == ["quokka"]
    assert any(one["kind"] == "guide" for one in person.get("/api/search?q=fibroid").json()["results"])


@pytest.mark.parametrize("text", ['"', "a* OR (", "NEAR(", "'; DROP TABLE x", "\0", "%", "ı", "  "])
def test_any_text_can_be_searched_for(person: TestClient, text: str):
    answer = person.get("/api/search", params={"q": text})
    assert answer.status_code == 200, answer.text


def test_a_calendar_feed_opens_by_its_address_alone_until_it_is_replaced_or_revoked(person: TestClient):
    settled(person)
    enrol(person, date.today() - timedelta(days=200))
    stranger = TestClient(person.app, base_url=BASE)
    assert person.get("/api/calendar").json() == {"exists": False}
    first = person.post("/api/calendar").json()["path"]
    answer = stranger.get(first)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/calendar")
    assert answer.text.startswith("BEGIN:VCALENDAR\r\n") and "BEGIN:VEVENT" in answer.text
    second = person.post("/api/calendar").json()["path"]
    assert stranger.get(first).status_code == 404 and stranger.get(second).status_code == 200
    person.delete("/api/calendar")
    assert stranger.get(second).status_code == 404
    assert stranger.get("/calendar/nobody.nothing.ics").status_code == 404


def test_erasure_asks_for_the_id_and_leaves_nothing_that_can_be_read(person: TestClient):
    settled(person)
    log(person, kind="real-case", on="2026-11-02", terms=["tips"], role="assistant", note="A wombat")
    services = person.app.state.services  # type: ignore[attr-defined]
    shutil.copytree(SAMPLE, services.home.sessions / "20261129-120000-0001")
    known = person.get("/api/me").json()["id"]
    refused = person.post("/api/me/erase", json={"confirm": "yes"})
    assert refused.status_code == 422 and known in refused.json()["error"]["way_out"]
    assert person.post("/api/me/erase", json={"confirm": known}).status_code == 200
    after = person.get("/api/me").json()
    assert after["id"] != known and after["first_run"]
    assert person.get("/api/evidence").json()["evidence"] == []
    assert person.get("/api/search?q=wombat").json()["results"] == []
    assert person.get("/api/sessions").json()["sessions"] == []
