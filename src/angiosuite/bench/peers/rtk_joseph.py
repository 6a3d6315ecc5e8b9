"""Times RTK's Joseph projector on a volume and beams from a file; run by the Python that has itk-rtk.

Usage: rtk_joseph.py JOB.npz VOLUME.npy, which answers with one line of JSON: milliseconds a frame, what each
picture shows at the asked pixels, version and threads. The job holds, per beam, source, detector centre and
unit vectors; the volume is float32, (z, y, x), centred on the origin.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time
from typing import Any

import numpy as np

itk: Any = importlib.import_module("itk")
RTK = itk.RTK
Volume = itk.Image[itk.F, 3]


def beam_geometry(source: Any, centre: Any, along_row: Any, down: Any) -> Any:
    """RTK's geometry of one projection."""
    geometry = RTK.ThreeDCircularProjectionGeometry.New()
    point, vector = itk.Point[itk.D, 3], itk.Vector[itk.D, 3]
    parts = (
        point(source.tolist()),
        point(centre.tolist()),
        vector(along_row.tolist()),
        vector(down.tolist()),
    )
    if not geometry.AddProjection(*parts):
        raise RuntimeError("RTK refused the geometry")
    return geometry


def picture(volume: Any, geometry: Any, size: int, pixel_mm: float) -> Any:
    """Line integrals, shape (size, size)."""
    blank = RTK.ConstantImageSource[Volume].New()
    blank.SetSize([size, size, 1])
    blank.SetSpacing([pixel_mm, pixel_mm, 1.0])
    blank.SetOrigin([-(size - 1) / 2 * pixel_mm, -(size - 1) / 2 * pixel_mm, 0.0])
    blank.SetConstant(0.0)
    joseph = RTK.JosephForwardProjectionImageFilter[Volume, Volume].New()
    joseph.SetGeometry(geometry)
    joseph.SetInput(0, blank.GetOutput())
    joseph.SetInput(1, volume)
    joseph.Update()
    return itk.array_view_from_image(joseph.GetOutput())[0].copy()


def main() -> None:
    """Project every beam: once untimed, then the asked number of rounds."""
    job, counts = np.load(sys.argv[1]), np.load(sys.argv[2])
    spacing, size, pixel, rounds = (
        float(job["spacing"]),
        int(job["size"]),
        float(job["pixel"]),
        int(job["rounds"]),
    )
    volume = itk.image_from_array(counts)
    volume.SetSpacing([spacing] * 3)
    volume.SetOrigin([-(k - 1) / 2 * spacing for k in counts.shape[::-1]])
    beams = [
        beam_geometry(*parts)
        for parts in zip(job["source"], job["centre"], job["along"], job["down"], strict=True)
    ]
    shown = [picture(volume, g, size, pixel)[np.ix_(job["rows"], job["columns"])].tolist() for g in beams]
    times = []
    for _ in range(rounds):
        for g in beams:
            began = time.perf_counter()
            picture(volume, g, size, pixel)
            times.append(time.perf_counter() - began)
    threads = int(itk.MultiThreaderBase.GetGlobalDefaultNumberOfThreads())
    answer = {
        "ms": 1e3 * statistics.median(times),
        "shown": shown,
        "version": itk.Version.GetITKVersion(),
        "threads": threads,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
