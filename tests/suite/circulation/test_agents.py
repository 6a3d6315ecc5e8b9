"""Agents in a patient's blood: shared out by flow, conserved, lodged by bed; a full bed sends them away."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.vessels.lesion_effects import Leak
from angiosuite.physics.treating.suspended import Fraction
from angiosuite.suite.circulation.afflicted import Afflicted
from angiosuite.suite.circulation.agents import Agents
from angiosuite.suite.circulation.cast import Cast
from angiosuite.suite.circulation.circulation import Circulation, Given
from angiosuite.suite.circulation.harms import Harms
from angiosuite.suite.circulation.settling import REGIONS, Settled

from .conftest import STEPS
from .small import PLUMBED, small_graph

TURN = 1.0 / STEPS
SPHERES = (Fraction(1, 150.0, 0.5), Fraction(1, 250.0, 0.5))


class Steady:
    """The same inflow of a suspension all the time."""

    def __init__(self, ml_s: float, share: float = 0.05) -> None:
        self.ml_s, self.share = ml_s, share

    def give(self, seconds: float) -> Given:
        return Given(self.ml_s, 100.0, agents=((1, self.ml_s * self.share * seconds),))


class Oil(Steady):
    """The same of another preparation."""

    def give(self, seconds: float) -> Given:
        return Given(self.ml_s, 0.0, agents=((2, self.ml_s * self.share * seconds),))


class Even(Steady):
    """So little that it displaces no blood, and so that the blood at a place always holds the same of it."""

    def __init__(self, blood: Circulation, vessel: str, at_mm: float) -> None:
        super().__init__(1e-3)
        self._blood, self._edge = blood, blood.edge_at(vessel, at_mm)[0]

    def give(self, seconds: float) -> Given:
        ml = 1e-3 * max(float(self._blood.network.flow_ml_s[self._edge]), 0.0) * seconds
        return Given(self.ml_s, 0.0, agents=((1, ml),))


class Patient:
    """What has a bloodstream."""

    def __init__(self, rest: Settled) -> None:
        self.circulation = Circulation(small_graph(), rest, PLUMBED)
        self.harms = Harms(self)  # type: ignore[arg-type]
        self.steps = 0

    @property
    def agents(self) -> Agents:
        return self.circulation.agents_begun()

    def run(self, seconds: float, vessel: str = "", at_mm: float = 0.0, inflow: Steady | None = None) -> None:
        blood = self.circulation
        into = [(blood.node_at(vessel, at_mm), 1.0)] if inflow is not None else []
        for _ in range(round(seconds / 0.02)):
            self.harms.lodged.factors = self.agents.factors()
            self.harms.step(0.02)
            blood.advance((self.steps * TURN) % 1.0, TURN, REGIONS, 10, inflow, into)
            self.steps += 10

    def organ_ml(self, bed: str) -> float:
        return sum(ml for (name, _), ml in self.agents.lodged_ml.get(1, {}).items() if name == bed)


@pytest.fixture
def patient(rest: Settled) -> Patient:
    one = Patient(rest)
    one.circulation.part_at({"coeliac-trunk": (20.0,), "right-renal-artery": (30.0,)})
    one.agents.know(1, SPHERES)
    return one


def test_a_fork_shares_particles_as_it_shares_the_blood(patient: Patient) -> None:
    blood = patient.circulation
    patient.run(2.0)
    flows = {"gut": 0.0, "liver": 0.0}
    inflow = Even(blood, "coeliac-trunk", 20.0)
    edges = {
        bed: [blood.plumbing.edge[e] for e, p in zip(one.edges, one.portal, strict=True) if not p]
        for bed, one in blood.plumbing.beds.items()
        if bed in flows
    }
    for _ in range(round(4.0 * 60.0 / 68.0 / 0.02)):
        patient.run(0.02, "coeliac-trunk", 20.0, inflow)
        for bed, those in edges.items():
            flows[bed] += float(blood.network.flow_ml_s[those].sum())
    patient.run(4.0)
    lodged = {bed: patient.organ_ml(bed) for bed in flows}
    share = lodged["liver"] / sum(lodged.values())
    assert sum(lodged.values()) == pytest.approx(patient.agents.given_ml[1], rel=0.05)
    assert share == pytest.approx(flows["liver"] / sum(flows.values()), rel=0.02)


def test_nothing_of_an_agent_is_lost_while_vessels_are_parted_anew(patient: Patient) -> None:
    blood = patient.circulation
    inflow = Steady(4.0)
    for also in (
        {"right-renal-artery": (15.0,), "aorta": (77.7, 150.5)},
        {"right-renal-artery": (15.0, 30.0)},
    ):
        patient.run(0.3, "right-renal-artery", 30.0, inflow)
        assert patient.agents.suspended.carried_ml(1) > 0.0
        blood.part_at(also)
        assert patient.agents.balance_ml(1) == pytest.approx(0.0, abs=1e-11)
    patient.run(6.0)
    blood.part_at({})
    given = patient.agents.given_ml[1]
    assert given == pytest.approx(2 * 0.3 * 4.0 * 0.05)
    assert patient.agents.suspended.carried_ml(1) < 1e-3 * given
    assert abs(patient.agents.balance_ml(1)) < 1e-9 * given


def test_particles_raise_the_resistance_of_their_bed_alone(patient: Patient) -> None:
    blood = patient.circulation
    patient.run(1.0)
    patient.run(2.0, "right-renal-artery", 30.0, Steady(1.0, 0.5))
    patient.run(4.0)
    factors = patient.agents.factors()
    factor = factors.pop(("right-kidney", "right-renal-artery"))
    assert factor > 1.02
    assert max(factors.values()) - 1.0 < 0.02 * (factor - 1.0)  # the little that came back up
    edge = blood.plumbing.edge[blood.plumbing.beds["right-kidney"].edges[0]]
    other = blood.plumbing.edge[blood.plumbing.beds["left-kidney"].edges[0]]
    for k, expected in ((edge, factor), (other, 1.0)):
        own = blood.network.resistance_of(k) / float(blood.network.regulation[k])
        assert own == pytest.approx(expected * float(blood.plumbing.spec.resistance[k]), rel=0.01)


def test_drops_of_oil_fill_the_blood_of_their_bed_and_shut_of_it_what_they_fill(patient: Patient) -> None:
    """Whatever they need for room, as long as small arteries draw them out."""
    bed, oil = ("right-kidney", "right-renal-artery"), (15.0, 31.0, 45.0)
    patient.agents.know(2, tuple(Fraction(2, um, 1.0 / 3.0, is_drawn_out=True) for um in oil))
    blood = patient.circulation
    drawn = blood.plumbing.beds["right-kidney"]
    whole_ml = float(drawn.flow_ml_s[0]) * blood.graph.beds["right-kidney"].transit_s
    patient.run(1.0)
    patient.run(4.0, "right-renal-artery", 30.0, Oil(1.0, 0.5))
    patient.run(4.0)
    ml = patient.agents.lodged_ml[2][bed]
    tree = patient.agents.tree(bed)
    open_share = tree.open_share(patient.agents.levels[bed])
    assert ml > 1.5 and ml < whole_ml
    assert open_share[-1] == pytest.approx(1.0 - ml / whole_ml, rel=1e-9)
    assert (open_share[:-1] == 1.0).all()
    assert abs(patient.agents.balance_ml(2)) < 1e-9 * patient.agents.given_ml[2]


def test_a_bed_that_is_full_sends_an_injection_elsewhere(patient: Patient) -> None:
    inflow = Steady(2.0, 0.1)
    patient.run(3.0, "right-renal-artery", 30.0, inflow)
    patient.run(3.0)
    assert patient.organ_ml("right-kidney") == pytest.approx(patient.agents.given_ml[1], rel=0.05)
    for _ in range(12):
        patient.run(3.0, "right-renal-artery", 30.0, inflow)
    patient.run(6.0)
    given = patient.agents.given_ml[1]
    elsewhere = sum(ml for (bed, _), ml in patient.agents.lodged_ml[1].items() if bed != "right-kidney")
    assert elsewhere > 0.25 * given
    assert patient.organ_ml("left-kidney") > 0.0
    assert abs(patient.agents.balance_ml(1)) < 1e-9 * given


def test_a_state_goes_on_exactly(patient: Patient, rest: Settled) -> None:
    patient.run(0.5, "right-renal-artery", 30.0, Steady(2.0))
    blood = patient.circulation
    arrays, told = blood.state(), patient.agents.told()
    other = Circulation(small_graph(), rest, PLUMBED)
    other.restore(blood.also, arrays)
    other.agents_begun().recall(told)
    for k in range(20):
        for one in (blood, other):
            one.advance((patient.steps + 10 * k) * TURN % 1.0, TURN, REGIONS, 10)
    a, b = blood.state(), other.state()
    assert a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a)
    assert patient.agents.told() == other.agents_begun().told()


def test_glue_fills_the_vessel_that_it_stops_in(patient: Patient) -> None:
    patient.agents.know(1, (Fraction(1, 100.0, 1.0, 0.05),))
    patient.run(0.5, "right-renal-artery", 30.0, Steady(1.0, 1.0))
    patient.run(1.0)
    cast = patient.agents.casts["right-renal-artery"]
    stuck = sum(patient.agents.stuck_ml[1].values())
    assert stuck > 0.5 * patient.agents.given_ml[1]
    assert float(cast.solid_ml.sum()) == pytest.approx(patient.agents.stuck_ml[1]["right-renal-artery"])
    assert float(cast.share(np.array([20.0]))[0]) < 0.9
    assert abs(patient.agents.balance_ml(1)) < 1e-9


def test_a_cast_spreads_what_has_no_room_and_keeps_all_of_it() -> None:
    cast = Cast("v", np.full(20, 0.01))
    cast.fill(10.0, 14.0, 0.05, is_liquid=True)
    assert float(cast.solid_ml.sum()) == pytest.approx(0.05, rel=1e-12)
    assert (cast.filled_share <= 1.0).all() and (cast.filled_share > 0.99).sum() >= 2
    cast.fill(0.0, 40.0, 1.0, is_liquid=False)
    assert float(cast.solid_ml.sum()) == pytest.approx(1.05, rel=1e-12)
    again = Cast("v", np.full(20, 0.01))
    again.restore(cast.state())
    assert np.array_equal(again.solid_ml, cast.solid_ml)
    assert np.array_equal(again.filled_share, cast.filled_share)


# ---- holes -------------------------------------------------------------------------------------------------

LEAK = Leak("hole", "right-renal-artery", 36.0, 0.5, "retroperitoneum", gives_ml_mmhg=80.0)
"""0.8 mm wide."""


class Bleeding(Patient):
    """Somebody with a hole behind the place of the injection."""

    def __init__(self, rest: Settled) -> None:
        graph = small_graph()
        self.circulation = Circulation(graph, rest, PLUMBED, Afflicted(graph, (LEAK,), rest))
        self.harms = Harms(self)  # type: ignore[arg-type]
        self.steps = 0

    def given(self, um: float) -> float:
        """After gelatin of this size: what the hole loses of what it lost before."""
        blood = self.circulation
        blood.part_at({"right-renal-artery": (30.0,)})
        self.agents.know(1, (Fraction(1, um, 1.0),))
        self.run(1.5)
        before = self.lost_ml_s
        for _ in range(200):
            self.harms.held |= self.agents.holes_open()
            self.run(0.02, "right-renal-artery", 30.0, Steady(0.5, 0.1))
        for _ in range(100):
            self.harms.held |= self.agents.holes_open()
            self.run(0.02)
        return self.lost_ml_s / before

    @property
    def lost_ml_s(self) -> float:
        blood = self.circulation
        return float(self.harms.mean_ml_s[blood.plumbing.edge["hole"]])


def test_what_is_wider_than_a_hole_closes_it_and_what_is_smaller_goes_out_through_it(rest: Settled) -> None:
    wide, small = Bleeding(rest), Bleeding(rest)
    assert wide.given(1200.0) < 0.2
    assert small.given(300.0) > 0.8
    given_ml = wide.agents.given_ml[1]
    assert wide.agents.stuck_ml[1]["right-renal-artery"] > 0.0
    assert wide.agents.gone_ml.get(1, 0.0) < 1e-6 * given_ml, "traces alone"
    assert small.agents.gone_ml[1] > 0.01 * given_ml and not small.agents.holes_ml
    for one in (wide, small):
        assert abs(one.agents.balance_ml(1)) < 1e-9 * one.agents.given_ml[1]


def test_what_lies_in_a_hole_is_remembered(rest: Settled) -> None:
    one, other = Bleeding(rest), Bleeding(rest)
    one.agents.plug_hole("hole", 3e-4)
    other.agents.recall(one.agents.told())
    share = one.agents.holes_open()["hole"]
    assert 0.0 < share < 1.0 and other.agents.holes_open() == {"hole": share}
    one.agents.plug_hole("hole", 3e-4)
    assert one.agents.holes_open()["hole"] == pytest.approx(share**2)
