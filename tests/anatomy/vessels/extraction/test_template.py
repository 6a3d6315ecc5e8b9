"""What a CT does not show comes from a reference body, at the right level, marked, never beyond the CT."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.vessels.extraction.template import filled, placed
from angiosuite.anatomy.vessels.graph import Bed, Junction, Vessel, VesselGraph


def _vessel(
    name: str, start: list[float], way: list[float], length: float, parent: Junction | None, **more: object
) -> Vessel:
    count = int(length) + 1
    points = np.array(start) + np.linspace(0.0, length, count)[:, None] * np.array(way)
    return Vessel(
        name, name, "artery", parent, points, np.full(count, 3.0), True, "still", np.zeros(count), **more
    )  # type: ignore[arg-type]


def _reference() -> VesselGraph:
    aorta = "abdominal-aorta"
    vessels = [
        _vessel(aorta, [0, 0, 0], [0, 0, -1], 150.0, None),
        _vessel("coeliac-trunk", [0, 0, -20], [0, -1, 0], 20.0, Junction(aorta, 20.0)),
        _vessel("superior-mesenteric-artery", [0, 0, -35], [0, -1, 0], 60.0, Junction(aorta, 35.0)),
        _vessel("left-renal-artery", [0, 0, -50], [1, 0, 0], 40.0, Junction(aorta, 50.0), bed="left-kidney"),
        _vessel("inferior-mesenteric-artery", [0, 0, -110], [0, -1, 0], 30.0, Junction(aorta, 110.0)),
        _vessel("splenic-artery", [0, -20, -20], [1, 0, 0], 60.0, Junction("coeliac-trunk", 20.0)),
    ]
    beds = {
        "left-kidney": Bed(
            "left-kidney", "Left kidney", "kidney", 500.0, 3.0, ("left-renal-artery",), ("left-renal-vein",)
        )
    }
    return VesselGraph({vessel.id: vessel for vessel in vessels}, beds)


def _own() -> VesselGraph:
    aorta = "abdominal-aorta"
    vessels = [
        _vessel(aorta, [10, 5, 100], [0, 0, -1], 90.0, None, origin="extracted"),
        _vessel("coeliac-trunk", [10, 5, 70], [0, -1, 0], 18.0, Junction(aorta, 30.0), origin="extracted"),
        _vessel(
            "superior-mesenteric-artery",
            [10, 5, 52],
            [0, -1, 0],
            50.0,
            Junction(aorta, 48.0),
            origin="extracted",
        ),
    ]
    return VesselGraph({vessel.id: vessel for vessel in vessels}, {}, notices=("own",))


def test_missing_branches_hang_at_the_level_that_known_mouths_tell() -> None:
    made = filled(_own(), _reference())
    renal = made.vessels["left-renal-artery"]
    assert renal.origin == "template" and renal.parent is not None
    assert renal.parent.at_mm == pytest.approx(63.0)
    assert renal.points_mm[0] == pytest.approx([10.0, 5.0, 37.0])
    assert made.vessels["coeliac-trunk"].origin == "extracted"
    assert made.beds["left-kidney"].feeders == ("left-renal-artery",)
    assert any("marked as templates" in notice for notice in made.notices)


def test_what_hangs_on_a_shorter_trunk_begins_at_its_end_and_nothing_lies_beyond_the_ct() -> None:
    made = filled(_own(), _reference())
    splenic = made.vessels["splenic-artery"]
    trunk = made.vessels["coeliac-trunk"]
    assert splenic.parent is not None and splenic.parent.at_mm == pytest.approx(trunk.length_mm)
    assert splenic.points_mm[0] == pytest.approx(trunk.points_mm[-1])
    assert "inferior-mesenteric-artery" not in made.vessels


def test_a_body_without_vessels_gets_all_of_the_reference_moved_to_its_spine() -> None:
    empty = VesselGraph({}, {}, notices=("none",))
    made = placed(
        empty,
        _reference(),
        {"spine": (5.0, 50.0, 0.0), "dome-right": (0.0, 0.0, 400.0)},
        {"spine": (0.0, 40.0, 90.0), "dome-right": (0.0, 0.0, 100.0)},
    )
    assert set(made.vessels) == set(_reference().vessels)
    assert {vessel.origin for vessel in made.vessels.values()} == {"template"}
    assert made.vessels["abdominal-aorta"].points_mm[0] == pytest.approx([5.0, 10.0, 300.0])
    assert made.notices[0] == "none" and len(made.notices) == 2
