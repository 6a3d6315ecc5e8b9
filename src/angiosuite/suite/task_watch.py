"""The task of a session while it is done: answers, hints, finish; and what it puts into the room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse, did_you_mean

from .collimator import EDGES
from .judge import Judge
from .objects import place_objects
from .targets import find_targets
from .task import Task
from .task_start import apply_start
from .watchers import Arrays, Plain, PulseTaken, watcher

if TYPE_CHECKING:
    from .outputs import Mode
    from .picture import Exposure
    from .session import Session

AFTER_FINISH = ("session.safe", "session.pause", "xray.release", "gantry.halt")
"""Commands that are still taken once a task is finished: they only let go."""


@watcher
class TaskWatch:
    """Follows the session's task; without one it does nothing and shows null.

    Parameters
    ----------
    session : Session
        The session that the task belongs to.
    """

    name = "task"

    def __init__(self, session: Session) -> None:
        self._session = session
        self.task: Task | None = session.task
        self.begun = False
        self.finished = False
        self.answers: dict[str, Any] = {}
        self.hints_shown = 0
        self.device: str | None = None
        self._judge: Judge | None = None
        if self.task is not None:
            objects = place_objects(self.task.objects, session.room.body)
            session.picture.objects = objects
            self._judge = Judge(session, find_targets(self.task, objects, session.room))
        self._part: Plain | None = None

    # ---- what commands do -----------------------------------------------------------------------

    def begin(self) -> None:
        """Put the room where the task begins."""
        task = self._given("task.begin")
        if self.begun:
            raise WrongUse("The task has begun already", code="task-begun", where="task.begin")
        self.begun = True
        self._session.event("task-begun", {"id": task.id, "title": task.title}, f"Task: {task.title}")
        apply_start(self._session, task)
        self._part = None

    def hint(self, level: int) -> None:
        """Show the next hint."""
        task = self._going("task.hint")
        if level > len(task.hints):
            raise WrongUse(
                "The task has no such hint",
                code="hint-unknown",
                where="task.hint",
                value=level,
                way_out=f"It has {len(task.hints)}.",
            )
        if level > self.hints_shown + 1:
            raise WrongUse(
                "Hints come in their order",
                code="hint-order",
                where="task.hint",
                value=level,
                way_out=f"The next one is level {self.hints_shown + 1}.",
            )
        if level == self.hints_shown + 1:
            self.hints_shown = level
            self._session.event("hint-shown", {"level": level}, f"Hint {level} shown")
            self._part = None

    def answer(self, question: str, answer: str) -> None:
        """Answer a question, or change the answer."""
        task = self._going("task.answer")
        asked = task.question(question)
        if asked is None:
            ids = [one.id for one in task.questions]
            raise WrongUse(
                "The task has no such question",
                code="question-unknown",
                where="task.answer",
                value=question,
                way_out=did_you_mean(question, ids) or f"It asks {', '.join(ids) or 'nothing'}.",
            )
        options = [name for name, _ in asked.options]
        if options and answer not in options:
            raise WrongUse(
                "This is none of the answers",
                code="answer-unknown",
                where=question,
                value=answer,
                way_out=f"Choose one of {', '.join(options)}.",
            )
        self.answers = {**self.answers, question: answer}
        shown = dict(asked.options).get(str(answer), str(answer))
        self._session.event("answered", {"question": question, "answer": answer}, f"Answered: {shown}")
        self._part = None

    def finish(self) -> None:
        """End the task: X-rays off, movement halted, time stands."""
        self._going("task.finish")
        session = self._session
        session.xrays.release(None, "task finished")
        session.set_high_level(False)
        session.gantry.halt()
        for edge in EDGES:
            session.collimator.move(edge, 0.0)
        self.finished = True
        self._part = None
        session.event("task-finished", {"answers": self.answers}, "Task finished")
        session.paused = True

    def use(self, device: str) -> None:
        """The person's hands are on this input device; told again only when it changes."""
        if device != self.device:
            self.device = device
            self._session.event("input-device", {"device": device}, f"Input: {device}")
            self._part = None

    def refuse(self, command: str) -> None:
        """Refuse what would change a session whose task is finished."""
        if self.finished and command not in AFTER_FINISH:
            raise WrongUse(
                "The task is finished: the session no longer changes",
                code="task-over",
                where=command,
                way_out="Look at it in the debrief, or begin again.",
            )

    def _given(self, command: str) -> Task:
        if self.task is None:
            raise WrongUse(
                "This session has no task",
                code="no-task",
                where=command,
                way_out="Open the session from a drill.",
            )
        return self.task

    def _going(self, command: str) -> Task:
        task = self._given(command)
        if not self.begun:
            raise WrongUse("The task has not begun", code="task-not-begun", where=command)
        return task

    # ---- judged -----------------------------------------------------------------------------------

    def judged(self, exposure: Exposure, mode: Mode, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The task's targets in a picture, by their ids; empty where it is not judged."""
        return {} if self._judge is None else self._judge.picture(exposure, mode, facts)

    def judge_run(self, number: int) -> None:
        """A run ended or is looked at in another way: what its subtraction is worth goes into the log."""
        if self._judge is not None:
            self._judge.run(number)

    # ---- a watcher --------------------------------------------------------------------------------

    def pulse(self, pulse: PulseTaken) -> None:
        """A pulse was made."""

    def beam_off(self) -> Mapping[str, Any] | None:
        """X-rays went off: nothing of the task's own."""
        return None

    def part(self) -> Mapping[str, Any] | None:
        """Its part of the visible state; None without a task."""
        if self.task is None:
            return None
        if self._part is None:
            task = self.task
            self._part = {
                **task.shown(),
                "objects_shown": [
                    {"id": item["id"], "shown_as": item["shown_as"]}
                    for item in task.objects
                    if item.get("shown_as")
                ],
                "begun": self.begun,
                "answers": self.answers,
                "hints_shown": [
                    {"level": level, "text": words}
                    for level, words in enumerate(task.hints[: self.hints_shown], 1)
                ],
                "hints_left": len(task.hints) - self.hints_shown,
                "input": self.device,
                "finished": self.finished,
            }
        return self._part

    def state(self) -> tuple[Plain, Arrays]:
        """Everything that its next answers depend on."""
        plain = {
            "begun": self.begun,
            "finished": self.finished,
            "answers": self.answers,
            "hints_shown": self.hints_shown,
            "device": self.device,
        }
        return plain, {}

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.begun, self.finished = plain["begun"], plain["finished"]
        self.answers, self.hints_shown = dict(plain["answers"]), plain["hints_shown"]
        self.device = plain["device"]
        self._part = None


def task_watch(session: Session) -> TaskWatch:
    """The session's task watcher."""
    found = session.watchers["task"]
    assert isinstance(found, TaskWatch)
    return found
