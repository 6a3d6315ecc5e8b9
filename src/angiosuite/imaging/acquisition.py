"""One acquisition of a slice: the blood that was there at that moment, and the draw of its noise."""

from __future__ import annotations

from dataclasses import dataclass

from angiosuite.imaging.section import Image


@dataclass(frozen=True, slots=True, eq=False)
class Acquisition:
    """What differs between two slices of one body at one place.

    Parameters
    ----------
    lumens : float32 (1 + values, rows, columns), optional
        Share of each pixel in lumens, then that share times each value
        (:meth:`~angiosuite.imaging.section.LumenSections.cut`): iodine in mg/ml, and for MR speed across the
        slice in mm/s. None: no blood is drawn.
    bed_mg_ml : float32 (rows, columns), optional
        Iodine of tissue, mg/ml (:func:`~angiosuite.imaging.ct_slice.bed_section`).
    seed, number : int
        Key of the noise: session and slice.
    """

    lumens: Image | None = None
    bed_mg_ml: Image | None = None
    seed: int = 0
    number: int = 0


PLAIN = Acquisition()
"""The body alone, first draw."""
