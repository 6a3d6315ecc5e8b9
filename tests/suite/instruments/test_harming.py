"""What the log tells of spasms: how strong each is, how far a drug takes it away; and nothing on the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from angiosuite.kit.log import read_lines
from angiosuite.suite.instruments.begun_harm import begin_harm
from angiosuite.suite.session import Session

from .test_instruments_in_a_session import ACCESS, do, run

RENAL = "right-renal-artery"


def told(folder: Path) -> list[list[dict[str, Any]]]:
    """Each time that the log tells of spasms."""
    lines = read_lines(folder / "log.jsonl")
    return [list(line.entry().data["spasms"]) for line in lines if line.name == "spasms"]


def test_a_spasm_comes_on_is_reached_by_a_drug_and_eases_in_the_log(entered: Session, tmp_path: Path) -> None:
    entered.blood.begin_flow()
    run(entered, 0.2)
    assert told(tmp_path / "s1") == [], "no spasm, no word"
    begin_harm(entered, "spasm", RENAL, 50.0)
    run(entered, 40.0)
    before = [one[0]["strength"] for one in told(tmp_path / "s1")]
    assert before == sorted(set(before)) and before[0] == 0.0 and before[-1] >= 0.4
    do(entered, "instrument.pick", device="pigtail-5f")
    do(entered, "instrument.flush", tool="c1")
    do(entered, "instrument.load", tool="c1", access=ACCESS, over=None)
    do(entered, "instrument.goal", tool="c1", depth_mm=190.0, mm_s=100.0)
    run(entered, 4.0)
    assert all(one[0]["relaxes"] == 0.0 for one in told(tmp_path / "s1"))
    do(entered, "drug.give", drug="nitroglycerin", dose=400.0, route="ia", tool="c1")
    run(entered, 60.0)
    after = told(tmp_path / "s1")
    assert max(one[0]["relaxes"] for one in after) > 0.0
    assert after[-1][0]["vessel"] == RENAL and not any(event["name"] == "spasms" for event in entered.events)


def test_it_is_told_anew_only_when_it_has_changed_and_a_restored_session_goes_on(
    entered: Session, tmp_path: Path
) -> None:
    entered.blood.begin_flow()
    begin_harm(entered, "spasm", RENAL, 50.0)
    run(entered, 12.0)
    count = len(told(tmp_path / "s1"))
    assert 1 < count < 8
    state, arrays = entered.state()
    entered.restore(state, arrays)
    run(entered, 0.1)
    assert len(told(tmp_path / "s1")) == count
