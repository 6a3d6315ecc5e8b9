"""The base grid, the label map, meshes and signed distances on the grid."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy import ndimage

#: Adult size of the label map's voxels (the file's own spacing is a child's), x, y, z in mm.
ATLAS_SPACING = np.array([1.38, 1.38, 2.75])
SPACING = 1.2
ORIGIN = np.array([-26.0, 70.0, -230.0])
SHAPE = (645, 217, 322)
BAND_MM = 6.0
MIDLINE = 167.0


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the base grid: index ranges along z, y, x."""

    z: slice
    y: slice
    x: slice

    @property
    def slices(self) -> tuple[slice, slice, slice]:
        """Index of the part in a base array."""
        return self.z, self.y, self.x

    @property
    def origin(self) -> NDArray[np.float64]:
        """(x, y, z) mm of the part's first voxel."""
        return ORIGIN + SPACING * np.array([self.x.start, self.y.start, self.z.start])

    @property
    def shape(self) -> tuple[int, int, int]:
        """Voxels along z, y, x."""
        return (self.z.stop - self.z.start, self.y.stop - self.y.start, self.x.stop - self.x.start)

    def axes(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Broadcastable z, y, x coordinates in mm."""
        o, (nz, ny, nx) = self.origin, self.shape
        z = (o[2] + SPACING * np.arange(nz, dtype=np.float32))[:, None, None]
        y = (o[1] + SPACING * np.arange(ny, dtype=np.float32))[None, :, None]
        x = (o[0] + SPACING * np.arange(nx, dtype=np.float32))[None, None, :]
        return z.astype(np.float32), y.astype(np.float32), x.astype(np.float32)


WHOLE = Box(slice(0, SHAPE[0]), slice(0, SHAPE[1]), slice(0, SHAPE[2]))


def box_around(low: NDArray[np.float64], high: NDArray[np.float64], margin_mm: float = BAND_MM) -> Box:
    """The part of the base grid that holds low..high (x, y, z mm) with a margin."""
    first = np.floor((low - margin_mm - ORIGIN) / SPACING).astype(int)
    last = np.ceil((high + margin_mm - ORIGIN) / SPACING).astype(int) + 1
    limits = np.array(SHAPE[::-1])
    first, last = np.clip(first, 0, limits), np.clip(last, 0, limits)
    return Box(slice(first[2], last[2]), slice(first[1], last[1]), slice(first[0], last[0]))


def read_atlas(path: Path) -> NDArray[np.int16]:
    """Labels (z, y, x) with x left, y posterior, z up."""
    raw = path.read_bytes()
    end = raw.index(b"\n\n")
    labels = np.frombuffer(gzip.decompress(raw[end + 2 :]), dtype=np.int16).reshape(113, 256, 256)
    return np.ascontiguousarray(labels[::-1, ::-1, :])


def read_meshes(path: Path) -> dict[str, tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Name -> vertices (n, 3) mm, faces (m, 3)."""
    store = np.load(path)
    names = sorted({key[:-3] for key in store.files})
    result = {}
    for name in names:
        origin = store[f"{name}__o"]
        vertices = store[f"{name}__v"].astype(np.float64) * origin[3] + origin[:3]
        result[name] = (vertices, store[f"{name}__f"].astype(np.int64))
    return result


def atlas_distance(mask: NDArray[np.bool_], box: Box, blur: float = 0.75) -> NDArray[np.float32]:
    """Signed distance (mm, negative inside) of an atlas mask on a part of the base grid."""
    found = ndimage.find_objects(mask.astype(np.uint8))[0]
    pads = (5, 8, 8)
    cut = tuple(
        slice(max(part.start - pad, 0), min(part.stop + pad, size))
        for part, pad, size in zip(found, pads, mask.shape, strict=True)
    )
    small = np.pad(mask[cut], [(3, 3), (0, 0), (0, 0)], mode="edge")
    sampling = (2.75, 1.38, 1.38)
    outside = ndimage.distance_transform_edt(~small, sampling)
    inside = ndimage.distance_transform_edt(small, sampling)
    distance = np.where(small, -(inside - 0.7), outside - 0.7)
    distance = np.clip(ndimage.gaussian_filter(distance, (blur * 0.8, blur, blur)), -14, 14).astype(
        np.float32
    )
    z, y, x = box.axes()
    coordinates = [
        z.ravel() / 2.75 - (cut[0].start - 3),
        y.ravel() / 1.38 - cut[1].start,
        x.ravel() / 1.38 - cut[2].start,
    ]
    return sample_separable(distance, coordinates)


def sample_separable(
    volume: NDArray[np.float32], coordinates: list[NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Linear interpolation of a volume on a rectilinear grid (edge values outside)."""
    result = volume
    for axis, wanted in enumerate(coordinates):
        wanted = np.clip(wanted, 0, volume.shape[axis] - 1.001)
        low = np.floor(wanted).astype(int)
        weight = (wanted - low).astype(np.float32)
        shape = [1, 1, 1]
        shape[axis] = len(wanted)
        weight = weight.reshape(shape)
        result = np.take(result, low, axis) * (1 - weight) + np.take(result, low + 1, axis) * weight
    return result.astype(np.float32)


@njit(cache=True)
def _point_triangle(px, py, pz, a, b, c):  # type: ignore[no-untyped-def]
    abx, aby, abz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    acx, acy, acz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    apx, apy, apz = px - a[0], py - a[1], pz - a[2]
    d1 = abx * apx + aby * apy + abz * apz
    d2 = acx * apx + acy * apy + acz * apz
    if d1 <= 0 and d2 <= 0:
        return apx * apx + apy * apy + apz * apz
    bpx, bpy, bpz = px - b[0], py - b[1], pz - b[2]
    d3 = abx * bpx + aby * bpy + abz * bpz
    d4 = acx * bpx + acy * bpy + acz * bpz
    if d3 >= 0 and d4 <= d3:
        return bpx * bpx + bpy * bpy + bpz * bpz
    cpx, cpy, cpz = px - c[0], py - c[1], pz - c[2]
    d5 = abx * cpx + aby * cpy + abz * cpz
    d6 = acx * cpx + acy * cpy + acz * cpz
    if d6 >= 0 and d5 <= d6:
        return cpx * cpx + cpy * cpy + cpz * cpz
    va, vb, vc = d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2
    if vc <= 0 and d1 >= 0 and d3 <= 0:
        v, w = d1 / (d1 - d3), 0.0
    elif vb <= 0 and d2 >= 0 and d6 <= 0:
        v, w = 0.0, d2 / (d2 - d6)
    elif va <= 0 and (d4 - d3) >= 0 and (d5 - d6) >= 0:
        w = (d4 - d3) / ((d4 - d3) + (d5 - d6))
        v = 1.0 - w
    else:
        v, w = vb / (va + vb + vc), vc / (va + vb + vc)
    qx, qy, qz = v * abx + w * acx - apx, v * aby + w * acy - apy, v * abz + w * acz - apz
    return qx * qx + qy * qy + qz * qz


@njit(cache=True)
def _mesh_distance(v, f, o, h, band, squared, inside):  # type: ignore[no-untyped-def]
    nz, ny, nx = squared.shape
    for i in range(f.shape[0]):
        a, b, c = v[f[i, 0]], v[f[i, 1]], v[f[i, 2]]
        low, high = np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
        first, last = np.empty(3, np.int64), np.empty(3, np.int64)
        for k in range(3):
            first[k] = max(0, int(np.floor((low[k] - band - o[k]) / h)))
            last[k] = int(np.ceil((high[k] + band - o[k]) / h)) + 1
        for z in range(first[2], min(last[2], nz)):
            for y in range(first[1], min(last[1], ny)):
                for x in range(first[0], min(last[0], nx)):
                    d = _point_triangle(o[0] + h * x, o[1] + h * y, o[2] + h * z, a, b, c)
                    if d < squared[z, y, x]:
                        squared[z, y, x] = d
        # parity along z: every column under the triangle flips above the crossing
        area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        if abs(area) < 1e-12:
            continue
        for y in range(first[1], min(last[1], ny)):
            py = o[1] + h * y + 1.37e-4
            for x in range(first[0], min(last[0], nx)):
                px = o[0] + h * x + 2.11e-4
                w1 = ((px - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (py - a[1])) / area
                w2 = ((b[0] - a[0]) * (py - a[1]) - (px - a[0]) * (b[1] - a[1])) / area
                if w1 >= 0 and w2 >= 0 and w1 + w2 <= 1:
                    cross = a[2] + w1 * (b[2] - a[2]) + w2 * (c[2] - a[2])
                    start = max(0, int(np.ceil((cross - o[2]) / h)))
                    for z in range(start, nz):
                        inside[z, y, x] = not inside[z, y, x]


def mesh_distance(vertices: NDArray[np.float64], faces: NDArray[np.int64], box: Box) -> NDArray[np.float32]:
    """Signed distance (mm, negative inside, clipped at the band) of a closed mesh on a part of the grid."""
    squared = np.full(box.shape, 1e9, np.float64)
    inside = np.zeros(box.shape, np.bool_)
    _mesh_distance(vertices, faces, box.origin.astype(np.float64), SPACING, BAND_MM + 2.0, squared, inside)
    distance = np.minimum(np.sqrt(squared), BAND_MM + 4.0)
    return np.where(inside, -distance, distance).astype(np.float32)


@njit(cache=True, parallel=True)
def tubes(points, radii, o, h, shape, result):  # type: ignore[no-untyped-def]
    """Union of capsules: result = min(result, distance to the chain of points minus radius)."""
    nz, ny, nx = shape
    for z in prange(nz):
        pz = o[2] + h * z
        for i in range(points.shape[0] - 1):
            a, b = points[i], points[i + 1]
            reach = max(radii[i], radii[i + 1]) + 8.0
            if pz < min(a[2], b[2]) - reach or pz > max(a[2], b[2]) + reach:
                continue
            d = b - a
            length = max((d * d).sum(), 1e-9)
            x0 = max(0, int((min(a[0], b[0]) - reach - o[0]) / h))
            x1 = min(nx, int((max(a[0], b[0]) + reach - o[0]) / h) + 2)
            y0 = max(0, int((min(a[1], b[1]) - reach - o[1]) / h))
            y1 = min(ny, int((max(a[1], b[1]) + reach - o[1]) / h) + 2)
            for y in range(y0, y1):
                py = o[1] + h * y
                for x in range(x0, x1):
                    px = o[0] + h * x
                    t = ((px - a[0]) * d[0] + (py - a[1]) * d[1] + (pz - a[2]) * d[2]) / length
                    t = min(max(t, 0.0), 1.0)
                    ex, ey, ez = px - a[0] - t * d[0], py - a[1] - t * d[1], pz - a[2] - t * d[2]
                    value = np.sqrt(ex * ex + ey * ey + ez * ez) - (radii[i] + t * (radii[i + 1] - radii[i]))
                    if value < result[z, y, x]:
                        result[z, y, x] = value


def spline(points: NDArray[np.float64] | list[list[float]], count: int) -> NDArray[np.float64]:
    """`count` points on a smooth curve through the given ones."""
    from scipy.interpolate import CubicSpline

    array = np.asarray(points, dtype=np.float64)
    steps = np.r_[0, np.cumsum(np.sqrt((np.diff(array, axis=0) ** 2).sum(1)))]
    return np.asarray(CubicSpline(steps, array)(np.linspace(0, steps[-1], count)))
