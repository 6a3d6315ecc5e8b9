"""A scripted operator at work: its steps into the session, what is shown back to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from angiosuite.content.drill import DrillItem
from angiosuite.kit.errors import AngiosuiteError, Cancelled
from angiosuite.kit.home import Home
from angiosuite.practice.attempt import AttemptFolder, Mode
from angiosuite.suite.opening import create_session
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session

from .stage import Do, Script, Stage, Wait

BETWEEN_S = 0.05
"""Simulated time between two commands in a row, s."""
WHO = "script"
TAIL_BYTES = 65_536
"""So much of the log's end is read for what an eye is told: some seconds of fluoroscopy."""


def play(
    session: Session,
    stage: Stage,
    script: Script,
    longest_s: float,
    told: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> float:
    """Run a script to its end, the end of the task, or the longest time; simulated seconds that it took.

    A command that the room refuses is passed over, as a person passes over a control that does not answer.
    """
    stage.state = session.snapshot()
    stage.reference_mm = tuple(float(mm) for mm in session.room.reference_mm)
    session.command("task.input", {"device": WHO}, WHO)
    last_us = round(longest_s * 1e6)
    for step in script:
        if isinstance(step, Do):
            try:
                session.command(step.name, step.args, WHO)
            except AngiosuiteError:
                continue
        seconds = step.seconds if isinstance(step, Wait) else BETWEEN_S
        until_us = min(session.now_us + round(seconds * 1e6), last_us)
        stage.show(session.advance(until_us))
        if isinstance(step, Wait) and session.folder is not None:
            _tell(stage, session.folder.log)
        told(until_us / last_us)
        if cancelled():
            raise Cancelled("The script")
        if session.now_us >= last_us or session.paused or (stage.state.get("task") or {}).get("finished"):
            break
    return session.now_us * 1e-6


def _tell(stage: Stage, log: Path) -> None:
    """What the log says of the subtraction looked at, of fluoroscopy that nobody drew, and of tips."""
    with open(log, "rb") as f:
        begin = max(f.seek(0, 2) - TAIL_BYTES, 0)
        f.seek(begin)
        whole = f.read().splitlines()[1 if begin else 0 :]  # the first may be the end of a line
    subtracted = [line for line in whole if b'"name":"judged-run"' in line]
    if subtracted:
        stage.subtraction = dict(json.loads(subtracted[-1])["data"])
    watched = [line for line in whole if b'"mode":"fluoro"' in line and b'"judged":{"' in line]
    stage.watch(json.loads(line)["data"] for line in watched)
    if (stage.state.get("xray") or {}).get("on"):
        for line in (line for line in whole if b'"name":"instruments"' in line):
            for stack in json.loads(line)["data"].values():
                stage.tips.update({one["tool"]: tuple(one["tip_mm"]) for one in stack if "tip_mm" in one})


def attempt(
    room: Room,
    drill: DrillItem,
    seed: int,
    stage: Stage,
    script: Script,
    into: Path,
    *,
    owner: str = "",
    mode: Mode = "practice",
    pictures: Literal["all", "asked"] = "asked",
    longest_s: float = 900.0,
    told: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> AttemptFolder:
    """A session at a drill, done by a script from its start to its end.

    Parameters
    ----------
    room : Room
        Patient and machine; may serve many attempts one after the other.
    drill : DrillItem
        The drill.
    seed : int
        Of the attempt: it draws the start.
    stage, script : Stage, Script
        Who does it, and what.
    into : Path
        Folder that does not exist.
    pictures : {"all", "asked"}
        Which pictures are drawn: every one for a replay, else those that are judged or looked at.
    longest_s : float
        Simulated time after which it is stopped, s.
    """
    task = drill.task(seed, mode)
    session = create_session(into, room, seed, owner=owner, task=task, pictures=pictures)
    try:
        play(session, stage, script, longest_s, told, cancelled)
    finally:
        session.close()
    return AttemptFolder(into)


def room_for(home: Home, drill: DrillItem, patient: str) -> Room:
    """The drill's machine with one of its patients on the table; grown first when it is not there."""
    from angiosuite.patients.store import PatientStore
    from angiosuite.runtime.opening import make_room

    store = PatientStore(home)
    if not store.get(patient).is_ready:
        store.ensure_builtin(patient)
    return make_room(home, patient, drill.equipment)
