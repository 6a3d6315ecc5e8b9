"""Lungs, diaphragm domes, heart, great vessels and the branching vessels that mark a lung."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from patient_sources.bones import Skeleton
from patient_sources.grid import MIDLINE, ORIGIN, SHAPE, SPACING, spline, tubes

Point = NDArray[np.float64]

HEART_CENTRE = np.array([184.0, 158.0, 338.0])
CARINA = np.array([168.0, 190.0, 424.0])
HILA = {"right": np.array([138.0, 190.0, 402.0]), "left": np.array([202.0, 192.0, 410.0])}


@dataclass(slots=True)
class Chest:
    """What the chest adds: the lungs' tree as (x0, y0, z0, r0, x1, y1, z1, r1) rows, and landmarks."""

    tree: NDArray[np.float32]
    landmarks: dict[str, Point] = field(default_factory=dict)


def dome_surface(inner: NDArray[np.float32], axis_y: NDArray[np.float32]) -> NDArray[np.float32]:
    """Height (mm) of the diaphragm over every (row, column) of the base grid.

    Two caps and a central tendon, each an ellipse that falls to the sulci at the chest wall.
    """
    y = ORIGIN[1] + SPACING * np.arange(SHAPE[1], dtype=np.float32)[:, None]
    x = ORIGIN[0] + SPACING * np.arange(SHAPE[2], dtype=np.float32)[None, :]
    level = int((255.0 - ORIGIN[2]) / SPACING)
    ring, middle_y = inner[level], axis_y[level]
    count = len(ring)

    def wall(cx: float, cy: float) -> NDArray[np.float32]:
        """Distance from (cx, cy) to the chest wall in every voxel's direction, by marching a table."""
        angle = np.arange(360) / 360 * 2 * np.pi
        t = np.arange(1.0, 260.0, 1.0)
        px, py = (
            cx + t[None] * np.cos(angle)[:, None] - MIDLINE,
            cy + t[None] * np.sin(angle)[:, None] - middle_y,
        )
        column = np.arctan2(py, px) / (2 * np.pi) * count % count
        limit = np.interp(column.ravel(), np.arange(count + 1), np.r_[ring, ring[0]]).reshape(column.shape)
        out = np.hypot(px, py) > limit
        return np.where(out.any(1), out.argmax(1) + 1.0, 259.0).astype(np.float32)

    result = np.full((SHAPE[1], SHAPE[2]), -1e3, np.float32)
    for cx, cy, top, medial in ((100.0, 172.0, 300.0, -1), (238.0, 174.0, 292.0, 1)):
        reach = ndimage.gaussian_filter1d(wall(cx, cy), 6, mode="wrap")
        angle = np.arctan2(y - cy, x - cx) / (2 * np.pi) * 360 % 360
        distance = np.hypot(x - cx, y - cy)
        edge = np.interp(angle.ravel(), np.arange(361), np.r_[reach, reach[0]]).reshape(angle.shape)
        toward = np.clip(-medial * np.cos(np.deg2rad(angle)), 0, 1)
        back, front = np.clip(np.sin(np.deg2rad(angle)), 0, 1), np.clip(-np.sin(np.deg2rad(angle)), 0, 1)
        sulcus = 222.0 - 26.0 * back + 34.0 * front
        reach_here = edge * (1 - toward) + np.maximum(edge, 120.0) * toward
        sulcus = sulcus * (1 - toward) + 262.0 * toward
        e = np.clip(distance / np.maximum(reach_here, 1), 0, 1)
        cap = sulcus + (top - sulcus) * np.maximum(1 - e**2.1, 0) ** 0.68
        result = 4.0 * np.logaddexp(result / 4.0, cap / 4.0).astype(np.float32)
    return ndimage.gaussian_filter(result, 2.0)


