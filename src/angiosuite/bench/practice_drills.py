"""How many times faster than life each drill runs under the scripted reference operator, on one core."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library
from angiosuite.kit import kernel_cache
from angiosuite.kit.home import Home

from .row import Row

TITLE = "drills under a scripted operator"
MUST = 20.0
SEED = 3


def rows(peers: Path | None) -> Iterator[Row]:
    """Simulated over processor seconds of each drill, patient and kernels loaded before."""
    from angiosuite.practice.operators import attempt, operator_named, room_for

    home = Home().open()
    kernel_cache.activate(home.kernels, 1)
    library = load_library()
    drills = sorted(
        (one.item for one in library.items["drills"].values()), key=lambda item: getattr(item, "order", 0)
    )
    rooms = {}
    with tempfile.TemporaryDirectory(dir=home.tmp) as scratch:
        for number, drill in enumerate(drills):
            assert isinstance(drill, DrillItem)
            patient = drill.patients[0]
            if patient not in rooms:
                rooms[patient] = room_for(home, drill, patient)
            spent = []
            for turn in range(2):  # the first loads what is compiled
                stage, script = operator_named("reference", drill, SEED)
                into = Path(scratch) / f"{number}-{turn}"
                begun = time.process_time()
                made = attempt(rooms[patient], drill, SEED, stage, script, into)
                spent.append(time.process_time() - begun)
            simulated_s = made.entries()[-1].t_us * 1e-6
            yield Row(
                f"headless, {drill.title}",
                round(simulated_s / spent[-1], 1),
                "× real time",
                better="higher",
                must=MUST,
                note=f"{simulated_s:.0f} simulated s in {spent[-1]:.1f} s of one core, {patient}",
            )
