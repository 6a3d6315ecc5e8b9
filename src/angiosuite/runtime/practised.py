"""What a session leaves as evidence of practice: made from its log alone, handed to a sink."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from angiosuite.kit.errors import AngiosuiteError
from angiosuite.kit.evidence import Evidence, EvidenceKind, EvidenceSink, Status
from angiosuite.kit.log import Entry, read_entries
from angiosuite.kit.people import Principal

FLUOROSCOPY, SUBTRACTION, CINE = "fluoroscopy", "subtraction-angiography", "cine-acquisition"
_BY_COMMAND = {
    "gantry.move": "c-arm-positioning",
    "collimator.set": "collimation",
    "collimator.move": "collimation",
}
_BY_EVENT = {"measured": "image-measurement"}
_BY_RUN = {"dsa": SUBTRACTION, "cine": CINE, "series": CINE}


def practice_of(folder: Path, owner: str) -> Evidence | None:
    """Evidence of the practice in a session; None when no X-rays were made in it.

    Parameters
    ----------
    folder : Path
        The session's folder.
    owner : str
        Id of the person who practised.

    Returns
    -------
    Evidence or None
        `terms` name what was practised, most used first; `data` holds simulated minutes, fluoroscopy time in
        seconds, kerma at the reference point in mGy, kerma-area product in Gy·cm2, runs, frames, the patient.

    Raises
    ------
    RefusedInput
        When the folder is no session or its log cannot be read.
    """
    from angiosuite.suite.recorded import recorded

    counted: Counter[str] = Counter()
    entries = list(read_entries(folder / "log.jsonl"))
    for entry in entries:
        counted.update(_terms_of(entry))
    session = recorded(folder, entries)
    if not session.events:
        return None
    pulses = [pulse for event in session.events for pulse in event.frames]
    fluoroscopy_s = sum(event.duration_s for event in session.events if event.kind == "fluoroscopy")
    if fluoroscopy_s:
        counted[FLUOROSCOPY] += 1
    counted.update(_BY_RUN[run.kind] for run in session.runs)
    facts = session.folder.facts()
    data: dict[str, Any] = {
        "session": folder.name,
        "patient_id": facts.patient_id,
        "patient_title": facts.patient_title,
        "minutes": round(session.end_us / 60e6, 2),
        "fluoroscopy_s": round(fluoroscopy_s, 1),
        "kar_mgy": round(sum(pulse.kar_mgy for pulse in pulses), 3),
        "pka_gycm2": round(sum(pulse.pka_ugy_m2 for pulse in pulses) * 1e-2, 4),
        "runs": len(session.runs),
        "frames": len(pulses),
        "phantom": bool(session.phantoms),
    }
    return Evidence(
        id="",
        owner=owner,
        kind=EvidenceKind.SUITE_PRACTICE,
        on=datetime.fromisoformat(facts.created).astimezone().date(),
        terms=tuple(term for term, _ in counted.most_common()),
        status=Status.SIGNED,
        source=f"suite:{folder.name}",
        data=data,
    )


def hand_in(folder: Path, owner: Principal, sink: EvidenceSink) -> bool:
    """Hand a session's practice to a sink; whether there was any that could be read."""
    try:
        evidence = practice_of(folder, owner.person)
    except (AngiosuiteError, OSError):
        return False
    if evidence is None:
        return False
    sink.put(owner, evidence)
    return True


def _terms_of(entry: Entry) -> list[str]:
    if entry.kind == "command" and entry.name in _BY_COMMAND:
        return [_BY_COMMAND[entry.name]]
    if entry.kind == "event" and entry.name in _BY_EVENT:
        return [_BY_EVENT[entry.name]]
    if entry.kind == "event" and entry.name == "roadmap" and entry.data.get("state") == "live":
        return ["roadmap"]
    return []
