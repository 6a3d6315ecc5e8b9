"""Suspended agents: conserved, shared out as the flow is, stopped where their size or their age says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec, NodeLaw
from angiosuite.physics.treating.arterial_tree import CAPILLARY_UM
from angiosuite.physics.treating.suspended import Fraction, Stuck, Suspended

DT = 0.002


class Hand:
    """Flows given by hand; volumes follow by continuity."""

    def __init__(self, spec: FlowSpec) -> None:
        self.spec = spec
        self.flow_ml_s = np.zeros(len(spec.edges))
        self.volume_ml = spec.volume_ml.astype(float).copy()
        self.sources_ml_s = np.zeros(len(spec.nodes))

    def step(self) -> None:
        gain = self.sources_ml_s.copy()
        np.subtract.at(gain, self.spec.a, self.flow_ml_s)
        np.add.at(gain, self.spec.b, self.flow_ml_s)
        self.volume_ml += np.where(self.spec.law == NodeLaw.FIXED, 0.0, gain * DT)


def fork() -> FlowSpec:
    """An inlet, a trunk in two segments, two branches with a bed each, an outlet; the second branch thin."""
    d = Draft()
    d.node("in", law=NodeLaw.FIXED)
    d.node("out", law=NodeLaw.FIXED)
    for name in ("tip", "fork", "left-end", "right-end"):
        d.node(name, law=NodeLaw.TUBE)
    for side in ("left", "right"):
        d.node(f"{side}-small", law=NodeLaw.LINEAR, volume_ml=0.5, stiffness=50.0)
    d.tube("trunk/0", "in", "tip", length_cm=5.0, area_cm2=0.2, stiffness=100.0)
    d.tube("trunk/1", "tip", "fork", length_cm=5.0, area_cm2=0.2, stiffness=100.0)
    d.tube("left/0", "fork", "left-end", length_cm=4.0, area_cm2=0.1, stiffness=100.0)
    d.tube("right/0", "fork", "right-end", length_cm=4.0, area_cm2=0.0079, stiffness=100.0)
    for side in ("left", "right"):
        d.edge(f"{side}:arterioles", f"{side}-end", f"{side}-small", kind=EdgeKind.LINK, resistance=1.0)
        bed = {"kind": EdgeKind.BED, "resistance": 10.0, "bed_ml": 2.0, "tanks": 3}
        d.edge(f"{side}:bed", f"{side}-small", "out", **bed)
    return d.spec()


SPEC = fork()
ENTRANCES = np.array([[SPEC.node(f"{s}-small"), SPEC.edge(f"{s}:bed")] for s in ("left", "right")])
TIP = SPEC.node("tip")
LEFT, RIGHT = ([SPEC.edge(f"{s}{part}") for part in ("/0", ":arterioles", ":bed")] for s in ("left", "right"))


def flowing(left_ml_s: float, right_ml_s: float, hand: Hand, given_ml_s: float = 0.0) -> None:
    """Steady flow through both branches, less what is injected at the tip."""
    hand.flow_ml_s[LEFT], hand.flow_ml_s[RIGHT] = left_ml_s, right_ml_s
    hand.sources_ml_s[TIP] = given_ml_s
    hand.flow_ml_s[SPEC.edge("trunk/1")] = left_ml_s + right_ml_s
    hand.flow_ml_s[SPEC.edge("trunk/0")] = left_ml_s + right_ml_s - given_ml_s
    hand.step()


def by_edge(found: list[Stuck]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for one in found:
        name = SPEC.edges[one.edge]
        sums[name] = sums.get(name, 0.0) + one.ml
    return sums


def run(
    fractions: list[Fraction], flows: list[tuple[float, float]], giving_steps: int, given_ml_s: float = 0.5
) -> tuple[Suspended, list[Stuck], float]:
    """Inject into the trunk for some steps of a course of flows; what lodged, and how much came."""
    hand, blood = Hand(SPEC), Suspended(SPEC, ENTRANCES)
    blood.know(1, fractions)
    found: list[Stuck] = []
    came = 0.0
    for k, (left, right) in enumerate(flows):
        giving = k < giving_steps
        flowing(left, right, hand, given_ml_s if giving else 0.0)
        if giving:
            blood.give(1, TIP, 0.1 * given_ml_s * DT)
            came += 0.1 * given_ml_s * DT
        found += blood.step(hand, DT)
    return blood, found, came


@pytest.mark.parametrize("mean", [0.15, 0.3, 0.5])
def test_particles_part_as_the_flow_does(mean: float) -> None:
    hand, blood = Hand(SPEC), Suspended(SPEC, ENTRANCES)
    blood.know(1, [Fraction(1, 100.0, 1.0)])
    found: list[Stuck] = []
    came = 0.0
    for k in range(7000):
        turn = 2.0 * np.pi * 1.2 * DT * k
        left = 3.0 * (1.0 - mean) * (1.0 + 0.9 * np.sin(turn))
        right = 3.0 * mean * (1.0 + 0.9 * np.sin(turn - np.pi / 3.0))  # branches do not beat together
        giving = k < 2500  # six beats, the blood evenly loaded
        flowing(left, right, hand, 1e-3 if giving else 0.0)
        if giving:
            blood.give(1, TIP, 0.01 * (left + right) * DT)
            came += 0.01 * (left + right) * DT
        found += blood.step(hand, DT)
    assert by_edge(found)["right:bed"] / came == pytest.approx(mean, rel=0.02)
    assert blood.carried_ml(1) < 1e-6 * came


@given(
    st.lists(st.tuples(st.floats(-2.0, 4.0), st.floats(-1.0, 2.0)), min_size=3, max_size=12),
    st.floats(0.05, 4.0),
    st.sampled_from([5.0, 100.0, 1500.0]),
)
@budget(max_examples=40)
def test_what_was_given_is_somewhere(courses: list[tuple[float, float]], ml_s: float, um: float) -> None:
    flows = [one for one in courses for _ in range(100)]
    fractions = [Fraction(1, um, 0.7), Fraction(1, 0.5 * um, 0.3, 0.4)]
    blood, found, came = run(fractions, flows, 150, ml_s)
    whole = blood.carried_ml(1) + sum(one.ml for one in found) + blood.left_ml(1)
    assert whole == pytest.approx(came, rel=1e-10)
    assert all(one.ml >= 0.0 for one in found)


@pytest.mark.parametrize("um", [999.0, 1001.0, 1003.5])
def test_lodging_in_a_drawn_vessel_is_exact(um: float) -> None:
    lumen_um = 2e4 * np.sqrt(0.0079 / np.pi)
    _, found, came = run([Fraction(1, um, 1.0)], [(2.0, 0.5)] * 4000, 500)
    held = by_edge(found)
    assert ("right/0" in held) == (um > lumen_um) and ("right:bed" in held) == (um <= lumen_um)
    assert held["left:bed"] == pytest.approx(0.8 * came, rel=0.02)


def test_a_lumen_that_was_narrowed_holds_what_passed_before() -> None:
    hand, blood = Hand(SPEC), Suspended(SPEC, ENTRANCES)
    blood.know(1, [Fraction(1, 500.0, 1.0)])
    open_share = np.ones(len(SPEC.edges))
    open_share[SPEC.edge("right/0")] = 0.2  # 450 um
    found: list[Stuck] = []
    for k in range(3000):
        flowing(2.0, 0.5, hand, 0.5 if k < 300 else 0.0)
        if k < 300:
            blood.give(1, TIP, 1e-4)
        found += blood.step(hand, DT, open_share)
    assert set(by_edge(found)) == {"left:bed", "right/0"}


def test_what_is_smaller_than_a_capillary_passes_on() -> None:
    blood, found, came = run([Fraction(1, 0.9 * CAPILLARY_UM, 1.0)], [(2.0, 0.5)] * 20000, 300)
    assert not found
    assert blood.left_ml(1) == pytest.approx(came, rel=1e-3)


def test_an_injection_above_the_flow_comes_back_up() -> None:
    _, found, came = run([Fraction(1, 100.0, 1.0)], [(2.0, 0.5)] * 4000, 500, given_ml_s=2.0)
    assert sum(one.ml for one in found) == pytest.approx(came, rel=1e-3)
    blood, found, came = run([Fraction(1, 100.0, 1.0)], [(0.4, 0.1)] * 20000, 500, given_ml_s=2.0)
    upstream = blood.left_ml(1)  # out of the inlet
    assert upstream + sum(one.ml for one in found) + blood.carried_ml(1) == pytest.approx(came, rel=1e-10)
    assert 0.02 * came < upstream


def test_glue_stops_at_its_age_and_no_earlier() -> None:
    # 2.5 ml/s in 0.2 cm2 of 5 cm: the fork after 0.4 s, the left branch of 0.1 cm2 in another 0.2 s
    _, slow, came = run([Fraction(1, 100.0, 1.0, 1.5)], [(2.0, 0.5)] * 3000, 50)
    beds = sum(ml for name, ml in by_edge(slow).items() if name.endswith(":bed"))
    assert beds == pytest.approx(came, rel=0.02)  # but for the thin tail of every plug
    _, quick, came = run([Fraction(1, 100.0, 1.0, 0.2)], [(2.0, 0.5)] * 3000, 50)
    assert by_edge(quick)["trunk/1"] == pytest.approx(came, rel=0.05)
    assert sum(one.ml for one in quick) == pytest.approx(came)


def test_a_state_goes_on_exactly() -> None:
    fractions = [Fraction(1, 100.0, 0.5), Fraction(1, 50.0, 0.5, 0.35)]
    hand, blood = Hand(SPEC), Suspended(SPEC, ENTRANCES)
    blood.know(1, fractions)
    for _ in range(120):
        flowing(2.0, 0.5, hand, 0.5)
        blood.give(1, TIP, 1e-4)
        blood.step(hand, DT)
    other = Suspended(SPEC, ENTRANCES)
    other.restore(blood.state())
    for _ in range(500):
        flowing(2.0, 0.5, hand)
        assert blood.step(hand, DT) == other.step(hand, DT)
    one, two = blood.state(), other.state()
    assert one.keys() == two.keys() and all(np.array_equal(one[k], two[k]) for k in one)


def test_all_that_is_carried_moves_at_the_same_steps_whenever_it_came() -> None:
    hand, blood = Hand(SPEC), Suspended(SPEC, ENTRANCES)
    blood.know(1, [Fraction(1, 100.0, 1.0)])
    for k in range(10):
        flowing(2.0, 0.5, hand, 0.5)
        if k >= 3:
            blood.give(1, TIP, 1e-4)
        blood.step(hand, DT)
    assert blood.fields[0].in_system_mg == pytest.approx(7e-4, rel=1e-12)
    assert blood.fields[0].cell_amount.sum() == pytest.approx(7e-4, rel=1e-12)  # nothing waits


def test_what_is_carried_no_more_is_forgotten() -> None:
    hand, blood = Hand(SPEC), Suspended(SPEC, ENTRANCES)
    blood.know(1, [Fraction(1, 100.0, 1.0)])
    flowing(2.0, 0.5, hand, 0.5)
    blood.give(1, TIP, 1e-4)
    blood.step(hand, DT)
    blood.clear()
    assert not blood.empty
    for _ in range(4000):
        flowing(2.0, 0.5, hand)
        blood.step(hand, DT)
    blood.clear()
    assert blood.empty
