"""Hearts rest where they were settled, and the reflex defends what was there before a lesion."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.vessels.lesion_effects import Closed, FlowEffect, Leak, Narrowing, orifice_mm2
from angiosuite.physics.physiology.breathing import Breathing
from angiosuite.physics.physiology.heart_rhythm import HeartRhythm
from angiosuite.suite.circulation.afflicted import Afflicted
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.circulation.quiet import breathing_mmhg
from angiosuite.suite.circulation.settling import REST_RATE_PER_MIN, Settled
from angiosuite.suite.room import Room

from .small import PLUMBED, small_graph

RENAL = "right-renal-artery"


class Resting:
    """A patient to whom nothing is done: beats, breathes, answers."""

    def __init__(self, blood: Circulation, seed: int = 1) -> None:
        self.blood, self.breathing = blood, Breathing()
        draw = np.random.default_rng(seed)
        self.heart = HeartRhythm(REST_RATE_PER_MIN, lambda beat: float(draw.standard_normal()))
        self.aorta = int(blood.plumbing.spec.b[blood.plumbing.edge["aortic-valve"]])

    def lives(self, seconds: float) -> tuple[float, float]:
        """Mean rate, beats a minute, and mean pressure, mmHg, over that time."""
        blood, heart = self.blood, self.heart
        rates, mmhg = [], []
        for _ in range(round(seconds / 0.02)):
            blood.advance(heart.phase, 0.002 / heart.interval_s, breathing_mmhg(self.breathing), 10)
            heart.rate_per_min = REST_RATE_PER_MIN * blood.heart_rate
            for _ in range(10):
                self.breathing.advance(0.002)
                heart.advance(0.002, self.breathing.phase)
            rates.append(heart.rate_per_min)
            mmhg.append(blood.network.pressure_mmhg[self.aorta])
        return float(np.mean(rates)), float(np.mean(mmhg))


def settled_mmhg(rest: Settled) -> float:
    """Mean pressure in the ascending aorta that a patient was settled at."""
    return float(rest.mean_mmhg[rest.plumbing.spec.b[rest.plumbing.edge["aortic-valve"]]])


def sick(rest: Settled, *effects: FlowEffect) -> Circulation:
    graph = small_graph()
    return Circulation(graph, rest, PLUMBED, Afflicted(graph, effects, rest))


def test_a_heart_rests_at_the_rate_and_pressure_that_it_was_settled_at(rest: Settled) -> None:
    patient = Resting(Circulation(small_graph(), rest, PLUMBED))
    for _ in range(3):
        rate, mmhg = patient.lives(20.0)
        assert rate == pytest.approx(REST_RATE_PER_MIN, abs=1.0)
        assert mmhg == pytest.approx(settled_mmhg(rest), abs=2.0)


def test_the_built_in_patient_s_heart_rests_where_it_was_settled(patient_room: Room) -> None:
    rest = patient_room.at_rest(REST_RATE_PER_MIN)
    patient = Resting(Circulation(patient_room.vessels, rest, patient_room.plumbed))
    for _ in range(2):
        rate, mmhg = patient.lives(15.0)
        assert rate == pytest.approx(REST_RATE_PER_MIN, abs=1.0)
        assert mmhg == pytest.approx(settled_mmhg(rest), abs=2.0)


def test_beds_have_their_tone_of_rest_at_rest(rest: Settled) -> None:
    patient = Resting(Circulation(small_graph(), rest, PLUMBED))
    patient.lives(30.0)
    assert patient.blood.control.beds.factor == pytest.approx(1.0, abs=0.03)
    assert patient.blood.control.reflex.drive == pytest.approx(0.0, abs=0.03)


def test_a_kidney_behind_a_stenosis_widens_from_the_pressure_that_it_had(rest: Settled) -> None:
    blood = sick(rest, Narrowing("stenosis", RENAL, 20.0, 10.0, 0.12))
    control, edges = blood.control, blood.plumbing.edge
    Resting(blood).lives(40.0)
    factor = dict(zip(control.beds.edges.tolist(), control.beds.factor, strict=True))
    right, left = (
        float(np.mean([factor[edges[name]] for name in blood.plumbing.beds[f"{side}-kidney"].edges]))
        for side in ("right", "left")
    )
    assert right < 0.92 < 0.97 < left < 1.05


def test_the_reflex_of_a_patient_who_bleeds_defends_the_pressure_before(rest: Settled) -> None:
    hole = Leak("bleeding", "aorta", 250.0, orifice_mm2(600.0), "belly")
    well, bleeding = Resting(Circulation(small_graph(), rest, PLUMBED)), Resting(sick(rest, hole))
    assert bleeding.lives(30.0)[0] > well.lives(30.0)[0] + 5.0


@pytest.mark.parametrize("vessel", ["portal-vein", "right-renal-artery", "inferior-vena-cava"])
def test_stations_of_a_lesion_change_no_set_point(rest: Settled, vessel: str) -> None:
    whole, parted = Circulation(small_graph(), rest, PLUMBED), sick(rest, Closed("x", vessel, 20.0, 4.0))
    one, other = (blood.control for blood in (whole, parted))
    assert other.reflex.state()["kept"] == pytest.approx(one.reflex.state()["kept"], abs=1e-12)
    assert other.beds.state()["portal"][1] == pytest.approx(one.beds.state()["portal"][1], abs=1e-12)
    assert other.beds.state()["rest"] == pytest.approx(one.beds.state()["rest"], abs=1e-9)
