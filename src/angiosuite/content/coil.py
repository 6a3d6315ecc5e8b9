"""The coil among devices: a wire wound into a thin spring, which winds itself again in a vessel."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Range, Strict

__all__ = ["Coil"]


class Coil(Strict):
    """One coil, in one size; the tip of a guide wire has another, see `guide_wire`."""

    kind: Literal["coil"]
    delivery: Literal["pushable", "detachable"]
    wire_mm: float = Field(ge=0.2, le=1.1, description="thickness of its spring, the primary wind")
    stock_mm: float = Field(gt=0.02, le=0.3, description="thickness of the drawn wire that it is wound of")
    loop_mm: float | None = Field(
        default=None, gt=0.8, le=60, description="diameter of its loops at rest; none of a straight one"
    )
    length_mm: float = Field(ge=2, le=1000, description="drawn out")
    shape: Literal["helical", "complex", "straight"]
    fibred: bool = False
    material: Literal["platinum", "steel", "nickel-alloy"]
    ei_nmm2: float = Field(gt=0, le=50, description="of its spring against bending: the less, the softer")
    lumen_mm: Range = Field(description="bores of the catheters that it goes through")
    pusher_cm: float | None = Field(
        default=None, ge=50, le=250, description="length of the wire that a detachable one hangs on"
    )

    def rules(self) -> Iterator[Broken]:
        """It is wound, makes a loop, goes through its catheters, and hangs on a pusher or does not."""
        if 2 * self.stock_mm >= self.wire_mm:
            told = f"leaves no spring, {self.wire_mm:g} mm thick"
            yield Broken(("stock_mm",), told, "a fifth of `wire_mm`", self.stock_mm, ("wire_mm",))
        if (self.loop_mm is None) != (self.shape == "straight"):
            told = "is missing of a coil with loops" if self.loop_mm is None else "is of a coil with loops"
            yield Broken(("loop_mm",), told, "`shape: helical` with `loop_mm: 4`", self.loop_mm, ("shape",))
        if self.loop_mm is not None:
            if self.loop_mm <= 2 * self.wire_mm:
                told = f"is tighter than its spring can be wound, {self.wire_mm:g} mm thick"
                yield Broken(("loop_mm",), told, "a wider one", self.loop_mm, ("wire_mm",))
            if self.length_mm < pi * self.loop_mm:
                told = "does not make one loop"
                way_out = f"{pi * self.loop_mm:.0f} mm or more"
                yield Broken(("length_mm",), told, way_out, self.length_mm, ("loop_mm",))
        if self.lumen_mm.low < self.wire_mm:
            told = f"is narrower than the coil, {self.wire_mm:g}"
            yield Broken(("lumen_mm", "low"), told, "a wider one", self.lumen_mm.low, ("wire_mm",))
        if (self.pusher_cm is not None) != (self.delivery == "detachable"):
            told = "is missing of a detachable coil" if self.pusher_cm is None else "is of a detachable coil"
            way_out = "`delivery: detachable` with `pusher_cm: 175`"
            yield Broken(("pusher_cm",), told, way_out, self.pusher_cm, ("delivery",))

    @property
    def volume_mm3(self) -> float:
        """Volume of its spring, the hollow within counted, mm³: what packing densities count."""
        return pi / 4.0 * self.wire_mm**2 * self.length_mm
