"""Iodised oil in blood: droplets that squeeze into small arteries and stay opaque."""

from __future__ import annotations

from .particles import Sizes, sizes

__all__ = ["SQUEEZE", "droplets"]

SQUEEZE = 0.5
"""A droplet stops in a lumen of this share of its diameter: it is drawn out long first (memory; draft)."""
_LOW_UM, _HIGH_UM, _MEAN_UM, _SD_UM = 30.0, 100.0, 60.0, 20.0


def droplets(bins: int = 3) -> Sizes:
    """Droplets into which a slow injection of oil falls, by diameter.

    Notes
    -----
    **Model** a cut normal distribution of 60 +- 20 um between 30 and 100 um. **Source** 30 to 100 um:
    research notes 1.8 (memory; draft); mean and spread own choice. What later slips through into veins is
    not modelled. **Valid for** oil without an emulsifier. Held by ``test_oil_stops_in_arterioles``.
    """
    return sizes(_LOW_UM, _HIGH_UM, _MEAN_UM, _SD_UM, bins)
