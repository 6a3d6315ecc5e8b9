"""What a device of the content is made of, as X-rays see it: core and coil, wall, filler, braid, bands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import pi

import numpy as np

from angiosuite.content.catheter import Catheter, Holes, Radiopacity
from angiosuite.content.device import DeviceItem
from angiosuite.content.dilator import Dilator
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.needle import Needle
from angiosuite.content.shaft import WireShaft, Zone
from angiosuite.content.sheath import Sheath
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.attenuation import density_g_cm3
from angiosuite.physics.xray.instrument_shadow import BLOOD_G_CM3, Drawn, Ring, Section

__all__ = ["Drawn", "core_mm", "drawn_of", "plain_tube"]

YOUNG_N_MM2 = {"steel": 193e3, "nitinol": 60e3}
"""Young's modulus of what cores are made of, N/mm2."""
WOUND_SHARE, WIND_OF_WIRE = 0.25 * pi, 0.17
"""Share of a coil's ring that its round wire fills, and that wire's thickness as a share of the whole."""
JACKET_G_CM3 = (("tungsten", 1.58), ("polyamide", 1.06))
"""A jacket of polyurethane, three fifths of its mass tungsten powder."""
POLYMER, POLYMER_G_CM3 = "polyamide", 1.1
STRANDS, STRAND_MM = 16, 0.05
"""Round steel wires of a braid, which cross at 45 degrees, and how thick they are at most, mm."""
STRAND_OF_WALL = 0.15
"""How thick they are at most as a share of the wall."""
BAND_MM, BAND_OF_WALL = 0.05, 0.4
"""Thickness of a platinum band, mm, and its most as a share of the wall."""
DILATOR = Radiopacity(filler="barium-sulphate", percent=15)
"""Of dilators, whose content does not tell it."""
STEPS = 4
"""Steps that a taper is drawn in."""
NECK_MM = 0.2
"""How much thicker than its bore a dilator's end is, mm."""

Made = tuple[tuple[Ring, ...], float]
_made: dict[int, tuple[DeviceItem, Drawn]] = {}
MOST_KEPT = 1000


def drawn_of(device: DeviceItem) -> Drawn:
    """Sections of a device from its tip on, with rings of g/cm3 by material; asked again, the same object.

    **Model** *Wires*: the core is as thick as its stiffness says, ``EI = E pi d^4 / 64`` at the middle of
    each zone and even between (`core_mm`); a coil is a ring of which a close winding of round wire fills
    pi/4; a jacket is polymer with tungsten powder. *Tubes*: polymer with the share of filler that the content
    tells, mixed by volume; where braided, from the first zone's end on (the soft tip has no braid), steel
    wires in the middle of the wall; a platinum band where the content has a marker; where side holes are, the
    wall has that much less. What the content does not tell is drawn with the constants of this module.
    **Source** modulus of stainless steel 193 GPa and of nitinol's austenite 28 to 83 GPa (makers' sheets of
    both alloys); barium sulphate, bismuth subcarbonate and tungsten as fillers: Shah, Medical Device and
    Diagnostic Industry (March 2000). Estimated: thickness of winds, strands and bands, and the jacket's
    tungsten, each an order that is usual for such instruments.
    **Valid for** pictures in which single turns of a coil and single strands are not told apart.
    Held by ``tests/suite/instruments/test_drawn.py``.

    Raises
    ------
    WrongUse
        Of a syringe and all else that never lies in a patient.
    """
    kept = _made.get(id(device))
    if kept is None or kept[0] is not device:
        if len(_made) >= MOST_KEPT:
            _made.clear()
        _made[id(device)] = kept = (device, _drawn(device))
    return kept[1]


def plain_tube(outer_mm: float, bore_mm: float, seen: Radiopacity) -> Drawn:
    """A tube of one make, from its diameters, mm."""
    return _sections(_tube_borders(seen, ()), lambda at: _tube(outer_mm, bore_mm, seen, None, at))


def core_mm(wire: GuideWire, from_tip_mm: float) -> float:
    """Diameter of a wire's core at a place, mm; never wider than the wire."""
    places, widths = _core(wire.shaft, YOUNG_N_MM2[wire.core])
    return min(float(np.interp(from_tip_mm, places, widths)), wire.diameter_mm)


