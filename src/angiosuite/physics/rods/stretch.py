"""What stretching a chain of edges costs: gradient and matrix."""

from __future__ import annotations

from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.blocks import add_block, add_symmetric, add_vector, plus_square, vector, whole

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
    band: NDArray,  # float64 (dofs, columns): elements on and right of the diagonal are added
) -> float:
    """Add gradient and matrix of the energy of stretch; the energy, N mm."""
    b, columns, flat = 3 + tools, band.shape[1], band.reshape(-1)
    energy = 0.0
    for e in range(nodes - 1):
        strain, stiff = length[e] - rest[e], ea / rest[e]
        energy += 0.5 * stiff * strain * strain
        side = max(tension[e], 0.0) / length[e]
        way = vector(tangent, e)
        block = plus_square((side, 0.0, 0.0, side, 0.0, side), stiff - side, way)
        node, other = b * e, b * (e + 1)
        add_vector(right, node, -stiff * strain, way)
        add_vector(right, other, stiff * strain, way)
        add_symmetric(flat, node * columns, columns, block)
        add_symmetric(flat, other * columns, columns, block)
        add_block(flat, node * columns + b, columns, -1.0, whole(block))
    return energy
