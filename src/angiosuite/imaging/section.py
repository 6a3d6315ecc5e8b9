"""Sections through a body: a plane of pixels, what of a volume lies in it, and what of its lumens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.lumen_projector import Lumen, joined

Floats = NDArray[np.float64]
Image = NDArray[np.float32]
PlaneName = Literal["axial", "coronal", "sagittal"]
Point = tuple[float, float, float]

#: Axes of patient space: across the plane, down the rows, along the columns; and the sign of the rows.
_AXES: dict[PlaneName, tuple[int, int, int, float]] = {
    "axial": (2, 1, 0, 1.0),
    "coronal": (1, 2, 0, -1.0),
    "sagittal": (0, 2, 1, -1.0),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A square plane of pixels as a radiologist looks at it.

    Parameters
    ----------
    plane : {"axial", "coronal", "sagittal"}
        Axial from below (left of the patient on the right), coronal from the front, sagittal from the left.
    at_mm : float
        Place across the plane: z, y or x, LPS mm.
    centre_mm : (x, y, z)
        Middle of the picture; its part across the plane is not used.
    side_mm : float
        Side of the picture.
    thickness_mm : float
        Of the slab that is averaged.
    pixels : int
        Rows and columns.
    """

    plane: PlaneName
    at_mm: float
    centre_mm: Point
    side_mm: float = 420.0
    thickness_mm: float = 5.0
    pixels: int = 512

    def __post_init__(self) -> None:
        if self.plane not in _AXES or self.side_mm <= 0 or self.thickness_mm < 0 or self.pixels < 16:
            raise WrongUse(
                "A section is axial, coronal or sagittal, with a side, a thickness and 16 pixels or more",
                code="bad-section",
                value=[self.plane, self.side_mm, self.thickness_mm, self.pixels],
            )

    @property
    def pixel_mm(self) -> float:
        """Side of a pixel, mm."""
        return self.side_mm / self.pixels

    @property
    def axes(self) -> tuple[int, int, int]:
        """Axes of space (0 x, 1 y, 2 z) across the plane, down the rows and along the columns."""
        return _AXES[self.plane][:3]

    def places_mm(self) -> tuple[Floats, Floats]:
        """Coordinates of the rows and of the columns on their axes of space, LPS mm."""
        _, down, along, sign = _AXES[self.plane]
        steps: Floats = (np.arange(self.pixels, dtype=np.float64) - 0.5 * (self.pixels - 1)) * self.pixel_mm
        down_mm, along_mm = self.centre_mm[down] + sign * steps, self.centre_mm[along] + steps
        return np.asarray(down_mm, np.float64), np.asarray(along_mm, np.float64)

    def depths_mm(self, spacing_mm: float) -> Floats:
        """Depths that stand for the slab, about a spacing apart, LPS mm."""
        count = max(1, round(self.thickness_mm / spacing_mm))
        steps: Floats = np.arange(count, dtype=np.float64) - 0.5 * (count - 1)
        return np.asarray(self.at_mm + steps * (self.thickness_mm / count), np.float64)


def weights_across(
    section: Section, origin_mm: Point, spacing_mm: float, count: int
) -> list[tuple[int, float]]:
    """The planes of voxels that a slab lies in, and their weights; the sum is 1 inside the volume."""
    places = (section.depths_mm(spacing_mm) - origin_mm[section.axes[0]]) / spacing_mm
    weights: dict[int, float] = {}
    for place in places:
        low = int(np.floor(place))
        for index, part in ((low, 1.0 - (place - low)), (low + 1, place - low)):
            if 0 <= index < count and part > 0:
                weights[index] = weights.get(index, 0.0) + part / len(places)
    return sorted(weights.items())


