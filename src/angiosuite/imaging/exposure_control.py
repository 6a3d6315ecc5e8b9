"""Automatic exposure control: which pulse keeps the detector's signal where the dose level wants it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.xray.beam import Technique, beam
from angiosuite.physics.xray.kerma import kerma_at_ugy, limit_point_kerma_ugy, reference_kerma_ugy
from angiosuite.physics.xray.scatter import GridModel, slab_scatter
from angiosuite.physics.xray.tube import TubeLimits, pulse_for, shortened

LIMIT_MGY_MIN = 88.0
HIGH_LEVEL_LIMIT_MGY_MIN = 176.0
DAMPING = 0.55
"""Share of a new thickness estimate that one pulse takes over: 0.45³ leaves 9 % after three pulses."""
_LOWEST_CM, _HIGHEST_CM = 0.5, 45.0


@dataclass(frozen=True, slots=True)
class Programme:
    """One curve of exposure control.

    Parameters
    ----------
    name : str
        For display and log.
    filters_cu_mm : tuple of float
        Filters in the order in which they leave as thickness grows.
    kv_thin, kv_plateau, kv_high : float
        Voltage at 10 cm of water, on the plateau from 20 cm on, and its ceiling, kV.
    preferred_ms, longest_ms : float
        Pulse width, ms.
    highest_power_kw : float
        Tube power above which the curve rather drops a filter or raises the voltage, kW.
    """

    name: str
    filters_cu_mm: tuple[float, ...]
    kv_thin: float
    kv_plateau: float
    kv_high: float
    preferred_ms: float
    longest_ms: float
    highest_power_kw: float

    def plateau_kv(self, thickness_cm: float) -> float:
        """Voltage before limits are met, kV: rises to the plateau at 20 cm and stays."""
        share = min(max((thickness_cm - 10.0) / 10.0, 0.0), 1.0)
        return self.kv_thin + share * (self.kv_plateau - self.kv_thin)


FLUOROSCOPY = Programme("fluoroscopy", (0.9, 0.6, 0.3, 0.2, 0.1), 62.0, 72.0, 110.0, 6.0, 12.0, 18.0)
SINGLE_SHOT = Programme("single shot", (0.3, 0.2, 0.1, 0.0), 66.0, 75.0, 120.0, 20.0, 80.0, 60.0)
"""Curves in the manner of AAPM Report 125 (2012): filters leave in steps, then the voltage rises."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What exposure control knows of the room at one pulse.

    Parameters
    ----------
    source_detector_mm, air_gap_mm, field_side_mm : float
        Focus to detector, patient to detector, side of the open field at the detector, mm.
    grid : GridModel or None
        The grid, None when it is out.
    pulses_per_s : float
        Pulse rate; 0 for a single shot (no rate limit applies to it).
    detector_ngy : float
        Kerma asked of the detector for one frame, nGy.
    high_level : bool
        High-level control is held.
    limit_mgy_min, high_level_limit_mgy_min : float
        Limits of the kerma rate, mGy/min (21 CFR 1020.32(d)).
    run_s : float
        Longest duration of the run that the pulse belongs to, s; 0 for fluoroscopy. Images that are recorded
        know no rate limit (21 CFR 1020.32(d)); the anode's heat over the run bounds them.
    """

    source_detector_mm: float
    air_gap_mm: float
    field_side_mm: float
    grid: GridModel | None
    pulses_per_s: float
    detector_ngy: float
    high_level: bool = False
    limit_mgy_min: float = LIMIT_MGY_MIN
    high_level_limit_mgy_min: float = HIGH_LEVEL_LIMIT_MGY_MIN
    run_s: float = 0.0

    @property
    def rate_limit_mgy_min(self) -> float:
        """Limit of the kerma rate 30 cm before the receptor, mGy/min; infinite for shots and runs."""
        if self.pulses_per_s <= 0 or self.run_s > 0:
            return float("inf")
        return self.high_level_limit_mgy_min if self.high_level else self.limit_mgy_min


@dataclass(frozen=True, slots=True)
class Pulse:
    """The next pulse and what follows from it.

    Attributes
    ----------
    technique : Technique
        Voltage, filter, current, width, focal spot.
    kerma_in_air_ugy : float
        Unattenuated air kerma at the detector's plane, µGy.
    wanted_signal : float
        Mean detector signal (1 = unattenuated) that equals the wanted kerma.
    limited_by : str
        "", "tube" or "rate": why the pulse may be weaker than wanted.
    """

    technique: Technique
    kerma_in_air_ugy: float
    wanted_signal: float
    limited_by: str


def wanted_detector_ngy(level_ngy: float, fov_cm: float, default_fov_cm: float) -> float:
    """Kerma a frame at the detector in a field, nGy: the level of the default field times its ratio of sizes.

    **Model**: follows 1/FOV. **Source**: AAPM Report 125 (2012) and Mahesh, RadioGraphics 21:1033 (2001):
    makers raise the detector kerma between 1/FOV and 1/FOV² to hold perceived noise; 1/FOV here.
    """
    return level_ngy * default_fov_cm / fov_cm


_GRID_CM = np.linspace(0.0, 50.0, 201)


@lru_cache(maxsize=4096)
def _slab_curve(
    kv: float, filter_cu_mm: float, field_side_mm: int, air_gap_mm: int, grid: GridModel | None
) -> NDArray[np.float64]:
    """Logarithm of the signal with scatter behind 0 to 50 cm of water, a value per quarter centimetre."""
    b = beam(kv, filter_cu_mm)
    primary = np.exp(-_GRID_CM[:, None] * b.mu_rho("water")) @ b.weights
    scatter = slab_scatter(_GRID_CM, float(field_side_mm), float(air_gap_mm), b, grid)
    return np.log(primary * (grid.primary if grid else 1.0) + scatter)


def slab_signal(
    kv: float,
    filter_cu_mm: float,
    thickness_cm: float,
    field_side_mm: float,
    air_gap_mm: float,
    grid: GridModel | None,
) -> float:
    """Signal behind a water slab with scatter, as a fraction of the unattenuated beam.

    Field and gap count in steps of 5 and 10 mm, so that the curves can be kept.
    """
    side, gap = round(field_side_mm / 5.0) * 5, round(air_gap_mm / 10.0) * 10
    curve = _slab_curve(kv, filter_cu_mm, side, gap, grid)
    return float(np.exp(np.interp(thickness_cm, _GRID_CM, curve)))


def thickness_of(signal: float, kv: float, filter_cu_mm: float, situation: Situation) -> float:
    """Water thickness whose slab gives a signal, cm, within 0.5 to 45 cm."""
    side, gap = round(situation.field_side_mm / 5.0) * 5, round(situation.air_gap_mm / 10.0) * 10
    curve = _slab_curve(kv, filter_cu_mm, side, gap, situation.grid)
    found = float(np.interp(-np.log(signal), -curve, _GRID_CM))
    return min(max(found, _LOWEST_CM), _HIGHEST_CM)


class ExposureControl:
    """The loop: from the mean signal of the last frame to the next pulse.

    Parameters
    ----------
    limits : TubeLimits
        Tube and generator.
    start_cm : float
        Thickness that the first pulse is made for, cm of water.
    """

    def __init__(self, limits: TubeLimits, start_cm: float = 20.0) -> None:
        self.limits = limits
        self.thickness_cm = start_cm
        self.filter_cu_mm = -1.0
        """Filter in the beam; -1 before the first pulse."""

    def pulse(self, programme: Programme, situation: Situation) -> Pulse:
        """The next pulse for the thickness believed now."""
        filters = [f for f in programme.filters_cu_mm if f in self.limits.filters_cu_mm]
        thickness = self.thickness_cm
        start = programme.plateau_kv(thickness)
        held = self.filter_cu_mm
        best: tuple[float, Pulse] | None = None
        for step, filter_cu in enumerate(filters):
            last = step == len(filters) - 1
            # A filter that is out comes back only with a tenth to spare, so that it does not flutter.
            spare = 1.1 if held >= 0 and filter_cu > held else 1.0
            candidate, share = self._candidate(programme, situation, start, filter_cu, spare)
            if share >= 1.0:
                return self._take(candidate)
            if last:
                best = (share, candidate)
        # Every filter is out or limits are met: raise the voltage, with each filter, least dose first.
        kv = start
        while kv < programme.kv_high:
            kv = min(kv + 2.0, programme.kv_high)
            for filter_cu in filters:
                candidate, share = self._candidate(programme, situation, kv, filter_cu, 1.0)
                if share >= 1.0:
                    return self._take(candidate)
                if best is None or share > best[0]:
                    best = (share, candidate)
        assert best is not None
        return self._take(best[1])

    def _take(self, pulse: Pulse) -> Pulse:
        self.filter_cu_mm = pulse.technique.filter_cu_mm
        return pulse

    def _candidate(
        self, programme: Programme, situation: Situation, kv: float, filter_cu: float, spare: float
    ) -> tuple[Pulse, float]:
        """A pulse at a voltage and filter, and the share of the wanted signal that it reaches."""
        kv = float(round(kv))  # the generator steps by one kilovolt
        b = beam(kv, filter_cu)
        signal = slab_signal(
            kv,
            filter_cu,
            round(self.thickness_cm * 20.0) / 20.0,
            round(situation.field_side_mm),
            round(situation.air_gap_mm),
            situation.grid,
        )
        wanted_ugy = situation.detector_ngy / 1000.0
        air_per_mas = b.kerma_ugy_per_mas_1m * (1000.0 / situation.source_detector_mm) ** 2
        mas = wanted_ugy / (air_per_mas * b.detector_kerma_per_signal * signal)
        power = min(programme.highest_power_kw, max(p for _, p in self.limits.focal_spots))
        allowed = self.limits.highest_mas(kv, programme.longest_ms, power)
        reason = "tube"
        if situation.pulses_per_s > 0:
            allowed = min(allowed, self.limits.highest_mean_mas(kv, situation.pulses_per_s, situation.run_s))
            probe = Technique(kv, filter_cu, 1000.0, 1.0, 0.4)
            rate_per_mas = (
                limit_point_kerma_ugy(probe, situation.source_detector_mm)
                * situation.pulses_per_s
                * 60.0
                / 1000.0
            )
            by_rate = situation.rate_limit_mgy_min / rate_per_mas
            if by_rate < allowed:
                allowed, reason = by_rate, "rate"
        share = allowed / (mas * spare)
        technique = pulse_for(
            kv,
            filter_cu,
            min(mas, allowed),
            self.limits,
            preferred_ms=programme.preferred_ms,
            longest_ms=programme.longest_ms,
        )
        if technique.mas > allowed:
            technique = shortened(technique, allowed / technique.mas)
        air = kerma_at_ugy(technique, situation.source_detector_mm)
        limited_by = "" if mas <= allowed else reason
        return Pulse(technique, air, b.signal_per_detector_ugy(air) * wanted_ugy, limited_by), share

    def observe(self, mean_frame: float, pulse: Pulse, situation: Situation) -> None:
        """Learn from a frame.

        Parameters
        ----------
        mean_frame : float
            Mean of the measuring field, in units of the wanted signal (see :func:`measured`).
        pulse : Pulse
            The pulse that made it.
        situation : Situation
            Where it was made.
        """
        t = pulse.technique
        signal = max(mean_frame, 1e-3) * pulse.wanted_signal
        seen = thickness_of(signal, t.kv, t.filter_cu_mm, situation)
        step = (seen - self.thickness_cm) * DAMPING
        self.thickness_cm = float(np.clip(self.thickness_cm + step, _LOWEST_CM, _HIGHEST_CM))

    def state(self) -> dict[str, float]:
        """Everything that the next pulse depends on."""
        return {"thickness_cm": self.thickness_cm, "filter_cu_mm": self.filter_cu_mm}

    def restore(self, state: dict[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.thickness_cm = float(state["thickness_cm"])
        self.filter_cu_mm = float(state["filter_cu_mm"])


def measured(
    frame: NDArray[np.float32], window: tuple[int, int, int, int] | None = None, body_below: float = 6.0
) -> float:
    """Mean of the frame's measuring field inside the collimator, in units of the wanted signal.

    Parameters
    ----------
    frame : float32 (rows, columns)
        Frame in units of the wanted signal.
    window : tuple of int, optional
        Open field: first and past-last row, first and past-last column.
    body_below : float
        Pixels brighter than this many times the field's median are direct beam and left out.

        **Model**: middle 60 % of the open field, every fourth pixel; mean over the body.
    """
    r0, r1, c0, c1 = window or (0, frame.shape[0], 0, frame.shape[1])
    dr, dc = int((r1 - r0) * 0.2), int((c1 - c0) * 0.2)
    rows = slice(r0 + dr, max(r1 - dr, r0 + dr + 1), 4)
    columns = slice(c0 + dc, max(c1 - dc, c0 + dc + 1), 4)
    part = frame[rows, columns].astype(np.float64)
    middle = float(np.median(part))
    kept = part[part <= body_below * max(middle, 1e-6)]
    return float(kept.mean()) if kept.size else middle


def reference_kerma_rate_mgy_min(
    water_cm: float = 21.9, detector_ngy: float = 36.0, pulses_per_s: float = 15.0
) -> tuple[float, Technique]:
    """Settled reference kerma rate behind a water slab, mGy/min, and the pulse that makes it.

    Parameters
    ----------
    water_cm : float
        Thickness; 21.9 cm of water weaken as 20 cm of acrylic do.
    detector_ngy, pulses_per_s : float
        Kerma asked of the detector for a frame, nGy, and pulse rate.

    Notes
    -----
    **Model**: slab in the isocentre, focus to isocentre 785 mm and to detector 1050 mm, field 297 mm,
    grid in.
    **Source**: 18 angiography units behind 20 cm acrylic show 2.1 to 28.2, mean 13.9 mGy/min (PMC5690033).
    """
    isocentre_mm, detector_mm = 785.0, 1050.0
    gap_mm = detector_mm - isocentre_mm - water_cm * 5.0
    where = Situation(detector_mm, gap_mm, 297.0, GridModel(), pulses_per_s, detector_ngy)
    control = ExposureControl(TubeLimits())
    for _ in range(16):
        pulse = control.pulse(FLUOROSCOPY, where)
        t = pulse.technique
        seen = slab_signal(t.kv, t.filter_cu_mm, water_cm, 297, round(gap_mm), where.grid)
        control.observe(seen / pulse.wanted_signal, pulse, where)
    rate = reference_kerma_ugy(pulse.technique, isocentre_mm) * pulses_per_s * 60.0 / 1000.0
    return rate, pulse.technique
