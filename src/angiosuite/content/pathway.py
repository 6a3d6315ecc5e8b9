"""Schema of ``pathways/<id>/pathway.yaml``: a way through training, dated and versioned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from pydantic import Strict as Strictness

from angiosuite.content.faults import nearest
from angiosuite.content.requirement import Asked, Exam, Months, Override, Requirement
from angiosuite.content.schema import Basis, Broken, Country, Item, Kebab, Line, Prose, Refers, Source, Strict

Hours = Literal["us-acgme", "eu-48", "uk-48"]
Relation = Literal["exact", "broader", "narrower", "related", "none"]


class KeyedSource(Source):
    """A source that requirements name by its key."""

    key: Kebab
    read_on: Annotated[date, Strictness(strict=False)] | None = Field(
        default=None, description="when the supporting passage was read"
    )
    supports: Prose = Field(default="", description="in own words, what the passage says")


class Labels(Strict):
    """The words of the country for what every pathway has."""

    trainee: Line = "trainee"
    supervisor: Line = "supervisor"
    programme: Line = "programme"
    stage: Line = "stage"
    review: Line = "review"
    logbook: Line = "logbook"
    award: Line = "certificate"


class Stage(Strict):
    """One stretch of the way; without `months` it has no end that could be computed."""

    id: Kebab
    title: Line
    months: Months | None = None
    months_max: Months | None = None
    options: tuple[Line, ...] = ()
    training: bool = Field(
        default=True, description="false for medical school and for practice after the award"
    )
    basis: Basis
    source: Kebab | None = None
    note: Prose = ""

    def rules(self) -> Iterator[Broken]:
        """The longest is not shorter than the usual."""
        if self.months_max is not None and (self.months is None or self.months_max < self.months):
            yield Broken(("months_max",), "is below months", "a larger figure", self.months_max, ("months",))
        if self.basis == "read" and self.source is None:
            yield Broken(
                ("source",), "is missing for basis read", "the key of the source, or `basis: memory`"
            )


class Variant(Strict):
    """One way of going through the pathway: its stages in order."""

    id: Kebab
    title: Line
    stages: tuple[Kebab, ...] = Field(min_length=1, max_length=30)
    note: Prose = ""


class ExamWhen(Strict):
    """When an exam can first be sat, and by when it has to be."""

    stage: Kebab
    months: float = Field(
        default=0, ge=0, le=240, description="of training into the stage, for the first sitting"
    )
    usual_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = Field(
        default=(), description="months of the calendar in which sittings usually are"
    )
    basis: Basis
    source: Kebab | None = None
    note: Prose = ""


class ExamComponent(Strict):
    """One part of an exam."""

    id: Kebab
    title: Line
    format: Literal["computer", "written", "oral", "practical", "simulation"]
    items: int | None = Field(default=None, gt=0, le=2000)
    sessions: int | None = Field(default=None, gt=0, le=100)
    minutes: float | None = Field(default=None, gt=0, le=3000, description="in all")
    note: Prose = ""


class ExamModel(Strict):
    """How an exam is held between two dates."""

    id: Kebab
    title: Line
    valid_from: date | None = Field(default=None, description="first day of sittings of this model")
    valid_to: date | None = Field(default=None, description="last day of them")
    components: tuple[ExamComponent, ...] = Field(default=(), max_length=30)
    straddle: Prose = Field(
        default="", description="what is open for those who trained under one model and sit under the other"
    )
    basis: Basis
    source: Kebab | None = None
    note: Prose = ""

    def rules(self) -> Iterator[Broken]:
        """It ends after it begins."""
        yield from _dates_ordered(self.valid_from, self.valid_to)


class ExamSpec(Strict):
    """An exam of the pathway, in every model it has had and will have."""

    id: Kebab
    title: Line
    after: tuple[Kebab, ...] = Field(default=(), description="exams that come first")
    when: ExamWhen | None = None
    models: tuple[ExamModel, ...] = Field(min_length=1, max_length=20)
    results: tuple[Line, ...] = ("pass", "fail")


class Account(Strict):
    """One saying of the popular account beside what holds now."""

    says: Line
    holds: Prose
    basis: Basis
    source: Kebab | None = None


class Mapped(Strict):
    """One requirement of an older version and what became of it."""

    before: Kebab
    after: Kebab | None = Field(default=None, description="left out when nothing took its place")
    relation: Relation = "exact"
    note: Prose = ""

    def rules(self) -> Iterator[Broken]:
        """Nothing took its place exactly when the relation is none."""
        if (self.after is None) != (self.relation == "none"):
            yield Broken(
                ("relation",), "does not fit `after`", "`relation: none` without `after`", self.relation
            )


class Crosswalk(Strict):
    """From an older version of this pathway to this one; what is not named keeps its id."""

    from_version: Line
    from_pathway: Annotated[Kebab, Refers("pathways")] | None = Field(
        default=None, description="when the older version is another item"
    )
    map: tuple[Mapped, ...] = Field(default=(), max_length=500)


class PathwayItem(Item):
    """A pathway. With `extends` it is a programme's own: the named one with overrides and additions."""

    sources: tuple[KeyedSource, ...] = Field(min_length=1, max_length=200)
    country: Country | None = None
    region: Line | None = None
    version: Line = Field(description='quoted, such as "2026-11"')
    valid_from: date | None = None
    valid_to: date | None = None
    status: Literal["current", "superseded", "draft"]
    supersedes: Annotated[Kebab, Refers("pathways")] | None = None
    extends: Annotated[Kebab, Refers("pathways")] | None = None
    verified_on: date
    verify_every_months: int = Field(default=12, ge=1, le=60)
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    labels: Labels = Labels()
    variants: tuple[Variant, ...] = Field(default=(), max_length=20)
    stages: tuple[Stage, ...] = Field(default=(), max_length=40)
    requirements: tuple[Requirement, ...] = Field(default=(), max_length=300)
    exams: tuple[ExamSpec, ...] = Field(default=(), max_length=30)
    work_hours: Hours | None = None
    popular_account: tuple[Account, ...] = Field(default=(), max_length=30)
    crosswalks: tuple[Crosswalk, ...] = Field(default=(), max_length=30)
    overrides: dict[Kebab, Override] = Field(
        default={}, description="with `extends`: requirement id to fields"
    )

    def requirement(self, identity: str) -> Asked | None:
        """The requirement with this id."""
        return next((each for each in self.requirements if each.id == identity), None)

    def rules(self) -> Iterator[Broken]:
        """Ids are unique, what is named exists, nothing goes in circles, dates are in order."""
        yield from super().rules()
        yield from _dates_ordered(self.valid_from, self.valid_to)
        if self.status == "superseded" and self.valid_to is None:
            yield Broken(
                ("valid_to",), "is missing for a superseded pathway", "its last day", None, ("status",)
            )
        if self.extends is None:
            yield from self._whole()
        elif self.extends == self.id:
            yield Broken(("extends",), "names itself", "the id of another pathway", self.extends)
        keys = [source.key for source in self.sources]
        yield from _unique(keys, "sources", "key")
        for place, key in self._named_sources():
            if key not in keys:
                yield Broken(
                    place, "is not the key of a source", nearest(key, keys) or "a key of `sources`", key
                )
        for name in ("stages", "variants", "requirements", "exams"):
            yield from _unique([entry.id for entry in getattr(self, name)], name, "id")
        yield from self._circles()
        for index, exam in enumerate(self.exams):
            yield from _unique([model.id for model in exam.models], ("exams", index, "models"), "id")

    def _whole(self) -> Iterator[Broken]:
        """What an item without `extends` must hold by itself."""
        if not self.stages:
            yield Broken(("stages",), "is empty", "at least one stage, or `extends: …`", None, ("extends",))
        if self.overrides:
            yield Broken(("overrides",), "needs a pathway to override", "`extends: …`", None, ("extends",))
        stages, variants = [s.id for s in self.stages], [v.id for v in self.variants]
        asked, exams = [r.id for r in self.requirements], [e.id for e in self.exams]

        def missing(
            place: tuple[str | int, ...], name: str | None, known: list[str], what: str
        ) -> Iterator[Broken]:
            if name is not None and name not in known:
                yield Broken(
                    place, f"is not {what}", nearest(name, known) or "one of " + ", ".join(known), name
                )

        for i, variant in enumerate(self.variants):
            for j, stage in enumerate(variant.stages):
                yield from missing(("variants", i, "stages", j), stage, stages, "a stage")
        for i, each in enumerate(self.requirements):
            here = ("requirements", i)
            yield from missing((*here, "stage"), each.stage, stages, "a stage")
            yield from missing((*here, "variant"), each.variant, variants, "a variant")
            if each.due is not None:
                yield from missing((*here, "due", "stage_end"), each.due.stage_end, stages, "a stage")
                yield from missing((*here, "due", "stage_start"), each.due.stage_start, stages, "a stage")
            if isinstance(each, Exam):
                yield from missing((*here, "exam"), each.exam, exams, "an exam")
            for name in each.refers:
                yield from missing(here, name, asked, "a requirement")
        for i, exam in enumerate(self.exams):
            if exam.when is not None:
                yield from missing(("exams", i, "when", "stage"), exam.when.stage, stages, "a stage")
            for j, name in enumerate(exam.after):
                yield from missing(("exams", i, "after", j), name, exams, "an exam")
        for i, walk in enumerate(self.crosswalks):
            for j, entry in enumerate(walk.map):
                yield from missing(("crosswalks", i, "map", j, "after"), entry.after, asked, "a requirement")

    def _named_sources(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for name in ("stages", "requirements", "popular_account"):
            for i, entry in enumerate(getattr(self, name)):
                if entry.source is not None:
                    yield (name, i, "source"), entry.source
        for i, exam in enumerate(self.exams):
            if exam.when is not None and exam.when.source is not None:
                yield ("exams", i, "when", "source"), exam.when.source
            for j, model in enumerate(exam.models):
                if model.source is not None:
                    yield ("exams", i, "models", j, "source"), model.source

    def _circles(self) -> Iterator[Broken]:
        asked: dict[str, Asked] = {each.id: each for each in self.requirements}
        for index, each in enumerate(self.requirements):
            seen: set[str] = set()
            ahead = list(each.refers)
            while ahead:
                name = ahead.pop()
                if name == each.id:
                    yield Broken(("requirements", index), "builds on itself", "breaking the circle", each.id)
                    break
                if name not in seen and name in asked:
                    seen.add(name)
                    ahead += asked[name].refers


def _dates_ordered(first: date | None, last: date | None) -> Iterator[Broken]:
    if first is not None and last is not None and last < first:
        yield Broken(
            ("valid_to",), f"is before valid_from, {first}", "a later day", str(last), ("valid_from",)
        )


def _unique(names: Iterable[str], place: str | tuple[str | int, ...], field: str) -> Iterator[Broken]:
    seen: set[str] = set()
    where = (place,) if isinstance(place, str) else place
    for index, name in enumerate(names):
        if name in seen:
            yield Broken((*where, index, field), "is given twice", "another one", name)
        seen.add(name)
