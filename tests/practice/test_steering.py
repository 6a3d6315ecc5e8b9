"""Hands of a scripted operator: how they lead a tip, in a room that holds no more than depths and names."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import pytest

from angiosuite.practice.operators.selective import draw_up
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Script, Stage, Step, Wait
from angiosuite.practice.operators.steering import (
    Held,
    Road,
    circle,
    depth_mm,
    find,
    in_patient,
    is_in,
    load,
    onward,
    out,
    pick,
    to_depth,
)
from angiosuite.suite.pose import Pose

ROAD = Road(("right-iliac", "aorta"), ("left-renal",))


class Room:
    """One access: each tool goes to its goal at once; a branch opens at a depth to who looks its way."""

    def __init__(
        self, opening_deg: float = 120.0, stuck_mm: float = 1e9, mouth_mm: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        self.stage = Stage(SKILLS["reference"], 3)
        self.opening_deg, self.stuck_mm, self.mouth_mm = opening_deg, stuck_mm, mouth_mm
        self.table: list[dict[str, Any]] = []
        self.inside: dict[str, dict[str, Any]] = {}
        self.branch = ""
        self.done: list[Do] = []
        self.deepest = -1e9
        self._tell()

    def play(self, script: Script, most: int = 4000) -> None:
        """Run a script to its end."""
        for count, step in enumerate(script):
            assert count < most, "it does not come to an end"
            if isinstance(step, Do):
                self.done.append(step)
                getattr(self, "_" + step.name.partition(".")[2])(**step.args)
                self._tell()

    def _pick(self, device: str) -> None:
        letter = "w" if device.startswith("wire") else "c"
        kind = "guide-wire" if letter == "w" else "catheter"
        number = 1 + sum(one["tool"][0] == letter for one in [*self.table, *self.inside.values()])
        self.table.append(
            {"tool": f"{letter}{number}", "kind": kind, "coat": "hydrophilic" if kind[0] == "g" else None}
        )

    def _flush(self, tool: str) -> None:
        assert tool.startswith("c"), "a wire has no lumen"

    def _wet(self, tool: str) -> None:
        assert tool.startswith("w"), "nothing else has a coat here"

    def _load(self, tool: str, access: str, over: str | None) -> None:
        self.table = [one for one in self.table if one["tool"] != tool]
        self.inside[tool] = {"tool": tool, "depth_mm": -110.0, "turn": 0.0}

    def _goal(self, tool: str, depth_mm: float, mm_s: float) -> None:
        one = self.inside[tool]
        one["depth_mm"] = min(depth_mm, self.stuck_mm)
        self.deepest = max(self.deepest, one["depth_mm"])

    def _move(self, tool: str, mm: float, deg: float) -> None:
        self.inside[tool]["turn"] += deg
        if tool.startswith("c"):  # a curve at an opening swings past it; a wire far inside stays
            self.branch = ""

    def _remove(self, tool: str) -> None:
        self.table.append({"tool": tool, "kind": "catheter"})
        del self.inside[tool]

    def _halt(self) -> None:
        pass

    def _where(self, one: dict[str, Any]) -> str:
        depth = one["depth_mm"]
        if self.mouth_mm[0] < depth < self.mouth_mm[1]:
            return "Inferior mesenteric artery"
        off = (one["turn"] - self.opening_deg + 180.0) % 360.0 - 180.0
        if depth < 120.0:
            self.branch = ""
            return "Right iliac artery"
        if depth >= 230.0 and not self.branch:
            self.branch = "Left renal artery" if abs(off) < 50.0 else "Lumbar artery"
        if depth < 230.0:
            self.branch = ""
        return self.branch or "Aorta"

    def _tell(self) -> None:
        tools = [{**one, "where": self._where(one)} for one in self.inside.values()]
        shown = {"table": self.table, "stacks": {"groin": {"tools": tools}}}
        self.stage.state = {"instruments": shown, "pose": Pose().as_exact()}


class Drawn(Room):
    """A curve catches only where it is drawn past the opening; deeper it lies free."""

    def _where(self, one: dict[str, Any]) -> str:
        if one["depth_mm"] > 245.0:
            self.branch = ""
            return "Aorta"
        return super()._where(one)


def begun(room: Room, device: str = "wire-j", depth: float = 0.0) -> Held:
    """A tool that lies at a depth."""
    held = Held()
    room.play(pick(room.stage, device, held))
    room.play(load(room.stage, held, "groin"))
    room.play(to_depth(room.stage, held, depth))
    return held


def test_a_tool_is_known_by_the_id_that_it_gets_on_the_table() -> None:
    room, wire, tube = Room(), Held(), Held()
    room.play(pick(room.stage, "wire-j", wire))
    room.play(pick(room.stage, "cobra", tube))
    assert (wire.tool, tube.tool) == ("w1", "c1")
    assert [(step.name, step.args.get("tool")) for step in room.done] == [
        ("instrument.pick", None),
        ("instrument.wet", "w1"),
        ("instrument.pick", None),
        ("instrument.flush", "c1"),
    ]


@pytest.mark.parametrize("opening_deg", [0.0, 75.0, 180.0, 300.0])
def test_a_branch_is_found_whichever_way_it_leaves(opening_deg: float) -> None:
    room = Room(opening_deg)
    wire = begun(room)
    room.play(find(room.stage, wire, ROAD, 400.0, 30.0, tries=60))
    assert is_in(room.stage, wire.tool, "left-renal")
    assert depth_mm(room.stage, wire.tool) == pytest.approx(260.0, abs=15.0)
    assert room.deepest < 300.0, "it never went far down a wrong branch"


def test_a_mouth_at_the_wayside_is_passed_and_a_branch_is_left() -> None:
    for end_mm, turns in ((195.0, 0), (900.0, 6)):
        room = Room(mouth_mm=(180.0, end_mm))
        wire = begun(room)
        room.play(find(room.stage, wire, Road(("right-iliac", "aorta"), (), 15.0), 215.0, tries=6))
        assert len([step for step in room.done if step.name == "instrument.move"]) == turns
        assert room.deepest == pytest.approx(220.0 if not turns else 200.0, abs=5.0)


def test_what_cannot_be_found_is_given_up() -> None:
    room = Room()
    wire = begun(room)
    room.play(find(room.stage, wire, Road(ROAD.along, ("coeliac",)), 400.0, tries=6))
    assert not is_in(room.stage, wire.tool, "coeliac")
    turns = [step for step in room.done if step.name == "instrument.move"]
    assert len(turns) == 6


def test_a_tip_that_does_not_go_on_is_left_and_the_hand_comes_off() -> None:
    room = Room(stuck_mm=50.0)
    wire = begun(room)
    room.play(to_depth(room.stage, wire, 200.0))
    assert depth_mm(room.stage, wire.tool) == 50.0
    assert room.done[-1].name == "instrument.halt"


@pytest.mark.parametrize("opening_deg", [0.0, 130.0, 200.0])
def test_a_curve_is_turned_all_around_until_it_falls_in_and_then_does_what_it_is_told(
    opening_deg: float,
) -> None:
    room = Room(opening_deg)
    tube = begun(room, "cobra", 200.0)
    came: list[tuple[float, str]] = []

    def arrived(end: Sequence[str]) -> Script:
        came.append((depth_mm(room.stage, tube.tool), end[0]))
        yield Wait(1.5)

    left: list[Sequence[str]] = [("left-renal", "left-renal-upper"), ("coeliac",)]
    room.play(circle(room.stage, tube, left, [210.0, 220.0, 235.0], arrived))
    assert came == [(235.0, "left-renal")], "above 230 mm there is no branch"
    assert left == [("coeliac",)], "what was not found is left"


@pytest.mark.parametrize("opening_deg", [0.0, 130.0, 270.0])
@pytest.mark.parametrize("holds", [True, False])
def test_a_reverse_curve_is_drawn_along_the_wall_turned_and_drawn_again_until_it_catches(
    opening_deg: float, holds: bool
) -> None:
    """Beyond the openings it lies free; what comes out again is looked for to the end."""
    room = Drawn(opening_deg)
    tube = begun(room, "simmons", 260.0)
    came: list[float] = []

    def arrived(end: Sequence[str]) -> Script:
        came.append(depth_mm(room.stage, tube.tool))
        if not holds:
            yield from to_depth(room.stage, tube, 260.0)
        yield Wait(1.5)

    left: list[Sequence[str]] = [("left-renal",)]
    room.play(draw_up(room.stage, tube, left, [260.0, 250.0, 240.0, 232.0], arrived))
    assert came[0] == 240.0
    assert (left == []) == holds and (len(came) == 1) == holds


def test_a_tip_that_stays_while_the_shaft_goes_in_is_seen() -> None:
    room = Room()
    wire = begun(room)
    seen: list[bool] = []

    def pushed(moves: float) -> Script:
        room.stage.tips[wire.tool] = (0.0, 0.0, depth_mm(room.stage, wire.tool))
        step = onward(room.stage, wire, 10.0)
        for one in step_through(step, seen):
            yield one
            room.stage.tips[wire.tool] = (0.0, 0.0, moves)

    room.play(pushed(10.0))
    room.play(pushed(10.0))
    assert seen == [True, False], "the second time the tip was there before"


def step_through(made: Generator[Step, None, bool], told: list[bool]) -> Script:
    """The steps of a generator; what it returns is kept."""
    told.append((yield from made))


def test_drawn_out_means_out() -> None:
    room = Room()
    tube = begun(room, "cobra", 60.0)
    room.play(out(room.stage, tube))
    assert in_patient(room.stage, tube.tool) is None
    assert depth_mm(room.stage, tube.tool) < -500.0
