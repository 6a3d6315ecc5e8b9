"""Nodes that are born, merged and cut off as a chain slides: close together where it is curved."""

from __future__ import annotations

import numpy as np
from numba import njit

from angiosuite.physics.rods.frames import carried
from angiosuite.physics.rods.line import Line

__all__ = ["FEWEST", "cut", "merge", "remesh", "slide", "split"]

FEWEST = 4
"""Nodes of the shortest chain: the clamped pair and two more."""
#: Edges a radius of curvature at rest, and the shortest edge, mm.
A_RADIUS, SHORTEST_MM = 7.5, 0.4
#: Most that the chain bends at a node, rad.
MOST_BENT = 0.4
#: Least that the first free edge of the shortest chain is of the second.
LEAST_FIRST = 0.25
#: How much deeper than its neighbours a node lies in a wall that is not merged, mm.
BEARS_MM = 0.1
#: What is wanted, times this, before an edge is split; before two are one.
SPLIT, MERGE = 1.25, 0.75
FIRST, SECOND = np.int64(1), np.int64(2)
"""The first free edge and the node behind it; written as plain numbers they would be kinds of their own, and
every kernel that they are given to compiled for each."""


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _wanted(i: int, tools: int, spacing: float, line: Line) -> float:
    """Length of edges at a vertex, mm, by how curved the tools together would be there and how bent it is."""
    stiff, one, two = 0.0, 0.0, 0.0
    longest = spacing
    if i > 1 and line.rest[i] > 0.0:
        cosine = 0.0
        for c in range(3):
            cosine += line.tangent[i - 1, c] * line.tangent[i, c]
        if cosine < 0.99:  # 8 degrees
            angle = np.arccos(max(cosine, -1.0))
            longest = min(longest, MOST_BENT * 0.5 * (line.rest[i - 1] + line.rest[i]) / angle)
    for k in range(tools):
        ei = line.ei[i, k]
        if ei <= 0.0:
            continue
        stiff += ei
        if line.bend[i, k, 0] != 0.0 or line.bend[i, k, 1] != 0.0:
            c, s = np.cos(line.theta[i, k]), np.sin(line.theta[i, k])
            one += ei * (c * line.bend[i, k, 0] - s * line.bend[i, k, 1])
            two += ei * (s * line.bend[i, k, 0] + c * line.bend[i, k, 1])
    if one == 0.0 and two == 0.0:
        return max(longest, SHORTEST_MM)
    curved = np.sqrt(one * one + two * two) / stiff
    return max(min(longest, 1.0 / max(A_RADIUS * curved, 1e-9)), SHORTEST_MM)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _turned(e: int, x: float, y: float, z: float, line: Line) -> None:
    """Give edge `e` a new tangent; its frame is carried along."""
    size = np.sqrt(x * x + y * y + z * z)
    tx, ty, tz = x / size, y / size, z / size
    dx, dy, dz = carried(
        line.director[e, 0], line.director[e, 1], line.director[e, 2],
        line.tangent[e, 0], line.tangent[e, 1], line.tangent[e, 2], tx, ty, tz,
    )  # fmt: skip
    line.director[e, 0], line.director[e, 1], line.director[e, 2] = dx, dy, dz
    line.tangent[e, 0], line.tangent[e, 1], line.tangent[e, 2] = tx, ty, tz


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _way(i: int, c: int, nodes: int, line: Line) -> float:
    """One component of a smooth tangent at a node; not of unit length."""
    if i <= 1:
        return float(line.tangent[0, c])
    if i >= nodes - 1:
        return float(1.5 * line.tangent[nodes - 2, c] - 0.5 * line.tangent[nodes - 3, c])
    a, b = line.rest[i - 1], line.rest[i]
    return float((b * line.tangent[i - 1, c] + a * line.tangent[i, c]) / (a + b))


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def split(e: int, share: float, nodes: int, tools: int, line: Line) -> None:
    """Put a node on the smooth curve within edge `e`, at `share` of it; others keep their places."""
    at = e + 1
    point, long = np.empty(3), line.rest[e]
    s = share
    h1, h2 = (1.0 + 2.0 * s) * (1.0 - s) * (1.0 - s), s * (1.0 - s) * (1.0 - s)
    h3, h4 = s * s * (3.0 - 2.0 * s), s * s * (s - 1.0)
    one, two = 0.0, 0.0
    for c in range(3):
        one += _way(e, c, nodes, line) ** 2
        two += _way(at, c, nodes, line) ** 2
    one, two = np.sqrt(one), np.sqrt(two)
    for c in range(3):
        point[c] = h1 * line.x[e, c] + h2 * long * _way(e, c, nodes, line) / one
        point[c] += h3 * line.x[at, c] + h4 * long * _way(at, c, nodes, line) / two
    before, after = 0.5 * (line.rest[e - 1] + long), 0.5 * (long + line.rest[at])
    if e == 1:
        before = 0.5 * long  # twist begins at the clamp
    for array in (line.x, line.velocity, line.load, line.rubbed, line.inward, line.shift, line.drift):
        for j in range(nodes, at, -1):
            for c in range(3):
                array[j, c] = array[j - 1, c]
    for array in (line.pressed, line.gap, line.wall, line.rub, line.twist, line.rest):
        for j in range(nodes, at, -1):
            array[j] = array[j - 1]
    for array in (line.director, line.tangent):
        for j in range(nodes, e, -1):
            for c in range(3):
                array[j, c] = array[j - 1, c]
    for j in range(nodes, at, -1):
        line.hint[j] = line.hint[j - 1]
        for c in range(3 + tools):
            line.held[j, c] = line.held[j - 1, c]
    for j in range(nodes, e, -1):
        line.tension[j] = line.tension[j - 1]
        for k in range(tools):
            line.theta[j, k] = line.theta[j - 1, k]
            line.covered[j, k] = line.covered[j - 1, k]
    for c in range(3):
        line.x[at, c] = point[c]
        line.velocity[at, c] = (1.0 - s) * line.velocity[e, c] + s * line.velocity[at + 1, c]
        line.load[at, c] = 0.0
        line.rubbed[at, c] = 0.25 * (line.rubbed[e, c] + line.rubbed[at + 1, c])
        line.rubbed[e, c] *= 0.75
        line.rubbed[at + 1, c] *= 0.75
        line.inward[at, c] = line.inward[at + 1, c]
        line.shift[at, c] = (1.0 - s) * line.shift[e, c] + s * line.shift[at + 1, c]
        line.drift[at, c] = (1.0 - s) * line.drift[e, c] + s * line.drift[at + 1, c]
    line.pressed[at], line.gap[at] = 0.0, line.gap[at + 1]
    line.wall[at], line.rub[at] = line.wall[at + 1], line.rub[at + 1]
    line.hint[at] = line.hint[at + 1]
    for c in range(3 + tools):
        line.held[at, c] = False
    line.rest[e], line.rest[at] = s * long, (1.0 - s) * long
    line.twist[at] = 0.0
    # turns at the middles of the new edges, straight between those of the old ones: torque goes on
    for k in range(tools):
        here = line.theta[e, k]
        back = line.theta[e - 1, k] - line.twist[e]
        ahead = line.theta[at + 1, k] + line.twist[at + 1] if at + 1 < nodes else here
        line.theta[e, k] = here + (back - here) * (0.5 * (1.0 - s) * long) / before
        if line.gj[at, k] > 0.0 and at + 1 < nodes:
            line.theta[at, k] = here + (ahead - here) * (0.5 * s * long) / after
    for j in (e, at):
        _turned(
            j,
            line.x[j + 1, 0] - line.x[j, 0],
            line.x[j + 1, 1] - line.x[j, 1],
            line.x[j + 1, 2] - line.x[j, 2],
            line,
        )


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def merge(i: int, nodes: int, tools: int, line: Line) -> None:
    """Take node `i` out; the edges beside it are one."""
    e = i - 1
    long = line.rest[e] + line.rest[i]
    share = line.rest[i] / long
    for k in range(tools):
        line.theta[e, k] += share * (line.theta[i, k] + line.twist[i] - line.theta[e, k])
    line.tension[e] = 0.5 * (line.tension[e] + line.tension[i])
    for c in range(3):
        line.rubbed[e, c] += 0.5 * line.rubbed[i, c]
        line.rubbed[i + 1, c] += 0.5 * line.rubbed[i, c]
    line.rest[e] = long
    for array in (
        line.x, line.velocity, line.load, line.rubbed, line.inward, line.shift, line.drift, line.director,
        line.tangent,
    ):  # fmt: skip
        for j in range(i, nodes - 1):
            for c in range(3):
                array[j, c] = array[j + 1, c]
    for array in (line.pressed, line.gap, line.wall, line.rub, line.twist, line.rest, line.tension):
        for j in range(i, nodes - 1):
            array[j] = array[j + 1]
    for j in range(i, nodes - 1):
        line.hint[j] = line.hint[j + 1]
        for c in range(3 + tools):
            line.held[j, c] = line.held[j + 1, c]
        for k in range(tools):
            line.theta[j, k] = line.theta[j + 1, k]
            line.covered[j, k] = line.covered[j + 1, k]
    _turned(e, line.x[i, 0] - line.x[e, 0], line.x[i, 1] - line.x[e, 1], line.x[i, 2] - line.x[e, 2], line)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def slide(mm: float, nodes: int, tools: int, spacing: float, line: Line) -> int:
    """Let the first free edge grow or shrink as the leader is fed, nodes be born or merged; how many now."""
    line.rest[1] += mm
    wanted = min(_wanted(FIRST, tools, spacing, line), _wanted(SECOND, tools, spacing, line))
    while line.rest[1] > 1.5 * wanted and nodes < len(line.rest):
        split(FIRST, (line.rest[1] - wanted) / line.rest[1], nodes, tools, line)
        nodes += 1
    while line.rest[1] < 0.5 * wanted and nodes > FEWEST and line.rest[1] + line.rest[2] < 1.5 * spacing:
        merge(SECOND, nodes, tools, line)
        nodes -= 1
    while line.rest[1] < 0.25 * SHORTEST_MM and nodes > FEWEST:
        merge(SECOND, nodes, tools, line)
        nodes -= 1
    if nodes == FEWEST and line.rest[1] < LEAST_FIRST * line.rest[2]:
        _halve(mm, line)
    return nodes


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _halve(mm: float, line: Line) -> None:
    """Put the middle node of the shortest chain where the two free edges are as long once all has slid."""
    long = line.rest[1] + line.rest[2]
    first = line.rest[1] - mm  # before it slid
    at = 0.5 * long - mm
    e = 1 if at < first else 2
    share = at / first if e == 1 else min((at - first) / line.rest[2], 1.0)
    point = np.empty(3)
    for c in range(3):
        point[c] = line.x[e, c] + share * (line.x[e + 1, c] - line.x[e, c])
    line.rest[1], line.rest[2] = 0.5 * long, 0.5 * long
    for c in range(3):
        line.x[2, c] = point[c]
    for e in (1, 2):
        _turned(
            e, line.x[e + 1, 0] - line.x[e, 0], line.x[e + 1, 1] - line.x[e, 1],
            line.x[e + 1, 2] - line.x[e, 2], line,
        )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _bears(i: int, line: Line) -> bool:
    """Whether a node lies in a wall that its neighbours do not feel."""
    return bool(line.gap[i] < min(min(line.gap[i - 1], line.gap[i + 1]), 0.0) - BEARS_MM)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def remesh(nodes: int, tools: int, spacing: float, line: Line) -> int:
    """Split one edge that is too long for its place, or merge two that are short; how many nodes now."""
    before, here = spacing, _wanted(SECOND, tools, spacing, line)
    for i in range(2, nodes - 1):
        ahead = _wanted(i + 1, tools, spacing, line)
        wanted = min(here, ahead)
        if line.rest[i] > SPLIT * wanted and line.rest[i] > 2.0 * SHORTEST_MM and nodes < len(line.rest):
            split(i, 0.5, nodes, tools, line)
            return nodes + 1
        both, least = line.rest[i - 1] + line.rest[i], min(wanted, before)
        free = i > 2 and nodes > FEWEST and not line.held[i, 0]
        if free and both <= MERGE * least and not _bears(i, line):
            merge(i, nodes, tools, line)
            return nodes - 1
        before, here = here, ahead
    return nodes


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def cut(to_mm: float, nodes: int, line: Line) -> int:
    """End the chain at an arc, where the leading tool was taken out; how many nodes now."""
    while nodes > FEWEST and line.arc[nodes - 2] > to_mm - 0.25 * SHORTEST_MM:
        nodes -= 1
    last, e = nodes - 1, nodes - 2
    share = (to_mm - line.arc[e]) / line.rest[e]
    for c in range(3):
        line.x[last, c] = line.x[e, c] + share * (line.x[last, c] - line.x[e, c])
    line.rest[e], line.arc[last] = to_mm - line.arc[e], to_mm
    return nodes
