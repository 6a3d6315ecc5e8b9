"""Nitroglycerin: how far it relaxes the vessel that it goes into, and what pressure makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bolus", "Course", "Tone", "Vasodilation", "relaxed"]

Floats = NDArray[np.float64]

_HALF_UG_S_ML = 3.0
"""Exposure that relaxes half, µg s/ml."""
_LEAST_ML_S = 0.5
"""Flow that mixes at least with what is given: nothing is stronger than that."""
_SLOW_MG_MIN, _FALLS_S, _RISES_S = 5.0, 15.0, 240.0
LASTS_S = 1800.0
"""A dose is forgotten after this time, s."""


@dataclass(frozen=True, slots=True)
class Course:
    """How an effect comes and goes: two exponentials, 1 at its peak.

    Parameters
    ----------
    on_s, off_s : float
        Time constants, on below off.
    """

    on_s: float
    off_s: float

    @property
    def peak_s(self) -> float:
        """When it is strongest, s."""
        return log(self.off_s / self.on_s) * self.on_s * self.off_s / (self.off_s - self.on_s)

    def at(self, seconds: float) -> float:
        """Share of the peak some time after the dose."""
        if seconds <= 0.0:
            return 0.0
        return self._raw(seconds) / self._raw(self.peak_s)

    def _raw(self, seconds: float) -> float:
        return exp(-seconds / self.off_s) - exp(-seconds / self.on_s)


VESSEL = Course(on_s=45.0, off_s=240.0)
"""Of the vessel's muscle, given into its artery: strongest after 93 s."""
BODY = Course(on_s=28.0, off_s=170.0)
"""Of the body's pressure: strongest after 60 s."""


def relaxed(exposure_ug_s_ml: float) -> float:
    """Share of a spasm, or of all tone, that an exposure takes away.

    Notes
    -----
    **Model** ``E / (E + 3)`` with the exposure E = dose over the flow that carries it, µg s/ml: downstream
    of a tip it is the same in every branch, and far less for the same dose in the aorta or in a vein.
    **Source** 5 µg into the left coronary artery gave two thirds and 50 µg three quarters of the largest
    widening, more than 150 µg nothing further: abstract of Feldman et al., Circulation 66:321 (1982), read;
    at some 3 ml/s these are exposures of 2, 17 and 50. The half is an own choice between them (draft).
    **Valid for** boluses of some seconds. Held by ``test_vasodilation.py``.
    """
    return exposure_ug_s_ml / (exposure_ug_s_ml + _HALF_UG_S_ML) if exposure_ug_s_ml > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class Bolus:
    """One dose given into a place.

    Parameters
    ----------
    ug : float
    flow_ml_s : float
        That carries it away: of the artery, or the heart's output for a vein.
    place : int
        Key of the artery that it went into; -1: everywhere, through a vein.
    given_s : float
        When.
    """

    ug: float
    flow_ml_s: float
    place: int
    given_s: float

    @property
    def exposure_ug_s_ml(self) -> float:
        """Dose over flow."""
        return self.ug / max(self.flow_ml_s, _LEAST_ML_S)


@dataclass(frozen=True, slots=True)
class Tone:
    """What doses do to the whole circulation, as `Control.outside` takes it.

    Parameters
    ----------
    resistance, contractility : float
        Factors.
    veins_ml : float
        Change of the veins' unstressed volume.
    """

    resistance: float = 1.0
    contractility: float = 1.0
    veins_ml: float = 0.0


class Vasodilation:
    """Doses of a nitrate in one patient, in time.

    Parameters
    ----------
    mass_kg : float

    Notes
    -----
    **Model** each dose acts on the vessels that it reaches by its exposure (`relaxed`) along `VESSEL`, and on
    all by its amount along `BODY`: resistance times ``exp(-4 m)`` and ``+3000 m`` ml of venous room at 70 kg,
    m = dose / (dose + 1000 µg); the baroreflex answers. Doses add before the curve. Protamine that runs
    faster than 5 mg a minute widens arterioles and veins, up to 0.8 of the resistance and 1200 ml at 25 mg a
    minute and more, within 15 s, and back over 240 s.
    **Source** mean aortic pressure fell by 5, 9 and 18 mmHg after 50, 150 and 250 µg given into a coronary
    artery: Feldman et al. (as in `relaxed`); widest after 101 +- 32 s, pressure lowest after 64 +- 42 s by
    14 mmHg, 200 µg: abstract of a study of 40 patients (openaccessjournals.com, read); resistance first,
    veins second: abstract on intravenous boluses (read). The two factors are fitted to the falls of a
    circulation with a baroreflex (draft). Protamine: pressure falls by 15 to 30 % (research notes, memory);
    its two figures are fitted to the middle of that while the reflex defends the mean of rest.
    **Valid for** 25 to 800 µg in adults who are not short of blood. Held by ``test_vasodilation.py`` and
    ``tests/suite/remedies``.
    """

    def __init__(self, mass_kg: float) -> None:
        self.mass_kg = mass_kg
        self.now_s = 0.0
        self.given: list[Bolus] = []
        self.protamine_share = 0.0
        """How far fast protamine has widened the body's arterioles, 0 to 1."""

    def give(self, ug: float, flow_ml_s: float, place: int = -1) -> None:
        """A dose goes in now; see `Bolus`."""
        self.given.append(Bolus(ug, flow_ml_s, place, self.now_s))

    def advance(self, seconds: float, protamine_mg_min: float = 0.0) -> None:
        """Time goes on, protamine running in at this rate."""
        goal = min(max((protamine_mg_min - _SLOW_MG_MIN) / 20.0, 0.0), 1.0)
        if goal or self.protamine_share:
            tau_s = _FALLS_S if goal > self.protamine_share else _RISES_S
            self.protamine_share += (goal - self.protamine_share) * (1.0 - exp(-seconds / tau_s))
            self.protamine_share = self.protamine_share if self.protamine_share > 1e-6 else 0.0
        if self.given:
            self.now_s += seconds
            self.given = [one for one in self.given if self.now_s - one.given_s < LASTS_S]
        if not self.given:
            self.now_s = 0.0

    def relaxes(self, reached: frozenset[int] | set[int]) -> float:
        """Share of a spasm that is taken away where doses of these places arrive, 0 to 1."""
        exposure = sum(
            one.exposure_ug_s_ml * VESSEL.at(self.now_s - one.given_s)
            for one in self.given
            if one.place < 0 or one.place in reached
        )
        return relaxed(exposure)

    @property
    def tone(self) -> Tone:
        """What all doses do to the circulation now."""
        ug = sum(one.ug * BODY.at(self.now_s - one.given_s) for one in self.given) * 70.0 / self.mass_kg
        m = ug / (ug + 1000.0)
        resistance = exp(-4.0 * m) * (1.0 - 0.8 * self.protamine_share)
        veins_ml = (3000.0 * m + 1200.0 * self.protamine_share) * self.mass_kg / 70.0
        return Tone(resistance, 1.0, veins_ml)

    def state(self) -> dict[str, Floats]:
        """Everything that the next step depends on."""
        rows = [[one.ug, one.flow_ml_s, one.place, one.given_s] for one in self.given]
        return {
            "nitrate": np.array([self.mass_kg, self.now_s, self.protamine_share]),
            "doses": np.array(rows, np.float64).reshape(-1, 4),
        }

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`."""
        self.mass_kg, self.now_s, self.protamine_share = (float(x) for x in arrays["nitrate"])
        self.given = [
            Bolus(float(ug), float(flow), int(place), float(at)) for ug, flow, place, at in arrays["doses"]
        ]
