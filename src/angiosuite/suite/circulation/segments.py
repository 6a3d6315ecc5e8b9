"""Vessels as segments of a network: where a centre line is parted, and on which edge its points lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import System, Vessel, VesselGraph
from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.respiration import QUIET_MMHG
from angiosuite.physics.flow.spec import NodeLaw

__all__ = ["BLOOD_SYSTEMS", "Course", "Segments", "draw_vessels"]

Floats = NDArray[np.float64]

BLOOD_SYSTEMS: tuple[System, ...] = ("artery", "vein", "portal", "pulmonary-artery", "pulmonary-vein")
LONGEST_MM = 50.0
"""Longest segment, mm (``docs/explain/blood-flow.md``)."""
APART_MM = 4.0
"""Junctions closer than this on one vessel share a node, mm."""
CLOSEST_MM = 1.0
"""What is asked for beside is not parted closer to another place than this, mm."""
WIDE_MM = 3.0
"""Radius from which the velocity profile is blunt, mm."""
END_MM = 1.0
"""So near to its end a parent has come to its end, mm."""
LANES_MM = 1.0
"""Radius from which contrast runs in three lanes, mm."""
MMHG_PA = 133.322
YOUNG_KPA = 500.0
"""Young's modulus of an artery's wall, kPa: the pulse runs down the thoracic aorta at 6 m/s."""
REST_MMHG: Mapping[System, float] = {
    "artery": 93.0,
    "vein": 5.0,
    "portal": 8.0,
    "pulmonary-artery": 15.0,
    "pulmonary-vein": 8.0,
    "bile": 0.0,
    "urine": 0.0,
}
"""Mean pressure at which the lumens were drawn, mmHg."""
SOFT_BETA_MMHG: Mapping[System, float] = {
    "vein": 60.0,
    "portal": 90.0,
    "pulmonary-artery": 60.0,
    "pulmonary-vein": 60.0,
}
"""Stiffness beta of vessels other than arteries, mmHg: 2 / beta of their volume a mmHg."""


def artery_beta_mmhg(radius_mm: float) -> float:
    """Stiffness beta of an artery, mmHg, ``E h / (0.75 r)``.

    Notes
    -----
    **Model** wall thickness ``h / r = 0.2802 exp(-505 r) + 0.1324 exp(-11.1 r)`` with r in metres.
    **Source** thickness: the ADAN56 network file of openBF (Blanco et al. 2015; Boileau et al. 2015). Its
    225 kPa would give the thoracic aorta a pulse wave velocity of 4 m/s, that of an adolescent (Mohiaddin et
    al., J Appl Physiol 74:492, 1993: 4.3 m/s); healthy adults of 45 to 65 years have 7.2 with a standard
    deviation of 1.1 m/s, younger ones 5.4 and 0.9 (Jarvis et al., J Magn Reson Imaging, 4D flow).
    **Valid for** arteries from 0.5 to 16 mm.
    Held by ``tests/suite/circulation/test_segments.py``.
    """
    r = 1e-3 * radius_mm
    share = 0.2802 * np.exp(-505.0 * r) + 0.1324 * np.exp(-11.1 * r)
    return float(YOUNG_KPA * 1e3 * share / 0.75 / MMHG_PA)


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """One vessel in the network.

    Parameters
    ----------
    stations_mm : ndarray, shape (k + 1,)
        Arc lengths at which it is parted: from where it leaves the lumen of its parent to its length.
    nodes : tuple of str, k + 1
        Node at each.
    edges : tuple of str, k
        Edge between two, which runs with the blood.
    away : bool
        Whether the edges run from the first station to the last.
    """

    stations_mm: Floats
    nodes: tuple[str, ...]
    edges: tuple[str, ...]
    away: bool

    def place(self, at_mm: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Which of its edges, and the share of that edge's length (with the blood), at arc lengths."""
        k = np.clip(np.searchsorted(self.stations_mm, at_mm, "right") - 1, 0, len(self.edges) - 1)
        first, last = self.stations_mm[k], self.stations_mm[k + 1]
        along = np.clip((at_mm - first) / (last - first), 0.0, 1.0)
        return k, np.asarray(along if self.away else 1.0 - along)

    def nearest(self, at_mm: float) -> str:
        """Node nearest to an arc length."""
        return self.nodes[int(np.abs(self.stations_mm - at_mm).argmin())]


Segments = dict[str, Course]


