"""The patient's skin: the outer surface of any body as cells that unroll into a picture."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.body import Body, BodyLayer, release_pages

CELL_MM = 8.0
"""Usual height of a cell; its width is about the same where the trunk is 1 m round."""
SKIN_MG_CM3 = 450.0
"""Density at which air becomes skin: half way to fat."""
RAY_STEP_MM = 1.0
"""Spacing of the samples along a ray from outside to the skin."""
STRETCH = 48
"""Samples along a ray that are looked at together, from where it enters the body's box."""
LEAST_RADIUS_MM = 20.0
"""A slice whose half-width is below this shows no body."""
LEAST_COLUMNS = 64
"""Fewest cells around a body."""
KEPT = 4
"""Skins that stay in memory."""

Vectors = NDArray[np.float64]
_KEPT: OrderedDict[tuple[str, float], Skin] = OrderedDict()


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """Cells of a body's skin in rows from the feet to the head and columns around it.

    Parameters
    ----------
    rows, columns : int
        Cell `row * columns + column`; column 0 is in the middle of the back, a quarter round is left.
    centre_mm : (cells, 3) float64
        Middle of each cell, LPS, mm.
    normal : (cells, 3) float64
        Unit vector out of the body.
    area_mm2 : (cells,) float64
        Area of each cell, mm²; 0 where there is no skin (between the legs).
    row_mm : (rows,) float64
        z of each row, mm.
    """

    rows: int
    columns: int
    centre_mm: Vectors
    normal: Vectors
    area_mm2: Vectors
    row_mm: Vectors

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return self.rows * self.columns

    @property
    def row_step_mm(self) -> float:
        """Distance from row to row, mm."""
        return float(self.row_mm[1] - self.row_mm[0])


def skin_of(body: Body, cell_mm: float = CELL_MM) -> Skin:
    """The skin of a body, in cells of about `cell_mm`; made once and kept for the last few bodies.

    **Model** in slices of the still layer, straight rays from outside towards the middle of the slice meet
    the skin where the density first reaches half of fat's; radii are smoothed by one cell. The trunk's cut
    ends have no cells, and what a slice hides from outside (the inner sides of the thighs) has none either.
    **Valid for** a body without arms at its sides. Held by ``tests/anatomy/test_skin.py``.

    Parameters
    ----------
    body : Body
        Any body: built in or made from a CT.
    cell_mm : float
        Height of a row; the columns are as wide in the widest slice.
    """
    key = (body.content_hash, float(cell_mm))
    if key not in _KEPT:
        _KEPT[key] = _made(body.layer("still"), cell_mm)
        while len(_KEPT) > KEPT:
            _KEPT.popitem(last=False)
    _KEPT.move_to_end(key)
    return _KEPT[key]


