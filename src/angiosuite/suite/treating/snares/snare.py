"""`Snaring`: a snare over what was lost in the vessels: caught by a free end, pulled into a sheath."""

from __future__ import annotations

from collections.abc import Mapping
from math import degrees
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.coil import Coil
from angiosuite.content.delivery import delivers
from angiosuite.content.sheath import Sheath
from angiosuite.content.snare import Snare
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.treating.snare import STOP_N, Reach, why_not
from angiosuite.suite.instruments.instrument import Instrument
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.treating.coils.implant import Implant
from angiosuite.suite.treating.coils.tube import DeliveryTube, delivery_tube
from angiosuite.suite.treating.part import Arrays

from .seen import loop_drawn, loop_points

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["Snaring"]

Floats = NDArray[np.float64]

OUT_MM = 6.0
"""How far beyond its sheath a loop stands open: what lies between them it is over (own choice; draft)."""
HELD_SHARE = 0.6
"""A coil of which more has clotted lies in clot: no end of it is free (own choice; draft)."""
WIND_FREE_MM = 0.1
"""What a coil that comes folded by its middle leaves free of a bore (own choice; draft)."""
BUNCHED = 1.4
"""A plug that is not held by its screw bunches up: needs so many times the bore of its delivery (draft)."""


class Snaring:
    """One snare in a sheath that hands have led.

    Parameters
    ----------
    session : Session

    Notes
    -----
    **Model** the loop opens a little beyond the end of a guiding sheath, as wide as the vessel within its
    range, across the sheath. Closed, it takes the nearest free end of a coil or plug by the rules of
    `physics.treating.snare`. A pull then has to be more than what holds the thing in its vessel
    (`coil_hold`); it comes folded into the sheath, two winds of a coil beside each other, a plug bunched up:
    what is wider slips off at the mouth and stays there. The loop drags nothing about:
    nothing moves until it is pulled in. Filters have hooks of their own (`filter.snare`).
    Held by ``tests/suite/treating/snares/test_snare.py``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._open: tuple[Instrument, str] | None = None
        """The snare, and the sheath that it came through."""
        self.caught: str | None = None
        """Name of the coil or plug in its loop."""

    # ---- hands -------------------------------------------------------------------------------------------

    def open(self, tool: str, through: str) -> None:
        """Bring a snare through a sheath and open its loop."""
        mine = self._session.instruments
        if self._open is not None:
            raise _refused("A snare is in the patient already", "snare-open", tool, "Draw it back first.")
        one = mine.table.on_it(tool)
        if not isinstance(one.device.part, Snare):
            raise _refused(f"{one.device.title} is no snare", "not-a-snare", tool, "Pick a snare.")
        tube = delivery_tube(self._session, through)
        if not isinstance(tube.part, Sheath):
            raise _refused(
                "A snare comes through a sheath", "not-a-sheath", through, "Lead a guiding sheath."
            )
        if tube.holds:
            raise _refused("Something lies in the sheath", "sheath-in-use", tube.holds, "Draw it out first.")
        fit = delivers(tube.part, one.device.part)
        if not fit.fits:
            raise _refused(fit.words, "does-not-fit", one.device.id, fit.way_out)
        self._vessel(tube)
        mine.table.take(tool)
        self._open = one, tube.id
        data = {"tool": tool, "device": one.device.id, "through": tube.id, "loop_mm": self._loop_mm(tube)}
        self._event("opened", data, f"The loop of {one.device.title} is open")

    def close(self) -> None:
        """Draw the loop shut: it holds an end, or says why not."""
        one, _, tube = self._opened()
        if self.caught is not None:
            raise _refused("It holds something already", "snared", self.caught, "Pull, or let go.")
        near = self._nearest(tube)
        if near is None:
            self._event("missed", {"tool": one.id, "why": "nothing is there"}, "The snare takes nothing")
            return
        implant, end = near
        why = why_not(self._reach(tube, implant, end))
        data = {"tool": one.id, "implant": implant.name, "vessel": implant.vessel}
        if why is not None:
            self._event("missed", {**data, "why": why}, "The snare takes nothing")
            return
        self.caught = implant.name
        self._event("caught", data, f"The snare holds {implant.device.title}")

    def pull(self, force_n: float) -> None:
        """Pull what the loop holds into the sheath."""
        one, _, tube = self._opened()
        if self.caught is None:
            raise _refused("The loop holds nothing", "not-snared", None, "Close it on an end: snare.close.")
        coils, graph = self._session.treating.coils, self._session.blood.graph
        implant = next((it for it in coils.laid if it.name == self.caught), None)
        if implant is None:
            self.caught = None
            return
        holds = implant.hold_n(graph)
        data = {
            "tool": one.id, "implant": implant.name, "device": implant.device.id, "vessel": implant.vessel,
            "force_n": round(force_n, 2), "holds_n": round(holds, 2),
        }  # fmt: skip
        if min(force_n, STOP_N) <= holds:
            self._event("held", data, f"{implant.device.title} holds")
            return
        part = implant.part
        needs = 2.0 * part.wire_mm + WIND_FREE_MM if isinstance(part, Coil) else BUNCHED * part.lumen_mm
        data |= {"needs_mm": round(needs, 2), "bore_mm": round(tube.open_mm, 2)}
        self.caught = None
        if needs > tube.open_mm:
            coils.effect.drag(implant, self._vessel(tube), tube.at_mm)
            self._event("stripped", data, f"{implant.device.title} slips off at the sheath's mouth")
            return
        coils.retrieve(implant.name)
        self._event("retrieved", data, f"{implant.device.title} is out")

    def let_go(self) -> None:
        """Open the loop and draw the snare back onto the table."""
        one, _, _ = self._opened()
        self._session.instruments.table.lay(one)
        self._open = self.caught = None
        self._event("withdrawn", {"tool": one.id}, f"{one.device.title} is out")

    # ---- how it lies -------------------------------------------------------------------------------------

    def _opened(self) -> tuple[Instrument, str, DeliveryTube]:
        if self._open is None:
            raise _refused("No snare is open", "no-snare", None, "Open one first: snare.open.")
        return *self._open, delivery_tube(self._session, self._open[1])

    @staticmethod
    def _vessel(tube: DeliveryTube) -> str:
        if tube.vessel is None:
            raise _refused("The sheath's end lies in no vessel", "not-in-a-vessel", tube.id, "Advance it.")
        return tube.vessel

    def _loop_mm(self, tube: DeliveryTube) -> float:
        """How wide the loop stands: as the vessel, within its range."""
        assert self._open is not None
        part = self._open[0].device.part
        assert isinstance(part, Snare)
        _, radius = self._session.blood.graph.vessels[self._vessel(tube)].at(tube.at_mm)
        return float(np.clip(2.0 * radius, part.loop_mm.low, part.loop_mm.high))

    def _middle(self, tube: DeliveryTube) -> Floats:
        """Middle of the open loop: walls push a loop that nearly fills its vessel to the vessel's middle."""
        line = self._session.blood.graph.vessels[self._vessel(tube)]
        ahead = tube.tip_mm + OUT_MM * tube.way
        at_mm = float(line.arc_mm[int(np.argmin(((line.points_mm - ahead) ** 2).sum(axis=1)))])
        point, radius = line.at(at_mm)
        off = ahead - point
        off = off - (off @ tube.way) * tube.way
        size, free = float(np.linalg.norm(off)), max(radius - 0.5 * self._loop_mm(tube), 0.0)
        return np.asarray(ahead - off * (1.0 - min(free / max(size, 1e-9), 1.0)))

    def _nearest(self, tube: DeliveryTube) -> tuple[Implant, Floats] | None:
        """The coil or plug with the end that is nearest to the middle of the loop, and that end."""
        middle, best = self._middle(tube), None
        for one in self._session.treating.coils.laid:
            for end in self._ends(one):
                away = float(np.linalg.norm(end - middle))
                if best is None or away < best[0]:
                    best = away, one, end
        return None if best is None else best[1:]

    def _ends(self, one: Implant) -> list[Floats]:
        if one.strand is not None:
            return [one.strand.x[0], one.strand.x[one.strand.free - 1]]
        line = self._session.blood.graph.vessels[one.vessel]
        return [np.asarray(line.at(mm)[0]) for mm in one.span_mm]

    def _reach(self, tube: DeliveryTube, one: Implant, end: Floats) -> Reach:
        vessel = self._vessel(tube)
        line = self._session.blood.graph.vessels[vessel]
        ahead, _ = line.at(min(tube.at_mm + 2.0, line.length_mm))
        behind, _ = line.at(max(tube.at_mm - 2.0, 0.0))
        axis = (ahead - behind) / np.linalg.norm(ahead - behind)
        off = degrees(float(np.arccos(np.clip(abs(tube.way @ axis), 0.0, 1.0))))
        along = float((end - tube.tip_mm) @ tube.way)
        away = end - self._middle(tube)
        aside = float(np.linalg.norm(away - (away @ tube.way) * tube.way))
        is_free = one.clotted < HELD_SHARE and along > 0.0
        vessel_mm = 2.0 * line.at(tube.at_mm)[1]
        return Reach(self._loop_mm(tube), vessel_mm, off, aside, OUT_MM - along, is_free)

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """A sheath that came out brings its snare with it."""
        if self._open is not None and self._open[1] not in self._session.instruments.inside:
            one, _ = self._open
            self._session.instruments.table.lay(one)
            self._open = self.caught = None
            self._event("withdrawn", {"tool": one.id}, f"{one.device.title} came out with its sheath")

    def _event(self, name: str, data: Mapping[str, Any], text: str) -> None:
        self._session.event(f"snare-{name}", data, text)

    # ---- what is seen and told ---------------------------------------------------------------------------

    def tools(self) -> list[ToolSeen]:
        """The loop before its sheath."""
        if self._open is None or self._open[1] not in self._session.instruments.inside:
            return []
        tube = delivery_tube(self._session, self._open[1])
        if tube.vessel is None:
            return []
        wide = 0.0 if self.caught else self._loop_mm(tube)
        moved = tube.course_mm[-1] - tube.tip_mm
        points = loop_points(tube.tip_mm, tube.way, self._middle(tube), wide)
        return [ToolSeen(points + moved, loop_drawn())]

    def left(self) -> list[dict[str, Any]]:
        """A snare comes out."""
        return []

    def show(self) -> dict[str, Any]:
        """For the page."""
        one = self._open
        return {
            "tool": None if one is None else one[0].id,
            "title": None if one is None else one[0].device.title,
            "through": None if one is None else one[1],
            "caught": self.caught,
        }

    def observed(self) -> dict[str, Any] | None:
        """For the log; None while no snare is in the patient."""
        return None if self._open is None else self.show()

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values."""
        one = self._open
        return {"open": None if one is None else [one[0].state(), one[1]], "caught": self.caught}, {}

    def restore(self, plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`."""
        kept, content = plain["open"], self._session.room.content
        self._open = None if kept is None else (Instrument.of(content, kept[0]), kept[1])
        self.caught = plain["caught"]


def _refused(message: str, code: str, value: str | None, way_out: str) -> WrongUse:
    return WrongUse(message, code=code, where="snare", value=value, way_out=way_out)
