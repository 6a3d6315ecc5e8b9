"""Measures of contrast in pictures: what of a target is filled, how densely, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from angiosuite.assess.session_log import Frame, SessionLog

from .reading import MEASURES, Asked, Found, best, not_done, of_frame
from .windows import Look, Seen, look

LATE_SHARE = 0.5
"""Share of a target from which it is seen filled."""


def _share(frame: Frame, found: Mapping[str, Any]) -> float | None:
    return None if found.get("filled") is None else float(found["filled"])


def _iodine(frame: Frame, found: Mapping[str, Any]) -> float | None:
    return None if found.get("iodine_mg_ml") is None else float(found["iodine_mg_ml"])


@MEASURES.enter("filled")
def filled(log: SessionLog, asked: Asked) -> Found:
    """Largest share of the target that is seen filled in one picture."""
    return look(log, asked, _most(Look(_share, "{0:.2f} of it is filled".format, needs_field=False)))


@MEASURES.enter("peak-iodine")
def peak_iodine(log: SessionLog, asked: Asked) -> Found:
    """Highest mean concentration in the target, mg/ml."""
    return look(log, asked, _most(Look(_iodine, "{0:.0f} mg of iodine per ml".format, needs_field=False)))


@MEASURES.enter("seen-late")
def seen_late(log: SessionLog, asked: Asked) -> Found:
    """Time in one run from the first picture in which the target is filled to the last, s."""

    def of_run(number: int, frames: Sequence[Frame], asked: Asked) -> Seen | None:
        values = how.all(frames, asked.target)
        if not values:
            return None
        full = [one.frame for one in values if one.value >= LATE_SHARE]
        if not full:
            return Seen(values[-1].frame, 0.0)
        return Seen(full[-1], 1e-6 * (full[-1].facts["run_t_us"] - full[0].facts["run_t_us"]))

    how = Look(_share, "seen filled for {0:.1f} s".format, needs_field=False, of_run=of_run)
    return look(log, asked, how)


def _oblique(to: float) -> Look:
    """Reads how far the C-arm is rotated to one side, of pictures in which the target is filled."""

    def value_of(frame: Frame, found: Mapping[str, Any]) -> float | None:
        if float(found.get("filled") or 0.0) < LATE_SHARE:
            return None
        return max(to * float(frame.facts["pose"]["rotation_deg"]), 0.0)

    words = "filled at {0:.0f}° " + ("LAO" if to > 0.0 else "RAO")
    return _most(Look(value_of, words.format))


@MEASURES.enter("filled-in-lao")
def filled_in_lao(log: SessionLog, asked: Asked) -> Found:
    """Largest rotation to the patient's left of a picture in which half of the target is filled, degrees."""
    return look(log, asked, _oblique(1.0))


@MEASURES.enter("filled-in-rao")
def filled_in_rao(log: SessionLog, asked: Asked) -> Found:
    """The same to the patient's right."""
    return look(log, asked, _oblique(-1.0))


def _most(plain: Look) -> Look:
    """The same, and of a run the picture with the most."""

    def of_run(number: int, frames: Sequence[Frame], asked: Asked) -> Seen | None:
        values = plain.all(frames, asked.target)
        return values[best([one.value for one in values], "higher")] if values else None

    return Look(plain.value_of, plain.words, plain.needs_field, of_run)


def fullest_between(log: SessionLog, target: str, from_us: float, until_us: float, when: str) -> Found:
    """Greatest share of a target that any run of a time showed filled, inside the open field."""
    shares = [
        (float(found.get("filled", 0.0)), frame)
        for frames in log.run_frames().values()
        for frame in frames
        if from_us <= frame.t_us < until_us
        and (found := frame.judged(target)) is not None
        and found.get("in_field", True)
    ]
    if not shares:
        return not_done(f"no run shows it {when}")
    share, frame = max(shares, key=lambda one: (one[0], -one[1].seq))
    return Found(share, (of_frame(frame, f"{100.0 * share:.0f} % of it filled {when}"),))
