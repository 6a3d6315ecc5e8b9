"""Invasive pressure: what the line does to it, zero and level, figures, records, gradient."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import load_library
from angiosuite.suite.circulation.catheter import Tip
from angiosuite.suite.circulation.pressures import MOST_RECORDS, Pressures

STEP_S = 0.002
SEED = 11


def part(name: str = "pigtail-5f"):
    item = load_library().get("devices", name).item
    assert isinstance(item, DeviceItem)
    return item.catheter


def beat(seconds: float) -> np.ndarray:
    """An aortic pressure, 120 over 80 or so, with a steep upstroke."""
    t = np.arange(0.0, seconds, STEP_S) % 0.75
    up = 80.0 + 40.0 * np.clip(t / 0.06, 0.0, 1.0)
    return np.where(t < 0.06, up, 120.0 - 40.0 * (t - 0.06) / 0.69)


def heard(
    contact: Tip = "free", device: str = "pigtail-5f", zero: bool = True, more: float = 0.0
) -> Pressures:
    pressures = Pressures(SEED)
    pressures.connect(part(device), contact)
    if zero:
        pressures.line.zero()
    for mmhg in beat(6.0) + more:
        pressures.hear(float(mmhg), STEP_S)
    return pressures


def figures(pressures: Pressures) -> tuple[float, float, float]:
    assert pressures.figures is not None
    return pressures.figures


def test_a_line_overshoots_and_keeps_the_mean() -> None:
    systolic, diastolic, mean = figures(heard())
    assert 121.0 < systolic < 140.0  # crests overshoot by 5 to 15 mmHg
    assert diastolic < 82.0
    assert mean == pytest.approx(beat(0.75).mean(), abs=1.0)


@pytest.mark.parametrize("contact", ["wall", "wedged"])
def test_a_tip_at_the_wall_is_damped_and_keeps_the_mean(contact: Tip) -> None:
    free, damped = figures(heard()), figures(heard(contact))
    assert damped[0] - damped[1] < 0.9 * (free[0] - free[1])
    assert damped[2] == pytest.approx(free[2], abs=1.5)
    assert heard(contact).show("aorta", contact)["damping"] == "damped"


def test_a_microcatheter_is_damped() -> None:
    assert figures(heard(device="microcatheter-2-4f"))[0] < figures(heard())[0] - 2.0


def test_a_transducer_that_was_not_zeroed_is_off_by_one_value() -> None:
    off = np.subtract(figures(heard(zero=False)), figures(heard()))
    assert abs(off[0]) > 0.05 and off == pytest.approx([off[0]] * 3, abs=1e-6)
    assert not heard(zero=False).line.zeroed and heard().line.zeroed


def test_a_transducer_below_the_heart_tells_too_much() -> None:
    pressures = heard()
    before = figures(pressures)[2]
    pressures.line.level_cm = -10.0
    for mmhg in beat(4.0):
        pressures.hear(float(mmhg), STEP_S)
    assert figures(pressures)[2] - before == pytest.approx(7.4, abs=0.6)


def test_nothing_is_told_before_a_second_was_heard_nor_without_a_catheter() -> None:
    pressures = Pressures(SEED)
    pressures.connect(part(), "free")
    for mmhg in beat(0.9):
        pressures.hear(float(mmhg), STEP_S)
    assert pressures.figures is None and pressures.record("x", "aorta", 1.0) is None
    whole = heard()
    whole.disconnect()
    assert whole.figures is None and whole.take() == []


def test_the_trace_has_125_samples_a_second_and_is_taken_once() -> None:
    pressures = heard()
    assert len(pressures.take()) == pytest.approx(750, abs=2) and pressures.take() == []


def test_the_gradient_is_between_the_last_two_records() -> None:
    pressures = heard()
    assert pressures.show("aorta", "free")["gradient_mmhg"] is None
    pressures.record("above", "aorta", 1.0)
    for mmhg in beat(6.0) - 25.0:
        pressures.hear(float(mmhg), STEP_S)
    kept = pressures.record("below", "right-renal-artery", 7.0)
    assert kept is not None and kept.vessel == "right-renal-artery"
    assert pressures.show("aorta", "free")["gradient_mmhg"] == pytest.approx(25.0, abs=1.0)
    for k in range(MOST_RECORDS + 5):
        pressures.record(str(k), "aorta", 8.0)
    assert len(pressures.records) == MOST_RECORDS


def test_a_state_goes_on_as_it_was() -> None:
    one, other = heard(), Pressures(SEED)
    one.record("a", "aorta", 1.0)
    one.line.level_cm = 3.0
    other.restore(*one.state())
    for mmhg in beat(1.5):
        for pressures in (one, other):
            pressures.hear(float(mmhg), STEP_S)
    assert one.figures == other.figures and one.records == other.records
    assert one.show("a", "free") == other.show("a", "free")
