"""How far contrast lies on the dependent wall of each segment instead of being mixed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.spec import EdgeKind, FlowSpec

__all__ = ["Layering"]

Floats = NDArray[np.float64]

#: Density that a mg of iodine in a ml of blood adds, g/ml: (1.34 - 1.06) over 300.
HEAVIER_G_ML = 9.3e-4
_BLOOD_G_ML, _GRAVITY_CM_S2 = 1.06, 981.0
#: How long a speed is remembered, s: a beat or so.
_MEMORY_S = 1.0


class Layering:
    """Share of each segment's contrast that has sunk, 0 (mixed) to 1 (a layer), for the picture.

    **Model.** Richardson number ``Ri = g' D / U^2`` with ``g' = g (excess density) / (density of blood)`` and
    the mean speed of about a beat; the share aims at ``Ri / (1 + Ri)`` times how level the segment lies, and
    goes there in the time that a front of the heavier fluid takes to cross the lumen, ``2 D / sqrt(g' D)``.
    **Source.** Criterion: J. S. Turner, Buoyancy effects in fluids (1973) (memory); densities of media 1.34
    to 1.41 g/ml: research figure. **Valid for** lumens that are not filled by contrast alone; it does not
    slow the sunken part. Held by tests/physics/flow/test_layering.py.

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
        self._diameter = np.sqrt(4.0 * self._area / np.pi)
        self._level = np.ones(e) if level is None else level
        self._speed = np.zeros(e)
        #: The result, (e,).
        self.share: Floats = np.zeros(e)

    def step(self, flow_ml_s: Floats, mean_mg_ml: Floats, seconds: float) -> Floats:
        """Follow some seconds (a frame is enough); the share of each edge.

        Parameters
        ----------
        flow_ml_s, mean_mg_ml : ndarray (e,)
            Flow, and mean concentration in each edge.
        seconds : float
        """
        self._speed += (np.abs(flow_ml_s) / self._area - self._speed) * -np.expm1(-seconds / _MEMORY_S)
        pull = _GRAVITY_CM_S2 * HEAVIER_G_ML * np.maximum(mean_mg_ml, 0.0) / _BLOOD_G_ML
        fall = pull * self._diameter
        square = self._speed**2
        aim = np.where(self._tube, self._level * fall / np.maximum(fall + square, 1e-12), 0.0)
        rate = np.sqrt(fall) / (2.0 * self._diameter) + 0.05
        self.share += (aim - self.share) * -np.expm1(-rate * seconds)
        return self.share

    def state(self) -> dict[str, Floats]:
        """Everything that changes."""
        return {"layered": self.share.copy(), "layer_speed": self._speed.copy()}

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`."""
        self.share[:] = arrays["layered"]
        self._speed[:] = arrays["layer_speed"]
