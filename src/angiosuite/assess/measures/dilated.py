"""Measures of balloons: their size and place at a narrowing, pressure, time, and what they left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from angiosuite.assess.session_log import SessionLog
from angiosuite.kit.log import Entry

from .contrast_given import counted, shown
from .harm import happened
from .reading import MEASURES, Asked, Found, not_done, not_recorded
from .tools_seen import vessel_of
from .windows import moment_of

GRADES = ("none", "A", "B", "C", "D", "E", "F")
"""Of dissections, in rising order; their place here is what the measure tells."""
TREATED = ("balloon-down", "stent-placed", "stent-dilated")
"""Events that tell what each narrowing is like afterwards."""

Met = tuple[Entry, Mapping[str, Any]]
"""An event, and what it tells of the narrowing that was asked for."""


def met(log: SessionLog, target: str, *names: str) -> list[Met]:
    """Events of some names that touched a narrowing, the target itself or the one in the target's vessel."""
    place = vessel_of(log, target)
    return [
        (entry, one)
        for entry in happened(log, *names)
        for one in entry.data.get("lesions", ())
        if place is not None and place in (one["lesion"], one["vessel"])
    ]


def untouched(log: SessionLog, target: str, what: str) -> Found:
    """Why nothing is known of a narrowing."""
    if log.frames and vessel_of(log, target) is None:
        return not_recorded("the log does not say where the target lies")
    return not_done(f"no {what} lay in it")


def _ratio(one: Met) -> float:
    return float(one[0].data["balloon_mm"]) / float(one[1]["healthy_mm"])


def _of_widest(
    log: SessionLog, asked: Asked, value: Callable[[Met], float], words: Callable[[Met], str]
) -> Found:
    """A figure of the widest balloon that was up in the target, the last of equals."""
    found = met(log, asked.target, "balloon-down")
    if not found:
        return untouched(log, asked.target, "balloon")
    widest = max(found, key=lambda one: (_ratio(one), one[0].seq))
    return Found(value(widest), (shown(log, widest[0], words(widest)),))


@MEASURES.enter("balloon-ratio")
def balloon_ratio(log: SessionLog, asked: Asked) -> Found:
    """Diameter of the widest balloon that was up in the target, at its most pressure, over the healthy one.

    Notes
    -----
    **Model** the balloon's own diameter by its chart at the most pressure of that inflation, as if nothing
    held it in. **Source** own definition.
    """
    return _of_widest(
        log,
        asked,
        _ratio,
        lambda one: f"a balloon of {one[0].data['balloon_mm']:.1f} mm in {one[1]['healthy_mm']:.1f} mm",
    )


@MEASURES.enter("balloon-off-lesion")
def balloon_off_lesion(log: SessionLog, asked: Asked) -> Found:
    """How far the middle of the widest balloon in the target lay from the narrowing's, mm."""
    return _of_widest(
        log, asked, lambda one: float(one[1]["off_mm"]), lambda one: f"{one[1]['off_mm']:.0f} mm beside it"
    )


@MEASURES.enter("waist-yielded")
def waist_yielded(log: SessionLog, asked: Asked) -> Found:
    """1 when the waist in the target had given way before its last balloon came down."""
    found = met(log, asked.target, "balloon-down")
    if not found:
        return untouched(log, asked.target, "balloon")
    last, told = found[-1]
    why = "the waist was gone" if told["yielded"] else "the waist was still there"
    return Found(float(bool(told["yielded"])), (shown(log, last, why),))


@MEASURES.enter("inflation-time")
def inflation_time(log: SessionLog, asked: Asked) -> Found:
    """Longest time that a balloon was up in the target at a stretch, s."""
    found = met(log, asked.target, "balloon-down")
    if not found:
        return untouched(log, asked.target, "balloon")
    longest = max((entry for entry, _ in found), key=lambda entry: float(entry.data["seconds"]))
    seconds = float(longest.data["seconds"])
    return Found(seconds, (shown(log, longest, f"up for {seconds:.0f} s"),))


@MEASURES.enter("residual-stenosis")
def residual_stenosis(log: SessionLog, asked: Asked) -> Found:
    """Share of the target's healthy diameter that was still lost after the last treatment, percent."""
    found = met(log, asked.target, *TREATED)
    if not found:
        return untouched(log, asked.target, "balloon or stent")
    last, told = found[-1]
    left = float(told["residual_percent"])
    return Found(left, (shown(log, last, f"{left:.0f} percent are left"),))


@MEASURES.enter("pressure-over-rated")
def pressure_over_rated(log: SessionLog, asked: Asked) -> Found:
    """Most pressure of any balloon over the one that it is rated for."""
    shares = [
        (float(entry.data["atm"]) / float(entry.data["rated_atm"]), entry)
        for entry in happened(log, "balloon-down", "balloon-burst")
        if "rated_atm" in entry.data
    ]
    if not shares:
        return not_done("no balloon was up")
    share, entry = max(shares, key=lambda one: (one[0], -one[1].seq))
    return Found(share, (shown(log, entry, f"{entry.data['atm']:g} of {entry.data['rated_atm']:g} atm"),))


@MEASURES.enter("dissection-grade")
def dissection_grade(log: SessionLog, asked: Asked) -> Found:
    """Worst dissection that treatment left: 0 none, 1 type A, up to 6 type F."""
    graded = [entry for entry in happened(log, "dissection") if entry.data.get("grade") in GRADES]
    if not graded:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "there was none"),))
    worst = max(graded, key=lambda entry: (GRADES.index(entry.data["grade"]), -entry.seq))
    grade = str(worst.data["grade"])
    return Found(float(GRADES.index(grade)), (shown(log, worst, f"type {grade}"),))


@MEASURES.enter("ruptures")
def ruptures(log: SessionLog, asked: Asked) -> Found:
    """Walls that tore under a balloon or stent."""
    return _none_or_counted(log, "the wall tore", "rupture")


@MEASURES.enter("balloon-bursts")
def balloon_bursts(log: SessionLog, asked: Asked) -> Found:
    """Balloons that burst."""
    return _none_or_counted(log, "the balloon burst", "balloon-burst")


def _none_or_counted(log: SessionLog, what: str, name: str) -> Found:
    found = happened(log, name)
    if not found:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "there was none"),))
    return counted(log, found, what)
