"""Records of every revision are read for ever: the samples of `tests/golden/records`, one per revision."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from angiosuite.kit.evidence import EvidenceKind, Status
from angiosuite.records.backup import restore
from angiosuite.records.database import Database
from angiosuite.records.records import Records

SAMPLES = sorted((Path(__file__).parents[1] / "golden" / "records").glob("*.zip"))


def test_the_newest_revision_has_its_sample() -> None:
    assert SAMPLES[-1].stem == Database("sqlite://").newest


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_released_sample_is_migrated_and_read_whole(sample: Path, empty_url: str) -> None:
    database = Database(empty_url)
    restore(sample, database)
    records = Records(database)
    ana = records.people.local()
    assert records.people.profile(ana).country == "GB"
    assert {one.name for one in records.people.list(ana)} == {"", "Ben Sample"}
    case, practice = sorted(records.evidence.current(ana), key=lambda piece: piece.on)
    assert (case.on, case.result, case.note, case.status) == (
        date(2024, 2, 29),
        "partial",
        "Größe 子宮",
        Status.SIGNED,
    )
    assert [entry.action for entry in records.evidence.history(ana, case.id)] == ["add", "correct", "sign"]
    assert practice.kind is EvidenceKind.SUITE_PRACTICE and practice.data == {"frames": 3}
    (withdrawn,) = records.evidence.list(ana, withdrawn=True)
    assert (withdrawn.amount, withdrawn.scheme) == (1.5, "rcr-cpd")
    (enrolment,) = records.enrolments.list(ana)
    assert (enrolment.pathway, enrolment.fte[0].fraction, enrolment.leave[0].why) == ("uk-ir", 0.6, "twins")
    assert records.notes.list(ana)[0].text == "moved"
    assert records.reflections.list(ana)[0].answers == {"calls": 2}
    assert records.positions.list(ana)[0].page == "what-ir-is"
    assert records.follows.list(ana)[0].remind_on == date(2028, 2, 29)
    records.close()
