"""How long blood takes to clot: heparin in it, protamine against it, and what a cartridge makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log

import numpy as np
from numpy.typing import NDArray
from scipy.special import wrightomega

__all__ = [
    "NORMAL_ACT_S",
    "Coagulation",
    "act_of_s",
    "clotting_share",
    "eliminated",
    "heparin_of_act",
    "measured_act_s",
    "result_after_s",
]

Floats = NDArray[np.float64]

NORMAL_ACT_S = 120.0
"""Activated clotting time without heparin, s."""
NO_CLOT_ACT_S = 300.0
"""From here on blood at rest does not clot, s (own choice; draft): the upper end of what is aimed at."""
BLOOD_ML_KG = 70.0
"""Volume that heparin is spread in, ml/kg."""
_MOST_PER_MIN, _HALF_IU_ML = 0.022, 0.69
_SLOPE_S, _STRAIGHT_IU_ML, _LONGEST_S = 95.0, 3.0, 600.0
_MIXING_S = 40.0
_IU_PER_MG = 100.0
_BINDS_S = 10.0
_PROTAMINE_HALF_S = 300.0
_PROTAMINE_ACT_S_MG_KG = 56.0
_SCATTER = 0.08
_HANDLING_S = 60.0
STEP_S = 1.0
"""The chemistry goes on in steps of this length, whatever it is advanced by, s."""


def eliminated(heparin_iu_ml: float, seconds: float) -> float:
    """Heparin that is left after a time, IU/ml.

    Notes
    -----
    **Model** one compartment whose elimination saturates, ``dC/dt = -Vmax C / (Km + C)`` with Vmax 0.022
    IU/ml a minute and Km 0.69 IU/ml; solved exactly, ``C = Km w((C0 - Vmax t)/Km + ln(C0/Km))`` with Wright's
    omega function w, so that two steps are one of their sum. Half of C0 is gone after
    ``(Km ln 2 + C0/2) / Vmax``.
    **Source** half-lives of some 30, 60 and 150 min after 25, 100 and 400 IU/kg: Hirsh and Raschke, Chest
    126:188S (2004), memory, secondary texts agree; Vmax and Km fitted to them in the research notes (30,
    54, 152 min). Saturable clearance beside a renal one: Bjornsson et al. (abstract), left out here.
    **Valid for** 5 to 400 IU/kg in adults with normal kidneys. Held by ``test_coagulation.py``.
    """
    if heparin_iu_ml <= 0.0:
        return 0.0
    ratio = heparin_iu_ml / _HALF_IU_ML
    return float(_HALF_IU_ML * wrightomega(ratio - _MOST_PER_MIN / 60.0 * seconds / _HALF_IU_ML + log(ratio)))


def act_of_s(heparin_iu_ml: float, slope: float = 1.0) -> float:
    """Activated clotting time of blood with so much heparin, s.

    Parameters
    ----------
    heparin_iu_ml : float
    slope : float
        How strongly this patient answers; 1 is the median.

    Notes
    -----
    **Model** ``120 + 95 C`` up to 3 IU/ml, then with the same slope on towards 600 s.
    **Source** about 100 s for each IU/ml in the range of use: clinical laboratory note on the ACT (read,
    clinlabnavigator.com); 120 +- 22 s before and 249 +- 44 s after 10,000 IU in 545 patients: abstract of
    Cathet Cardiovasc Diagn 26:260 (1992), read; 308 to 520 s after 300 IU/kg: surgical series in the research
    notes. **Valid for** kaolin or celite cartridges, up to 5 IU/ml. Held by ``test_coagulation.py``.
    """
    c = slope * max(heparin_iu_ml, 0.0)
    if c <= _STRAIGHT_IU_ML:
        return NORMAL_ACT_S + _SLOPE_S * c
    knee = NORMAL_ACT_S + _SLOPE_S * _STRAIGHT_IU_ML
    room = _LONGEST_S - knee
    return knee + room * (1.0 - exp(-_SLOPE_S * (c - _STRAIGHT_IU_ML) / room))


def heparin_of_act(act_s: float) -> float:
    """Heparin at which a median patient has this clotting time, IU/ml: `act_of_s` turned round."""
    knee = NORMAL_ACT_S + _SLOPE_S * _STRAIGHT_IU_ML
    if act_s <= knee:
        return max(act_s - NORMAL_ACT_S, 0.0) / _SLOPE_S
    room = _LONGEST_S - knee
    return _STRAIGHT_IU_ML - room / _SLOPE_S * log(max(1.0 - (act_s - knee) / room, 1e-6))


def clotting_share(act_s: float) -> float:
    """How fast blood at rest clots, as a share of blood without heparin: 1 at 120 s, none from 300 s on."""
    return min(max((NO_CLOT_ACT_S - act_s) / (NO_CLOT_ACT_S - NORMAL_ACT_S), 0.0), 1.0)


def measured_act_s(act_s: float, chance: float) -> float:
    """What a cartridge reads, s; `chance` is a standard normal number.

    Notes
    -----
    **Model** a lognormal scatter of 8 %. **Source** two devices of one kind side by side differed by
    -3.8 s with limits of agreement of -77.8 and 70.2 s over values of 100 to 600 s: 38 s between two, 27 s
    for one (BMC Anesthesiol 2019, read, PMC6728977). **Valid for** one kind of device; two kinds differ
    more. Held by ``test_coagulation.py``.
    """
    return act_s * exp(_SCATTER * chance)


def result_after_s(read_s: float) -> float:
    """Time from the asking to a result, s: the sample is drawn and filled in, then the cartridge runs as long
    as it reads (own choice of 60 s for the first; draft)."""
    return _HANDLING_S + read_s


class Coagulation:
    """Heparin and protamine of one patient in time.

    Parameters
    ----------
    mass_kg : float
    slope : float
        See `act_of_s`; the research notes spread it lognormally by 0.25 among patients.

    Notes
    -----
    **Model** what was injected mixes into the blood with a time constant of 40 s, then `eliminated`.
    Protamine binds 100 IU a mg, one for one until either is used up, with a time constant of 10 s at equal
    amounts of 1 mg/kg; free protamine leaves with a half-life of 5 min and itself lengthens the clotting time
    by 56 s for each mg/kg. Steps of 1 s.
    **Source** 1 mg binds 90 to 115 IU: hospital drug manual (read, outreach.cheo.on.ca); acts within 5 min:
    wheelessonline.com (read); half-life of free protamine 4.5 min in patients: Butterworth et al. (memory);
    too much of it lengthens the clotting time by 10 to 30 s: research notes (memory); the times of mixing and
    binding are own choices (draft). No reaction to protamine is made up here.
    **Valid for** adults; dilution by fluids is left out. Held by ``test_coagulation.py``.
    """

    def __init__(self, mass_kg: float, slope: float = 1.0) -> None:
        self.mass_kg, self.slope = mass_kg, slope
        self.heparin_iu_ml = self.protamine_mg = 0.0
        self._mixing_iu = self._mixing_mg = self._left_s = 0.0

    @property
    def blood_ml(self) -> float:
        """Volume that the heparin is spread in, ml."""
        return BLOOD_ML_KG * self.mass_kg

    @property
    def act_s(self) -> float:
        """Activated clotting time of the blood now, s."""
        more = _PROTAMINE_ACT_S_MG_KG * self.protamine_mg / self.mass_kg
        return min(act_of_s(self.heparin_iu_ml, self.slope) + more, _LONGEST_S)

    def give_heparin(self, iu: float) -> None:
        """Some units go into a vein or an artery."""
        self._mixing_iu += iu

    def give_protamine(self, mg: float) -> None:
        """Some mg go into a vein."""
        self._mixing_mg += mg

    def advance(self, seconds: float) -> None:
        """Time goes on."""
        self._left_s += seconds
        while self._left_s > STEP_S - 1e-9:
            self._left_s -= STEP_S
            if self._mixing_iu or self._mixing_mg or self.heparin_iu_ml or self.protamine_mg:
                self._step()

    def _step(self) -> None:
        part = 1.0 - exp(-STEP_S / _MIXING_S)
        iu, mg = part * self._mixing_iu, part * self._mixing_mg
        self._mixing_iu = _gone(self._mixing_iu - iu)
        self._mixing_mg = _gone(self._mixing_mg - mg)
        heparin_iu = self.heparin_iu_ml * self.blood_ml + iu
        protamine_mg = self.protamine_mg + mg
        bound = _bound(heparin_iu / _IU_PER_MG, protamine_mg, STEP_S / (_BINDS_S * self.mass_kg))
        left = max(heparin_iu - _IU_PER_MG * bound, 0.0) / self.blood_ml
        self.heparin_iu_ml = _gone(eliminated(left, STEP_S))
        free = (protamine_mg - bound) * 0.5 ** (STEP_S / _PROTAMINE_HALF_S)
        self.protamine_mg = _gone(max(free, 0.0))

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on."""
        numbers = (self.heparin_iu_ml, self.protamine_mg, self._mixing_iu, self._mixing_mg, self._left_s)
        return {"coagulation": np.array([*numbers, self.mass_kg, self.slope])}

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`."""
        numbers = (float(x) for x in arrays["coagulation"])
        self.heparin_iu_ml, self.protamine_mg, self._mixing_iu, self._mixing_mg, self._left_s, *own = numbers
        self.mass_kg, self.slope = own


def _bound(a: float, b: float, part: float) -> float:
    """How much of a and b has met after a time, one for one: exact for ``dx/dt = k (a - x)(b - x)``."""
    if a <= 0.0 or b <= 0.0:
        return 0.0
    if abs(a - b) < 1e-9 * (a + b):
        return a * a * part / (1.0 + a * part)
    less, more = min(a, b), max(a, b)
    ratio = exp(-(more - less) * part)
    return less * more * (1.0 - ratio) / (more - less * ratio)


def _gone(value: float) -> float:
    """Nothing where next to nothing is left."""
    return value if value > 1e-9 else 0.0
