"""Blood beside the instruments: a pulse at the tip, a ring around the shaft, and the same numbers again."""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path

import gymnasium
import numpy as np
import pytest

from angiosuite.gym.bench import Bench
from angiosuite.gym.case import Case, make_case
from angiosuite.gym.flowing import LEAD_S, Flowing
from angiosuite.gym.navigate import Navigate, hands
from angiosuite.gym.perfused import PIECE_S
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.flow.spec import EdgeKind
from angiosuite.suite.circulation.pressures import WALL_DAMPING, WEDGED_DAMPING
from angiosuite.suite.circulation.settling import STEP_S

AORTA = "abdominal-aorta"
OVER = [((30.0, 0.0), 60), ((0.0, 30.0), 50)]
"""Wire up the aorta, catheter over it: mm/s, and for how many actions."""


def case_of(home: Path, person: int = 0, **more: object) -> Case:
    return make_case("right-renal", person, home=home, **more)  # type: ignore[arg-type]


def led(bench: Bench, flowing: Flowing | None = None) -> None:
    """Wire and catheter up the aorta; blood goes on, or comes once they lie."""
    for mm_s, actions in OVER:
        for _ in range(actions):
            bench.advance(mm_s, (0.0, 0.0), 0.12)
            if flowing is not None:
                flowing.advance(0.12)


@pytest.fixture
def lying(lumens: Path) -> Flowing:
    """Blood around a wire and a catheter that lie in the aorta."""
    bench = Bench(case_of(lumens))
    led(bench)
    return Flowing(bench, lumens, 3)


def listen(flowing: Flowing, seconds: float) -> np.ndarray:
    """Pressure of the lumen at the catheter's tip over some seconds, every 2 ms, from the network."""
    heard: list[float] = []
    kept = flowing.pressures.hear

    def hear(mmhg: float, step_s: float) -> None:
        heard.append(mmhg)
        kept(mmhg, step_s)

    flowing.pressures.hear = hear  # type: ignore[method-assign,assignment]
    flowing.advance(seconds)
    flowing.pressures.hear = kept  # type: ignore[method-assign]
    return np.array(heard)


@pytest.mark.parametrize("person", [0, 1, 7])
def test_pressure_in_the_aorta_is_an_adults_and_pulses(lumens: Path, person: int) -> None:
    bench = Bench(case_of(lumens, person))
    led(bench)
    flowing = Flowing(bench, lumens, 3)
    heard = listen(flowing, 6.0)[1500:]
    assert flowing._tip[0] == AORTA
    assert 105.0 < heard.max() < 165.0 and 55.0 < heard.min() < 85.0 and 80.0 < heard.mean() < 100.0
    _, systolic, diastolic, mean = flowing.pressure_mmhg
    assert mean == pytest.approx(heard.mean(), abs=0.5)
    assert heard.max() < systolic < heard.max() + 30.0, "a filled line overshoots"
    now = []
    for _ in range(20):
        flowing.advance(0.1)
        now.append(flowing.pressure_mmhg[0])
    assert diastolic - 5.0 < min(now) < mean - 10.0 and mean + 20.0 < max(now) < systolic + 5.0


def test_a_shaft_leaves_a_ring_and_what_is_drawn_back_leaves_all(lumens: Path) -> None:
    bench = Bench(case_of(lumens))
    flowing = Flowing(bench, lumens, 3)
    network = flowing.circulation.network
    tubes = np.flatnonzero(network.spec.kind == EdgeKind.TUBE)
    bare = np.array([network.resistance_of(int(edge)) for edge in tubes])
    led(bench, flowing)
    lain = np.array([network.resistance_of(int(edge)) for edge in tubes])
    passed = {int(edge): k for k, edge in enumerate(tubes) if int(edge) in flowing._passed}
    assert len(passed) == len(flowing._passed) > 5
    radii = set(flowing._passed.values())
    assert radii == {0.5 * one.thickness_mm for one in bench.case.kit}, "wire ahead, catheter behind"
    for edge, k in passed.items():
        share = flowing._passed[edge] / np.sqrt(100.0 * network.spec.area_cm2[edge] / np.pi)
        ring = 1.0 - share**4 - (1.0 - share**2) ** 2 / log(1.0 / share)
        assert lain[k] / bare[k] == pytest.approx(1.0 / ring, rel=1e-6)
    others = np.array([int(edge) not in passed for edge in tubes])
    assert np.array_equal(lain[others], bare[others])
    for _ in range(200):
        bench.advance((-60.0, -60.0), (0.0, 0.0), 0.12)
    flowing.advance(0.12)
    assert set(flowing._passed) < set(passed)
    gone = np.array([int(edge) not in flowing._passed for edge in tubes])
    again = np.array([network.resistance_of(int(edge)) for edge in tubes])
    assert np.array_equal(again[gone], bare[gone])


