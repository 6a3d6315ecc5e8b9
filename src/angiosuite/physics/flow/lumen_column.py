"""What lies in a catheter's lumen from hub to tip: whatever is pushed in, the oldest comes out first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Agents", "LumenColumn", "Parcel"]

Floats = NDArray[np.float64]
Agents = tuple[tuple[int, float], ...]
"""Number of a preparation and its ml, as many as there are."""

_MOST = 64


def _part(agents: Agents, share: float) -> Agents:
    return tuple((number, ml * share) for number, ml in agents)


def _sum(one: Agents, other: Agents) -> Agents:
    """Both together, by number."""
    if not one or not other:
        return one or other
    whole = dict(one)
    for number, ml in other:
        whole[number] = whole.get(number, 0.0) + ml
    return tuple(sorted(whole.items()))


def _are_alike(one: Parcel, other: Parcel) -> bool:
    """Whether two parcels hold the same mixture of agents."""
    if not one.agents and not other.agents:
        return True
    a, b = dict(_part(one.agents, 1.0 / one.ml)), dict(_part(other.agents, 1.0 / other.ml))
    return a.keys() == b.keys() and all(abs(a[k] - b[k]) < 1e-9 for k in a)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Some fluid: ml of it, iodine in it, and how much of the volume is gas.

    Parameters
    ----------
    ml : float
        Liquid and gas together.
    iodine_mg : float
    gas_ml : float
    agents : tuple of (int, float)
        What else is in the liquid, by the number of its preparation, ml.
    """

    ml: float
    iodine_mg: float = 0.0
    gas_ml: float = 0.0
    agents: Agents = ()

    @property
    def iodine_mg_ml(self) -> float:
        """Of the liquid."""
        liquid = self.ml - self.gas_ml
        return self.iodine_mg / liquid if liquid > 1e-12 else 0.0


class LumenColumn:
    """Plug flow through a lumen of fixed volume; it begins full of blood or saline.

    Held by `test_a_lumen_gives_back_what_went_in`.

    Parameters
    ----------
    volume_ml : float

    Attributes
    ----------
    open_share : float
        Of the lumen's area that nothing jammed or set in it takes.
    """

    def __init__(self, volume_ml: float) -> None:
        self.volume_ml = volume_ml
        self._parcels: list[Parcel] = [Parcel(volume_ml)] if volume_ml > 0.0 else []
        self.open_share = 1.0
        self._left: Agents = ()

    def push(self, parcel: Parcel) -> Parcel:
        """Push a parcel in at the hub; what leaves the tip, of the same volume."""
        out = self._through(parcel)
        self._left = _sum(self._left, out.agents)
        return out

    def take_agents(self) -> Agents:
        """Agents that left the tip since the last call, ml by number."""
        left, self._left = self._left, ()
        return left

    def _through(self, parcel: Parcel) -> Parcel:
        if parcel.ml <= 0.0:
            return Parcel(0.0)
        self._join(parcel)
        left, iodine, gas = parcel.ml, 0.0, 0.0
        agents: Agents = ()
        while left > 1e-15 and self._parcels:
            first = self._parcels[0]
            if first.ml <= left:
                iodine, gas, left = iodine + first.iodine_mg, gas + first.gas_ml, left - first.ml
                agents = _sum(agents, first.agents)
                self._parcels.pop(0)
                continue
            share = left / first.ml
            iodine, gas = iodine + share * first.iodine_mg, gas + share * first.gas_ml
            keep = 1.0 - share
            out = _part(first.agents, share)
            agents = _sum(agents, out)
            kept = tuple((n, ml - gone) for (n, ml), (_, gone) in zip(first.agents, out, strict=True))
            self._parcels[0] = Parcel(first.ml - left, first.iodine_mg * keep, first.gas_ml * keep, kept)
            left = 0.0
        return Parcel(parcel.ml, iodine, gas, agents)

    def _join(self, parcel: Parcel) -> None:
        """Put it behind the last one, into it where they are alike or places run out."""
        if self._parcels:
            last = self._parcels[-1]
            alike = abs(last.iodine_mg_ml - parcel.iodine_mg_ml) < 1e-6 and (
                abs(last.gas_ml / last.ml - parcel.gas_ml / parcel.ml) < 1e-9 and _are_alike(last, parcel)
            )
            if alike or len(self._parcels) >= _MOST:
                self._parcels[-1] = Parcel(
                    last.ml + parcel.ml,
                    last.iodine_mg + parcel.iodine_mg,
                    last.gas_ml + parcel.gas_ml,
                    _sum(last.agents, parcel.agents),
                )
                return
        self._parcels.append(parcel)

    @property
    def content(self) -> Parcel:
        """Everything that lies in it."""
        agents: Agents = ()
        for one in self._parcels:
            agents = _sum(agents, one.agents)
        return Parcel(
            sum(p.ml for p in self._parcels),
            sum(p.iodine_mg for p in self._parcels),
            sum(p.gas_ml for p in self._parcels),
            agents,
        )

    def state(self) -> dict[str, Floats]:
        """Its parcels from tip to hub, (n, 3); their agents and what jams it, where there are any."""
        rows = [[p.ml, p.iodine_mg, p.gas_ml] for p in self._parcels]
        kept = {"parcels": np.array(rows, np.float64).reshape(-1, 3)}
        agents = [[k, number, ml] for k, p in enumerate(self._parcels) for number, ml in p.agents]
        agents += [[-1, number, ml] for number, ml in self._left]
        if agents:
            kept["agents"] = np.array(agents, np.float64)
        if self.open_share < 1.0:
            kept["open_share"] = np.array([self.open_share])
        return kept

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`; those of releases without agents hold none."""
        agents: dict[int, Agents] = {}
        for k, number, ml in arrays.get("agents", np.zeros((0, 3))):
            agents[int(k)] = (*agents.get(int(k), ()), (int(number), float(ml)))
        self._left = agents.get(-1, ())
        self._parcels = [
            Parcel(float(ml), float(iodine), float(gas), agents.get(k, ()))
            for k, (ml, iodine, gas) in enumerate(arrays["parcels"])
        ]
        self.open_share = float(arrays["open_share"][0]) if "open_share" in arrays else 1.0
