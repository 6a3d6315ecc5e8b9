"""Sessions without a page: opened in this process, worked by a script, many times faster than life.

    rooms = Rooms(Home())
    session = rooms.open("built-in-adult", seed=7, into=Path("…/20261129-101500-abcd"))
    outcome = run(session, operator, longest_s=120.0)
    session.close()

``docs/explain/headless.md`` says what such a session draws and what it shares with one that is watched.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from angiosuite.kit import kernel_cache
from angiosuite.kit.home import Home
from angiosuite.suite.outputs import EventOut, FrameOut, Output, StateOut
from angiosuite.suite.picture import Exposure
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

STEP_S = 0.1
"""Simulated time between two looks of an operator, s: ten a second at most, as a quick hand has."""

Order = tuple[str, Mapping[str, Any]]
"""A command's name and arguments."""


class Rooms:
    """Patients in front of machines, each prepared once and used again by every run.

    Parameters
    ----------
    home : Home
        Where the patients lie.
    threads : int or None
        Threads that share the work of one picture; one leaves the other cores to other runs.
    """

    def __init__(self, home: Home, threads: int | None = 1) -> None:
        self.home = home.open()
        kernel_cache.activate(self.home.kernels, threads)
        self._rooms: dict[tuple[str, str], Room] = {}

    def get(self, patient_id: str, equipment_id: str = "") -> Room:
        """A patient of the store in front of a machine (the first that there is, when none is named)."""
        from .opening import make_room

        key = patient_id, equipment_id
        if key not in self._rooms:
            self._rooms[key] = make_room(self.home, patient_id, equipment_id)
        return self._rooms[key]

    def open(
        self,
        patient_id: str,
        equipment_id: str = "",
        *,
        seed: int,
        into: Path | None = None,
        task: Mapping[str, Any] | None = None,
        owner: str = "",
        pictures: Literal["all", "asked"] = "asked",
    ) -> Session:
        """A new session that nobody watches.

        Parameters
        ----------
        patient_id, equipment_id : str
            Who lies on which machine's table.
        seed : int
            Root of all randomness.
        into : Path, optional
            The session's folder, which is to hold its log; None keeps nothing, and takes no task.
        task : mapping, optional
            What is to be done, as in ``task.json``.
        owner : str
            Id of the person whose session it is.
        pictures : {"all", "asked"}
            Which pictures are drawn.
        """
        from angiosuite.suite.opening import create_session

        room = self.get(patient_id, equipment_id)
        if into is None and task is None:
            return Session(room, seed, pictures=pictures)
        if into is None:
            raise ValueError("a session with a task needs a folder")
        return create_session(into, room, seed, owner=owner, task=task, pictures=pictures)


class View:
    """What a person in the room would see: the state, what just happened, the last picture.

    Parameters
    ----------
    session : Session
        The session that is looked at.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.state: dict[str, Any] = session.snapshot()
        """Every part of the visible state, as the page has it."""
        self.events: list[dict[str, Any]] = []
        """What happened since the last look, as the log has it."""
        self.frames: list[Mapping[str, Any]] = []
        """Facts of the pictures that came out since the last look; not of fluoroscopy that was not drawn."""

    @property
    def time_s(self) -> float:
        """Simulated time, s."""
        return self._session.now_us * 1e-6

    def picture(self) -> Exposure | None:
        """The last picture, drawn now if it was not; asking changes nothing else."""
        return self._session.look()

    def take(self, outputs: Iterable[Output]) -> None:
        """Take in what came out of the session since the last look."""
        self.events, self.frames = [], []
        for output in outputs:
            if isinstance(output, StateOut):
                self.state.update(output.patch)
            elif isinstance(output, EventOut):
                self.events.append(output.event)
            elif isinstance(output, FrameOut):
                self.frames.append(output.meta)


class Operator(Protocol):
    """Whoever works the room: a script, a learner's model, a test."""

    def step(self, view: View) -> Iterable[Order] | None:
        """What to do now; None when the work is done. Asked at most ten times a simulated second."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: because the operator was done, the task was finished, or time was up."""

    ended: Literal["operator", "finished", "longest"]
    simulated_s: float
    wall_s: float
    refused: tuple[str, ...] = field(default=())
    """Texts of commands that could not be done."""

    @property
    def speed(self) -> float:
        """Simulated over wall time."""
        return self.simulated_s / max(self.wall_s, 1e-9)


def run(session: Session, operator: Operator, longest_s: float, who: str = "script") -> Outcome:
    """Let an operator work in a session until it is done, the task is finished or time is up.

    Parameters
    ----------
    session : Session
        Where; it stays open.
    operator : Operator
        Acts only through commands, sees only the view.
    longest_s : float
        Simulated time, s.
    who : str
        Who acts, as the log says.

    Raises
    ------
    WrongUse
        When a command or an argument does not fit.
    """
    began, start_us = time.perf_counter(), session.now_us
    until_us, view = start_us + round(longest_s * 1e6), View(session)
    refused: list[str] = []
    ended: Literal["operator", "finished", "longest"] = "longest"
    while session.now_us < until_us:
        orders = operator.step(view)
        if orders is None:
            ended = "operator"
            break
        for name, arguments in orders:
            session.command(name, arguments, who)
        view.take(session.advance(min(session.now_us + round(STEP_S * 1e6), until_us)))
        refused += [event["text"] for event in view.events if event["name"] == "command-refused"]
        if session.paused:
            ended = "finished"
            break
    wall_s = time.perf_counter() - began
    return Outcome(ended, (session.now_us - start_us) * 1e-6, wall_s, tuple(refused))
