"""Schema of a machine's exposure: fluoroscopy, shots and the programmes of runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Kebab, Line, Strict

RunKind = Literal["dsa", "cine", "series"]
Matrix = Literal[512, 1024]

RATES_HZ: dict[RunKind, tuple[float, float]] = {"dsa": (0.5, 6.0), "cine": (3.75, 30.0), "series": (0.5, 4.0)}
"""Lowest and highest frame rate of each kind of run, Hz."""


class DoseLevel(Strict):
    """One dose level of fluoroscopy, shots or runs: kerma asked of the detector."""

    id: Kebab
    title: Line
    detector_ngy: float = Field(gt=0, le=20000, description="a frame, at the default field and pulse rate")


class Curve(Strict):
    """One curve of exposure control: how voltage, filter and pulse follow the patient's thickness."""

    filters_cu_mm: tuple[Annotated[float, Field(ge=0, le=2)], ...] = Field(
        min_length=1, max_length=8, description="in the order in which they leave as thickness grows"
    )
    kv_thin: float = Field(ge=40, le=125, description="at 10 cm of water")
    kv_plateau: float = Field(ge=40, le=125, description="from 20 cm of water on")
    kv_high: float = Field(ge=40, le=125, description="ceiling, once every filter is out")
    preferred_ms: float = Field(gt=0, le=200)
    longest_ms: float = Field(gt=0, le=200)
    highest_power_kw: float = Field(gt=0, le=150)

    def rules(self) -> Iterator[Broken]:
        """Voltages rise, filters leave thickest first, the longest pulse is the longest."""
        for low, high in (
            ("kv_thin", "kv_plateau"),
            ("kv_plateau", "kv_high"),
            ("preferred_ms", "longest_ms"),
        ):
            below, above = getattr(self, low), getattr(self, high)
            if below > above:
                yield Broken((low,), f"is above {high}, {above:g}", f"{above:g} or less", below, (high,))
        if list(self.filters_cu_mm) != sorted(set(self.filters_cu_mm), reverse=True):
            yield Broken(("filters_cu_mm",), "is not in falling order", "each thickness once, thickest first")


class Phase(Strict):
    """One phase of a run: its frame rate and how long it lasts; without `seconds`, to the end."""

    rate_hz: float = Field(ge=0.5, le=30)
    seconds: float | None = Field(default=None, gt=0, le=120)


class Acquisition(Strict):
    """One programme of runs: what the acquisition pedal makes."""

    id: Kebab
    title: Line
    kind: RunKind
    rates_hz: tuple[Annotated[float, Field(ge=0.5, le=30)], ...] = Field(min_length=1, max_length=12)
    phases: tuple[Phase, ...] = Field(min_length=1, max_length=6, description="as the programme starts")
    levels: tuple[DoseLevel, ...] = Field(min_length=1, max_length=6)
    default_level: Kebab
    matrices: tuple[Matrix, ...] = Field(min_length=1, max_length=2)
    default_matrix: Matrix
    longest_s: float = Field(ge=1, le=120, description="the run ends by itself after this time")
    curve: Curve
    locked: bool = Field(description="the technique of the first frames is held, so that a mask matches")

    def rules(self) -> Iterator[Broken]:
        """Rates belong to the kind, phases and defaults are listed, pulses fit between frames."""
        low, high = RATES_HZ[self.kind]
        for index, rate in enumerate(self.rates_hz):
            if not low <= rate <= high:
                problem = f"is no rate of kind {self.kind}"
                yield Broken(("rates_hz", index), problem, f"{low:g} to {high:g}", rate, ("kind",))
        yield from self._phase_rules()
        levels = [level.id for level in self.levels]
        if self.default_level not in levels:
            offered = "one of " + ", ".join(levels)
            yield Broken(("default_level",), "is not one of levels", offered, self.default_level, ("levels",))
        if self.default_matrix not in self.matrices:
            offered = "one of " + ", ".join(map(str, self.matrices))
            yield Broken(
                ("default_matrix",), "is not one of matrices", offered, self.default_matrix, ("matrices",)
            )
        fits_ms = 900.0 / max(self.rates_hz)
        if self.curve.longest_ms > fits_ms:
            yield Broken(
                ("curve", "longest_ms"),
                f"does not fit between frames at {max(self.rates_hz):g} Hz",
                f"{fits_ms:.3g} or less",
                self.curve.longest_ms,
                ("rates_hz",),
            )
        if self.kind == "dsa" and not self.locked:
            yield Broken(
                ("locked",), "lets the mask differ from the frames", "`locked: true`", False, ("kind",)
            )

    def _phase_rules(self) -> Iterator[Broken]:
        rates = ", ".join(f"{rate:g}" for rate in self.rates_hz)
        for index, phase in enumerate(self.phases):
            if phase.rate_hz not in self.rates_hz:
                where = ("phases", index, "rate_hz")
                yield Broken(where, "is not one of rates_hz", f"one of {rates}", phase.rate_hz, ("rates_hz",))
            if phase.seconds is None and index < len(self.phases) - 1:
                open_ended = ("phases", index)
                yield Broken(open_ended, "has no end, but another phase follows", "`seconds: …`")
        total = sum(phase.seconds or 0.0 for phase in self.phases)
        if total > self.longest_s:
            yield Broken(
                ("longest_s",),
                "is shorter than its phases",
                f"{total:g} or more",
                self.longest_s,
                ("phases",),
            )


class Exposure(Strict):
    """Fluoroscopy, shots and runs: dose levels, rates, programmes, limits of the kerma rate."""

    fluoroscopy_levels: tuple[DoseLevel, ...] = Field(min_length=1, max_length=6)
    shot_levels: tuple[DoseLevel, ...] = Field(min_length=1, max_length=6)
    default_level: Kebab
    pulse_rates_hz: tuple[Annotated[float, Field(gt=0, le=60)], ...] = Field(min_length=1)
    default_pulse_rate_hz: float
    limit_mgy_min: float = Field(gt=0, le=88, description="at 30 cm before the receptor")
    high_level_limit_mgy_min: float = Field(gt=0, le=176)
    acquisitions: tuple[Acquisition, ...] = Field(min_length=1, max_length=12)

    def rules(self) -> Iterator[Broken]:
        """Defaults are listed, high-level control is higher, programmes differ in name."""
        levels = [level.id for level in self.fluoroscopy_levels]
        if self.default_level not in levels:
            yield Broken(
                ("default_level",),
                "is not one of fluoroscopy_levels",
                "one of " + ", ".join(levels),
                self.default_level,
                ("fluoroscopy_levels",),
            )
        if self.default_pulse_rate_hz not in self.pulse_rates_hz:
            rates = ", ".join(f"{rate:g}" for rate in self.pulse_rates_hz)
            yield Broken(
                ("default_pulse_rate_hz",),
                "is not one of pulse_rates_hz",
                f"one of {rates}",
                self.default_pulse_rate_hz,
                ("pulse_rates_hz",),
            )
        if self.high_level_limit_mgy_min < self.limit_mgy_min:
            yield Broken(
                ("high_level_limit_mgy_min",),
                "is below limit_mgy_min",
                "a higher limit",
                self.high_level_limit_mgy_min,
                ("limit_mgy_min",),
            )
        programmes = [acquisition.id for acquisition in self.acquisitions]
        for index, name in enumerate(programmes):
            if name in programmes[:index]:
                yield Broken(("acquisitions", index, "id"), "is given twice", "another id", name)
