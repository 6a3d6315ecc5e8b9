"""`Deliveries`: what leaves catheters of each syringe, told as a whole once it lies where it stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from angiosuite.suite.circulation.agents import Agents
from angiosuite.suite.circulation.catheter import Placed
from angiosuite.suite.circulation.circulation import Circulation

from .delivery import Delivery, beds_beyond

__all__ = ["Deliveries"]

LEAST_ML = 1e-7
"""Less solid volume than this has not left the tip."""
PLACE_MM = 5.0
"""A tip that was moved so far gives somewhere else."""


class Deliveries:
    """Injections while they go on, one of a syringe at a time.

    Parameters
    ----------
    missed : callable
        Told of a delivery some of which lodged where it was not meant to, with ml by organ; once of each.
    over : callable
        Told of a delivery that is over.

    Notes
    -----
    **Model** a delivery begins when something of a syringe leaves the tip and goes on until nearly all of
    that lies somewhere. What follows meanwhile from the same place is part of it, however often the thumb
    stopped, and so is what contrast or saline pushes out of the lumen later: haste hides nothing. Where the
    tip was moved meanwhile, what is carried yet is told of with what comes from the new place.
    Held by ``tests/suite/treating/agents/test_agents.py``.
    """

    def __init__(
        self,
        missed: Callable[[Delivery, Mapping[str, float]], None],
        over: Callable[[Delivery], None],
    ) -> None:
        self._missed, self._over = missed, over
        self.going: dict[int, Delivery] = {}
        self._told_ml: dict[int, float] = {}

    def follow(self, circulation: Circulation, placed: Placed | None, seconds: float, *, busy: bool) -> None:
        """What came of the last step; `busy` while something is pushed through the connected catheter."""
        agents = circulation.agents
        if agents is None:
            return
        for number, given in agents.given_ml.items():
            self._take_up(circulation, agents, placed, number, given)
        for number, one in list(self.going.items()):
            one.step(seconds, is_given=busy)
            missed = {} if one.is_told else one.missed(circulation.graph, agents)
            if missed:
                one.is_told = True
                self._missed(one, missed)
            if one.is_over(agents):
                self._end(number, agents)

    def _take_up(
        self, circulation: Circulation, agents: Agents, placed: Placed | None, number: int, given: float
    ) -> None:
        going = self.going.get(number)
        before = self._told_ml.get(number, 0.0) if going is None else going.newest_ml
        if placed is None or given <= before + LEAST_ML:
            return
        vessel, at_mm = placed.tip.vessel, placed.tip.at_mm
        if going is not None and (going.vessel != vessel or abs(going.at_mm - at_mm) > PLACE_MM):
            self._end(number, agents)
            going = None
        if going is None:
            target = beds_beyond(circulation, vessel, at_mm)
            going = Delivery.begun(number, vessel, at_mm, target, agents, before)
            self.going[number] = going
        going.newest_ml = given

    def _end(self, number: int, agents: Agents) -> None:
        self._told_ml[number] = agents.given_ml.get(number, 0.0)
        self._over(self.going.pop(number))

    def state(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "going": [one.state() for one in self.going.values()],
            "told_ml": [[number, ml] for number, ml in self._told_ml.items()],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """From a `state`."""
        made = [Delivery.restored(one) for one in state["going"]]
        self.going = {one.number: one for one in made}
        self._told_ml = {int(number): float(ml) for number, ml in state["told_ml"]}
