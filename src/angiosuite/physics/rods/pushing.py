"""What hands feel of a chain: force and torque of each tool at the clamp; how curved the line is."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.contact import TIP_MM, given
from angiosuite.physics.rods.line import Line
from angiosuite.physics.rods.stepping import EA_N, MASS_KG_MM
from angiosuite.physics.rods.tables import Tables, bend_now

__all__ = ["curvatures", "energy", "pushes", "torques"]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _bent(k: int, from_tip: float, one: float, two: float, tables: Tables) -> float:
    """Bending energy a mm of a tool at a place of it when it is bent so, N."""
    s = tables.stiff_from[k]
    while s < tables.stiff_from[k + 1] - 2 and tables.stiff_at[s + 1] < from_tip:
        s += 1
    ei = (tables.stiff_at[s + 1] - tables.stiff_at[s]) / (tables.soft[s + 1, 0] - tables.soft[s, 0])
    t = tables.bend_from[k]
    while t < tables.bend_from[k + 1] - 2 and tables.bend_at[t + 1] < from_tip:
        t += 1
    long = tables.bend_at[t + 1] - tables.bend_at[t]
    one -= (tables.turned[t + 1, 0] - tables.turned[t, 0]) / long
    two -= (tables.turned[t + 1, 1] - tables.turned[t, 1]) / long
    return float(0.5 * ei * (one * one + two * two))


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _slides(k: int, nodes: int, inserted: float, tables: Tables, line: Line) -> float:
    """Axial force that a tool's own bending asks for where the line stays as it is, N."""
    force = 0.0
    for i in range(1, nodes - 1):
        if line.ei[i, k] <= 0.0:
            break
        one, two = bend_now(i, k, line)
        far = inserted - (line.arc[i] - 0.5 * line.rest[i - 1] if i > 1 else 0.0)
        near = inserted - (line.arc[i] + 0.5 * line.rest[i])
        force += _bent(k, far, one, two, tables)
        if near > 0.0:
            force -= _bent(k, near, one, two, tables)
    return force


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def pushes(nodes: int, tools: int, inserted: NDArray, tables: Tables, line: Line) -> NDArray:
    """Force at the clamp by tool, N; positive resists advance.

    Notes
    -----
    **Model** virtual work. A tool that does not lead, fed a little with the nodes where they are, costs what
    its stiffness and its curve at rest take up at the one border of every cell and give back at the other,
    and the friction of the nodes whose skin it is; the leader feels the rest of the tension of the first free
    edge. Bends that stayed and twist are left out. Held by ``tests/physics/rods/test_hands.py``.
    """
    found = np.zeros(tools)
    lead = 0
    for k in range(tools):
        if inserted[k] > inserted[lead]:
            lead = k
    rest = -line.tension[1]
    for k in range(tools):
        if k == lead or inserted[k] <= 0.0:
            continue
        found[k] = _slides(k, nodes, inserted[k], tables, line)
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


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _cost(k: int, nodes: int, line: Line) -> float:
    """Energy of bending and twist of one tool, N mm."""
    found = 0.0
    for i in range(1, nodes - 1):
        if line.ei[i, k] <= 0.0:
            continue
        cell = 0.5 * (line.rest[i - 1] + line.rest[i]) if i > 1 else 0.5 * line.rest[i]
        one, two = bend_now(i, k, line)
        one, two = one - line.bend[i, k, 0], two - line.bend[i, k, 1]
        turn = line.theta[i, k] - line.theta[i - 1, k] + line.twist[i]
        found += (
            0.5 * line.ei[i, k] * cell * (one * one + two * two) + 0.5 * line.gj[i, k] * turn * turn / cell
        )
    return found


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def energy(nodes: int, tools: int, line: Line) -> float:
    """Energy of motion, bending, twist, stretch and walls pressed in, N mm; without loads."""
    found = 0.0
    for k in range(tools):
        found += _cost(k, nodes, line)
    for i in range(nodes):
        before, after = line.rest[i - 1] if i > 0 else 0.0, line.rest[i] if i < nodes - 1 else 0.0
        square = 0.0
        for c in range(3):
            square += line.velocity[i, c] ** 2
        found += 0.5e-3 * MASS_KG_MM * 0.5 * (before + after) * square
        if i < nodes - 1:
            found += 0.5 * line.tension[i] ** 2 / EA_N * line.rest[i]
        if i > 1 and line.gap[i] < 0.0:
            cell = 0.5 * (before + after) if i < nodes - 1 else max(0.5 * before, TIP_MM)
            _, _, work = given(-line.gap[i])
            found += line.wall[i] * cell * work
    return found
