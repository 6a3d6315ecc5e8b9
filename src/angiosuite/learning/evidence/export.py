"""Export-my-data: everything that is kept of a person as JSON, the case log as CSV, and what was kept back.

Texts that could identify a patient are replaced by `WITHHELD` in every file; the redaction report says which.
The local handle of a patient never leaves: each becomes a number of this export.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from angiosuite.kit.evidence import Evidence
from angiosuite.kit.people import Principal
from angiosuite.records.records import Records

from .caselog import COLUMNS, PROFILE, case_log, is_case
from .identifiers import scan, scan_evidence

FORM = "angiosuite-export-1"
WITHHELD = "[withheld]"
_READ_ME = """Export of all that Angiosuite keeps of one person.

everything.json   profile, evidence with its history, enrolments, notes, follows, reading, reflections
caselog.csv       one row per case, columns as caselog.json explains
caselog.json      what the case log is, and the redaction report

Rows with simulated = true are practice in a simulated suite. They never count as cases on patients.
Passages that could identify a patient are withheld; the redaction report says where.
"""


@dataclass(frozen=True, slots=True)
class Redaction:
    """One passage that was withheld: in which piece, which field, and what it looked like."""

    piece: str
    field: str
    kind: str


class Redactor:
    """Withholds passages and keeps the report of one export."""

    def __init__(self) -> None:
        self.report: list[Redaction] = []
        self._patients: dict[str, str] = {}

    def evidence(self, piece: Evidence) -> Evidence:
        """The same piece without what could identify a patient, its handle replaced by a number."""
        if piece.patient is not None:
            number = self._patients.setdefault(piece.patient, f"patient-{len(self._patients) + 1}")
            piece = replace(piece, patient=number)
        hit = {one.field.split(".")[0] for one in scan_evidence(piece)}
        if not hit:
            return piece
        for one in scan_evidence(piece):
            self._note(piece.id, one.field, one.kind)
        plain: dict[str, Any] = {n: WITHHELD for n in hit if n not in piece.data}
        data = {n: WITHHELD if n in hit else value for n, value in piece.data.items()}
        return replace(piece, data=data, **plain)

    def text(self, name: str, field: str, text: str) -> str:
        """A text, or `WITHHELD`."""
        found = scan(text, field)
        for one in found:
            self._note(name, one.field, one.kind)
        return WITHHELD if found else text

    def value(self, name: str, field: str, value: Any) -> Any:
        """The same with all texts inside a JSON value."""
        if isinstance(value, str):
            return self.text(name, field, value)
        if isinstance(value, dict):
            return {key: self.value(name, f"{field}.{key}", inner) for key, inner in value.items()}
        return value

    def _note(self, piece: str, field: str, kind: str) -> None:
        made = Redaction(piece, field, kind)
        if made not in self.report:
            self.report.append(made)


def export(records: Records, principal: Principal, version: str) -> bytes:
    """The zip of all that is kept of the caller."""
    redactor = Redactor()
    everything = _everything(records, principal, redactor, version)
    cases = [redactor.evidence(piece) for piece in records.evidence.current(principal) if is_case(piece)]
    table = case_log(cases, f"learner-{principal.person[:6]}").encode()
    enrolments = records.enrolments.list(principal)
    sidecar = {
        "profile": PROFILE,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_by": f"angiosuite {version}",
        "rows": len(cases),
        "simulated_rows": sum(piece.simulated for piece in cases),
        "count_rule": "the first term counts; real and simulated cases are never added up",
        "pathways": [{"pathway": e.pathway, "version": e.version} for e in enrolments],
        "columns": COLUMNS,
        "sha256": hashlib.sha256(table).hexdigest(),
        "redaction_report": [asdict(one) for one in redactor.report],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _READ_ME)
        archive.writestr("everything.json", _json(everything))
        archive.writestr("caselog.csv", table)
        archive.writestr("caselog.json", _json(sidecar))
    return out.getvalue()


def _everything(records: Records, principal: Principal, redactor: Redactor, version: str) -> dict[str, Any]:
    store = records.evidence
    pieces = (*store.list(principal, limit=10**9), *store.list(principal, limit=10**9, withdrawn=True))
    return {
        "form": FORM,
        "made_by": f"angiosuite {version}",
        "profile": plain(asdict(records.people.profile(principal))),
        "evidence": [_with_history(records, principal, piece, redactor) for piece in pieces],
        "enrolments": [plain(asdict(one)) for one in records.enrolments.list(principal)],
        "notes": [
            plain({**asdict(one), "text": redactor.text(one.id, "text", one.text)})
            for one in records.notes.list(principal)
        ],
        "follows": [plain(asdict(one)) for one in records.follows.list(principal)],
        "reading": [plain(asdict(one)) for one in records.positions.list(principal)],
        "reflections": [
            plain({**asdict(one), "answers": redactor.value(one.id, "answers", one.answers)})
            for one in records.reflections.list(principal)
        ],
    }


def _with_history(
    records: Records, principal: Principal, piece: Evidence, redactor: Redactor
) -> dict[str, Any]:
    entries = records.evidence.history(principal, piece.id)
    return {
        **as_json(redactor.evidence(piece)),
        "withdrawn": str(entries[-1].action) == "withdraw",
        "history": [
            {
                "revision": entry.revision,
                "action": str(entry.action),
                "at": entry.at.isoformat(),
                "by": entry.by,
                "reason": redactor.text(piece.id, "reason", entry.reason),
                "said": as_json(redactor.evidence(entry.value)),
            }
            for entry in entries
        ],
    }


def as_json(piece: Evidence) -> dict[str, Any]:
    """All fields as plain JSON values, and whether it is simulated."""
    made: dict[str, Any] = plain(asdict(piece))
    return {**made, "simulated": piece.simulated}


def plain(value: Any) -> Any:
    """Days, moments, sets and enumerations as JSON has them."""
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(inner) for inner in value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    return value


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)
