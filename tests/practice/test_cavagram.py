"""A scripted operator that films a cava from the groin: the wire first, out again before the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from angiosuite.practice.operators.cavagram import FLUSH, VEIN, cavagram
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Do, Stage
from angiosuite.practice.operators.steering import Held


@pytest.mark.parametrize("behind_mm", [5.0, 60.0])
def test_the_pigtail_stays_behind_the_wire_and_the_wire_is_out_before_the_run(behind_mm: float) -> None:
    me = Stage(replace(SKILLS["reference"], eye_mm=0.0, eye_share=0.0), 1)
    tools: list[dict[str, Any]] = [{"tool": "w1", "depth_mm": 300.0, "where": "Inferior vena cava"}]
    table: list[dict[str, Any]] = []
    me.state = {"instruments": {"stacks": {VEIN: {"tools": tools}}, "table": table}}
    steps: list[Do] = []
    for step in cavagram(me, Held("w1"), Held(), behind_mm):
        if not isinstance(step, Do):
            continue
        steps.append(step)
        if step.name == "instrument.pick":
            table.append({"tool": "c1", "kind": "catheter"})
        if step.name == "instrument.remove":
            tools.clear()
    named = [step.name for step in steps]
    assert named.index("instrument.remove") < named.index("instrument.connect") < named.index("injector.arm")
    assert steps[0].args["device"] == FLUSH
    (led,) = (step for step in steps if step.name == "instrument.goal")
    assert led.args == {"tool": "c1", "depth_mm": 300.0 - behind_mm, "mm_s": 100.0}
    assert next(step for step in steps if step.name == "instrument.connect").args == {"tool": "c1"}
