"""Stiffness and curvature of coaxial tools at the vertices of a chain, as they slide in each other."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["tabulate"]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _at(where: NDArray, table: NDArray, first: int, last: int, x: float) -> float:
    """A cumulative table between its points, straight."""
    k = first
    while k < last - 2 and where[k + 1] < x:
        k += 1
    share = (x - where[k]) / (where[k + 1] - where[k])
    return float(table[k] + share * (table[k + 1] - table[k]))


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def tabulate(
    nodes: int,
    rest: NDArray,  # float64 (nodes,), mm
    inserted: NDArray,  # float64 (tools,): beyond the clamp, mm
    stiff_from: NDArray,  # int64 (tools + 1,): where each tool's stretches begin in the two tables
    stiff_at: NDArray,  # float64: ends of the stretches from the tip, mm
    soft: NDArray,  # float64 (points, 2): integral of 1 / EI and of 1 / GJ from the tip
    bend_from: NDArray,  # int64 (tools + 1,)
    bend_at: NDArray,  # float64
    turned: NDArray,  # float64 (points, 2): integral of the curvature at rest from the tip
    outer_mm: NDArray,  # float64 (tools,)
    friction: NDArray,  # float64 (tools,)
    twist: NDArray,  # float64 (nodes,)
    covered: NDArray,  # bool (nodes, tools): edges that each tool lies in; brought up to date
    theta: NDArray,  # float64 (nodes, tools); what comes over an edge is not twisted there
    ei: NDArray,  # float64 (nodes, tools); written, as all that follow
    gj: NDArray,
    bend: NDArray,  # float64 (nodes, tools, 2)
    radius: NDArray,  # float64 (nodes,): of the outermost tool
    mu: NDArray,  # float64 (nodes,)
    skin: NDArray,  # int64 (nodes,): the outermost tool
) -> None:
    """Average compliance and curvature over the cell of each vertex; see :class:`~.tool.Tool`."""
    tools = len(inserted)
    arc = 0.0
    for i in range(nodes):
        before = 0.5 * rest[i - 1] if i > 1 else 0.0
        after = 0.5 * rest[i] if 0 < i < nodes - 1 else 0.0
        skin[i] = 0
        for k in range(tools):
            near, far = inserted[k] - (arc + after), inserted[k] - (arc - before)
            low, high = max(near, 0.0), max(far, 0.0)
            ei[i, k], gj[i, k], bend[i, k, 0], bend[i, k, 1] = 0.0, 0.0, 0.0, 0.0
            if high - low > 1e-9:
                a, b = stiff_from[k], stiff_from[k + 1]
                share = (high - low) * (high - low) / max(far - near, 1e-9)
                ei[i, k] = share / max(_at(stiff_at, soft[:, 0], a, b, high) - _at(stiff_at, soft[:, 0], a, b, low), 1e-12)
                gj[i, k] = share / max(_at(stiff_at, soft[:, 1], a, b, high) - _at(stiff_at, soft[:, 1], a, b, low), 1e-12)
                a, b = bend_from[k], bend_from[k + 1]
                for c in range(2):
                    way = _at(bend_at, turned[:, c], a, b, high) - _at(bend_at, turned[:, c], a, b, low)
                    bend[i, k, c] = way / (high - low)
            here = arc <= inserted[k] + 1e-9
            if here:
                skin[i] = k
                if not covered[i, k] and i > 0:
                    theta[i, k] = theta[i - 1, k] - twist[i]
            covered[i, k] = here
        radius[i], mu[i] = outer_mm[skin[i]], friction[skin[i]]
        if i > 0:
            arc += rest[i]
