"""Edges of a chain, and reference frames that are carried along them without twist."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.line import Line

__all__ = ["carried", "carry_frames", "edges", "laid_out"]


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def edges(x: NDArray, nodes: int, tangent: NDArray, length: NDArray) -> None:
    """Unit tangents and lengths of the edges."""
    for e in range(nodes - 1):
        dx, dy, dz = x[e + 1, 0] - x[e, 0], x[e + 1, 1] - x[e, 1], x[e + 1, 2] - x[e, 2]
        size = np.sqrt(dx * dx + dy * dy + dz * dz)
        length[e] = size
        per = 1.0 / size
        tangent[e, 0], tangent[e, 1], tangent[e, 2] = dx * per, dy * per, dz * per


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def carried(
    dx: float, dy: float, dz: float, ax: float, ay: float, az: float, bx: float, by: float, bz: float
) -> tuple[float, float, float]:
    """A vector carried from tangent a to tangent b without twist."""
    cx, cy, cz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    share = 1.0 / (1.0 + max(ax * bx + ay * by + az * bz, -0.999))
    ex, ey, ez = cy * dz - cz * dy, cz * dx - cx * dz, cx * dy - cy * dx
    fx, fy, fz = cy * ez - cz * ey, cz * ex - cx * ez, cx * ey - cy * ex
    return dx + ex + share * fx, dy + ey + share * fy, dz + ez + share * fz


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def carry_frames(before: NDArray, tangent: NDArray, director: NDArray, twist: NDArray, nodes: int) -> None:
    """Carry the directors of edges from their tangents before to those now; keep the twist between them.

    `twist[i]` is the angle from the director of edge i - 1, carried over node i, to that of edge i; it is
    followed continuously.
    """
    for e in range(nodes - 1):
        tx, ty, tz = tangent[e, 0], tangent[e, 1], tangent[e, 2]
        x, y, z = carried(
            director[e, 0],
            director[e, 1],
            director[e, 2],
            before[e, 0],
            before[e, 1],
            before[e, 2],
            tx,
            ty,
            tz,
        )
        along = x * tx + y * ty + z * tz
        x, y, z = x - along * tx, y - along * ty, z - along * tz
        per = 1.0 / np.sqrt(x * x + y * y + z * z)
        director[e, 0], director[e, 1], director[e, 2] = x * per, y * per, z * per
        before[e, 0], before[e, 1], before[e, 2] = tx, ty, tz
    for i in range(1, nodes - 1):
        a, b = i - 1, i
        x, y, z = carried(
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


def laid_out(nodes: int, line: Line) -> None:
    """Give edges the tangents of where the nodes are, and frames that go on from the first without twist."""
    length = np.empty(nodes)
    edges(line.x, nodes, line.tangent, length)
    for e in range(1, nodes - 1):
        line.director[e] = carried(*line.director[e - 1], *line.tangent[e - 1], *line.tangent[e])
        line.director[e] /= np.linalg.norm(line.director[e])
