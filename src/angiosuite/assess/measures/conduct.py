"""Measures of conduct: decisions that were asked for, and what is shown beside the figures, never scored."""

from __future__ import annotations

from angiosuite.assess.session_log import SessionLog

from .reading import MEASURES, Asked, Found, Moment, not_done
from .windows import moment_of


@MEASURES.enter("decision-taken")
def decision_taken(log: SessionLog, asked: Asked) -> Found:
    """1 when the question of a dose level was answered before X-rays went on again.

    Notes
    -----
    Each question must be answered. X-rays that were
    on when the level was reached may end first.
    """
    asking = log.event("dose-question")
    if not asking:
        return Found(1.0, (_end(log, "no level was reached at which a decision is asked for"),))
    for entry in asking:
        level = entry.data.get("level")
        decided = [d for d in log.event("dose-decided") if d.data.get("level") == level and d.seq > entry.seq]
        later = [beam for beam in log.beams if beam.seq > entry.seq]
        if later and (not decided or later[0].seq < decided[0].seq):
            why = "X-rays went on before the question was answered"
            return Found(0.0, (moment_of(log, later[0].seq, later[0].from_us, why),))
        if not decided:
            return Found(0.0, (moment_of(log, entry.seq, entry.t_us, "the question was not answered"),))
    last = log.event("dose-decided")[-1]
    return Found(1.0, (moment_of(log, last.seq, last.t_us, "decided before going on"),))


@MEASURES.enter("duration")
def duration(log: SessionLog, asked: Asked) -> Found:
    """From the task's beginning to its end, s."""
    return Found((log.end_us - log.begin_us) * 1e-6, (_end(log, "the end"),))


@MEASURES.enter("input-device")
def input_device(log: SessionLog, asked: Asked) -> Found:
    """What the hands used, in the order of first use; several are joined with a comma."""
    told = log.event("input-device")
    names = list(dict.fromkeys(str(entry.data["device"]) for entry in told))
    if not names:
        return not_done("the page did not say")
    return Found(", ".join(names), (moment_of(log, told[0].seq, told[0].t_us, "first said here"),))


def _end(log: SessionLog, why: str) -> Moment:
    return moment_of(log, log.last_seq, log.end_us, why)
