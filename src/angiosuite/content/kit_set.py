"""What comes together in one pack, and the handle on a wire, among devices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Kebab, Range, Refers, Strict


class Contained(Strict):
    """One device of a set, once or more often."""

    device: Annotated[Kebab, Refers("devices")]
    count: int = Field(default=1, ge=1, le=50)


class KitSet(Strict):
    """One set; `device_faults` looks whether its parts fit one another."""

    kind: Literal["set"]
    contains: tuple[Contained, ...] = Field(min_length=1, max_length=40)

    def rules(self) -> Iterator[Broken]:
        """Each device is named once."""
        seen: set[str] = set()
        for index, one in enumerate(self.contains):
            if one.device in seen:
                where = ("contains", index, "device")
                yield Broken(where, "is in the set already", "`count: 2` at the first", one.device)
            seen.add(one.device)


class Handle(Strict):
    """A torque device: the fingers' grip on a wire."""

    kind: Literal["handle"]
    takes_mm: Range = Field(description="diameters of wires that it grips")

    def rules(self) -> Iterator[Broken]:
        """It grips wires that there are."""
        if self.takes_mm.low < 0.1 or self.takes_mm.high > 1.5:
            got = f"{self.takes_mm.low:g} to {self.takes_mm.high:g}"
            yield Broken(("takes_mm",), "lies beyond what wires are", "0.25 to 0.97 for instance", got)
