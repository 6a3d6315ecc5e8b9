"""What a hand pushes that is no plain medium: a suspension, glue in oil, a flush that is no saline."""

from __future__ import annotations

from dataclasses import dataclass

from angiosuite.physics.flow.injection_line import Fluid

__all__ = ["Mixture"]


@dataclass(frozen=True, slots=True)
class Mixture:
    """What a hand pushes that is no plain medium.

    Parameters
    ----------
    agent : int
        Number of the preparation that is in it; the session's own.
    agent_share, medium_share : float
        Of its volume, what is the agent's and what the medium's.
    iodine_mg_ml, viscosity_20_mpas, viscosity_37_mpas, density_g_ml : float
        Of the whole, see `Fluid`.
    """

    agent: int
    agent_share: float
    medium_share: float
    iodine_mg_ml: float
    viscosity_20_mpas: float
    viscosity_37_mpas: float
    density_g_ml: float

    @property
    def fluid(self) -> Fluid:
        """For the line."""
        return Fluid(self.iodine_mg_ml, self.viscosity_20_mpas, self.viscosity_37_mpas, self.density_g_ml)
