"""Where a tip is said to be: in the parent while it slides past a mouth, in the branch once it is well in."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin, tan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.suite.circulation.small import small_graph, vessel

from angiosuite.anatomy.vessels.graph import Junction, VesselGraph
from angiosuite.kit.log import read_lines
from angiosuite.physics.rods.walls import Walls
from angiosuite.suite.instruments.trees import tree_walls
from angiosuite.suite.instruments.whereabouts import Mouths, Whereabouts, beyond_mm
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

from .test_instruments_in_a_session import ACCESS, do, run, tool

RENAL, R_MM = "right-renal-artery", 2.8
MOUTH_Z = 120.0


@pytest.fixture(scope="module")
def walls(entered_room: Room) -> Walls:
    """The arteries of the small patient."""
    return tree_walls(entered_room.cache, entered_room.vessels, "artery")


def led(walls: Walls, points: np.ndarray) -> tuple[list[str], list[str]]:
    """What lumen is deepest at each point, and what a tip that comes through them is said to be in."""
    told = Whereabouts(small_graph())
    deepest, said, held = [], [], None
    for point, number, at_mm in zip(points, *walls.places(points), strict=True):
        deepest.append(walls.names[int(number)])
        held, _ = told.place(point, deepest[-1], float(at_mm), held)
        said.append(held)
    return deepest, said


def wall_x_mm(z_mm: float) -> float:
    """Where the aorta's right wall is at a height."""
    return -(8.0 + 3.0 * z_mm / 300.0)


@pytest.mark.parametrize("out_mm", [0.0, 1.0, 1.8])
def test_a_tip_that_slides_past_a_mouth_is_in_the_parent_throughout(walls: Walls, out_mm: float) -> None:
    """Along the wall, and sagging into the mouth by half of its radius."""
    z = np.arange(MOUTH_Z - 20.0, MOUTH_Z + 20.0, 0.25)
    sag = out_mm * np.maximum(1.0 - np.abs(z - MOUTH_Z) / R_MM, 0.0)
    way = np.stack([np.array([wall_x_mm(one) + 0.4 for one in z]) - sag, np.full(len(z), 1.0), z], axis=1)
    for points in (way, way[::-1]):
        deepest, said = led(walls, points)
        assert RENAL in deepest, "the branch's own lumen is deeper at its mouth"
        assert set(said) == {"aorta"}


def test_a_tip_that_goes_in_is_in_the_branch_and_out_again_in_the_parent(walls: Walls) -> None:
    out = np.arange(0.0, 30.0, 0.25)
    way = np.array([0.0, 0.0, MOUTH_Z]) + out[:, None] * np.array([-45.0, 5.0, -2.0]) / 45.3
    _, said = led(walls, np.concatenate([way, way[::-1]]))
    names = [name for name, before in zip(said, [None, *said], strict=False) if name != before]
    assert names == ["aorta", RENAL, "aorta"]
    into, back = said.index(RENAL), len(said) - 1 - said[::-1].index(RENAL)
    beyond = out[into] + wall_x_mm(MOUTH_Z)
    assert 0.6 * R_MM - 0.1 <= beyond < 0.6 * R_MM + 0.4, "some of a radius beyond the parent's wall"
    assert out[into] - out[2 * len(out) - 1 - back] == pytest.approx(0.3 * R_MM, abs=0.4), "and less back"


def test_a_tip_that_breath_moves_at_the_mouth_is_not_named_to_and_fro(walls: Walls) -> None:
    from_mm = 0.6 * R_MM - wall_x_mm(MOUTH_Z)
    way = np.array([-45.0, 5.0, -2.0]) / 45.3
    moved = from_mm + 0.3 * np.sin(np.arange(200) / 5.0)
    _, said = led(walls, np.array([0.0, 0.0, MOUTH_Z]) + moved[:, None] * way)
    changes = sum(one != other for one, other in pairwise(said))
    assert changes <= 1 and said[-1] == RENAL


def test_a_place_is_told_along_the_vessel_that_is_named(walls: Walls) -> None:
    point = np.array([-10.0, 1.0, MOUTH_Z])
    number, at_mm = walls.places(point[None])
    assert walls.names[int(number[0])] == RENAL
    said, along_mm = Whereabouts(small_graph()).place(point, RENAL, float(at_mm[0]), None)
    assert said == "aorta" and along_mm == pytest.approx(300.0 - MOUTH_Z, abs=2.0)


