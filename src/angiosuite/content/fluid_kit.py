"""What liquids go through on the table, among devices: syringes, lines, taps and valves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Strict
from angiosuite.content.tube import dead_space_rules, lumen_ml

STROKES_MM = (15.0, 300.0)
"""Between these lies the way of a plunger that a hand can push, mm (own choice)."""


class Syringe(Strict):
    """One syringe."""

    kind: Literal["syringe"]
    ml: float = Field(gt=0, le=200)
    luer: Literal["lock", "slip"]
    plunger_area_mm2: float = Field(gt=5, le=3000, description="thumb's force over this is the pressure")
    max_psi: float = Field(gt=0, le=1500)
    use: Literal["flush", "contrast", "hand-injection", "aspiration", "lidocaine"]

    def rules(self) -> Iterator[Broken]:
        """Volume over area is a way that a hand can push."""
        low, high = STROKES_MM
        if not low <= self.stroke_mm <= high:
            told = f"makes a way of {self.stroke_mm:.0f} mm of {self.ml:g} ml"
            way_out = f"{1000 * self.ml / high:.0f} to {1000 * self.ml / low:.0f}"
            yield Broken(("plunger_area_mm2",), told, way_out, self.plunger_area_mm2, ("ml",))

    @property
    def stroke_mm(self) -> float:
        """Way of the plunger from full to empty, mm."""
        return 1000.0 * self.ml / self.plunger_area_mm2


class FluidLine(Strict):
    """One extension or pressure line."""

    kind: Literal["line"]
    length_cm: float = Field(ge=5, le=400)
    bore_mm: float = Field(gt=0.3, le=8)
    dead_space_ml: float = Field(gt=0, le=100)
    max_psi: float = Field(gt=0, le=1500)
    connector: Literal["luer-lock", "rotating"]

    def rules(self) -> Iterator[Broken]:
        """The dead space holds the bore."""
        yield from dead_space_rules(self.dead_space_ml, self.bore_mm, self.length_cm)

    @property
    def lumen_ml(self) -> float:
        """Volume of the bore over the whole length, ml."""
        return lumen_ml(self.bore_mm, self.length_cm)


class Valve(Strict):
    """One tap, manifold, haemostatic valve or flush bag."""

    kind: Literal["valve"]
    kind_of: Literal["manifold", "stopcock", "haemostatic-valve", "flush-bag"]
    ports: int = Field(ge=1, le=10)
    dead_space_ml: float = Field(ge=0, le=50)
    max_psi: float = Field(gt=0, le=1500)
    passes_f: float | None = Field(
        default=None, gt=0, le=26, description="French of what goes through; a haemostatic valve alone has it"
    )

    def rules(self) -> Iterator[Broken]:
        """Instruments go through a haemostatic valve, and through nothing else here."""
        if (self.passes_f is not None) != (self.kind_of == "haemostatic-valve"):
            problem = (
                "is missing of a haemostatic valve" if self.passes_f is None else "goes with a valve only"
            )
            way_out = "`kind_of: haemostatic-valve` with `passes_f: 7`"
            yield Broken(("passes_f",), problem, way_out, self.passes_f, ("kind_of",))
