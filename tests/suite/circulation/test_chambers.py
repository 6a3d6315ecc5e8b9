"""The heart's chambers in the picture: what they hold, where the heart is, in the order of the blood."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.tissue import load_table
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import Phase
from angiosuite.suite.circulation.chambers import HeartChambers, chambers_of
from angiosuite.suite.circulation.circulation import Circulation, Given
from angiosuite.suite.circulation.heart import CHAMBERS
from angiosuite.suite.circulation.looking import Looking
from angiosuite.suite.circulation.lumens import lumens_of
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.circulation.settling import REGIONS, Settled
from angiosuite.suite.room import Room

from .conftest import STEPS
from .small import PLUMBED, small_graph

GRAPH = small_graph()
NAMES = list(CHAMBERS)
PIXEL_MM = 0.5


@pytest.fixture(scope="module")
def heart(small_room: Room) -> HeartChambers:
    found = chambers_of(small_room.body)
    assert found is not None
    return found


def seen_mg(heart: HeartChambers, held: np.ndarray, phase: Phase, way: np.ndarray) -> float:
    """Iodine of the chambers in a picture of all but parallel rays, mg."""
    middle = np.mean([one.centre_mm for one in heart.solids], axis=0)
    across = np.cross(way, [0.0, 0.0, 1.0])
    across /= np.linalg.norm(across)
    up = np.cross(across, way)
    beam = BeamGeometry.centred(
        middle - 2e5 * way, middle, PIXEL_MM * across, -PIXEL_MM * up, 480, 480
    )  # fmt: skip
    mass = heart.mass(beam, phase, held)
    return 0.0 if mass is None else 1e3 * float(mass.mass.sum(dtype=float)) * (0.1 * PIXEL_MM) ** 2


@pytest.mark.parametrize("cardiac_phase", [0.0, 0.35])
@pytest.mark.parametrize("way", [(0.0, -1.0, 0.0), (0.6, -0.8, 0.0)])
def test_iodine_seen_in_the_chambers_is_what_they_hold_at_any_size(
    heart: HeartChambers, cardiac_phase: float, way: tuple[float, float, float]
) -> None:
    for ml in ((80.0, 120.0, 70.0, 130.0), (40.0, 50.0, 90.0, 45.0), (5.0, 900.0, 60.0, 60.0)):
        held = np.stack([np.array([120.0, 500.0, 30.0, 0.0]), np.array(ml)], axis=1)
        found = seen_mg(heart, held, Phase(4.0, cardiac_phase), np.array(way))
        assert found == pytest.approx(650.0, rel=5e-3)


def test_a_chamber_is_seen_as_large_as_its_blood(heart: HeartChambers) -> None:
    """Same concentration, half the volume: the shadow's area falls by 2^(2/3)."""
    beam = BeamGeometry.centred(
        np.array([0.0, -7e4, 100.0]), np.array([0.0, 3e4, 100.0]),
        np.array([PIXEL_MM, 0, 0]), np.array([0, 0, -PIXEL_MM]), 800, 800,
    )  # fmt: skip
    areas = []
    for ml in (40.0, 20.0):
        held = np.zeros((4, 2))
        held[:, 1], held[2, 0] = ml, 5.0 * ml
        mass = heart.mass(beam, Phase(), held)
        assert mass is not None
        areas.append(float((mass.mass > 0.0).sum()))
    assert areas[0] / areas[1] == pytest.approx(2.0 ** (2.0 / 3.0), rel=0.02)


def test_empty_chambers_cost_nothing_and_a_body_without_heart_has_none(
    heart: HeartChambers, small_room: Room
) -> None:
    held = np.stack([np.zeros(4), np.full(4, 100.0)], axis=1)
    assert seen_mg(heart, held, Phase(), np.array([0.0, -1.0, 0.0])) == 0.0
    still = tuple(one for one in small_room.body.layers if one.name != "heart")
    assert chambers_of(replace(small_room.body, layers=still)) is None


