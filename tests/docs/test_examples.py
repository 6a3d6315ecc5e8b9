"""Every Python block of the manual, and every example script, runs and makes the pictures that are shown."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
BLOCKS = [
    pytest.param("\n".join(blocks), id=page.relative_to(ROOT).as_posix())
    for page in sorted((ROOT / "docs").rglob("*.md"))
    if (blocks := re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL))
]
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))


def run(arguments: list[str], home: Path, folder: Path) -> None:
    """Run Python in an empty folder; a failure shows what it printed."""
    environment = os.environ | {"ANGIOSUITE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


def grey(path: Path) -> np.ndarray:
    """A grey JPEG as numbers."""
    import simplejpeg

    return simplejpeg.decode_jpeg(path.read_bytes(), colorspace="GRAY")[:, :, 0].astype(float)


@pytest.mark.ci
@pytest.mark.parametrize("code", BLOCKS)
def test_the_blocks_of_a_page_run_and_make_the_pictures_it_shows(code, warm_home, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    (work / "page.py").write_text(code, encoding="utf-8")
    run(["page.py"], warm_home, work)
    for made in work.glob("*.jpg"):
        now, shown = grey(made), grey(PICTURES / made.name)
        assert now.shape == shown.shape
        apart = np.abs(now - shown)
        assert apart.mean() < 1.5, f"{made.name} has changed: python docs/generate.py --pictures"
        assert np.quantile(apart, 0.999) < 16


@pytest.mark.ci
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_an_example_script_runs(script, warm_home, tmp_path):
    run([str(script)], warm_home, tmp_path)
