"""Kernels of a coil's strand: bending about its rest curve, stretch, walls, itself, friction on both."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["TABLE", "carry_frames", "find_pairs", "find_walls", "relax"]

TABLE = 4096
"""Cells of the hash grid; more than one place may share a cell."""
SKIP = 3
"""Edges so near along the strand never count as touching."""


@njit(cache=True, nogil=True, error_model="numpy")
def find_walls(x: NDArray, first: int, last: int, awake: NDArray, ends: NDArray, seg: NDArray) -> None:
    """The piece of the lumen that each node which moves lies deepest in.

    Parameters
    ----------
    x : float64 (n, 3)
    first, last : int
        Nodes that are asked.
    awake : uint8 (n,)
    ends : float64 (segments, 8)
        Both ends of cones: point and radius, mm.
    seg : int64 (n,)
        Written.
    """
    for i in range(first, last):
        if not awake[i]:
            continue
        best, found = -1e9, 0
        for s in range(ends.shape[0]):
            ux, uy, uz = ends[s, 4] - ends[s, 0], ends[s, 5] - ends[s, 1], ends[s, 6] - ends[s, 2]
            wx, wy, wz = x[i, 0] - ends[s, 0], x[i, 1] - ends[s, 1], x[i, 2] - ends[s, 2]
            q = (wx * ux + wy * uy + wz * uz) / max(ux * ux + uy * uy + uz * uz, 1e-12)
            q = min(max(q, 0.0), 1.0)
            dx, dy, dz = wx - q * ux, wy - q * uy, wz - q * uz
            gap = ends[s, 3] + q * (ends[s, 7] - ends[s, 3]) - np.sqrt(dx * dx + dy * dy + dz * dz)
            if gap > best:
                best, found = gap, s
        seg[i] = found


@njit(cache=True, nogil=True, error_model="numpy")
def _cell(x: float, y: float, z: float, size: float) -> int:
    i, j, k = int(np.floor(x / size)), int(np.floor(y / size)), int(np.floor(z / size))
    return ((i * 73856093) ^ (j * 19349663) ^ (k * 83492791)) % TABLE


@njit(cache=True, nogil=True, error_model="numpy")
def _nearest(x: NDArray, i: int, j: int) -> tuple[float, float, float, float, float, float]:
    """Where two edges lie nearest: their shares, and from the second to the first, mm."""
    d1x, d1y, d1z = x[i + 1, 0] - x[i, 0], x[i + 1, 1] - x[i, 1], x[i + 1, 2] - x[i, 2]
    d2x, d2y, d2z = x[j + 1, 0] - x[j, 0], x[j + 1, 1] - x[j, 1], x[j + 1, 2] - x[j, 2]
    rx, ry, rz = x[i, 0] - x[j, 0], x[i, 1] - x[j, 1], x[i, 2] - x[j, 2]
    a = d1x * d1x + d1y * d1y + d1z * d1z + 1e-18
    e = d2x * d2x + d2y * d2y + d2z * d2z + 1e-18
    f = d2x * rx + d2y * ry + d2z * rz
    c = d1x * rx + d1y * ry + d1z * rz
    b = d1x * d2x + d1y * d2y + d1z * d2z
    low = a * e - b * b
    s = min(max((b * f - c * e) / low, 0.0), 1.0) if low > 1e-9 * a * e else 0.5
    t = (b * s + f) / e
    if t < 0.0:
        t, s = 0.0, min(max(-c / a, 0.0), 1.0)
    elif t > 1.0:
        t, s = 1.0, min(max((b - c) / a, 0.0), 1.0)
    dx, dy, dz = rx + s * d1x - t * d2x, ry + s * d1y - t * d2y, rz + s * d1z - t * d2z
    return s, t, dx, dy, dz, np.sqrt(dx * dx + dy * dy + dz * dz)


@njit(cache=True, nogil=True, error_model="numpy")
def find_pairs(
    x: NDArray, nodes: int, awake: NDArray, size: float, reach: float, starts: NDArray, order: NDArray,
    pair: NDArray, where: NDArray,
) -> int:  # fmt: skip
    """Edges of the strand that may touch; how many pairs.

    Parameters
    ----------
    x : float64 (n, 3)
    nodes : int
    awake : uint8 (n,)
        A pair of which nothing moves is left out.
    size, reach : float
        Cell of the grid, and within which distance edges are listed, mm.
    starts, order : int64 (TABLE + 1,), (n,)
        Room for the grid.
    pair : int64 (most, 2)
        Written: the edges.
    where : float64 (most, 6)
        Written: shares along both, the direction from the second to the first, and how far, mm.
    """
    edges = nodes - 1
    starts[:] = 0
    for i in range(edges):
        key = _cell(
            0.5 * (x[i, 0] + x[i + 1, 0]), 0.5 * (x[i, 1] + x[i + 1, 1]), 0.5 * (x[i, 2] + x[i + 1, 2]), size
        )
        starts[key + 1] += 1
    for k in range(TABLE):
        starts[k + 1] += starts[k]
    for i in range(edges - 1, -1, -1):
        key = _cell(
            0.5 * (x[i, 0] + x[i + 1, 0]), 0.5 * (x[i, 1] + x[i + 1, 1]), 0.5 * (x[i, 2] + x[i + 1, 2]), size
        )
        starts[key + 1] -= 1
        order[starts[key + 1]] = i
    # what `starts[key + 1]` tells now is where the cell begins; it ends where the next begins
    count, looked = 0, np.empty(27, np.int64)
    for i in range(edges):
        if not (awake[i] or awake[i + 1]):
            continue
        mx, my, mz = (
            0.5 * (x[i, 0] + x[i + 1, 0]), 0.5 * (x[i, 1] + x[i + 1, 1]), 0.5 * (x[i, 2] + x[i + 1, 2])
        )  # fmt: skip
        cells = 0
        for a in range(-1, 2):
            for b in range(-1, 2):
                for c in range(-1, 2):
                    key, known = _cell(mx + a * size, my + b * size, mz + c * size, size), False
                    for m in range(cells):
                        known = known or looked[m] == key
                    if known:
                        continue
                    looked[cells] = key
                    cells += 1
                    end = starts[key + 2] if key + 2 <= TABLE else edges
                    for n in range(starts[key + 1], end):
                        j = order[n]
                        if abs(i - j) < SKIP or (j > i and (awake[j] or awake[j + 1])):
                            continue
                        ax, ay, az = (
                            0.5 * (x[j, 0] + x[j + 1, 0]) - mx, 0.5 * (x[j, 1] + x[j + 1, 1]) - my,
                            0.5 * (x[j, 2] + x[j + 1, 2]) - mz,
                        )  # fmt: skip
                        if ax * ax + ay * ay + az * az > size * size:
                            continue
                        s, t, dx, dy, dz, off = _nearest(x, i, j)
                        if off > reach or off < 1e-9 or count >= pair.shape[0]:
                            continue
                        pair[count, 0], pair[count, 1] = i, j
                        where[count, 0], where[count, 1] = s, t
                        where[count, 2], where[count, 3], where[count, 4] = dx / off, dy / off, dz / off
                        where[count, 5] = off
                        count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _add(band: NDArray, i: int, j: int, c: int, d: int, value: float) -> None:
    """Add to the symmetric matrix at (node i, axis c) and (node j, axis d), j not before i."""
    row, column = 3 * i + c, 3 * j + d
    if column >= row:
        band[row, column - row] += value


@njit(cache=True, nogil=True, error_model="numpy")
def _bend(
    i: int, x: NDArray, director: NDArray, rest: NDArray, h: float, k: float, band: NDArray, push: NDArray
) -> None:
    """One node's bending: its second difference against that of the rest curve."""
    tx, ty, tz = x[i + 1, 0] - x[i - 1, 0], x[i + 1, 1] - x[i - 1, 1], x[i + 1, 2] - x[i - 1, 2]
    off = 1.0 / np.sqrt(tx * tx + ty * ty + tz * tz + 1e-18)
    tx, ty, tz = tx * off, ty * off, tz * off
    ux, uy, uz = director[i, 0], director[i, 1], director[i, 2]
    along = ux * tx + uy * ty + uz * tz
    ux, uy, uz = ux - along * tx, uy - along * ty, uz - along * tz
    off = 1.0 / np.sqrt(ux * ux + uy * uy + uz * uz + 1e-18)
    ux, uy, uz = ux * off, uy * off, uz * off
    vx, vy, vz = ty * uz - tz * uy, tz * ux - tx * uz, tx * uy - ty * ux
    a, b = rest[i, 0], rest[i, 1]
    t, aim, out, turn = np.empty(3), np.empty(3), np.empty(3), np.empty((3, 3))
    t[0], t[1], t[2] = tx, ty, tz
    aim[0], aim[1], aim[2] = a * ux + b * vx, a * uy + b * vy, a * uz + b * vz
    for c in range(3):
        out[c] = x[i - 1, c] + x[i + 1, c] - 2.0 * x[i, c] - h * h * aim[c]
        for d in range(3):
            turn[c, d] = 0.5 * h * t[c] * aim[d]  # the aim turns with the tangent
    for c in range(3):
        along = 0.0
        for d in range(3):
            along += turn[d, c] * out[d]
        push[i - 1, c] -= k * (out[c] - along)
        push[i + 1, c] -= k * (out[c] + along)
        push[i, c] += 2.0 * k * out[c]
        for d in range(3):
            both = 1.0 if c == d else 0.0
            square = 0.0
            for e in range(3):
                square += turn[e, c] * turn[e, d]
            _add(band, i - 1, i - 1, c, d, k * (both - turn[c, d] - turn[d, c] + square))
            _add(band, i + 1, i + 1, c, d, k * (both + turn[c, d] + turn[d, c] + square))
            _add(band, i, i, c, d, 4.0 * k * both)
            _add(band, i - 1, i, c, d, -2.0 * k * (both - turn[d, c]))
            _add(band, i, i + 1, c, d, -2.0 * k * (both + turn[c, d]))
            _add(band, i - 1, i + 1, c, d, k * (both + turn[c, d] - turn[d, c] - square))


