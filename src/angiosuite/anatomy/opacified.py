"""Opacified vessels of a CT: vessels and heart chambers full of contrast medium, told from bone and organs.

All work is on the coarse grid of `ct_masks`; `from_ct` carries the result to the fine one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.distance import closed, distance_mm, opened, within
from angiosuite.anatomy.lumens import LEVEL_SHARE, Lumens, large_artery, lumens

Mask = NDArray[np.bool_]
Image = NDArray[np.float32]

#: Radius (mm) from which an abdominal part is an organ and no vessel.
BULKY_MM = 10.0
#: HU that contrast must stand above, whatever its level.
FLOOR_HU = 115.0


@dataclass(frozen=True, slots=True)
class Opacified:
    """Opacified vessels on the coarse grid.

    Parameters
    ----------
    vessels : (z, y, x) bool
        Vessels and chambers.
    hot : (z, y, x) bool
        What within them is far brighter than the artery and as thick as a lumen (undiluted contrast,
        and where it mixes with blood in the chest); thin bright parts elsewhere are calcium or metal and
        stay.
    bone : (z, y, x) bool
        What of the dense belongs to bone where both compete.
    aorta_hu : float or None
        Level of the large artery before the spine; None where none is opacified.
    hot_hu : float
        CT number above which thin parts stay.
    """

    vessels: Mask
    hot: Mask
    bone: Mask
    aorta_hu: float | None
    hot_hu: float


@njit(cache=True, nogil=True)
def _compete(
    volume: NDArray[np.float32],
    owner: NDArray[np.uint8],
    barred: NDArray[np.bool_],
    low_vessel: float,
    low_bone: float,
    queue: NDArray[np.int64],
) -> None:
    """Vessel (1) and bone (2) seeds grow at the same pace through what is dense enough for each."""
    nz, ny, nx = volume.shape
    last = 0
    for z in range(nz):
        for y in range(ny):
            for x in range(nx):
                if owner[z, y, x] > 0:
                    queue[last] = (z * ny + y) * nx + x
                    last += 1
    first = 0
    while first < last:
        place = queue[first]
        first += 1
        z, rest = place // (ny * nx), place % (ny * nx)
        y, x = rest // nx, rest % nx
        mine = owner[z, y, x]
        low = low_vessel if mine == 1 else low_bone
        for way in range(6):
            step = 1 if way % 2 == 0 else -1
            a, b, c = z, y, x
            if way < 2:
                a += step
            elif way < 4:
                b += step
            else:
                c += step
            if a < 0 or b < 0 or c < 0 or a >= nz or b >= ny or c >= nx or owner[a, b, c] > 0:
                continue
            if volume[a, b, c] < low or (mine == 1 and barred[a, b, c]):
                continue
            owner[a, b, c] = mine
            queue[last] = (a * ny + b) * nx + c
            last += 1


def grow(volume: Image, vessels: Mask, bone: Mask, barred: Mask, low_hu: float) -> tuple[Mask, Mask]:
    """Vessels and bone, each grown from its cores through what is dense enough, as far as it comes first.

    **Model** both kinds of seeds advance one voxel at a time; a voxel belongs to whom reaches it first.
    """
    owner = np.zeros(volume.shape, np.uint8)
    owner[bone] = 2
    owner[vessels & ~bone] = 1
    _compete(volume, owner, barred, low_hu, 130.0, np.empty(volume.size, np.int64))
    return owner == 1, owner == 2


def find(
    volume: Image,
    body: Mask,
    lungs: Mask,
    canal: NDArray[np.float64] | None,
    edge: float,
    liver_hu: float | None,
) -> Opacified:
    """Vessels and heart chambers that hold contrast medium.

    Parameters
    ----------
    volume : (z, y, x) float32
        CT numbers, HU, on cubic voxels of `edge` mm.
    body, lungs : (z, y, x) bool
        The body, and its lungs (none where the scan has none).
    canal : (slices, 2) or None
        Spinal canal; without one nothing is marked, because bone cannot be told apart.
    edge : float
        Voxel, mm.
    liver_hu : float or None
        Level of the liver, which growth must stay above.

    Notes
    -----
    **Model** from the lumen before the spine its level is known. Lumens of at least half of it between the
    lungs are heart and great vessels; tubes of about its level that lie in the liver or beside the spine are
    portal and caval veins; what lies within 14 mm of the artery counts from a quarter of its level, so that
    a false lumen is found. Cores grow through what is denser than 0.55 of the artery (and than 115 HU, and
    than the liver by 30 HU, but not more than 0.9 of the artery), in competition with bone, and never into
    organs thicker than 20 mm, nor within 4 mm of bowel gas.
    **Source** design of this project; the values are held by the tests.
    **Valid for** trunk and neck, arterial to delayed phase. Small vessels (under 3 mm) are missed in part.
    Held by tests/anatomy/test_opacified.py.
    """
    between = _between(lungs)
    nothing = np.zeros(volume.shape, bool)
    if canal is None:
        return Opacified(nothing, nothing, nothing, None, np.inf)
    before, aside = from_canal(volume.shape, canal, edge)
    skin = distance_mm(body, edge)
    spared = between & ~((before < 48.0) & (np.abs(aside) < 25.0))
    found = lumens(volume, body, spared, edge)
    artery = large_artery(volume, found, lungs, canal, edge)
    if artery is None:
        return Opacified(nothing, nothing, nothing, None, np.inf)
    level = artery.level_hu
    low = min(max(0.55 * level, FLOOR_HU, (liver_hu or 0.0) + 30.0), 0.9 * level)
    aorta = np.isin(found.parts, artery.numbers)
    heart = np.isin(found.parts, _chambers(found, level, between, lungs, before, aside))
    chest = opened(spared & (volume > low) & (skin > 28.0), 2.5, edge) | heart
    chest_around = within(chest, 14.0, edge)
    down, across = from_canal(volume.shape, artery.track, edge)
    off = down * down + across * across
    beside = (off < 18.0**2) & body
    aorta |= (off < 9.0**2) & (np.abs(volume - level) < LEVEL_SHARE * level) & (before > 26.0)
    organ = _bulky(volume, body, low, edge) & ~between & ~chest_around & ~beside
    organ |= (np.abs(aside) > 32.0) & (before < 45.0) & ~between & ~chest_around & ~beside
    if level < 300.0:
        organ |= within(_bowel_gas(volume, body, lungs), 4.0, edge) & ~between & ~chest_around & ~beside
    veins = np.isin(found.parts, _veins(found, level, organ, canal, volume, liver_hu, edge))
    core = aorta | veins | chest
    inside = (skin > 28.0) & (between | within(chest, 5.0, edge))
    bone = bone_seeds(volume, body, core | inside, before, aside, skin, edge)
    core &= ~bone
    barred = organ | ~body
    vessels, _ = grow(volume, core, bone, barred, low)
    around = within(vessels & (off < 40.0**2) & (before < 95.0), 14.0, edge)
    weak = min(max(0.25 * level, FLOOR_HU, (liver_hu or 0.0) + 30.0), low)
    vessels, skeleton = grow(volume, vessels, bone, barred | ~(around | vessels), weak)
    filled = closed(vessels & (off < 40.0**2), 9.0, edge)
    vessels |= filled & (off < 40.0**2) & (before > 0.0) & (volume > 0.0) & ~skeleton & body
    hot_hu = max(1.5 * level, level + 180.0)
    mixed = chest_around & (ndimage.uniform_filter(volume, round(9.0 / edge)) > 0.85 * hot_hu)
    thick = opened(vessels & ((volume > hot_hu) | mixed), 5.0, edge)
    hot = within(thick, 5.0, edge) & vessels
    return Opacified(vessels, hot, skeleton, level, hot_hu)


def bone_seeds(
    volume: Image, body: Mask, spared: Mask, before: Image, aside: Image, skin: Image, edge: float
) -> Mask:
    """What is bone for certain: inside of the vertebrae, all that is dense behind the canal, the outer wall.

    **Model** vertebral bodies 24 mm wide and 32 mm deep before the canal's middle; behind it within 60 mm to
    the sides; of what else is dense and no thicker than 12 mm, the layer of 10 mm that lies next to the skin
    within 40 mm around (so ribs and breastbone, not the heart behind them).
    """
    dense = (volume > 180.0) & body
    aside = np.abs(aside)
    spine = ((before >= 0.0) & (before < 32.0) & (aside < 12.0)) | ((before < 0.0) & (aside < 60.0))
    wide = int(12.0 / edge)
    thick = ndimage.maximum_filter(ndimage.minimum_filter(dense.view(np.uint8), wide), wide) > 0
    thin = dense & ~spared & ~thick
    nearest = ndimage.minimum_filter(np.where(thin, skin, 1e3).astype(np.float32), int(40.0 / edge) | 1)
    wall = thin & (skin <= nearest + 10.0) & (skin < 60.0)
    seeds: Mask = (spine & (volume > 130.0) & body) | wall
    return seeds


def from_canal(
    shape: tuple[int, ...], canal: NDArray[np.float64], edge: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Distance before the spinal canal and to the left of it, mm, for each row and column of each slice."""
    before = (canal[:, 0, None, None] - np.arange(shape[1])[None, :, None]) * edge
    aside = (np.arange(shape[2])[None, None, :] - canal[:, 1, None, None]) * edge
    return before.astype(np.float32), aside.astype(np.float32)


