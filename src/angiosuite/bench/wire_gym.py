"""`Navigate-v0` on one core: steps a second, and simulated time beside a public environment's."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, Literal

import numpy as np

from angiosuite.bench.row import Row
from angiosuite.bench.xray_projector import interpreter_of
from angiosuite.kit.errors import AngiosuiteError
from angiosuite.runtime.work import HOSTS

TITLE = "environments for learning machines"
STEPS, ROUNDS = 150, 5
TOGETHER = 2
"""Environments side by side."""
MUST_HZ, MUST_TIMES = 200.0, 100.0
PEER = "CathSim"
PEER_TOLD = 0.12
"""Simulated over wall time of CathSim's guide wire (84 links, MuJoCo 3.17, control steps of 12 ms), measured
once beside our first prototype on two shared cores; a run here replaces it."""


def rows(peers: Path | None) -> Iterator[Row]:
    """The rows of this part."""
    try:
        from angiosuite.gym.navigate import HZ
    except Exception as missing:
        yield Row("Navigate-v0", None, "steps/s", "higher", MUST_HZ, note=str(missing))
        return
    drawn, held, seen = _steps_per_s(True), _steps_per_s(False), _steps_per_s(True, "picture")
    note = f"wire and catheter, rods and walls, one core, process time; median of {ROUNDS} x {STEPS} steps"
    yield Row("Navigate-v0, hands as chance draws them", drawn, "steps/s", "higher", MUST_HZ, note=note)
    yield Row("Navigate-v0, hands still", held, "steps/s", "higher", note=note)
    yield Row("Navigate-picture-v0, hands as chance draws them", seen, "steps/s", "higher", note=note)
    flow = _steps_per_s(True, flows=True)
    told = f"{note}; and the blood of all arteries, 2 ms a step, with the pressure at the catheter's tip"
    yield Row("Navigate-flow-v0, hands as chance draws them", flow, "steps/s", "higher", note=told)
    for host in HOSTS:
        rate, why = _together(host)
        yield Row(
            f"Navigate-v0, {TOGETHER} at once, host {host}", rate, "steps/s of the clock", "higher", note=why
        )
    factor, why = _peer(peers) if peers is not None else (None, "no second environment: --peers PATH")
    told = "the peer in this run" if factor else f"the peer as measured before, {PEER_TOLD}; {why}"
    ours = drawn / HZ
    times = ours / (factor or PEER_TOLD)
    yield Row(
        "Navigate-v0, simulated s a second", ours, "times life", "higher", peer=PEER, theirs=factor, note=told
    )
    yield Row(f"Navigate-v0 against {PEER}", times, "times", "higher", MUST_TIMES, note=told)


def _together(host: str) -> tuple[float | None, str]:
    """Steps a second of all together, by the clock; or why there is none."""
    from angiosuite.gym.many import Many
    from angiosuite.gym.navigate import hands

    try:
        envs = Many("angiosuite/Navigate-v0", TOGETHER, host)
    except AngiosuiteError as missing:
        return None, str(missing)
    try:
        envs.reset(seed=1)
        action = np.tile(hands((30.0, 0.0), (0.3, 0.0)), (TOGETHER, 1))
        for _ in range(5):
            envs.step(action)
        begun = time.perf_counter()
        for _ in range(60):
            envs.step(action)
        return 60 * TOGETHER / (time.perf_counter() - begun), "the wire led up the aorta"
    finally:
        envs.close()


def _steps_per_s(drawn: bool, sees: Literal["state", "picture"] = "state", flows: bool = False) -> float:
    """Median over rounds, wire and catheter in the aorta."""
    from angiosuite.gym.navigate import Navigate, hands

    env, draw = Navigate(sees=sees, flows=flows), np.random.Generator(np.random.Philox(11))
    env.reset(seed=1)
    for advanced in ((30.0, 0.0), (0.0, 30.0)):
        for _ in range(52):
            env.step(hands(advanced, (0.0, 0.0)))
    found = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for k in range(STEPS):
            if k % 8 == 0:
                action = draw.uniform(-1.0, 1.0, 4).astype(np.float32) if drawn else np.zeros(4, np.float32)
            env.step(action)
        found.append(STEPS / (time.process_time() - begun))
    return median(found)


def _peer(peers: Path) -> tuple[float | None, str]:
    """CathSim's real-time factor, or why there is none."""
    script = Path(__file__).parent / "peers" / "cathsim_steps.py"
    why = "no answer"
    try:
        run = subprocess.run(
            [str(interpreter_of(peers)), str(script)], capture_output=True, text=True, timeout=600
        )
        why = (run.stderr.strip().splitlines() or [why])[-1][:120]
        answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError):
        return None, f"{PEER} is not in the second environment ({why})"
    return float(answer["factor"]), ""
