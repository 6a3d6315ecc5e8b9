"""Straight pieces of tubes in one view: what a ray needs to know of each, and where their shadows fall."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Columns of the table of pieces; S is the source, a the piece's first node, u its axis.
AXIS, GAP, GAP_ALONG, RADIUS, SLOPE, QQ = 0, 3, 6, 7, 8, 9
FIRST, FIRST_GAP, LAST, LAST_GAP, QQ_MEAN, LENGTH, REACH = 10, 13, 14, 17, 18, 19, 20
MOMENT, START, PIXEL_MM, COLUMNS = 21, 24, 25, 26
#: A pixel is kept as one number: its row shifted by so many bits, plus its column.
ROW_BITS = 16


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def dot(piece: NDArray, at: int, x: float, y: float, z: float) -> float:
    """Scalar product of three columns of a piece with a vector."""
    return float(piece[at] * x + piece[at + 1] * y + piece[at + 2] * z)


@njit(cache=True, nogil=True, error_model="numpy")
def _axis(nodes: NDArray, ends: NDArray, p: int) -> tuple[float, float, float, float]:
    """Unit axis of a piece and its length, mm."""
    i, j = ends[p, 0], ends[p, 1]
    x, y, z = nodes[j, 0] - nodes[i, 0], nodes[j, 1] - nodes[i, 1], nodes[j, 2] - nodes[i, 2]
    length = np.sqrt(x * x + y * y + z * z)
    if length < 1e-9:
        return 0.0, 0.0, 1.0, 1e-9
    return x / length, y / length, z / length, length


@njit(cache=True, nogil=True, error_model="numpy")
def _plane(nodes: NDArray, ends: NDArray, row: NDArray, other: int, at: int) -> None:
    """Unit normal of the plane between a piece and another (bisecting; -1 cuts square), written to `row`."""
    x, y, z = row[AXIS], row[AXIS + 1], row[AXIS + 2]
    if other >= 0:
        u, v, w, _ = _axis(nodes, ends, other)
        u, v, w = x + u, y + v, z + w
        size = np.sqrt(u * u + v * v + w * w)
        if size > 1e-6:
            x, y, z = u / size, v / size, w / size
    row[at], row[at + 1], row[at + 2] = x, y, z


@njit(cache=True, nogil=True, error_model="numpy")
def tabulate(
    nodes: NDArray,  # float64 (nodes, 3), mm
    ends: NDArray,  # int64 (pieces, 2): first and second node of each piece
    radii: NDArray,  # float64 (pieces, 2): radius at both ends, mm
    joints: NDArray,  # int64 (pieces, 2): piece before, piece after; -1 for none
    wanted: NDArray,  # bool (pieces,): pieces that are asked for
    view: NDArray,  # float64 (7, 3): source; rows of the map to (row z, column z, z); unit normal; sizes
    table: NDArray,  # float64 (pieces, COLUMNS); written
    boxes: NDArray,  # int64 (pieces, 4): windows of the detector that hold the pieces; written
) -> None:
    """The table of pieces as the rays read it, and the windows of their shadows.

    `view` ends with (mm a row, mm a column, source to detector in mm), then rows and columns in its last row.
    """
    down, right, away = view[5, 0], view[5, 1], view[5, 2]
    for p in range(len(ends)):
        if not wanted[p]:
            continue
        row = table[p]
        ra, rb = radii[p, 0], radii[p, 1]
        row[AXIS], row[AXIS + 1], row[AXIS + 2], length = _axis(nodes, ends, p)
        along, square, depth = 0.0, 0.0, 0.0
        for k in range(3):
            gap = view[0, k] - nodes[ends[p, 0], k]
            row[GAP + k] = gap
            along += gap * row[AXIS + k]
            square += gap * gap
            depth += gap * view[4, k]
        for k in range(3):
            i, j = (k + 1) % 3, (k + 2) % 3
            row[MOMENT + k] = row[AXIS + i] * row[GAP + j] - row[AXIS + j] * row[GAP + i]
        slope = (rb - ra) / length
        radius = ra + slope * along
        across = square - along * along
        shrink = max(depth, 1.0) / away
        reach = max(ra, rb) * 1.02 + 0.57 * np.sqrt(down * down + right * right) * shrink
        row[GAP_ALONG], row[RADIUS], row[SLOPE], row[QQ] = along, radius, slope, across - radius * radius
        row[QQ_MEAN], row[LENGTH], row[REACH] = (
            across - (0.5 * (ra + rb)) ** 2,
            length,
            across - reach * reach,
        )
        row[START], row[PIXEL_MM] = ra, shrink * max(down, right)
        _plane(nodes, ends, row, joints[p, 0], FIRST)
        row[FIRST_GAP] = dot(row, FIRST, row[GAP], row[GAP + 1], row[GAP + 2])
        _plane(nodes, ends, row, joints[p, 1], LAST)
        row[LAST_GAP] = dot(
            row, LAST,
            row[GAP] - length * row[AXIS],
            row[GAP + 1] - length * row[AXIS + 1],
            row[GAP + 2] - length * row[AXIS + 2],
        )  # fmt: skip
        _box(row, radii[p], view, boxes[p])


@njit(cache=True, nogil=True, error_model="numpy")
def _box(piece: NDArray, radii: NDArray, view: NDArray, box: NDArray) -> None:
    """Window (row0, row1, column0, column1) that holds a piece: its two end discs, cut as the planes are.

    A disc of radius r whose normal n leans from the axis u reaches ``r (sqrt(1 - m^2) + |n x u| / n.u)``
    along a direction in which u has the share m.
    """
    low0, low1, high0, high1 = 1e18, 1e18, -1e18, -1e18
    box[0], box[1], box[2], box[3] = 0, 0, 0, 0
    ux, uy, uz = piece[AXIS], piece[AXIS + 1], piece[AXIS + 2]
    for end in range(2):
        plane, along = (FIRST, 0.0) if end == 0 else (LAST, piece[LENGTH])
        cosine = max(dot(piece, plane, ux, uy, uz), 0.2)
        lean = np.sqrt(max(1.0 - cosine * cosine, 0.0)) / cosine
        x, y, z = along * ux - piece[GAP], along * uy - piece[GAP + 1], along * uz - piece[GAP + 2]
        far = view[3, 0] * x + view[3, 1] * y + view[3, 2] * z  # depth over source to detector
        if far <= 1e-9:
            return
        size = radii[end] / far
        for axis in range(2):
            # how a step in space moves the shadow: the map's row less the shadow's place times depth
            place = (view[1 + axis, 0] * x + view[1 + axis, 1] * y + view[1 + axis, 2] * z) / far
            mx = view[1 + axis, 0] - place * view[3, 0]
            my = view[1 + axis, 1] - place * view[3, 1]
            mz = view[1 + axis, 2] - place * view[3, 2]
            whole = mx * mx + my * my + mz * mz
            part = mx * ux + my * uy + mz * uz
            grow = size * (np.sqrt(max(whole - part * part, 0.0)) + lean * abs(part)) * 1.02 + 0.3
            if axis == 0:
                low0, high0 = min(low0, place - grow), max(high0, place + grow)
            else:
                low1, high1 = min(low1, place - grow), max(high1, place + grow)
    row0, row1 = max(np.floor(low0), 0.0), min(np.ceil(high0) + 1.0, view[6, 0])
    column0, column1 = max(np.floor(low1), 0.0), min(np.ceil(high1) + 1.0, view[6, 1])
    if row1 > row0 and column1 > column0:
        box[0], box[1], box[2], box[3] = int(row0), int(row1), int(column0), int(column1)


@njit(cache=True, nogil=True, error_model="numpy")
def _apart(a: NDArray, b: NDArray, c: NDArray, d: NDArray) -> float:
    """Least distance of the segments ab and cd, mm."""
    u, v, w = b - a, d - c, a - c
    uu, uv, vv = (u * u).sum(), (u * v).sum(), (v * v).sum()
    uw, vw = (u * w).sum(), (v * w).sum()
    det = uu * vv - uv * uv
    s = min(max((uv * vw - vv * uw) / det, 0.0), 1.0) if det > 1e-12 else 0.0
    t = (uv * s + vw) / vv if vv > 1e-12 else 0.0
    if t < 0.0 or t > 1.0:
        t = min(max(t, 0.0), 1.0)
        s = min(max((uv * t - uw) / uu, 0.0), 1.0) if uu > 1e-12 else 0.0
    gap = w + s * u - t * v
    return float(np.sqrt((gap * gap).sum()))


@njit(cache=True, nogil=True, error_model="numpy")
def sharers(
    nodes: NDArray,  # float64 (nodes, 3), at rest
    ends: NDArray,  # int64 (pieces, 2)
    radii: NDArray,  # float64 (pieces, 2)
    tube: NDArray,  # int64 (pieces,): ascending
    group: NDArray,  # int64 (pieces,): pieces share room within a group only; -1 with none
    found: NDArray,  # int64 (room,); written
    begins: NDArray,  # int64 (pieces + 1,); written
) -> int:
    """Earlier pieces of other tubes that share room with each piece; returns how many (stored while room)."""
    count = 0
    for p in range(len(ends)):
        begins[p] = count
        if group[p] < 0:
            continue
        a, b = nodes[ends[p, 0]], nodes[ends[p, 1]]
        thick = max(radii[p, 0], radii[p, 1])
        for q in range(p):
            if tube[q] == tube[p]:
                break
            if group[q] != group[p]:
                continue
            c, d = nodes[ends[q, 0]], nodes[ends[q, 1]]
            reach = 1.02 * (thick + max(radii[q, 0], radii[q, 1])) + 0.1
            near = True
            for k in range(3):
                if min(a[k], b[k]) - reach > max(c[k], d[k]) or min(c[k], d[k]) - reach > max(a[k], b[k]):
                    near = False
            if near and _apart(a, b, c, d) < reach:
                if count < len(found):
                    found[count] = q
                count += 1
    begins[len(ends)] = count
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def swallowed(
    nodes: NDArray,  # float64 (nodes, 3), at rest
    ends: NDArray,  # int64 (pieces, 2)
    radii: NDArray,  # float64 (pieces, 2)
    tube: NDArray,  # int64 (pieces,)
    cutters: NDArray,  # int64 (cuts,)
    cut_from: NDArray,  # int64 (pieces + 1,)
    hidden: NDArray,  # bool (pieces,); written
) -> None:
    """Pieces whose two end balls lie whole in one earlier tube: nothing of them is ever left."""
    for p in range(len(ends)):
        hidden[p] = False
        for j in range(cut_from[p], cut_from[p + 1]):
            held = tube[cutters[j]]
            if j > cut_from[p] and tube[cutters[j - 1]] == held:
                continue
            whole = True
            for k in range(2):
                whole = whole and _held(
                    nodes, ends, radii, tube, cutters, j, cut_from[p + 1], held, ends[p, k], radii[p, k]
                )
            hidden[p] = hidden[p] or whole


@njit(cache=True, nogil=True, error_model="numpy")
def _held(
    nodes: NDArray,
    ends: NDArray,
    radii: NDArray,
    tube: NDArray,
    cutters: NDArray,
    begin: int,
    end: int,
    held: int,
    node: int,
    radius: float,
) -> bool:
    """Whether a ball lies whole in one of the pieces that are listed from `begin` on and belong to a tube."""
    for j in range(begin, end):
        q = cutters[j]
        if tube[q] != held:
            break
        a, b = nodes[ends[q, 0]], nodes[ends[q, 1]]
        span, gap = b - a, nodes[node] - a
        t = min(max((gap * span).sum() / max((span * span).sum(), 1e-12), 0.0), 1.0)
        off = gap - t * span
        if np.sqrt((off * off).sum()) + radius <= 0.98 * (radii[q, 0] + t * (radii[q, 1] - radii[q, 0])):
            return True
    return False
