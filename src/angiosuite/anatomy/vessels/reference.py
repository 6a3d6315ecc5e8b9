"""What vessel templates hang on: landmarks and measured lines of the reference body, base mm."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.labelsource import ShippedLabels
from angiosuite.kit.errors import AngiosuiteError

__all__ = ["REFERENCE_FOLDER", "Reference", "reference"]

Floats = NDArray[np.float64]

#: Folder of the measured file; the underscore says that it holds no content item.
REFERENCE_FOLDER = Path(str(files("angiosuite_content"))) / "vessels" / "_reference"


@dataclass(frozen=True, slots=True)
class Reference:
    """Landmarks and lines of the reference body; x left, y posterior, z superior, base mm.

    Parameters
    ----------
    marks_mm : mapping of name to (3,)
        Those of the body, and the middles of vertebral bodies and organs.
    lines_mm : mapping of name to (n, 3)
        Arteries of the label map, from their origins; lower edges of the ribs, from behind.
    midline_mm : float
        x of the plane about which paired vessels are mirrored.

    Notes
    -----
    **Source** the SPL abdominal atlas (modified; 3D Slicer licence, part B) for the arteries, and the labels
    that ship for the rest; made by ``scripts/measure_vessels.py``.
    """

    marks_mm: Mapping[str, Floats]
    lines_mm: Mapping[str, Floats]
    midline_mm: float


@lru_cache(maxsize=1)
def reference() -> Reference:
    """The shipped reference.

    Raises
    ------
    AngiosuiteError
        When its files cannot be read.
    """
    path = REFERENCE_FOLDER / "reference.json"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        base = json.loads((ShippedLabels().folder / "base.json").read_text(encoding="utf-8"))
        marks = {**base["landmarks_mm"], **told["landmarks_mm"]}
        return Reference(
            {name: np.asarray(place, np.float64) for name, place in marks.items()},
            {name: np.asarray(line, np.float64) for name, line in told["lines_mm"].items()},
            float(base["midline_mm"]),
        )
    except (OSError, ValueError, KeyError) as error:
        raise AngiosuiteError(
            "The reference of the vessels cannot be read",
            code="vessel-reference",
            where=str(path),
            value=str(error),
            way_out="Install Angiosuite again.",
        ) from error
