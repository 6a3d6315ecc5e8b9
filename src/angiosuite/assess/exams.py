"""The exam planner: which model of each exam comes when, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from angiosuite.assess.holding import first_sitting
from angiosuite.assess.months import MONTH_NAMES, day_words, month_words
from angiosuite.assess.stages import Plan
from angiosuite.assess.standing import Standing, State
from angiosuite.content.pathway import ExamModel, ExamSpec, PathwayItem
from angiosuite.content.requirement import Exam

Sure = Literal["known", "unknown"]


@dataclass(frozen=True, slots=True)
class ExamPlan:
    """One exam of one person.

    Parameters
    ----------
    exam : ExamSpec
        As the pathway has it.
    earliest : date, optional
        First day on which it can be sat; None when that cannot be computed.
    by : date, optional
        Last day for it.
    passed_on : date, optional
        When it was passed.
    model : ExamModel, optional
        The one that holds on `earliest`.
    sure : str
        "unknown" when the model or its rules for this person are not known.
    straddles : bool
        Training began under one model and the exam falls under another.
    waits_for : tuple of str
        Exams that come first and are not passed.
    sitting : str
        Month in which sittings usually are, at or after `earliest`; empty when not known.
    words : str
        All of that in a sentence or two.
    given : bool
        Not passed here, but of a stage before the one that the enrolment began with: taken as done.
    """

    exam: ExamSpec
    earliest: date | None
    by: date | None
    passed_on: date | None
    model: ExamModel | None
    sure: Sure
    straddles: bool
    waits_for: tuple[str, ...]
    sitting: str
    words: str
    given: bool = False


TAKEN_AS_DONE = "Of a stage before the one that you began with: taken as done."


def planned(
    pathway: PathwayItem, plan: Plan, standings: Mapping[str, Standing], as_of: date
) -> tuple[ExamPlan, ...]:
    """Every exam of the pathway, in its order.

    Parameters
    ----------
    pathway : PathwayItem
        Whole.
    plan : Plan
        The person's stages on the calendar.
    standings : mapping
        Requirement id to standing, for what is passed and by when.
    as_of : date
        The day; an exam that is not passed cannot be sat before it.

    Notes
    -----
    The model is the one whose dates hold the earliest possible sitting. Where a model says that those between
    two models are an open question (`straddle`), everybody whose training began before that model is in force
    and who sits under it is told so, and nothing is guessed.
    """
    requirements = {each.exam: each for each in pathway.requirements if isinstance(each, Exam)}
    titles = {exam.id: exam.title for exam in pathway.exams}
    passed: dict[str, date | None] = {}
    for exam_id, asked in requirements.items():
        standing = standings.get(asked.id)
        if standing is not None and standing.used:
            passed[exam_id] = standing.met_on
    made = []
    for exam in pathway.exams:
        requirement = requirements.get(exam.id)
        due = standings[requirement.id].due if requirement and requirement.id in standings else None
        made.append(_plan_of(exam, pathway, plan, due, passed, standings, requirement, titles, as_of))
    return tuple(made)


def _plan_of(
    exam: ExamSpec,
    pathway: PathwayItem,
    plan: Plan,
    by: date | None,
    passed: Mapping[str, date | None],
    standings: Mapping[str, Standing],
    requirement: Exam | None,
    titles: Mapping[str, str],
    as_of: date,
) -> ExamPlan:
    waits_for = tuple(name for name in exam.after if name not in passed)
    earliest = first_sitting(pathway, plan, exam.id)
    done = exam.id in passed
    met_on = passed.get(exam.id)
    if requirement is not None and standings.get(requirement.id, None) is not None:
        done = done or standings[requirement.id].state is State.MET
    sitting_from = met_on if done and met_on else None if earliest is None else max(earliest, as_of)
    model = None if sitting_from is None else model_on(exam, sitting_from)
    straddles = model is not None and model.valid_from is not None and plan.begins < model.valid_from
    open_rules = straddles and model is not None and bool(model.straddle)
    sure: Sure = "known"
    if not done and (model is None or model.basis != "read" or open_rules):
        sure = "unknown"
    sitting = "" if sitting_from is None or done else _usual(exam, sitting_from)
    place = plan.place(exam.when.stage) if exam.when is not None else None
    if place is not None and place.given and not done:
        return ExamPlan(exam, None, by, None, None, "known", False, (), "", TAKEN_AS_DONE, given=True)
    words = _words(model, sitting_from, done, met_on, waits_for, open_rules, sitting, titles, as_of)
    return ExamPlan(exam, earliest, by, met_on, model, sure, straddles, waits_for, sitting, words)


def model_on(exam: ExamSpec, day: date) -> ExamModel | None:
    """The model whose dates hold a day; the latest begun when several do."""
    fitting = [
        model
        for model in exam.models
        if (model.valid_from is None or model.valid_from <= day)
        and (model.valid_to is None or day <= model.valid_to)
    ]
    return max(fitting, key=lambda model: model.valid_from or date.min, default=None)


def _usual(exam: ExamSpec, day: date) -> str:
    """The next month in which sittings usually are: "October 2028"."""
    if exam.when is None or not exam.when.usual_months:
        return ""
    months = sorted(exam.when.usual_months)
    later = [month for month in months if month >= day.month]
    year = day.year if later else day.year + 1
    return f"{MONTH_NAMES[(later or months)[0] - 1]} {year}"


def _words(
    model: ExamModel | None,
    day: date | None,
    done: bool,
    met_on: date | None,
    waits_for: tuple[str, ...],
    open_rules: bool,
    sitting: str,
    titles: Mapping[str, str],
    as_of: date,
) -> str:
    if done:
        return f"Passed in {month_words(met_on)}." if met_on is not None else "Passed."
    if day is None:
        return "When it can first be sat is not known; check with your programme."
    text = "Can be sat now" if day <= as_of else f"Can first be sat from {day_words(day)}"
    text += f", usually in {sitting}." if sitting else "."
    if waits_for:
        text += " After: " + ", ".join(titles[name] for name in waits_for) + "."
    if model is None:
        return text + " How it will be held then is not known; check with the board."
    text += f" Then: {model.title}."
    if open_rules:
        text += f" Not known for those between two models: {model.straddle}"
    elif model.basis != "read":
        text += " This has not been checked; ask the board."
    return text
