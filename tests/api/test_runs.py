"""Runs over HTTP: what the log tells, also while a run is made, and frames at 12 bits bit by bit."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from angiosuite.bench.run_sample import SampleSession, frames
from angiosuite.kit.home import Home
from angiosuite.kit.log import read_entries
from angiosuite.suite.runs import read_runs
from angiosuite.web.configuration import ServerSettings
from angiosuite.web.runs import MOST_FRAMES

ROWS = 64


@pytest.fixture
def sample(client: TestClient, settings: ServerSettings, request: pytest.FixtureRequest) -> SampleSession:
    """A session at rest without runs; its name is the test's own."""
    name = f"sample-{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"
    return SampleSession(Home(settings.home).open().sessions / name)


def place(sample: SampleSession) -> str:
    return f"/api/sessions/{sample.folder.path.name}/runs"


def bytes_of(sample: SampleSession, number: int, first: int, count: int) -> bytes:
    size = ROWS * ROWS * 2
    raw = (sample.folder.path / f"runs/{number:03d}.u16").read_bytes()
    return raw[(first - 1) * size : (first - 1 + count) * size]


def test_the_list_is_what_the_log_tells(client: TestClient, sample: SampleSession) -> None:
    assert client.get(place(sample)).json() == []
    sample.run(1, 6, ROWS, phantom="forked-tube")
    sample.run(2, 4, ROWS, kind="cine", rate_hz=15.0)
    told = client.get(place(sample)).json()
    assert told == [run.as_dict() for run in read_runs(read_entries(sample.folder.log))]
    assert [(run["number"], run["frames"], run["mask"], run["phantom"]) for run in told] == [
        (1, 6, [2], "forked-tube"),
        (2, 4, [], None),
    ]


def test_a_run_has_the_facts_of_each_frame(client: TestClient, sample: SampleSession) -> None:
    sample.run(1, 6, ROWS, rate_hz=3.0)
    run = client.get(f"{place(sample)}/1").json()
    assert (run["rows"], run["columns"]) == (ROWS, ROWS)
    assert [one["k"] for one in run["frames_info"]] == [1, 2, 3, 4, 5, 6]
    assert [one["index"] for one in run["frames_info"]] == [run["first_index"] + k for k in range(6)]
    assert [one["t_s"] for one in run["frames_info"]] == pytest.approx([k / 3 for k in range(6)], abs=1e-6)
    assert run["frames_info"][0]["pose"] == run["pose"] and run["frames_info"][1]["pose"] is None
    assert sum(one["kar_mgy"] for one in run["frames_info"]) == pytest.approx(run["kar_mgy"])


def test_frames_come_bit_by_bit_from_any_place(client: TestClient, sample: SampleSession) -> None:
    sample.run(1, 9, ROWS)
    made = list(frames(9, ROWS, seed=1))
    for first, count in [(1, 1), (3, 4), (9, 1), (1, 9)]:
        answer = client.get(f"{place(sample)}/1/frames", params={"first": first, "count": count})
        assert answer.status_code == 200 and answer.content == bytes_of(sample, 1, first, count)
        got = np.frombuffer(answer.content, "<u2").reshape(count, ROWS, ROWS)
        assert np.array_equal(got, made[first - 1 : first - 1 + count])
        assert answer.headers["content-length"] == str(len(answer.content))


def test_at_the_end_of_a_run_fewer_frames_come(client: TestClient, sample: SampleSession) -> None:
    sample.run(1, 5, ROWS)
    answer = client.get(f"{place(sample)}/1/frames", params={"first": 4, "count": 8})
    assert answer.content == bytes_of(sample, 1, 4, 2)


def test_what_cannot_change_is_kept_by_the_browser_and_not_sent_again(
    client: TestClient, sample: SampleSession
) -> None:
    sample.run(1, 5, ROWS)
    address = f"{place(sample)}/1/frames?first=1&count=4"
    answer = client.get(address)
    assert "immutable" in answer.headers["cache-control"]
    again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and again.content == b""


