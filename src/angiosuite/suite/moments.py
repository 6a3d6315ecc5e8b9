"""Any moment of a recorded session from its log alone, without reading the whole of it each time."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from angiosuite.kit.errors import AngiosuiteError
from angiosuite.kit.home import atomic_write
from angiosuite.kit.log import CARRIED, Entry, carried, read_lines
from angiosuite.kit.vitals import Validity, Vital

from .folder import SessionFolder
from .outputs import EventOut
from .staff_course import BEGUN, CHANGES, begins, plan_after, told

INDEX = "moments.json"
"""A cache beside the log; made again when the log is another one."""
FORM = 2
BLOCK_US = 5_000_000
"""Observations of the room are read on from at most so long before a moment, microseconds."""
LAST_EVENTS = 10
WATCHED = ("skin", "staff")
"""Observations of which the last one counts."""
SHOWN = ("mode", "pose", "blades", "fov_cm", "pixel_mm_iso", "technique", "kar_mgy", "judged", "run")
"""Facts of the last pulse that a moment has."""


class Moments:
    """The moments of one session.

    Parameters
    ----------
    folder : Path
        The session's folder; its log may still grow.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = SessionFolder(folder)
        self._index = self._cached() or self._build()
        self._block_us = [block[0] for block in self._index["blocks"]]
        self._frame_us = [frame[0] for frame in self._index["frames"]]
        self._event_us = [event[0] for event in self._index["events"]]

    @property
    def end_us(self) -> int:
        """Simulated time of the last line, microseconds."""
        return int(self._index["end_us"])

    def at(self, t_us: int) -> dict[str, Any]:
        """How the session stood at a simulated time.

        Returns
        -------
        moment : dict
            ``t_us``; ``frame`` and ``mode`` of the last picture that is kept, ``facts`` of the last pulse or
            picture; ``room`` (pose, blades, breath_mm, heart, dose); ``skin`` as X-rays last left it;
            ``staff``: people and shields where they stood then, with the doses that X-rays last left, None
            for a session that followed no staff; ``task`` (answers, hints, finished); the last ``events``;
            ``vitals``. None where there was nothing yet.
        """
        room = self._room(t_us)
        shown = self._last_frame(t_us, kept=True)
        pulse = self._last_frame(t_us, kept=False)
        facts = None if pulse is None else self._read(pulse[3])
        first = max(bisect_right(self._event_us, t_us) - LAST_EVENTS, 0)
        events = self._index["events"][first : bisect_right(self._event_us, t_us)]
        return {
            "t_us": t_us,
            "frame": None if shown is None else shown[1],
            "mode": None if shown is None else shown[2],
            "facts": None if facts is None else {k: facts.data[k] for k in SHOWN if k in facts.data},
            "room": room,
            "skin": self._last_of(self._index["watched"]["skin"], t_us),
            "staff": self._staff(t_us),
            "task": self._task(t_us),
            "events": [EventOut.of(self._read(offset)).event for _, offset in events],
            "vitals": None if room is None else _vitals(room),
        }

    def frames(self, from_us: int, to_us: int) -> list[list[Any]]:
        """``[t_us, index, mode]`` of every picture that is kept, from one moment to another."""
        first, last = bisect_right(self._frame_us, from_us - 1), bisect_right(self._frame_us, to_us)
        return [frame[:3] for frame in self._index["frames"][first:last] if frame[4]]

    # ---- reading ----------------------------------------------------------------------------------

    def _room(self, t_us: int) -> Mapping[str, Any] | None:
        number = bisect_right(self._block_us, t_us) - 1
        if number < 0:
            return None
        _, offset, before = self._index["blocks"][number]
        found: dict[str, Any] | None = before
        entries = self._rooms(offset, t_us)
        for entry in carried(entries, before):
            found = entry.data
        return found

    def _rooms(self, offset: int, t_us: int) -> list[Entry]:
        """Observations of the room from a line on, up to a moment."""
        return [line.entry() for line in read_lines(self.folder.log, offset, t_us) if line.name == CARRIED]

    def _last_frame(self, t_us: int, kept: bool) -> Sequence[Any] | None:
        """The last frame at or before a moment; the last with a picture when `kept`."""
        for number in range(bisect_right(self._frame_us, t_us) - 1, -1, -1):
            frame: list[Any] = self._index["frames"][number]
            if frame[4] or not kept:
                return frame
        return None

    def _last_of(self, places: Sequence[Sequence[int]], t_us: int) -> dict[str, Any] | None:
        number = bisect_right([place[0] for place in places], t_us) - 1
        return None if number < 0 else self._read(places[number][1]).data

    def _staff(self, t_us: int) -> dict[str, Any] | None:
        changes, doses = self._index["staff"], self._index["watched"]["staff"]
        if not changes and not doses:
            return None
        return told(plan_after(one for one in changes if one[0] <= t_us), self._last_of(doses, t_us))

    def _task(self, t_us: int) -> dict[str, Any]:
        told = [entry for entry in self._index["task"] if entry[0] <= t_us]
        return {
            "answers": {data["question"]: data["answer"] for _, name, data in told if name == "answered"},
            "hints": [{"t_us": at, "level": d["level"]} for at, name, d in told if name == "hint-shown"],
            "finished": any(name == "task-finished" for _, name, _ in told),
        }

    def _read(self, offset: int) -> Entry:
        return next(read_lines(self.folder.log, offset)).entry()

    # ---- the index --------------------------------------------------------------------------------

    def _stamp(self) -> list[int]:
        state = self.folder.log.stat()
        return [FORM, state.st_size, state.st_mtime_ns]

    def _cached(self) -> dict[str, Any] | None:
        try:
            index: dict[str, Any] = json.loads((self.folder.path / INDEX).read_bytes())
            return index if index["stamp"] == self._stamp() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _build(self) -> dict[str, Any]:
        stamp = self._stamp()
        blocks: list[list[Any]] = []
        frames: list[list[Any]] = []
        events: list[list[int]] = []
        task: list[list[Any]] = []
        staff: list[list[Any]] = []
        watched: dict[str, list[list[int]]] = {name: [] for name in WATCHED}
        room: dict[str, Any] = {}
        end_us = 0
        for line in read_lines(self.folder.log):
            end_us = line.t_us
            if line.kind == "observation" and line.name == CARRIED:
                if not blocks or line.t_us - blocks[-1][0] >= BLOCK_US:
                    blocks.append([line.t_us, line.offset, room])
                entry = line.entry()
                room = {**room, **entry.data} if entry.v > 1 else entry.data
            elif line.kind == "observation" and line.name == "frame":
                data = line.entry().data
                kept = "file" in data
                frames.append([line.t_us, data["index"], data["mode"], line.offset, kept])
            elif line.kind == "observation" and line.name in watched:
                watched[line.name].append([line.t_us, line.offset])
            elif line.kind == "event":
                events.append([line.t_us, line.offset])
                if line.name in ("answered", "hint-shown", "task-finished"):
                    task.append([line.t_us, line.name, line.entry().data])
                if line.name in CHANGES:
                    data = begins(self.folder.task) if line.name == BEGUN else line.entry().data
                    staff.append([line.t_us, line.name, data])
        index = {
            "stamp": stamp,
            "end_us": end_us,
            "blocks": blocks,
            "frames": frames,
            "events": events,
            "task": task,
            "staff": staff,
            "watched": watched,
        }
        try:
            atomic_write(self.folder.path / INDEX, json.dumps(index, separators=(",", ":")))
        except (OSError, AngiosuiteError):
            pass  # a folder that may only be read: the index is made again next time
        return index


def _vitals(room: Mapping[str, Any]) -> dict[str, Any]:
    """What the physiological monitor showed, as far as the log has it."""
    rate = Vital("hr", "/min", room["heart"][2], Validity.MEASURED)
    return {"hr": rate.as_dict(), "ecg_phase": room["heart"][1], "breath_mm": room["breath_mm"]}
