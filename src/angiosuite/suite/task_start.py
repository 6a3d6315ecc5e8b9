"""The start of a task, checked against the room and applied at once: nothing travels, nothing waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from angiosuite.kit.errors import WrongUse

from . import acquisition
from .acquisition import Acquisition
from .circulation.beginning import begin_blood, check_blood
from .command_table import COMMANDS
from .gantry import AXES
from .injection import Injection
from .objects import place_objects
from .pose import Pose
from .skin_review import prior_beams
from .staff_plan import Plan
from .targets import find_targets
from .task import Task, fits, members, number, start_arguments

if TYPE_CHECKING:
    from .room import Room
    from .session import Session

_BY_COMMAND: Mapping[str, str] = {
    "exposure": "exposure.set",
    "collimator": "collimator.set",
    "display": "display.set",
    "acquisition": "acquisition.set",
    "injection": "injection.set",
    "phantom": "phantom.set",
    "restless": "patient.restless",
    "breath": "patient.breathe",
}
"""Parts that take effect as their command does."""
_WATCHERS: Mapping[str, str] = {"staff": "staff", "skin": "prior_skin"}
"""Watcher → part of the start that it begins with."""
PRIOR = ("pose", "fov_cm", "kar_mgy", "blades", "kv", "cu_mm")
"""What is known of an earlier exposure of the skin."""


def check_start(task: Task, room: Room) -> None:
    """Refuse a start that this machine and patient cannot take, before anything is made."""

    def pose() -> None:
        given = start_arguments(task, "pose")
        if given is not None:
            _pose_of(room.gantry.home, given["pose"], room)

    def exposure() -> None:
        room.changed_settings(room.default_settings(), start_arguments(task, "exposure") or {})

    def chosen() -> None:
        offers = {offer.id: offer for offer in room.equipment.exposure.acquisitions}
        first = Acquisition.of(next(iter(offers.values())))
        acquisition.changed(first, offers, start_arguments(task, "acquisition") or {})

    def coupling() -> None:
        Injection().set(start_arguments(task, "injection") or {})

    def phantom() -> None:
        given = start_arguments(task, "phantom")
        if given is not None:
            room.phantom(given["id"])

    def staff() -> None:
        Plan().begun(task.start.get("staff") or {})

    def prior_skin() -> None:
        for beam, (_, kar_mgy) in zip(prior, prior_beams(prior, room), strict=True):
            members(beam, "start.prior_skin", PRIOR)
            number(kar_mgy, "start.prior_skin.kar_mgy", 0.0, 20_000.0)
            number(beam.get("fov_cm", 20.0), "start.prior_skin.fov_cm", 1.0, 60.0)
            _pose_of(room.gantry.home, beam.get("pose", {}), room)

    def blood() -> None:
        if task.start.get("blood") is not None:
            check_blood(task.start["blood"], room)

    prior = task.start.get("prior_skin") or []
    checks = {
        "staff": staff,
        "prior_skin": prior_skin,
        "pose": pose,
        "exposure": exposure,
        "acquisition": chosen,
        "injection": coupling,
        "blood": blood,
    }
    for part, check in {**checks, "phantom": phantom}.items():
        fits(check, part)


def _pose_of(now: Pose, changes: Mapping[str, float], room: Room) -> Pose:
    """A pose with members replaced; `WrongUse` where the machine does not reach it."""
    members = {AXES[name]: axis for name, axis in room.gantry.axes.items()}
    for member, value in changes.items():
        axis = members.get(member)
        if axis is None or not axis.low <= value <= axis.high:
            raise WrongUse(
                f"The machine does not reach this {member}",
                code="pose-out-of-reach",
                value=value,
                way_out=f"Give {axis.low:g} to {axis.high:g}." if axis else "Leave it out.",
            )
    return now.moved(changes)


def apply_start(session: Session, task: Task) -> None:
    """Put the room where the task begins; the pose is set exactly, whatever the way there would be."""
    given = start_arguments(task, "pose")
    if given is not None:
        session.gantry.halt()
        session.gantry.pose = _pose_of(session.gantry.pose, given["pose"], session.room)
    for part, command in _BY_COMMAND.items():
        arguments = start_arguments(task, part)
        if arguments is not None and arguments != {"to": "free"}:
            whole = dict.fromkeys(COMMANDS[command].arguments)
            COMMANDS[command].effect(session, {**whole, **arguments})
            if part == "breath":
                session.breathing.wait_s = 0.0  # told before the session: no reaction time is left
    if task.start.get("blood") is not None:
        begin_blood(session, task.start["blood"])
    for watcher, part in _WATCHERS.items():
        beginning = getattr(session.watchers.get(watcher), "begin", None)
        if task.start.get(part) is not None and beginning is not None:
            beginning(task.start[part])


def checked_task(plain: Mapping[str, Any], room: Room) -> Task:
    """A task that fits this machine and patient; `RefusedInput` names what does not."""
    task = Task.of(plain)
    check_start(task, room)
    find_targets(task, place_objects(task.objects, room.body), room)
    return task
