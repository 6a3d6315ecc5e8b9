"""Contrast that has sunk: drawn on the dependent wall, none lost, and nothing changed where none sank."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import Phase
from angiosuite.physics.xray.lumen_projector import Lumen, LumenProjector
from angiosuite.suite.circulation.circulation import Circulation, Given
from angiosuite.suite.circulation.floors import FloorProjector, floors_of, level_of
from angiosuite.suite.circulation.looking import Looking
from angiosuite.suite.circulation.lumens import Lumens, lumens_of
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.circulation.settling import REGIONS, Settled
from angiosuite.suite.room import Room

from .conftest import STEPS
from .small import PLUMBED, small_graph, vessel

GRAPH = small_graph()
PIXEL_MM = 1.0


@pytest.fixture(scope="module")
def lumens(small_room: Room) -> Lumens:
    return lumens_of(GRAPH, small_room.body)


def seen_of(lumens: Lumens, mg_ml: float, sunk: float) -> BloodSeen:
    """The same concentration everywhere, of which a share has sunk wherever it can."""
    nodes = sum(len(one.nodes_mm) for one in lumens.lumens)
    floors = lumens.floors
    share = np.where(floors.ratio > 0.0, sunk, 0.0).astype(np.float32)
    return BloodSeen(np.full(nodes, 1e-3 * mg_ml, np.float32), np.zeros(0, np.float32), sunk=share)


def beam(along: tuple[float, float, float], across: tuple[float, float, float]) -> BeamGeometry:
    """All but parallel rays through the small patient; rows run down the body."""
    middle, way = np.array([-10.0, -10.0, 120.0]), np.array(along)
    return BeamGeometry.centred(
        middle - 1e5 * way, middle + 200.0 * way,
        PIXEL_MM * np.array(across), np.array([0.0, 0.0, -PIXEL_MM]), 620, 240,
    )  # fmt: skip


LATERAL = beam((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
FRONTAL = beam((0.0, -1.0, 0.0), (1.0, 0.0, 0.0))


@lru_cache(maxsize=1)
def projectors(lumens: Lumens) -> tuple[LumenProjector, FloorProjector]:
    return LumenProjector(lumens.lumens), FloorProjector(lumens.floors, 34)


def picture(lumens: Lumens, seen: BloodSeen, geometry: BeamGeometry) -> np.ndarray:
    """Iodine in lumens and on floors, g/cm2, whole detector."""
    whole = np.zeros((geometry.rows, geometry.columns), np.float32)
    mixed = lumens.floors.mixed_g_cm3(seen).astype(np.float64)
    above, below = projectors(lumens)
    for one in (above.mass(geometry, Phase(), mixed), below.mass(geometry, Phase(), seen)):
        if one is not None:
            r0, r1, c0, c1 = one.window
            whole[r0:r1, c0:c1] += one.mass[0]
    return whole


def test_iodine_in_the_picture_is_the_same_however_much_has_sunk(lumens: Lumens) -> None:
    for geometry in (LATERAL, FRONTAL):
        sums = [
            float(picture(lumens, seen_of(lumens, 50.0, s), geometry).sum(dtype=float)) for s in (0, 0.4, 1)
        ]
        assert sums[1:] == pytest.approx([sums[0]] * 2, rel=4e-3)


def test_concentration_times_drawn_volume_is_the_same_in_every_vessel(lumens: Lumens) -> None:
    seen = seen_of(lumens, 80.0, 0.7)
    volumes = LumenProjector(lumens.lumens).volumes_ml()
    below = LumenProjector(lumens.floors.lumens).volumes_ml()
    mixed, sunk = lumens.floors.mixed_g_cm3(seen), lumens.floors.sunk_g_cm3(seen)
    ends = np.cumsum([len(one.nodes_mm) for one in lumens.lumens])
    floor_ends = np.cumsum([len(one.nodes_mm) for one in lumens.floors.lumens])
    for name in ("aorta", "inferior-vena-cava", "right-common-femoral-vein"):
        k, f = lumens.vessels.index(name), lumens.floors.vessels.index(name)
        own = slice(ends[k - 1] if k else 0, ends[k])
        floor = slice(floor_ends[f - 1] if f else 0, floor_ends[f])
        before = float(seen.lumens_g_cm3[own] @ volumes[own])
        after = float(mixed[own] @ volumes[own]) + float(sunk[floor] @ below[floor])
        assert after == pytest.approx(before, rel=0.01)
        assert float(sunk[floor] @ below[floor]) > 0.5 * before


def test_where_nothing_sank_the_picture_is_the_same_to_the_byte(lumens: Lumens) -> None:
    none = replace(seen_of(lumens, 50.0, 0.0), sunk=None)
    plain = projectors(lumens)[0].mass(LATERAL, Phase(), none.lumens_g_cm3.astype(np.float64))
    assert plain is not None
    r0, r1, c0, c1 = plain.window
    for seen in (none, seen_of(lumens, 50.0, 0.0)):
        assert picture(lumens, seen, LATERAL)[r0:r1, c0:c1].tobytes() == plain.mass.tobytes()


def test_seen_from_the_side_the_iodine_lies_further_back_the_more_has_sunk(lumens: Lumens) -> None:
    """By 0.3 of a radius at most; from the front it stays where it is."""
    at = lumens.vessels.index("inferior-vena-cava")
    first = sum(len(one.nodes_mm) for one in lumens.lumens[:at])
    places = {LATERAL: [], FRONTAL: []}
    for share in (0.0, 0.25, 0.5, 1.0):
        seen = seen_of(lumens, 50.0, share)
        only = np.zeros_like(seen.lumens_g_cm3)
        only[first : first + len(lumens.lumens[at].nodes_mm)] = 0.05
        for geometry, found in places.items():
            image = picture(lumens, replace(seen, lumens_g_cm3=only), geometry).astype(np.float64)
            found.append(PIXEL_MM * float(image.sum(axis=0) @ np.arange(image.shape[1])) / float(image.sum()))
    steps = np.diff(places[LATERAL])
    assert (steps > 0.0).all()
    radius = GRAPH.vessels["inferior-vena-cava"].radius_mm
    assert places[LATERAL][-1] - places[LATERAL][0] == pytest.approx(
        0.3 * float((radius**3).mean() / (radius**2).mean()), rel=0.05
    )
    assert np.ptp(places[FRONTAL]) < 0.05


def test_an_upright_vessel_has_its_floor_in_the_middle_and_a_narrow_one_has_none() -> None:
    up = vessel("up", "vein", None, (0, -80, 0), (0, 60, 0), 6.0, away=True)
    lying = vessel("lying", "vein", None, (0, 0, 0), (0, 0, 140), 6.0, away=True)
    thin = vessel("thin", "vein", None, (0, 0, 0), (0, 0, 140), 2.0, away=True)
    graph = VesselGraph({v.id: v for v in (up, lying, thin)}, {})
    found = floors_of(
        graph, [up, lying, thin], [Lumen.along(v.id, v.points_mm, v.radius_mm) for v in (up, lying, thin)]
    )
    assert found.vessels == ("up", "lying")
    np.testing.assert_allclose(found.lumens[0].nodes_mm, up.points_mm, atol=1e-9)
    gap = found.lumens[1].nodes_mm - lying.points_mm
    np.testing.assert_allclose(gap, np.outer(0.3 * lying.radius_mm, [0.0, 1.0, 0.0]), atol=1e-9)
    np.testing.assert_allclose(level_of(np.array([[0.0, 3.0, 0.0], [2.0, 0.0, 0.0], [0.0, 1.0, 1.0]])),
                               [0.0, 1.0, np.sqrt(0.5)])  # fmt: skip


class Bolus:
    """Strong contrast for a while."""

    def __init__(self, ml: float) -> None:
        self.left_ml = ml

    def give(self, seconds: float) -> Given:
        ml = min(10.0 * seconds, self.left_ml)
        self.left_ml -= ml
        return Given(ml / seconds, 300.0)


def run(blood: Circulation, seconds: float, ml: float, where: str, at_mm: float = 0.0) -> None:
    into, inflow = [(blood.node_at(where, at_mm), 1.0)], Bolus(ml)
    for k in range(round(seconds / 0.02)):
        blood.advance((10 * k / STEPS) % 1.0, 1.0 / STEPS, REGIONS, 10, inflow, into)


VEIN, ARTERY = "inferior-vena-cava", "right-common-femoral-artery"


def test_contrast_layers_in_a_wide_slow_vein_and_hardly_in_a_swift_artery(
    rest: Settled, lumens: Lumens
) -> None:
    blood = Circulation(GRAPH, rest, PLUMBED)
    looking = Looking(GRAPH, lumens)
    run(blood, 2.0, 20.0, VEIN, 280.0)
    seen = looking.see(blood)
    assert seen is not None and seen.sunk is not None
    floors = lumens.floors
    ends = np.cumsum([len(one.nodes_mm) for one in floors.lumens])
    at = floors.vessels.index(VEIN)
    layered = float(seen.sunk[ends[at - 1] : ends[at]].max())
    assert layered > 0.15
    other = Circulation(GRAPH, rest, PLUMBED)
    run(other, 2.0, 20.0, ARTERY, 10.0)
    swift = looking.see(other)
    assert swift is not None
    at = floors.vessels.index(ARTERY)
    first = ends[at - 1] if at else 0
    assert swift.sunk is None or float(swift.sunk[first : ends[at]].max()) < 0.5 * layered
    # the mean stays what the network holds: figures are read from it
    mixed = floors.mixed_g_cm3(seen)
    assert (mixed <= seen.lumens_g_cm3).all() and (mixed < seen.lumens_g_cm3).any()


def test_layers_go_on_when_a_vessel_is_parted_and_when_a_state_is_restored(rest: Settled) -> None:
    blood = Circulation(GRAPH, rest, PLUMBED)
    run(blood, 1.0, 10.0, VEIN, 280.0)
    edge, _ = blood.edge_at(VEIN, 230.0)
    before = float(blood.layering.share[edge])
    assert before > 0.05
    again = Circulation(GRAPH, rest, PLUMBED)
    again.restore(blood.also, blood.state())
    np.testing.assert_array_equal(again.layering.share, blood.layering.share)
    old = {key: value for key, value in blood.state().items() if not key.startswith("layers_")}
    bare = Circulation(GRAPH, rest, PLUMBED)
    bare.restore(blood.also, old)
    assert not bare.layering.share.any()
    blood.part_at({VEIN: (225.0, 235.0)})
    edge, _ = blood.edge_at(VEIN, 230.0)
    assert float(blood.layering.share[edge]) == before
    for one in (blood, again):
        run(one, 0.2, 0.0, VEIN)
        assert np.isfinite(one.layering.share).all()
