"""Drills: what an attempt draws, what a task tells, which faults are named, and those that ship."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.content import check, load_library
from angiosuite.content.drill import DrillItem
from angiosuite.content.measure_entry import measure_entries
from angiosuite.content.packs import find_packs
from angiosuite.content.preview import Preview, version_of
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import WrongUse

LIBRARY = load_library()
DRILLS: dict[str, DrillItem] = {
    name: loaded.item
    for name, loaded in LIBRARY.items["drills"].items()
    if isinstance(loaded.item, DrillItem)
}
FOLDER = next(pack.folder for pack in find_packs()[0] if pack.name == "angiosuite_content") / "drills"
SENTENCE = re.compile(r"^\S+:\d+: .+; try .+", re.DOTALL)
SEEDS = st.integers(0, 2**53)
TREE = {
    "isocentre": (),
    "parallax": ("isocentre",),
    "en-face-pedicle": ("parallax",),
    "femoral-head-for-access": ("isocentre",),
    "half-the-dose": ("isocentre",),
    "protect-the-team": ("isocentre",),
    "measure-and-calibrate": ("parallax",),
    "obese-patient": ("half-the-dose",),
    "rescue-the-subtraction": ("half-the-dose",),
    "spread-the-skin-dose": ("half-the-dose",),
    "purge-check-puff": ("isocentre",),
    "aortogram-from-a-puff": ("purge-check-puff",),
    "unfold-the-renal-origin": ("aortogram-from-a-puff",),
    "open-the-iliac-bifurcation": ("aortogram-from-a-puff",),
    "coeliac-to-the-portal-phase": ("aortogram-from-a-puff",),
    "kidney-with-least-iodine": ("unfold-the-renal-origin",),
    "find-the-bleeding": ("coeliac-to-the-portal-phase",),
    "coil-front-and-back": ("find-the-bleeding",),
    "carbon-dioxide": ("aortogram-from-a-puff",),
    "kit-that-fits": ("isocentre",),
    "exchange-over-a-wire": ("kit-that-fits",),
    "pigtail-into-the-arch": ("exchange-over-a-wire",),
    "up-and-over": ("exchange-over-a-wire",),
    "two-shapes-four-arteries": ("pigtail-into-the-arch",),
    "reform-then-engage": ("pigtail-into-the-arch", "two-shapes-four-arteries"),
    "to-a-liver-segment": ("two-shapes-four-arteries",),
    "spasm-or-dissection": ("two-shapes-four-arteries",),
    "particles-to-the-end-point": ("to-a-liver-segment",),
    "gelatin-in-an-unstable-pelvis": ("particles-to-the-end-point",),
    "take-a-filter-out": ("filter-below-the-renal-veins",),
}


# ---- what ships -----------------------------------------------------------------------------------------


def test_the_drills_stand_in_their_tree_without_a_fault() -> None:
    assert check([FOLDER]) == []
    assert {name: DRILLS[name].after for name in TREE} == TREE


@pytest.mark.parametrize("name", sorted(DRILLS))
def test_every_drill_is_fair_by_its_form(name: str) -> None:
    drill = DRILLS[name]
    goals = sum(goal.points for goal in drill.goals)
    assert goals >= drill.passing.score or any(g.required for g in drill.goals)
    saved = sum(one.points for one in drill.stewardship)
    assert saved < drill.passing.score, "sparing dose alone would pass"
    assert not any(
        one.measure in ("duration", "fluoroscopy-time", "input-device")
        for one in (*drill.goals, *drill.critical)
    )
    decided = [
        goal for goal in drill.goals if goal.required and measure_entries()[goal.measure].shows_success
    ]
    assert decided, "no picture or answer decides it"
    assert sum(goal.points for goal in decided) > 0
    assert drill.quality == "draft" or drill.reviewer is not None


# ---- what an attempt draws ------------------------------------------------------------------------------


def numbers(value: Any) -> list[float]:
    """Every number of some plain JSON."""
    if isinstance(value, dict):
        return [n for entry in value.values() for n in numbers(entry)]
    if isinstance(value, list):
        return [n for entry in value for n in numbers(entry)]
    return [value] if isinstance(value, float) else []


@settings(max_examples=20, deadline=None)
@given(name=st.sampled_from(sorted(DRILLS)), seed=SEEDS, other=SEEDS)
def test_a_seed_draws_the_same_task_and_right_answers_are_never_in_it(
    name: str, seed: int, other: int
) -> None:
    drill = DRILLS[name]
    task = drill.task(seed, "assessed")
    assert task == drill.task(seed, "assessed") and drill.answers(seed) == drill.answers(seed)
    assert json.loads(json.dumps(task)) == task
    asked = {q["id"]: [option["id"] for option in q["options"]] for q in task["questions"]}
    assert all(right in asked[question] for question, right in drill.answers(seed).items())
    assert task["questions"] == drill.task(other)["questions"], "the questions give a draw away"
    hidden = ("start", "objects", "targets", "mode")
    told = {"brief"} if "{" in drill.brief else set()
    shown = {key: value for key, value in task.items() if key not in (*hidden, *told)}
    assert shown == {key: drill.task(other)[key] for key in shown}
    assert "{" not in task["brief"]


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_a_drawn_number_lies_in_its_range(seed: int) -> None:
    pose = DRILLS["isocentre"].plan(seed)["start"]["pose"]
    side, end = (DRILLS["isocentre"].words(seed)[word] for word in ("side", "end"))
    assert (-50 <= pose["table_x_mm"] <= -30) if side == "left" else (30 <= pose["table_x_mm"] <= 50)
    assert (-50 <= pose["table_z_mm"] <= -30) if end == "feet" else (30 <= pose["table_z_mm"] <= 50)
    assert all(n == round(n, 1) for n in numbers(pose))


def test_every_value_of_a_drawn_word_comes_up_and_the_answer_follows_it() -> None:
    drill = DRILLS["parallax"]
    met = {}
    for seed in range(120):
        depth = next(o for o in drill.task(seed)["objects"] if o["id"] == "small")["at"]["y_mm"] - -20
        right = drill.answers(seed)
        assert right["side"] == ("behind" if depth > 0 else "before")
        assert right["depth"] == {15: "near", 30: "middle", 45: "far"}[abs(round(depth))]
        met[drill.words(seed)["place"]] = True
    assert set(met) == set(drill.draws["place"])


def test_a_kept_drill_reads_back_as_it_was() -> None:
    for drill in DRILLS.values():
        again = DrillItem.model_validate_json(json.dumps(drill.model_dump(mode="json", by_alias=True)))
        assert again == drill and again.task(7) == drill.task(7)


# ---- which faults are named -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "line", "field", "words"),
    [
        ("points: 80", "points: 70", "goals", "not 100 points"),
        ("required: true", "required: false", "goals", "sparing dose alone must not pass"),
        ("measure: off-centre", "measure: off-center", "goals[0].measure", "try 'off-centre'"),
        ("measure: off-centre", "measure: frames", "goals", "no required goal"),
        ("measure: off-centre", "measure: fluoroscopy-time", "goals[0].measure", "shown, never scored"),
        ("measure: off-centre", "measure: tilt", "goals[0].of", "which has no tilt"),
        ("of: ball", "of: bell", "goals[0].of", "try 'ball'"),
        ("in: last-held", "in: last-hold", "goals[0].in", "try 'last-held'"),
        ("at_most: 8", "at_most: x", "goals[0].at_most", "a number"),
        ("at_most: 8", "id: 8", "goals[0].id", "given twice"),
        ("object: ball}", "object: boll}", "targets[0].object", "try 'ball'"),
        ("kind: object,", "kind: structure,", "targets[0].structure", "is missing of its kind"),
        ("shape: ball", "shape: rod", "objects[0].to", "does not fit a rod"),
        ("landmark: l3, x_mm: 0,", "landmark: l3, x_mm: {by: side, values: {}},",
         "objects[0].at.x_mm.by", "draws"),
        ("table_x_mm: [-40, -25]", "table_x_mm: [-25, -40]", "start.pose.table_x_mm.fixed.low",
         "lower one first"),
        ("table_x_mm: [-40, -25]", "table_x_mm: [-400, -25]", "start.pose.table_x_mm",
         "beyond the machine's travel"),
        ("fov_cm: 32", "fov_cm: 31", "start.exposure.fov_cm", "one of 42, 32, 22, 16"),
        ("dose_level: normal", "dose_level: norml", "start.exposure.dose_level", "try 'normal'"),
        ("terms: [equipment]", "terms: [equipmint]", "terms[0]", "try 'equipment'"),
        ("guide: [technical-proficiency]", "guide: [technical]", "guide[0]", "no item of guide"),
        ("built-in-woman, built-in-slim]", "built-in-woman]", "patients", "at least 3"),
        ("built-in-woman, built-in-slim]", "built-in-woman, built-in-slum]", "patients[2]",
         "try 'built-in-slim'"),
        ("after: []", "after: [someone]", "after", "names the drill itself"),
        ("after: []", "after: [isocenter]", "after[0]", "try 'isocentre'"),
        ("equipment: ceiling-single-plane", "equipment: ceiling", "equipment", "no item of equipment"),
        ("quality: draft", "quality: reviewed", "reviewer", "missing above draft"),
        ("    source: own-runs", "    source: own-run", "critical[0].source", "try 'own-runs'"),
        ("  - The table can move without X-rays.\n", "", "hints", "at least 3"),
        ("full_at: 3", "full_at: 15", "stewardship[0].none_at", "all points are given"),
        ("pass: {score: 70}", "pass: {score: 170}", "pass.score", "to 100"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_a_way_out(
    tmp_path: Path, old: str, line: str, field: str, words: str
) -> None:
    path = new("drill", "someone", tmp_path) / "drill.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, line, 1), "utf-8")
    told = [str(fault) for fault in check([path.parent])]
    assert any(f" {field}: " in one and words in one for one in told), told
    assert all(SENTENCE.match(one) for one in told)


@pytest.mark.parametrize(
    ("old", "line", "words"),
    [
        ("## Task", "## Tasks", "needs the heading 'Task'; try ## Task instead of 'Tasks'"),
        ("[@centring]", "[@centering]", "try 'centring'"),
        ("[@dose]", "", "never used"),
        ("(suite)", "(suit)", "leads nowhere"),
    ],
)
def test_a_fault_of_the_text_is_named(tmp_path: Path, old: str, line: str, words: str) -> None:
    path = new("drill", "someone", tmp_path) / "text.md"
    path.write_text(path.read_text("utf-8").replace(old, line, 1), "utf-8")
    told = [str(fault) for fault in check([path.parent])]
    assert any(words in one for one in told), told


def test_prerequisites_that_come_back_are_named(tmp_path: Path) -> None:
    for one, other in (("one", "two"), ("two", "three"), ("three", "one")):
        path = new("drill", one, tmp_path) / "drill.yaml"
        path.write_text(path.read_text("utf-8").replace("after: []", f"after: [{other}]"), "utf-8")
        text = path.with_name("text.md")
        text.write_text(re.sub(r"\n[A-Z][^\n]{60,}\n", "\nShort.\n", text.read_text("utf-8")), "utf-8")
    told = [str(fault) for fault in check([tmp_path], [tmp_path]) if "circle" in str(fault)]
    assert len(told) == 3 and "one ← two ← three ← one" in told[0]


def broken(text: str, rng: random.Random) -> str:
    """A drill's file after a few careless changes."""
    lines = text.splitlines()
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        way = rng.randrange(7)
        if way == 0:
            del lines[at]
        elif way == 1:
            lines.insert(at, lines[rng.randrange(len(lines))])
        elif way == 2:
            lines[at] = " " * rng.randint(0, 6) + lines[at].lstrip()
        elif way == 3:
            lines[at] = re.sub(
                r"-?\d+(\.\d+)?", rng.choice(["-1e9", "nan", "x", "[3, 1]", "{}", "null"]), lines[at]
            )
        elif way == 4:
            lines[at] = re.sub(
                r"\w+", rng.choice(["by", "values", "id", "ball", "x" * 90, "é"]), lines[at], count=1
            )
        elif way == 5:
            cut = rng.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:cut] + rng.choice("[]{}:,&*!|>'\"%@`#-\x07") + lines[at][cut:]
        else:
            lines[at] = lines[at].replace(
                ": ", ": " + rng.choice(["[", "{a: ", "{by: side, values: ", "- "]), 1
            )
        lines = lines or ["x"]
    return "\n".join(lines)


