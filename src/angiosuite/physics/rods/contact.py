"""A chain against the wall: one-sided springs, and Coulomb friction returned onto its cone."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.line import Line
from angiosuite.physics.rods.lumen import Lumen, find_gaps

__all__ = ["add_contact", "rub_walls", "stiffen", "touch_walls"]

STUCK = 0.3
"""Stiffness of what sticks to a wall over that of the wall."""
TIP_MM = 3.0
"""Length of wall that a tip presses, at least."""


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def stiffen(nodes: int, rest: NDArray, wall: NDArray, stiff: NDArray) -> None:
    """Stiffness of the wall at each node, N/mm: of the length of chain that it bears."""
    for i in range(2, nodes):
        cell = 0.5 * (rest[i - 1] + rest[i]) if i < nodes - 1 else max(0.5 * rest[i - 1], TIP_MM)
        stiff[i] = wall[i] * cell


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _try_friction(
    nodes: int, line: Line, slides: NDArray, start: NDArray, turned: NDArray, stiff: NDArray, across: NDArray,
    tried: NDArray, share: NDArray,
) -> None:  # fmt: skip
    """What friction on each node would be if nothing slipped, N, how its skin moves with its turn, mm/rad,
    and what share of that friction the wall's force bears."""
    x, drift, rubbed, inward, tangent = line.x, line.drift, line.rubbed, line.inward, line.tangent
    theta, skins, outer, mu, rub, gap = line.theta, line.skin, line.outer, line.mu, line.rub, line.gap
    for i in range(2, nodes):
        e = min(i, nodes - 2)
        skin = skins[i]
        kt = STUCK * stiff[i]
        nx, ny, nz = inward[i, 0], inward[i, 1], inward[i, 2]
        tx, ty, tz = tangent[e, 0], tangent[e, 1], tangent[e, 2]
        r = outer[i]
        sx, sy, sz = r * (tz * ny - ty * nz), r * (tx * nz - tz * nx), r * (ty * nx - tx * ny)
        spin = theta[e, skin] - turned[e, skin]
        along = slides[skin]
        fx = rubbed[i, 0] - kt * (x[i, 0] - start[i, 0] - drift[i, 0] + along * tx + spin * sx)
        fy = rubbed[i, 1] - kt * (x[i, 1] - start[i, 1] - drift[i, 1] + along * ty + spin * sy)
        fz = rubbed[i, 2] - kt * (x[i, 2] - start[i, 2] - drift[i, 2] + along * tz + spin * sz)
        off = fx * nx + fy * ny + fz * nz
        fx, fy, fz = fx - off * nx, fy - off * ny, fz - off * nz
        across[i, 0], across[i, 1], across[i, 2] = sx, sy, sz
        tried[i, 0], tried[i, 1], tried[i, 2] = fx, fy, fz
        bears = mu[i] * rub[i] * stiff[i] * max(-gap[i], 0.0)
        size = np.sqrt(fx * fx + fy * fy + fz * fz)
        share[i] = min(1.0, bears / size) if size > 1e-15 else 1.0


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def touch_walls(
    nodes: int, line: Line, lumen: Lumen, slides: NDArray, start: NDArray, turned: NDArray, stiff: NDArray,
    across: NDArray, tried: NDArray, share: NDArray, touching: NDArray,
) -> None:  # fmt: skip
    """Find what touches, and what friction would be there: `tried` times `share`, N."""
    find_gaps(nodes, lumen, line.x, line.shift, line.outer, line.hint, line.gap, line.inward)
    gap = line.gap
    for i in range(2, nodes):
        touching[i] = gap[i] < 0.0
    _try_friction(nodes, line, slides, start, turned, stiff, across, tried, share)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def add_contact(
    first: int, nodes: int, tools: int, line: Line, stiff: NDArray, across: NDArray, tried: NDArray,
    share: NDArray, touching: NDArray, right: NDArray, band: NDArray,
) -> None:  # fmt: skip
    """Add walls and friction of touching nodes from `first` on to the linear system."""
    b = 3 + tools
    held, inward, gap, skins = line.held, line.inward, line.gap, line.skin
    for i in range(first, nodes):
        if not touching[i]:
            continue
        d = b * i
        e = min(i, nodes - 2)
        t = b * e + 3 + skins[i]
        wall, kt = stiff[i], STUCK * stiff[i] * share[i]
        rub, spin = 0.0, 0.0
        for r in range(3):
            if held[i, r]:
                continue
            nr = inward[i, r]
            right[d + r] += share[i] * tried[i, r] - wall * gap[i] * nr
            band[d + r, 0] += kt
            for c in range(r, 3):
                if not held[i, c]:
                    band[d + r, c - r] += (wall - kt) * nr * inward[i, c]
        if held[e, 3 + skins[i]]:
            continue
        for r in range(3):
            rub += tried[i, r] * across[i, r]
            spin += across[i, r] * across[i, r]
            if held[i, r]:
                continue
            if t > d:
                band[d + r, t - d - r] += kt * across[i, r]
            else:
                band[t, d + r - t] += kt * across[i, r]
        right[t] += share[i] * rub
        band[t, 0] += kt * spin


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def rub_walls(
    nodes: int, line: Line, lumen: Lumen, slides: NDArray, start: NDArray, turned: NDArray, stiff: NDArray,
    across: NDArray, tried: NDArray, share: NDArray,
) -> None:  # fmt: skip
    """Write wall and friction forces of the place that was found."""
    find_gaps(nodes, lumen, line.x, line.shift, line.outer, line.hint, line.gap, line.inward)
    _try_friction(nodes, line, slides, start, turned, stiff, across, tried, share)
    pressed, rubbed, gap = line.pressed, line.rubbed, line.gap
    for i in range(2, nodes):
        pressed[i] = stiff[i] * max(-gap[i], 0.0)
        part = share[i]
        rubbed[i, 0], rubbed[i, 1], rubbed[i, 2] = part * tried[i, 0], part * tried[i, 1], part * tried[i, 2]
