"""On which side of the patient's narrowings a place in the vessels lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from angiosuite.anatomy.vessels.graph import Junction, VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import FlowEffect, Narrowing

__all__ = ["sides_of"]


def sides_of(place: Junction, graph: VesselGraph, effects: Iterable[FlowEffect]) -> list[dict[str, Any]]:
    """Narrowings that a place lies before or behind: lesion, vessel, side.

    Notes
    -----
    **Model** behind one ("distal") when the way from the root to the place leads through its middle, before
    it ("proximal") when the way to its middle leads through the place; in a branch beside it neither.
    Held by ``tests/suite/circulation/test_sides.py``.
    """
    found = []
    for effect in effects:
        if isinstance(effect, Narrowing):
            throat = Junction(effect.vessel, effect.at_mm)
            side = (
                "distal"
                if _leads_through(throat, place, graph)
                else "proximal"
                if _leads_through(place, throat, graph)
                else ""
            )
            if side:
                found.append({"lesion": effect.lesion, "vessel": effect.vessel, "side": side})
    return found


def _leads_through(before: Junction, after: Junction, graph: VesselGraph) -> bool:
    """Whether the way from the root to one place leads through another."""
    here: Junction | None = after
    while here is not None:
        if here.vessel == before.vessel:
            return here.at_mm > before.at_mm
        here = graph.vessels[here.vessel].parent
    return False
