"""Monotonic laws of contrast in the joined circulation."""

from __future__ import annotations

from itertools import pairwise

import pytest

from angiosuite.suite.circulation.circulation import Circulation, Given
from angiosuite.suite.circulation.settling import REGIONS, Settled

from .conftest import STEPS
from .small import PLUMBED, small_graph

TURN = 1.0 / STEPS
SECONDS = 2.0


class Steady:
    """A rate that lasts so long."""

    def __init__(self, ml_s: float) -> None:
        self._ml_s, self._left_s = ml_s, SECONDS

    def give(self, seconds: float) -> Given:
        self._left_s -= seconds
        return Given(self._ml_s if self._left_s > -1e-9 else 0.0, 300.0)


def peak_mg(rest: Settled, vessel: str, at_mm: float, ml_s: float) -> tuple[float, float]:
    """Most iodine in a vessel, mg, and the most that came back into the aorta above, mg."""
    blood = Circulation(small_graph(), rest, PLUMBED)
    into, inflow = [(blood.node_at(vessel, at_mm), 1.0)], Steady(ml_s)
    edges = [blood.plumbing.edge[e] for e in blood.plumbing.courses[vessel].edges]
    above = [blood.plumbing.edge[e] for e in blood.plumbing.courses["aorta"].edges]
    most = back = 0.0
    for k in range(round((SECONDS + 0.6) / 0.02)):
        blood.advance(10 * k * TURN % 1.0, TURN, REGIONS, 10, inflow, into)
        most = max(most, float(blood.transport.edge_mg[edges].sum()))
        back = max(back, float(blood.transport.edge_mg[above].sum()))
    return most, back


@pytest.mark.parametrize(
    ("vessel", "at_mm"), [("right-renal-artery", 20.0), ("coeliac-trunk", 15.0), ("aorta", 100.0)]
)
def test_at_equal_duration_a_faster_injection_never_lowers_the_peak(
    rest: Settled, vessel: str, at_mm: float
) -> None:
    peaks = [peak_mg(rest, vessel, at_mm, ml_s)[0] for ml_s in (1.0, 2.0, 4.0, 8.0, 16.0)]
    assert all(b >= 0.999 * a for a, b in pairwise(peaks)), peaks


def test_contrast_comes_back_only_when_it_is_faster_than_the_blood(rest: Settled) -> None:
    flow = float(rest.mean_ml_s[rest.plumbing.edge[rest.plumbing.courses["right-renal-artery"].edges[0]]])
    slow = peak_mg(rest, "right-renal-artery", 40.0, 0.3 * flow)[1] / (0.3 * flow)
    fast = peak_mg(rest, "right-renal-artery", 40.0, 2.5 * flow)[1] / (2.5 * flow)
    assert fast > 20.0 * max(slow, 1e-3)
