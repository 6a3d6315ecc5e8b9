"""What in a free text could identify a person: found before it is saved, and kept out of every export.

A rule of thumb, not a proof: it finds forms (a record number, a date of birth, a title with a name). What it
does not find may still identify somebody in a small hospital; the page says so beside the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.evidence import Evidence

from .forms import forms

OLDEST_AGE = 89
"""Ages above are identifying: 45 CFR 164.514(b)(2)(i)(C) lets only "90 or older" stand."""

_NAME = r"[A-ZÀ-ÖØ-ÞŁŚŻČŠŽ][\w'’\-]+"
_MONTHS = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|m[aä]rz|mai|okt|dez|enero|febrero|marzo|abril"
    r"|mayo|junio|julio|agosto|janv|févr|avr|juin|juil|août|déc)[a-zé]*\.?"
)
_DATE = (
    rf"(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12]\d|3[01]|0?[1-9])(?!\d)"
    rf"|(?:[12]\d|3[01]|0?[1-9])[-/.](?:[12]\d|3[01]|0?[1-9])(?:[-/.](?:19|20)\d\d|[/.]\d\d)(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+{_MONTHS},?\s+\d{{4}}|{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")),
    (
        "date-of-birth",
        re.compile(
            rf"\b(?:d\.?o\.?b\.?|born(?:\s+on)?|date\s+of\s+birth|birth\s?date|geb(?:oren)?\.?(?:\s+am)?"
            rf"|née?\s+le|nacid[oa](?:\s+el)?)\s*[:=]?\s*{_DATE}",
            re.IGNORECASE,
        ),
    ),
    ("date", re.compile(rf"(?<![\w.])(?:{_DATE})(?!\w)", re.IGNORECASE)),
    (
        "record-number",
        re.compile(
            r"\b(?:mrn|medical\s+record|hospital|record|patient|case|chart|accession|nhs|chi|uhid|urn|fallnummer"
            r"|pat(?:ienten)?-?nr)\.?\s*(?:id|no|nr|num(?:ber)?|#)?\.?\s*[:#=]?\s*(?=[A-Z\-]{0,4}\d)[A-Z\-]{0,4}"
            r"\d[\d\- ]{3,}\d",
            re.IGNORECASE,
        ),
    ),
    ("phone", re.compile(r"(?<![\w.])(?:\+|00)\d{1,3}[\s./\-]?(?:\(0\)\s?)?\d(?:[\s./\-]?\d){6,12}(?!\w)")),
    ("record-number", re.compile(r"(?<![\w.])\d{3}-\d{2}-\d{4}(?!\w)")),
    ("record-number", re.compile(r"(?<![\d.,])\d{3} \d{3} \d{4}(?![\d.,]*\d)")),
    ("phone", re.compile(r"(?<![\w.])\(?0?\d{2,4}\)?[\s./\-]\d{3,4}[\s./\-]\d{3,4}(?!\w)")),
    ("record-number", re.compile(r"(?<![\w.,])[A-Z]{0,3}\d{7,}(?![\w]|[.,]\d)")),
    (
        "name",
        re.compile(
            rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Herrn?|Frau|Monsieur|Madame|Mme|Mlle|Señora?|Sra?|Sig|Signora?)"
            rf"\.?\s+(?:(?:von|van|de|del|di|la|le|der)\s+)*{_NAME}(?:\s+{_NAME})?"
        ),
    ),
    ("name", re.compile(rf"\b(?:[Pp]atient|[Pp]t)\.?(?:\s+(?:named?|called))?\s+{_NAME}\s+{_NAME}")),
    (
        "age-over-89",
        re.compile(
            r"\b(?:9\d|1[01]\d)[\s\-]*(?:y(?:ea)?rs?|y/?o|jahre?|jährig|ans|años)\b(?:[\s\-]*old)?", re.I
        ),
    ),
)
_WRITTEN = {"text", "long-text", "alias"}
_NUMBERS = {"certificate_ref", "code"}
_FREE = ("note", "result", "level", "rater", "rater_role", "site", "patient")


@dataclass(frozen=True, slots=True)
class Found:
    """One passage that could identify a person.

    Parameters
    ----------
    field : str
        Where it is.
    start, end : int
        Characters (code points) of the text, `end` not included.
    kind : str
        email, date-of-birth, date, record-number, phone, name or age-over-89.
    text : str
        The passage.
    """

    field: str
    start: int
    end: int
    kind: str
    text: str


class Identifies(RefusedInput):
    """A text seems to identify a person and was not confirmed; nothing was saved."""

    def __init__(self, found: tuple[Found, ...]) -> None:
        fields = ", ".join(sorted({one.field for one in found}))
        super().__init__(
            "This could identify a person, and was not saved",
            code="note-identifies",
            where=fields,
            way_out="Take it out, or confirm that it identifies nobody.",
        )
        self.found = found

    def as_dict(self) -> dict[str, object]:
        """With the passages."""
        passages = [
            {"field": f.field, "start": f.start, "end": f.end, "kind": f.kind, "text": f.text}
            for f in self.found
        ]
        return {**super().as_dict(), "value": passages}


def scan(text: str, field: str = "note") -> tuple[Found, ...]:
    """Passages of a text that could identify a person, in their order, none inside another."""
    taken: list[Found] = []
    for kind, form in _FORMS:
        for match in form.finditer(text):
            start, end = match.span()
            if all(end <= one.start or start >= one.end for one in taken):
                taken.append(Found(field, start, end, kind, match.group()))
    return tuple(sorted(taken, key=lambda one: one.start))


def scan_evidence(evidence: Evidence) -> tuple[Found, ...]:
    """Passages of all free texts of a piece."""
    return tuple(one for field, text in free_texts(evidence) for one in scan(text, field))


def free_texts(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Field and text of all that a person wrote freely; days, choices and numbers of certificates are not."""
    types = {field.name: field.type for field in forms()[evidence.kind].fields}
    for name in _FREE:
        if (value := getattr(evidence, name)) and types.get(name, "text") in _WRITTEN:
            yield name, value
    for name, value in evidence.data.items():
        if name not in _NUMBERS and types.get(name, "text") in _WRITTEN:
            yield from _texts_of(name, value)


def _texts_of(field: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts_of(f"{field}.{key}", inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts_of(field, inner)
