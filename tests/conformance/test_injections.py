"""Every catheter, medium and injector protocol that ships, put together: what is asked for can be done."""

from __future__ import annotations

import pytest

from angiosuite.content import load_library
from angiosuite.content.catheter import Catheter
from angiosuite.content.contrast_medium import ContrastItem, IodinatedMedium
from angiosuite.content.device import DeviceItem
from angiosuite.content.injector_protocol import ProtocolItem
from angiosuite.physics.flow.injection_line import Bore, Fluid, flow_at_limit_ml_s, line_pressure_psi

LIBRARY = load_library()
CATHETERS = {
    k: one.item.part
    for k, one in LIBRARY.items["devices"].items()
    if isinstance(one.item, DeviceItem) and isinstance(one.item.part, Catheter)
}
MEDIA = {
    k: one.item.medium
    for k, one in LIBRARY.items["contrast"].items()
    if isinstance(one.item, ContrastItem) and isinstance(one.item.medium, IodinatedMedium)
}
PROTOCOLS = {
    k: one.item for k, one in LIBRARY.items["protocols"].items() if isinstance(one.item, ProtocolItem)
}
DIAGNOSTIC = ("flush", "simple-curve", "double-curve", "reverse-curve")


def bore(part: Catheter) -> Bore:
    holes = part.holes
    return Bore(part.bore_mm, part.length_cm, None if holes.end else 0.0, holes.side, holes.side_mm or 0.0)


def fluid(medium: IodinatedMedium) -> Fluid:
    return Fluid(
        medium.iodine_mg_ml, medium.viscosity_20_mpa_s, medium.viscosity_37_mpa_s, medium.density_g_ml
    )


@pytest.mark.parametrize("device", CATHETERS)
@pytest.mark.parametrize("medium", MEDIA)
def test_every_medium_goes_through_every_catheter_and_better_when_warm(device: str, medium: str) -> None:
    """A wire's lumen in a balloon's catheter lets through little; one that draws clot lets through much."""
    part, told = CATHETERS[device], fluid(MEDIA[medium])
    warm = flow_at_limit_ml_s(part.max_psi, bore(part), told, 37.0)
    cold = flow_at_limit_ml_s(part.max_psi, bore(part), told, 20.0)
    least = 0.05 if part.balloon or part.stent else 0.1
    assert least < cold <= warm < (100 if part.family in ("guiding", "aspiration") else 45)
    assert line_pressure_psi(warm, bore(part), told, 37.0) == pytest.approx(part.max_psi, rel=1e-3)


@pytest.mark.parametrize("identity", PROTOCOLS)
def test_a_protocol_reaches_its_rate_with_the_usual_medium(identity: str) -> None:
    protocol, told = PROTOCOLS[identity], fluid(MEDIA["iohexol-300"])
    able = {
        name: flow_at_limit_ml_s(min(part.max_psi, protocol.limit_psi or 1200), bore(part), told)
        for name, part in CATHETERS.items()
        if part.family in protocol.catheters
    }
    assert max(able.values()) >= protocol.rate_ml_s, able


def test_microcatheters_are_what_limits_a_rate() -> None:
    told = fluid(MEDIA["iohexol-350"])
    most = {name: flow_at_limit_ml_s(part.max_psi, bore(part), told) for name, part in CATHETERS.items()}
    micro = [most[name] for name, part in CATHETERS.items() if part.family == "microcatheter"]
    curved = [most[name] for name, part in CATHETERS.items() if part.family in DIAGNOSTIC]
    assert max(micro) < 4 < min(curved)
