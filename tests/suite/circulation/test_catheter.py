"""A catheter laid into vessels: its way from the groin, its tip, and where it cannot be laid."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from angiosuite.anatomy.vessels.graph import Junction, VesselGraph
from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import load_library
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import RefusedInput, WrongUse
from angiosuite.suite.circulation.catheter import WALL_SHARE, catheter_named, place, placed_of, pulled
from angiosuite.suite.circulation.way import way_to

from .small import small_graph

GRAPH = small_graph()


def device(name: str) -> DeviceItem:
    item = load_library().get("devices", name).item
    assert isinstance(item, DeviceItem)
    return item


def test_an_artery_is_reached_from_the_right_groin_without_a_gap() -> None:
    way = way_to(GRAPH, Junction("left-renal-artery", 20.0))
    assert [leg.vessel for leg in way.legs] == ["right-common-femoral-artery", "aorta", "left-renal-artery"]
    assert way.legs[1].begin_mm == 300.0 and way.legs[1].end_mm == 178.0
    point, _ = GRAPH.vessels["left-renal-artery"].at(20.0)
    assert way.points_mm[-1] == pytest.approx(point, abs=1e-6)
    steps = np.linalg.norm(np.diff(way.points_mm, axis=0), axis=1)
    assert steps.max() < 4.0 and len(way.vessels) == len(way.points_mm)
    assert way.length_mm == pytest.approx(sum(abs(leg.end_mm - leg.begin_mm) for leg in way.legs), rel=0.02)


def test_a_lung_artery_is_reached_through_the_veins() -> None:
    way = way_to(GRAPH, Junction("pulmonary-trunk", 10.0))
    assert [leg.vessel for leg in way.legs] == [
        "right-common-femoral-vein", "inferior-vena-cava", "pulmonary-trunk",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("vessel", "at_mm", "code"),
    [
        ("right-renal-arteri", 5.0, "vessel-unknown"),
        ("aorta", 999.0, "vessel-too-short"),
        ("aorta", -1.0, "vessel-too-short"),
        ("portal-vein", 10.0, "vessel-out-of-reach"),
    ],
)
def test_what_cannot_be_reached_is_refused_with_a_way_out(vessel: str, at_mm: float, code: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        way_to(GRAPH, Junction(vessel, at_mm))
    assert refused.value.code == code and refused.value.way_out


def test_patients_without_a_groin_are_told_so() -> None:
    lone = VesselGraph({"aorta": GRAPH.vessels["aorta"]}, {})
    with pytest.raises(RefusedInput) as refused:
        way_to(lone, Junction("aorta", 20.0))
    assert refused.value.code == "vessel-out-of-reach"


def test_a_catheter_that_fills_its_vessel_is_wedged() -> None:
    whole = GRAPH.vessels["right-renal-artery"]
    thin = replace(whole, radius_mm=np.full(len(whole.arc_mm), 0.9))
    graph = VesselGraph({**GRAPH.vessels, thin.id: thin}, GRAPH.beds)
    tip = Junction("right-renal-artery", 20.0)
    assert place(graph, device("cobra-2-5f"), tip, 1, 1).contact == "wedged"
    assert place(graph, device("microcatheter-2-4f"), tip, 1, 1).contact != "wedged"


def test_a_tip_touches_the_wall_as_often_as_its_holes_say() -> None:
    tip = Junction("aorta", 150.0)
    for name, holes in (("cobra-2-5f", "end"), ("pigtail-5f", "both")):
        placed = [place(GRAPH, device(name), tip, seed, 1) for seed in range(600)]
        assert placed[0].holes == holes
        share = sum(one.contact == "wall" for one in placed) / 600
        assert share == pytest.approx(WALL_SHARE[holes], abs=0.06)


def test_side_holes_give_contrast_behind_the_tip() -> None:
    up = place(GRAPH, device("pigtail-5f"), Junction("aorta", 150.0), 1, 1)
    along = up.holes_mm(GRAPH)["aorta"]
    assert along[0] == 150.0 and along[1] > 150.0  # it came from below
    end = place(GRAPH, device("cobra-2-5f"), Junction("left-renal-artery", 20.0), 1, 1)
    assert end.holes_mm(GRAPH) == {"left-renal-artery": (20.0,)}
    shares = [share for _, _, share in up.outlets(GRAPH)]
    assert sum(shares) == pytest.approx(1.0) and len(shares) == 5
    # ten side holes of 0.7 mm beside an end hole of 1.19 mm
    assert shares[0] == pytest.approx(1.19**2 / (1.19**2 + 10 * 0.7**2), rel=1e-6)
    assert shares[1:] == pytest.approx([(1.0 - shares[0]) / 4.0] * 4)
    assert [round(at_mm - 150.0, 1) for at_mm in along[1:]] == [19.4, 28.1, 36.9, 45.6]


def test_pulling_goes_toward_the_groin_and_stops_at_the_vessel_s_end() -> None:
    lies = place(GRAPH, device("cobra-2-5f"), Junction("left-renal-artery", 20.0), 1, 1).checked()
    back = pulled(lies, GRAPH, 5.0, 1, 2, 1.0)
    assert back.tip.at_mm == 15.0 and not back.is_checked and back.number == 2
    assert pulled(lies, GRAPH, 500.0, 1, 3, 1.0).tip.at_mm == 0.0
    in_aorta = place(GRAPH, device("pigtail-5f"), Junction("aorta", 150.0), 1, 1)
    assert pulled(in_aorta, GRAPH, 30.0, 1, 2, 1.0).tip.at_mm == 180.0


def test_it_is_the_same_catheter_from_its_state() -> None:
    lies = place(GRAPH, device("cobra-2-5f"), Junction("left-renal-artery", 20.0), 1, 1)
    again = placed_of(GRAPH, device("cobra-2-5f"), lies.state())
    assert again.state() == lies.state() and (again.way.points_mm == lies.way.points_mm).all()


def test_what_is_no_catheter_is_not_laid(tmp_path: Path) -> None:
    new("device", "my-wire", tmp_path, "guide-wire")
    library = load_library([tmp_path])
    assert catheter_named(library, "pigtail-5f").id == "pigtail-5f"
    with pytest.raises(WrongUse, match="My wire is no catheter but a guide wire") as refused:
        catheter_named(library, "my-wire")
    assert refused.value.code == "device-no-catheter" and "my-wire" in str(refused.value)
    with pytest.raises(WrongUse, match="pigtail-5f"):
        catheter_named(library, "pigtale-5f")


def test_the_tip_of_one_that_is_led_is_told_where_its_course_ends_as_the_body_breathes() -> None:
    laid = place(GRAPH, device("cobra-2-5f"), Junction("left-renal-artery", 20.0), 1, 0)
    at_rest = laid.show(GRAPH, None)
    assert at_rest["tip_mm"] == pytest.approx(at_rest["course_mm"][-1], abs=8.0)  # every fourth point is told
    moved = laid.way.points_mm + np.array([0.0, 0.0, -8.0])
    state = {**laid.state(), "led": {"tool": "c1", "outlets": [], "stretches": []}, "course": moved.tolist()}
    told = placed_of(GRAPH, laid.device, state).show(GRAPH, None)
    assert told["tip_mm"] == pytest.approx(moved[-1], abs=0.06)
