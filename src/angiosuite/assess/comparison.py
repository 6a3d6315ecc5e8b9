"""Two pathways side by side: lengths, stages, exams and what each asks, each figure with how it is known."""

from __future__ import annotations

from dataclasses import dataclass

from angiosuite.assess.months import amount_words, counted
from angiosuite.assess.stages import stages_of
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.requirement import Asked

UNITS = {"target_months": "month", "target_days": "day", "every_months": "month"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One side of one row.

    Parameters
    ----------
    text : str
        What it is there; empty when there is nothing of the kind.
    basis : str
        How it is known; empty for what needs no basis.
    """

    text: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison."""

    group: str
    title: str
    a: Cell
    b: Cell


def compared(a: PathwayItem, b: PathwayItem) -> tuple[Row, ...]:
    """Rows of a comparison, grouped: the way, stages, exams, requirements by kind."""
    rows = [Row("way", title, Cell(one), Cell(other)) for title, one, other in _ways(a, b)]
    rows += _zipped("stages", _stages(a), _stages(b))
    rows += _zipped("exams", _exams(a), _exams(b))
    kinds = dict.fromkeys(_kind(each) for each in (*a.requirements, *b.requirements))
    for kind in kinds:
        rows += _zipped(kind, _requirements(a, kind), _requirements(b, kind))
    return tuple(rows)


def figure_words(asked: Asked) -> str:
    """What a requirement asks, in a few words: "250", "12 months", "every 6 months"."""
    for name, unit in UNITS.items():
        value = getattr(asked, name, None)
        if value is not None:
            every = "every " if name == "every_months" else ""
            return every + counted(value, unit)
    target = getattr(asked, "target", None)
    if target is not None:
        text = amount_words(target)
        for name, joint in (("window_months", "in"), ("within_months", "within")):
            if getattr(asked, name, None) is not None:
                text += f" {joint} {counted(getattr(asked, name), 'month')}"
        return text
    return ""


def total_months(pathway: PathwayItem) -> float | None:
    """Months of training of the first variant; None when a stage has no length."""
    stages = [stage for stage in stages_of(pathway, None) if stage.training]
    months = [stage.months for stage in stages if stage.months is not None]
    return sum(months) if len(months) == len(stages) else None


def _ways(a: PathwayItem, b: PathwayItem) -> list[tuple[str, str, str]]:
    def months(pathway: PathwayItem) -> str:
        total = total_months(pathway)
        return "" if total is None else counted(total, "month")

    return [
        ("Country", a.country or a.region or "", b.country or b.region or ""),
        ("Status", a.status, b.status),
        ("Version", a.version, b.version),
        ("Training in all", months(a), months(b)),
        ("Award", a.labels.award, b.labels.award),
    ]


def _exams(pathway: PathwayItem) -> list[tuple[str, Cell]]:
    return [(exam.title, Cell(exam.title, exam.models[-1].basis)) for exam in pathway.exams]


def _stages(pathway: PathwayItem) -> list[tuple[str, Cell]]:
    made = []
    for stage in stages_of(pathway, None):
        length = "" if stage.months is None else f", {counted(stage.months, 'month')}"
        made.append((stage.title, Cell(stage.title + length, stage.basis)))
    return made


def _requirements(pathway: PathwayItem, kind: str) -> list[tuple[str, Cell]]:
    made = []
    for each in pathway.requirements:
        if _kind(each) == kind:
            figure = figure_words(each)
            text = f"{each.title}: {figure}" if figure and figure != "1" else each.title
            made.append((each.title, Cell(text, each.basis)))
    return made


def _zipped(group: str, a: list[tuple[str, Cell]], b: list[tuple[str, Cell]]) -> list[Row]:
    """Rows in order; sides that have the same title stand in one row."""
    others = dict(b)
    rows = [Row(group, title, cell, others.pop(title, Cell())) for title, cell in a]
    spare = iter([(title, cell) for title, cell in b if title in others])
    filled = []
    for row in rows:
        if not row.b.text and (following := next(spare, None)) is not None:
            row = Row(group, f"{row.title} · {following[0]}", row.a, following[1])
        filled.append(row)
    return [*filled, *(Row(group, title, Cell(), cell) for title, cell in spare)]


def _kind(asked: Asked) -> str:
    return str(getattr(asked, "kind", ""))
