"""What every tube must hold: a wall around its bore, room for its wire, a dead space that holds its lumen."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi

from angiosuite.content.schema import Broken
from angiosuite.content.shaft import TubeShaft

THINNEST_WALL_MM = 0.05
FRENCH_PER_MM = 3.0
IN_NEEDLE_MM = 0.02
"""What a wire leaves free of a needle's bore, mm (`research/devices.md` 5, rule 1; usual, not read)."""
IN_TUBE_MM = 0.05
"""The same of a bore of plastic, mm."""
HELD_SHARE = 0.8
"""Least share of the lumen's volume that a dead space may be: bores are rounded."""


def lumen_ml(bore_mm: float, length_cm: float) -> float:
    """Volume of a bore over its length, ml."""
    return pi / 4.0 * bore_mm**2 * length_cm * 10.0 * 1e-3


def wall_rules(outer_mm: float, bore_mm: float) -> Iterator[Broken]:
    """There is a wall around the bore."""
    if bore_mm + 2 * THINNEST_WALL_MM > outer_mm:
        yield Broken(("bore_mm",), "leaves no wall", "a narrower one", bore_mm, ("outer_mm",))


def wire_rules(wire_mm: float, bore_mm: float, free_mm: float = IN_TUBE_MM) -> Iterator[Broken]:
    """The thickest wire goes through the bore."""
    if wire_mm > bore_mm:
        yield Broken(("wire_mm",), "is thicker than the bore", "a thinner one", wire_mm, ("bore_mm",))
    elif wire_mm + free_mm > bore_mm + 1e-9:
        told = f"leaves less than {free_mm:g} mm of the bore free"
        yield Broken(("wire_mm",), told, f"{bore_mm - free_mm:.3f} or less", wire_mm, ("bore_mm",))


def dead_space_rules(dead_space_ml: float, bore_mm: float, length_cm: float) -> Iterator[Broken]:
    """The dead space holds the lumen."""
    held = lumen_ml(bore_mm, length_cm)
    if dead_space_ml < HELD_SHARE * held:
        told = f"{held:.2f} ml or more, the lumen's volume"
        uses = ("bore_mm", "length_cm")
        yield Broken(("dead_space_ml",), "is less than the lumen holds", told, dead_space_ml, uses)


def kink_rules(shaft: TubeShaft | None, outer_mm: float) -> Iterator[Broken]:
    """No tube bends around its own thickness."""
    if shaft is not None and shaft.kink_radius_mm < outer_mm:
        told = f"is tighter than the tube is thick, {outer_mm:g}"
        uses = ("shaft", "outer_mm")
        yield Broken(("shaft", "kink_radius_mm"), told, "a wider one, mm", shaft.kink_radius_mm, uses)
