"""Layers of contrast in a patient's network: how level vessels lie, and what goes on when they are parted."""

from __future__ import annotations

import numpy as np

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.flow.layering import Layering

from .floors import level_of
from .plumbing import Plumbing

__all__ = ["carry_layering", "layering_of"]


def layering_of(graph: VesselGraph, plumbing: Plumbing) -> Layering:
    """Layering in the vessels of a patient who lies on the back: a segment is as level as the line between
    its ends.
    """
    level = np.ones(len(plumbing.spec.edges))
    for name, course in plumbing.courses.items():
        vessel = graph.vessels[name]
        ends = [np.interp(course.stations_mm, vessel.arc_mm, vessel.points_mm[:, k]) for k in range(3)]
        levels = level_of(np.diff(np.stack(ends, axis=1), axis=0))
        level[[plumbing.edge[edge] for edge in course.edges]] = levels
    return Layering(plumbing.spec, level)


def carry_layering(layering: Layering, new: Layering, before: Plumbing, after: Plumbing) -> None:
    """Give a new network the layers of an old one; a piece of a segment has those of the whole."""
    old, state = layering.state(), new.state()
    for name, there in after.edge.items():
        if name in before.edge:
            for key in ("layered", "layer_square"):
                state[key][there] = old[key][before.edge[name]]
    for vessel, course in after.courses.items():
        was = before.courses[vessel]
        if course.edges == was.edges:
            continue
        places, _ = was.place(0.5 * (course.stations_mm[1:] + course.stations_mm[:-1]))
        for name, k in zip(course.edges, places, strict=True):
            for key in ("layered", "layer_square"):
                state[key][after.edge[name]] = old[key][before.edge[was.edges[k]]]
    new.restore({**state, "strength": old["strength"]})
