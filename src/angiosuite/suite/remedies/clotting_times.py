"""Clotting times that were asked for: a sample now, a result some minutes later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from angiosuite.kit.randomness import generator
from angiosuite.physics.physiology.coagulation import measured_act_s, result_after_s

__all__ = ["ClottingTimes", "Sample"]

MOST_KEPT = 24


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: when it was drawn, when it is read, and what will then be read, s."""

    drawn_us: int
    due_us: int
    read_s: float


class ClottingTimes:
    """The cartridges of one session.

    Parameters
    ----------
    seed : int
        Of the session; the scatter of each reading comes from it and the number of the sample.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn = 0
        self.waiting: tuple[Sample, ...] = ()
        self.read: tuple[Sample, ...] = ()
        """Results, oldest first."""

    def draw(self, act_s: float, now_us: int) -> Sample:
        """Blood of this clotting time goes into a cartridge."""
        self._drawn += 1
        chance = float(generator(self._seed, "clotting-time", self._drawn).standard_normal())
        read_s = measured_act_s(act_s, chance)
        sample = Sample(now_us, now_us + round(1e6 * result_after_s(read_s)), read_s)
        self.waiting = (*self.waiting, sample)
        return sample

    def come(self, now_us: int) -> tuple[Sample, ...]:
        """Results that have come since the last call, in the order in which they are due."""
        found = tuple(sorted((s for s in self.waiting if s.due_us <= now_us), key=lambda s: s.due_us))
        if found:
            self.waiting = tuple(s for s in self.waiting if s.due_us > now_us)
            self.read = (*self.read, *found)[-MOST_KEPT:]
        return found

    @property
    def last(self) -> Sample | None:
        """The sample drawn last of those that were read."""
        return max(self.read, key=lambda s: s.drawn_us, default=None)

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        kept = {"waiting": [asdict(s) for s in self.waiting], "read": [asdict(s) for s in self.read]}
        return {"drawn": self._drawn, **kept}

    def restore(self, plain: Mapping[str, Any]) -> None:
        """Go on from a `state`."""
        self._drawn = plain["drawn"]
        self.waiting = tuple(Sample(**one) for one in plain["waiting"])
        self.read = tuple(Sample(**one) for one in plain["read"])
