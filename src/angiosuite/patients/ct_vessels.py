"""The vessels of an imported patient: what its CT showed of them, a person's corrections, and both as graphs.

```
patients/<id>/vessels/about.json          whether the CT holds enhanced arteries
patients/<id>/vessels/lumen.npz           the part of the CT around its vessels; only where it does
patients/<id>/vessels/corrections.json    what a person corrected
patients/<id>/vessels/own-<key>/          the graph as extracted (see `anatomy.vessels.stored`)
patients/<id>/vessels/corrected-<key>/    the same, corrected
```
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

import angiosuite.anatomy.vessels.extraction
from angiosuite.anatomy.distance import distance_mm
from angiosuite.anatomy.vessels.extraction.corrections import Correction, as_facts, corrected, of_facts
from angiosuite.anatomy.vessels.extraction.lumen import Lumen
from angiosuite.anatomy.vessels.extraction.scan import Scan
from angiosuite.anatomy.vessels.extraction.tree import extracted, vessels_of_ct
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.stored import load_graph, save_graph
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.file_hash import hash_of_files
from angiosuite.kit.home import atomic_write
from angiosuite.kit.stored_folder import StoredFolderError
from angiosuite.patients.progress import Progress

__all__ = [
    "corrections_of",
    "has_own",
    "is_enhanced",
    "is_extracted",
    "keep_corrections",
    "keep_lumen",
    "lumen_of_patient",
    "vessels_of_import",
]

FORMAT = 1


def keep_lumen(folder: Path, lumen: Lumen | None) -> None:
    """Write what a CT showed of its vessels below a patient's folder, when the patient is made."""
    place = folder / "vessels"
    place.mkdir(parents=True)
    if lumen is not None:
        np.savez_compressed(
            place / "lumen.npz",
            hu=np.rint(np.clip(lumen.scan.hu, -1024, 8000)).astype(np.int16),
            blood=np.packbits(lumen.blood),
            bone=np.packbits(lumen.bone),
            grid=np.array([*lumen.scan.origin_mm, lumen.scan.edge_mm]),
            levels=np.array([lumen.level_hu, lumen.low_hu, lumen.weak_hu, lumen.hot_hu, lumen.chest_from_mm]),
            track=lumen.track_mm,
        )
    atomic_write(place / "about.json", json.dumps({"format": FORMAT, "enhanced": lumen is not None}))


def has_own(folder: Path) -> bool:
    """Whether a patient's folder says anything of its own vessels."""
    return (folder / "vessels" / "about.json").is_file()


def is_enhanced(folder: Path) -> bool:
    """Whether the CT of a patient held enhanced arteries.

    Raises
    ------
    RefusedInput
        When nothing was kept of it (an import of an earlier version), or it cannot be read.
    """
    try:
        about = json.loads((folder / "vessels" / "about.json").read_text("utf-8"))
        if about["format"] != FORMAT:
            raise ValueError("format")
        return bool(about["enhanced"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise RefusedInput(
            "Nothing is kept of this CT's vessels",
            code="no-own-vessels",
            where=folder.name,
            way_out="Import the CT again.",
        ) from error


def lumen_of_patient(folder: Path) -> Lumen | None:
    """What a patient's CT showed of its vessels; None where it holds no enhanced arteries.

    Raises
    ------
    RefusedInput
        As `is_enhanced`.
    """
    if not is_enhanced(folder):
        return None
    try:
        with np.load(folder / "vessels" / "lumen.npz", allow_pickle=False) as kept:
            hu = kept["hu"].astype(np.float32)
            x, y, z, edge = (float(value) for value in kept["grid"])
            level, low, weak, hot, chest = (float(value) for value in kept["levels"])
            blood, bone = (
                np.unpackbits(kept[name], count=hu.size).reshape(hu.shape).astype(bool)
                for name in ("blood", "bone")
            )
            track = kept["track"]
    except (OSError, ValueError, LookupError) as error:
        raise RefusedInput(
            "What was kept of this CT's vessels is damaged",
            code="own-vessels-damaged",
            where=folder.name,
            way_out="Import the CT again.",
        ) from error
    depth = distance_mm(blood, edge)
    scan = Scan(hu, (x, y, z), edge)
    return Lumen(scan, blood, bone, depth, level, low, weak, track, hot, chest)


def corrections_of(folder: Path) -> tuple[Correction, ...]:
    """What a person corrected, in order; nothing where nobody did."""
    path = folder / "vessels" / "corrections.json"
    if not path.is_file():
        return ()
    try:
        facts = json.loads(path.read_text("utf-8"))
        if facts["format"] != FORMAT:
            raise ValueError("format")
        return of_facts(facts["corrections"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise RefusedInput(
            "The corrections of this patient's vessels cannot be read",
            code="corrections-damaged",
            where=str(path.name),
            way_out="Remove the file, or update Angiosuite.",
        ) from error


def keep_corrections(folder: Path, corrections: Sequence[Correction]) -> None:
    """Write corrections, whole or not at all."""
    is_enhanced(folder)
    facts = {"format": FORMAT, "corrections": as_facts(corrections)}
    atomic_write(folder / "vessels" / "corrections.json", json.dumps(facts, indent=1))


@cache
def _code() -> str:
    """SHA-256 (hex) of the code that extracts vessels."""
    return hash_of_files((files(angiosuite.anatomy.vessels.extraction), (".py",)))


def _key(*facts: Any) -> str:
    return hashlib.sha256(json.dumps([_code(), *facts]).encode()).hexdigest()[:16]


def is_extracted(folder: Path) -> bool:
    """Whether today's code has extracted the vessels already, so that they are read at once."""
    return (folder / "vessels" / f"own-{_key()}" / "graph.json").is_file()


def vessels_of_import(folder: Path, progress: Progress | None = None) -> VesselGraph:
    """The vessels of an imported patient, corrected; extracted at the first question (seconds to a minute).

    Parameters
    ----------
    folder : Path
        The patient's folder.
    progress : callable, optional
        ``progress("vessels", fraction)``.

    Raises
    ------
    RefusedInput
        When nothing was kept of the CT's vessels.
    """
    place = folder / "vessels"
    if not is_enhanced(folder):
        return vessels_of_ct(None)
    corrections = corrections_of(folder)
    target = place / f"corrected-{_key(as_facts(corrections))}"
    with suppress(StoredFolderError):
        return load_graph(target)
    lumen: Lumen | None = None
    own = place / f"own-{_key()}"
    try:
        graph = load_graph(own)
    except StoredFolderError:
        lumen = lumen_of_patient(folder)
        assert lumen is not None
        graph = extracted(lumen, progress).graph
        _keep(graph, own, "own-*")
    if corrections:
        if lumen is None and any(one.kind == "seed" for one in corrections):
            lumen = lumen_of_patient(folder)
        graph = corrected(graph, corrections, lumen)
    _keep(graph, target, "corrected-*")
    return graph


def _keep(graph: VesselGraph, target: Path, others: str) -> None:
    """Store a graph; those of other code or other corrections go. A full disk keeps nothing."""
    with suppress(OSError):
        save_graph(graph, target)
        for other in target.parent.glob(others):
            if other != target:
                shutil.rmtree(other, ignore_errors=True)
