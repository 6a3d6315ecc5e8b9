"""What a CT holds, on a coarse grid: body without table, bone without contrast, lungs, dome, heart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy import contrast_phase, opacified
from angiosuite.anatomy.contrast_phase import Levels
from angiosuite.anatomy.distance import distance_mm, opened, within
from angiosuite.anatomy.head import TISSUE_HU, Head, find_head
from angiosuite.anatomy.opacified import Opacified
from angiosuite.anatomy.outline import body_mask, coarsened, lung_mask, unseen
from angiosuite.anatomy.skeleton import bone_mask, spine_point
from angiosuite.anatomy.spine import spinal_canal

COARSE_MM = 2.0
#: Air kept around the body, mm.
MARGIN_MM = 24.0
Mask = NDArray[np.bool_]
Point = tuple[float, float, float]


@dataclass(slots=True)
class Masks:
    """Masks on a grid of `spacing` mm whose first voxel lies at `origin` (x, y, z); weights 0 to 1."""

    origin: Point
    spacing: float
    body: NDArray[np.float32]
    bone: NDArray[np.float32]
    spine: Point
    lungs: Mask
    dome: NDArray[np.float32] | None
    abdomen: NDArray[np.float32]
    ribs: NDArray[np.float32]
    heart: NDArray[np.float32]
    heart_centre: Point | None
    low_mm: float
    high_mm: float
    marks: dict[str, Point] = field(default_factory=dict)
    lung_plan: NDArray[np.float32] = field(default_factory=lambda: np.zeros((1, 1), np.float32))
    opacified: Opacified | None = None
    levels: Levels = field(default_factory=lambda: Levels(None, None, None, None))
    outside_ml: float = 0.0
    head: Head | None = None

    def moving(self) -> dict[str, NDArray[np.float32]]:
        """Weights of the moving layers that the scan has."""
        parts = {"ribs": self.ribs, "abdomen": self.abdomen, "heart": self.heart}
        return {name: part for name, part in parts.items() if part.max() > 0.5}

    def bounds_mm(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lowest and highest (x, y, z) of the body, mm, with a margin of two coarse voxels."""
        where = np.nonzero(self.body > 0.1)
        low = np.array([self.origin[k] + self.spacing * (where[2 - k].min() - 2) for k in range(3)])
        high = np.array([self.origin[k] + self.spacing * (where[2 - k].max() + 2) for k in range(3)])
        return low, high

    def thickness_mm(self) -> float:
        """Depth (mm, front to back) of the body at the spine, middle slice."""
        row = self.body.shape[0] // 2
        column = int(np.clip((self.spine[0] - self.origin[0]) / self.spacing, 0, self.body.shape[2] - 1))
        filled = np.nonzero(self.body[row, :, column] > 0.5)[0]
        return float((filled[-1] - filled[0] + 1) * self.spacing) if len(filled) else 0.0

    def landmarks(self) -> dict[str, Point]:
        """Named points, mm, as far as found."""
        return dict(self.marks)

    def fades(
        self, origin: Point, spacing: float, part: tuple[slice, slice, slice]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """How far organs move with the layer, and how much lung stands behind, on a part of the fine grid."""
        z, y, x = (
            origin[2 - axis] + spacing * np.arange(part[axis].start, part[axis].stop) for axis in range(3)
        )
        low, high = self.low_mm, self.high_mm
        if self.dome is None:
            up = _step((z - low) / (0.35 * (high - low))) * _step((high - z) / (0.35 * (high - low)))
            return up[:, None, None], np.zeros((1, 1, 1), np.float32)
        fade = _step((z - low) / max(0.4 * (high - low), 20.0))[:, None, None]
        rows = (y - self.origin[1]) / self.spacing
        columns = (x - self.origin[0]) / self.spacing
        grid = np.meshgrid(rows, columns, indexing="ij")
        roof = ndimage.map_coordinates(self.dome, grid, order=1, mode="nearest")[None]
        depth = roof - z[:, None, None]
        t = np.clip((depth - 46.0) / np.maximum(roof - low - 46.0, 20.0), 0, 1)
        t = 0.7 * t + 0.3 * t * t * (3 - 2 * t)
        sharp, soft = (
            ndimage.map_coordinates(plan, grid, order=1, mode="nearest")[None]
            for plan in (self.lung_plan, ndimage.gaussian_filter(self.lung_plan, 8.0))
        )
        deep = _step((depth - 25.0) / 60.0)
        lung = sharp + deep * (soft - sharp)
        return fade, ((1.0 - t) * lung).astype(np.float32)


def _step(t: NDArray[np.float64]) -> NDArray[np.float32]:
    t = np.clip(t, 0.0, 1.0)
    return (t * t * (3.0 - 2.0 * t)).astype(np.float32)


def _span(filled: NDArray[np.bool_], margin: float) -> slice:
    """From the first to the last true value, with a margin."""
    places = np.flatnonzero(filled)
    return slice(max(0, int(places[0] - margin)), min(len(filled), int(places[-1] + margin) + 1))


def find(
    hu: NDArray[np.int16] | NDArray[np.float32],
    origin: Point,
    spacing: tuple[float, float, float],
    report: Callable[[float], None],
    is_head_hint: bool = False,
) -> Masks:
    """All masks of a CT.

    Raises
    ------
    RefusedInput
        When nothing in the volume is large and dense enough to be a body.
    """
    edge = COARSE_MM
    volume = coarsened(hu, spacing, edge)
    outside = unseen(hu, volume.shape, spacing, edge)
    volume[:, outside] = -1000.0
    report(0.25)
    body = body_mask(volume, outside, edge)
    report(0.4)
    outside_ml = float(((volume > -350.0) & ~within(body, 6.0, edge)).sum()) * edge**3 / 1000.0
    rows, columns = (_span(np.asarray(body.any(axes)), MARGIN_MM / edge) for axes in ((0, 2), (0, 1)))
    volume = np.ascontiguousarray(volume[:, rows, columns])
    body = np.ascontiguousarray(body[:, rows, columns])
    outside = outside[rows, columns]
    origin = (origin[0] + edge * columns.start, origin[1] + edge * rows.start, origin[2])
    lungs = lung_mask(volume, body, outside, edge)
    canal = spinal_canal(volume, body, edge)
    head = find_head(volume, body, lungs, canal, edge, is_head_hint)
    if head is not None:
        volume = np.where(head.kept, volume, np.where(head.envelope, TISSUE_HU, -1000.0)).astype(np.float32)
        body = head.envelope
        canal = canal if lungs.any() else None
    liver = contrast_phase.liver_level(volume, body, canal, edge)
    vessels = opacified.find(volume, body, lungs, canal, edge, liver)
    report(0.55)
    bone = bone_mask(volume, body, vessels, edge)
    report(0.7)
    spine = spine_point(bone, body, origin, edge)
    result = Masks(
        origin=origin,
        spacing=edge,
        body=body.astype(np.float32),
        bone=bone.astype(np.float32),
        spine=spine,
        lungs=lungs,
        dome=None,
        abdomen=np.zeros(body.shape, np.float32),
        ribs=np.zeros(body.shape, np.float32),
        heart=np.zeros(body.shape, np.float32),
        heart_centre=None,
        low_mm=origin[2],
        high_mm=origin[2] + edge * (body.shape[0] - 1),
        opacified=vessels,
        levels=_levels(volume, body, bone, vessels, canal, edge, liver),
        outside_ml=outside_ml,
        head=head,
    )
    middle = origin[2] + edge * body.shape[0] / 2
    result.marks = {"spine": spine, "centre": (spine[0], spine[1] - 60.0, middle)}
    _back(result, body)
    if lungs.any():
        _breathing(result, body, bone)
        report(0.85)
        _heart(result, volume, body, bone)
    elif head is None:
        inner = distance_mm(body, edge) > 32.0
        y = origin[1] + edge * np.arange(body.shape[1])[None, :, None]
        result.abdomen = ndimage.gaussian_filter((inner & (y < spine[1] - 8.0)).astype(np.float32), 3.0)
    report(1.0)
    return result


def _levels(
    volume: NDArray[np.float32],
    body: Mask,
    bone: Mask,
    vessels: Opacified,
    canal: NDArray[np.float64] | None,
    edge: float,
    liver: float | None,
) -> Levels:
    if canal is None:
        return Levels(None, None, liver, None)
    before, aside = opacified.from_canal(volume.shape, canal, edge)
    pelvis = contrast_phase.pelvis_level(volume, before, aside, body, bone | vessels.vessels, edge)
    plain = (
        contrast_phase.prevertebral_level(volume, before, aside, body) if vessels.aorta_hu is None else None
    )
    return Levels(vessels.aorta_hu, plain, liver, pelvis)


def _back(masks: Masks, body: Mask) -> None:
    rows = np.nonzero(body.any((0, 2)))[0]
    masks.marks["back"] = (
        masks.spine[0],
        float(masks.origin[1] + masks.spacing * (rows[-1] + 0.5)),
        masks.spine[2],
    )
    masks.marks["front"] = (
        masks.spine[0],
        float(masks.origin[1] + masks.spacing * (rows[0] - 0.5)),
        masks.spine[2],
    )


def _breathing(masks: Masks, body: Mask, bone: Mask) -> None:
    """Dome surface, the layer below it, and the ribs."""
    edge, (ox, oy, oz) = masks.spacing, masks.origin
    lungs = masks.lungs
    nz = body.shape[0]
    below = ndimage.binary_fill_holes(lungs.any(0))
    first = np.where(lungs.any(0), lungs.argmax(0), nz).astype(np.float32)
    known = (first < nz - 1) & (first > 0)
    if not known.any():
        return
    index = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    roof = first[tuple(index)]
    smooth = ndimage.gaussian_filter(roof, 6.0)
    soft = np.clip(ndimage.distance_transform_edt(~known) / 5.0, 0, 1)
    roof = roof * (1 - soft) + smooth * soft
    masks.dome = (oz + edge * (roof - 0.5)).astype(np.float32)
    column_y = oy + edge * np.arange(body.shape[1])[:, None]
    column_x = ox + edge * np.arange(body.shape[2])[None, :]
    spine = (np.abs(column_x - masks.spine[0]) < 34.0) & (column_y > masks.spine[1] - 26.0)
    shell = distance_mm(body, edge)
    inner = (shell > 34.0).mean(0) > 0.5
    plan = ndimage.binary_fill_holes(below | (inner & (column_y < masks.spine[1] - 6.0))) & ~spine
    masks.lung_plan = ndimage.gaussian_filter(lungs.any(0).astype(np.float32), 1.0)
    z = oz + edge * np.arange(nz)[:, None, None]
    reach = np.clip((masks.dome[None] + 6.0 - z) / edge + 0.5, 0, 1)
    apart = ndimage.gaussian_filter((~spine).astype(np.float32), 4.0)
    plan_weight = np.where(lungs.any(0), 1.0, ndimage.gaussian_filter(plan.astype(np.float32), 4.0)) * apart
    weight = (plan_weight[None] * reach).astype(np.float32)
    weight *= np.clip((shell - 8.0) / 8.0, 0, 1)
    masks.abdomen = weight
    masks.high_mm = float(masks.dome[known].max())
    masks.low_mm = max(oz + 2.0, masks.high_mm - 210.0)
    side = np.abs(ox + edge * np.arange(body.shape[2]) - masks.spine[0])[None, None, :] > 42.0
    chest = z > float(np.quantile(masks.dome[known], 0.05)) - 70.0
    masks.ribs = (ndimage.binary_dilation(bone, iterations=1) & side & chest).astype(np.float32)
    marks = masks.marks
    for name, part in (("dome-right", column_x < masks.spine[0]), ("dome-left", column_x >= masks.spine[0])):
        field_ = np.where(known & part, masks.dome, -np.inf)
        if np.isfinite(field_).any():
            row, column = np.unravel_index(field_.argmax(), field_.shape)
            marks[name] = (float(ox + edge * column), float(oy + edge * row), float(field_[row, column]))


def _heart(masks: Masks, volume: NDArray[np.float32], body: Mask, bone: Mask) -> None:
    """Soft tissue between the lungs, before the spine and above the dome, as one beating part."""
    if masks.dome is None:
        return
    edge, (ox, oy, oz) = masks.spacing, masks.origin
    lungs = masks.lungs
    top = oz + edge * (np.nonzero(lungs.any((1, 2)))[0][-1])
    floor = float(np.quantile(masks.dome[np.isfinite(masks.dome) & lungs.any(0)], 0.85))
    if top - floor < 40.0:
        return
    hull = np.zeros_like(lungs)
    for k in np.nonzero(lungs.any((1, 2)))[0]:
        rows = lungs[k].any(1)
        for row in np.nonzero(rows)[0]:
            xs = np.nonzero(lungs[k, row])[0]
            hull[k, row, xs[0] : xs[-1]] = True
    z = oz + edge * np.arange(len(lungs))[:, None, None]
    y = oy + edge * np.arange(lungs.shape[1])[None, :, None]
    tissue = hull & ~lungs & (volume > -200) & ~bone & (y < masks.spine[1] - 32.0)
    tissue &= (z > masks.dome[None] + 4.0) & (z < floor + 110.0) & body
    core = opened(tissue, 12.0, edge)
    if core.sum() * edge**3 < 1.2e5:
        return
    parts, count = ndimage.label(core)
    sizes = ndimage.sum_labels(core, parts, np.arange(1, count + 1))
    core = parts == int(np.argmax(sizes)) + 1
    heart = within(core, 6.0, edge) & (z > masks.dome[None] + 4.0) & (y < masks.spine[1] - 28.0) & body
    masks.heart = ndimage.gaussian_filter(heart.astype(np.float32), 0.8) * (z > masks.dome[None])
    cz, cy, cx = ndimage.center_of_mass(core)
    masks.heart_centre = (float(ox + edge * cx), float(oy + edge * cy), float(oz + edge * cz))
    masks.marks["heart"] = masks.heart_centre
    masks.abdomen *= 1.0 - masks.heart
