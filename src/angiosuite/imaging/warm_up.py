"""Compile every kernel of the imaging chain by tiny calls, with progress."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from angiosuite.imaging.detector import Detector, Panel
from angiosuite.imaging.display import Display, DisplaySettings
from angiosuite.imaging.subtraction import SubtractionDisplay, log_signal, subtract
from angiosuite.imaging.target_contrast import capsule_mask
from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.scatter import GridModel, detector_signal, scatter_map

Progress = Callable[[str, float], None]


def warm_up(progress: Progress | None = None) -> None:
    """Compile the kernels of imaging; a few seconds the first time, then from the cache.

    Parameters
    ----------
    progress : callable, optional
        Told the step's name and the share that is done (0 to 1).
    """

    def tell(name: str, share: float) -> None:
        if progress is not None:
            progress(name, share)

    rows = 64
    rays, grid = beam(70.0, 0.3), GridModel()
    flat = np.full((rows, rows), 0.01, np.float32)
    tell("scatter", 0.0)
    scatter = scatter_map(
        flat,
        frame_side_mm=300.0,
        open_field=(1.0, 1.0, 1.0, 1.0),
        air_gap_mm=150.0,
        beam=rays,
        grid=grid,
        entering=np.ones_like(flat),
    )
    signal = detector_signal(flat, np.ones_like(flat), scatter, grid)
    tell("detector", 0.3)
    frame = Detector(Panel(), 300.0, rows, 0).expose(
        signal,
        quanta_at_one=1e4,
        wanted_signal=0.01,
        electronic_quanta=3.0,
        frame=0,
        interval_s=1 / 15,
        magnification=1.4,
    )
    tell("display", 0.7)
    display = Display(rows)
    for _ in range(2):
        display.show(frame, DisplaySettings(), noise_at_one=0.1, air=50.0, mask=np.ones_like(flat))
    tell("subtraction", 0.9)
    logs = log_signal(frame)
    SubtractionDisplay(rows).show(subtract(logs, logs, (0.5, 0.5)), noise=0.1, mask=np.ones_like(flat))
    capsule_mask((8, 8), np.array([[1.0, 1.0, 5.0, 5.0]]), np.array([2.0]), (0, 0))
    tell("imaging", 1.0)
