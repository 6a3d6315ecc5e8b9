"""The catheter among devices: its tube, its holes, its curve at rest, and what it bears.

Lengths are counted from the tip. French is the outer diameter, 3 F to the millimetre.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.balloon import Balloon
from angiosuite.content.schema import Broken, Kebab, Range, Strict
from angiosuite.content.shaft import Bend, TubeShaft, length_rules
from angiosuite.content.stent import Stent
from angiosuite.content.tube import (
    FRENCH_PER_MM,
    dead_space_rules,
    kink_rules,
    lumen_ml,
    wall_rules,
    wire_rules,
)

Family = Literal[
    "flush",
    "simple-curve",
    "double-curve",
    "reverse-curve",
    "microcatheter",
    "guiding",
    "support",
    "infusion",
    "balloon",
    "stent-system",
    "aspiration",
]
Filler = Literal["barium-sulphate", "bismuth-subcarbonate", "tungsten"]


class Holes(Strict):
    """Where the medium leaves: the end, and side holes."""

    end: bool = True
    side: int = Field(default=0, ge=0, le=40, description="how many")
    side_mm: float | None = Field(default=None, gt=0, le=3, description="diameter of one")
    from_tip_mm: float | None = Field(default=None, ge=0, le=500, description="the first")
    over_mm: float | None = Field(default=None, ge=0, le=500, description="from the first to the last")

    def rules(self) -> Iterator[Broken]:
        """There is a hole, and side holes have a size and a place."""
        if not self.end and self.side == 0:
            yield Broken(("end",), "and no side hole: nothing leaves", "`end: true`", uses=("side",))
        for name in ("side_mm", "from_tip_mm", "over_mm"):
            given = getattr(self, name) is not None
            if given != (self.side > 0):
                problem = "has no side hole to be of" if given else "is missing of the side holes"
                yield Broken((name,), problem, f"`side: 6` with `{name}: …`", uses=("side",))


class Marker(Strict):
    """A platinum ring: a dense mark on the tube."""

    from_tip_mm: float = Field(ge=0, le=500)
    length_mm: float = Field(gt=0, le=20)


class Radiopacity(Strict):
    """What makes the wall show on X-rays."""

    filler: Filler
    percent: float = Field(ge=0, le=85, description="of the wall's mass")
    markers: tuple[Marker, ...] = Field(default=(), max_length=40)


class Catheter(Strict):
    """One catheter, in one size and length."""

    kind: Literal["catheter"]
    family: Family
    outer_mm: float = Field(gt=0.3, le=4, description="at the tip; the French size is three times this")
    hub_outer_mm: float | None = Field(default=None, gt=0.3, le=4, description="where the shaft is thicker")
    bore_mm: float = Field(gt=0.2, le=3.5)
    length_cm: float = Field(ge=30, le=200)
    wire_mm: float = Field(gt=0.2, le=1.2, description="thickest guidewire that it takes")
    braided: bool = False
    hydrophilic: bool = False
    rest_shape: tuple[Bend, ...] = Field(min_length=1, max_length=20, description="from the tip")
    holes: Holes
    radiopacity: Radiopacity
    shaft: TubeShaft
    max_psi: float = Field(ge=100, le=1500)
    burst_psi: float | None = Field(default=None, ge=100, le=5000, description="at which it tears, if known")
    max_ml_s: float | None = Field(
        default=None, gt=0, le=50, description="as printed on the hub; else reckoned from bore and pressure"
    )
    dead_space_ml: float = Field(gt=0, le=10, description="hub included")
    bears_solvent: bool = Field(default=False, description="whether a liquid's solvent leaves it whole")
    vessel_mm: Range | None = Field(default=None, description="diameters that its curve suits")
    balloon: Balloon | None = Field(default=None, description="one that sits on it")
    stent: Stent | None = Field(default=None, description="one that it brings")
    targets: tuple[Kebab, ...] = Field(min_length=1, max_length=30, description="vessels that it is used for")

    def rules(self) -> Iterator[Broken]:
        """The bore has a wall around it, the wire fits, and the dead space holds the bore."""
        yield from wall_rules(self.outer_mm, self.bore_mm)
        yield from wire_rules(self.wire_mm, self.bore_mm)
        yield from dead_space_rules(self.dead_space_ml, self.bore_mm, self.length_cm)
        yield from kink_rules(self.shaft, self.outer_mm)
        yield from length_rules(self.length_cm, self.shaft, self.rest_shape)
        if self.burst_psi is not None and self.burst_psi < self.max_psi:
            told = f"is less than it bears, {self.max_psi:g}"
            yield Broken(("burst_psi",), told, "a higher one", self.burst_psi, ("max_psi",))
        if self.hub_outer_mm is not None and self.hub_outer_mm < self.outer_mm:
            yield Broken(
                ("hub_outer_mm",),
                "is thinner than the tip",
                "leaving it out",
                self.hub_outer_mm,
                ("outer_mm",),
            )
        yield from self._brought()
        last = (self.holes.from_tip_mm or 0.0) + (self.holes.over_mm or 0.0)
        if last > 10 * self.length_cm:
            yield Broken(
                ("holes", "over_mm"),
                "lies beyond the hub",
                "a shorter one",
                self.holes.over_mm,
                ("length_cm",),
            )

    def _brought(self) -> Iterator[Broken]:
        """What sits on it fits its family."""
        has = (self.balloon is not None, self.stent is not None)
        fits = {"balloon": (True, False), "stent-system": (has[0], True)}.get(self.family, (False, False))
        if has != fits:
            told = "does not fit what sits on the catheter"
            yield Broken(("family",), told, "`balloon` with `balloon: …`, `stent-system` with `stent: …`")
        if self.stent is not None and (self.stent.opens == "balloon") != has[0]:
            told = "says how it opens, and the catheter has " + ("one" if has[0] else "no balloon")
            yield Broken(("stent", "opens"), told, "`opens: balloon` with `balloon: …`", uses=("balloon",))

    @property
    def french(self) -> float:
        """Outer diameter at the tip, French."""
        return self.outer_mm * FRENCH_PER_MM

    @property
    def thickest_mm(self) -> float:
        """Outer diameter where it is thickest, mm: what must go through whatever it goes through."""
        folded = 0.0 if self.balloon is None else self.balloon.folded_mm
        return max(self.outer_mm, self.hub_outer_mm or 0.0, folded)

    @property
    def lumen_ml(self) -> float:
        """Volume of the bore over the whole length, ml."""
        return lumen_ml(self.bore_mm, self.length_cm)