def test_an_artery_carries_what_its_beds_take(lying: Flowing) -> None:
    lying.advance(3.0)
    graph = lying.circulation.graph
    for side in ("right", "left"):
        vessel = graph.vessels[f"{side}-renal-artery"]
        kidney = [bed for bed in graph.beds.values() if bed.kind == "kidney" and bed.id.startswith(side)]
        wanted = sum(bed.flow_ml_min for bed in kidney) / 60.0
        assert lying.flow_ml_s(vessel.id, 0.3 * vessel.length_mm) == pytest.approx(wanted, rel=0.1)
    aorta = graph.vessels[AORTA]
    high, low = lying.flow_ml_s(AORTA, 0.05 * aorta.length_mm), lying.flow_ml_s(AORTA, 0.95 * aorta.length_mm)
    assert high > 2.0 * low > 0.0, "kidneys and bowel are served on the way down"


def test_flow_is_that_of_the_last_beat(lying: Flowing) -> None:
    renal = lying.circulation.graph.vessels["right-renal-artery"]
    at_mm = 0.3 * renal.length_mm
    before, (edge, _) = lying.flow_ml_s(renal.id, at_mm), lying.circulation.edge_at(renal.id, at_mm)
    lying.circulation.network.set_area(edge, 0.0)
    lying.advance(0.1)
    assert lying.flow_ml_s(renal.id, at_mm) > 0.2 * before, "no beat was shut for all of it"
    lying.advance(2.5)
    assert abs(lying.flow_ml_s(renal.id, at_mm)) < 1e-3 * before


@pytest.mark.parametrize(
    ("share", "contact", "damping"), [(0.2, "wedged", WEDGED_DAMPING), (1.0, "free", 0.25)]
)
def test_a_tip_that_fills_its_vessel_is_wedged_and_its_line_damped(
    lumens: Path, share: float, contact: str, damping: float
) -> None:
    case = case_of(lumens)
    iliac = case.graph.vessels["right-external-iliac-artery"]
    narrow = replace(iliac, radius_mm=share * iliac.radius_mm)
    graph = replace(case.graph, vessels={**case.graph.vessels, iliac.id: narrow})
    flowing = Flowing(Bench(replace(case, graph=graph)), lumens, 3)
    flowing.advance(3.0)
    assert flowing.contact == contact and flowing.pressures.line.damping == damping
    heard = listen(flowing, 3.0)
    _, systolic, diastolic, _ = flowing.pressure_mmhg
    assert (systolic - diastolic < np.ptp(heard)) == (contact == "wedged")


@pytest.mark.parametrize(("catheter", "contact"), [("cobra-2-5f", "wall"), ("pigtail-5f", "free")])
def test_an_end_hole_that_presses_on_the_wall_damps_and_side_holes_keep_the_pulse(
    lumens: Path, catheter: str, contact: str
) -> None:
    bench = Bench(case_of(lumens, kit=("wire-hydrophilic-035-angled-180", catheter)))
    led(bench)
    flowing = Flowing(bench, lumens, 3)
    assert flowing.contact == "free", "straightened by the wire in it"
    for _ in range(30):
        bench.advance((-60.0, 0.0), (0.0, 0.0), 0.12)
    flowing.advance(1.0)
    assert flowing.contact == contact
    assert (flowing.pressures.line.damping == WALL_DAMPING) == (contact == "wall")
    flowing.advance(3.0)
    heard = listen(flowing, 3.0)
    assert (flowing.pressure_mmhg[1] < heard.max()) == (contact == "wall")
    assert flowing.pressure_mmhg[3] == pytest.approx(heard.mean(), abs=1.0)


