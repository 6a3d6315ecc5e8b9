"""The script of the hurt artery: what help says decides, and where a tip is seen only under X-rays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from angiosuite.content.advice import AdviceItem
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library
from angiosuite.practice.operators.harmed import PAST_MM, past, told
from angiosuite.practice.operators.play import _tell
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage
from angiosuite.practice.operators.steering import Held, depth_mm, pick
from angiosuite.suite.pose import Pose

from .test_steering import Room, begun

LIBRARY = load_library()


def drill() -> DrillItem:
    """The drill."""
    found = LIBRARY.get("drills", "spasm-or-dissection").item
    assert isinstance(found, DrillItem)
    return found


@pytest.mark.parametrize(("harm", "gives"), [("spasm", ["nitroglycerin"]), ("dissection", [])])
def test_the_script_answers_and_treats_what_the_senior_speaks_of(harm: str, gives: list[str]) -> None:
    advice = LIBRARY.get("advice", harm).item
    assert isinstance(advice, AdviceItem)
    me = Stage(SKILLS["reference"], 1)
    me.events = [{"name": "buckled", "text": "spasm"}, {"name": "help-arrived", "text": advice.says}]
    done = [step for step in told(me, drill(), Held("c1")) if isinstance(step, Do)]
    assert [one.args["answer"] for one in done if one.name == "task.answer"] == [harm]
    assert [one.args["drug"] for one in done if one.name == "drug.give"] == gives


class AtTheMouth(Room):
    """A catheter at the mouth of the artery: the aid names the aorta until a tip is well in it."""

    def __init__(self, opens_mm: float) -> None:
        self.opens_mm = opens_mm
        super().__init__()

    def _where(self, one: dict[str, Any]) -> str:
        return "Right renal artery" if one["depth_mm"] > self.opens_mm else "Abdominal aorta"


@pytest.mark.parametrize(("opens_mm", "beyond_mm", "turns"), [(206.0, PAST_MM, 0), (400.0, -2.0, 6)])
def test_a_slim_wire_goes_on_through_the_mouth_and_is_drawn_back_where_it_stays_in_the_aorta(
    opens_mm: float, beyond_mm: float, turns: int
) -> None:
    room = AtTheMouth(opens_mm)
    cobra, thin = begun(room, "cobra", 200.0), Held()
    room.play(pick(room.stage, "wire-slim", thin))
    room.play(past(room.stage, cobra, thin))
    assert depth_mm(room.stage, thin.tool) == pytest.approx(200.0 + beyond_mm, abs=3.0)
    assert len([one for one in room.done if one.name == "instrument.move"]) == turns


def test_both_harms_are_drawn_and_the_task_does_not_tell_which() -> None:
    kinds = set()
    for seed in range(12):
        task = drill().task(seed)
        (harm,) = task["start"]["blood"]["harms"]
        kinds.add(harm["kind"])
        assert drill().answers(seed)["what"] == harm["kind"]
        assert task["brief"] == drill().task(seed + 100)["brief"], "the words do not depend on what is drawn"
    assert kinds == {"spasm", "dissection"}


def test_a_tip_is_seen_under_x_rays_only(tmp_path: Path) -> None:
    me = Stage(SKILLS["reference"], 1)
    me.state = {"xray": {"on": False}, "pose": Pose().as_exact()}
    seen = {"groin": [{"tool": "w1", "depth_mm": 10.0, "tip_mm": [5.0, 0.0, -30.0]}, {"tool": "c1"}]}
    line = {"kind": "observation", "name": "instruments", "data": seen}
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(line, separators=(",", ":")) + "\n", "utf-8")
    _tell(me, log)
    assert me.tip("w1") is None
    me.state["xray"]["on"] = True
    _tell(me, log)
    across, along = me.tip("w1") or (0.0, 0.0)
    assert abs(across - 5.0) < 3.0 and abs(along - 30.0) < 3.0
    assert me.tip("c1") is None
