"""Schema of one requirement of a pathway: what is asked, of which evidence, until when, and how sure that is.

Every kind is one class; `kind` chooses it. Months and years are those of training: they stand still during
leave and stretch with part-time work.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Kebab, Line, Prose, Strict

AskedBasis = Literal["read", "memory", "open", "programme"]
"""As `schema.Basis`, or set by a *programme* for its own trainees."""

EvidenceName = Literal[
    "real-case", "suite-practice", "observation", "exam", "credit", "course", "rotation", "teaching",
    "meeting", "credential", "document", "attestation", "entrustment",
]  # fmt: skip
RoleName = Literal[
    "observer", "assistant", "first-operator-supervised", "first-operator-independent", "supervisor"
]
StatusName = Literal["draft", "submitted", "signed"]
LeaveName = Literal["parental", "medical", "caregiver", "vacation", "research", "military", "other"]
Positive = Annotated[float, Field(gt=0, le=100_000)]
Months = Annotated[float, Field(gt=0, le=240)]
Word = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\s].*$")]


class Predicate(Strict):
    """Which evidence counts. Within a list any entry will do; all lists must agree."""

    evidence: tuple[EvidenceName, ...] = Field(default=(), description="the kind's own evidence if left out")
    terms: tuple[Kebab, ...] = Field(default=(), description="any of these; every term if left out")
    primary_only: bool = Field(default=False, description="only the first term of the evidence is looked at")
    roles: tuple[RoleName, ...] = ()
    results: tuple[Word, ...] = ()
    schemes: tuple[Word, ...] = ()
    levels: tuple[Word, ...] = ()
    min_status: StatusName | None = Field(
        default=None,
        description="cases, observations, attestations and entrustments: signed; others: submitted",
    )
    stage_only: bool = Field(default=False, description="only within the requirement's stage")
    before_start: bool = Field(default=False, description="also from before the pathway began")

    def rules(self) -> Iterator[Broken]:
        """Simulated practice is never mixed with what is real."""
        if "suite-practice" in self.evidence and len(self.evidence) > 1:
            yield Broken(
                ("evidence",),
                "mixes simulated practice with other evidence",
                "a requirement of its own for suite-practice",
                list(self.evidence),
            )


class Due(Strict):
    """The last day for it: one of the first four. Without `due`, the end of its stage, or of the pathway."""

    stage_end: Kebab | None = Field(default=None, description="last day of this stage")
    stage_start: Kebab | None = Field(default=None, description="last day before this stage")
    months_after_start: Months | None = Field(
        default=None, description="of training, from the pathway's start"
    )
    on: date | None = Field(
        default=None, description="a calendar day; the clock of training does not move it"
    )
    plus_months: float = Field(
        default=0, ge=-120, le=120, description="moves a stage's day; months of training"
    )

    def rules(self) -> Iterator[Broken]:
        """Exactly one way of naming the day."""
        given = [
            name
            for name in ("stage_end", "stage_start", "months_after_start", "on")
            if getattr(self, name) is not None
        ]
        if len(given) != 1:
            yield Broken(
                (),
                "names no day, or more than one",
                "one of stage_end, stage_start, months_after_start, on",
                given,
            )


class Asked(Strict):
    """What every requirement has, whatever its kind."""

    id: Kebab
    title: Line
    stage: Kebab | None = Field(
        default=None, description="stage it belongs to; the whole pathway if left out"
    )
    variant: Kebab | None = Field(default=None, description="only asked of this variant")
    basis: AskedBasis
    source: Kebab | None = Field(default=None, description="key of one of `sources`")
    due: Due | None = None
    overridable: bool = Field(default=True, description="whether a programme or person may set it")
    note: Prose = ""
    figures: ClassVar[tuple[str, ...]] = ()
    """Fields of which one has to be set by whoever vouches for it in place of a source."""

    @property
    def refers(self) -> tuple[str, ...]:
        """Ids of the requirements that this one builds on."""
        return ()

    @property
    def settled(self) -> bool:
        """Whether a figure is there to measure against."""
        return True

    def rules(self) -> Iterator[Broken]:
        """What was read has a source and a figure."""
        if self.basis == "read" and self.source is None:
            yield Broken(
                ("source",), "is missing for basis read", "the key of the source, or `basis: memory`"
            )
        if self.basis in ("read", "programme") and not self.settled:
            yield Broken(
                ("basis",),
                f"is {self.basis}, but no figure is given",
                "the figure, or `basis: open`",
                self.basis,
            )


class _Figure(Asked):
    target: Positive | None = None
    counts: Predicate = Predicate()
    figures: ClassVar[tuple[str, ...]] = ("target",)

    @property
    def settled(self) -> bool:
        """Whether the target is known."""
        return self.target is not None


class Count(_Figure):
    """At least `target` of something; evidence with an amount counts as that many."""

    kind: Literal["count"]


class SubQuota(_Figure):
    """Of what counts for `of`, at least `target` that also meet `counts`."""

    kind: Literal["sub-quota"]
    of: Kebab

    @property
    def refers(self) -> tuple[str, ...]:
        """The whole that it is a part of."""
        return (self.of,)


class Maximum(_Figure):
    """At most `target` of what meets `counts` count towards `of`; without `of`, may happen at all."""

    kind: Literal["maximum"]
    of: Kebab | None = None

    @property
    def refers(self) -> tuple[str, ...]:
        """The whole that takes no more of it."""
        return (self.of,) if self.of else ()


class Duration(Asked):
    """At least so many months of something, in full-time months without leave."""

    kind: Literal["duration"]
    target_months: Months | None = None
    counts: Predicate = Predicate()
    figures: ClassVar[tuple[str, ...]] = ("target_months",)

    @property
    def settled(self) -> bool:
        """Whether the target is known."""
        return self.target_months is not None


class Exam(Asked):
    """An exam passed."""

    kind: Literal["exam"]
    exam: Kebab = Field(description="id of one of `exams`, and the term of the evidence")
    counts: Predicate = Predicate(results=("pass",))


class Credits(_Figure):
    """At least `target` credits in the last `window_months`, which roll with the calendar."""

    kind: Literal["credits"]
    window_months: Months
    per: Literal["rolling", "cycle"] = Field(
        default="rolling", description="rolling, or cycles of `window_months` counted from the start"
    )


class RotationPart(Strict):
    """One kind of rotation in a mix."""

    title: Line
    terms: tuple[Kebab, ...] = Field(min_length=1)
    at_least: float = Field(default=0, ge=0, le=500)
    at_most: float | None = Field(default=None, gt=0, le=500, description="more than this does not count")

    def rules(self) -> Iterator[Broken]:
        """The least is not more than the most."""
        if self.at_most is not None and self.at_least > self.at_most:
            yield Broken(
                ("at_least",), f"is above at_most, {self.at_most:g}", "a smaller figure", self.at_least
            )


class RotationMix(_Figure):
    """`target` rotations in all, made of parts with a least and a most."""

    kind: Literal["rotation-mix"]
    unit: Literal["rotation", "month", "week"] = "month"
    parts: tuple[RotationPart, ...] = Field(min_length=1, max_length=30)


class Cadence(Asked):
    """Something again and again, at most `every_months` apart."""

    kind: Literal["cadence"]
    every_months: Months | None = None
    counts: Predicate = Predicate()
    figures: ClassVar[tuple[str, ...]] = ("every_months",)

    @property
    def settled(self) -> bool:
        """Whether the interval is known."""
        return self.every_months is not None


class Credential(Asked):
    """A licence, certificate or permit that is valid; `until` of the evidence is its expiry."""

    kind: Literal["credential"]
    counts: Predicate = Predicate()
    valid_months: Months | None = Field(
        default=None, description="calendar months, when the paper names no day"
    )
    renew_before_days: int = Field(default=60, ge=0, le=730, description="at risk this long before expiry")


class Document(_Figure):
    """Something that exists: a letter, a project, a checklist."""

    kind: Literal["evidence"]
    target: Positive | None = 1
    figures: ClassVar[tuple[str, ...]] = ()


class Attestation(_Figure):
    """Somebody's signed statement."""

    kind: Literal["attestation"]
    target: Positive | None = 1
    figures: ClassVar[tuple[str, ...]] = ()


