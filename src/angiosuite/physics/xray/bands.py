"""Spreads what straight pieces of tubes hold over the pixels of their shadows, without rays."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.threads import share
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.projector import Image, Window

__all__ = ["spread_bands"]

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
CIRCLE = 0.5 + (_PLACES * np.sqrt(1.0 - _PLACES**2) + np.arcsin(_PLACES)) / np.pi

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
) -> tuple[Window | None, NDArray[np.bool_]]:
    """Add g/cm2 of what fills pieces to a picture; the window touched, and the pieces left to rays.

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
        Pieces to draw.
    density : float64 (nodes,)
        Of what fills the pieces, g/cm3.

    Notes
    -----
    **Model** each piece is a cone whose concentration runs straight from end to end, its mass given by the
    closed form. The mass is spread over the piece's shadow. Seen from the side, each line of pixels that
    crosses the shadow (rows or columns, whichever cross it more squarely) gets its part of the length, and
    each pixel of it the exact share of the round section that it covers along the line. The ends are cut
    square, or by the plane halfway between two pieces that meet, softened over the pixel and over what the
    ray covers of the plane's distance, so that pieces of one chain add up without seam. A narrow piece that
    is seen end on is spread over points of its tilted section, parted among the four nearest pixels; wide
    ones are left to rays. Mass m at the magnification M adds ``m M^2 / (cos a x area of a pixel)``, a the
    slant of its ray on the detector, so that the mass in the picture is that of the piece in every view.
    **Valid for** pixels that are nearly square; pieces that share room with none.
    Held by ``tests/physics/xray/test_bands.py``.
    """
    left = np.zeros(len(ends), bool)
    work = np.flatnonzero(wanted)
    count = 1 if len(work) < FEW else PARTS
    parts = [image, *np.zeros((count - 1, geometry.rows, geometry.columns), np.float32)]
    touched = np.tile(np.array([geometry.rows, 0, geometry.columns, 0], np.int64), (count, 1))
    numbers, area_mm2 = geometry.numbers, geometry.pixel_mm2

    def strand(k: int, n: int) -> None:
        for part in range(k, count, n):
            _spread(
                nodes_mm, ends, radii_mm, joints, work[part::count], density, numbers, area_mm2,
                parts[part], touched[part], left,
            )  # fmt: skip

    if count == 1:
        strand(0, 1)
    else:
        share(strand)
    r0, r1 = int(touched[:, 0].min()), int(touched[:, 1].max())
    c0, c1 = int(touched[:, 2].min()), int(touched[:, 3].max())
    if r0 >= r1 or c0 >= c1:
        return None, left
    for part in parts[1:]:
        image[r0:r1, c0:c1] += part[r0:r1, c0:c1]
    return (r0, r1, c0, c1), left


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
def _spread(
    nodes: NDArray,  # float64 (nodes, 3), mm
    ends: NDArray,  # int64 (pieces, 2)
    radii: NDArray,  # float64 (pieces, 2), mm
    joints: NDArray,  # int64 (pieces, 2)
    work: NDArray,  # int64 (work,): pieces to do
    density: NDArray,  # float64 (nodes,), g/cm3
    view: NDArray,  # float64 (7, 3): see BeamGeometry.numbers
    area: float,  # of a pixel, mm2
    image: NDArray,  # float32 (rows, columns), g/cm2; added to
    touched: NDArray,  # int64 (4,): rows and columns touched so far; written
    left: NDArray,  # bool (pieces,): not drawn, for rays; written
) -> None:
    """Spread some pieces."""
    rows, columns = image.shape
    weights = np.empty(4096, np.float32)
    band = np.empty(_SIZE)
    for p in work:
        i, j = ends[p, 0], ends[p, 1]
        ra, rb, ca, cb = radii[p, 0], radii[p, 1], density[i], density[j]
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
        if steep and half > SPOT_PX:
            left[p] = True
            continue
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
                band[at + 2] = 2.0 * radii[p, end] * abs(nx * x + ny * y + nz * z) / (away * sine)
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
        # mass as g/cm2 of one pixel: mm3 g/cm3 is 1e-3 g, mm2 is 1e-2 cm2
        mass = 0.1 / area * np.pi / 12.0 * length * (
            ca * (3.0 * ra * ra + 2.0 * ra * rb + rb * rb) + cb * (ra * ra + 2.0 * ra * rb + 3.0 * rb * rb)
        )  # fmt: skip
        mass *= away / (far * view[5, 2]) / (far * far)  # 1 / cos a is |ray| over the detector's distance
        band[_RADII], band[_RADII + 1], band[_FILLS], band[_FILLS + 1] = ra, rb, ca, cb
        band[_AT], band[_AT + 1], band[_WAY], band[_WAY + 1] = row, column, down, right
        band[_ACROSS], band[_ACROSS + 1], band[_LEAN], band[_TILT] = wr, wc, lean, tilt
        if steep:
            _spot(band, vr, vc, mass, image)
        else:
            most = (int(2.0 * max(high, wide_px)) + 4) * (int(4.0 * half) + 8)
            if most > len(weights):
                weights = np.empty(most, np.float32)
            _band(band, 0 if abs(down) >= abs(right) else 1, mass, weights, image)
        touched[0] = min(touched[0], max(int(np.floor(row - high)), 0))
        touched[1] = max(touched[1], min(int(np.ceil(row + high)) + 1, rows))
        touched[2] = min(touched[2], max(int(np.floor(column - wide_px)), 0))
        touched[3] = max(touched[3], min(int(np.ceil(column + wide_px)) + 1, columns))


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _line(band: NDArray, axis: int, line: int) -> tuple[float, float, int, int]:
    """Where a line of pixels crosses a band: share of its way, middle, and pixels [begin, end) in it."""
    run, drift = band[_WAY + axis], band[_WAY + 1 - axis]
    t = 0.5 + (line - band[_AT + axis]) / run
    here = min(max(t, 0.0), 1.0)
    radius = band[_RADII] + (band[_RADII + 1] - band[_RADII]) * here
    middle = band[_AT + 1 - axis] + (t - 0.5) * drift
    half = radius * abs(band[_ACROSS + 1 - axis] - band[_ACROSS + axis] * drift / run)
    return here, middle, int(np.floor(middle - half + 0.5)), int(np.floor(middle + half + 0.5)) + 1


@njit(cache=True, nogil=True, error_model="numpy")
def _band(band: NDArray, axis: int, mass: float, weights: NDArray, image: NDArray) -> None:
    """Spread a piece that is seen from the side over the lines along `axis` that cross it (0: rows)."""
    ra, rb, ca, cb = band[_RADII], band[_RADII + 1], band[_FILLS], band[_FILLS + 1]
    along, beside = band[_AT + axis], band[_AT + 1 - axis]
    run, drift = band[_WAY + axis], band[_WAY + 1 - axis]
    step = abs(band[_ACROSS + 1 - axis] - band[_ACROSS + axis] * drift / run)  # pixels a mm, along a line
    first_a, first_b, first_long = band[_FIRST + axis], band[_FIRST + 1 - axis], band[_FIRST + 2]
    last_a, last_b, last_long = band[_LAST + axis], band[_LAST + 1 - axis], band[_LAST + 2]
    first_px = np.sqrt(first_a * first_a + first_b * first_b)
    last_px = np.sqrt(last_a * last_a + last_b * last_b)
    square = 1.0 / np.sqrt(run * run + drift * drift)
    wide = max(ra, rb) * np.sqrt(band[_ACROSS] ** 2 + band[_ACROSS + 1] ** 2)
    reach = 0.5 * abs(run) + wide * square * (abs(drift) + band[_LEAN] * abs(run)) + 1.0
    reach += 0.5 * band[_TILT] * abs(run) * square
    first, last = int(np.ceil(along - reach)), int(np.floor(along + reach))
    at, total = 0, 0.0
    for line in range(first, last + 1):
        here, middle, begin, end = _line(band, axis, line)
        r = ra + (rb - ra) * here
        share = r * r * (ca + (cb - ca) * here)
        grow, scale = 0.5 * _STEPS / max(r * step, 1e-3), 0.5 * _STEPS
        from_a, to_a = line - along + 0.5 * run, line - along - 0.5 * run
        from_b, to_b = begin - beside + 0.5 * drift, begin - beside - 0.5 * drift
        inside, beyond = from_a * first_a + from_b * first_b, to_a * last_a + to_b * last_b
        before = 0.0
        for n in range(begin, end):
            place = min(max(scale + (n + 0.5 - middle) * grow, 0.0), _STEPS - 1e-3)
            k = int(place)
            covered = CIRCLE[k] + (place - k) * (CIRCLE[k + 1] - CIRCLE[k])
            off = (n - middle) * grow / scale
            chord = np.sqrt(max(1.0 - off * off, 0.0))
            soft_first, soft_last = 1.0 / (first_px + first_long * chord), 1.0 / (last_px + last_long * chord)
            held = min(max(0.5 + inside * soft_first, 0.0), 1.0) - min(
                max(0.5 + beyond * soft_last, 0.0), 1.0
            )
            held = max(held, 0.0)
            weight = (covered - before) * held * share
            weights[at] = weight
            total += weight
            at += 1
            before = covered
            inside += first_b
            beyond += last_b
    if total <= 0.0:
        return
    factor, at = np.float32(mass / total), 0
    lines, places = image.shape[axis], image.shape[1 - axis]
    for line in range(first, last + 1):
        _, _, begin, end = _line(band, axis, line)
        if 0 <= line < lines:
            if axis == 0:
                for n in range(max(begin, 0), min(end, places)):
                    image[line, n] += factor * weights[at + n - begin]
            else:
                for n in range(max(begin, 0), min(end, places)):
                    image[n, line] += factor * weights[at + n - begin]
        at += end - begin


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
    if given <= 0.0:
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
