"""The skeleton: fits of the meshes to the label map, one signed distance per bone, joined."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from patient_sources.grid import (
    BAND_MM,
    MIDLINE,
    ORIGIN,
    SHAPE,
    SPACING,
    WHOLE,
    Box,
    atlas_distance,
    box_around,
    mesh_distance,
    read_atlas,
    read_meshes,
    spline,
    tubes,
)

Mesh = tuple[NDArray[np.float64], NDArray[np.int64]]

#: Bone kinds of the shipped kind map.
BODY, ARCH, SPINOUS, HIP, SACRUM, FEMUR, RIB, STERNUM, CARTILAGE, CLAVICLE, COCCYX, PEDICLE = range(1, 13)

THORACIC = {1: 11, 2: 10, 3: 9, 4: 8, 5: 7, 6: 6, 7: 5, 8: 0, 9: 1}
CERVICAL = (18, 17)


@dataclass(slots=True)
class Skeleton:
    """Union signed distance, kind and number of every bone on the base grid."""

    distance: NDArray[np.float32]
    kind: NDArray[np.uint8]
    number: NDArray[np.uint8]
    hip_centres: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    notes: dict[str, float] = field(default_factory=dict)

    def add(
        self, box: Box, distance: NDArray[np.float32], kind: int | NDArray[np.uint8], number: int
    ) -> None:
        """Join one bone: the nearest bone owns a voxel of the band."""
        part = self.distance[box.slices]
        nearer = distance < part
        part[nearer] = distance[nearer]
        self.kind[box.slices][nearer] = kind[nearer] if isinstance(kind, np.ndarray) else kind
        self.number[box.slices][nearer] = number


def fit(mesh: Mesh, target: NDArray[np.float64], start: NDArray[np.float64]) -> Mesh:
    """Move and scale (three axes) a mesh onto surface points; trimmed nearest-point iteration."""
    vertices, faces = mesh
    dense = np.concatenate([vertices, vertices[faces].mean(1)])
    centre = dense.mean(0)
    rotation, scale, shift = np.eye(3), np.ones(3), start + centre
    for step in range(60):
        moved = (dense - centre) * scale @ rotation.T + shift
        distance, index = cKDTree(moved).query(target)
        keep = distance <= np.quantile(distance, 0.85)
        source, wanted = (dense - centre)[index[keep]], target[keep]
        scaled = source * scale
        a, b = scaled - scaled.mean(0), wanted - wanted.mean(0)
        u, _, vt = np.linalg.svd(a.T @ b)
        rotation = (u @ np.diag([1, 1, np.sign(np.linalg.det(u @ vt))]) @ vt).T
        if step > 10:
            local, raw = b @ rotation, source - source.mean(0)
            scale = np.clip((local * raw).sum(0) / (raw**2).sum(0), 0.8, 1.25)
        shift = wanted.mean(0) - (source.mean(0) * scale) @ rotation.T
    return (vertices - centre) * scale @ rotation.T + shift, faces


def surface_points(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Boundary voxels of an atlas mask, (n, 3) mm."""
    edge = mask & ~ndimage.binary_erosion(mask, iterations=1, border_value=1)
    return np.argwhere(edge)[:, ::-1] * np.array([1.38, 1.38, 2.75])


