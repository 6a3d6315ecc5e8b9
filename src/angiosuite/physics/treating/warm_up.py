"""Compile the kernels of treatment by a few steps of a coil in a short tube."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from angiosuite.physics.treating.coil_strand import Strand, Wound, lumen_ends

__all__ = ["warm_up"]

Progress = Callable[[str, float], None]


def warm_up(progress: Progress | None = None) -> None:
    """Compile the kernels; some seconds the first time, then from the cache.

    Parameters
    ----------
    progress : callable, optional
        Told the step's name and the share that is done (0 to 1).
    """
    if progress is not None:
        progress("coils", 0.0)
    z = np.arange(-20.0, 41.0, 2.0)
    tube = lumen_ends(np.stack([0.0 * z, 0.0 * z, z, 0.0 * z + 2.0], axis=1))
    strand = Strand(Wound(0.4, 4.0, 30.0, 0.01), tube, np.zeros(3), np.array([0.2, 0.0, 1.0]))
    for _ in range(10):
        strand.feed(0.5, 0.02)
    strand.feed(-0.5, 0.02)
