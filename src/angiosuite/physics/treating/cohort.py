"""Lesions as published series had them, on which laws are set and measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import numpy as np

from .lesion_response import Lesion

__all__ = ["Treated", "dialysis_access", "femoral_series", "iliac_series"]


@dataclass(frozen=True, slots=True)
class Treated:
    """One lesion of a series.

    Parameters
    ----------
    lesion : Lesion
    stretch : float
        Diameter under the balloon over the vessel's own.
    occluded : bool
    """

    lesion: Lesion
    stretch: float
    occluded: bool = False


def femoral_series(count: int, draw: np.random.Generator) -> Iterator[Treated]:
    """De novo lesions of the superficial femoral artery, dilated with plain balloons.

    Notes
    -----
    **Model** vessels 5.5 +- 0.6 mm; length lognormal, median 120 mm, spread 0.7, 10 to 350; 35 % occluded,
    the others 50 to 99 % narrowed; a quarter with calcium over more than half, the rest even below; stretch
    1.0 +- 0.07.
    **Source** Fujihara et al. 2017 give grades and numbers in their abstract, not these covariates: ours are
    an own choice of a common series, draft. **Valid for** setting thresholds; see
    ``test_lesion_response.py``.
    """
    for _ in range(count):
        reference = float(np.clip(draw.normal(5.5, 0.6), 4.0, 7.5))
        occluded = bool(draw.random() < 0.35)
        throat = 0.0 if occluded else reference * float(draw.uniform(0.01, 0.5))
        heavy = draw.random() < 0.25
        calcium = float(draw.uniform(0.6, 1.0) if heavy else draw.uniform(0.0, 0.4))
        length = float(np.clip(draw.lognormal(log(120.0), 0.7), 10.0, 350.0))
        lesion = Lesion(reference, throat, length, calcium, float(draw.random()), "femoral")
        yield Treated(lesion, float(np.clip(draw.normal(1.0, 0.07), 0.7, 1.4)), occluded)


def iliac_series(count: int, draw: np.random.Generator) -> Iterator[Treated]:
    """Iliac stenoses, each dilated with a balloon of the vessel's size.

    Notes
    -----
    **Model** vessels 8 +- 1 mm, 50 to 95 % narrowed, 10 to 60 mm long, any calcium; stretch 1, as the
    balloons of Gardiner et al. 2001 are taken here (their ratio was not read). Own choice, draft.
    """
    for _ in range(count):
        reference = float(np.clip(draw.normal(8.0, 1.0), 5.5, 11.0))
        throat = reference * float(draw.uniform(0.05, 0.5))
        length = float(draw.uniform(10.0, 60.0))
        yield Treated(Lesion(reference, throat, length, float(draw.random()), float(draw.random())), 1.0)


def dialysis_access(count: int, draw: np.random.Generator) -> Iterator[Treated]:
    """Stenoses of veins that drain a dialysis access.

    Notes
    -----
    **Model** access 7 +- 1 mm, half to a tenth left, 10 to 80 mm, no calcium; stretch 1.08 +- 0.12 (own
    choice, draft).
    """
    for _ in range(count):
        reference = float(np.clip(draw.normal(7.0, 1.0), 4.5, 10.0))
        throat = reference * float(draw.uniform(0.1, 0.5))
        lesion = Lesion(reference, throat, float(draw.uniform(10.0, 80.0)), 0.0, 0.0, "vein")
        yield Treated(lesion, float(np.clip(draw.normal(1.08, 0.12), 0.8, 1.5)))
