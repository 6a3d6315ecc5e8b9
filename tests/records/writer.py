"""A program that writes evidence without end and says each id once it is committed; killed by a test."""

from __future__ import annotations

import sys
from datetime import date

from angiosuite.kit.evidence import Evidence, EvidenceKind
from angiosuite.records.database import Database
from angiosuite.records.records import Records


def main(url: str) -> None:
    """Write until killed."""
    records = Records(Database(url))
    person = records.people.local()
    while True:
        piece = Evidence("", "", EvidenceKind.EXAM, date(2026, 1, 1), terms=("frcr1",), note="x" * 2000)
        print(records.evidence.add(person, piece).id, flush=True)


main(sys.argv[1])
