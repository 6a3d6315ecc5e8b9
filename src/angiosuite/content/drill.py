"""Schema of ``drills/<id>/drill.yaml``: a task in the room, when it is met, and what may never happen.

The text of its page stands beside it in ``text.md``. Everything that an attempt varies is drawn from its
seed, so that the same drill, patient and seed are the same task for anyone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from angiosuite.content.drawn import DrawnWord, drawn_words, unknown_words
from angiosuite.content.drill_start import AddedObject, Start
from angiosuite.content.faults import nearest
from angiosuite.content.guide import taken_twice
from angiosuite.content.measure_entry import MeasureEntry, measure_entries
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

HEADINGS = ("Task", "What to look for", "Why it matters", "Afterwards")
"""Headings of the second level that the text of a drill must have."""
POINTS = 100
LEAST_READ_SOURCES = 2
Window = Literal[
    "last-held", "best-held", "last-shot", "last-run", "any-run", "all-runs", "session", "two-views"
]
Structure = Annotated[
    str,
    StringConstraints(pattern=r"^((left|right)-femoral-head|l[2-4]-((left|right)-pedicle|body))$"),
]
FITTING: Mapping[str, tuple[str, ...]] = {
    "foreshortening": ("rod", "tubes", "vessel"),
    "tilt": ("pedicle",),
    "en-face-shape": ("pedicle",),
    "measurement-error": ("rod", "vessel"),
    "filled": ("vessel", "bed", "lesion"),
    "peak-iodine": ("vessel", "bed", "lesion"),
    "seen-late": ("vessel", "bed", "lesion"),
    "injected-and-filmed": ("vessel",),
}
"""Measures that only some targets have."""


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


class Target(Strict):
    """What the pictures are judged on: an object of the drill, a structure of the body, tubes, or runs."""

    id: Kebab
    kind: Literal["object", "structure", "tubes", "run", "vessel", "bed", "lesion"]
    object: Kebab | None = None
    structure: Structure | None = None
    parts: tuple[Kebab, ...] = Field(default=(), description="tubes of the test phantom")
    vessel: DrawnWord | None = None
    along_mm: tuple[float, float] | None = Field(
        default=None, description="from where it leaves the lumen that it hangs on"
    )
    bed: DrawnWord | None = None
    lesion: Kebab | None = Field(default=None, description="one of the drill's lesions")

    def rules(self) -> Iterator[Broken]:
        """It names what its kind needs, and nothing else."""
        for kind, field in (
            ("object", "object"),
            ("structure", "structure"),
            ("tubes", "parts"),
            ("vessel", "vessel"),
            ("bed", "bed"),
            ("lesion", "lesion"),
        ):
            if bool(getattr(self, field)) != (self.kind == kind):
                problem = "belongs to another kind" if getattr(self, field) else "is missing of its kind"
                yield Broken((field,), problem, f"`kind: {kind}` with `{field}: …`", uses=("kind",))


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


class Condition(Strict):
    """A measure and what it must be."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    id: Kebab
    text: Line
    measure: Kebab
    of: Kebab | None = Field(default=None, description="a target or a question of the drill")
    within: Window | None = Field(default=None, alias="in", description="which pictures, runs or moments")
    at_most: float | None = None
    at_least: float | None = None
    equals: float | None = Field(default=None, alias="is")
    why: Sentence
    source: Kebab = Field(description="key of one of the drill's sources")

    def rules(self) -> Iterator[Broken]:
        """One bound, or both at_most and at_least."""
        bounds = (self.at_most is not None) + (self.at_least is not None)
        if (bounds > 0) == (self.equals is not None):
            yield Broken(
                (), "needs one condition", "`at_most: …`, `at_least: …` or `is: …`", uses=("at_most",)
            )
        elif self.at_most is not None and self.at_least is not None and self.at_least > self.at_most:
            yield Broken(("at_least",), "is above at_most", "swapping the two", self.at_least, ("at_most",))

    @property
    def entry(self) -> MeasureEntry | None:
        """What the dictionary says of its measure; None when there is no such measure."""
        return measure_entries().get(self.measure)


class Goal(Condition):
    """What is to be reached. A required one that is missed fails the attempt."""

    points: int = Field(ge=0, le=POINTS)
    required: bool = False


class Critical(Condition):
    """What may never be: when this condition holds, the attempt fails whatever else was reached."""


class Limit(Condition):
    """A bound that is shown beforehand."""

    points: int = Field(default=0, ge=0, le=POINTS)


