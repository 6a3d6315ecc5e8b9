"""The small parts of treatment, each by itself: sites, covers, floating, forms in the picture, emptying."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.suite.circulation.small import small_graph

from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import load_library
from angiosuite.content.stent import Stent
from angiosuite.physics.treating.balloon import BalloonForm
from angiosuite.physics.xray.instrument_shadow import Drawn, Ring, Section
from angiosuite.suite.session import Session
from angiosuite.suite.treating.balloons.drawn import with_balloon
from angiosuite.suite.treating.balloons.inflation import RISES_ATM_S, Inflation
from angiosuite.suite.treating.blocked import Blocked
from angiosuite.suite.treating.floating import floated
from angiosuite.suite.treating.plaques.plaques import Plaque
from angiosuite.suite.treating.plaques.torn import dissection_of
from angiosuite.suite.treating.site import Site
from angiosuite.suite.treating.stents.covering import branches_under, cover_of
from angiosuite.suite.treating.stents.drawn import markers_mm, struts_mm, with_packed
from angiosuite.suite.treating.stents.parts import packed_metal_share, walls_at

FORM = BalloonForm(8.0, 40.0, 8.0, 12.0, 0.05, 1.75)
SHAFT = Drawn((Section(1e5, (Ring(0.8, 0.45, (("polyamide", 1.1),)),), 0.45),))


def along(vessel: str, low: float, high: float, **more: Any) -> Site:
    """A site from high to low along the small patient's vessel, as a tool from the groin lies."""
    at = np.arange(low, high)[::-1] + 0.5
    line = small_graph().vessels[vessel]
    rest = np.stack([np.interp(at, line.arc_mm, line.points_mm[:, c]) for c in range(3)], axis=1)
    return Site((vessel,) * len(at), at, 10.0 + np.arange(len(at)), np.full(len(at), np.inf), rest)


def a_stent(name: str = "stent-self-10x40-035-80") -> Stent:
    item = load_library().get("devices", name).item
    assert isinstance(item, DeviceItem) and item.catheter.stent is not None
    return item.catheter.stent


def test_a_site_comes_back_from_its_plain_values_exactly() -> None:
    one = along("aorta", 100.0, 140.0)
    one.bore_mm[-3:] = 2.4
    again = Site.restored(one.plain())
    assert again.plain() == one.plain() and list(again.is_free) == list(one.is_free)
    assert one.stretches() == [("aorta", 100.5, 139.5)] and one.middle[0] == "aorta"


def test_what_fills_a_lumen_leaves_all_of_it_elsewhere() -> None:
    one = Blocked.along("aorta", np.array([12.0, 10.0, 11.0]), np.array([0.5, 0.0, 0.2]), "c1")
    share = one.share(np.array([5.0, 10.0, 11.0, 12.0, 20.0]))
    assert list(share) == [1.0, 0.0, 0.2, 0.5, 1.0]
    assert list(one.flow_share(np.array([10.5]))) == [pytest.approx(0.1)]


def test_pressure_rises_with_the_hand_and_a_balloon_empties_as_its_shaft_lets_it() -> None:
    one = Inflation("c1", FORM, 99.0, free_mm=1.75, from_mm=1.75, goal_atm=6.0)
    for _ in range(50):
        one.turn(0.02, 5.0, 7.9)
    assert one.atm == pytest.approx(RISES_ATM_S) and one.free_mm == 7.9
    one.goal_atm, seen = 0.0, []
    for _ in range(500):
        one.turn(0.02, 5.0, 1.75)
        seen.append(one.free_mm)
    assert one.atm == 0.0 and seen == sorted(seen, reverse=True)
    half = (1.75**2 + 0.5 * (7.9**2 - 1.75**2)) ** 0.5
    assert seen[124] == pytest.approx(half, rel=0.01), "half of its fluid in half of the time"
    assert seen[-1] < 2.2


def test_a_plaque_is_drawn_by_its_throat_and_by_nothing_beyond_its_ends() -> None:
    one = Plaque("p", "aorta", 50.0, 20.0, 10.0, 4.0, 4.0, 0.2, 0.0, 6.0)
    at = np.array([30.0, 40.0, 50.0, 60.0, 70.0])
    assert list(one.share(at)) == [1.0] * 5
    one.throat_mm = 8.0
    assert one.ratio(at)[2] == pytest.approx(2.0) and one.share(at)[2] == pytest.approx(4.0)
    assert one.share(at)[[0, 1, 3, 4]] == pytest.approx(np.ones(4))
    assert one.residual == pytest.approx(0.2) and (one.flow_share(at) == 1.0).all()


def test_a_balloon_in_the_picture_is_as_wide_as_told_with_contrast_by_its_share() -> None:
    places, width = 6.0 + 0.5 + np.arange(40.0), np.full(40, 8.0)
    width[20] = 3.0
    drawn = with_balloon(SHAFT, places, width, 0.5)

    def at(mm: float) -> Section:
        return next(s for s in drawn.sections if mm < s.to_mm)

    assert at(20.0).outer_mm == 4.0 and at(26.5).outer_mm == 1.5 and at(70.0).outer_mm == 0.8
    assert at(1.0).outer_mm < 4.0 and at(48.0).outer_mm < 4.0, "shoulders"
    iodine = dict(at(20.0).rings[0].content)["iodine"]
    assert iodine == pytest.approx(0.15)
    assert dict(with_balloon(SHAFT, places, width, 0.0).sections[6].rings[0].content).get("iodine") is None
    assert with_balloon(SHAFT, np.zeros(0), np.zeros(0), 0.5) is SHAFT


