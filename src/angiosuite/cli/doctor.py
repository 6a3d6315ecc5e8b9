"""`angiosuite doctor`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from .output import megabytes, out, out_json, table
from .serving import Home

OPTIONAL = {
    "spekpy": "tube spectra, only to make the shipped tables again",
    "xraydb": "attenuation, only to make the shipped tables again",
    "playwright": "tests of the pages",
    "hypothesis": "tests",
}
"""Parts that a plain installation does not have, and what for."""


def installed() -> list[dict[str, Any]]:
    """What `pip install angiosuite` brought: every distribution it leads to, with its size on disk.

    The size is the sum over the distribution's RECORD, in bytes; it needs no network.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    found: dict[str, dict[str, Any]] = {}
    waiting = [("angiosuite", True)]
    while waiting:
        name, needed = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            part = distribution(name)
        except PackageNotFoundError:
            if needed:
                found[key] = {"name": key, "version": None, "bytes": 0}
            continue
        found[key] = {"name": key, "version": part.version, "bytes": sum(_sizes(part))}
        for requirement in part.requires or ():
            text, _, marker = requirement.partition(";")
            if "extra" not in marker:
                waiting.append((re.split(r"[\s<>=!~(\[]", text.strip(), maxsplit=1)[0], not marker))
    return sorted(found.values(), key=lambda part: -part["bytes"])


def _sizes(part: Any) -> Iterator[int]:
    for file in part.files or ():
        try:
            yield file.size or os.stat(file.locate()).st_size
        except OSError:
            continue


def downloaded(names: Iterable[str]) -> int:
    """Bytes that these distributions take as wheels: their files, deflated like in a wheel."""
    import zlib
    from importlib.metadata import distribution

    total = 0
    for name in names:
        for file in distribution(name).files or ():
            try:
                raw = Path(str(file.locate())).read_bytes()
            except OSError:
                continue
            if file.suffix != ".pyc":
                total += len(zlib.compress(raw, 6))
    return total


def examine(home: Any) -> dict[str, Any]:
    """Everything that the doctor knows, as plain values; sizes in bytes."""
    import platform
    import shutil
    from importlib.util import find_spec

    from angiosuite import __version__
    from angiosuite.kit import kernel_cache

    parts = installed()
    static = Path(__file__).parents[1] / "web" / "static" / "index.html"
    kernels = home.kernels / kernel_cache.fingerprint()
    problems = [
        f"{part['name']} is not installed: pip install {part['name']}"
        for part in parts
        if part["version"] is None and part["name"] != "angiosuite"
    ]
    if not static.is_file():
        problems.append("The pages are not built: pip install -e . in the clone builds them.")
    free = shutil.disk_usage(home.root).free
    if free < 2e9:
        problems.append(f"Only {megabytes(free)} are free where the home folder is; a CT takes up to 1 GB.")
    return {
        "angiosuite": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpu": kernel_cache.cpu_name(),
        "cores": os.cpu_count(),
        "memory": _memory(),
        "home": str(home.root),
        "disk": home.disk_use(),
        "free": free,
        "installed": sum(part["bytes"] for part in parts),
        "parts": parts,
        "kernels_compiled": kernels.is_dir() and any(kernels.rglob("*.nbc")),
        "pages_built": static.is_file(),
        "optional": {
            name: {"present": find_spec(name) is not None, "for": use} for name, use in OPTIONAL.items()
        },
        "problems": problems,
    }


def _memory() -> int:
    import psutil

    return int(psutil.virtual_memory().total)


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    download: Annotated[
        bool,
        typer.Option("--download", help="Also measure what was downloaded, by packing it again (a minute)."),
    ] = False,
    home: Home = None,
) -> None:
    """Show what is installed, how large, what is missing.

    Exits with 3 when something needed is missing.
    """
    from angiosuite.kit.home import Home as HomeFolder

    found = examine(HomeFolder(home).open())
    if download:
        found["downloaded"] = downloaded(part["name"] for part in found["parts"] if part["version"])
    if json:
        out_json(found)
    else:
        _print(found)
    if found["problems"]:
        raise typer.Exit(3)


def _print(found: dict[str, Any]) -> None:
    out(f"angiosuite {found['angiosuite']}  python {found['python']}  {found['system']}")
    memory = megabytes(found["memory"])
    out(f"processor  {found['cpu']}, {found['cores']} cores, {memory} of memory")
    out(f"home       {found['home']}  ({megabytes(found['free'])} free)")
    for name, size in found["disk"].items():
        out(f"  {name:<9}{megabytes(size):>9}")
    out(f"kernels    {'compiled' if found['kernels_compiled'] else 'compiled at the first start'}")
    out(f"pages      {'built' if found['pages_built'] else 'not built'}")
    out(f"installed  {megabytes(found['installed'])} in {len(found['parts'])} distributions; the largest:")
    if "downloaded" in found:
        out(f"downloaded {megabytes(found['downloaded'])}")
    table(
        ["name", "version", "size"],
        [[p["name"], p["version"], megabytes(p["bytes"])] for p in found["parts"][:8]],
    )
    for name, about in found["optional"].items():
        out(f"optional   {name}: {'present' if about['present'] else 'absent'} ({about['for']})")
    for problem in found["problems"]:
        out(f"MISSING    {problem}")
    out("nothing is missing" if not found["problems"] else f"{len(found['problems'])} things are missing")