def _made(layer: BodyLayer, cell_mm: float) -> Skin:
    slices, row_mm = _slices(layer, cell_mm)
    middle, half = _boxes(slices, layer)
    seen = half.min(axis=1) >= LEAST_RADIUS_MM
    if np.count_nonzero(seen) < 2:
        return _none(row_mm, layer.spacing_mm)
    first, last = _longest_run(seen)
    slices, row_mm = slices[first:last], row_mm[first:last]
    middle, half = (
        ndimage.gaussian_filter1d(a[first:last], 2.0, axis=0, mode="nearest") for a in (middle, half)
    )
    girth = np.pi * (3 * half.sum(1) - np.sqrt((3 * half[:, 0] + half[:, 1]) * (half[:, 0] + 3 * half[:, 1])))
    columns = 4 * int(np.clip(round(float(girth.max()) / cell_mm / 4), LEAST_COLUMNS // 4, 64))
    turn = 2 * np.pi * np.arange(columns) / columns
    # Rays that fan out like the points of an ellipse make cells of even width.
    ray = np.stack([half[:, :1] * np.sin(turn), half[:, 1:] * np.cos(turn)], axis=-1)
    ray /= np.linalg.norm(ray, axis=-1, keepdims=True)
    radius, met = _radii(slices, layer, middle, half, ray)
    radius = ndimage.gaussian_filter(radius, 0.7, mode=("nearest", "wrap"))
    place = np.empty((len(row_mm), columns, 3))
    place[..., :2] = middle[:, None] + radius[..., None] * ray
    place[..., 2] = row_mm[:, None]
    round_mm = 0.5 * (np.roll(place, -1, axis=1) - np.roll(place, 1, axis=1))
    up_mm = np.gradient(place, axis=0)
    out = np.cross(up_mm, round_mm)
    area = np.linalg.norm(out, axis=-1)
    outward = np.sign(np.sum(out[..., :2] * ray, axis=-1, keepdims=True))
    normal = out * outward / np.maximum(area, 1e-9)[..., None]
    return Skin(
        rows=len(row_mm),
        columns=columns,
        centre_mm=place.reshape(-1, 3),
        normal=normal.reshape(-1, 3),
        area_mm2=np.where(met, area, 0.0).ravel(),
        row_mm=row_mm,
    )


def _none(row_mm: Vectors, spacing_mm: float) -> Skin:
    """The skin of a body that has none: two rows of cells without area."""
    place = np.zeros((2, LEAST_COLUMNS, 3))
    place[..., 2] = row_mm[0] + np.array([[0.0], [spacing_mm]])
    out = np.tile([0.0, 1.0, 0.0], (2 * LEAST_COLUMNS, 1))
    area = np.zeros(2 * LEAST_COLUMNS)
    return Skin(2, LEAST_COLUMNS, place.reshape(-1, 3), out, area, place[:, 0, 2].copy())


def _slices(layer: BodyLayer, cell_mm: float) -> tuple[NDArray[np.float32], Vectors]:
    """Every so many slices of the layer, softened by a millimetre or two, and their z."""
    step = max(1, round(cell_mm / layer.spacing_mm))
    at = np.arange(step // 2, layer.shape[0], step)
    some = np.stack([np.asarray(layer.water_mg_cm3[k], np.float32) for k in at])
    release_pages(layer.water_mg_cm3)
    soft: NDArray[np.float32] = ndimage.uniform_filter(some, (1, 3, 3))
    row_mm: Vectors = (layer.origin_mm[2] + at * layer.spacing_mm).astype(np.float64)
    return soft, row_mm


def _boxes(slices: NDArray[np.float32], layer: BodyLayer) -> tuple[Vectors, Vectors]:
    """Middle and half-width (x, y) of the body in each slice, mm; 0 wide where there is none."""
    middle, half = np.zeros((len(slices), 2)), np.zeros((len(slices), 2))
    rows: list[NDArray[np.bool_]] = [slices.max(axis=axis) > SKIN_MG_CM3 for axis in (1, 2)]
    for axis, across in enumerate(rows):
        low, high = across.argmax(axis=1), across.shape[1] - across[:, ::-1].argmax(axis=1)
        middle[:, axis] = layer.origin_mm[axis] + 0.5 * (low + high - 1) * layer.spacing_mm
        half[:, axis] = 0.5 * (high - low) * layer.spacing_mm * across.any(axis=1)
    return middle, half


def _longest_run(seen: NDArray[np.bool_]) -> tuple[int, int]:
    """First and past last index of the longest unbroken stretch."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], seen.astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return int(starts[longest]), int(ends[longest])


def _radii(
    slices: NDArray[np.float32], layer: BodyLayer, middle: Vectors, half: Vectors, ray: Vectors
) -> tuple[Vectors, NDArray[np.bool_]]:
    """Distance from the middle to the skin along each ray, mm, and whether the ray met any."""
    reach = float(np.linalg.norm(half, axis=1).max()) + 10.0
    along = np.arange(0.0, reach, RAY_STEP_MM)[::-1]
    radius, met = np.full(ray.shape[:2], LEAST_RADIUS_MM), np.zeros(ray.shape[:2], bool)
    for k, plane in enumerate(slices):
        first = np.searchsorted(-along, -_box_mm(plane, layer, middle[k], ray[k])) - 1
        first, left = np.clip(first, 0, len(along) - 2), np.arange(ray.shape[1])
        while left.size:
            index = np.minimum(first[left] + np.arange(STRETCH + 1)[:, None], len(along) - 1)
            at = middle[k] + along[index][..., None] * ray[k, left]
            x, y = ((at[..., axis] - layer.origin_mm[axis]) / layer.spacing_mm for axis in (0, 1))
            density = ndimage.map_coordinates(plane, [y, x], order=1, mode="constant", cval=0.0)
            inside = density[1:] >= SKIN_MG_CM3
            here = np.flatnonzero(inside.any(axis=0))
            hit = inside.argmax(axis=0)[here] + 1
            low, high = density[hit - 1, here], density[hit, here]
            part = np.clip((SKIN_MG_CM3 - low) / np.maximum(high - low, 1e-6), 0.0, 1.0)
            radius[k, left[here]] = along[index[hit, here]] + (1.0 - part) * RAY_STEP_MM
            met[k, left[here]] = True
            first += STRETCH
            left = left[~met[k, left] & (first[left] < len(along) - 1)]
    return radius, met


def _box_mm(
    plane: NDArray[np.float32], layer: BodyLayer, middle: Vectors, ray: Vectors
) -> NDArray[np.float64]:
    """Distance from the middle beyond which each ray is outside the body's box in a slice, mm."""
    far = np.full(len(ray), np.inf)
    dense = plane >= SKIN_MG_CM3
    for axis in (0, 1):
        held = np.flatnonzero(dense.any(axis=axis))
        if not held.size:
            return np.zeros(len(ray))
        edges = layer.origin_mm[axis] + layer.spacing_mm * np.array([held[0] - 1, held[-1] + 1])
        slant = ray[:, axis] != 0.0
        to_edge = np.where(ray[slant, axis] > 0.0, edges[1], edges[0]) - middle[axis]
        far[slant] = np.minimum(far[slant], to_edge / ray[slant, axis])
    return np.maximum(far, 0.0)
