"""What a beam sees: iodine over the room that it is drawn with, in vessels, beds, kidneys and urine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from angiosuite.anatomy.vessels.graph import Territory, VesselGraph
from angiosuite.physics.xray.lumen_projector import LumenProjector
from angiosuite.suite.circulation.circulation import Circulation, Given
from angiosuite.suite.circulation.looking import FAINT_MG_ML, Looking
from angiosuite.suite.circulation.lumens import lumens_of
from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.circulation.settling import REGIONS, Settled, settle
from angiosuite.suite.circulation.wall import Stain
from angiosuite.suite.room import Room

from .conftest import STEPS
from .small import PLUMBED, small_graph, vessel

TURN = 1.0 / STEPS
SPACING_MM = 10.0


def landed() -> VesselGraph:
    """The small patient with land for each bed, ureters and a bladder."""
    graph = small_graph()
    beds = tuple(graph.beds)
    number = np.zeros((6, 6, 6 * len(beds)), np.uint8)
    for k in range(len(beds)):
        number[:, :, 6 * k : 6 * k + 5] = k + 1
    land = Territory(number, beds, (-150.0, 60.0, 0.0), SPACING_MM)
    ducts = {}
    for name, side, x in (
        ("right-ureter", "right", -30.0),
        ("left-ureter", "left", 30.0),
        ("bladder", None, 0),
    ):
        duct = vessel(name, "urine", None, (x, 20, 100), (x, 20, -50 if side else 60), 2.0, away=True)
        ducts[name] = replace(duct, side=side)
    return VesselGraph({**graph.vessels, **ducts}, graph.beds, land)


GRAPH = landed()


class Bolus:
    """An inflow of a while."""

    def __init__(self, ml: float) -> None:
        self.left_ml = ml

    def give(self, seconds: float) -> Given:
        ml = min(5.0 * seconds, self.left_ml)
        self.left_ml -= ml
        return Given(ml / seconds, 300.0)


@pytest.fixture(scope="module")
def landed_rest() -> Settled:
    return settle(plumb(GRAPH, **PLUMBED), 60.0 / (STEPS * 0.002))


@pytest.fixture
def blood(landed_rest: Settled) -> Circulation:
    return Circulation(GRAPH, landed_rest, PLUMBED)


@pytest.fixture(scope="module")
def looking(small_room: Room) -> Looking:
    return Looking(GRAPH, lumens_of(GRAPH, small_room.body))


@pytest.fixture(scope="module")
def volumes_ml(looking: Looking) -> np.ndarray:
    return LumenProjector(looking.lumens.lumens).volumes_ml()


def run(blood: Circulation, seconds: float, where: str = "right-renal-artery", ml: float = 0.0) -> None:
    into = [(blood.node_at(where, 15.0), 1.0)]
    inflow = Bolus(ml)
    for k in range(round(seconds / 0.02)):
        blood.advance((10 * k * TURN) % 1.0, TURN, REGIONS, 10, inflow, into)


def seen_mg(looking: Looking, volumes_ml: np.ndarray, seen: BloodSeen) -> Mapping[str, float]:
    """Iodine in the picture, mg: of vessels, of urine, of beds, of the heart."""
    counts = [len(one.nodes_mm) for one in looking.lumens.lumens]
    ends = np.cumsum(counts)
    lumens = 1e3 * seen.lumens_g_cm3 * volumes_ml
    vessels, urine = len(looking.lumens.vessels), len(looking.lumens.urine)
    land = GRAPH.territory
    assert land is not None
    tissue = np.array([land.volume_ml(bed) for bed in looking.lumens.beds])
    return {
        "vessels": float(lumens[: ends[vessels - 1]].sum()),
        "urine": float(lumens[ends[vessels - 1] : ends[vessels + urine - 1]].sum()),
        "beds": float(1e3 * (seen.beds_g_cm3 * tissue).sum()),
        "heart": 0.0 if seen.chambers is None else float(seen.chambers[:, 0].sum()),
    }


def test_where_no_contrast_is_nothing_is_seen(blood: Circulation, looking: Looking) -> None:
    assert looking.see(blood) is None


@pytest.mark.parametrize("seconds", [1.5, 4.0])
@pytest.mark.parametrize("where", ["right-renal-artery", "coeliac-trunk"])
def test_concentration_times_drawn_volume_is_the_iodine_of_the_network(
    blood: Circulation, looking: Looking, volumes_ml: np.ndarray, where: str, seconds: float
) -> None:
    run(blood, seconds, where, 5.0)
    seen = looking.see(blood)
    assert seen is not None
    transport, plumbing = blood.transport, blood.plumbing
    tubes = [plumbing.edge[e] for course in plumbing.courses.values() for e in course.edges]
    found = seen_mg(looking, volumes_ml, seen)
    # a branch is drawn from its parent's centre line on; that piece is drawn once, flows once
    assert found["vessels"] == pytest.approx(transport.edge_mg[tubes].sum(), rel=0.05, abs=10.0)
    reservoir = plumbing.node["small-veins"]
    not_drawn = float((transport.node_mg_ml * blood.network.volume_ml)[reservoir])
    assert sum(found.values()) + not_drawn == pytest.approx(transport.injected_mg, rel=0.03)


def test_a_kidney_fills_its_ureter_and_the_bladder_by_itself(
    blood: Circulation, looking: Looking, volumes_ml: np.ndarray
) -> None:
    run(blood, 1.0, ml=5.0)
    urine = []
    for _ in range(2):
        run(blood, 60.0)
        seen = looking.see(blood)
        assert seen is not None
        urine.append(seen_mg(looking, volumes_ml, seen)["urine"])
    assert urine == sorted(urine) and urine[0] < urine[-1] and urine[-1] > 50.0
    kidneys = blood.transport.exchange.kidneys()
    pelvis = sum(pelvic for _, pelvic in kidneys.values())
    assert urine[-1] == pytest.approx(pelvis + blood.transport.exchange.bladder_mg, rel=0.03)


def test_a_stain_adds_its_own_iodine_where_it_is(
    blood: Circulation, looking: Looking, volumes_ml: np.ndarray
) -> None:
    seen = looking.see(blood, (Stain("aorta", 150.0, 90.0),))
    assert seen is not None
    assert seen_mg(looking, volumes_ml, seen)["vessels"] == pytest.approx(90.0, rel=0.05)
    first = looking.lumens.lumens[looking.lumens.vessels.index("aorta")]
    peak = int(np.argmax(seen.lumens_g_cm3[: len(first.nodes_mm)]))
    assert GRAPH.vessels["aorta"].arc_mm[peak] == pytest.approx(150.0, abs=3.0)


def test_what_is_too_thin_to_be_seen_is_nothing(blood: Circulation, looking: Looking) -> None:
    run(blood, 3.0, ml=1.0)
    seen = looking.see(blood)
    assert seen is not None
    some = seen.lumens_g_cm3[seen.lumens_g_cm3 > 0.0]
    assert len(some) and some.min() >= 0.99e-3 * FAINT_MG_ML


def test_what_is_seen_comes_back_from_plain_values(blood: Circulation, looking: Looking) -> None:
    run(blood, 1.0, ml=5.0)
    seen = looking.see(blood)
    assert seen is not None
    again = BloodSeen.of(seen.plain())
    assert np.array_equal(again.lumens_g_cm3, seen.lumens_g_cm3)
    assert np.array_equal(again.beds_g_cm3, seen.beds_g_cm3)
