"""Where a dose through a catheter goes in, and which vessels lie downstream of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from angiosuite.kit.errors import WrongUse
from angiosuite.suite.instruments.tube_lumen import HAND_PSI, TubeLumen

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["Place", "WayIn"]

FLUSH_ML = 5.0
"""Saline that pushes a dose through the catheter."""
BESIDE_MM = 5.0
"""A branch so far upstream of the tip is reached too: it mixes in the jet (own choice; draft)."""


class Place(NamedTuple):
    """A tip: vessel and arc length, mm."""

    vessel: str
    at_mm: float


class WayIn:
    """Places that doses of one session went into.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._places: list[Place] = []

    def place(self, tool: str | None) -> Place:
        """Tip of the tube that a dose is to go through: this one, else the connected one.

        Raises
        ------
        WrongUse
            Where none is connected, hands push through it already, or clot closes it.
        """
        session, blood = self._session, self._session.blood
        placed = blood.placed
        if tool is not None and (placed is None or placed.led is None or placed.led.tool != tool):
            session.instruments.connect(tool)
            placed = blood.placed
        if placed is None:
            raise WrongUse(
                "No tube is connected to give it through",
                code="no-tube-connected",
                way_out="Connect a catheter that lies in the patient, or give it into a vein: route iv.",
            )
        if blood.desk.push is not None:
            raise WrongUse(
                "Hands push through this catheter already",
                code="hand-busy",
                way_out="Wait until it is given.",
            )
        column = blood.desk.column
        if isinstance(column, TubeLumen) and column.holds_psi > HAND_PSI:
            raise WrongUse(
                "Clot in the catheter lets nothing through",
                code="tube-clotted",
                way_out="Draw it out and flush it outside, or take another one.",
            )
        return Place(placed.tip.vessel, placed.tip.at_mm)

    def flush(self) -> None:
        """Push the dose through with saline."""
        self._session.blood.desk.flush(FLUSH_ML)
        self._session.blood.part()

    def key(self, place: Place | None) -> int:
        """Number of a place; -1 of what goes everywhere: none, or a vein."""
        if place is None or self._session.blood.graph.vessels[place.vessel].system != "artery":
            return -1
        if place not in self._places:
            self._places.append(place)
        return self._places.index(place)

    def at(self, key: int) -> Place | None:
        """The place with this number."""
        return self._places[key] if key >= 0 else None

    def reaching(self, vessel: str) -> frozenset[int]:
        """Numbers of the places whose doses flow into a vessel."""
        return frozenset(k for k, place in enumerate(self._places) if self._flows(place, vessel))

    def _flows(self, place: Place, vessel: str) -> bool:
        vessels = self._session.blood.graph.vessels
        if vessel not in vessels:
            return False
        left_mm: float | None = None
        name: str | None = vessel
        while name is not None:
            if name == place.vessel:
                return left_mm is None or left_mm > place.at_mm - BESIDE_MM
            parent = vessels[name].parent
            name, left_mm = (None, None) if parent is None else (parent.vessel, parent.at_mm)
        return False

    def state(self) -> list[list[Any]]:
        """The places, in the order of their numbers."""
        return [list(place) for place in self._places]

    def restore(self, plain: Sequence[Sequence[Any]]) -> None:
        """Go on from a `state`."""
        self._places = [Place(vessel, at_mm) for vessel, at_mm in plain]
