"""Walls of a patient's vessels: one passable lumen, classes of stiffness, kept and found again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from angiosuite.anatomy.physique import PatientParameters, physique_of
from angiosuite.anatomy.vessels.arteries import grow_arteries
from angiosuite.anatomy.vessels.carrying import Carrier
from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph
from angiosuite.anatomy.vessels.reference import reference
from angiosuite.anatomy.vessels.templates import templates
from angiosuite.anatomy.vessels.variants import sites_of
from angiosuite.anatomy.vessels.veins import carried_veins
from angiosuite.anatomy.vessels.walls import ORGANS, kept_walls, walls_of
from angiosuite.physics.rods.chain import Chain
from angiosuite.physics.rods.tool import Bent, Stretch, Tool
from angiosuite.physics.rods.walls import Walls

PERSON = PatientParameters(bmi=24.0, seed=1)
CARRIER = Carrier(physique_of(PERSON), reference().midline_mm)


@pytest.fixture(scope="module")
def graph() -> VesselGraph:
    usual = {site: entry.variants[0].id for site, entry in sites_of(templates()).items()}
    arteries, beds = grow_arteries(PERSON, CARRIER, templates(), usual, None)
    veins = carried_veins(PERSON, CARRIER, {"left-renal-vein": "usual", "vena-cava": "usual"})
    return VesselGraph({**arteries, **veins}, beds)


@pytest.fixture(scope="module")
def arteries(graph: VesselGraph) -> Walls:
    return walls_of(graph)


@pytest.fixture(scope="module")
def veins(graph: VesselGraph) -> Walls:
    return walls_of(graph, ("vein",))


def middles(graph: VesselGraph, walls: Walls) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Points every half millimetre along every vessel, and its radius there."""
    for name in walls.names:
        vessel = graph.vessels[name]
        at, arc = np.append(np.arange(0.0, vessel.length_mm, 0.5), vessel.length_mm), vessel.arc_mm
        points = np.stack([np.interp(at, arc, vessel.points_mm[:, k]) for k in range(3)], axis=1)
        yield name, points, np.interp(at, arc, vessel.radius_mm)


@pytest.mark.parametrize("system", ["arteries", "veins"])
def test_every_vessel_can_be_walked_from_its_root_to_its_end(
    graph: VesselGraph, system: str, request: pytest.FixtureRequest
) -> None:
    walls = request.getfixturevalue(system)
    closed = set()
    for name, points, radius in middles(graph, walls):
        gap, _ = walls.bricks.gaps(points)
        if (gap < 0.4 * radius).any():
            closed.add(name)
            assert (gap < 0.0).sum() < 30, name  # walls that it runs through, not a lumen that is lost
    # in this patient they run through the external iliac arteries, which are whole
    assert closed <= {"left-testicular-artery", "right-testicular-artery"}
    assert len(walls.names) > 50


def test_no_branch_opens_where_none_hangs(graph: VesselGraph, arteries: Walls) -> None:
    """Around both external iliac arteries, through which others run, the wall is where the radius says."""
    for side in ("left", "right"):
        name = f"{side}-external-iliac-artery"
        vessel = graph.vessels[name]
        mouths = [child.parent.at_mm for child in graph.children(name) if child.parent is not None]
        for at in np.arange(15.0, vessel.length_mm - 15.0, 1.0):
            if any(abs(at - mouth) < 12.0 for mouth in mouths):
                continue
            middle, radius = vessel.at(float(at))
            way = vessel.at(float(at) + 1.0)[0] - middle
            side_on = np.cross(way, [0.3, 0.5, 0.8])
            side_on /= np.linalg.norm(side_on)
            up = np.cross(way / np.linalg.norm(way), side_on)
            turn = np.linspace(0.0, 2 * np.pi, 24, endpoint=False)[:, None]
            ring = middle + (radius + 0.1) * (np.cos(turn) * side_on + np.sin(turn) * up)
            assert arteries.bricks.gaps(ring)[0].max() < 0.35, (name, at)


def test_the_heart_is_reached_through_both_caval_veins(graph: VesselGraph, veins: Walls) -> None:
    lower, upper, sinus = (
        graph.vessels[name].points_mm
        for name in ("inferior-vena-cava", "superior-vena-cava", "coronary-sinus")
    )
    for way in (np.linspace(lower[1], upper[1], 60), np.linspace(lower[0], sinus[0], 40)):
        assert veins.bricks.gaps(way)[0].min() > 0.5


def test_numbers_are_the_graphs_order_and_places_come_back(graph: VesselGraph, arteries: Walls) -> None:
    assert arteries.names == tuple(v.id for v in graph.vessels.values() if v.system == "artery")
    femoral = arteries.names.index("right-common-femoral-artery")
    point, radius = graph.vessels["right-common-femoral-artery"].at(20.0)
    vessel, at_mm = arteries.places(point[None])
    assert vessel[0] == femoral and at_mm[0] == pytest.approx(20.0, abs=0.5)
    assert arteries.radius_at(vessel, at_mm)[0] == pytest.approx(radius, abs=0.05)
    assert arteries.organs == ORGANS


