"""Backup, restore, migrate and people on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from angiosuite.cli.application import app


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command at an empty home."""
    monkeypatch.delenv("ANGIOSUITE_DATABASE", raising=False)
    return lambda *words, **more: CliRunner().invoke(app, list(words), **more)


def test_people_are_made_listed_backed_up_and_brought_back(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    made = run("people", "add", "Zoë", "--role", "teacher", "--role", "director")
    assert made.exit_code == 0 and "access key" in made.stdout
    before = json.loads(run("people", "list", "--json").stdout)
    assert [(one["name"], one["roles"]) for one in before] == [
        ("(local)", "trainee"),
        ("Zoë", "director, teacher"),
    ]
    file = tmp_path / "b.zip"
    assert "2 people, 0 entries" in run("backup", str(file)).stdout
    run("people", "add", "Late")
    assert run("restore", str(file), input="n\n").exit_code == 1
    assert len(json.loads(run("people", "list", "--json").stdout)) == 3
    assert run("restore", str(file), "--yes").exit_code == 0
    assert json.loads(run("people", "list", "--json").stdout) == before


def test_migrate_says_what_it_did(run: Callable[..., Result]) -> None:
    assert run("migrate").stdout.startswith("migrated: nothing to ")
    assert run("migrate").stdout.startswith("nothing to do")


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (("people", "add", "X", "--role", "teecher"), "no-such-role", 2),
        (("people", "add", " "), "person-incomplete", 3),
        (("restore", "nothing.zip", "--yes"), "backup-not-there", 3),
        (("migrate", "--database", "mysql://host/x"), "records-bad-address", 2),
        (("backup", "no-folder/b.zip"), "records-copy-failed", 1),
    ],
)
def test_a_refusal_has_its_code_and_exit_status(
    run: Callable[..., Result], words: tuple[str, ...], code: str, status: int
) -> None:
    result = run(*words)
    assert result.exit_code == status and f"[{code}]" in result.stderr
