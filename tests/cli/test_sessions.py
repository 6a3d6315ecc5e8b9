"""`replay`, `export`, `list` and `import` on a real session of a small imported patient."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from angiosuite.kit.home import Home
from angiosuite.runtime.opening import make_room
from angiosuite.suite.opening import create_session


def angiosuite(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a home."""
    return subprocess.run(
        [sys.executable, "-m", "angiosuite", *arguments, "--home", str(home)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def used_home(small_ct: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an imported patient and one recorded session."""
    folder = tmp_path_factory.mktemp("used") / "home"
    imported = angiosuite(folder, "import", str(small_ct))
    assert imported.returncode == 0, imported.stderr
    home = Home(folder).open()
    session = create_session(
        home.sessions / "20260101-120000-abcd", make_room(home, imported.stdout.split()[-1]), 5
    )
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(400_000)
    session.command("gantry.move", {"axis": "rotation", "rate": 1.0})
    session.decide("draft", "for the test")
    session.advance(800_000)
    session.command("xray.release", {})
    session.advance(900_000)
    session.command("xray.press", {"pedal": "shot"})
    session.advance(1_000_000)
    session.close()
    return folder


@pytest.mark.parametrize("threads", ["1", "2"])
def test_a_replay_says_same_whatever_the_number_of_threads(used_home: Path, threads: str) -> None:
    shown = angiosuite(used_home, "replay", "20260101-120000-abcd", "--threads", threads, "--json")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    report = json.loads(shown.stdout)
    assert report["same"] and report["frames"] >= 12 and not report["differences"]


def test_a_replay_of_a_changed_log_says_what_differs(used_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(used_home, home)
    log = home / "sessions" / "20260101-120000-abcd" / "log.jsonl"
    log.write_text(log.read_text().replace('"pedal":"shot"', '"pedal":"fluoro"', 1))
    shown = angiosuite(home, "replay", "20260101-120000-abcd")
    assert shown.returncode == 1 and "different" in shown.stdout


def test_an_export_needs_nothing_of_ours_to_be_read(used_home: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    shown = angiosuite(used_home, "export", "20260101-120000-abcd", "--to", str(target))
    assert shown.returncode == 0, shown.stderr
    lines = [json.loads(line) for line in (target / "log.jsonl").read_text().splitlines()]
    frames = [line["data"]["file"] for line in lines[1:] if line["name"] == "frame"]
    assert frames and all((target / "frames" / name).read_bytes()[:2] == b"\xff\xd8" for name in frames)
    assert any(path.read_bytes()[:2] == b"P5" for path in target.glob("frames/*.pgm"))
    again = angiosuite(used_home, "export", "20260101-120000-abcd", "--to", str(target))
    assert again.returncode == 3 and "exists" in again.stderr


def test_lists_show_the_patient_and_the_session(used_home: Path) -> None:
    sessions = json.loads(angiosuite(used_home, "list", "sessions", "--json").stdout)
    patients = json.loads(angiosuite(used_home, "list", "patients", "--json").stdout)
    assert [one["id"] for one in sessions] == ["20260101-120000-abcd"]
    assert sessions[0]["patient"] in [one["id"] for one in patients if one["ready"] == "yes"]