@given(
    st.floats(25.0, 90.0),
    st.floats(0.8, 5.0),
    st.floats(0.0, 1.0),
    st.floats(-60.0, 60.0),
    st.floats(-1.0, 1.0),
)
def test_nothing_within_the_parent_is_said_to_be_in_a_branch_that_leaves_at_any_angle(
    angle_deg: float, radius_mm: float, share: float, z_mm: float, side: float
) -> None:
    """Whoever lies in the parent's lumen lies less far along the branch than where it counts as entered."""
    leans, width = radians(angle_deg), 8.0
    end = (100.0 * sin(leans), 0.0, -100.0 * cos(leans))
    graph = VesselGraph(
        {
            "main": vessel(
                "main", "artery", None, (0, 0, 200), (0, 0, -200), width, away=True, last_mm=width
            ),
            "branch": vessel(
                "branch",
                "artery",
                Junction("main", 200.0),
                (0, 0, 0),
                end,
                radius_mm,
                away=True,
                last_mm=radius_mm,
            ),
        },
        {},
    )
    mouth = Mouths(graph).of("branch")
    assert mouth.from_mm == pytest.approx(
        (width + radius_mm) / sin(leans), abs=0.6
    ) and mouth.radius_mm == pytest.approx(radius_mm)
    point = np.array([width * share, width * np.sqrt(1.0 - share**2) * side, z_mm])
    along = float(point @ np.asarray(end) / 100.0)
    off = float(np.linalg.norm(point - along * np.asarray(end) / 100.0))
    if off <= radius_mm:
        assert along <= width / sin(leans) + radius_mm / tan(leans) + 1e-6
        said, _ = Whereabouts(graph).place(point, "branch", along, "main")
        assert said == "main"


def test_what_goes_on_from_its_parents_end_has_no_mouth_and_a_fork_has_two() -> None:
    def graph(*ends: tuple[float, float, float]) -> VesselGraph:
        made = {"main": vessel("main", "artery", None, (0, 0, 100), (0, 0, 0), 4.0, away=True)}
        for number, end in enumerate(ends):
            name = f"branch-{number}"
            made[name] = vessel(name, "artery", Junction("main", 100.0), (0, 0, 0), end, 3.0, away=True)
        return VesselGraph(made, {})

    assert Mouths(graph((0, 0, -80))).of("branch-0").from_mm == 0.0
    fork = Mouths(graph((30, 0, -80), (-30, 0, -80)))
    apart = np.sin(2.0 * np.arctan(30.0 / 80.0))
    for name in ("branch-0", "branch-1"):
        assert fork.of(name).from_mm == pytest.approx(6.0 / apart, abs=0.7), "where the two no longer overlap"


def test_beyond_is_the_distance_from_the_wall() -> None:
    aorta = small_graph().vessels["aorta"]
    points = np.array([[0.0, 0.0, 150.0], [-20.0, 0.0, 150.0], [0.0, 0.0, -30.0]])
    assert beyond_mm(points, aorta) == pytest.approx([-9.5, 10.5, 22.0], abs=0.06)
    assert beyond_mm(points, aorta, is_open=True)[2] == np.inf


def test_page_and_log_tell_a_catheter_in_and_out_of_an_artery_alike(entered: Session, tmp_path: Path) -> None:
    """A multipurpose tip that leans on the right wall is pushed into the renal artery and drawn out again."""
    do(entered, "instrument.aid", on=True)
    do(entered, "instrument.pick", device="multipurpose-5f")
    do(entered, "instrument.load", tool="c1", access=ACCESS, over=None)
    do(entered, "instrument.goal", tool="c1", depth_mm=100.0, mm_s=100.0)
    run(entered, 3.0)
    for depth_mm in (136.0, 100.0):
        do(entered, "instrument.goal", tool="c1", depth_mm=depth_mm, mm_s=20.0)
        for _ in range(50):
            run(entered, 0.04)
            said = str(tool(entered, "c1")["where"]).replace(" ", "-")
    seen = [line.entry() for line in read_lines(tmp_path / "s1" / "log.jsonl") if line.name == "instruments"]
    told = [
        (one.data[ACCESS][0]["vessel"], one.data[ACCESS][0]["tip_mm"]) for one in seen if one.data.get(ACCESS)
    ]
    names = [
        name
        for (name, _), before in zip(told, [None, *(one for one, _ in told)], strict=False)
        if name != before
    ]
    assert names == ["right-common-femoral-artery", "aorta", RENAL, "aorta"] and said == "aorta"
    aorta = small_graph().vessels["aorta"]
    beyond = [float(beyond_mm(np.array([tip]), aorta)[0]) for name, tip in told if name == RENAL]
    assert min(beyond) > 0.3 * R_MM - 0.3 and beyond[0] > 0.6 * R_MM - 0.3


def test_what_is_remembered_goes_into_a_checkpoint(entered: Session) -> None:
    told = Whereabouts(small_graph())
    at_mm = 0.45 * R_MM - wall_x_mm(MOUTH_Z)
    point = np.array([0.0, 0.0, MOUTH_Z]) + at_mm * np.array([-45.0, 5.0, -2.0]) / 45.3
    told.restore({"c1": RENAL})
    assert told.state() == {"c1": RENAL}
    assert told.place(point, RENAL, at_mm, told.state()["c1"])[0] == RENAL
    assert told.place(point, RENAL, at_mm, None)[0] == "aorta"
    do(entered, "instrument.pick", device="wire-j3-035-145")
    do(entered, "instrument.load", tool="w1", access=ACCESS, over=None)
    run(entered, 0.2)
    state, arrays = entered.state()
    assert state["instruments"]["named"] == {"w1": "right-common-femoral-artery"}
    entered.restore(state, arrays)
    assert entered.state()[0]["instruments"]["named"] == {"w1": "right-common-femoral-artery"}