def blend(
    atlas: NDArray[np.float32], mesh: NDArray[np.float32], z: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Atlas above z = 24 mm, mesh below z = 6 mm, weighted between."""
    weight = np.clip((z - 6.0) / 18.0, 0, 1)
    return (weight * np.clip(atlas, -8, 8) + (1 - weight) * np.clip(mesh, -8, 8)).astype(np.float32)


def hip_centre(hip: NDArray[np.float32], side: int, radius: float = 25.5) -> NDArray[np.float64]:
    """Centre of the sphere whose superomedial cap lies best on the acetabulum."""
    rng = np.random.default_rng(5)
    rays = rng.normal(size=(900, 3))
    rays /= np.linalg.norm(rays, axis=1)[:, None]
    inward = np.array([-side * 0.72, 0.12, 0.68])
    cap = rays[rays @ (inward / np.linalg.norm(inward)) > 0.45]
    best, where = -1e9, np.zeros(3)
    centre = np.array([MIDLINE + side * 87.0, 180.0, -36.0])
    for step, reach in ((4.0, 16.0), (1.6, 4.0), (0.6, 1.2)):
        offsets = np.arange(-reach, reach + 0.01, step)
        grid = np.stack(np.meshgrid(offsets, offsets, offsets, indexing="ij"), -1).reshape(-1, 3) + centre
        for candidate in grid:
            value = _cap_score(hip, candidate, cap, rays, radius)
            if value > best:
                best, where = value, candidate
        centre = where
    return centre


def _cap_score(
    hip: NDArray[np.float32],
    centre: NDArray[np.float64],
    cap: NDArray[np.float64],
    rays: NDArray[np.float64],
    radius: float,
) -> float:
    def at(points: NDArray[np.float64]) -> NDArray[np.float32]:
        index = np.rint((points - ORIGIN) / SPACING).astype(int)
        index = np.clip(index, 0, np.array(SHAPE[::-1]) - 1)
        return hip[index[:, 2], index[:, 1], index[:, 0]]

    shell = at(centre + cap * radius)
    inner = at(centre + rays * (radius - 4.0))
    return float((np.abs(shell - 2.0) < 3.0).mean() - 2.0 * (inner < 0).mean())


def _vertebra_kinds(
    box: Box, distance: NDArray[np.float32], posterior_y: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Body, pedicle and facet, spinous process, or the rest of the arch, by place in the vertebra."""
    z, y, x = box.axes()
    off = np.abs(x - MIDLINE)
    behind = y - posterior_y[box.z][:, None, None]
    kind = np.full(box.shape, ARCH, np.uint8)
    kind[np.broadcast_to((off > 9.0) & (off < 24.0), box.shape)] = PEDICLE
    kind[(off < 6.5) & (behind > 15.0)] = SPINOUS
    kind[np.broadcast_to(behind < 1.0, box.shape)] = BODY
    del z, distance
    return kind


def build(sources: Path, keep: Path | None) -> Skeleton:
    """All bones on the base grid."""
    if keep is not None and (keep / "skeleton.npz").exists():
        store = np.load(keep / "skeleton.npz")
        skeleton = Skeleton(store["distance"], store["kind"], store["number"])
        skeleton.hip_centres = {"right": store["right"], "left": store["left"]}
        return skeleton
    atlas = read_atlas(sources / "atlas-abdomen-spl" / "labels.nrrd")
    meshes = read_meshes(sources / "patient-sources" / "bone-meshes.npz")
    skeleton = Skeleton(
        np.full(SHAPE, BAND_MM + 4, np.float32), np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint8)
    )
    posterior = posterior_wall(atlas)
    _lumbar(skeleton, atlas, posterior)
    _thorax(skeleton, meshes, posterior)
    _pelvis(skeleton, atlas, meshes)
    if keep is not None:
        np.savez(
            keep / "skeleton.npz",
            distance=skeleton.distance,
            kind=skeleton.kind,
            number=skeleton.number,
            right=skeleton.hip_centres["right"],
            left=skeleton.hip_centres["left"],
        )
    return skeleton


def posterior_wall(atlas: NDArray[np.int16]) -> NDArray[np.float32]:
    """y (mm) of the back wall of the vertebral bodies at every base slice, smooth along the spine."""
    heights, walls = [], []
    for label in range(551, 560):
        points = np.argwhere(atlas == label) * np.array([2.75, 1.38, 1.38])
        near = points[np.abs(points[:, 2] - MIDLINE) < 8]
        heights.append(near[:, 0].mean())
        walls.append(np.quantile(near[:, 1], 0.97) + 0.7)
    # mesh part: back wall of thoracic bodies, read off the fitted vertebrae
    heights += [330.0, 380.0, 434.0, 481.0, 504.0, 540.0]
    walls += [251.0, 256.0, 250.0, 238.0, 228.0, 220.0]
    order = np.argsort(heights)
    z = WHOLE.axes()[0].ravel()
    return np.interp(z, np.array(heights)[order], np.array(walls)[order]).astype(np.float32)


def _lumbar(skeleton: Skeleton, atlas: NDArray[np.int16], posterior: NDArray[np.float32]) -> None:
    for number, label in enumerate([410, 411, 412, 501, 502, 503, 504, 505], start=10):
        mask = atlas == label
        index = np.argwhere(mask) * np.array([2.75, 1.38, 1.38])
        box = box_around(index.min(0)[::-1], index.max(0)[::-1], 10.0)
        distance = waisted(atlas_distance(mask, box), box, posterior)
        skeleton.add(box, distance, _vertebra_kinds(box, distance, posterior), number)