class Stewardship(Strict):
    """Points for sparing people dose; they count only when all required goals are met."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    id: Kebab
    text: Line
    measure: Kebab
    of: Kebab | None = None
    within: Window | None = Field(default=None, alias="in")
    full_at: float = Field(description="all points up to here")
    none_at: float = Field(description="no points from here on; straight between")
    points: int = Field(ge=1, le=POINTS)
    why: Sentence
    source: Kebab

    def rules(self) -> Iterator[Broken]:
        """The two ends differ."""
        if self.full_at == self.none_at:
            yield Broken(("none_at",), "is where all points are given", "another value", self.none_at)

    @property
    def entry(self) -> MeasureEntry | None:
        """What the dictionary says of its measure; None when there is no such measure."""
        return measure_entries().get(self.measure)


def limit_told(one: Limit | Stewardship) -> dict[str, Any]:
    """A limit as the task shows it; one of the whole session with how near to it the person is."""
    told: dict[str, Any] = {"id": one.id, "text": one.text}
    if one.of is not None or one.within not in (None, "session"):
        return told
    if isinstance(one, Stewardship):
        if one.none_at > one.full_at >= 0:
            told |= {"measure": one.measure, "at_most": one.none_at, "full_at": one.full_at}
    elif one.at_most is not None and one.at_most >= 0:
        told |= {"measure": one.measure, "at_most": one.at_most}
    return told


class Passing(Strict):
    """What passes, once no critical error was made and every required goal is met."""

    score: int = Field(ge=1, le=POINTS)


class Reviewer(Strict):
    """Who has reviewed the drill, and when."""

    name: Line
    on: Day


class DrillItem(Item):
    """A task in the room, judged on pictures, answers and dose."""

    model_config = ConfigDict(validate_by_alias=True, validate_by_name=False)

    summary: Sentence = Field(description="one sentence for the tree of drills")
    sources: tuple[DrillSource, ...] = Field(min_length=1)
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    minutes: int = Field(ge=1, le=120, description="usual time; shown, never scored")
    after: tuple[Annotated[Kebab, Refers("drills")], ...] = Field(default=(), description="drills before it")
    skills: tuple[Annotated[Kebab, Refers("guide")], ...] = Field(min_length=1, description="skill pages")
    terms: tuple[Kebab, ...] = Field(min_length=1, description="what evidence is filed under")
    guide: tuple[Annotated[Kebab, Refers("guide")], ...] = Field(min_length=1, description="pages to read")
    patients: tuple[Annotated[Kebab, Refers("patients")], ...] = Field(
        min_length=3, description="the first is the default"
    )
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
    passing: Passing = Field(alias="pass")
    hints: tuple[Sentence, ...] = Field(min_length=3, max_length=3, description="from a nudge to the way")
    reviewer: Reviewer | None = None

    # ---- what an attempt draws -------------------------------------------------------------------------

    def words(self, seed: int) -> dict[str, str]:
        """The drawn words of an attempt."""
        return drawn_words(self.draws, seed, self.id)

    def plan(self, seed: int) -> dict[str, Any]:
        """What an attempt draws: the words, the start and the objects, as plain JSON."""
        words = self.words(seed)
        return {
            "draws": words,
            "start": self.start.plain(seed, f"{self.id}:start", words),
            "objects": [one.plain(seed, f"{self.id}:{one.id}", words) for one in self.objects],
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
            "targets": [_target(target, words) for target in self.targets],
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
        for part in ("patients", "after", "draws"):
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
            for rule in number.unknown(self.draws):
                yield Broken((*where, *rule.location), rule.problem, rule.way_out, rule.got, rule.uses)
        for name in re.findall(r"\{([a-z0-9-]*)\}", self.brief):
            if name not in self.draws:
                way_out = nearest(name, self.draws) or "`draws: {side: [left, right]}`"
                yield Broken(("brief",), "names what is no drawn word", way_out, name, ("draws",))
        given = [(("start", *where), word) for where, word in self.start.drawn_by_words()]
        for index, target in enumerate(self.targets):
            for field in ("vessel", "bed"):
                if (word := getattr(target, field)) is not None:
                    given.append((("targets", index, field), word))
        for where, word in given:
            for rule in word.unknown(self.draws):
                yield Broken((*where, *rule.location), rule.problem, rule.way_out, rule.got, rule.uses)
        for index, question in enumerate(self.questions):
            here = ("questions", index, "answer")
            for rule in unknown_words(question.answer.by, question.answer.values, self.draws):
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


def _target(target: Target, words: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"id": target.id, "kind": target.kind}
    if target.object is not None:
        made["object"] = target.object
    if target.structure is not None:
        made["structure"] = target.structure
    if target.parts:
        made["parts"] = list(target.parts)
    if target.vessel is not None:
        made["vessel"] = target.vessel.drawn(words)
        if target.along_mm is not None:
            made["along_mm"] = list(target.along_mm)
    if target.bed is not None:
        made["bed"] = target.bed.drawn(words)
    if target.lesion is not None:
        made["lesion"] = target.lesion
    return made
