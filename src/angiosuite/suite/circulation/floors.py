"""Contrast that has sunk: second, dependent lumens on the floor of wide vessels, drawn where a layer lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Vessel, VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import wall_mm
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase
from angiosuite.physics.xray.lumen_projector import Lumen, LumenProjector

if TYPE_CHECKING:
    from .plumbing import Plumbing
    from .seen import BloodSeen

__all__ = ["DOWN", "FloorProjector", "Floors", "floors_of", "node_volumes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DOWN = np.array([0.0, 1.0, 0.0])
"""Where gravity points, LPS: the patient lies on the back."""
LEAST_MM = 2.5
"""Radius from which a layer is drawn, mm (own choice)."""
FLOOR_SHARE = 0.7
"""Radius of the floor's lumen over that of the vessel: half of its area, so half full is a full floor."""
UPRIGHT = 0.2
"""Sine of the slope below which the floor nears the middle, for upright vessels have none."""


@dataclass(frozen=True, slots=True, eq=False)
class Floors:
    """The floors of the vessels that are wide enough to show a layer.

    Parameters
    ----------
    lumens : tuple of Lumen
        Along the dependent wall, touching it from within.
    vessels : tuple of str
        Vessel of each.
    arc_mm : tuple of ndarray
        Arc length of each one's nodes on its vessel.
    node : ndarray (n,)
        Node of the vessels' lumens that each node lies below.
    ratio : ndarray (n,)
        Volume that the vessel's node stands for, over the floor's; 0 at a cut end.

    Notes
    -----
    **Model** what has sunk fills a lumen of 0.7 of the radius that touches the dependent wall; the rest stays
    mixed in the whole lumen. So the centre of the iodine moves by 0.3 radii times the share that has sunk,
    and none is lost: each node of a floor has the iodine that its vessel's node gave up.
    **Source** own choice; in life the layer is a segment of the lumen's circle with a diffuse upper face.
    **Valid for** lying vessels of 2.5 mm radius and more, a patient on the back.
    Held by ``tests/suite/circulation/test_floors.py``.
    """

    lumens: tuple[Lumen, ...]
    vessels: tuple[str, ...]
    arc_mm: tuple[Floats, ...]
    node: Ints
    ratio: Floats

    def between(self, plumbing: Plumbing) -> tuple[Ints, Ints, Floats]:
        """The two edges whose middles each node lies between, and the second one's weight."""
        first, second, weight = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
        for vessel, arc in zip(self.vessels, self.arc_mm, strict=True):
            course = plumbing.courses[vessel]
            edges = np.array([plumbing.edge[name] for name in course.edges], np.int64)
            middles = 0.5 * (course.stations_mm[1:] + course.stations_mm[:-1])
            at = np.interp(arc, middles, np.arange(len(middles)))
            low = np.minimum(at.astype(np.int64), max(len(middles) - 2, 0))
            first.append(edges[low])
            second.append(edges[np.minimum(low + 1, len(middles) - 1)])
            weight.append(at - low)
        return np.concatenate(first), np.concatenate(second), np.concatenate(weight)

    def mixed_g_cm3(self, seen: BloodSeen) -> NDArray[np.float32]:
        """What stays mixed at every node of the lumens; all of it where nothing has sunk."""
        if seen.sunk is None:
            return seen.lumens_g_cm3
        mixed = seen.lumens_g_cm3.copy()
        mixed[self.node] *= 1.0 - seen.sunk
        return mixed

    def sunk_g_cm3(self, seen: BloodSeen) -> Floats:
        """What lies on the floor, at every node of the floors."""
        if seen.sunk is None:
            return np.zeros(len(self.node))
        return np.asarray(seen.lumens_g_cm3[self.node] * seen.sunk * self.ratio, np.float64)


