"""Wires, catheters and vessels as chains of cylinders with exact chords, and the tissue they displace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase, VolumeLayer
from angiosuite.physics.xray.projector import Quality
from angiosuite.physics.xray.slices import count_at


@njit(cache=True, nogil=True, error_model="numpy")
def _chord(origin: NDArray, ray: NDArray, a: NDArray, axis: NDArray, radius: float) -> tuple[float, float]:
    """Entry and exit of the line ``origin + t ray`` in an endless cylinder; empty as (1, 0)."""
    along_ray = ray[0] * axis[0] + ray[1] * axis[1] + ray[2] * axis[2]
    gx, gy, gz = origin[0] - a[0], origin[1] - a[1], origin[2] - a[2]
    along_gap = gx * axis[0] + gy * axis[1] + gz * axis[2]
    px, py, pz = ray[0] - along_ray * axis[0], ray[1] - along_ray * axis[1], ray[2] - along_ray * axis[2]
    qx, qy, qz = gx - along_gap * axis[0], gy - along_gap * axis[1], gz - along_gap * axis[2]
    pp = px * px + py * py + pz * pz
    pq = px * qx + py * qy + pz * qz
    qq = qx * qx + qy * qy + qz * qz - radius * radius
    if pp < 1e-24:
        return (-1e30, 1e30) if qq <= 0 else (1.0, 0.0)
    inside = pq * pq - pp * qq
    if inside <= 0:
        return 1.0, 0.0
    root = np.sqrt(inside)
    return (-pq - root) / pp, (-pq + root) / pp


@njit(cache=True, nogil=True, error_model="numpy")
def _behind(
    origin: NDArray, ray: NDArray, point: NDArray, normal: NDArray, t0: float, t1: float
) -> tuple[float, float]:
    """The part of [t0, t1] on the side of a plane that its normal points to."""
    d = ray[0] * normal[0] + ray[1] * normal[1] + ray[2] * normal[2]
    g = (
        (point[0] - origin[0]) * normal[0]
        + (point[1] - origin[1]) * normal[1]
        + (point[2] - origin[2]) * normal[2]
    )
    if abs(d) < 1e-15:
        return (t0, t1) if g <= 0 else (1.0, 0.0)
    if d > 0:
        return max(t0, g / d), t1
    return t0, min(t1, g / d)


@njit(cache=True, nogil=True, error_model="numpy")
def chords(
    nodes: NDArray,  # float64 (nodes, 3), mm
    planes: NDArray,  # float64 (nodes, 3): unit normals of the end planes
    outer: NDArray,  # float64 (segments,): radius, mm
    inner: NDArray,  # float64 (segments,): radius of the hole, mm
    beam: NDArray,  # float64 (4, 3): source, pixel (0, 0) less source, row step, column step
    boxes: NDArray,  # int64 (segments, 4): windows of the detector that hold the segments
    hits: NDArray,  # float64 (room, 5): row, column, entry, exit (shares of the ray), segment; written
    solid: NDArray,  # float64 (rows, columns) of the window: length in the wall, mm; added to
    row0: int,
    column0: int,
) -> int:
    """Length of every ray in the walls of a chain; returns the number of outer chords (stored while room)."""
    source = beam[0]
    count = 0
    axis, ray = np.empty(3), np.empty(3)
    for s in range(len(outer)):
        a, b = nodes[s], nodes[s + 1]
        length = np.sqrt((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2 + (b[2] - a[2]) ** 2)
        if length <= 0 or outer[s] <= 0:
            continue
        for i in range(3):
            axis[i] = (b[i] - a[i]) / length
        for r in range(boxes[s, 0], boxes[s, 1]):
            for c in range(boxes[s, 2], boxes[s, 3]):
                for i in range(3):
                    ray[i] = beam[1, i] + r * beam[2, i] + c * beam[3, i]
                t0, t1 = _chord(source, ray, a, axis, outer[s])
                if t1 <= t0:
                    continue
                t0, t1 = _behind(source, ray, a, planes[s], t0, t1)
                t0, t1 = _behind(source, ray, b, -planes[s + 1], t0, t1)
                t0, t1 = max(t0, 0.0), min(t1, 1.0)
                if t1 <= t0:
                    continue
                wall = t1 - t0
                if inner[s] > 0:
                    h0, h1 = _chord(source, ray, a, axis, inner[s])
                    h0, h1 = max(h0, t0), min(h1, t1)
                    if h1 > h0:
                        wall -= h1 - h0
                long = np.sqrt(ray[0] * ray[0] + ray[1] * ray[1] + ray[2] * ray[2])
                solid[r - row0, c - column0] += wall * long
                if count < len(hits):
                    hits[count, 0], hits[count, 1] = r, c
                    hits[count, 2], hits[count, 3], hits[count, 4] = t0, t1, s
                count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def displaced(
    counts: NDArray,  # the body's slices across y
    occupied: NDArray,
    first: NDArray,
    piece: int,
    nx: int,
    scale: float,  # g/cm3 a count, times 0.1 cm a mm
    affine: NDArray,  # float64 (3, 4): voxel place (x, y, z) from the world
    beam: NDArray,  # as for chords
    hits: NDArray,  # float64 (hits, 5)
    step_mm: float,
    mass: NDArray,  # float32 (rows, columns) of the window; the tissue is taken away
    row0: int,
    column0: int,
) -> None:
    """Take away the tissue on each chord: midpoint sums through the trilinear interpolant."""
    ny, nz = occupied.shape
    ray = np.empty(3)
    for k in range(len(hits)):
        r, c = hits[k, 0], hits[k, 1]
        for i in range(3):
            ray[i] = beam[1, i] + r * beam[2, i] + c * beam[3, i]
        long = np.sqrt(ray[0] * ray[0] + ray[1] * ray[1] + ray[2] * ray[2])
        chord = (hits[k, 3] - hits[k, 2]) * long
        steps = max(1, int(np.ceil(chord / step_mm)))
        total = 0.0
        for j in range(steps):
            t = hits[k, 2] + (hits[k, 3] - hits[k, 2]) * (j + 0.5) / steps
            wx, wy, wz = beam[0, 0] + t * ray[0], beam[0, 1] + t * ray[1], beam[0, 2] + t * ray[2]
            x = affine[0, 0] * wx + affine[0, 1] * wy + affine[0, 2] * wz + affine[0, 3]
            y = affine[1, 0] * wx + affine[1, 1] * wy + affine[1, 2] * wz + affine[1, 3]
            z = affine[2, 0] * wx + affine[2, 1] * wy + affine[2, 2] * wz + affine[2, 3]
            if not (-1.0 < x < nx and -1.0 < y < ny and -1.0 < z < nz):
                continue
            ix, iy, iz = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
            for dz in range(2):
                for dy in range(2):
                    for dx in range(2):
                        jx, jy, jz = ix + dx, iy + dy, iz + dz
                        if 0 <= jx < nx and 0 <= jy < ny and 0 <= jz < nz:
                            w = abs(1 - dx - (x - ix)) * abs(1 - dy - (y - iy)) * abs(1 - dz - (z - iz))
                            total += w * count_at(counts, occupied, first, piece, jy, jz, jx)
        mass[int(r) - row0, int(c) - column0] -= np.float32(total / steps * chord * scale)


def end_planes(nodes_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit normals of a chain's end planes, shape (nodes, 3): bisectors between, square cuts at the ends.

    Neighbours share one plane, so that a bend neither doubles nor loses length.
    """
    step = np.diff(nodes_mm, axis=0)
    unit = step / np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-12)
    both = np.concatenate([unit[:1], unit[1:] + unit[:-1], unit[-1:]])
    size = np.linalg.norm(both, axis=1, keepdims=True)
    along = np.concatenate([unit, unit[-1:]])
    return np.where(size > 1e-6, both / np.maximum(size, 1e-12), along)


