"""The built-in patient: parameters in, a painted body of moving layers out.

The recipe: a reference body (label source) is scaled and stretched to the patient (physique), then painted
with tissue from the tissue table (paint), and split into layers that breathe and beat (motion).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy import paint
from angiosuite.anatomy.body import Body, BodyLayer, grid_extent_mm, hash_layers
from angiosuite.anatomy.labelsource import BaseBody, LabelSource, ShippedLabels
from angiosuite.anatomy.motion import RIB_SHEAR_PER_MM, STILL, Motion
from angiosuite.anatomy.physique import Habitus, PatientParameters, Physique, Sex, additions, physique_of
from angiosuite.anatomy.tissue import load_table
from angiosuite.kit.errors import Cancelled
from angiosuite.kit.randomness import generator

__all__ = ["Habitus", "PatientParameters", "Sex", "build"]

Progress = Callable[[str, float], None]

#: Densities (mg/cm3) that stand behind a moving layer: lung, organs' mean, fat.
LUNG_FILL, SOFT_FILL, FAT_FILL = 150.0, 1030.0, 905.0
#: Base heights (mm) between which the abdomen's layer fades into the still body.
FADE_LOW_MM, FADE_HIGH_MM = 24.0, 150.0
#: Depth (mm) under the dome that deep inspiration uncovers; lung stands behind it.
DOME_FREE_MM = 46.0
#: Base height (mm) at which the room that lung took from the belly has faded out.
FILL_END_MM = 18.0
#: Slices painted between two reports of progress.
SLAB = 16
#: Motion gains: mm per mm of commanded diaphragm excursion.
ABDOMEN_GAIN, KIDNEY_GAIN = 1.0, 0.65
#: Linear shrink of the heart at the end of systole.
HEART_GAIN = 0.07

Box = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


def build(
    parameters: PatientParameters,
    spacing_mm: float,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    source: LabelSource | None = None,
    threads: int | None = None,
) -> Body:
    """Grow and paint the patient of `parameters` on cubic voxels of `spacing_mm`.

    Parameters
    ----------
    parameters : PatientParameters
        Who it is.
    spacing_mm : float
        Edge of a voxel, mm; 1.5 for a quick start, 1.2 for the full picture.
    progress : callable, optional
        `progress(step_name, fraction)`, fraction of the step from 0 to 1.
    cancelled : callable, optional
        Asked between slabs; when true, `Cancelled` is raised and nothing remains.
    source : LabelSource, optional
        Reference body; the shipped one by default.
    threads : int, optional
        Painting threads; the result does not depend on it.

    Returns
    -------
    body : Body
        Layers still, ribs, abdomen, kidneys, heart; labels on the same grid.

    Notes
    -----
    Held by tests/anatomy/test_builtin_*.py.
    """
    report = progress or (lambda step, fraction: None)
    stop = cancelled or (lambda: False)
    report("reading the reference body", 0.0)
    base = (source or ShippedLabels()).load()
    physique = physique_of(parameters)
    report("reading the reference body", 1.0)
    painter = Painter(base, physique, spacing_mm)
    workers = max(1, threads or int(os.environ.get("NUMBA_NUM_THREADS", 0)) or os.cpu_count() or 1)
    painter.run(workers, report, stop)
    report("finishing", 0.0)
    body = painter.body()
    report("finishing", 1.0)
    return body


class Painter:
    """Grid, inputs and outputs of one painting."""

    def __init__(self, base: BaseBody, physique: Physique, spacing_mm: float) -> None:
        self.base, self.physique, self.spacing = base, physique, spacing_mm
        self.origin, shape = _grid(base, physique, spacing_mm)
        self.shape = shape
        axes = [(self.origin[2 - k] + spacing_mm * np.arange(shape[k])).astype(np.float64) for k in range(3)]
        bx, by, bz = physique.to_base(axes[2], axes[1], axes[0], base.midline_mm)
        step, (ox, oy, oz) = base.spacing_mm, base.origin_mm
        self.fx = ((bx - ox) / step).astype(np.float32)
        self.fy = ((by - oy) / step).astype(np.float32)
        self.fz = ((bz - oz) / step).astype(np.float32)
        self.fat = physique.fat(bz)
        self.still = np.zeros(shape, np.int16)
        self.bone = np.zeros(shape, np.uint8)
        self.labels = np.zeros(shape, np.uint8)
        ribs = np.isin(base.bone_kind, (7, 8, 9))
        self.boxes = {"ribs": self._box(ribs), "abdomen": self._box(_riding(base))} | {
            name: self._box(base.zones == zone) for name, zone in (("kidneys", 2), ("heart", 3))
        }
        self.water = {name: np.zeros(_size(box), np.int16) for name, box in self.boxes.items()}
        self.rib_bone = np.zeros(_size(self.boxes["ribs"]), np.uint8)
        self.tree_box = self._box(base.labels == 15)
        self.tree = np.zeros(_size(self.tree_box), np.uint8)

    def _box(self, mask: NDArray[np.bool_]) -> Box:
        """First and last target index (z, y, x) that a base mask can reach."""
        found = ndimage.find_objects(mask.view(np.uint8))
        if not found or found[0] is None:
            return ((0, 1), (0, 1), (0, 1))
        cut = found[0]
        inside = (self.fz > cut[0].start - 2) & (self.fz < cut[0].stop + 1)
        ranges = [np.where(inside)[0]]
        for table, part in ((self.fy, cut[1]), (self.fx, cut[2])):
            used = table[inside]
            ranges.append(np.where(((used > part.start - 2) & (used < part.stop + 1)).any(0))[0])
        z, y, x = ((int(r[0]), int(r[-1]) + 1) for r in ranges)
        return z, y, x

    def run(
        self,
        workers: int,
        report: Progress,
        stop: Callable[[], bool],
        rows: tuple[int, int] | None = None,
    ) -> None:
        """Draw the lungs' vessels and paint all slabs, or those that hold slices rows[0]..rows[1]."""
        base, physique = self.base, self.physique
        scalars = self._scalars()
        tile, calm = (noise_tile(physique.parameters.seed, blur=blur) for blur in (1.1, 3.6))
        table = load_table()
        mean = (1000.0 + table.column("hu", -1000.0)).astype(np.float32)
        spread = table.column("hu_sd")
        recipe = np.zeros((16, 3), np.float32)
        for k, name in enumerate(("cortex_mm", "trabecular", "cortical")):
            recipe[:, k] = table.bone_column(name)[40:56]
        recipe[:, 1] *= 1.3 - 0.7 * np.clip((physique.parameters.age_years - 20) / 60.0, 0, 1) + 0.1
        sharp = base.plan.astype(np.float32)
        plan = np.stack([sharp, ndimage.gaussian_filter(sharp, 14.0 / base.spacing_mm)])
        inserts, breasts = additions(physique, base)
        segments = self._world_tree()
        tree_origin = np.array([self.origin[k] + self.spacing * self.tree_box[2 - k][0] for k in range(3)])

        def corner(box: Box) -> NDArray[np.int64]:
            return np.array([pair[0] for pair in box], np.int64)

        def one(first: int) -> None:
            last = min(first + SLAB, self.shape[0])
            offset = self.tree_box[0][0]
            paint.draw_tree(
                max(first - offset, 0),
                min(last - offset, self.tree.shape[0]),
                segments,
                tree_origin,
                self.spacing,
                self.tree,
            )
            paint.paint_slab(
                first, last, scalars, self.fx, self.fy, self.fz, self.fat, base.labels, base.zones,
                base.bone_distance, base.bone_kind, base.lumen_depth, base.skin, base.dome, plan, tile, calm,
                mean, spread, recipe, inserts, breasts, self.still, self.bone, self.labels,
                self.water["ribs"], self.rib_bone, corner(self.boxes["ribs"]),
                self.water["abdomen"], corner(self.boxes["abdomen"]),
                self.water["kidneys"], corner(self.boxes["kidneys"]), self.water["heart"],
                corner(self.boxes["heart"]), self.tree, corner(self.tree_box),
            )  # fmt: skip

        first, last = rows or (0, self.shape[0])
        starts = list(range(first - first % SLAB, min(last, self.shape[0]), SLAB))
        report("painting", 0.0)
        with ThreadPoolExecutor(workers) as pool:
            for done in range(0, len(starts), workers):
                if stop():
                    raise Cancelled("Building the patient")
                list(pool.map(one, starts[done : done + workers]))
                report("painting", min(1.0, (done + workers) / len(starts)))

    def _scalars(self) -> NDArray[np.float64]:
        base, physique = self.base, self.physique
        p = np.zeros(paint.SCALARS)
        hip = base.landmarks_mm["left-femoral-head"]
        values = {
            paint.SPACING: self.spacing, paint.BASE_STEP: base.spacing_mm,
            paint.DISTANCE_STEP: base.distance_step_mm, paint.LUMEN_STEP: base.lumen_step_mm,
            paint.SKIN_STEP: base.skin_step, paint.SKIN_PAD: base.skin_pad, paint.MIDLINE: base.midline_mm,
            paint.ORIGIN_X: base.origin_mm[0], paint.ORIGIN_Y: base.origin_mm[1],
            paint.ORIGIN_Z: base.origin_mm[2],
            paint.HIP_X: hip[0] - base.midline_mm, paint.HIP_Y: hip[1], paint.HIP_Z: hip[2],
            paint.SPINE_Y: base.landmarks_mm["l3"][1], paint.GAS_LEVEL: physique.gas_level,
            paint.LUNG_FILL: LUNG_FILL, paint.SOFT_FILL: SOFT_FILL, paint.FAT_FILL: FAT_FILL,
            paint.FADE_LOW: FADE_LOW_MM, paint.FADE_HIGH: FADE_HIGH_MM,
            paint.DOME_FREE: DOME_FREE_MM / physique.scale_z, paint.FILL_END: FILL_END_MM,
            paint.HEART_Z: base.landmarks_mm["heart"][2], paint.DENSITY: 1.0,
        }  # fmt: skip
        for place, value in values.items():
            p[place] = value
        return p

    def _world_tree(self) -> NDArray[np.float64]:
        """Vessels of the lungs in world mm; a seed moves each bend by up to 2 mm."""
        physique, mid = self.physique, self.base.midline_mm
        rng = generator(physique.parameters.seed, "anatomy-lung-vessels")
        rows = self.base.tree.astype(np.float64)
        phase = rng.uniform(0, 2 * np.pi, 6)
        result = rows.copy()
        for end in (0, 4):
            x, y, z = rows[:, end], rows[:, end + 1], rows[:, end + 2]
            x = x + 2.0 * np.sin(y / 17.0 + phase[0]) + 1.5 * np.sin(z / 23.0 + phase[1])
            y = y + 2.0 * np.sin(z / 19.0 + phase[2]) + 1.5 * np.sin(x / 21.0 + phase[3])
            z = z + 2.0 * np.sin(x / 18.0 + phase[4]) + 1.5 * np.sin(y / 25.0 + phase[5])
            depth, width = physique.stretch(z)
            across = x - mid
            beyond = np.maximum(np.abs(across) - 36.0, 0.0)
            result[:, end] = (
                np.sign(across) * (np.minimum(np.abs(across), 36.0) + beyond * width) * physique.scale_x
            )
            along = y - 232.0
            result[:, end + 1] = (np.where(along < 0, along * depth, along) + 32.0) * physique.scale_y
            result[:, end + 2] = z * physique.scale_z
        return result

    def body(self) -> Body:
        """The painted layers as a body."""
        physique, mid = self.physique, self.base.midline_mm
        marks = {name: physique.to_world(point, mid) for name, point in self.base.landmarks_mm.items()}
        spine_y = marks["t12"][1] + 20.0
        motions = {
            "ribs": Motion("breath-ribs", RIB_SHEAR_PER_MM, (0.0, spine_y, marks["t12"][2])),
            "abdomen": Motion("breath-organ", ABDOMEN_GAIN, marks["dome-right"]),
            "kidneys": Motion("breath-organ", KIDNEY_GAIN, marks["right-kidney"]),
            "heart": Motion("heart", HEART_GAIN, marks["heart"]),
        }
        layers = [BodyLayer("still", self.still, self.bone, self.origin, self.spacing, STILL)]
        for name, motion in motions.items():
            box = self.boxes[name]
            x, y, z = (self.origin[k] + self.spacing * box[2 - k][0] for k in range(3))
            bone = self.rib_bone if name == "ribs" else None
            layers.append(BodyLayer(name, self.water[name], bone, (x, y, z), self.spacing, motion))
        row = round((marks["l3"][2] - self.origin[2]) / self.spacing)
        column = round(-self.origin[0] / self.spacing)
        filled = np.where(self.labels[row, :, column - 8 : column + 9].any(1))[0]
        thickness = float(len(range(filled[0], filled[-1] + 1)) * self.spacing)
        occupied = np.where(self.labels.any((0, 2)))[0]
        marks["back"] = (0.0, float(self.origin[1] + self.spacing * (occupied[-1] + 0.5)), marks["l3"][2])
        marks["front"] = (0.0, float(self.origin[1] + self.spacing * (filled[0] - 0.5)), marks["l3"][2])
        parameters = physique.parameters
        habitus = {
            "sex": parameters.sex,
            "habitus": parameters.habitus,
            "age_years": parameters.age_years,
            "height_cm": round(parameters.height, 1),
            "mass_kg": round(parameters.index * (parameters.height / 100) ** 2, 1),
            "bmi": round(parameters.index, 1),
            "ap_thickness_mm": round(thickness, 1),
            "seed": parameters.seed,
        }
        return Body(
            patient_id=parameters.patient_id,
            content_hash=hash_layers(layers, self.labels),
            layers=tuple(layers),
            labels=self.labels,
            label_origin_mm=self.origin,
            label_spacing_mm=self.spacing,
            landmarks=marks,
            extent_mm=grid_extent_mm(self.shape, self.origin, self.spacing),
            habitus=habitus,
        )