def _drawn(device: DeviceItem) -> Drawn:
    part = device.part
    if isinstance(part, GuideWire):
        return _sections(_wire_borders(part), lambda at: _wire(part, at))
    if isinstance(part, Catheter):
        borders = [*_tube_borders(part.radiopacity, part.shaft.zones), *_hole_borders(part.holes)]
        borders += _thicker_borders(part)
        return _sections(borders, lambda at: _catheter(part, at))
    if isinstance(part, Sheath):
        borders = _tube_borders(part.radiopacity, part.shaft.zones)
        braid = part.shaft.zones[0].to_mm if part.braided else None
        return _sections(borders, lambda at: _tube(part.outer_mm, part.bore_mm, part.radiopacity, braid, at))
    if isinstance(part, Dilator):
        borders = [part.taper_mm * (k + 1) / STEPS for k in range(STEPS)]
        return _sections(borders, lambda at: _dilator(part, at))
    if isinstance(part, Needle):
        steel = (("steel", density_g_cm3("steel")),)
        outer, bore = 0.5 * part.outer_mm, 0.5 * part.bore_mm
        return Drawn((Section(10.0 * part.length_cm, (Ring(outer, bore, steel),), bore),))
    raise WrongUse(
        f"{device.title} never lies in the patient",
        code="not-drawn",
        value=device.id,
        way_out="Draw a wire, a catheter, a sheath, a dilator or a needle.",
    )


def _sections(borders: Iterable[float], at: Callable[[float], Made]) -> Drawn:
    """Sections between borders, of what is at the middle of each; equal neighbours are one."""
    ends = [*sorted({round(b, 3) for b in borders if b > 0.0}), 1e5]
    found: list[Section] = []
    begin = 0.0
    for end in ends:
        rings, bore_mm = at(min(0.5 * (begin + end), begin + 5.0) if end == ends[-1] else 0.5 * (begin + end))
        if found and found[-1].rings == rings and found[-1].bore_mm == bore_mm:
            found.pop()
        found.append(Section(end, rings, bore_mm))
        begin = end
    return Drawn(tuple(found))


# ---- wires --------------------------------------------------------------------------------------------


def _core(shaft: WireShaft, young_n_mm2: float) -> tuple[list[float], list[float]]:
    """Places, mm from the tip, and the core's diameter there, mm."""
    places: list[float] = []
    begin = 0.0
    for zone in shaft.zones:
        last = begin - places[-1] if places else 1.0
        places.append(begin + last if zone.to_mm is None else 0.5 * (begin + zone.to_mm))
        begin = zone.to_mm or begin
    return places, [float((64.0 * zone.ei_nmm2 / (pi * young_n_mm2)) ** 0.25) for zone in shaft.zones]


def _wire_borders(wire: GuideWire) -> list[float]:
    """Where a wire's core is another by a step, and where its coil ends."""
    places, _ = _core(wire.shaft, YOUNG_N_MM2[wire.core])
    borders = [a + (b - a) * k / STEPS for a, b in pairwise(places) for k in range(STEPS + 1)]
    return borders if wire.coil is None else [*borders, wire.coil.over_mm]


def _wire(wire: GuideWire, at_mm: float) -> Made:
    outer, core = 0.5 * wire.diameter_mm, 0.5 * core_mm(wire, at_mm)
    solid = Ring(core, 0.0, ((wire.core, density_g_cm3(wire.core)),))
    if core > 0.97 * outer:
        return (Ring(outer, 0.0, solid.content),), 0.0
    if wire.coil is not None and at_mm < wire.coil.over_mm:
        thickest = max(0.5 * core_mm(wire, place) for place in _coil_places(wire))
        inner = max(outer - min(WIND_OF_WIRE * wire.diameter_mm, outer - thickest), core)
        wound = ((wire.coil.material, WOUND_SHARE * density_g_cm3(wire.coil.material)),)
        gap = (Ring(inner, core, (("water", BLOOD_G_CM3),)),) if inner > core + 1e-6 else ()
        return (Ring(outer, inner, wound), *gap, solid), 0.0
    jacket = JACKET_G_CM3 if wire.jacket == "polymer-tungsten" else ((POLYMER, POLYMER_G_CM3),)
    return (Ring(outer, core, jacket), solid), 0.0


def _coil_places(wire: GuideWire) -> list[float]:
    """Places along a wire's coil at which its core is looked at."""
    assert wire.coil is not None
    return [wire.coil.over_mm * k / 20.0 for k in range(21)]


