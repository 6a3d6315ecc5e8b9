"""A chain against the wall: one-sided springs, and Coulomb friction returned onto its cone."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.line import Line
from angiosuite.physics.rods.lumen import NO_WALL_N_MM2, Lumen, find_gaps, gap_of

__all__ = ["add_contact", "given", "rub_walls", "stiffen", "touch_walls"]

STUCK = 0.3
"""Stiffness of what sticks to a wall over that of the wall."""
TIP_MM = 3.0
"""Length of wall that a tip presses, at least."""
ASIDE_MM = 0.3
"""How far to the side the wall's normal is asked for again, to see how round it is."""
FIRM_MM, FIRMER_MM = 1.0, 2.0
"""Indentation from which on a wall grows stiffer, and by how many times its stiffness a mm, over two."""


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def given(depth: float) -> tuple[float, float, float]:
    """What a wall answers to an indentation, over its stiffness: force, mm, its slope, its work, mm2.

    Notes
    -----
    **Model** ``F = k (d + a (d - d0)^2)`` beyond ``d0``: 1 mm, a = 2 / mm. **Source** arteries are soft until
    their collagen is stretched and then grow stiff steeply (Y. C. Fung, Biomechanics, 1993, ch. 8); the
    figures are this project's (draft). **Valid for** walls that are whole: what tears is not shown here. Held
    by ``tests/physics/rods/test_hard_hands.py``.
    """
    deep = max(depth, 0.0)
    over = max(depth - FIRM_MM, 0.0)
    square = FIRMER_MM * over * over
    return deep + square, 1.0 + 2.0 * FIRMER_MM * over, 0.5 * deep * deep + square * over / 3.0


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
        if gap[i] >= 0.0:
            share[i] = 0.0
            for c in range(3):
                tried[i, c], across[i, c] = 0.0, 0.0
            continue
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
        force, _, _ = given(-gap[i])
        bears = mu[i] * rub[i] * stiff[i] * force
        size = np.sqrt(fx * fx + fy * fy + fz * fz)
        share[i] = min(1.0, bears / size) if size > 1e-15 else 1.0


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def _find_roundness(nodes: int, line: Line, lumen: Lumen, across: NDArray, bent: NDArray) -> None:
    """How fast the wall's normal turns as a node goes aside, 1/mm; 0 where the wall bulges toward it."""
    x, shift, inward, hint, gap = line.x, line.shift, line.inward, line.hint, line.gap
    for i in range(2, nodes):
        bent[i] = 0.0
        if gap[i] >= 0.0:
            continue
        sx, sy, sz = across[i, 0], across[i, 1], across[i, 2]
        size = np.sqrt(sx * sx + sy * sy + sz * sz)
        if size < 1e-9:
            continue
        per = ASIDE_MM / size
        px, py, pz = x[i, 0] - shift[i, 0], x[i, 1] - shift[i, 1], x[i, 2] - shift[i, 2]
        px, py, pz = px + per * sx, py + per * sy, pz + per * sz
        in_tissue = line.wall[i] < NO_WALL_N_MM2
        _, nx, ny, nz, _ = gap_of(px, py, pz, lumen, in_tissue, hint[i])
        turn = (nx - inward[i, 0]) * sx + (ny - inward[i, 1]) * sy + (nz - inward[i, 2]) * sz
        bent[i] = max(-turn / (size * ASIDE_MM), 0.0)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def touch_walls(
    nodes: int, line: Line, lumen: Lumen, slides: NDArray, start: NDArray, turned: NDArray, stiff: NDArray,
    across: NDArray, tried: NDArray, share: NDArray, touching: NDArray, bent: NDArray,
) -> None:  # fmt: skip
    """Find what touches, how round the wall is there, and what friction would be: `tried` by `share`, N."""
    find_gaps(nodes, lumen, line.x, line.shift, line.outer, line.wall, line.hint, line.gap, line.inward)
    gap = line.gap
    for i in range(2, nodes):
        touching[i] = gap[i] < 0.0
    _try_friction(nodes, line, slides, start, turned, stiff, across, tried, share)
    _find_roundness(nodes, line, lumen, across, bent)


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def add_contact(
    first: int, nodes: int, tools: int, line: Line, stiff: NDArray, across: NDArray, tried: NDArray,
    share: NDArray, touching: NDArray, bent: NDArray, slips: bool, right: NDArray, band: NDArray,
) -> None:  # fmt: skip
    """Add walls and friction of touching nodes from `first` on to the linear system.

    With `slips` what slips is held across its way only, as friction holds it: near the answer that is found
    in a few passes however softly a chain bends. Otherwise it is held along its way too, by the friction over
    the slip; so it never jumps, and what is soft follows within some steps.

    Notes
    -----
    **Model** a wall that is round about a chain turns its push back as the chain goes aside: the force times
    `bent` stiffens it there. Without it a chain pressed into a tight lumen swings from side to side and no
    step settles. Held by ``tests/physics/rods/test_whip.py``.
    """
    b = 3 + tools
    held, inward, gap, skins = line.held, line.inward, line.gap, line.skin
    for i in range(first, nodes):
        if not touching[i]:
            continue
        d = b * i
        e = min(i, nodes - 2)
        t = b * e + 3 + skins[i]
        force, slope, _ = given(-gap[i])
        if gap[i] > 0.0:  # it comes to touch in this pass
            force = -gap[i]
        force, wall, kt = stiff[i] * force, stiff[i] * slope, STUCK * stiff[i] * share[i]
        slip = 0.0
        if slips and 0.0 < share[i] < 1.0:
            for r in range(3):
                slip += tried[i, r] * tried[i, r]
            slip = kt / slip
        rub, along, spin = 0.0, 0.0, 0.0
        for r in range(3):
            rub += tried[i, r] * across[i, r]
            spin += across[i, r] * across[i, r]
        along = slip * rub
        turns = max(force, 0.0) * bent[i] / spin if spin > 0.0 else 0.0
        for r in range(3):
            if held[i, r]:
                continue
            nr, way = inward[i, r], slip * tried[i, r]
            right[d + r] += share[i] * tried[i, r] + force * nr
            band[d + r, 0] += kt
            for c in range(r, 3):
                if not held[i, c]:
                    band[d + r, c - r] += (
                        (wall - kt) * nr * inward[i, c]
                        - way * tried[i, c]
                        + turns * across[i, r] * across[i, c]
                    )
        if held[e, 3 + skins[i]]:
            continue
        for r in range(3):
            if held[i, r]:
                continue
            couples = kt * across[i, r] - along * tried[i, r]
            if t > d:
                band[d + r, t - d - r] += couples
            else:
                band[t, d + r - t] += couples
        right[t] += share[i] * rub
        band[t, 0] += kt * spin - along * rub


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def rub_walls(
    nodes: int, line: Line, lumen: Lumen, slides: NDArray, start: NDArray, turned: NDArray, stiff: NDArray,
    across: NDArray, tried: NDArray, share: NDArray,
) -> None:  # fmt: skip
    """Write wall and friction forces of the place that was found."""
    find_gaps(nodes, lumen, line.x, line.shift, line.outer, line.wall, line.hint, line.gap, line.inward)
    _try_friction(nodes, line, slides, start, turned, stiff, across, tried, share)
    pressed, rubbed, gap = line.pressed, line.rubbed, line.gap
    for i in range(2, nodes):
        force, _, _ = given(-gap[i])
        pressed[i] = stiff[i] * force
        part = share[i]
        rubbed[i, 0], rubbed[i, 1], rubbed[i, 2] = part * tried[i, 0], part * tried[i, 1], part * tried[i, 2]
