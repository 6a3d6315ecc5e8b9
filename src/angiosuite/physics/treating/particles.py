"""Particles: how large those of a vial are, how many, and in which lumen one of them stops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse

__all__ = ["PACKED_SHARE", "Sizes", "count_per_ml", "lodges", "lodging_um", "sizes"]

Floats = NDArray[np.float64]

PACKED_SHARE = 0.6
"""Solid share of particles that lie packed in a syringe or in a vessel."""
_GRID = 400


@dataclass(frozen=True, slots=True, eq=False)
class Sizes:
    """What a vial holds, by diameter.

    Parameters
    ----------
    diameter_um : ndarray (bins,)
        Of each bin: the ball of its mean volume.
    volume_share : ndarray (bins,)
        Of the solid volume; sum 1.
    """

    diameter_um: Floats
    volume_share: Floats

    @property
    def number_share(self) -> Floats:
        """Of the particles that are counted; sum 1."""
        number = self.volume_share / self.diameter_um**3
        return np.asarray(number / number.sum())


def sizes(low_um: float, high_um: float, mean_um: float, sd_um: float, bins: int = 5) -> Sizes:
    """Diameters in a vial, um: a normal distribution that the label cuts off on both sides.

    Notes
    -----
    **Model** numbers follow ``exp(-(d - mean)2 / (2 sd2))`` between the label's bounds, nothing beyond; even
    bins; a bin stands for the ball of its mean volume, so that both its volume and its number are right.
    **Source** labels and spreads of `devices` as content gives them; that the tails are cut is our own choice
    (makers claim 95 % and more within the label).
    **Valid for** any label with 0 < low < high.
    Held by ``test_bins_hold_all_of_a_vial_within_its_label``.
    """
    if not 0.0 < low_um <= high_um or sd_um <= 0.0 or bins < 1:
        raise WrongUse(
            "Particles have no such sizes",
            code="bad-particle-sizes",
            value=(low_um, high_um, sd_um),
            way_out="Give two diameters above 0, the smaller one first, and a spread above 0.",
        )
    edges = np.linspace(low_um, high_um, bins + 1)
    inside = (np.arange(_GRID) + 0.5) / _GRID
    d = edges[:-1, None] + np.diff(edges)[:, None] * inside
    number = np.exp(-0.5 * np.square((d - mean_um) / sd_um)) + 1e-300
    volume = number * d**3
    diameter = np.cbrt(volume.sum(1) / number.sum(1))
    share = volume.sum(1) / volume.sum()
    return Sizes(diameter, share / share.sum())


def count_per_ml(diameter_um: float) -> float:
    """Particles of one diameter in a ml that is packed full of them.

    Notes
    -----
    **Model** ``0.6 / (pi d3 / 6)``. **Source** random packing of balls, 0.6 (textbook; memory).
    **Valid for** balls; crumbs pack looser. Held by ``test_counts_are_those_of_packed_balls``.
    """
    return float(PACKED_SHARE * 6e12 / (np.pi * diameter_um**3))


def lodging_um(diameter_um: float | Floats, squeeze: float = 1.0, clumps: float = 1.0) -> Floats:
    """Lumen below which a particle stops, um.

    Notes
    -----
    **Model** ``squeeze x clumps x d``. Squeeze is 1.0 to 1.3 of hard balls, which stop a little before they
    fit no more, and 0.8 of soft ones; irregular crumbs clump and stop as if they were 1.5 to 2 times larger.
    **Source** lodging and squeeze: research notes 3.7 on embolics (memory; draft); that irregular particles
    clump upstream is read there, the factor is from memory (draft).
    **Valid for** one particle; what packs behind it is `arterial_tree`. Held by ``test_lodging_is_exact``.
    """
    return np.asarray(np.multiply(diameter_um, squeeze * clumps), np.float64)


def lodges(
    lumen_um: float | Floats, diameter_um: float | Floats, squeeze: float = 1.0, clumps: float = 1.0
) -> NDArray[np.bool_]:
    """Whether a particle stops in a lumen; see `lodging_um`. Held by ``test_lodging_is_exact``."""
    return np.asarray(np.less(lumen_um, lodging_um(diameter_um, squeeze, clumps)))
