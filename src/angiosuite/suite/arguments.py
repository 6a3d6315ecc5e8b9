"""The arguments of a command: what fits, and a clear refusal of what does not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from angiosuite.kit.errors import WrongUse, did_you_mean

_MISSING = object()


class Argument(Protocol):
    """One argument: checks a value and describes itself."""

    @property
    def default(self) -> Any:
        """Value when it is left out, or the sentinel that makes it required."""

    def check(self, value: Any) -> Any:
        """The value in its normal form; raises ValueError with what is expected."""

    def describe(self) -> dict[str, Any]:
        """Plain JSON description for manuals and pages."""


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number between two bounds."""

    low: float
    high: float
    unit: str = ""
    default: Any = _MISSING
    whole: bool = False

    def check(self, value: Any) -> Any:
        """The number; an integer where whole numbers are asked."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError("a number")
        if not self.low <= value <= self.high or (self.whole and value != int(value)):
            raise ValueError(f"a {'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}")
        return int(value) if self.whole else float(value)

    def describe(self) -> dict[str, Any]:
        """Bounds and unit."""
        return {
            "type": "integer" if self.whole else "number",
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words or numbers."""

    options: tuple[Any, ...]
    default: Any = _MISSING

    def check(self, value: Any) -> Any:
        """The option itself."""
        for option in self.options:
            if option == value and isinstance(option, bool) == isinstance(value, bool):
                return option
        hint = did_you_mean(str(value), [str(o) for o in self.options])
        raise ValueError(f"one of {', '.join(str(o) for o in self.options)}" + (f". {hint}" if hint else ""))

    def describe(self) -> dict[str, Any]:
        """The options."""
        return {"type": "choice", "options": list(self.options)}


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    default: Any = _MISSING

    def check(self, value: Any) -> Any:
        """The flag."""
        if not isinstance(value, bool):
            raise ValueError("true or false")
        return value

    def describe(self) -> dict[str, Any]:
        """Its type."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text without control characters."""

    longest: int = 200
    default: Any = _MISSING

    def check(self, value: Any) -> Any:
        """The text, stripped."""
        if not isinstance(value, str) or not value.strip() or len(value) > self.longest:
            raise ValueError(f"a text of 1 to {self.longest} characters")
        if any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in value):
            raise ValueError("a text without control characters")
        return value.strip()

    def describe(self) -> dict[str, Any]:
        """Its length."""
        return {"type": "text", "longest": self.longest}


@dataclass(frozen=True, slots=True)
class Points:
    """Some (x, y) pairs in pixels of a picture."""

    fewest: int
    most: int
    default: Any = _MISSING

    def check(self, value: Any) -> Any:
        """A list of pairs of floats."""
        if not isinstance(value, list) or not self.fewest <= len(value) <= self.most:
            raise ValueError(f"a list of {self.fewest} to {self.most} points [x, y]")
        pair = Number(-4096.0, 8192.0)
        for point in value:
            if not isinstance(point, list) or len(point) != 2:
                raise ValueError("points of the form [x, y]")
        return [[pair.check(point[0]), pair.check(point[1])] for point in value]

    def describe(self) -> dict[str, Any]:
        """How many."""
        return {"type": "points", "fewest": self.fewest, "most": self.most}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A list of whole numbers."""

    low: int
    high: int
    most: int
    default: Any = _MISSING

    def check(self, value: Any) -> Any:
        """The numbers as a list of integers."""
        if not isinstance(value, list) or len(value) > self.most:
            raise ValueError(f"a list of at most {self.most} whole numbers")
        number = Number(self.low, self.high, whole=True)
        return [number.check(item) for item in value]

    def describe(self) -> dict[str, Any]:
        """Bounds and how many."""
        return {"type": "integers", "low": self.low, "high": self.high, "most": self.most}


@dataclass(frozen=True, slots=True)
class Phases:
    """Phases of a run: pairs of frames a second and seconds; the last may have null and stays open."""

    most: int
    default: Any = _MISSING

    def check(self, value: Any) -> Any:
        """A list of [rate, seconds or None]."""
        if not isinstance(value, list) or not 1 <= len(value) <= self.most:
            raise ValueError(f"a list of 1 to {self.most} phases [frames a second, seconds]")
        rate, seconds = Number(0.1, 60.0), OrNone(Number(0.1, 600.0))
        for phase in value:
            if not isinstance(phase, list) or len(phase) != 2:
                raise ValueError("phases of the form [frames a second, seconds]")
        return [[rate.check(phase[0]), seconds.check(phase[1])] for phase in value]

    def describe(self) -> dict[str, Any]:
        """How many."""
        return {"type": "phases", "most": self.most}


@dataclass(frozen=True, slots=True)
class OrNone:
    """An argument that may also be null."""

    argument: Argument
    default: Any = None

    def check(self, value: Any) -> Any:
        """None, or what the argument takes."""
        return None if value is None else self.argument.check(value)

    def describe(self) -> dict[str, Any]:
        """The argument's description, and that null fits."""
        return {**self.argument.describe(), "or_null": True}


@dataclass(frozen=True, slots=True)
class Record:
    """Named arguments inside one; unknown names are refused."""

    members: Mapping[str, Argument]
    default: Any = _MISSING

    def check(self, value: Any) -> Any:
        """The checked members that were given."""
        if value is None and self.default is None:
            return None
        if not isinstance(value, dict):
            raise ValueError(f"an object with {', '.join(self.members)}")
        for name in value:
            if name not in self.members:
                raise ValueError(f"no member '{name}'; known: {', '.join(self.members)}")
        return {name: self.members[name].check(item) for name, item in value.items()}

    def describe(self) -> dict[str, Any]:
        """Its members."""
        return {"type": "object", "members": {name: a.describe() for name, a in self.members.items()}}


def check_arguments(command: str, arguments: Mapping[str, Argument], given: Any) -> dict[str, Any]:
    """The arguments of a command in normal form.

    Raises
    ------
    WrongUse
        Naming the command, the argument, the value and what would fit.
    """
    if not isinstance(given, dict):
        raise WrongUse(
            "Arguments must be an object", code="arguments-form", where=command, value=str(given)[:80]
        )
    for name in given:
        if name not in arguments:
            raise WrongUse(
                f"Command '{command}' has no argument '{str(name)[:40]}'",
                code="argument-unknown",
                where=command,
                way_out=did_you_mean(str(name), arguments) or f"Known: {', '.join(arguments) or 'none'}.",
            )
    checked: dict[str, Any] = {}
    for name, argument in arguments.items():
        if name in given:
            try:
                checked[name] = argument.check(given[name])
            except ValueError as error:
                raise WrongUse(
                    f"Argument '{name}' does not fit",
                    code="argument-unfit",
                    where=command,
                    value=str(given[name])[:80],
                    way_out=f"Give {error}.",
                ) from error
        elif argument.default is _MISSING:
            raise WrongUse(
                f"Argument '{name}' is missing",
                code="argument-missing",
                where=command,
                way_out=f"Give {argument.describe()}.",
            )
        else:
            checked[name] = argument.default
    return checked
