"""What stretching a chain of edges costs: gradient and matrix."""

from __future__ import annotations

from numba import njit
from numpy.typing import NDArray

__all__ = ["add_stretch"]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def add_stretch(
    nodes: int,
    tools: int,
    tangent: NDArray,  # float64 (nodes, 3)
    length: NDArray,  # float64 (nodes,), mm
    rest: NDArray,  # float64 (nodes,): rest length of the edge that follows each node, mm
    ea: float,  # N
    tension: NDArray,  # float64 (nodes,): last known tension of each edge, N
    right: NDArray,  # float64 (dofs,): the gradient is added
    band: NDArray,  # float64 (dofs, half band + 1): elements on and right of the diagonal are added
) -> float:
    """Add gradient and matrix of the energy of stretch; the energy, N mm."""
    b = 3 + tools
    energy = 0.0
    for e in range(nodes - 1):
        strain = length[e] - rest[e]
        stiff = ea / rest[e]
        energy += 0.5 * stiff * strain * strain
        pull = stiff * strain
        side = max(tension[e], 0.0) / length[e]
        along = stiff - side
        tx, ty, tz = tangent[e, 0], tangent[e, 1], tangent[e, 2]
        p, q = b * e, b * e + b
        right[p] -= pull * tx
        right[p + 1] -= pull * ty
        right[p + 2] -= pull * tz
        right[q] += pull * tx
        right[q + 1] += pull * ty
        right[q + 2] += pull * tz
        xx, xy, xz = along * tx * tx + side, along * tx * ty, along * tx * tz
        yy, yz, zz = along * ty * ty + side, along * ty * tz, along * tz * tz + side
        for d in (p, q):
            band[d, 0] += xx
            band[d, 1] += xy
            band[d, 2] += xz
            band[d + 1, 0] += yy
            band[d + 1, 1] += yz
            band[d + 2, 0] += zz
        band[p, b] -= xx
        band[p, b + 1] -= xy
        band[p, b + 2] -= xz
        band[p + 1, b - 1] -= xy
        band[p + 1, b] -= yy
        band[p + 1, b + 1] -= yz
        band[p + 2, b - 2] -= xz
        band[p + 2, b - 1] -= yz
        band[p + 2, b] -= zz
    return energy
