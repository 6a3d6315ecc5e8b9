"""Contrast in a network that solves its own flow: an injection displaces, mixes and refluxes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec, NodeLaw
from angiosuite.physics.flow.transport import Transport

DT = 0.002
OUTSIDE = np.zeros(3)


def branch() -> FlowSpec:
    """An aorta of 60 ml/s at steady pressure with a coeliac branch of about 14 ml/s."""
    d = Draft()
    d.node("heart", law=NodeLaw.FIXED, p0_mmhg=100.0, start_mmhg=100.0)
    d.node("low", law=NodeLaw.FIXED, p0_mmhg=5.0, start_mmhg=5.0)
    for name in ("a0", "a1", "a2", "c1", "c2"):
        d.node(name, law=NodeLaw.TUBE, p0_mmhg=95.0, start_mmhg=98.0)
    for name, a, b, length, area in (
        ("aorta/0", "heart", "a0", 4.0, 3.0),
        ("aorta/1", "a0", "a1", 4.0, 3.0),
        ("aorta/2", "a1", "a2", 4.0, 2.5),
        ("coeliac/0", "a1", "c1", 2.5, 0.35),
        ("coeliac/1", "c1", "c2", 2.5, 0.35),
    ):
        d.tube(name, a, b, length_cm=length, area_cm2=area, stiffness=600.0, lanes=3, profile=9.0)
    d.edge("legs", "a2", "low", kind=EdgeKind.LINK, resistance=2.0)
    d.edge("liver", "c2", "low", kind=EdgeKind.BED, resistance=6.6, bed_ml=70.0, tanks=4)
    return d.spec()


@dataclass(frozen=True, slots=True)
class Seen:
    """What an injection did in its last half second."""

    inflow: float
    outflow: float
    distal: float
    aorta: float
    fault: float


@cache
def inject(rate: float) -> Seen:
    """300 mg/ml for 3 s into the middle of the coeliac."""
    spec = branch()
    network = Network(spec)
    for _ in range(1000):
        network.step(0.0, OUTSIDE)
    transport = Transport(spec)
    source = np.zeros(len(spec.nodes))
    node = spec.node("c1")
    source[node], network.sources_ml_s[node] = 300.0, rate
    first, second, aorta = spec.edge("coeliac/0"), spec.edge("coeliac/1"), spec.edge("aorta/2")
    rows = []
    for n in range(1500):
        network.step(0.0, OUTSIDE)
        transport.step(network, source, DT)
        if n >= 1250:
            rows.append(
                (
                    network.flow_ml_s[first],
                    network.flow_ml_s[second],
                    transport.cell_mg_ml[transport.edge_cells(second)].mean(),
                    transport.cell_mg_ml[transport.edge_cells(aorta)].max(),
                )
            )
    whole = transport.in_system_mg + transport.lost_mg
    fault = abs(whole - transport.injected_mg) / max(transport.injected_mg, 1e-9)
    means = np.mean(rows, axis=0)
    return Seen(*(float(x) for x in means), fault)


@pytest.mark.parametrize("rate", [2.0, 6.0, 12.0, 20.0, 30.0])
def test_an_injection_displaces_inflow(rate: float) -> None:
    """What is injected comes instead of blood, nearly one for one, and hardly adds to the branch."""
    rest = inject(1e-6)
    now = inject(rate)
    assert (rest.inflow - now.inflow) / rate == pytest.approx(0.95, abs=0.06)
    assert now.outflow == pytest.approx(rest.outflow, rel=0.13)
    assert now.fault < 1e-10


@pytest.mark.parametrize("rate", [2.0, 6.0, 12.0, 20.0, 30.0])
def test_it_mixes_by_flow_and_refluxes_beyond_it(rate: float) -> None:
    """C3: ``C0 min(1, Qi / Q)`` within 5 %; contrast in the aorta only where the rate exceeds the flow."""
    now = inject(rate)
    assert now.distal == pytest.approx(300.0 * min(1.0, rate / now.outflow), rel=0.05)
    assert (now.inflow < 0.0) == (rate > now.outflow)
    assert (now.aorta > 5.0) == (rate > now.outflow)


def test_a_faster_injection_never_lowers_what_the_branch_shows() -> None:
    shown = [inject(rate).distal for rate in (2.0, 6.0, 12.0, 20.0, 30.0)]
    assert np.all(np.diff(shown) >= -1e-6)
