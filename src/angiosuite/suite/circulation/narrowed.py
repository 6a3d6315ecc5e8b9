"""Lumens that harms have narrowed: spasms that come and go, flaps, what is stuck in a vessel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph

from .harm import Dissection, Embolus, Spasm

__all__ = ["Course", "Narrowed", "Share", "Stretch"]

Floats = NDArray[np.float64]
HELD_SHARE = 3.0
"""So many of its time constants a spasm comes on before it begins to go."""
LEAST_SHARE = 2e-3
"""No harm closes a lumen more than this: what is shut for good is a lesion."""
EDGE_MM = 3.0
"""Over which a flap or a plug begins and ends."""
FADED = 0.01


class Share(Protocol):
    """Something that leaves a share of a lumen, above 1 where it opened one."""

    @property
    def vessel(self) -> str:
        """Whose lumen."""
        ...

    def share(self, at_mm: Floats) -> Floats:
        """Of its drawn area at places along the vessel, mm."""
        ...

    def flow_share(self, at_mm: Floats) -> Floats:
        """The same for flow, of the area without the lesion."""
        ...


@dataclass(slots=True)
class Course:
    """A spasm in time.

    Parameters
    ----------
    vessel : str
    at_mm, length_mm, left_share : float
        Where, how long and how tight at its height.
    on_s, off_s, relaxed_off_s : float
        Time constants.
    strength : float
        How much of it is there, 0 to 1.
    age_s : float
        Since it began.
    """

    vessel: str
    at_mm: float
    length_mm: float
    left_share: float
    on_s: float
    off_s: float
    relaxed_off_s: float
    strength: float = 0.0
    age_s: float = 0.0

    def step(self, seconds: float, relaxes: float) -> None:
        """Time goes on; a drug acts on it from 0 to 1.

        Notes
        -----
        **Model** strength runs to 1 with `on_s` for three time constants, then to 0 with `off_s`; a drug of
        strength a adds a rate ``a / relaxed_off_s`` towards 0 at all times.
        **Source** onset 20 to 60 s, 10 to 20 min off, about 1 min under nitroglycerin: usual, from memory
        (`hazards/spasm`). Held by ``tests/suite/circulation/test_harms.py``.
        """
        self.age_s += seconds
        comes = 1.0 / self.on_s if self.age_s <= HELD_SHARE * self.on_s else 0.0
        goes = (0.0 if comes else 1.0 / self.off_s) + min(max(relaxes, 0.0), 1.0) / self.relaxed_off_s
        rate = comes + goes
        aim = comes / rate
        self.strength = aim + (self.strength - aim) * float(np.exp(-rate * seconds))

    def flow_share(self, at_mm: Floats) -> Floats:
        """The same for the flow."""
        return self.share(at_mm)

    def share(self, at_mm: Floats) -> Floats:
        """Share of the lumen's area that is left at places along its vessel."""
        inside = np.abs(at_mm - self.at_mm) < 0.5 * self.length_mm
        bell = np.where(inside, np.cos(np.pi * (at_mm - self.at_mm) / self.length_mm) ** 2, 0.0)
        return np.asarray(1.0 - (1.0 - self.left_share) * self.strength * bell)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a vessel of which a share of the lumen is left; `matter` is what is stuck there, if any."""

    vessel: str
    first_mm: float
    last_mm: float
    left_share: float
    matter: str = ""

    def flow_share(self, at_mm: Floats) -> Floats:
        """The same for the flow."""
        return self.share(at_mm)

    def share(self, at_mm: Floats) -> Floats:
        """Share of the lumen's area that is left at places along its vessel."""
        edge = min(EDGE_MM, 0.5 * (self.last_mm - self.first_mm))
        depth = np.minimum(at_mm - self.first_mm, self.last_mm - at_mm) / max(edge, 1e-6)
        return np.asarray(1.0 - (1.0 - self.left_share) * np.clip(depth, 0.0, 1.0))


