"""Slices as they are read: averaged in the plane when there are too many, and brought to even distances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from angiosuite.dicom.geometry import MAX_UNEVEN, Stack

READ_VOXELS = 256_000_000
"""Larger volumes are averaged in the plane while they are read, to keep memory below about 1 GB."""

Image = NDArray[np.int16]


def averaging(count: int, rows: int, columns: int) -> int:
    """Factor of averaging in the plane that keeps a volume within `READ_VOXELS`."""
    factor = 1
    while count * (rows // factor) * (columns // factor) > READ_VOXELS and factor < min(rows, columns):
        factor += 1
    return factor


def averaged(image: Image, factor: int) -> Image:
    """The means of factor × factor pixels; a rest at the edge is left out."""
    if factor == 1:
        return image
    rows, columns = (n // factor for n in image.shape)
    blocks = image[: rows * factor, : columns * factor].reshape(rows, factor, columns, factor)
    return np.rint(blocks.mean(axis=(1, 3), dtype=np.float32)).astype(np.int16)


def even(pictures: Iterable[Image], series: Stack) -> Iterator[Image]:
    """Slices at even distances from slices in order, two of them in memory at a time.

    Notes
    -----
    **Model** a slice within a tenth of the distance of its even place stands there as it is; others are
    interpolated linearly between their neighbours.
    """
    places = np.linspace(0.0, series.along_mm[-1], series.count)
    near = max(MAX_UNEVEN * float(places[1]), 0.02)
    source = iter(pictures)
    before = after = next(source)
    index, low, high = 0, 0.0, 0.0
    for place in places:
        while high < place - near and index + 1 < len(series.along_mm):
            before, after, index = after, next(source), index + 1
            low, high = high, float(series.along_mm[index])
        if abs(place - high) <= near:
            yield after
        elif abs(place - low) <= near:
            yield before
        else:
            share = np.float32((place - low) / (high - low))
            yield np.rint(before + share * (after.astype(np.float32) - before)).astype(np.int16)
