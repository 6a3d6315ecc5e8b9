"""What the tests of treatment do with their hands: a wire up the aorta, a catheter over it to a place."""

from __future__ import annotations

from typing import Any

from angiosuite.suite.session import Session
from angiosuite.suite.treating.site import Site, site_of

ACCESS = "right-femoral-artery"
AORTA = "aorta"


def do(session: Session, name: str, **arguments: Any) -> None:
    """One command, and the 40 ms in which it takes effect."""
    session.command(name, arguments)
    run(session, 0.04)


def run(session: Session, seconds: float) -> None:
    """Time goes on."""
    session.advance(session.now_us + round(1e6 * seconds))


def events(session: Session, name: str) -> list[dict[str, Any]]:
    """Data of the events of a name, oldest first."""
    return [event["data"] for event in session.events if event["name"] == name]


def wire_up(session: Session, sheath: str = "sheath-8f-11cm") -> None:
    """A stiff wire lies in the aorta, a wide sheath in the groin, an inflator on the table."""
    do(session, "instrument.pick", device=sheath)
    do(session, "access.sheath", access=ACCESS, tool="s1")
    do(session, "instrument.pick", device="wire-rosen-035-260")
    do(session, "instrument.load", tool="w1", access=ACCESS, over=None)
    do(session, "instrument.goal", tool="w1", depth_mm=240.0, mm_s=100.0)
    run(session, 4.0)
    do(session, "instrument.pick", device="inflator-20ml-30atm")


def site(session: Session, tool: str, from_tip_mm: float, length_mm: float) -> Site:
    """Where a stretch of an instrument lies."""
    stack, _ = session.instruments.lying(tool)
    bore = session.instruments.sheath_bore_mm(stack.access)
    return site_of(stack, stack.index(tool), session.blood.graph, from_tip_mm, length_mm, bore)


def bring(session: Session, device: str, at_mm: float, from_tip_mm: float, length_mm: float) -> str:
    """Bring a device over the wire until the middle of a stretch of it lies at a place of the aorta."""
    do(session, "instrument.pick", device=device)
    tool = list(session.instruments.table.items)[-1]
    do(session, "instrument.flush", tool=tool)
    do(session, "instrument.load", tool=tool, access=ACCESS, over="w1")
    do(session, "instrument.goal", tool=tool, depth_mm=60.0, mm_s=100.0)
    run(session, 2.5)
    for _ in range(6):
        vessel, now = site(session, tool, from_tip_mm, length_mm).middle
        assert vessel in (AORTA, ""), vessel
        off = now - at_mm
        if vessel and abs(off) < 1.0:
            return tool
        depth = session.instruments.lying(tool)[1].depth_mm + (off if vessel else 20.0)
        do(session, "instrument.goal", tool=tool, depth_mm=depth, mm_s=60.0)
        run(session, abs(off) / 60.0 + 0.4)
    raise AssertionError(f"{device} did not come to {at_mm} mm")
