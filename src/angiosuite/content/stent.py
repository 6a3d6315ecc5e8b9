"""A stent on its delivery catheter: how it opens, what it bears on, what of it shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Strict

__all__ = ["Stent"]


class Stent(Strict):
    """A stent as it comes on its catheter; one that a balloon opens sits on the catheter's own `balloon`."""

    opens: Literal["balloon", "self"]
    build: Literal["laser-cut", "woven", "braided", "ring"]
    covered: bool = False
    material: Literal["nitinol", "cobalt-chromium", "steel"]
    diameter_mm: float = Field(gt=1, le=50, description="as it is labelled: free, or at nominal pressure")
    most_mm: float = Field(gt=1, le=60, description="widest that it can be dilated to and holds together")
    length_mm: float = Field(gt=4, le=300, description="as it is labelled, opened to its diameter")
    packed_length_mm: float = Field(gt=4, le=600, description="in its catheter")
    from_tip_mm: float = Field(ge=0, le=80, description="its distal end, in the catheter")
    strut_mm: float = Field(gt=0.03, le=0.6, description="thickness of its metal")
    ring_mm: float = Field(gt=0.5, le=20, description="length of one of its rings of zigzags")
    crowns: int = Field(ge=3, le=40, description="zigzags of a ring")
    markers: int = Field(default=0, ge=0, le=8, description="dense marks at each end")
    outward_kpa: float = Field(
        gt=0, le=500, description="pressure on the wall for the whole of its diameter of oversize"
    )
    resists_kpa: float = Field(gt=0, le=2000, description="what a wall may press before it gives: the same")
    recoil: float = Field(default=0.0, ge=0, le=0.3, description="share that it gives back off its balloon")
    recaptured_to: float = Field(
        default=0.0, ge=0, le=0.95, description="share of it up to which it can be drawn back in"
    )
    jump_mm: float = Field(default=0.0, ge=0, le=10, description="how far a pushed one springs at the most")
    sheath_f: float = Field(gt=2, le=26, description="smallest sheath by its label, F")

    def rules(self) -> Iterator[Broken]:
        """It bears more than it presses, and can be dilated to its own size."""
        if self.resists_kpa < self.outward_kpa:
            told = f"is less than what it presses with, {self.outward_kpa:g}"
            yield Broken(("resists_kpa",), told, "three times that", self.resists_kpa, ("outward_kpa",))
        if self.most_mm < self.diameter_mm:
            told = f"is less than its diameter, {self.diameter_mm:g}"
            yield Broken(("most_mm",), told, "a larger one", self.most_mm, ("diameter_mm",))
        if self.opens == "balloon" and self.recaptured_to > 0:
            told = "is of one that opens itself"
            yield Broken(("recaptured_to",), told, "leaving it out", self.recaptured_to, ("opens",))
