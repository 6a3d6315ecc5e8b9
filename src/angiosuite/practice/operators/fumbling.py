"""What hands that know nothing of the task do with instruments: pick, load, push, turn, by chance."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.drill import DrillItem
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.loader import load_library
from angiosuite.content.measure_entry import measure_entries

from .scripts import value_of
from .stage import Do, Script, Stage, Wait
from .steering import LOOK_S, in_patient, on_table

__all__ = ["greedy_hands", "hand_moves", "has_hands"]

OF_HANDS = ("kit-fits", "tip-depth", "tip-at-end", "wire-at-end")
"""Measures that only hands on instruments can meet."""
PUSH_MM, PUSHES = 60.0, 12


def has_hands(drill: DrillItem) -> bool:
    """Whether a drill is done with instruments."""
    assert set(OF_HANDS) <= set(measure_entries())
    return any(goal.measure in OF_HANDS for goal in drill.goals)


@cache
def _cupboard() -> dict[str, list[str]]:
    """Ids of the cupboard by what they are."""
    items = [one.item for one in load_library().items["devices"].values()]
    known = [item for item in items if isinstance(item, DeviceItem)]
    wires = [item.id for item in known if isinstance(item.part, GuideWire)]
    tubes = [item.id for item in known if isinstance(item.part, Catheter)]
    return {"wires": wires, "tubes": tubes, "all": [item.id for item in known]}


def _tools(me: Stage) -> list[dict[str, Any]]:
    """Everything in the patient."""
    stacks = value_of(me, "instruments", "stacks", default={})
    return [one for stack in stacks.values() for one in stack["tools"]]


def _accesses(me: Stage) -> list[str]:
    return [str(one["id"]) for one in value_of(me, "instruments", "accesses", default=[])]


def hand_moves(me: Stage) -> list[Callable[[], Script]]:
    """Moves that an operator draws from by chance."""
    rng = me.rng

    def pick() -> Script:
        kind = str(rng.choice(["wires", "tubes", "all"]))
        yield Do("instrument.pick", {"device": str(rng.choice(_cupboard()[kind]))})
        yield Wait(0.2)

    def load() -> Script:
        table, inside = on_table(me), _tools(me)
        if table and _accesses(me):
            tool = str(rng.choice([one["tool"] for one in table]))
            over = str(rng.choice([one["tool"] for one in inside])) if inside and rng.integers(2) else None
            access = str(rng.choice(_accesses(me)))
            yield Do("instrument.load", {"tool": tool, "access": access, "over": over})
            yield Wait(0.2)

    def push() -> Script:
        if inside := _tools(me):
            one = inside[int(rng.integers(len(inside)))]
            yield Do("xray.press", {"pedal": "fluoro"})
            depth = float(one["depth_mm"]) + float(rng.uniform(-0.3, 1.0)) * 300.0
            yield Do("instrument.goal", {"tool": one["tool"], "depth_mm": max(depth, -150.0), "mm_s": 60.0})
            yield Wait(float(rng.uniform(1.0, 5.0)))
            yield Do("xray.release", {"pedal": "fluoro"})
            yield Wait(LOOK_S)

    def twist() -> Script:
        if inside := _tools(me):
            tool = str(rng.choice([one["tool"] for one in inside]))
            yield Do("instrument.move", {"tool": tool, "mm": 0.0, "deg": float(rng.uniform(-360.0, 360.0))})
            yield Wait(1.0)

    def draw_out() -> Script:
        if inside := _tools(me):
            yield Do("instrument.remove", {"tool": str(rng.choice([one["tool"] for one in inside]))})
            yield Wait(3.0)

    def flush() -> Script:
        if tools := [*on_table(me), *_tools(me)]:
            yield Do("instrument.flush", {"tool": str(rng.choice([one["tool"] for one in tools]))})
            yield Wait(0.5)

    return [pick, pick, load, load, push, push, push, twist, twist, draw_out, flush]


def greedy_hands(me: Stage) -> Script:
    """A wire and a catheter of any kind from one groin, pushed on as long as they go: deep must be good."""
    rng = me.rng
    for kind in ("wires", "tubes"):
        yield Do("instrument.pick", {"device": str(rng.choice(_cupboard()[kind]))})
        yield Wait(0.2)
    laid = [str(one["tool"]) for one in on_table(me)][-2:]
    if len(laid) < 2 or not _accesses(me):
        return
    wire, tube = laid
    access = _accesses(me)[0]
    yield Do("instrument.load", {"tool": wire, "access": access, "over": None})
    yield Do("xray.press", {"pedal": "fluoro"})
    yield from _onward(me, wire, 110.0)
    yield Do("instrument.load", {"tool": tube, "access": access, "over": wire})
    yield from _onward(me, tube, 110.0)
    yield Do("xray.release", {"pedal": "fluoro"})
    yield Wait(0.3)


def _onward(me: Stage, tool: str, first_mm: float) -> Script:
    """On in long pushes while it gets deeper, with a turn wherever it does not."""
    step = first_mm
    for _ in range(PUSHES):
        one = in_patient(me, tool)
        if one is None:
            return
        before = float(one["depth_mm"])
        yield Do("instrument.goal", {"tool": tool, "depth_mm": before + step, "mm_s": 60.0})
        yield Wait(2.0)
        after = in_patient(me, tool)
        if after is None or float(after["depth_mm"]) - before < 0.5 * step:
            yield Do("instrument.move", {"tool": tool, "mm": -20.0, "deg": float(me.rng.uniform(-180, 180))})
            yield Wait(1.0)
        step = PUSH_MM
