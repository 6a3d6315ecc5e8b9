"""Are these CT numbers at all?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.dicom.refusal import refused


def check_hounsfield(hu: NDArray[np.int16]) -> None:
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
        value=problem,
        way_out="Import the CT itself, not a label map, a mask or a picture made from it.",
    )
