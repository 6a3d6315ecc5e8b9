"""Projects contrast in tubes: lengths of the rays once a view, iodine a picture."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.threads import share
from angiosuite.physics.xray.contrast_tubes import ContrastTubes, Floats
from angiosuite.physics.xray.cylinders import end_planes
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase

IODINE = "iodine"

#: Numbers of rays a pixel (Fibonacci) and the second generator of their lattice.
_LATTICES = np.array([[1, 1], [2, 1], [3, 1], [5, 2], [8, 3], [13, 5], [21, 8], [34, 13]])
#: Rays that must fall on a radius, so that the sum over an edge holds the area to half a percent.
_RAYS_A_RADIUS = 16.0
#: Most pieces of other tubes that a piece is cut by.
_CUTS = 24

# Columns of the table of pieces; S is the source, a the piece's first node.
_AXIS, _GAP, _GAP_ALONG, _RADIUS, _SLOPE, _QQ = 0, 3, 6, 7, 8, 9
_FIRST, _FIRST_GAP, _LAST, _LAST_GAP, _QQ_MEAN, _LENGTH, _REACH, _COLUMNS = 10, 13, 14, 17, 18, 19, 20, 21


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _dot(piece: NDArray, at: int, x: float, y: float, z: float) -> float:
    return float(piece[at] * x + piece[at + 1] * y + piece[at + 2] * z)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _inside(
    piece: NDArray, dd: float, du: float, dw: float, first: float, last: float
) -> tuple[float, float]:
    """Entry and exit of a ray in a cone between its two end planes, shares of the ray; empty as (1, 0).

    The ray is given by its products with itself, the axis, the gap and the normals of the planes.
    """
    slope = piece[_SLOPE]
    pp = dd - du * du * (1.0 + slope * slope)
    pq = dw - du * piece[_GAP_ALONG] - slope * du * piece[_RADIUS]
    qq = piece[_QQ]
    if pp < 1e-6 * dd:  # along the axis: a cylinder of the mean radius
        pp, pq, qq = dd - du * du, dw - du * piece[_GAP_ALONG], piece[_QQ_MEAN]
        if pp < 1e-12 * dd:
            if qq > 0.0:
                return 1.0, 0.0
            pp, pq, qq = 1e-12 * dd, 0.0, -dd
    inside = pq * pq - pp * qq
    if inside <= 0.0:
        return 1.0, 0.0
    root = np.sqrt(inside)
    t0, t1 = max((-pq - root) / pp, 0.0), min((-pq + root) / pp, 1.0)
    g = -piece[_FIRST_GAP]
    if first > 1e-12:
        t0 = max(t0, g / first)
    elif first < -1e-12:
        t1 = min(t1, g / first)
    elif g > 0.0:
        return 1.0, 0.0
    g = -piece[_LAST_GAP]
    if last > 1e-12:
        t1 = min(t1, g / last)
    elif last < -1e-12:
        t0 = max(t0, g / last)
    elif g < 0.0:
        return 1.0, 0.0
    return t0, t1


@njit(cache=True, nogil=True, error_model="numpy")
def _lengths(
    pieces: NDArray,  # float64 (pieces, _COLUMNS)
    beam: NDArray,  # float64 (3, 3): pixel (0, 0) less source, row step, column step
    boxes: NDArray,  # int64 (pieces, 4): windows of the detector that hold the pieces
    lattice: NDArray,  # int64 (pieces, 2): rays a pixel and the generator of their places
    cutters: NDArray,  # int64 (cuts,): earlier pieces of other tubes that share room with a piece
    cut_from: NDArray,  # int64 (pieces + 1,): where each piece's cutters begin
    place_from: NDArray,  # int64 (pieces + 1,): where each piece's results begin
    origin: NDArray,  # int64 (3,): first row and column of the window, and its number of columns
    pixel: NDArray,  # int32 (room,): place in the flat window; written
    lengths: NDArray,  # float32 (room, 2): mm of the ray for the first and the second node; written
    counts: NDArray,  # int64 (pieces,): results of each piece; written
    first: int,
    step: int,
) -> None:
    """Mean length of a pixel's rays in each piece, shared by its nodes: pieces first, first + step, ..."""
    low, high, form = np.empty(_CUTS), np.empty(_CUTS), np.empty((4, 3))
    column_square = beam[2, 0] * beam[2, 0] + beam[2, 1] * beam[2, 1] + beam[2, 2] * beam[2, 2]
    for p in range(first, len(pieces), step):
        piece = pieces[p]
        rays, turn = lattice[p, 0], lattice[p, 1]
        reach = piece[_REACH]
        at = place_from[p]
        for i, offset in enumerate((_AXIS, _GAP, _FIRST, _LAST)):
            for k in range(3):
                form[i, k] = _dot(piece, offset, beam[k, 0], beam[k, 1], beam[k, 2])
        for r in range(boxes[p, 0], boxes[p, 1]):
            rx = beam[0, 0] + r * beam[1, 0]
            ry = beam[0, 1] + r * beam[1, 1]
            rz = beam[0, 2] + r * beam[1, 2]
            du, du1 = form[0, 0] + r * form[0, 1], form[0, 2]
            away = form[1, 0] + r * form[1, 1] - piece[_GAP_ALONG] * du
            away1 = form[1, 2] - piece[_GAP_ALONG] * du1
            # rays that can reach the axis: away^2 >= reach (|ray|^2 - du^2), a parabola in the column
            square = away1 * away1 - reach * (column_square - du1 * du1)
            turn_at = away * away1 - reach * (rx * beam[2, 0] + ry * beam[2, 1] + rz * beam[2, 2] - du * du1)
            rest = away * away - reach * (rx * rx + ry * ry + rz * rz - du * du)
            left_column, right_column = boxes[p, 2], boxes[p, 3]
            if square < 0.0:
                inside = turn_at * turn_at - square * rest
                if inside <= 0.0:
                    continue
                root = np.sqrt(inside)
                left_column = max(left_column, int(np.ceil((-turn_at + root) / square - 1e-3)))
                right_column = min(right_column, int(np.floor((-turn_at - root) / square + 1e-3)) + 1)
            for c in range(left_column, right_column):
                cx, cy, cz = rx + c * beam[2, 0], ry + c * beam[2, 1], rz + c * beam[2, 2]
                one, two = 0.0, 0.0
                for k in range(rays):
                    fr = (k + 0.5) / rays - 0.5
                    fc = ((k * turn) % rays + 0.5) / rays - 0.5
                    x = cx + fr * beam[1, 0] + fc * beam[2, 0]
                    y = cy + fr * beam[1, 1] + fc * beam[2, 1]
                    z = cz + fr * beam[1, 2] + fc * beam[2, 2]
                    row, column = r + fr, c + fc
                    axial = form[0, 0] + row * form[0, 1] + column * form[0, 2]
                    t0, t1 = _inside(
                        piece,
                        x * x + y * y + z * z,
                        axial,
                        form[1, 0] + row * form[1, 1] + column * form[1, 2],
                        form[2, 0] + row * form[2, 1] + column * form[2, 2],
                        form[3, 0] + row * form[3, 1] + column * form[3, 2],
                    )
                    if t1 <= t0:
                        continue
                    left = t1 - t0
                    found = 0
                    for j in range(cut_from[p], cut_from[p + 1]):
                        other = pieces[cutters[j]]
                        u0, u1 = _inside(
                            other,
                            x * x + y * y + z * z,
                            _dot(other, _AXIS, x, y, z),
                            _dot(other, _GAP, x, y, z),
                            _dot(other, _FIRST, x, y, z),
                            _dot(other, _LAST, x, y, z),
                        )
                        u0, u1 = max(u0, t0), min(u1, t1)
                        if u1 > u0 and found < _CUTS:
                            i = found
                            while i > 0 and low[i - 1] > u0:
                                low[i], high[i] = low[i - 1], high[i - 1]
                                i -= 1
                            low[i], high[i] = u0, u1
                            found += 1
                    end = t0
                    for i in range(found):
                        if high[i] > end:
                            left -= high[i] - max(low[i], end)
                            end = high[i]
                    if left <= 0.0:
                        continue
                    long = left * np.sqrt(x * x + y * y + z * z)
                    middle = 0.5 * (t0 + t1)
                    along = piece[_GAP_ALONG] + middle * axial
                    part = min(max(along / piece[_LENGTH], 0.0), 1.0)
                    one += (1.0 - part) * long
                    two += part * long
                if one + two > 0.0:
                    pixel[at] = (r - origin[0]) * origin[2] + (c - origin[1])
                    lengths[at, 0], lengths[at, 1] = np.float32(one / rays), np.float32(two / rays)
                    at += 1
        counts[p] = at - place_from[p]


