"""What a scripted operator is told of a subtraction: the last one of the log."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from angiosuite.practice.operators.play import TAIL_BYTES, _subtraction
from angiosuite.practice.operators.stage import Wait


def lines(*told: dict[str, Any]) -> bytes:
    entries = ({"seq": k, "name": "judged-run", "data": data} for k, data in enumerate(told))
    return b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in entries)


def seen(log: Path, text: bytes) -> Any:
    log.write_bytes(text)
    session: Any = SimpleNamespace(folder=SimpleNamespace(log=log))
    return _subtraction(session, Wait(0.1))


def test_the_last_subtraction_counts(tmp_path: Path) -> None:
    assert seen(tmp_path / "log.jsonl", lines({"run": 1}, {"run": 2})) == {"run": 2}


@pytest.mark.parametrize("cut", [1, 5, 9])
def test_a_line_that_the_tail_begins_in_is_passed_over(tmp_path: Path, cut: int) -> None:
    torn = lines({"run": 1, "filling": "x" * (TAIL_BYTES - 60)})
    text = torn + b"x" * (TAIL_BYTES - len(torn) + cut - 1) + b"\n"
    assert seen(tmp_path / "log.jsonl", text) is None


def test_nothing_is_seen_in_an_empty_log(tmp_path: Path) -> None:
    assert seen(tmp_path / "log.jsonl", b"") is None
