"""Every lesion, protocol and variant that ships, in the built-in patient: it flows and stays finite."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from angiosuite.anatomy.vessels.build import grow_vessels
from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.injector_protocol import ProtocolItem
from angiosuite.content.lesion import LesionItem
from angiosuite.content.loader import load_library
from angiosuite.content.vessel_template import VesselTemplateItem
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.settling import settle
from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

LIBRARY = load_library()
LESIONS = {k: one.item for k, one in LIBRARY.items["lesions"].items() if isinstance(one.item, LesionItem)}
PROTOCOLS = {
    k: one.item for k, one in LIBRARY.items["protocols"].items() if isinstance(one.item, ProtocolItem)
}
CATHETERS = [
    one.item
    for one in LIBRARY.items["devices"].values()
    if isinstance(one.item, DeviceItem) and isinstance(one.item.part, Catheter)
]
VARIANTS = [
    (site.id, variant.id)
    for one in LIBRARY.items["vessels"].values()
    if isinstance(one.item, VesselTemplateItem)
    for site in one.item.sites
    for variant in site.variants
    if variant.share > 0.0
]
EVERYDAY_LESIONS = ("renal-stenosis", "splenic-bleeding")
EVERYDAY_PROTOCOLS = ("renal", "abdominal-aorta", "hepatic-vein")


def sampled(names: list[str], everyday: tuple[str, ...]) -> list[object]:
    """All of them, most in the larger size alone."""
    return [
        name if name in everyday else pytest.param(name, marks=pytest.mark.long if k % 4 else pytest.mark.ci)
        for k, name in enumerate(names)
    ]


def assert_sound(blood: Circulation) -> None:
    """Finite, volumes above nothing, no iodine gained or lost."""
    network, transport = blood.network, blood.transport
    assert np.isfinite(network.pressure_mmhg).all() and np.isfinite(network.flow_ml_s).all()
    assert (network.volume_ml > 0.0).all()
    aorta = network.pressure_mmhg[blood.plumbing.spec.b[blood.plumbing.edge["aortic-valve"]]]
    assert 30.0 < aorta < 220.0
    held = transport.in_system_mg + transport.excreted_mg + transport.lost_mg
    assert held == pytest.approx(transport.injected_mg, rel=1e-9, abs=1e-6)


def opened(room: Room, path: Path, **blood: object) -> Session:
    task = {"id": "t", "title": "T", "kind": "drill", "mode": "practice", "brief": "b"}
    return create_session(path, room, seed=7, task={**task, "start": {"blood": blood}})


@pytest.mark.parametrize("name", sampled(list(LESIONS), EVERYDAY_LESIONS))
def test_a_lesion_in_a_session_stays_sound_under_an_injection(
    patient_room: Room, tmp_path: Path, name: str
) -> None:
    session = opened(patient_room, tmp_path / "s1", lesions=[{"lesion": name}])
    session.command("catheter.place", {"device": "pigtail-5f", "vessel": "abdominal-aorta", "at_mm": 20.0})
    session.command("hand.puff", {"ml": 10.0, "rate_ml_s": 5.0})
    session.advance(3_000_000)
    assert_sound(session.blood.blood)
    seen = session.blood.seen()
    assert seen is not None and np.isfinite(seen.lumens_g_cm3).all() and np.isfinite(seen.beds_g_cm3).all()
    session.close()


@pytest.mark.parametrize("name", sampled(list(PROTOCOLS), EVERYDAY_PROTOCOLS))
def test_a_protocol_is_given_through_its_catheter_in_one_of_its_vessels(
    patient_room: Room, tmp_path: Path, name: str
) -> None:
    protocol, graph = PROTOCOLS[name], patient_room.vessels
    there = [v for v in protocol.vessels if v in graph.vessels]
    if not there:
        pytest.skip("its vessels lie beyond the built-in body")
    if graph.vessels[there[0]].system == "portal":
        pytest.skip("no catheter reaches the portal vein from a groin")
    fitting = [device for device in CATHETERS if device.catheter.family in protocol.catheters]
    best = max(fitting, key=lambda device: device.catheter.max_psi * device.catheter.bore_mm**4)
    session = create_session(tmp_path / "s1", patient_room, seed=7)
    length = graph.vessels[there[0]].length_mm
    session.blood.place(best.id, there[0], 0.3 * length, "free")
    for command, given in (
        ("injector.fill", {"medium": "iohexol-300"}),
        ("injector.purge", {}),
        ("injector.check", {}),
        ("injector.protocol", {"id": name}),
        ("injector.arm", {}),
        ("injector.start", {}),
    ):
        session.command(command, given)
    session.advance(3_000_000)
    desk, blood = session.blood.desk, session.blood.blood
    asked = min(protocol.volume_ml, protocol.rate_ml_s * (2.8 - 0.5 * protocol.rise_s))
    assert desk.given_ml > 0.7 * asked and desk.given_mg > 0.0
    assert_sound(blood)
    seen = session.blood.seen()
    assert seen is not None and seen.lumens_g_cm3.max() > 0.02
    session.close()


@pytest.mark.parametrize(
    ("site", "variant"),
    [pytest.param(*one, marks=pytest.mark.long if k else pytest.mark.ci) for k, one in enumerate(VARIANTS)],
)
def test_a_variant_plumbs_and_settles(patient_room: Room, site: str, variant: str) -> None:
    own = patient_room.vessels
    graph = grow_vessels(patient_room.body, variants={**own.variants, site: variant}, library=LIBRARY)
    assert graph.variants[site] == variant
    rest = settle(plumb(graph, **patient_room.plumbed), 68.0)
    spec = rest.plumbing.spec
    aorta = rest.mean_mmhg[spec.b[rest.plumbing.edge["aortic-valve"]]]
    assert 85.0 < aorta < 100.0 and np.isfinite(rest.network.pressure_mmhg).all()
    for bed in rest.plumbing.beds.values():
        carried = sum(rest.mean_ml_s[rest.plumbing.edge[name]] for name in bed.edges)
        assert carried == pytest.approx(bed.flow_ml_s.sum(), rel=0.1)
