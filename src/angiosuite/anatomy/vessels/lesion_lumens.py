"""Lumens that lesions change or add: one operator a kind, each a graph in and a graph out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_courses import across, added, dense, hump, joining, replaced

__all__ = ["OPERATORS"]

Floats = NDArray[np.float64]
Plain = Mapping[str, Any]
Site = tuple[str, float]

LEAST_MM = 0.1
"""Radius that is left of a closed lumen: a thread that nothing is seen in."""


def _stenosis(
    graph: VesselGraph, lesion: Plain, site: Site, rng: np.random.Generator, narrowed: bool
) -> VesselGraph:
    lost = lesion["diameter_percent"] / 100.0
    graph = _narrow(
        graph, site, lesion["length_mm"], lost, lesion["eccentric_percent"] / 100.0, rng, narrowed
    )
    return _calcified(graph, site[0], lesion["length_mm"], lesion["calcium_percent"] / 100.0)


def _thrombus(
    graph: VesselGraph, lesion: Plain, site: Site, rng: np.random.Generator, narrowed: bool
) -> VesselGraph:
    lost = 1.0 - float(np.sqrt(max(1.0 - lesion["fills_percent"] / 100.0, 0.0)))
    return _narrow(graph, site, lesion["length_mm"], lost, 0.7, rng, narrowed)


def _occlusion(
    graph: VesselGraph, lesion: Plain, site: Site, rng: np.random.Generator, narrowed: bool
) -> VesselGraph:
    vessel, arc = dense(graph.vessels[site[0]], site[1], lesion["length_mm"])
    beyond = np.abs(arc - site[1]) - lesion["length_mm"] / 2.0
    closed = np.clip(-beyond / (2.0 * vessel.radius_mm), 0.0, 1.0) if narrowed else np.zeros(len(arc))
    radius = np.where(closed > 0, np.maximum(vessel.radius_mm * (1.0 - closed), LEAST_MM), vessel.radius_mm)
    graph = replaced(graph, replace(vessel, radius_mm=radius), arc)
    return _calcified(graph, site[0], lesion["length_mm"], lesion["calcium_percent"] / 100.0)


def _narrow(
    graph: VesselGraph,
    site: Site,
    length_mm: float,
    lost: float,
    eccentric: float,
    rng: np.random.Generator,
    narrowed: bool,
) -> VesselGraph:
    """Take `lost` of the radius in the middle, and move the rest to one side."""
    vessel, arc = dense(graph.vessels[site[0]], site[1], length_mm)
    form = hump(arc, site[1], length_mm)
    taken = lost * form * vessel.radius_mm
    side = across(vessel, site[1], rng)
    points = vessel.points_mm + (eccentric * taken)[:, None] * side
    radius = np.maximum(vessel.radius_mm - taken, LEAST_MM) if narrowed else vessel.radius_mm
    return replaced(
        graph, replace(vessel, points_mm=points, radius_mm=np.minimum(radius, vessel.radius_mm)), arc
    )


def _aneurysm(
    graph: VesselGraph, lesion: Plain, site: Site, rng: np.random.Generator, narrowed: bool
) -> VesselGraph:
    filled = lesion["thrombus_percent"] / 100.0
    if lesion["form"] == "saccular":
        sac_mm = lesion["sac_mm"] * (1.0 - filled) ** (1.0 / 3.0)
        return _sac(graph, str(lesion["id"]), site, sac_mm, lesion["neck_mm"], 1.0, rng)
    vessel, arc = dense(graph.vessels[site[0]], site[1], lesion["length_mm"])
    more = np.maximum(lesion["sac_mm"] / 2.0 - vessel.radius_mm, 0.0) * hump(
        arc, site[1], lesion["length_mm"]
    )
    outer = vessel.radius_mm + more
    lumen = np.sqrt(outer**2 - filled * (outer**2 - vessel.radius_mm**2))
    return replaced(graph, replace(vessel, radius_mm=lumen), arc)


def _pseudoaneurysm(
    graph: VesselGraph, lesion: Plain, site: Site, rng: np.random.Generator, narrowed: bool
) -> VesselGraph:
    name = str(lesion["id"])
    return _sac(graph, name, site, lesion["sac_mm"], lesion["neck_mm"], lesion["neck_length_mm"], rng)


def _sac(
    graph: VesselGraph,
    name: str,
    site: Site,
    sac_mm: float,
    neck_mm: float,
    neck_length_mm: float,
    rng: np.random.Generator,
) -> VesselGraph:
    """A blind vessel: from the centre line through a neck in the wall into a ball."""
    parent = graph.vessels[site[0]]
    root, wall = parent.at(site[1])
    ball, neck = sac_mm / 2.0, min(neck_mm, 0.9 * sac_mm) / 2.0
    begin = wall + neck_length_mm
    middle = begin + float(np.sqrt(ball**2 - neck**2))
    along = np.unique(
        np.concatenate([np.linspace(0, begin, 6), np.linspace(begin, middle + 0.995 * ball, 24)])
    )
    radius = np.sqrt(np.maximum(ball**2 - (along - middle) ** 2, neck**2))
    radius[along > middle] = np.sqrt(np.maximum(ball**2 - (along[along > middle] - middle) ** 2, LEAST_MM**2))
    points = root + along[:, None] * across(parent, site[1], rng)
    return added(graph, name, parent, site[1], points, radius, None)


def _fistula(
    graph: VesselGraph, lesion: Plain, site: Site, rng: np.random.Generator, narrowed: bool
) -> VesselGraph:
    return joining(graph, str(lesion["id"]), site, lesion["into"], lesion["opening_mm"] / 2.0, 0.15, rng)


def _varices(
    graph: VesselGraph, lesion: Plain, site: Site, rng: np.random.Generator, narrowed: bool
) -> VesselGraph:
    for k in range(int(lesion["count"])):
        name = f"{lesion['id']}-{k + 1}"
        graph = joining(graph, name, site, lesion["into"], lesion["diameter_mm"] / 2.0, 0.35, rng)
    return graph


def _calcified(graph: VesselGraph, name: str, length_mm: float, wall: float) -> VesselGraph:
    vessel = graph.vessels[name]
    share = max(vessel.calcium, min(1.0, wall * length_mm / max(vessel.length_mm, 1.0)))
    return replace(graph, vessels={**graph.vessels, name: replace(vessel, calcium=share)})


Operator = Callable[[VesselGraph, Plain, Site, np.random.Generator, bool], VesselGraph]
OPERATORS: Mapping[str, Operator] = {
    "stenosis": _stenosis,
    "occlusion": _occlusion,
    "thrombus": _thrombus,
    "aneurysm": _aneurysm,
    "pseudoaneurysm": _pseudoaneurysm,
    "fistula": _fistula,
    "varices": _varices,
}
"""Kinds that change lumens; a bleeding changes the flow alone."""