@njit(cache=True, nogil=True, error_model="numpy")
def _sum(
    pixel: NDArray,  # int32 (room,)
    lengths: NDArray,  # float32 (room, 2), mm
    place_from: NDArray,
    counts: NDArray,
    nodes: NDArray,  # int64 (pieces,): first node of each piece
    density: NDArray,  # float64 (nodes,), g/cm3
    mass: NDArray,  # float32 (pixels of the window,), g/cm2; added to
) -> None:
    """Iodine on every pixel: lengths times concentration."""
    for p in range(len(counts)):
        a, b = np.float32(0.1 * density[nodes[p]]), np.float32(0.1 * density[nodes[p] + 1])
        if a == 0.0 and b == 0.0:
            continue
        for k in range(place_from[p], place_from[p] + counts[p]):
            mass[pixel[k]] += lengths[k, 0] * a + lengths[k, 1] * b


@njit(cache=True, nogil=True, error_model="numpy")
def _neighbours(
    middle: NDArray,  # float64 (pieces, 3)
    size: NDArray,  # float64 (pieces,): radius of a ball that holds the piece
    tube: NDArray,  # int64 (pieces,)
    found: NDArray,  # int64 (room,); written
    begins: NDArray,  # int64 (pieces + 1,); written
) -> int:
    """Earlier pieces of other tubes whose balls meet a piece's ball; returns how many (stored while room)."""
    count = 0
    for p in range(len(middle)):
        begins[p] = count
        for q in range(p):
            if tube[q] == tube[p]:
                break
            dx, dy, dz = (
                middle[p, 0] - middle[q, 0], middle[p, 1] - middle[q, 1], middle[p, 2] - middle[q, 2],
            )  # fmt: skip
            reach = size[p] + size[q]
            if dx * dx + dy * dy + dz * dz < reach * reach:
                if count < len(found):
                    found[count] = q
                count += 1
    begins[len(middle)] = count
    return count


