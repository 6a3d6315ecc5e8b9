"""A CT on the patient's axes, without anything that names the patient, and what else is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.dicom.inspection import NOTHING_SEEN, Inspection
from angiosuite.kit.errors import WrongUse


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What is kept of a scan beside voxels and geometry: numbers in ranges, words of closed lists.

    Parameters
    ----------
    source : {"dicom", "nifti"}
        What it came as.
    slices : int
        Number of slices read.
    matrix : (int, int)
        Rows and columns before any averaging.
    kvp : float or None
        Tube voltage, kV.
    kernel : str or None
        Reconstruction kernel, when it is a known word.
    phase : {"native", "arterial", "portal-venous", "delayed"} or None
        As the series was called.
    contrast_given : bool or None
        Whether the header names an intravenous agent; None when there is no header to ask.
    sex : {"female", "male"} or None
    age_band : str or None
        Ten years, such as "60-69".
    is_head : bool
        Whether the header calls it a scan of the head; a hint, since headers err.
    """

    source: str
    slices: int
    matrix: tuple[int, int]
    kvp: float | None = None
    kernel: str | None = None
    phase: str | None = None
    contrast_given: bool | None = None
    sex: str | None = None
    age_band: str | None = None
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class CtVolume:
    """A CT on the patient's axes, without anything that names the patient.

    Parameters
    ----------
    hu : (z, y, x) int16
        CT numbers, -1024 to 30 000 HU; x rises to the left, y to the back, z to the head.
    origin_mm : (x, y, z)
        Centre of voxel [0, 0, 0], LPS.
    spacing_zyx_mm : (z, y, x)
        Distances of voxel centres, mm.
    facts : SeriesFacts
        What else is known.
    notices : tuple of str
        What the page must say, such as averaging, bridged slices, straightened tilt.
    inspection : Inspection
        Which series the input held, which was read and why.
    """

    hu: NDArray[np.int16]
    origin_mm: tuple[float, float, float]
    spacing_zyx_mm: tuple[float, float, float]
    facts: SeriesFacts
    notices: tuple[str, ...] = ()
    inspection: Inspection = NOTHING_SEEN

    def turned(self, axes: tuple[int, int, int], flips: tuple[bool, bool, bool]) -> CtVolume:
        """The volume with its axes reassigned, for an orientation that a person corrected.

        Parameters
        ----------
        axes : permutation of (0, 1, 2)
            ``axes[i]`` is the present axis (0 z, 1 y, 2 x) that becomes axis i.
        flips : three bool
            Whether axis i is then reversed.

        Returns
        -------
        volume : CtVolume
            Same voxels and notices; the centre of the volume stays where it was in the patient. The array is
            contiguous. An odd turn mirrors the patient, which is what a wrong left and right needs.

        Raises
        ------
        WrongUse
            When `axes` is no permutation.

        Notes
        -----
        Held by tests/dicom/test_turned.py: turns compose as a group of 48 elements.
        """
        if sorted(axes) != [0, 1, 2] or len(flips) != 3:
            raise WrongUse(
                "The axes of a turn are a permutation of 0, 1, 2, with a flip for each",
                code="turn",
                value=(list(axes), list(flips)),
                way_out="Give three axes and three flips, such as (0, 1, 2) and (False, True, False).",
            )
        hu = self.hu.transpose(axes)
        hu = hu[tuple(slice(None, None, -1 if flip else 1) for flip in flips)]
        spacing = tuple(self.spacing_zyx_mm[axis] for axis in axes)
        origin = []
        for patient_axis in range(3):
            index = 2 - patient_axis
            centre = (
                self.origin_mm[patient_axis] + self.spacing_zyx_mm[index] * (self.hu.shape[index] - 1) / 2
            )
            origin.append(centre - spacing[index] * (hu.shape[index] - 1) / 2)
        return replace(
            self,
            hu=np.ascontiguousarray(hu),
            origin_mm=(origin[0], origin[1], origin[2]),
            spacing_zyx_mm=(spacing[0], spacing[1], spacing[2]),
        )
