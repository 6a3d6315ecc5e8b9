"""Measures of what stands around a treatment: heparin before it, a run after it."""

from __future__ import annotations

from math import inf

from angiosuite.assess.session_log import SessionLog

from .contrast_given import shown
from .contrast_seen import fullest_between
from .dilated import TREATED, met, untouched
from .harm import happened
from .reading import MEASURES, Asked, Found

ROUND_US = 60_000_000
"""Heparin is in all blood, and so below a balloon, about a minute after it was given (memory; draft)."""


@MEASURES.enter("heparin-before-treatment")
def heparin_before(log: SessionLog, asked: Asked) -> Found:
    """1 when heparin was given a minute or more before the first balloon or stent in the target opened.

    Notes
    -----
    **Model** any dose counts: how much suits whom is for a programme to set. **Source** own definition.
    """
    treated = met(log, asked.target, *TREATED)
    if not treated:
        return untouched(log, asked.target, "balloon or stent")
    first = treated[0][0]
    ups = [e for e in happened(log, "balloon-up") if e.data.get("tool") == first.data.get("tool")]
    opens = max((e for e in ups if e.t_us <= first.t_us), key=lambda e: e.seq, default=first)
    given = [e for e in happened(log, "drug-given") if e.data.get("drug") == "heparin"]
    early = [e for e in given if e.t_us + ROUND_US <= opens.t_us]
    if early:
        return Found(1.0, (shown(log, early[-1], "heparin, a minute or more before"),))
    why = "heparin came too late" if given else "no heparin was given"
    return Found(0.0, (shown(log, opens, f"{why}: here it was opened"),))


@MEASURES.enter("filled-after-treatment")
def filled_after_treatment(log: SessionLog, asked: Asked) -> Found:
    """Greatest share of the target that a run showed filled after the last balloon or stent in it."""
    treated = met(log, asked.target, *TREATED)
    if not treated:
        return untouched(log, asked.target, "balloon or stent")
    return fullest_between(log, asked.target, treated[-1][0].t_us, inf, "after it")
