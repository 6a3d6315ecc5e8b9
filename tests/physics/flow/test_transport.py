"""Iodine carried through hand-made flows: nothing is lost, and closed forms hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from angiosuite.physics.flow.cells import lane_weights
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.exchange import Traits
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec, NodeLaw
from angiosuite.physics.flow.transport import Transport

DT = 0.002


class Hand:
    """Flows given by hand; volumes follow by continuity."""

    def __init__(self, spec: FlowSpec) -> None:
        self.spec = spec
        self.flow_ml_s = np.zeros(len(spec.edges))
        self.volume_ml = spec.volume_ml.astype(float).copy()
        self.sources_ml_s = np.zeros(len(spec.nodes))

    def step(self, dt: float = DT) -> None:
        gain = self.sources_ml_s.copy()
        np.subtract.at(gain, self.spec.a, self.flow_ml_s)
        np.add.at(gain, self.spec.b, self.flow_ml_s)
        self.volume_ml += np.where(self.spec.law == NodeLaw.FIXED, 0.0, gain * dt)


def pipe(
    segments: int = 4, length_cm: float = 5.0, area_cm2: float = 0.3, lanes: int = 1, profile: float = 2.0
) -> FlowSpec:
    """A vessel in segments between an inlet and an outlet of prescribed pressure."""
    d = Draft()
    d.node("in", law=NodeLaw.FIXED)
    for k in range(1, segments):
        d.node(f"n{k}", law=NodeLaw.TUBE)
    d.node("out", law=NodeLaw.FIXED)
    names = ["in", *(f"n{k}" for k in range(1, segments)), "out"]
    for k in range(segments):
        d.tube(
            f"v/{k}", names[k], names[k + 1], length_cm=length_cm, area_cm2=area_cm2, stiffness=100.0,
            lanes=lanes, profile=profile,
        )  # fmt: skip
    return d.spec()


def knot() -> FlowSpec:
    """A loop with a fork, a shunt, a valve, a chamber, a bed and a pool."""
    d = Draft()
    d.node("heart", law=NodeLaw.CHAMBER, volume_ml=120.0)
    d.node("pool", law=NodeLaw.LINEAR, volume_ml=60.0)
    for name in ("root", "mid", "fork", "left", "right", "tip", "vein", "cava"):
        d.node(name, law=NodeLaw.TUBE)
    d.edge("aortic", "heart", "root", kind=EdgeKind.VALVE)
    for name, a, b, area, lanes in (
        ("aorta/0", "root", "mid", 3.0, 3),
        ("aorta/1", "mid", "fork", 2.5, 3),
        ("left/0", "fork", "left", 0.3, 3),
        ("right/0", "fork", "right", 0.02, 1),
        ("twig/0", "right", "tip", 0.01, 1),
        ("vein/0", "vein", "cava", 1.5, 3),
    ):
        d.tube(name, a, b, length_cm=4.0, area_cm2=area, stiffness=100.0, lanes=lanes)
    d.edge("bed", "left", "vein", kind=EdgeKind.BED, bed_ml=12.0, tanks=4)
    d.edge("shunt", "right", "vein", kind=EdgeKind.LINK)
    d.edge("leak", "right", "pool", kind=EdgeKind.LINK)
    d.edge("return", "cava", "heart", kind=EdgeKind.VALVE)
    return d.spec()


def swirl(hand: Hand, rng: np.random.Generator, size: float) -> None:
    """New random flows, drawn to such as leave every volume within some tenths of its start."""
    spec = hand.spec
    hand.flow_ml_s[:] = rng.normal(0, size, len(spec.edges)) * rng.uniform(0, 1, len(spec.edges))
    want = (spec.volume_ml * rng.uniform(0.8, 1.2, len(spec.nodes)) - hand.volume_ml) / 0.05
    into = np.zeros((len(spec.nodes), len(spec.edges)))
    into[spec.b, np.arange(len(spec.edges))] += 1.0
    into[spec.a, np.arange(len(spec.edges))] -= 1.0
    off = want - into @ hand.flow_ml_s - hand.sources_ml_s
    off[0] -= off.sum()  # the heart takes what is injected or lost
    hand.flow_ml_s += np.linalg.lstsq(into, off, rcond=None)[0]


@budget(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31), size=st.floats(0.1, 8.0), window=st.integers(1, 5))
def test_iodine_is_conserved(seed: int, size: float, window: int) -> None:
    """C1: injected = in the system + excreted + lost to 1e-10, whatever flows, back and forth."""
    spec = knot()
    rng = np.random.default_rng(seed)
    hand = Hand(spec)
    bed = spec.edge("bed")
    traits = Traits.none(len(spec.edges))
    traits.leak_ml_s[bed], traits.tissue_ml[bed], traits.filtered[bed] = 0.5, 30.0, 0.2
    t = Transport(spec, traits, window=window)
    conc = np.zeros(len(spec.nodes))
    given_mg = 0.0
    for n in range(150):
        if n % 10 == 0:
            hand.sources_ml_s[:] = 0.0
            if n < 100:
                node = int(rng.integers(2, len(spec.nodes)))
                hand.sources_ml_s[node] = rng.uniform(0, 30)
                conc[:] = 0.0
                conc[node] = 300.0
            hand.sources_ml_s[0] = -rng.uniform(0, 5)
            swirl(hand, rng, size)
        hand.step()
        given_mg += float((np.maximum(hand.sources_ml_s, 0) * conc).sum()) * DT
        t.step(hand, conc, DT)
        assert t.cell_mg_ml.min() >= -1e-9
    whole = t.in_system_mg + t.excreted_mg + t.lost_mg
    assert given_mg > 0
    assert abs(t.injected_mg - given_mg) <= 1e-10 * given_mg
    assert abs(whole - given_mg) <= 1e-10 * given_mg
    assert np.isfinite(t.cell_mg_ml).all()


@pytest.mark.parametrize("window", [1, 3])
def test_an_even_mixture_stays_even_in_breathing_vessels(window: int) -> None:
    """Cells breathe with the vessel: the same concentration everywhere is not disturbed by any flow."""
    spec = knot()
    rng = np.random.default_rng(3)
    hand = Hand(spec)
    t = Transport(spec, window=window)
    t.fill(7.0, hand.volume_ml)
    for n in range(60):
        if n % 6 == 0:
            swirl(hand, rng, 8.0)
        hand.step()
        t.step(hand, np.zeros(len(spec.nodes)), DT)
    cells = np.concatenate(
        [t.cell_mg_ml[t.edge_cells(k)] for k in range(len(spec.edges)) if spec.kind[k] == EdgeKind.TUBE]
    )
    assert np.ptp(hand.volume_ml / spec.volume_ml.clip(1e-9)) > 0.02
    np.testing.assert_allclose(cells, 7.0, rtol=1e-9)


def run_pipe(
    spec: FlowSpec, flow: float, seconds: float, window: int = 1, **kw: float
) -> tuple[np.ndarray, np.ndarray]:
    """Concentration at the outlet, mg/ml, of a pipe that is fed 100 mg/ml from time 0."""
    hand = Hand(spec)
    hand.flow_ml_s[:] = flow
    t = Transport(spec, window=window, **kw)  # type: ignore[arg-type]
    conc = np.zeros(len(spec.nodes))
    conc[0] = 100.0
    seen = []
    for _ in range(round(seconds / DT)):
        before = t.lost_mg
        t.step(hand, conc, DT)
        seen.append((t.lost_mg - before) / (flow * DT))
    times = (np.arange(len(seen)) + 1) * DT
    return times, np.array(seen)


def test_a_plug_arrives_after_volume_over_flow() -> None:
    """C4: half the concentration at volume / flow, within one cell."""
    spec = pipe()
    times, seen = run_pipe(spec, 4.0, 3.0)
    arrives = float(np.interp(50.0, seen, times))
    assert arrives == pytest.approx(20 * 0.3 / 4.0, abs=0.6 * 0.3 / 4.0)
    width = np.interp(84.0, seen, times) - np.interp(16.0, seen, times)
    assert width < 6 * 0.6 * 0.3 / 4.0, "the front stays within a few cells"
    assert seen.max() <= 100.0 + 1e-9


def test_three_lanes_keep_the_laminar_tail() -> None:
    """C5: Danckwerts' F-curve of laminar flow, ``1 - (tau / 2 t)^2`` from tau/2 on, 5 % rms."""
    spec = pipe(segments=4, area_cm2=0.1, lanes=3)
    tau = 20 * 0.1 / 3.0
    times, seen = run_pipe(spec, 3.0, 3 * tau)
    expected = np.where(times > tau / 2, 1 - (tau / 2 / times) ** 2, 0.0)
    rms = float(np.sqrt(np.mean((seen / 100.0 - expected) ** 2)))
    assert rms < 0.05
    plug = np.where(times > tau, 1.0, 0.0)
    assert np.sqrt(np.mean((seen / 100.0 - plug) ** 2)) > 2 * rms, "no plug"


