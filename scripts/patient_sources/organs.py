"""Soft parts: the label map brought to the base grid, and parametric lungs, heart, pelvis, legs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from patient_sources import lungs
from patient_sources.bones import CARTILAGE, RIB, Skeleton
from patient_sources.grid import (
    MIDLINE,
    ORIGIN,
    SHAPE,
    SPACING,
    WHOLE,
    box_around,
    read_atlas,
    sample_separable,
)

#: Tissue numbers of the shipped labels (names and physics: angiosuite_content/tissues).
AIR, FAT, MUSCLE, LIVER, SPLEEN, KIDNEY, PANCREAS, ARTERY, VEIN, BOWEL, BILE, STOMACH, URINE, ADRENAL = range(
    14
)
DISC, LUNG, HEART, BLADDER, CANAL, AIRWAY, SKIN, UTERUS, PROSTATE, BREAST, MEDIASTINUM = range(14, 25)
BONE = 40

#: Zones of the moving layers.
STILL, ABDOMEN, KIDNEYS, HEARTZONE = range(4)

GROUPS: dict[int, list[int]] = {
    LIVER: [3],
    SPLEEN: [4],
    PANCREAS: [6],
    KIDNEY: [51, 52],
    ARTERY: [7, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 29, 126, 71, 72, 73, 74, 75, 76],
    VEIN: [8, 11, 12, 117, 128, 129, 151, 153, 81, 82, 83, 84, 85, 86],
    BOWEL: [9],
    BILE: [10],
    STOMACH: [13],
    URINE: [141, 142, 145, 146],
    ADRENAL: [111, 112],
    DISC: list(range(551, 560)),
    MUSCLE: [32, 131, 133, 135, 136, 137, 138, 139, 140, 143, 231, 233, 235, 236, 237, 238, 239, 240, 241],
}
ANGLES = 120
#: Padding of the skin map, in its own voxels of four times the base spacing, in x and y.
SKIN_PAD = 30


@dataclass(slots=True)
class Base:
    """The base body: labels, zones, lumen depth, envelope and dome tables, vessel tree of the lungs."""

    labels: NDArray[np.uint8]
    zones: NDArray[np.uint8]
    lumen: NDArray[np.float32]
    skin: NDArray[np.int8]
    dome: NDArray[np.float32]
    plan: NDArray[np.bool_]
    tree: NDArray[np.float32]
    landmarks: dict[str, list[float]] = field(default_factory=dict)


def smooth(low: float, high: float, value: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cubic step from 0 at `low` to 1 at `high`."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def upsample(atlas: NDArray[np.int16]) -> NDArray[np.uint8]:
    """Base labels of the slab by the largest blurred indicator."""
    box = box_around(np.array([0.0, 90.0, 0.0]), np.array([352.0, 300.0, 308.0]), 0.0)
    z, y, x = (axis.ravel() for axis in box.axes())
    wanted = [z / 2.75, y / 1.38, x / 1.38]
    best = np.full(box.shape, 0.35, np.float32)
    result = np.zeros(box.shape, np.uint8)
    for tissue, members in GROUPS.items():
        mask = np.isin(atlas, members)
        blur = (0.45, 0.5, 0.5) if tissue in (ARTERY, VEIN, URINE) else (0.7, 0.8, 0.8)
        soft = ndimage.gaussian_filter(mask.astype(np.float32), blur)
        value = sample_separable(soft, wanted)
        value *= 1.25 if tissue in (ARTERY, VEIN) else 1.0
        nearer = value > best
        best[nearer] = value[nearer]
        result[nearer] = tissue
    labels = np.zeros(SHAPE, np.uint8)
    labels[box.slices] = result
    return labels


def envelope(
    mask: NDArray[np.bool_], axis_y: NDArray[np.float32], inner: bool = False
) -> NDArray[np.float32]:
    """Farthest (or nearest, `inner`) radius (mm) of a mask from the axis, per slice and angle."""
    result = np.full((SHAPE[0], ANGLES), np.nan, np.float32)
    for k in range(SHAPE[0]):
        points = np.argwhere(mask[k])
        if not len(points):
            continue
        dy = ORIGIN[1] + SPACING * points[:, 0] - axis_y[k]
        dx = ORIGIN[0] + SPACING * points[:, 1] - MIDLINE
        sector = np.rint(np.arctan2(dy, dx) / (2 * np.pi) * ANGLES).astype(int) % ANGLES
        radius = np.hypot(dx, dy)
        row = np.full(ANGLES, np.inf if inner else -np.inf)
        (np.minimum if inner else np.maximum).at(row, sector, radius)
        row[~np.isfinite(row)] = np.nan
        result[k] = row
    return result


def fill(table: NDArray[np.float32], blur: tuple[float, float]) -> NDArray[np.float32]:
    """Fill gaps (nearest known in slice and angle) and smooth a table; angles are periodic."""
    tiled = np.concatenate([table, table, table], 1)
    known = np.isfinite(tiled)
    index = ndimage.distance_transform_edt(~known, (1.0, 2.0), return_distances=False, return_indices=True)
    filled = tiled[tuple(index)]
    filled = ndimage.gaussian_filter(filled, blur, mode=("nearest", "wrap"))
    return filled[:, ANGLES : 2 * ANGLES].astype(np.float32)


def polar(axis_y: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Radius (mm) and angle (in table columns) of every (slice, row, column), built slice by slice lazily."""
    y = ORIGIN[1] + SPACING * np.arange(SHAPE[1], dtype=np.float32)
    x = ORIGIN[0] + SPACING * np.arange(SHAPE[2], dtype=np.float32)
    dy = y[None, :, None] - axis_y[:, None, None]
    dx = np.broadcast_to((x - MIDLINE)[None, None, :], (1, 1, SHAPE[2]))
    radius = np.hypot(dx, dy).astype(np.float32)
    angle = (np.arctan2(dy, dx) / (2 * np.pi) * ANGLES % ANGLES).astype(np.float32)
    return radius, angle


