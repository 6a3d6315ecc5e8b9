"""Measures of what tips press against the wall: for how long, and how hard at most."""

from __future__ import annotations

from angiosuite.assess.session_log import Point, SessionLog

from .reading import MEASURES, Asked, Found, not_done
from .tools_seen import stays
from .windows import moment_of

FELT_N = 0.02
"""A weaker touch is none."""


@MEASURES.enter("wall-impulse")
def wall_impulse(log: SessionLog, asked: Asked) -> Found:
    """Force between tips and the wall, added up over time, N s.

    Notes
    -----
    **Model** integral of the wall's force within 3 mm of each free tip over time; what holds a shaft in a
    bend is not in it, nor a touch below 0.02 N. **Source** own definition; that wall force tells, where the
    hand's does not: research/simulator-anchors.md 4.5. **Valid for** forces as the rods have them, a
    surrogate.
    """
    total, strongest, shown = 0.0, 0.0, None
    course = []
    for stay in stays(log):
        force = sum(one.tip_n for one in stay.tools if one.is_bare and one.tip_n >= FELT_N)
        if force == 0.0:
            continue
        total += force * stay.seconds
        course.append(Point(stay.t_us, stay.seq, log.frame_at(stay.t_us), total))
        if force > strongest:
            strongest, shown = force, stay
    if shown is None:
        return Found(0.0, why="no tip pressed") if stays(log) else not_done("nothing was in the patient")
    why = f"{total:.2f} N s in all, {strongest:.2f} N here"
    return Found(total, (moment_of(log, shown.seq, shown.t_us, why),), tuple(course))


@MEASURES.enter("tip-force-peak")
def tip_force_peak(log: SessionLog, asked: Asked) -> Found:
    """Strongest force between one free tip and the wall, N."""
    told = [(one.tip_n, stay, one) for stay in stays(log) for one in stay.tools if one.is_bare]
    if not told:
        return not_done("nothing was in the patient")
    force, stay, one = max(told, key=lambda each: each[0])
    why = f"{force:.2f} N in {one.vessel or 'no known vessel'}"
    return Found(force, (moment_of(log, stay.seq, stay.t_us, why),))
