"""Contrast: microseconds a step of the transport, and flow with contrast for one frame of 20 ms."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from angiosuite.bench.row import Row
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.spec import FlowSpec, NodeLaw
from angiosuite.physics.flow.transport import Transport

TITLE = "contrast"
STEP_S = 0.002
WINDOWS, FRAMES = 600, 200
#: Segments of the tree; their lengths that make 20,000 values in three lanes, and 20,000 cells of three.
SEGMENTS, CM_VALUES, CM_CELLS = 835, 4.8, 14.4
#: Segments of the network that a frame is measured on: about 750 nodes.
FRAME_SEGMENTS = 750


def rows(peers: Path | None) -> Iterator[Row]:
    """Transport alone with iodine everywhere, then the network and the transport together."""
    for name, length_cm, must in (
        ("contrast, 20 k values in 3 lanes, a step", CM_VALUES, 60.0),
        ("contrast, 20 k cells of 3 lanes, a step", CM_CELLS, 60.0),
    ):
        spec = _tree(SEGMENTS, length_cm)
        network = Network(spec)
        transport = Transport(spec)
        transport.fill(5.0, network.volume_ml)
        times = _steps(network, transport)
        at = transport.layout
        note = f"{at.cells} cells, {at.values} values, {SEGMENTS} segments, iodine in all; load {_load()}"
        yield Row(name, median(times), "µs", "lower", must, note=f"{note}; best {min(times):.0f} µs")
    spec = _tree(FRAME_SEGMENTS, CM_VALUES)
    network, transport = Network(spec), Transport(spec)
    transport.fill(5.0, network.volume_ml)
    repetitions = [_frames(network, transport) for _ in range(5)]
    middle = median(median(r) for r in repetitions)
    note = f"10 steps of {len(spec.nodes)} nodes and {transport.layout.values} values; load {_load()}"
    yield Row("flow + contrast, a frame of 20 ms, median of five", middle, "ms", "lower", 1.1, note=note)
    worst = median(float(np.percentile(r, 99)) for r in repetitions)
    yield Row("flow + contrast, a frame of 20 ms, p99", worst, "ms", "lower", note=note)
    transport = Transport(spec)
    times = _steps(network, transport)
    yield Row("contrast, no iodine anywhere, a step", median(times), "µs", "lower", note="fast path")


def _tree(segments: int, length_cm: float) -> FlowSpec:
    """A tree of equal segments with a source and sinks of given pressure, three lanes each."""
    draft = Draft()
    draft.node("heart", law=NodeLaw.FIXED, p0_mmhg=95.0, start_mmhg=95.0)
    draft.node("end", law=NodeLaw.FIXED, p0_mmhg=60.0, start_mmhg=60.0)
    for k in range(segments):
        draft.node(f"n{k}", law=NodeLaw.TUBE, p0_mmhg=80.0, start_mmhg=80.0)
    for k in range(segments):
        before = "heart" if k == 0 else f"n{k - 1 if k % 3 else (k - 1) // 2}"
        draft.tube(
            f"v{k}/0",
            before,
            f"n{k}",
            length_cm=length_cm,
            area_cm2=0.3,
            stiffness=400.0,
            lanes=3,
            profile=9.0,
        )
    for k in range(segments // 2, segments, 5):
        draft.edge(f"out{k}", f"n{k}", "end", kind=3, resistance=40.0)
    return draft.spec()


def _steps(network: Network, transport: Transport) -> list[float]:
    """Microseconds a step, the mean of each window, after a network that runs."""
    outside = np.zeros(3)
    for _ in range(50):
        network.step(0.0, outside)
    source = np.zeros(len(network.spec.nodes))
    times = []
    for _ in range(WINDOWS + 10):
        began = time.perf_counter()
        for _ in range(transport.window):
            transport.step(network, source, STEP_S)
        times.append(1e6 * (time.perf_counter() - began) / transport.window)
    return times[10:]


def _frames(network: Network, transport: Transport) -> list[float]:
    """Milliseconds of each frame: ten steps of both."""
    outside = np.zeros(3)
    source: NDArray[np.float64] = np.zeros(len(network.spec.nodes))
    times = []
    for n in range(FRAMES + 5):
        began = time.perf_counter()
        for _ in range(10):
            network.step(0.0, outside)
            transport.step(network, source, STEP_S)
        if n >= 5:
            times.append(1e3 * (time.perf_counter() - began))
    return times


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
