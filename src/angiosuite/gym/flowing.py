"""Blood beside the instruments: what a transducer on the catheter shows, and what flows past the tip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.catheter import Catheter
from angiosuite.gym.bench import Bench
from angiosuite.gym.perfused import PIECE_S, perfused
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.home import Home
from angiosuite.suite.circulation.catheter import WEDGED_SHARE, Tip
from angiosuite.suite.circulation.pressures import Pressures
from angiosuite.suite.instruments.instrument import Instrument
from angiosuite.suite.instruments.leading import HEAD_ON_DEG, PRESSED_N

__all__ = ["LEAD_S", "Flowing", "catheter_of"]

Floats = NDArray[np.float64]
LEAD_S = 3.0
"""So long the line has been open when an episode begins: its figures are of the last three seconds."""


def catheter_of(kit: tuple[Instrument, ...]) -> int:
    """The tool that a transducer is connected to, of a kit with the innermost first: the outermost catheter.

    Raises
    ------
    WrongUse
        Where there is none.
    """
    for k in reversed(range(len(kit))):
        if isinstance(kit[k].device.part, Catheter):
            return k
    raise WrongUse(
        "Pressure is heard through a catheter, and this kit has none",
        code="kit-without-catheter",
        where="kit",
        value=[one.device.id for one in kit],
        way_out="Add a catheter to the kit, or leave `flows` away.",
    )


class Flowing:
    """The blood of one episode.

    Parameters
    ----------
    bench : Bench
    home : path, optional
        Where circulations at rest are kept.
    seed : int
        Of the beat-to-beat variation of the heart.

    Attributes
    ----------
    tool : int
        The catheter that the line is connected to.
    contact : {"free", "wall", "wedged"}
        How its tip lies.
    steps : int
        Of 2 ms that blood has gone on since its rest.

    Notes
    -----
    **Model** the circulation of a session, stepped by 2 ms: heart rhythm, breath about chest and belly,
    reflexes and autoregulation; of an action, less than 20 ms may wait for the next. Once an action, each
    segment of artery whose middle the instruments pass is narrowed to the ring about the outermost of them
    there, and the line hears the lumen at the catheter's tip through the session's
    :class:`~angiosuite.suite.circulation.pressures.Pressures`, zeroed and level with the heart: damped where
    the tip is wedged (nine tenths of the lumen) or an end hole is pressed head-on against the wall. Walls
    and instruments are not moved by the blood. Held by ``tests/gym/test_flowing.py``.
    """

    def __init__(self, bench: Bench, home: Path | None, seed: int) -> None:
        case = bench.case
        self._bench = bench
        self.tool, self.steps = catheter_of(case.kit), 0
        found = perfused(case.number, Home(home).open().cache / "gym" / str(case.number))
        self.beating = found.begin(seed)
        self.circulation = self.beating.circulation
        self.pressures = Pressures(seed)
        self.pressures.line.zero()
        self.contact: Tip = "free"
        self._catheter = case.kit[self.tool].device.catheter
        self._passed: dict[int, float] = {}
        self._middles = self._segments()
        self._mean_ml_s = found.rest.mean_ml_s.copy()
        self._sum_ml = np.zeros(len(self._mean_ml_s))
        self._summed_s = self._owed_s = 0.0
        self.pressures.connect(self._catheter, self.contact)
        self._lie()
        self._flow(round(LEAD_S / PIECE_S))
        bench.stack.begin()

    # ---- what is seen ------------------------------------------------------------------------------------

    @property
    def pressure_mmhg(self) -> Floats:
        """What the monitor shows: now, systolic, diastolic and mean of the last 3 s, (4,)."""
        figures = self.pressures.figures
        assert figures is not None, "the line is open since LEAD_S"
        return np.array([self.pressures.line.shown_mmhg, *figures])

    def flow_ml_s(self, vessel: str, at_mm: float) -> float:
        """Mean flow of the last whole beat at a place, away from the heart, ml/s."""
        return float(self._mean_ml_s[self.circulation.edge_at(vessel, at_mm)[0]])

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Blood goes on, past the instruments as they lie now."""
        self._bench.stack.feel(seconds)
        self._bench.stack.begin()
        self._lie()
        self._owed_s += seconds
        pieces = int(self._owed_s / PIECE_S + 1e-6)
        self._owed_s -= pieces * PIECE_S
        self._flow(pieces)

    def hear(self, mmhg: float, seconds: float) -> None:
        """Pressure at the tip over a step, from the circulation; flows of the beat are summed with it."""
        self.pressures.hear(mmhg, seconds)
        self._sum_ml += self.circulation.network.flow_ml_s * seconds
        self._summed_s += seconds
        self.steps += 1

    def _flow(self, pieces: int) -> None:
        tip = self.circulation.edge_at(*self._tip)
        for _ in range(pieces):
            if self.beating.advance(self, tip):
                np.divide(self._sum_ml, self._summed_s, out=self._mean_ml_s)
                self._sum_ml[:], self._summed_s = 0.0, 0.0

    # ---- how it lies -------------------------------------------------------------------------------------

    def _segments(self) -> dict[int, tuple[Floats, NDArray[np.int64]]]:
        """Middles, mm, and edges of the segments of each vessel that instruments come to, by wall."""
        plumbing, found = self.circulation.plumbing, {}
        for number, name in enumerate(self._bench.stack.walls.names):
            course = plumbing.courses[name]
            middles = 0.5 * (course.stations_mm[:-1] + course.stations_mm[1:])
            found[number] = middles, np.array([plumbing.edge[edge] for edge in course.edges], np.int64)
        return found

    def _lie(self) -> None:
        """Tell blood and line where the instruments lie."""
        stack, road = self._bench.stack, self._bench.case.road
        place = road.place(stack.tip(self.tool)[0])
        self._tip = place.vessel, place.at_mm
        contact = self._touch()
        if contact != self.contact:
            self.contact = contact
            self.pressures.connect(self._catheter, contact)
        network, passed = self.circulation.network, self._passing()
        for edge in self._passed.keys() - passed.keys():
            network.set_catheter(edge, None)
        for edge, radius_mm in passed.items():
            if self._passed.get(edge) != radius_mm:
                network.set_catheter(edge, radius_mm)
        self._passed = passed

    def _passing(self) -> dict[int, float]:
        """Edges that instruments pass the middle of, and their outer radius there, mm."""
        stack, chain = self._bench.stack, self._bench.chain
        vessel, at_mm = chain.vessel[1 : chain.nodes], chain.at_mm[1 : chain.nodes]
        radii = np.array([stack.radius_mm(k) for k in range(len(stack.lying))])[chain.skin[1 : chain.nodes]]
        found: dict[int, float] = {}
        for number in np.unique(vessel[vessel >= 0]):
            here = vessel == number
            along, wide = at_mm[here], radii[here]
            middles, edges = self._middles[int(number)]
            for k in np.flatnonzero((middles >= along.min()) & (middles <= along.max())):
                found[int(edges[k])] = float(wide[np.argmin(np.abs(along - middles[k]))])
        return found

    def _touch(self) -> Tip:
        """How the catheter's tip lies, by a session's rules."""
        stack, graph, (vessel, at_mm) = self._bench.stack, self._bench.case.graph, self._tip
        _, radius_mm = graph.vessels[vessel].at(at_mm)
        if self._catheter.outer_mm > WEDGED_SHARE * 2.0 * radius_mm:
            return "wedged"
        if stack.felt is None or self._catheter.holes.side or stack.felt.tip_n[self.tool] <= PRESSED_N:
            return "free"
        chain = self._bench.chain
        node = int(np.searchsorted(chain.arc_mm[: chain.nodes], chain.inserted_mm[self.tool]))
        into = -float(chain.tip(self.tool)[1] @ chain.inward[int(np.clip(node, 2, chain.nodes - 1))])
        return "wall" if into > np.sin(np.radians(HEAD_ON_DEG)) else "free"
