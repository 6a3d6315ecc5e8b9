"""The chart of a patient, `patient.json`: numbers in ranges, words of closed lists, sentences of our own.

Older charts are read through numbered steps, each from one format to the next, kept for ever.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from angiosuite.anatomy.findings import CtFindings
from angiosuite.dicom import CtVolume
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import atomic_write
from angiosuite.patients.turn import Turn

FORMAT = 2
OLDER = (
    "imported by version 0.1, which left contrast medium where it was: remove the patient and import the CT "
    "again to have it set to blood"
)


def _to_2(facts: dict[str, Any]) -> dict[str, Any]:
    """0.1 kept no findings; what was imported then was in use at once."""
    notices = [*facts.get("notices", ()), *([OLDER] if _was_enhanced(facts) else [])]
    return {**facts, "checked": True, "findings": None, "notices": notices}


def _was_enhanced(facts: dict[str, Any]) -> bool:
    return facts["kind"] == "imported" and facts.get("phase") != "native"


_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _to_2}


def read_chart(folder: Path) -> dict[str, Any]:
    """What `patient.json` says, in today's format.

    Raises
    ------
    RefusedInput
        When it is missing, damaged or of a newer format.
    """
    path = folder / "patient.json"
    try:
        facts = json.loads(path.read_text("utf-8"))
        if not isinstance(facts, dict) or facts["kind"] not in ("builtin", "imported"):
            raise ValueError("not a patient")
        found = int(facts["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedInput(
            "The patient's folder is damaged",
            code="patient-damaged",
            where=folder.name,
            value=type(error).__name__,
            way_out="Delete the patient and import the CT again.",
        ) from error
    if not min(_UPGRADES) <= found <= FORMAT:
        raise RefusedInput(
            "The patient was written by another version",
            code="patient-format",
            where=folder.name,
            value=found,
            way_out="Update Angiosuite, or delete the patient and import the CT again.",
        )
    for older in range(found, FORMAT):
        facts = {**_UPGRADES[older](facts), "format": older + 1}
    return facts


def write_chart(folder: Path, facts: dict[str, Any]) -> None:
    """Write `patient.json` in today's format, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = {**facts, "format": FORMAT}
    atomic_write(folder / "patient.json", json.dumps(whole, indent=1, ensure_ascii=False))


def chart_of(
    identity: str, title: str, volume: CtVolume, findings: CtFindings, turn: Turn, notices: tuple[str, ...]
) -> dict[str, Any]:
    """What is kept of an imported CT beside its body.

    Parameters
    ----------
    identity, title : str
        Id and what lists show.
    volume : CtVolume
        The CT as it was read.
    findings : CtFindings
        What its voxels showed.
    turn : Turn
        How a person corrected its orientation.
    notices : tuple of str
        What the page must say besides.
    """
    facts, seen = volume.facts, volume.inspection
    phase = findings.phase if findings.phase != "unknown" else facts.phase
    return {
        "id": identity,
        "kind": "imported",
        "title": title,
        "source": facts.source,
        "slices": facts.slices,
        "matrix": list(facts.matrix),
        "ct_spacing_zyx_mm": [round(s, 5) for s in volume.spacing_zyx_mm],
        "kvp": facts.kvp,
        "kernel": facts.kernel,
        "phase": phase,
        "contrast_given": facts.contrast_given,
        "sex": facts.sex,
        "age_band": facts.age_band,
        "series_found": len(seen.series),
        "series_why": seen.why,
        "turned": {"axes": list(turn.axes), "flips": list(turn.flips)},
        "findings": findings.as_dict(),
        "notices": list(dict.fromkeys([*volume.notices, *findings.notices, *notices])),
    }
