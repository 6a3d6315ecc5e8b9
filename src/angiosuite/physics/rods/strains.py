"""What bending and twisting a chain of edges costs: gradient and Gauss-Newton matrix.

A chain has nodes x and, for every tool k, a turn theta_k of each edge against a reference frame that is
carried along without twist. Degrees of freedom stand node by node: x, y, z, then the turns of the edge that
follows.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.blocks import (
    Block,
    Symmetric,
    Vector,
    add_across,
    add_block,
    add_symmetric,
    add_vector,
    cross,
    dot,
    kernel,
    less,
    plus_outer,
    plus_square,
    scaled,
    sum_of,
    turned_over,
    vector,
    whole,
)
from angiosuite.physics.rods.frames import carried

__all__ = ["add_bending"]

Pair = tuple[Vector, Vector]
NO_SQUARE = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
NO_BLOCK = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@kernel
def _bow(a: Vector, c: Vector, per_a: float, per_c: float, sides: Vector, bent: float, mean: Vector) -> Pair:
    """How a component of the curvature binormal grows with the two edges beside a vertex, 1/mm.

    `sides` is the sum of the axes of the two edges that it is counted along; `bent` is the component.
    """
    return (
        sum_of(per_a, cross(c, sides), -per_a * bent, mean),
        sum_of(-per_c, cross(a, sides), -per_c * bent, mean),
    )


@kernel
def _add_vertex(
    flat: NDArray, right: NDArray, node: int, b: int, columns: int, ga: Vector, gc: Vector, aa: Symmetric,
    ac: Block, cc: Symmetric,
) -> None:  # fmt: skip
    """Add what is told of the two edges beside a vertex to the three nodes: (-a, a - c, c) each way."""
    down, one, two = b * columns, b, 2 * b
    at = node * columns
    add_vector(right, node, -1.0, ga)
    add_vector(right, node + one, 1.0, less(ga, gc))
    add_vector(right, node + two, 1.0, gc)
    a, c = whole(aa), whole(cc)
    add_symmetric(flat, at, columns, aa)
    add_block(flat, at + one, columns, 1.0, _differ(ac, a))
    add_block(flat, at + two, columns, -1.0, ac)
    add_symmetric(flat, at + down, columns, _between(aa, ac, cc))
    add_block(flat, at + down + one, columns, 1.0, _differ(ac, c))
    add_symmetric(flat, at + down + down, columns, cc)


@kernel
def _differ(a: Block, b: Block) -> Block:
    """``a - b``."""
    return (
        a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3], a[4] - b[4], a[5] - b[5], a[6] - b[6],
        a[7] - b[7], a[8] - b[8],
    )  # fmt: skip


@kernel
def _between(aa: Symmetric, ac: Block, cc: Symmetric) -> Symmetric:
    """``aa - ac - ac' + cc``: of the node between two edges."""
    return (
        aa[0] - 2.0 * ac[0] + cc[0], aa[1] - ac[1] - ac[3] + cc[1], aa[2] - ac[2] - ac[6] + cc[2],
        aa[3] - 2.0 * ac[4] + cc[3], aa[4] - ac[5] - ac[7] + cc[4], aa[5] - 2.0 * ac[8] + cc[5],
    )  # fmt: skip


