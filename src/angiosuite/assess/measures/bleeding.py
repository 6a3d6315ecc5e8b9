"""Measures of somebody who bleeds: what was lost meanwhile, and what pressure was left."""

from __future__ import annotations

from itertools import pairwise

from angiosuite.assess.session_log import Point, SessionLog
from angiosuite.kit.log import Entry

from .contrast_given import shown
from .reading import MEASURES, Asked, Found, not_recorded

US_MIN = 60e6
SHOCK_MMHG = 65.0
"""Below this mean arterial pressure somebody is in shock (usual bound, memory; draft)."""
NO_BLEEDING = "the log tells of no bleeding"
NO_PRESSURE = "the log tells of no pressure"


@MEASURES.enter("blood-lost")
def blood_lost(log: SessionLog, asked: Asked) -> Found:
    """Blood that all bleedings of the patient lost from the beginning to the end, ml.

    Notes
    -----
    **Model** each loss that was told goes on until the next one was; the log tells it once it has changed by
    a tenth. **Source** own definition. Held by ``tests/golden/measures``.
    """
    told = [one for one in log.observation("treating") if one.data.get("bleeding")]
    if not told:
        return not_recorded(NO_BLEEDING)
    total, worst, most, course = 0.0, told[0], -1.0, []
    ends_us = [one.t_us for one in told[1:]] + [log.end_us]
    for entry, until_us in zip(told, ends_us, strict=True):
        ml_min = sum(float(one["ml_min"]) for one in entry.data["bleeding"].values())
        total += ml_min * max(until_us - entry.t_us, 0) / US_MIN
        course.append(Point(until_us, entry.seq, log.frame_at(until_us), total))
        if ml_min > most:
            worst, most = entry, ml_min
    return Found(total, (shown(log, worst, f"{most:.0f} ml a minute here"),), tuple(course))


def _pressures(log: SessionLog) -> list[tuple[Entry, float]]:
    """Mean arterial pressure each time that it was told."""
    told = [(one, one.data.get("mean_mmhg")) for one in log.observation("treating")]
    return [(one, float(mmhg)) for one, mmhg in told if mmhg is not None]


@MEASURES.enter("mean-pressure-end")
def mean_pressure_end(log: SessionLog, asked: Asked) -> Found:
    """Mean arterial pressure at the end of somebody who bled, mmHg."""
    told = _pressures(log)
    if not told:
        return not_recorded(NO_PRESSURE)
    entry, mmhg = told[-1]
    return Found(mmhg, (shown(log, entry, f"mean pressure {mmhg:.0f} mmHg"),))


@MEASURES.enter("time-in-shock")
def time_in_shock(log: SessionLog, asked: Asked) -> Found:
    """How long the mean arterial pressure was below 65 mmHg, s.

    Notes
    -----
    **Model** each pressure that was told goes on until the next one was. **Source** 65 mmHg is the usual
    bound (memory; draft). Held by ``tests/golden/measures``.
    """
    told = _pressures(log)
    if not told:
        return not_recorded(NO_PRESSURE)
    ends = [(one.t_us, mmhg) for one, mmhg in told] + [(log.end_us, 0.0)]
    seconds = sum(1e-6 * (b[0] - a[0]) for a, b in pairwise(ends) if a[1] < SHOCK_MMHG)
    entry, least = min(told, key=lambda one: one[1])
    return Found(seconds, (shown(log, entry, f"mean pressure {least:.0f} mmHg at the lowest"),))
