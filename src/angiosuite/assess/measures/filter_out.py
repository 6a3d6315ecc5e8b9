"""Measures of a cava filter that is to come out: the run before, what lay in it, what was done with it."""

from __future__ import annotations

from math import inf

from angiosuite.assess.session_log import SessionLog

from .contrast_given import shown
from .contrast_seen import fullest_between
from .harm import count, happened
from .reading import MEASURES, Asked, Found, not_recorded
from .tools_seen import vessel_of
from .windows import moment_of

CLOT_G_MM3 = 1.05e-3
MUCH_MM3 = 1300.0
"""A quarter of a cone of 50 mm in a cava of 20 mm: a filter that holds more stays (memory; draft)."""
FULL_N = 19.0
"""Who has pulled so hard has tried (the room pulls 20 N at most)."""
GROWN = "the end is not free"
"""Why a snare takes nothing where the hook has grown into the wall, as the engine says it."""


@MEASURES.enter("filled-before-snare")
def filled_before_snare(log: SessionLog, asked: Asked) -> Found:
    """Greatest share of the target that a run showed filled before a snare was closed the first time."""
    tries = happened(log, "filter-snared", "filter-snare-missed")
    until_us = min((entry.t_us for entry in tries), default=inf)
    return fullest_between(log, asked.target, -inf, until_us, "before the snare")


@MEASURES.enter("filter-decision")
def filter_decision(log: SessionLog, asked: Asked) -> Found:
    """1 when the target's filter came out, or was left for a reason; else 0.

    Notes
    -----
    **Model** one that holds more than 1.3 ml of clot is to stay. One with less is to come out, unless its
    hook has grown in or it held against all that may be pulled. **Source** own definition; the bound is from
    memory. Held by ``tests/golden/measures``.
    """
    vessel = vessel_of(log, asked.target)
    told = [
        (entry, one)
        for entry in log.observation("treating")
        for one in entry.data.get("filter") or ()
        if vessel is None or one["vessel"] == vessel
    ]
    if not told:
        return not_recorded("no filter stood there")
    entry, one = told[0]
    mm3 = float(one["clot_mm3"])
    out = happened(log, "filter-retrieved")
    if mm3 > MUCH_MM3:
        if not out:
            return Found(1.0, (shown(log, entry, f"{1e-3 * mm3:.1f} ml of clot: it stays"),))
        return Found(0.0, (shown(log, out[0], f"taken out with {1e-3 * mm3:.1f} ml of clot in it"),))
    if out:
        return Found(1.0, (shown(log, out[0], "it is out"),))
    tried = [one for one in happened(log, "filter-held") if float(one.data.get("force_n", 0.0)) >= FULL_N]
    tried += [one for one in happened(log, "filter-snare-missed") if one.data.get("why") == GROWN]
    if tried:
        return Found(1.0, (shown(log, tried[-1], "it does not come with a snare alone"),))
    return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "it was left without a reason"),))


@MEASURES.enter("clot-sent-on")
def clot_sent_on(log: SessionLog, asked: Asked) -> Found:
    """Clot that went to the lungs out of filters that were pulled out, g."""
    found = [
        (CLOT_G_MM3 * float(one.data["clot_mm3"]) * (1.0 - float(one.data["clot_out_share"])), one)
        for one in happened(log, "filter-retrieved")
    ]
    if not found:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "no filter was pulled out"),))
    most, entry = max(found, key=lambda one: (one[0], -one[1].seq))
    return Found(sum(one for one, _ in found), (shown(log, entry, f"{most:.1f} g went on"),))


@MEASURES.enter("snares-missed")
def snares_missed(log: SessionLog, asked: Asked) -> Found:
    """How often a snare was closed and took nothing."""
    return count(log, "the snare takes nothing", "filter-snare-missed")
