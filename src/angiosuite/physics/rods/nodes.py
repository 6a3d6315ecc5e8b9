"""The nodes of a chain as arrays that show those in use."""

from __future__ import annotations

from numpy.typing import NDArray

from angiosuite.physics.rods.line import Line

__all__ = ["Nodes"]


class Nodes:
    """Views of a chain's nodes; what `load`, `held` and `velocity` show may be written."""

    nodes: int
    _line: Line

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
