"""Baselines: the scripted operator and chance, run alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from angiosuite.gym.navigate import Navigate
from angiosuite.gym.operating import Operator
from angiosuite.gym.targets import TARGETS

__all__ = ["Agent", "Chance", "Outcome", "attempt", "operator_for"]

HELD_S = 1.0
"""How long chance keeps to what it drew: shorter, pushing and pulling cancel at once."""


class Agent(Protocol):
    """Whoever works the hands."""

    def act(self, shown: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """What the hands do now."""


class Chance:
    """Draws new rates for both hands every second.

    Parameters
    ----------
    tools : int
    draw : numpy.random.Generator
    """

    def __init__(self, tools: int, draw: np.random.Generator) -> None:
        self._tools, self._draw, self._rates = tools, draw, np.zeros(2 * tools, np.float32)
        self._left = 0

    def act(self, shown: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """Uniform over the action space."""
        if self._left <= 0:
            self._rates = self._draw.uniform(-1.0, 1.0, 2 * self._tools).astype(np.float32)
            self._left = round(HELD_S * 7.5)
        self._left -= 1
        return self._rates


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an episode ended.

    Parameters
    ----------
    is_reached : bool
    returned : float
        Sum of rewards.
    seconds : float
        Simulated.
    left_mm : float
        Way that was left at the end.
    vessel : str
        Where the leading tip was.
    """

    is_reached: bool
    returned: float
    seconds: float
    left_mm: float
    vessel: str


def operator_for(target: str) -> Operator:
    """The scripted operator, told how its target's usual catheter engages."""
    return Operator(TARGETS[target].is_hooked)


def attempt(env: Navigate, agent: Agent, seed: int, anatomy: int | None = None) -> Outcome:
    """One episode."""
    shown, info = env.reset(seed=seed, options=None if anatomy is None else {"anatomy": anatomy})
    returned, done, cut = 0.0, False, False
    while not (done or cut):
        shown, reward, done, cut, info = env.step(agent.act(shown))
        returned += reward
    return Outcome(done, returned, info["time_s"], info["left_mm"], info["vessel"])