def waisted(distance: NDArray[np.float32], box: Box, posterior: NDArray[np.float32]) -> NDArray[np.float32]:
    """Draw in the walls of a vertebral body by up to 2 mm at half its height, and round its corners."""
    z, y, x = box.axes()
    behind = y - posterior[box.z][:, None, None]
    core = (distance < 0) & (behind < -6.0) & (np.abs(x - MIDLINE) < 12)
    rows = np.nonzero(core.any((1, 2)))[0]
    low, high = z[rows[0], 0, 0], z[rows[-1], 0, 0]
    t = (z - 0.5 * (low + high)) / (0.5 * (high - low) + 0.6)
    body = np.clip((0.5 - behind) / 4.0, 0, 1)
    waist = 2.2 * np.clip(1.0 - t * t, 0, 1) - 0.9 * np.clip((np.abs(t) - 0.6) / 0.4, 0, 1) ** 2
    drawn = distance + body * waist
    # walls move, plates do not: keep the plate where the axis of the spine is near
    plate = (high + 0.6 - np.abs(z - 0.5 * (low + high)) - 0.5 * (high + low)) * -1.0
    corner = np.sqrt(np.maximum(drawn + 3.0, 0) ** 2 + np.maximum(plate + 3.0, 0) ** 2) - 3.0
    rounded = np.where(body > 0.99, np.maximum(drawn, np.minimum(corner, drawn + 1.5)), drawn)
    return rounded.astype(np.float32)


def _thorax(skeleton: Skeleton, meshes: dict[str, Mesh], posterior: NDArray[np.float32]) -> None:
    def place(name: str) -> Mesh:
        v, f = meshes[name]
        height = 301.0 + 1.08 * (v[:, 2] - 212.0)
        low = np.clip((330.0 - height) / 120.0, 0, 1)
        wide = 1.05 + (0.19 * low * low * (3 - 2 * low) if "ribs" in name else 0.0)
        return np.column_stack([MIDLINE + wide * v[:, 0], 192.0 + v[:, 1], height]), f

    for number, piece in [*THORACIC.items(), (31, CERVICAL[0]), (32, CERVICAL[1])]:
        v, f = place(f"opensim_hat_spine_{piece:02d}")
        box = box_around(v.min(0), v.max(0), 10.0)
        distance = ndimage.gaussian_filter(mesh_distance(v, f, box), 0.7)
        skeleton.add(box, distance, _vertebra_kinds(box, distance, posterior), number)
    ribs = [place(f"opensim_hat_ribs_{piece:02d}") for piece in range(25) if piece != 15]
    for side in (-1, 1):
        mine = [rib for rib in ribs if np.sign(rib[0][:, 0].mean() - MIDLINE) == side]
        mine.sort(key=lambda rib: -rib[0][np.argmax(rib[0][:, 1]), 2])
        for order, (v, f) in enumerate(mine, start=1):
            v = _to_vertebra(skeleton, v, order)
            box = box_around(v.min(0), v.max(0), 10.0)
            distance = ndimage.gaussian_filter(mesh_distance(v, f, box), 0.6)
            skeleton.add(box, distance, RIB, (40 if side < 0 else 60) + order)
    v, f = place("opensim_hat_ribs_15")
    box = box_around(v.min(0), v.max(0), 10.0)
    raw = mesh_distance(v, f, box)
    inside = raw < 0
    front = np.where(inside.any(1), inside.argmax(1), 10_000)
    depth = (np.arange(box.shape[1])[None, :, None] - front[:, None, :]) * SPACING
    distance = np.maximum(raw, (depth - 11.0).astype(np.float32)).astype(np.float32)
    distance = ndimage.gaussian_filter(distance, 0.7)
    z, _, x = box.axes()
    soft = (np.abs(x - MIDLINE) > 19.0 + 6.0 * np.clip((z - 430) / 30, 0, 1)) | (z < 322.0)
    kind = np.where(np.broadcast_to(soft, box.shape), CARTILAGE, STERNUM).astype(np.uint8)
    skeleton.add(box, distance, kind, 80)
    for side, number in ((-1, 81), (1, 82)):
        path = spline(
            [
                [MIDLINE + side * 17, 158, 482],
                [MIDLINE + side * 55, 150, 494],
                [MIDLINE + side * 100, 166, 508],
                [MIDLINE + side * 150, 192, 520],
                [MIDLINE + side * 186, 198, 524],
            ],
            40,
        )
        radii = np.interp(np.linspace(0, 1, 40), [0, 0.15, 0.6, 1.0], [9.5, 6.5, 6.0, 7.5])
        box = box_around(path.min(0), path.max(0), 18.0)
        distance = np.full(box.shape, BAND_MM + 4, np.float32)
        tubes(path, radii, box.origin, SPACING, box.shape, distance)
        skeleton.add(box, distance, CLAVICLE, number)