def test_lanes_of_a_blunt_profile_run_nearly_alike() -> None:
    laminar, blunt = lane_weights(2.0, 3), lane_weights(9.0, 3)
    np.testing.assert_allclose(laminar, [5 / 9, 3 / 9, 1 / 9])
    assert blunt.sum() == pytest.approx(1.0) and blunt[0] - blunt[2] < laminar[0] - laminar[2]


def test_swift_cells_take_several_goes() -> None:
    """30 ml/s through a vessel of 1 mm empties its cells many times a step; nothing blows up."""
    spec = pipe(segments=2, length_cm=1.0, area_cm2=0.008)
    times, seen = run_pipe(spec, 30.0, 0.05)
    assert seen.max() <= 100.0 + 1e-6
    assert seen[-1] == pytest.approx(100.0)
    assert times[-1] > 0


@pytest.mark.parametrize("window", [1, 2, 5])
def test_area_under_the_curve_is_dose_over_flow(window: int) -> None:
    """C2, Stewart-Hamilton: 3000 mg at 85 ml/s leave 35.3 mg s/ml behind, within 1 %."""
    spec = pipe(segments=4, length_cm=5.0, area_cm2=4.0, lanes=3, profile=9.0)
    hand = Hand(spec)
    t = Transport(spec, window=window)
    node, edge = spec.node("n1"), spec.edge("v/3")
    conc = np.zeros(len(spec.nodes))
    area = 0.0
    for n in range(2000):
        injecting = n * DT < 0.5
        hand.sources_ml_s[node] = 20.0 if injecting else 0.0
        conc[node] = 300.0
        hand.flow_ml_s[:] = 85.0
        hand.flow_ml_s[0] = 85.0 - hand.sources_ml_s[node]  # the injection displaces inflow
        hand.step()
        t.step(hand, conc, DT)
        area += float(t.at(np.array([edge]), np.array([0.5]))[0]) * DT
    assert t.injected_mg == pytest.approx(3000.0)
    assert area == pytest.approx(3000.0 / 85.0, rel=0.01)


