"""A task: what a session is given to do, and what is added to the room for it.

It comes from whoever opens the session (a drill, a test, a notebook) as plain JSON and lies in the session's
folder as `task.json`. A task is read whole or refused whole. It holds no right answers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from angiosuite.content.case_id import is_task_id
from angiosuite.kit.errors import AngiosuiteError, RefusedInput, did_you_mean
from angiosuite.kit.home import atomic_write

KINDS = ("drill", "case", "preview")
MODES = ("practice", "assessed")
MOST = {"goals": 40, "limits": 40, "objects": 24, "targets": 16, "questions": 24, "hints": 3}
"""How many of each a task may have."""
STANDING = ("measure", "at_most", "full_at")
"""How near to a limit one is: its measure, the limit, and up to where all points are given."""
LONGEST_TEXT = 20_000
"""Characters of the brief."""

_START_COMMANDS: Mapping[str, tuple[str, str | None]] = {
    "pose": ("gantry.goto", "pose"),
    "exposure": ("exposure.set", None),
    "collimator": ("collimator.set", None),
    "display": ("display.set", None),
    "acquisition": ("acquisition.set", None),
    "injection": ("injection.set", None),
    "phantom": ("phantom.set", "id"),
    "restless": ("patient.restless", "level"),
    "breath": ("patient.breathe", "to"),
}
"""Part of the start → command whose arguments it must fit, and the argument that it is."""
_START = (*_START_COMMANDS, "staff", "prior_skin", "blood")


def refuse(what: str, where: str, value: object, way_out: str) -> NoReturn:
    """Refuse a task: what is wrong, where in it, the value, the way out."""
    shown = value if isinstance(value, (str, int, float, bool, type(None))) else repr(value)[:120]
    raise RefusedInput(what, code="task-unfit", where=f"task.{where}", value=shown, way_out=way_out)


@dataclass(frozen=True, slots=True)
class Question:
    """One question; without options the answer is a text or a number."""

    id: str
    text: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A task, checked in its form.

    Parameters
    ----------
    plain : mapping
        The JSON as it was given.
    id, title, kind, mode : str
        Name, name for people, what it is, and whether it is practised or assessed.
    start : mapping
        What the session begins with, by part.
    objects, targets : tuple of mapping
        What is put into the patient, and what pictures are judged on.
    questions : tuple of Question
    hints : tuple of str
        At most three, each saying more than the one before.
    """

    plain: Mapping[str, Any]
    id: str
    title: str
    kind: str
    mode: str
    start: Mapping[str, Any]
    objects: tuple[Mapping[str, Any], ...]
    targets: tuple[Mapping[str, Any], ...]
    questions: tuple[Question, ...]
    hints: tuple[str, ...]

    @classmethod
    def of(cls, plain: Any) -> Task:
        """A task from plain JSON.

        Raises
        ------
        RefusedInput
            Naming the field, its value and what fits.
        """
        known = ("id", "title", "kind", "mode", "minutes", "brief", "goals", "limits", "start", *MOST)
        members(plain, "", known, ("id", "title"))
        if not isinstance(plain["id"], str) or not is_task_id(plain["id"]):
            way_out = "Use small letters, digits and hyphens; a case is procedure.variant.level."
            refuse("The task's id is no name", "id", plain["id"], way_out)
        text(plain["title"], "title", 200)
        text(plain.get("brief", ""), "brief", LONGEST_TEXT, empty=True)
        if plain.get("minutes") is not None:
            number(plain["minutes"], "minutes", 0.0, 600.0)
        kind = one_of(plain.get("kind", "drill"), "kind", KINDS)
        mode = one_of(plain.get("mode", "practice"), "mode", MODES)
        for name, more in (("goals", ()), ("limits", STANDING)):
            for where, item in items(plain, name):
                members(item, where, ("id", "text", *more), ("id", "text"))
                text(item["text"], f"{where}.text", 500)
                text(item.get("measure", ""), f"{where}.measure", 80, empty=True)
                for bound in ("at_most", "full_at"):
                    number(item.get(bound, 0.0), f"{where}.{bound}", 0.0, 1e9)
        hints = tuple(text(hint, where, 4000) for where, hint in items(plain, "hints", named=False))
        return cls(
            plain=json.loads(json.dumps(plain)),
            id=plain["id"],
            title=plain["title"],
            kind=kind,
            mode=mode,
            start=_start(plain.get("start") or {}),
            objects=tuple(item for _, item in items(plain, "objects")),
            targets=tuple(item for _, item in items(plain, "targets")),
            questions=tuple(_question(item, where) for where, item in items(plain, "questions")),
            hints=hints,
        )

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the whole task."""
        return hashlib.sha256(json.dumps(self.plain, sort_keys=True).encode()).hexdigest()

    def question(self, name: str) -> Question | None:
        """One of its questions; None when it has none of this id."""
        return next((question for question in self.questions if question.id == name), None)

    def shown(self) -> dict[str, Any]:
        """What a person may see of it: not where targets lie, not the hints that were not asked for."""
        hidden = ("objects", "targets", "start", "hints")
        return {name: value for name, value in self.plain.items() if name not in hidden}


def read_task(path: Path) -> Task | None:
    """The task of a session's folder, by its file; None when the session has none.

    Raises
    ------
    RefusedInput
        When the file is there and holds no task.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise RefusedInput(
            "The session's task cannot be read",
            code="task-unreadable",
            where=path.name,
            value=type(error).__name__,
            way_out="Restore it from a copy of the session's folder.",
        ) from error
    return Task.of(plain)


