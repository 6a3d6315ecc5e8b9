"""What hands feel of a chain: axial force and torque of each tool at the clamp, and how curved the line is."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.line import Line
from angiosuite.physics.rods.tables import Tables, bend_now, tabulate

__all__ = ["curvatures", "pushes", "torques"]

NEAR_MM = 0.25
"""How far a tool is thought moved, to see what that costs."""


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _cost(k: int, nodes: int, line: Line) -> float:
    """Elastic energy of one tool, N mm."""
    energy = 0.0
    for i in range(1, nodes - 1):
        if line.ei[i, k] <= 0.0:
            continue
        cell = 0.5 * (line.rest[i - 1] + line.rest[i]) if i > 1 else 0.5 * line.rest[i]
        one, two = bend_now(i, k, line)
        one, two = one - line.bend[i, k, 0], two - line.bend[i, k, 1]
        turn = line.theta[i, k] - line.theta[i - 1, k] + line.twist[i]
        energy += 0.5 * line.ei[i, k] * cell * (one * one + two * two) + 0.5 * line.gj[i, k] * turn * turn / cell
    return energy


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def pushes(nodes: int, tools: int, inserted: NDArray, tables: Tables, line: Line) -> NDArray:
    """Force at the clamp by tool, N; positive resists advance.

    Notes
    -----
    **Model** virtual work. A tool that does not lead, fed a little with the nodes where they are, costs the change of
    its own elastic energy and the friction of the nodes whose skin it is; the leader feels the rest of the tension of
    the first free edge. Held by ``tests/physics/rods/test_pushing.py``.
    """
    found = np.zeros(tools)
    lead = 0
    for k in range(tools):
        if inserted[k] > inserted[lead]:
            lead = k
    theta, covered = line.theta[:nodes].copy(), line.covered[:nodes].copy()
    moved = inserted.copy()
    rest = -line.tension[1]
    for k in range(tools):
        if k == lead or inserted[k] <= 0.0:
            continue
        cost = 0.0
        for sign in (-1.0, 1.0):
            moved[k] = inserted[k] + sign * NEAR_MM
            tabulate(nodes, tools, moved, tables, line)
            cost += sign * _cost(k, nodes, line)
            line.theta[:nodes] = theta
            line.covered[:nodes] = covered
        moved[k] = inserted[k]
        found[k] = cost / (2.0 * NEAR_MM)
    tabulate(nodes, tools, inserted, tables, line)
    for k in range(tools):
        if k == lead:
            continue
        for i in range(2, nodes):
            if line.skin[i] == k:
                e = min(i, nodes - 2)
                for c in range(3):
                    found[k] -= line.rubbed[i, c] * line.tangent[e, c]
        rest -= found[k]
    found[lead] = rest
    return found


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def torques(tools: int, line: Line) -> NDArray:
    """Torque at the clamp by tool, N mm."""
    found = np.zeros(tools)
    for k in range(tools):
        turn = line.theta[0, k] - line.theta[1, k] - line.twist[1]
        found[k] = line.gj[1, k] * turn / (0.5 * line.rest[1])
    return found


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def curvatures(nodes: int, line: Line) -> NDArray:
    """Curvature of the line at every node, 1/mm; none at its ends."""
    found = np.zeros(nodes)
    for i in range(1, nodes - 1):
        cosine = 0.0
        for c in range(3):
            cosine += line.tangent[i - 1, c] * line.tangent[i, c]
        cell = 0.5 * (line.rest[i - 1] + line.rest[i]) if i > 1 else 0.5 * line.rest[i]
        cosine = min(max(cosine, -0.999), 1.0)
        found[i] = 2.0 * np.sqrt((1.0 - cosine) / (1.0 + cosine)) / cell
    return found