def lookup(table: NDArray[np.float32], angle: NDArray[np.float32]) -> NDArray[np.float32]:
    """Table radius at every voxel's angle."""
    low = np.floor(angle).astype(np.int16) % ANGLES
    weight = angle - np.floor(angle)
    rows = np.arange(SHAPE[0])[:, None, None]
    result: NDArray[np.float32] = table[rows, low] * (1 - weight) + table[rows, (low + 1) % ANGLES] * weight
    return result.astype(np.float32)


def build(sources: Path, skeleton: Skeleton) -> Base:
    """Labels, zones and tables on the base grid."""
    atlas = read_atlas(sources / "atlas-abdomen-spl" / "labels.nrrd")
    labels = upsample(atlas)
    z, y, x = WHOLE.axes()
    heights = z.ravel()
    axis_y = np.interp(heights, [-230, -60, 60, 300, 480, 545], [195, 195, 195, 190, 205, 215]).astype(
        np.float32
    )
    bone = skeleton.distance < 0
    chest_bone = bone & np.isin(skeleton.kind, (RIB, CARTILAGE, 8))
    limb = _legs(labels, skeleton, z, y, x)
    solid = (labels > FAT) | bone
    solid[heights < 0] = False
    outer = envelope(solid, axis_y)
    outer = ndimage.maximum_filter(np.where(np.isfinite(outer), outer, -1), (7, 3), mode=("nearest", "wrap"))
    outer[outer < 0] = np.nan
    outer = fill(outer, (8.0, 2.0))
    angle_axis = np.arange(ANGLES) / ANGLES * 2 * np.pi
    side = np.abs(np.cos(angle_axis))[None, :]
    up = smooth(290, 500, heights)[:, None]
    outer = outer + up * (16 + 26 * side + 14 * np.clip(np.sin(angle_axis), 0, 1)[None, :])
    shoulder = smooth(440, 520, heights)[:, None] * 34 * side**2
    neck = smooth(505, 560, heights)[:, None] * -42 * (1 - 0.4 * side)
    outer = (outer + shoulder + neck).astype(np.float32)
    radius, angle = polar(axis_y)
    inner = envelope(chest_bone, axis_y, inner=True)
    inner = fill(inner, (9.0, 2.5)) - 3.0
    r_out, r_in = lookup(outer, angle), lookup(inner, angle)
    body = (radius < r_out) & (z > 0)
    floor = np.sqrt(((x - MIDLINE) / 58) ** 2 + ((y - 208) / 70) ** 2 + ((z + 52) / 58) ** 2) < 1
    body |= (limb["body"] | floor) & (z <= 0)
    inside_chest = (radius < r_in) & (z > 200)
    _wall(labels, body, radius, r_out, r_in, z, y, x)
    _grow(labels, LIVER, 6.0, inside_chest & (z < 300) & (x < 215))
    _grow(labels, SPLEEN, 7.5, inside_chest & (z < 300) & (x > 190) & (y > 160))
    _grow(labels, PANCREAS, 2.2, (z > 120) & (z < 260) & (y > 120) & (x > 0))
    _canal(labels, skeleton, z, y, x)
    dome = lungs.dome_surface(inner, axis_y)
    chest = lungs.build(labels, skeleton, dome, inside_chest, radius, r_in, z, y, x)
    _pelvis(labels, skeleton, body, z, y, x)
    labels[~body & (labels <= MUSCLE)] = AIR
    labels[body & (labels == AIR)] = FAT
    plan = dome_plan(labels, dome, inside_chest)
    zones = _zones(labels, dome, plan, z, y, r_in, r_out, radius)
    lumen = _lumen(labels)
    number = skeleton.kind[bone]
    labels[bone] = BONE + number
    base = Base(labels, zones, lumen, skin_distance(body, bone), dome, plan, chest.tree)
    base.landmarks = _landmarks(atlas, skeleton, dome, chest)
    return base


