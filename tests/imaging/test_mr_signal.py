"""MR signals (row M1) beside extended phase graphs, and what contrast agent and flow do to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.anatomy.tissue import load_table
from angiosuite.content.mr_relaxation import load_mr_table
from angiosuite.imaging.mr_signal import SEQUENCES, Sequence, moving_blood, signal, with_contrast
from angiosuite.kit.errors import WrongUse

#: T1 and T2 at 3 T, ms (flow of research: fat, muscle, kidney, blood, liver).
TISSUES = {
    "fat": (371.0, 133.0), "muscle": (1420.0, 50.0), "kidney": (1194.0, 56.0), "blood": (1932.0, 275.0),
    "liver": (812.0, 42.0),
}  # fmt: skip


class PhaseGraph:
    """Extended phase graph of one tissue: configurations F+, F-, Z by order (Weigel, JMRI 41:266, 2015)."""

    def __init__(self, t1_ms: float, t2_ms: float, orders: int = 60) -> None:
        self.t1, self.t2 = t1_ms, t2_ms
        self.state = np.zeros((3, orders), complex)
        self.state[2, 0] = 1.0

    def pulse(self, flip_deg: float, phase_deg: float) -> None:
        a, p = np.deg2rad(flip_deg), np.deg2rad(phase_deg)
        c, s, e = np.cos(a / 2) ** 2, np.sin(a / 2) ** 2, np.exp(1j * p)
        turn = np.array(
            [
                [c, e * e * s, -1j * e * np.sin(a)],
                [s / (e * e), c, 1j / e * np.sin(a)],
                [-0.5j / e * np.sin(a), 0.5j * e * np.sin(a), np.cos(a)],
            ]
        )
        self.state = turn @ self.state

    def wait(self, time_ms: float, dephase: bool = True) -> None:
        one, two = np.exp(-time_ms / self.t1), np.exp(-time_ms / self.t2)
        self.state *= np.array([[two], [two], [one]])
        self.state[2, 0] += 1.0 - one
        if dephase:
            plus, minus = self.state[0].copy(), self.state[1].copy()
            self.state[0, 1:] = plus[:-1]
            self.state[1, :-1] = minus[1:]
            self.state[1, -1] = 0.0
            self.state[0, 0] = np.conj(self.state[1, 0])

    @property
    def signal(self) -> float:
        return float(abs(self.state[0, 0]))


@pytest.mark.parametrize("name", TISSUES)
@pytest.mark.parametrize(("tr_ms", "te_ms"), [(500.0, 12.0), (2500.0, 90.0)])
def test_spin_echo_is_that_of_phase_graphs_within_one_percent(name: str, tr_ms: float, te_ms: float) -> None:
    t1, t2 = TISSUES[name]
    graph, seen = PhaseGraph(t1, t2), 0.0
    for _ in range(12):
        graph.pulse(90.0, 90.0)
        graph.wait(te_ms / 2)
        graph.pulse(180.0, 0.0)
        graph.wait(te_ms / 2)
        seen = graph.signal
        graph.wait(tr_ms - te_ms)
        graph.state[:2] = 0.0  # crushed before the next pulse
    ours = signal(Sequence("spin-echo", tr_ms, te_ms), 1.0, t1, t2, t2)
    assert float(ours) == pytest.approx(seen, rel=0.01)


@pytest.mark.parametrize("name", TISSUES)
@pytest.mark.parametrize("tr_ms", [5.0, 10.0])
def test_spoiled_gradient_echo_is_that_of_phase_graphs_within_five_percent(name: str, tr_ms: float) -> None:
    t1, t2 = TISSUES[name]
    flip = float(np.rad2deg(np.arccos(np.exp(-tr_ms / t1))))
    graph, phase, step = PhaseGraph(t1, t2, 200), 0.0, 0.0
    for _ in range(round(5.0 * t1 / tr_ms)):
        graph.pulse(flip, phase)
        seen = graph.signal
        graph.wait(tr_ms)
        step += 117.0
        phase = (phase + step) % 360.0
    ours = signal(Sequence("spoiled-gradient-echo", tr_ms, 1e-6, flip), 1.0, t1, t2, t2)
    assert float(ours) == pytest.approx(seen, rel=0.05)


def test_balanced_is_the_steady_state_of_its_own_rotation() -> None:
    t1, t2, tr, flip = 1000.0, 80.0, 4.0, np.deg2rad(50.0)
    e1, e2 = np.exp(-tr / t1), np.exp(-tr / t2)
    m = np.array([0.0, 0.0, 1.0])
    for n in range(4000):
        a = flip if n % 2 == 0 else -flip
        turn = np.array([[1, 0, 0], [0, np.cos(a), np.sin(a)], [0, -np.sin(a), np.cos(a)]])
        m = turn @ m
        seen = float(np.hypot(m[0], m[1])) * np.exp(-2.0 / t2)
        m = m * [e2, e2, e1] + [0, 0, 1 - e1]
    ours = signal(Sequence("balanced", tr, 2.0, 50.0), 1.0, t1, t2, t2)
    assert float(ours) == pytest.approx(seen, rel=0.01)


def test_inversion_nulls_fat_and_the_weightings_are_what_they_are_called() -> None:
    table = load_mr_table(1.5).tissues
    seen = {
        name: {t: float(signal(SEQUENCES[name], *table[t])) for t in table} for name in ("t1", "t2", "stir")
    }
    assert seen["stir"]["adipose"] < 0.25 * seen["stir"]["kidney"]
    assert seen["t1"]["adipose"] > seen["t1"]["liver"] > seen["t1"]["muscle"] > 1.2 * seen["t1"]["bladder"]
    assert seen["t2"]["bladder"] > seen["t2"]["spleen"] > seen["t2"]["liver"] > seen["t2"]["muscle"]
    assert seen["t2"]["bile"] > 2 * seen["t2"]["liver"] and seen["t1"]["air"] == 0


@given(st.floats(0.0, 8.0), st.floats(0.0, 8.0))
def test_more_contrast_agent_never_darkens_the_spoiled_echo(one: float, two: float) -> None:
    low, high = sorted((one, two))
    table = load_mr_table(1.5)
    pd, t1, _, _ = table.tissues["arterial-blood"]
    values = [
        float(signal(SEQUENCES["t1-contrast"], pd, with_contrast(t1, table.r1, c), 1e4, 1e4))
        for c in (low, high)
    ]
    assert values[1] >= values[0] - 1e-12
    assert with_contrast(t1, table.r1, 1.0) == pytest.approx(1.0 / (1.0 / t1 + 4.6e-3))
    assert with_contrast(0.0, table.r1, 1.0) == 0.0


def test_fast_blood_is_a_void_in_the_spin_echo_and_bright_in_the_gradient_echo() -> None:
    pd, t1, t2, star = load_mr_table(1.5).tissues["arterial-blood"]
    speeds = np.array([0.0, 20.0, 200.0, 2000.0])
    echo = moving_blood(SEQUENCES["t2"], pd, t1, t2, star, speeds, 5.0)
    assert echo[0] == pytest.approx(float(signal(SEQUENCES["t2"], pd, t1, t2, star)))
    assert (np.diff(echo) <= 0).all() and echo[2] == 0.0
    gradient = moving_blood(SEQUENCES["t1-contrast"], pd, t1, t2, star, speeds, 5.0)
    assert (np.diff(gradient) >= 0).all() and gradient[-1] > 3 * gradient[0]


@pytest.mark.parametrize("field_t", [1.5, 3.0])
def test_every_tissue_of_a_body_has_its_figures(field_t: float) -> None:
    table = load_mr_table(field_t).tissues
    assert set(table) == {tissue.id for tissue in load_table().tissues}
    for name, (pd, t1, t2, star) in table.items():
        assert t1 >= t2 >= star >= 0 and (pd == 0) == (t1 == 0), name
    with pytest.raises(WrongUse, match="3 T"):
        load_mr_table(7.0)


def test_an_echo_after_the_repetition_is_refused() -> None:
    with pytest.raises(WrongUse, match="echo"):
        Sequence("spin-echo", 10.0, 20.0)