@dataclass(frozen=True, slots=True, eq=False)
class _Operator:
    """Lengths of all rays in all pieces of one view."""

    window: tuple[int, int, int, int]
    pixel: NDArray[np.int32]
    lengths: NDArray[np.float32]
    place_from: NDArray[np.int64]
    counts: NDArray[np.int64]


class TubeProjector:
    """Projects the iodine in tubes; what depends on the view alone is kept.

    Parameters
    ----------
    tubes : ContrastTubes
    most_rays : int
        Most rays a pixel; fewer for a coarse measure, where a thin tube may err by some percent.

    Notes
    -----
    **Model** each tube is a chain of cones between the bisector planes at its nodes; the chord of a ray in
    a cone is exact, and the concentration, straight between two nodes, is integrated exactly along it.
    Where two tubes share room (a branch in its parent), the room counts once, for the tube that comes
    first. A pixel is the mean of 1 to 34 rays on a lattice, 16 a radius or more, so that a tube thinner than
    a pixel keeps its iodine. For one view this is a sparse matrix of lengths; a picture is its product with
    the concentrations.
    **Valid for** bends whose radius of curvature exceeds the tube's radius; tubes in front of the source.
    Held by ``tests/physics/xray/test_tube_projector.py``.
    """

    def __init__(self, tubes: ContrastTubes, most_rays: int = 34) -> None:
        self.tubes = tubes
        self._most_rays = min(most_rays, int(_LATTICES[-1, 0]))
        self._key: Hashable = None
        self._operator: _Operator | None = None
        sizes = [len(tube.line.arc_mm) for tube in tubes.tubes]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        self._slices = [slice(int(a), int(b)) for a, b in pairwise(starts)]
        self._first = np.concatenate([np.arange(s.start, s.stop - 1) for s in self._slices])
        self._tube = np.repeat(np.arange(len(sizes)), [n - 1 for n in sizes])
        self._radius = np.concatenate([tube.line.radius_mm for tube in tubes.tubes])

    def mass(self, geometry: BeamGeometry, phase: Phase, ages_s: Sequence[float]) -> LayerMass | None:
        """g/cm2 of iodine on the touched pixels for injections of these ages; None where nothing is seen."""
        over_s = self.tubes.over_s
        seen = [age for age in ages_s if 0.0 < age < over_s]
        density = self.tubes.concentration(seen)
        if not seen or not density.any():
            return None
        operator = self._view(geometry, phase)
        if operator is None:
            return None
        r0, r1, c0, c1 = operator.window
        mass = np.zeros((1, r1 - r0, c1 - c0), np.float32)
        flat = mass.reshape(-1)
        _sum(
            operator.pixel, operator.lengths, operator.place_from, operator.counts, self._first, density, flat
        )
        return LayerMass(operator.window, (IODINE,), mass)

    def _view(self, geometry: BeamGeometry, phase: Phase) -> _Operator | None:
        nodes = self.tubes.nodes_at(phase)
        key = (geometry.key, nodes.tobytes())
        if key != self._key:
            self._operator, self._key = self._project(geometry, nodes), key
        return self._operator

    def _project(self, geometry: BeamGeometry, nodes: Floats) -> _Operator | None:
        pieces, pixel_mm = self._pieces(geometry, nodes)
        boxes = self._boxes(geometry, nodes)
        areas = (boxes[:, 1] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 2])
        some = areas > 0
        if not some.any():
            return None
        window = (
            int(boxes[some, 0].min()), int(boxes[some, 1].max()),
            int(boxes[some, 2].min()), int(boxes[some, 3].max()),
        )  # fmt: skip
        narrow = np.minimum(self._radius[self._first], self._radius[self._first + 1])
        rays = np.minimum(_RAYS_A_RADIUS * pixel_mm / np.maximum(narrow, 1e-3), self._most_rays)
        lattice = _LATTICES[np.searchsorted(_LATTICES[:, 0], rays)]
        cutters, cut_from = self._cutters(nodes)
        place_from = np.concatenate([[0], np.cumsum(areas)])
        origin = np.array([window[0], window[2], window[3] - window[2]])
        pixel = np.empty(place_from[-1], np.int32)
        lengths = np.empty((place_from[-1], 2), np.float32)
        counts = np.zeros(len(pieces), np.int64)
        beam = np.stack(
            [geometry.origin_mm - geometry.source_mm, geometry.row_step_mm, geometry.column_step_mm]
        )
        share(
            lambda k, n: _lengths(
                pieces,
                beam,
                boxes,
                lattice,
                cutters,
                cut_from,
                place_from,
                origin,
                pixel,
                lengths,
                counts,
                k,
                n,
            )
        )
        return _Operator(window, pixel, lengths, place_from, counts)

    def _pieces(self, geometry: BeamGeometry, nodes: Floats) -> tuple[Floats, Floats]:
        """The table of pieces as the kernels read it, and the larger side of a pixel at each piece, mm."""
        planes = np.concatenate([end_planes(nodes[part]) for part in self._slices])
        a, b = nodes[self._first], nodes[self._first + 1]
        span = b - a
        length = np.maximum(np.linalg.norm(span, axis=1), 1e-9)
        axis = span / length[:, None]
        gap = geometry.source_mm - a
        along = (gap * axis).sum(axis=1)
        ra, rb = self._radius[self._first], self._radius[self._first + 1]
        slope = (rb - ra) / length
        radius = ra + slope * along
        across = (gap * gap).sum(axis=1) - along * along
        first, last = planes[self._first], planes[self._first + 1]
        depth = np.maximum(-(gap @ -geometry.normal), 1.0)
        steps = np.array([np.linalg.norm(geometry.row_step_mm), np.linalg.norm(geometry.column_step_mm)])
        shrink = depth / geometry.source_to_detector_mm
        reach = np.maximum(ra, rb) * 1.02 + 0.51 * float(np.hypot(*steps)) * shrink * 1.1
        table = np.empty((len(a), _COLUMNS))
        table[:, _AXIS : _AXIS + 3] = axis
        table[:, _GAP : _GAP + 3] = gap
        table[:, _GAP_ALONG] = along
        table[:, _RADIUS] = radius
        table[:, _SLOPE] = slope
        table[:, _QQ] = across - radius * radius
        table[:, _FIRST : _FIRST + 3] = first
        table[:, _FIRST_GAP] = (first * gap).sum(axis=1)
        table[:, _LAST : _LAST + 3] = last
        table[:, _LAST_GAP] = (last * (geometry.source_mm - b)).sum(axis=1)
        table[:, _QQ_MEAN] = across - (0.5 * (ra + rb)) ** 2
        table[:, _LENGTH] = length
        table[:, _REACH] = across - reach * reach
        return table, shrink * steps.max()

    def _boxes(self, geometry: BeamGeometry, nodes: Floats) -> NDArray[np.int64]:
        """Windows of the detector that hold each piece: the balls about its two ends."""
        place = geometry.project_points(nodes)
        depth = np.maximum((nodes - geometry.source_mm) @ -geometry.normal, 1e-6)
        grow = 1.1 * self._radius * geometry.source_to_detector_mm / depth
        sides = (
            (float(np.linalg.norm(geometry.row_step_mm)), geometry.rows),
            (float(np.linalg.norm(geometry.column_step_mm)), geometry.columns),
        )
        boxes = np.zeros((len(self._first), 4), np.int64)
        good: NDArray[np.bool_] = np.asarray(np.isfinite(place).all(axis=1))
        for axis, (pixel, size) in enumerate(sides):
            low = np.where(good, place[:, axis], 0.0) - grow / pixel
            high = np.where(good, place[:, axis], 0.0) + grow / pixel
            low = np.minimum(low[self._first], low[self._first + 1])
            high = np.maximum(high[self._first], high[self._first + 1])
            boxes[:, 2 * axis] = np.clip(np.floor(low), 0, size)
            boxes[:, 2 * axis + 1] = np.clip(np.ceil(high) + 1, 0, size)
        boxes[~(good[self._first] & good[self._first + 1])] = 0
        return boxes

    def _cutters(self, nodes: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        a, b = nodes[self._first], nodes[self._first + 1]
        half = 0.5 * np.linalg.norm(b - a, axis=1)
        size = np.hypot(half, 1.02 * np.maximum(self._radius[self._first], self._radius[self._first + 1]))
        begins = np.zeros(len(a) + 1, np.int64)
        found = np.empty(16 * len(a), np.int64)
        count = _neighbours(0.5 * (a + b), size, self._tube, found, begins)
        if count > len(found):
            found = np.empty(count, np.int64)
            _neighbours(0.5 * (a + b), size, self._tube, found, begins)
        return found[:count], begins
