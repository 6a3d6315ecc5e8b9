"""Writes `docs/explain/scripted-operators.md` from what scripts/try_operators.py kept, and reference bands.

python scripts/report_operators.py RUNS.jsonl …            writes the page
python scripts/report_operators.py --bands RUNS.jsonl …    writes drills/<id>/reference.yaml
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import yaml

from angiosuite.assess.bands import FEWEST, bands
from angiosuite.assess.generalisability import components
from angiosuite.content.loader import load_library
from angiosuite.practice.operators.skill import SKILLS

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explain" / "scripted-operators.md"
DRILLS = ROOT / "src" / "angiosuite_content" / "drills"
SKILLED = ("reference", "slow-flawless", "novice", "reckless-fast")
BANDED = (
    "reference-air-kerma",
    "kerma-area-product",
    "fluoroscopy-time",
    "peak-skin-dose",
    "staff-operator-eye",
    "contrast-used",
    "iodine-used",
)
Run = dict[str, Any]
OPENING = """# Scripted operators

<!-- Written by scripts/report_operators.py from runs of scripts/try_operators.py. -->

Scripts do the drills so that the drills can be tested. They are called scripts on every screen. They are no
experts and no novices: they are numbers of a program, and nothing here says how people do.

## What they may do and see

They act through session commands alone and are shown the visible state, pictures and events, as a page is.
A script cannot find a pedicle among pixels. Its eye is therefore told where each thing of the drill lies in
the very picture that stands on the monitor (`judged` of that frame, `judged-run` of the subtraction that is
looked at), and errs: by a normal error of place and a relative error of shape, contrast and length, each as
large as its skill says, and by an error of angle where end plates and walls tell one. A learner's page is
given none of these figures before the end. What lies outside the open field, or has a contrast-to-noise
ratio below 1, the eye does not see. A vessel that holds no contrast is placed by the bones around it, with
eight times the error, and nothing else of it is read. The eye is never given depth, the distance from the
isocentre, or a right answer.

