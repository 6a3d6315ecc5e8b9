"""The stream of a session over a real socket: frames, roles, safety, loss and return."""

from __future__ import annotations

import json
import random
import shutil
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from angiosuite.bench.served import Served
from angiosuite.kit.home import Home
from angiosuite.kit.log import read_entries

from .room import Page, session_processes

FUZZ = {"everyday": 150, "ci": 1500, "long": 20_000}


def log_of(stream_home: Home, session: str) -> list[Any]:
    """Entries of a session's log."""
    return list(read_entries(stream_home.sessions / session / "log.jsonl"))


def test_a_press_gives_frames_and_a_release_holds_the_last(pages: Any) -> None:
    page = pages(role="operator")
    assert page.state["role"] == "operator" and page.state["xray"]["on"] is False
    assert page.command("xray.press", pedal="fluoro")["ok"]
    page.until(lambda: len(page.frames) >= 5, "frames")
    assert page.command("xray.release", pedal="fluoro")["ok"]
    page.until(lambda: page.frames[-1].flags & 1 == 1, "held image")
    live = [frame for frame in page.frames if frame.mode == 0]
    assert [f.number for f in live] == sorted(f.number for f in live)
    assert all(f.codec == 0 and f.image.shape == (512, 512) and f.image.std() > 1 for f in live)
    page.until(lambda: page.state["xray"]["on"] is False, "X-rays off")


def test_a_page_may_ask_for_jpeg(pages: Any) -> None:
    page = pages(role="operator", codec="jpeg")
    page.command("xray.press", pedal="shot")
    page.until(lambda: bool(page.frames), "a shot")
    assert page.frames[0].codec == 1 and page.frames[0].image.shape == (512, 512)


def test_at_most_two_frames_are_in_flight_and_then_the_newest_comes(pages: Any) -> None:
    page = pages(role="operator", acknowledges=False)
    page.command("xray.press", pedal="fluoro")
    page.listen(1.2)
    assert len(page.frames) == 2
    newest = page.state["last_frame"]
    page.send(t="ack", frame=page.frames[1].number)
    page.until(lambda: len(page.frames) >= 3, "the next frame")
    assert page.frames[2].number >= newest > page.frames[1].number + 2
    page.command("xray.release", pedal="fluoro")


def test_the_second_page_watches_and_takes_over_when_nobody_operates(
    pages: Any, stream_home: Home, session: str
) -> None:
    first, second = pages(role="operator"), pages(role="operator")
    assert second.state["role"] == "watch" and second.state["roles"]["operator_present"]
    refused = second.command("xray.press", pedal="fluoro")
    assert not refused["ok"] and refused["error"]["code"] == "not-operator"
    assert second.command("session.take")["error"]["code"] == "operator-present"
    first.command("xray.press", pedal="fluoro")
    second.until(lambda: len(second.frames) >= 3, "frames for the watcher")
    first.close()
    second.until(lambda: second.state["xray"]["on"] is False, "X-rays off without the operator")
    second.until(lambda: not second.state["roles"]["operator_present"], "a free place")
    assert second.command("session.take")["ok"] and second.command("patient.breathe", to="hold")["ok"]
    offs = [e.data["reason"] for e in log_of(stream_home, session) if e.name == "xray-off"]
    assert offs == ["operator-lost"]


def test_the_same_tab_on_a_new_socket_goes_on_operating(pages: Any) -> None:
    first = pages(role="operator", client="tab-1")
    again = pages(role="operator", client="tab-1")
    assert again.state["role"] == "operator"
    first.listen(1.0)
    assert first.closed == 4409
    assert again.command("patient.breathe", to="in")["ok"]


def test_a_page_that_comes_back_finds_everything_and_no_x_rays(pages: Any) -> None:
    page = pages(role="operator")
    page.command("gantry.move", axis="rotation", rate=1.0)
    page.command("xray.press", pedal="fluoro")
    page.until(lambda: len(page.frames) >= 4, "frames")
    page.close()
    time.sleep(0.3)
    back = pages(role="operator")
    back.until(lambda: bool(back.frames), "the held image")
    back.until(lambda: back.state["xray"]["on"] is False, "X-rays off", 5)
    assert back.state["pose"]["rotation_deg"] > 0
    assert {"xray-on", "xray-off"} <= {event["name"] for event in back.state["events"]}
    count = back.state["last_frame"]
    back.listen(0.7)
    assert back.state["last_frame"] == count


def test_x_rays_stop_when_the_operator_falls_silent(pages: Any, stream_home: Home, session: str) -> None:
    page = pages(role="operator", acknowledges=False)
    page.command("xray.press", pedal="fluoro")
    page.until(lambda: page.state["xray"]["on"], "X-rays on", 5)
    page.until(lambda: not page.state["xray"]["on"], "X-rays off", 10)
    assert [e.data["reason"] for e in log_of(stream_home, session) if e.name == "xray-off"] == [
        "operator-silent"
    ]


