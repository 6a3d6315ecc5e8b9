"""Beds beyond delay: contrast that leaks into tissue and comes back, and the kidneys' share into urine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.flow.cells import Layout
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec

__all__ = ["Exchange", "Traits"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Tanks that stand for the tubules; the last one empties into the pelvis.
TUBULES = 6
#: Mean stay in the tubules and in the collecting system, s.
TUBULE_S, PELVIS_S = 150.0, 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What a network's beds do to contrast, one number an edge (0 where it is no bed).

    Parameters
    ----------
    leak_ml_s : ndarray (e,)
        Permeability times surface of the whole bed, ml of plasma a second.
    tissue_ml : ndarray (e,)
        Volume outside the vessels that the contrast spreads into.
    filtered : ndarray (e,)
        Share of the plasma that goes through the filter at the bed's entry (kidney: 0.2).
    haematocrit : float
        Contrast stays out of the cells.
    """

    leak_ml_s: Floats
    tissue_ml: Floats
    filtered: Floats
    haematocrit: float = 0.42

    @classmethod
    def none(cls, edges: int) -> Traits:
        """Beds that only delay."""
        return cls(np.zeros(edges), np.zeros(edges), np.zeros(edges))


@njit(cache=True, nogil=True, error_model="numpy")
def _leak_and_filter(
    at: Layout,
    beds: NDArray,
    first_tank: NDArray,
    rates: NDArray,  # (beds, 3): leak, tissue, filtered
    plasma: float,
    through_ml: NDArray,
    seconds: float,
    iodine: NDArray,
    tissue_mg: NDArray,
    awake: NDArray,
    urine: NDArray,
) -> float:
    """Both, a tank at a time, by their closed forms; mg that were filtered."""
    filtered = 0.0
    for n in range(beds.size):
        k = beds[n]
        if not awake[k]:
            continue
        first, tanks = at.first_value[k], at.first_value[k + 1] - at.first_value[k]
        tank_ml = at.rigid_ml[2 * k] / tanks
        leak, tissue, share = rates[n, 0] / tanks, rates[n, 1] / tanks, rates[n, 2]
        if leak > 0.0 and tissue > 0.0:
            plasma_ml = plasma * tank_ml
            done = -np.expm1(-leak * (1.0 / plasma_ml + 1.0 / tissue) * seconds)
            for t in range(tanks):
                both = iodine[first + t] + tissue_mg[first_tank[n] + t]
                inside = both * (plasma_ml / (plasma_ml + tissue))
                moved = (iodine[first + t] - inside) * done
                iodine[first + t] -= moved
                tissue_mg[first_tank[n] + t] += moved
        if share > 0.0:
            entry = first if through_ml[k] >= 0.0 else first + tanks - 1
            strength = share / (1.0 - share)  # so that of what enters the tank just this share leaves by it
            moved = -iodine[entry] * np.expm1(-strength * abs(through_ml[k]) / tank_ml)
            iodine[entry] -= moved
            urine[n, 0] += moved
            filtered += moved
    return filtered


@njit(cache=True, nogil=True, error_model="numpy")
def _urine(urine: NDArray, seconds: float, tubule_s: float, pelvis_s: float) -> float:
    """Run the urine on; mg that reach the bladder."""
    bladder = 0.0
    last = urine.shape[1] - 1
    out = -np.expm1(-seconds * last / tubule_s)
    drain = -np.expm1(-seconds / pelvis_s)
    for n in range(urine.shape[0]):
        moved = urine[n, last] * drain
        urine[n, last] -= moved
        bladder += moved
        for t in range(last - 1, -1, -1):
            moved = urine[n, t] * out
            urine[n, t] -= moved
            urine[n, t + 1] += moved
    return bladder


class Exchange:
    """Tissue and urine beside a network's beds, amounts in mg of iodine.

    **Model.** Each tank exchanges with its own share of the tissue by permeability times surface and the
    difference of plasma concentrations; at the entry of a kidney a share of the plasma's iodine is filtered,
    stays in the tubules (`TUBULES` mixed tanks, `TUBULE_S` on the mean) and in the collecting system
    (`PELVIS_S`), then lies in the bladder. Water is not followed.
    **Source.** Two-compartment exchange: P. S. Tofts et al., J. Magn. Reson. Imaging 10 (1999) 223-232;
    filtration fraction 0.2 and times of nephrogram and collecting system: textbook figures (memory).
    **Valid for** agents that are neither bound nor taken up. Held by `test_tissue_and_blood_even_out`,
    `test_a_kidney_filters_its_share`.
    """

    def __init__(self, spec: FlowSpec, at: Layout, traits: Traits | None) -> None:
        self.traits = traits if traits is not None else Traits.none(len(spec.edges))
        t = self.traits
        tanks = np.diff(at.first_cell)
        self.beds: Ints = np.flatnonzero((spec.kind == EdgeKind.BED) & (tanks > 0))
        self._rates = np.stack(
            [t.leak_ml_s[self.beds], t.tissue_ml[self.beds], t.filtered[self.beds]], axis=1
        )
        self._at = at
        self._first_tank = np.concatenate([[0], np.cumsum(tanks[self.beds])]).astype(np.int64)
        self.tissue_tank_mg: Floats = np.zeros(self._first_tank[-1])
        self._urine = np.zeros((self.beds.size, TUBULES + 1))
        #: In the bladder, mg.
        self.bladder_mg = 0.0
        #: Filtered since the beginning, mg.
        self.filtered_mg = 0.0

    def step(self, through_ml: Floats, seconds: float, iodine: Floats, awake: NDArray[np.bool_]) -> None:
        """Exchange for some seconds in which `through_ml` flowed through the edges."""
        plasma = 1.0 - self.traits.haematocrit
        self.filtered_mg += _leak_and_filter(
            self._at, self.beds, self._first_tank, self._rates, plasma, through_ml, seconds, iodine,
            self.tissue_tank_mg, awake, self._urine,
        )  # fmt: skip
        self.bladder_mg += _urine(self._urine, seconds, TUBULE_S, PELVIS_S)

    @property
    def tissue_mg(self) -> Floats:
        """Outside the vessels, per edge (e,), mg."""
        out = np.zeros(self._at.lanes.size)
        if self.beds.size:
            out[self.beds] = np.add.reduceat(self.tissue_tank_mg, self._first_tank[:-1])
        return out

    def kidneys(self) -> dict[int, tuple[float, float]]:
        """Iodine in the tubules and in the collecting system, mg, of each bed edge that filters."""
        filters = np.flatnonzero(self._rates[:, 2] > 0.0)
        return {
            int(self.beds[n]): (float(self._urine[n, :-1].sum()), float(self._urine[n, -1])) for n in filters
        }

    def empty_bladder(self) -> float:
        """Void; the mg that went."""
        gone, self.bladder_mg = self.bladder_mg, 0.0
        return gone

    def state(self) -> dict[str, Floats]:
        """Everything that changes."""
        return {
            "tissue_mg": self.tissue_tank_mg.copy(),
            "urine_mg": self._urine.copy(),
            "urine_totals_mg": np.array([self.bladder_mg, self.filtered_mg]),
        }

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`."""
        self.tissue_tank_mg[:] = arrays["tissue_mg"]
        self._urine[:] = arrays["urine_mg"]
        self.bladder_mg, self.filtered_mg = (float(x) for x in arrays["urine_totals_mg"])