def test_streams_mix_by_flow_where_they_meet() -> None:
    """C3: downstream of an injection ``C0 min(1, Qi/Q)``, within 5 %; nothing upstream below Q."""
    for rate, expected in ((2.0, 300 * 2 / 8), (6.0, 300 * 6 / 8), (8.0, 300.0), (12.0, 300.0)):
        spec = pipe(segments=4, area_cm2=0.3)
        hand = Hand(spec)
        t = Transport(spec)
        node = spec.node("n2")
        conc = np.zeros(len(spec.nodes))
        conc[node] = 300.0
        hand.sources_ml_s[node] = rate
        hand.flow_ml_s[:2], hand.flow_ml_s[2:] = 8.0 - rate, 8.0
        if rate > 8.0:
            hand.flow_ml_s[2:] = 8.0
        for _ in range(1500):
            hand.step()
            t.step(hand, conc, DT)
        down = t.cell_mg_ml[t.edge_cells(3)]
        up = t.cell_mg_ml[t.edge_cells(1)]
        np.testing.assert_allclose(down, expected, rtol=0.05)
        assert (up.max() > 1.0) == (rate > 8.0)


@pytest.mark.parametrize("tanks", [1, 3, 6])
def test_a_bed_delays_by_its_volume_over_flow(tanks: int) -> None:
    """C6: mean transit of a bed is the sum of its tanks' V/Q, and their number sets the spread, 2 %."""
    d = Draft()
    d.node("in", law=NodeLaw.FIXED)
    d.node("out", law=NodeLaw.FIXED)
    d.edge("bed", "in", "out", kind=EdgeKind.BED, bed_ml=20.0, tanks=tanks)
    spec = d.spec()
    hand = Hand(spec)
    hand.flow_ml_s[:] = 5.0
    t = Transport(spec)
    conc = np.zeros(2)
    lost, times = [0.0], [0.0]
    for n in range(20000):
        conc[0] = 100.0 if n < 50 else 0.0
        t.step(hand, conc, DT)
        lost.append(t.lost_mg)
        times.append((n + 1) * DT)
    out = np.diff(lost)
    middle = np.array(times[1:]) - 0.05 - DT / 2
    mean = float((out * middle).sum() / out.sum())
    spread = float((out * (middle - mean) ** 2).sum() / out.sum())
    assert mean == pytest.approx(4.0, rel=0.02)
    assert spread == pytest.approx(16.0 / tanks, rel=0.02)


