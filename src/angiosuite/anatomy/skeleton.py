"""The skeleton of a CT: one closed mask of bone, without organs and vessels full of contrast medium."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.distance import closed, distance_mm, opened, within
from angiosuite.anatomy.opacified import Opacified

Mask = NDArray[np.bool_]
Image = NDArray[np.float32]
Point = tuple[float, float, float]

#: CT number that a twentieth of any larger bone exceeds, as no enhanced organ does.
CORTEX_HU = 340.0


def bone_mask(volume: Image, body: Mask, vessels: Opacified, edge: float) -> Mask:
    """Closed mask of the skeleton; organs and vessels full of contrast are left out.

    **Model** thick regions above 180 HU whose rim is darker than their inside are contrast (bone has a
    bright rim); seeds above 230 HU outside them that belong to the skeleton (large, or near the skin, or
    joined to it) are closed over 8 mm and filled.
    """
    dense = (volume > 170.0) & body & ~vessels.vessels
    contrast = _contrast(volume, dense, body, 4.5, edge)
    bright = (volume > 300.0) & dense & ~contrast
    contrast |= _contrast(volume, bright, body, 7.0, edge)
    contrast = within(contrast, 3.0, edge) & dense if contrast.any() else contrast
    contrast |= ndimage.binary_dilation(vessels.vessels) & ~vessels.bone
    seeds = (volume > 230.0) & body & ~contrast
    parts, count = ndimage.label(ndimage.binary_dilation(seeds, iterations=1))
    if count == 0:
        return seeds
    numbers = np.arange(1, count + 1)
    sizes = np.asarray(ndimage.sum_labels(seeds, parts, numbers)) * edge**3 / 1000.0
    skin = distance_mm(body, edge)
    depth = np.asarray(ndimage.mean(skin, parts, numbers))
    keep = (sizes > 15.0) | ((sizes > 0.12) & (depth < 42.0)) | (sizes > 0.35 * sizes.max())
    for number in np.flatnonzero(keep & (sizes > 5.0)):
        keep[number] = np.percentile(volume[(parts == number + 1) & seeds], 95) > CORTEX_HU
    seeds &= np.isin(parts, np.flatnonzero(keep) + 1)
    if not seeds.any():
        return seeds
    mask: Mask = closed(seeds, 7.0, edge) & body
    for k in range(len(mask)):
        mask[k] = ndimage.binary_fill_holes(mask[k])
    mask &= (volume > -60.0) & ~contrast
    return ndimage.binary_dilation(mask, iterations=1) & body & ~contrast


def _contrast(volume: Image, dense: Mask, body: Mask, radius_mm: float, edge: float) -> Mask:
    """Thick dense regions whose rim is darker than their inside."""
    thick = opened(dense, radius_mm, edge)
    parts, _ = ndimage.label(thick)
    result = np.zeros_like(body)
    for index, cut in enumerate(ndimage.find_objects(parts), start=1):
        if cut is None:
            continue
        grown = tuple(slice(max(0, part.start - 4), part.stop + 4) for part in cut)
        region = parts[grown] == index
        core = ndimage.binary_erosion(region)
        inside = volume[grown][core if core.any() else region]
        rim = ndimage.binary_dilation(region, iterations=2) & ~region & body[grown]
        level = float(np.median(inside))
        if (
            rim.any()
            and float(np.percentile(volume[grown][rim], 75)) < 0.8 * level
            and np.std(inside) < 0.3 * level
        ):
            result[grown] |= region
    return result


def spine_point(bone: Mask, body: Mask, origin: Point, edge: float) -> Point:
    """Middle of the vertebral column: the densest column of bone, or the middle of the back."""
    profile = ndimage.gaussian_filter(bone.mean(0).astype(np.float32), 8.0 / edge)
    if profile.max() > 0.05:
        y, x = np.unravel_index(profile.argmax(), profile.shape)
    else:
        _, y, x = (int(v) for v in ndimage.center_of_mass(body))
    return (
        float(origin[0] + edge * x),
        float(origin[1] + edge * y),
        float(origin[2] + edge * body.shape[0] / 2),
    )
