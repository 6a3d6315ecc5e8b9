"""`Consequences`: what a session's instruments do to its patient, judged step by step on what they touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import Library
from angiosuite.suite.circulation.harm import Harm

from .contact import Contact
from .hazards import Hazards
from .heart_touch import HeartTouch
from .holding import Holding
from .instrument import device_named
from .kinking import Kinking
from .patient_facts import PatientFacts
from .telling import Emit
from .traits import Traits, traits_of
from .waiting import Waiting
from .wall_harms import WallHarms

__all__ = ["Consequences"]


class Consequences:
    """All that instruments can do, one per session.

    Parameters
    ----------
    hazards : Hazards
    seed : int
        The session's: the same seed and the same contacts give the same harms.
    emit : callable
        Takes events: name, data, words (`Session.event`).
    device : callable
        The content of a device by its id.

    Notes
    -----
    Walls are judged on what presses on them, not on what the hand feels (`wall_harms`), shapes on curvature
    and crossing (`kinking`), holding on what is fed, drawn and left behind (`holding`), the heart on where
    tips are (`heart_touch`). Nothing forbids anything: all of it happens, is told, and is seen afterwards.
    Held by ``tests/suite/instruments/test_consequences.py``.
    """

    def __init__(self, hazards: Hazards, seed: int, emit: Emit, device: Callable[[str], DeviceItem]) -> None:
        self.hazards = hazards
        self.waiting = Waiting(seed)
        self._device = device
        self._traits: dict[str, Traits] = {}
        self.walls = WallHarms(hazards, self.waiting, emit)
        self.kinking = Kinking(hazards, self.waiting, emit)
        self.holding = Holding(hazards, emit)
        self._heart = HeartTouch(hazards, self.waiting, emit)

    @classmethod
    def of(cls, content: Library, seed: int, emit: Emit) -> Consequences:
        """With the hazards and devices of a library."""
        return cls(Hazards.of(content), seed, emit, lambda name: device_named(content, name))

    def judge(self, contact: Contact, seconds: float, patient: PatientFacts) -> list[Harm]:
        """What one stack did over one step; events are told, harms to the vessels returned."""
        for tip in contact.tips:
            if tip.device not in self._traits:
                self._traits[tip.device] = traits_of(self._device(tip.device))
        self.kinking.judge(contact, seconds, patient, self._traits)
        self.holding.judge(contact, seconds, patient, self._traits)
        self._heart.judge(contact, seconds, patient, self._traits)
        return self.walls.judge(contact, seconds, patient, self._traits)

    def out(self, tool: str) -> None:
        """A tool was drawn out of the patient."""
        self.kinking.out(tool)
        self.holding.out(tool)

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on, as plain values."""
        return {
            "waiting": self.waiting.state(),
            "walls": self.walls.state(),
            "kinking": self.kinking.state(),
            "holding": self.holding.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.waiting.restore(state["waiting"])
        self.walls.restore(state["walls"])
        self.kinking.restore(state["kinking"])
        self.holding.restore(state["holding"])
