"""A body from a CT: Hounsfield units become water and bone on one grid, and its diaphragm is found and moves.

Masks are found on a coarse grid of about 2 mm and carried to the fine one by interpolation, in slabs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy import contrast_phase, ct_masks
from angiosuite.anatomy.body import Body, BodyLayer, grid_extent_mm, hash_layers
from angiosuite.anatomy.ct_masks import Masks
from angiosuite.anatomy.findings import CtBody, CtFindings, OpacifiedVessels
from angiosuite.anatomy.head import TISSUE_HU
from angiosuite.anatomy.motion import RIB_SHEAR_PER_MM, STILL, Motion
from angiosuite.anatomy.sampling import sample
from angiosuite.kit.errors import RefusedInput

Progress = Callable[[str, float], None]

#: The finest and the largest grid a CT is worked on.
FINEST_MM, MAX_VOXELS = 0.9, 64_000_000
#: Density (mg/cm3) behind a moving layer: lung, and organs' mean.
LUNG_FILL, SOFT_FILL = 150.0, 1030.0
#: Depth (mm) under the dome that deep inspiration uncovers, and reach above it that moves with it.
DOME_FREE_MM, DOME_SKIN_MM = 46.0, 6.0
#: CT number above which a voxel inside the bone mask holds mineral, and HU of pure cortical bone above it.
BONE_BASE_HU, BONE_SPAN_HU = 20.0, 1540.0
#: CT number above which a voxel is denser than any bone: the rest is counted as water-like mass.
METAL_HU = BONE_BASE_HU + BONE_SPAN_HU
#: CT number of air; darker values are padding outside the field of the scanner.
AIR_HU = -1024.0
#: Fraction of the diaphragm's excursion that organs follow where the scan holds no lung.
NO_LUNG_GAIN = 0.5
#: CT number of blood without contrast medium (density 1.06 g/cm3, haematocrit 0.45).
BLOOD_HU = 50.0
#: Volume outside the body, ml, from which a table is said to have been there.
TABLE_ML = 20.0
SLAB = 24

Volume = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class _Vessels:
    """Weights on the coarse grid: lumen, lumen with a rim of one voxel, undiluted contrast; levels in HU."""

    lumen: NDArray[np.float32]
    rim: NDArray[np.float32]
    hot: NDArray[np.float32]
    hot_hu: float
    around_hu: float

    @classmethod
    def of(cls, masks: Masks) -> _Vessels | None:
        found = masks.opacified
        if found is None or not found.vessels.any():
            return None
        rim = ndimage.binary_dilation(found.vessels) & ~found.bone
        around = max(BLOOD_HU, (masks.levels.liver or 0.0) + 10.0)
        lumen, rim, hot = (part.astype(np.float32) for part in (found.vessels, rim, found.hot))
        return cls(lumen, rim, hot, found.hot_hu, around)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The fine grid: first voxel (x, y, z) mm, spacing, shape (z, y, x)."""

    origin: tuple[float, float, float]
    spacing: float
    shape: tuple[int, int, int]