@njit(cache=True, nogil=True, error_model="numpy")
def _stretch(i: int, x: NDArray, h: float, k: float, band: NDArray, push: NDArray) -> None:
    """One edge keeps its length."""
    d = x[i + 1] - x[i]
    off = np.sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) + 1e-12
    side = max(off - h, 0.0) * k / off
    for c in range(3):
        force = k * (h - off) * d[c] / off
        push[i, c] -= force
        push[i + 1, c] += force
        for e in range(3):
            value = (k - side) * d[c] * d[e] / (off * off) + (side if c == e else 0.0)
            _add(band, i, i, c, e, value)
            _add(band, i + 1, i + 1, c, e, value)
            band[3 * i + c, 3 + e - c] -= value


@njit(cache=True, nogil=True, error_model="numpy")
def _wall(
    i: int, x: NDArray, slid: NDArray, ends: NDArray, s: int, half: float, k: float, mu: float, creep: float,
    press: NDArray, band: NDArray, push: NDArray,
) -> None:  # fmt: skip
    """One node inside the lumen, and its friction on the wall."""
    ux, uy, uz = ends[s, 4] - ends[s, 0], ends[s, 5] - ends[s, 1], ends[s, 6] - ends[s, 2]
    wx, wy, wz = x[i, 0] - ends[s, 0], x[i, 1] - ends[s, 1], x[i, 2] - ends[s, 2]
    q = (wx * ux + wy * uy + wz * uz) / max(ux * ux + uy * uy + uz * uz, 1e-12)
    q = min(max(q, 0.0), 1.0)
    n = np.empty(3)
    n[0], n[1], n[2] = wx - q * ux, wy - q * uy, wz - q * uz
    off = np.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) + 1e-12
    press[i] = k * max(off + half - ends[s, 3] - q * (ends[s, 7] - ends[s, 3]), 0.0)
    if press[i] == 0.0:
        return
    n /= off
    rough = mu * press[i] / max(slid[i], creep)
    for c in range(3):
        push[i, c] -= press[i] * n[c]
        for e in range(3):
            _add(band, i, i, c, e, (k - rough) * n[c] * n[e] + (rough if c == e else 0.0))


