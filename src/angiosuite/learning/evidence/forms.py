"""The form of each kind of evidence, read from `forms.yaml`; what is saved is checked against it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml

from angiosuite.kit.errors import RefusedInput, did_you_mean
from angiosuite.kit.evidence import Evidence, EvidenceKind, Status
from angiosuite.kit.ids import is_safe_id

EARLIEST = date(1950, 1, 1)
"""No evidence is older."""
AHEAD = timedelta(hours=14)
"""The calendar that is furthest ahead of UTC (Line Islands, UTC+14)."""
LATEST_YEARS = 20
"""How far ahead a planned rotation or the expiry of a credential may lie."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    Parameters
    ----------
    name : str
        Of `kit.evidence.Evidence`, or a key of its `data` when `in_data`.
    type : str
        day, terms, choice, number, integer, text, long-text, alias, id, yes-no, ratings.
    required : bool
    in_data : bool
    choices : tuple of str
    unit : str, optional
    least, most : float, optional
        Of a number.
    length : int, optional
        Most characters of a text, or items of a list.
    """

    name: str
    type: str
    required: bool
    in_data: bool = False
    choices: tuple[str, ...] = ()
    unit: str | None = None
    least: float | None = None
    most: float | None = None
    length: int | None = None

    @property
    def label(self) -> str:
        """Key of its translation."""
        return f"evidence.field.{self.name}"


@dataclass(frozen=True, slots=True)
class Form:
    """What can be said of one kind.

    Parameters
    ----------
    kind : EvidenceKind
    by_hand : bool
        Whether a person may add it; practice in the suite enters by itself.
    future : bool
        Whether it may begin after today.
    fields : tuple of Field
        In the order of the page, required ones first.
    """

    kind: EvidenceKind
    by_hand: bool
    future: bool
    fields: tuple[Field, ...]

    @property
    def label(self) -> str:
        """Key of its translation."""
        return f"evidence.kind.{self.kind}"


@cache
def forms() -> dict[EvidenceKind, Form]:
    """The form of every kind."""
    raw = yaml.safe_load(resources.files(__package__).joinpath("forms.yaml").read_text("utf-8"))
    made = {}
    for kind in EvidenceKind:
        said = raw["kinds"][kind]
        choices = said.get("choices", {})
        fields = [
            _field(name, raw["fields"][name], required=part == "required", choices=choices.get(name))
            for part in ("required", "optional")
            for name in said.get(part, ())
        ]
        made[kind] = Form(kind, said.get("by_hand", True), said.get("future", False), tuple(fields))
    return made


def _field(name: str, said: dict[str, Any], *, required: bool, choices: list[str] | None) -> Field:
    return Field(
        name,
        said["type"],
        required,
        in_data=said.get("data", False),
        choices=tuple(choices or said.get("choices", ())),
        unit=said.get("unit"),
        least=said.get("min"),
        most=said.get("max"),
        length=said.get("max_length") or said.get("max_items"),
    )


def latest_today(now: datetime | None = None) -> date:
    """The latest day that is today anywhere, so that nobody's own calendar is refused."""
    return ((now or datetime.now(UTC)) + AHEAD).date()


def check(evidence: Evidence, today: date | None = None) -> None:
    """Refuse what its kind's form does not allow.

    Parameters
    ----------
    evidence : Evidence
    today : date, optional
        Latest day that counts as past; the latest today on Earth when None.

    Raises
    ------
    RefusedInput
        ``evidence-field-missing``, ``-unknown``, ``-value``, ``-in-the-future``, ``-ends-before-it-begins``,
        ``-unit-missing``, ``-signed-by-nobody``; `where` is the field.
    """
    form = forms()[evidence.kind]
    now = today or latest_today()
    known = {field.name for field in form.fields}
    _no_others(evidence, form, known)
    for field in form.fields:
        value = evidence.data.get(field.name) if field.in_data else getattr(evidence, field.name)
        if value is None or value in ("", ()):
            if field.required:
                raise _refused("missing", "This is needed", field.name, None, "Fill it in.")
            continue
        _CHECKS[field.type](field, value)
    if evidence.on < EARLIEST:
        raise _refused("value", "This day is too long ago", "on", evidence.on, f"Not before {EARLIEST}.")
    furthest = date(now.year + LATEST_YEARS, 12, 31)
    if evidence.on > (furthest if form.future else now):
        raise _refused(
            "in-the-future", "This day has not come yet", "on", evidence.on, "Give the day it was."
        )
    if evidence.until is not None and evidence.until < evidence.on:
        raise _refused(
            "ends-before-it-begins",
            "It ends before it begins",
            "until",
            evidence.until,
            f"It begins on {evidence.on}; the last day is the same or later.",
        )
    if evidence.until is not None and evidence.until > furthest:
        raise _refused("value", "This day is too far ahead", "until", evidence.until, f"At most {furthest}.")
    if "unit" in known and (evidence.amount is None) != (evidence.unit is None):
        raise _refused(
            "unit-missing", "An amount has its unit", "unit", evidence.unit, "Give both, or neither."
        )
    if evidence.status is Status.SIGNED and evidence.rater is None and "rater" in known:
        raise _refused(
            "signed-by-nobody", "What is signed has a signer", "rater", None, "Give the alias of who signed."
        )


