"""What a drill and a procedure have in common: a task in the room, when it is met, what may never happen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from angiosuite.content.drawn import unknown_words
from angiosuite.content.drill_conditions import (
    POINTS,
    Condition,
    Critical,
    Goal,
    Limit,
    Stewardship,
)
from angiosuite.content.drill_questions import DrillQuestion
from angiosuite.content.drill_start import AddedObject, Start
from angiosuite.content.drill_targets import FITTING, Target
from angiosuite.content.faults import nearest
from angiosuite.content.guide import taken_twice
from angiosuite.content.measure_entry import measure_entries
from angiosuite.content.schema import (
    Broken,
    Day,
    Item,
    Kebab,
    Line,
    Prose,
    Refers,
    Sentence,
    Source,
    Strict,
)

__all__ = [
    "HEADINGS",
    "LEAST_READ_SOURCES",
    "DrillSource",
    "Reviewer",
    "RoomTask",
    "brief_told",
]

HEADINGS = ("Task", "What to look for", "Why it matters", "Afterwards")
"""Headings of the second level that the text of a drill must have."""
LEAST_READ_SOURCES = 2
HINTS = 3
"""So many hints a task in the room has."""


class DrillSource(Source):
    """Where a rule or a number comes from: a page that was read, or the engine's own runs."""

    key: Kebab = Field(description="goals name it, the text cites it as [@key]")
    read_on: Day | None = Field(default=None, description="the day its passage was read")
    supports: Prose = Field(min_length=1, description="in our own words, what it says")

    def rules(self) -> Iterator[Broken]:
        """What has an address was read on a day."""
        if (self.url is None) != (self.read_on is None):
            missing = "url" if self.url is None else "read_on"
            way_out = f"`{missing}: …`; neither for the engine's own runs"
            yield Broken((missing,), "is missing of what was read", way_out, uses=("url", "read_on"))


class Reviewer(Strict):
    """Who has reviewed the drill, and when."""

    name: Line
    on: Day


