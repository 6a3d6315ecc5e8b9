"""Which pictures a measure looks at, and the value that stands for them.

A picture is seen when the target lies inside the open field; in others there is nothing to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from angiosuite.assess.session_log import KEPT, Frame, SessionLog

from .reading import Asked, Found, Moment, best, not_done, not_recorded, of_frame

VIEWS_APART_DEG = 30.0
"""Two pictures whose central rays are at least so far apart are two views."""

ValueOf = Callable[[Frame, Mapping[str, Any]], float | None]
OfRun = Callable[[int, Sequence[Frame], Asked], "Seen | None"]
Words = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A value in one picture."""

    frame: Frame
    value: float


@dataclass(frozen=True, slots=True)
class Look:
    """How a measure reads pictures.

    Parameters
    ----------
    value_of : callable
        Value of one picture from the frame and what was found of the target in it; None where it has none.
    words : callable
        Says a value for people.
    needs_field : bool
        Whether the target must lie inside the open field.
    of_run : callable or None
        Value of a whole run; the median of its pictures when None.
    """

    value_of: ValueOf
    words: Words
    needs_field: bool = True
    of_run: OfRun | None = None

    def seen(self, frame: Frame, target: str) -> Seen | None:
        """The value of one picture; None where the target is not seen or not judged in it."""
        found = frame.judged(target)
        if found is None or (self.needs_field and not found.get("in_field", True)):
            return None
        value = self.value_of(frame, found)
        return None if value is None else Seen(frame, float(value))

    def run(self, number: int, frames: Sequence[Frame], asked: Asked) -> Seen | None:
        """The value of one run."""
        if self.of_run is not None:
            return self.of_run(number, frames, asked)
        values = self.all(frames, asked.target)
        values.sort(key=lambda one: one.value)
        return values[(len(values) - 1) // 2] if values else None

    def all(self, frames: Iterable[Frame], target: str) -> list[Seen]:
        """Values of all pictures that have one."""
        return [one for one in (self.seen(frame, target) for frame in frames) if one is not None]

    def told(self, one: Seen) -> Found:
        """A value as a measure's answer."""
        return Found(one.value, (of_frame(one.frame, self.words(one.value)),))


def look(log: SessionLog, asked: Asked, how: Look) -> Found:
    """A measure on the pictures of its window."""
    if log.frames and not log.is_judged:
        return not_recorded("the log does not say where the target lies in its pictures")
    if asked.within in ("last-run", "any-run", "all-runs"):
        return _in_runs(log, asked, how)
    if asked.within == "two-views":
        return _in_two_views(log, asked, how)
    if asked.within in ("last-held", "last-shot"):
        mode, word = ("held", "held image") if asked.within == "last-held" else ("shot", "single shot")
        frames = [frame for frame in log.frames if frame.mode == mode]
        return _in_last(frames, asked, how, word)
    held_only = asked.within == "best-held"
    values = how.all((f for f in log.frames if f.mode == "held" or not held_only), asked.target)
    if not values:
        return not_done("no picture shows the target")
    return how.told(values[best([one.value for one in values], asked.better)])


def _in_last(frames: Sequence[Frame], asked: Asked, how: Look, word: str) -> Found:
    if not frames:
        return not_done(f"there is no {word}")
    last = frames[-1]
    one = how.seen(last, asked.target)
    if one is not None:
        return how.told(one)
    found = last.judged(asked.target)
    if found is None:
        return not_recorded(f"the last {word} was not judged for this target")
    if how.needs_field and not found.get("in_field", True):
        why = f"the target lies outside the open field in the last {word}"
        return Found(None, (of_frame(last, why),), missing="not-done", why=why)
    return not_recorded(f"the last {word} has no such figure for this target")


def _in_runs(log: SessionLog, asked: Asked, how: Look) -> Found:
    runs = log.run_frames()
    if not runs:
        return not_done("there is no run")
    if asked.within == "last-run":
        runs = dict(list(runs.items())[-1:])
    values = {number: how.run(number, frames, asked) for number, frames in runs.items()}
    read = [one for one in values.values() if one is not None]
    blank = next((number for number, one in values.items() if one is None), None)
    if not read or (asked.within == "all-runs" and blank is not None):
        assert blank is not None
        why = f"run {blank} does not show the target"
        return Found(None, (of_frame(runs[blank][0], why),), missing="not-done", why=why)
    worst = {"higher": "lower", "lower": "higher"}[asked.better]
    way = worst if asked.within == "all-runs" else asked.better
    return how.told(read[best([one.value for one in read], way)])


def _in_two_views(log: SessionLog, asked: Asked, how: Look) -> Found:
    values = how.all((f for f in log.frames if f.mode in KEPT), asked.target)
    pairs = views(frame.frame for frame in values)
    if not pairs:
        return not_done(f"there are no two pictures of it from views {VIEWS_APART_DEG:g}° apart")
    worst = {"higher": min, "lower": max}[asked.better]
    worse = [worst(values[i].value, values[j].value) for i, j in pairs]
    i, j = pairs[best(worse, asked.better)]
    value = worst(values[i].value, values[j].value)
    shown = sorted((values[i], values[j]), key=lambda one: one.value != value)
    return Found(value, tuple(of_frame(one.frame, how.words(one.value)) for one in shown))


def views(frames: Iterable[Frame], apart_deg: float = VIEWS_APART_DEG) -> list[tuple[int, int]]:
    """Pairs of pictures whose central rays lie at least so far apart."""
    angles = angles_deg(list(frames))
    return [(int(i), int(j)) for i, j in np.argwhere(angles >= apart_deg - 1e-6) if i < j]


def angles_deg(frames: Sequence[Frame]) -> np.ndarray:
    """Angles between the central rays of all pairs of pictures, degrees."""
    if not frames:
        return np.zeros((0, 0))
    rays = np.stack([frame.ray for frame in frames])
    return np.rad2deg(np.arccos(np.clip(rays @ rays.T, -1.0, 1.0)))


def moment_of(log: SessionLog, seq: int, t_us: int, why: str) -> Moment:
    """A place in the log with the picture that was shown then."""
    return Moment(t_us, log.frame_at(t_us), seq, why)
