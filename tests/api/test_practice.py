"""Practice over HTTP: from a drill to a debrief, branches, shared runs; and what a kill leaves."""

from __future__ import annotations

import json
import random
import re
import shutil
import threading
import time
import urllib.error
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest
from starlette.testclient import TestClient

from angiosuite.bench.attempt_sample import AttemptSample
from angiosuite.bench.served import Served
from angiosuite.kit.home import Home
from angiosuite.practice.bands import Band

from .room import Page

BARE = {"ANGIOSUITE_PREPARE": "false"}
ONE = "20261129-120000-abcd"


def passed(path: Path, **facts: Any) -> AttemptSample:
    """A finished attempt that passes."""
    sample = AttemptSample(path, **facts)
    sample.held(9.0)
    sample.held(3.0)
    sample.answer("before")
    return sample.finish()


@pytest.fixture
def attempt(client: TestClient) -> Iterator[str]:
    """A finished attempt of the local person, as the address of its routes."""
    sessions = client.app.state.services.home.sessions  # type: ignore[attr-defined]
    shutil.rmtree(sessions / ONE, ignore_errors=True)
    passed(sessions / ONE)
    yield f"/api/practice/attempts/{ONE}"
    shutil.rmtree(sessions / ONE, ignore_errors=True)


def test_the_score_is_told_after_the_self_assessment_and_becomes_evidence(
    client: TestClient, attempt: str
) -> None:
    early = client.get(f"{attempt}/debrief").json()
    assert early["score"] is None and early["attempt"]["score"] is early["attempt"]["passed"] is None
    early = client.get(f"{attempt}/measures.csv")
    assert early.status_code == 409 and early.json()["error"]["code"] == "self-assessment-first"
    own = client.put(f"{attempt}/self", json={"answers": {"centred": 3}, "text": "calm"})
    assert own.status_code == 200
    told = client.get(f"{attempt}/debrief").json()
    assert told["score"]["passed"] is True and told["self"]["answers"] == {"centred": 3}
    pieces = client.get("/api/evidence?kind=suite-practice").json()["evidence"]
    piece = next(one for one in pieces if one["source"] == f"suite:{ONE}")
    assert piece["result"] == "pass" and piece["simulated"] and piece["terms"][0] == "c-arm-positioning"
    again = client.put(f"{attempt}/self", json={"answers": {"centred": 0}})
    assert again.json()["answers"] == {"centred": 3}


def test_every_file_of_a_debrief_can_be_had(client: TestClient, attempt: str) -> None:
    client.put(f"{attempt}/self", json={"skipped": True})
    kinds = {
        "report.pdf": "application/pdf",
        "measures.json": "application/json",
        "measures.csv": "text/csv; charset=utf-8",
        "share": "application/zip",
        "challenge": "application/json",
    }
    for name, kind in kinds.items():
        answer = client.get(f"{attempt}/{name}")
        assert answer.status_code == 200 and answer.headers["content-type"] == kind, name
        assert "attachment" in answer.headers["content-disposition"]


def test_what_tells_right_answers_is_given_once_the_attempt_is_finished(client: TestClient) -> None:
    sessions = client.app.state.services.home.sessions  # type: ignore[attr-defined]
    sample = AttemptSample(sessions / ONE)
    sample.held(3.0)
    sample.stop()
    base = f"/api/practice/attempts/{ONE}"
    try:
        for path in ("share", "measures.json", "report.pdf"):
            assert client.get(f"{base}/{path}").json()["error"]["code"] == "attempt-going", path
        seen = client.get(f"{base}/moment", params={"t_us": 2**52}).json()["facts"]
        assert seen["pose"] and "judged" not in seen
        assert client.get(f"/api/sessions/{ONE}/log").status_code == 409
        assert client.post(f"/api/sessions/{ONE}/exports").status_code == 409
        assert client.post(f"{base}/branch", json={"t_us": 0}).status_code == 409
        assert client.post(f"{base}/reference").status_code == 409
        assert client.put(f"{base}/self", json={"skipped": True}).status_code == 409
        assert client.get(f"{base}/debrief").json()["score"] is None
    finally:
        shutil.rmtree(sessions / ONE)


