"""How a filter comes to stand: it leans as its sheath lay, and a loop takes it from where its hook looks."""

from __future__ import annotations

import numpy as np
import pytest
from tests.suite.circulation.small import small_graph

from angiosuite.content.cava_filter import CavaFilter
from angiosuite.content.schema import Range
from angiosuite.physics.treating.snare import why_not
from angiosuite.suite.treating.filters.standing import (
    Standing,
    Tip,
    ends_mm,
    level_mm,
    looks_away,
    opened,
    reach,
    stood,
    struts,
)

GRAPH, CAVA = small_graph(), "inferior-vena-cava"
CONE = CavaFilter(
    kind="cava-filter", design="cone", sheath_f=7, cava_mm=Range(low=15, high=30), legs=4, length_mm=50,
    hook="cranial", stays="retrievable", retrieval_f=10,
)  # fmt: skip
DOUBLE = CONE.model_copy(update={"design": "double", "hook": "caudal"})
UP = np.array([0.0, 0.0, 1.0])
NAME = ("x1", "filter", "Filter")
EVEN = (0.0, 0.0)


def tip(at_mm: float, aside_mm: float = 0.0, up: bool = True, lean_deg: float = 0.0) -> Tip:
    """The small cava runs straight down from z 290."""
    turn = np.radians(lean_deg)
    ahead = np.array([np.sin(turn), 0.0, np.cos(turn)]) * (1.0 if up else -1.0)
    return Tip(np.array([-20.0 + aside_mm, 0.0, 290.0 - at_mm]), ahead, CAVA, at_mm)


def test_a_sheath_in_the_middle_leaves_a_filter_upright() -> None:
    one = opened(GRAPH, tip(190.0), CONE, EVEN, NAME)
    assert one.tilt_deg == pytest.approx(0.0, abs=1e-6)
    top, foot = ends_mm(GRAPH, one)
    assert top == pytest.approx([-20.0, 0.0, 100.0], abs=1e-6)
    assert np.linalg.norm(top - foot) == pytest.approx(50.0)


def test_the_farther_off_the_middle_the_sheath_lay_the_more_it_leans_never_out_of_the_vein() -> None:
    tilts = [opened(GRAPH, tip(190.0, mm), CONE, EVEN, NAME).tilt_deg for mm in (0.0, 3.0, 6.0, 9.0, 30.0)]
    assert tilts == sorted(tilts)
    assert tilts[2] == pytest.approx(np.degrees(np.arctan(6.0 / 50.0)))
    wide = GRAPH.vessels[CAVA].at(190.0)[1]
    assert tilts[4] == pytest.approx(np.degrees(np.arctan(wide / 50.0)))
    doubled = opened(GRAPH, tip(190.0, 9.0), DOUBLE, EVEN, NAME).tilt_deg
    assert doubled < 0.4 * tilts[3], "two baskets hold it upright"


def test_from_above_the_feet_stand_where_the_sheath_ended_and_its_slant_counts() -> None:
    below, above = (opened(GRAPH, tip(190.0, up=up), CONE, EVEN, NAME) for up in (True, False))
    assert (below.at_mm, below.foot_mm) == (190.0, 240.0)
    assert (above.at_mm, above.foot_mm) == (140.0, 190.0)
    slanted = opened(GRAPH, tip(190.0, up=False, lean_deg=8.0), CONE, EVEN, NAME)
    assert slanted.tilt_deg == pytest.approx(8.0, abs=0.3)


def test_uneven_legs_lean_a_filter_too() -> None:
    assert opened(GRAPH, tip(190.0), CONE, (1.0, -1.0), NAME).tilt_deg == pytest.approx(2.43, abs=0.05)


def test_the_level_is_told_from_the_lower_edge_of_the_lowest_renal_vein() -> None:
    # the right one joins at 170 mm with 5 mm of radius
    assert level_mm(GRAPH, opened(GRAPH, tip(185.0), CONE, EVEN, NAME)) == pytest.approx(10.0)
    assert level_mm(GRAPH, opened(GRAPH, tip(160.0), CONE, EVEN, NAME)) == pytest.approx(-15.0)
    leg = Standing("x1", "f", "F", "right-common-femoral-vein", 20.0, 50.0, (0.0, 0.0))
    assert level_mm(GRAPH, leg) is None


def test_a_picture_shows_as_many_legs_as_there_are_from_the_wall_to_one_end() -> None:
    one = opened(GRAPH, tip(190.0), CONE, EVEN, NAME)
    legs = struts(GRAPH, one, CONE)
    top, foot = ends_mm(GRAPH, one)
    assert len(legs) == 4
    radius = GRAPH.vessels[CAVA].at(one.foot_mm)[1]
    for leg in legs:
        assert leg.points_mm[-1] == pytest.approx(top, abs=1e-3)
        assert np.linalg.norm(leg.points_mm[0] - foot) == pytest.approx(radius, abs=1e-3)
    assert sum(len(leg.drawn.sections) == 2 for leg in legs) == 1, "one of them carries the hook"


def test_a_loop_takes_a_hook_from_the_side_that_it_looks_to() -> None:
    one = stood(CONE, NAME, CAVA, 190.0, 0.0, 0.0)
    from_neck, from_groin = (tip(at_mm, up=up) for at_mm, up in ((196.0, False), (184.0, True)))
    assert why_not(reach(GRAPH, one, CONE, from_neck, (20.0, 25.0))) is None
    short = tip(180.0, up=False)
    assert why_not(reach(GRAPH, one, CONE, short, (20.0, 25.0))) == "the loop is not over the end"
    assert why_not(reach(GRAPH, one, CONE, from_neck, (8.0, 10.0))) == "the loop is too small for the vessel"
    foot = stood(DOUBLE, NAME, CAVA, 190.0, 0.0, 0.0)
    assert why_not(reach(GRAPH, foot, DOUBLE, tip(236.0), (20.0, 25.0))) is None
    for part, groin in ((CONE, True), (DOUBLE, False)):
        assert looks_away(GRAPH, part, from_groin) is groin
        assert looks_away(GRAPH, part, from_neck) is not groin


def test_a_hook_at_the_wall_or_grown_in_is_not_taken() -> None:
    leaning = stood(CONE, NAME, CAVA, 190.0, 14.0, 60.0)
    assert why_not(reach(GRAPH, leaning, CONE, tip(196.0, up=False), (20.0, 20.0))) is not None
    grown = stood(CONE, NAME, CAVA, 190.0, 0.0, 60.0)
    grown.is_embedded = True
    assert why_not(reach(GRAPH, grown, CONE, tip(196.0, up=False), (20.0, 25.0))) == "the end is not free"


def test_a_filter_comes_back_as_it_was() -> None:
    one = opened(GRAPH, tip(190.0, 3.0), CONE, (0.3, 0.2), NAME)
    assert Standing.of(one.state()) == one
