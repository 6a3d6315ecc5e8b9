"""Measures of carbon dioxide: where it went, how much at once, how soon again, and what came with it."""

from __future__ import annotations

from angiosuite.assess.session_log import Point, SessionLog
from angiosuite.kit.log import Entry

from .contrast_given import NONE, counted, done, given, shown
from .reading import MEASURES, Asked, Found

CLEARING_ML = 5.0
"""An injection of gas up to this clears the catheter of blood and is no other one."""
WAIT_S = 120.0
"""From one injection of gas to the next, where the log does not say."""
PURGES = 2


def _gas(log: SessionLog) -> list[Entry]:
    return [entry for entry in given(log) if entry.data.get("by") == "gas"]


@MEASURES.enter("gas-above-diaphragm")
def gas_above_diaphragm(log: SessionLog, asked: Asked) -> Found:
    """Gas in arteries above the diaphragm, ml."""
    total, course, moments = 0.0, [], []
    for entry in log.event("gas-above-diaphragm"):
        total += float(entry.data.get("ml", 0.0))
        course.append(Point(entry.t_us, entry.seq, log.frame_at(entry.t_us), total))
        moments.append(shown(log, entry, "gas above the diaphragm"))
    return Found(total, tuple(moments[:3]), tuple(course), why="" if moments else NONE)


@MEASURES.enter("gas-too-soon")
def gas_too_soon(log: SessionLog, asked: Asked) -> Found:
    """Injections of gas before the one before had gone."""
    bad, last_us = [], None
    for entry in _gas(log):
        if float(entry.data["ml"]) <= CLEARING_ML:
            continue
        wait_us = 1e6 * float(entry.data.get("wait_s", WAIT_S))
        if last_us is not None and entry.t_us - last_us < wait_us:
            bad.append(entry)
        last_us = entry.t_us
    return counted(log, bad, "the gas before had not gone")


@MEASURES.enter("gas-largest")
def gas_largest(log: SessionLog, asked: Asked) -> Found:
    """Largest injection of gas, ml."""
    told = [(float(entry.data["ml"]), entry) for entry in _gas(log)]
    if not told:
        return Found(0.0, why="no gas was given")
    most, entry = max(told, key=lambda one: one[0])
    return Found(most, (shown(log, entry, f"{most:.0f} ml at once"),))


@MEASURES.enter("gas-purged")
def gas_purged(log: SessionLog, asked: Asked) -> Found:
    """1 when reservoir and line were purged and the catheter cleared before gas was given."""
    large = [entry for entry in _gas(log) if float(entry.data["ml"]) > CLEARING_ML]
    if not large:
        return Found(1.0, why="no gas was given")
    first = large[0]
    fills = [entry.seq for entry in done(log, "gas.fill") if entry.seq < first.seq]
    since = fills[-1] if fills else -1
    purges = [e for e in done(log, "gas.purge") if since < e.seq < first.seq]
    cleared = [e for e in _gas(log) if e.seq < first.seq and float(e.data["ml"]) <= CLEARING_ML]
    if len(purges) < PURGES:
        return Found(0.0, (shown(log, first, f"purged {len(purges)} times before this"),))
    if not cleared:
        return Found(0.0, (shown(log, first, "blood stood in the catheter still"),))
    return Found(1.0, (shown(log, first, "purged and cleared before"),))
