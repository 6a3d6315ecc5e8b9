"""Rods: the tube case beside MuJoCo's flexible rod, tools in each other in a tree, the lumen, rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.bench import wire_tube as tube
from angiosuite.bench.row import Row
from angiosuite.bench.xray_projector import interpreter_of
from angiosuite.gym.case import make_case
from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.walls import Walls
from angiosuite.suite.instruments.instrument import rod_tool

TITLE = "rods"
PEER = "MuJoCo flexible rod"
PASSES = 5
#: Its steps, ms: its fastest setting, and the one that leaks least.
FAST_MS, TIGHT_MS = 2.0, 0.5
#: Tools in the tree, innermost first; must, ms a 20 ms of simulated time.
STACKS = (
    ("wire and catheter", ("wire-hydrophilic-stiff-035-angled-260", "cobra-2-5f"), 1.2),
    ("three coaxial tools", ("microwire-014-shapeable-190", "microcatheter-2-7f", "cobra-2-5f"), 2.5),
)
NODES = 160
SAMPLED, TRUE_MM = 2, 1e-4
"""One step of so many is also settled to this."""
COMPILE = (
    "import time; from angiosuite.physics.rods.warm_up import warm_up;"
    " t = time.process_time(); warm_up(); print(time.process_time() - t)"
)


def rows(peers: Path | None) -> Iterator[Row]:
    """Real-time factor, error and leak of the tube case; times of stacks in a tree; the query; drift."""
    tube.pushed()  # compiles
    runs = [tube.pushed() for _ in range(PASSES)]
    times = max(run.times for run in runs)
    theirs = {ms: _peer(peers, ms) for ms in (FAST_MS, TIGHT_MS)}
    fast, tight = theirs[FAST_MS], theirs[TIGHT_MS]
    note = (
        f"{runs[0].chain.nodes} nodes, 10 ms, best of {PASSES};"
        f" {runs[0].unsettled} steps not settled to 0.1 mm;"
        f" {fast['why']}"
    )
    yield Row(
        "tube case, real-time factor", times, "times", "higher", 40.0, None, fast["name"], fast["times"], note
    )
    for answer, must, what in ((tight, 50.0, "least leaking"), (fast, 20.0, "fastest")):
        ratio = None if answer["times"] is None else times / answer["times"]
        why = answer["why"] or f"step {answer['step_ms']} ms, {answer['outside_mm']:.2f} mm outside the lumen"
        yield Row(f"tube case, against {PEER}, {what}", ratio, "times", "higher", must, None, None, None, why)
    true = tube.pushed(0.002, 1e-5)
    off = float(np.linalg.norm(runs[0].chain.tip_mm - true.chain.tip_mm))
    yield Row("tube case, tip", off, "mm", "lower", 0.5, note="from steps of 2 ms settled to 1e-5 mm")
    watched = tube.pushed(watch=True)
    outside = tight["outside_mm"]
    yield Row(
        "tube case, wall pressed in", watched.deepest_mm, "mm", "lower", 0.05, None, tight["name"], outside
    )
    yield Row("tube case, deeper than the wall bears", watched.beyond_mm, "mm", "lower", 0.05)
    yield _drift(watched.chain)
    for name, kit, must in STACKS:
        yield from _stack(name, kit, must)
    yield _query()
    yield _compiled()


def _drift(chain: Chain) -> Row:
    """How far it goes in half a minute at rest."""
    for _ in range(100):
        chain.advance(stop_mm=0.01)
    before = chain.x.copy()
    for _ in range(3000):
        chain.advance()
    far = float(np.linalg.norm(chain.x - before, axis=1).max())
    return Row(
        "tube case, drift at rest in 30 s",
        1e3 * far,
        "µm",
        "lower",
        5.0,
        note="after a second settled to 0.01 mm",
    )


def _stack(name: str, kit: tuple[str, ...], must: float) -> Iterator[Row]:
    """Time of the core that a stack takes for 20 ms of simulated time, in the family's first arteries."""
    case = make_case(number=0, kit=kit)
    walls = case.walls()
    clamp, way = case.access.back_from_tip(0.0)
    chain = Chain(
        [rod_tool(one) for one in case.kit],
        [5.0 - 20.0 * k for k in range(len(kit))],
        clamp.tolist(),
        way.tolist(),
        wall=walls,
    )
    count = len(kit)
    draw = np.random.default_rng(3)
    while chain.nodes < NODES and chain.inserted_mm.max() < 480.0:
        chain.advance(np.full(count, 0.6), np.full(count, 0.02))
        walls.settle(0.01)
    spent, deeper, unsettled = [], [], 0
    for k in range(400):
        feeds = (0.4 if k % 80 < 40 else -0.4) * draw.uniform(0.0, 1.0, count)
        turns = draw.uniform(-0.02, 0.02, count)
        if k % SAMPLED == 0:
            deeper.append(_deeper(chain, walls, feeds, turns))
        began = time.thread_time()
        for _ in range(2):
            told = chain.advance(feeds, turns, most=8)
            walls.settle(0.01)
            unsettled += told.moved_mm >= 0.1
        spent.append(1e3 * (time.thread_time() - began))
    note = f"{chain.nodes} nodes, {', '.join(kit)}, walls that give; {unsettled} of 800 steps not settled"
    yield Row(
        f"{name}, 20 ms of simulated time, median", float(np.median(spent)), "ms", "lower", must, note=note
    )
    yield Row(f"{name}, 20 ms of simulated time, p99", float(np.percentile(spent, 99)), "ms", note=note)
    yield Row(
        f"{name}, deeper in the wall than where the step settles, worst",
        max(deeper),
        "mm",
        "lower",
        0.05,
        note=f"{len(deeper)} steps beside the same ones settled to {TRUE_MM} mm;"
        f" median {np.median(deeper):.4f}, p99 {np.percentile(deeper, 99):.3f}",
    )