def meets_the_checker(tmp_path: Path, seeds: range) -> int:
    """How many broken files had a fault; each fault names file and line and a way out, nothing crashes."""
    names, met = sorted(TREE), 0
    for seed in seeds:
        rng = random.Random(seed)
        folder = tmp_path / "drills" / names[seed % len(names)]
        folder.mkdir(parents=True, exist_ok=True)
        text = broken((FOLDER / folder.name / "drill.yaml").read_text("utf-8"), rng)
        (folder / "drill.yaml").write_text(text, "utf-8")
        (folder / "text.md").write_text((FOLDER / folder.name / "text.md").read_text("utf-8"), "utf-8")
        faults = [one for one in check([folder]) if one.field != "id" or "is taken" not in one.problem]
        for fault in faults:
            assert SENTENCE.match(str(fault)), (seed, str(fault))
            assert fault.way_out and 1 <= fault.line <= max(text.count("\n") + 2, 200), (seed, str(fault))
        met += bool(faults)
    return met


def test_broken_files_meet_the_checker_and_nothing_else(tmp_path: Path) -> None:
    assert meets_the_checker(tmp_path, range(8)) >= 5


@pytest.mark.ci
def test_many_broken_files_meet_the_checker_and_nothing_else(tmp_path: Path) -> None:
    assert meets_the_checker(tmp_path, range(100, 300)) >= 120


# ---- preview --------------------------------------------------------------------------------------------


def test_a_preview_tells_faults_when_something_was_saved(tmp_path: Path) -> None:
    folder = new("drill", "someone", tmp_path)
    preview = Preview(folder / "drill.yaml")
    assert preview.look() == [] and preview.look() is None and preview.pack == tmp_path
    text = (folder / "drill.yaml").read_text("utf-8")
    (folder / "drill.yaml").write_text(text.replace("points: 80", "points: 8"), "utf-8")
    assert [fault.field for fault in preview.look() or []] == ["goals"]
    (folder / "drill.yaml").write_text(text, "utf-8")
    assert preview.look() == []
    with pytest.raises(WrongUse):
        Preview(tmp_path / "nothing-here")


def test_the_version_of_an_item_changes_with_its_text(tmp_path: Path) -> None:
    folder = new("drill", "someone", tmp_path)
    before = load_library([tmp_path]).get("drills", "someone")
    first = version_of(before)
    (folder / "text.md").write_text("## Task\n", "utf-8")
    assert version_of(before) != first
