"""Corrections: each does what it says, all survive a new extraction, and one that fits no more is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from angiosuite.anatomy.vessels.extraction.corrections import Correction, as_facts, corrected, of_facts
from angiosuite.anatomy.vessels.extraction.lumen import Lumen
from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph

ROOT = [[40.0, 55.0, 5.0], [40.0, 55.0, 135.0]]
TRUNK = [[40.0, 55.0, 70.0], [40.0, 20.0, 70.0]]
LIMB = [[40.0, 35.0, 70.0], [60.0, 20.0, 80.0]]
LOOSE = [[20.0, 55.0, 40.0], [8.0, 40.0, 40.0]]


def _vessel(name: str, ends: list[list[float]], parent: Junction | None, radius: float = 3.0) -> Vessel:
    first, last = np.array(ends[0]), np.array(ends[-1])
    count = int(np.linalg.norm(last - first)) + 1
    points = first + np.linspace(0.0, 1.0, count)[:, None] * (last - first)
    return Vessel(
        name, name, "artery", parent, points, np.full(count, radius), True, "still", np.zeros(count),
        origin="extracted",
    )  # fmt: skip


@pytest.fixture
def graph() -> VesselGraph:
    """An aorta, a trunk with a limb, and a loose piece."""
    vessels = [
        _vessel("abdominal-aorta", ROOT, None, 9.0),
        _vessel("unnamed-1", TRUNK, Junction("abdominal-aorta", 65.0)),
        _vessel("unnamed-2", LIMB, Junction("unnamed-1", 20.0)),
        _vessel("unnamed-3", LOOSE, None),
    ]
    return VesselGraph({vessel.id: vessel for vessel in vessels}, {})


def test_a_cut_ends_the_vessel_there_and_takes_what_hangs_beyond(graph: VesselGraph) -> None:
    made = corrected(graph, [Correction("cut", (40.0, 40.0, 70.0))])
    assert set(made.vessels) == {"abdominal-aorta", "unnamed-1", "unnamed-3"}
    assert made.vessels["unnamed-1"].length_mm == pytest.approx(15.0, abs=1.0)
    assert made.vessels["unnamed-1"].origin == "corrected"
    kept = corrected(graph, [Correction("cut", (40.0, 27.0, 70.0))])
    assert "unnamed-2" in kept.vessels


def test_a_cut_at_the_mouth_removes_the_vessel(graph: VesselGraph) -> None:
    made = corrected(graph, [Correction("cut", (40.0, 53.0, 70.0))])
    assert set(made.vessels) == {"abdominal-aorta", "unnamed-3"}


@pytest.mark.parametrize("turned", [False, True])
def test_a_join_hangs_the_loose_vessel_on_the_other_without_a_gap(graph: VesselGraph, turned: bool) -> None:
    ends = ((40.0, 55.0, 40.0), (20.0, 55.0, 40.0))
    made = corrected(graph, [Correction("join", *(ends[::-1] if turned else ends))])
    joined = made.vessels["unnamed-3"]
    assert joined.parent is not None and joined.parent.vessel == "abdominal-aorta"
    place, _ = made.vessels["abdominal-aorta"].at(joined.parent.at_mm)
    assert np.linalg.norm(joined.points_mm[0] - place) < 1.0
    assert np.linalg.norm(np.diff(joined.points_mm, axis=0), axis=1).max() < 1.5
    assert list(made.vessels).index("unnamed-3") > list(made.vessels).index("abdominal-aorta")


def test_a_name_goes_to_one_vessel_and_its_branches_follow(graph: VesselGraph) -> None:
    made = corrected(
        graph,
        [
            Correction("rename", (40.0, 25.0, 70.0), name="coeliac-trunk"),
            Correction("rename", (12.0, 45.0, 40.0), name="coeliac-trunk"),
        ],
    )
    assert made.vessels["coeliac-trunk"].points_mm[0] == pytest.approx([20.0, 55.0, 40.0])
    limb = made.vessels["unnamed-2"]
    assert limb.parent is not None and limb.parent.vessel in made.vessels
    assert limb.parent.vessel != "coeliac-trunk"
    right = corrected(graph, [Correction("rename", (40.0, 25.0, 70.0), name="right-renal-artery")])
    assert right.vessels["right-renal-artery"].side == "right"


def test_an_accepted_vessel_is_marked(graph: VesselGraph) -> None:
    made = corrected(graph, [Correction("accept", (40.0, 22.0, 70.0))])
    assert made.vessels["unnamed-1"].origin == "corrected"
    assert made.vessels["unnamed-2"].origin == "extracted"


def test_corrections_fit_a_new_extraction_that_is_a_little_different(graph: VesselGraph) -> None:
    wanted = [
        Correction("rename", (40.0, 25.0, 70.0), name="superior-mesenteric-artery"),
        Correction("cut", (50.0, 27.5, 75.0)),
    ]
    moved = {
        name: replace(vessel, points_mm=vessel.points_mm + np.array([1.5, -1.0, 2.0]))
        for name, vessel in graph.vessels.items()
    }
    for one in (graph, replace(graph, vessels=moved)):
        made = corrected(one, wanted)
        assert "superior-mesenteric-artery" in made.vessels
        assert made.vessels["unnamed-2"].length_mm < 20.0
        assert not made.notices


def test_a_correction_that_fits_no_more_is_told_and_the_others_hold(graph: VesselGraph) -> None:
    made = corrected(
        graph,
        [
            Correction("cut", (70.0, 70.0, 10.0)),
            Correction("join", (40.0, 55.0, 40.0), (40.0, 22.0, 70.0)),
            Correction("rename", (40.0, 25.0, 70.0), name="no-such-vessel"),
            Correction("seed", (40.0, 25.0, 70.0)),
            Correction("accept", (40.0, 22.0, 70.0)),
        ],
    )
    assert made.vessels["unnamed-1"].origin == "corrected"
    told = [notice.split(":")[0] for notice in made.notices]
    assert "Correction 1 (cut) does not fit this extraction" in told
    assert "Correction 3 (rename) does not fit this extraction" in told
    assert "Correction 4 (seed) does not fit this extraction" in told


def test_a_seed_finds_the_vessel_that_was_missed_and_hangs_it_on_the_aorta(
    phantom: Callable[..., Lumen], graph: VesselGraph
) -> None:
    missed = [[40.0, 52.0, 100.0], [70.0, 40.0, 100.0]]
    lumen = phantom([(ROOT, 9.0, 350.0), (missed, 3.0, 350.0)])
    bare = VesselGraph({"abdominal-aorta": graph.vessels["abdominal-aorta"]}, {})
    # the aorta itself is no part of what is grown
    lumen.scan.hu[:, :, :] = np.where(_aorta(lumen), -80.0, lumen.scan.hu)
    made = corrected(bare, [Correction("seed", (62.0, 43.0, 100.0), name="left-renal-artery")], lumen)
    found = made.vessels["left-renal-artery"]
    assert found.parent is not None and found.parent.vessel == "abdominal-aorta"
    assert found.parent.at_mm == pytest.approx(95.0, abs=3.0)
    assert np.linalg.norm(found.points_mm[-1] - [70.0, 40.0, 100.0]) < 5.0
    assert float(np.median(found.radius_mm)) == pytest.approx(3.0, abs=0.8)
    empty = corrected(bare, [Correction("seed", (10.0, 10.0, 20.0))], lumen)
    assert "no vessel is seen there" in empty.notices[0]


def _aorta(lumen: Lumen) -> np.ndarray:  # type: ignore[type-arg]
    y, x = np.meshgrid(np.arange(80), np.arange(80), indexing="ij")
    disc = (x - 40.0) ** 2 + (y - 55.0) ** 2 <= 10.5**2
    return np.repeat(disc[None], lumen.scan.hu.shape[0], 0)


def test_corrections_come_back_from_their_file_as_they_were() -> None:
    wanted = (
        Correction("join", (1.0, 2.0, 3.0), (4.0, 5.0, 6.0)),
        Correction("rename", (1.5, 2.0, 3.0), name="portal-vein"),
    )
    assert of_facts(as_facts(wanted)) == wanted
    with pytest.raises(ValueError, match="no correction"):
        of_facts([{"kind": "wish", "at_mm": [0, 0, 0]}])
