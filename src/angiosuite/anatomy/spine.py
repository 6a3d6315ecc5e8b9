"""The spinal canal of a CT, slice by slice: the landmark from which vessels and bone are told apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]

#: CT numbers that close a ring of bone, area of a canal, mm2, and CT number of what it holds.
RING_HU, AREA_MM2, CONTENT_HU = (150.0, 220.0), (50.0, 800.0), (-20.0, 110.0)
#: How far beside the middle of the body the canal may lie, mm, and how far it moves from slice to slice.
ASIDE_MM, STEP_MM = 55.0, 2.0
#: Evidence (share of slices with a ring) below which a place is no canal.
LEAST = 0.01


def spinal_canal(volume: NDArray[np.float32], body: Mask, edge: float) -> NDArray[np.float64] | None:
    """Row and column (in voxels) of the spinal canal in each slice, (slices, 2); None where there is none.

    Notes
    -----
    **Model** the canal is a hole of soft tissue, 0.5 to 8 cm2, that bone rings at the pedicles of each
    vertebra. Such holes are counted over 10 cm of neighbouring slices; from the slice with most evidence
    the path is followed up and down, no more than one voxel a slice.
    **Source** area of the lumbar canal 1.5 to 4 cm2 in adults (round figures of anatomy texts; draft).
    **Valid for** slices across the trunk or neck, also where a small field cuts the body.
    Held by tests/anatomy/test_from_ct.py.
    """
    found = np.zeros(volume.shape, np.float32)
    for k in range(len(volume)):
        for ring in RING_HU:
            dense = (volume[k] > ring) & body[k]
            holes = ndimage.binary_fill_holes(dense) & ~dense
            parts, count = ndimage.label(holes)
            for number, cut in enumerate(ndimage.find_objects(parts), start=1) if count else ():
                part = parts[cut] == number
                area = part.sum() * edge**2
                if AREA_MM2[0] < area < AREA_MM2[1]:
                    content = float(np.median(volume[k][cut][part]))
                    if CONTENT_HU[0] < content < CONTENT_HU[1]:
                        found[k][cut] += part
    reach = int(ASIDE_MM / edge)
    middle = round(ndimage.center_of_mass(body)[2])
    found[:, :, : max(middle - reach, 0)] = 0.0
    found[:, :, middle + reach + 1 :] = 0.0
    found = ndimage.gaussian_filter(found, (50.0 / edge, 6.0 / edge, 6.0 / edge))
    best = int(found.max((1, 2)).argmax())
    if found[best].max() < LEAST:
        return None
    path = np.zeros((len(volume), 2))
    step = max(1, round(STEP_MM / edge))
    for way in (range(best, len(volume)), range(best, -1, -1)):
        row, column = (int(v) for v in np.unravel_index(found[best].argmax(), found[best].shape))
        for k in way:
            r0, c0 = max(row - step, 0), max(column - step, 0)
            near = found[k, r0 : row + step + 1, c0 : column + step + 1]
            if near.max() > LEAST:
                dr, dc = np.unravel_index(near.argmax(), near.shape)
                row, column = r0 + int(dr), c0 + int(dc)
            path[k] = row, column
    return ndimage.gaussian_filter1d(path, 20.0 / edge, axis=0, mode="nearest")