def body_from_hu(
    hu: NDArray[np.int16] | NDArray[np.float32],
    origin_mm: tuple[float, float, float],
    spacing_zyx_mm: tuple[float, float, float],
    patient_id: str,
    progress: Progress | None = None,
    *,
    is_head_hint: bool = False,
    phase_hint: str | None = None,
) -> CtBody:
    """A body of moving layers from a CT.

    Parameters
    ----------
    hu : (z, y, x) int16 or float32
        Hounsfield units; x to the left, y to the back, z to the head.
    origin_mm : (x, y, z)
        Centre of voxel [0, 0, 0], LPS, mm.
    spacing_zyx_mm : (dz, dy, dx)
        Voxel edges, mm.
    patient_id : str
        Identity of the patient.
    progress : callable, optional
        `progress(step_name, fraction)`. An exception raised by it stops the work and leaves nothing behind.
    is_head_hint : bool
        Whether the scan is called one of the head; voxels alone are enough to find one.
    phase_hint : str, optional
        Contrast phase as the series was called; decides only where the voxels do not.

    Returns
    -------
    result : CtBody
        The body (layers still and, as found, ribs, abdomen and heart; no labels), the findings, and the
        vessels that were opacified.

    Raises
    ------
    RefusedInput
        When the volume holds no body, or is not a plain volume of plausible size.

    Notes
    -----
    **Model** outside bone, water-like tissue of density 1 + HU/1000 (so contrast stays water-like); inside a
    closed bone mask the mineral fraction is f = (HU - 20)/1540 of cortical bone (1.92 g/cm3) and the rest
    1.02 - f of water. The table and all else outside the body become air. The layer under the lungs moves
    with the diaphragm (gain 1); without lung in the scan, mid-abdominal organs move half as far and fade
    toward both ends.
    **Source** two-material split at 60 to 80 keV effective energy; NIST mass attenuation of water and ICRU
    cortical bone. **Valid for** adults supine or prone, 80 to 140 kVp, any contrast phase.
    Held by tests/anatomy/test_from_ct.py.
    """
    report = progress or (lambda step, fraction: None)
    _check(hu, spacing_zyx_mm)
    report("finding the body", 0.0)
    masks = ct_masks.find(
        hu, origin_mm, spacing_zyx_mm, lambda f: report("finding the body", f), is_head_hint
    )
    grid = _grid(hu.shape, origin_mm, spacing_zyx_mm, masks)
    still = np.zeros(grid.shape, np.int16)
    bone = np.zeros(grid.shape, np.uint8)
    boxes = {name: _box(mask, masks, grid) for name, mask in masks.moving().items()}
    water = {name: np.zeros(_size(box), np.int16) for name, box in boxes.items()}
    rib_bone = np.zeros(_size(boxes["ribs"]), np.uint8) if "ribs" in boxes else None
    vessels = _Vessels.of(masks)
    face = None if masks.head is None else masks.head.kept.astype(np.float32)
    for first in range(0, grid.shape[0], SLAB):
        report("water and bone", first / grid.shape[0])
        last = min(first + SLAB, grid.shape[0])
        _slab(
            first,
            last,
            hu,
            origin_mm,
            spacing_zyx_mm,
            masks,
            vessels,
            face,
            grid,
            still,
            bone,
            boxes,
            water,
            rib_bone,
        )
    report("water and bone", 1.0)
    layers = [BodyLayer("still", still, bone, grid.origin, grid.spacing, STILL)]
    for name, motion in _motions(masks).items():
        if name in boxes:
            corner = _corner(boxes[name], grid)
            mine = rib_bone if name == "ribs" else None
            layers.append(BodyLayer(name, water[name], mine, corner, grid.spacing, motion))
    report("finishing", 0.0)
    body = Body(
        patient_id=patient_id,
        content_hash=hash_layers(layers),
        layers=tuple(layers),
        landmarks=masks.landmarks(),
        extent_mm=grid_extent_mm(grid.shape, grid.origin, grid.spacing),
        habitus={
            "ap_thickness_mm": round(masks.thickness_mm(), 1),
            "source_spacing_mm": list(spacing_zyx_mm),
        },
    )
    report("finishing", 1.0)
    marked = _marked(masks)
    return CtBody(body, _findings(masks, marked, phase_hint), marked, masks)


def _marked(masks: Masks) -> OpacifiedVessels | None:
    found = masks.opacified
    if found is None or not found.vessels.any():
        return None
    return OpacifiedVessels(found.vessels, masks.origin, masks.spacing)


def _findings(masks: Masks, marked: OpacifiedVessels | None, hint: str | None) -> CtFindings:
    phase, why = contrast_phase.decide(masks.levels, hint)
    notices = []
    volume_ml = round(marked.volume_ml, 1) if marked is not None else 0.0
    if marked is not None:
        notices.append(
            f"{volume_ml:.0f} ml of vessels and heart held contrast medium and were set to blood; organs that"
            " took it up, and small vessels, stay as in the CT"
        )
    table = masks.outside_ml > TABLE_ML
    if table:
        notices.append(f"table and other things outside the body were removed ({masks.outside_ml:.0f} ml)")
    if masks.head is not None:
        notices.append(
            "the scan holds a head: everything outside the skull was replaced by a smooth envelope, so that"
            " no face is kept"
        )
    return CtFindings(phase, why, volume_ml, table, masks.head is not None, tuple(notices))


