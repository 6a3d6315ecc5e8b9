"""The hands that `angiosuite bench wire` measures do what its row says: three tools move."""

from __future__ import annotations

from typing import Any

from angiosuite.bench.wire_fluoroscopy import ACCESS, handle, lead_in, shadow_ms
from angiosuite.suite.session import Session

from .test_instruments_in_a_session import events, run


def test_three_tools_lie_in_each_other_and_move(entered: Session) -> None:
    def tell(name: str, **arguments: Any) -> None:
        entered.command(name, arguments)

    def depth_mm(tool: str) -> float:
        return entered.instruments.hand(tool).depth_mm

    lead_in(tell, lambda seconds: run(entered, seconds), depth_mm)
    assert not events(entered, "command-refused"), events(entered, "command-refused")[0]
    stack = entered.instruments.stacks[ACCESS]
    assert [one.instrument.id for one in stack.lying] == ["w1", "m1", "c1"]
    assert all(one.depth_mm > 150.0 for one in stack.lying)
    before = stack.depths_mm
    handle(tell, 1)
    run(entered, 0.6)
    moved = [was - after for after, was in zip(stack.depths_mm, before, strict=True)]
    assert min(moved) > 3.0
    assert not events(entered, "command-refused")


def test_the_measured_shadow_is_one_of_three_tools() -> None:
    assert all(pixels > 1000 for _, pixels in (shadow_ms(0.0), shadow_ms(0.3)))
