"""Instruments in a session: hands lead them, the log tells it, blood finds the catheter, nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from angiosuite.kit.log import read_lines
from angiosuite.suite.instruments.feeling import contact_of
from angiosuite.suite.session import Session

ACCESS = "right-femoral-artery"


def do(session: Session, name: str, **arguments: Any) -> None:
    """One command, and the 20 ms in which it takes effect."""
    session.command(name, arguments)
    run(session, 0.04)


def run(session: Session, seconds: float) -> None:
    session.advance(session.now_us + round(1e6 * seconds))


def tool(session: Session, name: str) -> dict[str, Any]:
    stacks = session.snapshot()["instruments"]["stacks"]
    return next(one for one in stacks[ACCESS]["tools"] if one["tool"] == name)


def events(session: Session, name: str) -> list[dict[str, Any]]:
    return [event for event in session.events if event["name"] == name]


def lead_a_wire(session: Session, depth_mm: float = 150.0) -> None:
    do(session, "instrument.pick", device="wire-j3-035-145")
    do(session, "instrument.load", tool="w1", access=ACCESS, over=None)
    do(session, "instrument.goal", tool="w1", depth_mm=depth_mm, mm_s=100.0)
    run(session, 0.01 * (depth_mm + 110.0) + 0.2)


def test_a_wire_is_led_from_the_sheath_into_the_aorta_and_the_log_tells_it(
    entered: Session, tmp_path: Path
) -> None:
    lead_a_wire(entered)
    wire = tool(entered, "w1")
    assert wire["depth_mm"] == pytest.approx(150.0)
    assert wire["back_mm"] == pytest.approx(1450.0 - 150.0 - 110.0, abs=0.5)
    seen = [line.entry() for line in read_lines(tmp_path / "s1" / "log.jsonl") if line.name == "instruments"]
    last = seen[-1].data[ACCESS][0]
    assert (last["tool"], last["vessel"]) == ("w1", "aorta")
    depths = [one.data[ACCESS][0]["depth_mm"] for one in seen if one.data.get(ACCESS)]
    assert depths == sorted(depths)  # a hand that only advances


def test_what_does_not_fit_is_refused_in_words_and_nothing_changes(entered: Session) -> None:
    do(entered, "instrument.pick", device="microcatheter-2-4f-150")
    do(entered, "instrument.pick", device="wire-j3-035-145")
    do(entered, "instrument.load", tool="m1", access=ACCESS, over=None)
    before = entered.snapshot()["instruments"]["stacks"]
    do(entered, "instrument.load", tool="w1", access=ACCESS, over=None)
    refused = events(entered, "command-refused")[-1]["data"]
    assert refused["code"] == "does-not-fit" and "0.889" in refused["message"]
    assert entered.snapshot()["instruments"]["stacks"] == before
    assert [one["tool"] for one in entered.snapshot()["instruments"]["table"]] == ["w1"]


def test_a_catheter_follows_the_wire_and_contrast_leaves_where_it_lies(entered: Session) -> None:
    lead_a_wire(entered)
    do(entered, "instrument.pick", device="pigtail-5f")
    do(entered, "instrument.flush", tool="c1")
    do(entered, "instrument.load", tool="c1", access=ACCESS, over="w1")
    do(entered, "instrument.goal", tool="c1", depth_mm=120.0, mm_s=100.0)
    run(entered, 3.0)
    assert tool(entered, "c1")["depth_mm"] == pytest.approx(120.0, abs=1.0)
    stack = entered.instruments.stacks[ACCESS]
    assert stack.chain is not None
    reach = stack.chain.inserted_mm
    _, contact = contact_of(stack, stack.chain, np.zeros(len(reach)), 0.02)
    wire, tube = contact.tips
    own_mm2 = stack.lying[1].instrument.tip_area_mm2
    assert tube.area_mm2 == pytest.approx(own_mm2 + np.pi / 4.0 * (0.035 * 25.4) ** 2, rel=0.02)
    assert wire.area_mm2 == stack.lying[0].instrument.tip_area_mm2
    do(entered, "instrument.remove", tool="w1")
    run(entered, 9.0)
    assert events(entered, "instrument-removed")[-1]["data"]["tool"] == "w1"
    placed = entered.blood.placed
    assert placed is not None and placed.tip.vessel == "aorta"
    do(entered, "hand.puff", ml=8.0, rate_ml_s=4.0)
    run(entered, 1.5)
    blood = entered.blood.blood
    edge, share = blood.edge_at("aorta", placed.tip.at_mm)
    assert float(blood.transport.at(np.array([edge]), np.array([share]))[0]) > 5.0


def test_a_restored_session_goes_on_with_the_same_bytes(entered: Session) -> None:
    lead_a_wire(entered, 90.0)
    do(entered, "instrument.drive", tool="w1", mm_s=40.0, deg_s=90.0)
    run(entered, 0.3)
    state, arrays = entered.state()
    arrays = {name: np.array(value) for name, value in arrays.items()}
    run(entered, 0.5)
    after = entered.instruments.stacks[ACCESS]
    x = after.chain.x.tobytes() if after.chain is not None else b""
    entered.restore(state, arrays)
    run(entered, 0.5)
    again = entered.instruments.stacks[ACCESS]
    assert again.chain is not None and again.chain.x.tobytes() == x


def test_a_wire_that_no_hand_holds_goes_on_as_before_in_a_restored_session(entered: Session) -> None:
    lead_a_wire(entered, 90.0)
    do(entered, "instrument.pick", device="pigtail-5f")
    do(entered, "instrument.load", tool="c1", access=ACCESS, over="w1")
    do(entered, "instrument.pin", tool="w1", on=False)
    do(entered, "instrument.goal", tool="c1", depth_mm=60.0, mm_s=80.0)
    run(entered, 2.5)
    state, arrays = entered.state()
    arrays = {name: np.array(value) for name, value in arrays.items()}
    stack = entered.instruments.stacks[ACCESS]
    assert stack.felt is not None
    felt = {name: getattr(stack.felt, name).copy() for name in ("wall_n", "tip_n", "drag_n", "held_n")}
    do(entered, "instrument.drive", tool="c1", mm_s=60.0, deg_s=0.0)
    run(entered, 0.3)
    first = entered.instruments.stacks[ACCESS].state()
    entered.restore(state, arrays)
    again = entered.instruments.stacks[ACCESS].felt
    assert again is not None and all((getattr(again, name) == was).all() for name, was in felt.items())
    do(entered, "instrument.drive", tool="c1", mm_s=60.0, deg_s=0.0)
    run(entered, 0.3)
    second = entered.instruments.stacks[ACCESS].state()
    assert second[0] == first[0] and all((second[1][name] == was).all() for name, was in first[1].items())


def test_hands_come_off_when_the_page_is_lost(entered: Session) -> None:
    lead_a_wire(entered, 60.0)
    do(entered, "instrument.drive", tool="w1", mm_s=50.0, deg_s=0.0)
    run(entered, 0.2)
    entered.release_xrays("operator-lost")
    entered.apply("session.safe", {"reason": "operator-lost"}, "system")
    depth = tool(entered, "w1")["depth_mm"]
    run(entered, 0.5)
    assert tool(entered, "w1")["depth_mm"] == pytest.approx(depth, abs=0.05)


def test_closing_counts_what_was_left_inside(entered: Session, tmp_path: Path) -> None:
    lead_a_wire(entered, 40.0)
    entered.close()
    told = [line.entry() for line in read_lines(tmp_path / "s1" / "log.jsonl") if line.name == "retained"]
    assert told[-1].data["tools"] == ["w1"]


def test_a_wire_in_the_lumen_slows_what_is_injected() -> None:
    from angiosuite.physics.flow.injection_line import SALINE, Bore, flow_at_limit_ml_s

    free = flow_at_limit_ml_s(100.0, Bore(1.19, 100.0), SALINE)
    around = flow_at_limit_ml_s(100.0, Bore(1.19, 100.0, wire_mm=0.889), SALINE)
    assert around < 0.12 * free


def test_flow_around_a_wire_is_that_of_an_annulus() -> None:
    """Closed form of laminar flow in it: 8 mu L Q / (pi [R4 - r4 - (R2 - r2)2 / ln(R/r)])."""
    from angiosuite.physics.flow.injection_line import PSI_PA, Bore, Fluid, line_pressure_psi

    outer, inner, length_cm, flow = 0.6, 0.4445, 100.0, 0.02
    thick = Fluid(0.0, 50.0, 50.0, 1.0)
    bore = Bore(2 * outer, length_cm, wire_mm=2 * inner)
    ratio = outer**4 - inner**4 - (outer**2 - inner**2) ** 2 / np.log(outer / inner)
    pa = 8.0 * 0.05 * length_cm * 1e-2 * flow * 1e-6 / (np.pi * ratio * 1e-12)
    assert line_pressure_psi(flow, bore, thick) * PSI_PA == pytest.approx(pa, rel=2e-3)
