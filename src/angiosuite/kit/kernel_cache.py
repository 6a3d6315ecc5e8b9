"""The folder of compiled kernels, renewed whenever any kernel source, numba or the CPU changes."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from importlib.metadata import version
from pathlib import Path

_ROOMS = ("physics", "imaging", "anatomy")


def cpu_name() -> str:
    """Name of this machine's processor, as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def cpu_features() -> str:
    """Instruction-set flags of this processor, where the system lists them."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("flags"):
                return " ".join(sorted(line.split(":", 1)[1].split()))
    except OSError:
        pass
    return ""


def fingerprint() -> str:
    """Hash over *all* kernel sources, the numba version and the CPU.

    numba alone does not notice that a kernel called from another file was edited.
    """
    h = hashlib.sha256()
    package = Path(__file__).resolve().parent.parent
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            source = path.read_bytes()
            if b"njit" in source or b"vectorize" in source:
                h.update(path.relative_to(package).as_posix().encode())
                h.update(source)
    for text in (version("numba"), version("llvmlite"), version("numpy"), cpu_name(), cpu_features()):
        h.update(text.encode())
    return h.hexdigest()[:16]


def activate(cache_root: Path, threads: int | None = None) -> Path:
    """Point numba at this fingerprint's folder under `cache_root`; drop older folders.

    Must be called before numba is imported. An existing ``NUMBA_CACHE_DIR`` is respected.

    Returns
    -------
    Path
        The folder in use.
    """
    if threads is not None:
        os.environ["NUMBA_NUM_THREADS"] = os.environ["ANGIOSUITE_THREADS"] = str(threads)
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return Path(given)
    folder = cache_root / fingerprint()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    for other in cache_root.iterdir():
        if other != folder and other.is_dir():
            shutil.rmtree(other, ignore_errors=True)
    return folder
