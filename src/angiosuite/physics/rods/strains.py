"""What bending, twisting and stretching a chain of edges costs: gradient and Gauss-Newton matrix.

A chain has nodes x and, for every tool k, a turn theta_k of each edge against a reference frame that is carried
along without twist. Degrees of freedom stand node by node: x, y, z, then the turns of the edge that follows.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["add_strains", "carry_frames", "edges", "half_band"]


def half_band(tools: int) -> int:
    """Elements below the diagonal of a chain with so many tools."""
    return 2 * (3 + tools) + 2


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def edges(x: NDArray, nodes: int, tangent: NDArray, length: NDArray) -> None:
    """Unit tangents and lengths of the edges."""
    for e in range(nodes - 1):
        dx, dy, dz = x[e + 1, 0] - x[e, 0], x[e + 1, 1] - x[e, 1], x[e + 1, 2] - x[e, 2]
        size = np.sqrt(dx * dx + dy * dy + dz * dz)
        length[e] = size
        tangent[e, 0], tangent[e, 1], tangent[e, 2] = dx / size, dy / size, dz / size


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _carried(
    dx: float, dy: float, dz: float, ax: float, ay: float, az: float, bx: float, by: float, bz: float
) -> tuple[float, float, float]:
    """A vector carried from tangent a to tangent b without twist."""
    cx, cy, cz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    share = 1.0 / (1.0 + max(ax * bx + ay * by + az * bz, -0.999))
    ex, ey, ez = cy * dz - cz * dy, cz * dx - cx * dz, cx * dy - cy * dx
    fx, fy, fz = cy * ez - cz * ey, cz * ex - cx * ez, cx * ey - cy * ex
    return dx + ex + share * fx, dy + ey + share * fy, dz + ez + share * fz


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def carry_frames(
    before: NDArray, tangent: NDArray, director: NDArray, twist: NDArray, nodes: int
) -> None:
    """Carry the directors of edges from their tangents before to those now; keep the twist between them.

    `twist[i]` is the angle from the director of edge i - 1, carried over node i, to that of edge i; it is
    followed continuously.
    """
    for e in range(nodes - 1):
        x, y, z = _carried(
            director[e, 0], director[e, 1], director[e, 2],
            before[e, 0], before[e, 1], before[e, 2], tangent[e, 0], tangent[e, 1], tangent[e, 2],
        )  # fmt: skip
        along = x * tangent[e, 0] + y * tangent[e, 1] + z * tangent[e, 2]
        x, y, z = x - along * tangent[e, 0], y - along * tangent[e, 1], z - along * tangent[e, 2]
        size = np.sqrt(x * x + y * y + z * z)
        director[e, 0], director[e, 1], director[e, 2] = x / size, y / size, z / size
        before[e, 0], before[e, 1], before[e, 2] = tangent[e, 0], tangent[e, 1], tangent[e, 2]
    for i in range(1, nodes - 1):
        a, b = i - 1, i
        x, y, z = _carried(
            director[a, 0], director[a, 1], director[a, 2],
            tangent[a, 0], tangent[a, 1], tangent[a, 2], tangent[b, 0], tangent[b, 1], tangent[b, 2],
        )  # fmt: skip
        px, py, pz = director[b, 0], director[b, 1], director[b, 2]
        cosine = x * px + y * py + z * pz
        sx, sy, sz = y * pz - z * py, z * px - x * pz, x * py - y * px
        sine = sx * tangent[b, 0] + sy * tangent[b, 1] + sz * tangent[b, 2]
        angle = np.arctan2(sine, cosine)
        turns = np.floor((twist[i] - angle) / (2.0 * np.pi) + 0.5)
        twist[i] = angle + 2.0 * np.pi * turns


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def add_strains(
    nodes: int,
    tools: int,
    tangent: NDArray,  # float64 (nodes, 3)
    length: NDArray,  # float64 (nodes,), mm
    rest: NDArray,  # float64 (nodes,): rest length of the edge that follows each node, mm
    director: NDArray,  # float64 (nodes, 3)
    twist: NDArray,  # float64 (nodes,): of the reference frame
    theta: NDArray,  # float64 (nodes, tools)
    ea: float,  # N
    ei: NDArray,  # float64 (nodes, tools), N mm2, at the vertices; 0 where a tool does not reach
    gj: NDArray,  # float64 (nodes, tools), N mm2
    bend: NDArray,  # float64 (nodes, tools, 2): curvature at rest, 1/mm
    tension: NDArray,  # float64 (nodes,): last known tension of each edge, N
    right: NDArray,  # float64 (dofs,): the gradient is added
    band: NDArray,  # float64 (dofs, half band + 1): the matrix is added
) -> float:
    """Add gradient and matrix of the elastic energy; the energy, N mm."""
    b = 3 + tools
    energy = 0.0
    grad = np.empty((3, 3))
    for e in range(nodes - 1):
        strain = length[e] - rest[e]
        stiff = ea / rest[e]
        energy += 0.5 * stiff * strain * strain
        pull = stiff * strain
        side = max(tension[e], 0.0) / length[e]
        for r in range(3):
            right[b * e + r] -= pull * tangent[e, r]
            right[b * (e + 1) + r] += pull * tangent[e, r]
            for c in range(r + 1):
                value = (stiff - side) * tangent[e, r] * tangent[e, c]
                if r == c:
                    value += side
                band[b * e + r, r - c] += value
                band[b * (e + 1) + r, r - c] += value
            for c in range(3):
                value = (stiff - side) * tangent[e, r] * tangent[e, c]
                if r == c:
                    value += side
                band[b * (e + 1) + r, b + r - c] -= value
    at = np.empty(11, np.int64)
    full = np.empty((3, 11))
    weight, off = np.empty(3), np.empty(3)
    for i in range(1, nodes - 1):
        la, lb = length[i - 1], length[i]
        ax, ay, az = tangent[i - 1, 0], tangent[i - 1, 1], tangent[i - 1, 2]
        bx, by, bz = tangent[i, 0], tangent[i, 1], tangent[i, 2]
        chi = 1.0 + max(ax * bx + ay * by + az * bz, -0.999)
        cell = 0.5 * (rest[i - 1] + rest[i]) if i > 1 else 0.5 * rest[i]  # the first edge is the clamp
        kx, ky, kz = 2.0 * (ay * bz - az * by) / chi, 2.0 * (az * bx - ax * bz) / chi, 2.0 * (ax * by - ay * bx) / chi
        tx, ty, tz = (ax + bx) / chi, (ay + by) / chi, (az + bz) / chi
        pax, pay, paz = director[i - 1, 0], director[i - 1, 1], director[i - 1, 2]
        pbx, pby, pbz = director[i, 0], director[i, 1], director[i, 2]
        qax, qay, qaz = ay * paz - az * pay, az * pax - ax * paz, ax * pay - ay * pax
        qbx, qby, qbz = by * pbz - bz * pby, bz * pbx - bx * pbz, bx * pby - by * pbx
        for k in range(tools):
            if ei[i, k] <= 0.0:
                continue
            ca, sa = np.cos(theta[i - 1, k]), np.sin(theta[i - 1, k])
            cb, sb = np.cos(theta[i, k]), np.sin(theta[i, k])
            m1ax, m1ay, m1az = ca * pax + sa * qax, ca * pay + sa * qay, ca * paz + sa * qaz
            m2ax, m2ay, m2az = ca * qax - sa * pax, ca * qay - sa * pay, ca * qaz - sa * paz
            m1bx, m1by, m1bz = cb * pbx + sb * qbx, cb * pby + sb * qby, cb * pbz + sb * qbz
            m2bx, m2by, m2bz = cb * qbx - sb * pbx, cb * qby - sb * pby, cb * qbz - sb * pbz
            k1 = 0.5 * (kx * (m2ax + m2bx) + ky * (m2ay + m2by) + kz * (m2az + m2bz))
            k2 = -0.5 * (kx * (m1ax + m1bx) + ky * (m1ay + m1by) + kz * (m1az + m1bz))
            n1x, n1y, n1z = (m1ax + m1bx) / chi, (m1ay + m1by) / chi, (m1az + m1bz) / chi
            n2x, n2y, n2z = (m2ax + m2bx) / chi, (m2ay + m2by) / chi, (m2az + m2bz) / chi
            # first bend: along the edge before and the one after
            full[0, 0], full[0, 1], full[0, 2] = (
                (-k1 * tx + by * n2z - bz * n2y) / la,
                (-k1 * ty + bz * n2x - bx * n2z) / la,
                (-k1 * tz + bx * n2y - by * n2x) / la,
            )
            full[0, 8], full[0, 9], full[0, 10] = (
                (-k1 * tx - ay * n2z + az * n2y) / lb,
                (-k1 * ty - az * n2x + ax * n2z) / lb,
                (-k1 * tz - ax * n2y + ay * n2x) / lb,
            )
            full[1, 0], full[1, 1], full[1, 2] = (
                (-k2 * tx - by * n1z + bz * n1y) / la,
                (-k2 * ty - bz * n1x + bx * n1z) / la,
                (-k2 * tz - bx * n1y + by * n1x) / la,
            )
            full[1, 8], full[1, 9], full[1, 10] = (
                (-k2 * tx + ay * n1z - az * n1y) / lb,
                (-k2 * ty + az * n1x - ax * n1z) / lb,
                (-k2 * tz + ax * n1y - ay * n1x) / lb,
            )
            full[2, 0], full[2, 1], full[2, 2] = 0.5 * kx / la, 0.5 * ky / la, 0.5 * kz / la
            full[2, 8], full[2, 9], full[2, 10] = 0.5 * kx / lb, 0.5 * ky / lb, 0.5 * kz / lb
            full[0, 3] = -0.5 * (kx * m1ax + ky * m1ay + kz * m1az)
            full[0, 7] = -0.5 * (kx * m1bx + ky * m1by + kz * m1bz)
            full[1, 3] = -0.5 * (kx * m2ax + ky * m2ay + kz * m2az)
            full[1, 7] = -0.5 * (kx * m2bx + ky * m2by + kz * m2bz)
            full[2, 3], full[2, 7] = -1.0, 1.0
            for s in range(3):
                for c in range(3):
                    before, after = full[s, c], full[s, 8 + c]
                    full[s, c], full[s, 4 + c], full[s, 8 + c] = -before, before - after, after
            off[0], off[1] = k1 - bend[i, k, 0] * cell, k2 - bend[i, k, 1] * cell
            off[2] = theta[i, k] - theta[i - 1, k] + twist[i]
            weight[0] = weight[1] = ei[i, k] / cell
            weight[2] = gj[i, k] / cell
            for c in range(3):
                at[c], at[4 + c], at[8 + c] = b * (i - 1) + c, b * i + c, b * (i + 1) + c
            at[3], at[7] = b * (i - 1) + 3 + k, b * i + 3 + k
            for s in range(3):
                w, d = weight[s], off[s]
                energy += 0.5 * w * d * d
                for r in range(11):
                    right[at[r]] += w * d * full[s, r]
            for r in range(11):
                f0, f1, f2 = weight[0] * full[0, r], weight[1] * full[1, r], weight[2] * full[2, r]
                for c in range(r + 1):
                    value = f0 * full[0, c] + f1 * full[1, c] + f2 * full[2, c]
                    p, q = at[r], at[c]
                    if p >= q:
                        band[p, p - q] += value
                    else:
                        band[q, q - p] += value
    return energy
