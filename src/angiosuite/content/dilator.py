"""The dilator among devices: a tapered tube that widens the way along a wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Strict
from angiosuite.content.shaft import TubeShaft, length_rules
from angiosuite.content.tube import FRENCH_PER_MM, kink_rules, wall_rules, wire_rules

LABEL_MM = 0.2
"""How far a dilator may be from what its label says, mm."""


class Dilator(Strict):
    """One dilator."""

    kind: Literal["dilator"]
    label_f: float = Field(ge=3, le=30, description="French of its outer diameter")
    outer_mm: float = Field(gt=0.8, le=11)
    bore_mm: float = Field(gt=0.2, le=3)
    length_cm: float = Field(ge=5, le=80)
    taper_mm: float = Field(gt=0, le=200, description="length of its thin end")
    wire_mm: float = Field(gt=0.2, le=1.2, description="thickest guide wire that it takes")
    shaft: TubeShaft | None = None

    def rules(self) -> Iterator[Broken]:
        """It is as thick as its label says, its wire goes through, its taper is shorter than it."""
        yield from wall_rules(self.outer_mm, self.bore_mm)
        yield from wire_rules(self.wire_mm, self.bore_mm)
        yield from kink_rules(self.shaft, self.outer_mm)
        yield from length_rules(self.length_cm, self.shaft)
        if abs(self.outer_mm - self.label_f / FRENCH_PER_MM) > LABEL_MM:
            told = f"is not that of {self.label_f:g} F"
            way_out = f"about {self.label_f / FRENCH_PER_MM:.2f}"
            yield Broken(("outer_mm",), told, way_out, self.outer_mm, ("label_f",))
        if self.taper_mm >= 10 * self.length_cm:
            way_out = f"less than {10 * self.length_cm:g} mm"
            yield Broken(("taper_mm",), "is as long as the dilator", way_out, self.taper_mm, ("length_cm",))
