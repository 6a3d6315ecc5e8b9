"""Stenosis along a path: edges, reference, narrowest lumen, percent by diameter and by area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d, median_filter

from angiosuite.imaging.vessel_edges import Array, Image, VesselEdges, edges_along
from angiosuite.kit.errors import WrongUse

SHORTEST_PX = 16.0
"""Shortest path, pixels."""
_CERTAIN = 5.0
"""A vessel is there where its content is so many times what it differs by from place to place."""
_END = 0.2
"""Share of the path at each end that is taken for healthy."""
_LESION = 0.25
"""The lesion reaches as far as the narrowing is this share of its greatest."""
_SMOOTH = np.array([-2.0, 3.0, 6.0, 7.0, 6.0, 3.0, -2.0]) / 21.0
"""Parabola through seven neighbours (Savitzky and Golay, Anal Chem 1964;36:1627)."""
_TELL = 0.08
"""Narrowing that is told from a smooth vessel at all, share of the reference."""


@dataclass(frozen=True, slots=True, eq=False)
class Stenosis:
    """What was measured; lengths in pixels of the image, and in mm where it is calibrated.

    Parameters
    ----------
    diameter_percent, area_percent, densitometric_percent : float
        Narrowing of the diameter, of the area if the lumen is round, and of the contrast medium across it.
    minimal_px, reference_px, length_px : float
        Narrowest diameter, diameter that the vessel would have there, length of the lesion.
    minimal_mm, reference_mm, length_mm : float or None
        The same, mm; None where the image is not calibrated.
    narrowest_px : (x, y) float
        Where the lumen is narrowest.
    diameters_px, references_px : float64 (n,)
        Diameter and reference along the vessel, a pixel apart (400 values at most).
    left_px, right_px : float64 (n, 2)
        Points (x, y) of the two edges, for drawing.
    """

    diameter_percent: float
    area_percent: float
    densitometric_percent: float
    minimal_px: float
    reference_px: float
    length_px: float
    minimal_mm: float | None
    reference_mm: float | None
    length_mm: float | None
    narrowest_px: tuple[float, float]
    diameters_px: Array
    references_px: Array
    left_px: Array
    right_px: Array

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, rounded, for log and page."""

        def line(points: NDArray[np.float64]) -> list[list[float]]:
            return [[round(float(x), 2), round(float(y), 2)] for x, y in points]

        def rounded(value: float | None) -> float | None:
            return None if value is None else round(value, 3)

        return {
            "diameter_percent": round(self.diameter_percent, 1),
            "area_percent": round(self.area_percent, 1),
            "densitometric_percent": round(self.densitometric_percent, 1),
            "minimal_px": rounded(self.minimal_px),
            "reference_px": rounded(self.reference_px),
            "length_px": rounded(self.length_px),
            "minimal_mm": rounded(self.minimal_mm),
            "reference_mm": rounded(self.reference_mm),
            "length_mm": rounded(self.length_mm),
            "narrowest_px": [round(v, 2) for v in self.narrowest_px],
            "diameters_px": [round(float(v), 2) for v in self.diameters_px],
            "references_px": [round(float(v), 2) for v in self.references_px],
            "left_px": line(self.left_px),
            "right_px": line(self.right_px),
        }


def measure(
    image: Image, path_px: Sequence[tuple[float, float]] | NDArray[Any], mm_per_px: float | None = None
) -> Stenosis:
    """The stenosis of the vessel that a path follows.

    Parameters
    ----------
    image : float32 (rows, columns)
        Subtracted frame or logarithm of a frame; the vessel is darker than its surroundings.
    path_px : 2 to 20 points (x, y)
        From one healthy end through the narrowing to the other, pixels.
    mm_per_px : float, optional
        Calibration at the vessel, mm.

    Raises
    ------
    WrongUse
        For a path that is too short or leaves the image, and where no vessel is found.

    Notes
    -----
    **Model**: edges by `vessel_edges`; the reference at the lesion is a straight line through the medians of
    the two ends' diameters (without what is narrowed there), as in quantitative angiography with an
    interpolated reference; area percent is 1 - (1 - diameter percent)².
    **Source**: the interpolated reference is that of Reiber et al., Circulation 71:280 (1985), as it is
    commonly described.
    **Valid for**: vessels of 5 to 60 pixels: diameters within 0.3 pixels, percent within 5 points.
    Held by ``tests/imaging/test_stenosis.py``.
    """
    points = _checked(image, path_px)
    edges = edges_along(image, points)
    if edges.certainty < _CERTAIN:
        raise WrongUse(
            "No vessel was found along the path",
            code="vessel-not-found",
            where="measure.stenosis",
            way_out="Draw the path inside a filled vessel, on a subtracted frame where it is dark.",
        )
    diameters = _calmed(2.0 * edges.radius_px)
    contents = _calmed(edges.content_px)
    references, healthy_contents = _reference(diameters), _reference(contents)
    return _stenosis(edges, diameters, references, 1.0 - contents / healthy_contents, mm_per_px)


