"""How long a long run takes to leave as DICOM, with its dose report."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from angiosuite.suite.export import export

from .row import Row
from .session_sample import Phase, SessionSample

TITLE = "export"
FRAMES, ROWS = 100, 1024
MUST_S = 3.0


def rows(peers: Path | None) -> Iterator[Row]:
    """A 100-frame 1024² run to a folder and to a zip."""
    scratch = Path(tempfile.mkdtemp(prefix="angiosuite-bench-"))
    try:
        sample = SessionSample(scratch / "20261129-083000-abcd", ROWS)
        sample.run([Phase(3.0, FRAMES)], mask=(2,))
        sample.log.close()
        source = sample.folder.path
        size_mb = ROWS * ROWS * 2 * FRAMES / 1e6
        begun = time.perf_counter()
        shutil.copy2(source / "runs" / "001.u16", scratch / "copy")
        copied_s = time.perf_counter() - begun
        for name, target in (("export_100x1024_s", "out"), ("export_100x1024_zip_s", "out.zip")):
            seconds = [_seconds(source, scratch / f"{attempt}-{target}") for attempt in range(3)]
            yield Row(
                name,
                float(np.median(seconds)),
                "s",
                "lower",
                MUST_S,
                note=f"{size_mb:.0f} MB of pixels, pictures, dose report; a plain copy {copied_s:.2f} s",
            )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _seconds(source: Path, target: Path) -> float:
    begun = time.perf_counter()
    export(source, target)
    took_s = time.perf_counter() - begun
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink()
    return took_s
