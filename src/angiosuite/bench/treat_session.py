"""A balloon that goes up and down under fluoroscopy while contrast runs: does time keep up with the clock?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from angiosuite.bench.row import Row
from angiosuite.bench.runs_room import REAL_TIME
from angiosuite.bench.wire_fluoroscopy import (
    ACCESS,
    INJECTED,
    Depth,
    Scene,
    Send,
    Wait,
    bring,
    give,
    page_row,
    session_alone,
)

TITLE = "fluoroscopy with a balloon"
NAME = "fluoroscopy 15/s, 512², wire, balloon going up and down, injection"
WIRE, BALLOON = ("w1", "wire-rosen-035-260", 260.0), ("c1", "balloon-10x40-035-80", 120.0)
SHEATH, INFLATOR = "sheath-8f-11cm", "inflator-20ml-30atm"
UP_ATM, DOWN_S, ROUND_S = 8.0, 6, 12
"""Pressure, when in each round it is let down, and how long a round is, s."""


def rows(peers: Path | None) -> Iterator[Row]:
    """Share of real time in a served page, and of a session alone; no public peer has such a picture."""
    yield page_row(f"{NAME}, browser open", SCENE)
    alone, worked, made, drafts = session_alone(SCENE)
    note = f"without page or server, {made} pictures, {drafts} of them drafts; {worked:.2f} s of processor"
    note = f"{note} time a simulated second"
    yield Row(f"{NAME}, session alone", alone, "of real time", "higher", must=REAL_TIME, note=note)


def _begins(tell: Send, wait: Wait, depth_mm_of: Depth) -> None:
    """Wire, balloon over it and its inflator; what is injected through lies in the other groin."""
    tell("instrument.pick", device=SHEATH)
    wait(0.1)
    tell("access.sheath", access=ACCESS, tool="s1")
    wait(0.2)
    bring(tell, wait, depth_mm_of, (ACCESS, *WIRE))
    tool, device, depth_mm = BALLOON
    for command, more in (("pick", {"device": device}), ("flush", {"tool": tool})):
        tell(f"instrument.{command}", **more)
        wait(0.1)
    tell("instrument.pick", device=INFLATOR)
    tell("instrument.load", tool=tool, access=ACCESS, over="w1")
    wait(0.2)
    tell("instrument.goal", tool=tool, depth_mm=depth_mm, mm_s=60.0)
    wait(6.0)
    tell("balloon.prepare", tool=tool)
    bring(tell, wait, depth_mm_of, INJECTED)


def _second(tell: Send, second: int) -> None:
    """Up in the first half of a round, down in the second; a puff now and then."""
    if second % ROUND_S == 0:
        tell("balloon.inflate", tool=BALLOON[0], atm=UP_ATM)
    elif second % ROUND_S == DOWN_S:
        tell("balloon.deflate", tool=BALLOON[0])
    give(tell, second)


SCENE = Scene(_begins, _second)
