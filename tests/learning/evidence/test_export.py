"""Export-my-data: whole, readable elsewhere, and without what identifies a patient."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from angiosuite.kit.enrolment import Enrolment
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status
from angiosuite.kit.people import Principal, Role, Visibility
from angiosuite.learning.evidence.caselog import COLUMNS, case_log
from angiosuite.learning.evidence.export import WITHHELD, export
from angiosuite.learning.evidence.identifiers import Identifies
from angiosuite.learning.evidence.portfolio import Portfolio
from angiosuite.records.database import Database
from angiosuite.records.faults import NotThere
from angiosuite.records.records import Records

CASE = Evidence(
    "", "", EvidenceKind.REAL_CASE, date(2024, 2, 29), terms=("uterine-artery-embolisation", "arteriography"),
    role=CaseRole.FIRST_SUPERVISED, result="success", rater="att-2", patient="handle-7f3a",
    status=Status.SIGNED, data={"pka_gycm2": 61.5, "takeover": False, "access": "left radial"},
)  # fmt: skip
PRACTICE = Evidence(
    "",
    "",
    EvidenceKind.SUITE_PRACTICE,
    date(2026, 5, 1),
    terms=("arteriography",),
    source="suite:20260501-101010-abcd",
)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Records of one test."""
    with Database(f"sqlite:///{tmp_path / 'records.sqlite'}") as database:
        yield Records(database)


@pytest.fixture
def ana(records: Records) -> Principal:
    """The person."""
    return records.people.local()


def unpacked(
    records: Records, person: Principal
) -> tuple[dict[str, Any], list[dict[str, str]], dict[str, Any]]:
    """Everything, the rows of the case log and its sidecar."""
    with zipfile.ZipFile(io.BytesIO(export(records, person, "0.3.0"))) as archive:
        assert archive.testzip() is None
        table = archive.read("caselog.csv")
        sidecar = json.loads(archive.read("caselog.json"))
        assert sidecar["sha256"] == hashlib.sha256(table).hexdigest()
        rows = list(csv.DictReader(io.StringIO(table.decode(), newline="")))
        return json.loads(archive.read("everything.json")), rows, sidecar


def test_the_case_log_has_one_row_per_case_with_simulated_ones_marked(
    records: Records, ana: Principal
) -> None:
    records.evidence.add_all(ana, [CASE, PRACTICE, replace(CASE, kind=EvidenceKind.EXAM, role=None)])
    _, rows, sidecar = unpacked(records, ana)
    assert list(rows[0]) == list(COLUMNS)
    real, simulated = rows
    assert (real["month"], real["simulated"], real["takeover"]) == ("2024-02", "false", "false")
    assert (real["term_primary"], real["terms_other"]) == ("uterine-artery-embolisation", "arteriography")
    assert (real["pka_gycm2"], real["signed_by_alias"], real["success"]) == ("61.5", "att-2", "success")
    assert (simulated["simulated"], simulated["signed_by_alias"]) == ("true", "")
    assert (sidecar["profile"], sidecar["rows"], sidecar["simulated_rows"]) == ("angiosuite-caselog-1", 2, 1)


def test_the_local_handle_and_the_exact_day_stay_out_of_the_case_log(
    records: Records, ana: Principal
) -> None:
    records.evidence.add_all(ana, [CASE, replace(CASE, patient="handle-9"), CASE])
    raw = export(records, ana, "0.3.0")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
        assert b"handle-" not in whole
        assert b"2024-02-29" not in archive.read("caselog.csv")
    everything, _, _ = unpacked(records, ana)
    assert sorted(piece["patient"] for piece in everything["evidence"]) == [
        "patient-1",
        "patient-1",
        "patient-2",
    ]


