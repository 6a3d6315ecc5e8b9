"""Lumens of a CT: parts full of contrast medium, and the large artery before the spine among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
Image = NDArray[np.float32]

#: Levels (HU) at which homogeneous parts are looked for, brightest first.
LEVELS_HU = (1200.0, 960.0, 768.0, 614.0, 491.0, 393.0, 314.0, 251.0, 201.0, 161.0, 129.0, 105.0)
#: Spread of CT numbers in a lumen: a share of its level and HU of noise.
SPREAD_SHARE, SPREAD_HU = 0.10, 12.0
#: Shares of the inside that tell dark and bright rims: a vessel's rim is darker, bone's brighter.
DARK_SHARE, BRIGHT_SHARE = 0.8, 1.25
#: Smallest core of a lumen, ml.
LEAST_ML = 0.045
#: Least HU of a large artery that counts as opacified (unopacified blood is 30 to 60 HU).
LEAST_HU = 105.0
#: How far from its known level (a share) an artery may be followed.
LEVEL_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Lumens:
    """Cores of lumens: parts that are homogeneous, dense and have a dark rim.

    Parameters
    ----------
    parts : (z, y, x) int32
        Number of the part, 0 elsewhere.
    level_hu, size_ml : tuple of float
        Median CT number and volume of parts 1, 2, ...
    """

    parts: NDArray[np.int32]
    level_hu: tuple[float, ...]
    size_ml: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Artery:
    """The large artery before the spine.

    Parameters
    ----------
    level_hu : float
        Its CT number.
    numbers : tuple of int
        Lumens that are it.
    track : (slices, 2) float64
        Row and column of its middle, voxels; NaN in slices where it is not seen.
    """

    level_hu: float
    numbers: tuple[int, ...]
    track: NDArray[np.float64]


def lumens(volume: Image, body: Mask, spared: Mask, edge: float) -> Lumens:
    """Cores of everything that looks like a lumen full of contrast medium.

    Notes
    -----
    **Model** the volume is cut at falling levels; at each, voxels whose neighbourhood stays above the level
    and varies by less than 10 % + 12 HU are joined to parts. Where `spared` (between the lungs, away from
    the spine) every part is a lumen. Elsewhere bone has to be told apart: a part is a lumen when of the
    shell 4 to 8 mm around its core more than half is darker than 0.8 of its median and less than an eighth
    brighter than 1.25 of it (bone has a bright rim). Shell that is lumen itself is not counted.
    Held by tests/anatomy/test_opacified.py.
    """
    least = ndimage.minimum_filter(volume, 3)
    mean = ndimage.uniform_filter(volume, 3)
    square = ndimage.uniform_filter(volume * volume, 3)
    spread = np.sqrt(np.maximum(square - mean * mean, 0.0))
    smooth = (spread < SPREAD_SHARE * mean + SPREAD_HU) & body
    del mean, square, spread
    found = np.zeros(volume.shape, np.int32)
    levels: list[float] = []
    sizes: list[float] = []
    small = max(6, int(LEAST_ML * 1000.0 / edge**3))
    for level in LEVELS_HU:
        parts, _ = ndimage.label(smooth & (least > level) & (found == 0))
        counts = np.bincount(parts.ravel())
        for number, cut in enumerate(ndimage.find_objects(parts), start=1):
            if cut is None or counts[number] < small:
                continue
            grown = tuple(slice(max(0, part.start - 5), part.stop + 5) for part in cut)
            part = parts[grown] == number
            inside = float(np.median(volume[grown][part]))
            if spared[grown][part].mean() > 0.6 or _dark_rim(volume[grown], part, found[grown], inside):
                levels.append(inside)
                lumen = ndimage.binary_dilation(part, iterations=2) & (volume[grown] > 0.75 * inside)
                sizes.append(float(lumen.sum()) * edge**3 / 1000.0)
                view = found[grown]
                view[lumen & (view == 0)] = len(levels)
    return Lumens(found, tuple(levels), tuple(sizes))


def _dark_rim(volume: Image, part: Mask, known: NDArray[np.int32], inside: float) -> bool:
    near = ndimage.binary_dilation(part, iterations=2)
    shell = ndimage.binary_dilation(near, iterations=2) & ~near & (known == 0)
    values = volume[shell]
    if not len(values):
        return False
    dark, bright = (
        float((values < DARK_SHARE * inside).mean()),
        float((values > BRIGHT_SHARE * inside).mean()),
    )
    return dark > 0.5 and bright < 0.125


def large_artery(
    volume: Image, found: Lumens, lungs: Mask, canal: NDArray[np.float64], edge: float
) -> Artery | None:
    """The large artery before the spine (the aorta), None where it holds no contrast medium.

    **Model** the lumen that goes furthest along the spine within 30 mm to the right, 65 mm to the left and
    95 mm before the canal, for 30 mm at least (or 60 % of a shorter scan). Below the lungs it must be no
    larger than 30 cm2 in a slice and lie within 45 mm of the spine, as kidneys and bowel do not.
    """
    if not found.level_hu:
        return None
    count = len(found.level_hu) + 1
    reach, whole = np.zeros(count), np.zeros(count)
    rows = np.arange(found.parts.shape[1])[:, None]
    columns = np.arange(found.parts.shape[2])[None, :]
    for plane, place, chest in zip(found.parts, canal, np.asarray(lungs.any((1, 2))), strict=True):
        before, aside = (place[0] - rows) * edge, (columns - place[1]) * edge
        region = (before > 0.0) & (before < 95.0) & (aside > -30.0) & (aside < 65.0)
        all_area = np.bincount(plane.ravel(), minlength=count) * edge**2
        area = np.bincount(plane[region], minlength=count) * edge**2
        area[0] = 0.0
        whole[all_area > 30.0] += edge
        for number in np.flatnonzero(area > 30.0):
            x = float(aside[0, np.nonzero(plane == number)[1]].mean())
            if chest or (area[number] > 0.7 * all_area[number] < 3000.0 and abs(x - 8.0) < 37.0):
                reach[number] += edge
    levels = np.array([0.0, *found.level_hu])
    wanted = min(30.0, 0.6 * edge * len(found.parts))
    good = (reach >= wanted) & (levels > LEAST_HU) & (reach > 0.5 * whole)
    if not good.any():
        return None
    best = int(np.where(good, reach * np.sqrt(levels), 0.0).argmax())
    alike = (
        (reach > 0.5 * whole) & (reach > 6.0) & (np.abs(levels - levels[best]) < LEVEL_SHARE * levels[best])
    )
    alike[best] = False
    blobs = {
        k: _nearest_blob(plane == best, canal[k], edge)
        for k, plane in enumerate(found.parts)
        if (plane == best).any()
    }
    track = {k: place for k, place in blobs.items() if (canal[k][0] - place[0]) * edge < 72.0} or blobs
    same = [best]
    for number in np.flatnonzero(alike):
        slices = np.flatnonzero((found.parts == number).any((1, 2)))
        k = int(slices[len(slices) // 2])
        nearest = min(track, key=lambda j: abs(j - k))
        place = _nearest_blob(found.parts[k] == number, canal[k], edge)
        off = np.hypot(*(np.subtract(place, track[nearest]) * edge))
        if off < 14.0 + 0.3 * abs(nearest - k) * edge and off < 30.0:
            same.append(int(number))
    level = float(levels[best])
    return Artery(level, tuple(same), _follow(volume, track, canal, level, edge))


def _follow(
    volume: Image,
    known: dict[int, tuple[float, float]],
    canal: NDArray[np.float64],
    level: float,
    edge: float,
) -> NDArray[np.float64]:
    """Middle of the artery in every slice, NaN where it is not seen.

    **Model** from the ends of what is known the voxels of its level (30 %) within 9 mm of the last middle
    are followed from slice to slice, across gaps of 24 mm (a plaque, a narrow true lumen) within 14 mm.
    """
    track = np.full((len(volume), 2), np.nan)
    for k, place in known.items():
        track[k] = place
    rows, columns = np.arange(volume.shape[1])[:, None], np.arange(volume.shape[2])[None, :]
    for ends in (range(max(known) + 1, len(volume)), range(min(known) - 1, -1, -1)):
        start = ends.start - ends.step
        offset = track[start] - canal[start]
        missed = 0.0
        for k in ends:
            place = canal[k] + offset
            reach = 9.0 if missed < 6.0 else 14.0
            around = (rows - place[0]) ** 2 + (columns - place[1]) ** 2 < (reach / edge) ** 2
            seen = around & (np.abs(volume[k] - level) < LEVEL_SHARE * level)
            if seen.sum() * edge**2 > 40.0:
                offset = np.array(_middle(seen)) - canal[k]
                track[k], missed = canal[k] + offset, 0.0
            else:
                missed += edge
                if missed > 24.0:
                    break
    slices, found = np.arange(len(track)), np.flatnonzero(~np.isnan(track[:, 0]))
    inner = (slices >= found[0]) & (slices <= found[-1])
    for axis in (0, 1):
        track[inner, axis] = np.interp(slices[inner], found, track[found, axis])
    return track


def _nearest_blob(plane: Mask, canal: NDArray[np.float64], edge: float) -> tuple[float, float]:
    """Middle of the connected part that lies nearest to a place 30 mm before and 15 mm left of the canal."""
    parts, count = ndimage.label(plane)
    middles = [_middle(parts == number) for number in range(1, count + 1)]
    wanted = canal + np.array([-30.0, 15.0]) / edge
    return min(middles, key=lambda m: float(np.hypot(*(np.array(m) - wanted))))


def _middle(plane: Mask) -> tuple[float, float]:
    rows, columns = np.nonzero(plane)
    return float(rows.mean()), float(columns.mean())
