"""People with years of evidence, made for measuring: plausible in number and mix, else invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from angiosuite.kit.enrolment import Enrolment
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status
from angiosuite.kit.people import Principal, Role
from angiosuite.records.database import Database
from angiosuite.records.records import Records

PATHWAY, STAGE = "us-integrated", "clinical-year"
BEGUN = date(2022, 7, 1)
TODAY = date(2026, 11, 29)
CASES = (
    "ivc-filter", "tunnelled-dialysis-catheter", "port-placement", "nephrostomy", "ct-guided-lung-biopsy",
    "uterine-artery-embolisation", "iliac-angioplasty", "tips", "abscess-drainage", "hepatic-tace",
)  # fmt: skip
ROLES = (CaseRole.ASSISTANT, CaseRole.FIRST_SUPERVISED, CaseRole.FIRST_INDEPENDENT)
OTHERS: tuple[tuple[EvidenceKind, str, dict[str, Any]], ...] = (
    (EvidenceKind.SUITE_PRACTICE, "subtraction-angiography", {}),
    (EvidenceKind.OBSERVATION, "nephrostomy", {"level": "s3", "rater": "rater-4"}),
    (EvidenceKind.CREDIT, "cme", {"amount": 1.5, "unit": "credit", "scheme": "abr-cme-1"}),
    (EvidenceKind.ATTESTATION, "ccc-review", {}),
    (EvidenceKind.TEACHING, "journal-club", {"amount": 1.0, "unit": "hour"}),
)


def pieces(owner: str, number: int, seed: int) -> Iterator[Evidence]:
    """So many pieces of one person over four years and a half; four in five are real cases."""
    rng = np.random.Generator(np.random.Philox(seed))
    days = rng.integers(0, (TODAY - BEGUN).days, number)
    which, roles, others = (
        rng.random(number),
        rng.integers(0, 3, number),
        rng.integers(0, len(OTHERS), number),
    )
    terms, sites = rng.integers(0, len(CASES), number), rng.integers(0, 4, number)
    for i in range(number):
        on = BEGUN + timedelta(days=int(days[i]))
        status = Status.SIGNED if which[i] < 0.7 else Status.SUBMITTED
        if which[i] < 0.8:
            yield Evidence(
                "", owner, EvidenceKind.REAL_CASE, on, terms=(CASES[terms[i]],), role=ROLES[roles[i]],
                rater=f"rater-{terms[i] % 5}", site=f"site-{sites[i]}", status=status,
                note="Right side, difficult anatomy, second attempt succeeded." if i % 3 == 0 else "",
                data={"pka_gycm2": round(20 + 80 * float(which[i]), 1), "fluoroscopy_min": 6.5},
            )  # fmt: skip
        else:
            kind, term, rest = OTHERS[others[i]]
            yield Evidence("", owner, kind, on, terms=(term,), status=Status.SIGNED, **rest)


def fill(home: Path, people: int, each: int) -> list[str]:
    """Make a home whose records hold so many enrolled people with so much evidence; their access keys."""
    version = _version()
    records = Records(Database.at(home))
    keys = []
    try:
        local = records.people.local()
        for index in range(people):
            name, key = records.people.add(local, f"Trainee {index}", frozenset({Role.TRAINEE}))
            keys.append(key)
            person = Principal(name)
            records.people.set_profile(person, "US", "ir-training", "en")
            records.enrolments.add(person, Enrolment("", name, PATHWAY, version, BEGUN, from_stage=STAGE))
            records.evidence.add_all(person, pieces(name, each, seed=index))
    finally:
        records.close()
    return keys


def _version() -> str:
    from angiosuite.content.loader import load_library
    from angiosuite.content.pathway import PathwayItem

    item = load_library().get("pathways", PATHWAY).item
    assert isinstance(item, PathwayItem)
    return item.version