@dataclass(frozen=True, slots=True, eq=False)
class CylinderLayer:
    """A chain of cylinders in the world: guide wire, catheter, stent strut, or a vessel with contrast.

    Attributes
    ----------
    name : str
    nodes_mm : ndarray, shape (n, 3)
        Centre line, mm, LPS.
    outer_mm : ndarray, shape (n - 1,), or float
        Radius of each piece, mm.
    content : tuple of (material, g/cm3)
        What the wall is made of; several materials may share it (blood and iodine, say).
    inner_mm : ndarray, shape (n - 1,), or float
        Radius of the hole, mm.
    hole : tuple of (material, g/cm3)
        What fills the hole (saline or contrast in a lumen).
    displaces : sequence of VolumeLayer
        The body, whose tissue along the outer chord is taken away; empty to add without displacing.

    Notes
    -----
    **Model** chord of the ray in each cylinder between the bisector planes at its nodes, exact; displaced
    tissue by midpoint sums through the trilinear interpolant of the body's channels, one voxel a step.
    **Valid for** bends whose radius of curvature exceeds the cylinder's radius.
    Held by ``tests/physics/xray/test_cylinders.py``.
    """

    name: str
    nodes_mm: NDArray[np.float64]
    outer_mm: NDArray[np.float64] | float
    content: tuple[tuple[str, float], ...]
    inner_mm: NDArray[np.float64] | float = 0.0
    hole: tuple[tuple[str, float], ...] = ()
    displaces: Sequence[VolumeLayer] = ()

    def mass(self, geometry: BeamGeometry, phase: Phase, quality: Quality = "full") -> LayerMass | None:
        """g/cm2 of the content, and what it displaces as negative g/cm2, on the touched pixels."""
        nodes = np.ascontiguousarray(self.nodes_mm, np.float64)
        if nodes.ndim != 2 or nodes.shape[1] != 3 or len(nodes) < 2:
            raise WrongUse(
                "A chain needs two points of three coordinates", code="bad-chain", value=[*nodes.shape]
            )
        count = len(nodes) - 1
        outer = np.broadcast_to(np.asarray(self.outer_mm, np.float64), (count,)).copy()
        inner = np.broadcast_to(np.asarray(self.inner_mm, np.float64), (count,)).copy()
        boxes = detector_boxes(nodes, outer, geometry)
        seen = (boxes[:, 1] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 2])
        if not seen.any():
            return None
        r0, c0 = int(boxes[seen, 0].min()), int(boxes[seen, 2].min())
        r1, c1 = int(boxes[seen, 1].max()), int(boxes[seen, 3].max())
        beam = np.stack([
            geometry.source_mm, geometry.origin_mm - geometry.source_mm,
            geometry.row_step_mm, geometry.column_step_mm,
        ])  # fmt: skip
        wall = np.zeros((r1 - r0, c1 - c0))
        planes = end_planes(nodes)
        room = int(((boxes[seen, 1] - boxes[seen, 0]) * (boxes[seen, 3] - boxes[seen, 2])).sum())
        hits = np.empty((room, 5))
        found = chords(nodes, planes, outer, inner, beam, boxes, hits, wall, r0, c0)
        hits = hits[:found]
        parts: dict[str, NDArray[np.float32]] = {}
        for material, density in self.content:
            parts[material] = parts.get(material, 0) + (wall * (0.1 * density)).astype(np.float32)
        if self.hole and (inner > 0).any():
            lumen = np.zeros_like(wall)
            chords(nodes, planes, inner, np.zeros(count), beam, boxes, np.empty((0, 5)), lumen, r0, c0)
            for material, density in self.hole:
                parts[material] = parts.get(material, 0) + (lumen * (0.1 * density)).astype(np.float32)
        take_away(parts, self.displaces, phase, beam, hits, wall.shape, (r0, c0))
        names = tuple(parts)
        return LayerMass((r0, r1, c0, c1), names, np.stack([parts[n] for n in names]))


