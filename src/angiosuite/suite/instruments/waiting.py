"""Waiting for a hazard: when an event with a rate happens, whatever the length of a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from angiosuite.kit.randomness import generator

__all__ = ["Waiting", "drawn"]


def drawn(seed: int, what: str, count: int, low: float, high: float) -> float:
    """A number between two, the same for the same three names."""
    return low if low == high else float(generator(seed, f"harm:{what}", count).uniform(low, high))


@dataclass(slots=True)
class Wait:
    """One hazard at one place.

    Parameters
    ----------
    above_s : float
        How long it has been above its threshold without a break.
    sum : float
        Hazard that has gathered.
    limit : float
        Hazard at which it happens.
    count : int
        How often it has happened.
    until_s : float
        Before that it happens no second time.
    """

    above_s: float = 0.0
    sum: float = 0.0
    limit: float = -1.0
    count: int = 0
    until_s: float = -1.0


class Waiting:
    """All hazards that are under way, by kind and place.

    Parameters
    ----------
    seed : int
        The session's.

    Notes
    -----
    **Model** a hazard of rate h(t) has happened once its integral exceeds a number that was drawn from the
    exponential distribution of mean 1 beforehand, so that neither the length of a step nor the order of
    calls changes when: ``P(not before t) = exp(-integral of h)``. The number belongs to seed, kind, place and
    count. **Source** inversion of a survival function (textbook). **Valid for** any rate.
    Held by ``tests/suite/instruments/test_waiting.py``.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._waits: dict[str, Wait] = {}

    def _of(self, kind: str, place: str) -> Wait:
        return self._waits.setdefault(f"{kind}|{place}", Wait())

    def dwell(self, kind: str, place: str, is_above: bool, seconds: float) -> float:
        """How long a place has been above its threshold, s; 0 once it is not."""
        if not is_above:
            known = self._waits.get(f"{kind}|{place}")
            if known is not None:
                known.above_s = 0.0
            return 0.0
        wait = self._of(kind, place)
        wait.above_s += seconds
        return wait.above_s

    def gather(self, kind: str, place: str, hazard: float) -> bool:
        """Whether it happens over a step with this hazard (rate times time or way)."""
        if hazard <= 0.0:
            return False
        wait = self._of(kind, place)
        if wait.limit < 0.0:
            wait.limit = float(generator(self.seed, f"hazard:{kind}|{place}", wait.count).exponential())
        wait.sum += hazard
        return wait.sum >= wait.limit

    def rests(self, kind: str, place: str, now_s: float) -> bool:
        """Whether it has just happened there and may not again yet."""
        known = self._waits.get(f"{kind}|{place}")
        return known is not None and now_s < known.until_s

    def happened(self, kind: str, place: str, until_s: float = -1.0) -> int:
        """It has happened: begin anew; how often before."""
        wait = self._of(kind, place)
        wait.above_s, wait.sum, wait.limit, wait.until_s = 0.0, 0.0, -1.0, until_s
        wait.count += 1
        return wait.count - 1

    def places(self, kind: str) -> list[str]:
        """Where a kind is under way above its threshold."""
        head = f"{kind}|"
        return [
            key.removeprefix(head)
            for key, wait in self._waits.items()
            if wait.above_s and key.startswith(head)
        ]

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {key: asdict(wait) for key, wait in self._waits.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._waits = {key: Wait(**wait) for key, wait in state.items()}
