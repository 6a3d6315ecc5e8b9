"""The catheter among devices: its tube, its holes, its curve at rest, and what it bears.

Lengths are counted from the tip. French is the outer diameter, 3 F to the millimetre.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import pi
from typing import Any, Literal

from pydantic import Field, model_validator

from angiosuite.content.schema import Broken, Kebab, Range, Strict

Family = Literal["flush", "simple-curve", "double-curve", "reverse-curve", "microcatheter"]
Filler = Literal["barium-sulphate", "bismuth-subcarbonate", "tungsten"]

THINNEST_WALL_MM = 0.05
FRENCH_PER_MM = 3.0


class Bend(Strict):
    """A piece of the curve at rest: ``12`` is 12 mm straight, ``[15, 75]`` a turn by 75 degrees on 15 mm."""

    straight_mm: float | None = Field(default=None, gt=0, le=2000)
    radius_mm: float | None = Field(default=None, gt=0, le=500)
    turn_deg: float | None = Field(default=None, ge=-400, le=400, description="below 0 it goes back")

    @model_validator(mode="before")
    @classmethod
    def _from_a_number_or_a_pair(cls, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"straight_mm": value}
        if isinstance(value, list | tuple) and len(value) == 2:
            return {"radius_mm": value[0], "turn_deg": value[1]}
        return value

    def rules(self) -> Iterator[Broken]:
        """It is straight or it turns."""
        turns = self.radius_mm is not None and self.turn_deg is not None
        if turns == (self.straight_mm is not None):
            yield Broken((), "is neither straight nor a turn", "12 (mm), or [15, 75] (radius mm, degrees)")

    @property
    def length_mm(self) -> float:
        """Length along the piece, mm."""
        if self.straight_mm is not None:
            return self.straight_mm
        return (self.radius_mm or 0.0) * abs(self.turn_deg or 0.0) * pi / 180.0


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
    max_psi: float = Field(ge=100, le=1500)
    max_ml_s: float | None = Field(
        default=None, gt=0, le=50, description="as printed on the hub; else reckoned from bore and pressure"
    )
    dead_space_ml: float = Field(gt=0, le=10, description="hub included")
    vessel_mm: Range | None = Field(default=None, description="diameters that its curve suits")
    targets: tuple[Kebab, ...] = Field(min_length=1, max_length=30, description="vessels that it is used for")

    def rules(self) -> Iterator[Broken]:
        """The bore has a wall around it, the wire fits, and the dead space holds the bore."""
        if self.bore_mm + 2 * THINNEST_WALL_MM > self.outer_mm:
            yield Broken(("bore_mm",), "leaves no wall", "a narrower one", self.bore_mm, ("outer_mm",))
        if self.wire_mm > self.bore_mm:
            yield Broken(
                ("wire_mm",), "is thicker than the bore", "a thinner one", self.wire_mm, ("bore_mm",)
            )
        if self.hub_outer_mm is not None and self.hub_outer_mm < self.outer_mm:
            yield Broken(
                ("hub_outer_mm",),
                "is thinner than the tip",
                "leaving it out",
                self.hub_outer_mm,
                ("outer_mm",),
            )
        if self.dead_space_ml < 0.8 * self.lumen_ml:
            told = f"{self.lumen_ml:.2f} ml or more, the lumen's volume"
            yield Broken(
                ("dead_space_ml",),
                "is less than the lumen holds",
                told,
                self.dead_space_ml,
                ("bore_mm", "length_cm"),
            )
        last = (self.holes.from_tip_mm or 0.0) + (self.holes.over_mm or 0.0)
        if last > 10 * self.length_cm:
            yield Broken(
                ("holes", "over_mm"),
                "lies beyond the hub",
                "a shorter one",
                self.holes.over_mm,
                ("length_cm",),
            )

    @property
    def french(self) -> float:
        """Outer diameter at the tip, French."""
        return self.outer_mm * FRENCH_PER_MM

    @property
    def lumen_ml(self) -> float:
        """Volume of the bore over the whole length, ml."""
        return pi / 4.0 * self.bore_mm**2 * self.length_cm * 10.0 * 1e-3
