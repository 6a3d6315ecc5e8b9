"""Spreads instruments over the pixels of their shadows: nested cylinders of many materials in one pass."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.xray.bands import CIRCLE, STEEP

__all__ = ["spread_rings"]

_STEPS = 1024
#: Points of a piece that is seen end on lie no further apart than this, pixels, and are no more than these.
STEP_PX, MOST_POINTS = 0.5, 48

# A piece on the detector: pixel coordinates of its middle, way from end to end, pixels a mm across it and
# deep along the ray's plane; then for either end how its cut's distance, mm, grows by a row and by a column,
# how much of it a ray covers through the axis, and 1 where nothing follows.
_AT, _WAY, _ACROSS, _DEEP, _FIRST, _LAST, _SIZE = 0, 2, 4, 6, 8, 12, 16


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _meets(make: NDArray, p: int, other: int) -> bool:
    """Whether a piece goes on in the one before or after it."""
    return bool(0 <= other < len(make) - 1 and make[other] >= 0 and make[p] >= 0)


@njit(cache=True, nogil=True, error_model="numpy")
def _cut_between(
    nodes: NDArray, make: NDArray, p: int, other: int, ax: float, ay: float, az: float
) -> tuple[float, float, float]:
    """Unit normal of the plane halfway between piece p of unit axis a and another; a itself without one."""
    if _meets(make, p, other):
        x = nodes[other + 1, 0] - nodes[other, 0]
        y = nodes[other + 1, 1] - nodes[other, 1]
        z = nodes[other + 1, 2] - nodes[other, 2]
        size = np.sqrt(x * x + y * y + z * z)
        x, y, z = ax + x / size, ay + y / size, az + z / size
        size = np.sqrt(x * x + y * y + z * z)
        if size > 1.0:  # not turning back by more than 120 degrees
            return x / size, y / size, z / size
    return ax, ay, az


@njit(cache=True, nogil=True, error_model="numpy")
def spread_rings(
    nodes: NDArray,  # float64 (nodes, 3), mm
    make: NDArray,  # int64 (nodes,): section of the piece from a node to the next, -1 for none
    held: NDArray,  # float64 (nodes, 2): what a piece's bore has more than blood, g/cm3: iodine, water
    around: NDArray,  # float64 (nodes, 2): what a piece displaces that is more than blood, the same two
    firsts: NDArray,  # int64 (sections + 1,): first cylinder of each section, the widest first
    radii: NDArray,  # float64 (cylinders,), mm
    is_bore: NDArray,  # bool (cylinders,)
    entries: NDArray,  # int64 (cylinders + 1,): first entry of each cylinder
    plane: NDArray,  # int64 (entries,): material
    density: NDArray,  # float64 (entries,): what it has more within the cylinder than without, g/cm3
    iodine: int,  # plane of iodine, -1 where there is none; that of water is 0
    view: NDArray,  # float64 (7, 3): see BeamGeometry.numbers
    area: float,  # of a pixel, mm2
    image: NDArray,  # float32 (rows, columns, materials), g/cm2; added to
    seen: NDArray,  # uint8 (rows, columns): 1 on the pixels listed; written
    pixels: NDArray,  # int32 (rows * columns,): list of touched pixels; written
) -> int:
    """Spread all pieces; how many pixels were touched.

    **Model** as :func:`~.bands.spread_bands`: each line of pixels that crosses a piece's shadow gets the
    volume of its stretch, each pixel of it the exact share of every round section that it covers; pieces
    that meet are parted by the plane between them. Seen end on, a piece is spread over points of its section,
    parted among the four nearest pixels. A section is a sum of full cylinders, of which a hollow one is two,
    so that rings, what lies in rings and what they displace add up along every ray.
    Held by ``tests/physics/xray/test_instrument_shadow.py``.
    """
    rows, columns = image.shape[0], image.shape[1]
    piece, count = np.empty(_SIZE), 0
    for p in range(len(nodes) - 1):
        if make[p] < 0:
            continue
        c0, c1 = firsts[make[p]], firsts[make[p] + 1]
        wide = radii[c0]
        mx = 0.5 * (nodes[p, 0] + nodes[p + 1, 0]) - view[0, 0]
        my = 0.5 * (nodes[p, 1] + nodes[p + 1, 1]) - view[0, 1]
        mz = 0.5 * (nodes[p, 2] + nodes[p + 1, 2]) - view[0, 2]
        far = view[3, 0] * mx + view[3, 1] * my + view[3, 2] * mz
        if far <= 1e-3:
            continue
        row = (view[1, 0] * mx + view[1, 1] * my + view[1, 2] * mz) / far
        column = (view[2, 0] * mx + view[2, 1] * my + view[2, 2] * mz) / far
        ax, ay, az = (
            nodes[p + 1, 0] - nodes[p, 0],
            nodes[p + 1, 1] - nodes[p, 1],
            nodes[p + 1, 2] - nodes[p, 2],
        )
        length = np.sqrt(ax * ax + ay * ay + az * az)
        reach = (0.5 * length + wide) / (far * min(view[5, 0], view[5, 1])) * 1.3 + 2.0
        if row < -reach or column < -reach or row > rows - 1 + reach or column > columns - 1 + reach:
            continue
        ax, ay, az = ax / length, ay / length, az / length
        away = np.sqrt(mx * mx + my * my + mz * mz)
        # w lies across the piece, at right angles to the ray; v too, in the plane of axis and ray
        wx, wy, wz = ay * mz - az * my, az * mx - ax * mz, ax * my - ay * mx
        size = np.sqrt(wx * wx + wy * wy + wz * wz)
        sine = size / away
        if sine < 1e-6:  # end on: any direction across will do
            wx, wy, wz = (-ay, ax, 0.0) if ax * ax + ay * ay > 1e-12 else (1.0, 0.0, 0.0)
            size = np.sqrt(wx * wx + wy * wy + wz * wz)
        wx, wy, wz = wx / size, wy / size, wz / size
        vx, vy, vz = wy * az - wz * ay, wz * ax - wx * az, wx * ay - wy * ax
        for at, x, y, z in ((_WAY, ax, ay, az), (_ACROSS, wx, wy, wz), (_DEEP, vx, vy, vz)):
            deeper = view[3, 0] * x + view[3, 1] * y + view[3, 2] * z
            piece[at] = (view[1, 0] * x + view[1, 1] * y + view[1, 2] * z - row * deeper) / far
            piece[at + 1] = (view[2, 0] * x + view[2, 1] * y + view[2, 2] * z - column * deeper) / far
        piece[_AT], piece[_AT + 1] = row, column
        piece[_WAY] *= length
        piece[_WAY + 1] *= length
        # what a mm3 at 1 g/cm3 gives to one pixel, g/cm2: it is 1e-3 g, a mm2 of the detector 1e-2 cm2;
        # 1 / cos a is |ray| over the detector's distance
        scale = 0.1 / area * away / (far * view[5, 2]) / (far * far)
        if sine * sine < 1.0 - STEEP * STEEP:
            for c in range(c0, c1):
                more = wetter = 0.0
                if c == c0:
                    more, wetter = -around[p, 0], -around[p, 1]
                if is_bore[c]:
                    more, wetter = more + held[p, 0], wetter + held[p, 1]
                amount = scale * np.pi * length * radii[c] * radii[c]
                count = _spot(
                    piece, radii[c], amount, entries[c], entries[c + 1], plane, density, iodine,
                    more if iodine >= 0 else 0.0, wetter, image, seen, pixels, count,
                )  # fmt: skip
            continue
        lean = 0.0
        down, right = piece[_WAY] / length, piece[_WAY + 1] / length
        det = down * piece[_ACROSS + 1] - right * piece[_ACROSS]
        for end in range(2):
            nx, ny, nz = _cut_between(nodes, make, p, p - 1 + 2 * end, ax, ay, az)
            on, beside = nx * ax + ny * ay + nz * az, nx * wx + ny * wy + nz * wz
            at = _FIRST if end == 0 else _LAST
            piece[at] = (on * piece[_ACROSS + 1] - beside * right) / det
            piece[at + 1] = (beside * down - on * piece[_ACROSS]) / det
            # both pieces that meet reckon this at their common node, lest a seam be seen
            node = nodes[p + end]
            sx, sy, sz = node[0] - view[0, 0], node[1] - view[0, 1], node[2] - view[0, 2]
            cosine = abs(nx * sx + ny * sy + nz * sz) / np.sqrt(sx * sx + sy * sy + sz * sz)
            piece[at + 2] = 2.0 * wide * cosine / np.sqrt(max(1.0 - cosine * cosine, 0.04))
            piece[at + 3] = 0.0 if _meets(make, p, p - 1 + 2 * end) else 1.0
            lean = max(lean, abs(beside) / on)
        count = _band(
            piece, lean, scale * np.pi * length, c0, c1, radii, is_bore, entries, plane, density, iodine,
            held[p, 0], around[p, 0], held[p, 1], around[p, 1], image, seen, pixels, count,
        )  # fmt: skip
    return count


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _share(place: float) -> float:
    """Share of a circle's area before a chord at a place from -1 to 1."""
    if place <= -1.0:
        return 0.0
    if place >= 1.0:
        return 1.0
    at = (place + 1.0) * (0.5 * _STEPS)
    k = int(at)
    return float(CIRCLE[k] + (at - k) * (CIRCLE[k + 1] - CIRCLE[k]))


