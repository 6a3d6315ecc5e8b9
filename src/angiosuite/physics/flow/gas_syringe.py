"""CO2 by hand: filling, purging, a compressible push through a catheter, and the rules of its safety."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.injection_line import SALINE, Bore, flow_at_limit_ml_s

__all__ = ["GasPush", "GasRules", "GasSyringe", "gas_faults"]

Floats = NDArray[np.float64]

#: Atmosphere, mmHg; one psi, mmHg.
_ATMOSPHERE_MMHG, _PSI_MMHG = 760.0, 51.715
#: Volume of the reservoir's outlet and line that is air until it is flushed, ml.
_DEAD_ML = 5.0
#: Pressure that is left in a syringe that nobody pushes, and the most that a hand makes, psi.
_HAND_PSI = 25.0
#: How long gas takes to run down its own pressure through an open catheter, s.
_RUN_S = 0.08


@dataclass(frozen=True, slots=True)
class GasRules:
    """What makes a gas injection dangerous.

    **Source.** Not above the diaphragm, nor into coronary or cerebral vessels; purge with 3 to 5 ml; air in
    the system; excessive volume locks the pulmonary artery: K. J. Cho, Vasc. Specialist Int. 31 (2015)
    67-80 and reviews of adverse effects (read in excerpts). Most in one go and the shortest interval:
    conventions (memory), to be confirmed by clinicians.
    """

    most_ml: float = 100.0
    interval_s: float = 120.0
    purge_ml: float = 3.0
    air_share: float = 0.02


@dataclass(frozen=True, slots=True)
class GasPush:
    """One step at the tip: gas at the blood's pressure, and liquid that it drives before it."""

    co2_ml: float = 0.0
    air_ml: float = 0.0
    liquid_ml: float = 0.0
    psi: float = 0.0


def gas_faults(
    rules: GasRules,
    *,
    artery: bool,
    above_diaphragm: bool,
    ml: float,
    air_share: float,
    since_s: float | None,
) -> tuple[str, ...]:
    """Critical errors of an injection that is about to be given, as names.

    Parameters
    ----------
    rules : GasRules
    artery, above_diaphragm : bool
        Where the tip lies.
    ml : float
        That is meant.
    air_share : float
        Of what the syringe holds.
    since_s : float or None
        Seconds since the last injection of gas.
    """
    found = []
    if artery and above_diaphragm:
        found.append("gas-above-diaphragm")
    if air_share > rules.air_share:
        found.append("air-in-reservoir")
    if since_s is not None and since_s < rules.interval_s:
        found.append("gas-too-soon")
    if ml > rules.most_ml:
        found.append("gas-too-much")
    return tuple(found)


class GasSyringe:
    """A syringe of CO2 on a catheter.

    **Model.** Ideal gas at body heat: what is pushed is first compressed, because liquid in the catheter
    holds it; once that plug is out, the gas runs down its pressure within a tenth of a second and expands
    to the blood's pressure: the burst. A purged catheter holds no plug and gives a steady push.
    **Source.** Explosive delivery from compression behind fluid, avoided by 3 to 5 ml of gas first: reviews
    of CO2 angiography (read in excerpts). **Valid for** hand syringes of 20 to 60 ml.
    Held by `test_gas_bursts_behind_a_plug`.
    """

    def __init__(self) -> None:
        self.ml = self.air_share = self.plug_ml = 0.0
        self._bore: Bore | None = None
        self._amount = self._volume = self._meant = self._rate = 0.0
        self._pushed = 0.0

    def fill(self, ml: float, flushes: int) -> None:
        """From the reservoir; each flush before it washes nine tenths of the air out of the way."""
        self.ml = ml
        self.air_share = min(1.0, _DEAD_ML * 0.1**flushes / max(ml, 1e-6))
        self._meant = self._pushed = 0.0

    def connect(self, bore: Bore, plug_ml: float | None = None) -> None:
        """To a catheter that holds liquid: all of its lumen unless told."""
        self._bore = bore
        self.plug_ml = bore.volume_ml if plug_ml is None else plug_ml

    def purge(self, ml: float = 3.0) -> None:
        """Push the liquid out of the catheter gently with a little gas."""
        gone = min(ml, self.ml)
        self.ml -= gone
        if gone >= self.plug_ml:
            self.plug_ml = 0.0

    def inject(self, ml: float, rate_ml_s: float) -> None:
        """Begin to push `ml` at a hand's rate."""
        self._meant, self._rate, self._pushed = min(ml, self.ml), rate_ml_s, 0.0
        self._amount = self._volume = self._meant

    @property
    def busy(self) -> bool:
        """Whether gas is still to come."""
        return self._meant > 0.0 and self._amount > 1e-4

    def step(self, blood_mmhg: float, seconds: float = 0.002) -> GasPush:
        """One step against the pressure of the blood at the tip."""
        if not self.busy or self._bore is None:
            return GasPush()
        outside = (_ATMOSPHERE_MMHG + blood_mmhg) / _ATMOSPHERE_MMHG
        # the hand makes the room smaller until its strength or the content is at an end
        pressure = self._amount / max(self._volume, 1e-9)
        if (pressure - 1.0) * _ATMOSPHERE_MMHG / _PSI_MMHG < _HAND_PSI:
            self._volume = max(self._volume - self._rate * seconds, 0.2 * self._amount)
        pressure = self._amount / max(self._volume, 1e-9)
        over_psi = (pressure - outside) * _ATMOSPHERE_MMHG / _PSI_MMHG
        if over_psi <= 0.0:
            return GasPush(psi=0.0)
        if self.plug_ml > 0.0:
            length = self._bore.length_cm * min(1.0, self.plug_ml / max(self._bore.volume_ml, 1e-9))
            rest = replace(self._bore, length_cm=max(length, 0.1))
            moved = min(flow_at_limit_ml_s(over_psi, rest, SALINE) * seconds, self.plug_ml)
            self.plug_ml -= moved
            self._volume += moved
            return GasPush(liquid_ml=moved, psi=over_psi)
        excess = self._amount - outside * self._volume
        gone = min(excess * -np.expm1(-seconds / _RUN_S), self._amount)
        self._amount -= gone
        self.ml = max(self.ml - gone, 0.0)
        self._pushed += gone
        ml = gone / outside
        return GasPush(ml * (1.0 - self.air_share), ml * self.air_share, 0.0, over_psi)

    def state(self) -> dict[str, Floats]:
        """Everything that changes, but the catheter."""
        numbers = (self.ml, self.air_share, self.plug_ml, self._amount, self._volume)
        return {"gas_syringe": np.array([*numbers, self._meant, self._rate, self._pushed])}

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`; the same catheter is connected before."""
        numbers = [float(x) for x in arrays["gas_syringe"]]
        self.ml, self.air_share, self.plug_ml, self._amount, self._volume = numbers[:5]
        self._meant, self._rate, self._pushed = numbers[5:]
