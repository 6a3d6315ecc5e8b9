"""Identifiers: what names a person is found, what an interventional radiologist writes every day is not."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given

from angiosuite.kit.evidence import Evidence, EvidenceKind
from angiosuite.learning.evidence.identifiers import Identifies, scan, scan_evidence


@pytest.mark.parametrize(
    ("text", "kind", "passage"),
    [
        ("DOB 12/03/1956, iliac stent", "date-of-birth", "DOB 12/03/1956"),
        ("date of birth: 1956-03-12", "date-of-birth", "date of birth: 1956-03-12"),
        ("born on 3 March 1956", "date-of-birth", "born on 3 March 1956"),
        ("geb. am 12.03.1956", "date-of-birth", "geb. am 12.03.1956"),
        ("née le 03/04/51", "date-of-birth", "née le 03/04/51"),
        ("seen on 18/12/2025 again", "date", "18/12/2025"),
        ("March 3rd, 2026 was busy", "date", "March 3rd, 2026"),
        ("MRN 4471192", "record-number", "MRN 4471192"),
        ("hospital no. A-448812", "record-number", "hospital no. A-448812"),
        ("NHS number 943 476 5919", "record-number", "NHS number 943 476 5919"),
        ("943 476 5919", "record-number", "943 476 5919"),
        ("078-05-1120", "record-number", "078-05-1120"),
        ("case RX0012345 done", "record-number", "case RX0012345"),
        ("ring +44 161 496 0000", "phone", "+44 161 496 0000"),
        ("ring (0161) 496 0000", "phone", "(0161) 496 0000"),
        ("ring 555-867-5309", "phone", "555-867-5309"),
        ("write to ana.b+c@example.co.uk", "email", "ana.b+c@example.co.uk"),
        ("Mr Smith bled", "name", "Mr Smith"),
        ("Mrs. Anne O'Neil-Jones came back", "name", "Mrs. Anne O'Neil-Jones"),
        ("Frau Müller", "name", "Frau Müller"),
        ("Dr van der Berg took over", "name", "Dr van der Berg"),
        ("Señora Núñez", "name", "Señora Núñez"),
        ("patient John Smith", "name", "patient John Smith"),
        ("94-year-old man", "age-over-89", "94-year-old"),
        ("a 101 yo lady", "age-over-89", "101 yo"),
    ],
)
def test_what_identifies_is_found_where_it_is(text: str, kind: str, passage: str) -> None:
    (found,) = scan(text)
    assert (found.kind, found.text, text[found.start : found.end]) == (kind, passage, passage)


@pytest.mark.parametrize(
    "text",
    [
        "5 F sheath, 2.7 F microcatheter over 0.018 and 0.035 wires",
        "coils 10-15-20 mm, then 3-4-5; 300-500 µm beads",
        "P_KA 214.5 Gy·cm², 1450 mGy, 22.4 min, 150 ml at 300 mg/ml",
        "BP 120/80, then 95/60; INR 1.4; platelets 154000; creatinine 88",
        "L2/3/4 and T12; 25° LAO, 10° caudal",
        "CPT 37243 and 37244; ICD-10 I77.1; TASC C",
        "TIPS revision. Dr was not needed. Mr. is a title",
        "78-year-old with a 6.2 cm AAA, third case of the week, year 2026",
        "Patient was stable; Patient tolerated it well",
        "Seldinger, Cobra C2, Simmons 1, Amplatz, Palmaz; Child-Pugh B7",
        "took 1 h 20 min, on call at 23:00, room 2",
        "子宮動脈塞栓術 ok 🩻",
    ],
)
def test_what_the_trade_writes_every_day_is_left_alone(text: str) -> None:
    assert scan(text) == ()


@given(st.text(max_size=300))
def test_any_text_is_scanned_and_passages_do_not_overlap(text: str) -> None:
    found = scan(text)
    for before, after in pairwise(found):
        assert before.end <= after.start
    assert all(text[one.start : one.end] == one.text for one in found)


def test_a_long_text_is_scanned_in_a_moment() -> None:
    for part in ("a" * 4000, "1 " * 2000, "Mr " * 1300, "a.b@" * 1000, "12/" * 1300, "+1 2" * 1000):
        scan(part)


def test_aliases_and_titles_are_scanned_and_numbers_of_certificates_are_not() -> None:
    piece = Evidence(
        "", "", EvidenceKind.CREDENTIAL, date(2026, 1, 1), terms=("acls",), note="ask Mr Smith",
        data={"title": "course of Dr Jones", "certificate_ref": "A1234567890"},
    )  # fmt: skip
    assert {(one.field, one.kind) for one in scan_evidence(piece)} == {("note", "name"), ("title", "name")}
    watched = Evidence(
        "", "", EvidenceKind.OBSERVATION, date(2026, 1, 1), rater="Dr Jones", site="ward@hospital.org"
    )
    assert {one.field for one in scan_evidence(watched)} == {"rater", "site"}


def test_the_refusal_carries_the_passages() -> None:
    error = Identifies(scan("Mr Smith, MRN 4471192"))
    assert error.code == "note-identifies"
    passages = error.as_dict()["value"]
    assert passages == [
        {"field": "note", "start": 0, "end": 8, "kind": "name", "text": "Mr Smith"},
        {"field": "note", "start": 10, "end": 21, "kind": "record-number", "text": "MRN 4471192"},
    ]
