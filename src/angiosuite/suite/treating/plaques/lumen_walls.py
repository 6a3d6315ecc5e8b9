"""`LumenWalls`: what instruments feel of vessels whose narrowings treatment has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.lesion_courses import hump

from .plaques import Plaque

if TYPE_CHECKING:
    from angiosuite.physics.rods.bricks import Bricks
    from angiosuite.physics.rods.walls import Walls
    from angiosuite.suite.session import Session

__all__ = ["LumenWalls", "Throat"]

Floats = NDArray[np.float64]

LOOKS_S = 0.5
"""So often throats are looked at."""
TAKES_S = 2.0
"""From when it is begun until instruments meet the new wall: a thread needs 0.3 s of a processor for it."""
FELT_MM = 0.1
"""A throat that is so much wider or narrower than what is baked is baked again."""


@dataclass(frozen=True, slots=True)
class Throat:
    """A narrowing as its walls are baked: figures of `Plaque`."""

    vessel: str
    at_mm: float
    length_mm: float
    healthy_mm: float
    drawn_mm: float
    throat_mm: float

    @classmethod
    def of(cls, one: Plaque) -> Throat:
        """As a plaque is now."""
        return cls(one.vessel, one.at_mm, one.length_mm, one.healthy_mm, one.drawn_mm, one.throat_mm)

    def ratio(self, arc_mm: Floats) -> Floats:
        """Radius at places over what was baked first, as `Plaque.ratio` tells it."""
        form = hump(arc_mm, self.at_mm, self.length_mm)
        was = 1.0 - (1.0 - self.drawn_mm / self.healthy_mm) * form
        return np.asarray((1.0 - (1.0 - self.throat_mm / self.healthy_mm) * form) / was)


Throats = tuple[Throat, ...]


@dataclass(slots=True)
class _Begun:
    """A lumen that is being baked."""

    throats: Throats
    left_s: float
    radius_mm: Floats
    made: Future[Bricks]


class LumenWalls:
    """Walls of the rods follow the throats of plaques.

    Parameters
    ----------
    session : Session

    Notes
    -----
    **Model** twice a second each narrowing's throat is compared with that of the baked walls; where it is
    another one by a tenth of a millimetre, the bricks about it are baked again (`rebaking`), by a thread, and
    instruments meet them two seconds of the session later, however long the thread took: replays are the
    same. Radii are those that pictures show. What is left out: struts, flaps, and what fills a lumen (coils,
    balloons, casts); stiffness and friction stay as they were. Nothing is done while no throat has changed.
    Held by ``tests/suite/treating/plaques/test_lumen_walls.py``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._since_s = 0.0
        self._baked: dict[str, Throats] = {}
        self._begun: dict[str, _Begun] = {}
        self._pool: ThreadPoolExecutor | None = None

    def advance(self, seconds: float) -> None:
        """Time goes on: look at throats, take what is baked when it is due."""
        trees = self._session.instruments.trees
        for tree, one in list(self._begun.items()):
            one.left_s -= seconds
            if one.left_s <= 1e-9:
                trees[tree].widen(one.made.result(), one.radius_mm)
                self._baked[tree] = one.throats
                del self._begun[tree]
        self._since_s += seconds
        if self._since_s < LOOKS_S - 1e-9:
            return
        self._since_s = 0.0
        for tree, walls in trees.items():
            wanted = self._wanted(walls)
            if tree not in self._begun and _differ(wanted, self._baked.get(tree, ())):
                self._begin(tree, walls, wanted, TAKES_S)

    def _wanted(self, walls: Walls) -> Throats:
        plaques = self._session.treating.plaques.of.values()
        return tuple(
            Throat.of(one) for one in plaques if one.throat_mm != one.drawn_mm and one.vessel in walls.names
        )

    def _begin(self, tree: str, walls: Walls, throats: Throats, left_s: float) -> None:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "walls")
        radius = _radius_mm(walls, throats)
        self._begun[tree] = _Begun(throats, left_s, radius, self._pool.submit(walls.rebaked, radius))

    # ---- state -------------------------------------------------------------------------------------------

    def fit(self, tree: str, walls: Walls) -> None:
        """Walls that were just made get the radii that the session's state told."""
        if throats := self._baked.get(tree):
            radius = _radius_mm(walls, throats)
            walls.widen(walls.rebaked(radius), radius)

    def state(self) -> dict[str, Any]:
        """Plain values, exact."""
        return {
            "since_s": self._since_s,
            "baked": {tree: [list(astuple(one)) for one in found] for tree, found in self._baked.items()},
            "begun": {
                tree: [one.left_s, [list(astuple(it)) for it in one.throats]]
                for tree, one in self._begun.items()
            },
        }

    def restore(self, plain: Mapping[str, Any] | None) -> None:
        """Return to a state: before walls are made, which then ask by :meth:`fit`; None had none."""
        told = plain or {"since_s": 0.0, "baked": {}, "begun": {}}
        self._since_s, self._begun = told["since_s"], {}
        self._baked = {tree: _throats(found) for tree, found in told["baked"].items()}

    def resume(self, plain: Mapping[str, Any] | None) -> None:
        """Once walls are there: go on with what was being baked."""
        for tree, (left_s, found) in (plain or {"begun": {}})["begun"].items():
            self._begin(tree, self._session.instruments.trees[tree], _throats(found), left_s)


def _throats(found: Iterable[list[Any]]) -> Throats:
    return tuple(Throat(*one) for one in found)


def _differ(wanted: Throats, baked: Throats) -> bool:
    """Whether an instrument would feel it."""
    known = {(one.vessel, one.at_mm): one.throat_mm for one in baked}
    return any(
        abs(one.throat_mm - known.get((one.vessel, one.at_mm), one.drawn_mm)) > FELT_MM for one in wanted
    )


def _radius_mm(walls: Walls, throats: Throats) -> Floats:
    """Radius of every point of the lines: as first baked, times what throats make of it."""
    radius = walls.whole_mm.copy()
    for one in throats:
        rows = walls.rows(one.vessel)
        radius[rows] *= one.ratio(walls.lines.arc_mm[rows])
    return radius
