"""`lumen_of`: where a CT shows blood with contrast medium, at its own resolution, and where its aorta is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.ct_masks import COARSE_MM, Masks
from angiosuite.anatomy.distance import distance_mm
from angiosuite.anatomy.lumens import Artery, large_artery, lumens
from angiosuite.anatomy.opacified import FLOOR_HU, from_canal, grow
from angiosuite.anatomy.outline import coarsened
from angiosuite.anatomy.spine import spinal_canal
from angiosuite.anatomy.vessels.extraction.scan import Scan, scan_of

__all__ = ["TISSUE_HU", "Lumen", "lumen_of"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: CT number of blood and muscle without contrast medium.
TISSUE_HU = 50.0
#: What is looked at around the vessels that were found on the coarse grid, mm.
AROUND_MM = 24.0
#: Share of their largest area in a slice from which the lungs count as wide.
LUNGS_SHARE = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Lumen:
    """Blood with contrast medium on the working grid.

    Parameters
    ----------
    scan : Scan
    blood : (z, y, x) bool
        Denser than half way between tissue and artery, and no bone.
    bone : (z, y, x) bool
    depth_mm : (z, y, x) float32
        Distance of each voxel of `blood` to its border.
    level_hu : float
        Level of the large artery.
    low_hu : float
        Half way between it and the tissue around.
    weak_hu : float
        What still counts as blood in a false lumen.
    track_mm : (n, 3) float64
        Large artery before the spine, from its lowest slice upwards, one point a coarse slice.
    hot_hu : float
        CT number above which it is undiluted medium, calcium or metal.
    chest_from_mm : float
        Level (z, LPS) above which the lungs are wide; infinite without lungs.
    """

    scan: Scan
    blood: Mask
    bone: Mask
    depth_mm: NDArray[np.float32]
    level_hu: float
    low_hu: float
    weak_hu: float
    track_mm: Floats
    hot_hu: float
    chest_from_mm: float


def lumen_of(
    hu: NDArray[np.int16] | NDArray[np.float32],
    origin_mm: tuple[float, float, float],
    spacing_zyx_mm: tuple[float, float, float],
    masks: Masks,
) -> Lumen | None:
    """Blood with contrast medium; None where no large artery holds any.

    Parameters
    ----------
    hu, origin_mm, spacing_zyx_mm
        The CT (see `from_ct.body_from_hu`).
    masks : Masks
        What was found in it on the coarse grid.

    Notes
    -----
    **Model** cores of the coarse grid's vessels grow in competition with its bone through
    what is denser than half way between tissue (50 HU, or the liver) and the artery: the half-maximum
    border of a lumen wider than the scanner's blur.
    **Source** design of this project. **Valid for** arterial to delayed phase.
    Held by tests/anatomy/vessels/extraction/test_tree_of_ct.py.
    """
    found = masks.opacified
    if found is None or found.aorta_hu is None or not found.vessels.any():
        return None
    artery = _artery(hu, origin_mm, spacing_zyx_mm, masks)
    if artery is None:
        return None
    track = _track(artery, masks)
    scan = scan_of(hu, origin_mm, spacing_zyx_mm, _box(masks, track))
    liver = masks.levels.liver or TISSUE_HU
    level = artery.level_hu
    low = min(max(0.5 * (level + TISSUE_HU), liver + 30.0, FLOOR_HU), 0.9 * level)
    vessels = scan.carried(found.vessels.astype(np.float32), masks.origin, masks.spacing)
    bone = scan.carried(masks.bone, masks.origin, masks.spacing) > 0.5
    core = (vessels > 0.6) & (scan.hu > low)
    body = scan.carried(masks.body, masks.origin, masks.spacing) > 0.5
    seeds = scan.carried(found.bone.astype(np.float32), masks.origin, masks.spacing) > 0.6
    blood, _ = grow(scan.hu, core, seeds & ~core, ~body, low)
    return Lumen(
        scan,
        blood,
        bone & ~core,
        distance_mm(blood, scan.edge_mm),
        level,
        low,
        min(max(0.25 * level, FLOOR_HU, liver + 30.0), low),
        track,
        found.hot_hu,
        _chest_from(masks),
    )


def _artery(
    hu: NDArray[np.int16] | NDArray[np.float32],
    origin: tuple[float, float, float],
    spacing: tuple[float, float, float],
    masks: Masks,
) -> Artery | None:
    """The large artery before the spine on the coarse grid, slice by slice."""
    edge = COARSE_MM
    volume = coarsened(hu, spacing, edge)
    row, column = (round((masks.origin[k] - origin[k]) / edge) for k in (1, 0))
    shape = masks.body.shape
    volume = np.ascontiguousarray(volume[:, row : row + shape[1], column : column + shape[2]])
    body = masks.body > 0.5
    canal = spinal_canal(volume, body, edge)
    if canal is None:
        return None
    before, aside = from_canal(shape, canal, edge)
    spared = _between(masks.lungs) & ~((before < 48.0) & (np.abs(aside) < 25.0))
    return large_artery(volume, lumens(volume, body, spared, edge), masks.lungs, canal, edge)


def _between(lungs: Mask) -> Mask:
    """What has lung on both sides, along rows or columns."""
    result = np.zeros_like(lungs)
    for axis in (1, 2):
        ahead = np.maximum.accumulate(lungs, axis=axis)
        behind = np.flip(np.maximum.accumulate(np.flip(lungs, axis), axis=axis), axis)
        result |= ahead & behind
    return result


def _track(artery: Artery, masks: Masks) -> Floats:
    seen = np.flatnonzero(~np.isnan(artery.track[:, 0]))
    x, y, z = masks.origin
    rows, columns = artery.track[seen, 0], artery.track[seen, 1]
    return np.stack([x + masks.spacing * columns, y + masks.spacing * rows, z + masks.spacing * seen], 1)


def _chest_from(masks: Masks) -> float:
    area = masks.lungs.sum((1, 2))
    if not area.any():
        return float("inf")
    return masks.origin[2] + masks.spacing * float(np.flatnonzero(area > LUNGS_SHARE * area.max())[0])


def _box(masks: Masks, track: Floats) -> tuple[Floats, Floats]:
    assert masks.opacified is not None
    where = ndimage.find_objects(masks.opacified.vessels.astype(np.int8))[0]
    low = np.array([masks.origin[k] + masks.spacing * where[2 - k].start for k in range(3)]) - AROUND_MM
    high = np.array([masks.origin[k] + masks.spacing * where[2 - k].stop for k in range(3)]) + AROUND_MM
    return np.minimum(low, track.min(0) - AROUND_MM), np.maximum(high, track.max(0) + AROUND_MM)
