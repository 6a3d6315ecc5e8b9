"""Persons of the family: alike by number, unlike by vessels, and with every target."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.gym.family import TEN, anatomy, reachable
from angiosuite.gym.road import TRUNK, Road
from angiosuite.gym.targets import TARGETS, ways
from angiosuite.kit.errors import WrongUse

GROIN = "right-common-femoral-artery"


def test_equal_numbers_are_the_same_person_and_unlike_ones_are_not() -> None:
    hashes = {anatomy(number).graph.content_hash for number in range(4)}
    assert len(hashes) == 4
    first = anatomy(2).graph.content_hash
    anatomy.cache_clear()
    assert anatomy(2).graph.content_hash == first


@pytest.mark.parametrize("number", [-1, 1000])
def test_a_number_outside_the_family_is_refused(number: int) -> None:
    with pytest.raises(WrongUse):
        anatomy(number)


def test_ten_persons_differ_in_size_age_and_variants() -> None:
    people = [anatomy(number) for number in TEN]
    heights = [one.person.height for one in people]
    assert max(heights) - min(heights) > 15.0
    assert len({one.person.age_years for one in people}) > 6
    assert len({tuple(one.graph.variants.items()) for one in people}) > 3


@pytest.mark.parametrize("number", [0, 1, 5])
def test_every_target_has_a_road_that_stays_in_its_vessels(number: int) -> None:
    graph = anatomy(number).graph
    for target in TARGETS.values():
        vessel = target.vessel_of(graph)
        road = Road(graph, GROIN, 20.0, vessel, target.deep_mm)
        gaps = np.linalg.norm(np.diff(road.points_mm, axis=0), axis=1)
        assert gaps.max() < 2.5, "a road has no holes"
        assert road.length_mm > 150.0
        assert road.place(road.points_mm[0]).left_mm == pytest.approx(road.length_mm, rel=0.02)
        assert not road.place(road.points_mm[len(road.points_mm) // 2]).is_beyond
        assert road.place(graph.vessels[vessel].points_mm[-1]).is_beyond


def test_a_wrong_branch_makes_the_way_longer_by_as_much_as_one_goes_in() -> None:
    graph = anatomy(0).graph
    road = Road(graph, GROIN, 20.0, "right-renal-artery", 10.0)
    wrong = graph.vessels["left-renal-artery"]
    assert wrong.parent is not None
    at_mouth = road.left_mm("abdominal-aorta", wrong.parent.at_mm)
    assert road.left_mm(wrong.id, 15.0) == pytest.approx(at_mouth + 15.0)


def test_what_leads_nowhere_is_cut_and_what_leads_somewhere_is_whole() -> None:
    graph = anatomy(0).graph
    kept = frozenset(TRUNK) | ways(graph, GROIN)
    part = reachable(graph, kept)
    assert kept <= set(part.vessels)
    assert all(part.vessels[name].length_mm == graph.vessels[name].length_mm for name in kept)
    others = [one for name, one in part.vessels.items() if name not in kept]
    assert others and all(one.length_mm <= 60.5 for one in others)
    assert part.vessels["right-superficial-femoral-artery"].length_mm < 61.0
    for one in part.vessels.values():
        assert one.parent is None or one.parent.at_mm <= part.vessels[one.parent.vessel].length_mm + 1e-6


@pytest.mark.ci
def test_fifty_persons_have_every_target() -> None:
    for number in range(50):
        graph = anatomy(number).graph
        for target in TARGETS.values():
            assert target.vessel_of(graph) in graph.vessels
