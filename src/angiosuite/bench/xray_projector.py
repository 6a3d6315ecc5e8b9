"""The projector on a body-like phantom, six views: speed beside RTK's Joseph projector, and error."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.bench import xray_phantom as phantom
from angiosuite.bench.row import Row
from angiosuite.physics import threads
from angiosuite.physics.xray import oracle
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.projector import Quality, project
from angiosuite.physics.xray.volume import PreparedVolume

TITLE = "projector"
PEER = "RTK Joseph"
ROUNDS = 15
#: (size, must ms, aim ms, must times the peer, aim times the peer)
SIZES = ((512, 11.0, 4.4, 20.0, 50.0), (1024, 21.0, 10.5, 40.0, 80.0))
#: Line integrals per g/cm2-like unit: the volume is in 1/mm, the projector sums over cm.
_PER_MM = 10.0


def rows(peers: Path | None) -> Iterator[Row]:
    """Milliseconds a frame and error against a finely stepped trilinear sum, medians over the views."""
    mu = phantom.attenuation_per_mm()
    origin = -(np.array(mu.shape[::-1]) - 1) / 2 * phantom.SPACING_MM
    volume = PreparedVolume.from_array(mu, origin, phantom.SPACING_MM, _PER_MM)
    half = volume.half.shape
    note = f"{'x'.join(map(str, mu.shape))} voxels of {phantom.SPACING_MM} mm, {threads.threads()} threads"
    truths = None
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder) / "volume.npy"
        if peers is not None:
            np.save(stored, mu)
        for size, must, aim, must_times, aim_times in SIZES:
            views = [phantom.view(lao, cranial, size) for _, lao, cranial in phantom.VIEWS]
            ours = _milliseconds(volume, views, "full")
            theirs = _peer(peers, stored, views, Path(folder)) if peers is not None else _NO_PEERS
            ms = theirs.get("ms")
            why = note if ms is not None else f"{note}; {theirs['why']}"
            name = f"{PEER} {theirs['version']}" if ms is not None else PEER
            yield Row(f"projector, {size}²", ours, "ms", "lower", must, aim, name, ms, why)
            times = None if ms is None else ms / ours
            yield Row(
                f"projector, {size}², against {PEER}",
                times,
                "times",
                "higher",
                must_times,
                aim_times,
                note=why,
            )
            if truths is None:
                truths = _truths(mu, origin, views)
                peer_error = None if ms is None else _error(theirs["shown"], truths)
                found = _error(_shown(volume, views, "full"), truths)
                yield Row(
                    "projector, error",
                    found,
                    "relative",
                    "lower",
                    1.5e-3,
                    5e-4,
                    name,
                    peer_error,
                    f"512², 64 x 64 pixels against float64 trilinear at 0.1 mm; {theirs.get('why', note)}",
                )
                found = _error(_shown(volume, views, "draft"), truths)
                yield Row(
                    "projector, error of the draft",
                    found,
                    "relative",
                    "lower",
                    6e-3,
                    None,
                    note=f"half level {half}",
                )
                yield Row("projector, draft, 512²", _milliseconds(volume, views, "draft"), "ms", note=note)


_NO_PEERS: dict[str, Any] = {"ms": None, "why": "no second environment given: --peers PATH"}


def _milliseconds(volume: PreparedVolume, views: Sequence[BeamGeometry], quality: Quality) -> float:
    """Median over views and rounds, after one untimed call a view."""
    out = np.empty((views[0].rows, views[0].columns), np.float32)
    for g in views:
        project(volume, g, quality=quality, out=out)
    times = []
    for _ in range(ROUNDS):
        for g in views:
            began = time.perf_counter()
            project(volume, g, quality=quality, out=out)
            times.append(time.perf_counter() - began)
    return 1e3 * median(times)


def _truths(mu: NDArray, origin: NDArray, views: Sequence[BeamGeometry]) -> list[NDArray[np.float64]]:
    found = []
    for g in views:
        ends = g.pixels_mm(*oracle.sparse_pixels(g))
        found.append(oracle.trilinear(mu, origin, phantom.SPACING_MM, g.source_mm, ends, 0.1))
    return found


def _shown(
    volume: PreparedVolume, views: Sequence[BeamGeometry], quality: Quality
) -> list[NDArray[np.float32]]:
    return [project(volume, g, quality=quality)[np.ix_(*oracle.sparse_pixels(g))] for g in views]


def _error(shown: Sequence[Any], truths: Sequence[NDArray[np.float64]]) -> float:
    return median(oracle.relative_error(np.asarray(a), b) for a, b in zip(shown, truths, strict=True))


def interpreter_of(peers: Path) -> Path:
    """The Python of a peers' environment, given itself or its folder."""
    if peers.is_dir():
        return peers / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    return peers


def _peer(peers: Path, volume: Path, views: Sequence[BeamGeometry], folder: Path) -> dict[str, Any]:
    """RTK's answer, or why there is none."""
    g = views[0]
    pixels = oracle.sparse_pixels(g)
    unit: Callable[[NDArray], NDArray] = lambda v: v / np.linalg.norm(v)  # noqa: E731
    job = folder / "job.npz"
    np.savez(
        job, spacing=phantom.SPACING_MM, size=g.rows, pixel=phantom.SIDE_MM / g.rows, rounds=3,
        source=[v.source_mm for v in views], centre=[v.centre_mm for v in views],
        along=[unit(v.column_step_mm) for v in views], down=[unit(v.row_step_mm) for v in views],
        rows=pixels[0], columns=pixels[1],
    )  # fmt: skip
    script = Path(__file__).parent / "peers" / "rtk_joseph.py"
    command = [str(interpreter_of(peers)), str(script), str(job), str(volume)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=900)
        answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    except (OSError, subprocess.TimeoutExpired, ValueError, IndexError):
        reason = (
            (run.stderr.strip().splitlines() or ["no answer"])[-1][:120]
            if "run" in locals()
            else "cannot be run"
        )
        return {"ms": None, "why": f"{PEER} is not in the second environment ({reason})"}
    return answer
