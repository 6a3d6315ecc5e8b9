"""Built-in patients: grown once at each voxel size, then found again by the key of all that made them."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path

import angiosuite.anatomy
from angiosuite.anatomy.builtin import PatientParameters, build
from angiosuite.content.loader import LoadedItem
from angiosuite.content.patient import PatientItem
from angiosuite.kit.errors import Cancelled
from angiosuite.kit.file_hash import hash_of_files
from angiosuite.kit.home import Home
from angiosuite.patients import shelf
from angiosuite.patients.chart import write_chart
from angiosuite.patients.progress import IsCancelled, Progress, monotone

#: Files below those folders that no body depends on.
OF_VESSELS = ("/vessels/", "/built-in-adult/vein-lines.json")
_SHARES = {
    "from the cache": (1.0, 1.0),
    "reading the reference body": (0.0, 0.1),
    "painting": (0.1, 0.9),
    "finishing": (0.9, 0.96),
    "storing": (0.96, 1.0),
}
"""Share of the whole of each step, from measured times."""


def parameters_of(item: PatientItem) -> PatientParameters:
    """The generator's parameters of a content item."""
    return PatientParameters(
        patient_id=item.id,
        sex=item.sex,
        habitus=item.habitus,
        height_cm=item.height_cm,
        seed=item.seed,
        bmi=item.bmi_kg_m2,
        age_years=item.age_years,
    )


@cache
def generator_hash() -> str:
    """SHA-256 (hex) of the generator's code and of the data it grows from: another hash, another body.

    Vessels are laid into a finished body and have a key of their own (see `patients.vessels`).
    """
    return hash_of_files(
        (files(angiosuite.anatomy), (".py",)),
        (files("angiosuite_content") / "patients", (".json", ".xz", ".npz", ".npy")),
        (files("angiosuite_content") / "tissues", (".yaml",)),
        without=OF_VESSELS,
    )


def body_key(parameters: PatientParameters, spacing_mm: float) -> str:
    """Hex key of a body: parameters, voxel size and generator."""
    facts = {"parameters": asdict(parameters), "spacing_mm": spacing_mm, "generator": generator_hash()}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def grow(
    home: Home, loaded: LoadedItem, spacing_mm: float, progress: Progress, cancelled: IsCancelled
) -> Path:
    """Build the body of a built-in patient at a voxel size unless it is there, and return its folder.

    Bodies of other parameters or of another generator go.

    Raises
    ------
    Cancelled
        When `cancelled` turned true; nothing is left behind.
    """
    item = loaded.item
    assert isinstance(item, PatientItem)
    parameters = parameters_of(item)
    key = body_key(parameters, spacing_mm)
    folder = home.patients / item.id
    target = folder / "bodies" / shelf.body_name(spacing_mm, key)
    report = monotone(progress, _SHARES)
    if shelf.is_readable(target):
        report("from the cache", 1.0)
        return target
    body = build(parameters, spacing_mm, report, cancelled)
    report("storing", 0.0)
    with shelf.scratch(home) as scratch:
        built = shelf.write_body(scratch, body, spacing_mm, key)
        if cancelled():
            raise Cancelled("Building the patient")
        write_chart(folder, {"id": item.id, "kind": "builtin", "title": item.title})
        shelf.place(built, target, scratch)
    _remove_stale(folder, parameters)
    report("storing", 1.0)
    return target


def _remove_stale(folder: Path, parameters: PatientParameters) -> None:
    """Remove bodies that other parameters or another generator made."""
    for path in shelf.bodies_of(folder):
        micrometres, _, _ = path.name.partition("um-")
        spacing_mm = int(micrometres) / 1000.0
        if path.name != shelf.body_name(spacing_mm, body_key(parameters, spacing_mm)):
            shutil.rmtree(path, ignore_errors=True)
