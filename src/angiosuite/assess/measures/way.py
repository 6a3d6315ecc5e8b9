"""Measures of the way that tips took: how straight, how much of it unseen, and what went ahead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from angiosuite.assess.session_log import Point, SessionLog

from .contrast_given import given
from .reading import MEASURES, Asked, Found, Moment, not_done
from .tools_seen import Move, Stay, ToolSeen, lit, moves, stays, vessel_of
from .windows import moment_of

STRAIGHT = ("abdominal-aorta", "descending-thoracic-aorta", "inferior-vena-cava")
"""Wide and straight vessels; what was passed there once under X-rays is known."""
SELF_ENGAGING = ("reverse-curve", "double-curve")
"""Families of catheters that are led into an opening by their own curve."""
AORTA = (*STRAIGHT, "aortic-arch", "ascending-aorta")
"""Where a flush catheter may be moved by its curl alone."""
ENGAGED_MM = 30.0
"""Such a catheter may go so far along a vessel without a wire; what its parent's radius takes is in it."""
AHEAD_MM = 5.0
"""A wire leads when its tip is so far ahead of the catheter's."""


@MEASURES.enter("path-ratio")
def path_ratio(log: SessionLog, asked: Asked) -> Found:
    """Way of the foremost tip, to and fro, over the length in the patient when a catheter reached the target.

    Notes
    -----
    **Model** the sum of all changes of the foremost tip's depth until a catheter's tip is first in the target
    vessel, over its depth then: 1 for a way without a step back, whatever the patient's size. What is changed
    by tools that join or leave is not counted. **Source** own definition; that the length of a tip's path
    tells experience: research/simulator-anchors.md 4.1.
    """
    vessel, seen = vessel_of(log, asked.target), stays(log)
    if vessel is None:
        return not_done("no picture was taken, so that nobody knew where the tip was")
    path: dict[str, float] = {}
    for before, after in zip([Stay(0, 0, 0, {}), *seen], seen, strict=False):
        for access, stack in after.stacks.items():
            path[access] = path.get(access, 0.0) + _foremost_moved(before.stacks.get(access, ()), stack)
        if (came := _arrived(after, vessel)) is not None:
            way = max(one.depth_mm for one in after.stacks[came])
            why = f"{path[came]:.0f} mm of way for {way:.0f} mm in the patient"
            return Found(path[came] / way, (moment_of(log, after.seq, after.t_us, why),))
    return not_done("no catheter's tip came into it")


def _arrived(stay: Stay, vessel: str) -> str | None:
    """The access of a catheter whose tip lies in a vessel."""
    for access, stack in stay.stacks.items():
        if any(not one.is_wire and one.vessel == vessel and one.depth_mm > 0.0 for one in stack):
            return access
    return None


def _foremost_moved(old: Sequence[ToolSeen], stack: Sequence[ToolSeen]) -> float:
    """How far the foremost tip of an access moved, where its tools are the same or its first came in."""
    if not stack or (old and {one.tool for one in old} != {one.tool for one in stack}):
        return 0.0
    return abs(_front(stack) - _front(old))


def _front(stack: Sequence[ToolSeen]) -> float:
    return max((max(one.depth_mm, 0.0) for one in stack), default=0.0)


@MEASURES.enter("blind-advance")
def blind_advance(log: SessionLog, asked: Asked) -> Found:
    """How far free tips were pushed on without X-rays, mm, outside sheath and known straight segments.

    Notes
    -----
    **Model** every advance of a tip that lies in no other tool, while no X-rays were on; in the aorta below
    the arch and the inferior vena cava only where no tip had passed under X-rays before. **Source** own
    definition.
    """
    known: set[str] = set()
    total, course = 0.0, []
    for move in moves(log):
        now, stay = move.now, move.stay
        if not now.is_bare or now.depth_mm <= 0.0:
            continue
        if lit(log, stay.t_us):
            known.add(now.vessel)
        elif move.onward_mm > 0.0 and not (now.vessel in STRAIGHT and now.vessel in known):
            total += move.onward_mm
            course.append(Point(stay.t_us, stay.seq, log.frame_at(stay.t_us), total))
    if not course:
        return Found(0.0, why="no tip was pushed on unseen")
    first = course[0]
    return Found(total, (moment_of(log, first.seq, first.t_us, f"{total:.0f} mm unseen"),), tuple(course))


@MEASURES.enter("wire-led")
def wire_led(log: SessionLog, asked: Asked) -> Found:
    """Share of a catheter's way in unseen or harmed lumen on which a wire went ahead; 1 without such a way.

    Notes
    -----
    **Model** a vessel is seen once contrast was given in it, and harmed from a spasm or dissection on;
    straight vessels are known. In the aorta a flush catheter needs none. A catheter that its own curve leads
    into an opening needs no wire for its first 30 mm in a vessel without harm. **Source** own definition.
    **Valid for** harm that the log tells; a plaque that a task puts into a vessel is not in the log.
    """
    families = _families(log)
    led = alone = 0.0
    moments: list[Moment] = []
    for move in moves(log):
        onward = not move.now.is_wire and move.now.is_bare and move.onward_mm > 0.0
        if not onward or not _needs(log, move, families):
            continue
        stack = move.stay.stack_of(move.now.tool)
        if any(one.is_wire and one.depth_mm >= move.now.depth_mm + AHEAD_MM for one in stack):
            led += move.onward_mm
        else:
            alone += move.onward_mm
            if len(moments) < 3:
                why = f"no wire went ahead in {move.now.vessel or 'no known vessel'}"
                moments.append(moment_of(log, move.stay.seq, move.stay.t_us, why))
    if led + alone == 0.0:
        return Found(1.0, why="no catheter went on where a wire must lead")
    if not moments:
        moments.append(moment_of(log, log.last_seq, log.end_us, "a wire went ahead everywhere"))
    return Found(led / (led + alone), tuple(moments))


def _needs(log: SessionLog, move: Move, families: Mapping[str, str]) -> bool:
    """Whether a wire must go ahead here."""
    vessel, t_us = move.now.vessel, move.stay.t_us
    if vessel in STRAIGHT:
        return False
    harmed = any(
        entry.t_us <= t_us and entry.data.get("vessel") == vessel
        for name in ("spasm", "dissection")
        for entry in log.event(name)
    )
    if harmed:
        return True
    if families.get(move.now.tool) == "flush" and vessel in AORTA:
        return False
    if families.get(move.now.tool) in SELF_ENGAGING and move.now.at_mm <= ENGAGED_MM:
        return False
    return not any(entry.t_us <= t_us and entry.data.get("vessel") == vessel for entry in given(log))


def _families(log: SessionLog) -> dict[str, str]:
    """Family of each instrument that was picked."""
    return {
        str(entry.data["tool"]): str(entry.data["part"].get("family", ""))
        for entry in log.event("instrument-picked")
        if isinstance(entry.data.get("part"), Mapping)
    }
