"""What lies in the lumen of a catheter or sheath: air from its packet, saline, blood, and clot in blood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, pi

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.blood import DYNE_CM2_PER_MMHG, VISCOSITY_POISE
from angiosuite.physics.flow.hand_injection import hand_limit_psi
from angiosuite.physics.flow.injection_line import PSI_PA
from angiosuite.physics.flow.lumen_column import LumenColumn, Parcel
from angiosuite.physics.physiology.coagulation import act_of_s, clotting_share, heparin_of_act

__all__ = ["Drawn", "Pushed", "TubeLumen"]

Floats = NDArray[np.float64]

HEPARIN_IU_ML = 5.0
"""Of heparinised saline on the table, IU/ml."""
STANDS_S = 120.0
"""Blood stands so long before clot begins, without heparin, s."""
CLOTS_S = 480.0
"""Then clot takes the blood that stands with this time constant, s."""
_MIXES = 0.3
"""Share of the flush's heparin that blood meets which crept into it."""
_CREEPS_S, _CREEPS_SHARE = 180.0, 0.3
"""Behind a closed hub blood comes this share of the way to it, with this time constant."""
_HOLDS_PA, _HARDENS_S = 40.0, 300.0
"""Shear at which fresh clot lets go of the wall, Pa, and the time in which as much again comes to it."""
_SUCKS_PSI = 12.0
"""What a syringe sucks with at most, psi."""
_TRACE_ML, _TRACE_MM3 = 1e-3, 0.05
HAND_PSI = hand_limit_psi(10.0)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What left the tip: air and clot, which harm where they go, all of it, the contrast in it.

    `is_blocked`: nothing moved, clot held against all the pressure there was.
    """

    air_ml: float = 0.0
    clot_mm3: float = 0.0
    ml: float = 0.0
    iodine_mg: float = 0.0
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came into the syringe at the hub; `is_blocked`: nothing came, clot held."""

    ml: float = 0.0
    air_ml: float = 0.0
    clot_mm3: float = 0.0
    is_blocked: bool = False