def _riding(base: BaseBody) -> NDArray[np.bool_]:
    """Voxels that the diaphragm's layer can hold: its zone, and the columns under the dome with a margin."""
    result = base.zones == 1
    wide = ndimage.binary_dilation(base.plan > 0, iterations=int(30.0 / base.spacing_mm))
    first = int((FILL_END_MM - base.origin_mm[2]) / base.spacing_mm)
    last = int((base.dome.max() - base.origin_mm[2]) / base.spacing_mm) + 3
    result[first:last] |= wide[None]
    return result


def _size(box: Box) -> tuple[int, int, int]:
    z, y, x = (pair[1] - pair[0] for pair in box)
    return z, y, x


def _grid(
    base: BaseBody, physique: Physique, spacing_mm: float
) -> tuple[tuple[float, float, float], tuple[int, int, int]]:
    """Origin (x, y, z) and shape (z, y, x) of the smallest target grid that holds the patient."""
    probe = 8.0
    across = np.arange(-320.0, 321.0, probe)
    along = np.arange(-320.0, 241.0, probe)
    low = base.origin_mm[2] * physique.scale_z
    high = (base.origin_mm[2] + base.spacing_mm * (base.labels.shape[0] - 1)) * physique.scale_z
    heights = np.arange(low, high, probe)
    bx, by, bz = physique.to_base(across, along, heights, base.midline_mm)
    fat = physique.fat(bz)
    step = base.spacing_mm * base.skin_step
    _, breasts = additions(physique, base)
    rows, columns = np.zeros(len(along), bool), np.zeros(len(across), bool)
    for k, z in enumerate(bz):
        sk = min(max((z - base.origin_mm[2]) / step, 0), base.skin.shape[0] - 1)
        iy = (by[k] - base.origin_mm[1]) / step + base.skin_pad
        ix = (bx[k] - base.origin_mm[0]) / step + base.skin_pad
        plane = base.skin[round(sk)].astype(np.float32)
        grid = np.meshgrid(iy, ix, indexing="ij")
        s = ndimage.map_coordinates(plane, grid, order=1, mode="nearest")
        inside = s < max(fat[k, :3]) + 2.0
        for cx, cy, cz, ax, ay, az in breasts:
            if abs(z - cz) < az:
                inside |= (np.abs(by[k] - cy) < ay)[:, None] & (np.abs(bx[k] - cx) < ax)[None]
        rows |= inside.any(1)
        columns |= inside.any(0)
    ys, xs = along[rows], across[columns]
    margin = probe
    x0, x1 = xs[0] - margin, xs[-1] + margin
    y0, y1 = ys[0] - margin, ys[-1] + margin
    shape = tuple(int(np.ceil((b - a) / spacing_mm)) + 1 for a, b in ((low, high), (y0, y1), (x0, x1)))
    nz, ny, nx = shape
    return (float(x0), float(y0), float(low)), (nz, ny, nx)


def noise_tile(seed: int, edge: int = 128, blur: float = 1.1) -> NDArray[np.float32]:
    """A periodic cube of smooth Gaussian noise, unit variance, drawn from the seed."""
    rng = generator(seed, f"anatomy-noise-{blur:g}")
    white = rng.standard_normal((edge, edge, edge), dtype=np.float32)
    smooth = ndimage.gaussian_filter(white, blur, mode="wrap")
    smooth -= smooth.mean()
    smooth /= smooth.std()
    result: NDArray[np.float32] = np.ascontiguousarray(smooth, np.float32)
    return result