class FloorProjector:
    """Projects what lies on the floors; costs nothing while nothing has sunk.

    Parameters
    ----------
    floors : Floors
    most_rays : int
        Rays a pixel.
    """

    def __init__(self, floors: Floors, most_rays: int) -> None:
        self._floors = floors
        self._most_rays = most_rays
        self._projector: LumenProjector | None = None
        self._width: tuple[Floats, Floats] | None = None

    def mass(
        self,
        geometry: BeamGeometry,
        phase: Phase,
        seen: BloodSeen,
        stands: bool = False,
        aside_mm: Floats | None = None,
    ) -> LayerMass | None:
        """g/cm2 of iodine that has sunk; None where none is seen. For `aside_mm` see `BloodLayers`."""
        if seen.sunk is None or not self._floors.lumens:
            return None
        if self._projector is None:
            self._projector = LumenProjector(self._floors.lumens, self._most_rays)
        node, width = self._floors.node, None
        if seen.width is not None:
            if self._width is None or self._width[0] is not seen.width:
                self._width = seen.width, seen.width[node]
            width = self._width[1]
        aside = None if aside_mm is None else aside_mm[node]
        return self._projector.mass(
            geometry, phase, self._floors.sunk_g_cm3(seen), stands, aside, width
        )  # fmt: skip


def floors_of(graph: VesselGraph, vessels: Sequence[Vessel], lumens: Sequence[Lumen]) -> Floors:
    """The floors below some vessels, whose lumens are given in the same order."""
    found: list[Lumen] = []
    names, arcs, nodes, ratios, first = [], [], [], [], 0
    for vessel, lumen in zip(vessels, lumens, strict=True):
        count = len(vessel.points_mm)
        free = vessel.radius_mm >= LEAST_MM
        if free.any():
            free &= vessel.arc_mm >= wall_mm(graph, vessel)
        for a, b in _runs(free):
            points, radius = _floor(vessel, a, b)
            floor = Lumen.along(f"{vessel.id}:floor", points, radius, vessel.share[a:b], lumen.motion, -1)
            ratio = node_volumes(vessel.points_mm[a:b], vessel.radius_mm[a:b]) / node_volumes(points, radius)
            if a > 0:  # beyond a cut end the vessel's node goes on, and its floor does not
                ratio[0] = 0.0
            if b < count:
                ratio[-1] = 0.0
            found.append(floor)
            names.append(vessel.id)
            arcs.append(vessel.arc_mm[a:b])
            nodes.append(np.arange(first + a, first + b))
            ratios.append(ratio)
        first += count
    return Floors(
        tuple(found),
        tuple(names),
        tuple(arcs),
        np.concatenate([np.zeros(0, np.int64), *nodes]),
        np.concatenate([np.zeros(0), *ratios]),
    )


def level_of(along: Floats) -> Floats:
    """How level directions are: 1 across gravity, 0 along it; shape (n,) of (n, 3)."""
    length = np.maximum(np.linalg.norm(along, axis=1), 1e-9)
    return np.asarray(np.sqrt(np.clip(1.0 - ((along @ DOWN) / length) ** 2, 0.0, 1.0)))


def _floor(vessel: Vessel, a: int, b: int) -> tuple[Floats, Floats]:
    """Centre line and radius of the floor below a stretch of a vessel."""
    along = np.gradient(vessel.points_mm, axis=0)[a:b]
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    down = DOWN - (along @ DOWN)[:, None] * along
    down /= np.maximum(np.linalg.norm(down, axis=1, keepdims=True), UPRIGHT)
    radius = vessel.radius_mm[a:b]
    return vessel.points_mm[a:b] + ((1.0 - FLOOR_SHARE) * radius)[:, None] * down, FLOOR_SHARE * radius


def node_volumes(points: Floats, radius: Floats) -> Floats:
    """Volume that each node of a row of cones stands for, when what fills them changes evenly between."""
    length = np.linalg.norm(np.diff(points, axis=0), axis=1)
    r0, r1, out = radius[:-1], radius[1:], np.zeros(len(points))
    out[:-1] += np.pi * length * (r0 * r0 / 4.0 + r0 * r1 / 6.0 + r1 * r1 / 12.0)
    out[1:] += np.pi * length * (r1 * r1 / 4.0 + r0 * r1 / 6.0 + r0 * r0 / 12.0)
    return np.maximum(out, 1e-9)


def _runs(free: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last plus one of every row of three or more."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], free, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 2]
