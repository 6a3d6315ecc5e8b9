"""Scripts that know nothing of a task have hands too where it is done with instruments, and only there."""

from __future__ import annotations

from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library
from angiosuite.practice import operators
from angiosuite.practice.operators.fumbling import has_hands
from angiosuite.practice.operators.stage import Do
from angiosuite.suite.pose import Pose

DRILLS = {
    name: one.item for name, one in load_library().items["drills"].items() if isinstance(one.item, DrillItem)
}
LYING = {"tool": "w1", "kind": "guide-wire", "depth_mm": 40.0}
INSTRUMENTS = {
    "accesses": [{"id": "right-femoral-artery"}],
    "table": [{"tool": "c1", "kind": "catheter"}, {"tool": "w2", "kind": "guide-wire"}],
    "stacks": {"right-femoral-artery": {"tools": [LYING]}},
}


def steps(name: str, drill: DrillItem, seeds: range) -> set[str]:
    """Commands that a blind script gives in a room that shows what it always shows."""
    given: set[str] = set()
    for seed in seeds:
        stage, script = operators.operator_named(name, drill, seed)
        stage.state = {"pose": Pose().as_exact(), "exposure": {}, "instruments": INSTRUMENTS}
        given |= {step.name for step in script if isinstance(step, Do)}
    return given


def test_a_kit_wants_hands_and_a_picture_does_not() -> None:
    assert has_hands(DRILLS["kit-that-fits"])
    assert not has_hands(DRILLS["isocentre"]) and not has_hands(DRILLS["find-the-bleeding"])


def test_by_chance_everything_is_done_that_hands_can_do() -> None:
    wanted = {f"instrument.{verb}" for verb in ("pick", "load", "goal", "move", "remove", "flush")}
    assert steps("random", DRILLS["kit-that-fits"], range(12)) >= wanted
    assert not any(one.startswith("instrument.") for one in steps("random", DRILLS["isocentre"], range(12)))


def test_the_greedy_push_on_and_answer_by_chance() -> None:
    given = steps("greedy", DRILLS["kit-that-fits"], range(2))
    assert given >= {"instrument.pick", "instrument.load", "task.answer", "task.finish"}
    assert not any(one.startswith("instrument.") for one in steps("greedy", DRILLS["isocentre"], range(2)))
