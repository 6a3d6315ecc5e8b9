"""What a scripted operator is told by the log: the last subtraction, and a fluoroscopy that nobody drew."""

import json
from pathlib import Path
from typing import Any

import pytest

from angiosuite.practice.operators.play import TAIL_BYTES, _tell
from angiosuite.practice.operators.skill import SKILLS
from angiosuite.practice.operators.stage import Stage


def lines(*told: dict[str, Any]) -> bytes:
    entries = ({"seq": k, "name": "judged-run", "data": data} for k, data in enumerate(told))
    return b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in entries)


def told(log: Path, text: bytes) -> Stage:
    log.write_bytes(text)
    stage = Stage(SKILLS["reference"], 1)
    _tell(stage, log)
    return stage


def frame(index: int, filled: float, mode: str = "fluoro") -> dict[str, Any]:
    """A picture of a vessel 5 mm beside the middle for each tenth that it is full."""
    origin = {"in_field": True, "u_mm": 50 * filled, "v_mm": 0.0, "filled": filled, "foreshortening": 0.9}
    return {"index": index, "mode": mode, "pixel_mm_iso": 0.3, "judged": {"origin": origin}}


def frames(*shown: dict[str, Any]) -> bytes:
    entries = ({"seq": k, "name": "frame", "data": data} for k, data in enumerate(shown))
    return b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in entries)


def test_the_last_subtraction_counts(tmp_path: Path) -> None:
    assert told(tmp_path / "log.jsonl", lines({"run": 1}, {"run": 2})).subtraction == {"run": 2}


@pytest.mark.parametrize("cut", [1, 5, 9])
def test_a_line_that_the_tail_begins_in_is_passed_over(tmp_path: Path, cut: int) -> None:
    torn = lines({"run": 1, "filling": "x" * (TAIL_BYTES - 60)})
    text = torn + b"x" * (TAIL_BYTES - len(torn) + cut - 1) + b"\n"
    assert told(tmp_path / "log.jsonl", text).subtraction is None


def test_nothing_is_seen_in_an_empty_log(tmp_path: Path) -> None:
    stage = told(tmp_path / "log.jsonl", b"")
    assert stage.subtraction is None and not stage.looked


def test_fluoroscopy_is_watched_where_it_was_fullest_and_each_picture_once(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log.jsonl"
    stage = told(log, frames(frame(1, 0.9), frame(6, 0.3), frame(11, 0.7), frame(16, 0.0)))
    _tell(stage, log)
    assert [one["index"] for one in stage.looked] == [1, 6, 11, 16]
    sight = stage.watched("origin", since=1)
    assert sight is not None and sight.frame == 11 and sight.u_mm == pytest.approx(35.0, abs=4.0)
    assert stage.watched("origin", since=16) is None
    assert stage.watched("other", since=1) is None


def test_what_nobody_judged_and_what_no_fluoroscopy_showed_is_not_watched(tmp_path: Path) -> None:
    unjudged = frame(1, 0.9) | {"judged": {}}
    assert not told(tmp_path / "log.jsonl", frames(unjudged, frame(2, 0.9, mode="run"))).looked
