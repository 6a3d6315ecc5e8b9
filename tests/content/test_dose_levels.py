"""Dose levels as content: the shipped file is sound, and every fault is named with its line."""

from pathlib import Path

import pytest

from angiosuite.content.checker import check
from angiosuite.content.dose_levels import load_dose_levels, read_dose_levels
from angiosuite.content.packs import find_packs

SHIPPED = find_packs()[0][0].folder / "dose" / "levels.yaml"


def test_the_shipped_levels_are_sound_and_ask_at_3_gy():
    item, faults = read_dose_levels(SHIPPED)
    assert faults == []
    assert item is not None
    assert item.asked is not None
    level = item.level(item.asked.level)
    assert (level.quantity, level.value, level.unit) == ("peak-skin-dose", 3.0, "Gy")
    assert [option.id for option in item.asked.options] == ["go-on", "stage", "stop"]


def test_what_is_said_to_be_read_names_where_and_when():
    item, _ = read_dose_levels(SHIPPED)
    assert item is not None
    sources = {source.key: source for source in item.sources}
    for entry in (*item.levels, *item.follow_up, *item.reactions):
        source = sources[entry.source]
        assert (source.read_on is not None and source.url is not None) == (entry.basis == "read")


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("    unit: Gy cm²\n", "    unit: mGy\n", "levels[10].unit", "is not the quantity's unit"),
        ("    source: nci-2005\n", "    source: nci-2006\n", "levels[2].source", "is no source"),
        ("  level: acr-follow-up-skin\n", "  level: acr\n", "asked.level", "is no level"),
        ("    basis: memory\n", "    basis: guess\n", "levels[1].basis", ""),
        ("    role: notify\n", "    role: notify\n    limit: 3\n", "levels[1].limit", ""),
        ("    source: stecker-2009\n    basis: memory\n", "    source: stecker-2009\n    basis: read\n",
         "levels[1].basis", "has no day"),
        ("id: dose\n", "id: levels\n", "id", "differs from the folder's name"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(tmp_path: Path, old, new, field, words):
    text = SHIPPED.read_text("utf-8")
    assert old in text
    file = tmp_path / "dose" / "levels.yaml"
    file.parent.mkdir()
    file.write_text(text.replace(old, new, 1), "utf-8")
    faults = [fault for fault in check([file]) if fault.field == field]
    assert faults
    assert words in str(faults[0])
    assert faults[0].line > 1 or field == "id"


def test_a_programmes_own_file_takes_the_place_of_the_shipped_one(tmp_path: Path):
    folder = tmp_path / "dose"
    folder.mkdir()
    text = SHIPPED.read_text("utf-8").replace("    value: 2\n", "    value: 1.5\n", 1)
    (folder / "levels.yaml").write_text(text, "utf-8")
    shipped = SHIPPED.parents[1]
    assert load_dose_levels((shipped,)).level("sir-notify-skin").value == 2
    assert load_dose_levels((shipped, tmp_path)).level("sir-notify-skin").value == 1.5
    (folder / "levels.yaml").write_text("id: dose\n", "utf-8")
    assert load_dose_levels((shipped, Path(str(tmp_path) + "/."), tmp_path / "none")).levels
