"""The vessel map: where contrast was, to be laid over live pictures of the same view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform, gaussian_filter

Image = NDArray[np.float32]
View = Mapping[str, Any]

_MOVED = (
    (("table_x_mm", "table_y_mm", "table_z_mm", "table_tilt_deg"), "The table moved"),
    (("rotation_deg", "angulation_deg", "detector_rotation_deg"), "The C-arm turned"),
    (("sid_mm", "sod_mm"), "The source-image distance changed"),
)
_FIELD = (("fov_cm", "matrix"), "The field of view changed")
_TOLERANCE = 0.25
"""Movement that is not seen: mm, degrees."""
_SMOOTHING = 0.8
_NOISE_SHARE = 2.5
"""Deviations of the background below which a pixel is no vessel."""
_FULL = 0.2
"""Log contrast at which a vessel is drawn at 63 % of its full strength."""
_OVER_WHITE = 235.0
_OVER_SHARE = 0.7
"""Strongest share of the picture that a vessel covers, so that a wire in it stays visible."""


def changed_view(made: View, now: View, *, same_field: bool) -> str:
    """What makes two views different, in words; empty where they are the same.

    Parameters
    ----------
    made, now : mapping
        ``rotation_deg, angulation_deg, detector_rotation_deg, sid_mm, sod_mm, table_x_mm, table_y_mm,
        table_z_mm, table_tilt_deg`` and, where `same_field`, ``fov_cm`` and ``matrix``.
    same_field : bool
        Whether field of view and matrix must be the same too.
    """
    for names, words in (*_MOVED, _FIELD) if same_field else _MOVED:
        for name in names:
            if abs(float(made[name]) - float(now[name])) > _TOLERANCE:
                return words
    return ""


@dataclass(frozen=True, slots=True, eq=False)
class VesselMap:
    """Vessels of one view.

    Parameters
    ----------
    opacity : float32 (rows, columns)
        How strongly each pixel is vessel, 0 to 1.
    view : mapping
        Pose and field that it was made in, see :func:`changed_view`.
    pixel_mm : float
        Side of a pixel at the detector, mm.
    """

    opacity: Image
    view: View
    pixel_mm: float

    @classmethod
    def of(cls, diff: Image, view: View, pixel_mm: float) -> VesselMap:
        """The vessels of a subtracted frame or of a peak opacification.

        **Model**: contrast below the median, smoothed over a pixel, less what noise may be (2.5 deviations
        by the median absolute deviation), saturating as 1 - exp(-contrast/0.2).
        """
        smooth = gaussian_filter(diff, _SMOOTHING, truncate=3.0)
        sample = smooth[::4, ::4]
        middle = float(np.median(sample))
        noise = 1.4826 * float(np.median(np.abs(sample - middle)))
        contrast = np.maximum(np.float32(middle - _NOISE_SHARE * noise) - smooth, np.float32(0.0))
        return cls(np.float32(1.0) - np.exp(contrast * np.float32(-1.0 / _FULL)), dict(view), pixel_mm)

    def valid_for(self, view: View) -> str:
        """Why the map does not lie on this view, in words; empty where it does (in any field of view)."""
        return changed_view(self.view, view, same_field=False)

    def on(self, rows: int, pixel_mm: float) -> VesselMap:
        """The map in another matrix or field of view of the same pose: resampled about the central ray."""
        if rows == self.opacity.shape[0] and abs(pixel_mm / self.pixel_mm - 1.0) < 1e-6:
            return self
        step = pixel_mm / self.pixel_mm
        before = gaussian_filter(self.opacity, 0.5 * step) if step > 1.2 else self.opacity
        offset = 0.5 * (self.opacity.shape[0] - 1) - 0.5 * (rows - 1) * step
        resampled = affine_transform(before, [step, step], offset=offset, output_shape=(rows, rows), order=1)
        return VesselMap(resampled.astype(np.float32), self.view, pixel_mm)

    def over(self, picture: NDArray[np.uint8], fade: float) -> NDArray[np.uint8]:
        """The map over a live picture of its own matrix, uint8: vessels lighten, a wire in them stays dark.

        Parameters
        ----------
        picture : uint8 (rows, columns)
            As the monitor shows it.
        fade : float
            Strength of the vessels, 0 to 1.
        """
        share = self.opacity * np.float32(_OVER_SHARE * min(max(fade, 0.0), 1.0))
        lit = picture + share * np.maximum(np.float32(_OVER_WHITE) - picture, np.float32(0.0))
        # Closed blades stay black.
        return np.where(picture > 0, lit + np.float32(0.5), 0.0).astype(np.uint8)