def _bowel_gas(volume: Image, body: Mask, lungs: Mask) -> Mask:
    """Gas outside the lungs, up to half their height (above are trachea and throat)."""
    gas: Mask = (volume < -300.0) & body & ~lungs
    slices = np.flatnonzero(lungs.any((1, 2)))
    if len(slices):
        gas[(slices[0] + slices[-1]) // 2 :] = False
    return gas


def _chambers(
    found: Lumens, level: float, between: Mask, lungs: Mask, before: Image, aside: Image
) -> NDArray[np.int64]:
    """Lumens of heart and great vessels: between the lungs, or before the spine in the topmost slice."""
    count = len(found.level_hu) + 1
    sizes = np.bincount(found.parts.ravel(), minlength=count)
    inside = np.bincount(found.parts[between], minlength=count)
    top = np.zeros(count, np.intp)
    if lungs[-4:].any():
        front = (before[-1] > 35.0) & (np.abs(aside[-1]) < 90.0)
        top = np.bincount(found.parts[-1][front], minlength=count)
    levels = np.array([0.0, *found.level_hu])
    good = (levels > max(0.5 * level, FLOOR_HU)) & ((inside > 0.3 * np.maximum(sizes, 1)) | (top > 20))
    return np.flatnonzero(good).astype(np.int64)


def _veins(
    found: Lumens,
    level: float,
    organ: Mask,
    canal: NDArray[np.float64],
    volume: Image,
    liver_hu: float | None,
    edge: float,
) -> NDArray[np.int64]:
    """Lumens below the heart that are the caval vein (right before the spine) or lie within the liver."""
    keep = []
    for index, cut in enumerate(ndimage.find_objects(found.parts), start=1):
        own = found.level_hu[index - 1] if cut is not None else 0.0
        if cut is None or not max(0.7 * level, FLOOR_HU) <= own <= 1.4 * level:
            continue
        part = found.parts[cut] == index
        if organ[cut][part].mean() > 0.3:
            continue
        place = canal[cut[0]].mean(0)
        centre = [float(v.mean()) + s.start for v, s in zip(np.nonzero(part), cut, strict=True)]
        before, aside = (place[0] - centre[1]) * edge, (centre[2] - place[1]) * edge
        caval = 25.0 < before < 62.0 and -40.0 < aside < 0.0 and (cut[0].stop - cut[0].start) * edge > 24.0
        if caval or _in_liver(volume, found.parts, index, cut, liver_hu):
            keep.append(index)
    return np.array(keep, np.int64)


def _in_liver(
    volume: Image, parts: NDArray[np.int32], index: int, cut: tuple[slice, ...], liver_hu: float | None
) -> bool:
    if liver_hu is None:
        return False
    grown = tuple(slice(max(0, part.start - 4), part.stop + 4) for part in cut)
    part = parts[grown] == index
    near = ndimage.binary_dilation(part, iterations=2)
    rim = ndimage.binary_dilation(near, iterations=2) & ~near
    return float((np.abs(volume[grown][rim] - liver_hu) < 25.0).mean()) > 0.5


def _between(lungs: Mask) -> Mask:
    """What lies between the lungs and in them, along rows and columns."""
    result = np.zeros_like(lungs)
    for axis in (1, 2):
        ahead = np.maximum.accumulate(lungs, axis=axis)
        behind = np.flip(np.maximum.accumulate(np.flip(lungs, axis), axis=axis), axis)
        result |= ahead & behind
    return result


def _bulky(volume: Image, body: Mask, low: float, edge: float) -> Mask:
    """Organs full of contrast medium: what stays of the dense, its gaps closed, after opening by 10 mm."""
    dense = closed((volume > low) & body, 4.0, edge)
    return within(distance_mm(dense, edge) > BULKY_MM, BULKY_MM + 4.0, edge)
