"""The page of scripted operators is what its script writes, and keeps what no new run replaces."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from angiosuite.content.loader import load_library
from angiosuite.content.scaffold import new

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("report", ROOT / "scripts" / "report_operators.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(operator: str, *, passed: bool, score: float, seed: int = 1) -> dict[str, Any]:
    """A run of one drill on one patient."""
    return {
        "operator": operator,
        "drill": "isocentre",
        "patient": "built-in-adult",
        "seed": seed,
        "passed": passed,
        "score": score,
    }


def test_without_new_runs_the_page_stays_as_it_is(script: ModuleType) -> None:
    before = script.PAGE.read_text("utf-8")
    assert script.page([], before) == before


def test_new_runs_replace_the_rows_of_their_own_drill_alone(script: ModuleType) -> None:
    before = script.PAGE.read_text("utf-8")
    runs = [run("reference", passed=True, score=90.0), run("random", passed=True, score=71.0, seed=9)]
    after = script.page(runs, before)
    for heading in (script.RANKING, script.BLIND, script.REPEATED):
        old, new = script.kept(before, heading), script.kept(after, heading)
        assert old.keys() == new.keys() and len(old) >= 10
        assert {name for name in old if old[name] != new[name]} == {"isocentre"}
    assert "| isocentre, one patient | 1 of 1, 90 | – | – | – | – |" in after
    assert "- random, isocentre on built-in-adult, seed 9: 71" in after


def test_blind_runs_are_counted_over_kept_and_new_rows(script: ModuleType) -> None:
    before = "\n".join(
        (
            script.BLIND,
            "",
            "| drill | random: passed, best score | greedy: passed, best score |",
            "|---|---|---|",
            "| parallax | 1 of 12, 80 | 0 of 12, 40 |",
            "",
            "Those that passed:",
            "",
            "- random, parallax on built-in-slim, seed 200: 80",
        )
    )
    rows = script.blind([run("greedy", passed=False, score=10.0)], ["isocentre", "parallax"], before)
    assert "25 runs so far of scripts that know nothing of the goals: 1 passed." in rows
    assert "- random, parallax on built-in-slim, seed 200: 80" in rows


def case(operator: str, variant: str, score: float, **measures: float) -> dict[str, Any]:
    """A run of one case."""
    facts = {"drill": f"leg-pain.{variant}.alone", "simulated_s": 1200.0, "measures": measures, "gate": True}
    return run(operator, passed=score > 60.0, score=score) | facts


def test_cases_stand_in_a_table_of_procedures_with_what_was_spent_beside_what_was_published(
    script: ModuleType, tmp_path: Path
) -> None:
    new("procedure", "leg-pain", tmp_path / "pack")
    item = load_library([tmp_path / "pack"]).get("procedures", "leg-pain").item
    spent = {"fluoroscopy-time": 300.0, "reference-air-kerma": 80.0, "kerma-area-product": 12.0}
    runs = [
        case("reference", "first", 90.0, **spent),
        case("reference", "second", 80.0, **spent),
        case("novice", "first", 40.0),
    ]
    rows = script.procedures(runs, {"leg-pain": item}, {"older": "| older | kept |"})
    assert "| older | kept |" in rows
    (row,) = [one for one in rows if one.startswith("| leg-pain")]
    assert "| 2 of 6, alone | 2 of 2, 85 | – | 0 of 1, 40 | – | 20 min |" in row
    assert "| 5 of 20 min, 25 % | 80 of 800 mGy, 10 % | 12 of 150 Gy·cm², 8 % |" in row


def test_a_case_adds_no_row_to_the_tables_of_drills(script: ModuleType) -> None:
    before = script.PAGE.read_text("utf-8")
    after = script.page([case("reference", "first", 90.0)], before)
    for heading in (script.RANKING, script.BLIND, script.REPEATED):
        assert script.kept(after, heading) == script.kept(before, heading)
    assert "leg-pain" in script.kept(after, script.PROCEDURES)


def test_bands_of_a_case_go_by_its_person_in_the_procedures_folder(script: ModuleType) -> None:
    folder, name = script.banded(case("reference", "first", 90.0))
    assert (folder.parent.name, folder.name, name) == ("procedures", "leg-pain", "first")
    folder, name = script.banded(run("reference", passed=True, score=90.0))
    assert (folder.parent.name, folder.name, name) == ("drills", "isocentre", "built-in-adult")
