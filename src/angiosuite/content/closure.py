"""What closes a puncture, among devices: a stitch, a plug, a clip, a band, or a hand's pad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Range, Strict

__all__ = ["Closure"]

_OUTSIDE = ("band", "pad")
"""Those that press on the skin and leave nothing within."""


class Closure(Strict):
    """One device, for holes of a range of sheaths."""

    kind: Literal["closure"]
    kind_of: Literal["suture", "anchor-plug", "clip", "sealant", "band", "pad"]
    sheath_f: Range = Field(description="labels of the sheaths whose hole it closes, F")
    artery_mm: float = Field(ge=0, le=20, description="thinnest artery that it may be used in")
    hold_s: float = Field(ge=0, le=14_400, description="how long hand or band must hold")
    radial: bool = Field(default=False, description="whether it is for the wrist")
    absorbed_days: Range | None = Field(
        default=None, description="when nothing of it is left; none: it stays, or never was within"
    )

    def rules(self) -> Iterator[Broken]:
        """It is for sheaths that there are; a band is the wrist's; what lies within needs an artery."""
        if not 2 <= self.sheath_f.low <= self.sheath_f.high <= 26:
            got = f"{self.sheath_f.low:g} to {self.sheath_f.high:g}"
            yield Broken(("sheath_f",), "lies beyond what sheaths are", "{low: 5, high: 8}", got)
        if self.kind_of == "band" and not self.radial:
            yield Broken(("radial",), "is not told of a band", "`radial: true`", self.radial, ("kind_of",))
        if self.kind_of not in _OUTSIDE:
            if self.radial:
                told = "is of what presses from outside"
                yield Broken(("radial",), told, "leaving it out", self.radial, ("kind_of",))
            if self.artery_mm == 0:
                told = "is missing of what goes into an artery"
                yield Broken(("artery_mm",), told, "5", self.artery_mm, ("kind_of",))
        elif self.absorbed_days is not None:
            told = "is of what lies within"
            yield Broken(("absorbed_days",), told, "leaving it out", None, ("kind_of",))