def heart_field(
    z: NDArray[np.float32], y: NDArray[np.float32], x: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Negative inside the heart: three ellipsoids blended."""
    parts = (
        ((199.0, 144.0, 327.0), (58.0, 40.0, 39.0), 0.5),
        ((150.0, 158.0, 343.0), (40.0, 40.0, 46.0), 0.0),
        ((180.0, 182.0, 366.0), (40.0, 30.0, 34.0), 0.0),
    )
    total = None
    for centre, axes, tilt in parts:
        dx, dy, dz = x - centre[0], y - centre[1], z - centre[2]
        c, s = np.cos(tilt), np.sin(tilt)
        u, w = c * dx - s * dz, s * dx + c * dz
        f = np.sqrt((u / axes[0]) ** 2 + (dy / axes[1]) ** 2 + (w / axes[2]) ** 2) - 1.0
        term = np.exp(-9.0 * f)
        total = term if total is None else total + term
    assert total is not None
    return (-np.log(total) / 9.0).astype(np.float32)


def build(
    labels: NDArray[np.uint8],
    skeleton: Skeleton,
    dome: NDArray[np.float32],
    inside_chest: NDArray[np.bool_],
    radius: NDArray[np.float32],
    r_in: NDArray[np.float32],
    z: NDArray[np.float32],
    y: NDArray[np.float32],
    x: NDArray[np.float32],
) -> Chest:
    """Write lungs, heart, mediastinum and great vessels into the labels."""
    from patient_sources import organs as tissue

    first = int((200.0 - ORIGIN[2]) / SPACING)
    part = labels[first:]
    zz = z[first:]
    inside = inside_chest[first:]
    above = zz > dome[None]
    below = inside & ~above & (part == tissue.AIR)
    part[below] = tissue.FAT
    liver_cap = below & (x < 168 + 0.2 * (y - 160)) & (zz > dome[None] - 40) & (y < 250)
    part[liver_cap] = tissue.LIVER
    stomach = ((x - 236) / 40) ** 2 + ((y - 182) / 42) ** 2 + ((zz - 250) / 36) ** 2 < 1
    part[below & stomach & (x > 190)] = tissue.STOMACH
    near_dome = below & (zz > dome[None] - 3.0)
    part[near_dome & (part == tissue.FAT)] = tissue.MUSCLE
    for organ in (tissue.LIVER, tissue.STOMACH, tissue.SPLEEN, tissue.MUSCLE, tissue.BOWEL):
        part[(part == organ) & above & inside] = tissue.AIR
    chest = inside & above & (part <= tissue.MUSCLE)
    lateral = np.abs(x - MIDLINE - 4)
    spine_y = np.interp(zz.ravel(), [200, 300, 380, 450, 545], [212, 212, 224, 218, 200])[:, None, None]
    narrow = 21.0 + 5.0 * np.sin((zz - 300) / 60.0) + 10.0 * tissue.smooth(470, 530, zz)
    narrow = narrow + 5.0 * np.sin(y / 23.0 + zz / 31.0) - 8.0 * tissue.smooth(205, 250, y) * (zz < 400)
    mediastinum = (lateral < narrow) & (y < spine_y + 20)
    mediastinum = mediastinum & ~((y < 132) & (lateral < 60) & (zz > 400) & (zz < 470) & (lateral > 9))
    apex = 503.0 - 0.011 * ((np.abs(x - MIDLINE) - 50) ** 2) - 0.022 * (y - 214) ** 2
    lung = chest & ~mediastinum & (zz < apex)
    part[chest] = tissue.MUSCLE
    part[chest & mediastinum] = tissue.MEDIASTINUM
    part[lung] = tissue.LUNG
    heart = (heart_field(zz, y, x) < 0) & inside & (zz > dome[None] + 0.5)
    part[heart & np.isin(part, (tissue.LUNG, tissue.MEDIASTINUM, tissue.MUSCLE, tissue.FAT))] = tissue.HEART
    paths = {
        "aorta": (
            tissue.ARTERY,
            [
                [201, 220, 300],
                [198, 225, 326],
                [195, 226, 360],
                [194, 225, 394],
                [196, 216, 424],
                [189, 198, 442],
                [172, 176, 446],
                [160, 162, 432],
                [158, 160, 400],
                [166, 160, 376],
            ],
            12.5,
        ),
        "svc": (tissue.VEIN, [[143, 168, 372], [141, 170, 410], [140, 172, 450], [130, 172, 476]], 9.0),
        "pulmonary": (tissue.VEIN, [[184, 150, 384], [186, 160, 404], [176, 178, 412]], 13.0),
        "rpa": (tissue.VEIN, [[180, 176, 412], [158, 184, 408], [138, 190, 402]], 9.5),
        "lpa": (tissue.VEIN, [[184, 172, 412], [200, 188, 416], [206, 196, 408]], 9.5),
        "ivc": (tissue.VEIN, [[149, 172, 284], [148, 171, 308], [148, 170, 336]], 11.0),
        "innominate": (tissue.ARTERY, [[166, 172, 446], [152, 178, 480], [146, 190, 520]], 6.0),
        "left-carotid": (tissue.ARTERY, [[178, 184, 446], [186, 190, 490], [190, 196, 544]], 4.5),
        "left-subclavian": (tissue.ARTERY, [[186, 196, 444], [196, 200, 490], [226, 196, 510]], 5.0),
        "trachea": (tissue.AIRWAY, [[167, 196, 545], [167, 198, 500], [167, 194, 460], [168, 190, 424]], 8.5),
        "rmb": (tissue.AIRWAY, [[168, 190, 424], [152, 192, 410], [136, 193, 398]], 6.5),
        "lmb": (tissue.AIRWAY, [[168, 190, 424], [188, 194, 412], [206, 197, 402]], 6.0),
    }
    for kind, points, r in paths.values():
        line = spline(points, 60)
        distance = np.full(part.shape, 30.0, np.float32)
        tubes(
            line,
            np.full(60, r),
            np.array([ORIGIN[0], ORIGIN[1], float(zz.ravel()[0])]),
            SPACING,
            part.shape,
            distance,
        )
        part[
            (distance < 0)
            & np.isin(
                part, (tissue.LUNG, tissue.MEDIASTINUM, tissue.HEART, tissue.MUSCLE, tissue.FAT, tissue.VEIN)
            )
        ] = kind
    trees = [
        grow(labels == tissue.LUNG, hilum, 70 + seed, side) for side, hilum in HILA.items() for seed in (0, 1)
    ]
    marks = {
        "heart": HEART_CENTRE,
        "carina": CARINA,
        "right-hilum": HILA["right"],
        "left-hilum": HILA["left"],
    }
    del skeleton, radius, r_in
    return Chest(np.concatenate(trees), marks)


def grow(lung: NDArray[np.bool_], hilum: Point, seed: int, side: str, tips: int = 420) -> NDArray[np.float32]:
    """A branching tree from the hilum into one lung by space colonisation; rows of two ends and radii."""
    rng = np.random.default_rng(seed)
    z, y, x = np.nonzero(lung)
    px = ORIGIN[0] + SPACING * x
    keep = px < MIDLINE if side == "right" else px > MIDLINE
    pool = np.column_stack([px, ORIGIN[1] + SPACING * y, ORIGIN[2] + SPACING * z])[keep]
    goals = pool[rng.choice(len(pool), tips, replace=False)]
    nodes, parents, directions = [hilum + rng.normal(0, 4, 3)], [-1], [np.zeros(3)]
    alive = np.ones(tips, bool)
    step, kill = 5.0, 8.0
    for _ in range(90):
        if not alive.any():
            break
        array = np.array(nodes)
        wanted = goals[alive]
        gap = np.linalg.norm(wanted[:, None] - array[None], axis=2)
        nearest = gap.argmin(1)
        fresh: dict[int, Point] = {}
        for goal, node in zip(wanted, nearest, strict=True):
            pull = goal - array[node]
            fresh[node] = fresh.get(node, np.zeros(3)) + pull / np.linalg.norm(pull)
        for node, pull in fresh.items():
            pull = pull / (np.linalg.norm(pull) + 1e-9) + 0.5 * directions[node] + rng.normal(0, 0.12, 3)
            pull /= np.linalg.norm(pull) + 1e-9
            nodes.append(array[node] + step * pull)
            parents.append(node)
            directions.append(pull)
        array = np.array(nodes[-len(fresh) :])
        gap = np.linalg.norm(goals[:, None] - array[None], axis=2).min(1)
        alive &= gap > kill
    load = np.zeros(len(nodes))
    has_child = np.zeros(len(nodes), bool)
    for _child, parent in enumerate(parents):
        if parent >= 0:
            has_child[parent] = True
    for index in range(len(nodes) - 1, 0, -1):
        if not has_child[index]:
            load[index] = 1.0
        load[parents[index]] += load[index]
    calibre = load ** (1 / 2.4)
    calibre *= 7.5 / max(calibre.max(), 1e-6)
    calibre = np.maximum(calibre, 0.6)
    rows = [
        np.r_[nodes[parents[i]], min(calibre[parents[i]], calibre[i] * 1.5), nodes[i], calibre[i]]
        for i in range(1, len(nodes))
    ]
    return np.array(rows, np.float32)