class Narrowed:
    """All that narrows the lumens of a session's patient beside its lesions.

    Notes
    -----
    **Model** shares of area multiply where harms lie over each other. `version` changes whenever a lumen has.
    """

    def __init__(self) -> None:
        self.spasms: list[Course] = []
        self.stretches: list[Stretch] = []
        self.treated: dict[str, tuple[Share, ...]] = {}
        """What treatment left in lumens or made of them, by what did it."""
        self.version = 0
        self._shown: list[float] = []
        self._points: tuple[int, VesselGraph, Floats] | None = None

    def spasm(self, harm: Spasm) -> None:
        """A spasm begins."""
        self.spasms.append(
            Course(
                harm.vessel, harm.at_mm, harm.length_mm, harm.left_share, harm.on_s, harm.off_s,
                harm.relaxed_off_s,
            )
        )  # fmt: skip
        self.version += 1

    def flap(self, harm: Dissection, left_share: float) -> None:
        """A true lumen beside a false one."""
        first, last = harm.stretch_mm
        self.stretches.append(Stretch(harm.vessel, first, last, max(left_share, LEAST_SHARE)))
        self.version += 1

    def plug(self, harm: Embolus, length_mm: float) -> None:
        """Something is stuck in a vessel."""
        left = max(1.0 - harm.closes_share, LEAST_SHARE)
        first, last = harm.at_mm - 0.5 * length_mm, harm.at_mm + 0.5 * length_mm
        self.stretches.append(Stretch(harm.vessel, first, last, left, harm.matter))
        self.version += 1

    def clear(self, stuck: Stretch, left_share: float) -> Stretch | None:
        """Some of what is stuck was taken away: what is there now; None once all is gone."""
        now = None if left_share >= 1.0 else replace(stuck, left_share=max(left_share, LEAST_SHARE))
        k = self.stretches.index(stuck)
        self.stretches[k : k + 1] = [] if now is None else [now]
        self.version += 1
        return now

    def treat(self, by: str, shares: Sequence[Share]) -> None:
        """What one kind of treatment leaves of lumens from now on, all of it."""
        self.treated[by] = tuple(shares)
        self.version += 1

    def tack(self, vessel: str, first_mm: float, last_mm: float) -> None:
        """Flaps whose middle lies in a stretch are held to the wall: they narrow no more."""
        held = [
            one
            for one in self.stretches
            if one.vessel == vessel and first_mm <= 0.5 * (one.first_mm + one.last_mm) <= last_mm
        ]
        if held:
            self.stretches = [one for one in self.stretches if one not in held]
            self.version += 1

    def step(self, seconds: float, relaxes: Callable[[str], float]) -> None:
        """Spasms come and go; the version changes once one has changed by a hundredth."""
        for one in self.spasms:
            one.step(seconds, relaxes(one.vessel))
        before = len(self.spasms)
        self.spasms = [
            one for one in self.spasms if one.strength > FADED or one.age_s < HELD_SHARE * one.on_s
        ]
        now = [round(one.strength, 2) for one in self.spasms]
        if now != self._shown or len(self.spasms) != before:
            self._shown = now
            self.version += 1

    @property
    def vessels(self) -> set[str]:
        """Those that anything narrows."""
        return {one.vessel for one in self._all}

    @property
    def _all(self) -> list[Share]:
        return [*self.spasms, *self.stretches, *(one for those in self.treated.values() for one in those)]

    def share(self, vessel: str, at_mm: Floats, but: str = "") -> Floats:
        """Share of the area that is left at places along a vessel; without one kind of treatment."""
        left, without = np.ones(len(at_mm)), {id(one) for one in self.treated.get(but, ())}
        for one in self._all:
            if one.vessel == vessel and id(one) not in without:
                left *= one.share(at_mm)
        return np.maximum(left, LEAST_SHARE)

    def flow_share(self, vessel: str, at_mm: Floats) -> Floats:
        """The same for the flow, of the area without lesions: their own loss is told apart."""
        left = np.ones(len(at_mm))
        for one in self._all:
            if one.vessel == vessel:
                left *= one.flow_share(at_mm)
        return np.maximum(left, LEAST_SHARE)

    def at_points(self, graph: VesselGraph, vessels: tuple[str, ...]) -> Floats | None:
        """Share of the area that is left at every centre-line point of some vessels; None where all is."""
        if not self._all:
            return None
        if self._points is None or self._points[0] != self.version or self._points[1] is not graph:
            narrow = self.vessels
            parts = [
                self.share(name, graph.vessels[name].arc_mm)
                if name in narrow
                else np.ones(len(graph.vessels[name].points_mm))
                for name in vessels
            ]
            self._points = self.version, graph, np.concatenate(parts)
        return self._points[2]

    def over(self, vessel: str, first_mm: float, last_mm: float) -> float:
        """Share of area of an even segment with the same resistance as one that is narrowed in places.

        Notes
        -----
        **Model** laminar losses in a row: ``1 / share2 = mean of 1 / share(x)2`` over the segment. The loss
        of a jet behind a narrowing is left out: spasms are smooth.
        **Source** Poiseuille. Held by ``tests/suite/circulation/test_harms.py``.
        """
        count = max(int(np.ceil((last_mm - first_mm) / GRID_MM)), 2)
        middles = first_mm + (np.arange(count) + 0.5) * (last_mm - first_mm) / count
        return float(1.0 / np.sqrt(np.mean(1.0 / self.flow_share(vessel, middles) ** 2)))

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on, as plain values."""
        return {
            "spasms": [asdict(one) for one in self.spasms],
            "stretches": [asdict(one) for one in self.stretches],
            "version": self.version,
            "shown": list(self._shown),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`; what treats lumens tells it again."""
        self.treated = {}
        self.spasms = [Course(**one) for one in state["spasms"]]
        self.stretches = [Stretch(**one) for one in state["stretches"]]
        self.version, self._shown = state["version"], list(state["shown"])
        self._points = None


GRID_MM = 0.5
"""Spacing at which a lumen is looked at."""