def test_struts_lie_on_the_lumen_as_many_as_the_stent_has() -> None:
    stent = a_stent()
    middle = np.stack([np.zeros(41), np.zeros(41), np.arange(41.0)], axis=1)
    struts = struts_mm(middle, np.full(41, 9.0), stent)
    assert np.linalg.norm(struts[:, :2], axis=1) == pytest.approx(np.full(len(struts), 4.5))
    rings = round(40.0 / stent.ring_mm)
    assert len(struts) == rings * (2 * stent.crowns + 1)
    assert struts[:, 2].min() >= 0.0 and struts[:, 2].max() <= 40.0
    ends = markers_mm(middle, np.full(41, 9.0), stent)
    assert len(ends) == 2 * stent.markers


def test_a_packed_stent_is_a_sleeve_with_the_metal_of_all_its_struts() -> None:
    stent = a_stent()
    share = packed_metal_share(stent, 1.98)
    strut = float(np.hypot(0.8 * stent.ring_mm, np.pi * stent.diameter_mm / (2 * stent.crowns)))
    metal = 2 * stent.crowns * strut * np.pi / 4 * stent.strut_mm**2 / stent.ring_mm
    assert (
        share * np.pi * (1.98 - stent.strut_mm) * stent.strut_mm == pytest.approx(min(metal, 1e9), rel=1e-6)
        or share == 1.0
    )
    drawn = with_packed(SHAFT, stent, stent.packed_length_mm, 1.98, share)
    begin = stent.from_tip_mm
    sleeve = [s for s in drawn.sections if s.outer_mm == pytest.approx(0.99)]
    assert len(sleeve) == 1 and sleeve[0].to_mm == begin + stent.packed_length_mm
    half = with_packed(SHAFT, stent, 0.5 * stent.packed_length_mm, 1.98, share)
    assert next(s for s in half.sections if begin + 1.0 < s.to_mm).outer_mm == 0.8, "the far half is open"


def test_branches_are_under_a_stent_that_lies_on_their_wall_and_not_under_one_that_stands_off() -> None:
    graph, site = small_graph(), along("aorta", 160.0, 200.0)
    wide, thin = np.full(len(site.vessels), 19.0), np.full(len(site.vessels), 8.0)
    assert branches_under(graph, site, wide) == ["right-renal-artery", "left-renal-artery"]
    assert branches_under(graph, site, thin) == []
    closed, crossed = (cover_of(graph, "left-renal-artery", covered, "s") for covered in (True, False))
    assert closed.share(np.array([3.0, 40.0])) == pytest.approx([0.0, 1.0])
    assert 0.9 < crossed.share(np.array([3.0]))[0] < 1.0


def test_what_floats_comes_to_rest_where_the_lumen_is_no_wider_than_it() -> None:
    graph, site = small_graph(), along("aorta", 100.0, 140.0)
    there = floated(graph, site, 18.0, True)
    vessel, at_mm = there.middle
    assert vessel == "aorta" and 2.0 * graph.vessels["aorta"].at(at_mm)[1] == pytest.approx(18.0, abs=0.5)
    far = floated(graph, site, 7.8, True)
    assert far.middle[0] == "right-common-femoral-artery"
    back = floated(graph, along("right-common-femoral-vein", 40.0, 80.0), 4.0, False)
    assert back.middle[0] == "inferior-vena-cava"


def test_a_plaque_is_a_harder_wall_than_an_artery_and_a_split_one_gives() -> None:
    at, healthy = np.array([20.0, 50.0]), np.full(2, 10.0)
    plaque = Plaque("p", "aorta", 50.0, 20.0, 10.0, 4.0, 4.0, 0.5, 0.0, 6.0)
    artery, hard = walls_at(healthy, np.array([10.0, 4.0]), at, [plaque])
    plaque.has_yielded = True
    _, split = walls_at(healthy, np.array([10.0, 4.0]), at, [plaque])
    assert hard.stiff_kpa > artery.stiff_kpa > split.stiff_kpa and hard.rest_mm == 4.0


def test_worse_dissections_leave_less_and_the_mildest_do_nothing_to_the_flow() -> None:
    assert (
        dissection_of("none", "aorta", 50.0, 20.0) is None and dissection_of("A", "aorta", 50.0, 20.0) is None
    )
    made = [dissection_of(grade, "aorta", 50.0, 20.0) for grade in "BCDEF"]
    left = [one.with_flow_share for one in made if one is not None]
    assert len(left) == 5 and left == sorted(left, reverse=True)


def test_a_body_without_vessels_comes_back_with_no_treatment(session: Session) -> None:
    session.advance(200_000)
    state, arrays = session.state()
    session.restore(state, arrays)
    session.advance(400_000)
    assert session.treating.left() == [] and session.treating.tools() == []
