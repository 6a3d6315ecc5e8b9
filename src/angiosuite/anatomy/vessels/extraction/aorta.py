"""Where the aorta runs: down before the spine, and over the arch to the heart where the scan holds them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.vessels.extraction.geodesic import cheapest, way_back
from angiosuite.anatomy.vessels.extraction.lumen import Lumen

__all__ = ["aortic_line"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Depths (mm) at which ascending and descending aorta are looked for as two limbs of one arch, widest first.
LIMB_DEPTHS_MM = (10.0, 8.5, 7.0, 6.0, 5.0)
#: Least distance of the limbs, mm, and reach of the ascending limb before the descending one, mm.
LIMBS_APART_MM, LIMB_BEFORE_MM = 18.0, (8.0, 110.0)
#: Largest area of the ascending limb's core in a slice, mm2: a chamber of the heart is larger.
LIMB_MM2 = 1400.0
#: Growth of that area from one slice to the next that tells the heart has been reached.
JUMP = 1.6
#: Share of that depth in which the ascending limb is followed, so that a narrower core does not end it early.
FOLLOWED = 0.6


def aortic_line(lumen: Lumen) -> tuple[Floats, bool]:
    """Rough line (n, 3) through the aorta from its upper end downwards, and whether it holds an arch.

    Notes
    -----
    **Model** the track before the spine is the descending aorta. In the chest, of the lumen's core deeper
    than 10 to 5 mm only what lies above a slice is kept; where the descending limb and another round one
    before it are joined above that slice only, they are the limbs of the arch. The other limb is followed
    down until it joins a chamber of the heart, and the arch is the cheapest way between both.
    **Source** design of this project. **Valid for** a left arch.
    Held by tests/anatomy/vessels/extraction/test_tree_of_ct.py.
    """
    track = lumen.track_mm
    for depth in LIMB_DEPTHS_MM:
        core = lumen.depth_mm >= depth
        found = _limbs(lumen, core, depth, track)
        if found is None:
            continue
        slice_, limb = found
        arch = _arch(lumen, core, slice_, limb[0], track)
        if arch is not None:
            below = track[track[:, 2] < arch[-1, 2] - 2.0][::-1]
            return np.concatenate([limb[::-1], arch, below]), True
    return track[::-1], False


def _near(lumen: Lumen, track: Floats, slice_: int) -> Floats | None:
    """Track point in a slice, None where the track does not reach."""
    z = lumen.scan.origin_mm[2] + slice_ * lumen.scan.edge_mm
    k = int(np.abs(track[:, 2] - z).argmin())
    return track[k] if abs(track[k, 2] - z) < 3.0 else None


def _limbs(lumen: Lumen, core: Mask, depth: float, track: Floats) -> tuple[int, Floats] | None:
    """Highest slice under the arch, and the ascending limb from there downwards (n, 3)."""
    edge = lumen.scan.edge_mm
    step = max(1, round(4.0 / edge))
    for slice_ in range(core.shape[0] - step, 0, -step):
        place = _near(lumen, track, slice_)
        if place is None:
            continue
        blobs, count = ndimage.label(core[slice_])
        own = _blob_at(lumen, blobs, place)
        if own == 0 or count < 2:
            continue
        joined, _ = ndimage.label(core[slice_:])
        whole = joined[0][blobs == own][0]
        for other in range(1, count + 1):
            blob = blobs == other
            if other == own or joined[0][blob][0] != whole:
                continue
            centre = _centre(lumen, blob, slice_)
            before, apart = place[1] - centre[1], float(np.hypot(*(place - centre)[:2]))
            if (
                apart > LIMBS_APART_MM
                and LIMB_BEFORE_MM[0] < before < LIMB_BEFORE_MM[1]
                and blob.sum() * edge**2 < LIMB_MM2
            ):
                return slice_, _down(lumen, lumen.depth_mm >= FOLLOWED * depth, blob, slice_)
    return None


def _blob_at(lumen: Lumen, blobs: NDArray[np.int32], place: Floats) -> int:
    """Number of the part of a slice nearest to a place, within 15 mm; 0 where there is none."""
    rows, columns = np.nonzero(blobs)
    if not len(rows):
        return 0
    at = lumen.scan.index(place)
    off = np.hypot(rows - at[1], columns - at[2]) * lumen.scan.edge_mm
    k = int(off.argmin())
    return int(blobs[rows[k], columns[k]]) if off[k] < 15.0 else 0


def _centre(lumen: Lumen, blob: Mask, slice_: int) -> Floats:
    rows, columns = np.nonzero(blob)
    return lumen.scan.points_mm(np.array([slice_, rows.mean(), columns.mean()]))


def _down(lumen: Lumen, core: Mask, blob: Mask, slice_: int) -> Floats:
    """Middles of the ascending limb downwards until it widens into the heart, moves aside or ends."""
    edge = lumen.scan.edge_mm
    middles = [_centre(lumen, blob, slice_)]
    areas: list[float] = []
    for k in range(slice_ - 1, -1, -1):
        parts, count = ndimage.label(core[k])
        if not count:
            break
        shared = np.bincount(parts[blob], minlength=count + 1)
        shared[0] = 0
        if not shared.any():
            break
        blob = parts == int(shared.argmax())
        usual = float(np.median(areas[-max(3, round(9.0 / edge)) :])) if areas else np.inf
        if blob.sum() > JUMP * usual + 40.0 / edge**2 or blob.sum() * edge**2 > LIMB_MM2:
            break
        areas.append(float(blob.sum()))
        middles.append(_centre(lumen, blob, k))
    return np.array(middles)


def _arch(lumen: Lumen, core: Mask, slice_: int, top: Floats, track: Floats) -> Floats | None:
    """Cheapest way over the arch, from the ascending limb's top to the descending one."""
    place = _near(lumen, track, slice_)
    assert place is not None
    inside = core.copy()
    inside[:slice_] = False
    voxels = np.argwhere(inside[slice_])
    if not len(voxels):
        return None

    def nearest(point: Floats) -> tuple[int, int, int]:
        at = lumen.scan.index(point)
        k = int(np.hypot(voxels[:, 0] - at[1], voxels[:, 1] - at[2]).argmin())
        return slice_, int(voxels[k, 0]), int(voxels[k, 1])

    deepest = float(lumen.depth_mm[inside].max())
    cost = 1.0 / (0.05 + (lumen.depth_mm / np.float32(deepest)) ** 3)
    far, back = cheapest(cost.astype(np.float32), inside, np.array([nearest(top)]))
    end = nearest(place)
    if not np.isfinite(far[end]):
        return None
    return lumen.scan.points_mm(way_back(back, end)[::-1])
