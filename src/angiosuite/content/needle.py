"""The needle among devices: a gauge says how thick it is, its wall how much of that is bore."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Strict
from angiosuite.content.tube import IN_NEEDLE_MM, wall_rules, wire_rules

OUTER_MM: Mapping[int, float] = MappingProxyType(
    {14: 2.11, 16: 1.65, 17: 1.47, 18: 1.27, 19: 1.07, 20: 0.908, 21: 0.819, 22: 0.718, 25: 0.514}
)
"""Outer diameter by gauge, mm (`research/devices.md` 5)."""
GAUGE_MM = 0.06
"""How far a maker's needle may be from it, mm."""


class Needle(Strict):
    """One needle, in one size and length."""

    kind: Literal["needle"]
    design: Literal["single-wall", "double-wall", "chiba", "trocar", "micropuncture"]
    gauge: int = Field(ge=10, le=30)
    outer_mm: float = Field(gt=0.2, le=3.5)
    bore_mm: float = Field(gt=0.1, le=3)
    length_cm: float = Field(ge=2, le=65)
    bevel_deg: float = Field(ge=5, le=90, description="between its face and its axis")
    wire_mm: float = Field(gt=0.1, le=1.2, description="thickest guide wire that it takes")
    echogenic: bool = False

    def rules(self) -> Iterator[Broken]:
        """It is as thick as its gauge says, and its wire goes through its bore."""
        yield from wall_rules(self.outer_mm, self.bore_mm)
        yield from wire_rules(self.wire_mm, self.bore_mm, IN_NEEDLE_MM)
        usual = OUTER_MM.get(self.gauge)
        if usual is not None and abs(self.outer_mm - usual) > GAUGE_MM:
            told = f"is not that of {self.gauge} G"
            yield Broken(("outer_mm",), told, f"about {usual:g}", self.outer_mm, ("gauge",))