def _deeper(chain: Chain, walls: Walls, feeds: NDArray, turns: NDArray) -> float:
    """How much deeper a step leaves a node in its wall than the same step settled does, mm; nothing is moved.

    The indentation that the wall needs to bear a chain is that of the settled step.
    """
    was, before = chain.state(), walls.state()
    depths = []
    for stop_mm, most in ((0.1, 8), (TRUE_MM, 200)):
        chain.advance(feeds, turns, stop_mm=stop_mm, most=most)
        depths.append((chain.arc_mm.copy(), np.maximum(-chain.gap_mm, 0.0)))
        chain.restore(was)
        walls.restore(before)
    (arc, found), (true_arc, needed) = depths
    return float((found - np.interp(arc, true_arc, needed)).max())


def _query() -> Row:
    """Distance and normal of points about walls."""
    bricks = make_case(number=0).walls().bricks
    some = make_case(number=0).road
    draw = np.random.default_rng(2)
    line = np.asarray(some.points_mm)
    points = np.repeat(line, 200_000 // len(line) + 1, axis=0)
    points = points + draw.normal(0.0, 2.0, points.shape)
    bricks.gaps(points)
    spent = []
    for _ in range(9):
        began = time.thread_time()
        bricks.gaps(points)
        spent.append(time.thread_time() - began)
    return Row("lumen, distance and normal", 1e9 * min(spent) / len(points), "ns a node", "lower", 40.0)


def _compiled() -> Row:
    """What the first start waits for: the kernels of rods and walls, compiled into an empty cache."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [sys.executable, "-c", COMPILE], capture_output=True, text=True, timeout=900,
            env={**os.environ, "NUMBA_CACHE_DIR": folder},
        )  # fmt: skip
    seconds = float(run.stdout) if run.returncode == 0 else None
    return Row("rods and walls, compiled at the first start", seconds, "s of the core", "lower")


def _peer(peers: Path | None, step_ms: float) -> dict[str, Any]:
    """The peer's real-time factor and leak, or why there are none."""
    nothing: dict[str, Any] = {"times": None, "outside_mm": None, "name": PEER, "step_ms": step_ms}
    if peers is None:
        return {**nothing, "why": "no second environment given: --peers PATH"}
    script = Path(__file__).parent / "peers" / "mujoco_wire.py"
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "job.json"
        job.write_text(
            json.dumps({
                "tube_mm": tube.iliac_to_arch().tolist(), "radius_mm": tube.RADIUS_MM,
                "ei_nmm2": tube.EI_NMM2,
                "friction": tube.FRICTION, "from_mm": tube.FROM_MM, "push_mm": tube.PUSH_MM, "nodes": NODES,
                "speed_mm_s": tube.SPEED_MM_S, "hold_s": tube.HOLD_S, "step_ms": step_ms, "kg_m": 4e-3,
            })
        )  # fmt: skip
        command = [str(interpreter_of(peers)), str(script), str(job)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=600)
            answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
        except (OSError, subprocess.TimeoutExpired, ValueError, IndexError):
            said = run.stderr.strip().splitlines() if "run" in locals() else []
            reason = said[-1][:120] if said else "cannot be run"
            return {**nothing, "why": f"{PEER} is not in the second environment ({reason})"}
    name = f"{PEER} {answer['version']}, {step_ms} ms"
    return {**nothing, **answer, "name": name, "why": ""}