def take_away(
    parts: dict[str, NDArray[np.float32]],
    body: Sequence[VolumeLayer],
    phase: Phase,
    beam: NDArray[np.float64],
    hits: NDArray[np.float64],
    shape: tuple[int, ...],
    corner: tuple[int, int],
) -> None:
    """Subtract a body's tissue along chords from images of a window, g/cm2 by material."""
    for layer in body:
        for material, volume in layer.channels.items():
            if volume.empty:
                continue
            lost = parts.setdefault(material, np.zeros(shape, np.float32))
            of = volume.across_y
            displaced(
                of.counts,
                of.occupied,
                of.first,
                of.piece,
                volume.shape[2],
                0.1 * volume.scale_g_cm3,
                voxel_from_world(layer, phase, volume.origin_mm, volume.spacing_mm),
                beam,
                hits,
                volume.spacing_mm,
                lost,
                *corner,
            )


def voxel_from_world(
    layer: VolumeLayer, phase: Phase, origin_mm: NDArray, spacing_mm: float
) -> NDArray[np.float64]:
    """Voxel place of a layer's volume from the world at a phase, shape (3, 4)."""
    affine = layer.affine(phase)
    rest = np.linalg.inv(affine) if affine is not None else np.eye(4)
    rest[:3, 3] -= origin_mm
    return np.ascontiguousarray(rest[:3] / spacing_mm)


def detector_boxes(nodes: NDArray, outer: NDArray, geometry: BeamGeometry) -> NDArray[np.int64]:
    """Windows of the detector that hold each piece: the balls about its two ends, and a rim for bends."""
    place = geometry.project_points(nodes)
    distance = (nodes - geometry.source_mm) @ -geometry.normal
    step = np.maximum(geometry.source_to_detector_mm / np.maximum(distance, 1e-6), 0)
    down, right = np.linalg.norm(geometry.row_step_mm), np.linalg.norm(geometry.column_step_mm)
    boxes = np.zeros((len(outer), 4), np.int64)
    ends = np.stack([place[:-1], place[1:]])
    grow = 1.5 * outer * np.maximum(step[:-1], step[1:])
    bad = np.isnan(ends).any(axis=(0, 2))
    ends = np.nan_to_num(ends)
    for axis, (pixel, size) in enumerate(((down, geometry.rows), (right, geometry.columns))):
        low = np.floor(ends[:, :, axis].min(axis=0) - grow / pixel - 1)
        high = np.ceil(ends[:, :, axis].max(axis=0) + grow / pixel + 2)
        boxes[:, 2 * axis] = np.clip(low, 0, size)
        boxes[:, 2 * axis + 1] = np.clip(high, 0, size)
    boxes[bad] = 0
    return boxes
