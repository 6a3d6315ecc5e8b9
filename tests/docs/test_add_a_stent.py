"""`docs/howto/add-a-stent.md`, followed word by word: its commands, changes, mistake and promises."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from angiosuite.cli.application import app
from angiosuite.content import check
from angiosuite.content.catheter import Catheter
from angiosuite.content.compatibility import fits, rides_over
from angiosuite.content.delivery import comes_back, enters
from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import load_library
from angiosuite.content.sizing import inflates

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "add-a-stent.md"
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
STENT = Path("my-pack/devices/renal-6x18/device.yaml")


def plain(text: str) -> str:
    """A text whose comments stand one space behind what they are of."""
    return re.sub(r" +#", " #", text)


def changed(text: str, diff: str) -> str:
    """A text after a change of the page."""
    lines = diff.splitlines()
    old = plain("\n".join(line[1:] for line in lines if line.startswith("-")))
    new = plain("\n".join(line[1:] for line in lines if line.startswith("+")))
    assert plain(text).count(old) == 1, f"the page changes what is not there once: {old}"
    return plain(text).replace(old, new)


@pytest.fixture
def followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pack that the page leads to."""
    monkeypatch.chdir(tmp_path)
    steps = BLOCKS.findall(PAGE.read_text("utf-8"))
    assert {kind for kind, _ in steps} == {"sh", "diff", "text"}, "no Python on this page"
    for kind, block in steps:
        if kind == "sh":
            for line in block.splitlines():
                words = shlex.split(line)[1:] + (["--once", "--no-page"] if " preview " in line else [])
                done = CliRunner().invoke(app, words)
                assert done.exit_code == 0, (line, done.output)
        elif kind == "diff":
            STENT.write_text(changed(STENT.read_text("utf-8"), block), "utf-8")
        else:
            told = CliRunner().invoke(app, ["check", str(STENT.parent)])
            assert told.exit_code == 3 and block.strip() in told.output, told.output
    return tmp_path / "my-pack"


def stent_of(pack: Path) -> Catheter:
    """What the page made."""
    item = load_library([pack]).get("devices", "renal-6x18").item
    assert isinstance(item, DeviceItem)
    return item.catheter


def test_the_page_leads_to_a_stent_that_is_what_it_says(followed: Path) -> None:
    part = stent_of(followed)
    assert part.stent is not None and part.balloon is not None
    assert (part.stent.diameter_mm, part.stent.length_mm, part.stent.packed_length_mm) == (6.0, 18.0, 18.5)
    marks = [mark.from_tip_mm for mark in part.radiopacity.markers]
    assert marks == pytest.approx(
        [part.stent.from_tip_mm, part.stent.from_tip_mm + part.stent.packed_length_mm]
    )
    begins, ends = part.balloon.from_tip_mm, part.balloon.from_tip_mm + part.balloon.length_mm
    assert begins < marks[0] < marks[1] < ends, "the balloon ends beyond it on both sides"
    assert part.stent.opens == "balloon" and part.targets == ("left-renal-artery", "right-renal-artery")


def test_the_stent_fits_what_the_page_says_that_it_fits(followed: Path) -> None:
    part, library = stent_of(followed), load_library()

    def device(name: str) -> Any:
        item = library.get("devices", name).item
        assert isinstance(item, DeviceItem)
        return item.part

    five, four = device("sheath-5f-11cm"), device("sheath-4f-11cm")
    assert enters(part, five).fits and fits(part, five).fits and comes_back(part, five).fits
    assert not enters(part, four).fits and not fits(part, four).fits
    assert f"{five.bore_mm} mm" in PAGE.read_text("utf-8")
    wire = device("wire-hydrophilic-035-angled-260")
    assert rides_over(part, wire).fits and wire.diameter_mm == 0.889
    filled = inflates(device("inflator-20ml-30atm"), part)
    assert filled.fits and filled.needs == 12.0


def test_one_that_opens_itself_is_made_as_the_page_says(followed: Path) -> None:
    text = STENT.read_text("utf-8")
    text = re.sub(r"  balloon:\n(    .*\n)+", "", text).replace("opens: balloon", "opens: self")
    for old, new in (("jump_mm: 0", "jump_mm: 3"), ("outward_kpa: 5 ", "outward_kpa: 40 ")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    STENT.write_text(text, "utf-8")
    assert check([STENT.parent]) == []


def test_the_stent_is_picked_and_drawn_as_any_other(followed: Path) -> None:
    from angiosuite.suite.instruments.drawn import drawn_of
    from angiosuite.suite.instruments.table import Table

    one = Table(load_library([followed])).pick("renal-6x18")
    assert one.id == "c1" and one.is_rod and one.is_tube
    ends = [section.to_mm for section in drawn_of(one.device).sections]
    assert any(end == pytest.approx(24.7) for end in ends), "the proximal mark ends there"