class Entrustment(Asked):
    """A human decision for each of `items`, at `level` or above."""

    kind: Literal["entrustment"]
    items: tuple[Kebab, ...] = Field(min_length=1, max_length=100, description="terms, such as EPAs")
    level: Word | None = None
    scale: tuple[Word, ...] = Field(default=(), max_length=20, description="levels from lowest to highest")
    counts: Predicate = Predicate()
    figures: ClassVar[tuple[str, ...]] = ("level",)

    @property
    def settled(self) -> bool:
        """Whether the level is known."""
        return self.level is not None

    def rules(self) -> Iterator[Broken]:
        """The level is on the scale."""
        yield from super().rules()
        if self.level is not None and self.level not in self.scale:
            yield Broken(
                ("level",), "is not on the scale", "one of " + ", ".join(self.scale), self.level, ("scale",)
            )


class Distinct(_Figure):
    """At least so many different raters, sites or patients."""

    kind: Literal["distinct"]
    what: Literal["raters", "sites", "patients"]


class Recency(_Figure):
    """At least `target` in the last `within_months` of the calendar."""

    kind: Literal["recency"]
    target: Positive | None = 1
    within_months: Months
    figures: ClassVar[tuple[str, ...]] = ("within_months", "target")
    warn_days: int = Field(default=60, ge=0, le=730, description="at risk this long before it lapses")


