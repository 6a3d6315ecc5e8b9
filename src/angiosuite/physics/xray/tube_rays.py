"""Lengths of a detector's rays in straight pieces of tubes: mean over each pixel, shared by the two ends."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.xray.tube_pieces import (
    AXIS,
    FIRST,
    FIRST_GAP,
    GAP,
    GAP_ALONG,
    LAST,
    LAST_GAP,
    LENGTH,
    MOMENT,
    PIXEL_MM,
    QQ,
    QQ_MEAN,
    RADIUS,
    REACH,
    ROW_BITS,
    SLOPE,
    START,
    dot,
)

#: Numbers of rays a pixel (Fibonacci) and the second generator of their lattice.
LATTICES = np.array([[1, 1], [2, 1], [3, 1], [5, 2], [8, 3], [13, 5], [21, 8], [34, 13]])
#: Rays that must fall on a radius, so that the sum over an edge holds the area to half a percent.
RAYS_A_RADIUS = 16.0
#: Share of a ray's direction along a tube from which its pixels are sampled ray by ray.
STEEP = 0.975
#: Least pixel across a tube, as a share of the larger side.
_LEAST_SIDE = 0.06
#: Columns of a row for which it does not pay to look where the end planes are.
_FEW = 8
_HALF_PI = 0.5 * np.pi


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def chord_integral(x: float) -> float:
    """Twice integrated chord ``2 sqrt(1 - x^2)`` of a unit circle.

    The mean chord over a square pixel seen at any angle is a second difference of it.

    **Model** ``G(x) = x asin x + sqrt(1 - x^2) (2 + x^2) / 3``, even, and pi/2 |x| outside the circle; here
    as ``pi/2 |x| + (1 - |x|)^(5/2) R(|x|)`` with R of the sixth degree, within 1e-8.
    Held by ``tests/physics/xray/test_lumen_projector.py``.
    """
    x = abs(x)
    u = max(1.0 - x, 0.0)
    rest = 3.05239952e-04 - 5.52629294e-05 * x
    rest = 2.73285439e-03 + x * (-9.53492707e-04 + x * rest)
    rest = 9.58699726e-02 + x * (-1.03187678e-02 + x * rest)
    return _HALF_PI * x + u * u * np.sqrt(u) * (6.66666673e-01 + x * rest)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _cone(piece: NDArray, dd: float, du: float, dw: float) -> tuple[float, float]:
    """Entry and exit of a ray in an endless cone, shares of the ray; empty as (1, 0).

    The ray is given by its products with itself, the axis and the gap.
    """
    slope = piece[SLOPE]
    pp = dd - du * du * (1.0 + slope * slope)
    pq = dw - du * piece[GAP_ALONG] - slope * du * piece[RADIUS]
    qq = piece[QQ]
    if pp < 1e-6 * dd:  # along the axis: a cylinder of the mean radius
        pp, pq, qq = dd - du * du, dw - du * piece[GAP_ALONG], piece[QQ_MEAN]
        if pp < 1e-12 * dd:
            if qq > 0.0:
                return 1.0, 0.0
            pp, pq, qq = 1e-12 * dd, 0.0, -dd
    inside = pq * pq - pp * qq
    if inside <= 0.0:
        return 1.0, 0.0
    root = np.sqrt(inside)
    return max((-pq - root) / pp, 0.0), min((-pq + root) / pp, 1.0)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _between(
    t0: float, t1: float, first: float, first_at: float, last: float, last_at: float
) -> tuple[float, float]:
    """The part of a ray behind the first plane (first t >= first_at) and before the last."""
    if first > 1e-12:
        t0 = max(t0, first_at / first)
    elif first < -1e-12:
        t1 = min(t1, first_at / first)
    elif first_at > 0.0:
        return 1.0, 0.0
    if last > 1e-12:
        t1 = min(t1, last_at / last)
    elif last < -1e-12:
        t0 = max(t0, last_at / last)
    elif last_at < 0.0:
        return 1.0, 0.0
    return t0, t1


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _share_of(value: float, width: float) -> float:
    """Share of a span of `width` about `value` that is above 0."""
    return min(max(0.5 + value / max(width, 1e-9), 0.0), 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _uncut(
    pieces: NDArray,
    cutters: NDArray,
    tube: NDArray,
    begin: int,
    end: int,
    boxes: NDArray,
    row: int,
    column: int,
    x: float,
    y: float,
    z: float,
    t0: float,
    t1: float,
) -> float:
    """What other tubes leave of the part [t0, t1] of a ray of a pixel, share of that part.

    A tube takes the sum of its pieces, each between its planes with their pixel's softness; two tubes take
    as if by chance.
    """
    dd = x * x + y * y + z * z
    left, taken, whole = 1.0, 0.0, t1 - t0
    for j in range(begin, end):
        q = cutters[j]
        other, u0, u1 = pieces[q], 1.0, 0.0
        if boxes[q, 0] <= row < boxes[q, 1] and boxes[q, 2] <= column < boxes[q, 3]:
            u0, u1 = _cone(other, dd, dot(other, AXIS, x, y, z), dot(other, GAP, x, y, z))
            u0, u1 = max(u0, t0), min(u1, t1)
        if u1 > u0:
            middle, long = 0.5 * (u0 + u1), u1 - u0
            first, last = dot(other, FIRST, x, y, z), dot(other, LAST, x, y, z)
            share = _share_of(other[FIRST_GAP] + middle * first, long * abs(first) + other[PIXEL_MM])
            share -= _share_of(other[LAST_GAP] + middle * last, long * abs(last) + other[PIXEL_MM])
            taken += max(share, 0.0) * long
        if j + 1 == end or tube[cutters[j + 1]] != tube[q]:
            left *= 1.0 - min(taken / whole, 1.0)
            taken = 0.0
    return left


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _nearest(
    form: NDArray, piece: NDArray, beam: NDArray, row: float, column: float
) -> tuple[float, float, float]:
    """Where a ray is nearest to the axis: signed distance, and what it has gone along both planes, mm."""
    x = beam[0, 0] + row * beam[1, 0] + column * beam[2, 0]
    y = beam[0, 1] + row * beam[1, 1] + column * beam[2, 1]
    z = beam[0, 2] + row * beam[1, 2] + column * beam[2, 2]
    du = form[0, 0] + row * form[0, 1] + column * form[0, 2]
    dw = form[1, 0] + row * form[1, 1] + column * form[1, 2]
    square = x * x + y * y + z * z - du * du
    t = -(dw - du * piece[GAP_ALONG]) / square
    moment = form[4, 0] + row * form[4, 1] + column * form[4, 2]
    return (
        moment / np.sqrt(square),
        t * (form[2, 0] + row * form[2, 1] + column * form[2, 2]),
        t * (form[3, 0] + row * form[3, 1] + column * form[3, 2]),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _spread(
    form: NDArray, piece: NDArray, beam: NDArray, row: float, column: float
) -> tuple[float, float, float, float]:
    """How a pixel's height and width spread across the axis, and the pixel over both planes, at its middle.

    The last two are root sums of squares, mm.
    """
    a0, a1, a2 = _nearest(form, piece, beam, row - 0.5, column)
    b0, b1, b2 = _nearest(form, piece, beam, row + 0.5, column)
    c0, c1, c2 = _nearest(form, piece, beam, row, column - 0.5)
    d0, d1, d2 = _nearest(form, piece, beam, row, column + 0.5)
    return (
        abs(b0 - a0),
        abs(d0 - c0),
        np.sqrt((b1 - a1) ** 2 + (d1 - c1) ** 2),
        np.sqrt((b2 - a2) ** 2 + (d2 - c2) ** 2),
    )


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _columns(piece: NDArray, form: NDArray, beam: NDArray, r: int, first: int, last: int) -> tuple[int, int]:
    """Columns [first, last) of a row, less those whose rays cannot reach the piece."""
    rx = beam[0, 0] + r * beam[1, 0]
    ry = beam[0, 1] + r * beam[1, 1]
    rz = beam[0, 2] + r * beam[1, 2]
    du, du1 = form[0, 0] + r * form[0, 1], form[0, 2]
    away = form[1, 0] + r * form[1, 1] - piece[GAP_ALONG] * du
    away1 = form[1, 2] - piece[GAP_ALONG] * du1
    reach = piece[REACH]
    # away^2 >= reach (|ray|^2 - du^2) is a parabola in the column
    step = beam[2, 0] * beam[2, 0] + beam[2, 1] * beam[2, 1] + beam[2, 2] * beam[2, 2]
    square = away1 * away1 - reach * (step - du1 * du1)
    turn_at = away * away1 - reach * (rx * beam[2, 0] + ry * beam[2, 1] + rz * beam[2, 2] - du * du1)
    rest = away * away - reach * (rx * rx + ry * ry + rz * rz - du * du)
    if square < 0.0:
        inside = turn_at * turn_at - square * rest
        if inside <= 0.0:
            return 0, 0
        root = np.sqrt(inside)
        first = max(first, int(np.ceil((-turn_at + root) / square - 1e-3)))
        last = min(last, int(np.floor((-turn_at - root) / square + 1e-3)) + 1)
    return first, last


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _between_planes(
    f0: float, f1: float, l0: float, l1: float, first_reach: float, last_reach: float, left: int, right: int
) -> tuple[int, int]:
    """Columns [left, right) less those beyond the end planes.

    `f0` and `l0` are the distances from first and last plane at the first column, `f1` and `l1` at the last;
    straight between them but for the margin.
    """
    if right <= left + 1:
        return left, right
    columns, low, high = float(right - 1 - left), 0.0, float(right - left)
    for side in range(2):
        a, b = (f0 + first_reach, f1 + first_reach) if side == 0 else (last_reach - l0, last_reach - l1)
        if a < 0.0 and b < 0.0:
            return left, left
        if a < 0.0:
            low = max(low, a / (a - b) * columns - 1.5)
        elif b < 0.0:
            high = min(high, a / (a - b) * columns + 2.5)
    return left + int(low), left + int(high)


@njit(cache=True, nogil=True, error_model="numpy")
def _averaged(
    pieces: NDArray,
    p: int,
    beam: NDArray,
    form: NDArray,
    boxes: NDArray,
    cutters: NDArray,
    tube: NDArray,
    cut0: int,
    cut1: int,
    at: int,
    pixel: NDArray,
    lengths: NDArray,
    line: NDArray,  # float64 (4, columns): scratch
) -> int:
    """Lengths in a piece that is seen from the side, in closed form across it; returns where they end."""
    piece, box = pieces[p], boxes[p]
    row, column = 0.5 * (box[0] + box[1] - 1), 0.5 * (box[2] + box[3] - 1)
    tall, wide, over_first, over_last = _spread(form, piece, beam, row, column)
    least = _LEAST_SIDE * max(tall, wide)
    a, b = 0.5 * max(wide, least), 0.5 * max(tall, least)
    plus, minus, by = a + b, a - b, 0.25 / (a * b)
    start, slope, behind = piece[START], piece[SLOPE], piece[GAP_ALONG]
    length, shorter = piece[LENGTH], 1.0 / piece[LENGTH]
    first_gap, last_gap = piece[FIRST_GAP], piece[LAST_GAP]
    sx, sy, sz = beam[2, 0], beam[2, 1], beam[2, 2]
    du1, dw1, first1, last1, moment1 = form[0, 2], form[1, 2], form[2, 2], form[3, 2], form[4, 2]
    most = 1.1 * max(start, start + slope * length)
    chords, parts, middles = line[0], line[1], line[2]
    for r in range(box[0], box[1]):
        left, right = _columns(piece, form, beam, r, box[2], box[3])
        if right <= left:
            continue
        rx, ry, rz = beam[0, 0] + r * beam[1, 0], beam[0, 1] + r * beam[1, 1], beam[0, 2] + r * beam[1, 2]
        du0, dw0 = form[0, 0] + r * form[0, 1], form[1, 0] + r * form[1, 1]
        first0, last0 = form[2, 0] + r * form[2, 1], form[3, 0] + r * form[3, 1]
        moment0 = form[4, 0] + r * form[4, 1]
        if right - left > _FEW:
            x0, y0, z0 = rx + left * sx, ry + left * sy, rz + left * sz
            along0 = du0 + left * du1
            across = x0 * x0 + y0 * y0 + z0 * z0 - along0 * along0
            t0 = (along0 * behind - dw0 - left * dw1) / across
            last_column = right - 1
            x1, y1, z1 = rx + last_column * sx, ry + last_column * sy, rz + last_column * sz
            along1 = du0 + last_column * du1
            t1 = (along1 * behind - dw0 - last_column * dw1) / (x1 * x1 + y1 * y1 + z1 * z1 - along1 * along1)
            reach = most / np.sqrt(across)
            left, right = _between_planes(
                first_gap + t0 * (first0 + left * first1),
                first_gap + t1 * (first0 + last_column * first1),
                last_gap + t0 * (last0 + left * last1),
                last_gap + t1 * (last0 + last_column * last1),
                reach * abs(first0 + left * first1) + 0.5 * over_first,
                reach * abs(last0 + left * last1) + 0.5 * over_last,
                left,
                right,
            )
        for n in range(right - left):
            c = float(left + n)
            x, y, z = rx + c * sx, ry + c * sy, rz + c * sz
            dd, du = x * x + y * y + z * z, du0 + c * du1
            sine = 1.0 / np.sqrt(dd - du * du)
            t = (du * behind - dw0 - c * dw1) * sine * sine
            part = min(max((behind + t * du) * shorter, 0.0), 1.0)
            radius = start + slope * part * length
            inverse = 1.0 / radius
            away, more, less = (moment0 + c * moment1) * sine * inverse, plus * inverse, minus * inverse
            mean = chord_integral(away + more) + chord_integral(away - more)
            mean -= chord_integral(away + less) + chord_integral(away - less)
            chord = max(mean * by * radius * radius * radius * sine, 0.0)  # share of the ray
            first, last = first0 + c * first1, last0 + c * last1
            share = _share_of(first_gap + t * first, chord * abs(first) + over_first)
            share -= _share_of(last_gap + t * last, chord * abs(last) + over_last)
            chords[n], middles[n], parts[n] = chord, t, part
            line[3, n] = chord * np.sqrt(dd) * max(share, 0.0)
        for n in range(right - left):
            long = line[3, n]
            if not long > 0.0:
                continue
            if cut1 > cut0:
                c, t, half = left + n, middles[n], 0.5 * chords[n]
                first, last = first0 + c * first1, last0 + c * last1
                t0, t1 = _between(t - half, t + half, first, -first_gap, last, -last_gap)
                if t1 - t0 < 2e-3 * half:  # only the pixel's rim meets the piece
                    t0, t1 = t - half, t + half
                x, y, z = rx + c * sx, ry + c * sy, rz + c * sz
                long *= _uncut(pieces, cutters, tube, cut0, cut1, boxes, r, left + n, x, y, z, t0, t1)
                if not long > 0.0:
                    continue
            pixel[at] = (r << ROW_BITS) + left + n
            lengths[at, 0], lengths[at, 1] = np.float32((1.0 - parts[n]) * long), np.float32(parts[n] * long)
            at += 1
    return at


@njit(cache=True, nogil=True, error_model="numpy")
def _sampled(
    pieces: NDArray,
    p: int,
    beam: NDArray,
    form: NDArray,
    boxes: NDArray,
    rays: int,
    turn: int,
    cutters: NDArray,
    tube: NDArray,
    cut0: int,
    cut1: int,
    at: int,
    pixel: NDArray,
    lengths: NDArray,
) -> int:
    """Lengths in a piece that is seen end on, by exact rays on a lattice; returns where they end."""
    piece, box = pieces[p], boxes[p]
    for r in range(box[0], box[1]):
        left, right = _columns(piece, form, beam, r, box[2], box[3])
        for c in range(left, right):
            one, two = 0.0, 0.0
            for k in range(rays):
                row = r + (k + 0.5) / rays - 0.5
                column = c + ((k * turn) % rays + 0.5) / rays - 0.5
                x = beam[0, 0] + row * beam[1, 0] + column * beam[2, 0]
                y = beam[0, 1] + row * beam[1, 1] + column * beam[2, 1]
                z = beam[0, 2] + row * beam[1, 2] + column * beam[2, 2]
                axial = form[0, 0] + row * form[0, 1] + column * form[0, 2]
                t0, t1 = _cone(
                    piece,
                    x * x + y * y + z * z,
                    axial,
                    form[1, 0] + row * form[1, 1] + column * form[1, 2],
                )
                first = form[2, 0] + row * form[2, 1] + column * form[2, 2]
                last = form[3, 0] + row * form[3, 1] + column * form[3, 2]
                t0, t1 = _between(t0, t1, first, -piece[FIRST_GAP], last, -piece[LAST_GAP])
                if t1 <= t0:
                    continue
                remains = t1 - t0
                if cut1 > cut0:
                    remains *= _uncut(pieces, cutters, tube, cut0, cut1, boxes, r, c, x, y, z, t0, t1)
                if remains <= 0.0:
                    continue
                long = remains * np.sqrt(x * x + y * y + z * z) / rays
                along = piece[GAP_ALONG] + 0.5 * (t0 + t1) * axial
                part = min(max(along / piece[LENGTH], 0.0), 1.0)
                one += (1.0 - part) * long
                two += part * long
            if one + two > 0.0:
                pixel[at] = (r << ROW_BITS) + c
                lengths[at, 0], lengths[at, 1] = np.float32(one), np.float32(two)
                at += 1
    return at


@njit(cache=True, nogil=True, error_model="numpy")
def lengths_of(
    pieces: NDArray,  # float64 (pieces, COLUMNS)
    beam: NDArray,  # float64 (3, 3): pixel (0, 0) less source, row step, column step
    boxes: NDArray,  # int64 (pieces, 4): windows of the detector that hold the pieces
    work: NDArray,  # int64 (work,): pieces to do
    lattice: NDArray,  # int64 (pieces, 2): rays a pixel, and the generator of their places, of steep pieces
    cutters: NDArray,  # int64 (cuts,): earlier pieces of other tubes that share room with a piece
    cut_from: NDArray,  # int64 (pieces + 1,): where each piece's cutters begin
    tube: NDArray,  # int64 (pieces,)
    place: NDArray,  # int64 (pieces,): where each piece's results begin
    columns: int,  # of the detector
    pixel: NDArray,  # int32 (room,): row and column, see `ROW_BITS`; written
    lengths: NDArray,  # float32 (room, 2): mm of the ray for the first and the second node; written
    counts: NDArray,  # int64 (pieces,): results of each piece; written
    strand: int,
    strands: int,
) -> None:
    """Mean length of a pixel's rays in each piece, shared by its nodes: pieces strand, strand + strands, ...

    Notes
    -----
    **Model** across a tube the chord of a cone is averaged over the square pixel in closed form (see
    :func:`chord_integral`); along it the end planes take the share of the chord that lies behind them,
    softened by the pixel's own extent, so that pieces of one chain add up without seam. What other tubes
    cover is taken away along the middle ray. A piece that is seen almost end on (more than 0.975 of the ray
    along its axis) is sampled by exact rays on a lattice instead.
    """
    form, line = np.empty((5, 3)), np.empty((4, columns))
    for n in range(strand, len(work), strands):
        p = work[n]
        piece, box, cut0, cut1 = pieces[p], boxes[p], cut_from[p], cut_from[p + 1]
        for k in range(3):
            x, y, z = beam[k, 0], beam[k, 1], beam[k, 2]
            form[0, k], form[1, k] = dot(piece, AXIS, x, y, z), dot(piece, GAP, x, y, z)
            form[2, k], form[3, k] = dot(piece, FIRST, x, y, z), dot(piece, LAST, x, y, z)
            form[4, k] = dot(piece, MOMENT, x, y, z)
        row, column = 0.5 * (box[0] + box[1] - 1), 0.5 * (box[2] + box[3] - 1)
        axial = form[0, 0] + row * form[0, 1] + column * form[0, 2]
        square = 0.0
        for k in range(3):
            square += (beam[0, k] + row * beam[1, k] + column * beam[2, k]) ** 2
        if axial * axial > STEEP * STEEP * square:
            end = _sampled(
                pieces, p, beam, form, boxes, lattice[p, 0], lattice[p, 1], cutters, tube, cut0, cut1,
                place[p], pixel, lengths,
            )  # fmt: skip
        else:
            end = _averaged(
                pieces, p, beam, form, boxes, cutters, tube, cut0, cut1,
                place[p], pixel, lengths, line,
            )  # fmt: skip
        counts[p] = end - place[p]
