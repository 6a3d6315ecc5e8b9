"""Injection: the line's formula, the machine's states, air, and a hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from angiosuite.physics.flow.hand_injection import HandInjection, hand_limit_psi
from angiosuite.physics.flow.injection_line import (
    SALINE,
    Bore,
    Fluid,
    Line,
    flow_at_limit_ml_s,
    jet,
    line_pressure_psi,
)
from angiosuite.physics.flow.injector import TUBING_ML, Injector, Push
from angiosuite.physics.flow.lumen_column import LumenColumn, Parcel

DT = 0.002
PIGTAIL, MICRO = Bore(1.19, 100.0), Bore(0.65, 130.0)
MEDIUM_300 = Fluid(300.0, 8.8, 4.7, 1.33)


@pytest.mark.parametrize(
    ("bore", "psi", "viscosity", "iodine", "expected"),
    [
        (PIGTAIL, 1050, 4.7, 300, 20.7),
        (PIGTAIL, 1050, 6.3, 300, 19.8),
        (PIGTAIL, 1050, 10.4, 350, 18.2),
        (Bore(1.02, 100), 1050, 4.7, 300, 13.7),
        (Bore(1.02, 100), 1050, 10.4, 350, 12.0),
        (MICRO, 750, 4.7, 300, 2.9),
        (MICRO, 750, 10.4, 350, 1.7),
        (Bore(0.57, 130), 750, 6.3, 300, 1.6),
        (Bore(0.50, 150), 750, 10.4, 350, 0.5),
    ],
)
def test_flow_at_the_limit_is_the_table(
    bore: Bore, psi: float, viscosity: float, iodine: float, expected: float
) -> None:
    """C7: the table worked from the formula, 2 % or half of its last digit."""
    fluid = Fluid(iodine, viscosity, viscosity, 1.34 if iodine == 300 else 1.40)
    found = flow_at_limit_ml_s(psi, bore, fluid)
    assert found == pytest.approx(expected, abs=max(0.02 * expected, 0.05))
    assert line_pressure_psi(found, bore, fluid) == pytest.approx(psi, rel=1e-6)


@budget(max_examples=60, deadline=None)
@given(
    thin=st.floats(0.7, 25.0), more=st.floats(1.0, 3.0), d=st.floats(0.4, 2.0), length=st.floats(50, 150),
    psi=st.floats(20, 1200),
)  # fmt: skip
def test_thicker_contrast_never_flows_faster(
    thin: float, more: float, d: float, length: float, psi: float
) -> None:
    a, b = Fluid(300, thin, thin, 1.3), Fluid(300, thin * more, thin * more, 1.3)
    bore = Bore(d, length)
    assert flow_at_limit_ml_s(psi, bore, b) <= flow_at_limit_ml_s(psi, bore, a) * (1 + 1e-9)
    assert line_pressure_psi(2.0, Bore(d, length), a) >= line_pressure_psi(2.0, Bore(d * 1.1, length), a)


def test_warming_thins_contrast() -> None:
    assert MEDIUM_300.viscosity_mpas(20.0) == pytest.approx(8.8)
    assert MEDIUM_300.viscosity_mpas(37.0) == pytest.approx(4.7)
    assert flow_at_limit_ml_s(750, MICRO, MEDIUM_300, 20.0) < 0.9 * flow_at_limit_ml_s(750, MICRO, MEDIUM_300)


def test_a_jet_recoils() -> None:
    """20 ml/s of 1.34 g/ml through 1.19 mm: 18 m/s and 0.48 N; side holes calm it."""
    speed, force = jet(20.0, PIGTAIL, Fluid(300, 6, 6, 1.34))
    assert speed == pytest.approx(17.98, rel=1e-3)
    assert force == pytest.approx(0.482, rel=5e-3)
    calm = jet(20.0, Bore(1.19, 100, side_holes=8, side_mm=0.8), Fluid(300, 6, 6, 1.34))
    assert calm[1] < 0.1 * force


def test_the_line_smooths_the_rise() -> None:
    """Sudden pushing arrives within some 0.1 to 0.2 s, no volume is lost."""
    line = Line(PIGTAIL, MEDIUM_300)
    out = [line.push(15.0, 1200.0, DT)[0] for _ in range(300)]
    assert out[0] < 5.0 and out[-1] == pytest.approx(15.0, rel=1e-3)
    assert 0.005 < np.argmax(np.array(out) > 0.95 * 15.0) * DT < 0.2
    held = 15.0 * 300 * DT - sum(out) * DT
    assert held == pytest.approx(line.compliance_ml_psi * line.psi, rel=1e-6)


def ready(bore: Bore = PIGTAIL, column_ml: float = 0.0, **setting: float) -> tuple[Injector, LumenColumn]:
    """Filled, purged, checked and connected."""
    machine, column = Injector(), LumenColumn(column_ml)
    machine.fill(MEDIUM_300, 37.0)
    machine.purge(0.9)
    assert machine.check() == "clear"
    machine.connect(bore, column)
    machine.set(**setting)
    return machine, column


def run(machine: Injector, seconds: float) -> list[Push]:
    return [machine.step(DT) for _ in range(round(seconds / DT))]


def test_an_injection_rises_holds_and_ends() -> None:
    machine, _ = ready(rate_ml_s=8.0, volume_ml=16.0, rise_s=0.5, limit_psi=900.0)
    shown = [machine.shown]
    assert machine.arm() == () and machine.start(0.1)
    pushes = []
    for _ in range(2000):
        pushes.append(machine.step(DT))
        if machine.shown != shown[-1]:
            shown.append(machine.shown)
    assert shown == ["checked", "waiting", "rising", "steady", "ended"]
    flow = np.array([p.flow_ml_s for p in pushes])
    assert flow[:45].max() == 0.0
    assert flow[600] == pytest.approx(8.0, rel=1e-3)
    assert flow.sum() * DT == pytest.approx(16.0, rel=1e-4), "the soft line empties itself"
    iodine = sum(p.flow_ml_s * p.iodine_mg_ml for p in pushes) * DT
    assert iodine == pytest.approx(16.0 * 300.0, rel=1e-3)
    assert machine.injected_ml == pytest.approx(16.0)
    assert not machine.was_limited and machine.flow_ml_s == pytest.approx(0.0, abs=1e-6)
    assert [name for name, _ in machine.take_events()] == ["ended"]


def test_at_the_pressure_limit_the_rate_falls_short() -> None:
    """The pressure is the limit, the flow what the formula allows, and both are told."""
    machine, _ = ready(bore=MICRO, rate_ml_s=5.0, volume_ml=10.0, rise_s=0.0, limit_psi=750.0)
    machine.arm()
    machine.start()
    pushes = run(machine, 2.0)
    assert pushes[-1].limited and machine.shown == "limited"
    assert pushes[-1].psi == pytest.approx(750.0)
    assert max(p.psi for p in pushes) <= 750.0 + 1e-9
    assert pushes[-1].flow_ml_s == pytest.approx(flow_at_limit_ml_s(750.0, MICRO, MEDIUM_300), rel=0.01)
    name, figures = machine.take_events()[0]
    assert name == "pressure-limited" and figures["set_ml_s"] == 5.0 and figures["given_ml_s"] < 5.0


def test_abort_stops_the_piston() -> None:
    machine, _ = ready(rate_ml_s=10.0, volume_ml=40.0, rise_s=0.0, limit_psi=900.0)
    machine.arm()
    machine.start()
    run(machine, 1.0)
    machine.abort()
    after = run(machine, 1.0)
    assert machine.stage == "aborted"
    assert machine.injected_ml == pytest.approx(10.0, abs=0.03)
    assert sum(p.flow_ml_s for p in after) * DT < 0.7 and after[-1].flow_ml_s == 0.0


def test_a_line_that_was_not_purged_injects_its_air() -> None:
    machine = Injector()
    machine.fill(MEDIUM_300, 20.0, chance=0.0)
    assert machine.check() == "seen"
    machine.connect(PIGTAIL, LumenColumn(PIGTAIL.volume_ml))
    machine.set(rate_ml_s=10.0, volume_ml=20.0, rise_s=0.2, limit_psi=900.0)
    assert machine.arm() == ()
    machine.start()
    pushes = run(machine, 4.0)
    air = sum(p.air_ml for p in pushes)
    assert air == pytest.approx(TUBING_ML + 0.5, abs=0.01)
    names = [name for name, _ in machine.take_events()]
    assert names == ["armed-without-air-check", "air-injected", "ended"]


def test_it_does_not_arm_without_medium_catheter_or_volume() -> None:
    machine = Injector()
    assert set(machine.arm()) == {
        "not filled",
        "volume exceeds what is in the syringe",
        "no catheter connected",
    }
    assert not machine.start()
    machine.fill(MEDIUM_300, 37.0, ml=20.0)
    machine.connect(PIGTAIL, LumenColumn(1.0))
    machine.set(volume_ml=50.0)
    assert machine.arm() == ("volume exceeds what is in the syringe",)
    assert machine.set(rate_ml_s=99.0, limit_psi=5000.0).rate_ml_s == 45.0
    machine.set(volume_ml=10.0)
    assert machine.arm() == ()
    machine.set(rate_ml_s=4.0)
    assert machine.stage == "filled", "dialling disarms"


def test_an_injector_goes_on_exactly() -> None:
    one, column = ready(rate_ml_s=8.0, volume_ml=20.0, rise_s=0.5, limit_psi=400.0)
    one.arm()
    one.start(0.05)
    run(one, 0.7)
    other = Injector()
    twin = LumenColumn(column.volume_ml)
    twin.restore(column.state())
    other.connect(PIGTAIL, twin)
    other.restore(one.state())
    assert run(one, 3.0) == run(other, 3.0)
    assert one.facts() == other.facts()


def test_a_lumen_gives_back_what_went_in() -> None:
    """First in, first out; volume, iodine and gas are kept."""
    column = LumenColumn(1.5)
    first = column.push(Parcel(1.0, 300.0))
    assert first.iodine_mg == 0.0 and first.ml == 1.0
    second = column.push(Parcel(1.0, 0.0, 0.5))
    assert second.iodine_mg == pytest.approx(150.0) and second.gas_ml == 0.0
    rng = np.random.default_rng(2)
    given_mg, out_mg = 300.0, 150.0
    for _ in range(500):
        ml = float(rng.uniform(0, 0.2))
        mg = ml * float(rng.choice([0.0, 300.0, 200.0]))
        given_mg += mg
        out_mg += column.push(Parcel(ml, mg)).iodine_mg
    assert column.content.ml == pytest.approx(1.5)
    assert out_mg + column.content.iodine_mg == pytest.approx(given_mg)


@pytest.mark.parametrize("rate", [0.5, 2.0, 4.0])
def test_a_hand_gives_its_volume(rate: float) -> None:
    """Unsteady, but all of it; the same chance gives the same push."""

    def push() -> tuple[np.ndarray, float]:
        draws = np.random.default_rng(7).normal(size=4000)
        hand = HandInjection(PIGTAIL, MEDIUM_300, LumenColumn(0.0), 5.0, rate, lambda n: float(draws[n]))
        flow = []
        while not hand.done:
            flow.append(hand.step(DT).flow_ml_s)
        return np.array(flow), hand.pushed_ml

    flow, pushed = push()
    assert pushed == pytest.approx(5.0) and flow.sum() * DT == pytest.approx(5.0, rel=1e-3)
    steady = flow[150:-50]
    assert 0.03 < steady.std() / steady.mean() < 0.4
    np.testing.assert_array_equal(flow, push()[0])


def test_a_small_syringe_makes_more_pressure() -> None:
    assert hand_limit_psi(3.0) > hand_limit_psi(10.0) > hand_limit_psi(20.0)
    hand = HandInjection(MICRO, MEDIUM_300, LumenColumn(0.0), 3.0, 4.0, lambda _: 0.0)
    flow = [hand.step(DT).flow_ml_s for _ in range(200)]
    assert max(flow) < 1.0, "no thumb pushes 4 ml/s through a microcatheter"
    flush = HandInjection(MICRO, SALINE, LumenColumn(0.0), 3.0, 4.0, lambda _: 0.0)
    assert max(flush.step(DT).flow_ml_s for _ in range(200)) > max(flow)
