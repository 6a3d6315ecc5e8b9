"""`Aftermath`: contacts are judged, harms take effect, what comes loose is carried: the three in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
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

QUIET_S, LONGEST_S = 0.3, 3.0
"""What is released goes as one once nothing has come for so long, or so long after it began."""
IN_HOLE_MM = 5.0
"""Nearer to the hole than this, its maker still plugs it from within the vessel."""


@dataclass(slots=True)
class _Loose:
    """What was released and has not gone yet, with when that began and when some came last."""

    what: Release
    first_s: float
    last_s: float


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
        self.pierced: list[str] = []
        """Instruments whose tips went through a wall since somebody looked."""
        self._holes: dict[str, tuple[str, float]] = {}
        self._loose: dict[str, _Loose] = {}

    def judge(self, contacts: Iterable[Contact], seconds: float, patient: PatientFacts) -> None:
        """What stacks did over a step; `seconds` is the length of the step of one contact."""
        for contact in contacts:
            for harm in self.consequences.judge(contact, seconds, patient):
                if isinstance(harm, Release):
                    self.carry(harm, patient)
                    continue
                self.harms.apply(harm)
                if isinstance(harm, Perforation):
                    self._holes[harm.tool] = harm.vessel, harm.at_mm
                    self.pierced.append(harm.tool)
            self._look_at_holes(contact)
        self._let_go(patient)

    def release(self, what: Release, patient: PatientFacts) -> None:
        """Something leaves an instrument: what comes on from the same one goes with it, told as one."""
        key, now = f"{what.tool}|{what.matter}|{what.vessel}", patient.moment_s
        known = self._loose.get(key)
        if known is None:
            self._loose[key] = _Loose(what, now, now)
            return
        known.what = replace(known.what, mm3=known.what.mm3 + what.mm3, at_mm=what.at_mm)
        known.last_s = now

    def _let_go(self, patient: PatientFacts) -> None:
        """What has come loose goes with the blood."""
        now = patient.moment_s
        for key, one in list(self._loose.items()):
            if now - one.last_s >= QUIET_S or now - one.first_s >= LONGEST_S:
                del self._loose[key]
                self.carry(one.what, patient)

    def carry(self, what: Release, patient: PatientFacts) -> None:
        """The blood takes something along now: where it is stuck is harm."""
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
            if hole is None or tip.outside or tip.vessel < 0:
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
            "loose": {key: asdict(one) for key, one in self._loose.items()},
        }
        return whole, dict(arrays)

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state`; before the circulation returns to its own."""
        self.consequences.restore(plain["consequences"])
        self.emboli.restore(plain["emboli"])
        self.harms.restore(plain["harms"], arrays)
        self._holes = {tool: (hole[0], hole[1]) for tool, hole in plain["holes"].items()}
        self._loose = {
            key: _Loose(Release(**one["what"]), one["first_s"], one["last_s"])
            for key, one in plain["loose"].items()
        }