def test_walls_stiffen_with_calcium_and_veins_are_softer(
    graph: VesselGraph, arteries: Walls, veins: Walls
) -> None:
    def of(calcium: float) -> Walls:
        vessel = replace(graph.vessels["ascending-aorta"], calcium=calcium, parent=None)
        return walls_of(VesselGraph({"aorta": vessel}, {}))

    stiff = [float(of(c).stiff_n_mm2[0]) for c in (0.0, 0.5, 1.0)]
    assert stiff == pytest.approx([0.5, 1.25, 2.0])
    assert [float(of(c).rub[0]) for c in (0.0, 1.0)] == pytest.approx([1.0, 2.0])
    assert veins.stiff_n_mm2 == pytest.approx(np.full(len(veins.names), 0.2))
    assert arteries.stiff_n_mm2.min() >= 0.5


def test_a_very_stiff_wire_straightens_the_iliac_arteries_and_a_plain_one_hardly(
    graph: VesselGraph, arteries: Walls
) -> None:
    """Wires of 4900 and 290 N mm2, the stiffest sold and a plain one of its width, up into the aorta."""
    femoral = graph.vessels["left-common-femoral-artery"]
    start, ahead = (femoral.at(part * femoral.length_mm)[0] for part in (0.5, 0.3))
    given = {}
    for stiffness in (290.0, 4900.0):
        walls = walls_of(graph, bricks=arteries.bricks)
        soft = [Stretch(10.0, 3.0, 3.0), Stretch(60.0, 20.0, 20.0), Stretch(100.0, 200.0, 100.0)]
        wire = Tool(
            [*soft, Stretch(1e5, stiffness, 0.6 * stiffness)], [Bent(9.0, 0.3)], outer_mm=0.44, friction=0.05
        )
        chain = Chain([wire], [40.0], start.tolist(), (ahead - start).tolist(), wall=walls)
        for step in range(420):
            chain.advance([1.0 if step < 270 else 0.0])
            walls.settle(0.01)
        told = walls.places(chain.tip(0)[0][None])[0][0]
        assert walls.names[told] in ("abdominal-aorta", "descending-thoracic-aorta")
        before = walls.foundation.moved_mm.copy()
        for _ in range(50):
            chain.advance([0.0])
            walls.settle(0.01)
        assert np.abs(walls.foundation.moved_mm - before).max() < 0.3  # it comes to rest, and does not swing
        number = walls.names.index("left-external-iliac-artery")
        aside = walls.displaced(
            number, np.linspace(0.0, graph.vessels["left-external-iliac-artery"].length_mm, 50)
        )
        given[stiffness] = float(np.linalg.norm(aside, axis=1).max())
    assert 7.0 < given[4900.0] < 20.0 and given[290.0] < 0.35 * given[4900.0]


def small(calcium: float = 0.0) -> VesselGraph:
    trunk = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, -30.0], [0.0, 0.0, -60.0]])
    line = np.array([[0.0, 0.0, -40.0], [20.0, 0.0, -44.0], [35.0, 3.0, -50.0]])
    ones = np.ones(3)
    first = Vessel(
        "trunk", "Trunk", "artery", None, trunk, 5.0 * ones, True, "still", 0.0 * ones, calcium=calcium
    )
    hung = Junction("trunk", 40.0)
    second = Vessel("branch", "Branch", "artery", hung, line, 2.0 * ones, True, "abdomen", ones)
    return VesselGraph({"trunk": first, "branch": second}, {})


def test_walls_are_baked_once_and_found_again(tmp_path: Path) -> None:
    first = kept_walls(tmp_path, small())
    (folder,) = tmp_path.iterdir()
    stamp = (folder / "gap_mm.npy").stat().st_mtime_ns
    again = kept_walls(tmp_path, small(calcium=0.5))  # the same lumen in another wall
    assert (folder / "gap_mm.npy").stat().st_mtime_ns == stamp and list(tmp_path.iterdir()) == [folder]
    for name in ("origin_mm", "place", "gap_mm", "begins", "near"):
        assert np.array_equal(getattr(first.bricks, name), getattr(again.bricks, name)), name
    assert again.stiff_n_mm2[0] > first.stiff_n_mm2[0]
    points = np.array([[3.0, 0.5, -20.0], [10.0, 0.0, -42.0]])
    assert first.bricks.gaps(points)[0].tobytes() == again.bricks.gaps(points)[0].tobytes()


@pytest.mark.parametrize("harm", ["missing", "cut", "bit", "format", "no json"])
def test_a_damaged_lumen_is_baked_again(tmp_path: Path, harm: str) -> None:
    right = kept_walls(tmp_path, small())
    (folder,) = tmp_path.iterdir()
    file = folder / "gap_mm.npy"
    if harm == "missing":
        file.unlink()
    elif harm == "cut":
        file.write_bytes(file.read_bytes()[:-100])
    elif harm == "bit":
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 4
        file.write_bytes(bytes(data))
    elif harm == "format":
        facts = (folder / "walls.json").read_text()
        (folder / "walls.json").write_text(facts.replace('"format": ', '"format": 9'))
    else:
        (folder / "walls.json").write_text("{")
    again = kept_walls(tmp_path, small())
    assert np.array_equal(right.bricks.gap_mm, again.bricks.gap_mm)
    assert np.array_equal(np.load(file), right.bricks.gap_mm)  # and put right


def test_another_course_is_another_lumen_and_a_folder_holds_a_few(tmp_path: Path) -> None:
    for k in range(8):
        graph = small()
        wider = replace(graph.vessels["branch"], radius_mm=np.full(3, 2.0 + 0.05 * k))
        kept_walls(tmp_path, replace(graph, vessels={**graph.vessels, "branch": wider}))
    assert len(list(tmp_path.iterdir())) == 6
