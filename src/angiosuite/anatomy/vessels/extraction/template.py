"""What a CT does not show, from a reference body's vessels: hung on the CT's own where those are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.build import hash_graph
from angiosuite.anatomy.vessels.graph import Junction, Vessel, VesselGraph

__all__ = ["filled", "placed"]

Floats = NDArray[np.float64]
Landmarks = Mapping[str, tuple[float, float, float]]

#: How far beyond the ends of a vessel of its own a branch of the template may still hang on it, mm.
BEYOND_MM = 4.0
FILLED = (
    "{count} vessels that the CT does not show are those of a reference body, hung on the CT's own vessels; "
    "they are marked as templates."
)
PLACED = "The vessels are those of a reference body, moved to this body's spine; all are marked as templates."


def filled(graph: VesselGraph, reference: VesselGraph) -> VesselGraph:
    """The graph with the arteries that it lacks from a reference body's graph.

    Notes
    -----
    **Model** a branch of a vessel that both graphs have is moved with its mouth: the place on the CT's vessel
    follows from the mouths that both have (straight between them, 1:1 beyond); its course keeps its shape.
    What hangs on it moves along. A mouth beyond the end of the CT's vessel is left out. Beds come along.
    **Source** design of this project. **Valid for** drawing and rough flow; no measurement is to be taken.
    Held by tests/anatomy/vessels/extraction/test_template.py.
    """
    vessels = dict(graph.vessels)
    moved: dict[str, Floats] = {}
    for vessel in reference.of_system("artery"):
        if vessel.id in graph.vessels:
            own = vessels[vessel.id]
            if vessel.bed is not None and own.bed is None:
                vessels[vessel.id] = replace(own, bed=vessel.bed)
            continue
        if vessel.parent is None:
            continue
        parent = vessel.parent.vessel
        if parent in moved:
            vessels[vessel.id] = _moved(vessel, moved[parent])
            moved[vessel.id] = moved[parent]
        elif parent in graph.vessels:
            at = _place(graph, reference, parent, vessel.parent.at_mm)
            if at is None:
                continue
            there, _ = graph.vessels[parent].at(at)
            shift = there - reference.vessels[parent].at(vessel.parent.at_mm)[0]
            vessels[vessel.id] = replace(_moved(vessel, shift), parent=Junction(parent, at))
            moved[vessel.id] = shift
    for name in moved:
        joins = vessels[name].joins
        if joins is not None and joins.vessel not in moved:
            vessels[name] = replace(vessels[name], joins=None)
    used = {vessel.bed for vessel in vessels.values() if vessel.bed is not None}
    beds = {
        name: replace(
            bed, feeders=tuple(f for f in bed.feeders if f in vessels), drains=(), twigs=None, vein_twigs=None
        )
        for name, bed in reference.beds.items()
        if name in used
    }
    notices = graph.notices if not moved else (*graph.notices, FILLED.format(count=len(moved)))
    made = replace(graph, vessels=vessels, beds=beds, notices=notices)
    return replace(made, content_hash=hash_graph(made))


def placed(graph: VesselGraph, reference: VesselGraph, own: Landmarks, theirs: Landmarks) -> VesselGraph:
    """The reference's vessels moved to a body that shows none of its own.

    Parameters
    ----------
    graph : VesselGraph
        The empty one, for its notices.
    reference : VesselGraph
    own, theirs : mapping of name to (x, y, z)
        Landmarks of the body and of the reference body, LPS mm.

    Notes
    -----
    **Model** moved so that the spines meet, and in height the dome of the diaphragm where both have one, else
    the middles. Nothing is scaled. Held by tests/anatomy/vessels/extraction/test_template.py.
    """
    shift = np.subtract(own.get("spine", (0.0, 0.0, 0.0)), theirs.get("spine", (0.0, 0.0, 0.0)))
    for name in ("dome-right", "centre"):
        if name in own and name in theirs:
            shift[2] = own[name][2] - theirs[name][2]
            break
    vessels = {name: _moved(vessel, shift) for name, vessel in reference.vessels.items()}
    beds = {name: replace(bed, twigs=None, vein_twigs=None) for name, bed in reference.beds.items()}
    made = replace(
        graph, vessels=vessels, beds=beds, variants=reference.variants, notices=(*graph.notices, PLACED)
    )
    return replace(made, content_hash=hash_graph(made))


def _moved(vessel: Vessel, shift: Floats) -> Vessel:
    return replace(vessel, points_mm=vessel.points_mm + shift, origin="template")


def _place(graph: VesselGraph, reference: VesselGraph, parent: str, at_mm: float) -> float | None:
    """Where on a vessel of the CT a mouth of the reference lies, None beyond its ends."""
    own = graph.vessels[parent]
    both = sorted(
        (theirs.parent.at_mm, mine.parent.at_mm)
        for name, mine in graph.vessels.items()
        if mine.parent is not None
        and mine.parent.vessel == parent
        and (theirs := reference.vessels.get(name)) is not None
        and theirs.parent is not None
        and theirs.parent.vessel == parent
    )
    if not both:
        at = at_mm / reference.vessels[parent].length_mm * own.length_mm
    else:
        known, mine_at = np.array(both).T
        at = float(np.interp(at_mm, known, mine_at))
        at += min(at_mm - float(known[0]), 0.0) + max(at_mm - float(known[-1]), 0.0)
    if not -BEYOND_MM <= at <= own.length_mm + BEYOND_MM:
        return None
    return float(np.clip(at, 0.0, own.length_mm))
