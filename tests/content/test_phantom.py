"""Rules between the parts of a phantom: branches, stenoses and motion that would not fit are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from angiosuite.content import check
from angiosuite.content.scaffold import new


@pytest.mark.parametrize(
    ("old", "line", "field", "words"),
    [
        ("parent: trunk", "parent: trunc", "tubes[1].parent", "try 'trunk'"),
        ("parent: trunk", "parent: branch", "tubes[1].parent", "not a tube before"),
        ("at_mm: 70", "at_mm: 700", "tubes[1].at_mm", "beyond the parent's end"),
        ("{at_mm: 18,", "{at_mm: 180,", "tubes[1].stenoses[0].at_mm", "beyond the tube's end"),
        ("id: branch", "id: trunk", "tubes[1].id", "taken by a tube before"),
        ("follows: kidneys", "follows: still", "tubes[1].points[0].moves", "nothing to move with"),
        ("follows: still", "follows: heart", "tubes[1].follows", "tear it from its parent"),
        ("shape: trapezoid", "shape: gamma-variate", "bolus.plateau_s", "not used by a gamma-variate"),
        (
            "x_mm: 14, y_mm: -30, z_mm: 40",
            "x_mm: 12, y_mm: -14, z_mm: 110",
            "tubes[0].points[1]",
            "point before",
        ),
        ("radius_mm: 10}", "radius_mm: 0}", "tubes[0].points[0].radius_mm", "from 0.1"),
        ("velocity_mm_s: 180", "velocity_mm_s: 0", "tubes[0].velocity_mm_s", "from 1"),
        ("diameter_percent: 50", "diameter_percent: 100", "tubes[1].stenoses[0].diameter_percent", "95"),
    ],
)
def test_what_does_not_fit_is_named_with_a_way_out(
    tmp_path: Path, old: str, line: str, field: str, words: str
) -> None:
    path = new("phantom", "someone", tmp_path) / "phantom.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, line), "utf-8")
    faults = {fault.field: str(fault) for fault in check([path])}
    assert field in faults and words in faults[field], faults


def test_a_tube_without_parent_needs_two_points_and_no_place_on_one(tmp_path: Path) -> None:
    path = new("phantom", "someone", tmp_path) / "phantom.yaml"
    lines = [entry for entry in path.read_text("utf-8").splitlines() if "parent: trunk" not in entry]
    path.write_text("\n".join(lines), "utf-8")
    assert [fault.field for fault in check([path])] == ["tubes[1].at_mm"]
