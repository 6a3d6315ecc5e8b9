"""What lesions do to the flow, as plain facts on a graph: the suite turns them into a network's hooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import pi, sqrt
from typing import Any

import numpy as np

from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph
from angiosuite.kit.randomness import generator

__all__ = [
    "BedFactor",
    "Bypass",
    "Closed",
    "FlowEffect",
    "Leak",
    "Narrowing",
    "Shunt",
    "flow_effects",
    "orifice_mm2",
]

Plain = Mapping[str, Any]

DISCHARGE = 0.61
"""Share of the ideal flow that a sharp-edged hole lets through (memory)."""
DENSITY_KG_M3 = 1060.0
MMHG_PA = 133.322
FRESH_IS_SOFT = 0.8
"""Share of a fresh clot's area that blood cannot use; an organised one takes all of it (own choice)."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A stenosis or a clot: `throat_share` of the healthy area is left over `length_mm` about `at_mm`."""

    lesion: str
    vessel: str
    at_mm: float
    length_mm: float
    throat_share: float
    eccentricity: float = 0.0


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing flows through `length_mm` about `at_mm`."""

    lesion: str
    vessel: str
    at_mm: float
    length_mm: float


@dataclass(frozen=True, slots=True)
class Bypass:
    """Collaterals round a closed piece, which bring `share` of the flow that was there before."""

    lesion: str
    vessel: str
    from_mm: float
    to_mm: float
    share: float


@dataclass(frozen=True, slots=True)
class Leak:
    """Blood that leaves a vessel through a hole.

    Parameters
    ----------
    lesion, vessel : str
    at_mm : float
    orifice_mm2 : float
        Its area.
    space : str
        Where it goes.
    gives_ml_mmhg : float or None
        Compliance of a space that presses back; None when it does not.
    clots_s : float or None
        Time constant with which the hole closes by itself.
    phases_s : tuple of (float, float)
        Bleeding and resting in turn, drawn from the seed; empty when it bleeds all the time.
    """

    lesion: str
    vessel: str
    at_mm: float
    orifice_mm2: float
    space: str
    gives_ml_mmhg: float | None = None
    clots_s: float | None = None
    phases_s: tuple[tuple[float, float], ...] = ()

    def is_open(self, time_s: float) -> bool:
        """Whether it bleeds at a time, s from the beginning; the drawn phases repeat."""
        if not self.phases_s:
            return True
        left = time_s % sum(map(sum, self.phases_s))
        for bleeds, rests in self.phases_s:
            if left < bleeds:
                return True
            if left < bleeds + rests:
                return False
            left -= bleeds + rests
        return False


@dataclass(frozen=True, slots=True)
class Shunt:
    """A short cut from one vessel into another, through an opening; its vessel is `lesion` in the graph."""

    lesion: str
    vessel: str
    at_mm: float
    into: Junction
    orifice_mm2: float


@dataclass(frozen=True, slots=True)
class BedFactor:
    """A bed's resistance times `factor`; `shunt_share` of its flow runs past the capillaries."""

    lesion: str
    bed: str
    factor: float = 1.0
    shunt_share: float = 0.0


FlowEffect = Narrowing | Closed | Bypass | Leak | Shunt | BedFactor


def orifice_mm2(rate_ml_min: float, across_mmhg: float = 100.0) -> float:
    """Area of the hole that loses so much at a pressure, mm2.

    Notes
    -----
    **Model** sharp-edged orifice, ``Q = Cd A sqrt(2 dP / rho)``, Cd 0.61, 1060 kg/m3.
    **Source** textbook form; Cd from memory. **Valid for** jets of more than about 0.1 mm.
    Held by ``tests/anatomy/vessels/test_lesions.py``.
    """
    metres_s = DISCHARGE * sqrt(2.0 * across_mmhg * MMHG_PA / DENSITY_KG_M3)
    return rate_ml_min / 60.0 / metres_s


def flow_effects(graph: VesselGraph, lesions: Iterable[Plain], seed: int) -> tuple[FlowEffect, ...]:
    """What lesions do to the flow.

    Parameters
    ----------
    graph : VesselGraph
        As `with_lesions` returned it: arc lengths are those of its centre lines.
    lesions : iterable of mapping
        As `LesionItem.plain` gives them.
    seed : int
        The patient's.

    Notes
    -----
    Sacs, feeders, fistulas and varices are vessels of the graph, and tumours are beds: they flow by
    themselves. Lesions of a vessel or a bed that this patient has not got do nothing.
    """
    found: list[FlowEffect] = []
    for lesion in lesions:
        found += _of(graph, lesion, seed)
    return tuple(found)


