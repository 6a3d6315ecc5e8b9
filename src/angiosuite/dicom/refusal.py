"""The refusals of this room and the protocols of long work."""

from __future__ import annotations

from collections.abc import Callable

from angiosuite.kit.errors import Cancelled, RefusedInput

Progress = Callable[[str, float], None]
"""Called with the step's name and the fraction done, 0 to 1."""

IsCancelled = Callable[[], bool]
"""Polled between files; true when a person stopped the work."""


def silent(step: str, fraction: float) -> None:
    """Progress that nobody watches."""


def never() -> bool:
    """Nobody cancels."""
    return False


def stop_if(cancelled: IsCancelled) -> None:
    """Raise `Cancelled` when a person stopped the import."""
    if cancelled():
        raise Cancelled("The import")


def refused(
    code: str, message: str, *, where: str | None = None, value: object = None, way_out: str
) -> RefusedInput:
    """A refusal of an input, with the way out that every one of them has."""
    return RefusedInput(message, code=code, where=where, value=value, way_out=way_out)