def test_a_log_is_answered_up_to_its_last_whole_line_while_it_is_written(
    client: TestClient, attempt: str
) -> None:
    path = client.app.state.services.home.sessions / ONE / "log.jsonl"  # type: ignore[attr-defined]
    whole = path.read_bytes()
    with open(path, "ab") as file:
        file.write(b'{"seq":')
    answer = client.get(f"/api/sessions/{ONE}/log")
    assert answer.status_code == 200 and answer.content == whole
    assert int(answer.headers["Content-Length"]) == len(whole)


def test_notes_written_at_once_are_all_kept(client: TestClient, attempt: str) -> None:
    def write(number: int) -> None:
        client.post(f"{attempt}/notes", json={"t_us": number, "text": "late"})

    writers = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    kept = client.get(f"{attempt}/debrief").json()["notes"]
    assert len({one["id"] for one in kept}) == 12


def test_notes_takeaways_and_a_dispute_are_kept(client: TestClient, attempt: str) -> None:
    note = client.post(f"{attempt}/notes", json={"t_us": 9, "text": "late"}).json()
    client.post(f"{attempt}/notes", json={"t_us": 4, "text": "early"})
    assert [one["text"] for one in client.get(f"{attempt}/debrief").json()["notes"]] == ["early", "late"]
    left = client.delete(f"{attempt}/notes/{note['id']}").json()
    assert [one["text"] for one in left] == ["early"]
    assert client.delete(f"{attempt}/notes/{note['id']}").status_code == 404
    assert client.put(f"{attempt}/takeaways", json={"items": ["a", " ", "b"]}).json() == ["a", "b"]
    assert client.put(f"{attempt}/takeaways", json={"items": ["a"] * 4}).status_code == 422
    assert client.post(f"{attempt}/dispute", json={"text": "the ball was in the middle"}).status_code == 201
    assert client.get(f"{attempt}/debrief").json()["disputes"][0]["log"] == "log.jsonl"


def test_a_shared_run_is_opened_commented_on_and_given_back(client: TestClient, attempt: str) -> None:
    file = client.get(f"{attempt}/share").content
    run = client.post("/api/practice/shared", content=file).json()["id"]
    base = f"/api/practice/shared/{run}"
    told = client.get(f"{base}/debrief").json()
    assert told["score"]["passed"] is True and told["next"] == []
    assert client.post(f"{base}/notes", json={"t_us": 3, "text": "good", "by": "T"}).status_code == 201
    frames = client.get(f"{base}/frames").json()
    assert client.get(f"{base}/frames/{frames[-1][1]}.jpg").content[:2] == b"\xff\xd8"
    back = client.post("/api/practice/shared", content=client.get(f"{base}/share").content).json()["id"]
    notes = client.get(f"/api/practice/shared/{back}/debrief").json()["notes"]
    assert [(one["by"], one["text"]) for one in notes] == [("T", "good")]
    for one in (run, back):
        assert client.delete(f"/api/practice/shared/{one}").status_code == 200
    assert client.get(f"{base}/debrief").status_code == 404


@pytest.mark.parametrize("body", [b"", b"PK", b"{}", b"x" * 1000])
def test_what_is_no_run_is_refused_and_nothing_remains(client: TestClient, body: bytes) -> None:
    home: Home = client.app.state.services.home  # type: ignore[attr-defined]
    before = sorted((home.root / "shared").iterdir()) if (home.root / "shared").exists() else []
    answer = client.post("/api/practice/shared", content=body)
    assert answer.status_code == 422 and answer.json()["error"]["way_out"]
    after = sorted((home.root / "shared").iterdir()) if (home.root / "shared").exists() else []
    assert after == before


