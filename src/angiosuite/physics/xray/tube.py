"""What the tube and generator can do: voltage, current, pulse width, power and heat."""

from __future__ import annotations

from dataclasses import dataclass, replace

from angiosuite.physics.xray.beam import FILTERS_CU_MM, Technique


@dataclass(frozen=True, slots=True)
class TubeLimits:
    """Limits of one tube and generator; the fields are those of the machine's content.

    Parameters
    ----------
    kv_low, kv_high, ma_low, ma_high, pulse_ms_low, pulse_ms_high : float
        Ranges of voltage (kV), current (mA) and pulse width (ms).
    focal_spots : tuple of (size_mm, power_kw)
        From the smallest to the largest.
    continuous_power_kw : float
        Heat that the anode loses for ever, kW.
    anode_heat_kj : float
        Heat that the anode may take up besides in one run, kJ.
    filters_cu_mm : tuple of float
        Copper filters of the wheel, mm.
    """

    kv_low: float = 50.0
    kv_high: float = 125.0
    ma_low: float = 10.0
    ma_high: float = 1000.0
    pulse_ms_low: float = 3.0
    pulse_ms_high: float = 100.0
    focal_spots: tuple[tuple[float, float], ...] = ((0.4, 30.0), (0.7, 65.0))
    continuous_power_kw: float = 3.0
    anode_heat_kj: float = 600.0
    filters_cu_mm: tuple[float, ...] = FILTERS_CU_MM

    def highest_mas(self, kv: float, pulse_ms: float, power_kw: float) -> float:
        """Largest charge of one pulse, mAs, at a voltage, width and focal-spot power."""
        return min(self.ma_high, power_kw / kv * 1000.0) * pulse_ms / 1000.0

    def highest_mean_mas(self, kv: float, pulses_per_s: float, run_s: float = 0.0) -> float:
        """Largest charge a pulse that the anode bears for ever, or through a run of `run_s` seconds, mAs.

        **Model**: mean power is what the anode loses, and in a run also what it takes up, spread over it.
        """
        taken_kw = self.anode_heat_kj / run_s if run_s > 0.0 else 0.0
        return (self.continuous_power_kw + taken_kw) * 1000.0 / kv / pulses_per_s


def pulse_for(
    kv: float, filter_cu_mm: float, mas: float, limits: TubeLimits, *, preferred_ms: float, longest_ms: float
) -> Technique:
    """The pulse that carries `mas`: the smallest focal spot that bears it, width near `preferred_ms`.

    **Model**: the width stays at its preferred value while current falls or rises; it lengthens when the
    focal spot's power is reached, and shortens when the current reaches its lowest. Charge beyond the
    largest spot and `longest_ms` is cut off. **Source**: AAPM Report 125 (2012) describes such curves.
    """
    longest = min(longest_ms, limits.pulse_ms_high)
    chosen = None
    for size, power in limits.focal_spots:
        if mas <= limits.highest_mas(kv, longest, power) or (size, power) == limits.focal_spots[-1]:
            chosen = (size, power)
            break
    assert chosen is not None
    size, power = chosen
    highest_ma = min(limits.ma_high, power / kv * 1000.0)
    width = min(max(preferred_ms, limits.pulse_ms_low), longest)
    ma = mas / width * 1000.0
    if ma > highest_ma:
        width = min(mas / highest_ma * 1000.0, longest)
        ma = highest_ma if mas / width * 1000.0 > highest_ma else mas / width * 1000.0
    elif ma < limits.ma_low:
        width = max(mas / limits.ma_low * 1000.0, limits.pulse_ms_low)
        ma = max(mas / width * 1000.0, min(limits.ma_low, mas / limits.pulse_ms_low * 1000.0))
    return Technique(kv, filter_cu_mm, ma, width, size)


def shortened(technique: Technique, share: float) -> Technique:
    """The same pulse with less charge (share 0 to 1), by its current."""
    return replace(technique, ma=technique.ma * share)