class TubeLumen(LumenColumn):
    """The column of one tube from hub to tip; full of air until somebody flushes it.

    Parameters
    ----------
    bore_mm, length_mm : float
    dead_space_ml : float
        What fills it, the hub with it.

    Attributes
    ----------
    blood_ml : float
        Blood in it; it came in at the tip, so it lies there.
    clot_mm3 : float
        Clot in that blood.
    stood_s : float
        How long the blood has stood, s.

    Notes
    -----
    **Model** plug flow (`LumenColumn`). With an open hub blood runs back at the Poiseuille flow of its
    pressure; behind a closed one it creeps into the last third. Blood that stands begins to clot after
    120 s, ``d clot/dt = share (blood - clot) / 480 s`` with the `clotting_share` of its clotting time, 0.3
    of the flush's heparin in it. Clot lies evenly in the blood that it grew in. It holds at the wall,
    ``dP = 4 tau L / D`` over its length L, tau growing with its age; what is pushed harder drives it out of
    the tip, a syringe that sucks takes it the other way while its suction is enough.
    **Source** clots after 10 and 30 min in 65 and 100 % of catheters of blood in saline, in 19 and 46 % of
    those in heparinised saline: abstract of "Blood Clot Formation in Angiographic Catheters" (read; times
    fitted to it, shares of catheters taken as shares of the blood). Heparin of the flush, how far blood
    creeps, and the shear that clot bears: own choices (draft).
    **Valid for** tubes of 0.3 to 3 mm bore without a wire in them. Held by ``test_tube_lumen.py``.
    """

    def __init__(self, bore_mm: float, length_mm: float, dead_space_ml: float) -> None:
        super().__init__(dead_space_ml)
        self.bore_mm, self.length_mm = bore_mm, length_mm
        self._parcels = [Parcel(dead_space_ml, 0.0, dead_space_ml)]
        self.blood_ml = self.clot_mm3 = self.stood_s = 0.0
        self._clot_from_ml = self._clot_to_ml = 0.0
        self._flush_iu_ml = 0.0
        self._left_mm3 = 0.0
        self.drawn_ml: dict[int, float] = {}
        """Agents that came out at the hub, by preparation."""

    # ---- what it is like -----------------------------------------------------------------------------

    @property
    def air_ml(self) -> float:
        """Air in it."""
        return self.content.gas_ml

    @property
    def is_flushed(self) -> bool:
        """Whether a person may call it flushed: no air, and no clot."""
        return self.air_ml < _TRACE_ML and not self.is_clotted

    @property
    def is_clotted(self) -> bool:
        """Whether clot lies in it."""
        return self.clot_mm3 > _TRACE_MM3

    @property
    def clot_share(self) -> float:
        """Share of the lumen that clot takes where it lies."""
        return (
            self.clot_mm3 * 1e-3 / max(self._clot_to_ml - self._clot_from_ml, 1e-9) if self.clot_mm3 else 0.0
        )

    @property
    def holds_psi(self) -> float:
        """Pressure that clot bears before it moves, psi."""
        length_mm = self.clot_mm3 / (0.25 * pi * self.bore_mm**2)
        shear_pa = _HOLDS_PA * (1.0 + self.stood_s / _HARDENS_S)
        return 4.0 * shear_pa * length_mm / self.bore_mm / PSI_PA

    @property
    def open_mm(self) -> float:
        """Diameter of a lumen of the area that clot leaves open: what flow meets, mm."""
        return self.bore_mm * float(np.sqrt(max(1.0 - self.clot_share, 1e-4)))

    # ---- hands ---------------------------------------------------------------------------------------

    def flush(self, ml: float, heparin_iu_ml: float = HEPARIN_IU_ML, psi: float = HAND_PSI) -> Pushed:
        """Push saline through; what leaves the tip. A clot that holds against `psi` lets nothing through."""
        told = self.inject(ml, psi=psi)
        if not told.is_blocked:
            share = min(ml / self.volume_ml, 1.0)
            self._flush_iu_ml += share * (heparin_iu_ml - self._flush_iu_ml)
        return told

    def inject(
        self, ml: float, iodine_mg_ml: float = 0.0, gas_ml: float = 0.0, psi: float = HAND_PSI
    ) -> Pushed:
        """Push something else through: contrast, or what air a syringe had in it."""
        if ml <= 0.0:
            return Pushed()
        if self.holds_psi > psi:
            return Pushed(is_blocked=True)
        out = self.push(Parcel(ml, iodine_mg_ml * (ml - gas_ml), gas_ml))
        return Pushed(out.gas_ml, self.take_clot_mm3(), out.ml, out.iodine_mg)

    def aspirate(self, ml: float, in_blood: bool = True) -> Drawn:
        """Draw some ml back at the hub; blood, or air outside the patient, follows at the tip."""
        if ml <= 0.0:
            return Drawn()
        if self.holds_psi > _SUCKS_PSI:
            return Drawn(is_blocked=True)
        clot = self.clot_mm3
        out = self._draw(Parcel(ml, 0.0, 0.0 if in_blood else ml))
        if in_blood:
            self.blood_ml = min(self.blood_ml + ml, self.volume_ml)
        self._shift_clot(ml)
        self._moved(ml)
        return Drawn(out.ml, out.gas_ml, clot - self.clot_mm3)

    def push(self, parcel: Parcel) -> Parcel:
        """As the injector and a hand push: what leaves the tip; clot that leaves waits in `take_clot_mm3`."""
        before = self.clot_mm3
        self._shift_clot(-parcel.ml)
        self._left_mm3 += before - self.clot_mm3
        self.blood_ml = max(self.blood_ml - parcel.ml, 0.0)
        self._moved(parcel.ml)
        return super().push(parcel)

    def take_clot_mm3(self) -> float:
        """Clot that left the tip since the last call."""
        left, self._left_mm3 = self._left_mm3, 0.0
        return left

    # ---- time ----------------------------------------------------------------------------------------

    def advance(
        self,
        seconds: float,
        act_s: float,
        in_blood: bool = True,
        hub_is_open: bool = False,
        mmhg: float = 90.0,
    ) -> float:
        """Time goes on; the blood that ran out of the hub, ml.

        `act_s` is the patient's clotting time, `in_blood` whether the tip lies in blood, `mmhg` the pressure
        there; an open hub is closed by neither tap nor valve nor thumb.
        """
        if not in_blood:
            return 0.0
        lost = 0.0
        if hub_is_open and self.holds_psi * PSI_PA < 133.322 * mmhg:
            lost = self._run_back(seconds, mmhg)
        else:
            room = _CREEPS_SHARE * (self.volume_ml - self.air_ml) - self.blood_ml
            if room > 0.0:
                self._take_in(room * (1.0 - exp(-seconds / _CREEPS_S)))
        self._clot(seconds, act_s)
        return lost

    def _run_back(self, seconds: float, mmhg: float) -> float:
        """Blood runs to the open hub, and out of it once the lumen is full of it, ml."""
        radius_cm, length_cm = 0.05 * self.open_mm, 0.1 * self.length_mm
        ml_s = pi * radius_cm**4 * DYNE_CM2_PER_MMHG * max(mmhg, 0.0) / (8.0 * VISCOSITY_POISE * length_cm)
        ml = ml_s * seconds
        room = max(self.volume_ml - self.blood_ml, 0.0)
        self._take_in(ml)
        self._moved(ml)
        return max(ml - room, 0.0)

    def _take_in(self, ml: float) -> None:
        self._draw(Parcel(ml))
        self._shift_clot(ml)
        self.blood_ml = min(self.blood_ml + ml, self.volume_ml)

    def _clot(self, seconds: float, act_s: float) -> None:
        if self.blood_ml < _TRACE_ML:
            self.stood_s = 0.0
            return
        grows_s = seconds - max(STANDS_S - self.stood_s, 0.0)
        self.stood_s += seconds
        local_s = act_of_s(heparin_of_act(act_s) + _MIXES * self._flush_iu_ml)
        grows_s *= clotting_share(local_s)
        room_mm3 = 1e3 * self.blood_ml - self.clot_mm3
        if grows_s > 0.0 and room_mm3 > 0.0:
            self.clot_mm3 += room_mm3 * (1.0 - exp(-grows_s / CLOTS_S))
            self._clot_from_ml = 0.0
            self._clot_to_ml = max(self._clot_to_ml, self.blood_ml)

    # ---- the column ----------------------------------------------------------------------------------

    def _draw(self, parcel: Parcel) -> Parcel:
        """The mirror of `push`: in at the tip, out at the hub."""
        self._parcels.reverse()
        out = self._through(parcel)
        self._parcels.reverse()
        for number, ml in out.agents:
            self.drawn_ml[number] = self.drawn_ml.get(number, 0.0) + ml
        return out

    def _moved(self, ml: float) -> None:
        """Blood that moved has not stood: what was exchanged of the lumen sets its clock back."""
        if self.volume_ml > 0.0:
            self.stood_s *= exp(-ml / self.volume_ml)

    def _shift_clot(self, ml: float) -> None:
        """Clot moves with the column; what passes the tip (below 0) or the hub is gone from it."""
        if self.clot_mm3 <= 0.0:
            return
        low, high = self._clot_from_ml + ml, self._clot_to_ml + ml
        kept = max(min(high, self.volume_ml) - max(low, 0.0), 0.0)
        self.clot_mm3 *= kept / (high - low)
        self._clot_from_ml, self._clot_to_ml = max(low, 0.0), min(high, self.volume_ml)
        if self.clot_mm3 < 1e-9:
            self.clot_mm3 = self._clot_from_ml = self._clot_to_ml = 0.0

    # ---- state ---------------------------------------------------------------------------------------

    def show(self) -> dict[str, object]:
        """For the page: what an attentive person sees at the hub or on a swab."""
        return {"flushed": self.is_flushed, "clot": self.is_clotted, "air": self.air_ml >= _TRACE_ML}

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on, but what the tube is."""
        numbers = (
            self.blood_ml, self.clot_mm3, self.stood_s, self._clot_from_ml, self._clot_to_ml,
            self._flush_iu_ml, self._left_mm3,
        )  # fmt: skip
        drawn = [[number, ml] for number, ml in self.drawn_ml.items()]
        more = {"drawn": np.array(drawn, np.float64)} if drawn else {}
        return {**super().state(), "tube": np.array(numbers), **more}

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`; one of a plain column has neither blood nor clot."""
        super().restore(arrays)
        numbers = [float(x) for x in arrays["tube"]] if "tube" in arrays else [0.0] * 7
        self.blood_ml, self.clot_mm3, self.stood_s, self._clot_from_ml, self._clot_to_ml, *more = numbers
        self._flush_iu_ml, self._left_mm3 = more
        self.drawn_ml = {int(n): float(ml) for n, ml in arrays.get("drawn", np.zeros((0, 2)))}
