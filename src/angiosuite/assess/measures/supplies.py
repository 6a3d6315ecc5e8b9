"""Measures of what is looked at after something was closed: each supply, and the pressure that is left."""

from __future__ import annotations

from angiosuite.assess.session_log import SessionLog
from angiosuite.kit.log import Entry

from .contrast_given import AFTER_S, filmed_s, given, shown
from .harm import happened
from .reading import MEASURES, Asked, Found, not_done, not_recorded
from .tools_seen import vessel_of

NOWHERE = "the log does not say which vessel the target is"
NOTHING = "nothing was let go that closes"
HALF = 0.5
"""A vessel that a run fills by so much was filmed, wherever the tip lay."""


def _closing(log: SessionLog) -> Entry | None:
    """The last coil, plug or portion that was left in the patient to close something."""
    found = happened(log, "coil-detached", "agent-given")
    return found[-1] if found else None


@MEASURES.enter("filmed-after-closing")
def filmed_after_closing(log: SessionLog, asked: Asked) -> Found:
    """1 when the target was injected and filmed to the end after the last of what closes was let go.

    Notes
    -----
    **Model** an injection with the tip in the target's vessel, or one that filled half of it in its run, that
    began after the last coil, plug or portion, during a run that went on for 5 s after it. **Source** own
    definition. Held by ``tests/assess/test_supplies.py``.
    """
    vessel, closing = vessel_of(log, asked.target), _closing(log)
    if vessel is None:
        return not_recorded(NOWHERE)
    if closing is None:
        return not_done(NOTHING)
    there = [
        entry
        for entry in given(log)
        if (entry.data.get("vessel") == vessel or _filled(log, asked.target, entry) >= HALF)
        and entry.t_us - 1e6 * float(entry.data.get("seconds", 0.0)) >= closing.t_us
    ]
    for entry in there:
        if filmed_s(log, entry) >= AFTER_S:
            return Found(1.0, (shown(log, entry, "filmed after it was closed"),))
    if there:
        return Found(0.0, (shown(log, there[-1], "the run ended too soon, or there was none"),))
    return Found(0.0, (shown(log, closing, "nothing was injected there after this"),))


def _filled(log: SessionLog, target: str, entry: Entry) -> float:
    """How full the run of an injection shows a target at most."""
    run = entry.data.get("run")
    shown_of = (frame.judged(target) for frame in log.frames if run is not None and frame.run == run)
    return max((float(found.get("filled") or 0.0) for found in shown_of if found is not None), default=0.0)


@MEASURES.enter("pressure-read-last")
def pressure_read_last(log: SessionLog, asked: Asked) -> Found:
    """Mean pressure of the last one that was read and kept in an artery, mmHg."""
    read = log.event("pressure-recorded")
    if not read:
        return not_done("no pressure was kept")
    mean = float(read[-1].data["mean"])
    return Found(mean, (shown(log, read[-1], f"mean {mean:.0f} mmHg"),))
