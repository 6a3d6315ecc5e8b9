"""Measures of an exchange over a wire: whether there was one, how still the tip lay, what was lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from angiosuite.assess.session_log import SessionLog

from .contrast_given import counted
from .reading import MEASURES, Asked, Found, not_done
from .tools_seen import Stay, ToolSeen, apart_mm, stays
from .windows import moment_of

ADVANCED_MM = 30.0
"""A catheter that went on by more than this before it came out was not on its way out."""
STILL_MM = 1.0
"""It begins to come out where it has left its deepest place by this."""
ARRIVED_MM = 5.0
"""The next one is there when it lies so near to where the first lay, or to the wire's tip."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One tube out and another one in over the same wire.

    Parameters
    ----------
    wire, out, into : str
        Ids.
    first, last : int
        From where the first begins to come out to where the second arrives: places among the stays.
    """

    wire: str
    out: str
    into: str
    first: int
    last: int


def exchanges_of(log: SessionLog) -> list[Exchange]:
    """Every whole exchange, in order.

    Notes
    -----
    **Model** a tube leaves a stack in which a wire stays; another one comes in over this wire and arrives
    within 5 mm of where the first lay, or of the wire's tip. It begins where the first tube last lay within 1
    mm of its place before it came out. Held by ``tests/assess/test_exchange.py``.
    """
    seen = stays(log)
    return [found for out, at in _left(seen) if (found := _whole(seen, out, at)) is not None]


def _left(seen: list[Stay]) -> Iterator[tuple[str, int]]:
    """Tubes that left, and the place of the first stay without them."""
    for index, (before, after) in enumerate(pairwise(seen), 1):
        there = {one.tool for one in after.tools}
        for one in before.tools:
            if not one.is_wire and one.tool not in there:
                yield one.tool, index


def _whole(seen: list[Stay], out: str, gone: int) -> Exchange | None:
    wires = [one.tool for one in seen[gone - 1].stack_of(out) if one.is_wire]
    wire = next((name for name in wires if seen[gone].find(name) is not None), None)
    if wire is None:
        return None
    first = _begins(seen, out, gone)
    lay = _depth(seen[first], out)
    for index in range(gone, len(seen)):
        stack = seen[index].stack_of(wire)
        if not stack:
            return None
        led = next(one for one in stack if one.tool == wire)
        for one in stack[stack.index(led) + 1 :]:
            if one.depth_mm >= min(lay, led.depth_mm) - ARRIVED_MM:
                return Exchange(wire, out, one.tool, first, index)
    return None


def _begins(seen: list[Stay], out: str, gone: int) -> int:
    """The last place at which a tube still lay where it had lain before it came out."""
    deepest, first = _depth(seen[gone - 1], out), gone - 1
    for index in range(gone - 1, -1, -1):
        one = seen[index].find(out)
        if one is None or one.depth_mm < deepest - ADVANCED_MM:
            break
        if one.depth_mm > deepest + STILL_MM:
            deepest, first = one.depth_mm, index
    return first


def _depth(stay: Stay, tool: str) -> float:
    one = stay.find(tool)
    return 0.0 if one is None else one.depth_mm


@MEASURES.enter("exchanges")
def exchanges(log: SessionLog, asked: Asked) -> Found:
    """How many catheters were changed over a wire that stayed."""
    seen, found = stays(log), exchanges_of(log)
    moments = tuple(
        moment_of(log, seen[e.last].seq, seen[e.last].t_us, f"{e.into} in place of {e.out} over {e.wire}")
        for e in found
    )
    if not found:
        none = "no catheter was changed over a wire"
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, none),), why=none)
    return Found(float(len(found)), moments)


@MEASURES.enter("exchange-drift")
def exchange_drift(log: SessionLog, asked: Asked) -> Found:
    """How far the wire's tip strayed from its place during exchanges, mm; the largest.

    Notes
    -----
    **Model** distance of the tip from where it lay as the first catheter began to come out, at any moment
    until the second has arrived: along the vessel while it is the same one, else in space. **Source** own
    definition.
    """
    seen, found = stays(log), exchanges_of(log)
    if not found:
        return not_done("no catheter was changed over a wire")
    worst, shown = -1.0, seen[0]
    for each in found:
        began = seen[each.first].find(each.wire)
        for stay in seen[each.first : each.last + 1]:
            now = stay.find(each.wire)
            if isinstance(began, ToolSeen) and now is not None and apart_mm(now, began) > worst:
                worst, shown = apart_mm(now, began), stay
    return Found(worst, (moment_of(log, shown.seq, shown.t_us, f"{worst:.1f} mm from its place"),))


@MEASURES.enter("back-end-lost")
def back_end_lost(log: SessionLog, asked: Asked) -> Found:
    """How often an instrument's back end went in where no hand holds it."""
    lost = [*log.event("wire-lost"), *log.event("instrument-lost")]
    return counted(log, sorted(lost, key=lambda entry: entry.seq), "the back end was gone")


@MEASURES.enter("retained")
def retained(log: SessionLog, asked: Asked) -> Found:
    """How many instruments stood in the patient at the end, the sheath not among them."""
    seen = stays(log)
    left = [one.tool for one in seen[-1].tools] if seen else []
    if not left:
        return Found(0.0, why="nothing was left")
    why = f"{', '.join(left)} in the patient at the end"
    return Found(float(len(left)), (moment_of(log, log.last_seq, log.end_us, why),))


@MEASURES.enter("tubes-used")
def tubes_used(log: SessionLog, asked: Asked) -> Found:
    """How many catheters left the sheath for the vessels."""
    first: dict[str, Stay] = {}
    for stay in stays(log):
        for one in stay.tools:
            if not one.is_wire and one.depth_mm > 0.0:
                first.setdefault(one.tool, stay)
    if not first:
        return not_done("no catheter left the sheath")
    moments = tuple(
        moment_of(log, stay.seq, stay.t_us, f"{tool} left the sheath") for tool, stay in first.items()
    )
    return Found(float(len(first)), moments)
