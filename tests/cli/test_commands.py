"""The command line as a person types it: manual, exit codes, named errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = ("serve", "import", "list", "replay", "export", "check", "new", "bench", "doctor")


def angiosuite(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m angiosuite`."""
    return subprocess.run(
        [sys.executable, "-m", "angiosuite", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_manual_names_every_command_and_every_exit_code(home: Path) -> None:
    shown = angiosuite("--help")
    assert shown.returncode == 0
    for word in (*COMMANDS, "EXIT CODES", "ENVIRONMENT", "EXAMPLES", "ANGIOSUITE_HOME"):
        assert word in shown.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_page_of_the_manual(home: Path, command: str) -> None:
    shown = angiosuite(command, "--help")
    assert shown.returncode == 0 and len(shown.stdout) > 150


def test_the_manual_imports_no_engine(home: Path) -> None:
    code = (
        "import sys; sys.argv = ['angiosuite', '--help']\n"
        "from angiosuite.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numba', 'numpy', 'fastapi', 'scipy', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize(("arguments", "code", "says"), [
    (["nothing"], 2, "nothing"),
    (["serve", "--port", "many"], 2, "--port"),
    (["serve", "--port", "99999"], 2, "port"),
    (["list", "sesions"], 2, "Did you mean 'sessions'?"),
    (["replay", "20260101-000000-abcd"], 2, "not known"),
    (["export", "20260101-000000-abcd", "--to", "there"], 2, "not known"),
    (["new", "wire", "my-wire"], 2, "kind"),
    (["new", "patient", "Not Kebab"], 2, "kebab"),
    (["bench", "xrya"], 2, "xrya"),
    (["import", "/no/such/ct"], 3, "/no/such/ct"),
])  # fmt: skip
def test_wrong_use_ends_with_2_and_refused_input_with_3_and_a_word_on_each(
    home: Path, arguments: list[str], code: int, says: str
) -> None:
    shown = angiosuite(*arguments)
    assert shown.returncode == code, shown.stderr
    assert says in shown.stderr and "Traceback" not in shown.stderr


def test_a_new_item_is_accepted_by_the_checker_and_a_broken_one_is_not(home: Path, tmp_path: Path) -> None:
    made = angiosuite("new", "patient", "female-60-tall", str(tmp_path))
    assert made.returncode == 0, made.stderr
    folder = Path(made.stdout.splitlines()[0])
    assert angiosuite("check", str(folder)).returncode == 0
    file = folder / "patient.yaml"
    file.write_text(file.read_text() + "\nnot_a_field: 3\n")
    broken = angiosuite("check", str(folder))
    assert broken.returncode == 3 and "patient.yaml:" in broken.stdout and "not_a_field" in broken.stdout


def test_all_shipped_content_is_without_fault(home: Path) -> None:
    shown = angiosuite("check")
    assert shown.returncode == 0, shown.stdout


def test_the_doctor_measures_what_is_installed(home: Path) -> None:
    shown = angiosuite("doctor", "--json")
    assert shown.returncode in (0, 3)
    found = json.loads(shown.stdout)
    assert found["home"] == str(home.resolve()) and found["cores"] >= 1 and found["free"] > 0
    assert set(found["disk"]) == {"patients", "sessions", "trash", "tmp", "cache"}
    assert found["installed"] < 900e6
    assert (shown.returncode == 3) == bool(found["problems"])


def test_lists_are_empty_but_valid_in_an_empty_home(home: Path) -> None:
    for kind in ("sessions", "trash"):
        assert json.loads(angiosuite("list", kind, "--json").stdout) == []
    assert json.loads(angiosuite("list", "equipment", "--json").stdout)
    assert json.loads(angiosuite("list", "patients", "--json").stdout)
