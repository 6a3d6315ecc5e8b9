"""What the check page shows of an imported patient: a small volume made from the stored body, never the CT.

The body's table is gone, its vessels hold blood and a head has no face, so this holds for the preview too.

```
patients/<id>/preview/preview.json     shape, place and size of the voxels
patients/<id>/preview/volume.i16       CT numbers, (z, y, x), little-endian int16
patients/<id>/preview/vessels.bits     where contrast medium was, one bit a voxel; only where some was
patients/<id>/preview/first.jpg        the first projection; only where one was made
```
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.findings import OpacifiedVessels
from angiosuite.anatomy.sampling import sample

LARGEST_VOXELS = 8_100_000
"""Most voxels of a preview: about 200 along each edge."""
SLAB = 16
"""Slices that are made at once."""
CORTICAL_COUNTS, CORTICAL_HU = 240.0, 2540.0
"""Counts of pure cortical bone in a body, and the CT number that they add to the water beside them."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A small volume of CT numbers.

    Parameters
    ----------
    hu : (z, y, x) int16
        CT numbers, −1024 to 3071.
    origin_mm : (x, y, z)
        Centre of voxel [0, 0, 0], LPS, mm.
    spacing_mm : float
        Edge of the cubic voxel, mm.
    vessels : (z, y, x) bool or None
        Where contrast medium was.
    """

    hu: NDArray[np.int16]
    origin_mm: tuple[float, float, float]
    spacing_mm: float
    vessels: NDArray[np.bool_] | None = None


def preview_of(body: Body, opacified: OpacifiedVessels | None = None) -> Preview:
    """The body at rest as CT numbers, on a grid that is coarser where the body is large.

    Notes
    -----
    **Model** HU = water − 1000 + 2540 · (cortical bone / 1.92 g/cm³), the inverse of the split in
    `anatomy.from_ct`; layers add up; linear interpolation. Held by tests/patients/test_preview.py.
    """
    still = body.layers[0]
    factor = max(1.0, float(np.prod(still.shape) / LARGEST_VOXELS) ** (1 / 3))
    at = [factor * np.arange(int((count - 1) / factor) + 1) for count in still.shape]
    hu = np.empty([len(places) for places in at], np.int16)
    for first in range(0, len(at[0]), SLAB):
        here = at[0][first : first + SLAB]
        low = int(here[0])
        resting = _at_rest(body, low, min(int(here[-1]) + 2, still.shape[0]))
        slab = sample(resting, [here - low, at[1], at[2]])
        hu[first : first + SLAB] = np.rint(np.clip(slab, -1024.0, 3071.0))
    spacing = still.spacing_mm * factor
    vessels = None if opacified is None else _on_grid(opacified, hu.shape, still.origin_mm, spacing)
    return Preview(hu, still.origin_mm, spacing, vessels)


def _at_rest(body: Body, first: int, last: int) -> NDArray[np.float32]:
    """CT numbers of slices first..last of the still layer's grid."""
    still = body.layers[0]
    total = np.full((last - first, *still.shape[1:]), -1000.0, np.float32)
    for layer in body.layers:
        z, y, x = (
            round((layer.origin_mm[axis] - still.origin_mm[axis]) / still.spacing_mm) for axis in (2, 1, 0)
        )
        low, high = max(first, z), min(last, z + layer.shape[0])
        if low >= high:
            continue
        part = total[low - first : high - first, y : y + layer.shape[1], x : x + layer.shape[2]]
        part += layer.water_mg_cm3[low - z : high - z]
        if layer.bone_mg_cm3 is not None:
            part += layer.bone_mg_cm3[low - z : high - z] * np.float32(CORTICAL_HU / CORTICAL_COUNTS)
    return total


def _on_grid(
    opacified: OpacifiedVessels, shape: tuple[int, ...], origin: tuple[float, ...], spacing: float
) -> NDArray[np.bool_]:
    """The marked vessels, nearest voxel of another grid."""
    places, known = [], []
    for axis, count in enumerate(shape):
        at = (
            origin[2 - axis] + spacing * np.arange(count) - opacified.origin_mm[2 - axis]
        ) / opacified.spacing_mm
        index = np.rint(at).astype(np.intp)
        known.append((index >= 0) & (index < opacified.voxels.shape[axis]))
        places.append(np.clip(index, 0, opacified.voxels.shape[axis] - 1))
    inside = known[0][:, None, None] & known[1][None, :, None] & known[2][None, None, :]
    found: NDArray[np.bool_] = opacified.voxels[np.ix_(*places)] & inside
    return found


def write(folder: Path, preview: Preview, first_jpg: bytes | None = None) -> None:
    """Write a preview below a patient's folder."""
    place = folder / "preview"
    place.mkdir(parents=True)
    (place / "volume.i16").write_bytes(preview.hu.astype("<i2", copy=False).tobytes())
    if preview.vessels is not None:
        (place / "vessels.bits").write_bytes(np.packbits(preview.vessels, bitorder="little").tobytes())
    if first_jpg is not None:
        (place / "first.jpg").write_bytes(first_jpg)
    facts = {
        "shape": list(preview.hu.shape),
        "origin_mm": [round(value, 4) for value in preview.origin_mm],
        "spacing_mm": round(preview.spacing_mm, 5),
    }
    (place / "preview.json").write_text(json.dumps(facts), encoding="utf-8")


def describe(folder: Path) -> dict[str, Any] | None:
    """Shape, place and voxel size of a patient's preview and what there is of it; None without one."""
    place = folder / "preview"
    try:
        facts = json.loads((place / "preview.json").read_text("utf-8"))
        nz, ny, nx = (int(count) for count in facts["shape"])
        x, y, z = (float(value) for value in facts["origin_mm"])
        return {
            "shape": [nz, ny, nx],
            "origin_mm": [x, y, z],
            "spacing_mm": float(facts["spacing_mm"]),
            "vessels": (place / "vessels.bits").is_file(),
            "picture": (place / "first.jpg").is_file(),
        }
    except (OSError, ValueError, LookupError, TypeError):
        return None