| script | error of place | relative error | what it does |
|---|---|---|---|
SKILLS
| idle | – | – | nothing, then the end |
| random | – | – | controls, pedals and answers by chance |
| greedy | as reckless-fast | | keeps each change that makes things look better placed and clearer |
"""
WAYS = {
    "reference": "collimates, low dose, moves without X-rays, looks once more",
    "slow-flawless": "the same, with long pauses",
    "novice": "few tries, nothing spared, no second look",
    "reckless-fast": "one try, high-level control, long presses",
}
REPEATING = """ Scripts of different skill take the place of persons, seeds and patients that of occasions.
`sd` is the spread of one script's score from run to run; G is that of a single run; the last column is how
many runs it takes until their mean reaches G = 0.7. Where all runs have one seed, the scripts erred alike
on every patient and G is too high. People differ less than these scripts do, and vary more: for them it
will be more.
"""


def main() -> None:
    """Write the page, or the bands."""
    named = [name for name in sys.argv[1:] if not name.startswith("--")]
    runs = [json.loads(line) for name in named for line in Path(name).read_text("utf-8").splitlines()]
    if "--bands" in sys.argv:
        write_bands(runs)
    else:
        PAGE.write_text(page(runs), encoding="utf-8")
        print("written:", PAGE.relative_to(ROOT))


def page(runs: list[Run]) -> str:
    """The whole page."""
    library = load_library().items["drills"]
    order = {name: getattr(one.item, "order", 0) for name, one in library.items()}
    drills = sorted({run["drill"] for run in runs}, key=lambda name: order.get(name, 0))
    skills = "\n".join(
        f"| {name} | {one.eye_mm:g} mm | {100 * one.eye_share:g} % | {WAYS.get(name, '')} |"
        for name, one in SKILLS.items()
    )
    lines = [
        OPENING.replace("SKILLS", skills),
        *ranking(runs, drills),
        *blind(runs, drills),
        *repeating(runs, drills),
    ]
    return "\n".join(lines).rstrip() + "\n"


def ranking(runs: list[Run], drills: list[str]) -> list[str]:
    """Passes and mean scores of those who do what is asked."""
    found = defaultdict(list)
    for run in runs:
        found[run["drill"], run["operator"]].append(run)
    lines = [
        "## Who passes",
        "",
        "Passes of runs, and the mean score. A run is one seed on one of the drill's patients.",
        "",
        "| drill | " + " | ".join(SKILLED) + " | idle |",
        "|---|" + "---|" * (len(SKILLED) + 1),
    ]
    for drill in drills:
        cells = [_cell(found[drill, name]) for name in (*SKILLED, "idle")]
        lines.append(f"| {drill} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def _cell(runs: list[Run]) -> str:
    if not runs:
        return "–"
    passed = sum(run["passed"] for run in runs)
    return f"{passed} of {len(runs)}, {fmean(run['score'] for run in runs):.0f}"


def blind(runs: list[Run], drills: list[str]) -> list[str]:
    """What random and greedy runs reach."""
    kept = [run for run in runs if run["operator"] in ("random", "greedy")]
    passes = [run for run in kept if run["passed"]]
    lines = [
        "## Cheap passes",
        "",
        f"{len(kept)} runs so far of scripts that know nothing of the goals: {len(passes)} passed.",
        f"With so many, a pass in fewer than one run in {max(len(kept) // 3, 1)} could have been missed.",
        "",
        "| drill | random: passed, best score | greedy: passed, best score |",
        "|---|---|---|",
    ]
    for drill in drills:
        cells = []
        for name in ("random", "greedy"):
            own = [run for run in kept if (run["drill"], run["operator"]) == (drill, name)]
            best = max((run["score"] for run in own), default=0.0)
            cells.append(f"{sum(run['passed'] for run in own)} of {len(own)}, {best:.0f}" if own else "–")
        lines.append(f"| {drill} | " + " | ".join(cells) + " |")
    told = [
        f"- {one['operator']}, {one['drill']} on {one['patient']}, seed {one['seed']}: {one['score']:.0f}"
        for one in passes
    ]
    return [*lines, "", *(["Those that passed:", "", *told, ""] if told else [])]


def repeating(runs: list[Run], drills: list[str]) -> list[str]:
    """Test-retest and generalisability of each score over the scripts' own noise."""
    lines = [
        "## How often to repeat",
        "",
        *REPEATING.strip().splitlines(),
        "",
        "| drill | scripts × runs | sd, points | G of one run | runs for 0.7 |",
        "|---|---|---|---|---|",
    ]
    for drill in drills:
        table = _table([run for run in runs if run["drill"] == drill and run["operator"] in SKILLED])
        if table is None:
            lines.append(f"| {drill} | – | – | – | – |")
            continue
        found = components(table)
        spread = float(np.sqrt(found.of("persons", "occasions") + found.of("occasions")))
        g, needed = found.coefficient({"occasions": 1}), found.runs_for()
        cells = f"{table.shape[0]} × {table.shape[1]} | {spread:.1f} | {g:.2f}"
        lines.append(f"| {drill} | {cells} | {needed or 'not reached'} |")
    return [*lines, ""]


def _table(runs: list[Run]) -> np.ndarray | None:
    """Scripts by occasions (patient and seed), where every script did every occasion."""
    scores = {(run["operator"], (run["patient"], run["seed"])): run["score"] for run in runs}
    names = sorted({name for name, _ in scores})
    days = sorted({day for _, day in scores if all((name, day) in scores for name in names)})
    if len(names) < 2 or len(days) < 2:
        return None
    return np.array([[scores[name, day] for day in days] for name in names])


def write_bands(runs: list[Run]) -> None:
    """Percentiles of the reference script's runs, beside each drill that has enough of them."""
    gathered: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        if run["operator"] == "reference" and run["gate"]:
            own = {name: value for name, value in run["measures"].items() if name in BANDED}
            gathered[run["drill"]][run["patient"]].append(own)
    for drill, patients in gathered.items():
        found = {p: {m: asdict(b) for m, b in bands(own).items()} for p, own in sorted(patients.items())}
        found = {patient: own for patient, own in found.items() if own}
        if found:
            text = (
                f"# Percentiles of the scripted reference operator, {FEWEST} runs or more for each patient.\n"
            )
            text += "# Written by scripts/report_operators.py --bands.\n"
            text += yaml.safe_dump({"patients": found}, sort_keys=True)
            (DRILLS / drill / "reference.yaml").write_text(text, encoding="utf-8")
            print("written:", drill, {p: next(iter(own.values()))["n"] for p, own in found.items()})


if __name__ == "__main__":
    main()
