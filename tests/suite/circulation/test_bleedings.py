"""What a bleeding loses is told by the minute, again only when it has changed by a tenth."""

from __future__ import annotations

from itertools import pairwise

import pytest

from angiosuite.anatomy.vessels.lesion_effects import Leak
from angiosuite.suite.circulation.afflicted import Afflicted
from angiosuite.suite.circulation.bleedings import PRESSURE_MMHG, bleedings, mean_pressure
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.circulation.harms import Harms
from angiosuite.suite.circulation.settling import REGIONS, Settled

from .conftest import STEPS
from .small import PLUMBED, small_graph

LEAK = Leak("bleeding", "coeliac-trunk", 30.0, 0.4, "bowel", phases_s=((10.0, 1e6),))
"""Rests from 10 s on; the blood has run for 8 s before a patient is given."""


class Patient:
    """Somebody who bleeds."""

    def __init__(self, rest: Settled) -> None:
        graph = small_graph()
        self.circulation: Circulation | None = Circulation(
            graph, rest, PLUMBED, Afflicted(graph, (LEAK,), rest)
        )


def test_a_bleeding_is_told_once_until_it_changes_by_a_tenth_and_that_it_rests(rest: Settled) -> None:
    patient = Patient(rest)
    harms, blood = Harms(patient), patient.circulation
    assert blood is not None and bleedings(None, harms, None) is None
    turn, seconds = 1.0 / STEPS, 9 * 0.002
    told, seen, flows = None, [], []
    for k in range(round(3.0 / seconds)):
        harms.step(seconds)
        blood.advance(9 * k * turn % 1.0, turn, REGIONS, 9)
        now = bleedings(blood, harms, told)
        assert now is not None
        if k * seconds < 1.9:
            flows.append(60.0 * float(blood.network.flow_ml_s[blood.plumbing.edge["bleeding"]]))
        if now != told:
            seen.append((k * seconds, now["bleeding"]))
        told = now
    before = [one for t, one in seen if t < 1.9]
    assert before[-1]["vessel"] == "coeliac-trunk" and before[-1]["at_mm"] == 30.0
    assert before[-1]["ml_min"] == pytest.approx(sum(flows) / len(flows), rel=0.25)
    assert not before[-1]["rests"]
    assert seen[-1][1]["rests"] and seen[-1][1]["ml_min"] < before[-1]["ml_min"]
    for (_, a), (_, b) in pairwise(seen):
        assert abs(b["ml_min"] - a["ml_min"]) >= 0.1 * a["ml_min"] or a["rests"] != b["rests"]


def test_the_pressure_of_somebody_who_bleeds_is_told_and_again_when_it_has_changed(rest: Settled) -> None:
    blood = Patient(rest).circulation
    assert blood is not None and mean_pressure(None, None) is None
    assert mean_pressure(Circulation(small_graph(), rest, PLUMBED), None) is None, "nobody bleeds"
    now = mean_pressure(blood, None)
    assert now is not None and now == round(blood.control.reflex.map_mmhg, 1)
    near, far = now - 0.5 * PRESSURE_MMHG, now - 2.0 * PRESSURE_MMHG
    assert mean_pressure(blood, near) == near and mean_pressure(blood, far) == now
