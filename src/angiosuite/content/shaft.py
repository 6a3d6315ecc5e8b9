"""The shaft of a wire or a tube: how stiff it is from its tip to its hub, its curve at rest, what it rubs.

Lengths are counted from the tip. EI is the stiffness against bending, GJ against twist, both N·mm².
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import pi
from typing import Any

from pydantic import Field, model_validator

from angiosuite.content.schema import Broken, Strict


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


class Zone(Strict):
    """A stretch of the shaft of one stiffness, which ends so far from the tip."""

    to_mm: float | None = Field(default=None, gt=0, le=5000, description="none for the last, to the hub")
    ei_nmm2: float = Field(gt=0, le=100_000, description="against bending")
    gj_nmm2: float = Field(gt=0, le=100_000, description="against twist")


class Friction(Strict):
    """Coulomb's coefficient against the wall."""

    wet: float = Field(ge=0, le=1)
    dry: float = Field(ge=0, le=1.5, description="where a hydrophilic coat was not wetted; else as wet")

    def rules(self) -> Iterator[Broken]:
        """Water does not make it rub more."""
        if self.dry < self.wet:
            yield Broken(("dry",), "is less than wet", f"{self.wet:g} or more", self.dry, ("wet",))


class Shaft(Strict):
    """What every shaft has."""

    zones: tuple[Zone, ...] = Field(min_length=1, max_length=20, description="from the tip")
    residual_per_m: float = Field(
        ge=0, le=50, description="curvature left in what should be straight, 1/m: what makes it whip"
    )
    friction: Friction

    def rules(self) -> Iterator[Broken]:
        """Zones ascend, the last is open, and they are told from the tip.

        A zone may be softer than the one before it (a marker, the back end of a wire); a hub that is softer
        than half of the tip is a list that was written from the hub.
        """
        *before, last = self.zones
        if last.to_mm is not None:
            yield Broken(
                ("zones", len(before), "to_mm"),
                "ends the last zone",
                "leaving it out: to the hub",
                last.to_mm,
            )
        end = 0.0
        for index, zone in enumerate(before):
            where = ("zones", index, "to_mm")
            if zone.to_mm is None:
                yield Broken(where, "is missing of a zone before the last", f"`to_mm: {end + 10:g}`")
            elif zone.to_mm <= end:
                yield Broken(
                    where, f"is not beyond the zone before, {end:g}", "zones from the tip", zone.to_mm
                )
            end = max(end, zone.to_mm or 0.0)
        if last.ei_nmm2 < 0.5 * self.zones[0].ei_nmm2:
            yield Broken(
                ("zones", len(before), "ei_nmm2"),
                f"is less than half of the tip's, {self.zones[0].ei_nmm2:g}",
                "zones from the tip to the hub",
                last.ei_nmm2,
            )

    @property
    def zoned_mm(self) -> float:
        """Where the last zone begins, mm from the tip."""
        return max((zone.to_mm for zone in self.zones if zone.to_mm is not None), default=0.0)

    def zone_at(self, from_tip_mm: float) -> Zone:
        """The zone at a place."""
        return next(zone for zone in self.zones if zone.to_mm is None or from_tip_mm < zone.to_mm)


class WireShaft(Shaft):
    """The shaft of a wire: bent tighter than its yield radius it stays bent."""

    yield_radius_mm: float | None = Field(default=None, gt=0, le=500, description="none: never, as nitinol")


class TubeShaft(Shaft):
    """The shaft of a tube: bent tighter than its kink radius it collapses."""

    kink_radius_mm: float = Field(gt=0, le=500)


def length_rules(length_cm: float, shaft: Shaft | None, rest_shape: Sequence[Bend] = ()) -> Iterator[Broken]:
    """What lies along an instrument ends before its hub: its curve at rest, its zones."""
    curve_mm = sum(bend.length_mm for bend in rest_shape)
    if curve_mm >= 10 * length_cm:
        told = f"is {curve_mm:.0f} mm long, as long as the whole"
        yield Broken(("rest_shape",), told, f"less than {10 * length_cm:g} mm", None, ("length_cm",))
    if shaft is not None and shaft.zoned_mm >= 10 * length_cm:
        yield Broken(
            ("shaft", "zones"),
            f"reach to {shaft.zoned_mm:g} mm, the hub or beyond",
            f"less than {10 * length_cm:g} mm",
            None,
            ("length_cm",),
        )
