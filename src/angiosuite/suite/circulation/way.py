"""The way of a catheter through vessels: from where it enters the patient to where its tip lies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph
from angiosuite.kit.errors import RefusedInput, did_you_mean

__all__ = ["Leg", "Way", "way_to"]

Floats = NDArray[np.float64]

ACCESS = {"artery": "right-common-femoral-artery", "vein": "right-common-femoral-vein"}
"""Vessel that a catheter enters by, for the tree its tip lies in."""
STEP_MM = 2.0
THROUGH_HEART_MM = (40.0, 80.0)
"""How far a course goes on as it came from the veins, and comes from below into the lungs' artery."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of the way within one vessel, from one arc length to another, mm."""

    vessel: str
    begin_mm: float
    end_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A catheter's course.

    Parameters
    ----------
    legs : tuple of Leg
        From the access to the tip.
    points_mm : ndarray, shape (n, 3)
        At rest, LPS mm.
    vessels : tuple of str
        Vessel of each point.
    """

    legs: tuple[Leg, ...]
    points_mm: Floats
    vessels: tuple[str, ...]

    @property
    def length_mm(self) -> float:
        """Length inside the patient, mm."""
        return float(np.linalg.norm(np.diff(self.points_mm, axis=0), axis=1).sum())


def way_to(graph: VesselGraph, tip: Junction) -> Way:
    """From the groin to a place in a vessel.

    Raises
    ------
    RefusedInput
        When there is no such vessel, the place is not on it, or it cannot be reached from a groin.
    """
    vessel = graph.vessels.get(tip.vessel)
    if vessel is None:
        raise RefusedInput(
            f"This patient has no vessel '{tip.vessel}'",
            code="vessel-unknown",
            value=tip.vessel,
            way_out=did_you_mean(tip.vessel, graph.vessels) or "Pick one of the tree.",
        )
    if not 0.0 <= tip.at_mm <= vessel.length_mm:
        raise RefusedInput(
            f"The {vessel.name} is {vessel.length_mm:.0f} mm long",
            code="vessel-too-short",
            where=vessel.id,
            value=tip.at_mm,
            way_out=f"Choose a place from 0 to {vessel.length_mm:.0f} mm.",
        )
    legs = _legs(graph, vessel, tip)
    points: list[Floats] = []
    names: list[str] = []
    for leg in legs:
        count = max(2, int(abs(leg.end_mm - leg.begin_mm) / STEP_MM) + 1)
        v = graph.vessels[leg.vessel]
        along = np.linspace(leg.begin_mm, leg.end_mm, count)
        line = np.stack([np.interp(along, v.arc_mm, v.points_mm[:, k]) for k in range(3)], axis=1)
        if points and v.system == "pulmonary-artery" != graph.vessels[names[-1]].system:
            points.append(_through_heart(points[-1], v.points_mm))
            names += [leg.vessel] * len(points[-1])
        points.append(line)
        names += [leg.vessel] * count
    joined = np.concatenate(points)
    kept = np.concatenate([[True], np.linalg.norm(np.diff(joined, axis=0), axis=1) > 1e-6])
    return Way(tuple(legs), joined[kept], tuple(n for n, keep in zip(names, kept, strict=True) if keep))


def _through_heart(veins_mm: Floats, trunk_mm: Floats) -> Floats:
    """A bow through right atrium and ventricle, from the end of one line to the begin of the other."""
    first, last = veins_mm[-1], trunk_mm[0]
    came, goes = first - veins_mm[-min(6, len(veins_mm))], trunk_mm[min(5, len(trunk_mm) - 1)] - last
    on, below = (
        mm * way / np.linalg.norm(way) for mm, way in zip(THROUGH_HEART_MM, (came, goes), strict=True)
    )
    t = np.linspace(0.0, 1.0, 50)[1:-1, None]
    bow = (1 - t) ** 3 * first + 3 * (1 - t) ** 2 * t * (first + on)
    return np.asarray(bow + 3 * (1 - t) * t**2 * (last - below) + t**3 * last)


def _legs(graph: VesselGraph, vessel: Vessel, tip: Junction) -> list[Leg]:
    heart = vessel.system == "pulmonary-artery"
    tree = "vein" if heart else vessel.system
    access = graph.vessels.get(ACCESS.get(tree, ""))
    if access is None:
        raise RefusedInput(
            f"The {vessel.name} is not reached from a groin",
            code="vessel-out-of-reach",
            where=vessel.id,
            value=vessel.system,
            way_out="Choose an artery, a vein of the body or a pulmonary artery.",
        )
    start = Junction(access.id, 0.5 * access.length_mm)
    if not heart:
        return _within(graph, start, tip)
    cava = graph.path(access.id, access.id)[0]
    while (parent := graph.vessels[cava].parent) is not None:
        cava = parent.vessel
    trunk = tip.vessel
    while (parent := graph.vessels[trunk].parent) is not None:
        trunk = parent.vessel
    return [*_within(graph, start, Junction(cava, 0.0)), *_within(graph, Junction(trunk, 0.0), tip)]


def _within(graph: VesselGraph, start: Junction, tip: Junction) -> list[Leg]:
    """Legs between two places of one tree."""
    try:
        path = graph.path(start.vessel, tip.vessel)
    except KeyError as error:
        raise RefusedInput(
            "No way leads there from the groin",
            code="vessel-out-of-reach",
            where=tip.vessel,
            way_out="Choose another vessel.",
        ) from error
    legs, begin = [], start.at_mm
    for here, there in pairwise(path):
        up, down = graph.vessels[here].parent, graph.vessels[there].parent
        if up is not None and up.vessel == there:
            legs.append(Leg(here, begin, 0.0))
            begin = up.at_mm
        else:
            assert down is not None and down.vessel == here
            legs.append(Leg(here, begin, down.at_mm))
            begin = 0.0
    return [*legs, Leg(path[-1], begin, tip.at_mm)]
