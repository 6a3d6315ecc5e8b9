"""Centre lines that lesions bend, part or add, and what hangs on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph

__all__ = ["across", "added", "dense", "hump", "joining", "replaced"]

Floats = NDArray[np.float64]

STEP_MM = 1.0
"""Distance of the points that are added where a lumen changes."""


def joining(
    graph: VesselGraph,
    name: str,
    site: tuple[str, float],
    into: str,
    radius_mm: float,
    winding: float,
    rng: np.random.Generator,
) -> VesselGraph:
    """A vessel to the nearest place of another, winding the more the larger `winding`; none without it."""
    parent, other = graph.vessels[site[0]], graph.vessels.get(into)
    if other is None:
        return replace(graph, notices=(*graph.notices, f"Lesion '{name}' has nothing to open into: {into}."))
    start, _ = parent.at(site[1])
    nearest = int(np.linalg.norm(other.points_mm - start, axis=1).argmin())
    ends_mm = float(other.arc_mm[nearest])
    chord = other.points_mm[nearest] - start
    far = max(float(np.linalg.norm(chord)), 1.0)
    t = np.linspace(0.0, 1.0, max(12, int(far / STEP_MM)))
    one, two = _normals(chord)
    turns = rng.uniform(2.0, 4.0) if winding > 0.2 else 0.5
    phase = rng.uniform(0, 2 * np.pi)
    swing = winding * min(far, 40.0) * np.sin(np.pi * t) / max(turns, 1.0)
    angle = 2 * np.pi * turns * t + phase
    points = start + t[:, None] * chord
    points = points + (swing * np.cos(angle))[:, None] * one + (swing * np.sin(angle))[:, None] * two
    return added(graph, name, parent, site[1], points, np.full(len(t), radius_mm), Junction(into, ends_mm))


def hump(arc: Floats, at_mm: float, length_mm: float) -> Floats:
    """cos² about `at_mm`, 1 in the middle, 0 beyond half the length."""
    x = np.clip((arc - at_mm) / length_mm, -0.5, 0.5)
    return np.asarray(np.cos(np.pi * x) ** 2)


def dense(vessel: Vessel, at_mm: float, length_mm: float) -> tuple[Vessel, Floats]:
    """The vessel with more points where something changes, and the arc length of each."""
    arc = vessel.arc_mm
    first, last = max(at_mm - length_mm / 2.0, 0.0), min(at_mm + length_mm / 2.0, vessel.length_mm)
    step = min(STEP_MM, length_mm / 16.0)
    more = np.linspace(first, last, max(3, int((last - first) / step) + 1))
    new = np.unique(np.concatenate([arc, more]))
    new = new[np.concatenate([[True], np.diff(new) > 1e-6])]
    points = np.stack([np.interp(new, arc, vessel.points_mm[:, k]) for k in range(3)], axis=1)
    radius, share = np.interp(new, arc, vessel.radius_mm), np.interp(new, arc, vessel.share)
    return replace(vessel, points_mm=points, radius_mm=radius, share=share), new


def replaced(graph: VesselGraph, vessel: Vessel, old_arc: Floats) -> VesselGraph:
    """The graph with a vessel changed; what hangs on it or opens into it goes along."""
    new_arc = vessel.arc_mm

    def moved(junction: Junction | None) -> Junction | None:
        if junction is None or junction.vessel != vessel.id:
            return junction
        return Junction(vessel.id, float(np.interp(junction.at_mm, old_arc, new_arc)))

    vessels = {}
    for name, one in graph.vessels.items():
        one = vessel if name == vessel.id else one
        parent, joins = moved(one.parent), moved(one.joins)
        points = one.points_mm
        if parent is not one.parent and parent is not None:
            points = points.copy()
            points[0] = vessel.at(parent.at_mm)[0]
        if joins is not one.joins and joins is not None:
            points = points.copy()
            points[-1] = vessel.at(joins.at_mm)[0]
        vessels[name] = replace(one, parent=parent, joins=joins, points_mm=points)
    return replace(graph, vessels=vessels)


def added(
    graph: VesselGraph,
    name: str,
    parent: Vessel,
    at_mm: float,
    points: Floats,
    radius: Floats,
    joins: Junction | None,
) -> VesselGraph:
    share = np.full(len(points), float(np.interp(at_mm, parent.arc_mm, parent.share)))
    vessel = Vessel(
        id=name,
        name=name.replace("-", " ").capitalize(),
        system=parent.system,
        parent=Junction(parent.id, at_mm),
        points_mm=points,
        radius_mm=radius,
        away=True,
        follows=parent.follows,
        share=share,
        joins=joins,
        side=parent.side,
    )
    return replace(graph, vessels={**graph.vessels, name: vessel})


def across(vessel: Vessel, at_mm: float, rng: np.random.Generator) -> Floats:
    """A direction across a vessel at an arc length, drawn."""
    ahead = vessel.at(min(at_mm + 2.0, vessel.length_mm))[0] - vessel.at(max(at_mm - 2.0, 0.0))[0]
    one, two = _normals(ahead)
    angle = rng.uniform(0, 2 * np.pi)
    return np.asarray(np.cos(angle) * one + np.sin(angle) * two)


def _normals(ahead: Floats) -> tuple[Floats, Floats]:
    """Two unit vectors at right angles to one another and to a direction."""
    unit = ahead / max(float(np.linalg.norm(ahead)), 1e-9)
    least = np.eye(3)[int(np.abs(unit).argmin())]
    one = np.cross(unit, least)
    one /= np.linalg.norm(one)
    return one, np.cross(unit, one)
