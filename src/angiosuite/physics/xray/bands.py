"""Spreads what straight pieces of tubes hold over the pixels of their shadows, without rays."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.threads import share
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.projector import Image, Window

__all__ = ["left_to_rays", "spread_bands", "spread_pieces"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STEPS = 1024
_PLACES = np.linspace(-1.0, 1.0, _STEPS + 1)
#: Pictures that many pieces are drawn on apart, then added: the bytes are those of any number of threads.
PARTS = 2
#: So many pieces are drawn on one picture.
FEW = 300
#: Share of a ray's direction along a piece from which its shadow is a spot and no band.
STEEP = 0.9
#: Widest radius of a piece that is drawn as a spot, pixels; wider ones are left to rays.
SPOT_PX = 4.0
#: Points of a spot lie no further apart than this, pixels: the tents they leave add up evenly.
STEP_PX = 0.5
#: Most points along or across a spot; beyond these they lie further apart (12 pixels).
MOST_POINTS = 24
#: Share of a circle's area on one side of a chord, by the chord's place from -1 to 1.
CIRCLE = np.append(0.5 + (_PLACES * np.sqrt(1.0 - _PLACES**2) + np.arcsin(_PLACES)) / np.pi, 1.0)

# How a band is described: radii and concentrations of both ends, pixel coordinates of its middle, way from
# end to end in pixels, pixels a mm across it, how far its cuts lean from square (tangent), pixels along it
# that its tilted section covers; then for the first and the last cut how its distance, mm, grows by a row and
# by a column, and how much of it a ray covers in the middle of the lumen.
_RADII, _FILLS, _AT, _WAY, _ACROSS, _LEAN, _TILT, _FIRST, _LAST, _SIZE = 0, 2, 4, 6, 8, 10, 11, 12, 15, 18


def spread_bands(
    image: Image,
    geometry: BeamGeometry,
    nodes_mm: Floats,
    ends: Ints,
    radii_mm: Floats,
    joints: Ints,
    wanted: NDArray[np.bool_],
    density: Floats,
) -> Window | None:
    """Add g/cm2 of what fills pieces to a picture; the window touched, None where nothing is.

    Parameters
    ----------
    image : float32 (rows, columns)
        g/cm2 on the whole detector, changed.
    geometry : BeamGeometry
    nodes_mm : float64 (nodes, 3)
    ends : int64 (pieces, 2)
        First and second node of each piece.
    radii_mm : float64 (pieces, 2)
        Radius at both ends.
    joints : int64 (pieces, 2)
        Piece before and piece after, which share a cut; -1 is a square end.
    wanted : bool (pieces,)
        Pieces to draw; none of those that `left_to_rays` names.
    density : float64 (nodes,)
        Of what fills the pieces, g/cm3.

    Notes
    -----
    **Model** each piece is a cone whose concentration runs straight from end to end. What it holds is spread
    over its shadow. Seen from the side, each line of pixels that crosses the shadow (rows or columns,
    whichever cross it more squarely) gets the volume of its stretch of the piece, and each pixel of it the
    exact share of the round section that it covers along the line. The ends are cut square, or by the plane
    halfway between two pieces that meet, softened over the pixel and over what the ray covers of the plane's
    distance, so that pieces of one chain add up without seam. A narrow piece that is seen end on is spread
    over points of its tilted section, parted among the four nearest pixels; wide ones are left to rays. Mass
    m at the magnification M adds ``m M^2 / (cos a x area of a pixel)``, a the slant of its ray on the
    detector, so that the mass in the picture is that of the pieces in every view.
    **Valid for** pixels that are nearly square; pieces that share room with none.
    Held by ``tests/physics/xray/test_bands.py``.
    """
    work = np.flatnonzero(wanted)
    count = 1 if len(work) < FEW else PARTS
    parts = [image, *np.zeros((count - 1, geometry.rows, geometry.columns), np.float32)]
    touched = np.tile(np.array([geometry.rows, 0, geometry.columns, 0], np.int64), (count, 1))
    numbers, area_mm2, fills = geometry.numbers, geometry.pixel_mm2, density[ends[work]]

    def strand(k: int, n: int) -> None:
        for part in range(k, count, n):
            mine, own = work[part::count].copy(), fills[part::count].copy()
            spread_pieces(
                nodes_mm, ends, radii_mm, joints, mine, own, numbers, area_mm2, parts[part], touched[part]
            )

    if count == 1:
        strand(0, 1)
    else:
        share(strand)
    r0, r1 = int(touched[:, 0].min()), int(touched[:, 1].max())
    c0, c1 = int(touched[:, 2].min()), int(touched[:, 3].max())
    if r0 >= r1 or c0 >= c1:
        return None
    for part in parts[1:]:
        image[r0:r1, c0:c1] += part[r0:r1, c0:c1]
    return r0, r1, c0, c1


def left_to_rays(geometry: BeamGeometry, nodes_mm: Floats, ends: Ints, radii_mm: Floats) -> NDArray[np.bool_]:
    """Pieces that are seen end on and are too wide for a spot, shape (pieces,)."""
    left = np.zeros(len(ends), bool)
    _find_steep(nodes_mm, ends, radii_mm, geometry.numbers, geometry.pixel_mm2, left)
    return left


@njit(cache=True, nogil=True, error_model="numpy")
def _find_steep(
    nodes: NDArray, ends: NDArray, radii: NDArray, view: NDArray, area: float, left: NDArray
) -> None:
    """Mark pieces that are seen end on and are wider than a spot may be."""
    for p in range(len(ends)):
        i, j = ends[p, 0], ends[p, 1]
        along, square, away, far = 0.0, 0.0, 0.0, 0.0
        for k in range(3):
            ray = 0.5 * (nodes[i, k] + nodes[j, k]) - view[0, k]
            way = nodes[j, k] - nodes[i, k]
            along += ray * way
            square += way * way
            away += ray * ray
            far += view[3, k] * ray
        wide = max(radii[p, 0], radii[p, 1])
        # a mm across a ray is 1 / far mm on the detector, or more where that stands aslant
        if far > 1e-6 and along * along > STEEP * STEEP * square * away:
            left[p] = wide > SPOT_PX * far * np.sqrt(area)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _shadow(nodes: NDArray, node: int, view: NDArray) -> tuple[float, float, float]:
    """Row and column of a node's shadow, and its depth as a share of the detector's."""
    x, y, z = nodes[node, 0] - view[0, 0], nodes[node, 1] - view[0, 1], nodes[node, 2] - view[0, 2]
    far = view[3, 0] * x + view[3, 1] * y + view[3, 2] * z
    row = view[1, 0] * x + view[1, 1] * y + view[1, 2] * z
    column = view[2, 0] * x + view[2, 1] * y + view[2, 2] * z
    return row / far, column / far, far


@njit(cache=True, nogil=True, error_model="numpy")
def _between(
    nodes: NDArray, ends: NDArray, other: int, ax: float, ay: float, az: float
) -> tuple[float, float, float]:
    """Unit normal of the plane halfway between a piece of unit axis a and another; a itself without one."""
    if other >= 0:
        i, j = ends[other, 0], ends[other, 1]
        x, y, z = nodes[j, 0] - nodes[i, 0], nodes[j, 1] - nodes[i, 1], nodes[j, 2] - nodes[i, 2]
        size = np.sqrt(x * x + y * y + z * z)
        if size > 1e-9:
            x, y, z = ax + x / size, ay + y / size, az + z / size
            size = np.sqrt(x * x + y * y + z * z)
            if size > 1.0:  # not turning back by more than 120 degrees
                return x / size, y / size, z / size
    return ax, ay, az


@njit(cache=True, nogil=True, error_model="numpy")
def spread_pieces(
    nodes: NDArray,  # float64 (nodes, 3), mm
    ends: NDArray,  # int64 (pieces, 2)
    radii: NDArray,  # float64 (pieces, 2), mm
    joints: NDArray,  # int64 (pieces, 2)
    work: NDArray,  # int64 (work,): pieces to do
    fills: NDArray,  # float64 (work, 2): concentration at both ends of each, g/cm3
    view: NDArray,  # float64 (7, 3): see BeamGeometry.numbers
    area: float,  # of a pixel, mm2
    image: NDArray,  # float32 (rows, columns), g/cm2; added to
    touched: NDArray,  # int64 (4,): rows and columns touched so far; written
) -> None:
    """Spread some pieces."""
    rows, columns = image.shape
    band = np.empty(_SIZE)
    for n in range(len(work)):
        p = work[n]
        i, j = ends[p, 0], ends[p, 1]
        ra, rb, ca, cb = radii[p, 0], radii[p, 1], fills[n, 0], fills[n, 1]
        row0, column0, far0 = _shadow(nodes, i, view)
        row1, column1, far1 = _shadow(nodes, j, view)
        ax, ay, az = nodes[j, 0] - nodes[i, 0], nodes[j, 1] - nodes[i, 1], nodes[j, 2] - nodes[i, 2]
        length = np.sqrt(ax * ax + ay * ay + az * az)
        if length < 1e-9 or far0 <= 1e-6 or far1 <= 1e-6:
            continue
        far, row, column = 0.5 * (far0 + far1), 0.5 * (row0 + row1), 0.5 * (column0 + column1)
        down, right = row1 - row0, column1 - column0
        x = 0.5 * (nodes[i, 0] + nodes[j, 0]) - view[0, 0]
        y = 0.5 * (nodes[i, 1] + nodes[j, 1]) - view[0, 1]
        z = 0.5 * (nodes[i, 2] + nodes[j, 2]) - view[0, 2]
        away = np.sqrt(x * x + y * y + z * z)
        # w lies across the piece, at right angles to the ray
        wx, wy, wz = ay * z - az * y, az * x - ax * z, ax * y - ay * x
        size = np.sqrt(wx * wx + wy * wy + wz * wz)
        sine = size / (away * length)
        if sine < 1e-6:  # end on: any direction across will do
            wx, wy, wz = (-ay, ax, 0.0) if ax * ax + ay * ay > 1e-12 else (1.0, 0.0, 0.0)
            size = np.sqrt(wx * wx + wy * wy + wz * wz)
        wx, wy, wz = wx / size, wy / size, wz / size
        wf = view[3, 0] * wx + view[3, 1] * wy + view[3, 2] * wz
        wr = (view[1, 0] * wx + view[1, 1] * wy + view[1, 2] * wz - row * wf) / far
        wc = (view[2, 0] * wx + view[2, 1] * wy + view[2, 2] * wz - column * wf) / far
        wide = max(ra, rb)
        half = wide * np.sqrt(wr * wr + wc * wc)
        steep = sine * sine < 1.0 - STEEP * STEEP
        ax, ay, az = ax / length, ay / length, az / length
        # v lies across it too, in the plane of axis and ray: the section's far side lies further along
        vx, vy, vz = wy * az - wz * ay, wz * ax - wx * az, wx * ay - wy * ax
        vf = view[3, 0] * vx + view[3, 1] * vy + view[3, 2] * vz
        vr = (view[1, 0] * vx + view[1, 1] * vy + view[1, 2] * vz - row * vf) / far
        vc = (view[2, 0] * vx + view[2, 1] * vy + view[2, 2] * vz - column * vf) / far
        long, lean, tilt = np.sqrt(down * down + right * right), 0.0, 2.0 * wide * np.sqrt(vr * vr + vc * vc)
        if not steep:
            det = (down * wc - right * wr) / length
            for end in range(2):
                nx, ny, nz = _between(nodes, ends, joints[p, end], ax, ay, az)
                on, beside = nx * ax + ny * ay + nz * az, nx * wx + ny * wy + nz * wz
                at = _FIRST if end == 0 else _LAST
                band[at] = (on * wc - beside * right / length) / det
                band[at + 1] = (beside * down / length - on * wr) / det
                # both pieces that meet reckon this at their common node, lest a seam be seen
                node = ends[p, end]
                sx, sy, sz = (
                    nodes[node, 0] - view[0, 0],
                    nodes[node, 1] - view[0, 1],
                    nodes[node, 2] - view[0, 2],
                )
                cosine = abs(nx * sx + ny * sy + nz * sz) / np.sqrt(sx * sx + sy * sy + sz * sz)
                band[at + 2] = 2.0 * radii[p, end] * cosine / np.sqrt(max(1.0 - cosine * cosine, 0.04))
                lean = max(lean, abs(beside) / on)
        along = 0.5 * (long + tilt) + half * lean
        y, x = (down / long, right / long) if long > 0.0 else (1.0, 0.0)
        high, wide_px = along * abs(y) + half * abs(x) + 1.5, along * abs(x) + half * abs(y) + 1.5
        if (
            row + high < 0.0
            or column + wide_px < 0.0
            or row - high > rows - 1
            or column - wide_px > columns - 1
        ):
            continue
        # what a mm3 at 1 g/cm3 gives to one pixel, g/cm2: it is 1e-3 g, a mm2 of the detector 1e-2 cm2;
        # 1 / cos a is |ray| over the detector's distance
        volume_px = 0.1 / area * away / (far * view[5, 2]) / (far * far)
        band[_RADII], band[_RADII + 1], band[_FILLS], band[_FILLS + 1] = ra, rb, ca, cb
        band[_AT], band[_AT + 1], band[_WAY], band[_WAY + 1] = row, column, down, right
        band[_ACROSS], band[_ACROSS + 1], band[_LEAN], band[_TILT] = wr, wc, lean, tilt
        if steep:
            first, last = 3.0 * ra * ra + 2.0 * ra * rb + rb * rb, ra * ra + 2.0 * ra * rb + 3.0 * rb * rb
            volume = np.pi / 12.0 * length * (ca * first + cb * last)
            _spot(band, vr, vc, volume_px * volume, image)
        else:
            axis = 0 if abs(down) >= abs(right) else 1
            _band(band, axis, volume_px * np.pi * length / max(abs(down), abs(right)), image)
        touched[0] = min(touched[0], max(int(np.floor(row - high)), 0))
        touched[1] = max(touched[1], min(int(np.ceil(row + high)) + 1, rows))
        touched[2] = min(touched[2], max(int(np.floor(column - wide_px)), 0))
        touched[3] = max(touched[3], min(int(np.ceil(column + wide_px)) + 1, columns))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _covered(place: float) -> float:
    """Share of a circle's area before a place on its table."""
    k = int(place)
    return float(CIRCLE[k] + (place - k) * (CIRCLE[k + 1] - CIRCLE[k]))


