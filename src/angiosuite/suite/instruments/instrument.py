"""An instrument of a session: a device that was taken from the cupboard, and what was done to it since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import cos, pi, radians
from typing import Any

from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.dilator import Dilator
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.loader import Library
from angiosuite.content.needle import Needle
from angiosuite.content.shaft import Bend
from angiosuite.content.sheath import Sheath
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.rods.tool import Bent, Stretch, Tool

__all__ = ["Instrument", "device_named", "rod_tool"]

Rod = GuideWire | Catheter | Sheath
LETTER = {"guide-wire": "w", "catheter": "c", "sheath": "s"}
"""First letter of an instrument's id, by kind; a microcatheter's is m, all others' x."""


BOW_DEG, BOW = 135.0, 8.0
"""A tip that is bent over so far is a bow, and so much wider."""


@dataclass(frozen=True)
class Instrument:
    """One instrument on the table or in the patient.

    Parameters
    ----------
    id : str
        Its name in this session, w1, c1, m1, s1...
    device : DeviceItem
    is_wet : bool
        Whether its coat was wetted.
    is_flushed : bool
        Whether its lumen was filled with saline before it went in.
    shaped : tuple of (radius mm, degrees), optional
        The curve that fingers gave its tip.
    """

    id: str
    device: DeviceItem
    is_wet: bool = False
    is_flushed: bool = False
    shaped: tuple[float, float] | None = None

    @cached_property
    def rod(self) -> Rod:
        """What a chain can be made of.

        Raises
        ------
        WrongUse
            Of a syringe, a needle and all else that is not led through vessels.
        """
        part = self.device.part
        if not isinstance(part, GuideWire | Catheter | Sheath):
            raise WrongUse(
                f"{self.device.title} is not led into a vessel",
                code="not-led",
                value=self.device.id,
                way_out="Choose a wire, a catheter or a guiding sheath.",
            )
        return part

    @property
    def is_rod(self) -> bool:
        """Whether it is led through vessels."""
        return isinstance(self.device.part, GuideWire | Catheter | Sheath)

    @property
    def thickness_mm(self) -> float:
        """Outer diameter at the tip, mm."""
        return outer_mm(self.rod)

    @cached_property
    def is_tube(self) -> bool:
        """Whether something else can lie in it."""
        return isinstance(self.device.part, Catheter | Sheath | Dilator | Needle)

    @cached_property
    def length_mm(self) -> float:
        """From tip to hub, or to a wire's back end, mm."""
        return 10.0 * self.rod.length_cm

    @property
    def bends(self) -> tuple[Bend, ...]:
        """Its curve at rest, from the tip."""
        if self.shaped is not None:
            return (Bend(radius_mm=self.shaped[0], turn_deg=self.shaped[1]),)
        return self.rod.rest_shape

    @cached_property
    def turn_deg(self) -> float:
        """How far its tip is bent over at rest."""
        return abs(sum(bend.turn_deg or 0.0 for bend in self.bends))

    @cached_property
    def tip_area_mm2(self) -> float:
        """Area that its tip meets a wall with, mm2: of a wire its end, of a tube its ring.

        A tip that is bent over by 135 degrees or more meets it with its bow, eight times as
        wide (`research/devices.md` 2.4; draft).
        """
        rod = self.rod
        bore_mm = 0.0 if isinstance(rod, GuideWire) else rod.bore_mm
        bow = BOW if self.turn_deg >= BOW_DEG else 1.0
        return bow * pi / 4.0 * (outer_mm(rod) ** 2 - bore_mm**2)

    @property
    def coat(self) -> str | None:
        """What must be wetted before it slides."""
        part = self.device.part
        if isinstance(part, GuideWire):
            return part.coat if part.coat.startswith("hydrophilic") else None
        return "hydrophilic" if getattr(part, "hydrophilic", False) else None

    def state(self) -> dict[str, Any]:
        """What it is made of again."""
        shaped = None if self.shaped is None else list(self.shaped)
        return {
            "id": self.id,
            "device": self.device.id,
            "is_wet": self.is_wet,
            "is_flushed": self.is_flushed,
            "shaped": shaped,
        }

    @classmethod
    def of(cls, content: Library, state: Mapping[str, Any]) -> Instrument:
        """The instrument that :meth:`state` told of."""
        shaped = None if state["shaped"] is None else (state["shaped"][0], state["shaped"][1])
        device = device_named(content, state["device"])
        return cls(state["id"], device, state["is_wet"], state["is_flushed"], shaped)

    def with_curve(self, degrees: float, length_mm: float) -> Instrument:
        """The same with its tip shaped by fingers; 0 degrees make it what it was.

        Raises
        ------
        WrongUse
            Where its tip keeps no curve.
        """
        part = self.device.part
        if not isinstance(part, GuideWire) or not part.shapeable:
            raise WrongUse(
                f"The tip of {self.device.title} keeps no curve",
                code="not-shapeable",
                value=self.device.id,
                way_out="Choose a wire with a shapeable tip.",
            )
        if degrees < 1.0:
            return replace(self, shaped=None)
        return replace(self, shaped=(length_mm / radians(degrees), degrees))


def letter_of(device: DeviceItem) -> str:
    """What the ids of such devices begin with."""
    part = device.part
    if isinstance(part, Catheter) and part.family == "microcatheter":
        return "m"
    return LETTER.get(part.kind, "x")


def device_named(content: Library, name: str) -> DeviceItem:
    """The device of the content with this id; `WrongUse` where there is none."""
    item = content.get("devices", name).item
    assert isinstance(item, DeviceItem)
    return item


def rod_tool(instrument: Instrument) -> Tool:
    """The instrument as a chain sees it."""
    part = instrument.rod
    zones = part.shaft.zones
    stretches = [Stretch(zone.to_mm or 1e5, zone.ei_nmm2, zone.gj_nmm2) for zone in zones]
    friction = part.shaft.friction
    dry = instrument.coat is not None and not instrument.is_wet
    return Tool(
        stretches,
        [_bent(bend) for bend in instrument.bends],
        outer_mm=0.5 * outer_mm(part),
        bore_mm=0.0 if isinstance(part, GuideWire) else 0.5 * part.bore_mm,
        friction=friction.dry if dry else friction.wet,
        residual_per_mm=1e-3 * part.shaft.residual_per_m,
        length_mm=instrument.length_mm,
        **_yielding(part),
    )


def _yielding(part: Rod) -> dict[str, float]:
    """From which curvature on a wire stays bent, and where: its soft end springs back."""
    if not isinstance(part, GuideWire) or part.shaft.yield_radius_mm is None:
        return {}
    return {"yield_per_mm": 1.0 / part.shaft.yield_radius_mm, "yields_from_mm": part.floppy_mm}


def outer_mm(part: Rod) -> float:
    """Outer diameter at the tip, mm."""
    return part.diameter_mm if isinstance(part, GuideWire) else part.outer_mm


def _bent(bend: Bend) -> Bent:
    if bend.straight_mm is not None:
        return Bent(bend.straight_mm, 0.0)
    radius, turn = bend.radius_mm or 1.0, bend.turn_deg or 0.0
    return Bent(bend.length_mm, cos(0.0 if turn >= 0.0 else pi) / radius)