class YearlyMinimum(_Figure):
    """At least `target` in every year: of training, or of the calendar."""

    kind: Literal["yearly-minimum"]
    year: Literal["training", "calendar"] = "training"


class AnyOf(Asked):
    """At least so many of the named requirements."""

    kind: Literal["any-of"]
    of: tuple[Kebab, ...] = Field(min_length=2, max_length=50)
    at_least: int = Field(default=1, ge=1, le=50)

    @property
    def refers(self) -> tuple[str, ...]:
        """The choices."""
        return self.of

    def rules(self) -> Iterator[Broken]:
        """No more are asked than there are."""
        yield from super().rules()
        if self.at_least > len(self.of):
            yield Broken(
                ("at_least",), f"is more than the {len(self.of)} named", "a smaller number", self.at_least
            )


class AllOf(Asked):
    """Every one of the named requirements."""

    kind: Literal["all-of"]
    of: tuple[Kebab, ...] = Field(min_length=1, max_length=100)

    @property
    def refers(self) -> tuple[str, ...]:
        """The parts."""
        return self.of


class Order(Asked):
    """One requirement met before, or on the day of, another."""

    kind: Literal["order"]
    first: Kebab
    then: Kebab

    @property
    def refers(self) -> tuple[str, ...]:
        """Both."""
        return self.first, self.then


class LeaveCap(Asked):
    """Days of leave that need not be made up; more of them lengthen training and are nobody's fault."""

    kind: Literal["leave-cap"]
    target_days: Annotated[float, Field(gt=0, le=3660)] | None = None
    per: Literal["training-year", "stage", "pathway"] = "training-year"
    leave: tuple[LeaveName, ...] = Field(default=(), description="kinds of leave; every kind if left out")
    working_days: bool = Field(default=False, description="Monday to Friday alone are counted")
    figures: ClassVar[tuple[str, ...]] = ("target_days",)

    @property
    def settled(self) -> bool:
        """Whether the cap is known."""
        return self.target_days is not None

    def rules(self) -> Iterator[Broken]:
        """A cap of a stage names the stage."""
        yield from super().rules()
        if self.per == "stage" and self.stage is None:
            yield Broken(("per",), "needs a stage", "`stage: …`, or `per: pathway`", self.per, ("stage",))


Requirement = Annotated[
    Count | SubQuota | Maximum | Duration | Exam | Credits | RotationMix | Cadence | Credential | Document
    | Attestation | Entrustment | Distinct | Recency | YearlyMinimum | AnyOf | AllOf | Order | LeaveCap,
    Field(discriminator="kind"),
]  # fmt: skip
"""One requirement; its `kind` says which."""


class Override(Strict):
    """What a programme or a person sets in place of a requirement's own fields."""

    title: Line | None = None
    target: Positive | None = None
    target_months: Months | None = None
    target_days: Annotated[float, Field(gt=0, le=3660)] | None = None
    every_months: Months | None = None
    window_months: Months | None = None
    within_months: Months | None = None
    valid_months: Months | None = None
    level: Word | None = None
    due: Due | None = None
    note: Prose | None = None
    basis: Literal["programme"] = "programme"
    source: Line | None = Field(default=None, description="key of a source, or where it is written down")

    @property
    def fields(self) -> dict[str, object]:
        """The fields that are set, without `basis` and `source`."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {k: v for k, v in given.items() if v is not None and k not in ("basis", "source")}
