"""The guide wire among devices: its core, its soft end, its curve at rest, and what shows of it.

Lengths are counted from the tip.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Strict
from angiosuite.content.shaft import Bend, WireShaft, length_rules

Core = Literal["steel", "nitinol"]
Coat = Literal["ptfe", "hydrophilic", "hydrophilic-tip", "bare"]
Use = Literal["support", "select", "exchange", "cross"]


class Coil(Strict):
    """A wound tip: what shows best of a wire."""

    material: Literal["platinum", "gold", "tungsten", "steel"]
    over_mm: float = Field(gt=0, le=4500, description="from the tip")


class GuideWire(Strict):
    """One guide wire, in one size and length."""

    kind: Literal["guide-wire"]
    diameter_mm: float = Field(gt=0.2, le=1.2, description="0.035 in are 0.889 mm")
    length_cm: float = Field(ge=20, le=450)
    core: Core
    coat: Coat
    rest_shape: tuple[Bend, ...] = Field(min_length=1, max_length=20, description="from the tip")
    floppy_mm: float = Field(gt=0, le=4500, description="length of the soft end")
    tip_load_gf: float | None = Field(
        default=None, gt=0, le=100, description="that bends 10 mm of its tip by 2 mm, gram-force"
    )
    shapeable: bool = Field(default=False, description="whether fingers can give its tip another curve")
    coil: Coil | None = None
    jacket: Literal["polymer-tungsten", "none"] = "none"
    shaft: WireShaft
    uses: tuple[Use, ...] = Field(default=(), max_length=4, description="what it is for")

    def rules(self) -> Iterator[Broken]:
        """Curve, soft end and coil are shorter than the wire, and steel can be bent for good."""
        yield from length_rules(self.length_cm, self.shaft, self.rest_shape)
        if self.floppy_mm >= 10 * self.length_cm:
            way_out = f"less than {10 * self.length_cm:g} mm"
            yield Broken(("floppy_mm",), "is as long as the wire", way_out, self.floppy_mm, ("length_cm",))
        if self.coil is not None and self.coil.over_mm > 10 * self.length_cm:
            way_out = f"{10 * self.length_cm:g} mm or less"
            uses = ("length_cm",)
            yield Broken(("coil", "over_mm"), "is longer than the wire", way_out, self.coil.over_mm, uses)
        radius_mm = self.shaft.yield_radius_mm
        if radius_mm is None and self.core == "steel":
            way_out = "`yield_radius_mm: 30`, or `core: nitinol`"
            yield Broken(("shaft", "yield_radius_mm"), "is missing of a steel core", way_out, None, ("core",))
        if radius_mm is not None and radius_mm < self.diameter_mm:
            uses = ("diameter_mm",)
            told = f"is tighter than the wire is thick, {self.diameter_mm:g}"
            yield Broken(("shaft", "yield_radius_mm"), told, "a wider one, mm", radius_mm, uses)
