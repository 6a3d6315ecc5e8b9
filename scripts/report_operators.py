"""Writes `docs/explain/scripted-operators.md` from what scripts/try_operators.py kept, and reference bands.

python scripts/report_operators.py RUNS.jsonl …            writes the page
python scripts/report_operators.py --bands RUNS.jsonl …    writes reference.yaml beside drills and procedures

A drill or procedure that no given run is of keeps the rows that the page has of it, so that new runs of some
do not ask for the old ones of all. Runs of cases stand in a table of procedures; their bands go by variant.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
import yaml

from angiosuite.assess.bands import FEWEST, bands
from angiosuite.assess.generalisability import components
from angiosuite.content.case_id import case_parts
from angiosuite.content.loader import load_library
from angiosuite.content.procedure import ProcedureItem
from angiosuite.practice.operators.skill import SKILLS

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explain" / "scripted-operators.md"
CONTENT = ROOT / "src" / "angiosuite_content"
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
RANKING, BLIND, REPEATED = "## Who passes", "## Cheap passes", "## How often to repeat"
PROCEDURES = "## Whole procedures"
SPENT = (
    ("fluoroscopy-time", 1 / 60.0, "fluoroscopy_min", "min"),
    ("reference-air-kerma", 1.0, "air_kerma_mgy", "mGy"),
    ("kerma-area-product", 1.0, "kap_gy_cm2", "Gy·cm²"),
)
"""What a run spent: measure, factor to the published unit, name in `published`, unit."""
PROCEDURES_TOLD = """
A run is one seed on one person at one level. Time, fluoroscopy and dose are the median of the reference's
runs, beside the 75th centile that the procedure's source found in patients, and the share of it: a script
that spends more than that centile wastes, and one that spends less than a tenth leaves out what a department
does.
"""
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
given none of these figures before the end. Of a running fluoroscopy every fifth picture is judged and looked
at. What lies outside the open field, or has a contrast-to-noise ratio below 1, the eye does not see. A vessel
that holds no contrast is placed by the bones around it, with eight times the error, and nothing else of it is
read. Of wires and catheters it sees, while X-rays are on, where a tip stands in the picture's plane, with its
error of place; which vessel a tip is in it asks the practice aid that a learner may ask too. The eye is never
given depth, the distance from the isocentre, or a right answer.

| script | error of place | relative error | what it does |
|---|---|---|---|
SKILLS
| idle | – | – | nothing, then the end |
| random | – | – | controls, pedals and answers by chance |
| greedy | as reckless-fast | | keeps each change that makes things look better placed and clearer |

Where a drill has blood, random and greedy ones puff and inject too, at any rate and volume, after filling the
injector and looking for air by chance; random ones place catheters, free them and give gas as well.

What a script reaches in a drill of wires and catheters hangs on how walls hold: their rows are of one state
of the rods, and are run again after a change of these. Up and over is led well into the right leg alone: from
the right groin the hook falls back into the leg that it came from, and the script fails.
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


NOT_TOLD = """## What the drills with blood do not tell apart

Their runs are few. What they show already:

- Open the iliac bifurcation: the left internal iliac artery of the built-in adult is seen at length, and
  clear of the external one, from in front and in both obliques (0.95 to 0.99 of its length). Scripts that
  do not turn, or turn the wrong way, meet these goals and fail for the missing puff alone. On the right
  side the wrong oblique does hide it (0.36 behind). The goals are those of a bifurcation that opens
  backwards; the left one of this patient does so too little.
- Aortogram from a puff: haste with twice the contrast fills more than a novice's 8 ml/s and scores more;
  both fail.
