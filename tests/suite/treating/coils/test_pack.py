"""Packed vessels: Kozeny in each millimetre, clot where it spans, an arcade closed front and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.suite.circulation.small import PLUMBED, small_graph

from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph
from angiosuite.physics.treating.coil_packing import added_resistance, permeability_mm2
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.circulation.harm import Perforation
from angiosuite.suite.circulation.harms import Harms
from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.settling import REGIONS, Settled, settle
from angiosuite.suite.treating.coils.pack import Filling, Packed, packed_vessels

STEPS, BLOCK = 441, 9
ARCADE = "arcade"


def looped_graph() -> VesselGraph:
    """The small patient with an arcade from the hepatic to the right renal artery."""
    graph = small_graph()
    begin = graph.vessels["hepatic-artery"].at(30.0)[0]
    end = graph.vessels["right-renal-artery"].at(25.0)[0]
    along = np.linspace(0.0, 1.0, 30)[:, None]
    points = np.asarray(begin) * (1.0 - along) + np.asarray(end) * along
    arcade = Vessel(
        ARCADE, "arcade", "artery", Junction("hepatic-artery", 30.0), points, np.full(30, 1.8), True, "still",
        np.zeros(30), None, Junction("right-renal-artery", 25.0),
    )  # fmt: skip
    return replace(graph, vessels={**graph.vessels, ARCADE: arcade})


def full(
    graph: VesselGraph, vessel: str, first: float, last: float, clotted: float, f: float = 0.3
) -> Filling:
    at = np.arange(first + 0.25, last, 0.5)
    area = np.pi * np.interp(at, graph.vessels[vessel].arc_mm, graph.vessels[vessel].radius_mm) ** 2
    return Filling(vessel, at, f * area * 0.5, 0.38, clotted)


def test_what_lies_in_a_vessel_is_told_by_the_millimetre_and_nothing_is_lost() -> None:
    graph = small_graph()
    one = full(graph, "right-renal-artery", 10.0, 20.0, 0.0)
    (pack,) = packed_vessels(graph, [one])
    assert float((pack.density * pack.area_mm2).sum()) == pytest.approx(float(one.mm3.sum()), rel=1e-9)
    assert pack.density[pack.densest] == pytest.approx(0.3, rel=0.02)
    assert pack.share(np.array([5.0, 15.0])).tolist() == [1.0, 1.0]
    assert pack.flow_share(np.array([5.0, 30.0])).tolist() == [1.0, 1.0]
    assert pack.flow_share(np.array([15.0]))[0] < 0.1


def test_the_loss_is_darcys_with_kozenys_permeability() -> None:
    graph = small_graph()
    (pack,) = packed_vessels(graph, [full(graph, "right-renal-artery", 5.0, 35.0, 0.0)])
    inner = pack.density > 0.29
    told = sum(added_resistance(1.0, a, permeability_mm2(0.38, f)) for f, a in
               zip(pack.density[inner], pack.area_mm2[inner], strict=True))  # fmt: skip
    assert told < pack.resistance < 1.12 * told


def test_a_wisp_holds_no_clot_and_a_dense_pack_closes() -> None:
    graph = small_graph()
    (wisp,) = packed_vessels(graph, [full(graph, "right-renal-artery", 10.0, 20.0, 1.0, 0.01)])
    (dense,) = packed_vessels(graph, [full(graph, "right-renal-artery", 10.0, 20.0, 1.0, 0.2)])
    assert wisp.open_share.min() == 1.0
    assert dense.open_share.min() == pytest.approx(0.0, abs=1e-9)
    assert dense.resistance > 1e4 * wisp.resistance


class Bleeding:
    """A patient whose arcade bleeds."""

    def __init__(self, graph: VesselGraph, rest: Settled, packs: tuple[Packed, ...]) -> None:
        self.circulation: Circulation | None = Circulation(graph, rest, PLUMBED)
        self.harms = Harms(self)
        if packs:
            self.harms.narrowed.treat("coils", packs)
        middle = 0.5 * graph.vessels[ARCADE].length_mm
        self.harms.apply(Perforation(ARCADE, middle, 0.8, 5.0, 1.0, 1e6, "w1"))

    def lost_ml(self, seconds: float) -> float:
        blood = self.circulation
        assert blood is not None
        for k in range(round(seconds / (0.002 * BLOCK))):
            self.harms.step(0.002 * BLOCK)
            blood.advance(BLOCK * k / STEPS % 1.0, 1.0 / STEPS, REGIONS, BLOCK)
        return self.harms.lost_ml


@pytest.fixture(scope="module")
def looped() -> tuple[VesselGraph, Settled]:
    graph = looped_graph()
    return graph, settle(plumb(graph, **PLUMBED), 68.0)


def test_front_and_back_door_stop_a_bleeding_arcade_and_the_front_door_alone_does_not(
    looped: tuple[VesselGraph, Settled],
) -> None:
    graph, rest = looped
    middle = 0.5 * graph.vessels[ARCADE].length_mm
    front = full(graph, ARCADE, middle - 16.0, middle - 6.0, 1.0)
    back = full(graph, ARCADE, middle + 6.0, middle + 16.0, 1.0)
    nothing = Bleeding(graph, rest, ()).lost_ml(4.0)
    front_only = Bleeding(graph, rest, packed_vessels(graph, [front])).lost_ml(4.0)
    back_only = Bleeding(graph, rest, packed_vessels(graph, [back])).lost_ml(4.0)
    both = Bleeding(graph, rest, packed_vessels(graph, [front, back])).lost_ml(4.0)
    assert nothing > 0.5
    assert front_only > 0.3 * nothing and back_only > 0.3 * nothing
    assert both < 0.1 * nothing
