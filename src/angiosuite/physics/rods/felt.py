"""What walls feel of each tool of a chain, gathered from its nodes."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["gather"]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def gather(
    inserted: NDArray,  # float64 (tools,), mm
    fed: NDArray,  # float64 (tools,), mm
    leader: int,
    seconds: float,
    tip_mm: float,
    velocity: NDArray,  # float64 (nodes, 3), as all that follow by node
    tangent: NDArray,
    inward: NDArray,
    pressed: NDArray,
    friction: NDArray,
    skin: NDArray,
    arc: NDArray,
    curvature: NDArray,
    wall: NDArray,  # float64 (tools,): of the walls where it is outermost, N; written, as all below
    held: NDArray,  # float64 (tools,): friction that walls can hold there, N
    tip: NDArray,  # float64 (tools,): the walls' force on its own skin within `tip_mm` of its end, N
    bent: NDArray,  # float64 (tools,): integral of curvature cubed where it lies in another tool, 1/mm2
    cover: NDArray,  # float64 (tools,): how far what surrounds it reaches, mm
    worst: NDArray,  # int64 (tools,): the most pressed node of its end, -1 none
    slid: NDArray,  # float64 (nodes,): how far each node's skin slid along its wall, mm
) -> None:
    """Forces by tool, and how far each node slid."""
    nodes, tools = len(arc), len(inserted)
    for k in range(tools):
        wall[k] = held[k] = tip[k] = bent[k] = cover[k] = 0.0
        worst[k] = -1
        for j in range(k + 1, tools):
            cover[k] = max(cover[k], inserted[j])
    for i in range(nodes):
        k = skin[i]
        wall[k] += pressed[i]
        held[k] += friction[i] * pressed[i]
        on = fed[k] - fed[leader]
        across, size = 0.0, 0.0
        for c in range(3):
            across += (velocity[i, c] * seconds + on * tangent[i, c]) * inward[i, c]
        for c in range(3):
            slip = velocity[i, c] * seconds + on * tangent[i, c] - across * inward[i, c]
            size += slip * slip
        slid[i] = np.sqrt(size)
        cell = arc[i + 1] - arc[i] if i < nodes - 1 else 0.0
        sharp = abs(curvature[i]) ** 3 * cell
        for j in range(tools):
            if arc[i] < min(cover[j], inserted[j]):
                bent[j] += sharp
            if k == j and arc[i] >= inserted[j] - tip_mm and cover[j] < inserted[j] - 1e-9:
                tip[j] += pressed[i]
                if worst[j] < 0 or pressed[i] > pressed[worst[j]]:
                    worst[j] = i
