"""Blood at a drill's start: what is drawn for it, and which faults of it are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from angiosuite.content import check
from angiosuite.content.blood_faults import drawn_veins
from angiosuite.content.lesion import LesionItem
from angiosuite.content.loader import load_library
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import WrongUse

LESIONS = {
    name: one.item
    for name, one in load_library().items["lesions"].items()
    if isinstance(one.item, LesionItem)
}

BLOOD = """start:
  blood:
    variants: [{site: hepatic, variant: usual}]
    lesions:
      - lesion: renal-stenosis
        vessel: {by: side, values: {left: left-renal-artery, right: none}}
        from_wall_mm: [3, 6]
        numbers: {diameter_percent: [60, 75]}
      - lesion: liver-tumour
        bed: {by: side, values: {left: liver-left-medial, right: liver-right-anterior}}
    harms: [{kind: spasm, vessel: right-renal-artery, percent_along: [40, 60]}]
    catheter: {device: pigtail-5f, vessel: abdominal-aorta, percent_along: [14, 24], tip: free}
    vessels: [abdominal-aorta]
"""


def faults(folder: Path, changes: tuple[str, str] = ("", "")) -> list[str]:
    """Faults of a drill with blood in it."""
    new("drill", "bloody", folder)
    path = folder / "drills" / "bloody" / "drill.yaml"
    text = path.read_text("utf-8").replace("draws: {} ", "draws: {side: [left, right]} ")
    text = text.replace("start: ", "#").replace("  pose:", BLOOD + "  pose:").replace(*changes)
    path.write_text(text, "utf-8")
    return [str(fault) for fault in check([path.parent])]


def test_a_drill_with_blood_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("vessel: abdominal-aorta", "vessel: abdominal-aorte", "abdominal-aorta"),
        ("left: left-renal-artery", "left: left-renal-artry", "left-renal-artery"),
        ("site: hepatic", "site: hepatik", "hepatic"),
        ("variant: usual", "variant: usuall", "usual"),
        ("diameter_percent", "diameter_percents", "diameter_percent"),
        ("kind: object, object: ball", "kind: lesion, lesion: other", "no lesion of the drill"),
        ("left: liver-left-medial", "left: liver-left-medail", "liver-left-medial"),
        ("lesion: liver-tumour", "lesion: iliac-stenosis", "no place for stenosis"),
        (
            "        bed:",
            "        vessel: splenic-artery\n        percent_along: 5\n        bed:",
            "no vessel",
        ),
        ("vessels: [abdominal-aorta]", "vessels: [aorta-9]", "vessel"),
        ("kind: spasm", "kind: spasms", "spasm"),
        ("vessel: right-renal-artery", "vessel: right-renal-artry", "right-renal-artery"),
    ],
)
def test_what_no_template_has_is_a_fault_with_the_way_out(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    found = faults(tmp_path, (before, after))
    assert found and any(told in line for line in found), found


@pytest.mark.parametrize("lesion", ["uterine-fibroids", "gastric-varices", "duodenal-bleeding"])
def test_check_and_a_session_start_refuse_the_same_numbers_of_a_lesion(tmp_path: Path, lesion: str) -> None:
    item = LESIONS[lesion]
    for name in (field for field in type(item.lesion).model_fields if field != "kind"):
        asked = f"lesion: {lesion}\n        numbers: {{{name}: 3}}\n      - lesion: liver-tumour"
        found = faults(tmp_path / name, ("lesion: liver-tumour", asked))
        way_out = refused(item, name)
        assert bool(found) == bool(way_out), found
        if way_out:
            assert f"numbers.{name}" in found[0] and f"'{name}'" in found[0]
            assert all(known in way_out for known in item.lesion.numbers)


def refused(item: LesionItem, name: str) -> str:
    """The way out that a session's start names where a drill tells this number; empty when it takes it."""
    try:
        item.plain(5, {"numbers": {name: 3.0}})
    except WrongUse as error:
        return error.way_out
    return ""


def test_how_many_there_are_is_no_number_that_a_drill_may_tell_otherwise(tmp_path: Path) -> None:
    asked = "lesion: uterine-fibroids\n        numbers: {count: 1}\n      - lesion: liver-tumour"
    (told,) = faults(tmp_path, ("lesion: liver-tumour", asked))
    assert "count" in told and "diameter_mm, flow_ml_min" in told


def test_veins_that_are_drawn_are_known() -> None:
    assert {"portal-vein", "right-hepatic-vein", "left-common-femoral-vein"} <= drawn_veins()
