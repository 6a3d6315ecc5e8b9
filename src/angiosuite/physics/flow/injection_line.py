"""Pressure for a flow of contrast through a catheter, the flow at a pressure limit, the jet at its tip."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, pi

import numpy as np
from numpy.typing import NDArray

__all__ = ["PSI_PA", "Bore", "Fluid", "Line", "flow_at_limit_ml_s", "jet", "line_pressure_psi"]

Floats = NDArray[np.float64]

#: Pascal in one pound-force per square inch.
PSI_PA = 6894.757
_ROOM_C, _BODY_C = 20.0, 37.0


@dataclass(frozen=True, slots=True)
class Fluid:
    """What is injected.

    Parameters
    ----------
    iodine_mg_ml : float
    viscosity_20_mpas, viscosity_37_mpas : float
        At 20 and 37 degrees, mPa s.
    density_g_ml : float
    """

    iodine_mg_ml: float
    viscosity_20_mpas: float
    viscosity_37_mpas: float
    density_g_ml: float

    def viscosity_mpas(self, temperature_c: float) -> float:
        """Viscosity at a temperature, mPa s.

        **Model** Its logarithm is straight between the two given temperatures. **Valid for** 10 to 45
        degrees. Held by `test_warming_thins_contrast`.
        """
        share = (temperature_c - _ROOM_C) / (_BODY_C - _ROOM_C)
        return exp(
            log(self.viscosity_20_mpas) + share * (log(self.viscosity_37_mpas) - log(self.viscosity_20_mpas))
        )


SALINE = Fluid(0.0, 1.02, 0.71, 1.005)


@dataclass(frozen=True, slots=True)
class Bore:
    """A catheter's lumen.

    Parameters
    ----------
    diameter_mm, length_cm : float
    end_mm : float or None
        Diameter of the end hole; None: as the lumen; 0: closed.
    side_holes : int
    side_mm : float
        Diameter of each side hole.
    wire_mm : float
        Diameter of what lies in the lumen, from hub to tip.
    """

    diameter_mm: float
    length_cm: float
    end_mm: float | None = None
    side_holes: int = 0
    side_mm: float = 0.0
    wire_mm: float = 0.0

    @property
    def area_mm2(self) -> float:
        """Of the lumen that is free."""
        return pi * (self.diameter_mm**2 - self.wire_mm**2) / 4.0

    @property
    def hydraulic_mm(self) -> float:
        """Hydraulic diameter of the free lumen: four times its area over what is wetted."""
        return self.diameter_mm - self.wire_mm

    @property
    def laminar(self) -> float:
        """Darcy's friction factor times the Reynolds number of the hydraulic diameter, laminar.

        64 of an open lumen, up to 96 of a narrow ring around a wire in its middle.
        **Source.** Laminar flow in a concentric annulus (Lamb, Hydrodynamics, art. 331).
        """
        share = self.wire_mm / self.diameter_mm
        if share < 1e-6:
            return 64.0
        return 64.0 * (1.0 - share) ** 2 / (1.0 + share**2 + (1.0 - share**2) / log(share))

    @property
    def end_mm2(self) -> float:
        """Of the end hole."""
        if self.end_mm is None:
            return self.area_mm2
        return max(pi * (self.end_mm**2 - self.wire_mm**2) / 4.0, 0.0)

    @property
    def holes_mm2(self) -> float:
        """Of all holes."""
        return self.end_mm2 + self.side_holes * pi * self.side_mm**2 / 4.0

    @property
    def exit_mm2(self) -> float:
        """What the flow leaves through: all holes, at most the lumen's area; that where there is none."""
        return min(self.holes_mm2, self.area_mm2) or self.area_mm2

    @property
    def end_share(self) -> float:
        """Share of the flow that leaves through the end hole: by area."""
        return self.end_mm2 / self.holes_mm2 if self.holes_mm2 > 0.0 else 0.0

    @property
    def volume_ml(self) -> float:
        """Of the lumen, what has to be filled before anything leaves the tip."""
        return self.area_mm2 * self.length_cm * 1e-2


