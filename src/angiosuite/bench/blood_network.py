"""The flow network: time a step, and ADAN56 against its stored solution and beside svZeroDSolver."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from math import exp, pi
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import yaml

from angiosuite.bench.blood_adan import FOLDER, Adan56, Errors, errors, last_beat
from angiosuite.bench.row import Row
from angiosuite.bench.xray_projector import interpreter_of
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.network import Network, prepare
from angiosuite.physics.flow.respiration import external_mmhg
from angiosuite.physics.flow.small_circulation import circulation
from angiosuite.physics.flow.spec import EdgeKind

TITLE = "blood flow"
PEER = "svZeroDSolver"
BANDS = {"mean flow": 0.02, "systolic": 0.03, "diastolic": 0.03, "mean pressure": 0.02}
WORST = 0.04
MUST_STEP_US, MUST_TIMES, MUST_TOPOLOGY_MS = 40.0, 4.0, 25.0
_STEPS = 200
_ROUNDS = 25
#: Steps a second that the peer is run with: its notes' fast one, and ours.
_PEER_STEPS = (200, 500)


def rows(peers: Path | None) -> Iterator[Row]:
    """Microseconds a step of a closed loop of some 750 nodes, then ADAN56."""
    yield from _steps()
    shared = _shared()
    if not (shared / FOLDER).is_dir():
        yield Row("ADAN56", None, "times", note=f"{FOLDER} is not there: ANGIOSUITE_SHARED names its folder")
        return
    yield from _adan(shared, peers)


def _shared() -> Path:
    named = os.environ.get("ANGIOSUITE_SHARED")
    return Path(named) if named else Path(__file__).resolve().parents[4] / "shared"


def _quiet_us(network: Network, outside: np.ndarray, phase_step: float) -> float:
    """Microseconds of core a step, one step a call: the median of the five quietest rounds."""
    times = []
    for _ in range(_ROUNDS):
        began = time.thread_time()
        for k in range(_STEPS):
            network.step(k * phase_step % 1.0, outside, 1, phase_step)
        times.append(1e6 * (time.thread_time() - began) / _STEPS)
    return median(sorted(times)[:5])


def _steps() -> Iterator[Row]:
    spec = circulation(generations=2, loops=40, segment_cm=1.6)
    began = time.perf_counter()
    pattern = prepare(spec)
    plan_ms = 1e3 * (time.perf_counter() - began)
    network = Network(spec, pattern)
    outside = external_mmhg(0.0)
    network.step(0.0, outside, 2000, 0.0024)
    before = network.total_ml
    us = _quiet_us(network, outside, 0.0024)
    note = (
        f"{len(spec.nodes)} nodes, {len(spec.edges)} edges, tube law, 4 valves, 40 loops; time of one core,"
        f" median of the five quietest of {_ROUNDS} times {_STEPS} steps"
    )
    yield Row("flow, 2 ms step", us, "us", "lower", MUST_STEP_US, note=note)
    d = Draft(spec)
    d.edge("shunt", "portal-vein", "ivc-chest", kind=EdgeKind.LINK, resistance=0.2)
    changed = d.spec()
    times, plans = [], []
    for _ in range(15):
        began = time.thread_time()
        plan = prepare(changed)
        plans.append(1e3 * (time.thread_time() - began))
        network.carried_to(changed, plan)
        times.append(1e3 * (time.thread_time() - began))
    ms, of_it = median(sorted(times)[:5]), median(sorted(plans)[:5])
    note = f"a shunt into the same network, off the step path; the plan is {of_it:.0f} ms of it"
    yield Row("topology change", ms, "ms", "lower", MUST_TOPOLOGY_MS, note=note)
    drift = abs(network.total_ml / before - 1)
    yield Row("closed loop, volume gained", drift, "relative", "lower", 1e-9, note=f"plan {plan_ms:.0f} ms")


def _adan(shared: Path, peers: Path | None) -> Iterator[Row]:
    adan = Adan56.load(shared)
    network = Network(adan.spec)
    found = errors(adan, *last_beat(adan, network))
    quiet = _quiet_us(network, np.zeros(1), 0.0)
    times = 1e6 * network.step_s / quiet
    theirs = [_peer(peers, shared, adan, steps) for steps in _PEER_STEPS]
    fast = max(theirs, key=lambda answer: answer.get("times") or 0.0)
    label = PEER if fast["times"] is None else f"{PEER}, {fast['steps']} steps a second"
    note = f"{len(adan.spec.nodes)} nodes, 2 ms; {fast['why']}"
    yield Row("ADAN56, real-time factor", times, "times", "higher", None, None, label, fast["times"], note)
    yield _against(adan, fast, label)
    for name, e in found.items():
        other: Errors | None = fast["errors"].get(name)
        for what, ours, must in (("rms", e.rms, BANDS[name]), ("worst vessel", e.worst, WORST)):
            them = None if other is None else 100 * (other.rms if what == "rms" else other.worst)
            yield Row(f"ADAN56, {name}, {what}", 100 * ours, "%", "lower", 100 * must, None, label, them)


def _against(adan: Adan56, fast: dict[str, Any], label: str) -> Row:
    """How many times faster at the peer's own step, if no rms error is larger there."""
    name = f"ADAN56, against {PEER} at its step"
    if fast["times"] is None:
        return Row(name, None, "times", "higher", MUST_TIMES, note=fast["why"])
    network = Network(adan.spec, step_s=1.0 / fast["steps"])
    found = errors(adan, *last_beat(adan, network))
    times = 1e6 * network.step_s / _quiet_us(network, np.zeros(1), 0.0)
    worse = [key for key, e in found.items() if e.rms > fast["errors"][key].rms]
    ours = ", ".join(f"{key} {100 * e.rms:.1f}" for key, e in found.items())
    note = f"{label}; ours there {times:.0f} times real time, rms % {ours}"
    if worse:
        return Row(name, None, "times", "higher", MUST_TIMES, note=f"{note}; larger error in {worse}")
    return Row(name, times / fast["times"], "times", "higher", MUST_TIMES, note=note)


