"""Vessels that wind with age: splenic and iliac arteries above all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.randomness import generator

__all__ = ["age_share", "wound"]

Floats = NDArray[np.float64]
#: Length of one wave, in radii of the vessel, and its height where `winding` and age are at their most.
WAVE_RADII, HEIGHT_RADII = 11.0, 1.6


def age_share(age: int, low: float = 35.0, high: float = 80.0) -> float:
    """Share, 0 to 1, of what age brings: nothing at `low` years, all at `high`."""
    return float(np.clip((age - low) / (high - low), 0.0, 1.0))


def wound(line_mm: Floats, radius_mm: float, winding: float, seed: int, name: str, age: int) -> Floats:
    """A line with the waves of its age; both ends stay.

    Notes
    -----
    **Model** two sines across the chord, of unlike length and drawn phase, eleven radii long and up to 1.6
    high, growing linearly from 35 to 80 years.
    **Source** tortuosity of iliac and splenic arteries rises with age; height and length are round figures
    (draft). **Valid for** muscular arteries of 3 to 12 mm.
    """
    length = float(np.linalg.norm(np.diff(line_mm, axis=0), axis=1).sum())
    wave = WAVE_RADII * radius_mm
    if length < 2.0 * wave:
        return line_mm
    draw = generator(seed, f"anatomy-winding-{name}")
    phase, size = draw.uniform(0.0, 2.0 * np.pi, 2), draw.uniform(0.5, 1.0, 2)
    chord = line_mm[-1] - line_mm[0]
    across = np.cross(chord, [0.0, 1.0, 0.0])
    across /= np.linalg.norm(across) + 1e-9
    other = np.cross(chord, across)
    other /= np.linalg.norm(other) + 1e-9
    arc = np.linspace(0.0, length, len(line_mm))
    window = np.sin(np.pi * np.linspace(0.0, 1.0, len(arc))).clip(0.0) ** 0.7
    height = HEIGHT_RADII * radius_mm * winding * (0.25 + 0.75 * age_share(age))
    shift = size[0] * np.sin(2 * np.pi * arc / wave + phase[0])[:, None] * across
    shift = shift + size[1] * np.sin(2 * np.pi * arc / (1.37 * wave) + phase[1])[:, None] * other
    return np.asarray(line_mm + height * window[:, None] * shift)
