"""Errors that say what, where, the value, and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class AngiosuiteError(Exception):
    """Root of all errors that Angiosuite raises on purpose; carries a stable code.

    Parameters
    ----------
    message : str
        What is wrong, one sentence without a full stop.
    code : str
        Stable kebab-case identifier; pages translate it.
    where : str, optional
        File and line, command or field that holds the fault.
    value : object, optional
        The offending value.
    way_out : str, optional
        What the person can do now.
    """

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        code: str,
        where: str | None = None,
        value: object = None,
        way_out: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.where = where
        self.value = value
        self.way_out = way_out

    def __str__(self) -> str:
        text = self.message
        if self.where:
            text += f" ({self.where})"
        if self.value is not None:
            text += f"; got {self.value!r}"
        text += "."
        if self.way_out:
            text += f" {self.way_out}"
        return text

    def as_dict(self) -> dict[str, object]:
        """The error as plain JSON values, for the log, the socket and the HTTP answer."""
        value = (
            self.value if isinstance(self.value, (str, int, float, bool, type(None))) else repr(self.value)
        )
        return {
            "code": self.code,
            "message": self.message,
            "where": self.where,
            "value": value,
            "way_out": self.way_out,
        }


class WrongUse(AngiosuiteError):
    """A command or option that does not exist or does not fit (exit code 2)."""

    exit_code = 2


class RefusedInput(AngiosuiteError):
    """Input that was read, understood and refused with a reason (exit code 3)."""

    exit_code = 3


class Cancelled(AngiosuiteError):
    """Long work that a person stopped; nothing of it remains."""

    exit_code = 3

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was cancelled", code="cancelled", way_out="Nothing was changed.")


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?`` for the nearest known name, or an empty string."""
    close = get_close_matches(value, list(known), n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else ""
