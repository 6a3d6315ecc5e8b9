"""Measures before the head's arteries: catheters flushed twice, and a reverse curve formed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from angiosuite.assess.session_log import SessionLog

from .reading import MEASURES, Asked, Found, not_done
from .tools_seen import Stay, stays
from .windows import moment_of

HEAD = ("brachiocephalic", "carotid", "subclavian", "vertebral", "thyrocervical", "axillary")
"""Words in the names of arteries of the arch."""
CAROTID = ("carotid", "vertebral")
FORMING = ("ascending-aorta", "left-subclavian-artery")
"""Where a reverse curve is formed without passing an artery of the brain."""
AWAY = ("iliac", "renal", "mesenteric", "coeliac", "femoral")
"""Words in the names of further ones."""
PASSES_US = 500_000
"""A tip that is in a mouth for less than this only passes it."""
FREED_MM = 60.0
"""A wire whose tip is so far behind the catheter's no longer stretches the curve."""


def in_head(vessel: str) -> bool:
    """Whether a vessel is one of the arch's branches."""
    return any(word in vessel for word in HEAD)


@MEASURES.enter("flushes-before-head")
def flushes_before_head(log: SessionLog, asked: Asked) -> Found:
    """How often a catheter was flushed before its tip went into a branch of the arch; the least of all.

    Notes
    -----
    **Model** flushes of this catheter since a wire last lay in it, until its tip first stays in a branch of
    the arch for half a second: what only passes a mouth lies in the arch. The left subclavian artery does not
    count while a wire lies in the catheter, since a curve may be formed from there. **Source** own definition
    of the double flush.
    """
    told: list[tuple[int, Stay]] = []
    came: Stay | None
    for tool in dict.fromkeys(one.tool for stay in stays(log) for one in stay.tools if not one.is_wire):
        since_us, wired, came = 0, False, None
        for stay in stays(log):
            stack = stay.stack_of(tool)
            if not stack:
                continue
            tube = next(one for one in stack if one.tool == tool)
            inner = stack[: stack.index(tube)]
            if wired and not any(one.is_wire for one in inner):
                since_us = stay.t_us
            wired = any(one.is_wire for one in inner)
            if not in_head(tube.vessel) or (wired and tube.vessel in FORMING):
                came = None
                continue
            came = came or stay
            if stay.until_us - came.t_us >= PASSES_US:
                flushes = [
                    e
                    for e in log.event("instrument-flushed")
                    if e.data.get("tool") == tool and since_us <= e.t_us <= came.t_us
                ]
                told.append((len(flushes), came))
                break
    if not told:
        return not_done("no catheter went into a branch of the arch")
    least, stay = min(told, key=lambda one: one[0])
    return Found(float(least), (moment_of(log, stay.seq, stay.t_us, f"flushed {least} times before this"),))


@MEASURES.enter("carotid-before-formed")
def carotid_before_formed(log: SessionLog, asked: Asked) -> Found:
    """How long a tip lay in an artery of the brain before a reverse curve was formed, s.

    Notes
    -----
    **Model** the curve counts as formed once a reverse-curve catheter's tip has lain in the ascending aorta,
    the left subclavian artery, or a branch below the arch, with no wire in its last 60 mm. Until then every
    moment with a free tip in a carotid or vertebral artery counts. **Source** own definition. **Valid for**
    ways of forming that lead through these vessels; whether the loop has closed is not in the log.
    """
    curved = {
        str(entry.data["tool"])
        for entry in log.event("instrument-picked")
        if isinstance(entry.data.get("part"), Mapping) and entry.data["part"].get("family") == "reverse-curve"
    }
    if not any(one.tool in curved for stay in stays(log) for one in stay.tools):
        return not_done("no reverse-curve catheter was used")
    total, shown = 0.0, None
    for stay in stays(log):
        if any(_formed(stay, tool) for tool in curved):
            break
        if any(one.is_bare and any(word in one.vessel for word in CAROTID) for one in stay.tools):
            total += stay.seconds
            shown = shown or stay
    if shown is None:
        end = moment_of(log, log.last_seq, log.end_us, "no artery of the brain was touched before")
        return Found(0.0, (end,))
    return Found(total, (moment_of(log, shown.seq, shown.t_us, "a tip in an artery of the brain"),))


def _formed(stay: Stay, tool: str) -> bool:
    for access, stack in stay.stacks.items():
        for place, tube in enumerate(stack):
            if tube.tool == tool:
                wires = [one for one in stack[:place] if one.is_wire]
                free = not any(one.depth_mm > tube.depth_mm - FREED_MM for one in wires)
                return free and _is_away(tube.vessel, access)
    return False


def _is_away(vessel: str, access: str) -> bool:
    """Whether a curve may be formed in a vessel; the leg that the catheter came up gives no room."""
    side = access.split("-")[0]
    own = vessel.startswith(side) and ("iliac" in vessel or "femoral" in vessel)
    return vessel in FORMING or (any(word in vessel for word in AWAY) and not own)