def _check(hu: NDArray[np.int16] | NDArray[np.float32], spacing: tuple[float, float, float]) -> None:
    if hu.ndim != 3 or min(hu.shape) < 8:
        raise RefusedInput(
            "The CT is not a volume of at least 8 slices, rows and columns",
            code="ct-shape",
            value=hu.shape,
            way_out="Choose the series with all slices.",
        )
    extents = [count * step for count, step in zip(hu.shape, spacing, strict=True)]
    if min(spacing) <= 0 or max(spacing) > 12 or not all(40 < extent < 2500 for extent in extents):
        raise RefusedInput(
            "The CT's size in millimetres is not that of a body",
            code="ct-size",
            value=[round(extent) for extent in extents],
            way_out="Check the voxel spacing.",
        )


def _grid(
    shape: tuple[int, ...],
    origin: tuple[float, float, float],
    spacing: tuple[float, float, float],
    masks: Masks,
) -> _Grid:
    """The smallest isotropic grid that holds the body mask."""
    low, high = masks.bounds_mm()
    for axis in range(3):
        first, step, count = origin[axis], spacing[2 - axis], shape[2 - axis]
        low[axis], high[axis] = max(low[axis], first), min(high[axis], first + step * (count - 1))
    extent = high - low
    edge = max(FINEST_MM, float(np.prod(spacing)) ** (1 / 3))
    edge = max(edge, float(np.prod(extent + 4.0) / MAX_VOXELS) ** (1 / 3))
    edge = round(edge + 0.004, 2)
    nx, ny, nz = (int(np.floor(extent[axis] / edge)) + 1 for axis in range(3))
    return _Grid((float(low[0]), float(low[1]), float(low[2])), edge, (nz, ny, nx))


def _box(mask: NDArray[np.float32], masks: Masks, grid: _Grid) -> tuple[slice, slice, slice]:
    """Part of the fine grid that a coarse mask can reach."""
    where = np.nonzero(mask > 0.01)
    parts = []
    for axis, indices in enumerate(where):
        low = masks.origin[2 - axis] + masks.spacing * (indices.min() - 1)
        high = masks.origin[2 - axis] + masks.spacing * (indices.max() + 1)
        first = int(np.floor((low - grid.origin[2 - axis]) / grid.spacing))
        last = int(np.ceil((high - grid.origin[2 - axis]) / grid.spacing)) + 1
        parts.append(slice(max(first, 0), min(max(last, 1), grid.shape[axis])))
    z, y, x = parts
    return z, y, x


def _size(box: tuple[slice, slice, slice]) -> tuple[int, int, int]:
    z, y, x = (part.stop - part.start for part in box)
    return z, y, x


def _corner(box: tuple[slice, slice, slice], grid: _Grid) -> tuple[float, float, float]:
    x, y, z = (grid.origin[axis] + grid.spacing * box[2 - axis].start for axis in range(3))
    return x, y, z


def _coordinates(
    grid: _Grid, first: int, last: int, origin: tuple[float, ...], spacing: tuple[float, float, float]
) -> list[NDArray[np.float64]]:
    """Index coordinates (z, y, x) in another grid of the fine grid's slices first..last."""
    counts = (np.arange(first, last), np.arange(grid.shape[1]), np.arange(grid.shape[2]))
    return [
        np.asarray(
            (grid.origin[2 - axis] + grid.spacing * counts[axis] - origin[2 - axis]) / spacing[axis],
            np.float64,
        )
        for axis in range(3)
    ]