def test_blood_that_flows_moves_no_instrument(lumens: Path) -> None:
    with_blood, without = (Navigate(home=lumens, flows=flows) for flows in (True, False))
    shown, plain = with_blood.reset(seed=9)[0], without.reset(seed=9)[0]
    draw = np.random.default_rng(2)
    for _ in range(25):
        assert set(shown) - set(plain) == {"pressure_mmhg", "flow_ml_s"}
        assert all(np.array_equal(shown[key], plain[key]) for key in plain)
        action = draw.uniform(-0.5, 1.0, 4).astype(np.float32)
        shown, plain = with_blood.step(action)[0], without.step(action)[0]


def test_equal_seeds_give_equal_pressures_and_others_another_rhythm(lumens: Path) -> None:
    env, told = Navigate(home=lumens, flows=True), []
    for seed in (4, 4, 5):
        shown, _ = env.reset(seed=seed)
        rows = [np.concatenate([shown["pressure_mmhg"], shown["flow_ml_s"]])]
        for _ in range(25):
            shown, *_ = env.step(hands((30.0, 20.0), (0.3, 0.0)))
            rows.append(np.concatenate([shown["pressure_mmhg"], shown["flow_ml_s"]]))
        told.append(np.array(rows))
    assert np.array_equal(told[0], told[1])
    assert not np.array_equal(told[0], told[2])


def test_blood_keeps_time_with_the_hands(lumens: Path) -> None:
    env = Navigate(home=lumens, flows=True)
    env.reset(seed=1)
    flowing = env.flowing
    assert flowing is not None
    before = flowing.steps
    for _ in range(15):
        env.step(hands((0.0, 0.0), (0.0, 0.0)))
    assert (flowing.steps - before) * STEP_S == pytest.approx(2.0, abs=PIECE_S)
    assert before == round(LEAD_S / STEP_S)


def test_a_picture_comes_with_the_monitor_too(lumens: Path) -> None:
    env = gymnasium.make("angiosuite/Navigate-picture-v0", flows=True, home=str(lumens))
    shown, info = env.reset(seed=1)
    assert set(shown) == {"picture", "depth_mm", "turn", "force_n", "time_s", "pressure_mmhg", "flow_ml_s"}
    assert env.observation_space.contains(shown) and info["contact"] == "free"


def test_a_kit_without_a_catheter_hears_no_pressure(lumens: Path) -> None:
    env = Navigate(home=lumens, flows=True, kit=("wire-hydrophilic-035-angled-180",))
    with pytest.raises(WrongUse) as refused:
        env.reset(seed=1)
    assert refused.value.code == "kit-without-catheter"
    Navigate(home=lumens, kit=("wire-hydrophilic-035-angled-180",)).reset(seed=1)


def test_three_tools_are_heard_through_the_outermost_catheter(lumens: Path) -> None:
    env = Navigate("segmental-hepatic", home=lumens, flows=True)
    env.reset(seed=1)
    assert env.flowing is not None and env.bench is not None
    assert env.flowing.tool == 2
    for _ in range(20):
        shown, *_ = env.step(hands((40.0, 0.0, 0.0), (0.0, 0.0, 0.0)))
    place = env.bench.case.road.place(env.bench.tip_mm)
    assert (
        place.vessel != "right-external-iliac-artery" and env.flowing._tip[0] == "right-external-iliac-artery"
    )
    assert shown["flow_ml_s"][0] == pytest.approx(env.flowing.flow_ml_s(place.vessel, place.at_mm), rel=1e-5)
