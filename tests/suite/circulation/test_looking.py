"""What a beam sees of the blood is what the circulation holds."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.vessels.graph import Vessel, VesselGraph
from angiosuite.physics.xray.lumen_projector import Lumen
from angiosuite.suite.circulation.circulation import Circulation, Given
from angiosuite.suite.circulation.looking import MG_ML_TO_G_CM3, Looking, Lumens
from angiosuite.suite.circulation.reading import BedReading
from angiosuite.suite.circulation.settling import REGIONS, Settled

from .conftest import STEPS
from .small import PLUMBED, small_graph


class Steady:
    """The same inflow all the time."""

    def give(self, seconds: float) -> Given:
        return Given(8.0, 300.0)


@pytest.fixture(scope="module")
def opacified(rest: Settled) -> Circulation:
    blood = Circulation(small_graph(), rest, PLUMBED)
    into = [(blood.node_at("aorta", 100.0), 1.0)]
    for k in range(300):
        blood.advance((10 * k / STEPS) % 1.0, 1.0 / STEPS, REGIONS, 10, Steady(), into)
    return blood


def seen_lumens() -> Lumens:
    vessels = tuple(small_graph().vessels.values())
    lumens = tuple(Lumen.along(v.id, v.points_mm, v.radius_mm) for v in vessels)
    return Lumens(lumens, tuple(v.id for v in vessels), (), (), ())


def urinary(side: str) -> Vessel:
    points = np.linspace((0.0, 0.0, 0.0), (0.0, 0.0, 50.0), 9)
    share = np.zeros(len(points))
    return Vessel(
        f"{side}-ureter",
        "ureter",
        "urine",
        None,
        points,
        np.full(9, 2.0),
        True,
        "still",
        share,
        side=side,  # type: ignore[arg-type]
    )


def test_beds_show_all_that_they_hold(opacified: Circulation) -> None:
    blood, transport = opacified, opacified.transport
    kidneys = transport.exchange.kidneys()
    reading = BedReading(blood.graph, blood.plumbing, ())
    shown = reading.beds(blood, kidneys)
    pools = transport.node_mg_ml * blood.network.volume_ml
    for name, bed in blood.plumbing.beds.items():
        edges = [blood.plumbing.edge[e] for e in bed.edges]
        held = sum(transport.edge_mg[e] + transport.extravascular_mg[e] for e in edges)
        held += sum(kidneys[e][0] for e in edges if e in kidneys)
        held += sum(pools[blood.plumbing.node[node]] for node in (bed.venule, *bed.arterioles))
        assert shown.tissue_mg[reading.bed[name]] == pytest.approx(held, rel=1e-12, abs=1e-12)
    assert shown.tissue_mg[reading.bed["right-kidney"]] > 1.0


def test_arterial_twigs_show_the_first_tank_and_venous_ones_the_last(opacified: Circulation) -> None:
    reading = BedReading(opacified.graph, opacified.plumbing, ())
    shown = reading.beds(opacified, {})
    k, bed = reading.bed["left-kidney"], opacified.plumbing.beds["left-kidney"]
    cells = opacified.transport.cell_mg_ml[
        opacified.transport.edge_cells(opacified.plumbing.edge[bed.edges[0]])
    ]
    assert shown.first_mg_ml[k] == pytest.approx(cells[0])
    assert shown.last_mg_ml[k] == pytest.approx(cells[-1])


def test_each_side_of_the_urinary_tract_has_what_its_kidney_gave(opacified: Circulation) -> None:
    graph = VesselGraph({side: urinary(side) for side in ("left", "right")}, {})
    reading = BedReading(graph, opacified.plumbing, ("left", "right"))
    beds = opacified.plumbing.beds
    edge = {side: opacified.plumbing.edge[beds[f"{side}-kidney"].edges[0]] for side in ("left", "right")}
    urine = reading.urine(opacified, {edge["left"]: (9.0, 3.0), edge["right"]: (9.0, 1.0)})
    ml = np.pi * 2.0**2 * 50.0 * 1e-3
    assert urine == pytest.approx([3.0 / ml, 1.0 / ml])


def test_a_lumen_shows_its_iodine_over_its_resting_volume(opacified: Circulation) -> None:
    seen = Looking(opacified.graph, seen_lumens()).see(opacified)
    assert seen is not None
    first = 0
    for vessel in opacified.graph.vessels.values():
        count = len(vessel.points_mm)
        edge, share = opacified.edge_at(vessel.id, float(vessel.arc_mm[count // 2]))
        spec = opacified.plumbing.spec
        node = spec.a[edge] if share < 0.5 else spec.b[edge]
        fuller = opacified.network.volume_ml[node] / spec.volume_ml[node]
        mg_ml = opacified.transport.at(np.array([edge]), np.array([share]))[0] * fuller
        shown = seen.lumens_g_cm3[first + count // 2]
        assert shown == pytest.approx(mg_ml * MG_ML_TO_G_CM3, rel=1e-5, abs=3e-5)
        first += count


def test_nothing_is_seen_of_blood_without_contrast(rest: Settled) -> None:
    blood = Circulation(small_graph(), rest, PLUMBED)
    assert Looking(blood.graph, seen_lumens()).see(blood) is None
