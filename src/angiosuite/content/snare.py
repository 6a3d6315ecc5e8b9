"""The snare among devices: loops at right angles to their wire, drawn shut by a catheter over it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Range, Strict

__all__ = ["Snare"]


class Snare(Strict):
    """One snare with its catheter."""

    kind: Literal["snare"]
    loops: Literal[1, 3]
    loop_mm: Range = Field(description="diameters of vessels that it fills, opened in part and in full")
    sheath_f: float = Field(gt=1.5, le=12, description="of its own catheter, F")
    length_cm: float = Field(ge=30, le=200)

    def rules(self) -> Iterator[Broken]:
        """Its loop is as wide as vessels are."""
        if not 1 <= self.loop_mm.low <= self.loop_mm.high <= 60:
            got = f"{self.loop_mm.low:g} to {self.loop_mm.high:g}"
            yield Broken(("loop_mm",), "lies beyond what vessels are", "{low: 12, high: 20}", got)