@njit(cache=True, nogil=True, error_model="numpy")
def _resample(plane: NDArray, row_at: NDArray, column_at: NDArray, outside: float, out: NDArray) -> None:
    """Straight lines between voxels; `outside` beyond them."""
    rows, columns = plane.shape
    for r in range(len(row_at)):
        y = row_at[r]
        i = int(np.floor(y))
        if i < -1 or i >= rows:
            out[r] = outside
            continue
        down = np.float32(y - i)
        for c in range(len(column_at)):
            x = column_at[c]
            j = int(np.floor(x))
            if j < -1 or j >= columns:
                out[r, c] = outside
                continue
            right = np.float32(x - j)
            total = np.float32(0.0)
            for dy in range(2):
                wy = down if dy else np.float32(1.0) - down
                for dx in range(2):
                    w = wy * (right if dx else np.float32(1.0) - right)
                    k, m = i + dy, j + dx
                    inside = 0 <= k < rows and 0 <= m < columns
                    total += w * (plane[k, m] if inside else np.float32(outside))
            out[r, c] = total


def resampled(
    section: Section, plane: Image, origin_mm: Point, spacing_mm: float, outside: float = 0.0
) -> Image:
    """A plane of voxels (cut across the section's first axis) on the section's pixels, float32.

    The plane's axes are the volume's (z, y, x) less the one that was cut.
    """
    _, down, along = section.axes
    rows_mm, columns_mm = section.places_mm()
    out = np.empty((section.pixels, section.pixels), np.float32)
    # In all three planes the higher axis of space is the first axis that is left of (z, y, x).
    _resample(
        np.ascontiguousarray(plane, np.float32),
        (rows_mm - origin_mm[down]) / spacing_mm,
        (columns_mm - origin_mm[along]) / spacing_mm,
        np.float32(outside),
        out,
    )
    return out


def slab(
    volume: NDArray, section: Section, weights: Sequence[tuple[int, float]], table: Image | None = None
) -> Image:
    """Weighted sum of planes of voxels of a (z, y, x) volume, float32.

    Parameters
    ----------
    volume : ndarray (z, y, x)
    section : Section
    weights : sequence of (index, weight)
        :func:`weights_across`; planes outside the volume are passed over.
    table : float32 (256,), optional
        What each number of the volume stands for; the number itself without it.
    """
    axis = 2 - section.axes[0]
    inside = [(k, w) for k, w in weights if 0 <= k < volume.shape[axis]]
    shape = tuple(n for k, n in enumerate(volume.shape) if k != axis)
    total = np.zeros(shape, np.float32)
    if not inside:
        return total
    first = inside[0][0]
    # one block first: planes across x share the lines of memory that they are read from
    where = [slice(None)] * 3
    where[axis] = slice(first, inside[-1][0] + 1)
    block = np.moveaxis(volume[tuple(where)], axis, 0)
    for k, weight in inside:
        plane = block[k - first]
        total += np.float32(weight) * (plane if table is None else table[plane])
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _paint(
    nodes: NDArray,  # float64 (nodes, 3): row and column (pixels) and depth (mm)
    ends: NDArray,  # int64 (pieces, 2)
    radii: NDArray,  # float64 (pieces, 2), mm
    values: NDArray,  # float32 (channels, nodes)
    pixel: float,  # mm
    depth: float,  # mm
    cover: NDArray,  # float32 (rows, columns); written
    painted: NDArray,  # float32 (channels, rows, columns); written
) -> None:
    """Share of each pixel in a lumen (beyond 1 where deep inside), and the values of the deepest."""
    rows, columns = cover.shape
    cover[:] = 0.0
    for p in range(len(ends)):
        i, j = ends[p, 0], ends[p, 1]
        ra, rb = radii[p, 0], radii[p, 1]
        z0, z1 = nodes[i, 2] - depth, nodes[j, 2] - depth
        most = max(ra, rb)
        if min(z0, z1) > most or max(z0, z1) < -most:
            continue
        reach = most / pixel + 1.0
        y0, x0, y1, x1 = nodes[i, 0], nodes[i, 1], nodes[j, 0], nodes[j, 1]
        top, bottom = max(int(min(y0, y1) - reach), 0), min(int(max(y0, y1) + reach) + 2, rows)
        left, right = max(int(min(x0, x1) - reach), 0), min(int(max(x0, x1) + reach) + 2, columns)
        dy, dx, dz = (y1 - y0) * pixel, (x1 - x0) * pixel, z1 - z0
        square = max(dy * dy + dx * dx + dz * dz, 1e-12)
        for r in range(top, bottom):
            gy = (r - y0) * pixel
            for c in range(left, right):
                gx = (c - x0) * pixel
                t = min(max((gy * dy + gx * dx - z0 * dz) / square, 0.0), 1.0)
                off = (gy - t * dy) ** 2 + (gx - t * dx) ** 2 + (z0 + t * dz) ** 2
                share = 0.5 + (ra + t * (rb - ra) - np.sqrt(off)) / pixel  # beyond 1 deep inside
                if share > cover[r, c]:
                    cover[r, c] = share
                    for k in range(len(values)):
                        painted[k, r, c] = values[k, i] + t * (values[k, j] - values[k, i])


