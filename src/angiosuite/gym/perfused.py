"""A person of the family as a circulation at rest: arteries, the beds that they feed, a heart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import Bed, VesselGraph
from angiosuite.gym.family import Anatomy, anatomy
from angiosuite.kit.randomness import generator
from angiosuite.physics.physiology.breathing import Breathing
from angiosuite.physics.physiology.heart_rhythm import HeartRhythm
from angiosuite.suite.circulation.circulation import Circulation, Listener
from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.quiet import breathing_mmhg
from angiosuite.suite.circulation.rest import at_rest
from angiosuite.suite.circulation.settling import REST_RATE_PER_MIN, STEP_S, Settled

__all__ = ["PIECE_S", "Beating", "Perfused", "perfused"]

Floats = NDArray[np.float64]
STEPS = 10
PIECE_S = STEPS * STEP_S
"""Blood goes on in pieces of this, s, as in a session."""
RUN_S = 30.0
"""So long a circulation runs before it is anyone's: until its reflexes have come to rest."""


class Beating:
    """Blood under a heart that beats, in a chest that breathes.

    Parameters
    ----------
    circulation : Circulation
    normal_of_beat : callable
        Normal numbers that vary the beats.
    """

    def __init__(self, circulation: Circulation, normal_of_beat: Callable[[int], float]) -> None:
        self.circulation, self.breathing = circulation, Breathing()
        self.heart = HeartRhythm(REST_RATE_PER_MIN, normal_of_beat)

    def advance(self, listener: Listener | None = None, tip: tuple[int, float] | None = None) -> bool:
        """The next 20 ms, as in a session; whether a beat ended with them."""
        blood, heart, breathing = self.circulation, self.heart, self.breathing
        turn, beat = STEP_S / heart.interval_s, heart.beat
        blood.advance(heart.phase, turn, breathing_mmhg(breathing), STEPS, listener=listener, tip=tip)
        breathing.glide(STEP_S, STEPS)
        for _ in range(STEPS):
            heart.advance(STEP_S, breathing.phase)
        heart.rate_per_min = REST_RATE_PER_MIN * blood.heart_rate
        return heart.beat != beat

    def state(self) -> dict[str, Floats]:
        """Everything that the next piece depends on, beside the numbers of the beats."""
        return {
            **self.circulation.state(),
            "heart": self.heart.state(),
            "breathing": self.breathing.state(),
        }

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a state taken by :meth:`state`."""
        self.circulation.restore({}, arrays)
        self.heart.restore(arrays["heart"])
        self.breathing.restore(arrays["breathing"])


@dataclass(frozen=True, slots=True, eq=False)
class Perfused:
    """A person's blood before anything is done to them.

    Parameters
    ----------
    graph : VesselGraph
        All named arteries, whole, and their beds.
    rest : Settled
        The network, settled.
    mass_kg : float
    state : mapping of str to ndarray
        Of :class:`Beating`, when it has run for some time.
    """

    graph: VesselGraph
    rest: Settled
    mass_kg: float
    state: Mapping[str, Floats]

    def begin(self, seed: int) -> Beating:
        """Blood of one's own that goes on from rest; the beats vary with the seed."""
        begun = Beating(
            _circulation(self.graph, self.rest, self.mass_kg),
            lambda beat: float(generator(seed, "heart", beat).standard_normal()),
        )
        begun.restore(self.state)
        return begun


@lru_cache(maxsize=16)
def perfused(number: int, cache: Path) -> Perfused:
    """The circulation of person `number`, kept in `cache`; seconds the first time.

    Raises
    ------
    WrongUse
        For a number that is no person's.

    Notes
    -----
    **Model** the network of a built-in patient (:mod:`angiosuite.suite.circulation`) of what a person of the
    family has: named arteries in segments of at most 50 mm, beds with the flows of that person's cardiac
    output, four chambers. No veins, no lungs and no organ trees are grown, so these are lumps, as in a CT
    that shows none; blood of the bowel goes back to the heart without the liver. An end that names no bed
    (the lower arcade of the duodenum) feeds the bed whose other feeders end nearest.
    The network is settled, then runs for 30 s with even beats.
    **Valid for** pressure and flow in arteries. Walls are of one age, whatever the person's. Held by
    ``tests/gym/test_perfused.py``.
    """
    one = anatomy(number)
    mass_kg = one.person.index * (one.person.height / 100.0) ** 2
    graph = replace(one.graph, beds=_fed(one))
    rest = at_rest(plumb(graph, mass_kg), REST_RATE_PER_MIN, cache)
    run = Beating(_circulation(graph, rest, mass_kg), lambda beat: 0.0)
    for _ in range(round(RUN_S / PIECE_S)):
        run.advance()
    return Perfused(graph, rest, mass_kg, run.state())


def _circulation(graph: VesselGraph, rest: Settled, mass_kg: float) -> Circulation:
    return Circulation(graph, rest, {"mass_kg": mass_kg, "dome_z_mm": None, "groin_z_mm": None})


def _fed(one: Anatomy) -> Mapping[str, Bed]:
    """The beds, with ends that name none as feeders of the nearest."""
    vessels, beds = one.graph.vessels, dict(one.beds)
    busy = {each.parent.vessel for each in vessels.values() if each.parent is not None}
    busy.update(feeder for bed in beds.values() for feeder in bed.feeders)
    ends = {name: vessel.points_mm[-1] for name, vessel in vessels.items()}
    for name, vessel in vessels.items():
        if vessel.joins is not None or name in busy:
            continue

        def away_mm(bed: str, end: str = name) -> float:
            return min(float(np.linalg.norm(ends[other] - ends[end])) for other in one.beds[bed].feeders)

        near = min(one.beds, key=lambda bed: (away_mm(bed), bed))
        beds[near] = replace(beds[near], feeders=(*beds[near].feeders, name))
    return beds
