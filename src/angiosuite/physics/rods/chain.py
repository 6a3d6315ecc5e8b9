"""A chain: coaxial tools that share one centre line, from the sheath's tip to the farthest tip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.rods.bricks import Bricks
from angiosuite.physics.rods.stepping import step
from angiosuite.physics.rods.tool import Tool

__all__ = ["Chain", "Told"]

Floats = NDArray[np.float64]

EA_N = 2000.0
"""Stiffness of stretch, N: half a millimetre a metre and newton. The true 1e5 gains nothing and conditions worse."""
STUCK = 0.3
"""Stiffness of what sticks to a wall over that of the wall."""
DRAG_NS_MM2 = 1e-6
"""Drag a mm of chain on what does not slide, N s/mm2."""
MASS_KG_MM = 4e-6
LEAST_NODES = 4
EDGES = ("theta", "director", "tangent", "rest", "tension")
NODES = (
    "x", "velocity", "theta", "director", "tangent", "twist", "rest", "tension", "load", "hint", "rubbed", "pressed",
)  # fmt: skip


NO_BRICKS = Bricks(
    np.zeros(3), 1.0, np.zeros((0, 0, 0), np.int32), np.zeros((0, 9, 9, 9), np.float32),
    np.zeros((0, 4, 4, 4), np.int16), np.zeros((0, 4, 4, 4), np.float32),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """How a step went: Newton passes, and how far the last one moved a node, mm."""

    passes: int
    moved_mm: float


class Chain:
    """Wires and catheters that run in each other, in a lumen.

    Parameters
    ----------
    tools : sequence of Tool
        From the innermost to the outermost.
    inserted_mm : sequence of float
        How far each has come beyond the clamp; the longest is the leader.
    clamp_mm, inward : (3,)
        The sheath's tip and its direction.
    spacing_mm : float
        Between nodes.
    wall : float64 (points, 4) or Bricks, optional
        Centre line and radius of the lumen, or a baked one.
    wall_n_mm2 : float
        Stiffness of the wall a mm of chain, N/mm2.

    Notes
    -----
    **Model** a discrete elastic rod (nodes, one turn of each edge a tool against a frame without twist), the
    tools' stiffness, curvature at rest and twist summed along one line; backward Euler with the Gauss-Newton
    matrix; walls one-sided springs whose contacts are found within the linear step; Coulomb friction returned
    onto its cone. Nodes are points of the leading tool: pushing moves each along its tangent before anything
    bends, and the first free edge grows until a node is born. **Source** M. Bergou and others, Discrete
    Viscous Threads, ACM Trans. Graph. 29 (2010) 116, for strains and their gradients. **Valid for** tools that
    fit each other within about a millimetre. Held by ``tests/physics/rods``.
    """

    def __init__(
        self,
        tools: Sequence[Tool],
        inserted_mm: Sequence[float],
        clamp_mm: Sequence[float] = (0.0, 0.0, 0.0),
        inward: Sequence[float] = (1.0, 0.0, 0.0),
        spacing_mm: float = 3.0,
        wall: Floats | Bricks | None = None,
        wall_n_mm2: float = 0.5,
    ) -> None:
        if len(tools) != len(inserted_mm) or not tools:
            raise WrongUse("Every tool has a length", code="bad-chain", value=len(inserted_mm))
        self.tools = tuple(tools)
        self.spacing_mm = spacing_mm
        self.inserted_mm = np.array(inserted_mm, np.float64)
        long = float(self.inserted_mm.max())
        free = max(int(round(long / spacing_mm)), LEAST_NODES - 2)
        along = np.concatenate([[-spacing_mm], np.linspace(0.0, long, free + 1)])
        way = np.asarray(inward, np.float64) / np.linalg.norm(inward)
        n = len(along)
        self.nodes = n
        self.x = np.asarray(clamp_mm, np.float64) + along[:, None] * way
        self.velocity = np.zeros((n, 3))
        self.theta = np.zeros((n, len(tools)))
        self.rest = np.append(np.diff(along), 0.0)
        self.tangent = np.tile(way, (n, 1))
        side = np.cross(way, (0.0, 0.0, 1.0) if abs(way[2]) < 0.9 else (0.0, 1.0, 0.0))
        self.director = np.tile(side / np.linalg.norm(side), (n, 1))
        self.twist, self.tension = np.zeros(n), np.zeros(n)
        self.load, self.rubbed, self.pressed = np.zeros((n, 3)), np.zeros((n, 3)), np.zeros(n)
        self.hint = np.zeros(n, np.int64)
        self.wall, self.bricks = np.zeros((0, 4)), NO_BRICKS
        if isinstance(wall, Bricks):
            self.bricks = wall
        elif wall is not None:
            self.wall = np.ascontiguousarray(wall, np.float64)
        self._wall_n_mm2 = wall_n_mm2
        self._covered = np.zeros((n, len(tools)), np.bool_)
        self._tabulate()

    @property
    def leader(self) -> int:
        """The tool that reaches farthest."""
        return int(np.argmax(self.inserted_mm))

    @property
    def tip_mm(self) -> Floats:
        """Where the farthest tip is."""
        return self.x[self.nodes - 1]

    def advance(
        self,
        feeds_mm: Sequence[float] | None = None,
        turns: Sequence[float] | None = None,
        seconds: float = 0.01,
        stop_mm: float = 0.1,
        most: int = 20,
    ) -> Told:
        """One step: each tool is pushed (mm, negative pulls) and turned at its hub (rad)."""
        fed = 0.0
        if feeds_mm is not None and any(feeds_mm):
            before = float(self.inserted_mm.max())
            self.inserted_mm += np.asarray(feeds_mm, np.float64)
            fed = float(self.inserted_mm.max()) - before
            self._slide(fed)
            self._tabulate()
        if turns is not None:
            self.theta[0] += turns
        n, b = self.nodes, 3 + len(self.tools)
        held = np.zeros(b * n, np.bool_)
        held[: b + 3] = True
        held[b * (n - 1) + 3 :] = True
        found = step(
            n, len(self.tools), self.x, self.velocity, self.theta, self.director, self.twist, self.tangent,
            self.rest, self._mass, EA_N, self._ei, self._gj, self._bend, self.tension, self.load, held,
            seconds, fed, DRAG_NS_MM2 * self.spacing_mm, self.wall, self.hint, self.bricks.origin_mm,
            self.bricks.cell_mm, self.bricks.place, self.bricks.gap_mm, self._outer, self._stiff, self._mu, STUCK, self.rubbed, self.pressed, stop_mm, most,
        )  # fmt: skip
        return Told(*found)

    def _slide(self, mm: float) -> None:
        """The first free edge grows; nodes are born or merged there."""
        self.rest[1] += mm
        while self.rest[1] > 1.5 * self.spacing_mm:
            self._bear()
        while self.rest[1] < 0.5 * self.spacing_mm and self.nodes > LEAST_NODES:
            self._merge()

    def _bear(self) -> None:
        share = (self.rest[1] - self.spacing_mm) / self.rest[1]
        point = self.x[1] + share * (self.x[2] - self.x[1])
        speed = self.velocity[1] + share * (self.velocity[2] - self.velocity[1])
        for name in NODES:
            old = getattr(self, name)
            setattr(self, name, np.insert(old, 2, old[1] if name in EDGES else old[2], axis=0))
        self._covered = np.insert(self._covered, 2, self._covered[1], axis=0)
        self.x[2], self.velocity[2] = point, speed
        self.rest[1], self.rest[2] = self.rest[1] - self.spacing_mm, self.spacing_mm
        self.twist[2], self.rubbed[2], self.pressed[2] = 0.0, 0.0, 0.0
        self.nodes += 1

    def _merge(self) -> None:
        longer = self.rest[1] + self.rest[2]
        for name in (*NODES, "_covered"):
            setattr(self, name, np.delete(getattr(self, name), 2, axis=0))
        self.rest[1] = longer
        self.nodes -= 1
        step_mm = self.x[2] - self.x[1]
        now = step_mm / np.linalg.norm(step_mm)
        c, d = np.cross(self.tangent[1], now), self.director[1]
        self.director[1] = d + np.cross(c, d) + np.cross(c, np.cross(c, d)) / (1.0 + self.tangent[1] @ now)
        self.tangent[1] = now

    def _tabulate(self) -> None:
        """Stiffness and curvature at every vertex, and what the outermost tool is there."""
        n, count = self.nodes, len(self.tools)
        at = np.concatenate([[0.0, 0.0], np.cumsum(self.rest[1 : n - 1])])  # arc of each node from the clamp
        middle = 0.5 * (at[:-1] + at[1:])
        near, far = np.append(middle, at[-1]), np.concatenate([[0.0], middle])  # cell of a vertex, as arcs
        far[1] = at[1]  # the clamp's own edge is no part of it
        self._ei, self._gj = np.zeros((n, count)), np.zeros((n, count))
        self._bend = np.zeros((n, count, 2))
        self._outer, self._mu = np.zeros(n), np.zeros(n)
        for k, tool in enumerate(self.tools):
            end = self.inserted_mm[k]
            self._ei[:, k], self._gj[:, k], self._bend[:, k] = tool.cells(end - near, end - far)
            here = at <= end + 1e-9
            self._outer[here], self._mu[here] = tool.outer_mm, tool.friction
            fresh = np.flatnonzero(here & ~self._covered[:, k])
            for i in fresh:
                if i > 0:  # what comes over an edge is not twisted there
                    self.theta[i, k] = self.theta[i - 1, k] - self.twist[i]
            self._covered[:, k] = here
        self._stiff = np.full(n, self._wall_n_mm2 * self.spacing_mm)
        self._mass = np.full(n, MASS_KG_MM * self.spacing_mm)
