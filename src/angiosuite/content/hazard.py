"""Schema of ``hazards/<id>/hazard.yaml``: when an instrument harms, how much, and what is then said.

Thresholds of walls are mostly surrogates: nobody has measured what presses on a patient's intima. Each item
says in `surrogate` what its figures stand for.
"""

from __future__ import annotations

import string
from collections.abc import Iterator

from pydantic import Field

from angiosuite.content.hazard_kinds import Hazard
from angiosuite.content.known_source import KnownSource
from angiosuite.content.schema import Broken, Item, Sentence

__all__ = ["WORDS", "HazardItem"]

WORDS = ("vessel", "device", "organ")
"""What the words of an event can name, in braces."""


class HazardItem(Item):
    """One thing that can go wrong."""

    sources: tuple[KnownSource, ...] = Field(
        min_length=1, description="each says what it covers and its basis"
    )
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    hazard: Hazard = Field(description="`kind: spasm`, `kind: perforation` …, each with its figures")
    words: Sentence = Field(
        description="what is said when it happens; {vessel} {device} {organ} are filled in"
    )
    answer: Sentence = Field(description="what to do then")
    surrogate: Sentence | None = Field(
        default=None, description="what the threshold stands for where it is not the measured thing itself"
    )

    def rules(self) -> Iterator[Broken]:
        """Words name only what an event has."""
        yield from super().rules()
        try:
            named = [name for _, name, _, _ in string.Formatter().parse(self.words) if name is not None]
        except ValueError:
            yield Broken(("words",), "has a brace without its partner", "{vessel}", self.words)
            return
        for name in named:
            if name not in WORDS:
                way_out = ", ".join(f"{{{word}}}" for word in WORDS)
                yield Broken(("words",), "names what an event has not got", way_out, f"{{{name}}}")

    def told(self, **names: str) -> str:
        """The words of an event, with names filled in; the device's where none is given is 'instrument'."""
        known = {"vessel": "vessel", "device": "instrument", "organ": "organ"}
        text = self.words.format(**{**known, **names})
        return text[:1].upper() + text[1:]
