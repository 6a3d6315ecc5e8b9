"""Particles among devices: spheres, crumbs and gelatin that the blood carries until a vessel is too thin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Line, Range, Strict

__all__ = ["Particles"]

SWOLLEN = 2.0
"""Content refuses a mean or spread that lies beyond the label by more than this, as a factor (own choice)."""


class Particles(Strict):
    """One vial or syringe of particles of one size."""

    kind: Literal["particles"]
    form: Literal["sphere", "irregular", "gelatin-slurry", "gelatin-pledget"]
    size_um: Range = Field(description="diameters on the label, micrometres")
    mean_um: float = Field(ge=10, le=10_000, description="mean diameter")
    sd_um: float = Field(gt=0, le=5_000, description="standard deviation of it")
    squeeze: float = Field(
        ge=0.3, le=1.5, description="lodges in a vessel of this share of its diameter: soft ones below 1"
    )
    clumps: float = Field(
        default=1.0, ge=1, le=5, description="lodges as if it were so many times its size: crumbs that stick"
    )
    volume_ml: float = Field(gt=0, le=50, description="of the packed particles")
    dilute_ml: float = Field(gt=0, le=200, description="contrast that they are made up with")
    resorbs_days: Range | None = Field(default=None, description="when vessels open again; none: never")
    drug: Line | None = Field(default=None, description="one that they carry: told, not modelled")

    def rules(self) -> Iterator[Broken]:
        """Sizes are sizes, the mean lies within the label, and what stays stays."""
        size = self.size_um
        if not 0 < size.low <= size.high <= 10_000:
            got = f"{size.low:g} to {size.high:g}"
            yield Broken(("size_um",), "lies beyond 0 to 10000 micrometres", "{low: 300, high: 500}", got)
        elif not size.low <= self.mean_um <= size.high:
            told = "lies beyond the label"
            way_out = f"{(size.low + size.high) / 2:g}"
            yield Broken(("mean_um",), told, way_out, self.mean_um, ("size_um",))
        if self.sd_um >= self.mean_um / SWOLLEN:
            told = "makes particles of no size"
            yield Broken(("sd_um",), told, f"below {self.mean_um / SWOLLEN:g}", self.sd_um, ("mean_um",))
        if self.clumps > 1 and self.form == "sphere":
            yield Broken(("clumps",), "is of what is no sphere", "leaving it out", self.clumps, ("form",))
        if self.resorbs_days is None and self.form.startswith("gelatin"):
            way_out = "{low: 3, high: 42}"
            yield Broken(("resorbs_days",), "is missing of gelatin", way_out, None, ("form",))
        if self.resorbs_days is not None and self.resorbs_days.low < 0:
            told = "begins before day 0"
            yield Broken(("resorbs_days", "low"), told, "0 or more", self.resorbs_days.low)

    @property
    def dilution(self) -> float:
        """Volume of the whole over that of the particles: 10 is one part of ten."""
        return (self.volume_ml + self.dilute_ml) / self.volume_ml
