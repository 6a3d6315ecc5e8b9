"""`Aftermath`: contacts are judged, harms take effect, what comes loose is carried: the three in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from numpy.typing import NDArray

from angiosuite.content.loader import Library
from angiosuite.physics.flow.haemorrhage import NORMAL_ACT_S
from angiosuite.suite.circulation.harm import Perforation, Release
from angiosuite.suite.circulation.harms import Bleeding, Harms, nothing_relaxes

from .consequences import Consequences
from .contact import Contact
from .emboli import Emboli
from .patient_facts import PatientFacts
from .telling import Emit

__all__ = ["Aftermath"]

IN_HOLE_MM = 25.0
"""Nearer to the hole than this, its maker still plugs it."""


class Aftermath:
    """What the instruments of one session have done.

    Parameters
    ----------
    content : Library
        Whose hazards hold.
    seed : int
    emit : callable
        `Session.event`.
    blood : Bleeding
        The session's `Blood`.
    """

    def __init__(self, content: Library, seed: int, emit: Emit, blood: Bleeding) -> None:
        self.consequences = Consequences.of(content, seed, emit)
        self.emboli = Emboli(self.consequences.hazards, seed, emit)
        self.harms = Harms(blood)
        self._blood = blood
        self._holes: dict[str, tuple[str, float]] = {}

    def judge(self, contacts: Iterable[Contact], seconds: float, patient: PatientFacts) -> None:
        """What stacks did over a step; `seconds` is the length of the step of one contact."""
        for contact in contacts:
            for harm in self.consequences.judge(contact, seconds, patient):
                if isinstance(harm, Release):
                    self.release(harm, patient)
                    continue
                self.harms.apply(harm)
                if isinstance(harm, Perforation):
                    self._holes[harm.tool] = harm.vessel, harm.at_mm
            self._look_at_holes(contact)

    def release(self, what: Release, patient: PatientFacts) -> None:
        """Something leaves an instrument or a wall and is carried on."""
        for one in self.emboli.carry(what, self._blood.circulation, self.harms.mean_ml_s, patient):
            self.harms.apply(one)

    def step(
        self, seconds: float, act_s: float = NORMAL_ACT_S, relaxes: Callable[[str], float] = nothing_relaxes
    ) -> None:
        """Time goes on, before the blood's own step."""
        self.harms.step(seconds, act_s, relaxes, frozenset(self._holes))

    def out(self, tool: str) -> None:
        """An instrument was drawn out of the patient."""
        self._holes.pop(tool, None)
        self.consequences.out(tool)

    def _look_at_holes(self, contact: Contact) -> None:
        """An instrument that was drawn back from its hole plugs it no more."""
        for tip in contact.tips:
            hole = self._holes.get(tip.tool)
            if hole is None or tip.vessel < 0:
                continue
            vessel, at_mm = hole
            if contact.names[tip.vessel] != vessel or abs(tip.at_mm - at_mm) > IN_HOLE_MM:
                del self._holes[tip.tool]

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next step depends on."""
        plain, arrays = self.harms.state()
        whole = {
            "consequences": self.consequences.state(),
            "emboli": self.emboli.state(),
            "harms": plain,
            "holes": {tool: list(hole) for tool, hole in self._holes.items()},
        }
        return whole, dict(arrays)

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state`; before the circulation returns to its own."""
        self.consequences.restore(plain["consequences"])
        self.emboli.restore(plain["emboli"])
        self.harms.restore(plain["harms"], arrays)
        self._holes = {tool: (hole[0], hole[1]) for tool, hole in plain["holes"].items()}
