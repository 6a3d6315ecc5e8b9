"""A head in a CT: found by its skull or jaw, and given a featureless envelope so that no face is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import ConvexHull

from angiosuite.anatomy.distance import within

Mask = NDArray[np.bool_]
Image = NDArray[np.float32]

#: CT number of bone, area (mm2) that a skull encloses, and CT numbers of what it holds.
BONE_HU, VAULT_MM2, BRAIN_HU = 250.0, 5000.0, (-20.0, 100.0)
#: Height (mm) of skull that makes a head, and where below the lowest such slice the neck is looked for.
VAULT_MM, NECK_MM = 16.0, (60.0, 170.0)
#: Largest area (mm2) of a slice through head or neck, and volume (ml) of jaw on either side of the middle.
HEAD_MM2, JAW_ML = 36000.0, 2.0
#: How far before the spinal canal a jaw lies, mm, and what of the neck below it is covered too.
JAW_MM, CHIN_MM = 42.0, 24.0
#: Soft tissue (mm) between bone and envelope: more than skin and lips, less than a nose.
COVER_MM = 14.0
#: CT number of the uniform tissue.
TISSUE_HU = 45.0


@dataclass(frozen=True, slots=True)
class Head:
    """Where the head is, on the coarse grid.

    Parameters
    ----------
    first : int
        Lowest slice that is covered.
    envelope : (z, y, x) bool
        The body with its head in the envelope.
    kept : (z, y, x) bool
        Bone and what it encloses, and everything below the head: this stays as in the CT.
    """

    first: int
    envelope: Mask
    kept: Mask


def find_head(
    volume: Image,
    body: Mask,
    lungs: Mask,
    canal: NDArray[np.float64] | None,
    edge: float,
    hint: bool,
) -> Head | None:
    """The head of a scan, None where no face can be in it.

    Notes
    -----
    **Model** a head is a skull that encloses 50 cm2 of brain over 16 mm, or, where the scan ends below it, a
    jaw: bone on both sides, more than 42 mm before the spinal canal, in slices without lung no larger than
    360 cm2. A scan that is called a head, has no lung and ends in a slice no larger than that is one too.
    What lies outside the bone is replaced: inside the convex hull of bone and of the neck's cross-section,
    widened by 14 mm, by uniform tissue of 45 HU, outside it by air. The surface depends on bone alone, so no
    skin, nose, lip, ear or eyelid can be drawn from what is kept.
    **Source** de-facing by replacement with a surface that is not the person's: Schwarz et al., NEJM 381
    (2019) 1684 (faces are recognised from skin renderings); the envelope is a design of this project.
    **Valid for** adults' heads, upright in the scan (crown toward +z). The skull itself stays as it is.
    Held by tests/anatomy/test_head.py.
    """
    bone = (volume > BONE_HU) & body
    lowest = _vault(volume, bone, edge)
    if lowest is not None:
        low, high = (max(0, lowest - int(below / edge)) for below in NECK_MM[::-1])
        if high == low:
            return _covered(body, bone, 0, False, edge)
        area = ndimage.gaussian_filter1d(body[low:high].sum((1, 2)).astype(np.float64), 4.0 / edge)
        return _covered(body, bone, low + int(np.flatnonzero(area <= 1.05 * area.min())[0]), True, edge)
    first = _jaw(body, bone, lungs, canal, edge)
    if first is not None:
        return _covered(body, bone, first, first > 0, edge)
    if hint and not lungs.any() and float(body[-1].sum()) * edge**2 < HEAD_MM2:
        return _covered(body, bone, 0, False, edge)
    return None


def _vault(volume: Image, bone: Mask, edge: float) -> int | None:
    """Lowest slice in which bone encloses brain."""
    holds = np.zeros(len(volume), bool)
    reach = max(1, round(4.0 / edge))
    for k in np.flatnonzero(bone.sum((1, 2)) * edge**2 > 500.0):
        plane = np.pad(bone[k], reach + 1)
        ring = ndimage.binary_closing(plane, iterations=reach)[reach + 1 : -reach - 1, reach + 1 : -reach - 1]
        inner = ndimage.binary_fill_holes(ring) & ~ring
        parts, count = ndimage.label(inner)
        if count:
            part = parts == int(np.bincount(parts[parts > 0]).argmax())
            level = float(np.median(volume[k][part]))
            holds[k] = part.sum() * edge**2 > VAULT_MM2 and BRAIN_HU[0] < level < BRAIN_HU[1]
    if holds.sum() * edge < VAULT_MM:
        return None
    return int(np.flatnonzero(holds)[0])


def _jaw(body: Mask, bone: Mask, lungs: Mask, canal: NDArray[np.float64] | None, edge: float) -> int | None:
    """Lowest slice of a face that the scan cuts below the skull."""
    small = (body.sum((1, 2)) * edge**2 < HEAD_MM2) & ~lungs.any((1, 2))
    if canal is None or not small[-1]:
        return None
    low = int(np.flatnonzero(~small)[-1]) + 1 if not small.all() else 0
    rows = np.arange(body.shape[1])[None, :, None]
    aside = (np.arange(body.shape[2])[None, None, :] - canal[low:, 1, None, None]) * edge
    before = (canal[low:, 0, None, None] - rows) * edge
    front = bone[low:] & (before > JAW_MM) & (np.abs(aside) < 80.0)
    right, left = (float((front & side).sum()) * edge**3 / 1000.0 for side in (aside < -8.0, aside > 8.0))
    if min(right, left) < JAW_ML:
        return None
    lowest = low + int(np.flatnonzero(front.sum((1, 2)) * edge**2 > 20.0)[0])
    return max(0, lowest - int(CHIN_MM / edge))


def _covered(body: Mask, bone: Mask, first: int, on_neck: bool, edge: float) -> Head:
    """The envelope over the bone from a slice upward, which is one of the neck or not."""
    head = bone.copy()
    head[:first] = False
    parts, count = ndimage.label(ndimage.binary_dilation(head))
    sizes = np.bincount(parts[head], minlength=count + 1) * edge**3 / 1000.0
    sizes[0] = 0.0
    head &= np.isin(parts, np.flatnonzero(sizes > 2.0))
    neck = np.zeros_like(head)
    if on_neck:
        neck[first] = ndimage.distance_transform_edt(body[first], edge) > COVER_MM
    shape = head | neck
    envelope = body.copy()
    envelope[first:] = False
    kept = np.zeros_like(body)
    kept[:first] = True
    if shape.any():
        hull = _hull(shape)
        near = within(hull, COVER_MM, edge)
        envelope[first:] = near[first:]
        reach = max(1, round(6.0 / edge))
        grown = np.pad(head, [(0, 0), (reach, reach), (reach, reach)])
        for k in range(first, len(body)):
            ring = ndimage.binary_closing(grown[k], iterations=reach)[reach:-reach, reach:-reach]
            kept[k] = ndimage.binary_fill_holes(ring)
        kept[first:] |= head[first:]
    return Head(first, envelope, kept)


def _hull(mask: Mask) -> Mask:
    """Voxels inside the convex hull of a mask."""
    surface = np.argwhere(mask & ~ndimage.binary_erosion(mask)).astype(np.float64)
    result = np.zeros_like(mask)
    if len(surface) < 8 or np.linalg.matrix_rank(surface - surface[0]) < 3:
        return mask
    corner = surface.min(0)
    planes = ConvexHull(surface - corner).equations
    planes = planes[np.lexsort(planes.T)].astype(np.float32)
    low, high = corner.astype(int), surface.max(0).astype(int) + 1
    size = high - low
    y, x = np.divmod(np.arange(size[1] * size[2], dtype=np.int64), size[2])
    across = np.stack([y, x], axis=1).astype(np.float32) @ planes[:, 1:3].T + planes[:, 3]
    for k in range(size[0]):
        inside = (across + np.float32(k) * planes[:, 0] <= 0.02).all(1)
        result[low[0] + k, low[1] : high[1], low[2] : high[2]] = inside.reshape(size[1], size[2])
    return result
