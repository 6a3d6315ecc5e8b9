"""A hand on a syringe: test puffs, injections and flushes, as unsteady as a thumb."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.injection_line import Bore, Fluid, Line
from angiosuite.physics.flow.injector_setting import Push
from angiosuite.physics.flow.lumen_column import LumenColumn, Parcel

__all__ = ["HandInjection", "hand_limit_psi"]

Floats = NDArray[np.float64]
Noise = Callable[[int], float]

#: Relative spread of a thumb's push, and how long it keeps a mood, s.
_SPREAD, _MOOD_S = 0.15, 0.12
#: How long a thumb takes to come up to speed, s.
_RISE_S = 0.15
#: A new draw of chance every so many seconds.
_DRAW_S = 0.02
#: Force of a thumb, N.
_THUMB_N = 100.0


def hand_limit_psi(syringe_ml: float) -> float:
    """Pressure that a thumb makes on a syringe, psi.

    **Model.** A thumb's force on the plunger's area, the bore growing as the square root of the volume from
    14.5 mm at 10 ml. **Source.** Force and bore: common figures (memory). **Valid for** 1 to 60 ml.
    Held by `test_a_small_syringe_makes_more_pressure`.
    """
    area_mm2 = np.pi * (14.5 / 2.0) ** 2 * (syringe_ml / 10.0)
    return float(_THUMB_N / area_mm2 * 1e6 / 6894.757)


class HandInjection:
    """One push of a syringe's content through a catheter, from the first step to the last drop.

    **Model.** A target rate that a slow random factor bends (first-order memory of `_MOOD_S`), a rise of
    `_RISE_S`, the same soft line as the injector's with the thumb's pressure as limit.
    Chance is asked for once each 20 ms by number, so a replay gets the same thumb.
    Held by `test_a_hand_gives_its_volume`.

    Parameters
    ----------
    bore, fluid, temperature_c
        See `Line`; `SALINE` makes it a flush.
    column : LumenColumn
        What lies in the catheter.
    ml, rate_ml_s : float
        What is meant.
    noise : callable
        Standard normal numbers by place.
    syringe_ml : float
    air_ml : float
        In the syringe, leaves first.
    agent : (int, float)
        Number of a preparation that the fluid holds, and its share of the volume; a share of 0: none.
    """

    def __init__(
        self,
        bore: Bore,
        fluid: Fluid,
        column: LumenColumn,
        ml: float,
        rate_ml_s: float,
        noise: Noise,
        temperature_c: float = 20.0,
        syringe_ml: float = 10.0,
        air_ml: float = 0.0,
        agent: tuple[int, float] = (0, 0.0),
    ) -> None:
        self._agent = agent
        self.agent_ml = 0.0
        """Of the agent, what has come into the catheter."""
        self.fluid, self._column, self.ml, self.rate_ml_s = fluid, column, ml, rate_ml_s
        self._line = Line(bore, fluid, temperature_c, compliance_ml_psi=1e-4)
        self._noise, self._limit_psi = noise, hand_limit_psi(syringe_ml)
        self._air_ml = air_ml
        self._clock_s = self._mood = self.pushed_ml = 0.0
        self._draws = 0

    @property
    def done(self) -> bool:
        """Whether all is pushed and the line is at rest."""
        return self.pushed_ml >= self.ml - 1e-9 and self._line.psi < 1e-3

    def step(self, seconds: float = 0.002) -> Push:
        """One step; what leaves the catheter's tip."""
        if self.done:
            return Push()
        while self._draws * _DRAW_S <= self._clock_s:
            keep = float(np.exp(-_DRAW_S / _MOOD_S))
            self._mood = keep * self._mood + (1.0 - keep * keep) ** 0.5 * self._noise(self._draws)
            self._draws += 1
        self._clock_s += seconds
        strength = float(np.exp(_SPREAD * self._mood))
        rate = self.rate_ml_s * strength * min(1.0, self._clock_s / _RISE_S)
        rate = min(rate, (self.ml - self.pushed_ml) / seconds)
        out_ml_s, pushed, limited = self._line.push(rate, self._limit_psi * strength, seconds)
        self.pushed_ml += pushed * seconds
        air = min(self._air_ml, out_ml_s * seconds)
        self._air_ml -= air
        ml = out_ml_s * seconds
        number, share = self._agent
        agents = ((number, (ml - air) * share),) if share > 0.0 else ()
        self.agent_ml += (ml - air) * share
        tip = self._column.push(Parcel(ml, (ml - air) * self.fluid.iodine_mg_ml, air, agents))
        return Push(out_ml_s, tip.iodine_mg_ml, tip.gas_ml, self._line.psi, limited)

    def state(self) -> dict[str, Floats]:
        """Everything that changes, but what lies in the catheter."""
        numbers = [
            self._clock_s, self._mood, self.pushed_ml, float(self._draws), self._air_ml, self._line.psi,
        ]  # fmt: skip
        more = {"hand_agent": np.array([self.agent_ml])} if self._agent[1] > 0.0 else {}
        return {"hand": np.array(numbers), **more}

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state` of the same push."""
        numbers = [float(x) for x in arrays["hand"]]
        self._clock_s, self._mood, self.pushed_ml, draws, self._air_ml, self._line.psi = numbers
        self._draws = int(draws)
        self.agent_ml = float(arrays["hand_agent"][0]) if "hand_agent" in arrays else 0.0
