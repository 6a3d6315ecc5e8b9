"""A chain: coaxial tools that share one centre line, from the sheath's tip to the farthest tip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.rods.advancing import CHANGES, FEED_MM, KEPT, Told, advance
from angiosuite.physics.rods.bricks import Bricks
from angiosuite.physics.rods.frames import laid_out
from angiosuite.physics.rods.line import (
    MOST_TOOLS,
    STAYS,
    grown,
    lengthened,
    new_line,
    with_tool,
    without_tool,
)
from angiosuite.physics.rods.lumen import lumen_of
from angiosuite.physics.rods.meshing import FEWEST, cut, remesh
from angiosuite.physics.rods.nodes import ASLEEP_MM, Nodes
from angiosuite.physics.rods.tables import no_bends, tables_of, tabulate
from angiosuite.physics.rods.tool import Tool

if TYPE_CHECKING:
    from angiosuite.physics.rods.walls import Walls

__all__ = ["Chain", "Told"]

Floats = NDArray[np.float64]

ROOM = 192


class Chain(Nodes):
    """Wires and catheters that run in each other, in a lumen.

    Parameters
    ----------
    tools : sequence of Tool
        From the innermost to the outermost, four at most.
    inserted_mm : sequence of float
        How far each has come beyond the clamp; the longest is the leader. Zero or less: not in the chain yet.
    clamp_mm, inward : (3,)
        The sheath's tip and its direction.
    spacing_mm : float
        Between nodes, where the tools are straight at rest; where they are curved, closer.
    wall : float64 (points, 4), Bricks or Walls, optional
        Centre line and radius of the lumen, a baked one, or one whose walls move and differ.
    wall_n_mm2 : float
        Stiffness of the wall a mm of chain, N/mm2, where the wall does not say.

    Notes
    -----
    **Model** a discrete elastic rod (nodes, one turn of each edge a tool against a frame without twist), the
    tools' stiffness, curvature at rest and twist summed along one line; backward Euler with the Gauss-Newton
    matrix; walls one-sided springs whose contacts are found within the linear step; Coulomb friction returned
    onto its cone. Nodes are points of the leading tool: pushing moves each along its tangent before anything
    bends, and the first free edge grows until a node is born. A change of the leader moves nothing: it is
    only another tool that the nodes go with from then on. **Source** M. Bergou and others, Discrete Viscous
    Threads, ACM Trans. Graph. 29 (2010) 116, for strains and their gradients. **Valid for** tools that fit
    each other within about a millimetre. Held by ``tests/physics/rods``.
    """

    def __init__(
        self,
        tools: Sequence[Tool],
        inserted_mm: Sequence[float],
        clamp_mm: Sequence[float] = (0.0, 0.0, 0.0),
        inward: Sequence[float] = (1.0, 0.0, 0.0),
        spacing_mm: float = 3.0,
        wall: Floats | Bricks | Walls | None = None,
        wall_n_mm2: float = 0.5,
    ) -> None:
        if len(tools) != len(inserted_mm) or not 1 <= len(tools) <= MOST_TOOLS:
            raise WrongUse(
                f"A chain has one to {MOST_TOOLS} tools, and each a length",
                code="bad-chain",
                value=len(inserted_mm),
            )
        self.tools = tuple(tools)
        self.spacing_mm = spacing_mm
        self.inserted_mm = np.array(inserted_mm, np.float64)
        self.turns = np.zeros(len(tools))
        self._clamp = np.asarray(clamp_mm, np.float64)
        self._way = np.asarray(inward, np.float64) / np.linalg.norm(inward)
        self._wall_n_mm2 = wall_n_mm2
        self.walls: Walls | None = None
        if wall is None or isinstance(wall, np.ndarray | Bricks):
            self._lumen = lumen_of(wall)
        else:
            self.walls = wall
            self._lumen = lumen_of(wall.bricks)
        self._places: tuple[NDArray[np.int32], Floats] | None = None
        self._kept, self._bent = no_bends()
        self._tables = tables_of(self.tools, self._kept, self._bent)
        self._told = np.zeros(4)
        self._lay_straight()

    def _lay_straight(self) -> None:
        """From the clamp on, as far as the leader is in."""
        long = max(float(self.inserted_mm.max()), ASLEEP_MM)
        free = max(round(long / self.spacing_mm), FEWEST - 2)
        along = np.concatenate([[-self.spacing_mm], np.linspace(0.0, long, free + 1)])
        n = self.nodes = len(along)
        self._line = line = new_line(max(ROOM, 2 * n))
        self._spare = np.empty(KEPT * len(line.rest))
        line.x[:n] = self._clamp + along[:, None] * self._way
        line.rest[: n - 1] = np.diff(along)
        line.tangent[:] = self._way
        side = np.cross(self._way, (0.0, 0.0, 1.0) if abs(self._way[2]) < 0.9 else (0.0, 1.0, 0.0))
        line.director[:] = side / np.linalg.norm(side)
        line.wall[:], line.rub[:], line.gap[:] = self._wall_n_mm2, 1.0, 1e3
        line.held[0], line.held[1, :3], line.held[n - 1, 3:] = True, True, True
        line.theta[:, : len(self.tools)] = self.turns
        self._seek_tube()
        self._begin_anew()

    @property
    def vessel(self) -> NDArray[np.int32]:
        """Vessel of each node, -1 far from all, as the last step left them; none without walls."""
        return self._places_now()[0]

    @property
    def at_mm(self) -> Floats:
        """Where along its vessel each node lies, mm."""
        return self._places_now()[1]

    # --- what is done to it --------------------------------------------------------------------------------

    def turn_hubs(self, turns: Sequence[float]) -> None:
        """The hubs of a chain that was just made stand turned so, rad, and all of each tool with its hub."""
        self.turns[:] = turns
        self._line.theta[: self.nodes, : len(self.tools)] = self.turns

    def lay(self, points_mm: Floats) -> None:
        """Lay it, untwisted and at rest, along a curve (n, 3), mm, from the clamp on."""
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points_mm, axis=0), axis=1))])
        if along[-1] < self.inserted_mm.max() - 1e-9:
            raise WrongUse("The curve is shorter than the chain", code="bad-chain", value=float(along[-1]))
        line, n = self._line, self.nodes
        for c in range(3):
            line.x[1:n, c] = np.interp(line.arc[1:n], along, np.asarray(points_mm)[:, c])
        for rows in (line.velocity, line.twist, line.rubbed, line.tension):
            rows[:n] = 0.0
        laid_out(n, line)
        self._seek_tube()
        self._begin_anew()

    def advance(
        self,
        feeds_mm: Sequence[float] | Floats | None = None,
        turns_rad: Sequence[float] | Floats | None = None,
        seconds: float = 0.01,
        stop_mm: float = 0.1,
        most: int = 20,
    ) -> Told:
        """Push each tool by so much (mm, negative pulls) and turn it at its hub (rad) in so many seconds.

        Parameters
        ----------
        feeds_mm, turns_rad : sequence of float, optional
            By tool.
        seconds : float
        stop_mm : float
            A step has converged when no node moves farther in a Newton pass.
        most : int
            Passes a step; one that has not converged is done again in halves.
        """
        count = len(self.tools)
        feeds = np.zeros(count) if feeds_mm is None else np.asarray(feeds_mm, np.float64)
        spins = np.zeros(count) if turns_rad is None else np.asarray(turns_rad, np.float64)
        if feeds.shape != (count,) or spins.shape != (count,):
            raise WrongUse("One feed and one turn a tool", code="bad-feed", value=[len(feeds), len(spins)])
        if self.asleep or float((self.inserted_mm + feeds).max()) < ASLEEP_MM:
            spare = self._drowse(feeds, spins)
            if spare is None:
                return Told(0, 0.0, 0)
            feeds, spins = spare, np.zeros(count)
        births = int(np.abs(feeds).max() / min(self.spacing_mm, FEED_MM)) + CHANGES
        self._give_room(births)
        self._meet_walls()
        self._settle_hubs()
        self.nodes = advance(
            self.nodes, count, self._line, self._spare, self._lumen, self._tables, self.inserted_mm,
            self.turns, feeds, spins, seconds, self.spacing_mm, stop_mm, most, self._told,
        )  # fmt: skip
        self._line.drift[: self.nodes] = 0.0
        self._press_walls()
        return Told(int(self._told[0]), float(self._told[1]), int(self._told[3]))

    def _drowse(self, feeds: Floats, spins: Floats) -> Floats | None:
        """Push what lies straight in the sheath; what is left of the feeds once the chain wakes, or None."""
        self.turns += spins
        after = self.inserted_mm + feeds
        if after.max() < ASLEEP_MM:
            self.inserted_mm[:] = after
            self._lay_straight()
            return None
        lead = int(np.argmax(after))
        share = np.clip((ASLEEP_MM - self.inserted_mm[lead]) / feeds[lead], 0.0, 1.0) if feeds[lead] else 0.0
        self.inserted_mm += share * feeds
        self.inserted_mm[lead] = max(self.inserted_mm[lead], ASLEEP_MM)
        self._lay_straight()
        return np.asarray(after - self.inserted_mm)

    def insert(self, k: int, tool: Tool, inserted_mm: float, turn: float = 0.0) -> None:
        """A tool joins at place `k`, innermost 0; no node moves."""
        if len(self.tools) == MOST_TOOLS or not 0 <= k <= len(self.tools):
            raise WrongUse(f"A chain has at most {MOST_TOOLS} tools", code="bad-chain", value=k)
        was_asleep, before = self.asleep, float(self.inserted_mm.max())
        with_tool(self._line, self.nodes, k, turn)
        self._kept[k + 1 :], self._bent[k + 1 :] = self._kept[k:-1].copy(), self._bent[k:-1].copy()
        self._kept[k], self._bent[k] = 0.0, False
        self.tools = (*self.tools[:k], tool, *self.tools[k:])
        self.inserted_mm = np.insert(self.inserted_mm, k, inserted_mm)
        self.turns = np.insert(self.turns, k, turn)
        self._tables = tables_of(self.tools, self._kept, self._bent)
        if was_asleep:
            self._lay_straight()
            return
        if inserted_mm > before:
            many = int(np.ceil((inserted_mm - before) / self.spacing_mm))
            self._give_room(many + CHANGES)
            self.nodes = lengthened(self._line, self.nodes, inserted_mm - before, many)
        self._begin_anew()

    def remove(self, k: int) -> None:
        """A tool leaves; what it held moves from then on, by mechanics."""
        if len(self.tools) == 1:
            raise WrongUse("The last tool of a chain stays; end the chain instead", code="bad-chain", value=k)
        was_asleep, line = self.asleep, self._line
        without_tool(line, k)
        self._kept[k:-1], self._bent[k:-1] = self._kept[k + 1 :].copy(), self._bent[k + 1 :].copy()
        self.tools = (*self.tools[:k], *self.tools[k + 1 :])
        self.inserted_mm = np.delete(self.inserted_mm, k)
        self.turns = np.delete(self.turns, k)
        self._tables = tables_of(self.tools, self._kept, self._bent)
        if was_asleep or self.asleep:
            self._lay_straight()
            return
        end = float(self.inserted_mm.max())
        if end < line.arc[self.nodes - 1] - 1e-9:
            self.nodes = cut(end, self.nodes, line)
            line.held[self.nodes - 1, 3:] = True
        self._begin_anew()

    # --- state ---------------------------------------------------------------------------------------------

    def state(self) -> dict[str, NDArray]:
        """Everything that the chain's future hangs on, besides its tools and walls."""
        kept = {name: getattr(self._line, name)[: self.nodes].copy() for name in STAYS}
        kept |= {"inserted_mm": self.inserted_mm.copy(), "turns": self.turns.copy()}
        kept |= {
            "stayed": self._kept.copy() if self._bent.any() else self._kept[:, :0],
            "bent": self._bent.copy(),
        }
        return kept

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """Put back what `state` gave, into a chain of the same tools and walls."""
        if len(arrays["inserted_mm"]) != len(self.tools):
            raise WrongUse(
                "A chain's state is of as many tools", code="bad-chain", value=len(arrays["inserted_mm"])
            )
        n = self.nodes = len(arrays["x"])
        self._give_room(CHANGES)
        for name in STAYS:
            getattr(self._line, name)[:n] = arrays[name]
        self.inserted_mm[:], self.turns[:] = arrays["inserted_mm"], arrays["turns"]
        self._kept[:], self._bent[:] = 0.0, arrays["bent"]
        if self._bent.any():
            self._kept[:] = arrays["stayed"]
        self._places = None
        self._settle_hubs()
        self._tabulate()

    # --- within --------------------------------------------------------------------------------------------

    def _give_room(self, more: int) -> None:
        if self.nodes + more >= len(self._line.rest):
            room = 2 * (self.nodes + more)
            self._line, self._spare = grown(self._line, room), np.empty(KEPT * room)

    def _seek_tube(self) -> None:
        """Which segment of a tube each node lies by."""
        if len(self._lumen.tube) > 1:
            middle = 0.5 * (self._lumen.tube[:-1, :3] + self._lumen.tube[1:, :3])
            for i in range(self.nodes):
                away = np.linalg.norm(self._line.x[i] - middle, axis=1)
                self._line.hint[i] = away.argmin()

    def _begin_anew(self) -> None:
        self._settle_hubs()
        self._tabulate()
        self._remesh()
        self._places = None

    def _settle_hubs(self) -> None:
        for k, tool in enumerate(self.tools):
            stiff = tool.hub_nmm_rad(float(self.inserted_mm[k]))
            self._tables.hub[k] = stiff
            self._line.held[0, 3 + k] = stiff <= 0.0

    def _tabulate(self) -> None:
        tabulate(self.nodes, len(self.tools), self.inserted_mm, self._tables, self._line)

    def _remesh(self) -> None:
        while True:
            self._give_room(CHANGES)
            was, self.nodes = self.nodes, remesh(self.nodes, len(self.tools), self.spacing_mm, self._line)
            if self.nodes == was:
                return
            self._tabulate()

    def _meet_walls(self) -> None:
        """Where the wall of every node has gone, how stiff it is, and how far it moves in this step."""
        if self.walls is not None:
            line, n = self._line, self.nodes
            vessel, at_mm = np.empty(n, np.int32), np.empty(n)
            self._lumen = lumen_of(self.walls.bricks)._replace(tube=self.walls.track)
            self.walls.at(line.x, n, vessel, at_mm, line.shift, line.drift, line.wall, line.rub)

    def _press_walls(self) -> None:
        """Tell the walls what presses on them."""
        self._places = None
        if self.walls is not None:
            line = self._line
            self.walls.press(self.nodes, line.x, line.shift, line.wall, line.pressed, line.inward)

    def _places_now(self) -> tuple[NDArray[np.int32], Floats]:
        """Which vessel each node lies in, and where; looked up once a step, where somebody asks."""
        if self._places is None:
            if self.walls is None:
                return np.full(0, -1, np.int32), np.zeros(0)
            self._places = self.walls.places(self.x - self.shift)
        return self._places
