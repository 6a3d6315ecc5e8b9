"""A balloon or a coil under fluoroscopy while contrast runs: does simulated time keep up with the clock?"""

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

TITLE = "fluoroscopy with a balloon, and with a coil"
NAME = "fluoroscopy 15/s, 512², wire, balloon going up and down, injection"
WIRE, BALLOON = ("w1", "wire-rosen-035-260", 260.0), ("c1", "balloon-10x40-035-80", 120.0)
SHEATH, INFLATOR = "sheath-8f-11cm", "inflator-20ml-30atm"
UP_ATM, DOWN_S, ROUND_S = 8.0, 6, 12
"""Pressure, when in each round it is let down, and how long a round is, s."""


COIL_NAME = "fluoroscopy 15/s, 512², wire, coil deploying, injection"
TUBES = (("c1", "cobra-2-5f", 200.0), ("m1", "microcatheter-2-4f", 240.0))
MOVED = ("right-femoral-vein", "w1", "wire-rosen-035-260", 150.0)
"""A wire that hands move, in a vein: nothing lies beside a coil in its catheter."""
COIL, PUSH_MM_S, PUSHED_S = "coil-detach-018-10x300", 100.0, 12.0
"""Brought to the tip in that time; out of it a coil of 300 mm comes no faster than in 25 s."""
WIRE_MM_S = 12.0


def rows(peers: Path | None) -> Iterator[Row]:
    """Share of real time in a served page, and of a session alone; no public peer has such a picture."""
    for name, scene in ((NAME, SCENE), (COIL_NAME, COIL_SCENE)):
        yield page_row(f"{name}, browser open", scene)
        alone, worked, made, drafts = session_alone(scene)
        note = (
            f"without page or server, {made} pictures, {drafts} of them drafts; {worked:.2f} s of processor"
        )
        note = f"{note} time a simulated second"
        yield Row(f"{name}, session alone", alone, "of real time", "higher", must=REAL_TIME, note=note)


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


def _coil_begins(tell: Send, wait: Wait, depth_mm_of: Depth) -> None:
    """Catheter and microcatheter with a coil at its tip; a wire in a vein; what is injected through."""
    for tool, device, depth_mm in TUBES:
        bring(tell, wait, depth_mm_of, (ACCESS, tool, device, depth_mm))
    bring(tell, wait, depth_mm_of, MOVED)
    bring(tell, wait, depth_mm_of, INJECTED)
    tell("instrument.pick", device=COIL)
    wait(0.2)
    tell("coil.load", tool="x1", through="m1")
    tell("coil.push", mm_s=PUSH_MM_S)
    wait(PUSHED_S)


def _coil_second(tell: Send, second: int) -> None:
    """The coil comes on, the wire goes on and back; a puff now and then."""
    tell("coil.push", mm_s=PUSH_MM_S)
    tell("instrument.drive", tool=MOVED[1], mm_s=WIRE_MM_S if second % 2 == 0 else -WIRE_MM_S, deg_s=30.0)
    give(tell, second)


SCENE = Scene(_begins, _second)
COIL_SCENE = Scene(_coil_begins, _coil_second)
