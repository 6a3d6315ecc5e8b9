"""Procedures over HTTP: told with persons, levels and standing; a case begun, judged, shared and taken up."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from angiosuite.bench.attempt_sample import AttemptSample, sample_case
from angiosuite.content.scaffold import new
from angiosuite.web.app import create_app
from angiosuite.web.configuration import ServerSettings

from .conftest import BASE, TOKEN

ONE = "20261201-120000-abcd"
GUIDED = "leg-pain.first.guided"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of a server that reads a pack with one procedure."""
    pack = tmp_path_factory.mktemp("content") / "pack"
    new("procedure", "leg-pain", pack)
    settings = ServerSettings(
        home=tmp_path_factory.mktemp("home"),
        token=TOKEN,
        prepare=False,
        allowed_hosts=("testserver",),
        content=(pack,),
    )
    headers = {"X-Angiosuite-Token": TOKEN}
    app = create_app(settings)
    with TestClient(app, base_url=BASE, headers=headers, raise_server_exceptions=False) as opened:
        yield opened


def done(
    client: TestClient,
    variant: str,
    level: str,
    off_mm: float = 3.0,
    name: str = ONE,
    on: str = "2026-12-01T12:00:00+00:00",
) -> str:
    """A finished attempt at a case whose score was told: it passes where the ball is near the middle."""
    services = client.app.state.services  # type: ignore[attr-defined]
    case = sample_case("leg-pain", variant, level)
    known = services.content.drill(case.id).content_hash
    sample = AttemptSample(services.home.sessions / name, of=case, on=on, drill_hash=known)
    sample.held(off_mm)
    sample.answer("before")
    sample.finish()
    address = f"/api/practice/attempts/{name}"
    assert client.put(f"{address}/self", json={"skipped": True}).status_code == 200
    return address


@pytest.fixture(autouse=True)
def no_attempts(client: TestClient) -> Iterator[None]:
    """Nothing of one test is there in the next."""
    yield
    sessions: Path = client.app.state.services.home.sessions  # type: ignore[attr-defined]
    for path in sessions.iterdir():
        shutil.rmtree(path)


def listed(client: TestClient) -> dict[str, Any]:
    return next(one for one in client.get("/api/practice").json()["procedures"] if one["id"] == "leg-pain")


def test_a_procedure_is_listed_with_its_persons_levels_and_open_cases(client: TestClient) -> None:
    told = listed(client)
    assert len(told["variants"]) == 6 and len(told["levels"]) == 3 and len(told["cases"]) == 18
    assert told["variants"][0]["story"].startswith("A man of 61")
    assert told["variants"][0]["patient"] == {
        "id": "built-in-adult", "title": told["variants"][0]["patient"]["title"], "ready": False,
    }  # fmt: skip
    assert [one["hints"] for one in told["levels"]] == [3, 1, 0]
    assert {one["state"] for one in told["cases"]} == {"open"}
    assert (told["state"], told["next"]) == ("locked", GUIDED) and "balloon" in told["why_locked"]


def test_a_procedure_is_told_with_text_and_what_is_scored_but_not_with_what_is_drawn(
    client: TestClient,
) -> None:
    told = client.get("/api/practice/procedures/leg-pain").json()
    assert [one["title"] for one in told["sections"]][:2] == ["Task", "What to look for"]
    assert [one["id"] for one in told["goals"]] == ["left", "out", "dry"]
    assert told["published"]["kap_gy_cm2"] == 150
    assert not {"start", "chooses", "draws"} & told.keys()
    assert "words" not in json.dumps(told["variants"])
    case = client.get(f"/api/practice/drills/{GUIDED}").json()
    assert (case["hints"], case["pass"], case["stewardship"][0]["full_at"]) == (3, {"score": 60}, 90.0)
    assert [one["id"] for one in case["patients"]] == ["built-in-adult"]
    assert case["case"]["about"].startswith("Names of vessels")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("procedures/leg-pane", "procedure-not-known"),
        ("drills/leg-pane.first.guided", "procedure-not-known"),
        ("drills/leg-pain.frist.guided", "procedure-variant-not-known"),
        ("drills/leg-pain.first.guidde", "procedure-level-not-known"),
        ("drills/leg-pain.first", "drill-not-known"),
    ],
)
def test_what_is_not_there_is_refused_with_the_way_out(client: TestClient, address: str, code: str) -> None:
    answer = client.get(f"/api/practice/{address}")
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert error["code"] == code and error["way_out"]


@pytest.mark.parametrize("drill", ["leg-pain.frist.guided", "leg-pain.first", "Leg.first.guided", "a.b.c.d"])
def test_no_attempt_begins_at_a_case_that_is_not_there(client: TestClient, drill: str) -> None:
    answer = client.post("/api/practice/attempts", json={"drill": drill})
    assert answer.status_code in (404, 422)
    assert client.get("/api/practice/attempts").json() == []