@njit(cache=True, nogil=True, error_model="numpy")
def _band(band: NDArray, axis: int, amount: float, image: NDArray) -> None:
    """Spread a piece that is seen from the side over the lines along `axis` that cross it (0: rows).

    `amount` is what a mm2 of its section at 1 g/cm3 gives to a line of pixels that it crosses squarely, per
    mm of the piece.
    """
    ra, rb, ca, cb = band[_RADII], band[_RADII + 1], band[_FILLS], band[_FILLS + 1]
    along, beside = band[_AT + axis], band[_AT + 1 - axis]
    run, drift = band[_WAY + axis], band[_WAY + 1 - axis]
    step = abs(band[_ACROSS + 1 - axis] - band[_ACROSS + axis] * drift / run)  # pixels a mm, along a line
    first_a, first_b, first_long = band[_FIRST + axis], band[_FIRST + 1 - axis], band[_FIRST + 2]
    last_a, last_b, last_long = band[_LAST + axis], band[_LAST + 1 - axis], band[_LAST + 2]
    first_px = np.sqrt(first_a * first_a + first_b * first_b)
    last_px = np.sqrt(last_a * last_a + last_b * last_b)
    near_first, near_last = 0.5 * (first_px + first_long), 0.5 * (last_px + last_long)
    square = 1.0 / np.sqrt(run * run + drift * drift)
    wide = max(ra, rb) * np.sqrt(band[_ACROSS] ** 2 + band[_ACROSS + 1] ** 2)
    # a cut that leans from the axis reaches further by half the width times the lean
    reach = 0.5 * abs(run) + wide * square * (abs(drift) + band[_LEAN] * abs(run)) + 1.0
    reach += 0.5 * band[_TILT] * abs(run) * square
    lines, places = image.shape[axis], image.shape[1 - axis]
    first = max(int(np.ceil(along - reach)), 0)
    last = min(int(np.floor(along + reach)), lines - 1)
    scale = 0.5 * _STEPS
    for line in range(first, last + 1):
        t = 0.5 + (line - along) / run
        here = min(max(t, 0.0), 1.0)
        r = ra + (rb - ra) * here
        given = amount * r * r * (ca + (cb - ca) * here)
        half, middle = max(r * step, 1e-3), beside + (t - 0.5) * drift
        begin, end = int(np.floor(middle - half + 0.5)), int(np.floor(middle + half + 0.5)) + 1
        if end <= 0 or begin >= places:
            continue
        from_a, to_a = line - along + 0.5 * run, line - along - 0.5 * run
        from_b, to_b = begin - beside + 0.5 * drift, begin - beside - 0.5 * drift
        inside, beyond = from_a * first_a + from_b * first_b, to_a * last_a + to_b * last_b
        more = end - begin - 1
        inside_end, beyond_end = inside + more * first_b, beyond + more * last_b
        if max(inside, inside_end) <= -near_first or min(beyond, beyond_end) >= near_last:
            continue
        grow = scale / half
        place = scale + (begin + 0.5 - middle) * grow
        whole = min(inside, inside_end) >= near_first and max(beyond, beyond_end) <= -near_last
        before = 0.0
        for n in range(begin, end):
            covered = _covered(place) if n < end - 1 else 1.0
            weight = covered - before
            before = covered
            if not whole:
                held = 1.0 if inside >= near_first else 0.0
                if abs(inside) < near_first or abs(beyond) < near_last:
                    off = (n - middle) / half
                    chord = np.sqrt(max(1.0 - off * off, 0.0))
                    held = min(max(0.5 + inside / (first_px + first_long * chord), 0.0), 1.0)
                    held -= min(max(0.5 + beyond / (last_px + last_long * chord), 0.0), 1.0)
                elif beyond >= near_last:
                    held -= 1.0
                weight *= max(held, 0.0)
                inside += first_b
                beyond += last_b
            if 0 <= n < places:
                if axis == 0:
                    image[line, n] += np.float32(given * weight)
                else:
                    image[n, line] += np.float32(given * weight)
            place += grow


