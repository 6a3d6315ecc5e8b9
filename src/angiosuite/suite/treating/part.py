"""What every part of the treatment has: time, what is seen and told of it, its state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

from angiosuite.suite.instruments.seen import ToolSeen

__all__ = ["Arrays", "Part"]

Arrays = Mapping[str, NDArray[Any]]


class Part(Protocol):
    """One kind of treatment in a session."""

    def advance(self, seconds: float) -> None:
        """Time goes on: after the instruments moved, before the blood flows."""
        ...

    def tools(self) -> list[ToolSeen]:
        """What a picture shows of it beside the instruments themselves."""
        ...

    def left(self) -> list[dict[str, Any]]:
        """What lies in the patient for good: `kind`, `title`, `vessel`, `at_mm` and its own facts."""
        ...

    def show(self) -> Any:
        """For the page; plain values that change only when something did."""
        ...

    def observed(self) -> Any:
        """For the log at 25 Hz; the same while nothing changes."""
        ...

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next step depends on."""
        ...

    def restore(self, plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`."""
        ...