@njit(cache=True, nogil=True, error_model="numpy")
def _band(
    piece: NDArray,
    lean: float,  # how far its cuts lean from square, tangent
    amount: float,  # what a mm2 of its section at 1 g/cm3 gives over its length
    c0: int,
    c1: int,
    radii: NDArray,
    is_bore: NDArray,
    entries: NDArray,
    plane: NDArray,
    density: NDArray,
    iodine: int,
    held: float,
    around: float,
    wetter: float,  # water that its bore has more than blood, g/cm3
    moved: float,  # water that it displaces more than blood
    image: NDArray,
    seen: NDArray,
    pixels: NDArray,
    count: int,
) -> int:
    """Spread a piece that is seen from the side over the lines (rows or columns) that cross it squarely."""
    axis = 0 if abs(piece[_WAY]) >= abs(piece[_WAY + 1]) else 1
    along, beside = piece[_AT + axis], piece[_AT + 1 - axis]
    run, drift = piece[_WAY + axis], piece[_WAY + 1 - axis]
    amount /= abs(run)
    step = abs(piece[_ACROSS + 1 - axis] - piece[_ACROSS + axis] * drift / run)  # pixels a mm, along a line
    wide = radii[c0]
    half = max(wide * step, 1e-3)
    first_a, first_b, first_long = piece[_FIRST + axis], piece[_FIRST + 1 - axis], piece[_FIRST + 2]
    last_a, last_b, last_long = piece[_LAST + axis], piece[_LAST + 1 - axis], piece[_LAST + 2]
    first_px = np.sqrt(first_a * first_a + first_b * first_b)
    last_px = np.sqrt(last_a * last_a + last_b * last_b)
    # an end is told where the piece lies on a pixel, and over a line, so that lines add up to its length
    first_free, last_free = piece[_FIRST + 3] * first_b, piece[_LAST + 3] * last_b
    if piece[_FIRST + 3] > 0.0:
        first_px = abs(first_a + first_b * drift / run)
    if piece[_LAST + 3] > 0.0:
        last_px = abs(last_a + last_b * drift / run)
    near_first = 0.5 * (first_px + first_long) + abs(first_free)
    near_last = 0.5 * (last_px + last_long) + abs(last_free)
    square = 1.0 / np.sqrt(run * run + drift * drift)
    across = wide * np.sqrt(piece[_ACROSS] ** 2 + piece[_ACROSS + 1] ** 2)
    deep = wide * np.sqrt(piece[_DEEP] ** 2 + piece[_DEEP + 1] ** 2)
    # a cut that leans from the axis reaches further by half the width times the lean
    reach = 0.5 * abs(run) + across * square * (abs(drift) + lean * abs(run)) + 1.0
    reach += deep * abs(run) * square
    lines, places = image.shape[axis], image.shape[1 - axis]
    cylinders = c1 - c0
    before, grow, square_mm2 = np.empty(cylinders), np.empty(cylinders), np.empty(cylinders)
    for k in range(cylinders):
        grow[k] = 1.0 / max(radii[c0 + k] * step, 1e-3)
        square_mm2[k] = radii[c0 + k] ** 2
    for line in range(max(int(np.ceil(along - reach)), 0), min(int(np.floor(along + reach)), lines - 1) + 1):
        middle = beside + (line - along) * drift / run
        begin, end = int(np.floor(middle - half + 0.5)), int(np.floor(middle + half + 0.5)) + 1
        begin, end = max(begin, 0), min(end, places)
        if end <= begin:
            continue
        from_a, to_a = line - along + 0.5 * run, line - along - 0.5 * run
        from_b, to_b = begin - beside + 0.5 * drift, begin - beside - 0.5 * drift
        inside, beyond = from_a * first_a + from_b * first_b, to_a * last_a + to_b * last_b
        more = end - begin - 1
        inside_end, beyond_end = inside + more * first_b, beyond + more * last_b
        if max(inside, inside_end) <= -near_first or min(beyond, beyond_end) >= near_last:
            continue
        whole = min(inside, inside_end) >= near_first and max(beyond, beyond_end) <= -near_last
        known = False  # whether `before` is that of this pixel's edge
        for n in range(begin, end):
            part = amount
            if not whole:
                off = (n - middle) / half
                aside = min(max(n, middle - half), middle + half) - n
                chord = np.sqrt(max(1.0 - off * off, 0.0))
                into, past = inside + aside * first_free, beyond + aside * last_free
                kept = min(max(0.5 + into / (first_px + first_long * chord), 0.0), 1.0)
                kept -= min(max(0.5 + past / (last_px + last_long * chord), 0.0), 1.0)
                part *= max(kept, 0.0)
                inside += first_b
                beyond += last_b
            if part <= 0.0:
                known = False
                continue
            if not known:
                for k in range(cylinders):
                    before[k] = _share((n - 0.5 - middle) * grow[k])
                known = True
            r, c = (line, n) if axis == 0 else (n, line)
            if seen[r, c] == 0:
                seen[r, c] = 1
                pixels[count] = r * image.shape[1] + c
                count += 1
            for k in range(cylinders):
                cylinder = c0 + k
                share = _share((n + 0.5 - middle) * grow[k])
                weight = (share - before[k]) * square_mm2[k] * part
                before[k] = share
                if weight == 0.0:
                    continue
                for entry in range(entries[cylinder], entries[cylinder + 1]):
                    image[r, c, plane[entry]] += np.float32(weight * density[entry])
                if k == 0:
                    if iodine >= 0:
                        image[r, c, iodine] -= np.float32(weight * around)
                    image[r, c, 0] -= np.float32(weight * moved)
                if is_bore[cylinder]:
                    if iodine >= 0:
                        image[r, c, iodine] += np.float32(weight * held)
                    image[r, c, 0] += np.float32(weight * wetter)
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _spot(
    piece: NDArray,
    radius: float,
    amount: float,  # what the cylinder at 1 g/cm3 gives
    e0: int,
    e1: int,
    plane: NDArray,
    density: NDArray,
    iodine: int,
    more: float,  # iodine that it adds
    wetter: float,  # and water
    image: NDArray,
    seen: NDArray,
    pixels: NDArray,
    count: int,
) -> int:
    """Spread a cylinder that is seen end on over points along it and of its tilted section."""
    if e0 == e1 and more == 0.0 and wetter == 0.0:
        return count
    rows, columns = image.shape[0], image.shape[1]
    down, right = piece[_WAY], piece[_WAY + 1]
    wr, wc, vr, vc = piece[_ACROSS], piece[_ACROSS + 1], piece[_DEEP], piece[_DEEP + 1]
    along = _points(np.sqrt(down * down + right * right))
    across = _points(2.0 * radius * np.sqrt(wr * wr + wc * wc))
    deep = _points(2.0 * radius * np.sqrt(vr * vr + vc * vc))
    chords = 0.0
    for k in range(across):
        chords += np.sqrt(1.0 - ((2.0 * k + 1.0) / across - 1.0) ** 2)
    amount /= along * deep * chords
    for k in range(along):
        t = (k + 0.5) / along - 0.5
        for s in range(across):
            u = (2.0 * s + 1.0) / across - 1.0
            chord = np.sqrt(1.0 - u * u)
            for q in range(deep):
                v = ((2.0 * q + 1.0) / deep - 1.0) * chord
                y = piece[_AT] + t * down + radius * (u * wr + v * vr)
                x = piece[_AT + 1] + t * right + radius * (u * wc + v * vc)
                top, left = int(np.floor(y)), int(np.floor(x))
                for r in range(max(top, 0), min(top + 2, rows)):
                    for c in range(max(left, 0), min(left + 2, columns)):
                        part = amount * chord * (1.0 - abs(y - r)) * (1.0 - abs(x - c))
                        if seen[r, c] == 0:
                            seen[r, c] = 1
                            pixels[count] = r * columns + c
                            count += 1
                        for entry in range(e0, e1):
                            image[r, c, plane[entry]] += np.float32(part * density[entry])
                        if more != 0.0:
                            image[r, c, iodine] += np.float32(part * more)
                        image[r, c, 0] += np.float32(part * wetter)
    return count


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _points(pixels: float) -> int:
    """How many points a length takes."""
    return min(MOST_POINTS, max(1, int(np.ceil(pixels / STEP_PX))))