def test_chambers_lie_in_the_heart_of_the_built_in_patient(patient_room: Room) -> None:
    body: Body = patient_room.body
    assert body.labels is not None
    heart = chambers_of(body)
    assert heart is not None
    number = {one.id: one.number for one in load_table().tissues}
    blood = [number[name] for name in ("heart", "arterial-blood", "venous-blood")]
    place = dict(zip(NAMES, heart.solids[:4], strict=True))
    for name, solid in place.items():
        points = solid.points_mm(30)
        at = np.rint((points - np.asarray(body.label_origin_mm)) / body.label_spacing_mm).astype(int)
        inside = np.isin(body.labels[at[:, 2], at[:, 1], at[:, 0]], blood)
        assert inside.mean() > 0.9, name
        for other, beside in place.items():
            assert other == name or beside.holds(points).mean() < 0.05
        assert 45.0 < solid.volume_ml < 160.0
    middle = {name: solid.points_mm(20).mean(axis=0) for name, solid in place.items()}
    assert middle["right-atrium"][0] < middle["left-ventricle"][0] - 50.0
    assert middle["right-ventricle"][1] < middle["left-atrium"][1] - 30.0
    assert middle["left-ventricle"][2] < middle["left-atrium"][2]


class Bolus:
    """An injection by hand."""

    def __init__(self) -> None:
        self.left_ml = 20.0

    def give(self, seconds: float) -> Given:
        ml = min(10.0 * seconds, self.left_ml)
        self.left_ml -= ml
        return Given(ml / seconds, 300.0)


def test_after_a_venous_injection_right_heart_lungs_and_left_heart_are_seen_in_order(
    rest: Settled, small_room: Room
) -> None:
    blood = Circulation(GRAPH, rest, PLUMBED)
    lumens = lumens_of(GRAPH, small_room.body)
    looking, inflow = Looking(GRAPH, lumens), Bolus()
    into = [(blood.node_at("inferior-vena-cava", 40.0), 1.0)]
    starts = np.concatenate([[0], np.cumsum([len(one.nodes_mm) for one in lumens.lumens])])
    vessels = ["pulmonary-trunk", "pulmonary-vein", "aorta"]
    places = [slice(starts[k], starts[k + 1]) for k in map(lumens.vessels.index, vessels)]
    curves: list[list[float]] = []
    for k in range(round(12.0 / 0.02)):
        blood.advance((10 * k / STEPS) % 1.0, 1.0 / STEPS, REGIONS, 10, inflow, into)
        if k % 10 == 9:
            seen = looking.see(blood)
            assert seen is not None
            held = np.zeros((4, 2)) if seen.chambers is None else seen.chambers
            mg_ml = held[:, 0] / np.maximum(held[:, 1], 1.0)
            curves.append([*mg_ml, *(1e3 * float(seen.lumens_g_cm3[at].mean()) for at in places)])
    curve = dict(zip([*NAMES, *vessels], np.array(curves).T, strict=True))
    peak = {name: 0.2 * int(np.argmax(values)) for name, values in curve.items()}
    assert peak["right-atrium"] <= peak["right-ventricle"] <= peak["pulmonary-trunk"]
    assert peak["pulmonary-trunk"] + 1.0 < peak["pulmonary-vein"]
    assert peak["pulmonary-vein"] <= peak["left-atrium"] <= peak["left-ventricle"] <= peak["aorta"] + 0.4
    assert curve["right-ventricle"].max() > 2.0 * curve["left-ventricle"].max() > 1.0


def test_chambers_in_a_picture_are_the_pools_of_the_network_and_come_back_from_plain_values(
    rest: Settled, small_room: Room
) -> None:
    blood = Circulation(GRAPH, rest, PLUMBED)
    looking, inflow = Looking(GRAPH, lumens_of(GRAPH, small_room.body)), Bolus()
    into = [(blood.node_at("inferior-vena-cava", 40.0), 1.0)]
    for k in range(100):
        blood.advance((10 * k / STEPS) % 1.0, 1.0 / STEPS, REGIONS, 10, inflow, into)
    seen = looking.see(blood)
    assert seen is not None and seen.chambers is not None
    places = [blood.plumbing.node[name] for name in NAMES]
    pools = (blood.transport.node_mg_ml * blood.network.volume_ml)[places]
    assert pools[1] > 100.0
    np.testing.assert_allclose(seen.chambers[:, 0], pools, atol=5.0)
    again = BloodSeen.of(seen.plain())
    assert again.chambers is not None
    np.testing.assert_array_equal(again.chambers, seen.chambers)
    old = {key: value for key, value in seen.plain().items() if key not in ("sunk", "chambers")}
    assert BloodSeen.of(old).chambers is None and BloodSeen.of(old).sunk is None