_OWN = (
    "until",
    "terms",
    "amount",
    "unit",
    "role",
    "result",
    "level",
    "scheme",
    "rater",
    "rater_role",
    "site",
    "patient",
    "note",
)


def _no_others(evidence: Evidence, form: Form, known: set[str]) -> None:
    said = {name for name in _OWN if getattr(evidence, name) not in (None, "", ())}
    in_data = {field.name for field in form.fields if field.in_data}
    for name in [*sorted(said - known), *sorted(set(evidence.data) - in_data)]:
        raise _refused(
            "unknown",
            f"A piece of evidence of kind '{evidence.kind}' has no such field",
            name[:80],
            None,
            f"{did_you_mean(name, known)} GET /api/evidence/kinds lists its fields.".strip(),
        )


def _refused(code: str, message: str, where: str, value: object, way_out: str) -> RefusedInput:
    shown = value if isinstance(value, int | float | str | None) else str(value)
    if isinstance(shown, str):
        shown = shown[:100]
    prefix = "evidence-field" if code in ("missing", "unknown", "value") else "evidence"
    return RefusedInput(message, code=f"{prefix}-{code}", where=where, value=shown, way_out=way_out)


def _wrong(field: Field, value: object, way_out: str) -> RefusedInput:
    return _refused("value", "This does not fit", field.name, value, way_out)


def _day(field: Field, value: Any) -> None:
    if isinstance(value, date):
        return
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _wrong(field, value, "Write a day as YYYY-MM-DD.") from None


def _terms(field: Field, value: Any) -> None:
    if len(value) > (field.length or 1):
        raise _wrong(field, len(value), f"At most {field.length}.")
    for term in value:
        if not is_safe_id(term):
            raise _wrong(field, term, "Ids have small letters, digits and hyphens.")
    if len(set(value)) != len(value):
        raise _wrong(field, ", ".join(value), "Name each once; the first is the primary one.")


def _choice(field: Field, value: Any) -> None:
    if not isinstance(value, str) or value not in field.choices:
        raise _wrong(field, value, f"One of: {', '.join(field.choices)}.")


def _number(field: Field, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong(field, str(value), "A plain number.")
    if value < (field.least or 0) or (field.most is not None and value > field.most):
        raise _wrong(
            field, value, f"From {field.least or 0:g} to {field.most:g} {field.unit or ''}".strip() + "."
        )


def _integer(field: Field, value: Any) -> None:
    _number(field, value)
    if not isinstance(value, int):
        raise _wrong(field, value, "A whole number.")


def _text(field: Field, value: Any) -> None:
    if not isinstance(value, str):
        raise _wrong(field, str(value), "A text.")
    if len(value) > (field.length or 0):
        raise _wrong(field, len(value), f"At most {field.length} characters.")
    if not value.isprintable() and any(c in value for c in map(chr, [*range(9), *range(14, 32)])):
        raise _wrong(field, value, "No control characters.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _wrong(field, repr(value), "Whole characters.") from None


def _id(field: Field, value: Any) -> None:
    if not isinstance(value, str) or not is_safe_id(value):
        raise _wrong(field, value, "An id has small letters, digits and hyphens.")


def _yes_no(field: Field, value: Any) -> None:
    if not isinstance(value, bool):
        raise _wrong(field, str(value), "true or false.")


def _ratings(field: Field, value: Any) -> None:
    if not isinstance(value, dict) or len(value) > (field.length or 1):
        raise _wrong(field, str(value), f"At most {field.length} items, each with a whole number.")
    for item, rating in value.items():
        if not is_safe_id(item) or isinstance(rating, bool) or not isinstance(rating, int):
            raise _wrong(field, item, "Each item has an id and a whole number.")
        if not 0 <= rating <= 10:
            raise _wrong(field, rating, "From 0 to 10.")


_CHECKS: dict[str, Callable[[Field, Any], None]] = {
    "day": _day,
    "terms": _terms,
    "choice": _choice,
    "number": _number,
    "integer": _integer,
    "text": _text,
    "long-text": _text,
    "alias": _text,
    "id": _id,
    "yes-no": _yes_no,
    "ratings": _ratings,
}
