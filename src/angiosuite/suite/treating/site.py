"""Where in the vessels a stretch of an instrument lies: a balloon, a stent that is still packed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph

if TYPE_CHECKING:
    from angiosuite.suite.instruments.stack import Lying, Stack

__all__ = ["Site", "site_of"]

Floats = NDArray[np.float64]

STEP_MM = 1.0
"""Distance of the places that are looked at along a tool."""
SLACK_MM = 2.0
"""How far beyond its wall a place still counts as in a vessel: a wall gives, arcs cut corners."""


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Places along a tool, from its distal end back.

    Parameters
    ----------
    vessels : tuple of str
        Of each place; empty outside all.
    at_mm : ndarray (n,)
        Where along its vessel each lies.
    from_tip_mm : ndarray (n,)
        Where along the tool.
    bore_mm : ndarray (n,)
        Diameter of the sheath or tube that still covers it; infinite where none does.
    rest_mm : ndarray (n, 3)
        The tool's own course there, where its walls rest, LPS mm.
    """

    vessels: tuple[str, ...]
    at_mm: Floats
    from_tip_mm: Floats
    bore_mm: Floats
    rest_mm: Floats

    @property
    def is_free(self) -> NDArray[np.bool_]:
        """Which places nothing covers."""
        return np.isinf(self.bore_mm)

    @property
    def middle(self) -> tuple[str, float]:
        """Vessel and place of its middle; an empty name outside all."""
        k = len(self.vessels) // 2
        return self.vessels[k], float(self.at_mm[k])

    def in_vessel(self, vessel: str) -> NDArray[np.bool_]:
        """Which places lie in a vessel."""
        return np.array([one == vessel for one in self.vessels])

    def stretches(self) -> list[tuple[str, float, float]]:
        """Vessels that it lies in, from where to where, mm, from its distal end on."""
        found = []
        for vessel in dict.fromkeys(one for one in self.vessels if one):
            here = self.at_mm[self.in_vessel(vessel)]
            found.append((vessel, float(here.min()), float(here.max())))
        return found

    def plain(self) -> dict[str, Any]:
        """Plain values, exact."""
        return {
            "vessels": list(self.vessels),
            "at_mm": self.at_mm.tolist(),
            "from_tip_mm": self.from_tip_mm.tolist(),
            "bore_mm": [None if np.isinf(mm) else float(mm) for mm in self.bore_mm],
            "rest_mm": self.rest_mm.tolist(),
        }

    @classmethod
    def restored(cls, plain: Mapping[str, Any]) -> Site:
        """What :meth:`plain` made plain."""
        return cls(
            tuple(plain["vessels"]),
            np.array(plain["at_mm"], np.float64),
            np.array(plain["from_tip_mm"], np.float64),
            np.array([np.inf if mm is None else mm for mm in plain["bore_mm"]], np.float64),
            np.array(plain["rest_mm"], np.float64).reshape(-1, 3),
        )


def site_of(
    stack: Stack, k: int, graph: VesselGraph, from_tip_mm: float, length_mm: float, sheath_bore_mm: float
) -> Site:
    """Where a stretch of the tool `k` of a stack lies, from so far behind its tip on.

    Parameters
    ----------
    stack : Stack
    k : int
    graph : VesselGraph
        As the walls were made of.
    from_tip_mm, length_mm : float
    sheath_bore_mm : float
        Of the sheath in its access.

    Notes
    -----
    **Model** the tool's course cut every millimetre, each place taken back to where its wall rests; where its
    middle line lies beyond the wall of its vessel it is outside all.
    Held by ``tests/suite/treating/test_parts_alone.py``.
    """
    course = stack.course_mm(k)
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(course, axis=0), axis=1))])
    count = max(int(np.ceil(length_mm / STEP_MM)), 1)
    back = from_tip_mm + (np.arange(count) + 0.5) * length_mm / count
    at = arc[-1] - back
    points = np.stack([np.interp(at, arc, course[:, c]) for c in range(3)], axis=1)
    rest = np.array([stack.at_rest(point) for point in points])
    number, along = stack.walls.places(rest)
    names = [stack.walls.names[n] if n >= 0 else "" for n in number]
    inside = [
        name and _is_inside(graph, name, float(mm), p) for name, mm, p in zip(names, along, rest, strict=True)
    ]
    vessels = tuple(name if held else "" for name, held in zip(names, inside, strict=True))
    return Site(
        vessels, np.asarray(along, np.float64), back, _covered_mm(stack, k, back, sheath_bore_mm), rest
    )


def _is_inside(graph: VesselGraph, vessel: str, at_mm: float, point_mm: Floats) -> bool:
    middle, radius_mm = graph.vessels[vessel].at(at_mm)
    return float(np.linalg.norm(point_mm - middle)) <= radius_mm + SLACK_MM


def _covered_mm(stack: Stack, k: int, back_mm: Floats, sheath_bore_mm: float) -> Floats:
    """Bore of what covers places so far behind a tool's tip, mm."""
    depth = stack.lying[k].depth_mm - back_mm
    bore = np.full(len(back_mm), np.inf)
    for outer in stack.lying[k + 1 :]:
        bore[depth < outer.depth_mm] = np.minimum(bore[depth < outer.depth_mm], _bore(outer))
    bore[depth < 0.0] = np.minimum(bore[depth < 0.0], sheath_bore_mm)
    return bore


def _bore(one: Lying) -> float:
    return float(getattr(one.instrument.rod, "bore_mm", np.inf))
