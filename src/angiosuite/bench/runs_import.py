"""How long a hospital's CT takes to become a patient in front of the machine, and how much memory at most."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from angiosuite.kit.home import Home

from .ct_sample import write_series
from .row import Row

TITLE = "import"
MUST_S = {"89_slices": 20.0, "512_slices": 60.0}
MUST_GB = {"89_slices": 2.0, "512_slices": 3.0}
REAL_CT = "data/ct-abdomen-portal-venous/hcc048-portal-venous.zip"

PROGRAM = """
import json, resource, sys, time
from pathlib import Path
from angiosuite.kit import kernel_cache
from angiosuite.kit.home import Home
kernel_cache.activate(Path(sys.argv[3]))
begun = time.perf_counter()
from angiosuite.suite.patient import Patient
from angiosuite.suite.room import Room
Room.of(Patient.imported(sys.argv[1], home=Path(sys.argv[2])), home=Path(sys.argv[2])).expose()
seconds = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"seconds": seconds, "peak_gb": peak / 1e9}))
"""
"""What is timed, in a process of its own: from the first import of a module to the first picture."""


def rows(peers: Path | None) -> Iterator[Row]:
    """Seconds and peak memory of a real series of 89 slices and of a made one of 512."""
    del peers
    with tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch:
        place = Path(scratch)
        _measured(write_series(place / "few.zip", 80), place / "warm")  # compiles the kernels
        real = _shared() / REAL_CT
        if real.exists():
            yield from _pair("89_slices", real, place)
        else:
            note = f"{REAL_CT} is not there: ANGIOSUITE_SHARED names the folder of real data"
            for what, unit, must in (("s", "s", MUST_S), ("peak_gb", "GB", MUST_GB)):
                yield Row(f"import_89_slices_{what}", None, unit, "lower", must["89_slices"], note=note)
        yield from _pair("512_slices", write_series(place / "many.zip"), place)


def _shared() -> Path:
    named = os.environ.get("ANGIOSUITE_SHARED")
    return Path(named) if named else Path(__file__).resolve().parents[4] / "shared"


def _pair(name: str, source: Path, place: Path) -> Iterator[Row]:
    figures = _measured(source, place / name)
    note = f"{source.stat().st_size / 1e6:.0f} MB zip to the first picture, in a new process"
    yield Row(f"import_{name}_s", round(figures["seconds"], 1), "s", "lower", MUST_S[name], note=note)
    yield Row(f"import_{name}_peak_gb", round(figures["peak_gb"], 2), "GB", "lower", MUST_GB[name], note=note)


def _measured(source: Path, home: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(source), str(home), str(Home(None).open().kernels)],
        check=True,
        capture_output=True,
        text=True,
        timeout=900,
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result