@njit(cache=True, nogil=True, error_model="numpy")
def _tube(i: int, x: NDArray, tube: NDArray, half: float, k: float, band: NDArray, push: NDArray) -> None:
    """One node outside the catheter: `tube` is its tip, a point of its axis behind, and its radius."""
    n, u = np.empty(3), np.empty(3)
    size, dot = 0.0, 0.0
    for c in range(3):
        u[c] = tube[3 + c] - tube[c]
        n[c] = x[i, c] - tube[c]
        size += u[c] * u[c]
        dot += u[c] * n[c]
    q = min(max(dot / max(size, 1e-12), 0.0), 1.0)
    off = 0.0
    for c in range(3):
        n[c] -= q * u[c]
        off += n[c] * n[c]
    off = np.sqrt(off) + 1e-12
    force = k * (tube[6] + half - off)
    if force <= 0.0:
        return
    for c in range(3):
        push[i, c] += force * n[c] / off
        for e in range(3):
            _add(band, i, i, c, e, k * n[c] * n[e] / (off * off))


@njit(cache=True, nogil=True, error_model="numpy")
def _touch(
    p: int, x: NDArray, gone: NDArray, slid: NDArray, pair: NDArray, where: NDArray, thick: float, k: float,
    mu: float, creep: float, near: NDArray, band: NDArray, push: NDArray,
) -> None:  # fmt: skip
    """Two edges a wind apart, and their friction on each other.

    Each takes it that both go on as in the last step, so that what moves together does not hold itself up."""
    i, j, s, t = pair[p, 0], pair[p, 1], where[p, 0], where[p, 1]
    near[p] = k * max(thick - where[p, 5], 0.0)
    if near[p] == 0.0:
        return
    rough = mu * near[p] / max(max(slid[i], slid[j]), creep)
    for side in range(2):
        m, share = (i, s) if side == 0 else (j, t)
        o, other = (j, t) if side == 0 else (i, s)
        sign = 1.0 if side == 0 else -1.0
        out, own = 0.0, 0.0
        for e in range(3):
            out += where[p, 2 + e] * ((1.0 - other) * gone[o, e] + other * gone[o + 1, e])
            own += where[p, 2 + e] * ((1.0 - share) * gone[m, e] + share * gone[m + 1, e])
        across = sign * near[p] + k * (out + own)
        for c in range(3):
            along = (1.0 - other) * gone[o, c] + other * gone[o + 1, c]
            force = across * where[p, 2 + c] + rough * (along - out * where[p, 2 + c])
            push[m, c] += (1.0 - share) * force
            push[m + 1, c] += share * force
            for e in range(3):
                value = 2.0 * k * where[p, 2 + c] * where[p, 2 + e]
                value += rough * ((1.0 if c == e else 0.0) - where[p, 2 + c] * where[p, 2 + e])
                _add(band, m, m, c, e, (1.0 - share) * value)
                _add(band, m + 1, m + 1, c, e, share * value)