class RoomTask(Item):
    """A task in the room, judged on pictures, answers and dose."""

    LISTS: ClassVar[tuple[str, ...]] = ("after", "draws")
    """Fields whose values are named once each."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    summary: Sentence = Field(description="one sentence for the list")
    sources: tuple[DrillSource, ...] = Field(min_length=1)
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    minutes: int = Field(ge=1, le=120, description="usual time; shown, never scored")
    after: tuple[Annotated[Kebab, Refers("drills")], ...] = Field(default=(), description="drills before it")
    skills: tuple[Annotated[Kebab, Refers("guide")], ...] = Field(min_length=1, description="skill pages")
    terms: tuple[Kebab, ...] = Field(min_length=1, description="what evidence is filed under")
    guide: tuple[Annotated[Kebab, Refers("guide")], ...] = Field(min_length=1, description="pages to read")
    equipment: Annotated[Kebab, Refers("equipment")] = "ceiling-single-plane"
    brief: Prose = Field(
        min_length=1,
        description="what is asked, shown beside the live picture; `{side}` stands for a drawn word",
    )
    draws: dict[Kebab, tuple[Kebab, ...]] = Field(
        default_factory=dict, description="words that an attempt draws from its seed"
    )
    start: Start = Start()
    objects: tuple[AddedObject, ...] = ()
    targets: tuple[Target, ...] = ()
    questions: tuple[DrillQuestion, ...] = ()
    goals: tuple[Goal, ...] = Field(min_length=1)
    critical: tuple[Critical, ...] = ()
    limits: tuple[Limit, ...] = ()
    stewardship: tuple[Stewardship, ...] = ()
    hints: tuple[Sentence, ...] = Field(
        min_length=HINTS, max_length=HINTS, description="from a nudge to the way"
    )
    reviewer: Reviewer | None = None

    @property
    def words_known(self) -> Mapping[str, tuple[str, ...]]:
        """Words that `by` and the brief may name, with what each can be."""
        return self.draws

    # ---- rules -----------------------------------------------------------------------------------------

    def rules(self) -> Iterator[Broken]:
        """Parts fit together, points are a hundred, and success is decided by a picture or an answer."""
        yield from super().rules()
        yield from self._identity_rules()
        yield from self._drawn_rules()
        yield from self._target_rules()
        for part in ("goals", "critical", "limits", "stewardship"):
            for index, condition in enumerate(getattr(self, part)):
                yield from self._measure_rules((part, index), condition)
        scored: tuple[Goal | Limit | Stewardship, ...] = (*self.goals, *self.limits, *self.stewardship)
        points = sum(one.points for one in scored)
        if points != POINTS:
            uses = ("limits", "stewardship")
            yield Broken(
                ("goals",), "have with limits and stewardship not 100 points", "100 in all", points, uses
            )
        if not any(g.required and g.entry is not None and g.entry.shows_success for g in self.goals):
            yield Broken(
                ("goals",),
                "has no required goal that a picture or an answer decides",
                "`required: true` on a goal of a target, a question or the subtraction: "
                "sparing dose alone must not pass",
            )
        if self.quality != "draft" and self.reviewer is None:
            way_out = "`reviewer: {name: …, on: …}`, or `quality: draft`"
            yield Broken(("reviewer",), "is missing above draft", way_out, uses=("quality",))

    def _identity_rules(self) -> Iterator[Broken]:
        for part in ("objects", "targets", "questions"):
            yield from taken_twice(part, [one.id for one in getattr(self, part)], "id")
        named: set[str] = set()
        for part in ("goals", "critical", "limits", "stewardship"):
            for index, one in enumerate(getattr(self, part)):
                if one.id in named:
                    yield Broken((part, index, "id"), "is given twice", "another one", one.id)
                named.add(one.id)
        for part in self.LISTS:
            values = list(getattr(self, part))
            for index, value in enumerate(values):
                if value in values[:index]:
                    yield Broken((part, index), "is given twice", "another one", value)
        if self.id in self.after:
            yield Broken(("after",), "names the drill itself", "another drill", self.id, ("id",))
        for name, words in self.draws.items():
            if len(set(words)) < 2:
                yield Broken(("draws", name), "has nothing to choose from", "two words or more")
        keys = [source.key for source in self.sources]
        yield from taken_twice("sources", keys, "key")
        read = [source for source in self.sources if source.url is not None]
        if len(read) < LEAST_READ_SOURCES:
            yield Broken(
                ("sources",),
                "has too few that were read",
                f"{LEAST_READ_SOURCES} with `url` or more",
                len(read),
            )
        for part in ("goals", "critical", "limits", "stewardship"):
            for index, one in enumerate(getattr(self, part)):
                if one.source not in keys:
                    way_out = nearest(one.source, keys) or "one of " + ", ".join(keys)
                    where = (part, index, "source")
                    yield Broken(where, "is not the key of a source", way_out, one.source, ("sources",))

    def _drawn_rules(self) -> Iterator[Broken]:
        numbers = [(("start", *where), number) for where, number in self.start.drawn_numbers()]
        for index, thing in enumerate(self.objects):
            numbers += [(("objects", index, *where), number) for where, number in thing.drawn_numbers()]
        for where, number in numbers:
            for rule in number.unknown(self.words_known):
                yield Broken((*where, *rule.location), rule.problem, rule.way_out, rule.got, rule.uses)
        for name in re.findall(r"\{([a-z0-9-]*)\}", self.brief):
            if name not in self.words_known:
                way_out = nearest(name, self.words_known) or "`draws: {side: [left, right]}`"
                yield Broken(("brief",), "names what is no drawn word", way_out, name, ("draws",))
        given = [(("start", *where), word) for where, word in self.start.drawn_by_words()]
        for index, target in enumerate(self.targets):
            for field in ("vessel", "bed"):
                if (word := getattr(target, field)) is not None:
                    given.append((("targets", index, field), word))
        for where, word in given:
            for rule in word.unknown(self.words_known):
                yield Broken((*where, *rule.location), rule.problem, rule.way_out, rule.got, rule.uses)
        for index, question in enumerate(self.questions):
            here = ("questions", index, "answer")
            for rule in unknown_words(question.answer.by, question.answer.values, self.words_known):
                yield Broken((*here, *rule.location), rule.problem, rule.way_out, rule.got, rule.uses)

    def _target_rules(self) -> Iterator[Broken]:
        objects = [one.id for one in self.objects]
        for index, target in enumerate(self.targets):
            if target.object is not None and target.object not in objects:
                way_out = nearest(target.object, objects) or "an object of the drill"
                where = ("targets", index, "object")
                yield Broken(where, "is not an object of the drill", way_out, target.object, ("objects",))
            if target.kind in ("tubes", "run") and self.start.phantom is None and self.start.blood is None:
                problem = "needs a test phantom"
                yield Broken(
                    ("targets", index, "kind"), problem, "`start: {phantom: …}`", target.kind, ("start",)
                )

    def _measure_rules(self, where: tuple[str | int, ...], one: Condition | Stewardship) -> Iterator[Broken]:
        entry = one.entry
        if entry is None:
            way_out = nearest(one.measure, measure_entries()) or "one of the dictionary of measures"
            yield Broken((*where, "measure"), "is not a measure", way_out, one.measure)
            return
        if not entry.scored:
            yield Broken((*where, "measure"), "is shown, never scored", "another measure", one.measure)
        if one.within is not None and one.within not in entry.within:
            way_out = "one of " + ", ".join(entry.within)
            yield Broken((*where, "in"), "is not where it is read", way_out, one.within, ("measure",))
        named = {
            "target": [target.id for target in self.targets],
            "question": [question.id for question in self.questions],
        }.get(entry.needs)
        if named is None:
            if one.of is not None and one.of not in [target.id for target in self.targets]:
                yield Broken(
                    (*where, "of"), "is not a target of the drill", "leaving it out", one.of, ("targets",)
                )
            return
        if one.of not in named:
            way_out = nearest(one.of or "", named) or f"`of: <a {entry.needs} of the drill>`"
            problem = f"is not a {entry.needs} of the drill" if one.of else f"is missing: a {entry.needs}"
            yield Broken((*where, "of"), problem, way_out, one.of, ("measure", "targets", "questions"))
        elif one.measure in FITTING and (kind := self._shape(one.of or "")) not in FITTING[one.measure]:
            way_out = "a target that is a " + " or ".join(FITTING[one.measure])
            problem = f"is a {kind}, which has no {one.measure}"
            yield Broken((*where, "of"), problem, way_out, one.of, ("measure", "targets", "objects"))

    def _shape(self, target_id: str) -> str:
        """What a target is made of: ball, rod, pedicle, head, body, tubes or run."""
        target = next(one for one in self.targets if one.id == target_id)
        if target.kind == "structure":
            return (target.structure or "").rsplit("-", 1)[-1]
        if target.kind == "object":
            return next((one.shape for one in self.objects if one.id == target.object), "rod")
        return target.kind


def brief_told(brief: str, words: Mapping[str, str]) -> str:
    """The brief with every drawn word that it names in braces: ``the {side} kidney``."""
    for name, word in words.items():
        brief = brief.replace(f"{{{name}}}", word)
    return brief