def line_pressure_psi(flow_ml_s: float, bore: Bore, fluid: Fluid, temperature_c: float = 37.0) -> float:
    """Pressure that drives a flow through a catheter, psi.

    **Model.** ``dP = max(k/Re, 0.316/Re^0.25) (l/D) rho v^2/2 + 0.5 rho v^2/2 + rho w^2/2``: friction of the
    lumen, entry, and the speed w at the holes. The larger of the laminar and the turbulent factor keeps the
    flow falling as viscosity rises; a blend by Churchill does not.
    D is hydraulic, k 64 or, around a wire, `Bore.laminar`.
    **Source.** Hagen-Poiseuille and Blasius (1913) friction factors.
    **Valid for** smooth straight lumens, Re up to 1e5; the catheter's coils and connectors are left out.
    Held by `test_flow_at_the_limit_is_the_table`, `test_thicker_contrast_never_flows_faster`.
    """
    if flow_ml_s <= 0.0:
        return 0.0
    d, v = bore.hydraulic_mm * 1e-3, flow_ml_s / bore.area_mm2
    w = flow_ml_s / bore.exit_mm2
    rho = 1000.0 * fluid.density_g_ml
    reynolds = rho * v * d / (1e-3 * fluid.viscosity_mpas(temperature_c))
    friction = max(bore.laminar / reynolds, 0.316 / reynolds**0.25)
    pa = 0.5 * rho * (v * v * (friction * bore.length_cm * 1e-2 / d + 0.5) + w * w)
    return pa / PSI_PA


@lru_cache(maxsize=256)
def flow_at_limit_ml_s(limit_psi: float, bore: Bore, fluid: Fluid, temperature_c: float = 37.0) -> float:
    """Flow at which the line's pressure is the limit, ml/s."""
    low, high = 0.0, 1.0
    while line_pressure_psi(high, bore, fluid, temperature_c) < limit_psi:
        high *= 2.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if line_pressure_psi(middle, bore, fluid, temperature_c) < limit_psi:
            low = middle
        else:
            high = middle
    return low


def jet(flow_ml_s: float, bore: Bore, fluid: Fluid) -> tuple[float, float]:
    """Speed of the jet at the end hole, m/s, and the recoil that it gives the tip, N.

    **Model.** ``F = rho Q v`` of what leaves through the end hole, shared with the side holes by area; jets
    of opposed side holes cancel. **Valid for** free jets. Held by `test_a_jet_recoils`.
    """
    end = flow_ml_s * bore.end_share
    if end <= 0.0:
        return 0.0, 0.0
    speed = end / bore.end_mm2
    return speed, 1000.0 * fluid.density_g_ml * end * 1e-6 * speed


class Line:
    """A soft line before a catheter: what a pushed flow makes of pressure and of flow at the tip.

    **Model.** ``C dP/dt = pushed - Q(P)``, Q the inverse of `line_pressure_psi`, backward Euler.
    **Source.** Compliance 0.5 to 1 ml at 1000 psi: research figure (memory).
    **Valid for** steps up to some 10 ms. Held by `test_the_line_smooths_the_rise`.

    Parameters
    ----------
    bore, fluid, temperature_c
        See `line_pressure_psi`.
    compliance_ml_psi : float
    """

    def __init__(
        self, bore: Bore, fluid: Fluid, temperature_c: float = 37.0, compliance_ml_psi: float = 7e-4
    ) -> None:
        self.compliance_ml_psi = compliance_ml_psi
        most = flow_at_limit_ml_s(2000.0, bore, fluid, temperature_c)
        self._flow: Floats = most * np.linspace(0.0, 1.0, 257) ** 2
        self._psi: Floats = np.array([line_pressure_psi(q, bore, fluid, temperature_c) for q in self._flow])
        self.psi = 0.0

    def flow_ml_s(self, psi: float) -> float:
        """Flow at the tip at a pressure."""
        return float(np.interp(psi, self._psi, self._flow))

    def push(self, ml_s: float, limit_psi: float, seconds: float) -> tuple[float, float, bool]:
        """One step: flow that leaves, flow that was pushed without passing the limit, whether limited."""
        soft = self.compliance_ml_psi / seconds
        held = soft * self.psi
        psi = float(np.interp(ml_s + held, soft * self._psi + self._flow, self._psi))
        limited = psi > limit_psi
        if limited:
            psi = max(limit_psi, 0.0)
            ml_s = max(soft * psi + self.flow_ml_s(psi) - held, 0.0)
        out = ml_s + held - soft * psi
        self.psi = psi
        return max(out, 0.0), ml_s, limited
