"""Criteria of a drill, as its file says them: which measure, of what, and what was asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from angiosuite.content.measure_entry import measure_entries

from .measures import MEASURES
from .measures.reading import Reading, Value

Kind = Literal["critical", "goal", "limit", "stewardship"]
State = Literal["met", "missed", "not-judged"]
TENTHS = 10
"""Points are reckoned in tenths, so that sums are exact."""
SLACK = 1e-9
"""A value this close to a bound lies on it."""


TREATED = ("dilated", "stented", "gradient", "embolised", "coiled")
"""Families whose measures of a target say that it was treated."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a drill on which something depends.

    Parameters
    ----------
    id, kind, text : str
        Which, what for, and how it is told.
    measure, of, within
        What is read from the log.
    at_most, at_least, equals : float or None
        What a goal or limit asks for, and when a critical error is made.
    full_at, none_at : float
        Stewardship: where it earns all points, and where none.
    tenths : int
        Points, in tenths.
    required : bool
        Whether an attempt passes only with it.
    why, source : str
        Why it matters, and who says so.
    """

    id: str
    kind: Kind
    text: str
    measure: str
    of: str | None
    within: str | None
    at_most: float | None
    at_least: float | None
    equals: float | None
    full_at: float
    none_at: float
    tenths: int
    required: bool
    why: str
    source: str

    @classmethod
    def of_plain(cls, kind: Kind, plain: Mapping[str, Any], sources: Mapping[str, str]) -> Criterion:
        """A criterion from the drill's own words."""
        key = plain.get("source") or ""
        return cls(
            id=plain["id"],
            kind=kind,
            text=plain.get("text") or MEASURES[plain["measure"]].definition.title,
            measure=plain["measure"],
            of=plain.get("of"),
            within=plain.get("in"),
            at_most=_number(plain.get("at_most")),
            at_least=_number(plain.get("at_least")),
            equals=_number(plain.get("is")),
            full_at=float(plain.get("full_at") or 0.0),
            none_at=float(plain.get("none_at") or 0.0),
            tenths=round(float(plain.get("points") or 0.0) * TENTHS),
            required=bool(plain.get("required", False)),
            why=plain.get("why") or "",
            source=sources.get(key, key),
        )

    @property
    def unit(self) -> str:
        """Unit of the measure."""
        return MEASURES[self.measure].definition.unit

    @property
    def shows_success(self) -> bool:
        """Whether a picture or an answer decides it; what was spared or avoided counts only after that."""
        family = MEASURES[self.measure].family
        if family in TREATED:  # of the target: it was treated, and how
            return measure_entries()[self.measure].shows_success
        return family in ("picture", "contrast_seen", "answers", "reached")

    @property
    def wanted(self) -> str:
        """What is asked, for people; of a critical error what makes it."""
        if self.kind == "stewardship":
            full, none = (_with(value, self.unit) for value in (self.full_at, self.none_at))
            return f"all points at {full}, none at {none}"
        if self.equals is not None:
            return {0.0: "no", 1.0: "yes"}.get(self.equals, _with(self.equals, self.unit))
        bounds = (("at least", self.at_least), ("at most", self.at_most))
        return ", ".join(f"{word} {_with(bound, self.unit)}" for word, bound in bounds if bound is not None)

    @property
    def limit(self) -> float | None:
        """Where a growing value begins to cost something; None where it does not."""
        if self.kind == "stewardship":
            return self.full_at if self.full_at < self.none_at else None
        if self.kind == "critical":
            return None if self.at_least is None else self.at_least - SLACK
        return self.at_most

    def state(self, reading: Reading) -> State:
        """Whether a reading meets what is asked; what the log does not hold is not judged."""
        if reading.value is None:
            return "not-judged" if reading.missing == "not-recorded" else "missed"
        return "met" if self.holds(reading.value) else "missed"

    def holds(self, value: Value) -> bool:
        """Whether a value lies within the bounds."""
        if isinstance(value, str) or value is None:
            return False
        if self.equals is not None:
            return abs(value - self.equals) < SLACK
        below = self.at_most is None or value <= self.at_most + SLACK
        return below and (self.at_least is None or value >= self.at_least - SLACK)

    def earned(self, value: Value) -> int:
        """Tenths of points that a value earns by stewardship: linear from all to none."""
        if isinstance(value, str) or value is None:
            return 0
        share = (value - self.none_at) / (self.full_at - self.none_at)
        return round(self.tenths * min(max(share, 0.0), 1.0))


def criteria_of(drill: Mapping[str, Any]) -> dict[Kind, tuple[Criterion, ...]]:
    """All criteria of a drill that is given as plain JSON, by kind."""
    sources = {one["key"]: one["citation"] for one in drill.get("sources") or () if one.get("key")}
    lists: dict[Kind, str] = {
        "critical": "critical",
        "goal": "goals",
        "limit": "limits",
        "stewardship": "stewardship",
    }
    return {
        kind: tuple(Criterion.of_plain(kind, plain, sources) for plain in drill.get(name) or ())
        for kind, name in lists.items()
    }


def shown(value: Value, unit: str) -> str:
    """A value for people."""
    return "nothing" if value is None else value if isinstance(value, str) else _with(value, unit)


def _with(value: float, unit: str) -> str:
    return f"{value:.4g} {unit}".strip()


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
