"""Export: a session as a folder or zip that needs nothing of ours to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np

from angiosuite.dicom.media_directory import FILE_NAME, directory
from angiosuite.dicom.study import CHUNK_BYTES, Instance
from angiosuite.kit.errors import Cancelled
from angiosuite.kit.home import size_of
from angiosuite.kit.log import read_entries

from .dicom_out import instances
from .export_target import FolderTarget, ZipTarget, new_target
from .folder import SessionFolder
from .recorded import Recorded, recorded

Progress = Callable[[str, float], None]
IsCancelled = Callable[[], bool]

README = """Angiosuite session {id}
{rule}

Everything here is simulated, for training only: no patient was exposed. The patient is built in or was
de-identified on import; in the DICOM files the patient is "ANGIOSUITE^SIMULATED", ID "{patient}".
{phantom}
session.json   what the session is
log.jsonl      one JSON object a line: a header, then commands, observations, events, decisions, checkpoints
frames/*.jpg   8-bit pictures as shown, grey JPEG, numbered through the session
frames/*.pgm   12-bit pictures (held images, single shots), portable grey map, 16 bits, big-endian
dicom/         the same for DICOM software: open the folder, or its DICOMDIR
{objects}
Stored values are 12 bits and logarithmic: v = 4095 ln(1 + x / 0.01) / ln(4001), x = detector signal in units
of the wanted signal. Angiosuite {version}.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds: pictures as shown, DICOM objects, bytes in all."""

    pictures: int
    objects: int
    bytes: int

    def as_dict(self) -> dict[str, int]:
        """Plain JSON values."""
        return {"pictures": self.pictures, "objects": self.objects, "bytes": self.bytes}


def export(
    source: Path,
    target: Path,
    progress: Progress = lambda step, share: None,
    cancelled: IsCancelled = lambda: False,
) -> Exported:
    """Write a session to a new folder, or to a new zip when the name ends in ``.zip``.

    A session that runs is exported as it is at this moment. A run's file or a log that lacks something is
    refused; the target appears whole or not at all.

    Raises
    ------
    RefusedInput
        When the target exists, cannot be written or has no room, or the session cannot be read.
    Cancelled
        When a person stopped it.
    """
    folder = SessionFolder(source)
    folder.facts()
    log = _whole_lines(folder.log)
    session = recorded(source, islice(read_entries(folder.log), max(log.count(b"\n") - 1, 0)))
    total = session.pixel_bytes + len(log) + size_of(folder.frames)
    goes_to = new_target(target, total, session.study.begun)
    writing = _Writing(goes_to, total, progress, cancelled)
    try:
        written = _write(writing, session, log)
        goes_to.finish()
    finally:
        goes_to.drop()
    progress("done", 1.0)
    return written


def _whole_lines(path: Path) -> bytes:
    """The log as it stands, without a line that is being written."""
    raw = path.read_bytes()
    return raw[: raw.rfind(b"\n") + 1]


class _Writing:
    """Files on their way to the target, with progress and a way to stop."""

    def __init__(
        self, target: FolderTarget | ZipTarget, total: int, progress: Progress, cancelled: IsCancelled
    ) -> None:
        self._target = target
        self._total = max(total, 1)
        self._progress, self._cancelled = progress, cancelled
        self.bytes = 0

    def stop(self) -> None:
        """Raise `Cancelled` when a person stopped the work."""
        if self._cancelled():
            raise Cancelled("The export")

    def took(self, step: str, count: int) -> None:
        """So many bytes more are written."""
        self.bytes += count
        self._progress(step, min(self.bytes / self._total, 0.999))

    def data(self, name: str, data: bytes) -> None:
        """A small file."""
        self.stop()
        with self._target.file(name) as file:
            file.write(data)
        self.took(name, len(data))

    def copy(self, name: str, path: Path) -> None:
        """A file as it is."""
        self.data(name, path.read_bytes())

    def instance(self, name: str, instance: Instance) -> None:
        """A DICOM object."""
        with self._target.file(name) as file:
            out: BinaryIO = file
            for chunk in instance.chunks():
                self.stop()
                for begin in range(0, len(chunk), CHUNK_BYTES):
                    out.write(chunk[begin : begin + CHUNK_BYTES])
                self.took(name, len(chunk))


def _write(writing: _Writing, session: Recorded, log: bytes) -> Exported:
    folder = session.folder
    writing.copy("session.json", folder.path / "session.json")
    writing.data("log.jsonl", log)
    pictures = 0
    for name, data in _pictures(folder):
        writing.data(f"frames/{name}", data)
        pictures += name.endswith(".jpg")
    kept: list[Instance] = []
    lines = []
    for instance in instances(session):
        writing.instance(f"dicom/{instance.file_id}", instance)
        lines.append(f"  {instance.file_id}     {_about(instance)}")
        kept.append(Instance(instance.dataset, instance.file_id))
    if kept:
        writing.data(f"dicom/{FILE_NAME}", directory(session.study, kept))
    writing.data("README.txt", _readme(session, lines).encode())
    return Exported(pictures, len(kept), writing.bytes)


def _pictures(folder: SessionFolder) -> Iterator[tuple[str, bytes]]:
    """Pictures as shown, and those at 12 bits as portable grey maps."""
    for frame in sorted(folder.frames.iterdir()) if folder.frames.is_dir() else ():
        if frame.suffix == ".jpg":
            yield frame.name, frame.read_bytes()
        elif frame.suffix == ".npy":
            raw = np.load(frame, allow_pickle=False)
            head = f"P5\n{raw.shape[1]} {raw.shape[0]}\n4095\n".encode()
            yield f"{frame.stem}.pgm", head + raw.astype(">u2").tobytes()


def _about(instance: Instance) -> str:
    made = instance.dataset
    if made.Modality == "SR":
        return "dose report (X-Ray Radiation Dose SR)"
    if "NumberOfFrames" in made:
        frames = f"{made.NumberOfFrames} frames"
        return f"run {made.InstanceNumber}: {made.ProtocolName}, {frames} (X-Ray Angiographic)"
    return f"picture {made.InstanceNumber}: {str(made.ImageComments).split('.')[0]} (Secondary Capture)"


def _readme(session: Recorded, lines: list[str]) -> str:
    facts = session.folder.facts()
    used = sorted({run.phantom for run in session.runs if run.phantom})
    named = ", ".join(session.phantoms.get(phantom, phantom) for phantom in used)
    phantom = f"Some runs show a test phantom, not blood vessels: {named}.\n" if used else ""
    return README.format(
        id=facts.id,
        rule="=" * (19 + len(facts.id)),
        patient=facts.patient_id,
        phantom=phantom,
        objects="\n".join(lines) + "\n" if lines else "",
        version=facts.version,
    )
