"""A balloon on a catheter: its size by pressure, where it sits, what it goes through."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from angiosuite.content.schema import Broken, Strict

__all__ = ["Balloon"]


class Balloon(Strict):
    """A balloon on the shaft of a catheter; markers at its shoulders are among the catheter's own."""

    diameter_mm: float = Field(gt=0.5, le=50, description="at its nominal pressure")
    length_mm: float = Field(gt=2, le=400, description="of the full diameter, between its shoulders")
    from_tip_mm: float = Field(ge=1, le=60, description="its distal shoulder")
    nominal_atm: float = Field(gt=0, le=40)
    rated_atm: float = Field(gt=0, le=60, description="at which one in a thousand bursts at most")
    growth: float = Field(
        ge=0, le=0.5, description="how much wider it is at twice its nominal pressure, as a share"
    )
    folded_mm: float = Field(gt=0.3, le=10, description="as it comes from its packet, across")
    refolded_mm: float = Field(gt=0.3, le=12, description="the same once it was up: wings, across")
    sheath_f: float = Field(gt=2, le=26, description="smallest sheath by its label, F")
    coating: str | None = Field(default=None, max_length=80, description="a drug on it: told, not modelled")

    def rules(self) -> Iterator[Broken]:
        """It grows with pressure, and folds smaller than it is wide."""
        if self.rated_atm < self.nominal_atm:
            told = f"is less than its nominal pressure, {self.nominal_atm:g}"
            yield Broken(("rated_atm",), told, "a higher one", self.rated_atm, ("nominal_atm",))
        if not self.folded_mm <= self.refolded_mm < self.diameter_mm:
            told = "must lie between how it comes and its full diameter"
            use = ("folded_mm", "diameter_mm")
            yield Broken(("refolded_mm",), told, "half as much again as `folded_mm`", self.refolded_mm, use)
