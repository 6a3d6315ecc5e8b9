"""The stages of an enrolment on the calendar: when each begins and ends, and where a day falls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from angiosuite.assess.training_time import TrainingTime
from angiosuite.content.pathway import PathwayItem, Stage
from angiosuite.kit.enrolment import Enrolment

StageState = Literal["past", "now", "next"]


@dataclass(frozen=True, slots=True)
class StagePlace:
    """One stage on the calendar.

    Parameters
    ----------
    stage : Stage
        As the pathway has it.
    months_before : float
        Months of training from the pathway's beginning to the stage's.
    months : float, optional
        Its length with any extension; None when it has no end.
    begins : date, optional
        First day; None after a stage without an end.
    ends : date, optional
        Last day.
    given : bool
        Taken as done, because the enrolment began with a later stage.
    """

    stage: Stage
    months_before: float
    months: float | None
    begins: date | None
    ends: date | None
    given: bool = False

    def state(self, day: date) -> StageState:
        """Whether it is over, under way or ahead on a day."""
        if self.begins is None or day < self.begins:
            return "next"
        return "now" if self.ends is None or day <= self.ends else "past"

    def fraction(self, day: date, clock: TrainingTime) -> float:
        """Share of its training time that is behind at the end of a day, 0 to 1."""
        state = self.state(day)
        if state != "now" or self.begins is None or self.ends is None:
            return 1.0 if state == "past" else 0.0
        end = self.ends + timedelta(days=1)
        whole = clock.elapsed(end) - clock.elapsed(self.begins)
        gone = clock.elapsed(day + timedelta(days=1)) - clock.elapsed(self.begins)
        return min(1.0, gone / whole) if whole > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """All stages of an enrolment in order.

    Parameters
    ----------
    places : tuple of StagePlace
        One for each stage of the variant.
    clock : TrainingTime
        The clock that they were laid out with.
    before : float
        Months of the stages that were taken as done.
    """

    places: tuple[StagePlace, ...]
    clock: TrainingTime
    before: float

    def place(self, stage: str | None) -> StagePlace | None:
        """Where a stage lies; None when the variant has no such stage."""
        return next((place for place in self.places if place.stage.id == stage), None)

    @property
    def begins(self) -> date:
        """First day of the first stage."""
        return self.day(0)

    @property
    def ends(self) -> date | None:
        """Last day of the last stage of training that has an end."""
        training = [p for p in self.places if p.stage.training and p.ends] or [
            p for p in self.places if p.ends
        ]
        return training[-1].ends if training else None

    def day(self, months: float) -> date:
        """The first day after so many months of training from the pathway's beginning."""
        return self.clock.after_months(months - self.before)

    def now(self, day: date) -> StagePlace | None:
        """The stage that is under way."""
        return next((place for place in self.places if place.state(day) == "now"), None)


def stages_of(pathway: PathwayItem, variant: str | None) -> tuple[Stage, ...]:
    """The stages of a variant in its order; of the first one when none is named."""
    if not pathway.variants:
        return pathway.stages
    chosen = next((each for each in pathway.variants if each.id == variant), pathway.variants[0])
    by_id = {stage.id: stage for stage in pathway.stages}
    return tuple(by_id[name] for name in chosen.stages)


def plan(pathway: PathwayItem, enrolment: Enrolment, clock: TrainingTime | None = None) -> Plan:
    """Lay the stages of an enrolment out on the calendar.

    Days are counted from the enrolment's start for every stage anew, so that month ends do not drift. An
    extension lengthens the last stage of training that has a length.
    """
    clock = clock or TrainingTime.of(enrolment)
    stages = stages_of(pathway, enrolment.variant)
    names = [stage.id for stage in stages]
    given = names.index(enrolment.from_stage) if enrolment.from_stage in names else 0
    before = sum(stage.months or 0.0 for stage in stages[:given])
    lengthened = max(
        (i for i, stage in enumerate(stages) if stage.months and stage.training),
        default=max((i for i, stage in enumerate(stages) if stage.months), default=-1),
    )
    places: list[StagePlace] = []
    at: float | None = 0.0
    for index, stage in enumerate(stages):
        months = stage.months
        if months is not None and index == lengthened:
            months += enrolment.extension_months
        begins = None if at is None else clock.after_months(at - before)
        after = None if at is None or months is None else at + months
        ends = None if after is None else clock.after_months(after - before) - timedelta(days=1)
        places.append(StagePlace(stage, at or 0.0, months, begins, ends, index < given))
        at = after if months is not None or index >= given else at
    return Plan(tuple(places), clock, before)