def test_the_tree_tells_the_last_fault_and_five_minutes(client: TestClient, attempt: str) -> None:
    tree = client.get("/api/practice").json()
    assert next(one["id"] for one in tree["drills"]) == "isocentre"
    locked = next(one for one in tree["drills"] if one["id"] == "parallax")
    assert locked["state"] == "locked" and "Isocentre" in locked["why_locked"]
    assert tree["five_minutes"]["go"].startswith("practice:")
    assert tree["faults"] == []


def test_a_drill_is_told_without_its_answers(client: TestClient) -> None:
    told = client.get("/api/practice/drills/parallax").json()
    assert "answer" not in json.dumps(told["questions"])
    assert "objects" not in told and "start" not in told
    assert [one["title"] for one in told["sections"]][:2] == ["Task", "What to look for"]
    assert client.get("/api/practice/drills/paralax").status_code == 404


def test_a_band_of_the_programme_is_named_as_its_own_and_not_as_a_script(
    client: TestClient, attempt: str
) -> None:
    bands = client.app.state.services.own_bands  # type: ignore[attr-defined]
    bands.put("sample-centring", {"reference-air-kerma": Band(1.0, 2.0, 3.0, 12, "Our consultants")})
    client.put(f"{attempt}/self", json={"skipped": True})
    told = client.get(f"{attempt}/debrief").json()["reference"]
    bands.put("sample-centring", {})
    assert told["operator"] == "Our consultants"
    assert [(one["measure"], one["n"]) for one in told["band"]] == [("reference-air-kerma", 12)]
    assert client.get(f"{attempt}/debrief").json()["reference"]["operator"] == "Scripted reference operator"


def test_the_text_of_a_drill_names_its_sources_by_their_numbers(client: TestClient) -> None:
    told = client.get("/api/practice/drills/parallax").json()
    text = "".join(part["html"] for part in told["sections"])
    cited = {int(number) for number in re.findall(r"\[(\d+)\]", text)}
    assert cited and max(cited) <= len(told["sources"])
    assert "@" not in text and " ." not in text


class Store(BaseHTTPRequestHandler):
    """A record store that keeps what it is given."""

    kept: list[dict[str, Any]] = []  # noqa: RUF012

    def do_PUT(self) -> None:
        Store.kept.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.mark.ci