def _of(graph: VesselGraph, lesion: Plain, seed: int) -> Iterable[FlowEffect]:
    name, kind = str(lesion["id"]), lesion["kind"]
    if kind in ("tumour", "fibroids"):
        share = float(lesion.get("shunt_percent", 0.0)) / 100.0
        return [
            BedFactor(name, bed, 1.0, share)
            for bed in graph.beds
            if bed == name or bed.startswith(f"{name}-")
        ]
    place = site_of(graph, lesion, seed)
    if place is None:
        return []
    vessel, at_mm = place
    length = float(lesion.get("length_mm") or 0.0)
    if kind == "stenosis":
        throat = (1.0 - lesion["diameter_percent"] / 100.0) ** 2
        return [Narrowing(name, vessel, at_mm, length, throat, lesion["eccentric_percent"] / 100.0)]
    if kind == "thrombus":
        taken = lesion["fills_percent"] / 100.0 * (FRESH_IS_SOFT if lesion["age"] == "fresh" else 1.0)
        return [Narrowing(name, vessel, at_mm, length, max(1.0 - taken, 1e-3))]
    if kind == "occlusion":
        share = lesion["collateral_percent"] / 100.0
        whole = graph.vessels[vessel].length_mm
        first, last = max(at_mm - length / 2 - 5.0, 0.0), min(at_mm + length / 2 + 5.0, whole)
        return [Closed(name, vessel, at_mm, length), Bypass(name, vessel, first, last, share)]
    if kind == "fistula" and name in graph.vessels and graph.vessels[name].joins is not None:
        into = graph.vessels[name].joins
        assert into is not None
        return [Shunt(name, vessel, at_mm, into, pi / 4.0 * lesion["opening_mm"] ** 2)]
    return [_leak(lesion, vessel, at_mm, seed)] if kind == "bleeding" else []


def _leak(lesion: Plain, vessel: str, at_mm: float, seed: int) -> Leak:
    """A bleeding with its phases drawn: each lasts a half to one and a half of its mean."""
    phases: tuple[tuple[float, float], ...] = ()
    if lesion.get("bleeds_s") is not None:
        rng = generator(seed, f"lesion:{lesion['id']}:phases")
        drawn = rng.uniform(0.5, 1.5, (24, 2)) * (lesion["bleeds_s"], lesion["rests_s"])
        phases = tuple((round(float(b), 1), round(float(r), 1)) for b, r in drawn)
    return Leak(
        str(lesion["id"]),
        vessel,
        at_mm,
        orifice_mm2(lesion["rate_ml_min"]),
        str(lesion["into"]),
        lesion.get("gives_ml_mmhg"),
        lesion.get("clots_s"),
        phases,
    )


def site_of(graph: VesselGraph, lesion: Plain, seed: int) -> tuple[str, float] | None:
    """Vessel and arc length of a lesion, mm; None when the patient has no such vessel or bed.

    In a bed it is one of its feeders, in the last tenth of its length.
    """
    if "vessel" in lesion:
        vessel = graph.vessels.get(lesion["vessel"])
        if vessel is None:
            return None
        if lesion.get("from_wall_mm") is None:
            return vessel.id, vessel.length_mm * lesion["percent_along"] / 100.0
        return vessel.id, min(wall_mm(graph, vessel) + lesion["from_wall_mm"], vessel.length_mm)
    bed = graph.beds.get(lesion["bed"])
    if bed is None or not bed.feeders:
        return None
    rng = generator(seed, f"lesion:{lesion['id']}:site")
    feeder = graph.vessels[bed.feeders[int(rng.integers(len(bed.feeders)))]]
    return feeder.id, feeder.length_mm * float(np.round(rng.uniform(0.9, 0.99), 3))


def wall_mm(graph: VesselGraph, vessel: Vessel) -> float:
    """Arc length at which a vessel leaves the lumen of the one that it hangs on, mm; 0 for a root."""
    if vessel.parent is None:
        return 0.0
    line = graph.vessels[vessel.parent.vessel]
    _, radius = line.at(vessel.parent.at_mm)
    near = line.points_mm[np.abs(line.arc_mm - vessel.parent.at_mm) < 4.0 * radius + 5.0]
    gaps = np.linalg.norm(vessel.points_mm[:, None, :] - near[None], axis=2).min(axis=1)
    outside = np.flatnonzero(gaps > radius)
    return float(vessel.arc_mm[outside[0]]) if len(outside) else 0.0
