"""A catheter that lies in a vessel: what it is, where its tip is, and whether the tip is free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Junction, VesselGraph
from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import Library
from angiosuite.kit.randomness import generator

from .way import Leg, Way, way_to

__all__ = ["Led", "Placed", "Tip", "catheter_named", "place", "placed_of", "pulled"]

Tip = Literal["free", "wall", "wedged"]

WEDGED_SHARE = 0.9
"""Share of the lumen's diameter from which a catheter stops the flow around it."""
WALL_SHARE: Mapping[str, float] = {"end": 0.30, "both": 0.12, "side": 0.03}
"""How often a tip that is put down rests against the wall, by its holes (own choice; draft)."""
UPSTREAM_MM = 2.0
SIDE_PLACES = 4
"""Places that side holes are taken together at."""
FREED_SHARE = 0.15
"""The same after a small pull and turn, as a share of that (own choice; draft)."""


@dataclass(frozen=True, slots=True)
class Led:
    """How a catheter lies that hands have led, as the blood meets it.

    Parameters
    ----------
    tool : str
        Its id among the session's instruments.
    outlets : tuple of (vessel, at mm, share)
        Where it gives contrast off.
    stretches : tuple of (vessel, from mm, to mm, outer radius mm)
        What of each vessel it and what surrounds it narrow.
    """

    tool: str
    outlets: tuple[tuple[str, float, float], ...]
    stretches: tuple[tuple[str, float, float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A catheter in the patient.

    Parameters
    ----------
    device : DeviceItem
        A catheter; of nothing else is anything laid.
    tip : Junction
    way : Way
        From the groin.
    contact : Tip
        How the tip lies; the person learns it from a puff or the pressure alone.
    is_checked : bool
        Whether they have.
    number : int
        Which placing of the session this is: it keys the chance of the wall.
    led : Led or None
        How it lies where hands have led it; None of one that was put down.
    """

    device: DeviceItem
    tip: Junction
    way: Way
    contact: Tip
    is_checked: bool
    number: int
    led: Led | None = None

    @property
    def holes(self) -> Literal["end", "side", "both"]:
        """Where contrast leaves it."""
        return holes_at(self.device.catheter)

    def outlets(self, graph: VesselGraph) -> tuple[tuple[str, float, float], ...]:
        """Where it gives contrast off, vessels, arc lengths, mm, and shares: the tip and its side holes.

        Holes share by their area; side holes are taken together at a few places.
        """
        if self.led is not None:
            return self.led.outlets
        tip = self.tip.vessel
        toward = 1.0 if self.way.legs[-1].end_mm >= self.way.legs[-1].begin_mm else -1.0
        length = graph.vessels[tip].length_mm
        shares: dict[float, float] = {}
        for back_mm, share in outlets_back_mm(self.device.catheter):
            at_mm = self.tip.at_mm - toward * back_mm
            at_mm = self.tip.at_mm if back_mm == 0.0 else float(np.clip(at_mm, 0.0, length))
            shares[at_mm] = shares.get(at_mm, 0.0) + share
        return tuple((tip, at_mm, share) for at_mm, share in shares.items())

    def stretches(self) -> tuple[tuple[str, float, float, float], ...]:
        """What it narrows of each vessel: vessel, from, to, mm, and its outer radius, mm."""
        if self.led is not None:
            return self.led.stretches
        radius_mm = 0.5 * self.device.catheter.outer_mm
        return tuple(
            (leg.vessel, min(leg.begin_mm, leg.end_mm), max(leg.begin_mm, leg.end_mm), radius_mm)
            for leg in self.way.legs
        )

    def holes_mm(self, graph: VesselGraph) -> dict[str, tuple[float, ...]]:
        """Arc lengths by vessel at which it gives contrast off: the tip, and amid its side holes."""
        found: dict[str, tuple[float, ...]] = {}
        for vessel, at_mm, _ in self.outlets(graph):
            found[vessel] = (*found.get(vessel, ()), at_mm)
        return found

    def upstream_mm(self, graph: VesselGraph) -> float:
        """Arc length on the tip's vessel a little upstream of the tip."""
        vessel = graph.vessels[self.tip.vessel]
        at_mm = self.tip.at_mm + (-UPSTREAM_MM if vessel.away else UPSTREAM_MM)
        return float(np.clip(at_mm, 0.0, vessel.length_mm))

    def checked(self) -> Placed:
        """The same, and the person knows how its tip lies."""
        return replace(self, is_checked=True)

    def show(self, graph: VesselGraph, limits: Mapping[str, Any] | None) -> dict[str, Any]:
        """For the page."""
        at_rest, _ = graph.vessels[self.tip.vessel].at(self.tip.at_mm)
        point = (
            at_rest if self.led is None else self.way.points_mm[-1]
        )  # one that is led lies as the body breathes
        catheter = self.device.catheter
        return {
            "device": self.device.id,
            "title": self.device.title,
            "french": round(catheter.french, 1),
            "vessel": self.tip.vessel,
            "vessel_name": graph.vessels[self.tip.vessel].name,
            "at_mm": round(self.tip.at_mm, 1),
            "length_mm": round(graph.vessels[self.tip.vessel].length_mm, 1),
            "tip_mm": [round(float(x), 1) for x in point],
            "course_mm": np.round(self.way.points_mm[::4], 1).tolist(),
            "holes": self.holes,
            "max_psi": catheter.max_psi,
            "max_ml_s": None if limits is None else limits["rate_ml_s"],
            "wall": self.contact if self.is_checked else None,
            "checked": self.is_checked,
        }

    def state(self) -> dict[str, Any]:
        """What it is made of again."""
        return {
            "device": self.device.id,
            "vessel": self.tip.vessel,
            "at_mm": self.tip.at_mm,
            "contact": self.contact,
            "is_checked": self.is_checked,
            "number": self.number,
            "led": None if self.led is None else asdict(self.led),
            "course": None if self.led is None else self.way.points_mm.tolist(),
        }


def catheter_named(content: Library, name: str) -> DeviceItem:
    """The catheter of the content with this id.

    Raises
    ------
    WrongUse
        When there is none, or it is another kind of device.
    """
    item = content.get("devices", name).item
    assert isinstance(item, DeviceItem)
    _ = item.catheter  # refuses what is none
    return item


def outlets_back_mm(catheter: Catheter) -> tuple[tuple[float, float], ...]:
    """How far behind its tip a catheter gives contrast off, mm, and in which shares."""
    holes = catheter.holes
    side_mm2 = holes.side * np.pi / 4.0 * (holes.side_mm or 0.0) ** 2
    end_mm2 = np.pi / 4.0 * catheter.bore_mm**2 if holes.end else 0.0
    if holes.side == 0 or side_mm2 <= 0.0:
        return ((0.0, 1.0),)
    along = (np.arange(SIDE_PLACES) + 0.5) / SIDE_PLACES
    back = (holes.from_tip_mm or 0.0) + (holes.over_mm or 0.0) * along
    side = side_mm2 / (end_mm2 + side_mm2) / SIDE_PLACES
    return ((0.0, end_mm2 / (end_mm2 + side_mm2)), *((float(mm), side) for mm in back))


def holes_at(catheter: Catheter) -> Literal["end", "side", "both"]:
    """Where the medium leaves a catheter."""
    if catheter.holes.side == 0:
        return "end"
    return "both" if catheter.holes.end else "side"


def place(graph: VesselGraph, device: DeviceItem, tip: Junction, seed: int, number: int) -> Placed:
    """A catheter put down in a vessel; how its tip lies is drawn from the session's seed.

    Raises
    ------
    RefusedInput
        When the vessel is not there, not so long, out of reach or too narrow.
    WrongUse
        When the device is no catheter.
    """
    way = way_to(graph, tip)
    return Placed(device, tip, way, _contact(graph, device, tip, seed, number, 1.0), False, number)


def pulled(placed: Placed, graph: VesselGraph, mm: float, seed: int, number: int, share: float) -> Placed:
    """The same catheter drawn back (advanced when negative) along its vessel, the tip drawn anew."""
    toward = 1.0 if placed.way.legs[-1].end_mm >= placed.way.legs[-1].begin_mm else -1.0
    length = graph.vessels[placed.tip.vessel].length_mm
    at_mm = float(np.clip(placed.tip.at_mm - toward * mm, 0.0, length))
    tip = Junction(placed.tip.vessel, at_mm)
    contact = _contact(graph, placed.device, tip, seed, number, share)
    return replace(placed, tip=tip, way=way_to(graph, tip), contact=contact, is_checked=False, number=number)


def placed_of(graph: VesselGraph, device: DeviceItem, state: Mapping[str, Any]) -> Placed:
    """The catheter that :meth:`Placed.state` told of."""
    tip = Junction(state["vessel"], state["at_mm"])
    known = state["contact"], state["is_checked"], state["number"]
    if state.get("led") is None:
        return Placed(device, tip, way_to(graph, tip), *known)
    kept = state["led"]
    outlets = tuple((vessel, at_mm, share) for vessel, at_mm, share in kept["outlets"])
    stretches = tuple((vessel, low, high, mm) for vessel, low, high, mm in kept["stretches"])
    way = led_way(tip, np.array(state["course"]))
    return Placed(device, tip, way, *known, Led(kept["tool"], outlets, stretches))


def led_way(tip: Junction, course_mm: NDArray[np.float64]) -> Way:
    """The way of a catheter that hands have led."""
    return Way((Leg(tip.vessel, 0.0, tip.at_mm),), course_mm, (tip.vessel,) * len(course_mm))


def _contact(
    graph: VesselGraph, device: DeviceItem, tip: Junction, seed: int, number: int, share: float
) -> Tip:
    _, radius_mm = graph.vessels[tip.vessel].at(tip.at_mm)
    if device.catheter.outer_mm > WEDGED_SHARE * 2.0 * radius_mm:
        return "wedged"
    drawn = float(generator(seed, "catheter-tip", number).random())
    return "wall" if drawn < share * WALL_SHARE[holes_at(device.catheter)] else "free"
