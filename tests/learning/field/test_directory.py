"""The directory of the field: stale marks, hidden months, filters; never a date of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from angiosuite.content import check, load_library
from angiosuite.content.field import FieldItem
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import RefusedInput
from angiosuite.learning.field import Directory
from angiosuite.learning.field.directory import month_words
from angiosuite.records.database import Database
from angiosuite.records.records import Records


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Records of a test's own."""
    opened = Records(Database(f"sqlite:///{tmp_path / 'records.sqlite'}"))
    yield opened
    opened.close()


def meeting(pack: Path, **changes: str) -> Directory | FieldItem:
    path = new("entry", "a-meeting", pack) / "entry.yaml"
    text = path.read_text("utf-8")
    for name, value in changes.items():
        text = re.sub(rf"^{name}: \S+", f"{name}: {value}", text, flags=re.MULTILINE)
    path.write_text(text, "utf-8")
    item = load_library([pack]).get("field", "a-meeting").item
    assert isinstance(item, FieldItem)
    return item


def test_an_entry_is_stale_after_its_months_and_its_month_is_hidden_after_two_years(
    records: Records, tmp_path: Path
) -> None:
    meeting(tmp_path / "pack", verified_on='"2024-02-29"')
    directory = Directory(load_library([tmp_path / "pack"]), records.follows)
    me = records.people.local()

    def on(day: date) -> tuple[bool, str | None]:
        entry = next(e for e in directory.entries(me, day) if e.item.id == "a-meeting")
        assert entry.as_dict(directory.ids())["usual_months"] == ([9] if entry.month_words else [])
        return entry.stale, entry.month_words

    words = "usually September (check the link)"
    assert on(date(2025, 2, 28)) == (False, words)
    assert on(date(2025, 3, 1)) == (True, words)
    assert on(date(2026, 2, 28)) == (True, words)
    assert on(date(2026, 3, 1)) == (True, None)


@pytest.mark.parametrize(
    ("months", "basis", "words"),
    [
        ("[]", "null", None),
        ("[2]", "read", "usually February"),
        ("[2,6]", "read", "usually February or June"),
        ("[1,2,12]", "memory", "usually January, February or December (check the link)"),
    ],
)
def test_months_in_words(tmp_path: Path, months: str, basis: str, words: str | None) -> None:
    item = meeting(tmp_path, usual_months=months, months_basis=basis)
    assert isinstance(item, FieldItem)
    assert month_words(item) == words


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("usual_months", "[9,2]", "is not in order"),
        ("usual_months", "[13]", "from 1 to 12"),
        ("usual_months", "[]", "belong together"),
        ("kind", "party", "not one of the choices"),
        ("verified_on", "lately", "verified_on"),
        ("related", "[nothing]", "no item of field has this id"),
        ("link", "http://example.org", "is not https"),
    ],
)
def test_a_fault_of_an_entry_is_named(tmp_path: Path, name: str, value: str, fault: str) -> None:
    path = new("entry", "a-meeting", tmp_path) / "entry.yaml"
    text = re.sub(rf"^{name}: \S+", f"{name}: {value}", path.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(text, "utf-8")
    assert fault in "\n".join(map(str, check([tmp_path])))


def test_what_a_person_keeps_is_theirs(records: Records) -> None:
    directory = Directory(load_library(), records.follows)
    me, day = records.people.local(), date(2026, 11, 29)
    identity = directory.entries(me, day)[0].item.id
    assert directory.followed(me, day) == []
    directory.keep(me, identity, True, "ask", date(2027, 1, 1))
    assert [entry.item.id for entry in directory.followed(me, day)] == [identity]
    directory.keep(me, identity, False, "", None)
    assert directory.followed(me, day) == []
    with pytest.raises(RefusedInput, match="no entry"):
        directory.keep(me, "nothing", True, "", None)


def test_nothing_of_the_field_names_a_day_of_its_own() -> None:
    """Dates are what entries rot by: no text gives a day or a month with a year."""
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    dated = re.compile(rf"\b\d{{1,2}} ({months})\b|\b({months}) \d{{1,2}}\b|\b20\d\d-\d\d-\d\d\b")
    items = [loaded.item for loaded in load_library().items["field"].values()]
    assert [item.id for item in items if isinstance(item, FieldItem) and dated.search(item.text)] == []
