"""`Transport`: contrast carried by the blood of a network, conserved to rounding."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow import transport_kernels as kernels
from angiosuite.physics.flow.cells import OUTSIDE, POOL, layout, neighbours
from angiosuite.physics.flow.exchange import Exchange, Traits
from angiosuite.physics.flow.flowing import Flowing
from angiosuite.physics.flow.mixing_kernels import INJECTED, LOST
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec

__all__ = ["Transport"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Lanes even out slowly: it is done every so many seconds.
_EVEN_S = 0.05


class Transport:
    """Iodine in a network, mg, moved once every `window` steps.

    **Model.** Each half of a segment holds a fixed share of its node's live volume, in equal cells; the flow
    through their faces follows from continuity, so cells breathe with the vessel and no second volume can
    drift away from the network's. In vessels of 2 mm and more three rings of equal area run at the speeds of
    the velocity profile and exchange slowly. Junctions have no volume: streams and sources mix there
    by flow. Where one segment just goes on in the next, rings keep to themselves. Pools (heart, reservoirs)
    and the tanks of beds are well mixed; beds leak into tissue and filter into urine (`Exchange`).
    Second order in space and time (van Leer's limiter with the Courant number); edges whose cells would
    empty within a window take several goes with their neighbours held.
    **Source.** B. van Leer, J. Comput. Phys. 14 (1974) 361-370, for the limiter; F-curve of laminar flow:
    P. V. Danckwerts, Chem. Eng. Sci. 2 (1953) 1-13 (memory).
    **Valid for** any flow; a cell is smeared over about two cells in a vessel's length. Held by
    `test_iodine_is_conserved`, `test_a_plug_arrives_after_volume_over_flow`,
    `test_three_lanes_keep_the_laminar_tail`.

    Parameters
    ----------
    spec : FlowSpec
    traits : Traits, optional
        Leak and filtration of the beds; without it beds only delay.
    cell_mm : float
        Length of a cell that is aimed at.
    window : int
        Steps that are gathered into one movement; every so many steps from the first one on nothing waits.
    exchange_per_s : float
        Rate at which the lanes of a vessel even out.
    """

    def __init__(
        self,
        spec: FlowSpec,
        traits: Traits | None = None,
        cell_mm: float = 6.0,
        window: int = 5,
        exchange_per_s: float = 0.5,
    ) -> None:
        n, e = len(spec.nodes), len(spec.edges)
        self.spec = spec
        self.layout = layout(spec, cell_mm)
        self.window = window
        #: Per edge, writable: raise it behind a stenosis, where a jet mixes.
        self.exchange_per_s: Floats = np.full(e, exchange_per_s)
        self.exchange = Exchange(spec, self.layout, traits)
        self._iodine: Floats = np.zeros(self.layout.values)
        self._pool_mg, self._node_mg_ml = np.zeros(n), np.zeros(n)
        self._through_ml, self._source_ml, self._source_mg = np.zeros(e), np.zeros(n), np.zeros(n)
        self._before_ml = spec.volume_ml.astype(np.float64)
        self._totals = np.zeros((2, 2))
        self._awake = np.zeros(e, np.bool_)
        # steps since a window ended (in step with the room's 20 ms, iodine or not), seconds gathered,
        # whether the volumes at the window's start are known, and seconds since lanes last evened out
        self._clock = np.zeros(4)
        self._outside = np.flatnonzero(self.layout.role == OUTSIDE)
        self._unmixed = np.zeros(e)
        self._widest = int((np.diff(self.layout.first_cell) * self.layout.lanes).max(initial=1)) + 12
        self._end_value = self.layout.end_value
        #: Goes that the swiftest edges took in the last window.
        self.goes = 0
        self._cell_ml, self._cell_mg_ml = np.zeros(self.layout.cells), np.zeros(self.layout.cells)
        self._before_cell, self._after_cell = neighbours(self.layout)
        self._fresh = False
        self._quiet = True

    @property
    def empty(self) -> bool:
        """Whether no iodine is anywhere; steps cost next to nothing."""
        return self._quiet

    def step(self, network: Flowing, source_mg_ml: Floats, seconds: float = 0.002) -> None:
        """Follow one step of the network that has just been taken.

        Parameters
        ----------
        network : Flowing
            After its step.
        source_mg_ml : ndarray (n,)
            Iodine in what `sources_ml_s` injects, mg/ml; at nodes of prescribed pressure, in what flows in.
        seconds : float
            Length of the step.
        """
        if self._quiet:
            if not (source_mg_ml > 0.0).any():
                self._clock[0] = (self._clock[0] + 1.0) % self.window
                return
            self._quiet, self._clock[1:3] = False, 0.0
        kernels.gather(
            network.flow_ml_s, network.sources_ml_s, source_mg_ml, seconds, self._through_ml, self._source_ml,
            self._source_mg,
        )  # fmt: skip
        if self._clock[2] == 0.0:  # volumes before the first step, by continuity
            np.subtract(network.volume_ml, self._gain_ml(), out=self._before_ml)
            self._clock[2] = 1.0
        if self._outside.size:
            self._node_mg_ml[self._outside] = source_mg_ml[self._outside]
        self._clock[0] += 1.0
        self._clock[1] += seconds
        if self._clock[0] >= self.window:
            self._move(network)
            self._quiet = not self._awake.any() and not self._pool_mg.any()

    def fill(self, mg_ml: float, volume_ml: Floats) -> None:
        """Put the same concentration into all blood, beds and pools, counted as injected; tissue stays.

        Parameters
        ----------
        mg_ml : float
        volume_ml : ndarray (n,)
            Of the nodes now.
        """
        before = self.in_system_mg
        at = self.layout
        for h in range(at.end_node.size):
            edge, cells = h // 2, int(at.half_cells[h])
            if cells:
                n = cells * int(at.lanes[edge])
                ml = float(at.compliant[h] * volume_ml[at.end_node[h]] + at.rigid_ml[h])
                first = int(at.first_value[edge] if h % 2 == 0 else at.first_value[edge + 1] - n)
                self._iodine[first : first + n] = mg_ml * ml / n
        pools = at.role == POOL
        self._pool_mg[pools] = mg_ml * np.maximum(volume_ml[pools], 0.0)
        self._awake[:] = mg_ml > 0.0
        self._quiet = mg_ml <= 0.0
        self._through_ml[:] = self._source_ml[:] = self._source_mg[:] = 0.0
        self._clock[1:3] = 0.0, 1.0
        self._totals[INJECTED, 0] += self.in_system_mg - before
        self._before_ml[:] = volume_ml
        self._fresh = False

    def _move(self, network: Flowing) -> None:
        seconds = float(self._clock[1])
        self._clock[3] += seconds
        due = self._clock[3] >= _EVEN_S - 1e-9
        mixing = self._unmixed
        if due:
            rate = self.exchange_per_s * float(self._clock[3])
            mixing, self._clock[3] = rate / (1.0 + rate), 0.0
        self.goes = kernels.advance(
            self.layout, self._end_value, self._through_ml, self._source_ml, self._source_mg, self._before_ml,
            mixing, self._iodine, self._pool_mg, self._node_mg_ml, self._awake, self._totals,
            self._widest,
        )  # fmt: skip
        self.exchange.step(self._through_ml, seconds, self._iodine, self._awake)
        self._begin(network)

    def _begin(self, network: Flowing) -> None:
        """Open the next window."""
        self._before_ml[:] = network.volume_ml
        self._through_ml[:] = self._source_ml[:] = self._source_mg[:] = 0.0
        self._clock[:2] = 0.0
        self._fresh = False

    def _gain_ml(self) -> Floats:
        gain = self._source_ml.copy()
        np.subtract.at(gain, self.layout.a, self._through_ml)
        np.add.at(gain, self.layout.b, self._through_ml)
        return gain

    def _renew(self) -> None:
        if not self._fresh:
            kernels.concentration(self.layout, self._iodine, self._before_ml, self._cell_ml, self._cell_mg_ml)
            self._fresh = True

    def edge_cells(self, edge: int) -> slice:
        """Cells of an edge (a bed's tanks), from a to b."""
        return slice(int(self.layout.first_cell[edge]), int(self.layout.first_cell[edge + 1]))

    @property
    def cell_mg_ml(self) -> Floats:
        """Concentration of every cell, mean over its lanes, mg/ml."""
        self._renew()
        return self._cell_mg_ml

    @property
    def cell_ml(self) -> Floats:
        """Volume of every cell, ml."""
        self._renew()
        return self._cell_ml

    @property
    def cell_share(self) -> Floats:
        """Place of every cell's middle along its edge, 0 to 1."""
        at, out = self.layout, np.empty(self.layout.cells)
        for k in range(at.lanes.size):
            n_a, n_b = int(at.half_cells[2 * k]), int(at.half_cells[2 * k + 1])
            whole = 0.5 if n_b else 1.0
            here = out[self.edge_cells(k)]
            here[:n_a] = (np.arange(n_a) + 0.5) * whole / max(n_a, 1)
            here[n_a:] = 0.5 + (np.arange(n_b) + 0.5) * 0.5 / max(n_b, 1)
        return out

    def at(self, edges: Ints, shares: Floats) -> Floats:
        """Concentration at shares (0 at a, 1 at b) of edges, mg/ml; edges without volume give 0."""
        self._renew()
        out = np.empty(len(edges))
        kernels.sample(
            self.layout.first_cell, self.layout.half_cells, self._before_cell, self._after_cell, edges,
            shares, self._cell_mg_ml, out,
        )  # fmt: skip
        return out

    @property
    def node_mg_ml(self) -> Floats:
        """Of what met at each node in the last window, or of the pool there, mg/ml."""
        return self._node_mg_ml

    @property
    def edge_mg(self) -> Floats:
        """In the blood of each edge (e,), mg."""
        at = self.layout
        sums = np.concatenate([[0.0], np.cumsum(self._iodine)])
        return sums[at.first_value[1:]] - sums[at.first_value[:-1]]

    @property
    def tank_mg(self) -> Floats:
        """In the blood of each bed (e,), mg; 0 for other edges."""
        return np.where(self.spec.kind == EdgeKind.BED, self.edge_mg, 0.0)

    @property
    def tank_mg_ml(self) -> Floats:
        """The same, a ml of the bed's blood."""
        ml = np.where(self.spec.kind == EdgeKind.BED, self.spec.bed_ml, 0.0)
        return np.divide(self.tank_mg, ml, out=np.zeros_like(ml), where=ml > 0.0)

    @property
    def extravascular_mg(self) -> Floats:
        """In the tissue of each bed (e,), mg."""
        return self.exchange.tissue_mg

    @property
    def injected_mg(self) -> float:
        """Since the beginning."""
        return float(self._totals[INJECTED].sum() + self._source_mg.sum())

    @property
    def lost_mg(self) -> float:
        """Gone with blood that left the network."""
        return float(self._totals[LOST].sum())

    @property
    def excreted_mg(self) -> float:
        """Filtered by the kidneys, wherever the urine is."""
        return self.exchange.filtered_mg

    @property
    def in_system_mg(self) -> float:
        """In blood and tissue, and on its way in."""
        parts = (self._iodine, self._pool_mg, self._source_mg, self.exchange.tissue_tank_mg)
        return float(sum(float(p.sum()) for p in parts))

    def state(self) -> dict[str, Floats]:
        """Everything that changes, for `restore`."""
        return {
            "iodine_mg": self._iodine.copy(),
            "pool_mg": self._pool_mg.copy(),
            "node_mg_ml": self._node_mg_ml.copy(),
            "waiting_ml": self._through_ml.copy(),
            "source_ml": self._source_ml.copy(),
            "source_mg": self._source_mg.copy(),
            "before_ml": self._before_ml.copy(),
            "totals_mg": self._totals.copy(),
            "awake": self._awake.astype(np.float64),
            "clock": np.array([*self._clock, float(self._quiet)]),
            "exchange_per_s": self.exchange_per_s.copy(),
            **self.exchange.state(),
        }

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state` of the same network, exactly."""
        self._iodine[:] = arrays["iodine_mg"]
        self._pool_mg[:] = arrays["pool_mg"]
        self._node_mg_ml[:] = arrays["node_mg_ml"]
        self._through_ml[:] = arrays["waiting_ml"]
        self._source_ml[:] = arrays["source_ml"]
        self._source_mg[:] = arrays["source_mg"]
        self._before_ml[:] = arrays["before_ml"]
        self._totals[:] = arrays["totals_mg"]
        self._awake[:] = arrays["awake"] != 0.0
        self._clock[:] = arrays["clock"][:4]
        self._quiet = bool(arrays["clock"][4])
        self.exchange_per_s[:] = arrays["exchange_per_s"]
        self.exchange.restore(arrays)
        self._fresh = False