@budget(max_examples=10, deadline=None)
@given(slow=st.floats(0.5, 15.0), more=st.floats(1.01, 4.0))
def test_a_faster_injection_never_lowers_the_peak(slow: float, more: float) -> None:
    """At equal duration, in the injected vessel."""
    peaks = []
    for rate in (slow, slow * more):
        spec = pipe(segments=4, area_cm2=0.3, lanes=3)
        hand = Hand(spec)
        t = Transport(spec)
        node = spec.node("n2")
        conc = np.zeros(len(spec.nodes))
        conc[node] = 300.0
        peak = 0.0
        for n in range(400):
            hand.sources_ml_s[node] = rate if n < 250 else 0.0
            hand.flow_ml_s[2:] = 8.0
            hand.flow_ml_s[:2] = 8.0 - hand.sources_ml_s[node]
            t.step(hand, conc, DT)
            peak = max(peak, float(t.cell_mg_ml[t.edge_cells(2)].max()))
        peaks.append(peak)
    assert peaks[1] >= peaks[0] - 1e-9


def test_state_goes_on_exactly() -> None:
    """A restored transport and the one that went on hold the same bytes."""
    spec = knot()
    rng = np.random.default_rng(5)
    hand = Hand(spec)
    t = Transport(spec, window=3)
    conc = np.full(len(spec.nodes), 200.0)
    hand.sources_ml_s[3] = 4.0
    swirl(hand, rng, 5.0)
    for _ in range(31):
        hand.step()
        t.step(hand, conc, DT)
    other = Transport(spec, window=3)
    other.restore(t.state())
    for _ in range(17):
        hand.step()
        t.step(hand, conc, DT)
        other.step(hand, conc, DT)
    assert all(np.array_equal(x, other.state()[k]) for k, x in t.state().items())
    assert t.injected_mg == other.injected_mg


@pytest.mark.parametrize("late", range(5))
def test_windows_end_with_the_rooms_steps_whenever_an_injection_begins(late: int) -> None:
    """Every fifth step from the first on nothing waits, so a network may be drawn anew there."""
    spec = pipe()
    hand = Hand(spec)
    hand.flow_ml_s[:] = 5.0
    hand.sources_ml_s[2] = 1.0
    t = Transport(spec)
    for n in range(20):
        conc = np.zeros(len(spec.nodes))
        conc[2] = 300.0 if n >= late else 0.0
        t.step(hand, conc, DT)
        if n % 5 == 4:
            assert not t.state()["source_mg"].any()
    assert t.injected_mg == pytest.approx(300.0 * DT * (20 - late))
    assert t.in_system_mg + t.lost_mg == pytest.approx(t.injected_mg)


def test_without_iodine_nothing_is_done() -> None:
    spec = pipe()
    hand = Hand(spec)
    hand.flow_ml_s[:] = 5.0
    t = Transport(spec)
    for _ in range(10):
        t.step(hand, np.zeros(len(spec.nodes)), DT)
    assert t.empty and t.in_system_mg == 0.0 and not t.cell_mg_ml.any()