def test_everything_is_there_with_its_history(records: Records, ana: Principal) -> None:
    desk = Portfolio(records.evidence)
    made = desk.add(ana, CASE)
    desk.correct(ana, made.id, replace(CASE, result="partial"), "looked again")
    gone = desk.add(ana, CASE)
    desk.withdraw(ana, gone.id, "logged twice")
    records.enrolments.add(ana, Enrolment("", "", "uk-ir", "2025", date(2024, 8, 7)))
    records.reflections.add(ana, "is-it-for-me", {"calls": 2}, date(2026, 1, 1))
    records.positions.set(ana, "what-ir-is", "", 1.0, True)
    records.follows.set(ana, "cirse", True)
    records.notes.add(ana, "guide:what-ir-is", "", "stale", "old")
    everything, rows, _ = unpacked(records, ana)
    pieces = {piece["id"]: piece for piece in everything["evidence"]}
    assert set(pieces) == {made.id, gone.id} and len(rows) == 1
    assert [entry["reason"] for entry in pieces[made.id]["history"]] == ["", "looked again"]
    assert pieces[gone.id]["withdrawn"] and not pieces[made.id]["withdrawn"]
    assert [
        everything[part][0] is not None
        for part in ("enrolments", "reflections", "reading", "follows", "notes")
    ]
    assert everything["reading"][0]["page"] == "what-ir-is"


def test_a_passage_that_identifies_is_withheld_and_reported(records: Records, ana: Principal) -> None:
    desk = Portfolio(records.evidence)
    with pytest.raises(Identifies):
        desk.add(ana, replace(CASE, note="Mr Smith, MRN 4471192"))
    assert records.evidence.current(ana) == ()
    made = desk.add(
        ana, replace(CASE, note="Mr Smith, MRN 4471192", data={"access": "Mrs Jones"}), confirmed=True
    )
    records.reflections.add(ana, "is-it-for-me", {"why": "Dr Jones"}, date(2026, 1, 1))
    raw = export(records, ana, "0.3.0")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(word in whole for word in (b"Smith", b"4471192", b"Jones"))
    everything, rows, sidecar = unpacked(records, ana)
    assert everything["evidence"][0]["note"] == rows[0]["access"] == WITHHELD
    report = {(one["piece"], one["field"], one["kind"]) for one in sidecar["redaction_report"]}
    assert {
        (made.id, "note", "name"),
        (made.id, "note", "record-number"),
        (made.id, "access", "name"),
    } <= report
    assert records.evidence.get(ana, made.id).note == "Mr Smith, MRN 4471192"


def test_a_cell_that_a_spreadsheet_would_run_is_text() -> None:
    table = case_log([replace(CASE, data={"access": "=HYPERLINK(1)", "category_local": "-1+2"})], "learner-1")
    assert "'=HYPERLINK(1)" in table and "'-1+2" in table


def test_practice_in_the_suite_is_neither_added_nor_corrected_by_hand(
    records: Records, ana: Principal
) -> None:
    desk = Portfolio(records.evidence)
    with pytest.raises(RefusedInput, match="by itself"):
        desk.add(ana, PRACTICE)
    records.evidence.put(ana, PRACTICE)
    (piece,) = records.evidence.current(ana)
    with pytest.raises(RefusedInput, match="measured"):
        desk.correct(ana, piece.id, piece, "better")
    desk.withdraw(ana, piece.id, "only looked around")
    assert records.evidence.current(ana) == ()


def test_another_persons_piece_answers_like_an_absent_one_before_anything_is_checked(
    records: Records, ana: Principal
) -> None:
    ben = Principal(records.people.add(ana, "Ben", frozenset({Role.TRAINEE}))[0])
    desk = Portfolio(records.evidence)
    made = desk.add(ana, CASE)
    broken = replace(CASE, note="Mr Smith", on=date(2999, 1, 1))
    for name in (made.id, "0123456789abcdef"):
        for call in (
            lambda n=name: desk.correct(ben, n, broken, "why"),
            lambda n=name: desk.withdraw(ben, n, "Mr Smith"),
            lambda n=name: desk.show(ben, n, Visibility.EVERYONE),
            lambda n=name: desk.told(ben, n),
        ):
            with pytest.raises(NotThere):
                call()


def test_an_export_holds_nothing_of_anybody_else(records: Records, ana: Principal) -> None:
    ben = Principal(records.people.add(ana, "Ben", frozenset({Role.TRAINEE}))[0])
    Portfolio(records.evidence).add(ana, replace(CASE, note="only mine", visibility=Visibility.EVERYONE))
    everything, rows, _ = unpacked(records, ben)
    assert everything["evidence"] == rows == [] and everything["profile"]["name"] == "Ben"