@njit(cache=True, nogil=True, error_model="numpy")
def _solve(band: NDArray, push: NDArray, first: int, last: int) -> None:
    """Cholesky within the band, rows from first to last; `push` becomes the answer."""
    width = band.shape[1] - 1
    for r in range(first, last):
        root = 1.0 / np.sqrt(band[r, 0])
        reach = min(width, last - 1 - r)
        for d in range(reach + 1):
            band[r, d] *= root
        for d in range(1, reach + 1):
            value = band[r, d]
            if value != 0.0:
                for e in range(d, reach + 1):
                    band[r + d, e - d] -= value * band[r, e]
    for r in range(first, last):
        push[r] /= band[r, 0]
        for d in range(1, min(width, last - 1 - r) + 1):
            push[r + d] -= band[r, d] * push[r]
    for r in range(last - 1, first - 1, -1):
        for d in range(1, min(width, last - 1 - r) + 1):
            push[r] -= band[r, d] * push[r + d]
        push[r] /= band[r, 0]


@njit(cache=True, nogil=True, error_model="numpy")
def relax(
    x: NDArray, free: int, nodes: int, awake: NDArray, gives: float, h: float, ei: float, hard: float,
    soft: float, director: NDArray, rest: NDArray, ends: NDArray, seg: NDArray, thick: float, mu_wall: float,
    mu_self: float, creep: float, pairs: int, pair: NDArray, where: NDArray, most: float, flow: NDArray,
    tube: NDArray, gone: NDArray, slid: NDArray, pull: NDArray, press: NDArray, near: NDArray,
) -> None:  # fmt: skip
    """One implicit step of the strand: forces in balance with its drag.

    Parameters
    ----------
    x : float64 (n, 3)
        Moved.
    free, nodes : int
        How many are out, and how many are looked at; those between are held.
    awake : uint8 (n,)
    gives : float
        How far a node moves in the step for 1 N, mm/N.
    h, ei, hard, soft : float
        Length of an edge, mm; N mm2; stiffness of edges and wall, and of contact, N/mm.
    director, rest : float64 (n, 3), (n, 2)
        Across the strand, and its curvature at rest along that and across both, 1/mm.
    ends, seg : float64 (segments, 8), int64 (n,)
        The lumen, and in which piece of it each node lies.
    thick, mu_wall, mu_self, creep : float
        Of the wind, mm; of friction; below which step it is viscous, mm.
    pairs, pair, where
        Of `find_pairs`.
    most : float
        How far a node moves in a step at most, mm.
    flow : float64 (n, 3)
        What the blood drags each node with, N.
    tube : float64 (7,)
        Tip of the catheter, a point of its axis behind it, and its radius, mm; 0 for none.
    gone, slid : float64 (n, 3), (n,)
        How far nodes moved in the last step; written.
    pull, press, near : float64 (n,), (n,), (most pairs,)
        Written: what edges are pressed with, what presses on the wall and between edges, N.
    """
    low = 0
    while low < free and not awake[low]:
        low += 1
    low = max(low - 2, 0)
    band, push = np.zeros((3 * nodes, 9)), np.zeros((nodes, 3))
    for i in range(low, nodes):
        if 0 < i < nodes - 1:
            _bend(i, x, director, rest, h, ei / (h * h * h), band, push)
        if i < nodes - 1:
            _stretch(i, x, h, hard, band, push)
        if i < free and awake[i]:
            _wall(i, x, slid, ends, seg[i], 0.5 * thick, hard, mu_wall, creep, press, band, push)
            if tube[6] > 0.0 and (free - i) * h > tube[6] + 2.0 * thick:
                _tube(i, x, tube, 0.5 * thick, hard, band, push)
        for c in range(3):
            band[3 * i + c, 0] += 1.0 / gives
            push[i, c] += flow[i, c]
    for p in range(pairs):
        _touch(p, x, gone, slid, pair, where, thick, soft, mu_self, creep, near, band, push)
    for i in range(nodes):  # what is held or lies still goes nowhere
        if i < free and awake[i]:
            continue
        for c in range(3):
            row = 3 * i + c
            band[row] = 0.0
            band[row, 0] = 1.0
            push[i, c] = 0.0
            for d in range(1, 9):
                if row - d >= 0:
                    band[row - d, d] = 0.0
    answer = push.ravel()
    _solve(band, answer, 3 * low, 3 * free)
    for i in range(free):
        if not awake[i] or i < low:
            gone[i], slid[i] = 0.0, 0.0
            continue
        size = np.sqrt(push[i, 0] ** 2 + push[i, 1] ** 2 + push[i, 2] ** 2)
        share = most / size if size > most else 1.0
        for c in range(3):
            gone[i, c] = share * push[i, c]
            x[i, c] += gone[i, c]
        slid[i] = share * size
    for i in range(low, nodes - 1):
        off = 0.0
        for c in range(3):
            off += (x[i + 1, c] - x[i, c]) ** 2
        pull[i] = hard * (h - np.sqrt(off))