def _stenosis(
    edges: VesselEdges, diameters: Array, references: Array, emptied: Array, mm_per_px: float | None
) -> Stenosis:
    narrowing = 1.0 - diameters / references
    inner = slice(max(1, len(diameters) // 10), len(diameters) - max(1, len(diameters) // 10))
    worst = inner.start + int(np.argmax(narrowing[inner]))
    share = float(max(narrowing[worst], 0.0))
    lesion = narrowing > max(_LESION * share, _TELL)
    length = _extent(lesion, worst) * edges.step_px
    minimal, reference = float(diameters[worst]), float(references[worst])

    def mm(px: float) -> float | None:
        return None if mm_per_px is None else px * mm_per_px

    half = 0.5 * diameters[:, None]
    x, y = edges.centre_px[worst]
    return Stenosis(
        diameter_percent=100.0 * share,
        area_percent=100.0 * (1.0 - (1.0 - share) ** 2),
        densitometric_percent=100.0 * float(np.clip(emptied[worst], 0.0, 1.0)),
        minimal_px=minimal,
        reference_px=reference,
        length_px=length,
        minimal_mm=mm(minimal),
        reference_mm=mm(reference),
        length_mm=mm(length),
        narrowest_px=(float(x), float(y)),
        diameters_px=diameters,
        references_px=references,
        left_px=edges.centre_px + half * edges.normal,
        right_px=edges.centre_px - half * edges.normal,
    )


def _checked(image: Image, path_px: Sequence[tuple[float, float]] | NDArray[Any]) -> Array:
    """The path as an array, refused where it cannot be followed."""
    points = np.asarray(path_px, dtype=np.float64)
    rows, columns = image.shape
    if (
        points.ndim != 2
        or points.shape[1] != 2
        or not 2 <= len(points) <= 20
        or not np.isfinite(points).all()
    ):
        raise WrongUse(
            "A path has 2 to 20 points",
            code="path-points",
            where="measure.stenosis",
            value=len(points),
            way_out="Click along the vessel, from one healthy end to the other.",
        )
    if (points < 0).any() or (points > (columns - 1, rows - 1)).any():
        raise WrongUse(
            "The path leaves the image",
            code="path-outside",
            where="measure.stenosis",
            way_out=f"Keep within {columns} x {rows} pixels.",
        )
    steps = np.hypot(*np.diff(points, axis=0).T)
    points = points[np.concatenate([[True], steps > 1e-6])]
    if steps.sum() < SHORTEST_PX or len(points) < 2:
        raise WrongUse(
            "The path is too short to tell a reference",
            code="path-short",
            where="measure.stenosis",
            value=round(float(steps.sum()), 1),
            way_out=f"Draw at least {SHORTEST_PX:g} pixels, with healthy vessel at both ends.",
        )
    return points


def _calmed(values: Array) -> Array:
    """Values along the vessel without single outliers, smoothed by parabolas, which keep a narrow minimum."""
    calm: Array = correlate1d(median_filter(values, size=3, mode="nearest"), _SMOOTH, mode="nearest")
    return np.maximum(calm, 0.0)


def _reference(values: Array) -> Array:
    """Line through the medians of the two ends, each without what is narrowed."""
    n = len(values)
    count = max(3, round(_END * n))
    ends = []
    for part in (slice(1, 1 + count), slice(n - 1 - count, n - 1)):
        here, place = values[part], np.arange(n, dtype=np.float64)[part]
        healthy = here >= 0.85 * np.percentile(here, 75)
        ends.append((float(np.mean(place[healthy])), float(np.median(here[healthy]))))
    (a, low), (b, high) = ends
    line = low + (high - low) * (np.arange(n) - a) / max(b - a, 1.0)
    return np.maximum(line, 1e-6)


def _extent(flags: NDArray[np.bool_], at: int) -> int:
    """Length of the run of flags around a place; 0 where the place is not flagged."""
    if not flags[at]:
        return 0
    stops = np.flatnonzero(~flags)
    before, after = stops[stops < at], stops[stops > at]
    first = int(before[-1]) + 1 if len(before) else 0
    last = int(after[0]) if len(after) else len(flags)
    return last - first
