"""Are these CT numbers at all, and of a body rather than of a head?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.dicom.refusal import refused

HEAD_SHARE = 0.25
"""Share of head-like slices from which a scan counts as one of a head."""


def check_hounsfield(hu: NDArray[np.int16], where: str) -> None:
    """Refuse a volume whose values are not CT numbers of something in air.

    Valid for
    ---------
    Scans that show soft tissue: a hundredth of the voxels between -200 and 300 HU, and not all of one value.
    """
    sample = hu[:: max(1, hu.shape[0] // 40), :: max(1, hu.shape[1] // 128), :: max(1, hu.shape[2] // 128)]
    low, high = int(sample.min()), int(sample.max())
    tissue = float(np.mean((sample > -200) & (sample < 300)))
    dark = float(np.mean(sample < -200))
    bright = float(np.mean(sample > 4000))
    if low == high:
        problem = f"every voxel is {low}"
    elif tissue < 0.01:
        problem = f"hardly any soft tissue ({100 * tissue:.1f} % between -200 and 300)"
    elif dark < 0.002:
        problem = f"no air, fat or lung at all (lowest value {low})"
    elif bright > 0.2:
        problem = f"{100 * bright:.0f} % above 4000"
    else:
        return
    raise refused(
        "not-hounsfield",
        "The values are not CT numbers (HU) of a patient",
        where=where,
        value=problem,
        way_out="Import the CT itself, not a label map, a mask or a picture made from it.",
    )


def check_not_head(
    hu: NDArray[np.int16], spacing_zyx_mm: tuple[float, float, float], says_head: bool
) -> None:
    """Refuse a scan of a head, known by its header or by closed skulls in its slices.

    Model
    -----
    A slice is head-like when bone (> 250 HU, gaps up to 8 mm bridged) encloses 50 to 300 cm2 whose median
    is that of brain, -20 to 110 HU.

    Valid for
    ---------
    Adults and larger children; head-rests and small fields do not matter. Canals, joints and calcified
    aortas enclose far less, the ribs and the pelvis no closed ring within one slice. See
    tests/dicom/test_refusals.py.
    """
    step = max(1, hu.shape[0] // 48)
    slices = hu[::step]
    share = float(np.mean([_is_head_like(image, spacing_zyx_mm[1:]) for image in slices]))
    if says_head or share >= HEAD_SHARE:
        reason = (
            "the header says so" if says_head else f"{100 * share:.0f} % of the slices show a closed skull"
        )
        raise refused(
            "head",
            "This seems to be a CT of a head, which is not imported yet",
            value=reason,
            way_out="Import a CT of the trunk; heads, and removing their faces, come with the full import.",
        )


def _is_head_like(image: NDArray[np.int16], spacing_mm: tuple[float, float]) -> bool:
    every = tuple(max(1, round(2.0 / s)) for s in spacing_mm)
    coarse = np.pad(image[:: every[0], :: every[1]], 4, constant_values=-1024)
    pixel_cm2 = spacing_mm[0] * every[0] * spacing_mm[1] * every[1] / 100.0
    bridge_mm = 4.0
    bone = coarse > 250
    if np.count_nonzero(bone) * pixel_cm2 < 5.0:
        return False
    bone = ndimage.binary_closing(bone, iterations=max(1, round(bridge_mm / (spacing_mm[0] * every[0]))))
    inside = ndimage.binary_fill_holes(bone) & ~bone
    pieces, count = ndimage.label(inside)
    if count == 0:
        return False
    sizes = np.bincount(pieces.ravel())[1:]
    largest = pieces == 1 + int(np.argmax(sizes))
    return 50.0 <= sizes.max() * pixel_cm2 <= 300.0 and -20.0 <= float(np.median(coarse[largest])) <= 110.0
