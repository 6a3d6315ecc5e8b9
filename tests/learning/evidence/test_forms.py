"""Forms: what each kind of evidence needs, and what is refused, with the field and the way out."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status
from angiosuite.kit.ids import is_safe_id
from angiosuite.learning.evidence.caselog import COLUMNS
from angiosuite.learning.evidence.forms import Field, check, forms, latest_today

TODAY = date(2026, 11, 29)
SAMPLES: dict[str, Any] = {
    "day": date(2026, 3, 1), "terms": ("ivc-filter",), "number": 2.5, "text": "a text",
    "long-text": "more\nof it", "alias": "att-1", "id": "a-scheme", "yes-no": True,
    "ratings": {"planning": 3},
}  # fmt: skip


def sample(field: Field) -> Any:
    """A value that fits a field."""
    if field.choices:
        return field.choices[0]
    return int(field.least or 0) if field.type == "integer" else SAMPLES[field.type]


def filled(kind: EvidenceKind, *, required_only: bool = False) -> Evidence:
    """A piece of a kind with all its fields."""
    said: dict[str, Any] = {"data": {}}
    for field in forms()[kind].fields:
        if required_only and not field.required:
            continue
        value = sample(field)
        if field.in_data:
            said["data"][field.name] = value.isoformat() if isinstance(value, date) else value
        else:
            said[field.name] = value
    return Evidence("", "", kind, **{"on": TODAY, **said})


@pytest.mark.parametrize("kind", list(EvidenceKind))
def test_every_kind_has_a_form_that_its_own_fields_pass(kind: EvidenceKind) -> None:
    check(filled(kind), TODAY)
    check(filled(kind, required_only=True), TODAY)


@pytest.mark.parametrize("kind", list(EvidenceKind))
def test_every_required_field_is_missed_by_name(kind: EvidenceKind) -> None:
    whole = filled(kind, required_only=True)
    for field in forms()[kind].fields:
        if not field.required or field.name == "on":
            continue
        if field.in_data:
            lacking = replace(whole, data={n: v for n, v in whole.data.items() if n != field.name})
        else:
            lacking = replace(whole, **{field.name: () if field.name == "terms" else None})
        with pytest.raises(RefusedInput) as caught:
            check(lacking, TODAY)
        assert (caught.value.code, caught.value.where) == ("evidence-field-missing", field.name)


def test_every_field_is_one_of_evidence_or_of_its_data() -> None:
    own = {field.name for field in fields(Evidence)}
    for form in forms().values():
        for field in form.fields:
            assert field.in_data != (field.name in own), field.name
            assert field.type != "choice" or field.choices, (form.kind, field.name)


def test_the_case_form_fills_the_columns_of_the_case_log() -> None:
    named = {field.name for field in forms()[EvidenceKind.REAL_CASE].fields}
    made = {
        "entry_id", "learner_alias", "month", "term_primary", "terms_other", "success", "simulated",
        "signed_by_alias",
    }  # fmt: skip
    assert set(COLUMNS) - made <= named


CASE = Evidence(
    "", "", EvidenceKind.REAL_CASE, date(2026, 3, 1), terms=("ivc-filter",), role=CaseRole.ASSISTANT
)
ROTATION = Evidence("", "", EvidenceKind.ROTATION, date(2026, 3, 1), until=date(2026, 4, 1), terms=("icu",))
CREDIT = Evidence("", "", EvidenceKind.CREDIT, date(2026, 3, 1), amount=1, unit="credit", scheme="rcr-cpd")


@pytest.mark.parametrize(
    ("evidence", "code", "where"),
    [
        (replace(CASE, on=date(2026, 11, 30)), "evidence-in-the-future", "on"),
        (replace(CASE, on=date(1931, 1, 1)), "evidence-field-value", "on"),
        (replace(ROTATION, until=date(2026, 2, 28)), "evidence-ends-before-it-begins", "until"),
        (replace(ROTATION, until=date(2099, 1, 1)), "evidence-field-value", "until"),
        (replace(CREDIT, amount=-1), "evidence-field-value", "amount"),
        (replace(CREDIT, amount=float("nan")), "evidence-field-value", "amount"),
        (replace(CREDIT, unit="hours"), "evidence-field-value", "unit"),
        (replace(CREDIT, role=CaseRole.ASSISTANT), "evidence-field-unknown", "role"),
        (replace(ROTATION, amount=4.0), "evidence-unit-missing", "unit"),
        (replace(CASE, data={"pka": 3}), "evidence-field-unknown", "pka"),
        (replace(CASE, data={"pka_gycm2": "much"}), "evidence-field-value", "pka_gycm2"),
        (replace(CASE, data={"complexity": 2.5}), "evidence-field-value", "complexity"),
        (replace(CASE, data={"takeover": 1}), "evidence-field-value", "takeover"),
        (replace(CASE, terms=("IVC filter",)), "evidence-field-value", "terms"),
        (replace(CASE, terms=("a", "a")), "evidence-field-value", "terms"),
        (replace(CASE, result="great"), "evidence-field-value", "result"),
        (replace(CASE, note="\ud800"), "evidence-field-value", "note"),
        (replace(CASE, note="a\x00b"), "evidence-field-value", "note"),
        (replace(CASE, note="x" * 4001), "evidence-field-value", "note"),
        (replace(CASE, status=Status.SIGNED), "evidence-signed-by-nobody", "rater"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(evidence: Evidence, code: str, where: str) -> None:
    with pytest.raises(RefusedInput) as caught:
        check(evidence, TODAY)
    assert (caught.value.code, caught.value.where) == (code, where)
    assert caught.value.way_out


def test_a_misspelt_field_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(RefusedInput, match="fluoro_min"):
        check(replace(CASE, data={"fluoro_mins": 3}), TODAY)


def test_today_is_the_latest_day_on_earth_so_no_calendar_is_refused() -> None:
    assert latest_today(datetime(2024, 2, 28, 9, 59, tzinfo=UTC)) == date(2024, 2, 28)
    assert latest_today(datetime(2024, 2, 28, 10, 0, tzinfo=UTC)) == date(2024, 2, 29)
    check(replace(CASE, on=date(2024, 2, 29)), latest_today(datetime(2024, 2, 28, 10, tzinfo=UTC)))


@settings(max_examples=60)
@given(
    st.builds(
        Evidence, st.just(""), st.just(""), st.sampled_from(EvidenceKind), st.dates(),
        until=st.none() | st.dates(), terms=st.lists(st.text(max_size=8), max_size=3).map(tuple),
        amount=st.none() | st.floats(), unit=st.none() | st.text(max_size=6), note=st.text(max_size=20),
        data=st.dictionaries(
            st.sampled_from(["title", "pka_gycm2", "takeover", "ratings", "review_by", "x"]),
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([]),
            max_size=3,
        ),
    )
)  # fmt: skip
def test_anything_at_all_is_taken_or_refused_by_name(evidence: Evidence) -> None:
    refused: RefusedInput | None = None
    try:
        check(evidence, TODAY)
    except RefusedInput as error:
        refused = error
    if refused is None:
        assert all(is_safe_id(term) for term in evidence.terms) and evidence.on <= date(2046, 12, 31)
    else:
        assert refused.code.startswith("evidence-") and refused.where
