"""What is dialled at an injector, what it takes, and what comes of a step."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits", "Push", "Setting"]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a learner dials in."""

    rate_ml_s: float = 5.0
    volume_ml: float = 10.0
    rise_s: float = 0.3
    limit_psi: float = 900.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What an injector takes: lowest and highest of each.

    **Source.** Ranges of angiographic injectors (research table, memory).
    """

    rate_ml_s: tuple[float, float] = (0.1, 45.0)
    volume_ml: tuple[float, float] = (1.0, 150.0)
    rise_s: tuple[float, float] = (0.0, 9.9)
    limit_psi: tuple[float, float] = (75.0, 1200.0)
    syringe_ml: float = 150.0

    def clip(self, setting: Setting) -> Setting:
        """The nearest setting that it takes."""

        def inside(value: float, span: tuple[float, float]) -> float:
            return min(max(value, span[0]), span[1])

        return Setting(
            inside(setting.rate_ml_s, self.rate_ml_s),
            inside(setting.volume_ml, self.volume_ml),
            inside(setting.rise_s, self.rise_s),
            inside(setting.limit_psi, self.limit_psi),
        )


@dataclass(frozen=True, slots=True)
class Push:
    """One step at the catheter's tip.

    Parameters
    ----------
    flow_ml_s : float
        Liquid and gas that leave the tip.
    iodine_mg_ml : float
        In the liquid.
    air_ml : float
        Of the step's volume.
    psi : float
        In the line.
    limited : bool
        The rate falls short so that the pressure stays at the limit.
    """

    flow_ml_s: float = 0.0
    iodine_mg_ml: float = 0.0
    air_ml: float = 0.0
    psi: float = 0.0
    limited: bool = False
