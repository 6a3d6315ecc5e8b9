"""Carbon dioxide and air in the blood: a second agent that displaces, rises, is trapped and dissolves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.cells import layout, neighbours
from angiosuite.physics.flow.flowing import Flowing
from angiosuite.physics.flow.gas_kernels import drift_gas
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec
from angiosuite.physics.flow.transport_kernels import sample

__all__ = ["AIR", "CO2", "Gas", "bubble_speed_cm_s", "filled_share"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Rows of every array of kinds.
CO2, AIR = 0, 1
#: Time constants of solution in vessels, in beds and in the lungs, s, of each kind.
_VESSEL_S, _BED_S, _LUNG_S = (60.0, 3600.0), (20.0, 3600.0), (8.0, 1200.0)
_GRAVITY_CM_S2 = 981.0


def bubble_speed_cm_s(diameter_cm: float | Floats) -> Floats:
    """Speed at which a long bubble rises in a standing tube that is upright, cm/s.

    **Model.** ``0.35 sqrt(g D)``. **Source.** D. T. Dumitrescu (1943), R. M. Davies and G. I. Taylor (1950)
    (memory). **Valid for** tubes wider than some 5 mm; narrower ones hold a bubble by surface tension, so
    the speed falls to nothing at 3 mm. Held by `test_a_bubble_rises_in_an_inclined_vessel`.
    """
    d = np.asarray(diameter_cm, np.float64)
    free = np.clip((d - 0.3) / 0.2, 0.0, 1.0)
    return np.asarray(0.35 * np.sqrt(_GRAVITY_CM_S2 * d) * free)


def filled_share(diameter_mm: float | Floats) -> Floats:
    """Share of a level lumen that gas can fill from the anterior wall, 1 in narrow ones.

    **Model.** All up to 10 mm; wider lumens keep a level of blood: 10 mm over the diameter.
    **Source.** A gas injector in a model of the circulation: vessels of up to 10 mm fill virtually
    completely, in wider ones a residual level of fluid remains (abstract read); the falling part is ours.
    **Valid for** level vessels, face-up. Held by `test_wide_vessels_keep_a_level_of_blood`.
    """
    return np.asarray(np.minimum(1.0, 10.0 / np.maximum(np.asarray(diameter_mm, np.float64), 1e-6)))


class Gas:
    """Bubbles in a network, ml at the pressure of the blood, two kinds: CO2 and air.

    **Model.** Gas goes with the blood and past it by the rise of long bubbles in inclined segments, at forks
    by flow and rise together, so it stays in high places where the blood is slower than the bubble. It
    dissolves by first order: CO2 within about a minute in vessels and within seconds in the lungs, air
    hardly. Volume that is injected has to be a source of the network as well; what dissolves is given back
    as `faded_ml`, to be taken from its sources, so that the blood's volume stays.
    **Source.** CO2 dissolves within minutes and leaves by the lungs; bubbles in the pulmonary artery for more
    than 30 s speak for air: K. J. Cho, Vasc. Specialist Int. 31 (2015) 67-80 and the same author's review
    of adverse effects (read in excerpts). Time constants are set to fit this.
    **Valid for** teaching: one mean share of gas a cell, no shapes of bubbles. Held by
    tests/physics/flow/test_gas.py.

    Parameters
    ----------
    spec : FlowSpec
    rise : ndarray (e,)
        Sine of each edge's inclination, 1 where b lies straight above (anterior of) a.
    lungs : ndarray
        Edges and nodes where gas is breathed out fast: BED edges of the lungs.
    """

    def __init__(self, spec: FlowSpec, rise: Floats, lungs: Ints, cell_mm: float = 10.0) -> None:
        self.spec = spec
        self.layout = layout(spec, cell_mm)
        n, e = len(spec.nodes), len(spec.edges)
        tube = (spec.kind == EdgeKind.TUBE) & (spec.area_cm2 > 0.0)
        area = np.where(tube, spec.area_cm2, 0.0)
        diameter = np.sqrt(4.0 * area / np.pi)
        self._rising_ml_s = np.where(tube, bubble_speed_cm_s(diameter) * area * rise, 0.0)
        #: Share of a level lumen that gas fills, (e,): with the share of gas, what the picture needs.
        self.fills: Floats = np.where(tube, filled_share(10.0 * diameter), 1.0)
        self._time_s = np.empty((2, e))
        for kind in (CO2, AIR):
            self._time_s[kind] = np.where(spec.kind == EdgeKind.BED, _BED_S[kind], _VESSEL_S[kind])
            self._time_s[kind, lungs] = _LUNG_S[kind]
        self._pool_time_s = np.repeat(np.array(_VESSEL_S)[:, None], n, axis=1)
        self._gas, self._pool = np.zeros((2, self.layout.cells)), np.zeros((2, n))
        #: Volume that dissolved in the last step, by node.
        self.faded_ml: Floats = np.zeros(n)
        self._totals = np.zeros((3, 2))  # injected, dissolved, left; of each kind
        self._lungs = lungs
        self._beside = neighbours(self.layout)
        self._pace = 0.0

    @property
    def empty(self) -> bool:
        """Whether there is none."""
        return bool(self._totals[0].sum() == 0.0 or self.ml.sum() < 1e-6)

    def step(self, network: Flowing, source_ml: Floats, seconds: float = 0.002) -> None:
        """Follow one step of the network.

        Parameters
        ----------
        network : Flowing
        source_ml : ndarray (2, n)
            CO2 and air that came in during the step, at the pressure of the blood.
        seconds : float
        """
        if self.empty and not source_ml.any():
            self.faded_ml[:] = 0.0
            return
        if seconds != self._pace:
            self._pace = seconds
            self._kept = np.exp(-seconds / self._time_s)
            self._kept_pool = np.exp(-seconds / self._pool_time_s)
        before, gone = self.ml, self._totals[2].copy()
        drift_gas(
            self.layout, network.volume_ml, network.flow_ml_s, self._rising_ml_s, source_ml, self._kept,
            self._kept_pool, seconds, self._gas, self._pool, self.faded_ml, self._totals[2],
        )  # fmt: skip
        came = source_ml.sum(1)
        self._totals[0] += came
        self._totals[1] += before + came - self.ml - (self._totals[2] - gone)

    @property
    def ml(self) -> Floats:
        """Of each kind in the network (2,), ml."""
        return np.asarray(self._gas.sum(1) + self._pool.sum(1))

    @property
    def injected_ml(self) -> Floats:
        """Since the beginning, of each kind."""
        return self._totals[0].copy()

    @property
    def dissolved_ml(self) -> Floats:
        """Since the beginning, of each kind."""
        return self._totals[1].copy()

    @property
    def edge_ml(self) -> Floats:
        """Gas in each edge (e,), both kinds."""
        sums = np.concatenate([[0.0], np.cumsum(self._gas.sum(0))])
        at = self.layout.first_cell
        return sums[at[1:]] - sums[at[:-1]]

    @property
    def lung_ml(self) -> float:
        """In the beds of the lungs: much of it locks the pulmonary circulation."""
        return float(self.edge_ml[self._lungs].sum())

    def share(self, volume_ml: Floats) -> Floats:
        """Share of each cell's volume that is gas (cells,), 0 to 1."""
        at = self.layout
        ml = np.repeat(
            np.maximum(at.compliant * volume_ml[at.end_node] + at.rigid_ml, 1e-9)
            / np.maximum(at.half_cells, 1),
            at.half_cells,
        )
        return np.asarray(np.minimum(self._gas.sum(0) / ml, 1.0))

    def at(self, edges: Ints, shares: Floats, volume_ml: Floats) -> Floats:
        """Share of gas at shares (0 at a, 1 at b) of edges; of `fills` of the lumen it leaves blood below."""
        out = np.empty(len(edges))
        sample(
            self.layout.first_cell, self.layout.half_cells, *self._beside, edges, shares,
            self.share(volume_ml), out,
        )  # fmt: skip
        return out

    def edge_cells(self, edge: int) -> slice:
        """Cells of an edge, from a to b."""
        return slice(int(self.layout.first_cell[edge]), int(self.layout.first_cell[edge + 1]))

    def state(self) -> dict[str, Floats]:
        """Everything that changes."""
        return {
            "gas_ml": self._gas.copy(),
            "gas_pool_ml": self._pool.copy(),
            "gas_totals_ml": self._totals.copy(),
            "gas_faded_ml": self.faded_ml.copy(),
        }

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`."""
        self._gas[:] = arrays["gas_ml"]
        self._pool[:] = arrays["gas_pool_ml"]
        self._totals[:] = arrays["gas_totals_ml"]
        self.faded_ml[:] = arrays["gas_faded_ml"]