def skin_distance(body: NDArray[np.bool_], bone: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Signed distance (whole mm, negative inside) to the lean body on a grid four times coarser, padded."""
    near_bone = ndimage.binary_dilation(bone[::2, ::2, ::2], iterations=2)
    half = body[::2, ::2, ::2] | near_bone
    pads = [(0, 0), (2 * SKIN_PAD, 2 * SKIN_PAD), (2 * SKIN_PAD, 2 * SKIN_PAD)]
    half = np.pad(half, pads)
    half = ndimage.gaussian_filter(half.astype(np.float32), 2.0) > 0.5
    half = np.stack([ndimage.binary_fill_holes(plane) for plane in half])
    outside = ndimage.distance_transform_edt(~half, 2 * SPACING)
    inside = ndimage.distance_transform_edt(half, 2 * SPACING)
    distance = ndimage.gaussian_filter((outside - inside).astype(np.float32), 1.5)[::2, ::2, ::2]
    return np.clip(np.rint(distance), -126, 126).astype(np.int8)


def _wall(
    labels: NDArray[np.uint8],
    body: NDArray[np.bool_],
    radius: NDArray[np.float32],
    r_out: NDArray[np.float32],
    r_in: NDArray[np.float32],
    z: NDArray[np.float32],
    y: NDArray[np.float32],
    x: NDArray[np.float32],
) -> None:
    """Muscle between the inner and outer envelope, beside the spine, and the flat muscles' lower part."""
    empty = (labels == AIR) & body
    edge = r_in + 60.0 * (1 - smooth(195, 250, z))
    chest = empty & (radius > edge) & (z > 180)
    labels[chest] = MUSCLE
    spine = empty & (y > 238) & (np.abs(x - MIDLINE) < 62) & (z > 60)
    spine &= ((np.abs(x - MIDLINE) / 62) ** 2 + ((y - 268) / 26) ** 2) < 1.0
    labels[spine & (labels == AIR)] = MUSCLE
    thin = empty & (radius > r_out - 11.0) & (z > 0) & (z <= 210) & (y < 250)
    labels[thin & (labels == AIR)] = MUSCLE


def _grow(labels: NDArray[np.uint8], tissue: int, reach_mm: float, allowed: NDArray[np.bool_]) -> None:
    """Inflate an organ into unlabelled voxels and fat within reach."""
    where = ndimage.find_objects((labels == tissue).astype(np.uint8))[0]
    pad = int(reach_mm / SPACING) + 2
    cut = tuple(slice(max(0, part.start - pad), part.stop + pad) for part in where)
    part = labels[cut]
    distance = ndimage.distance_transform_edt(part != tissue, SPACING)
    near = ndimage.gaussian_filter(np.minimum(distance, 20), 1.5) < reach_mm
    part[near & allowed[cut] & (part <= FAT)] = tissue


def _canal(
    labels: NDArray[np.uint8],
    skeleton: Skeleton,
    z: NDArray[np.float32],
    y: NDArray[np.float32],
    x: NDArray[np.float32],
) -> None:
    """Spinal canal as an ellipse behind the bodies; discs between thoracic bodies."""
    from patient_sources.bones import BODY, posterior_wall

    del posterior_wall
    wall = np.full(SHAPE[0], np.nan)
    body = (skeleton.distance < 0) & (skeleton.kind == BODY)
    for k in range(SHAPE[0]):
        rows = np.where(body[k, :, 155:168].any(1))[0]
        if len(rows):
            wall[k] = ORIGIN[1] + SPACING * rows[-1]
    known = np.isfinite(wall)
    line = np.interp(np.arange(SHAPE[0]), np.where(known)[0], wall[known])
    line = ndimage.gaussian_filter1d(ndimage.median_filter(line, 31), 12).astype(np.float32)[:, None, None]
    canal = ((x - MIDLINE) / 10.5) ** 2 + ((y - line - 8.0) / 7.5) ** 2 < 1
    labels[canal & (z > 20) & (labels <= MUSCLE)] = CANAL
    disc = ((x - MIDLINE) / 17.0) ** 2 + ((y - line + 14.0) / 14.5) ** 2 < 1
    labels[disc & (z > 300) & (labels <= MUSCLE)] = DISC


def _legs(
    labels: NDArray[np.uint8],
    skeleton: Skeleton,
    z: NDArray[np.float32],
    y: NDArray[np.float32],
    x: NDArray[np.float32],
) -> dict[str, NDArray[np.bool_]]:
    """Thighs and buttocks below the slab: the floor's muscles morph into two limbs."""
    floor_index = int((4.0 - ORIGIN[2]) / SPACING)
    floor = labels[floor_index]
    muscle = floor == MUSCLE
    sd_floor = ndimage.distance_transform_edt(~muscle, SPACING) - ndimage.distance_transform_edt(
        muscle, SPACING
    )
    filled = ndimage.binary_fill_holes(ndimage.binary_closing(floor > FAT, iterations=14))
    sd_body = ndimage.distance_transform_edt(~filled, SPACING) - ndimage.distance_transform_edt(
        filled, SPACING
    )
    count = floor_index + 1
    body = np.zeros(SHAPE, np.bool_)
    for k in range(count):
        height = float(z[k, 0, 0])
        t = float(np.clip((-height - 2.0) / 118.0, 0, 1))
        t = t * t * (3 - 2 * t)
        rings, thigh = [], []
        for name, side in (("right", -1), ("left", 1)):
            centre = skeleton.hip_centres[name]
            drop = np.clip((-height - 30) / 200, 0, 1)
            cx, cy = centre[0] + side * (-7.0 - 7 * drop), centre[1] + 22.0 - 6 * drop
            rx, ry = 78.0 - 8.0 * drop, 86.0 - 8 * drop
            rings.append((np.hypot((x[0] - cx) / rx, (y[0] - cy) / ry) - 1) * 80)
            thigh.append((np.hypot((x[0] - cx) / (rx - 5), (y[0] - cy) / (ry - 5)) - 1) * 76)
        limb = -8.0 * np.log(np.exp(-rings[0] / 8.0) + np.exp(-rings[1] / 8.0))
        inner = np.minimum(thigh[0], thigh[1])
        whole = (1 - t) * np.clip(sd_body, -60, 60) + t * limb
        meat = (1 - t) * np.clip(sd_floor, -20, 20) + t * inner
        body[k] = whole < 0
        if height < 4.0:
            labels[k][(meat < 0)] = MUSCLE
    return {"body": body}


def _pelvis(
    labels: NDArray[np.uint8],
    skeleton: Skeleton,
    body: NDArray[np.bool_],
    z: NDArray[np.float32],
    y: NDArray[np.float32],
    x: NDArray[np.float32],
) -> None:
    """Bladder, rectum, small-bowel loops and obturator muscle below the slab floor."""
    bowl = np.sqrt(((x - MIDLINE) / 62) ** 2 + ((y - 212) / 72) ** 2 + ((z - 12) / 78) ** 2)
    low = (z < 3.0) & (labels <= MUSCLE) & body
    cavity = (bowl < 1.0) & (z < 6.0)
    labels[cavity & low] = FAT
    thick = 0.16 * np.clip((18.0 - z) / 40.0, 0, 1)
    shell = (bowl >= 1.0) & (bowl < 1.0 + thick) & (labels <= MUSCLE) & body & (z > -75) & (z < 18.0)
    labels[shell] = MUSCLE
    bladder = ((x - MIDLINE) / 38) ** 2 + ((y - 172) / 30) ** 2 + ((z + 32) / 27) ** 2 < 1
    labels[bladder & (labels <= MUSCLE)] = BLADDER
    line = 252.0 - 0.10 * (z + 40.0)
    rectum = (
        (np.hypot((x - MIDLINE - 6 * np.sin(z / 21.0)) / 17.0, (y - line) / 15.0) < 1) & (z < 4) & (z > -62)
    )
    labels[rectum & (labels <= MUSCLE)] = BOWEL
    floor_index = int((3.0 - ORIGIN[2]) / SPACING)
    loops = labels[floor_index] == BOWEL
    inward = ndimage.gaussian_filter(ndimage.distance_transform_edt(loops, SPACING), 1.0)
    for k in range(floor_index):
        depth = 3.0 - float(z[k, 0, 0])
        taper = (inward > 0.35 * depth + 0.4) & (labels[k] == FAT) & cavity[k]
        labels[k][taper] = BOWEL
    for cx, cy, cz, r in ((135, 196, -14, 19), (196, 192, -6, 21), (166, 215, -10, 20), (205, 222, -18, 16)):
        wob = 3.0 * np.sin(x / 7.0 + cx) + 3.0 * np.sin(y / 6.0 + cy)
        loop = np.sqrt((x - cx) ** 2 + (y - cy) ** 2 + ((z - cz) * 1.1) ** 2) + wob < r
        labels[loop & cavity & (labels <= FAT)] = BOWEL
    for name, side in (("right", -1), ("left", 1)):
        c = skeleton.hip_centres[name]
        for tissue, dx in ((ARTERY, -14), (VEIN, -25)):
            path_x, path_y = c[0] - side * (-dx) * 1.0 + side * 0, c[1] - 40 + 0.10 * np.abs(z + 36)
            r = 4.0 if tissue == ARTERY else 5.2
            vessel = np.hypot(x - path_x - side * 0.09 * np.clip(-36 - z, 0, 200), y - path_y) < r
            labels[vessel & (z < -12) & (labels <= MUSCLE) & body] = tissue


def dome_plan(
    labels: NDArray[np.uint8], dome: NDArray[np.float32], inside_chest: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Columns (y, x) whose diaphragm moves: inside the chest wall, beside spine, mediastinum and heart."""
    rows = np.clip(np.rint((dome - ORIGIN[2]) / SPACING).astype(int), 0, SHAPE[0] - 1)
    y, x = np.indices(dome.shape)
    plan = inside_chest[rows, y, x]
    px, py = ORIGIN[0] + SPACING * x, ORIGIN[1] + SPACING * y
    spine = np.hypot((px - MIDLINE) / 30.0, np.maximum(250.0 - py, 0) / 44.0) < 1.0
    above = np.clip(rows + int(8.0 / SPACING), 0, SHAPE[0] - 1)
    middle = np.isin(labels[above, y, x], (HEART, MEDIASTINUM, ARTERY, VEIN)) & (np.abs(px - MIDLINE) < 75)
    middle = (
        ndimage.gaussian_filter(ndimage.binary_closing(middle, iterations=4).astype(np.float32), 3.0) > 0.5
    )
    result: NDArray[np.bool_] = ndimage.binary_opening(plan & ~spine & ~middle, iterations=2)
    return result


def _zones(
    labels: NDArray[np.uint8],
    dome: NDArray[np.float32],
    plan: NDArray[np.bool_],
    z: NDArray[np.float32],
    y: NDArray[np.float32],
    r_in: NDArray[np.float32],
    r_out: NDArray[np.float32],
    radius: NDArray[np.float32],
) -> NDArray[np.uint8]:
    """Which voxels ride on the diaphragm, which on the kidneys' motion, which on the heart."""
    organ = np.isin(labels, (LIVER, SPLEEN, STOMACH, BILE, BOWEL, PANCREAS)) & (z > 16)
    under = z < dome[None] + 1.5
    cavity = (labels == FAT) & under & (z > 16) & (y < 236)
    cavity &= radius < np.minimum(r_in, r_out - 18.0)
    vessels = np.isin(labels, (VEIN, ARTERY)) & (y < 188) & (z > 120)
    coarse = ndimage.zoom(organ.astype(np.float32), 0.25, order=1) > 0.3
    near = ndimage.distance_transform_edt(~coarse, SPACING * 4)
    near = ndimage.zoom(near, [n / m for n, m in zip(SHAPE, near.shape, strict=True)], order=1)
    zone = organ | vessels | (cavity & (near[: SHAPE[0], : SHAPE[1], : SHAPE[2]] < 30.0))
    zone = ndimage.binary_closing(zone, iterations=2)
    zone &= (labels != KIDNEY) & (labels != URINE)
    zone |= plan[None] & (z > dome[None] - 20.0)
    zones = np.zeros(SHAPE, np.uint8)
    kidney = np.isin(labels, (KIDNEY,)) | ((labels == URINE) & (z > 140))
    zones[ndimage.binary_dilation(kidney, iterations=1) & (labels != MUSCLE)] = KIDNEYS
    zones[zone & under & ~kidney] = ABDOMEN
    zones[(labels == HEART) & ~under] = HEARTZONE
    return zones


def _lumen(labels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Depth (mm) under the surface of the bowel and stomach, 0 elsewhere."""
    result = np.zeros(SHAPE, np.float32)
    for tissue in (BOWEL, STOMACH):
        mask = labels == tissue
        for cut in ndimage.find_objects(mask.astype(np.uint8)):
            part = np.pad(mask[cut], 1)
            depth = ndimage.distance_transform_edt(part, SPACING)[1:-1, 1:-1, 1:-1]
            result[cut] = np.maximum(result[cut], depth)
    return result


def _landmarks(
    atlas: NDArray[np.int16], skeleton: Skeleton, dome: NDArray[np.float32], chest: lungs.Chest
) -> dict[str, list[float]]:
    def centroid(label: int) -> list[float]:
        points = np.argwhere(atlas == label)
        z, y, x = points.mean(0) * np.array([2.75, 1.38, 1.38])
        return [float(x), float(y), float(z)]

    marks = {name: centroid(label) for name, label in (("t10", 410), ("t11", 411), ("t12", 412))}
    marks |= {f"l{i}": centroid(500 + i) for i in range(1, 6)}
    for name in list(marks):
        marks[name][1] -= 16.0
    marks |= {"liver": centroid(3), "right-kidney": centroid(51), "left-kidney": centroid(52)}
    aorta = np.argwhere(atlas == 7)
    low = aorta[aorta[:, 0] == aorta[:, 0].min()].mean(0) * np.array([2.75, 1.38, 1.38])
    marks["bifurcation"] = [float(low[2]), float(low[1]), float(low[0])]
    for name in ("right", "left"):
        marks[f"{name}-femoral-head"] = [float(value) for value in skeleton.hip_centres[name]]
    marks["sacrum"] = centroid(600)
    marks |= {name: [float(v) for v in point] for name, point in chest.landmarks.items()}
    for name, cut in (("dome-right", slice(0, 161)), ("dome-left", slice(200, SHAPE[2]))):
        part = np.where(np.isfinite(dome[:, cut]), dome[:, cut], -1e9)
        row, column = np.unravel_index(part.argmax(), part.shape)
        marks[name] = [
            float(ORIGIN[0] + SPACING * (column + (cut.start or 0))),
            float(ORIGIN[1] + SPACING * row),
            float(part[row, column]),
        ]
    return marks
