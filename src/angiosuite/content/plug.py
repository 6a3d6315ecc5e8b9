"""The vascular plug among devices: a basket of nitinol on a wire, let go where it sits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Range, Strict

__all__ = ["Plug"]


class Plug(Strict):
    """One plug, in one size."""

    kind: Literal["plug"]
    diameter_mm: float = Field(ge=1.5, le=30, description="free")
    length_mm: float = Field(ge=2, le=60, description="free")
    lobes: int = Field(ge=1, le=3)
    lumen_mm: float = Field(ge=0.4, le=8, description="narrowest bore that it goes through")
    wire_cm: float = Field(ge=50, le=250, description="length of the wire that it hangs on")
    occludes_min: Range = Field(description="minutes until it closes a vessel, of blood that clots")
    oversize_percent: Range = Field(description="how much wider than the vessel it is chosen")

    def rules(self) -> Iterator[Broken]:
        """It folds into its catheter, closes after a time, and is chosen wider than its vessel."""
        if self.lumen_mm >= self.diameter_mm:
            told = f"is as wide as the plug, {self.diameter_mm:g}"
            yield Broken(("lumen_mm",), told, "a narrower one", self.lumen_mm, ("diameter_mm",))
        if not 0 <= self.occludes_min.low <= self.occludes_min.high <= 120:
            got = f"{self.occludes_min.low:g} to {self.occludes_min.high:g}"
            yield Broken(("occludes_min",), "lies beyond 0 to 120 minutes", "{low: 3, high: 10}", got)
        if not 0 <= self.oversize_percent.low <= self.oversize_percent.high <= 150:
            got = f"{self.oversize_percent.low:g} to {self.oversize_percent.high:g}"
            yield Broken(("oversize_percent",), "lies beyond 0 to 150 percent", "{low: 30, high: 50}", got)

    @property
    def vessel_mm(self) -> tuple[float, float]:
        """Thinnest and widest vessel that it is chosen for, mm."""
        low, high = self.oversize_percent.low, self.oversize_percent.high
        return self.diameter_mm / (1.0 + high / 100.0), self.diameter_mm / (1.0 + low / 100.0)
