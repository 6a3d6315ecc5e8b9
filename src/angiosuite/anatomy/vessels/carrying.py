"""From the reference body to a patient: points, calibres and the share that a place takes in breathing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy  # scipy.interpolate is loaded when it is first used
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.labelsource import ShippedLabels
from angiosuite.anatomy.physique import (
    CENTRE_Y_MM,
    SPINE_FRONT_Y_MM,
    SPINE_HALF_MM,
    PatientParameters,
    Physique,
    physique_of,
)

__all__ = ["Carrier", "carrier_of", "course", "thinned"]

Floats = NDArray[np.float64]

#: Base heights between which the abdomen's motion sets in (as the body is painted).
FADE_LOW_MM, FADE_HIGH_MM = 24.0, 150.0
#: How far straight pieces may leave a centre line, mm.
FIDELITY_MM = 0.08


@dataclass(frozen=True, slots=True)
class Carrier:
    """The map by which a patient was grown from the reference body.

    Parameters
    ----------
    physique : Physique
    midline_mm : float
        x of the reference body's midline.
    """

    physique: Physique
    midline_mm: float

    def world(self, points_mm: Floats) -> Floats:
        """Base points (n, 3) in the patient, LPS mm (n, 3)."""
        points = np.atleast_2d(np.asarray(points_mm, np.float64))
        depth, width = self.physique.stretch(points[:, 2])
        across = points[:, 0] - self.midline_mm
        beyond = np.maximum(np.abs(across) - SPINE_HALF_MM, 0.0)
        x = np.sign(across) * (np.minimum(np.abs(across), SPINE_HALF_MM) + beyond * width)
        along = points[:, 1] - SPINE_FRONT_Y_MM
        y = np.where(along < 0, along * depth, along) + SPINE_FRONT_Y_MM - CENTRE_Y_MM
        p = self.physique
        return np.column_stack([x * p.scale_x, y * p.scale_y, points[:, 2] * p.scale_z])

    @property
    def calibre(self) -> float:
        """Factor on a reference radius: frame (height) and sex.

        **Source** calibres follow height and sex, not fat (patient anatomy notes; draft): women's about 7 %
        smaller beside the effect of height.
        """
        tall = self.physique.parameters.height / 175.0
        return tall**0.7 * (0.93 if self.physique.parameters.sex == "female" else 1.0)

    def fade(self, world_z_mm: Floats) -> Floats:
        """Share, 0 to 1, of the abdomen's motion at a height: none in the pelvis, all in the upper belly."""
        base = np.asarray(world_z_mm) / self.physique.scale_z
        t = np.clip((base - FADE_LOW_MM) / (FADE_HIGH_MM - FADE_LOW_MM), 0.0, 1.0)
        return t * t * (3.0 - 2.0 * t)


@lru_cache(maxsize=1)
def _midline() -> float:
    told = json.loads((ShippedLabels().folder / "base.json").read_text(encoding="utf-8"))
    return float(told["midline_mm"])


def carrier_of(body: Body) -> Carrier:
    """The carrier of a built-in body; `KeyError` when its habitus does not say how it was grown."""
    kept = ("sex", "habitus", "height_cm", "seed")
    parameters = PatientParameters(
        body.patient_id, **{key: body.habitus[key] for key in kept},
        bmi=body.habitus["bmi"], age_years=body.habitus["age_years"],
    )  # fmt: skip
    return Carrier(physique_of(parameters), _midline())


def thinned(points: Floats, values: Floats, within_mm: float) -> tuple[Floats, Floats]:
    """The fewest of the points that still follow the line within a distance, and their values."""
    keep = np.zeros(len(points), np.bool_)
    keep[[0, -1]] = True
    stack = [(0, len(points) - 1)]
    while stack:
        a, b = stack.pop()
        if b - a < 2:
            continue
        chord = points[b] - points[a]
        size = float(np.linalg.norm(chord)) + 1e-12
        off = points[a + 1 : b] - points[a]
        t = np.clip(off @ chord / size**2, 0.0, 1.0)
        gap = np.linalg.norm(off - t[:, None] * chord, axis=1)
        far = int(gap.argmax())
        if gap[far] > within_mm:
            keep[a + 1 + far] = True
            stack += [(a, a + 1 + far), (a + 1 + far, b)]
    return points[keep], values[keep]


def course(points_mm: Floats, diameters_mm: Floats) -> tuple[Floats, Floats]:
    """A smooth line through points, LPS mm, and radii along it: (n, 3) and (n,).

    Diameters are spread evenly over the arc, and linear between.
    """
    points = np.asarray(points_mm, np.float64)
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    apart = np.concatenate([[True], steps > 0.3])
    points = points[apart]
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    count = max(3, round(arc[-1] / 1.0) + 1)
    at = np.linspace(0.0, arc[-1], count)
    kind = "natural" if len(points) > 2 else "not-a-knot"
    line = (
        scipy.interpolate.CubicSpline(arc, points, bc_type=kind)(at)
        if len(points) > 2
        else np.array([points[0] + (points[-1] - points[0]) * s for s in at / max(arc[-1], 1e-9)])
    )
    places = np.linspace(0.0, 1.0, len(np.atleast_1d(diameters_mm)))
    radius = 0.5 * np.interp(at / max(arc[-1], 1e-9), places, np.atleast_1d(diameters_mm))
    return thinned(line, radius, FIDELITY_MM)
