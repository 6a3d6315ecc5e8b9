"""A chain pushed and turned by so much: in steps that are small enough, halved where one does not converge."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.line import Line
from angiosuite.physics.rods.lumen import Lumen
from angiosuite.physics.rods.meshing import remesh, slide
from angiosuite.physics.rods.stepping import step
from angiosuite.physics.rods.tables import Tables, stay_bent, tabulate

__all__ = ["FEED_MM", "TURN", "advance"]

FEED_MM, TURN = 1.0, 0.3
"""Most that a tool is pushed, mm, and turned, rad, in one step."""
#: Times that a step which does not converge is halved.
HALVINGS = 2
#: Changes of the mesh before one step, at most.
CHANGES = 64


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _copy_rows(nodes: int, old: NDArray, new: NDArray) -> None:
    a, b = old.reshape(-1), new.reshape(-1)
    for i in range(nodes * old.shape[1]):
        b[i] = a[i]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _copy(nodes: int, line: Line, kept: Line) -> None:
    """Copy the state of the nodes in use."""
    for old, new in (
        (line.x, kept.x), (line.velocity, kept.velocity), (line.load, kept.load), (line.rubbed, kept.rubbed),
        (line.inward, kept.inward), (line.shift, kept.shift), (line.drift, kept.drift),
        (line.director, kept.director), (line.tangent, kept.tangent), (line.theta, kept.theta),
    ):  # fmt: skip
        _copy_rows(nodes, old, new)
    for old, new in (
        (line.pressed, kept.pressed), (line.gap, kept.gap), (line.wall, kept.wall), (line.rub, kept.rub),
        (line.twist, kept.twist), (line.rest, kept.rest), (line.tension, kept.tension),
    ):  # fmt: skip
        for i in range(nodes):
            new[i] = old[i]
    _copy_rows(nodes, line.held, kept.held)
    _copy_rows(nodes, line.covered, kept.covered)
    for i in range(nodes):
        kept.hint[i] = line.hint[i]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _once(
    nodes: int, tools: int, line: Line, lumen: Lumen, tables: Tables, inserted: NDArray, turns: NDArray,
    feeds: NDArray, spins: NDArray, share: float, seconds: float, spacing: float, stop_mm: float, most: int,
    told: NDArray,
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
        nodes, tools, line, lumen, feed, slides, tables.hub, turns, seconds, stop_mm, most
    )  # fmt: skip
    told[0] += passes
    told[1] = max(told[1], moved)
    told[2] = moved
    if stay_bent(nodes, tools, inserted, tables, line):
        tabulate(nodes, tools, inserted, tables, line)
    return nodes


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def advance(
    nodes: int,
    tools: int,
    line: Line,
    kept: Line,  # room for a copy of it
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
    depth = np.zeros(tools)
    hands = np.zeros(tools)
    for _ in range(steps):
        _copy(nodes, line, kept)
        many, worst, passes = nodes, told[1], told[0]
        depth[:] = inserted
        hands[:] = turns
        for halved in range(HALVINGS + 1):
            parts = 2**halved
            share = 1.0 / (steps * parts)
            told[1] = worst
            fine = True
            for _part in range(parts):
                nodes = _once(
                    nodes, tools, line, lumen, tables, inserted, turns, feeds, spins, share, seconds * share, spacing,
                    stop_mm, most, told,
                )  # fmt: skip
                told[3] += 1.0
                fine = fine and told[2] < stop_mm
            if fine or halved == HALVINGS:
                break
            _copy(many, kept, line)
            nodes = many
            inserted[:] = depth
            turns[:] = hands
            tabulate(nodes, tools, inserted, tables, line)
    return nodes
