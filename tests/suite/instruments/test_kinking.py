"""Kinks and knots: a tube bears its own curve and no tighter one; a loop that is drawn tight is a knot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.content import load_library
from angiosuite.content.device import DeviceItem
from angiosuite.suite.instruments.consequences import Consequences
from angiosuite.suite.instruments.contact import Contact
from angiosuite.suite.instruments.kinking import loop_of, too_tight
from angiosuite.suite.instruments.patient_facts import PatientFacts
from angiosuite.suite.instruments.traits import Traits, traits_of

from .touching import Told, contact, small_graph, tip

LIBRARY = load_library()
FACTS = PatientFacts(small_graph())


def traits(device: str) -> Traits:
    item = LIBRARY.get("devices", device).item
    assert isinstance(item, DeviceItem)
    return traits_of(item)


TUBES = [name for name in sorted(LIBRARY.items["devices"]) if traits(name).kink_radius_mm is not None]


def bent(device: str, curvature: Any, depth_mm: float = 300.0, wire_mm: float | None = None) -> Contact:
    """A tube with a curvature at each mm of 300, with or without a wire in it that reaches so far."""
    n = 301
    tube = tip(tool="c1", device=device, is_wire=False, depth_mm=depth_mm)
    wire = tip(tool="w1", depth_mm=-1.0 if wire_mm is None else wire_mm, in_tube=True)
    made = contact(wire, tube, nodes=n, spacing_mm=1.0, skin=np.ones(n, np.int64))
    return replace(made, curvature_per_mm=np.broadcast_to(curvature, (n,)).astype(float))


def judged(made: Contact, seconds: float = 0.5) -> tuple[Told, Consequences]:
    told = Told()
    judge = Consequences.of(LIBRARY, 1, told)
    for k in range(round(seconds / 0.02)):
        judge.judge(made, 0.02, replace(FACTS, moment_s=0.02 * k))
    return told, judge


@pytest.mark.parametrize("device", TUBES)
def test_a_tube_bears_its_own_curve_and_kinks_beyond_its_radius(device: str) -> None:
    own = traits(device)
    at_rest = own.bent_at(300.0 - np.arange(301.0))
    assert too_tight(bent(device, at_rest), 1, own, 0.5)[0] == 0.0
    straight = np.zeros(301)
    straight[5] = 0.99 / float(own.kink_radius_mm or 1.0)
    assert "kink" not in judged(bent(device, straight))[0].names
    straight[5] = 1.01 / float(own.kink_radius_mm or 1.0)
    told, judge = judged(bent(device, straight))
    assert told.names.count("kink") == 1
    assert judge.kinking.kinked["c1"] == pytest.approx(295.0) and judge.kinking.left_share("c1") == 0.1
    assert judge.kinking.left_share("w1") == 1.0


@given(curvature=st.floats(0.0, 1.0), more=st.floats(0.0, 1.0))
def test_a_tighter_bend_is_never_milder(curvature: float, more: float) -> None:
    own = traits("cobra-2-5f")
    one, other = (too_tight(bent("cobra-2-5f", c), 1, own, 0.5)[0] for c in (curvature, curvature + more))
    assert one <= other


def test_a_wire_within_supports_and_what_is_beyond_it_not() -> None:
    own = traits("cobra-2-5f")
    curve = np.zeros(301)
    curve[100] = 1.5 / float(own.kink_radius_mm or 1.0)
    assert "kink" in judged(bent("cobra-2-5f", curve))[0].names
    assert "kink" in judged(bent("cobra-2-5f", curve, wire_mm=80.0))[0].names
    assert "kink" not in judged(bent("cobra-2-5f", curve, wire_mm=150.0))[0].names


def test_what_is_behind_the_tip_alone_counts_and_a_blink_does_not() -> None:
    sharp = np.full(301, 0.5)
    curve = np.where(np.arange(301) > 200, sharp, 0.0)
    assert judged(bent("cobra-2-5f", curve, depth_mm=150.0))[0].names == []
    assert judged(bent("cobra-2-5f", sharp), 0.06)[0].names == []


def loop(radius_mm: float, turns: float = 1.25, rise_mm: float = 1.0) -> np.ndarray:
    """A straight run, a loop about itself, a straight run, at about each mm."""
    count = max(int(turns * 2.0 * np.pi * radius_mm), 8)
    angle = np.linspace(0.0, turns * 2.0 * np.pi, count)
    turn = np.stack(
        [radius_mm * np.sin(angle), radius_mm * (1.0 - np.cos(angle)), np.linspace(0.0, rise_mm, count)],
        axis=1,
    )
    end = np.array([np.cos(angle[-1]), np.sin(angle[-1]), 0.0])
    before = np.stack([np.arange(-40.0, 0.0), np.zeros(40), np.zeros(40)], axis=1)
    return np.concatenate([before, turn, turn[-1] + np.arange(1.0, 60.0)[:, None] * end])


def knotted(radius_mm: float, moved_mm: float, turns: float = 1.25, rise_mm: float = 1.0) -> Told:
    x = loop(radius_mm, turns, rise_mm)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(x, axis=0), axis=1))])
    end = tip(
        tool="c1",
        device="multipurpose-5f",
        is_wire=False,
        point=x[-1],
        depth_mm=float(arc[-1]),
        moved_mm=moved_mm,
    )
    made = replace(contact(end, nodes=len(x)), x=x, arc_mm=arc)
    return judged(made, 1.0)[0]


def test_a_loop_that_is_drawn_tight_is_a_knot_once() -> None:
    assert knotted(6.0, -0.2).names == ["knot"]


def test_pushed_wide_or_apart_it_is_none() -> None:
    assert knotted(6.0, 0.2).names == []
    assert knotted(25.0, -0.2).names == []
    assert knotted(6.0, -0.2, rise_mm=20.0).names == []
    assert knotted(6.0, -0.2, turns=0.7).names == []


def test_a_pigtail_at_rest_is_no_knot() -> None:
    x = loop(6.0)[:85]
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(x, axis=0), axis=1))])
    end = tip(
        tool="c1", device="pigtail-5f", is_wire=False, point=x[-1], depth_mm=float(arc[-1]), moved_mm=-0.2
    )
    assert traits("pigtail-5f").shaped_mm > 20.0
    assert "knot" not in judged(replace(contact(end, nodes=len(x)), x=x, arc_mm=arc), 1.0)[0].names


def test_a_straight_line_and_a_short_one_have_no_loop() -> None:
    assert loop_of(np.arange(30.0).reshape(10, 3), 3.0, 360.0) is None
    assert loop_of(np.zeros((3, 3)), 3.0, 360.0) is None


def test_a_kink_stays_and_a_knot_goes_when_the_tool_comes_out() -> None:
    curve = np.zeros(301)
    curve[100] = 1.0
    told, judge = judged(bent("cobra-2-5f", curve))
    judge.kinking.knotted.add("c1")
    judge.out("c1")
    assert "c1" in judge.kinking.kinked and judge.kinking.knotted == set()
    other = Consequences.of(LIBRARY, 1, told)
    other.restore(judge.state())
    assert other.kinking.kinked == judge.kinking.kinked
