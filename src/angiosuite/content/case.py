"""A case: one person at one level of a procedure, which is a drill to all that opens, judges and shows it."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import Field, StringConstraints

from angiosuite.content.drill import DrillItem
from angiosuite.content.room_task import HINTS
from angiosuite.content.schema import GATHER_RULES, Kebab, Prose, Refers, Sentence, Strict

CaseId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+\.[a-z0-9-]+$", max_length=200)]


class CaseOf(Strict):
    """Which case of which procedure a drill is."""

    procedure: Kebab
    variant: Kebab
    level: Kebab
    title: str = Field(description="the procedure's")
    variant_title: str
    level_title: str
    about: Prose = Field(description="what the level tells and takes away")
    story: Prose = Field(description="who the patient is, and what is asked for")
    words: dict[Kebab, Kebab] = Field(default_factory=dict, description="words that variant and level give")


class CaseItem(DrillItem):
    """One person at one level; made by :class:`angiosuite.content.procedure.ProcedureItem`, never written."""

    id: CaseId
    patients: tuple[Annotated[Kebab, Refers("patients")], ...] = Field(min_length=1, max_length=1)
    hints: tuple[Sentence, ...] = Field(max_length=HINTS)
    case: CaseOf

    @property
    def script(self) -> str:
        """Scripted operators know the procedure."""
        return self.case.procedure

    @property
    def drawn_as(self) -> str:
        """A person is the same at each level."""
        return f"{self.case.procedure}:{self.case.variant}"

    def banded_as(self, patient: str) -> str:
        """Reference values go by the variant."""
        return self.case.variant

    def words(self, seed: int) -> dict[str, str]:
        """The drawn words of an attempt, and those that the case gives."""
        return {**super().words(seed), **self.case.words}


def drill_from(text: str) -> DrillItem:
    """A drill or a case from the JSON that was kept of it, whatever rules hold now."""
    values = json.loads(text)
    model = CaseItem if isinstance(values, dict) and "case" in values else DrillItem
    return model.model_validate_json(text, context=GATHER_RULES)
