"""A session's log and frames as DICOM: the one place where a session becomes `dicom`'s plain dataclasses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.uid import UID

from angiosuite.dicom.dose_report import IrradiationEvent, event_uid, report_instance
from angiosuite.dicom.secondary_capture import CapturedPicture, picture_instance
from angiosuite.dicom.stored_values import to_linear
from angiosuite.dicom.study import CHUNK_BYTES, Chunks, Instance
from angiosuite.dicom.xa import Contrast, Opening, Subtraction, XaRun, xa_instance
from angiosuite.imaging.detector import FULL_WELL, STORED_FLOOR
from angiosuite.kit.errors import RefusedInput

from .collimator import Blades
from .pose import Pose
from .recorded import Kept, Recorded, orientation
from .run_frames import RunFrames
from .runs import RunRecord


def instances(session: Recorded) -> Iterator[Instance]:
    """Every object of a session: runs, then pictures, then the dose report; each made when its turn comes.

    Raises
    ------
    RefusedInput
        When a run's file is shorter than the log says.
    """
    table = to_linear(FULL_WELL, STORED_FLOOR)
    by_run = {event.run: event for event in session.events if event.run is not None}
    for run in session.runs:
        yield xa_instance(session.study, _xa_run(session, run, by_run[run.number], table))
    for kept in session.pictures:
        yield picture_instance(session.study, _picture(session, kept))
    if session.events:
        shown = frozenset(run.number for run in session.runs)
        yield report_instance(session.study, session.events, session.end_us, shown)


def _xa_run(session: Recorded, run: RunRecord, event: IrradiationEvent, table: NDArray[np.uint16]) -> XaRun:
    stored = RunFrames(session.folder.path)
    facts = session.first_facts[run.number]
    size = run.frames * run.matrix**2 * 2
    if _size(stored.path(run.number)) < size:
        raise RefusedInput(
            "A run's file lacks frames that the log tells of",
            code="run-frame-missing",
            where=run.file,
            value=f"{_size(stored.path(run.number))} of {size} bytes",
            way_out="Restore it from a copy of the session's folder, or remove the run from the list.",
        )
    row0, row1, col0, col1 = Blades(**facts["blades"]).pixel_window(run.matrix)
    comment = contrast = subtraction = None
    if run.phantom is not None:
        comment = (
            f"Test phantom in the beam: {session.phantoms.get(run.phantom, run.phantom)}; no blood flows."
        )
    if run.injection_us is not None:
        agent = "Iodine, simulated" if run.phantom is None else "Iodine in a test phantom, simulated"
        contrast = Contrast(agent, run.injection_us)
    if run.mask:
        share = f"Anatomy shown at {run.landmark:.0%}" if run.landmark else ""
        subtraction = Subtraction(run.mask, run.shift_px, share)
    return XaRun(
        number=run.number,
        label=f"{run.title} ({run.level})",
        rows=run.matrix,
        pixel_mm_iso=run.pixel_mm_iso,
        frames=event.frames,
        rate_hz=run.phases[0]["rate_hz"],
        opening=Opening(left=col0, right=col1 + 1, top=row0, bottom=row1 + 1),
        grid=event.grid,
        subtraction=subtraction,
        contrast=contrast,
        event_uid=event_uid(session.study, event.number),
        comment=comment or "",
        to_linear=table,
        middle=stored.read(run.number, run.frames // 2 + 1, run.matrix),
        pixels=_file_chunks(stored.path(run.number), size),
    )


def _picture(session: Recorded, kept: Kept) -> CapturedPicture:
    facts = kept.facts
    held = facts["mode"] == "held"
    averaged = facts.get("frames_averaged", 1)
    try:
        image = np.load(session.folder.frames / facts["raw"], allow_pickle=False)
    except (OSError, ValueError) as error:
        raise RefusedInput(
            "A picture's file cannot be read",
            code="picture-missing",
            where=session.folder.path.name,
            value=str(facts["raw"])[:40],
            way_out="Restore it from a copy of the session's folder.",
        ) from error
    event: UID | None = None if kept.event is None else event_uid(session.study, kept.event)
    return CapturedPicture(
        index=facts["index"],
        t_us=kept.t_us,
        image=image,
        pixel_mm_iso=facts["pixel_mm_iso"],
        orientation=orientation(Pose(**facts["pose"])),
        title="Held image" if held else "Single shot",
        derivation=(f"Mean of the last {averaged} fluoroscopy frames; " if held else "One exposure; ")
        + "12-bit values that grow with the logarithm of the detector's signal",
        event_uid=event,
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _file_chunks(path: Path, size: int) -> Callable[[], Chunks]:
    """The first `size` bytes of a file, chunk by chunk."""

    def chunks() -> Chunks:
        left = size
        with open(path, "rb", buffering=0) as file:
            while left:
                chunk = file.read(min(CHUNK_BYTES, left))
                if not chunk:
                    raise RefusedInput(
                        "A run's file became shorter while it was read",
                        code="run-frame-missing",
                        where=path.name,
                        way_out="Try again.",
                    )
                left -= len(chunk)
                yield chunk

    return chunks
