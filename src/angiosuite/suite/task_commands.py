"""Commands of a task: begin, hint, answer, finish, and what the hands are on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .arguments import Choice, Number, Text
from .command_table import command
from .task_watch import task_watch

if TYPE_CHECKING:
    from .session import Session

DEVICES = ("keyboard", "mouse", "gamepad", "touch", "script")


@command("task.begin", "Begin the session's task: the room stands as it says")
def _begin(session: Session, a: Mapping[str, Any]) -> None:
    task_watch(session).begin()


@command("task.hint", "Show a hint of the task", level=Number(1, 3, whole=True))
def _hint(session: Session, a: Mapping[str, Any]) -> None:
    task_watch(session).hint(a["level"])


@command("task.answer", "Answer a question of the task", question=Text(80), answer=Text(200))
def _answer(session: Session, a: Mapping[str, Any]) -> None:
    task_watch(session).answer(a["question"], a["answer"])


@command("task.finish", "Finish the task: X-rays off, time stands")
def _finish(session: Session, a: Mapping[str, Any]) -> None:
    task_watch(session).finish()


@command("task.input", "Tell what the hands are on", device=Choice(DEVICES))
def _input(session: Session, a: Mapping[str, Any]) -> None:
    task_watch(session).use(a["device"])
