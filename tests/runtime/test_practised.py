"""Evidence of practice out of a session's log."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from angiosuite.kit.evidence import Evidence, EvidenceKind
from angiosuite.kit.people import Principal
from angiosuite.runtime.practised import hand_in, practice_of
from angiosuite.suite.recorded import recorded

SAMPLE = Path(__file__).parents[1] / "golden" / "history" / "0.2.0"
SOMEBODY = Principal("somebody")


class Kept:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.evidence: list[Evidence] = []

    def put(self, principal: Principal, evidence: Evidence) -> None:
        """Keep it."""
        assert principal.person == evidence.owner
        self.evidence.append(evidence)


def test_practice_is_what_the_log_tells_and_simulated():
    practice = practice_of(SAMPLE, "somebody")
    told = recorded(SAMPLE)
    assert practice is not None and practice.kind is EvidenceKind.SUITE_PRACTICE and practice.simulated
    assert practice.source == f"suite:{SAMPLE.name}" and practice.owner == "somebody"
    assert practice.data["runs"] == len(told.runs) > 0
    assert practice.data["frames"] == sum(len(event.frames) for event in told.events)
    total = sum(pulse.kar_mgy for event in told.events for pulse in event.frames)
    assert practice.data["kar_mgy"] == pytest.approx(total, abs=5e-4) and total > 0
    assert {"fluoroscopy", "subtraction-angiography", "c-arm-positioning", "image-measurement"} <= {
        *practice.terms
    }
    created = datetime.fromisoformat(told.folder.facts().created)
    assert practice.on == created.astimezone().date()


def test_the_same_log_gives_the_same_evidence():
    first, second = practice_of(SAMPLE, "a"), practice_of(SAMPLE, "b")
    assert first is not None and second is not None and replace(first, owner="b") == second


def test_a_session_without_x_rays_leaves_nothing(tmp_path):
    folder = tmp_path / "quiet"
    shutil.copytree(SAMPLE, folder)
    lines = (folder / "log.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "log.jsonl").write_text("".join(lines[:3]), encoding="utf-8")
    sink = Kept()
    assert practice_of(folder, "somebody") is None
    assert not hand_in(folder, SOMEBODY, sink) and not sink.evidence


def test_a_damaged_session_leaves_nothing_and_stops_nothing(tmp_path):
    (tmp_path / "session.json").write_text("{")
    (tmp_path / "log.jsonl").write_text("nonsense\n")
    sink = Kept()
    assert not hand_in(tmp_path, SOMEBODY, sink) and not sink.evidence


def test_a_session_with_x_rays_is_handed_in_once():
    sink = Kept()
    assert hand_in(SAMPLE, SOMEBODY, sink) and len(sink.evidence) == 1
