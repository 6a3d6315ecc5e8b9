"""The sheath among devices: its tube, its dilator, and what its valve holds.

A sheath's French is that of what goes through it. Lengths are counted from the tip.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.catheter import Radiopacity
from angiosuite.content.schema import Broken, Strict
from angiosuite.content.shaft import Bend, TubeShaft, length_rules
from angiosuite.content.tube import (
    FRENCH_PER_MM,
    IN_TUBE_MM,
    dead_space_rules,
    kink_rules,
    lumen_ml,
    wall_rules,
    wire_rules,
)

LABEL_FREE_MM = 0.06
"""A bore is wider than its label says by this or more: what the label names goes through it."""
LABEL_STEP_F = 1.0
"""And by less than a size and this, or it would bear the next label."""


class SheathDilator(Strict):
    """The tapered tube that a sheath comes in on."""

    outer_mm: float = Field(gt=0.5, le=10)
    bore_mm: float = Field(gt=0.2, le=3)
    length_cm: float = Field(ge=4, le=200)

    def rules(self) -> Iterator[Broken]:
        """There is a wall around its bore."""
        yield from wall_rules(self.outer_mm, self.bore_mm)


class Seal(Strict):
    """What a valve holds without a leak, French."""

    from_f: float = Field(ge=0, le=26)
    to_f: float = Field(gt=0, le=26)

    def rules(self) -> Iterator[Broken]:
        """From is not above to."""
        if self.from_f > self.to_f:
            told = f"is above `to_f`, {self.to_f:g}"
            yield Broken(("from_f",), told, "swapping the two", self.from_f, ("to_f",))


class Sheath(Strict):
    """One sheath, in one size and length."""

    kind: Literal["sheath"]
    kind_of: Literal["short", "guiding", "radial", "peel-away", "large"]
    label_f: float = Field(ge=2.5, le=26, description="French of what goes through it")
    bore_mm: float = Field(gt=0.7, le=9)
    outer_mm: float = Field(gt=1, le=10)
    length_cm: float = Field(ge=4, le=160)
    wire_mm: float = Field(gt=0.2, le=1.2, description="thickest guide wire that its dilator takes")
    dilator: SheathDilator
    seal: Seal | None = Field(default=None, description="none: no valve, as in some that peel away")
    rest_shape: tuple[Bend, ...] = Field(
        default=(), max_length=20, description="from the tip; straight when left out"
    )
    braided: bool = False
    hydrophilic: bool = False
    radiopacity: Radiopacity
    shaft: TubeShaft
    dead_space_ml: float = Field(gt=0, le=100, description="side arm included")

    def rules(self) -> Iterator[Broken]:
        """Label, bore and wall agree; the dilator fills it and takes its wire; the valve is for its size."""
        yield from wall_rules(self.outer_mm, self.bore_mm)
        yield from dead_space_rules(self.dead_space_ml, self.bore_mm, self.length_cm)
        yield from kink_rules(self.shaft, self.outer_mm)
        yield from length_rules(self.length_cm, self.shaft, self.rest_shape)
        yield from self._dilator_rules()
        least = self.label_f / FRENCH_PER_MM + LABEL_FREE_MM
        most = (self.label_f + LABEL_STEP_F) / FRENCH_PER_MM + LABEL_FREE_MM
        if not least <= self.bore_mm + 1e-9 <= most:
            told = f"is not that of a {self.label_f:g} F sheath"
            way_out = f"{least:.2f} to {most:.2f}, or another `label_f`"
            yield Broken(("bore_mm",), told, way_out, self.bore_mm, ("label_f",))
        if self.seal is None:
            if self.kind_of != "peel-away":
                way_out = f"`seal: {{from_f: {self.label_f - 1:g}, to_f: {self.label_f:g}}}`"
                yield Broken(("seal",), "is missing", way_out, None, ("kind_of",))
        elif not self.seal.from_f <= self.label_f <= self.seal.to_f + 1e-9:
            told = f"does not hold its own size, {self.label_f:g} F"
            got = f"{self.seal.from_f:g} to {self.seal.to_f:g}"
            yield Broken(("seal",), told, "a range with it", got, ("label_f",))
        elif self.seal.to_f > self.bore_mm * FRENCH_PER_MM:
            way_out = f"{self.bore_mm * FRENCH_PER_MM:.1f} or less"
            yield Broken(("seal", "to_f"), "is wider than the bore", way_out, self.seal.to_f, ("bore_mm",))

    def _dilator_rules(self) -> Iterator[Broken]:
        dilator = self.dilator
        for rule in wire_rules(self.wire_mm, dilator.bore_mm, IN_TUBE_MM):
            told = rule.problem.replace("the bore", "the dilator's bore")
            yield Broken(rule.location, told, rule.way_out, rule.got, ("dilator",))
        if dilator.outer_mm > self.bore_mm:
            told = f"is thicker than the sheath's bore, {self.bore_mm:g}"
            yield Broken(("dilator", "outer_mm"), told, "a thinner one", dilator.outer_mm, ("bore_mm",))
        if dilator.length_cm <= self.length_cm:
            told = f"does not reach beyond the sheath, {self.length_cm:g}"
            uses = ("length_cm",)
            yield Broken(("dilator", "length_cm"), told, "a longer one", dilator.length_cm, uses)

    @property
    def lumen_ml(self) -> float:
        """Volume of the bore over the whole length, ml."""
        return lumen_ml(self.bore_mm, self.length_cm)