@pytest.mark.parametrize("on", [False, True])
def test_a_score_that_is_shown_is_sent_where_a_person_turned_that_on(
    client: TestClient, attempt: str, on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.kept = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("ANGIOSUITE_XAPI_ENDPOINT", f"http://127.0.0.1:{server.server_port}/xapi")
        client.put("/api/settings", json={"xapi": True} if on else {})
        client.put(f"{attempt}/self", json={"skipped": True})
        until_s = time.monotonic() + 10.0
        while on and (client.get(f"{attempt}/statement").json()["sent"] or {}).get("state") != "stored":
            assert time.monotonic() < until_s
            time.sleep(0.05)
        time.sleep(0.0 if on else 0.5)  # nothing may follow
        client.put("/api/settings", json={})
        server.shutdown()
    assert len(Store.kept) == on
    if on:
        assert Store.kept[0]["result"]["success"] is True
        assert Store.kept[0] == client.get(f"{attempt}/statement").json()["statement"]


def test_a_drill_is_refused_for_a_patient_it_is_not_made_for(client: TestClient) -> None:
    answer = client.post("/api/practice/attempts", json={"drill": "isocentre", "patient": "nobody"})
    assert answer.status_code in (400, 404)
    assert client.get("/api/practice/attempts").json() == []


@pytest.mark.ci
def test_a_kill_in_a_drill_goes_on_where_it_was(warm_home: Path) -> None:
    with Served(warm_home, BARE) as first:
        made = first.ask("/api/practice/attempts", "POST", {"drill": "isocentre", "seed": 5})
        page = Page(first, made["id"], role="operator").joined()
        assert page.state["task"]["id"] == "isocentre"
        start = page.state["pose"]["table_x_mm"]
        assert page.command("task.hint", level=1)["ok"]
        page.command("xray.press", pedal="fluoro")
        page.until(lambda: len(page.frames) > 3, "frames")
        running = psutil.Process(first.process.pid).children(recursive=True)
        first.kill()
        psutil.wait_procs(running, timeout=15)
    with Served(warm_home, BARE) as second:
        assert second.ask(f"/api/practice/attempts/{made['id']}")["state"] == "going"
        back = Page(second, made["id"], role="operator").joined()
        assert back.state["xray"]["on"] is False
        assert [one["level"] for one in back.state["task"]["hints_shown"]] == [1]
        assert back.state["pose"]["table_x_mm"] == start
        assert back.command("task.finish")["ok"]
        back.until(lambda: back.state["task"]["finished"], "the end")
        back.close()
        base = f"/api/practice/attempts/{made['id']}"
        second.ask(f"{base}/self", "PUT", {"skipped": True})
        assert second.ask(f"{base}/debrief")["score"]["passed"] is False


@pytest.mark.ci
def test_a_kill_in_the_debrief_leaves_a_whole_judgement_or_none(tmp_path: Path, size: str) -> None:
    home = Home(tmp_path / "home").open()
    passed(home.sessions / ONE)
    kept = home.sessions / ONE / "practice" / "judgement.json"
    base, source = f"/api/practice/attempts/{ONE}", random.Random(4)
    for _ in range({"ci": 2, "long": 8}[size]):
        with Served(home.root, BARE) as server:
            kept.unlink(missing_ok=True)
            (kept.parent / "self.json").unlink(missing_ok=True)
            request = {"answers": {"centred": 2}}

            def ask(server: Served = server, request: dict[str, Any] = request) -> None:
                try:
                    server.ask(f"{base}/self", "PUT", request)
                except (OSError, urllib.error.URLError):
                    pass

            asking = threading.Thread(target=ask)
            asking.start()
            time.sleep(source.uniform(0.0, 0.25))
            server.kill()
            asking.join(10)
        for name in ("self", "judgement"):
            file = kept.parent / f"{name}.json"
            assert not file.exists() or json.loads(file.read_text())
    with Served(home.root, BARE) as server:
        server.ask(f"{base}/self", "PUT", {"skipped": True})
        assert server.ask(f"{base}/debrief")["score"]["score"] == 100.0


def test_a_programmes_band_rises_and_has_ten_runs_or_more(client: TestClient) -> None:
    good = {"low": 1.0, "median": 2.0, "high": 3.0, "n": 10, "source": "Ten consultants, 2026"}
    wanted = {"drill": "isocentre", "bands": {"reference-air-kerma": good}}
    assert client.put("/api/practice/bands", json=wanted).status_code == 200
    assert client.get("/api/practice/bands").json()["isocentre"]["reference-air-kerma"]["n"] == 10
    for bad in ({"low": 9.0}, {"n": 9}, {"source": ""}):
        body = {"drill": "isocentre", "bands": {"reference-air-kerma": good | bad}}
        assert client.put("/api/practice/bands", json=body).status_code == 422
    assert client.put("/api/practice/bands", json={"drill": "isocentre", "bands": {}}).json() == {}


def test_home_offers_a_going_attempt_by_its_drill_and_no_finished_one(
    client: TestClient, attempt: str
) -> None:
    services = client.app.state.services  # type: ignore[attr-defined]
    going = services.home.sessions / "20261129-130000-abcd"
    sample = AttemptSample(going)
    sample.held(3.0)
    sample.stop()
    try:
        sessions = client.get("/api/home").json()["sessions"]
        assert [(one["id"], one["title"]) for one in sessions] == [(going.name, "Sample, centring: Sample")]
    finally:
        shutil.rmtree(going)
