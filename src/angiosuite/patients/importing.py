"""A CT becomes a patient: read and de-identified, split into water and bone, stored whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.from_ct import body_from_hu
from angiosuite.dicom import CtVolume, read_ct
from angiosuite.kit.errors import Cancelled
from angiosuite.kit.home import Home
from angiosuite.patients import shelf

Progress = Callable[[str, float], None]
IsCancelled = Callable[[], bool]

MAX_VOXELS = 64_000_000
"""Larger CTs are worked on a coarser grid, which the page says."""

_SHARES = {
    "look": (0.0, 0.05),
    "read": (0.05, 0.13),
    "check": (0.13, 0.15),
    "finding the body": (0.15, 0.83),
    "water and bone": (0.83, 0.96),
    "finishing": (0.96, 0.97),
    "store": (0.97, 1.0),
}
"""Share of the whole import of each step, from measured times."""

_PHASES = {
    "native": "native",
    "arterial": "arterial phase",
    "portal-venous": "portal-venous phase",
    "delayed": "delayed phase",
}


def import_ct(home: Home, path: Path, progress: Progress, cancelled: IsCancelled) -> str:
    """Import the CT at a path and return the patient's id; the same CT gives the same patient.

    Raises
    ------
    RefusedInput
        When the input is not a plain CT; nothing is left behind.
    Cancelled
        When `cancelled` turned true; nothing is left behind.
    """

    report = shelf.monotone(progress, _SHARES)

    def within_body(step: str, fraction: float) -> None:
        if cancelled():
            raise Cancelled("The import")
        report(step, fraction)

    volume = read_ct(path, report, cancelled)
    identity = "ct-" + _digest(volume)
    target = home.patients / identity
    if shelf.is_readable(target):
        report("store", 1.0)
        return identity
    made = body_from_hu(volume.hu, volume.origin_mm, volume.spacing_zyx_mm, identity, within_body)
    body = replace(made.body, patient_id=identity)
    within_body("store", 0.0)
    with shelf.scratch(home) as scratch:
        built = scratch / identity
        shelf.write_patient(built, _facts(home, identity, volume, body))
        shelf.write_body(built, body, body.layers[0].spacing_mm, body.content_hash)
        if cancelled():
            raise Cancelled("The import")
        shelf.place(built, target, scratch)
    report("store", 1.0)
    return identity


def _digest(volume: CtVolume) -> str:
    """Eight hex digits that are the same for the same voxels and geometry."""
    digest = hashlib.sha256(np.ascontiguousarray(volume.hu).data)
    digest.update(repr((volume.origin_mm, volume.spacing_zyx_mm)).encode())
    return digest.hexdigest()[:8]


def _facts(home: Home, identity: str, volume: CtVolume, body: Body) -> dict[str, Any]:
    facts = volume.facts
    return {
        "id": identity,
        "kind": "imported",
        "title": f"Own CT {_next_number(home)}",
        "source": facts.source,
        "slices": facts.slices,
        "matrix": list(facts.matrix),
        "ct_spacing_zyx_mm": [round(s, 5) for s in volume.spacing_zyx_mm],
        "kvp": facts.kvp,
        "kernel": facts.kernel,
        "phase": facts.phase,
        "contrast_given": facts.contrast_given,
        "sex": facts.sex,
        "age_band": facts.age_band,
        "notices": [*volume.notices, *_notices(volume, body)],
    }


def _next_number(home: Home) -> int:
    taken = [0]
    for folder in home.patients.iterdir() if home.patients.is_dir() else []:
        try:
            title = str(shelf.facts_of(folder).get("title", ""))
        except Exception:  # a damaged neighbour must not stop an import
            continue
        if title.startswith("Own CT ") and title[7:].isdigit():
            taken.append(int(title[7:]))
    return max(taken) + 1


def _notices(volume: CtVolume, body: Body) -> list[str]:
    """What the page must say of an imported patient."""
    notices = []
    facts = volume.facts
    still = body.layers[0]
    voxels = facts.slices * facts.matrix[0] * facts.matrix[1]
    if voxels > MAX_VOXELS:
        grid = " x ".join(str(n) for n in still.shape)
        worked = still.water_mg_cm3.size / 1e6
        notices.append(
            f"worked on a grid of {worked:.0f} million voxels ({grid}, {still.spacing_mm:.2f} mm) "
            f"instead of the CT's {voxels / 1e6:.0f} million"
        )
    if volume.spacing_zyx_mm[0] > 2.0:
        notices.append(f"slices every {volume.spacing_zyx_mm[0]:.1f} mm: edges across them look soft")
    if facts.phase is not None and facts.phase != "native":
        notices.append(f"{_PHASES[facts.phase]}: vessels and kidneys are opacified as in the CT")
    elif facts.contrast_given:
        notices.append("contrast medium was given: vessels and kidneys may be opacified as in the CT")
    elif facts.phase is None and facts.contrast_given is None:
        notices.append("the file does not say whether contrast medium was given")
    return notices
