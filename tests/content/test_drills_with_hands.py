"""Drills with wires and catheters: what their file may ask, and what it is refused with."""

from __future__ import annotations

from pathlib import Path

import pytest

from angiosuite.content import check
from angiosuite.content.scaffold import new

BLOOD = "  blood:\n    devices: [wire-j3-035-145, sheath-5f-11cm, cobra-2-5f]\n"
PLACED = BLOOD + "    catheter: {device: cobra-2-5f, vessel: abdominal-aorta, percent_along: 50, tip: free}\n"
VESSEL = "  - {id: ball, kind: vessel, vessel: left-renal-artery}\n"


def told(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    """Faults of a new drill after some changes."""
    path = new("drill", "someone", tmp_path) / "drill.yaml"
    text = path.read_text("utf-8")
    for old, new_text in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new_text, 1)
    path.write_text(text, "utf-8")
    return [str(fault) for fault in check([path.parent])]


def in_blood(blood: str) -> tuple[str, str]:
    """The change that lets blood flow."""
    return "  # acquisition: {programme", blood + "  # acquisition: {programme"


def target_is_a_vessel() -> tuple[str, str]:
    """The change that makes the drill's target a vessel."""
    line = "  - {id: ball, kind: object, object: ball}    # or kind: structure, structure: l3-left-pedicle; "
    return line + "kind: tubes, parts: […]; kind: run\n", VESSEL


def test_a_cupboard_may_hold_wires_and_sheaths_where_hands_lead_the_catheter(tmp_path: Path) -> None:
    assert told(tmp_path, in_blood(BLOOD)) == []


def test_where_a_catheter_is_placed_only_catheters_may_be(tmp_path: Path) -> None:
    faults = told(tmp_path, in_blood(PLACED))
    assert len(faults) == 2 and all("is no catheter" in one for one in faults)


def test_where_a_tip_lies_decides_like_a_picture(tmp_path: Path) -> None:
    reached = ("    measure: off-centre            #", "    measure: tip-at-end            #")
    bound = ("    in: last-held                  # ", "    in: session                  # ")
    at_least = ("    at_most: 8                     #", "    at_least: 15                   #")
    assert told(tmp_path, target_is_a_vessel(), in_blood(BLOOD), reached, bound, at_least) == []


@pytest.mark.parametrize("measure", ["tip-depth", "tip-at-end", "wire-at-end", "crossed-over", "path-ratio"])
def test_a_tip_lies_in_a_vessel_or_nowhere(tmp_path: Path, measure: str) -> None:
    changed = (
        ("    measure: off-centre            #", f"    measure: {measure}            #"),
        ("    in: last-held                  # ", "    in: session                  # "),
    )
    faults = told(tmp_path, *changed)
    (fault,) = [one for one in faults if "goals[0].of" in one]
    assert f"is a ball, which has no {measure}" in fault and "try a target that is a vessel" in fault


def test_a_straight_way_alone_is_no_success(tmp_path: Path) -> None:
    changed = (
        target_is_a_vessel(),
        in_blood(BLOOD),
        ("    measure: off-centre            #", "    measure: path-ratio            #"),
        ("    in: last-held                  # ", "    in: session                  # "),
    )
    assert any("has no required goal" in one for one in told(tmp_path, *changed))
