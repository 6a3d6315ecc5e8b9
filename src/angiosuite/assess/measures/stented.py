"""Measures of stents: what they cover and cross, how they stand at the wall, what hangs into the aorta."""

from __future__ import annotations

from angiosuite.assess.session_log import SessionLog
from angiosuite.kit.log import Entry

from .contrast_given import counted, shown
from .dilated import met, untouched
from .harm import happened
from .reading import MEASURES, Asked, Found, not_done, not_recorded
from .tools_seen import vessel_of
from .windows import moment_of

NO_STENT = "no stent was placed"


@MEASURES.enter("stent-cover")
def stent_cover(log: SessionLog, asked: Asked) -> Found:
    """How far a stent reaches beyond the target at its worse end, mm; below 0 when it falls short.

    Notes
    -----
    **Model** of several stents, the one that covers it best; what two cover together is not added up.
    **Source** own definition.
    """
    found = met(log, asked.target, "stent-placed")
    if not found:
        return untouched(log, asked.target, "stent")
    entry, told = max(found, key=lambda one: min(one[1]["beyond_mm"]))
    least = float(min(told["beyond_mm"]))
    why = f"{least:.0f} mm beyond it" if least >= 0.0 else f"{-least:.0f} mm of it lie bare"
    return Found(least, (shown(log, entry, why),))


@MEASURES.enter("branch-jailed")
def branch_jailed(log: SessionLog, asked: Asked) -> Found:
    """1 when a stent crosses or closes the mouth of the target vessel."""
    vessel = vessel_of(log, asked.target)
    if vessel is None:
        return not_recorded("the log does not say where the target lies")
    for entry in happened(log, "branch-jailed"):
        if vessel in entry.data.get("branches", ()):
            what = "closed" if entry.data.get("covered") else "crossed"
            return Found(1.0, (shown(log, entry, f"its mouth is {what}"),))
    return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "its mouth is free"),))


@MEASURES.enter("branches-jailed")
def branches_jailed(log: SessionLog, asked: Asked) -> Found:
    """Branches whose mouths a stent crosses or closes."""
    first: dict[str, Entry] = {}
    for entry in happened(log, "branch-jailed"):
        for branch in entry.data.get("branches", ()):
            first.setdefault(str(branch), entry)
    if not first:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "no mouth is crossed"),))
    return counted(log, list(first.values()), "a mouth is crossed")


@MEASURES.enter("stent-gap")
def stent_gap(log: SessionLog, asked: Asked) -> Found:
    """Most that any stent stands off the wall at the end, mm."""
    last: dict[str, Entry] = {}
    for entry in happened(log, "stent-placed", "stent-dilated"):
        if "gap_mm" in entry.data:
            last[str(entry.data["stent"])] = entry
    if not last:
        return not_done(NO_STENT)
    worst = max(last.values(), key=lambda entry: float(entry.data["gap_mm"]))
    gap = float(worst.data["gap_mm"])
    return Found(gap, (shown(log, worst, f"{gap:.1f} mm off the wall"),))


@MEASURES.enter("stent-in-aorta")
def stent_in_aorta(log: SessionLog, asked: Asked) -> Found:
    """Most that any stent hangs into the aorta, mm."""
    placed = [entry for entry in happened(log, "stent-placed") if "lies_mm" in entry.data]
    if not placed:
        return not_done(NO_STENT)
    lengths = [
        (sum(float(mm) for vessel, mm in entry.data["lies_mm"].items() if "aorta" in vessel), entry)
        for entry in placed
    ]
    most, entry = max(lengths, key=lambda one: (one[0], -one[1].seq))
    return Found(most, (shown(log, entry, f"{most:.0f} mm in the aorta"),))
