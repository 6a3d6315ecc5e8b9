"""Fluoroscopy while three tools move and contrast runs: does simulated time keep up with the clock?"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from angiosuite.bench.page import FLUORO, OWN_KERNELS, browser, drawn, open_suite
from angiosuite.bench.row import Row
from angiosuite.bench.runs_room import REAL_TIME, send, wait_refined
from angiosuite.bench.served import Served
from angiosuite.kit.errors import AngiosuiteError, WrongUse

TITLE = "fluoroscopy with wires and catheters"
ACCESS = "right-femoral-artery"
#: Tool, device, and how far its tip is brought in before anything is measured, mm beyond the sheath.
KIT = (
    ("c1", "cobra-2-5f", 200.0),
    ("m1", "microcatheter-2-7f", 240.0),
    ("w1", "microwire-014-shapeable-190", 280.0),
)
#: What is injected through, from the other groin: beside a microcatheter hardly anything runs.
INJECTED = ("left-femoral-artery", "c2", "pigtail-5f", 210.0)
NEAR_MM, LONGEST_S, STANDS_S = 3.0, 120, 4
RATE_HZ, SECONDS = 15.0, 20.0
SPEED_MM_S, SPIN_DEG_S = 12.0, 60.0
"""Of each hand; they turn round every second, so that all tools move and stay where they are."""
PUFF_ML, PUFF_ML_S, PUFFS_S = 6.0, 3.0, 3
NODES, KINK_MM = 160, 0.3
"""Nodes of every tool of a shadow, and how far they lie off a smooth course, mm, for one that is kinked."""
NAME = "fluoroscopy 15/s, 512², three tools moving, injection"

Send = Callable[..., None]
Wait = Callable[[float], None]
Depth = Callable[[str], float]
Brought = tuple[str, str, str, float]


class Scene(NamedTuple):
    """What is done while it is measured: first all that is brought in, then something every second."""

    begins: Callable[[Send, Wait, Depth], None]
    second: Callable[[Send, int], None]


def rows(peers: Path | None) -> Iterator[Row]:
    """Share of real time in a served page, and of a session alone; no public peer has such a picture."""
    yield _in_a_page()
    alone, worked, made, drafts = session_alone(HANDS)
    note = f"without page or server, {made} pictures, {drafts} of them drafts; {worked:.2f} s of processor"
    note = f"{note} time a simulated second; {_load()}"
    yield Row(f"{NAME}, session alone", alone, "of real time", "higher", note=note)
    for kink_mm, must in ((0.0, None), (KINK_MM, 2.5)):
        spent, pixels = shadow_ms(kink_mm)
        what = "kinked at every node" if kink_mm else "smooth"
        note = f"{len(KIT)} tools of {NODES} nodes in each other, {pixels} pixels, best of 40; {_load()}"
        yield Row(f"shadow of three tools, {what}, 512²", spent, "ms", must=must, note=note)


def _in_a_page() -> Row:
    return page_row(f"{NAME}, browser open", HANDS)


def page_row(name: str, scene: Scene) -> Row:
    """Share of real time of a scene in a served page."""
    try:
        made, seen, told = in_a_page(scene)
    except WrongUse as error:
        return Row(name, None, "of real time", "higher", REAL_TIME, note=str(error))
    note = (
        f"pulses made over {SECONDS:.0f} s against the rate; drawn in the page: {seen:.2f};"
        f" the governor shows {told}; {_load()}"
    )
    return Row(name, made, "of real time", "higher", must=REAL_TIME, note=note)


def in_a_page(scene: Scene, home: Path | None = None) -> tuple[float, float, str]:
    """Pulses that were made and that were drawn, as shares of the rate, and what the governor decided.

    Parameters
    ----------
    scene : Scene
    home : Path, optional
        With kernels and patient; a fresh one when none is given, which takes minutes to make ready.
    """
    with (
        tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch,
        browser(software_gl=False) as opened,
        Served(home or Path(scratch), OWN_KERNELS if home is None else None) as served,
    ):
        place = home or Path(scratch)
        served.wait_ready(600.0)
        _wait_hands(served)
        wait_refined(served, 600.0)
        page = open_suite(opened, served)

        def to_page(name: str, **arguments: Any) -> None:
            send(page, name, **arguments)

        log = max((place / "sessions").iterdir(), key=lambda folder: folder.stat().st_mtime) / "log.jsonl"

        def waits(seconds: float) -> None:
            page.wait_for_timeout(1000.0 * seconds)

        def depth_mm(tool: str) -> float:
            return _depth_mm(log, tool)

        scene.begins(to_page, waits, depth_mm)
        send(page, "exposure.set", pulse_rate=RATE_HZ, frame_size=512)
        send(page, "xray.press", pedal="fluoro")
        page.wait_for_timeout(2000)
        begun = len(drawn(page))
        for second in range(round(SECONDS)):
            scene.second(to_page, second)
            page.wait_for_timeout(1000)
        frames = [one for one in drawn(page)[begun:] if one["mode"] == FLUORO]
        send(page, "xray.release", pedal="fluoro")
        page.wait_for_timeout(1000)
        decided = _decided(log)
    if len(frames) < 2:
        return 0.0, 0.0, decided
    taken_s = (frames[-1]["at"] - frames[0]["at"]) / 1000.0
    made = (frames[-1]["frame"] - frames[0]["frame"]) / taken_s / RATE_HZ
    return made, (len(frames) - 1) / taken_s / RATE_HZ, decided


def session_alone(scene: Scene) -> tuple[float, float, int, int]:
    """Share of real time of a session, its processor seconds a simulated second, pictures, drafts of them."""
    from angiosuite.suite.opening import create_session
    from angiosuite.suite.patient import Patient
    from angiosuite.suite.room import Room

    room = Room.of(Patient.builtin())
    with tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch:
        session = create_session(Path(scratch) / "session", room, seed=1)

        def to_session(name: str, **arguments: Any) -> None:
            session.command(name, arguments)

        def run(seconds: float) -> None:
            session.advance(session.now_us + round(1e6 * seconds))

        try:
            scene.begins(to_session, run, lambda tool: session.instruments.hand(tool).depth_mm)
            to_session("exposure.set", pulse_rate=RATE_HZ, frame_size=512)
            to_session("xray.press", pedal="fluoro")
            scene.second(to_session, 0)
            run(2.0)  # the first pictures load what they need
            before = _frames(Path(scratch))
            began, before_s = time.perf_counter(), time.process_time()
            for second in range(round(SECONDS)):
                scene.second(to_session, second)
                run(1.0)
            taken_s, worked_s = time.perf_counter() - began, time.process_time() - before_s
            to_session("xray.release", pedal="fluoro")
            run(0.1)
        finally:
            session.close()
        made = _frames(Path(scratch))[len(before) :]
    return SECONDS / taken_s, worked_s / SECONDS, len(made), sum(one == "draft" for one in made)


def shadow_ms(kink_mm: float) -> tuple[float, int]:
    """Processor time of the shadow of all three tools where they lie in each other, ms, and its pixels."""
    from angiosuite.content.loader import load_library
    from angiosuite.physics.xray.geometry import BeamGeometry
    from angiosuite.physics.xray.instrument_shadow import InstrumentShadow
    from angiosuite.suite.instruments.drawn import drawn_of
    from angiosuite.suite.instruments.instrument import device_named
    from angiosuite.suite.instruments.seen import ToolSeen

    library, draw = load_library(), np.random.default_rng(3)
    u = np.linspace(0.0, 1.0, NODES)[:, None]
    course = np.hstack([40.0 * np.sin(4.0 * u), 20.0 * np.cos(3.0 * u), 420.0 * (u - 0.5)])
    course += kink_mm * draw.normal(size=course.shape)
    tools = [
        ToolSeen(course[: NODES - 10 * k], drawn_of(device_named(library, device)), 0.0, 0.1)
        for k, (_, device, _) in enumerate(reversed(KIT))
    ]
    step = np.array([297.0 / 512, 0.0, 0.0])
    beam = BeamGeometry.centred(
        np.array([0.0, 785.0, 0.0]), np.array([0.0, -315.0, 0.0]), step, -step[[1, 2, 0]], 512, 512
    )
    shadow, spent, pixels = InstrumentShadow(), [], 0
    for _ in range(41):
        began = time.thread_time()
        mass = shadow.mass(beam, tools)
        spent.append(time.thread_time() - began)
        pixels = 0 if mass is None else len(mass.pixels)
    return 1e3 * min(spent[1:]), pixels


def lead_in(tell: Send, wait: Wait, depth_mm_of: Depth) -> None:
    """Three tools are flushed and brought in, each inside the one before, as far as they shall or go."""
    for tool, device, depth_mm in KIT:
        bring(tell, wait, depth_mm_of, (ACCESS, tool, device, depth_mm))


def bring(tell: Send, wait: Wait, depth_mm_of: Depth, told: Brought) -> None:
    """One tool is flushed and brought in through an access, as far as it shall or goes."""
    access, tool, device, depth_mm = told
    tell("instrument.pick", device=device)
    wait(0.1)
    if tool != "w1":
        tell("instrument.flush", tool=tool)
        wait(0.1)
    tell("instrument.load", tool=tool, access=access, over=None)
    wait(0.2)
    tell("instrument.goal", tool=tool, depth_mm=depth_mm, mm_s=100.0)
    before_mm, stands = depth_mm_of(tool), 0
    for _ in range(LONGEST_S):
        wait(1.0)
        now_mm = depth_mm_of(tool)
        stands = stands + 1 if now_mm > 0.0 and now_mm == before_mm else 0
        if abs(now_mm - depth_mm) < NEAR_MM or stands > STANDS_S:
            break
        before_mm = now_mm
    else:
        raise AngiosuiteError("A tool was not brought in", code="bench-not-led", where="bench", value=tool)


def give(tell: Send, second: int) -> None:
    """A puff now and then."""
    if second % PUFFS_S == 0:
        tell("instrument.connect", tool=INJECTED[1])
        tell("hand.puff", ml=PUFF_ML, rate_ml_s=PUFF_ML_S)


def handle(tell: Send, second: int) -> None:
    """What hands do in one second: every tool on and back."""
    way = 1.0 if second % 2 == 0 else -1.0
    for k, (tool, _, _) in enumerate(KIT):
        tell("instrument.drive", tool=tool, mm_s=way * SPEED_MM_S, deg_s=way * SPIN_DEG_S * (k + 1) / 3.0)


def _all_in(tell: Send, wait: Wait, depth_mm_of: Depth) -> None:
    """The three tools in one groin, and what is injected through in the other."""
    lead_in(tell, wait, depth_mm_of)
    bring(tell, wait, depth_mm_of, INJECTED)


def _handled(tell: Send, second: int) -> None:
    """All hands move, and now and then a puff."""
    handle(tell, second)
    give(tell, second)


HANDS = Scene(_all_in, _handled)


def _wait_hands(served: Served, timeout_s: float = 600.0) -> None:
    """Wait until wires and catheters are ready, which a first start does in the background."""
    until_s = time.monotonic() + timeout_s
    while time.monotonic() < until_s:
        states = {step["name"]: step["state"] for step in served.ask("/api/start")["steps"]}
        if states.get("hands") not in ("waiting", "running"):
            return
        time.sleep(0.5)
    raise AngiosuiteError("Wires and catheters do not get ready", code="start-slow", value=timeout_s)


def _depth_mm(log: Path, tool: str) -> float:
    """How deep a tool lies, as the log of a session has it; far out while it does not tell."""
    depth = -1e9
    for entry in _entries(log):
        if entry.get("name") != "instruments":
            continue
        for one in (one for tools in entry["data"].values() for one in tools):
            depth = float(one["depth_mm"]) if one["tool"] == tool and "depth_mm" in one else depth
    return depth


def _decided(log: Path) -> str:
    """The decisions of the governor, as the log has them."""
    found = [json.dumps(entry["data"]) for entry in _entries(log) if entry.get("kind") == "quality"]
    return "nothing" if not found else f"{len(found)} decisions, the last {found[-1]}"


def _frames(folder: Path) -> list[str]:
    """Quality of every picture of fluoroscopy."""
    entries = _entries(folder / "session" / "log.jsonl")
    frames = [one["data"] for one in entries if one.get("name") == "frame"]
    return [str(one.get("quality")) for one in frames if one.get("mode") == "fluoro"]


def _entries(log: Path) -> list[dict[str, Any]]:
    """Whole lines of a log that is still being written."""
    found = []
    for line in log.read_text("utf-8").splitlines() if log.is_file() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"
