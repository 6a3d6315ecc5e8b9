"""A catheter that was put down, at one instant, as a picture shows it: its course and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.carrying import thinned
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.content.catheter import Radiopacity
from angiosuite.physics.flow.lumen_column import LumenColumn
from angiosuite.physics.xray.layers import Motion, Phase
from angiosuite.suite.instruments.drawn import Drawn, drawn_of, plain_tube
from angiosuite.suite.instruments.outline import curve_mm, with_curve
from angiosuite.suite.instruments.seen import ToolSeen

from .catheter import Placed
from .lumen_places import LumenPlaces

__all__ = ["CatheterSeen"]

Floats = NDArray[np.float64]

MG_ML_TO_G_CM3 = 1e-3
STRAIGHT_MM = 0.05
"""What a course may leave the straight line between the points that are drawn, mm."""
BEFORE = Radiopacity(filler="barium-sulphate", percent=30)
"""What walls were taken as before the content told it."""


@dataclass(frozen=True, slots=True, eq=False)
class CatheterSeen:
    """A catheter at one instant.

    Parameters
    ----------
    points_mm : ndarray (n, 3)
        Its course at rest, from the groin to the tip.
    share : ndarray (n,)
        How much of the motion of what it lies in each point takes part in.
    follows : tuple of str (n,)
        What it lies in.
    drawn : Drawn
        What it is made of.
    iodine_g_cm3 : float
        In its lumen.
    node : ndarray of int (n,), or None
        Node of the lumens that each point lies by, whose contrast it displaces; -1 for none.
    """

    points_mm: Floats
    share: Floats
    follows: tuple[str, ...]
    drawn: Drawn
    iodine_g_cm3: float = 0.0
    node: NDArray[np.int64] | None = None

    @classmethod
    def of(
        cls, placed: Placed, graph: VesselGraph, column: LumenColumn | None, places: LumenPlaces | None = None
    ) -> CatheterSeen:
        """A catheter that lies in a patient's vessels, with the shape of a flush catheter's end."""
        points, shares, follows, names = _course(placed, graph)
        held = None if column is None else column.content
        iodine = 0.0 if held is None else MG_ML_TO_G_CM3 * held.iodine_mg_ml
        node = None if places is None else places.nearest(points, names)
        return cls(points, shares, follows, drawn_of(placed.device), iodine, node)

    def at(self, motions: Mapping[str, Motion | None], phase: Phase) -> Floats:
        """Its course at a phase, shape (n, 3)."""
        points = self.points_mm.copy()
        for name in set(self.follows):
            motion = motions.get(name)
            if motion is None:
                continue
            affine = motion(phase.breath_mm, phase.cardiac_phase)
            mine = np.array([one == name for one in self.follows])
            rest = self.points_mm[mine]
            moved = rest @ affine[:3, :3].T + affine[:3, 3]
            points[mine] = rest + self.share[mine, None] * (moved - rest)
        return points

    def shown(
        self,
        motions: Mapping[str, Motion | None],
        phase: Phase,
        held_g_cm3: NDArray[np.float32] | None = None,
    ) -> ToolSeen:
        """The same where it lies at a phase, in lumens that hold so much at every node."""
        around: float | Floats = 0.0
        if held_g_cm3 is not None and self.node is not None:
            around = np.where(self.node >= 0, held_g_cm3[self.node], 0.0)
        return ToolSeen(self.at(motions, phase), self.drawn, self.iodine_g_cm3, around)

    def plain(self) -> dict[str, Any]:
        """Plain values, exact."""
        return {
            "points": self.points_mm.tolist(),
            "share": self.share.tolist(),
            "follows": list(self.follows),
            "drawn": self.drawn.plain(),
            "iodine": self.iodine_g_cm3,
            "node": None if self.node is None else self.node.tolist(),
        }

    @classmethod
    def restored(cls, plain: Mapping[str, Any]) -> CatheterSeen:
        """What :meth:`plain` made plain; releases before instruments told two radii."""
        points, share = np.array(plain["points"]), np.array(plain["share"])
        if "radii" in plain:
            outer_mm, inner_mm = plain["radii"]
            drawn = plain_tube(2.0 * outer_mm, 2.0 * inner_mm, BEFORE)
        else:
            drawn = Drawn.restored(plain["drawn"])
        told = plain.get("node")
        node = None if told is None else np.array(told, np.int64)
        return cls(points, share, tuple(plain["follows"]), drawn, plain["iodine"], node)


@lru_cache(maxsize=4)
def _course(placed: Placed, graph: VesselGraph) -> tuple[Floats, Floats, tuple[str, ...], tuple[str, ...]]:
    """Course of a placed catheter, its share of the motion, what it moves with, and in which vessels."""
    part = placed.device.catheter
    points = placed.way.points_mm
    if part.family == "flush":
        points = with_curve(points, curve_mm(part.rest_shape))
    names = (*placed.way.vessels, *(placed.tip.vessel,) * (len(points) - len(placed.way.points_mm)))
    points, kept = thinned(points, np.arange(len(points), dtype=np.float64), STRAIGHT_MM)
    names = tuple(names[int(k)] for k in kept)
    medians = {name: float(np.median(graph.vessels[name].share)) for name in sorted(set(names))}
    shares = np.array([medians[name] for name in names])
    return points, shares, tuple(graph.vessels[name].follows for name in names), names
