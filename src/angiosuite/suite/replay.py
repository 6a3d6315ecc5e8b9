"""Replay: the same log, version and machine give the same bytes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from angiosuite.kit.clock import BASE_STEP_US
from angiosuite.kit.log import Entry, LogWriter, carried, read_entries, read_header

from .folder import SessionFolder
from .room import Room
from .session import Session

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that a replay wrote differently."""

    seq: int
    t_us: int
    what: str
    recorded: Any
    replayed: Any


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a replay found."""

    entries: int
    frames: int
    differences: tuple[Difference, ...]
    notices: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every entry and every picture came out alike."""
        return not self.differences


def replay(folder: Path, room: Room, into: Path, progress: Progress | None = None) -> ReplayReport:
    """Simulate a recorded session again from its commands and compare every entry and picture.

    Parameters
    ----------
    folder : Path
        The recorded session.
    room : Room
        The same patient and machine.
    into : Path
        An empty folder for what the replay writes.
    progress : callable, optional
        Told a step's name and a fraction.
    """
    source = SessionFolder(folder)
    header = read_header(source.log)
    facts = source.facts()
    notices = []
    if facts.patient_hash != room.body.content_hash:
        notices.append("The patient's voxels differ from those recorded (another version or grid).")
    recorded = [entry for entry in read_entries(source.log) if entry.kind != "checkpoint"]
    target = SessionFolder(into)
    target.make(facts)
    if source.task.is_file():
        shutil.copyfile(source.task, target.task)
    log = LogWriter(target.log, {key: value for key, value in header.items() if key != "format"})
    session = Session(room, facts.seed, target, log, header.get("pictures", "all"))
    given = [entry for entry in recorded if entry.kind in ("command", "quality")]
    end_us = recorded[-1].t_us if recorded else 0
    for now_us in session.feed(given, end_us + BASE_STEP_US):
        if progress is not None:
            progress("replay", min(now_us / max(end_us, 1), 1.0))
    log.close()
    again = [e for e in read_entries(target.log) if e.kind != "checkpoint" and e.t_us <= end_us]
    return ReplayReport(
        entries=len(recorded),
        frames=sum(entry.name == "frame" for entry in recorded),
        differences=tuple(_compare(recorded, again)),
        notices=tuple(notices),
    )


def _compare(recorded: list[Entry], again: list[Entry]) -> Iterator[Difference]:
    for old, new in zip(carried(recorded), carried(again), strict=False):
        if (old.t_us, old.kind, old.name) != (new.t_us, new.kind, new.name):
            yield Difference(old.seq, old.t_us, "entry", [old.kind, old.name], [new.kind, new.name])
            return
        for key in sorted({*old.data, *new.data}):
            if old.data.get(key) != new.data.get(key):
                yield Difference(old.seq, old.t_us, f"{old.name}.{key}", old.data.get(key), new.data.get(key))
    if len(recorded) > len(again):
        missing = recorded[len(again)]
        yield Difference(missing.seq, missing.t_us, "entry", [missing.kind, missing.name], None)