def _slab(
    first: int,
    last: int,
    hu: NDArray[np.int16] | NDArray[np.float32],
    origin: tuple[float, float, float],
    spacing: tuple[float, float, float],
    masks: Masks,
    vessels: _Vessels | None,
    kept: NDArray[np.float32] | None,
    grid: _Grid,
    still: Volume,
    bone: NDArray[np.uint8],
    boxes: dict[str, tuple[slice, slice, slice]],
    water: dict[str, Volume],
    rib_bone: NDArray[np.uint8] | None,
) -> None:
    """Fill slices first..last of every layer."""
    value = np.maximum(sample(hu, _coordinates(grid, first, last, origin, spacing)), AIR_HU)
    coarse = _coordinates(grid, first, last, masks.origin, (masks.spacing,) * 3)
    inside = np.clip(sample(masks.body, coarse) * 2.0 - 0.3, 0.0, 1.0)
    if kept is not None:
        share_kept = sample(kept, coarse)
        value = np.where(share_kept > 0.0, share_kept * (value - TISSUE_HU) + TISSUE_HU, TISSUE_HU)
    closed = np.clip(sample(masks.bone, coarse) * 2.0 - 0.2, 0.0, 1.0)
    if vessels is not None:
        closed = _unopacified(value, closed, vessels, coarse)
    density = np.clip(1000.0 + value, 0.0, 3200.0) * inside
    density[density < 25.0] = 0.0
    share = closed * np.clip((value - BONE_BASE_HU) / BONE_SPAN_HU, 0.0, 1.0) * inside
    share[share < 0.02] = 0.0
    metal = np.maximum(value - METAL_HU, 0.0) * inside
    mineral = np.rint(240.0 * share).astype(np.uint8)
    split = np.where(
        share > 0,
        (1.0 - closed) * density + closed * np.minimum(density, 1020.0 - 1000.0 * share + metal),
        density,
    )
    total = np.rint(split).astype(np.int16)
    for name, box in boxes.items():
        z0, z1 = max(first, box[0].start), min(last, box[0].stop)
        if z0 >= z1:
            continue
        cut = (slice(z0 - first, z1 - first), box[1], box[2])
        part = [coarse[0][z0 - first : z1 - first], coarse[1][box[1]], coarse[2][box[2]]]
        weight = sample(masks.moving()[name], part)
        soft = density[cut]
        if name == "ribs":
            assert rib_bone is not None
            take = (weight > 0.5) & (mineral[cut] > 0)
            extra = np.where(take, split[cut] - 1050.0, 0.0)
            rib_bone[z0 - box[0].start : z1 - box[0].start] = np.where(take, mineral[cut], 0)
            mineral[cut] = np.where(take, 0, mineral[cut])
        elif name == "abdomen":
            calm = np.where(share[cut] > 0, SOFT_FILL, soft)
            fade, fill = masks.fades(grid.origin, grid.spacing, (slice(z0, z1), box[1], box[2]))
            extra = weight * (fade * (calm - SOFT_FILL) + fill * (SOFT_FILL - LUNG_FILL))
        else:
            calm = np.where(share[cut] > 0, LUNG_FILL, soft)
            extra = weight * (calm - LUNG_FILL)
        moved = np.rint(extra).astype(np.int16)
        water[name][z0 - box[0].start : z1 - box[0].start] = moved
        total[cut] -= moved
    still[first:last] = total
    bone[first:last] = mineral


def _unopacified(
    value: NDArray[np.float32],
    closed: NDArray[np.float32],
    vessels: _Vessels,
    coarse: list[NDArray[np.float64]],
) -> NDArray[np.float32]:
    """Set lumens in `value` to blood (in place) and return the bone mask with plaque and metal in it.

    **Model** in a lumen blood is 50 HU; in its rim of one coarse voxel, which holds partial volumes, nothing
    stays above the tissue around. What is brighter than undiluted contrast can explain and thin is calcium
    or metal, stays, and counts as mineral.
    """
    open_ = closed < 0.5
    lumen = (sample(vessels.lumen, coarse) > 0.5) & open_
    rim = (sample(vessels.rim, coarse) > 0.3) & open_
    plaque = rim & (value > vessels.hot_hu) & (sample(vessels.hot, coarse) < 0.3)
    np.minimum(value, vessels.around_hu, out=value, where=rim & ~plaque)
    np.minimum(value, BLOOD_HU, out=value, where=lumen & ~plaque)
    result: NDArray[np.float32] = np.where(plaque, np.float32(1.0), closed)
    return result


def _motions(masks: Masks) -> dict[str, Motion]:
    marks = masks.landmarks()
    spine = marks["spine"]
    gain = 1.0 if masks.dome is not None else NO_LUNG_GAIN
    return {
        "ribs": Motion("breath-ribs", RIB_SHEAR_PER_MM, spine),
        "abdomen": Motion("breath-organ", gain, marks.get("dome-right", marks["centre"])),
        "heart": Motion("heart", 0.07, marks.get("heart", marks["centre"])),
    }
