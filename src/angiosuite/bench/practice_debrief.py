"""How long a debrief of twenty minutes takes from the first asking, over HTTP, nothing read before."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from angiosuite.kit.home import Home

from .attempt_sample import AttemptSample
from .row import Row
from .served import Served

TITLE = "debrief and replay over HTTP"
NAME = "20261129-120000-abcd"
MINUTES = 20
PRESSES_A_MINUTE = 3
SEEKS = (0.03, 0.97, 0.5, 0.21, 0.78)


def twenty_minutes(path: Path) -> AttemptSample:
    """Twenty simulated minutes: a room observed 25 times a second, a third of it under X-rays."""
    sample = AttemptSample(path, rows=32)
    for minute in range(MINUTES):
        for press in range(PRESSES_A_MINUTE):
            room(sample, 12.0)
            sample.pose = sample.pose.moved({"rotation_deg": float(minute + press)})
            for _ in range(6):
                sample.held(float(3 + press))
        if minute % 5 == 0:
            sample.hint(1 + minute // 5) if minute < 15 else None
    sample.answer("before")
    sample.finish()
    return sample


def room(sample: AttemptSample, seconds: float) -> None:
    """The room as it is observed while nobody presses."""
    dose = [0.1 * sample.index, 0.3 * sample.index, 0.13 * sample.index]
    for step in range(round(seconds * 25)):
        heart = [step, 0.5, 68.0]
        sample.log.append(
            sample.t_us,
            "observation",
            "room",
            {
                "pose": sample.pose.as_dict(),
                "blades": sample.blades,
                "breath_mm": 3.0,
                "heart": heart,
                "dose": dose,
            },
        )
        sample.t_us += 40_000


def rows(peers: Path | None) -> Iterator[Row]:
    """Debrief ready, and a seek by the page's own route."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Home(Path(scratch) / "home").open()
        sample = twenty_minutes(home.sessions / NAME)
        size_mb = sample.folder.log.stat().st_size / 1e6
        minutes = sample.t_us / 60e6
        with Served(home.root, {"ANGIOSUITE_PREPARE": "false"}) as server:
            server.ask("/api/practice")
            server.ask(f"/api/practice/attempts/{NAME}/self", "PUT", {"skipped": True})
            (home.sessions / NAME / "practice" / "judgement.json").unlink()
            begun = time.perf_counter()
            told = server.ask(f"/api/practice/attempts/{NAME}/debrief")
            ready_s = time.perf_counter() - begun
            assert told["score"] is not None
            note = f"{minutes:.0f} simulated minutes, {sample.index} pictures, log of {size_mb:.0f} MB"
            yield Row("debrief of a 20-minute session ready", round(ready_s, 2), "s", must=3.0, note=note)
            end_us, slowest_s = told["timeline"]["end_us"], 0.0
            for share in SEEKS:
                begun = time.perf_counter()
                server.ask(f"/api/practice/attempts/{NAME}/moment?t_us={round(share * end_us)}")
                slowest_s = max(slowest_s, time.perf_counter() - begun)
            yield Row(
                "seek in it over HTTP, the slowest of five",
                round(1000 * slowest_s, 1),
                "ms",
                must=500.0,
                note="the first asking makes the index",
            )
