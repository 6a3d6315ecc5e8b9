"""How far contrast lies on the dependent wall of each segment instead of being mixed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numba import njit
from numpy.typing import NDArray

from angiosuite.physics.flow.spec import EdgeKind, FlowSpec

__all__ = ["Layering", "edge_means", "warm_up"]

Floats = NDArray[np.float64]

#: Density that a mg of iodine in a ml of blood adds, g/ml: (1.34 - 1.06) over 300.
HEAVIER_G_ML = 9.3e-4
_BLOOD_G_ML, _GRAVITY_CM_S2 = 1.06, 981.0
#: How long the square of a speed is remembered, s: a beat or so.
_MEMORY_S = 1.0
#: Rate at which a layer mixes again by itself, 1/s (own choice).
_MIXES_PER_S = 0.05


@njit(cache=True, nogil=True, error_model="numpy")
def edge_means(first_cell: NDArray, cell_mg_ml: NDArray, cell_ml: NDArray, out: NDArray) -> None:
    """Mean concentration of each edge, mg/ml; 0 where it has no cells."""
    for e in range(len(out)):
        mg, ml = 0.0, 0.0
        for c in range(first_cell[e], first_cell[e + 1]):
            mg += cell_mg_ml[c] * cell_ml[c]
            ml += cell_ml[c]
        out[e] = mg / ml if ml > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _follow(
    tube: NDArray, area: NDArray, level: NDArray, flow: NDArray, mean: NDArray, strength: float,
    seconds: float, square: NDArray, share: NDArray,
) -> None:  # fmt: skip
    """Square of the speed and share of each edge after some seconds."""
    memory = -np.expm1(-seconds / _MEMORY_S)
    for e in range(len(share)):
        square[e] += ((flow[e] / area[e]) ** 2 - square[e]) * memory
        held = max(mean[e], 0.0)
        if not tube[e] or (held == 0.0 and share[e] == 0.0):
            continue
        diameter = np.sqrt(4.0 * area[e] / np.pi)
        fall = _GRAVITY_CM_S2 * HEAVIER_G_ML * held / _BLOOD_G_ML * diameter
        aim = level[e] * fall / max(fall + square[e], 1e-12)
        if held > 0.0:  # a lumen that is full of what was given has nothing lighter above
            aim *= min(max(strength / held - 1.0, 0.0), 1.0)
        rate = np.sqrt(fall) / (2.0 * diameter) + _MIXES_PER_S
        share[e] += (aim - share[e]) * -np.expm1(-rate * seconds)


class Layering:
    """Share of each segment's contrast that has sunk, 0 (mixed) to 1 (a layer), for the picture.

    **Model.** Richardson number ``Ri = g' D / U^2`` with ``g' = g (excess density) / (density of blood)`` and
    the mean square of the speed over about a beat, for a pulse stirs by its swing; the share aims at
    ``Ri / (1 + Ri)`` times how level the segment lies, and goes there in the time that a front of the
    heavier fluid takes to cross the lumen, ``2 D / sqrt(g' D)``.
    A layer is at most as strong as what was given: of a lumen that holds it undiluted nothing sinks, of one
    that is half full or less all may.
    **Source.** Criterion: J. S. Turner, Buoyancy effects in fluids (1973) (memory); densities of media 1.34
    to 1.41 g/ml: research figure. **Valid for** one medium at a time; the sunken part is not slowed.
    Held by tests/physics/flow/test_layering.py.

    Parameters
    ----------
    spec : FlowSpec
    level : ndarray (e,), optional
        1 where a segment lies level, 0 where it stands upright; all level without it.
    """

    def __init__(self, spec: FlowSpec, level: Floats | None = None) -> None:
        e = len(spec.edges)
        self._tube = (spec.kind == EdgeKind.TUBE) & (spec.area_cm2 > 0.0)
        self._area = np.where(self._tube, spec.area_cm2, 1.0)
        self._level = np.ones(e) if level is None else level
        self._square = np.zeros(e)
        self._strength = np.full(1, np.inf)
        #: The result, (e,).
        self.share: Floats = np.zeros(e)

    def given(self, mg_ml: float) -> None:
        """Something of this strength was given: no layer is stronger than the strongest so far."""
        known = np.isfinite(self._strength[0])
        self._strength[0] = max(self._strength[0], mg_ml) if known else mg_ml

    def step(self, flow_ml_s: Floats, mean_mg_ml: Floats, seconds: float) -> Floats:
        """Follow some seconds (a frame is enough); the share of each edge.

        Parameters
        ----------
        flow_ml_s, mean_mg_ml : ndarray (e,)
            Flow, and mean concentration in each edge.
        seconds : float
        """
        _follow(
            self._tube, self._area, self._level, flow_ml_s, mean_mg_ml, float(self._strength[0]), seconds,
            self._square, self.share,
        )  # fmt: skip
        return self.share

    def state(self) -> dict[str, Floats]:
        """Everything that changes."""
        return {
            "layered": self.share.copy(),
            "layer_square": self._square.copy(),
            "strength": self._strength.copy(),
        }

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`."""
        self.share[:] = arrays["layered"]
        self._square[:] = arrays["layer_square"]
        self._strength[:] = arrays["strength"]


def warm_up() -> None:
    """Compile the kernels."""
    one, out = np.ones(2), np.zeros(2)
    edge_means(np.array([0, 1, 2]), one, one, out)
    _follow(one > 0.0, one, one, one, out, 300.0, 0.02, np.zeros(2), np.zeros(2))
