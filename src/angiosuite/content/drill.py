"""Schema of ``drills/<id>/drill.yaml``: a short task in the room that is met again and again.

The text of its page stands beside it in ``text.md``. Everything that an attempt varies is drawn from its
seed, so that the same drill, patient and seed are the same task for anyone.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from angiosuite.content.drawn import drawn_words
from angiosuite.content.drill_conditions import POINTS, Limit, Stewardship, limit_told
from angiosuite.content.drill_targets import target_told
from angiosuite.content.room_task import RoomTask, brief_told
from angiosuite.content.schema import Kebab, Refers, Strict

__all__ = ["LEAST_PATIENTS", "DrillItem", "Passing"]

LEAST_PATIENTS = 3
"""A drill is met on so many bodies."""


class Passing(Strict):
    """What passes, once no critical error was made and every required goal is met."""

    score: int = Field(ge=1, le=POINTS)


class DrillItem(RoomTask):
    """A short task in the room on one of several patients."""

    LISTS: ClassVar[tuple[str, ...]] = ("patients", *RoomTask.LISTS)

    patients: tuple[Annotated[Kebab, Refers("patients")], ...] = Field(
        min_length=LEAST_PATIENTS, description="the first is the default"
    )
    passing: Passing = Field(alias="pass")

    @property
    def script(self) -> str:
        """What scripted operators know it by."""
        return self.id

    @property
    def drawn_as(self) -> str:
        """What its draws go by."""
        return self.id

    def banded_as(self, patient: str) -> str:
        """What reference values go by in the file beside it."""
        return patient

    # ---- what an attempt draws -------------------------------------------------------------------------

    def words(self, seed: int) -> dict[str, str]:
        """The drawn words of an attempt."""
        return drawn_words(self.draws, seed, self.drawn_as)

    def plan(self, seed: int) -> dict[str, Any]:
        """What an attempt draws: the words, the start and the objects, as plain JSON."""
        words = self.words(seed)
        return {
            "draws": words,
            "start": self.start.plain(seed, f"{self.drawn_as}:start", words),
            "objects": [one.plain(seed, f"{self.drawn_as}:{one.id}", words) for one in self.objects],
        }

    def answers(self, seed: int) -> dict[str, str]:
        """The right option of each question in an attempt; it never goes into the task."""
        words = self.words(seed)
        return {question.id: question.answer.drawn(words) for question in self.questions}

    def task(self, seed: int, mode: Literal["practice", "assessed"] = "practice") -> dict[str, Any]:
        """The task of an attempt as a session takes it, without the right answers."""
        plan, words = self.plan(seed), self.words(seed)
        limits: tuple[Limit | Stewardship, ...] = (*self.limits, *self.stewardship)
        return {
            "id": self.id,
            "title": self.title,
            "kind": "drill",
            "mode": mode,
            "minutes": self.minutes,
            "brief": brief_told(self.brief, words),
            "goals": [{"id": goal.id, "text": goal.text} for goal in self.goals],
            "limits": [limit_told(one) for one in limits],
            "start": plan["start"],
            "objects": plan["objects"],
            "targets": [target_told(target, words) for target in self.targets],
            "questions": [
                {
                    "id": question.id,
                    "text": question.text,
                    "options": [{"id": option.id, "text": option.text} for option in question.options],
                }
                for question in self.questions
            ],
            "hints": list(self.hints),
        }
