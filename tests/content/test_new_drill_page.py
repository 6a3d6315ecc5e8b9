"""`docs/howto/new-drill.md`, followed word by word: its commands, its changes, its mistake."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from angiosuite.cli.application import app
from angiosuite.content.drill import DrillItem
from angiosuite.content.loader import load_library

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "new-drill.md"
BLOCKS = re.compile(r"^```(sh|diff|text)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def changed(text: str, diff: str) -> str:
    """A text after a change of the page: its minus lines, as they stand, give way to its plus lines."""
    lines = diff.splitlines()
    old = [line[1:] for line in lines if line.startswith("-")]
    new = [line[1:] for line in lines if line.startswith("+")]
    plain = re.sub(r" +#", " #", text), re.sub(r" +#", " #", "\n".join(old))
    assert plain[0].count(plain[1]) == 1, f"the page changes what is not there once: {old}"
    return plain[0].replace(plain[1], re.sub(r" +#", " #", "\n".join(new)))


def test_the_page_leads_to_a_drill_that_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("my-pack/drills/two-angles")
    steps = BLOCKS.findall(PAGE.read_text("utf-8"))
    assert len(steps) > 9
    for kind, block in steps:
        if kind == "sh":
            for line in block.splitlines():
                words = shlex.split(line)[1:] + (["--once"] if " preview " in line else [])
                done = CliRunner().invoke(app, words)
                assert done.exit_code == 0, (line, done.output)
        elif kind == "diff":
            files = [folder / name for name in ("drill.yaml", "text.md")]
            first = next(line[1:] for line in block.splitlines() if line.startswith("-"))
            bare = re.sub(r" +#", " #", first)
            (file,) = [one for one in files if bare in re.sub(r" +#", " #", one.read_text("utf-8"))]
            file.write_text(changed(file.read_text("utf-8"), block), "utf-8")
        else:
            told = CliRunner().invoke(app, ["check", str(folder)])
            assert told.exit_code == 3 and block.strip() in told.output, told.output
    assert CliRunner().invoke(app, ["check", str(folder)]).exit_code == 0
    drill = load_library([tmp_path / "my-pack"]).get("drills", "two-angles").item
    assert isinstance(drill, DrillItem)
    assert [goal.id for goal in drill.goals] == ["centred", "at-isocentre"]
    sides = {drill.task(seed)["objects"][0]["at"]["x_mm"] > 0 for seed in range(20)}
    assert sides == {True, False}
