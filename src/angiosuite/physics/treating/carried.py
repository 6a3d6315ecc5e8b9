"""One fraction of an agent that the blood carries, and its age: transport that lets things be taken out."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.flowing import Flowing
from angiosuite.physics.flow.mixing_kernels import LOST
from angiosuite.physics.flow.spec import FlowSpec
from angiosuite.physics.flow.transport import Transport

__all__ = ["Carried"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WINDOW = 10
"""Steps that are gathered into one movement: all of the 20 ms in which hands act."""
TRACE = 1e-13
"""Amount of a cell or pool that is given up, ml: of one sphere of 100 um a five-millionth."""


class Carried(Transport):
    """Solid volume, ml, that goes with the blood, one lane a vessel.

    **Model.** As iodine (`Transport`), whose amounts are ml here; without rings, leak and filtration. What is
    given is an amount, so that nothing is lost where a source is cut down.
    A cell or pool that holds less than 1e-13 ml gives it up, counted as lost.
    **Source.** Particles that are small beside the vessel follow the blood; skimming at forks and settling
    are left out (own choice). **Valid for** particles of less than a third of the lumen.
    Held by ``test_particles_part_as_the_flow_does``, ``test_what_was_given_is_somewhere``.
    """

    def __init__(self, spec: FlowSpec) -> None:
        super().__init__(replace(spec, lanes=np.ones_like(spec.lanes)), window=WINDOW)
        self._nothing = np.zeros(len(spec.nodes))
        self._with_cells = np.flatnonzero(np.diff(self.layout.first_value) > 0)

    def copied(self) -> Carried:
        """Another one of the same network, as it is now; what never changes is shared."""
        kept = (self.spec, self.layout, self.exchange.traits)
        return deepcopy(self, {id(one): one for one in kept})

    def give(self, node: int, amount: float) -> None:
        """Something comes in at a node with the liquid of this step: before `follow`."""
        if self._quiet:
            self._quiet, self._clock[1:3] = False, 0.0
        self._source_mg[node] += amount

    def follow(self, network: Flowing, seconds: float) -> bool:
        """Follow one step; whether everything moved just now."""
        if self._quiet:
            self._clock[0] = (self._clock[0] + 1.0) % self.window
            return False
        self.step(network, self._nothing, seconds)
        return bool(self._clock[0] == 0.0)

    def _move(self, network: Flowing) -> None:
        for node in np.flatnonzero((self._source_mg > 0.0) & (self._source_ml <= 0.0)):
            end = int(self.layout.ends[self.layout.ends_from[node]])  # no liquid came on balance
            self._iodine[self._end_value[end]] += self._source_mg[node]
            self._awake[end // 2] = True
            self._source_mg[node] = 0.0
        super()._move(network)
        self._trim()

    def _trim(self) -> None:
        """Traces are counted as lost: else a thin tail would wake the whole network for ever."""
        for amounts in (self._iodine, self._pool_mg):
            traces = np.flatnonzero((amounts < TRACE) & (amounts != 0.0))
            if traces.size:
                self._totals[LOST, 0] += amounts[traces].sum()
                amounts[traces] = 0.0
        held = np.maximum.reduceat(self._iodine, self.layout.first_value[self._with_cells])
        self._awake[self._with_cells] = held > 0.0

    @property
    def cell_amount(self) -> Floats:
        """In every cell and tank: a live view."""
        return self._iodine

    @property
    def pool_amount(self) -> Floats:
        """In every node that is a pool: a live view."""
        return self._pool_mg

    @property
    def whole(self) -> float:
        """Of all that is carried now and on its way in."""
        return float(self._iodine.sum() + self._pool_mg.sum() + self._source_mg.sum())

    def grow(self, of: Carried, seconds: float) -> None:
        """Add to this one what another holds, times some seconds: this is its age times its amount."""
        self._iodine += of._iodine * seconds
        self._pool_mg += of._pool_mg * seconds
        self._iodine[of._iodine == 0.0] = 0.0
        self._pool_mg[of._pool_mg == 0.0] = 0.0
        self._awake[:] = of._awake
        self._quiet = of._quiet
        self._fresh = False

    def take_cells(self, cells: Ints) -> Floats:
        """Take out all that lies in some cells; how much of each."""
        out = self._iodine[cells]
        self._iodine[cells] = 0.0
        self._fresh = False
        return out

    def take_pools(self, nodes: Ints) -> Floats:
        """Take out all that lies in some pools; how much of each."""
        out = self._pool_mg[nodes]
        self._pool_mg[nodes] = 0.0
        return out
