"""One session as its log tells it: pictures, doses, answers and events in order, never simulated again.

Measures read this and nothing else. What a log does not hold (an older version, a session without a task) is
missing here too: empty, or None, never made up. Everything after the end of the task is left out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.log import Entry, carried, read_entries

KEPT = ("held", "shot")
"""Pictures that a person looks at standing still."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture.

    Parameters
    ----------
    t_us, seq : int
        When, and which entry of the log.
    index : int
        Its number in the session.
    mode : str
        "fluoro", "held", "shot" or "run".
    facts : mapping
        All that the log says of it.
    """

    t_us: int
    seq: int
    index: int
    mode: str
    facts: Mapping[str, Any]

    @property
    def run(self) -> int | None:
        """Number of the run it belongs to."""
        return self.facts.get("run")

    @property
    def is_exposure(self) -> bool:
        """Whether X-rays made it; a held image is made of earlier ones."""
        return "kar_mgy" in self.facts

    def judged(self, target: str) -> Mapping[str, Any] | None:
        """What was found of a target in it; None when the log does not say."""
        found = self.facts.get("judged")
        return found.get(target) if isinstance(found, Mapping) else None

    @property
    def ray(self) -> NDArray[np.float64]:
        """Unit vector of the central ray towards the detector, on axes that lie with the patient.

        Notes
        -----
        **Model** zero angles look from behind to the front; rotation turns to the patient's left, angulation
        to the head, the table's tilt turns the patient about the left-right axis. Held by
        ``tests/assess/test_session_log.py`` against ``angiosuite.suite.pose``.
        """
        pose = self.facts["pose"]
        a, b, tilt = np.deg2rad(
            [pose["rotation_deg"], pose["angulation_deg"], pose.get("table_tilt_deg", 0.0)]
        )
        x, y, z = np.sin(a) * np.cos(b), -np.cos(a) * np.cos(b), np.sin(b)
        return np.array([x, np.cos(tilt) * y + np.sin(tilt) * z, np.cos(tilt) * z - np.sin(tilt) * y])


@dataclass(frozen=True, slots=True)
class Beam:
    """One time with X-rays on.

    Parameters
    ----------
    from_us, to_us : int
        Its beginning and end.
    pedal : str
        "fluoro", "shot" or "acquire".
    seq : int
        The entry that began it.
    """

    from_us: int
    to_us: int
    pedal: str
    seq: int


@dataclass(frozen=True, slots=True)
class Point:
    """A cumulative reading at one moment: (value, where it stands in the log)."""

    t_us: int
    seq: int
    frame: int | None
    value: float


class SessionLog:
    """A session, read once.

    Parameters
    ----------
    entries : iterable of Entry
        Whole lines of the log in order.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.frames: list[Frame] = []
        self.beams: list[Beam] = []
        self.events: dict[str, list[Entry]] = {}
        self.commands: dict[str, list[Entry]] = {}
        self.observations: dict[str, list[Entry]] = {}
        """All but frames and the room's."""
        self.doses: list[tuple[int, int, Sequence[float]]] = []
        """(t_us, seq, display) of the room's dose: kerma, kerma-area product, fluoroscopy time."""
        self._last_room_seq = 0
        self.begin_us = 0
        self.end_us = 0
        self.finished = False
        self._read(entries)

    @classmethod
    def read(cls, folder: Path) -> SessionLog:
        """The log of a session's folder."""
        return cls(read_entries(folder / "log.jsonl"))

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> SessionLog:
        """A log whose entries were read already."""
        return cls(entries)

    # ---- reading --------------------------------------------------------------------------------

    def _read(self, entries: Iterable[Entry]) -> None:
        on: Entry | None = None
        for entry in carried(entries):
            if self.finished and entry.t_us > self.end_us:
                break
            self.end_us = entry.t_us
            if entry.kind == "observation":
                if entry.name == "room":
                    self._room(entry)
                elif entry.name == "frame":
                    data = entry.data
                    self.frames.append(Frame(entry.t_us, entry.seq, data["index"], data["mode"], data))
                else:
                    self.observations.setdefault(entry.name, []).append(entry)
            elif entry.kind == "event":
                self.events.setdefault(entry.name, []).append(entry)
                if entry.name == "xray-on":
                    on = entry
                elif entry.name == "xray-off" and on is not None:
                    self._beam(on, entry.t_us)
                    on = None
                elif entry.name == "task-finished":
                    self.finished = True
            elif entry.kind == "command":
                self.commands.setdefault(entry.name, []).append(entry)
        if on is not None:
            self._beam(on, self.end_us)
        begun = self.commands.get("task.begin")
        self.begin_us = begun[0].t_us if begun else 0

    def _room(self, entry: Entry) -> None:
        self._last_room_seq = entry.seq
        dose = entry.data.get("dose")
        if dose is not None and (not self.doses or list(dose) != list(self.doses[-1][2])):
            self.doses.append((entry.t_us, entry.seq, dose))

    def _beam(self, on: Entry, to_us: int) -> None:
        self.beams.append(Beam(on.t_us, to_us, str(on.data.get("pedal", "fluoro")), on.seq))

    # ---- asking ---------------------------------------------------------------------------------

    def event(self, name: str) -> list[Entry]:
        """Events of a name, in order."""
        return self.events.get(name, [])

    def observation(self, name: str) -> list[Entry]:
        """Observations of a name, in order."""
        return self.observations.get(name, [])

    @property
    def last_seq(self) -> int:
        """The entry that stands last among those that measures show."""
        latest = [entries[-1].seq for entries in self.events.values()]
        return max([*latest, *(f.seq for f in self.frames[-1:]), self._last_room_seq])

    def frame_at(self, t_us: int) -> int | None:
        """Number of the last picture up to a moment; None before the first."""
        place = bisect_right(self.frames, t_us, key=lambda frame: frame.t_us)
        return self.frames[place - 1].index if place else None

    @property
    def is_judged(self) -> bool:
        """Whether any picture says where a target lies."""
        return any("judged" in frame.facts for frame in self.frames)

    def run_frames(self) -> dict[int, list[Frame]]:
        """Frames of each run that was not taken out of the list, by number."""
        removed = {e.data["run"] for e in self.event("run-changed") if e.data.get("removed")}
        found: dict[int, list[Frame]] = {}
        for frame in self.frames:
            if frame.run is not None and frame.mode == "run" and frame.run not in removed:
                found.setdefault(frame.run, []).append(frame)
        return found

    def exposures(self) -> Iterator[Frame]:
        """Pictures that X-rays made."""
        return (frame for frame in self.frames if frame.is_exposure)

    def dose_course(self, place: int) -> list[Point]:
        """A reading of the dose display over time: 0 kerma, mGy; 1 kerma-area product, µGy m²; 2 s.

        Notes
        -----
        Exposures are added up where their frames are in the log; pulses without a picture are in the room's
        own display. Whichever is ahead counts, so that both kinds of log give the same figure.
        """
        name = ("kar_mgy", "pka_ugy_m2", None)[place]
        points: list[Point] = []
        total, best = 0.0, 0.0
        shown: list[tuple[int, int, Frame | float]] = []
        if name is not None:
            shown += [(f.t_us, f.seq, f) for f in self.exposures()]
        shown += [(t_us, seq, float(dose[place])) for t_us, seq, dose in self.doses]
        for t_us, seq, what in sorted(shown, key=lambda one: one[1]):
            if isinstance(what, Frame):
                assert name is not None
                total += float(what.facts.get(name, 0.0))
                value = max(total, best)
            else:
                value = max(total, what)
            if value > best:
                frame = what.index if isinstance(what, Frame) else self.frame_at(t_us)
                points.append(Point(t_us, seq, frame, value))
                best = value
        return points
