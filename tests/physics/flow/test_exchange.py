"""Beds beyond delay: tissue takes contrast up and gives it back, kidneys filter their share."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.exchange import PELVIS_S, TUBULE_S, Traits
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec, NodeLaw
from angiosuite.physics.flow.transport import Transport

DT = 0.002
HAEMATOCRIT = 0.42


def bed() -> FlowSpec:
    """One bed of 20 ml between an inlet and an outlet."""
    d = Draft()
    d.node("in", law=NodeLaw.FIXED)
    d.node("out", law=NodeLaw.FIXED)
    d.edge("bed", "in", "out", kind=EdgeKind.BED, bed_ml=20.0, tanks=4)
    return d.spec()


class Flow:
    def __init__(self, ml_s: float) -> None:
        self.flow_ml_s = np.array([ml_s])
        self.volume_ml = np.ones(2)
        self.sources_ml_s = np.zeros(2)


def run(t: Transport, flow: Flow, mg_ml: float, seconds: float, step: float = DT) -> None:
    for _ in range(round(seconds / step)):
        t.step(flow, np.array([mg_ml, 0.0]), step)


def traits(leak: float, tissue: float, filtered: float) -> Traits:
    return Traits(np.array([leak]), np.array([tissue]), np.array([filtered]), HAEMATOCRIT)


def test_tissue_and_blood_even_out() -> None:
    """Without flow the plasma and the tissue reach the same concentration; nothing is lost."""
    t = Transport(bed(), traits(1.0, 40.0, 0.0))
    run(t, Flow(5.0), 50.0, 10.0)
    run(t, Flow(0.0), 0.0, 400.0, 0.02)
    plasma = t.tank_mg[0] / (20.0 * (1.0 - HAEMATOCRIT))
    assert plasma == pytest.approx(t.extravascular_mg[0] / 40.0, rel=1e-3)
    whole = t.in_system_mg + t.lost_mg
    assert whole == pytest.approx(t.injected_mg, rel=1e-12)


def test_a_leak_keeps_the_blush_and_a_tight_bed_does_not() -> None:
    """What leaks out of a first pass is 1 - exp(-PS / plasma flow), and stays when the blood is clear."""
    left = []
    for leak in (0.0, 0.9):
        t = Transport(bed(), traits(leak, 400.0, 0.0))
        run(t, Flow(5.0), 100.0, 1.0)
        run(t, Flow(5.0), 0.0, 20.0)
        left.append(float(t.extravascular_mg[0]) / t.injected_mg)
    assert left[0] == 0.0
    first_pass = 1.0 - np.exp(-0.9 / (5.0 * (1.0 - HAEMATOCRIT)))
    assert left[1] == pytest.approx(first_pass, rel=0.12)


def test_a_kidney_filters_its_share() -> None:
    """A fifth of what arrives goes into the tubules, then the pelvis, then the bladder."""
    t = Transport(bed(), traits(0.0, 0.0, 0.2))
    run(t, Flow(10.0), 30.0, 2.0)
    run(t, Flow(10.0), 0.0, 20.0)
    assert t.excreted_mg == pytest.approx(0.2 * t.injected_mg, rel=0.12)
    tubules, pelvis = t.exchange.kidneys()[0]
    assert tubules > 0.95 * t.excreted_mg, "nephrogram"
    run(t, Flow(10.0), 0.0, TUBULE_S - 20.0, 0.02)
    tubules, pelvis = t.exchange.kidneys()[0]
    assert pelvis > 0.15 * t.excreted_mg, "collecting system in two to three minutes"
    run(t, Flow(10.0), 0.0, 8.0 * PELVIS_S, 0.02)
    assert t.exchange.bladder_mg > 0.9 * t.excreted_mg
    assert sum(t.exchange.kidneys()[0]) + t.exchange.bladder_mg == pytest.approx(t.excreted_mg, rel=1e-9)
    assert t.exchange.empty_bladder() > 0.0 and t.exchange.bladder_mg == 0.0


def test_filtration_clears_blood_with_the_half_life_of_its_volume() -> None:
    """120 ml/min from 17 l: ln 2 V / GFR = 98 min; here a tenth of both, 3 %."""
    d = Draft()
    d.node("pool", law=NodeLaw.LINEAR, volume_ml=1655.0)
    d.node("back", law=NodeLaw.LINEAR, volume_ml=5.0)
    d.edge("kidneys", "pool", "back", kind=EdgeKind.BED, bed_ml=40.0, tanks=4)
    d.edge("vein", "back", "pool", kind=EdgeKind.LINK)
    spec = d.spec()
    t = Transport(spec, Traits(np.zeros(2), np.zeros(2), np.array([0.2, 0.0]), HAEMATOCRIT))

    class Loop:
        flow_ml_s = np.full(2, 1.0)
        volume_ml = np.array([1655.0, 5.0])
        sources_ml_s = np.zeros(2)

    t.fill(1.0, Loop.volume_ml)
    start = t.in_system_mg
    minutes = 98.0
    for _ in range(round(minutes * 60.0 / 0.1)):
        t.step(Loop(), np.zeros(2), 0.1)
    assert t.in_system_mg / start == pytest.approx(0.5, rel=0.03)
