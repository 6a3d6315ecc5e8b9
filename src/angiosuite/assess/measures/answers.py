"""Measures of what a person concludes: answers, and lengths measured on pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence

from angiosuite.assess.session_log import KEPT, SessionLog
from angiosuite.kit.log import Entry

from .reading import MEASURES, Asked, Found, not_done, not_recorded
from .windows import VIEWS_APART_DEG, moment_of, views

NEAR_MM = 10.0
"""A line whose ends lie further from the target's ends measures something else, mm at the isocentre."""


@MEASURES.enter("answer-right")
def answer_right(log: SessionLog, asked: Asked) -> Found:
    """1 when the last answer to a question is the right one."""
    if asked.target not in asked.answers:
        return not_recorded("the drill's right answer is not known")
    given = [entry for entry in log.event("answered") if entry.data.get("question") == asked.target]
    if not given:
        return not_done("the question was not answered")
    last = given[-1]
    right = str(last.data.get("answer")) == str(asked.answers[asked.target])
    why = "answered rightly" if right else "another answer is right"
    if right and asked.within == "two-views":
        before = [f for f in log.frames if f.mode in KEPT and f.seq < last.seq]
        if not views(before):
            right, why = False, f"answered before two views {VIEWS_APART_DEG:g}° apart had been seen"
    return Found(float(right), (moment_of(log, last.seq, last.t_us, why),))


@MEASURES.enter("measurement-error")
def measurement_error(log: SessionLog, asked: Asked) -> Found:
    """Difference of the last measured length of the target and its true length, mm."""
    frames = {frame.index: frame for frame in log.frames}
    measured = [entry for entry in standing(log) if "length_px" in entry.data]
    if measured and not log.is_judged:
        return not_recorded("the log does not say how long the target is")
    points = points_of(log)
    for entry in reversed(measured):
        frame = frames.get(entry.data["image"])
        found = None if frame is None else frame.judged(asked.target)
        if frame is None or found is None or found.get("true_mm") is None:
            continue
        ends, drawn = found.get("ends_px"), points.get(entry.seq)
        if ends is not None and drawn is not None:
            near_px = NEAR_MM / float(frame.facts["pixel_mm_iso"])
            if not _is_on(drawn, ends, near_px):
                continue
        if entry.data.get("length_mm") is None:
            why = "the length was measured in pixels, without a calibration"
            return Found(None, (moment_of(log, entry.seq, entry.t_us, why),), missing="not-done", why=why)
        length, true = float(entry.data["length_mm"]), float(found["true_mm"])
        why = f"measured {length:.1f} mm; it is {true:.1f} mm long"
        return Found(abs(length - true), (moment_of(log, entry.seq, entry.t_us, why),))
    return not_done("no length was measured on the target")


def standing(log: SessionLog) -> list[Entry]:
    """Measurements that stand at the end: neither removed nor undone."""
    refused = {entry.seq - 1 for entry in log.event("command-refused")}
    names = ("annotate.add", "annotate.remove", "annotate.undo")
    commands = [e for name in names for e in log.commands.get(name, []) if e.seq not in refused]
    earlier: list[list[Entry]] = []
    now: list[Entry] = []
    for entry in sorted([*log.event("measured"), *commands], key=lambda one: one.seq):
        if entry.name == "annotate.undo":
            now = earlier.pop() if earlier else now
            continue
        earlier.append(now)
        if entry.name == "measured":
            now = [*now, entry]
        elif entry.name == "annotate.remove":
            now = [e for e in now if e.data.get("id") != entry.data["args"]["id"]]
    return now


def points_of(log: SessionLog) -> dict[int, Sequence[Sequence[float]]]:
    """The line that was drawn for each measurement, by its entry: the command stands just before."""
    commands = log.commands.get("measure.add", [])
    found = {}
    for entry in log.event("measured"):
        image = entry.data["image"]
        before = [c for c in commands if c.seq < entry.seq and c.data["args"].get("image") == image]
        if before and "length_px" in entry.data:
            found[entry.seq] = before[-1].data["args"]["points"]
    return found


def _is_on(drawn: Sequence[Sequence[float]], ends: Sequence[Sequence[float]], near_px: float) -> bool:
    """Whether a line's ends lie at the target's ends, either way round."""
    first, last = drawn[0], drawn[-1]
    straight = max(math.dist(first, ends[0]), math.dist(last, ends[1]))
    turned = max(math.dist(first, ends[1]), math.dist(last, ends[0]))
    return min(straight, turned) <= near_px
