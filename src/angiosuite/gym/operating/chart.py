"""How an operator reads what `Navigate` shows: where a tip is on the map, and which way it points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Chart", "Line", "Mouth"]

Floats = NDArray[np.float64]


BELOW_MM = 20.0
"""How far the aorta's line is drawn on beyond its end, so that a tip there has a level."""


PASSED_MM = 25.0
"""How far a vessel goes on straight past a mouth, roughly."""
BACK = -0.35
"""Cosine between the aorta and a branch below which the branch goes back."""


class Line:
    """A centre line of the map, with radii."""

    def __init__(self, points: Floats, radius: Floats) -> None:
        self.points, self.radius = points, radius
        self.arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])

    def at(self, arc: float) -> Floats:
        """Point at an arc length."""
        return np.array([np.interp(arc, self.arc, self.points[:, c]) for c in range(3)])

    def way(self, arc: float, over: float = 6.0) -> Floats:
        """Direction there."""
        step = self.at(min(arc + over, self.arc[-1])) - self.at(max(arc - over, 0.0))
        return np.asarray(step / max(float(np.linalg.norm(step)), 1e-9))

    def near(self, point: Floats) -> tuple[float, float, float]:
        """Arc length of the nearest place, distance from it, and radius there."""
        a, b = self.points[:-1], self.points[1:]
        step = b - a
        share = np.clip(
            ((point - a) * step).sum(axis=1) / np.maximum((step * step).sum(axis=1), 1e-9), 0.0, 1.0
        )
        off = np.linalg.norm(a + share[:, None] * step - point, axis=1)
        k = int(np.argmin(off))
        arc = self.arc[k] + share[k] * (self.arc[k + 1] - self.arc[k])
        return float(arc), float(off[k]), float(np.interp(arc, self.arc, self.radius))


@dataclass(frozen=True, eq=False)
class Mouth:
    """Where the road goes on into the next vessel.

    Parameters
    ----------
    arc : float
        Along the road.
    radius : float
        Of the vessel that it leaves.
    point : ndarray
        On the centre line, (3,).
    along : ndarray
        The way that the road came, (3,).
    out : ndarray
        The way that it goes on, (3,).
    """

    arc: float
    radius: float
    point: Floats
    along: Floats
    out: Floats

    def past_mm(self, tip: Floats) -> float:
        """How far a tip lies past it, counted along the vessel that the road leaves."""
        return float((tip - self.point) @ self.along)

    def is_passed(self, tip: Floats) -> bool:
        """Whether a tip has gone straight on past it, in the vessel that the road leaves."""
        past = self.past_mm(tip)
        beside = np.linalg.norm(tip - self.point - past * self.along)
        return bool(0.0 < past < PASSED_MM and beside < self.radius + 2.0)


class Chart:
    """The map of one episode, read from its first observation.

    Attributes
    ----------
    road, trunk : Line
        To the target; along the aorta from its end in the pelvis.
    mouths : list of float
        Arc lengths on the road where the next vessel is entered.
    """

    def __init__(self, shown: Mapping[str, NDArray]) -> None:
        road = np.asarray(shown["road_mm"], np.float64)
        trunk = np.asarray(shown["trunk_mm"], np.float64)
        self.road = Line(road[:, :3], road[:, 3])
        below = trunk[0, :3] - BELOW_MM * (trunk[2, :3] - trunk[0, :3]) / np.linalg.norm(
            trunk[2, :3] - trunk[0, :3]
        )
        self.trunk = Line(np.vstack([below, trunk[:, :3]]), np.append(trunk[0, 3], trunk[:, 3]))
        changes = np.flatnonzero(np.diff(np.round(road[:, 4])) > 0)
        self.mouths = [float(self.road.arc[k]) for k in changes]
        leaves = [arc for arc in self.mouths if self._leaves_trunk(arc)]
        self.leave = leaves[0]
        """Arc length on the road where it leaves the aorta."""
        self.level = self.trunk.near(self.road.at(self.leave))[0]
        """Where that is along the aorta."""

    def _leaves_trunk(self, arc: float) -> bool:
        """Whether the road is in the aorta here and outside of it soon."""
        _, off, radius = self.trunk.near(self.road.at(arc))
        soon, beyond, wide = self.trunk.near(self.road.at(min(arc + 25.0, self.road.arc[-1])))
        del soon
        return off < 0.5 * radius and beyond > wide - 1.0

    @property
    def mouth_way(self) -> Floats:
        """From the aorta's middle toward the mouth, (3,)."""
        radius = float(np.interp(self.level, self.trunk.arc, self.trunk.radius))
        out = self.road.at(min(self.leave + radius + 4.0, self.road.arc[-1])) - self.trunk.at(self.level)
        return np.asarray(out / np.linalg.norm(out))

    def mouth(self, arc: float) -> Mouth:
        """The mouth at an arc length of :attr:`mouths`."""
        road = self.road
        point, radius = road.at(arc), road.near(road.at(arc - 1.0))[2]
        along, beyond = point - road.at(arc - 12.0), min(arc + radius, road.arc[-1] - 2.0)
        out = road.at(beyond + 10.0) - road.at(beyond)
        return Mouth(arc, radius, point, along / np.linalg.norm(along), out / np.linalg.norm(out))

    def next_mouth(self, arc: float) -> Mouth | None:
        """The mouth that a tip at this place of the road enters next, or has gone past."""
        left = [one for one in self.mouths if one > self.leave and arc < one + self.mouth(one).radius + 3.0]
        return self.mouth(left[0]) if left else None

    @property
    def goes_back(self) -> bool:
        """Whether the road turns back at the mouth, so that what is pushed goes up instead."""
        return bool(self.mouth_way @ self.trunk.way(self.level) < BACK)


def around(axis: Floats, start: Floats, end: Floats) -> float:
    """Angle about an axis from one direction to another, rad."""
    a = start - axis * (start @ axis)
    b = end - axis * (end @ axis)
    if np.linalg.norm(a) < 1e-6 or np.linalg.norm(b) < 1e-6:
        return 0.0
    return float(np.arctan2(axis @ np.cross(a, b), a @ b))