def test_a_case_that_passed_counts_for_its_person_and_level_and_the_next_person_is_proposed(
    client: TestClient,
) -> None:
    attempt = done(client, "first", "guided")
    told = listed(client)
    case = next(one for one in told["cases"] if one["id"] == GUIDED)
    assert (case["state"], case["attempts"], case["best"]) == ("passed", 1, 100.0)
    assert [one["passed"] for one in told["levels"]] == [1, 0, 0]
    assert (told["state"], told["next"]) == ("begun", "leg-pain.second.guided")
    debrief = client.get(f"{attempt}/debrief").json()
    assert debrief["drill"]["case"]["level_title"] == "Level guided"
    assert debrief["drill"]["go"] == "practice:leg-pain/first/guided"
    (following,) = [one for one in debrief["next"] if one["kind"] == "case"]
    assert (following["id"], following["go"]) == (
        "leg-pain.second.guided", "practice:leg-pain/second/guided",
    )  # fmt: skip
    assert debrief["mastery"]["state"] == "passed"


def test_a_level_is_done_when_every_person_passed_and_the_next_level_follows(client: TestClient) -> None:
    persons = [one["id"] for one in listed(client)["variants"]]
    for number, person in enumerate(persons):
        name = f"20261201-12000{number}-abcd"
        attempt = done(client, person, "guided", name=name, on=f"2026-12-01T12:00:0{number}+00:00")
    told = listed(client)
    assert [one["done"] for one in told["levels"]] == [True, False, False]
    assert told["levels"][0]["mastery"] == "mastered"
    assert told["next"] == "leg-pain.first.alone"
    following = next(one for one in client.get(f"{attempt}/debrief").json()["next"] if one["kind"] == "case")
    assert following["id"] == "leg-pain.first.alone" and following["reason"] == "The next level: Alone"


def test_a_case_that_did_not_pass_is_proposed_again_with_the_drills_before_it(client: TestClient) -> None:
    attempt = done(client, "first", "guided", off_mm=30.0)
    case = next(one for one in listed(client)["cases"] if one["id"] == GUIDED)
    assert case["state"] == "tried" and case["best"] < 60.0
    steps = client.get(f"{attempt}/debrief").json()["next"]
    assert "case" not in {one["kind"] for one in steps}
    again = next(one for one in steps if one["kind"] == "again")
    assert (again["id"], again["go"]) == (GUIDED, "practice:leg-pain/first/guided")


def test_every_file_of_a_case_can_be_had_and_a_shared_run_of_it_opens(client: TestClient) -> None:
    attempt = done(client, "first", "guided")
    for name in ("report.pdf", "measures.json", "measures.csv", "challenge"):
        assert client.get(f"{attempt}/{name}").status_code == 200, name
    run = client.post("/api/practice/shared", content=client.get(f"{attempt}/share").content).json()["id"]
    told = client.get(f"/api/practice/shared/{run}/debrief").json()
    assert told["score"]["passed"] is True and told["drill"]["case"]["variant"] == "first"


def test_a_statement_of_a_case_names_the_procedure_that_it_is_part_of(client: TestClient) -> None:
    made = client.get(f"{done(client, 'first', 'guided')}/statement").json()["statement"]
    assert made["object"]["id"] == f"urn:angiosuite:cases:{GUIDED}"
    (parent,) = made["context"]["contextActivities"]["parent"]
    assert parent["id"] == "urn:angiosuite:procedures:leg-pain"


def test_a_case_becomes_evidence_with_its_person_and_level(client: TestClient) -> None:
    done(client, "first", "guided")
    pieces = client.get("/api/evidence?kind=suite-practice").json()["evidence"]
    data = next(one["data"] for one in pieces if one["source"] == f"suite:{ONE}")
    assert (data["procedure"], data["variant"], data["level"]) == ("leg-pain", "first", "guided")


def test_a_challenge_of_a_case_is_read_and_begins_the_same_case(client: TestClient) -> None:
    file = client.get(f"{done(client, 'first', 'guided')}/challenge").json()
    assert file["drill"] == GUIDED
    wrong = json.dumps(file | {"drill": "leg-pain.frist.guided"})
    answer = client.post("/api/practice/challenges", content=wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "procedure-variant-not-known")
    broken = json.dumps(file | {"drill": "leg-pain.first.guided.more"})
    assert (
        client.post("/api/practice/challenges", content=broken).json()["error"]["code"] == "challenge-broken"
    )


def test_a_programmes_bands_stand_beside_one_case(client: TestClient) -> None:
    band = {"low": 1.0, "median": 2.0, "high": 3.0, "n": 10, "source": "Ten consultants, 2026"}
    wanted = {"drill": GUIDED, "bands": {"reference-air-kerma": band}}
    assert client.put("/api/practice/bands", json=wanted).status_code == 200
    told = client.get(f"{done(client, 'first', 'guided')}/debrief").json()["reference"]
    assert (told["operator"], told["band"][0]["n"]) == ("Ten consultants, 2026", 10)
    assert list(client.get("/api/practice/procedures/leg-pain").json()["bands"]) == [GUIDED]
    assert client.put("/api/practice/bands", json={"drill": GUIDED, "bands": {}}).json() == {}


def test_a_procedure_is_found_by_its_title_and_by_a_persons(client: TestClient) -> None:
    for words in ("leg pain", "slim man"):
        hits = client.get("/api/search", params={"q": words}).json()["results"]
        assert ("procedure", "practice:leg-pain") in {(one["kind"], one["go"]) for one in hits}, words


def test_home_proposes_the_case_that_was_not_passed_last(client: TestClient) -> None:
    done(client, "first", "guided", off_mm=30.0)
    five = client.get("/api/home").json()["practice"]["five_minutes"]
    assert five["drill"] == GUIDED and five["go"] == "practice:leg-pain/first/guided"