def _peer(peers: Path | None, shared: Path, adan: Adan56, steps: int) -> dict[str, Any]:
    """The peer's real-time factor and errors, or why there are none."""
    nothing: dict[str, Any] = {"times": None, "errors": {}, "steps": steps}
    if peers is None:
        return {**nothing, "why": "no second environment given: --peers PATH"}
    beats = 10
    case = _case(shared, adan, steps, beats)
    script = Path(__file__).parent / "peers" / "svzerod_adan.py"
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "job.json"
        job.write_text(json.dumps({"case": case, "rounds": 3}))
        command = [str(interpreter_of(peers)), str(script), str(job)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=600)
            answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
        except (OSError, subprocess.TimeoutExpired, ValueError, IndexError):
            said = run.stderr.strip().splitlines() if "run" in locals() else []
            reason = said[-1][:120] if said else "cannot be run"
            return {**nothing, "why": f"{PEER} is not in the second environment ({reason})"}
    return {
        "times": beats / answer["seconds"],
        "errors": _peer_errors(adan, answer["vessels"]),
        "steps": steps,
        "why": "",
    }


def _peer_errors(adan: Adan56, vessels: dict[str, list[float]]) -> dict[str, Errors]:
    off: dict[str, list[float]] = {name: [] for name in BANDS}
    for k, label in enumerate(adan.vessels):
        flow, high, low, mean = vessels[f"branch{k}_seg0"]
        p, q = adan.reference[f"{label}/P"][3], adan.reference[f"{label}/Q"][5]
        pairs = ((flow, q.mean()), (high, p.max()), (low, p.min()), (mean, p.mean()))
        for name, (ours, true) in zip(BANDS, pairs, strict=True):
            off[name].append(ours / true - 1)
    return {
        name: Errors(float(np.sqrt(np.mean(np.square(e)))), float(np.max(np.abs(e))))
        for name, e in off.items()
    }


def _case(shared: Path, adan: Adan56, steps: int, beats: int) -> dict[str, Any]:
    """ADAN56 in the peer's own form, SI units: one element a vessel, as its tool makes them."""
    network = yaml.safe_load((shared / FOLDER / "adan56.yaml").read_text())["network"]
    t = np.linspace(0.0, 1.0, steps + 1)
    q = np.interp(t, adan.inflow[:, 0], adan.inflow[:, 1] * 1e-6)
    q[-1] = q[0]
    conditions: list[dict[str, Any]] = [
        {"bc_name": "IN", "bc_type": "FLOW", "bc_values": {"Q": q.tolist(), "t": t.tolist()}}
    ]
    vessels, joints = [], dict[int, tuple[list[int], list[int]]]()
    for k, v in enumerate(network):
        ends = {"inlet": "IN"} if v["sn"] == 1 else {}
        if "R1" in v:
            ends["outlet"] = f"O{k}"
            values = {"Rp": v["R1"], "Rd": v["R2"], "C": v["Cc"], "Pd": 0.0}
            conditions.append({"bc_name": f"O{k}", "bc_type": "RCR", "bc_values": values})
        r = v.get("Rp", v.get("R0"))
        area = pi * r * r
        beta = v["E"] * (0.2802 * exp(-505.3 * r) + 0.1324 * exp(-11.14 * r)) / 0.75
        element = {
            "R_poiseuille": 8 * 4e-3 * v["L"] / (pi * r**4), "L": 1060 * v["L"] / area,
            "C": 2 * area / beta * v["L"], "stenosis_coefficient": 0.0,
        }  # fmt: skip
        vessel = {
            "vessel_id": k, "vessel_name": f"branch{k}_seg0", "vessel_length": v["L"],
            "zero_d_element_type": "BloodVessel", "zero_d_element_values": element,
        }  # fmt: skip
        vessels.append({**vessel, "boundary_conditions": ends} if ends else vessel)
        joints.setdefault(v["tn"], ([], []))[0].append(k)
        joints.setdefault(v["sn"], ([], []))[1].append(k)
    junctions = [
        {
            "junction_name": f"J{n}",
            "junction_type": "NORMAL_JUNCTION",
            "inlet_vessels": a,
            "outlet_vessels": b,
        }
        for n, (a, b) in joints.items()
        if a and b
    ]
    parameters = {
        "number_of_cardiac_cycles": beats, "number_of_time_pts_per_cardiac_cycle": steps + 1,
        "output_all_cycles": False, "absolute_tolerance": 1e-6,
    }  # fmt: skip
    return {
        "boundary_conditions": conditions, "junctions": junctions, "vessels": vessels,
        "simulation_parameters": parameters,
    }  # fmt: skip
