"""A chain pushed and turned by so much: in small steps, halved where one does not converge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.line import Line
from angiosuite.physics.rods.lumen import Lumen
from angiosuite.physics.rods.meshing import remesh, slide, split
from angiosuite.physics.rods.passing import cuts_through, lie_with_an_end
from angiosuite.physics.rods.stepping import step
from angiosuite.physics.rods.tables import Tables, stay_bent, tabulate

__all__ = ["CHANGES", "FEED_MM", "KEPT", "TURN", "Told", "advance"]

FEED_MM, TURN = 1.0, 0.3
"""Most that a tool is pushed, mm, and turned, rad, in one step."""


@dataclass(frozen=True, slots=True)
class Told:
    """How an advance went: Newton passes, how far the worst step's last one moved a node, mm; steps."""

    passes: int
    moved_mm: float
    steps: int = 1


STILL_MM = 0.001
"""While hands rest, passes go on until no node moves farther: what is left would creep for seconds."""
#: Least share of a step that is tried where it does not converge, and how many times the passes that has: its
#: strides are short.
LEAST, LONGER = 1.0 / 16.0, 3
#: Numbers of a node in a copy of its state.
KEPT = 53
#: Changes of the mesh before one step, at most.
CHANGES = 64


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _copy(nodes: int, back: bool, line: Line, kept: NDArray) -> None:
    """Keep the state of the nodes in use in a flat array, or put it back."""
    at = 0
    for rows in (
        line.x, line.velocity, line.load, line.rubbed, line.inward, line.shift, line.drift, line.director,
        line.tangent, line.theta,
    ):  # fmt: skip
        flat, size = rows.reshape(-1), nodes * rows.shape[1]
        if back:
            flat[:size] = kept[at : at + size]
        else:
            kept[at : at + size] = flat[:size]
        at += size
    for row in (line.pressed, line.gap, line.wall, line.rub, line.twist, line.rest, line.tension):
        if back:
            row[:nodes] = kept[at : at + nodes]
        else:
            kept[at : at + nodes] = row[:nodes]
        at += nodes
    for marks in (line.held, line.covered):
        flat_marks, size = marks.reshape(-1), nodes * marks.shape[1]
        for i in range(size):
            if back:
                flat_marks[i] = kept[at + i] != 0.0
            else:
                kept[at + i] = 1.0 if flat_marks[i] else 0.0
        at += size
    for i in range(nodes):
        if back:
            line.hint[i] = int(kept[at + i])
        else:
            kept[at + i] = line.hint[i]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _once(
    nodes: int, tools: int, line: Line, lumen: Lumen, tables: Tables, inserted: NDArray, turns: NDArray,
    feeds: NDArray, spins: NDArray, share: float, seconds: float, spacing: float, stop_mm: float, most: int,
    rests: bool, short: bool, told: NDArray,
) -> int:  # fmt: skip
    """One step with a share of the feeds and turns; how many nodes now."""
    slides = np.zeros(tools)
    before, after, moves = inserted[0], -1e9, False
    for k in range(tools):
        before = max(before, inserted[k])
    for k in range(tools):
        slides[k] = share * feeds[k]
        moves = moves or slides[k] != 0.0
        inserted[k] += slides[k]
        after = max(after, inserted[k])
        turns[k] += share * spins[k]
        if tables.hub[k] <= 0.0:
            line.theta[0, k] += share * spins[k]
    feed = after - before
    if moves:
        if feed != 0.0:
            nodes = slide(feed, nodes, tools, spacing, line)
            for k in range(tools):
                slides[k] -= feed
        tabulate(nodes, tools, inserted, tables, line)
        for _ in range(CHANGES):
            was = nodes
            nodes = remesh(nodes, tools, spacing, line)
            if nodes == was:
                break
            tabulate(nodes, tools, inserted, tables, line)
    passes, moved = step(
        nodes, tools, line, lumen, feed, slides, tables.hub, turns, seconds, stop_mm, most, rests,
        short,
    )  # fmt: skip
    told[0] += passes
    told[2] = moved
    return nodes


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _lie_close(nodes: int, tools: int, inserted: NDArray, tables: Tables, line: Line, lumen: Lumen) -> int:
    """Give edges that cut through a wall a node there; how many nodes now."""
    e, gap = cuts_through(2, nodes, line, lumen)
    if e < 0:
        return nodes
    while e >= 0 and nodes < len(line.rest):
        split(e, 0.5, nodes, tools, line)
        nodes += 1
        line.gap[e + 1] = gap
        lie_with_an_end(e + 1, line, lumen)
        e, gap = cuts_through(e + 2, nodes, line, lumen)
    tabulate(nodes, tools, inserted, tables, line)
    return nodes


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def advance(
    nodes: int,
    tools: int,
    line: Line,
    kept: NDArray,  # float64 (room * KEPT,): for a copy of it
    lumen: Lumen,
    tables: Tables,
    inserted: NDArray,  # float64 (tools,), mm; written
    turns: NDArray,  # float64 (tools,), rad: of the hands; written
    feeds: NDArray,  # float64 (tools,), mm
    spins: NDArray,  # float64 (tools,), rad
    seconds: float,
    spacing: float,
    stop_mm: float,
    most: int,
    told: NDArray,  # float64 (4,): passes, worst last move, mm, scratch, steps; written
) -> int:
    """Advance by so many seconds; how many nodes now."""
    feed, spin = 0.0, 0.0
    for k in range(tools):
        feed, spin = max(feed, abs(feeds[k])), max(spin, abs(spins[k]))
    steps = max(1, int(np.ceil(max(feed / FEED_MM, spin / TURN) - 1e-9)))
    told[0] = told[1] = told[3] = 0.0
    rests = feed == 0.0 and spin == 0.0
    goal_mm = min(stop_mm, STILL_MM) if rests else stop_mm
    depth = np.zeros(tools)
    hands = np.zeros(tools)
    for _ in range(steps):
        left, part = 1.0, 1.0
        while left > 0.0:
            part = min(part, left)
            _copy(nodes, False, line, kept)
            many, last = nodes, part <= LEAST
            depth[:], hands[:] = inserted, turns
            nodes = _once(
                nodes, tools, line, lumen, tables, inserted, turns, feeds, spins, part / steps,
                seconds * part / steps, spacing, goal_mm, most * LONGER if last else most,
                rests, last, told,
            )  # fmt: skip
            told[3] += 1.0
            if told[2] < stop_mm or last:
                told[1] = max(told[1], told[2])
                if stay_bent(nodes, tools, inserted, tables, line):
                    tabulate(nodes, tools, inserted, tables, line)
                line.drift[:nodes] = 0.0  # the wall is where it will be
                nodes = _lie_close(nodes, tools, inserted, tables, line, lumen)
                left, part = left - part, 2.0 * part
                continue
            _copy(many, True, line, kept)
            nodes = many
            inserted[:], turns[:] = depth, hands
            tabulate(nodes, tools, inserted, tables, line)
            part *= 0.5
    return nodes
