"""Measures of punctures that are closed: the sheath out, held for long enough, dry, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from math import log as ln
from typing import Any

from angiosuite.assess.session_log import SessionLog
from angiosuite.kit.log import Entry

from .contrast_given import shown
from .harm import count, happened
from .reading import MEASURES, Asked, Found, not_done
from .tools_seen import stays
from .windows import moment_of

DRY = 0.1
"""Share of a hole that may be open when the hand goes, as the engine has it."""
LEAST = 0.005
"""Half of the last figure that the log tells of it."""
ARTERY = "artery"
NONE_OUT = "no sheath was taken out"

Told = Mapping[str, Mapping[str, Any]]


def _told(log: SessionLog) -> list[tuple[Entry, Told]]:
    """What the log says of all punctures, each time that something of them changed."""
    return [
        (entry, entry.data["closing"]) for entry in log.observation("treating") if "closing" in entry.data
    ]


def _last(log: SessionLog) -> Told:
    told = _told(log)
    return told[-1][1] if told else {}


@MEASURES.enter("sheaths-left")
def sheaths_left(log: SessionLog, asked: Asked) -> Found:
    """Accesses that were used and have their sheath in at the end."""
    used = {access for stay in stays(log) for access, stack in stay.stacks.items() if stack}
    used |= {str(entry.data["access"]) for entry in log.event("sheath-changed") if "access" in entry.data}
    left = sorted(used - {str(entry.data["access"]) for entry in log.event("sheath-removed")})
    if not used:
        return not_done("no access was used")
    why = f"sheath in the {left[0].replace('-', ' ')} at the end" if left else "all sheaths are out"
    return Found(float(len(left)), (moment_of(log, log.last_seq, log.end_us, why),))


@MEASURES.enter("punctures-open")
def punctures_open(log: SessionLog, asked: Asked) -> Found:
    """Punctures whose sheath is out and which were not dry at the end, with nobody holding them."""
    last = _last(log)
    if not last:
        return not_done(NONE_OUT)
    open_ = [access for access, one in last.items() if not one.get("dry")]
    why = f"the {open_[0].replace('-', ' ')} is not closed" if open_ else "all are dry"
    return Found(float(len(open_)), (moment_of(log, log.last_seq, log.end_us, why),))


@MEASURES.enter("held-against-need")
def held_against_need(log: SessionLog, asked: Asked) -> Found:
    """How long a puncture was held over how long it needed, the least of all releases.

    Notes
    -----
    **Model** under a hand the open share ``A`` of the hole falls as ``A = 10**(-t / T)``, ``T`` the time to a
    tenth, so that a hand that goes at ``A`` has held for ``log10(1 / A)`` of it, whatever ``T`` is. The
    share is told to a hundredth: from 2.3 on it is no longer told apart. **Source** the law is
    ``angiosuite.physics.treating.haemostasis.left_share``. Held by ``tests/assess/test_closed.py``.
    """
    found: list[tuple[float, Entry]] = []
    told = _told(log)
    for entry in happened(log, "closing-released"):
        access = str(entry.data["access"])
        before = [now[access] for seen, now in told if seen.seq < entry.seq and access in now]
        if before and not before[-1].get("dry"):
            share = max(float(before[-1]["open_share"]), LEAST)
            found.append((ln(1.0 / share) / ln(1.0 / DRY), entry))
    if not found:
        return not_done("no hand held a puncture and let go")
    least, entry = min(found, key=lambda one: one[0])
    return Found(least, (shown(log, entry, f"held for {least:.1f} of the time that it needed"),))


@MEASURES.enter("rebleeds")
def rebleeds(log: SessionLog, asked: Asked) -> Found:
    """How often a puncture bled again."""
    return count(log, "it bleeds again", "closing-rebleeding")


@MEASURES.enter("puncture-swelling")
def puncture_swelling(log: SessionLog, asked: Asked) -> Found:
    """Blood under the skin at the end, all punctures together, ml."""
    last = _last(log)
    if not last:
        return not_done(NONE_OUT)
    ml = sum(float(one.get("ml", 0.0)) for one in last.values())
    return Found(ml, (moment_of(log, log.last_seq, log.end_us, f"{ml:.0f} ml under the skin"),))


@MEASURES.enter("artery-pressed-shut")
def artery_pressed_shut(log: SessionLog, asked: Asked) -> Found:
    """How long hands let nothing through an artery, s; the longest of all punctures."""
    told = _told(log)
    if not told:
        return not_done(NONE_OUT)
    ends_us = [*(entry.t_us for entry, _ in told[1:]), log.end_us]
    total: dict[str, float] = {}
    begun: dict[str, Entry] = {}
    for (entry, now), until_us in zip(told, ends_us, strict=True):
        for access, one in now.items():
            if access.endswith(ARTERY) and one.get("pressed_mmhg") and not one.get("passes", True):
                total[access] = total.get(access, 0.0) + 1e-6 * (until_us - entry.t_us)
                begun.setdefault(access, entry)
    if not total:
        return Found(0.0, (moment_of(log, log.last_seq, log.end_us, "blood passed all the time"),))
    worst = max(total, key=lambda access: total[access])
    return Found(total[worst], (shown(log, begun[worst], "from here nothing passed the hand"),))


@MEASURES.enter("closures-failed")
def closures_failed(log: SessionLog, asked: Asked) -> Found:
    """Devices that did not close their puncture."""
    return count(log, "it does not hold", "closing-closure-failed")