@njit(cache=True, nogil=True, error_model="numpy")
def _add(cover: NDArray, painted: NDArray, share: float, total: NDArray) -> None:
    for r in range(cover.shape[0]):
        for c in range(cover.shape[1]):
            w = share * min(cover[r, c], np.float32(1.0))
            if w > 0.0:
                total[0, r, c] += w
                for k in range(len(painted)):
                    total[k + 1, r, c] += w * painted[k, r, c]


class LumenSections:
    """Lumens cut by sections; nodes in the order of ``physics.xray.lumen_projector.LumenProjector``.

    Parameters
    ----------
    lumens : sequence of Lumen

    Notes
    -----
    **Model** each piece is a cone with round ends; a pixel at its rim is shared by the distance to the wall,
    the slab is the mean of planes about 2 mm apart. At rest: end of expiration, start of the heart's cycle.
    Held by ``tests/imaging/test_section.py``.
    """

    def __init__(self, lumens: Sequence[Lumen]) -> None:
        pieces = joined(lumens)
        self._ends, self._radii = pieces.ends, pieces.radii_mm
        self._nodes = np.concatenate([lumen.nodes_mm for lumen in lumens])

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self._nodes)

    def cut(self, section: Section, *values: Floats, least_mm: float = 0.0) -> Image:
        """Share of each pixel in lumens, then share times each value, float32 (1 + values, rows, columns).

        Parameters
        ----------
        section : Section
        *values : float64 (nodes,)
            What is painted, such as iodine in mg/ml.
        least_mm : float
            Lumens of a smaller radius are left out.
        """
        across, down, along = section.axes
        rows_mm, columns_mm = section.places_mm()
        pixel = section.pixel_mm
        nodes = np.stack(
            [
                (self._nodes[:, down] - rows_mm[0]) / (rows_mm[1] - rows_mm[0]),
                (self._nodes[:, along] - columns_mm[0]) / pixel,
                self._nodes[:, across],
            ],
            axis=1,
        )
        given = np.array(values, np.float32).reshape(len(values), self.nodes)
        shape = (section.pixels, section.pixels)
        total = np.zeros((1 + len(values), *shape), np.float32)
        cover, painted = np.empty(shape, np.float32), np.empty((len(values), *shape), np.float32)
        depths = section.depths_mm(2.0)
        chosen = self._near(section, least_mm)
        for depth in depths:
            _paint(nodes, self._ends[chosen], self._radii[chosen], given, pixel, float(depth), cover, painted)
            _add(cover, painted, 1.0 / len(depths), total)
        return total

    def _near(self, section: Section, least_mm: float) -> NDArray[np.bool_]:
        """Pieces that come near the slab."""
        depth = self._nodes[:, section.axes[0]][self._ends]
        most = self._radii.max(axis=1)
        reach = 0.5 * section.thickness_mm + most
        off = np.maximum(depth.min(axis=1) - section.at_mm, section.at_mm - depth.max(axis=1))
        return np.asarray((off < reach) & (most >= least_mm))
