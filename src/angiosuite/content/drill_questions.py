"""Questions of a drill: what is asked about the pictures, and the right answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field, model_validator

from angiosuite.content.faults import nearest
from angiosuite.content.guide import taken_twice
from angiosuite.content.schema import Broken, Kebab, Line, Sentence, Strict

__all__ = ["Answer", "DrillQuestion", "Option"]


class Option(Strict):
    """One answer that can be given."""

    id: Kebab
    text: Line


class Answer(Strict):
    """The right option: its id, or ``{by: side, values: {…}}`` when it depends on a drawn word."""

    fixed: Kebab | None = None
    by: Kebab | None = None
    values: dict[Kebab, Kebab] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _from_an_id(cls, value: Any) -> Any:
        return {"fixed": value} if isinstance(value, str) else value

    def rules(self) -> Iterator[Broken]:
        """It is one of the two."""
        if (self.fixed is None) == (self.by is None):
            yield Broken((), "is neither an option nor drawn by a word", "an option's id, or {by, values}")

    def drawn(self, words: Mapping[str, str]) -> str:
        """The right option of an attempt."""
        return self.fixed if self.fixed is not None else self.values[words[self.by or ""]]


class DrillQuestion(Strict):
    """A question about what the pictures show; it can be answered anew until the end."""

    id: Kebab
    text: Sentence
    options: tuple[Option, ...] = Field(min_length=2, max_length=6)
    answer: Answer

    def rules(self) -> Iterator[Broken]:
        """Options are unique, and every right one is among them."""
        ids = [option.id for option in self.options]
        yield from taken_twice("options", ids, "id")
        for word, wanted in {"": self.answer.fixed, **self.answer.values}.items():
            if wanted is not None and wanted not in ids:
                where = ("answer", "values", word) if word else ("answer",)
                way_out = nearest(wanted, ids) or "one of " + ", ".join(ids)
                yield Broken(where, "is not an option", way_out, wanted, ("options",))