@kernel
def _add_turn(flat: NDArray, at: int, j: int, b: int, columns: int, first: Pair, second: Pair) -> None:
    """Add how the turns of a tool, the j-th number of each edge, go with the three nodes."""
    down, turn = b * columns, j * columns + b - j
    (va, vc), (ua, uc) = first, second
    add_across(flat, at + j, columns, turned_over(va))
    add_vector(flat, at + turn, 1.0, less(va, vc))
    add_vector(flat, at + turn + b, 1.0, vc)
    add_across(flat, at + b + j, columns, turned_over(ua))
    add_across(flat, at + down + j, columns, less(ua, uc))
    add_vector(flat, at + down + turn, 1.0, uc)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def add_bending(
    nodes: int,
    tools: int,
    tangent: NDArray,  # float64 (nodes, 3)
    length: NDArray,  # float64 (nodes,), mm
    rest: NDArray,  # float64 (nodes,), mm
    director: NDArray,  # float64 (nodes, 3)
    twist: NDArray,  # float64 (nodes,): of the reference frame
    theta: NDArray,  # float64 (nodes, tools)
    ei: NDArray,  # float64 (nodes, tools), N mm2, at the vertices; 0 where a tool does not reach
    gj: NDArray,  # float64 (nodes, tools), N mm2
    bend: NDArray,  # float64 (nodes, tools, 2): curvature at rest, 1/mm
    right: NDArray,  # float64 (dofs,): the gradient is added
    band: NDArray,  # float64 (dofs, columns): elements on and right of the diagonal are added
) -> float:
    """Add gradient and matrix of the energy of bending and twist; the energy, N mm.

    Notes
    -----
    **Model** at each vertex and tool ``EI |k - cell k0|^2 / (2 cell) + GJ m^2 / (2 cell)``: k the curvature
    binormal in a frame that each edge has, turned by the mean of the tool's turns in both, m the twist. Every
    tool's axes are thus those of one frame, turned: the frame's two components grow with the two edges by
    pairs of vectors (a, c), in the three nodes (-a, a - c, c), and the matrix needs three blocks a vertex,
    however many tools there are. Turning a tool that is held far from its curve costs by the moment, so there
    that is added to the matrix, by its size. **Source** M. Bergou and others, ACM Trans. Graph. 29 (2010)
    116, but for the mean of turns, where it takes the mean of axes: that makes what is twisted softer. Held
    by ``tests/physics/rods/test_closed_forms.py`` (the gradient against differences of the energy).
    """
    b, columns, flat = 3 + tools, band.shape[1], band.reshape(-1)
    energy = 0.0
    for i in range(1, nodes - 1):
        per_a, per_c = 1.0 / length[i - 1], 1.0 / length[i]
        a, c = vector(tangent, i - 1), vector(tangent, i)
        chi = 1.0 / (1.0 + max(dot(a, c), -0.999))
        cell = 0.5 * (rest[i - 1] + rest[i]) if i > 1 else 0.5 * rest[i]  # the first edge is the clamp
        per = 1.0 / cell
        half, mean = scaled(chi, cross(a, c)), sum_of(chi, a, chi, c)  # half the binormal
        pa = vector(director, i - 1)
        pc = carried(*pa, *a, *c)
        qa, qc = cross(a, pa), cross(c, pc)
        onto_p, onto_q = 2.0 * dot(half, pa), 2.0 * dot(half, qa)
        oa, oc = _bow(a, c, per_a, per_c, sum_of(chi, qa, chi, qc), onto_q, mean)
        wa, wc = _bow(a, c, per_a, per_c, sum_of(-chi, pa, -chi, pc), -onto_p, mean)
        ha, hc = scaled(per_a, half), scaled(per_c, half)  # of twist
        node = b * (i - 1)
        at = node * columns
        bending, torsion, torque, along_o, along_w = 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(tools):
            if ei[i, k] <= 0.0:
                continue
            stiff, weight = gj[i, k] * per, ei[i, k] * per
            off = theta[i, k] - theta[i - 1, k] + twist[i]
            turn = theta[i - 1, k] + 0.5 * off
            cosine, sine = np.cos(turn), np.sin(turn)
            k1, k2 = cosine * onto_q - sine * onto_p, -cosine * onto_p - sine * onto_q
            f1, f2 = weight * (k1 - bend[i, k, 0] * cell), weight * (k2 - bend[i, k, 1] * cell)
            energy += 0.5 * (stiff * off * off + (f1 * f1 + f2 * f2) / weight)
            bending, torsion, torque = bending + weight, torsion + stiff, torque + stiff * off
            along_o += f1 * cosine - f2 * sine
            along_w += f1 * sine + f2 * cosine
            one, two = node + 3 + k, node + b + 3 + k
            moment = 0.5 * (f1 * k2 - f2 * k1)
            right[one] += moment - stiff * off
            right[two] += moment + stiff * off
            both = 0.25 * (weight * (k1 * k1 + k2 * k2) + abs(f1 * k1 + f2 * k2))
            flat[np.uint64(one * columns)] += both + stiff
            flat[np.uint64(one * columns + b)] += both - stiff
            flat[np.uint64(two * columns)] += both + stiff
            by_o, by_w = 0.5 * weight * (k2 * cosine + k1 * sine), 0.5 * weight * (k2 * sine - k1 * cosine)
            ma, mc = sum_of(by_o, oa, by_w, wa), sum_of(by_o, oc, by_w, wc)
            _add_turn(
                flat, at, 3 + k, b, columns,
                (sum_of(1.0, ma, -stiff, ha), sum_of(1.0, mc, -stiff, hc)),
                (sum_of(1.0, ma, stiff, ha), sum_of(1.0, mc, stiff, hc)),
            )  # fmt: skip
        _add_vertex(
            flat, right, node, b, columns,
            sum_of(1.0, sum_of(along_o, oa, along_w, wa), torque, ha),
            sum_of(1.0, sum_of(along_o, oc, along_w, wc), torque, hc),
            plus_square(plus_square(plus_square(NO_SQUARE, bending, oa), bending, wa), torsion, ha),
            plus_outer(plus_outer(plus_outer(NO_BLOCK, bending, oa, oc), bending, wa, wc), torsion, ha, hc),
            plus_square(plus_square(plus_square(NO_SQUARE, bending, oc), bending, wc), torsion, hc),
        )  # fmt: skip
    return energy
