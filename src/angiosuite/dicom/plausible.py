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
    A slice is head-like when the largest piece of tissue is at most 230 mm wide and deep and, seen from its
    centre, bone (> 300 HU, at least 2 mm) closes at least 85 % of all directions within 30 mm of the skin.

    Valid for
    ---------
    Adults; necks, limbs and trunks have no closed ring. See tests/dicom/test_plausible.py.
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
    coarse = image[:: every[0], :: every[1]]
    pitch = (spacing_mm[0] * every[0], spacing_mm[1] * every[1])
    tissue = ndimage.binary_opening(coarse > -300, iterations=2)
    pieces, count = ndimage.label(tissue)
    if count == 0:
        return False
    sizes = np.bincount(pieces.ravel())[1:]
    largest = ndimage.binary_fill_holes(pieces == 1 + int(np.argmax(sizes)))
    rows, columns = np.nonzero(largest)
    depth, width = np.ptp(rows) * pitch[0], np.ptp(columns) * pitch[1]
    if not (90 <= width <= 230 and 110 <= depth <= 250):
        return False
    return _ring(coarse > 300, largest, (rows.mean(), columns.mean()), pitch) >= 0.85


def _ring(
    bone: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    centre: tuple[float, float],
    pitch: tuple[float, float],
) -> float:
    """Share of 72 directions from the centre in which bone lies within 30 mm of the skin."""
    angles = np.arange(72)[:, None] * (2 * np.pi / 72)
    reach_mm = np.arange(0.0, 160.0, 1.0)[None, :]
    at_row = np.rint(centre[0] + np.sin(angles) * reach_mm / pitch[0]).astype(int)
    at_column = np.rint(centre[1] + np.cos(angles) * reach_mm / pitch[1]).astype(int)
    valid = (at_row >= 0) & (at_row < bone.shape[0]) & (at_column >= 0) & (at_column < bone.shape[1])
    at_row, at_column = np.clip(at_row, 0, bone.shape[0] - 1), np.clip(at_column, 0, bone.shape[1] - 1)
    is_inside = inside[at_row, at_column] & valid
    is_bone = bone[at_row, at_column] & valid
    skin = is_inside.shape[1] - 1 - np.argmax(is_inside[:, ::-1], axis=1)
    near_skin = (reach_mm > skin[:, None] - 30) & (reach_mm <= skin[:, None])
    return float(np.mean(np.sum(is_bone & near_skin, axis=1) >= 2))
