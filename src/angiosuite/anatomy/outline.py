"""The outline of a CT: a coarse copy, the body without table and clothes, the lungs, what no scanner saw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.distance import closed, distance_mm, within
from angiosuite.kit.errors import RefusedInput

Mask = NDArray[np.bool_]
Image = NDArray[np.float32]

#: CT number of air; darker values are padding outside the field of the scanner.
AIR_HU = -1024.0


def coarsened(
    hu: NDArray[np.int16] | NDArray[np.float32], spacing: tuple[float, float, float], edge: float
) -> NDArray[np.float32]:
    """Blurred and resampled volume, slice by slice."""
    scale = [step / edge for step in spacing]
    shape = [max(2, int(np.floor((count - 1) * s)) + 1) for count, s in zip(hu.shape, scale, strict=True)]
    sigma = [0.0, *(max(0.0, 0.45 * edge / step - 0.3) for step in spacing[1:])]
    result = np.empty(shape, np.float32)
    y, x = np.arange(shape[1]) * edge / spacing[1], np.arange(shape[2]) * edge / spacing[2]
    grid = np.meshgrid(y, x, indexing="ij")
    kept: dict[int, NDArray[np.float32]] = {}

    def plane(k: int) -> NDArray[np.float32]:
        if k not in kept:
            blurred = ndimage.gaussian_filter(np.maximum(hu[k], AIR_HU).astype(np.float32), sigma[1:])
            kept[k] = ndimage.map_coordinates(blurred, grid, order=1, mode="nearest")
            for old in [j for j in kept if j < k - 1]:
                del kept[old]
        return kept[k]

    for row in range(shape[0]):
        place = min(row * edge / spacing[0], hu.shape[0] - 1.0)
        low = int(place)
        high = min(low + 1, hu.shape[0] - 1)
        first, second = plane(low), plane(high)
        result[row] = first + (place - low) * (second - first)
    return result


def unseen(
    hu: NDArray[np.int16] | NDArray[np.float32],
    shape: tuple[int, ...],
    spacing: tuple[float, float, float],
    edge: float,
) -> NDArray[np.bool_]:
    """Rows and columns of the coarse grid that hold padding, (y, x): outside the circle of reconstruction.

    **Model** padding has one value, that of the corner, in every slice, and reaches the border. Air of a
    scanner that cuts off at -1024 HU looks the same and is air. Whatever the value, it counts as air.
    """
    some = hu[:: max(1, len(hu) // 24)]
    steady = (some == some[0, 0, 0]).all(0)
    parts, count = ndimage.label(steady)
    border = np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))
    padding = np.isin(parts, border[border > 0]) if count else steady
    rows, columns = (
        np.minimum(np.rint(np.arange(shape[axis]) * edge / spacing[axis]).astype(int), hu.shape[axis] - 1)
        for axis in (1, 2)
    )
    return np.asarray(padding[np.ix_(rows, columns)])


def body_mask(volume: Image, outside: Mask, edge: float) -> Mask:
    """The body with its air-filled insides, without table and wires.

    **Model** tissue (HU > -350) opened by 6 mm, so that thin plates fall off; parts thicker than 30 mm or
    touching the largest stay; holes are filled slice by slice.
    """
    tissue = volume > -350.0
    depth = distance_mm(tissue, edge)
    core = depth > 6.0
    parts, count = ndimage.label(core)
    if count == 0:
        raise RefusedInput("The CT holds no body", code="ct-empty", way_out="Choose a series of the trunk.")
    sizes = ndimage.sum_labels(core, parts, np.arange(1, count + 1))
    deepest = ndimage.maximum(depth, parts, np.arange(1, count + 1))
    good = (np.asarray(deepest) > 15.0) & (np.asarray(sizes) > 0.02 * max(sizes))
    if max(sizes) * edge**3 < 3e5:
        raise RefusedInput(
            "The CT holds no body",
            code="ct-empty",
            value=f"{max(sizes) * edge**3 / 1000:.0f} ml",
            way_out="Choose a series of the trunk.",
        )
    kept = np.isin(parts, np.flatnonzero(good) + 1)
    body: Mask = within(kept, 7.5, edge) & tissue
    body = closed(body, 6.0, edge) | _inner_air(volume, outside, 150.0, edge)
    for k in range(len(body)):
        body[k] = ndimage.binary_fill_holes(body[k])
    return body


def _inner_air(volume: Image, outside: Mask, least_ml: float, edge: float) -> Mask:
    """Lung-like air: large, and -960 to -560 HU in its core (bowel gas and room air are darker).

    What the circle of reconstruction cuts must be brighter than -920 HU: the foam of a table is not.
    """
    air = (volume < -450.0) & ~outside
    parts, count = ndimage.label(air)
    if count == 0:
        return air
    numbers = np.arange(1, count + 1)
    sizes = np.asarray(ndimage.sum_labels(air, parts, numbers)) * edge**3 / 1000.0
    core = ndimage.binary_erosion(air, iterations=2, border_value=1)
    means = np.array(
        [
            np.median(volume[cut][(parts[cut] == number) & core[cut]]) if size > least_ml else -1000.0
            for number, size, cut in zip(numbers, sizes, ndimage.find_objects(parts), strict=True)
        ]
    )
    cut_off = np.isin(numbers, np.unique(parts[ndimage.binary_dilation(outside[None]) & air]))
    good = (sizes > least_ml) & (means < -560.0) & (means > np.where(cut_off, -920.0, -958.0))
    result: Mask = np.isin(parts, np.flatnonzero(good) + 1)
    return result


def lung_mask(volume: Image, body: Mask, outside: Mask, edge: float) -> Mask:
    """Lungs: lung-like air inside the body that reaches the upper third of the scan."""
    lungs = _inner_air(np.where(body, volume, np.float32(0.0)), outside, 120.0, edge)
    if not lungs.any():
        return lungs
    parts, _ = ndimage.label(lungs)
    high = [part is not None and part[0].stop > 0.66 * len(lungs) for part in ndimage.find_objects(parts)]
    lungs = np.isin(parts, np.flatnonzero(high) + 1)
    if not lungs.any():
        return lungs
    return closed(lungs, 4.0, edge) & body
