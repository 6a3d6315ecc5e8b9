"""What emboli closed of the beds that they went into: some of it for good, air for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import exp
from typing import Any

from angiosuite.anatomy.vessels.lesion_effects import BedFactor, FlowEffect

from .circulation import Circulation
from .harm import Embolus

__all__ = ["Lodged"]

GONE = 1e-3
"""Share that is no more looked at once air has gone so far."""
CHANGED = 0.005
MOST_CLOSED = 0.98
"""Share of a bed's feeder that emboli close at the most: collaterals leave a rest."""


@dataclass(slots=True)
class Piece:
    """What one embolus took of a feeder of a bed; it fades where it is air."""

    bed: str
    feeder: str
    share: float
    fades_s: float | None


class Lodged:
    """All that is stuck beyond the vessels that are drawn.

    Notes
    -----
    **Model** of a feeder that pieces closed shares s1, s2 ... of, ``(1 - s1)(1 - s2) ...`` is open: its bed's
    resistance grows by the inverse. Air goes with its own time constant. What treatment lodged raises the
    resistance on both sides of the small arteries' compliance, which it shuts off from the drawn ones.
    Held by ``tests/suite/circulation/test_harms.py``.
    """

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.factors: dict[tuple[str, str], float] = {}
        """By how much treatment has raised the resistance of a bed's feeder: whoever treats sets it."""
        self._told: dict[str, float] = {}
        self._hit: set[tuple[str, str]] = set()

    def take(self, harm: Embolus) -> None:
        """A piece has gone into a bed; what stays for good is kept as one."""
        if harm.fades_s is None:
            for one in self.pieces:
                if (one.bed, one.feeder, one.fades_s) == (harm.bed, harm.feeder, None):
                    one.share = 1.0 - (1.0 - one.share) * (1.0 - harm.bed_share)
                    return
        self.pieces.append(Piece(harm.bed, harm.feeder, harm.bed_share, harm.fades_s))

    def step(self, seconds: float) -> None:
        """Air goes."""
        for one in self.pieces:
            if one.fades_s is not None:
                one.share *= exp(-seconds / one.fades_s)
        self.pieces = [one for one in self.pieces if one.share > GONE or one.fades_s is None]

    def open_share(self, bed: str, feeder: str) -> float:
        """Share of a bed's feeder that is open."""
        left = 1.0
        for one in self.pieces:
            if (one.bed, one.feeder) == (bed, feeder):
                left *= 1.0 - one.share
        return max(left, 1.0 - MOST_CLOSED)

    def anew(self) -> None:
        """The network was drawn again: it must be told everything."""
        self._told = {}

    def settle(self, blood: Circulation, effects: Iterable[FlowEffect]) -> None:
        """Tell the network what has changed by a two-hundredth or more."""
        self._hit |= {(one.bed, one.feeder) for one in self.pieces} | self.factors.keys()
        if not self._hit:
            return
        before = {one.bed: one.factor for one in effects if isinstance(one, BedFactor)}
        for bed, feeder in sorted(self._hit):
            drawn = blood.plumbing.beds.get(bed)
            if drawn is None or feeder not in drawn.feeders:
                continue
            name = drawn.edges[drawn.feeders.index(feeder)]
            treated = self.factors.get((bed, feeder), 1.0)
            self._tell(blood, name, before.get(bed, 1.0) * treated / self.open_share(bed, feeder))
            if (bed, feeder) in self.factors:  # what lodged shuts the way to the small arteries' give too
                self._tell(blood, name.removesuffix("bed") + "arterioles", treated)

    def _tell(self, blood: Circulation, name: str, factor: float) -> None:
        if abs(factor - self._told.get(name, -1.0)) > CHANGED * factor:
            blood.network.set_resistance(blood.plumbing.edge[name], factor)
            self._told[name] = factor

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on, as plain values."""
        hit = [list(one) for one in sorted(self._hit)]
        return {"pieces": [asdict(one) for one in self.pieces], "told": dict(self._told), "hit": hit}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.pieces = [Piece(**one) for one in state["pieces"]]
        self._told = dict(state["told"])
        self._hit = {(one[0], one[1]) for one in state["hit"]}