def draw_vessels(
    graph: VesselGraph,
    draft: Draft,
    region_of: Mapping[str, int],
    also: Mapping[str, tuple[float, ...]] = MappingProxyType({}),
) -> Segments:
    """Add all vessels that carry blood to a draft.

    Parameters
    ----------
    graph : VesselGraph
    draft : Draft
    region_of : mapping of vessel to int
        External pressure that acts on each vessel's nodes.
    also : mapping of vessel to tuple of float
        Further arc lengths at which vessels are parted, mm: where a catheter ends or a lesion lies.

    Notes
    -----
    **Model** segments of at most 50 mm between junctions; a node holds half of each segment that meets there
    and the sum of their compliances.
    Held by ``tests/suite/circulation/test_segments.py``.
    """
    carriers = [v for v in graph.vessels.values() if v.system in BLOOD_SYSTEMS]
    wanted = _wanted_stations(carriers)
    courses: Segments = {}
    for vessel in _in_order(carriers):
        parent = None if vessel.parent is None else graph.vessels.get(vessel.parent.vessel)
        (begin_mm, length_mm), region = _ends_mm(vessel, parent), region_of.get(vessel.id, 0)
        stations = _stations(begin_mm, length_mm, wanted[vessel.id], also.get(vessel.id, ()))
        nodes = [""] * len(stations)
        for end, junction in ((0, vessel.parent), (-1, vessel.joins)):
            if junction is not None and junction.vessel in courses:
                nodes[end] = courses[junction.vessel].nearest(junction.at_mm)
        for k, at_mm in enumerate(stations):
            nodes[k] = nodes[k] or draft.node(
                f"{vessel.id}@{at_mm:.1f}",
                law=NodeLaw.VEIN if vessel.system in ("vein", "portal") else NodeLaw.TUBE,
                p0_mmhg=REST_MMHG[vessel.system] - QUIET_MMHG[region],
                start_mmhg=REST_MMHG[vessel.system],
                region=region,
            )
        edges = _draw_edges(vessel, stations, nodes, draft)
        courses[vessel.id] = Course(stations, tuple(nodes), edges, vessel.away)
    return courses


def _draw_edges(vessel: Vessel, stations: Floats, nodes: list[str], draft: Draft) -> tuple[str, ...]:
    edges = []
    for k, values in enumerate(_tubes(vessel, tuple(stations.tolist()))):
        a, b = (nodes[k], nodes[k + 1]) if vessel.away else (nodes[k + 1], nodes[k])
        edges.append(draft.tube(f"{vessel.id}/{stations[k]:.1f}", a, b, **values))
    return tuple(edges)


@lru_cache(maxsize=4096)
def _tubes(vessel: Vessel, stations: tuple[float, ...]) -> tuple[dict[str, Any], ...]:
    """What each segment of a vessel is; most vessels are parted as they were the last time."""
    arc = vessel.arc_mm
    tubes = []
    for first, last in pairwise(stations):
        radius = np.interp(np.linspace(first, last, 9), arc, vessel.radius_mm)
        mean_mm = float(np.mean(radius))
        tubes.append(
            {
                "length_cm": 0.1 * (last - first),
                "area_cm2": float(np.pi * 1e-2 * np.mean(radius**2)),
                "stiffness": artery_beta_mmhg(mean_mm)
                if vessel.system == "artery"
                else SOFT_BETA_MMHG[vessel.system],
                "profile": 9.0 if mean_mm >= WIDE_MM else 2.0,
                "lanes": 3 if mean_mm >= LANES_MM else 1,
            }
        )
    return tuple(tubes)


def _in_order(carriers: list[Vessel]) -> list[Vessel]:
    """Vessels so that what one hangs on or opens into comes before it, as far as that can be."""
    waiting, placed, ordered = list(carriers), set[str](), list[Vessel]()
    known = {vessel.id for vessel in carriers}
    while waiting:
        ready = [
            vessel
            for vessel in waiting
            if all(j is None or j.vessel not in known - placed for j in (vessel.parent, vessel.joins))
        ]
        ready = ready or waiting[:1]
        ordered += ready
        placed |= {vessel.id for vessel in ready}
        waiting = [vessel for vessel in waiting if vessel.id not in placed]
    return ordered


def _wanted_stations(carriers: list[Vessel]) -> dict[str, list[float]]:
    """Arc lengths at which something hangs on each vessel."""
    wanted: dict[str, list[float]] = {vessel.id: [] for vessel in carriers}
    for vessel in carriers:
        for junction in (vessel.parent, vessel.joins):
            if junction is not None and junction.vessel in wanted:
                wanted[junction.vessel].append(junction.at_mm)
    return wanted


@lru_cache(maxsize=4096)
def _ends_mm(vessel: Vessel, parent: Vessel | None) -> tuple[float, float]:
    """Where a vessel's centre line leaves what it hangs on, and where it ends, mm.

    A branch begins within the lumen of its parent; what goes on from a parent's end begins there.
    """
    length_mm = vessel.length_mm
    if vessel.parent is None or parent is None or parent.length_mm - vessel.parent.at_mm < END_MM:
        return 0.0, length_mm
    _, radius_mm = parent.at(vessel.parent.at_mm)
    return min(radius_mm, 0.5 * length_mm), length_mm


def _stations(begin_mm: float, length_mm: float, wanted: list[float], also: tuple[float, ...]) -> Floats:
    """Where a vessel is parted: its ends, its junctions, and in between so that no piece is too long."""
    kept = [begin_mm]
    for at_mm in sorted(wanted):
        if at_mm - kept[-1] > APART_MM and length_mm - at_mm > APART_MM:
            kept.append(at_mm)
    kept.append(length_mm)
    parts = [np.array([begin_mm])]
    for first, last in pairwise(kept):
        count = max(1, int(np.ceil((last - first) / LONGEST_MM)))
        parts.append(np.linspace(first, last, count + 1)[1:])
    even = np.concatenate(parts)
    close = [np.abs(even - at_mm).min() < CLOSEST_MM for at_mm in also]
    more = [at_mm for at_mm, is_there in zip(also, close, strict=True) if not is_there]
    return np.unique(np.concatenate([even, [s for s in more if begin_mm < s < length_mm]]))
