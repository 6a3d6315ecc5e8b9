"""Looking at runs again, on their stored frames: mask, pixel shift, vessels of a run, stenosis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.imaging.detector import from_twelve_bits
from angiosuite.imaging.opacification import PeakOpacification
from angiosuite.imaging.pixel_shift import find_shift
from angiosuite.imaging.subtraction import logs_of, mask_of, subtract
from angiosuite.kit.errors import WrongUse

from .runs import RunRecord

if TYPE_CHECKING:
    from .session import Session

Image = NDArray[np.float32]

PEAK_FRAMES = 40
"""Frames of a run that its peak opacification is taken of, at most, evenly over the run."""


def set_mask(session: Session, number: int, frames: Sequence[int]) -> None:
    """Choose the mask of a run."""
    run = session.xrays.runs.get(number)
    for frame in frames:
        _check_frame(number, frame, run.frames)
    chosen = sorted(set(frames))
    what = f"mask {', '.join(map(str, chosen))}" if chosen else "no mask"
    session.xrays.change_run(number, {"mask": chosen}, what)


def _check_frame(number: int, frame: int, count: int) -> None:
    if not 1 <= frame <= count:
        raise WrongUse(
            "The run has no such frame",
            code="run-frame-unknown",
            where=f"run {number}",
            value=frame,
            way_out=f"It has frames 1 to {count}.",
        )


def set_shift(session: Session, number: int, x_px: float, y_px: float) -> None:
    """Shift the mask of a run."""
    shift = [round(x_px, 3), round(y_px, 3)]
    session.xrays.change_run(number, {"shift_px": shift}, f"pixel shift {shift[0]:g}, {shift[1]:g}")


def find_shift_of(session: Session, number: int, frame: int) -> None:
    """Find the shift of the mask that fits a frame best."""
    run = session.xrays.runs.get(number)
    _check_frame(number, frame, run.frames)
    shift = find_shift(_log_of(session, run, frame), _mask_of(session, run))
    set_shift(session, number, *shift)


def vessels(session: Session, number: int, frame: int | None) -> Image:
    """Subtracted vessels of a run: one frame, or the peak opacification of at most 40 frames after the mask.

    Raises
    ------
    WrongUse
        When the run has no mask, or no frame behind it.
    """
    run = session.xrays.runs.get(number)
    mask = _mask_of(session, run)
    if frame is not None:
        _check_frame(number, frame, run.frames)
        return subtract(_log_of(session, run, frame), mask, run.shift_px)
    after = range(max(run.mask) + 1, run.frames + 1)
    if not after:
        raise WrongUse(
            "The run has no frame behind its mask",
            code="no-filling",
            where=f"run {number}",
            value=run.frames,
            way_out="Choose an earlier mask, or make a longer run.",
        )
    peak = PeakOpacification()
    for one in after[:: max(1, len(after) // PEAK_FRAMES)]:
        peak.add(subtract(_log_of(session, run, one), mask, run.shift_px))
    return peak.peak()


def _mask_of(session: Session, run: RunRecord) -> Image:
    if not run.mask:
        raise WrongUse(
            "The run has no mask",
            code="no-mask",
            where=f"run {run.number}",
            way_out="Choose a mask in review (run.mask).",
        )
    return mask_of([from_twelve_bits(_stored(session, run, n)) for n in run.mask])


def _log_of(session: Session, run: RunRecord, frame: int) -> Image:
    return logs_of(_stored(session, run, frame))


def _stored(session: Session, run: RunRecord, frame: int) -> NDArray[np.uint16]:
    return session.xrays.frames.read(run.number, frame, run.matrix)


def logs_of_image(session: Session, image: int) -> Image:
    """Logarithm of a kept picture by its index: a frame of a run, less its mask where it has one.

    Raises
    ------
    WrongUse
        When the picture was not kept at 12 bits, as fluoroscopy is not.
    """
    facts = session.frames_seen.facts(image)
    if "run" in facts:
        run = session.xrays.runs.get(facts["run"])
        log = _log_of(session, run, facts["run_frame"])
        return subtract(log, _mask_of(session, run), run.shift_px) if run.mask else log
    stored = None if session.folder is None else session.folder.read_raw(image)
    if stored is None:
        raise WrongUse(
            "This picture was not kept at 12 bits",
            code="not-kept",
            value=image,
            way_out="Measure on a frame of a run, a single shot or a held image.",
        )
    return logs_of(stored)
