"""Records of every release are opened for ever: the samples of `tests/golden/history`."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from angiosuite.kit.evidence import CaseRole, EvidenceKind, Status
from angiosuite.records.database import Database
from angiosuite.records.records import Records

HISTORY = Path(__file__).resolve().parent.parent / "golden" / "history"
RELEASES = sorted(path.parent for path in HISTORY.glob("*/records.sqlite"))


def test_there_is_a_sample():
    assert RELEASES


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_records_of_a_release_open_with_everything_in_them(release: Path, tmp_path: Path):
    shutil.copyfile(release / "records.sqlite", tmp_path / "records.sqlite")
    records = Records(Database.at(tmp_path))
    try:
        person = records.people.local()
        profile = records.people.profile(person)
        assert (profile.country, profile.stage) == ("DE", "ir-training")
        assert len(records.people.list(person)) == 2
        case, practice = sorted(records.evidence.current(person), key=lambda piece: piece.kind)
        assert (case.kind, case.on, case.role) == (
            EvidenceKind.REAL_CASE, date(2028, 2, 29), CaseRole.FIRST_SUPERVISED,
        )  # fmt: skip
        assert case.status is Status.SUBMITTED and case.note == "Übung, später Abend" and case.revision == 2
        assert practice.simulated and practice.data == {"minutes": 4.5}
        history = records.evidence.history(person, case.id)
        assert [entry.reason for entry in history][-1] == "handed in" and len(history) == 2
        (enrolment,) = records.enrolments.list(person)
        assert enrolment.fte[0].fraction == 0.6 and enrolment.leave[0].kind == "parental"
        assert enrolment.start == date(2024, 2, 29) and enrolment.extension_months == 2
        position = records.positions.get(person, "tips")
        assert position is not None and position.fraction == 0.5
        assert [follow.note for follow in records.follows.list(person)] == ["write an abstract"]
        assert [one.answers for one in records.reflections.list(person)] == [{"draw": "the first puncture"}]
        assert [note.text for note in records.notes.list(person)] == ["a newer paper exists"]
    finally:
        records.close()
