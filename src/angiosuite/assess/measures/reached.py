"""Measures of where tips came to lie: how deep in the vessel that was asked for, and where at the end."""

from __future__ import annotations

from collections.abc import Callable

from angiosuite.assess.session_log import SessionLog

from .reading import MEASURES, Asked, Found, Moment, not_done
from .tools_seen import Stay, ToolSeen, stays, vessel_of
from .windows import moment_of

HELD_US = 1_000_000
"""A tip that lay somewhere for a second has been there."""
Chosen = Callable[[ToolSeen], bool]


def _is_tube(one: ToolSeen) -> bool:
    return not one.is_wire


def _depth_mm(stay: Stay, vessel: str, chosen: Chosen) -> float | None:
    """Deepest place of a chosen tip in a vessel; None where none lies in it."""
    found = [one.at_mm for one in stay.tools if chosen(one) and one.vessel == vessel and one.depth_mm > 0.0]
    return max(found, default=None)


def _held(log: SessionLog, vessel: str) -> tuple[float, Stay] | None:
    """Deepest place at which a tube's tip, or one that went further, stayed for a second; and when."""
    seen = stays(log)
    depths = [_depth_mm(stay, vessel, _is_tube) for stay in seen]
    best: tuple[float, Stay] | None = None
    for index, first in enumerate(seen):
        least = depths[index]
        until_us = first.t_us + HELD_US
        if least is None or (best is not None and least <= best[0]) or log.end_us < until_us:
            continue
        for later, depth in zip(seen[index + 1 :], depths[index + 1 :], strict=True):
            if later.t_us >= until_us or least is None:
                break
            least = None if depth is None else min(least, depth)
        if least is not None and (best is None or least > best[0]):
            best = least, first
    return best


@MEASURES.enter("tip-depth")
def tip_depth(log: SessionLog, asked: Asked) -> Found:
    """Deepest place in the target vessel at which a catheter's tip stayed for a second, mm.

    Notes
    -----
    **Model** arc length along the vessel's own centre line, which begins on its parent's: the first
    millimetres lie in the parent. **Source** own definition.
    """
    vessel = vessel_of(log, asked.target)
    if vessel is None:
        return not_done("no picture was taken, so that nobody knew where the tip was")
    found = _held(log, vessel)
    if found is None:
        return not_done("no catheter's tip stayed in it")
    depth, stay = found
    return Found(depth, (_moment(log, stay, f"the tip lay {depth:.0f} mm along it"),))


@MEASURES.enter("tip-at-end")
def tip_at_end(log: SessionLog, asked: Asked) -> Found:
    """How deep a catheter's tip lay in the target vessel at the end, mm."""
    return _at_end(log, asked, _is_tube, "catheter")


@MEASURES.enter("wire-at-end")
def wire_at_end(log: SessionLog, asked: Asked) -> Found:
    """How deep a wire's tip lay in the target vessel at the end, mm."""
    return _at_end(log, asked, lambda one: one.is_wire, "wire")


@MEASURES.enter("crossed-over")
def crossed_over(log: SessionLog, asked: Asked) -> Found:
    """1 when a catheter that entered on the other side of the body lay in the target vessel at the end."""
    vessel, seen = vessel_of(log, asked.target), stays(log)
    there = [
        access
        for access, stack in (seen[-1].stacks.items() if seen else ())
        if any(_is_tube(one) and one.vessel == vessel and one.depth_mm > 0.0 for one in stack)
    ]
    if vessel is None or not there:
        return not_done("at the end no catheter's tip lay in it")
    side = vessel.partition("-")[0]
    crossed = any(access.partition("-")[0] != side for access in there)
    why = f"it came in through the {there[0].replace('-', ' ')}"
    return Found(float(crossed), (moment_of(log, log.last_seq, log.end_us, why),))


def _at_end(log: SessionLog, asked: Asked, chosen: Chosen, name: str) -> Found:
    vessel, seen = vessel_of(log, asked.target), stays(log)
    depth = _depth_mm(seen[-1], vessel, chosen) if seen and vessel is not None else None
    if depth is None:
        return not_done(f"at the end no {name}'s tip lay in it")
    last = moment_of(log, log.last_seq, log.end_us, f"the {name}'s tip lies {depth:.0f} mm along it")
    return Found(depth, (last,))


def _moment(log: SessionLog, stay: Stay, why: str) -> Moment:
    return moment_of(log, stay.seq, stay.t_us, why)
