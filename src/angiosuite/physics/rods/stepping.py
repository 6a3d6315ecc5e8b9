"""One implicit step of a chain in a lumen: Newton on the banded matrix, walls by an inner active set."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.rods.banded import factor, solve
from angiosuite.physics.rods.bricks import gap_in_bricks
from angiosuite.physics.rods.capsules import gap_in_capsules
from angiosuite.physics.rods.strains import add_strains, carry_frames, edges

__all__ = ["step"]

#: Passes of the active set in one Newton pass.
PASSES = 6


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def step(
    nodes: int,
    tools: int,
    x: NDArray,  # float64 (nodes, 3), mm; moves
    velocity: NDArray,  # float64 (nodes, 3), mm/s; new one written
    theta: NDArray,  # float64 (nodes, tools); turns
    director: NDArray,  # float64 (nodes, 3); carried along
    twist: NDArray,  # float64 (nodes,); followed
    tangent: NDArray,  # float64 (nodes, 3): of the directors; follows
    rest: NDArray,  # float64 (nodes,), mm
    mass: NDArray,  # float64 (nodes,), kg
    ea: float,
    ei: NDArray,
    gj: NDArray,
    bend: NDArray,
    tension: NDArray,  # float64 (nodes,); written
    load: NDArray,  # float64 (nodes, 3): forces from outside, N
    held: NDArray,  # bool (dofs,): what does not move in this step
    seconds: float,
    feed_mm: float,  # how far the leading tool slid in
    drag: float,  # N s/mm a node, on what is not sliding
    wall: NDArray,  # float64 (points, 4): centre line and radius of the lumen; none with no points
    hint: NDArray,  # int64 (nodes,): segment that each node was next to; written
    corner: NDArray,  # float64 (3,): of the bricks of a lumen, see `bricks`
    cell: float,
    place: NDArray,  # int32 (x, y, z); none where there are no bricks
    bricks: NDArray,  # float32 (bricks, 9, 9, 9)
    outer: NDArray,  # float64 (nodes,): radius of the outermost tool, mm
    stiff: NDArray,  # float64 (nodes,): of the wall, N/mm
    mu: NDArray,  # float64 (nodes,): friction
    stuck: float,  # stiffness of what sticks over that of the wall
    rubbed: NDArray,  # float64 (nodes, 3): friction force on each node, N; new one written
    pressed: NDArray,  # float64 (nodes,): wall force on each node, N; written
    stop_mm: float,
    most: int,
) -> tuple[int, float]:
    """Newton passes that it took, and how far the last one still moved a node, mm."""
    b = 3 + tools
    dofs = b * nodes
    start = x[:nodes].copy()
    turned = theta[:nodes].copy()
    length, now = np.empty(nodes), np.empty((nodes, 3))
    if feed_mm != 0.0:
        edges(x, nodes, now, length)
        for i in range(2, nodes):
            for c in range(3):
                along = now[i - 1, c] if i == nodes - 1 else 0.5 * (now[i - 1, c] + now[i, c])
                x[i, c] += feed_mm * along
    slid = x[:nodes].copy()
    right, band = np.empty(dofs), np.empty((dofs, 2 * b + 3))
    work, answer = np.empty_like(band), np.empty(dofs)
    gap, inward = np.full(nodes, 1e9), np.zeros((nodes, 3))
    touching = np.zeros(nodes, np.bool_)
    tried = np.zeros((nodes, 3))
    across = np.zeros((nodes, 3))
    cut = np.zeros(nodes)
    per_s = 1.0 / seconds
    moved, passes = 1e9, 0
    baked = place.shape[0] > 0
    walled = baked or wall.shape[0] > 1
    for passes in range(1, most + 1):
        edges(x, nodes, now, length)
        carry_frames(tangent, now, director, twist, nodes)
        for d in range(dofs):
            right[d] = 0.0
            for k in range(2 * b + 3):
                band[d, k] = 0.0
        add_strains(
            nodes, tools, tangent, length, rest, director, twist, theta, ea, ei, gj, bend, tension, right, band
        )
        for i in range(nodes):
            heavy = mass[i] * 1e-3 * per_s * per_s
            for c in range(3):
                d = b * i + c
                right[d] += heavy * (x[i, c] - start[i, c] - seconds * velocity[i, c])
                right[d] += drag * per_s * (x[i, c] - slid[i, c]) - load[i, c]
                band[d, 0] += heavy + drag * per_s
            for k in range(tools):
                band[b * i + 3 + k, 0] += 1e-9
        if walled:
            for i in range(2, nodes):
                if baked:
                    g, nx, ny, nz = gap_in_bricks(x[i, 0], x[i, 1], x[i, 2], corner, cell, place, bricks)
                else:
                    g, nx, ny, nz, hint[i] = gap_in_capsules(x[i, 0], x[i, 1], x[i, 2], wall, hint[i])
                gap[i] = g - outer[i]
                inward[i, 0], inward[i, 1], inward[i, 2] = nx, ny, nz
                touching[i] = gap[i] < 0.0
                # what friction would be if nothing slipped, and how much of it there is
                e = min(i, nodes - 2)
                tx, ty, tz = tangent[e, 0], tangent[e, 1], tangent[e, 2]
                sx, sy, sz = -(ty * nz - tz * ny), -(tz * nx - tx * nz), -(tx * ny - ty * nx)
                across[i, 0], across[i, 1], across[i, 2] = sx * outer[i], sy * outer[i], sz * outer[i]
                spin = theta[e, tools - 1] - turned[e, tools - 1]
                ux = x[i, 0] - start[i, 0] + spin * across[i, 0]
                uy = x[i, 1] - start[i, 1] + spin * across[i, 1]
                uz = x[i, 2] - start[i, 2] + spin * across[i, 2]
                off = ux * nx + uy * ny + uz * nz
                kt = stuck * stiff[i]
                ox = rubbed[i, 0] * nx + rubbed[i, 1] * ny + rubbed[i, 2] * nz
                tried[i, 0] = rubbed[i, 0] - ox * nx - kt * (ux - off * nx)
                tried[i, 1] = rubbed[i, 1] - ox * ny - kt * (uy - off * ny)
                tried[i, 2] = rubbed[i, 2] - ox * nz - kt * (uz - off * nz)
                size = np.sqrt(tried[i, 0] ** 2 + tried[i, 1] ** 2 + tried[i, 2] ** 2)
                bears = mu[i] * stiff[i] * max(-gap[i], 0.0)
                cut[i] = min(1.0, bears / size) if size > 1e-15 else 1.0
        for again in range(PASSES):
            for d in range(dofs):
                answer[d] = -right[d]
                for k in range(2 * b + 3):
                    work[d, k] = band[d, k]
            if walled:
                for i in range(2, nodes):
                    if not touching[i]:
                        continue
                    kt = stuck * stiff[i] * cut[i]
                    d = b * i
                    e = min(i, nodes - 2)
                    own = e == i
                    t = d + 3 + tools - 1
                    for r in range(3):
                        answer[d + r] -= stiff[i] * gap[i] * inward[i, r] - cut[i] * tried[i, r]
                        for c in range(r + 1):
                            flat = -inward[i, r] * inward[i, c] + (1.0 if r == c else 0.0)
                            work[d + r, r - c] += stiff[i] * inward[i, r] * inward[i, c] + kt * flat
                    if own:
                        rub = 0.0
                        for c in range(3):
                            rub += tried[i, c] * across[i, c]
                            work[t, t - d - c] += kt * across[i, c]
                        answer[t] += cut[i] * rub
                        work[t, 0] += kt * outer[i] * outer[i]
            for d in range(dofs):
                if held[d]:
                    answer[d] = 0.0
                    for k in range(1, 2 * b + 3):
                        if d - k >= 0:
                            work[d, k] = 0.0
                        if d + k < dofs:
                            work[d + k, k] = 0.0
                    work[d, 0] = 1.0
            factor(work, dofs)
            solve(work, dofs, answer)
            changed = False
            if walled:
                for i in range(2, nodes):
                    d = b * i
                    then = gap[i] + inward[i, 0] * answer[d] + inward[i, 1] * answer[d + 1] + inward[i, 2] * answer[d + 2]
                    if (then < 0.0) != touching[i]:
                        touching[i] = then < 0.0
                        changed = True
            if not changed:
                break
        moved = 0.0
        for i in range(nodes):
            far = 0.0
            for c in range(3):
                x[i, c] += answer[b * i + c]
                far += answer[b * i + c] ** 2
            moved = max(moved, far)
            for k in range(tools):
                theta[i, k] += answer[b * i + 3 + k]
        moved = np.sqrt(moved)
        for e in range(nodes - 1):
            size = 0.0
            for c in range(3):
                size += (x[e + 1, c] - x[e, c]) ** 2
            tension[e] = ea * (np.sqrt(size) / rest[e] - 1.0)
        if moved < stop_mm:
            break
    edges(x, nodes, now, length)
    carry_frames(tangent, now, director, twist, nodes)
    for i in range(nodes):
        pressed[i] = 0.0
        for c in range(3):
            velocity[i, c] = (x[i, c] - start[i, c]) * per_s
        if walled and i >= 2:
            if baked:
                g, nx, ny, nz = gap_in_bricks(x[i, 0], x[i, 1], x[i, 2], corner, cell, place, bricks)
            else:
                g, nx, ny, nz, hint[i] = gap_in_capsules(x[i, 0], x[i, 1], x[i, 2], wall, hint[i])
            g -= outer[i]
            pressed[i] = stiff[i] * max(-g, 0.0)
            e = min(i, nodes - 2)
            spin = theta[e, tools - 1] - turned[e, tools - 1]
            ux = x[i, 0] - start[i, 0] + spin * across[i, 0]
            uy = x[i, 1] - start[i, 1] + spin * across[i, 1]
            uz = x[i, 2] - start[i, 2] + spin * across[i, 2]
            off = ux * nx + uy * ny + uz * nz
            was = rubbed[i, 0] * nx + rubbed[i, 1] * ny + rubbed[i, 2] * nz
            kt = stuck * stiff[i]
            fx = rubbed[i, 0] - was * nx - kt * (ux - off * nx)
            fy = rubbed[i, 1] - was * ny - kt * (uy - off * ny)
            fz = rubbed[i, 2] - was * nz - kt * (uz - off * nz)
            size = np.sqrt(fx * fx + fy * fy + fz * fz)
            share = min(1.0, mu[i] * pressed[i] / size) if size > 1e-15 else 0.0
            rubbed[i, 0], rubbed[i, 1], rubbed[i, 2] = share * fx, share * fy, share * fz
    return passes, moved