def _to_vertebra(skeleton: Skeleton, vertices: NDArray[np.float64], order: int) -> NDArray[np.float64]:
    """Rib vertices, moved so that the rib's head lies 1 mm from its own or the upper vertebra."""
    numbers = [number for number in (order - 1, order) if number >= 1]
    where = np.argwhere((skeleton.distance < 0) & np.isin(skeleton.number, numbers))
    spine = where[:, ::-1] * SPACING + ORIGIN
    gap, nearest = cKDTree(spine).query(vertices)
    head = int(gap.argmin())
    if gap[head] <= 1.0:
        return vertices
    toward = spine[nearest[head]] - vertices[head]
    return vertices + toward * (1.0 - 1.0 / gap[head])


def _pelvis(skeleton: Skeleton, atlas: NDArray[np.int16], meshes: dict[str, Mesh]) -> None:
    hips = atlas == 299
    points = surface_points(hips)
    vertices, faces = meshes["mri2psm_pelvis"]
    start = np.array([MIDLINE, 0.0, 102.0 - vertices[:, 2].max()])
    start[1] = 212.0 - vertices[vertices[:, 2] > -40][:, 1].mean()
    pelvis = fit((vertices, faces), points[points[:, 2] > 5], start)
    sacral = atlas == 600
    points = surface_points(sacral)
    vertices, faces = meshes["vhm_sacrum"]
    start = np.array([MIDLINE - 350.0, 242.0 + 118.0, 74.0 - vertices[:, 2].max()])
    fitted = fit((vertices, faces), points[points[:, 2] > 5], start)
    shift = fitted[0].mean(0) - vertices.mean(0)
    low = np.minimum(pelvis[0].min(0), fitted[0].min(0)) - 5
    low[2] -= 40
    box = box_around(low, np.maximum(pelvis[0].max(0), fitted[0].max(0)) + 5, 10.0)
    z = box.axes()[0]
    own = ndimage.gaussian_filter(mesh_distance(*fitted, box), 0.7)  # has its canal and foramina
    sacrum = blend(np.maximum(own, atlas_distance(sacral, box) - 2.5), own, z)
    hip = blend(atlas_distance(hips, box), ndimage.gaussian_filter(mesh_distance(*pelvis, box), 0.8), z)
    hip = np.maximum(hip, 2.4 - sacrum).astype(np.float32)  # the joint space
    skeleton.add(box, sacrum, SACRUM, 18)
    v, f = meshes["vhm_coccyx"]
    v = v + shift
    cbox = box_around(v.min(0), v.max(0), 10.0)
    skeleton.add(cbox, ndimage.gaussian_filter(mesh_distance(v, f, cbox), 0.7), COCCYX, 19)
    whole = np.full(SHAPE, BAND_MM + 4, np.float32)
    whole[box.slices] = hip
    right, left = hip_centre(whole, -1), hip_centre(whole, 1)
    mean = np.array([0.5 * (left[0] - right[0]), 0.5 * (left[1] + right[1]), 0.5 * (left[2] + right[2])])
    for side, name, mesh in ((-1, "right", "opensim_femur_r"), (1, "left", "opensim_femur_l")):
        centre = np.array([MIDLINE + side * mean[0], mean[1], mean[2]])
        skeleton.hip_centres[name] = centre
        bz, by, bx = box.axes()
        socket = 26.4 - np.sqrt((bx - centre[0]) ** 2 + (by - centre[1]) ** 2 + (bz - centre[2]) ** 2)
        half = np.where((bx - MIDLINE) * side > 2.0, np.maximum(hip, socket), BAND_MM + 4).astype(np.float32)
        skeleton.add(box, half, HIP, 20 if side < 0 else 21)
        v, f = meshes[mesh]
        v = v * 1.06 + centre
        fbox = box_around(v.min(0), v.max(0), 10.0)
        distance = ndimage.gaussian_filter(mesh_distance(v, f, fbox), 0.7)
        z, y, x = fbox.axes()
        head = np.sqrt((x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2) - 23.6
        distance = np.minimum(distance, head.astype(np.float32))
        skeleton.add(fbox, distance.astype(np.float32), FEMUR, 22 if side < 0 else 23)
