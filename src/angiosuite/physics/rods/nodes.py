"""What a chain tells: its nodes as arrays that show those in use, its tips, and what hands feel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.rods.line import Line
from angiosuite.physics.rods.penetration import beyond_walls
from angiosuite.physics.rods.pushing import curvatures, energy, pushes, torques
from angiosuite.physics.rods.tables import Tables
from angiosuite.physics.rods.tool import Tool

__all__ = ["ASLEEP_MM", "Nodes"]

Floats = NDArray[np.float64]

ASLEEP_MM = 2.0
"""Shortest chain that is mechanics; what is less far in lies straight in the sheath."""


class Nodes:
    """Views of a chain's nodes; what `load`, `held` and `velocity` show may be written."""

    nodes: int
    tools: tuple[Tool, ...]
    inserted_mm: Floats
    _line: Line
    _tables: Tables
    _clamp: Floats
    _way: Floats

    @property
    def x(self) -> NDArray:
        """Nodes, (n, 3), mm; 0 and 1 are clamped."""
        return self._line.x[: self.nodes]

    @property
    def velocity(self) -> NDArray:
        """Of the nodes, (n, 3), mm/s."""
        return self._line.velocity[: self.nodes]

    @property
    def load(self) -> NDArray:
        """Forces from outside on the nodes, (n, 3), N."""
        return self._line.load[: self.nodes]

    @property
    def held(self) -> NDArray:
        """What of each node, and of the tools' turns in the edge after it, does not move, (n, 3 + tools)."""
        return self._line.held[: self.nodes]

    @property
    def theta(self) -> NDArray:
        """Turn of each tool in each edge against the frame, (n, tools), rad."""
        return self._line.theta[: self.nodes]

    @property
    def twist(self) -> NDArray:
        """Of the frame over each node, rad."""
        return self._line.twist[: self.nodes]

    @property
    def rest(self) -> NDArray:
        """Rest length of the edge after each node, mm."""
        return self._line.rest[: self.nodes]

    @property
    def tension(self) -> NDArray:
        """Of the edge after each node, N."""
        return self._line.tension[: self.nodes]

    @property
    def arc_mm(self) -> NDArray:
        """Of each node from the clamp, mm."""
        return self._line.arc[: self.nodes]

    @property
    def skin(self) -> NDArray:
        """The outermost tool at each node, int64."""
        return self._line.skin[: self.nodes]

    @property
    def outer_mm(self) -> NDArray:
        """Radius of that tool, mm."""
        return self._line.outer[: self.nodes]

    @property
    def pressed(self) -> NDArray:
        """Wall force on each node, N."""
        return self._line.pressed[: self.nodes]

    @property
    def inward(self) -> NDArray:
        """Normal of the wall at each node, (n, 3)."""
        return self._line.inward[: self.nodes]

    @property
    def rubbed(self) -> NDArray:
        """Friction force of the wall on each node, (n, 3), N."""
        return self._line.rubbed[: self.nodes]

    @property
    def gap_mm(self) -> NDArray:
        """From each node's skin to the wall, mm; negative where the wall is pressed in."""
        return self._line.gap[: self.nodes]

    @property
    def beyond_mm(self) -> Floats:
        """How much deeper each node lies in its wall than needs to bear it, mm: what passes left."""
        return np.asarray(beyond_walls(self.nodes, len(self.tools), self._line))

    @property
    def shift(self) -> NDArray:
        """Wall now less wall at rest, at each node, (n, 3), mm."""
        return self._line.shift[: self.nodes]

    @property
    def tangent(self) -> NDArray:
        """Of the edge after each node, (n, 3)."""
        return self._line.tangent[: self.nodes]

    @property
    def friction(self) -> NDArray:
        """Coulomb's, of the outermost tool on the wall at each node."""
        return self._line.mu[: self.nodes] * self._line.rub[: self.nodes]

    @property
    def leader(self) -> int:
        """The tool that reaches farthest."""
        return int(np.argmax(self.inserted_mm))

    @property
    def asleep(self) -> bool:
        """Whether no tool is far enough in to be mechanics."""
        return bool(self.inserted_mm.max() < ASLEEP_MM)

    @property
    def tip_mm(self) -> Floats:
        """Where the farthest tip is."""
        return self.x[self.nodes - 1]

    def tip(self, k: int) -> tuple[Floats, Floats]:
        """Point and direction of a tool's own tip, mm."""
        at, n = float(self.inserted_mm[k]), self.nodes
        if at <= 0.0 or self.asleep:
            return self._clamp + at * self._way, self._way.copy()
        arc = self.arc_mm
        e = int(np.clip(np.searchsorted(arc, at, "right") - 1, 1, n - 2))
        step = self.x[e + 1] - self.x[e]
        share = (at - arc[e]) / self._line.rest[e]
        return self.x[e] + share * step, step / np.linalg.norm(step)

    @property
    def push_n(self) -> Floats:
        """Axial force that the hand feels at the clamp, N, by tool; positive resists advance."""
        if self.asleep:
            return np.zeros(len(self.tools))
        return pushes(self.nodes, len(self.tools), self.inserted_mm, self._tables, self._line)

    @property
    def torque_nmm(self) -> Floats:
        """Torque that turns each tool at the clamp, N mm."""
        if self.asleep:
            return np.zeros(len(self.tools))
        return torques(len(self.tools), self._line)

    def curvature(self) -> Floats:
        """Curvature of the centre line at every node, 1/mm."""
        return curvatures(self.nodes, self._line)

    @property
    def energy_nmm(self) -> float:
        """Energy of motion, bending, twist, stretch and walls pressed in, N mm."""
        return float(energy(self.nodes, len(self.tools), self._line))
