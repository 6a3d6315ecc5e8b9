"""Vessels parted into segments: how long they are, where junctions lie, which edge a point is on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from angiosuite.anatomy.vessels.graph import Junction, VesselGraph
from angiosuite.physics.flow.draft import Draft
from angiosuite.suite.circulation.segments import (
    APART_MM,
    BLOOD_SYSTEMS,
    LONGEST_MM,
    artery_beta_mmhg,
    draw_vessels,
)

from .small import small_graph


def test_no_segment_is_longer_than_five_centimetres_and_none_is_without_length() -> None:
    courses = draw_vessels(small_graph(), Draft(), {})
    assert set(courses) == {v.id for v in small_graph().vessels.values() if v.system in BLOOD_SYSTEMS}
    for course in courses.values():
        lengths = np.diff(course.stations_mm)
        assert (lengths > 0.5).all() and (lengths <= LONGEST_MM + 1e-9).all()
        assert len(course.nodes) == len(course.edges) + 1 == len(course.stations_mm)


def test_a_branch_leaves_its_parent_at_a_node_of_the_parent() -> None:
    graph = small_graph()
    courses = draw_vessels(graph, Draft(), {})
    for vessel in graph.vessels.values():
        if vessel.parent is not None:
            parent = courses[vessel.parent.vessel]
            assert courses[vessel.id].nodes[0] in parent.nodes
            place = parent.stations_mm[parent.nodes.index(courses[vessel.id].nodes[0])]
            assert abs(place - vessel.parent.at_mm) <= max(APART_MM, parent.stations_mm[0])


def test_what_goes_on_from_a_parents_end_holds_all_of_its_lumen_and_a_branch_less_its_beginning() -> None:
    graph = small_graph()
    courses = draw_vessels(graph, Draft(), {})
    kinds = set()
    for vessel in graph.vessels.values():
        if vessel.parent is not None:
            parent = graph.vessels[vessel.parent.vessel]
            goes_on = parent.length_mm - vessel.parent.at_mm < 1.0
            kinds.add(goes_on)
            assert (courses[vessel.id].stations_mm[0] == 0.0) == goes_on
    assert kinds == {True, False}


def test_edges_run_with_the_blood_in_arteries_and_in_veins() -> None:
    graph, draft = small_graph(), Draft()
    courses = draw_vessels(graph, draft, {})
    spec = draft.spec()
    for name, course in courses.items():
        assert course.away == graph.vessels[name].away
        for k, edge in enumerate(course.edges):
            ends = spec.nodes[spec.a[spec.edge(edge)]], spec.nodes[spec.b[spec.edge(edge)]]
            assert ends == (course.nodes[k : k + 2] if course.away else course.nodes[k : k + 2][::-1])


@pytest.mark.parametrize("name", ["aorta", "inferior-vena-cava", "right-renal-artery"])
def test_a_place_lies_on_its_edge_at_its_share_with_the_blood(name: str) -> None:
    course = draw_vessels(small_graph(), Draft(), {})[name]
    first, last = course.stations_mm[0], course.stations_mm[-1]
    at_mm = np.linspace(first, last, 57)
    k, share = course.place(at_mm)
    along = share if course.away else 1.0 - share
    back = course.stations_mm[k] + along * np.diff(course.stations_mm)[k]
    assert back == pytest.approx(at_mm, abs=1e-9)
    _, outside = course.place(np.array([first - 50.0, last + 50.0]))
    assert set(outside) <= {0.0, 1.0}


def test_what_is_asked_for_beside_is_a_station_unless_one_is_there_or_it_is_not_on_the_vessel() -> None:
    def stations(*also: float) -> list[float]:
        return list(draw_vessels(small_graph(), Draft(), {}, {"aorta": also})["aorta"].stations_mm)

    own = stations()
    assert set(stations(77.7)) == {*own, 77.7}
    assert stations(own[2] + 0.5) == own
    assert stations(-3.0, 4000.0) == own


def test_an_artery_is_stiffer_the_narrower_it_is() -> None:
    stiff = [artery_beta_mmhg(r) for r in (0.5, 1.0, 2.0, 4.0, 8.0, 14.0)]
    assert stiff == sorted(stiff, reverse=True) and stiff[-1] > 0.0


def test_a_pulse_runs_down_the_thoracic_aorta_as_fast_as_in_a_healthy_adult() -> None:
    # 5.4 +- 0.9 m/s below 45 years, 7.2 +- 1.1 from 45 to 65 (Jarvis et al., J Magn Reson Imaging, 4D flow)
    for radius_mm in (11.0, 12.0, 13.0):
        speed = np.sqrt(artery_beta_mmhg(radius_mm) * 133.322 / (2.0 * 1060.0))
        assert 5.4 - 0.9 < speed < 7.2 + 1.1


def test_junctions_that_lie_close_share_a_node() -> None:
    graph = small_graph()
    one, other = graph.vessels["right-renal-artery"], graph.vessels["left-renal-artery"]
    at_mm = one.parent.at_mm if one.parent else 0.0
    moved = replace(other, parent=Junction("aorta", at_mm + 0.5 * APART_MM))
    courses = draw_vessels(VesselGraph({**graph.vessels, other.id: moved}, graph.beds), Draft(), {})
    assert courses[one.id].nodes[0] == courses[other.id].nodes[0]
