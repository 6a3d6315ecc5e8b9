"""What a layer adds to a few pixels of a picture, and the signal behind these alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.xray.exponential import exp32
from angiosuite.physics.xray.layers import LayerMass
from angiosuite.physics.xray.projector import Image

__all__ = ["PixelMass", "retouch"]


@dataclass(frozen=True, slots=True, eq=False)
class PixelMass:
    """What a layer adds to some pixels: of many materials, on a small part of the picture.

    Attributes
    ----------
    pixels : ndarray, shape (n,), int32
        Row times columns plus column, each once, in the order in which they were drawn.
    shape : (rows, columns)
        Of the whole picture.
    materials : tuple of str
        Names as in the attenuation tables.
    mass : ndarray, shape (n, materials), float32
        g/cm2 along the ray; negative where a layer takes away what it displaces.
    """

    pixels: NDArray[np.int32]
    shape: tuple[int, int]
    materials: tuple[str, ...]
    mass: NDArray[np.float32]

    def layer(self) -> LayerMass:
        """The same on the smallest window that holds all of its pixels."""
        row, column = np.divmod(self.pixels, self.shape[1])
        r0, c0 = int(row.min()), int(column.min())
        window = r0, int(row.max()) + 1, c0, int(column.max()) + 1
        mass = np.zeros((len(self.materials), window[1] - r0, window[3] - c0), np.float32)
        mass[:, row - r0, column - c0] = self.mass.T
        return LayerMass(window, self.materials, mass)

    def add_to(self, images: dict[str, Image]) -> None:
        """Add to whole-detector images, one per material, which must all be there."""
        row, column = np.divmod(self.pixels, self.shape[1])
        for name, part in zip(self.materials, self.mass.T, strict=True):
            images[name][row, column] += part


@njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)
def retouch(
    pixels: NDArray,  # int32 (n,)
    own: NDArray,  # float32 (n, own materials), g/cm2
    own_mu: NDArray,  # float32 (energies, own materials), cm2/g
    mass: NDArray,  # float32 (materials, rows * columns), g/cm2 of all else, or of what lies on the still sum
    mu: NDArray,  # float32 (energies, materials), cm2/g
    weights: NDArray,  # float32 (energies,)
    still: NDArray,  # float32 (energies, rows * columns), or (0, 0): transmission of the still sum
    signal: NDArray,  # float32 (rows * columns,); written on these pixels
) -> None:
    """Signal on some pixels behind all else and what is their own, exact at each energy."""
    energies = len(weights)
    path = np.empty(energies, np.float32)
    for i in range(len(pixels)):
        p = pixels[i]
        for e in range(energies):
            path[e] = np.float32(0.0)
        for m in range(mu.shape[1]):
            here = mass[m, p]
            for e in range(energies):
                path[e] += mu[e, m] * here
        for m in range(own_mu.shape[1]):
            here = own[i, m]
            for e in range(energies):
                path[e] += own_mu[e, m] * here
        total = np.float32(0.0)
        for e in range(energies):
            through = weights[e] * exp32(-path[e])
            total += through * still[e, p] if len(still) else through
        signal[p] = total
