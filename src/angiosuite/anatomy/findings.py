"""What was found in a CT on the way to a body: words and numbers that a page shows and a file keeps."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body

if TYPE_CHECKING:
    from angiosuite.anatomy.ct_masks import Masks

ContrastPhase = Literal["native", "arterial", "portal-venous", "delayed", "unknown"]


@dataclass(frozen=True, slots=True)
class OpacifiedVessels:
    """Where vessels and heart chambers held contrast medium, before it was taken out of them.

    Parameters
    ----------
    voxels : (z, y, x) bool
        True inside an opacified vessel or chamber.
    origin_mm : (x, y, z)
        Centre of voxel [0, 0, 0], LPS, mm.
    spacing_mm : float
        Edge of the cubic voxel, mm.
    """

    voxels: NDArray[np.bool_]
    origin_mm: tuple[float, float, float]
    spacing_mm: float

    @property
    def volume_ml(self) -> float:
        """Volume marked, ml."""
        return float(self.voxels.sum()) * self.spacing_mm**3 / 1000.0


@dataclass(frozen=True, slots=True)
class CtFindings:
    """What was found, and why it is believed; plain values only.

    Parameters
    ----------
    phase : {"native", "arterial", "portal-venous", "delayed", "unknown"}
        Contrast phase as the voxels show it.
    phase_why : str
        One sentence with the CT numbers that led to it.
    opacified_ml : float
        Volume of vessels and heart chambers that were set to blood, ml.
    table_removed : bool
        Whether a table or other things outside the body were taken away.
    is_head : bool
        Whether the scan holds a face; everything outside the skull is then a featureless envelope.
    notices : tuple of str
        What the page must say of this body.
    """

    phase: ContrastPhase
    phase_why: str
    opacified_ml: float
    table_removed: bool
    is_head: bool
    notices: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The findings as plain JSON values."""
        return {**asdict(self), "notices": list(self.notices)}


@dataclass(frozen=True, slots=True)
class CtBody:
    """A body made from a CT, what was found on the way, its opacified vessels (if any were), and masks."""

    body: Body
    findings: CtFindings
    opacified: OpacifiedVessels | None
    masks: Masks