def test_a_killed_process_is_back_with_nothing_lost(
    pages: Any, served: Served, stream_home: Home, session: str
) -> None:
    page = pages(role="operator")
    page.command("gantry.move", axis="rotation", rate=1.0)
    page.command("xray.press", pedal="fluoro")
    page.until(lambda: len(page.frames) >= 6, "frames")
    before = page.frames[-1]
    for process in session_processes(served):
        process.kill()
    page.until(lambda: page.told("session-interrupted"), "the interruption")
    page.state = {}
    page.until(lambda: "xray" in page.state, "the session back")
    assert page.state["xray"]["on"] is False and page.state["last_frame"] >= before.number
    entries = log_of(stream_home, session)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert max(e.t_us for e in entries) >= before.t_us - 100_000
    assert page.command("xray.press", pedal="fluoro")["ok"]
    page.until(lambda: page.frames[-1].number > page.state["last_frame"] - 1 > before.number, "new frames")


@pytest.mark.ci
def test_a_killed_server_comes_back_to_the_same_session(stream_home: Home, tmp_path: Path) -> None:
    home = tmp_path / "home"  # a home of its own: one home has one server
    shutil.copytree(stream_home.patients, home / "patients")
    with Served(home, {"ANGIOSUITE_PREPARE": "false"}) as first:
        patient = next(p for p in first.ask("/api/patients")["patients"] if p["kind"] == "imported")
        session = first.ask("/api/sessions", "POST", {"patient_id": patient["id"], "seed": 4})["id"]
        page = Page(first, session, role="operator").joined()
        page.command("session.note", text="before the end")
        page.command("xray.press", pedal="shot")
        page.until(lambda: bool(page.state["stored"]), "a stored image")
        orphans = session_processes(first)
        first.kill()
        psutil.wait_procs(orphans, timeout=10)
        assert not any(process.is_running() for process in orphans)
    with Served(home, {"ANGIOSUITE_PREPARE": "false"}) as second:
        back = Page(second, session, role="operator").joined()
        back.until(lambda: bool(back.frames), "the held image")
        assert back.frames[0].flags == 1 and back.frames[0].number == back.state["last_frame"]
        assert len(back.state["stored"]) == 1 and back.state["xray"]["on"] is False
        assert any(event["text"] == "before the end" for event in back.state["events"])
        index = back.state["stored"][0]["index"]
        assert second.ask("/api/sessions/" + session)["frames"] >= index
        back.close()
        second.ask(f"/api/sessions/{session}", "DELETE")


def test_a_removed_session_is_closed_and_can_be_brought_back(
    served: Served, pages: Any, session: str
) -> None:
    page = pages(role="operator")
    served.ask(f"/api/sessions/{session}", "DELETE")
    page.listen(2.0)
    assert page.closed == 4410
    assert session not in [one["id"] for one in served.ask("/api/sessions")["sessions"]]
    served.ask(f"/api/sessions/{session}/restore", "POST")
    assert pages(role="operator").state["role"] == "operator"


def test_an_unknown_session_is_named_and_the_socket_closed(served: Served) -> None:
    page = Page(served, "no-such-session", role="operator")
    page.listen(3.0)
    assert page.errors[0]["code"] == "no-such-session" and page.closed == 4404


def random_message(source: random.Random) -> str | bytes:
    """Something that a page would hardly send."""
    junk = source.choice(
        [
            "",
            "{",
            "[]",
            "null",
            '{"t":1}',
            '{"t":"cmd"}',
            '{"t":"nothing"}',
            '{"t":"ack"}',
            "[" * 9000,
            '{"t":"cmd","name":"xray.press","args":{"pedal":NaN},"n":1}',
            '{"t":"ack","frame":"x"}',
            '{"t":"cmd","name":"session.note","args":{"text":"\\ud800"},"n":2}',
            "\u0000",
            "9" * 5000,
        ]
    )
    kind = source.randrange(5)
    if kind == 0:
        return source.randbytes(source.randrange(200))
    if kind == 1:
        return junk
    if kind == 2:
        return "".join(chr(source.randrange(1, 0xD7FF)) for _ in range(source.randrange(60)))
    value = source.choice([None, True, -1, 1e308, "x" * 300, [], {}, [[]], {"a": {"b": []}}, 2**70, "fluoro"])
    name = source.choice(
        [
            "xray.press",
            "gantry.move",
            "gantry.goto",
            "annotate.add",
            "measure.add",
            "session.take",
            "exposure.set",
            "display.set",
            "store.reference",
            "__class__",
            "",
            "quality",
            "projector",
        ]
    )
    args = {source.choice(["pedal", "axis", "rate", "pose", "image", "points", "x"]): value}
    return json.dumps(
        {"t": "cmd", "name": name, "args": source.choice([args, value]), "n": source.choice([1, value])}
    )


def test_random_messages_are_answered_by_name_and_harm_nothing(
    pages: Any, served: Served, session: str, size: str
) -> None:
    source, sent = random.Random(5), 0
    page = pages(role="operator")
    while sent < FUZZ[size]:
        try:
            page.socket.send(random_message(source))
            sent += 1
            page.step(0.0)
        except ConnectionClosed:
            page.close()
            page = pages(role="operator")
    page.listen(0.5)
    assert all(error["code"] and error["message"] for error in page.errors)
    refused = [answer["error"] for answer in page.answers.values() if not answer["ok"]]
    assert all(error["code"] not in ("internal", "session-interrupted") for error in refused)
    assert not page.told("session-interrupted") and served.ask("/api/start")["version"]
    page.close()
    time.sleep(0.2)
    assert pages(role="operator").command("patient.breathe", to="free")["ok"]
