"""The case log as CSV, `angiosuite-caselog-1`: one row per case, no local handle, simulated ones marked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from angiosuite.kit.evidence import Evidence, EvidenceKind, Status

PROFILE = "angiosuite-caselog-1"
COLUMNS: Mapping[str, str] = {
    "entry_id": "random id of the entry",
    "learner_alias": "alias of the learner in this export",
    "month": "month of the case, YYYY-MM",
    "setting": "elective, urgent, emergency or on-call",
    "age_band": "age band of the patient, years",
    "term_primary": "procedure term that counts",
    "terms_other": "further terms, separated by semicolons",
    "category_local": "category of the learner's own log",
    "category_degir": "module A to F",
    "role": "part taken in the procedure",
    "supervision": "where the supervisor was",
    "complexity": "1 to 3",
    "guidance": "imaging guidance",
    "access": "access site",
    "laterality": "left, right, both or midline",
    "success": "technical result",
    "complication_grade": "grade as written",
    "takeover": "whether the supervisor took over",
    "pka_gycm2": "kerma-area product, Gy·cm²",
    "ka_r_mgy": "reference air kerma, mGy",
    "fluoro_min": "fluoroscopy time, min",
    "contrast_ml": "contrast agent, ml",
    "simulated": "true for practice in the suite; never counts as a real case",
    "status": "how far it is vouched for",
    "signed_by_alias": "alias of who signed",
    "code_system": "code set of the learner's own choice",
    "code_year": "year of the code set",
    "code": "code of that set",
}
"""Columns and what they hold."""
_PLAIN = (
    "setting",
    "age_band",
    "category_local",
    "category_degir",
    "supervision",
    "complexity",
    "guidance",
    "access",
    "laterality",
    "complication_grade",
    "takeover",
    "pka_gycm2",
    "ka_r_mgy",
    "fluoro_min",
    "contrast_ml",
    "code_system",
    "code_year",
    "code",
)


def is_case(evidence: Evidence) -> bool:
    """Whether it has a row: procedures, on patients or in the suite."""
    return evidence.kind in (EvidenceKind.REAL_CASE, EvidenceKind.SUITE_PRACTICE)


def case_log(evidence: Iterable[Evidence], learner_alias: str) -> str:
    """The CSV, UTF-8 when encoded, oldest case first."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    for piece in sorted(filter(is_case, evidence), key=lambda p: (p.on, p.id)):
        writer.writerow({name: cell(value) for name, value in _row(piece, learner_alias).items()})
    return out.getvalue()


def _row(piece: Evidence, learner_alias: str) -> dict[str, object]:
    return {
        **{name: piece.data.get(name) for name in _PLAIN},
        "entry_id": piece.id,
        "learner_alias": learner_alias,
        "month": f"{piece.on:%Y-%m}",
        "term_primary": piece.terms[0] if piece.terms else None,
        "terms_other": ";".join(piece.terms[1:]),
        "role": piece.role,
        "success": piece.result,
        "simulated": piece.simulated,
        "status": piece.status,
        "signed_by_alias": piece.rater if piece.status is Status.SIGNED else None,
    }


def cell(value: object) -> str:
    """A value as text; one that a spreadsheet would run as a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return str(value)