def write_task(path: Path, task: Task) -> None:
    """Keep a task in a session's folder."""
    atomic_write(path, json.dumps(task.plain, indent=1))


# ---- parts of a task ------------------------------------------------------------------------------


def members(item: Any, where: str, known: Sequence[str], needed: Iterable[str] = ()) -> None:
    """Refuse what is no object, has a member that is not known, or lacks one that is needed."""
    if not isinstance(item, Mapping):
        refuse("This must be an object", where or "task", item, f"Give {', '.join(known)}.")
    dot = f"{where}." if where else ""
    for name in item:
        if name not in known:
            hint = did_you_mean(str(name), known) or f"Known: {', '.join(known)}."
            refuse(f"No member '{str(name)[:40]}' is known here", f"{dot}{str(name)[:40]}", item[name], hint)
    for name in needed:
        if name not in item:
            refuse(f"'{name}' is missing", f"{dot}{name}", None, f"Give {name}.")


def items(plain: Mapping[str, Any], name: str, named: bool = True) -> list[tuple[str, Any]]:
    """The members of a list of the task with the place of each; ids must differ."""
    given = plain.get(name) or []
    if not isinstance(given, list):
        refuse("This must be a list", name, given, "Give a list, or leave it out.")
    if len(given) > MOST[name]:
        refuse("There are too many of them", name, len(given), f"Give at most {MOST[name]}.")
    found = [(f"{name}[{index}]", item) for index, item in enumerate(given)]
    if named:
        ids: set[str] = set()
        for where, item in found:
            if not isinstance(item, Mapping) or not isinstance(item.get("id"), str) or not item["id"]:
                refuse("Every one needs an id", where, item, "Give an object with an id.")
            if item["id"] in ids:
                refuse("An id is given twice", f"{where}.id", item["id"], "Give each its own.")
            ids.add(item["id"])
    return found


def text(value: Any, where: str, longest: int, empty: bool = False) -> str:
    """A text of at most `longest` characters."""
    if not isinstance(value, str) or len(value) > longest or not (empty or value.strip()):
        refuse("This must be a text", where, value, f"Give 1 to {longest} characters.")
    return value


def number(value: Any, where: str, low: float, high: float) -> float:
    """A finite number between two bounds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        refuse("This number does not fit", where, value, f"Give a number from {low:g} to {high:g}.")
    return float(value)


def one_of(value: Any, where: str, options: Sequence[str]) -> str:
    """One of some words."""
    if value not in options:
        hint = did_you_mean(str(value), options) or f"Choose one of {', '.join(options)}."
        refuse("This is not known", where, value, hint)
    return str(value)


def _question(item: Mapping[str, Any], where: str) -> Question:
    members(item, where, ("id", "text", "options"), ("id", "text"))
    text(item["text"], f"{where}.text", 1000)
    options = []
    for number_of, option in enumerate(item.get("options") or []):
        place = f"{where}.options[{number_of}]"
        members(option, place, ("id", "text"), ("id", "text"))
        options.append((text(option["id"], f"{place}.id", 80), text(option["text"], f"{place}.text", 300)))
    return Question(item["id"], item["text"], tuple(options))


def _arguments(command: str, given: Any) -> dict[str, Any]:
    """Arguments of a command in normal form; the table of commands knows the task's own, so it comes late."""
    from .commands import checked

    return checked(command, given)


def _start(start: Any) -> Mapping[str, Any]:
    members(start, "start", _START)
    for part, (command, argument) in _START_COMMANDS.items():
        value = start.get(part)
        if value is not None:
            fits(partial(_arguments, command, value if argument is None else {argument: value}), part)
    if start.get("staff") is not None and not isinstance(start["staff"], Mapping):
        refuse("This must be an object", "start.staff", start["staff"], "Give the people and shields.")
    if start.get("blood") is not None and not isinstance(start["blood"], Mapping):
        refuse("This must be an object", "start.blood", start["blood"], "Give catheter, injector, lesions.")
    prior = start.get("prior_skin")
    if prior is not None and not (isinstance(prior, list) and all(isinstance(b, Mapping) for b in prior)):
        refuse("This must be a list of beams", "start.prior_skin", prior, "Give pose, fov_cm and kar_mgy.")
    return start if isinstance(start, Mapping) else {}


def fits(check: Callable[[], Any], part: str) -> Any:
    """What a check answers; its refusal told as one of the task's start."""
    try:
        return check()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        refuse(
            "This part of the start does not hold what it must",
            f"start.{part}",
            str(error),
            "See the drills.",
        )
    except AngiosuiteError as error:
        if error.code == "task-unfit":
            raise
        raise RefusedInput(
            error.message,
            code="task-unfit",
            where=f"task.start.{part}",
            value=error.value,
            way_out=error.way_out,
        ) from error


def start_arguments(task: Task, part: str) -> dict[str, Any] | None:
    """Arguments of the command that a part of the start stands for; None where the task leaves it."""
    value = task.start.get(part)
    if value is None:
        return None
    command, argument = _START_COMMANDS[part]
    given = _arguments(command, value if argument is None else {argument: value})
    return {name: entry for name, entry in given.items() if entry is not None}
