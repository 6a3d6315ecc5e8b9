"""The arrays of a chain: what each node and the edge that follows it carry, with room for more nodes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_TOOLS", "STAYS", "Line", "grown", "lengthened", "new_line", "with_tool", "without_tool"]

MOST_TOOLS = 4
"""Tools that can lie in each other."""


class Line(NamedTuple):
    """Nodes of a chain, the first `nodes` rows in use: of node i, and of the edge from i to i + 1."""

    x: NDArray  # float64 (room, 3), mm
    velocity: NDArray  # float64 (room, 3), mm/s
    load: NDArray  # float64 (room, 3): forces from outside, N
    rubbed: NDArray  # float64 (room, 3): friction force of the wall, N
    pressed: NDArray  # float64 (room,): wall force, N
    inward: NDArray  # float64 (room, 3): normal of the wall
    gap: NDArray  # float64 (room,): from the skin to the wall, mm; negative where it is pressed in
    shift: NDArray  # float64 (room, 3): wall now less wall at rest, mm
    drift: NDArray  # float64 (room, 3): how far the wall moves in this step, mm
    wall: NDArray  # float64 (room,): stiffness of the wall a mm of chain, N/mm2
    rub: NDArray  # float64 (room,): factor of the wall on friction
    twist: NDArray  # float64 (room,): of the reference frame over a node, rad
    theta: NDArray  # float64 (room, tools): turn of each tool in an edge against the frame, rad
    director: NDArray  # float64 (room, 3): first axis of an edge's frame
    tangent: NDArray  # float64 (room, 3): of an edge, as its frame knows it
    rest: NDArray  # float64 (room,): rest length of an edge, mm
    tension: NDArray  # float64 (room,): of an edge, N
    held: NDArray  # bool (room, 3 + tools): what does not move
    covered: NDArray  # bool (room, tools): edges that a tool lies in
    hint: NDArray  # int64 (room,): segment of a tube that a node was next to
    # from here: tables, made from the others
    ei: NDArray  # float64 (room, tools), N mm2; 0 where a tool does not reach
    gj: NDArray  # float64 (room, tools), N mm2
    bend: NDArray  # float64 (room, tools, 2): curvature at rest, 1/mm
    outer: NDArray  # float64 (room,): radius of the outermost tool, mm
    mu: NDArray  # float64 (room,): its friction
    skin: NDArray  # int64 (room,): which tool that is
    arc: NDArray  # float64 (room,): from the clamp, mm


STAYS = Line._fields[:20]
"""Fields that are state; the rest follows from them and from how far the tools are in."""

WIDTHS = {
    "x": (3,), "velocity": (3,), "load": (3,), "rubbed": (3,), "inward": (3,), "shift": (3,), "drift": (3,),
    "director": (3,), "tangent": (3,), "theta": (MOST_TOOLS,), "held": (3 + MOST_TOOLS,),
    "covered": (MOST_TOOLS,),
    "ei": (MOST_TOOLS,), "gj": (MOST_TOOLS,), "bend": (MOST_TOOLS, 2),
}  # fmt: skip
KINDS = {"held": np.bool_, "covered": np.bool_, "hint": np.int64, "skin": np.int64}


def new_line(room: int) -> Line:
    """Room for so many nodes, all zero."""
    return Line(
        *(np.zeros((room, *WIDTHS.get(name, ())), KINDS.get(name, np.float64)) for name in Line._fields)
    )


def grown(line: Line, room: int) -> Line:
    """The same nodes with more room."""
    wider = new_line(room)
    for old, new in zip(line, wider, strict=True):
        new[: len(old)] = old
    return wider


def with_tool(line: Line, nodes: int, k: int, turn: float) -> None:
    """Make a place for a tool at `k`; it lies in no edge yet, and is turned so at the clamp."""
    for rows, first in ((line.theta, 0), (line.covered, 0), (line.held, 3)):
        rows[:, first + k + 1 :] = rows[:, first + k : -1].copy()
    line.covered[:, k], line.held[:, 3 + k] = False, False
    line.held[0, 3 + k] = line.held[nodes - 1, 3 + k] = True
    line.theta[0, k] = turn


def without_tool(line: Line, k: int) -> None:
    """Close the place of a tool."""
    for rows, first in ((line.theta, 0), (line.covered, 0), (line.held, 3)):
        rows[:, first + k : -1] = rows[:, first + k + 1 :].copy()


def lengthened(line: Line, nodes: int, mm: float, many: int) -> int:
    """Lay so many nodes straight beyond the tip, `mm` in all; how many nodes now."""
    last, edge = nodes - 1, nodes - 2
    way = (line.x[last] - line.x[edge]) / np.linalg.norm(line.x[last] - line.x[edge])
    line.held[last] = line.held[edge]
    for j in range(1, many + 1):
        line.x[last + j] = line.x[last] + j * mm / many * way
        line.rest[edge + j] = mm / many
        for rows in (line.theta, line.covered, line.director, line.tangent):
            rows[edge + j] = rows[edge]
        for rows in (
            line.velocity,
            line.load,
            line.rubbed,
            line.pressed,
            line.twist,
            line.tension,
            line.drift,
        ):
            rows[last + j] = 0.0
        for rows in (line.shift, line.wall, line.rub, line.hint, line.gap, line.held):
            rows[last + j] = rows[last]
    line.held[last + many, 3:] = True
    return nodes + many
