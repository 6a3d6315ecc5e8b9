"""What the picture shows of iodine is what was injected and is still in the body, in two views."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import Phase
from angiosuite.suite.circulation.catheter import Tip
from angiosuite.suite.circulation.chambers import chambers_of
from angiosuite.suite.circulation.layers import BloodLayers
from angiosuite.suite.circulation.looking import Looking
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room

FAR_MM, PIXEL_MM = 2e5, 0.5
VIEWS = {"AP": (0.0, 0.0), "LAO 45 CRA 20": (45.0, 20.0)}
FREE: Tip = "free"


class Shown(NamedTuple):
    """Iodine by the books, mg: injected, and what of it lies in beds outside the body; and what is seen."""

    injected_mg: float
    outside_mg: float
    seen: BloodSeen
    layers: BloodLayers


def beam(room: Room, lao_deg: float, cra_deg: float) -> BeamGeometry:
    """Rays that are all but parallel, through the whole body."""
    a, c = np.deg2rad((lao_deg, cra_deg))
    along = np.array([np.sin(a) * np.cos(c), -np.cos(a) * np.cos(c), np.sin(c)])  # to the detector
    across = np.cross([0.0, 0.0, 1.0], along)
    across /= np.linalg.norm(across)
    up = np.cross(along, across)
    middle = np.array([0.5 * (low + high) for low, high in room.body.extent_mm])
    half = 0.5 * np.array([high - low for low, high in room.body.extent_mm]) + 60.0
    columns, rows = (int(np.ceil(2.0 * float(np.abs(v) @ half) / PIXEL_MM / 8.0)) * 8 for v in (across, up))
    return BeamGeometry.centred(
        middle - FAR_MM * along, middle, PIXEL_MM * across, -PIXEL_MM * up, rows, columns
    )  # fmt: skip


def iodine_mg(shown: Shown, geometry: BeamGeometry) -> float:
    """Iodine on the detector, mg: concentration times volume."""
    masses = shown.layers.masses(geometry, Phase(), shown.seen)
    return 1e3 * sum(float(one.mass.sum(dtype=np.float64)) for one in masses) * (0.1 * PIXEL_MM) ** 2


def injected(room: Room, path: Path, device: str, vessel: str, at: float, ml: float, seconds: float) -> Shown:
    """A hand injection in a vessel, some seconds on, without the catheter's own shadow."""
    session = create_session(path, room, seed=7)
    blood, length = session.blood, room.vessels.vessels[vessel].length_mm
    blood.place(device, vessel, at * length, FREE)
    session.command("hand.puff", {"ml": ml, "rate_ml_s": 4.0})
    session.advance(round(seconds * 1e6))
    circulation, (graph, lumens) = blood.blood, blood.shown
    assert graph is not None and lumens is not None
    looking = Looking(graph, lumens)
    seen = looking.see(circulation, blood.wall.stains, None, ())
    assert seen is not None
    transport = circulation.transport
    kidneys = transport.exchange.kidneys()
    held, tissue = transport.edge_mg, transport.extravascular_mg
    pools = transport.node_mg_ml * circulation.network.volume_ml
    outside, land = 0.0, set(looking.lumens.beds)
    for name, bed in circulation.plumbing.beds.items():
        if name not in land:
            edges = [circulation.plumbing.edge[e] for e in bed.edges]
            outside += sum(held[e] + tissue[e] + sum(kidneys.get(e, (0.0,))) for e in edges)
            outside += sum(pools[circulation.plumbing.node[n]] for n in (bed.venule, *bed.arterioles))
    outside += pools[circulation.plumbing.node["small-veins"]]
    chambers = chambers_of(room.body)
    layers = BloodLayers(room.vessels, looking.lumens, room.body, most_rays=64, chambers=chambers)
    session.close()
    return Shown(transport.injected_mg, float(outside), seen, layers)


@pytest.fixture(
    scope="module",
    params=[
        ("cobra-2-5f", "right-renal-artery", 0.4, 6.0, 2.5),
        pytest.param(("cobra-2-5f", "splenic-artery", 0.2, 8.0, 4.0), marks=pytest.mark.ci),
        pytest.param(("pigtail-5f", "abdominal-aorta", 0.1, 15.0, 4.0), marks=pytest.mark.ci),
        pytest.param(("pigtail-5f", "inferior-vena-cava", 0.5, 15.0, 4.0), marks=pytest.mark.ci),
    ],
    ids=lambda given: given[1],
)
def shown(
    patient_room: Room, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Shown:
    return injected(patient_room, tmp_path_factory.mktemp("seen") / "s1", *request.param)


@pytest.mark.parametrize("view", VIEWS)
def test_iodine_in_the_picture_is_injected_less_what_left_the_body(
    shown: Shown, patient_room: Room, view: str
) -> None:
    there_mg = shown.injected_mg - shown.outside_mg
    assert there_mg > 0.5 * shown.injected_mg
    assert iodine_mg(shown, beam(patient_room, *VIEWS[view])) == pytest.approx(there_mg, rel=0.03)