"""


def main() -> None:
    """Write the page, or the bands."""
    files = [name for name in sys.argv[1:] if not name.startswith("--")]
    runs = [json.loads(line) for name in files for line in Path(name).read_text("utf-8").splitlines()]
    if "--bands" in sys.argv:
        write_bands(runs)
    else:
        before = PAGE.read_text("utf-8") if PAGE.exists() else ""
        PAGE.write_text(page(runs, before), encoding="utf-8")
        print("written:", PAGE.relative_to(ROOT))


def page(runs: list[Run], before: str = "") -> str:
    """The whole page; `before` is what it was, whose rows of drills without runs are kept."""
    content = load_library().items
    order = {name: getattr(one.item, "order", 0) for name, one in content["drills"].items()}
    known = {n: one.item for n, one in content["procedures"].items() if isinstance(one.item, ProcedureItem)}
    cases = [run for run in runs if case_parts(run["drill"]) is not None]
    runs = [run for run in runs if case_parts(run["drill"]) is None]
    names = {run["drill"] for run in runs} | kept(before, RANKING).keys()
    drills = sorted(names, key=lambda name: (order.get(name, 0), name))
    skills = "\n".join(
        f"| {name} | {one.eye_mm:g} mm | {100 * one.eye_share:g} % | {WAYS.get(name, '')} |"
        for name, one in SKILLS.items()
    )
    lines = [
        OPENING.replace("SKILLS", skills),
        *ranking(runs, drills, kept(before, RANKING)),
        *procedures(cases, known, kept(before, PROCEDURES)),
        *blind(runs, drills, before),
        NOT_TOLD,
        *repeating(runs, drills, kept(before, REPEATED)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def kept(before: str, heading: str) -> dict[str, str]:
    """Rows of the table under a heading, by drill."""
    part = before.partition(heading + "\n")[2].partition("\n## ")[0]
    rows = [line for line in part.splitlines() if re.match(r"\| [a-z]", line)][1:]
    return {re.split(r"[ ,|]+", row)[1]: row for row in rows}


def named(drill: str, runs: list[Run]) -> str:
    """A drill, and on how few patients it was run."""
    patients = {run["patient"] for run in runs if run["drill"] == drill}
    return f"{drill}, one patient" if len(patients) == 1 else drill


def ranking(runs: list[Run], drills: list[str], old: dict[str, str]) -> list[str]:
    """Passes and mean scores of those who do what is asked."""
    found = defaultdict(list)
    for run in runs:
        found[run["drill"], run["operator"]].append(run)
    lines = [
        RANKING,
        "",
        "Passes of runs, and the mean score. A run is one seed on one of the drill's patients.",
        "",
        "| drill | " + " | ".join(SKILLED) + " | idle |",
        "|---|" + "---|" * (len(SKILLED) + 1),
    ]
    for drill in drills:
        cells = [_cell(found[drill, name]) for name in (*SKILLED, "idle")]
        row = f"| {named(drill, runs)} | " + " | ".join(cells) + " |"
        lines.append(row if any(run["drill"] == drill for run in runs) else old.get(drill, row))
    return [*lines, ""]


def _cell(runs: list[Run]) -> str:
    if not runs:
        return "–"
    passed = sum(run["passed"] for run in runs)
    return f"{passed} of {len(runs)}, {fmean(run['score'] for run in runs):.0f}"


def procedures(cases: list[Run], known: dict[str, ProcedureItem], old: dict[str, str]) -> list[str]:
    """Cases by procedure: who passes, and what the reference spends beside what was published."""
    by_procedure: dict[str, list[Run]] = defaultdict(list)
    for run in cases:
        if (parts := case_parts(run["drill"])) is not None:
            by_procedure[parts.procedure].append(run)
    names = sorted(by_procedure.keys() | old.keys(), key=lambda name: (_order(known.get(name)), name))
    if not names:
        return []
    told = [
        PROCEDURES,
        *PROCEDURES_TOLD.splitlines(),
        "",
        "| procedure | persons, levels | "
        + " | ".join(SKILLED)
        + " | simulated | fluoroscopy | air kerma | kerma-area product |",
        "|---|---|" + "---|" * (len(SKILLED) + 4),
    ]
    for name in names:
        told.append(
            _procedure_row(name, by_procedure[name], known.get(name)) if by_procedure[name] else old[name]
        )
    return [*told, ""]


def _order(item: ProcedureItem | None) -> int:
    return item.order if item is not None else 0


def _procedure_row(name: str, runs: list[Run], item: ProcedureItem | None) -> str:
    parts = [found for run in runs if (found := case_parts(run["drill"])) is not None]
    persons, levels = {one.variant for one in parts}, sorted({one.level for one in parts})
    of = f" of {len(item.variants)}" if item is not None else ""
    mine = [run for run in runs if run["operator"] == "reference"]
    published = item.published if item is not None else None
    cells = [
        f"{len(persons)}{of}, {', '.join(levels)}",
        *(_cell([run for run in runs if run["operator"] == each]) for each in SKILLED),
        f"{median(run['simulated_s'] for run in mine) / 60.0:.0f} min" if mine else "–",
        *(_spent(mine, *one[:2], getattr(published, one[2], None), one[3]) for one in SPENT),
    ]
    return f"| {name} | " + " | ".join(cells) + " |"


def _spent(runs: list[Run], measure: str, factor: float, centile: float | None, unit: str) -> str:
    """The median of what was spent, and of the published centile, with its share."""
    found = [factor * value for run in runs if (value := run["measures"].get(measure)) is not None]
    if not found:
        return "–"
    spent = median(found)
    if centile is None:
        return f"{spent:.3g} {unit}"
    return f"{spent:.3g} of {centile:g} {unit}, {100.0 * spent / centile:.0f} %"


def blind(runs: list[Run], drills: list[str], before: str) -> list[str]:
    """What random and greedy runs reach."""
    old = kept(before, BLIND)
    mine = [run for run in runs if run["operator"] in ("random", "greedy")]
    fresh = {run["drill"] for run in mine}
    rows = []
    for drill in drills:
        cells = []
        for name in ("random", "greedy"):
            own = [run for run in mine if (run["drill"], run["operator"]) == (drill, name)]
            best = max((run["score"] for run in own), default=0.0)
            cells.append(f"{sum(run['passed'] for run in own)} of {len(own)}, {best:.0f}" if own else "–")
        row = f"| {named(drill, mine)} | " + " | ".join(cells) + " |"
        rows.append(row if drill in fresh else old.get(drill, row))
    counted = [found for row in rows for found in re.findall(r"(\d+) of (\d+),", row)]
    passed, done = (sum(int(one[k]) for one in counted) for k in (0, 1))
    told = [
        f"- {one['operator']}, {one['drill']} on {one['patient']}, seed {one['seed']}: {one['score']:.0f}"
        for one in mine
        if one["passed"]
    ]
    earlier = re.findall(r"^- (?:random|greedy), ([a-z0-9-]+) on .*$", before, re.MULTILINE)
    lines_before = re.findall(r"^- (?:random|greedy), .*$", before, re.MULTILINE)
    told = [line for name, line in zip(earlier, lines_before, strict=True) if name not in fresh] + told
    return [
        BLIND,
        "",
        f"{done} runs so far of scripts that know nothing of the goals: {passed} passed.",
        f"With so many, a pass in fewer than one run in {max(done // 3, 1)} could have been missed;",
        "in a single drill, with its own few, far more.",
        "",
        "| drill | random: passed, best score | greedy: passed, best score |",
        "|---|---|---|",
        *rows,
        "",
        *(["Those that passed:", "", *told, ""] if told else []),
    ]


def repeating(runs: list[Run], drills: list[str], old: dict[str, str]) -> list[str]:
    """Test-retest and generalisability of each score over the scripts' own noise."""
    lines = [
        REPEATED,
        "",
        *REPEATING.strip().splitlines(),
        "",
        "| drill | scripts × runs | sd, points | G of one run | runs for 0.7 |",
        "|---|---|---|---|---|",
    ]
    for drill in drills:
        own = [run for run in runs if run["drill"] == drill and run["operator"] in SKILLED]
        if not own and drill in old:
            lines.append(old[drill])
            continue
        table = _table(own)
        if table is None:
            lines.append(f"| {drill} | – | – | – | – |")
            continue
        found = components(table)
        spread = float(np.sqrt(found.of("persons", "occasions") + found.of("occasions")))
        g, needed = found.coefficient({"occasions": 1}), found.runs_for()
        cells = f"{table.shape[0]} × {table.shape[1]} | {spread:.1f} | {g:.2f}"
        lines.append(f"| {named(drill, own)} | {cells} | {needed or 'not reached'} |")
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
    """Percentiles of the reference script's runs, beside each drill or procedure that has enough of them."""
    gathered: dict[Path, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        if run["operator"] == "reference" and run["gate"]:
            own = {name: value for name, value in run["measures"].items() if name in BANDED}
            folder, name = banded(run)
            gathered[folder][name].append(own)
    for folder, rows in gathered.items():
        found = {p: {m: asdict(b) for m, b in bands(own).items()} for p, own in sorted(rows.items())}
        found = {name: own for name, own in found.items() if own}
        if found:
            whose = "variant" if folder.parent.name == "procedures" else "patient"
            text = (
                f"# Percentiles of the scripted reference operator, {FEWEST} runs or more for each {whose}.\n"
            )
            text += "# Written by scripts/report_operators.py --bands.\n"
            text += yaml.safe_dump({"patients": found}, sort_keys=True)
            (folder / "reference.yaml").write_text(text, encoding="utf-8")
            print("written:", folder.name, {p: next(iter(own.values()))["n"] for p, own in found.items()})


def banded(run: Run) -> tuple[Path, str]:
    """Folder whose bands a run makes, and what they go by in it: the patient, or of a case the variant."""
    case = case_parts(run["drill"])
    if case is None:
        return CONTENT / "drills" / run["drill"], run["patient"]
    return CONTENT / "procedures" / case.procedure, case.variant


if __name__ == "__main__":
    main()