@njit(cache=True, nogil=True, error_model="numpy")
def _spot(band: NDArray, vr: float, vc: float, mass: float, image: NDArray) -> None:
    """Spread a piece that is seen end on over points along it and of its tilted section."""
    ra, rb, ca, cb = band[_RADII], band[_RADII + 1], band[_FILLS], band[_FILLS + 1]
    row, column, down, right = band[_AT], band[_AT + 1], band[_WAY], band[_WAY + 1]
    wr, wc, wide = band[_ACROSS], band[_ACROSS + 1], max(ra, rb)
    along = _points(np.sqrt(down * down + right * right))
    across = _points(2.0 * wide * np.sqrt(wr * wr + wc * wc))
    deep = _points(2.0 * wide * np.sqrt(vr * vr + vc * vc))
    given, chords = 0.0, 0.0
    for k in range(along):
        t = (k + 0.5) / along
        r = ra + (rb - ra) * t
        given += r * r * (ca + (cb - ca) * t)
    for k in range(across):
        chords += np.sqrt(1.0 - ((2.0 * k + 1.0) / across - 1.0) ** 2)
    if given == 0.0:
        return
    mass /= given * chords * deep
    for k in range(along):
        t = (k + 0.5) / along
        r = ra + (rb - ra) * t
        here = mass * r * r * (ca + (cb - ca) * t)
        for s in range(across):
            u = (2.0 * s + 1.0) / across - 1.0
            chord = np.sqrt(1.0 - u * u)
            for q in range(deep):
                v = ((2.0 * q + 1.0) / deep - 1.0) * chord
                y = row + (t - 0.5) * down + r * (u * wr + v * vr)
                x = column + (t - 0.5) * right + r * (u * wc + v * vc)
                iy, ix = int(np.floor(y)), int(np.floor(x))
                dy, dx = y - iy, x - ix
                _put(image, iy, ix, here * chord * (1.0 - dy) * (1.0 - dx))
                _put(image, iy, ix + 1, here * chord * (1.0 - dy) * dx)
                _put(image, iy + 1, ix, here * chord * dy * (1.0 - dx))
                _put(image, iy + 1, ix + 1, here * chord * dy * dx)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _points(pixels: float) -> int:
    """How many points a length takes."""
    return min(MOST_POINTS, max(1, int(np.ceil(pixels / STEP_PX))))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _put(image: NDArray, row: int, column: int, value: float) -> None:
    if 0 <= row < image.shape[0] and 0 <= column < image.shape[1]:
        image[row, column] += np.float32(value)
