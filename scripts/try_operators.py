"""Lets scripted operators do drills and keeps what each attempt was judged as, a line of JSON each.

    python scripts/try_operators.py OUT.jsonl --operators reference novice --seeds 3 [--drills ID …] [--home
    DIR]
    python scripts/try_operators.py OUT.jsonl --procedures ID … [--variants ID …] [--levels ID …]

Runs go on where an earlier call stopped; `--seconds` ends a call early. What is in the file is read by
``scripts/report_operators.py``, which writes ``docs/explain/scripted-operators.md``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from angiosuite.assess.judging import judge
from angiosuite.assess.session_log import SessionLog
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import Library, LoadedItem, load_library
from angiosuite.content.procedure import ProcedureItem
from angiosuite.kit import kernel_cache
from angiosuite.kit.home import Home
from angiosuite.practice import operators
from angiosuite.practice.bands import shipped

Key = tuple[str, str, str, int]


def main() -> None:
    """Run what is asked and not done yet."""
    asked = _arguments()
    library = load_library()
    loaded = tasks(library, asked)
    done = set(_done(asked.out))
    home = Home(asked.home).open() if asked.home else Home().open()
    kernel_cache.activate(home.kernels, 1)
    rooms: dict[tuple[str, str], Any] = {}
    until = time.monotonic() + asked.seconds
    with open(asked.out, "a", encoding="utf-8") as out:
        for seed in range(asked.first, asked.first + asked.seeds):
            for drill_id, one in loaded.items():
                drill = one.item
                assert isinstance(drill, DrillItem)
                for patient in drill.patients[: asked.patients]:
                    for name in asked.operators:
                        if (name, drill_id, patient, seed) in done:
                            continue
                        if time.monotonic() > until:
                            return
                        key = (patient, drill.equipment)
                        if key not in rooms:
                            rooms[key] = operators.room_for(home, drill, patient)
                        line = attempt(name, drill, one.folder, patient, seed, rooms[key])
                        out.write(json.dumps(line, ensure_ascii=False) + "\n")
                        out.flush()


def tasks(library: Library, asked: argparse.Namespace) -> dict[str, LoadedItem]:
    """Drills that are asked for, or cases of procedures; every drill when neither is named."""
    if not asked.procedures:
        drills = library.items["drills"]
        return {name: one for name, one in drills.items() if name in (asked.drills or [name])}
    found = {name: library.get("drills", name) for name in asked.drills or ()}
    for name in asked.procedures:
        procedure = library.get("procedures", name).item
        assert isinstance(procedure, ProcedureItem)
        for variant in asked.variants or [one.id for one in procedure.variants]:
            for level in asked.levels or [procedure.levels[1].id]:
                case = procedure.case(variant, level)
                found[case.id] = library.drill(case.id)
    return found


def attempt(name: str, drill: DrillItem, folder: Path, patient: str, seed: int, room: Any) -> dict[str, Any]:
    """One attempt and what came of it."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        stage, script = operators.operator_named(name, drill, seed)
        made = operators.attempt(
            room, drill, seed, stage, script, Path(scratch) / "run", longest_s=longest_s(drill)
        )
        log = SessionLog.of(made.entries())
    band = {measure: one.median for measure, one in shipped(folder, drill.banded_as(patient)).items()}
    found = judge(drill, log, drill.answers(seed), band).as_dict()
    return {
        "operator": name,
        "drill": drill.id,
        "patient": patient,
        "seed": seed,
        "passed": found["passed"],
        "score": found["score"],
        "gate": found["gate"]["passed"],
        "goals": {goal["id"]: [goal["state"], goal["value"]] for goal in found["goals"]},
        "measures": {one["id"]: one["value"] for one in found["measures"] if one["of"] is None},
        "simulated_s": found["duration_s"],
        "wall_s": round(time.perf_counter() - began, 2),
    }


def longest_s(drill: DrillItem) -> float:
    """Simulated time after which an attempt ends: a quarter of an hour, and three times what is usual."""
    return max(900.0, 180.0 * drill.minutes)


def _done(path: Path) -> Iterator[Key]:
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            one = json.loads(line)
            yield one["operator"], one["drill"], one["patient"], one["seed"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--operators", nargs="+", default=list(operators.NAMES))
    parser.add_argument("--drills", nargs="*")
    parser.add_argument("--procedures", nargs="*", help="their cases, of the middle level")
    parser.add_argument("--variants", nargs="*")
    parser.add_argument("--levels", nargs="*")
    parser.add_argument("--patients", type=int, default=3, help="the first so many of each drill")
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--home", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
