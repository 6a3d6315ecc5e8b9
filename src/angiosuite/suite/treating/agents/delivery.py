"""`Delivery`: one injection of an agent, and what share of it went where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.suite.circulation.agents import Agents, Bed
from angiosuite.suite.circulation.circulation import Circulation
from angiosuite.suite.instruments.emboli import organ_of

__all__ = ["Delivery", "beds_beyond", "shares_told", "vessels_beyond"]

NEAR_MM = 2.0
"""A branch that leaves so near behind the tip counts as beyond it."""
MISSED_SHARE, MISSED_ML = 0.01, 1e-4
"""What goes elsewhere is told from this share of what was given, and this much solid volume, on."""
SETTLED_SHARE, LONGEST_S = 0.02, 8.0
"""An injection is over once so little of it is carried yet, or so long after its end."""


@dataclass(slots=True)
class Delivery:
    """An injection while it goes on.

    Parameters
    ----------
    number : int
        Of the preparation.
    vessel : str
    at_mm : float
        Where the tip is.
    target : frozenset of Bed
        Beds beyond it.
    before : dict
        Solid volume that lodged in each bed before it.
    given_before_ml, carried_before_ml, gone_before_ml, stuck_before_ml : float
        What had left the tip before it, what of that was carried yet, had left the vessels, or had stopped in
        drawn ones. What is carried yet lands among what is told of this one, and counts as part of it.
    since_s : float
        Its end, or 0.
    is_told : bool
        Whether what went elsewhere was told.
    newest_ml : float
        Solid volume of the preparation that had left the tip when some last did.
    """

    number: int
    vessel: str
    at_mm: float
    target: frozenset[Bed]
    before: dict[Bed, float]
    given_before_ml: float
    gone_before_ml: float
    stuck_before_ml: float
    carried_before_ml: float = 0.0
    since_s: float = 0.0
    is_told: bool = False
    newest_ml: float = 0.0

    @classmethod
    def begun(
        cls,
        number: int,
        vessel: str,
        at_mm: float,
        target: frozenset[Bed],
        agents: Agents,
        given_before_ml: float,
    ) -> Delivery:
        """Of a preparation, from a tip, with what had left it before."""
        lies_ml = agents.organs_ml(number)
        gone_ml, stuck_ml = _gone_ml(agents, number), sum(agents.stuck_ml.get(number, {}).values())
        carried_ml = max(given_before_ml - sum(lies_ml.values()) - gone_ml - stuck_ml, 0.0)
        return cls(number, vessel, at_mm, target, lies_ml, given_before_ml, gone_ml, stuck_ml, carried_ml)

    def step(self, seconds: float, *, is_given: bool) -> None:
        """Time goes on."""
        self.since_s = 0.0 if is_given else self.since_s + seconds

    def is_over(self, agents: Agents) -> bool:
        """Whether all that is told of it is known."""
        if self.since_s <= 0.0:
            return False
        given = self._whole_ml(agents)
        carried = agents.suspended.carried_ml(self.number)
        return carried <= SETTLED_SHARE * given or self.since_s > LONGEST_S

    def _whole_ml(self, agents: Agents) -> float:
        """Solid volume that is told of: what left the tip, and what was carried yet when it began to."""
        return agents.given_ml.get(self.number, 0.0) - self.given_before_ml + self.carried_before_ml

    def _new(self, agents: Agents) -> dict[Bed, float]:
        now = agents.lodged_ml.get(self.number, {})
        new = {bed: ml - self.before.get(bed, 0.0) for bed, ml in now.items()}
        return {bed: ml for bed, ml in new.items() if ml > 0.0}

    def missed(self, graph: VesselGraph, agents: Agents) -> dict[str, float]:
        """Solid volume that lodged where it was not meant to, ml by organ; what is too little is left out."""
        given = self._whole_ml(agents)
        found: dict[str, float] = {}
        for bed, ml in self._new(agents).items():
            if bed not in self.target:
                organ = organ_of(graph, bed[0])
                found[organ] = found.get(organ, 0.0) + ml
        least = max(MISSED_SHARE * given, MISSED_ML)
        return found if sum(found.values()) >= least else {}

    def told(self, graph: VesselGraph, agents: Agents) -> dict[str, Any]:
        """What went where, as shares of what left the tip: by bed, by organ, missed, stuck, gone."""
        given = self._whole_ml(agents)
        whole = max(given, 1e-12)
        beds: dict[str, float] = {}
        organs: dict[str, float] = {}
        missed = 0.0
        for bed, ml in self._new(agents).items():
            beds[bed[0]] = beds.get(bed[0], 0.0) + ml / whole
            organ = organ_of(graph, bed[0])
            organs[organ] = organs.get(organ, 0.0) + ml / whole
            missed += 0.0 if bed in self.target else ml / whole
        stuck = sum(agents.stuck_ml.get(self.number, {}).values()) - self.stuck_before_ml
        return {
            "agent_ml": given,
            "vessel": self.vessel,
            "at_mm": round(self.at_mm, 1),
            "beds": _rounded(beds),
            "organs": _rounded(organs),
            "missed_share": round(missed, 4),
            "stuck_share": round(stuck / whole, 4),
            "gone_share": round((_gone_ml(agents, self.number) - self.gone_before_ml) / whole, 4),
            "carried_share": round(agents.suspended.carried_ml(self.number) / whole, 4),
        }

    def state(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "number": self.number,
            "vessel": self.vessel,
            "at_mm": self.at_mm,
            "target": [list(one) for one in sorted(self.target)],
            "before": [[*bed, ml] for bed, ml in self.before.items()],
            "given_before_ml": self.given_before_ml,
            "carried_before_ml": self.carried_before_ml,
            "gone_before_ml": self.gone_before_ml,
            "stuck_before_ml": self.stuck_before_ml,
            "since_s": self.since_s,
            "is_told": self.is_told,
            "newest_ml": self.newest_ml,
        }

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> Delivery:
        """From a `state`."""
        values = dict(state)
        values["target"] = frozenset((bed, feeder) for bed, feeder in values["target"])
        values["before"] = {(bed, feeder): ml for bed, feeder, ml in values["before"]}
        return cls(**values)


def vessels_beyond(blood: Circulation, vessel: str, at_mm: float) -> frozenset[str]:
    """The vessel of a place, and those that blood reaches from there."""
    graph = blood.graph
    away = graph.vessels[vessel].away
    behind, waiting = {vessel}, [vessel]
    while waiting:
        here = waiting.pop()
        for one in graph.vessels.values():
            if one.parent is None or one.parent.vessel != here or one.id in behind:
                continue
            past = one.parent.at_mm - at_mm if away else at_mm - one.parent.at_mm
            if here != vessel or past >= -NEAR_MM:
                behind.add(one.id)
                waiting.append(one.id)
    return frozenset(behind)


def beds_beyond(blood: Circulation, vessel: str, at_mm: float) -> frozenset[Bed]:
    """Beds that blood reaches from a place in a vessel, each with the feeder through which."""
    behind = vessels_beyond(blood, vessel, at_mm)
    return frozenset(
        (bed, feeder)
        for bed, drawn in blood.plumbing.beds.items()
        for feeder in drawn.feeders
        if feeder in behind
    )


def shares_told(organs: Mapping[str, float], stuck_share: float) -> str:
    """Shares by organ, and of what stopped in drawn arteries, in words."""
    whole = {**organs, "in the arteries": stuck_share}
    said = [f"{100.0 * share:.0f} % {where}" for where, share in whole.items() if share >= 0.005]
    return ", ".join(said) or "nothing has lodged"


def _gone_ml(agents: Agents, number: int) -> float:
    return agents.gone_ml.get(number, 0.0) + agents.suspended.left_ml(number)


def _rounded(shares: Mapping[str, float]) -> dict[str, float]:
    ordered = sorted(shares.items(), key=lambda one: -one[1])
    return {name: round(share, 4) for name, share in ordered if share >= 5e-5}
