"""The sheath of an access is changed for another size: over a wire, not past what lies in it; it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from angiosuite.kit.log import read_lines
from angiosuite.suite.session import Session

ACCESS = "right-femoral-artery"


def do(session: Session, name: str, **arguments: Any) -> None:
    """One command, and the 20 ms in which it takes effect."""
    session.command(name, arguments)
    session.advance(session.now_us + 40_000)


def sheath_f(session: Session) -> float:
    found = session.snapshot()["instruments"]["accesses"]
    return float(next(one for one in found if one["id"] == ACCESS)["sheath_f"])


def refused(session: Session) -> dict[str, Any]:
    return [event["data"] for event in session.events if event["name"] == "command-refused"][-1]


def lead_a_wire(session: Session, depth_mm: float = 60.0, device: str = "wire-j3-035-145") -> None:
    do(session, "instrument.pick", device=device)
    do(session, "instrument.load", tool="w1", access=ACCESS, over=None)
    do(session, "instrument.goal", tool="w1", depth_mm=depth_mm, mm_s=100.0)
    session.advance(session.now_us + round(1e4 * (depth_mm + 110.0)) + 200_000)


def test_a_larger_sheath_lets_in_what_the_smaller_refused(entered: Session) -> None:
    do(entered, "instrument.pick", device="pigtail-6f")
    do(entered, "instrument.load", tool="c1", access=ACCESS, over=None)
    assert refused(entered)["code"] == "does-not-fit"
    do(entered, "instrument.pick", device="sheath-6f-11cm")
    do(entered, "access.sheath", access=ACCESS, tool="s1")
    assert sheath_f(entered) == 6.0
    do(entered, "instrument.load", tool="c1", access=ACCESS, over=None)
    stack = entered.snapshot()["instruments"]["stacks"][ACCESS]
    assert [one["tool"] for one in stack["tools"]] == ["c1"]
    assert not entered.snapshot()["instruments"]["table"]  # the sheath is in, the other thrown away


def test_over_a_wire_it_is_changed_and_the_wire_stays_where_it_is(entered: Session, tmp_path: Path) -> None:
    lead_a_wire(entered)
    before = entered.snapshot()["instruments"]["stacks"][ACCESS]["tools"][0]["depth_mm"]
    do(entered, "instrument.pick", device="sheath-7f-11cm")
    do(entered, "access.sheath", access=ACCESS, tool="s1")
    assert sheath_f(entered) == 7.0
    assert entered.snapshot()["instruments"]["stacks"][ACCESS]["tools"][0]["depth_mm"] == before
    told = [
        line.entry() for line in read_lines(tmp_path / "s1" / "log.jsonl") if line.name == "sheath-changed"
    ]
    assert told[-1].data["from"] == "sheath-5f-11cm" and told[-1].data["over_wire"] is True


def test_a_sheath_comes_out_once_nothing_lies_in_it_and_the_access_is_none_any_more(entered: Session) -> None:
    lead_a_wire(entered)
    do(entered, "closing.remove_sheath", access=ACCESS)
    words = refused(entered)
    assert words["code"] == "sheath-in-use" and words["value"] == "w1"
    assert sheath_f(entered) == 5.0
    do(entered, "instrument.remove", tool="w1")
    entered.advance(entered.now_us + 2_000_000)
    do(entered, "closing.remove_sheath", access=ACCESS)
    assert ACCESS not in [one["id"] for one in entered.snapshot()["instruments"]["accesses"]]
    do(entered, "instrument.pick", device="sheath-6f-11cm")
    do(entered, "access.sheath", access=ACCESS, tool="s1")
    assert refused(entered)["code"] == "sheath-out"


def test_a_catheter_in_the_way_is_named_with_the_way_out_and_nothing_changes(entered: Session) -> None:
    lead_a_wire(entered)
    do(entered, "instrument.pick", device="cobra-2-5f")
    do(entered, "instrument.load", tool="c1", access=ACCESS, over="w1")
    do(entered, "instrument.pick", device="sheath-6f-11cm")
    do(entered, "access.sheath", access=ACCESS, tool="s1")
    words = refused(entered)
    assert words["code"] == "sheath-in-use" and words["where"] == "access.sheath" and words["value"] == "c1"
    assert "Cobra" in str(words["message"]) and words["way_out"]
    assert sheath_f(entered) == 5.0
    assert [one["tool"] for one in entered.snapshot()["instruments"]["table"]] == ["s1"]


@pytest.mark.parametrize(
    ("device", "depth_mm", "code"),
    [
        ("sheath-6f-11cm", -20.0, "wire-not-beyond"),
        ("sheath-5f-23cm", 60.0, "sheath-length"),
        ("sheath-guiding-over-6f-45cm", 60.0, "not-a-short-sheath"),
        ("cobra-2-5f", 60.0, "not-a-short-sheath"),
    ],
)
def test_what_no_hand_could_do_is_refused(entered: Session, device: str, depth_mm: float, code: str) -> None:
    lead_a_wire(entered, depth_mm)
    do(entered, "instrument.pick", device=device)
    tool = entered.snapshot()["instruments"]["table"][-1]["tool"]
    do(entered, "access.sheath", access=ACCESS, tool=tool)
    words = refused(entered)
    assert words["code"] == code and words["message"] and words["where"] and words["way_out"]
    assert sheath_f(entered) == 5.0


def test_a_longer_sheath_ends_farther_in_where_nothing_lies_in_the_old_one(entered: Session) -> None:
    short = entered.instruments.accesses[ACCESS]
    do(entered, "instrument.pick", device="sheath-5f-23cm")
    do(entered, "access.sheath", access=ACCESS, tool="s1")
    long = entered.instruments.accesses[ACCESS]
    assert long.sheath_mm == pytest.approx(short.sheath_mm + 120.0, abs=3.0)
    lead_a_wire(entered)
    stack = entered.snapshot()["instruments"]["stacks"][ACCESS]
    assert stack["sheath_mm"] == pytest.approx(long.sheath_mm, abs=0.1)


def test_a_session_that_is_brought_back_has_the_sheath_that_lay_there(entered: Session) -> None:
    do(entered, "instrument.pick", device="sheath-7f-11cm")
    do(entered, "access.sheath", access=ACCESS, tool="s1")
    plain, arrays = entered.instruments.state()
    do(entered, "instrument.pick", device="sheath-6f-11cm")
    do(entered, "access.sheath", access=ACCESS, tool="s2")
    assert sheath_f(entered) == 6.0
    entered.instruments.restore(plain, arrays)
    assert sheath_f(entered) == 7.0
