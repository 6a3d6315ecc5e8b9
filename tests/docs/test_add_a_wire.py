"""`docs/howto/add-a-wire.md`, followed word by word: its commands, changes, mistake, and what it promises."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from angiosuite.cli.application import app
from angiosuite.content.compatibility import fits
from angiosuite.content.device import DeviceItem
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.loader import load_library

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "add-a-wire.md"
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
WIRE = Path("my-pack/devices/angled-018/device.yaml")


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
            WIRE.write_text(changed(WIRE.read_text("utf-8"), block), "utf-8")
        else:
            told = CliRunner().invoke(app, ["check", str(WIRE.parent)])
            assert told.exit_code == 3 and block.strip() in told.output, told.output
    return tmp_path / "my-pack"


def test_the_page_leads_to_a_wire_that_is_what_it_says(followed: Path) -> None:
    library = load_library([followed])
    wire = library.get("devices", "angled-018").item
    assert isinstance(wire, DeviceItem) and isinstance(wire.part, GuideWire)
    assert (wire.part.diameter_mm, wire.part.length_cm) == (0.457, 190)
    assert [zone.ei_nmm2 for zone in wire.part.shaft.zones] == [1.6, 6.0, 14.0]
    assert wire.part.shapeable and wire.part.coil is not None
    told = [source.citation for source in wire.sources]
    assert len(told) == 3 and any(one.startswith("Estimated:") for one in told)


@pytest.mark.parametrize(("device", "goes"), [("microcatheter-2-4f", True), ("microcatheter-1-7f", False)])
def test_the_wire_fits_what_the_page_says_that_it_fits(followed: Path, device: str, goes: bool) -> None:
    library = load_library([followed])
    wire, tube = (library.get("devices", name).item for name in ("angled-018", device))
    assert isinstance(wire, DeviceItem) and isinstance(wire.part, GuideWire)
    assert isinstance(tube, DeviceItem)
    found = fits(wire.part, tube.catheter)
    assert found.fits is goes, found.words
    assert f"{tube.catheter.bore_mm} mm" in PAGE.read_text("utf-8")


def test_the_wire_is_picked_drawn_and_bent_as_any_other(followed: Path) -> None:
    from angiosuite.suite.instruments.instrument import rod_tool
    from angiosuite.suite.instruments.outline import outline_mm
    from angiosuite.suite.instruments.table import Table

    one = Table(load_library([followed])).pick("angled-018")
    assert one.id == "w1" and one.is_rod and not one.is_tube
    assert 2.0 * rod_tool(one).outer_mm == pytest.approx(0.457)
    outline = outline_mm(one.device)
    assert len(outline) > 3 and max(abs(y) for _, y in outline) > 1.0, "its tip is bent"
    assert one.with_curve(30.0, 5.0).id == one.id, "it can be shaped"
