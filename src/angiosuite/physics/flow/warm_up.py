"""Compile the kernels of blood, contrast and gas by a few steps, with progress."""

from __future__ import annotations

from collections.abc import Callable

from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.respiration import external_mmhg
from angiosuite.physics.flow.small_circulation import ORGANS, circulation
from angiosuite.physics.flow.warm_up_contrast import warm_up_contrast

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
        progress("blood flow", 0.0)
    network = Network(circulation(ORGANS[:3]))
    network.step(0.0024, external_mmhg(0.0), 2, 0.0024)
    warm_up_contrast(None if progress is None else lambda name, share: progress(name, 0.5 + 0.5 * share))
