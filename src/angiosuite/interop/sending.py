"""A session's DICOM into an archive, as often as it takes and never twice.

Objects go one by one, straight from the session's files. After any failure the archive is asked what it has,
and only the rest is sent; identifiers follow from the session, so that a later attempt, from this or another
machine, finds what the first one left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from angiosuite.kit.errors import Cancelled
from angiosuite.suite.dicom_out import instances
from angiosuite.suite.recorded import Recorded

from .archive import Archive

Progress = Callable[[str, float], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a session's objects: all, sent now, there before, bytes sent, attempts that failed."""

    objects: int
    sent: int
    present: int
    bytes: int
    retries: int

    def as_dict(self) -> dict[str, int]:
        """Plain JSON values."""
        return asdict(self)


def send(
    session: Recorded,
    archive: Archive,
    progress: Progress = lambda step, share: None,
    cancelled: IsCancelled = lambda: False,
    *,
    dry_run: bool = False,
) -> Sent:
    """Bring every object of a session into an archive; those that are there are left alone.

    Stopped at any point, killed or cut off, the next call sends what is missing. A dry run asks the archive
    what it has and sends nothing: `sent` then says how many would go.

    Raises
    ------
    RefusedInput
        When the session cannot be read, or the archive does not want an object.
    ArchiveUnreachable
        When the archive does not answer after every attempt.
    Cancelled
        When a person stopped it.
    """
    study_uid = str(session.study.uid)
    there = archive.present(study_uid)
    total = max(session.pixel_bytes, 1)
    sent = known = count = done = went = 0

    def took(more: int) -> None:
        nonlocal done
        if cancelled():
            raise Cancelled("Sending")
        done += more
        progress(name, min(done / total, 0.999))

    for instance in instances(session):
        count += 1
        name = instance.file_id
        if instance.uid in there:
            known += 1
            took(instance.pixel_bytes)
        elif dry_run:
            sent += 1
            went += instance.size_bytes
        else:
            archive.store(study_uid, instance, took)
            sent += 1
            went += instance.size_bytes
    progress("done", 1.0)
    return Sent(count, sent, known, went, archive.retries)