# ---- tubes --------------------------------------------------------------------------------------------


def _tube_borders(seen: Radiopacity, zones: Sequence[Zone]) -> list[float]:
    ends = [mark.from_tip_mm + side * 0.5 * mark.length_mm for mark in seen.markers for side in (-1, 1)]
    return [*ends, *(zone.to_mm for zone in zones[:1] if zone.to_mm is not None)]


def _hole_places(holes: Holes) -> list[float]:
    """Middles of a catheter's side holes, mm from the tip."""
    if holes.side == 0 or holes.from_tip_mm is None:
        return []
    over = holes.over_mm or 0.0
    return [holes.from_tip_mm + over * k / max(holes.side - 1, 1) for k in range(holes.side)]


def _hole_borders(holes: Holes) -> list[float]:
    half = 0.5 * (holes.side_mm or 0.0)
    return [at + side * half for at in _hole_places(holes) for side in (-1, 1)]


def _thicker_borders(part: Catheter) -> list[float]:
    """Where a shaft grows thicker: over the zone before its last."""
    if part.hub_outer_mm is None or len(part.shaft.zones) < 2:
        return []
    begin, end = _thicker(part)
    return [begin + (end - begin) * k / STEPS for k in range(STEPS + 1)]


def _thicker(part: Catheter) -> tuple[float, float]:
    zones = part.shaft.zones
    before = zones[-3].to_mm if len(zones) > 2 else 0.0
    return before or 0.0, zones[-2].to_mm or 0.0


def _catheter(part: Catheter, at_mm: float) -> Made:
    outer = part.outer_mm
    if part.hub_outer_mm is not None and len(part.shaft.zones) > 1:
        outer = float(np.interp(at_mm, _thicker(part), (outer, part.hub_outer_mm)))
    braid = part.shaft.zones[0].to_mm if part.braided else None
    rings, bore = _tube(outer, part.bore_mm, part.radiopacity, braid, at_mm)
    hole_mm = part.holes.side_mm or 0.0
    if any(abs(at_mm - hole) < 0.5 * hole_mm for hole in _hole_places(part.holes)):
        left = 1.0 - hole_mm / (2.0 * (outer + part.bore_mm))
        rings = tuple(
            Ring(ring.outer_mm, ring.inner_mm, tuple((name, left * g_cm3) for name, g_cm3 in ring.content))
            for ring in rings
        )
    return rings, bore


def _tube(
    outer_mm: float, bore_mm: float, seen: Radiopacity, braid_from_mm: float | None, at_mm: float
) -> Made:
    """Rings of a tube, from its diameters; no braid with None."""
    outer, bore = 0.5 * outer_mm, 0.5 * bore_mm
    wall, middle = outer - bore, 0.5 * (outer + bore)
    rings = [Ring(outer, bore, _filled(seen))]
    if braid_from_mm is not None and at_mm > braid_from_mm:
        strand = min(STRAND_MM, STRAND_OF_WALL * wall)
        area_mm2 = STRANDS * 0.25 * pi * strand**2 * 2.0**0.5
        share = area_mm2 / (2.0 * pi * middle * 2.0 * strand)
        rings.append(Ring(middle + strand, middle - strand, (("steel", share * density_g_cm3("steel")),)))
    if any(abs(at_mm - mark.from_tip_mm) < 0.5 * mark.length_mm for mark in seen.markers):
        thick = min(BAND_MM, BAND_OF_WALL * wall)
        rings.append(Ring(outer, outer - thick, (("platinum", density_g_cm3("platinum")),)))
    return tuple(rings), bore


def _filled(seen: Radiopacity) -> tuple[tuple[str, float], ...]:
    """A wall's polymer and filler, g/cm3, by the filler's share of its mass."""
    share = 0.01 * seen.percent
    whole = 1.0 / (share / density_g_cm3(seen.filler) + (1.0 - share) / POLYMER_G_CM3)
    return (seen.filler, share * whole), (POLYMER, (1.0 - share) * whole)


def _dilator(part: Dilator, at_mm: float) -> Made:
    thin = min(part.bore_mm + NECK_MM, part.outer_mm)
    outer = float(np.interp(at_mm, (0.0, part.taper_mm), (thin, part.outer_mm)))
    return _tube(outer, part.bore_mm, DILATOR, None, at_mm)