def test_a_run_in_progress_gives_the_frames_so_far_and_they_are_not_kept(
    client: TestClient, sample: SampleSession
) -> None:
    images = list(frames(5, ROWS))
    sample.start(1, rows=ROWS)
    assert client.get(f"{place(sample)}/1").json()["frames_info"] == []
    assert client.get(f"{place(sample)}/1/frames").status_code == 404
    for k in (1, 2, 3):
        sample.frame(1, k, images[k - 1])
    answer = client.get(f"{place(sample)}/1/frames", params={"first": 2, "count": 8})
    assert answer.content == bytes_of(sample, 1, 2, 2) and answer.headers["cache-control"] == "no-store"
    for k in (4, 5):
        sample.frame(1, k, images[k - 1])
    sample.end(1, 5, [2])
    assert client.get(f"{place(sample)}/1").json()["frames"] == 5
    assert client.get(f"{place(sample)}/1/frames", params={"count": 8}).content == bytes_of(sample, 1, 1, 5)


def test_a_line_that_is_being_written_is_read_when_it_is_whole(
    client: TestClient, sample: SampleSession
) -> None:
    sample.run(1, 4, ROWS)
    whole = sample.folder.log.read_bytes()
    sample.folder.log.write_bytes(whole[:-40])
    assert client.get(f"{place(sample)}/1").json()["frames"] == 4
    with open(sample.folder.log, "ab") as file:
        file.write(whole[-40:])
    sample.run(2, 4, ROWS)
    assert [run["number"] for run in client.get(place(sample)).json()] == [1, 2]


@pytest.mark.parametrize(
    ("rest", "status", "code"),
    [
        ("/7", 404, "no-such-run"),
        ("/7/frames", 404, "no-such-run"),
        ("/1/frames?first=5", 404, "no-such-frame"),
        ("/1/frames?first=0", 422, "invalid-request"),
        (f"/1/frames?count={MOST_FRAMES + 1}", 422, "invalid-request"),
        ("/0", 422, "invalid-request"),
        ("/1.5", 422, "invalid-request"),
    ],
)
def test_what_is_not_there_is_refused_by_name(
    client: TestClient, sample: SampleSession, rest: str, status: int, code: str
) -> None:
    sample.run(1, 4, ROWS)
    answer = client.get(place(sample) + rest)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_session_that_is_not_there_has_no_runs(client: TestClient) -> None:
    for name in ("nobody", "..%2f..", "a b"):
        assert client.get(f"/api/sessions/{name}/runs").status_code == 404


def test_a_file_that_was_cut_is_said_and_what_is_left_comes(
    client: TestClient, sample: SampleSession
) -> None:
    sample.run(1, 4, ROWS)
    raw = sample.folder.path / "runs/001.u16"
    raw.write_bytes(raw.read_bytes()[: 3 * ROWS * ROWS * 2])
    answer = client.get(f"{place(sample)}/1/frames", params={"first": 1, "count": 4})
    error = answer.json()["error"]
    assert answer.status_code == 422 and error["code"] == "run-frame-missing" and error["way_out"]
    assert client.get(f"{place(sample)}/1/frames", params={"first": 1, "count": 3}).status_code == 200


def test_a_room_tells_the_same_of_its_runs_as_its_log(pages, served, session, stream_home) -> None:
    page = pages(role="operator")
    page.command("acquisition.set", matrix=512, phases=[[3.0, None]])
    page.command("xray.press", pedal="acquire")
    page.until(lambda: sum(shown.mode == 4 for shown in page.frames) >= 2, "frames of a run", 150.0)
    assert served.ask(f"/api/sessions/{session}/runs/1")["frames"] >= 2, "while the pedal is down"
    page.command("xray.release", pedal="acquire")
    page.until(lambda: page.told("run-ended"), "the end of the run")
    page.listen(0.3)
    told = served.ask(f"/api/sessions/{session}/runs")
    assert told == page.state["runs"]
    run = served.ask(f"/api/sessions/{session}/runs/1")
    raw = Path(stream_home.sessions, session, "runs", "001.u16")
    assert raw.stat().st_size == run["frames"] * run["rows"] * run["columns"] * 2
