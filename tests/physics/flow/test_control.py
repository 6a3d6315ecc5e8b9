"""Beds that hold their flow, and the reflex that holds the pressure of a bleeding patient."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.flow.baroreflex import Baroreflex
from angiosuite.physics.flow.control import Control
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.respiration import external_mmhg
from angiosuite.physics.flow.small_circulation import circulation, places

RATE = 72.0
OUTSIDE = external_mmhg(0.0)


class Patient:
    """A circulation with its control, at rest."""

    def __init__(self) -> None:
        spec = circulation()
        self.network = Network(spec)
        self.control = Control(self.network, places(spec))
        self.phase = 0.0
        self.run(40.0, answer=False)
        self.control.rest(*self.means(10.0))

    def run(self, seconds: float, *, answer: bool = True, **given: float) -> dict[str, float]:
        """Let it live; rate (/min), mean arterial pressure (mmHg), output (l/min) over that time."""
        network, control, spec = self.network, self.control, self.network.spec
        valve, arch = spec.edge("aortic-valve"), control.places.arterial
        flow = pressure = beats = 0.0
        turns = round(seconds / 0.02)
        for _ in range(turns):
            step = RATE * (control.heart_rate if answer else 1.0) / 60 * 0.002
            for _ in range(10):
                self.phase = (self.phase + step) % 1.0
                network.step(self.phase, OUTSIDE, 1, step)
                flow += network.flow_ml_s[valve]
                pressure += network.pressure_mmhg[arch]
            beats += 10 * step
            if answer:
                control.step(network, 0.02, **given)
        return {
            "rate": beats / seconds * 60,
            "map": pressure / turns / 10,
            "output": flow / turns / 10 * 0.06,
        }

    def means(self, seconds: float) -> tuple[np.ndarray, np.ndarray]:
        """Pressures and flows of all places while nothing is answered."""
        told = []
        for _ in range(round(seconds / 0.02)):
            self.run(0.02, answer=False)
            told.append((self.network.pressure_mmhg.copy(), self.network.flow_ml_s.copy()))
        mmhg, ml_s = zip(*told, strict=True)
        return np.mean(mmhg, axis=0), np.mean(ml_s, axis=0)


@pytest.fixture(scope="module")
def rested() -> Patient:
    """A patient at rest; tests restore it."""
    return Patient()


@pytest.fixture
def patient(rested):
    """A patient at rest."""
    kept = rested.network.state(), rested.control.state(), rested.phase
    yield rested
    rested.network.restore(kept[0])
    rested.control.restore(kept[1])
    rested.phase = kept[2]
    rested.network.sources_ml_s[:] = 0.0


def test_at_rest_nothing_is_answered(patient):
    found = patient.run(30.0)
    assert found["rate"] == pytest.approx(72.0, rel=0.02)
    assert abs(patient.control.reflex.drive) < 0.05


def test_a_haemorrhage_of_250_ml_a_minute_is_answered_as_the_public_engine_measured(patient):
    # research notes 4.1 (Pulse 4.2, measured): rate, mean pressure and output at 0.5, 1.0 and 1.5 l lost
    expected = [(85, 94, 5.3), (102, 93, 4.8), (114, 81, 4.1)]
    patient.network.sources_ml_s[patient.network.spec.node("right-leg.5")] = -250 / 60
    for rate, mmhg, litres in expected:
        patient.run(110.0)
        found = patient.run(10.0)
        assert found["rate"] == pytest.approx(rate, rel=0.15)
        assert found["map"] == pytest.approx(mmhg, rel=0.15)
        assert found["output"] == pytest.approx(litres, rel=0.15)


def test_a_kidney_holds_its_flow_behind_a_stenosis_until_its_plateau_ends(patient):
    network, spec = patient.network, patient.network.spec
    edge, bed = spec.edge("right-kidney/0"), spec.edge("right-kidney.0-bed/bed")
    flows = []
    for lost in (0.0, 0.5, 0.85):
        if lost:
            network.set_stenosis(edge, 1.0, (1 - lost) ** 2)
        patient.run(40.0)
        flows.append(np.mean([patient.run(0.02) and network.flow_ml_s[bed] for _ in range(45)]))
    assert flows[1] == pytest.approx(flows[0], rel=0.06)
    assert flows[2] < 0.6 * flows[0]


def test_carbon_dioxide_raises_the_flow_of_the_brain_by_three_percent_a_mmhg(patient):
    bed = patient.network.spec.edge("brain.3-bed/bed")

    def flow(**given):
        return np.mean([patient.run(0.02, **given) and patient.network.flow_ml_s[bed] for _ in range(84)])

    before = flow()
    patient.run(40.0, paco2_mmhg=50.0)
    assert flow(paco2_mmhg=50.0) / before == pytest.approx(1.3, rel=0.05)


def test_the_hepatic_artery_makes_up_for_half_of_its_portal_flow(patient):
    # a quarter less resistance at half the flow
    network, spec = patient.network, patient.network.spec
    liver = spec.edge("liver.1-bed/bed")
    before = network.resistance_of(liver)
    for organ in ("bowel.4", "spleen.1"):
        network.set_resistance(spec.edge(f"{organ}-bed/bed"), 2.35)
    patient.run(90.0)
    assert network.resistance_of(liver) / before == pytest.approx(0.75, abs=0.07)


def test_a_vagal_reaction_slows_the_heart_and_drops_the_pressure(patient):
    before = patient.run(10.0)
    patient.run(10.0, vagal=0.5)
    found = patient.run(5.0, vagal=0.5)
    assert found["rate"] < 0.75 * before["rate"] and found["map"] < before["map"] - 2.0


def test_more_blood_lost_never_drives_less():
    drives = []
    for mmhg in (110, 95, 80, 60):
        reflex = Baroreflex(95.0, 4.0)
        for _ in range(2000):
            reflex.step(mmhg, 4.0, 0.02)
        drives.append(reflex.drive)
    assert drives == sorted(drives) and drives[-1] <= 1.2


def test_a_state_restored_goes_on_as_the_first_did(patient):
    patient.run(1.0)
    control = Control(patient.network, patient.control.places)
    control.restore(patient.control.state())
    other = Network(patient.network.spec)
    other.restore(patient.network.state())
    # a control is made near rest: what it takes from the network then is in its own state
    patient.control.step(patient.network, 0.02)
    control.step(other, 0.02)
    assert (other.state()["edges"] == patient.network.state()["edges"]).all()