@njit(cache=True, nogil=True, error_model="numpy")
def carry_frames(
    x: NDArray, director: NDArray, rest: NDArray, free: int, nodes: int, awake: NDArray, own: float,
    lean: float, rounds: int,
) -> None:  # fmt: skip
    """Directors follow the strand, share its twist with their neighbours, and turn to where it is bent.

    Parameters
    ----------
    x, director : float64 (n, 3)
    rest : float64 (n, 2)
    free, nodes : int
        Nodes from `free` on keep theirs.
    awake : uint8 (n,)
    own : float
        Weight of a node's own director: its inertness.
    lean : float
        Stiffness against bending over that against twist.
    rounds : int
    """
    new = np.empty(3)
    for turn in range(rounds):
        for n in range(free):
            i = n if turn % 2 else free - 1 - n
            if not awake[i]:
                continue
            a, b = max(i - 1, 0), min(i + 1, nodes - 1)
            tx, ty, tz = x[b, 0] - x[a, 0], x[b, 1] - x[a, 1], x[b, 2] - x[a, 2]
            off = 1.0 / np.sqrt(tx * tx + ty * ty + tz * tz + 1e-18)
            tx, ty, tz = tx * off, ty * off, tz * off
            new[:] = own * director[i]
            for side in range(2):
                m = a if side == 0 else b
                if m == i:
                    continue
                # the neighbour's director, carried along the bend between the two tangents
                p, q = max(m - 1, 0), min(m + 1, nodes - 1)
                sx, sy, sz = x[q, 0] - x[p, 0], x[q, 1] - x[p, 1], x[q, 2] - x[p, 2]
                off = 1.0 / np.sqrt(sx * sx + sy * sy + sz * sz + 1e-18)
                sx, sy, sz = sx * off, sy * off, sz * off
                cx, cy, cz = sy * tz - sz * ty, sz * tx - sx * tz, sx * ty - sy * tx
                cosine = sx * tx + sy * ty + sz * tz
                ux, uy, uz = director[m, 0], director[m, 1], director[m, 2]
                dot = (cx * ux + cy * uy + cz * uz) / max(1.0 + cosine, 1e-6)
                new[0] += cosine * ux + cy * uz - cz * uy + dot * cx
                new[1] += cosine * uy + cz * ux - cx * uz + dot * cy
                new[2] += cosine * uz + cx * uy - cy * ux + dot * cz
            if 0 < i < nodes - 1:  # the rest's direction, seen from the director, is laid on the bend
                kx, ky, kz = (
                    x[a, 0] + x[b, 0] - 2.0 * x[i, 0], x[a, 1] + x[b, 1] - 2.0 * x[i, 1],
                    x[a, 2] + x[b, 2] - 2.0 * x[i, 2],
                )  # fmt: skip
                new[0] += lean * (rest[i, 0] * kx - rest[i, 1] * (ty * kz - tz * ky))
                new[1] += lean * (rest[i, 0] * ky - rest[i, 1] * (tz * kx - tx * kz))
                new[2] += lean * (rest[i, 0] * kz - rest[i, 1] * (tx * ky - ty * kx))
            along = new[0] * tx + new[1] * ty + new[2] * tz
            new[0] -= along * tx
            new[1] -= along * ty
            new[2] -= along * tz
            size = np.sqrt(new[0] ** 2 + new[1] ** 2 + new[2] ** 2)
            if size > 1e-6:
                director[i] = new / size
