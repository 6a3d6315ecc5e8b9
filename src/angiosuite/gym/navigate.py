"""`Navigate`: lead wire and catheter from the groin into a vessel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, cast

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from angiosuite.gym.bench import Bench
from angiosuite.gym.case import make_case
from angiosuite.gym.flowing import Flowing
from angiosuite.gym.road import Place
from angiosuite.gym.screen import Screen
from angiosuite.gym.seen import Shown, chart_of, felt_of, measured, seen, space_of
from angiosuite.gym.targets import target_named
from angiosuite.kit.errors import WrongUse

__all__ = ["HZ", "MOST_MM_S", "MOST_RAD_S", "Navigate", "hands"]

HZ = 7.5
"""Actions a second."""
MOST_MM_S, MOST_RAD_S = 40.0, 4.0
"""What hands do at most: mm/s along, rad/s around."""
PER_MM, PER_STEP, REACHED = 0.01, -0.001, 10.0
"""Reward for each mm of way gained, each action, and the target."""


def hands(mm_s: Sequence[float], rad_s: Sequence[float]) -> NDArray[np.float32]:
    """The action that pushes (mm/s, negative pulls) and turns (rad/s) each tool, innermost first."""
    rates = np.stack([np.asarray(mm_s) / MOST_MM_S, np.asarray(rad_s) / MOST_RAD_S], axis=1)
    return np.clip(rates.ravel(), -1.0, 1.0).astype(np.float32)


class Navigate(gymnasium.Env[Shown, NDArray[np.float32]]):
    """One case after another.

    Parameters
    ----------
    target : str
        One of :data:`~angiosuite.gym.targets.TARGETS`.
    anatomies : sequence of int
        Persons of the family; each episode draws one of them.
    kit : sequence of str, optional
        Devices, innermost first; what is usual for the target when None.
    access : str
        Which groin.
    seconds : float
        Simulated time after which an episode is cut.
    home : path, optional
        Where baked lumens are kept.
    sees : {"state", "picture"}
        What is observed: numbers, or a picture and what hands know.
    flows : bool
        Whether blood flows in the vessels, and pressure and flow are observed too; the kit needs a catheter.

    Notes
    -----
    **Action** for each tool, innermost first, how fast it is pushed and turned at its hub, as shares of 40
    mm/s and 4 rad/s (:func:`hands` makes one from mm/s and rad/s), held for 1/7.5 s. **Observation** see
    :mod:`angiosuite.gym.seen`, :mod:`angiosuite.gym.screen` and :mod:`angiosuite.gym.flowing`.
    **Reward** 0.01 for each mm that the way through the tree from the leading tip to the goal got shorter,
    −0.001 an action, 10 for the target. **Terminated** when the leading tip lies the target's `deep_mm` (10)
    beyond the mouth. **Truncated** when time is up. Held by ``tests/gym/test_navigate.py``;
    ``docs/explain/navigate.md`` says more.
    """

    metadata = {"render_modes": [], "render_fps": HZ}  # noqa: RUF012

    def __init__(
        self,
        target: str = "right-renal",
        anatomies: Sequence[int] = (0,),
        kit: Sequence[str] | None = None,
        access: str = "right-femoral-artery",
        seconds: float = 240.0,
        home: str | Path | None = None,
        sees: Literal["state", "picture"] = "state",
        flows: bool = False,
    ) -> None:
        if not len(anatomies):
            raise WrongUse("Navigate needs an anatomy", code="no-anatomy", where="anatomies", value=anatomies)
        if sees not in ("state", "picture"):
            raise WrongUse(
                "Navigate shows a state or a picture",
                code="bad-observation",
                where="sees",
                value=sees,
                way_out='Choose "state" or "picture".',
            )
        self.target, self.anatomies = target_named(target), tuple(int(one) for one in anatomies)
        self._kit = self.target.kit if kit is None else tuple(kit)
        self._access, self._home = access, None if home is None else Path(home)
        self.seconds, self._sees, self._flows = seconds, sees, flows
        count = len(self._kit)
        self.action_space = spaces.Box(-1.0, 1.0, (2 * count,), np.float32)
        self.observation_space = cast("spaces.Space[Shown]", space_of(count, sees, flows))
        self.bench: Bench | None = None
        self.flowing: Flowing | None = None
        """The blood, where it flows."""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Shown, dict[str, Any]]:
        """A new case: a person is drawn, the tools lie turned by chance, the wire just beyond the sheath.

        `options` may name the person: ``{"anatomy": 3}``.
        """
        super().reset(seed=seed)
        number = self.anatomies[int(self.np_random.integers(len(self.anatomies)))]
        number = int((options or {}).get("anatomy", number))
        case = make_case(self.target.id, number, self._kit, self._access, self._home)
        self.bench = Bench(case, self.np_random.uniform(-np.pi, np.pi, len(self._kit)))
        self._chart = chart_of(case)
        if self._sees == "picture":
            self._screen = Screen(case, int(self.np_random.integers(2**31)))
        if self._flows:
            self.flowing = Flowing(self.bench, self._home, int(self.np_random.integers(2**31)))
        self._time_s = 0.0
        place, shown = self._look()
        self._left_mm = place.left_mm
        return shown, self._info(place)

    def step(self, action: NDArray[np.float32]) -> tuple[Shown, float, bool, bool, dict[str, Any]]:
        """Hold the hands' rates for 1/7.5 s."""
        if self.bench is None:
            raise gymnasium.error.ResetNeeded("Call reset before step")
        wanted = np.clip(np.nan_to_num(np.asarray(action, np.float64)), -1.0, 1.0)
        self.bench.advance(wanted[0::2] * MOST_MM_S, wanted[1::2] * MOST_RAD_S, 1.0 / HZ)
        if self.flowing is not None:
            self.flowing.advance(1.0 / HZ)
        self._time_s += 1.0 / HZ
        place, shown = self._look()
        reward = PER_MM * (self._left_mm - place.left_mm) + PER_STEP + (REACHED if place.is_beyond else 0.0)
        self._left_mm = place.left_mm
        cut = not place.is_beyond and self._time_s >= self.seconds - 1e-9
        return shown, float(reward), place.is_beyond, cut, self._info(place)

    def _look(self) -> tuple[Place, Shown]:
        assert self.bench is not None
        tip = self.bench.tip_mm
        place = self.bench.case.road.place(tip)
        if self._sees == "picture":
            picture = self._screen.picture(self.bench, 1.0 / HZ)
            shown = {"picture": picture, **felt_of(self.bench, self._time_s)}
        else:
            shown = seen(self.bench, self._chart, place, tip, self._time_s)
        if self.flowing is not None:
            shown |= measured(self.flowing, place)
        return place, shown

    def _info(self, place: Place) -> dict[str, Any]:
        assert self.bench is not None
        told = {} if self.flowing is None else {"contact": self.flowing.contact}
        return {
            **told,
            "anatomy": self.bench.case.number,
            "vessel": place.vessel,
            "left_mm": place.left_mm,
            "is_reached": place.is_beyond,
            "time_s": self._time_s,
        }
