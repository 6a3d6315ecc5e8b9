"""Gas in the blood: kept, carried, rising, trapped, dissolved; the syringe's burst and the rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.gas import AIR, CO2, Gas, bubble_speed_cm_s, filled_share
from angiosuite.physics.flow.gas_syringe import GasPush, GasRules, GasSyringe, gas_faults
from angiosuite.physics.flow.injection_line import Bore
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec, NodeLaw

DT = 0.002
BORE = Bore(1.0, 65.0)


class Still:
    """Flow that stays as it is set."""

    def __init__(self, spec: FlowSpec, **flows: float) -> None:
        self.flow_ml_s = np.zeros(len(spec.edges))
        for name, value in flows.items():
            self.flow_ml_s[spec.edge(name)] = value
        self.volume_ml = np.maximum(spec.volume_ml, 1.0)
        self.sources_ml_s = np.zeros(len(spec.nodes))


def loop() -> FlowSpec:
    """A right heart, lungs as a bed, an aorta with a high and a low branch, and a way back."""
    d = Draft()
    d.node("right", law=NodeLaw.CHAMBER, volume_ml=100.0)
    d.node("left", law=NodeLaw.CHAMBER, volume_ml=100.0)
    for name in ("trunk", "root", "fork", "high", "low", "vein"):
        d.node(name, law=NodeLaw.TUBE)
    d.edge("pulmonary", "right", "trunk", kind=EdgeKind.VALVE)
    d.edge("lungs", "trunk", "left", kind=EdgeKind.BED, bed_ml=120.0, tanks=4)
    d.edge("aortic", "left", "root", kind=EdgeKind.VALVE)
    for name, a, b, area in (
        ("aorta", "root", "fork", 3.0),
        ("up", "fork", "high", 0.5),
        ("down", "fork", "low", 0.5),
        ("back", "vein", "vein2", 2.0),
    ):
        if b == "vein2":
            d.node("vein2", law=NodeLaw.TUBE)
        d.tube(name, a, b, length_cm=5.0, area_cm2=area, stiffness=100.0)
    d.edge("bedup", "high", "vein", kind=EdgeKind.BED, bed_ml=10.0, tanks=3)
    d.edge("beddown", "low", "vein", kind=EdgeKind.BED, bed_ml=10.0, tanks=3)
    d.edge("tricuspid", "vein2", "right", kind=EdgeKind.VALVE)
    return d.spec()


def running(spec: FlowSpec, up: float = 5.0, down: float = 5.0) -> Still:
    q = up + down
    return Still(
        spec,
        pulmonary=q,
        lungs=q,
        aortic=q,
        aorta=q,
        up=up,
        down=down,
        bedup=up,
        beddown=down,
        back=q,
        tricuspid=q,
    )


def gas_of(spec: FlowSpec, **rise: float) -> Gas:
    sine = np.zeros(len(spec.edges))
    for name, value in rise.items():
        sine[spec.edge(name)] = value
    return Gas(spec, sine, np.array([spec.edge("lungs")]))


def give(
    spec: FlowSpec, gas: Gas, flow: Still, node: str, ml: float, seconds: float, kind: int = CO2
) -> None:
    """Inject evenly over half a second, then wait."""
    source = np.zeros((2, len(spec.nodes)))
    for n in range(round(seconds / DT)):
        source[kind, spec.node(node)] = ml * DT / 0.5 if n * DT < 0.5 - 1e-9 else 0.0
        gas.step(flow, source, DT)


@budget(max_examples=15, deadline=None)
@given(up=st.floats(-3, 15), down=st.floats(-3, 15), sine=st.floats(-1, 1), air=st.booleans())
def test_gas_is_kept_but_for_what_dissolves(up: float, down: float, sine: float, air: bool) -> None:
    """Injected = there + dissolved; never negative; no cell is more than full of what flows."""
    spec = loop()
    gas, flow = gas_of(spec, up=sine, down=-sine, aorta=sine), running(spec, up, down)
    source = np.zeros((2, len(spec.nodes)))
    faded = 0.0
    for n in range(400):
        source[int(air), spec.node("fork")] = 0.04 if n < 200 else 0.0
        gas.step(flow, source, DT)
        faded += float(gas.faded_ml.sum())
        assert all(x.min() >= 0.0 for k, x in gas.state().items() if k != "gas_totals_ml")
    assert gas.injected_ml.sum() == pytest.approx(8.0)
    assert gas.ml.sum() + gas.dissolved_ml.sum() == pytest.approx(8.0, rel=1e-9)
    assert faded == pytest.approx(float(gas.dissolved_ml.sum()), rel=1e-9, abs=1e-12)
    assert gas.share(flow.volume_ml).max() <= 1.0


def test_a_bubble_rises_in_an_inclined_vessel() -> None:
    """At equal flow more gas goes up than down; the rise is 0.35 sqrt(g D)."""
    assert bubble_speed_cm_s(1.0) == pytest.approx(0.35 * np.sqrt(981.0))
    assert bubble_speed_cm_s(0.2) == 0.0
    spec = loop()
    level, tilted = gas_of(spec), gas_of(spec, up=1.0, down=-1.0)
    for gas in (level, tilted):
        give(spec, gas, running(spec), "root", 5.0, 0.9)
    up, down = spec.edge("up"), spec.edge("down")
    assert level.edge_ml[up] == pytest.approx(level.edge_ml[down], rel=1e-6)
    assert tilted.edge_ml[up] > 2.0 * tilted.edge_ml[down]


def test_slow_blood_does_not_take_gas_down() -> None:
    """Gas at the high end stays there while blood slower than the bubble runs down."""
    spec = loop()
    flow = running(spec, up=-3.0, down=6.0)  # blood comes down from the high end
    trapped, free = gas_of(spec, up=1.0), gas_of(spec)
    for gas in (trapped, free):
        give(spec, gas, flow, "high", 1.5, 2.0)
    up = spec.edge("up")
    assert (
        trapped.edge_ml[up] > 3.0 * max(free.edge_ml[up], 1e-9) or trapped.state()["gas_pool_ml"].max() > 0.3
    )


def test_carbon_dioxide_is_gone_in_a_minute_and_air_is_not() -> None:
    spec = loop()
    left = []
    for kind in (CO2, AIR):
        gas = gas_of(spec)
        give(spec, gas, running(spec), "trunk", 20.0, 30.0, kind)
        left.append(float(gas.ml.sum()))
    assert left[0] < 3.0, "bubbles are gone from the lungs within half a minute"
    assert left[1] > 15.0


def test_the_picture_can_ask_for_gas_anywhere() -> None:
    spec = loop()
    gas, flow = gas_of(spec), running(spec)
    give(spec, gas, flow, "root", 10.0, 0.4)
    edge = np.full(3, spec.edge("aorta"))
    seen = gas.at(edge, np.array([0.0, 0.5, 1.0]), flow.volume_ml)
    assert seen.min() > 0.0 and seen.max() <= 1.0
    assert seen[0] == pytest.approx(gas.share(flow.volume_ml)[gas.edge_cells(int(edge[0]))][0])


def test_wide_vessels_keep_a_level_of_blood() -> None:
    assert filled_share(8.0) == 1.0 and filled_share(10.0) == 1.0
    assert 0.3 < filled_share(25.0) < 0.6


def test_gas_goes_on_exactly() -> None:
    spec = loop()
    one, flow = gas_of(spec, up=0.5), running(spec)
    give(spec, one, flow, "root", 10.0, 1.0)
    other = gas_of(spec, up=0.5)
    other.restore(one.state())
    for gas in (one, other):
        give(spec, gas, flow, "fork", 2.0, 1.0, AIR)
    assert all(np.array_equal(x, other.state()[k]) for k, x in one.state().items())


def push(syringe: GasSyringe, seconds: float = 6.0) -> list[GasPush]:
    return [syringe.step(90.0, DT) for _ in range(round(seconds / DT))]


def test_gas_bursts_behind_a_plug() -> None:
    """A purged catheter gives a steady push, a full one nothing first and then everything at once."""
    peaks, late = [], []
    for purged in (True, False):
        syringe = GasSyringe()
        syringe.fill(40.0, flushes=3)
        syringe.connect(BORE, plug_ml=None)
        if purged:
            syringe.purge(3.0)
        syringe.inject(20.0, 10.0)
        flow = np.array([p.co2_ml for p in push(syringe)]) / DT
        peaks.append(float(flow.max()))
        late.append(float(np.argmax(flow > 1.0)) * DT)
        assert flow.sum() * DT == pytest.approx(20.0 * 760.0 / 850.0, rel=0.05), "expands to 850 mmHg"
    assert peaks[1] > 1.5 * peaks[0]
    assert late[1] >= late[0]


def test_air_comes_along_when_the_way_was_not_flushed() -> None:
    shares = []
    for flushes in (0, 1, 3):
        syringe = GasSyringe()
        syringe.fill(30.0, flushes)
        shares.append(syringe.air_share)
    assert shares[0] > 0.1 and shares[2] < 0.001 and shares == sorted(shares, reverse=True)


def test_faults_are_named() -> None:
    rules = GasRules()
    safe = {"artery": True, "above_diaphragm": False, "ml": 30.0, "air_share": 0.0, "since_s": None}
    assert gas_faults(rules, **safe) == ()  # type: ignore[arg-type]
    worst = {"artery": True, "above_diaphragm": True, "ml": 120.0, "air_share": 0.2, "since_s": 20.0}
    assert set(gas_faults(rules, **worst)) == {  # type: ignore[arg-type]
        "gas-above-diaphragm",
        "air-in-reservoir",
        "gas-too-soon",
        "gas-too-much",
    }
    assert gas_faults(rules, artery=False, above_diaphragm=True, ml=20.0, air_share=0.0, since_s=300.0) == ()
