"""Instruments as the log tells them 25 times a second: where each tip was, in which vessel, what it pressed.

Not a family of measures: what those of the instruments read. Wires have ids that begin with `w`; all others
that stand in a patient are tubes.

Notes
-----
**Model** an `instruments` observation holds what changed: a list of tools, innermost first, for each access
that changed; of a tool, what changed of it. What is left out is as it was before, and what stood holds until
the next observation. **Valid for** logs with observations of version 1. Held by
``tests/assess/test_tools_seen.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import dist
from typing import Any
from weakref import WeakKeyDictionary

from angiosuite.assess.session_log import SessionLog

__all__ = ["Move", "Stay", "ToolSeen", "apart_mm", "is_wire", "lit", "moves", "stays", "vessel_of"]

WIRE = "w"


@dataclass(frozen=True, slots=True)
class ToolSeen:
    """One instrument at one moment.

    Parameters
    ----------
    tool : str
        Its id in the session: "w1", "c2", "m1".
    depth_mm : float
        Of its tip beyond the sheath's, mm; below 0 within the sheath.
    tip_mm : tuple of float
        Place of the tip in the room, mm.
    vessel : str
        Vessel of the tip; empty where it is in none.
    at_mm : float
        Arc length of the tip along that vessel's centre line, mm, from where it begins on its parent's.
    tip_n : float
        Force between tip and wall, N.
    is_bare : bool
        Whether its tip lies beyond every tool around it.
    """

    tool: str
    depth_mm: float
    tip_mm: tuple[float, float, float]
    vessel: str
    at_mm: float
    tip_n: float
    is_bare: bool

    @property
    def is_wire(self) -> bool:
        """Whether it is a guide wire."""
        return is_wire(self.tool)


@dataclass(frozen=True, slots=True)
class Stay:
    """What stood in the patient from one observation to the next.

    Parameters
    ----------
    t_us, until_us : int
        From when to when.
    seq : int
        Entry of the log.
    stacks : mapping of str to tuple of ToolSeen
        Tools of each access, innermost first.
    """

    t_us: int
    until_us: int
    seq: int
    stacks: Mapping[str, tuple[ToolSeen, ...]]

    @property
    def tools(self) -> Iterator[ToolSeen]:
        """All of them."""
        for stack in self.stacks.values():
            yield from stack

    @property
    def seconds(self) -> float:
        """How long, s."""
        return 1e-6 * (self.until_us - self.t_us)

    def stack_of(self, tool: str) -> tuple[ToolSeen, ...]:
        """The tools of the access that a tool stands in; empty where it stands in none."""
        return next((stack for stack in self.stacks.values() if any(one.tool == tool for one in stack)), ())

    def find(self, tool: str) -> ToolSeen | None:
        """A tool; None where it is not in the patient."""
        return next((one for one in self.tools if one.tool == tool), None)


@dataclass(frozen=True, slots=True)
class Move:
    """How one tool came from one observation to the next."""

    was: ToolSeen
    now: ToolSeen
    stay: Stay

    @property
    def onward_mm(self) -> float:
        """How far its tip went deeper beyond the sheath, mm; 0 where it went back."""
        return max(self.now.depth_mm - max(self.was.depth_mm, 0.0), 0.0)


_READ: WeakKeyDictionary[SessionLog, list[Stay]] = WeakKeyDictionary()


def stays(log: SessionLog) -> list[Stay]:
    """Everything that stood in the patient, in order; empty where nothing ever did."""
    if log not in _READ:
        _READ[log] = list(_stays(log))
    return _READ[log]


def _stays(log: SessionLog) -> Iterator[Stay]:
    told = log.observation("instruments")
    known: dict[str, Mapping[str, Any]] = {}
    stacks: dict[str, tuple[ToolSeen, ...]] = {}
    ends_us = [*(entry.t_us for entry in told[1:]), log.end_us]
    for entry, until_us in zip(told, ends_us, strict=False):
        for access, tools in entry.data.items():
            known |= {one["tool"]: {**known.get(one["tool"], {}), **one} for one in tools}
            stacks = {**stacks, access: _stack([known[one["tool"]] for one in tools])}
        yield Stay(entry.t_us, until_us, entry.seq, stacks)


def _stack(tools: Sequence[Mapping[str, Any]]) -> tuple[ToolSeen, ...]:
    """Tools of one access, innermost first, with what lies free of what is around it."""
    made: list[ToolSeen] = []
    around = 0.0
    for told in reversed(tools):
        depth_mm = float(told["depth_mm"])
        x, y, z = (float(value) for value in told.get("tip_mm") or (0.0, 0.0, 0.0))
        made.append(
            ToolSeen(
                str(told["tool"]),
                depth_mm,
                (x, y, z),
                str(told.get("vessel") or ""),
                float(told.get("at_mm") or 0.0),
                float(told.get("tip_n") or 0.0),
                depth_mm > around,
            )
        )
        around = max(around, depth_mm)
    return tuple(reversed(made))


def moves(log: SessionLog) -> Iterator[Move]:
    """Every tool from each observation to the next in which it stands in the patient as well."""
    seen = stays(log)
    for before, after in pairwise(seen):
        were = {one.tool: one for one in before.tools}
        for now in after.tools:
            if (was := were.get(now.tool)) is not None:
                yield Move(was, now, after)


def is_wire(tool: str) -> bool:
    """Whether an id is a guide wire's."""
    return tool.startswith(WIRE)


def lit(log: SessionLog, t_us: int) -> bool:
    """Whether X-rays were on."""
    return any(beam.from_us <= t_us <= beam.to_us for beam in log.beams)


def vessel_of(log: SessionLog, target: str) -> str | None:
    """The vessel that a target is in this patient; None where no picture was judged for it.

    The log names it in the pictures. Without one nobody could know where a tip lay.
    """
    for frame in log.frames:
        if (found := frame.judged(target)) is not None and found.get("vessel"):
            return str(found["vessel"])
    return None


def apart_mm(one: ToolSeen, other: ToolSeen) -> float:
    """How far two places of a tip are apart: along the vessel that both lie in, else in space, mm.

    Along a vessel, breath and heart beat that move tip and vessel together are left out.
    """
    if one.vessel and one.vessel == other.vessel:
        return abs(one.at_mm - other.at_mm)
    return dist(one.tip_mm, other.tip_mm)
