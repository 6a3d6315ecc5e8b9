"""The dose display: what the law wants to be seen while X-rays are on and afterwards."""

from __future__ import annotations

from typing import Any

from angiosuite.imaging.dose import FIVE_MINUTES_S, DoseAccount


def shown_dose(dose: DoseAccount, t_us: int) -> dict[str, Any]:
    """Rate while X-rays are on, totals, time, frames, the five minutes."""
    rates = dose.rates(t_us)
    return {
        "rate_mgy_min": round(rates["kar_mgy_min"], 2),
        "limit_point_mgy_min": round(rates["limit_point_mgy_min"], 2),
        "kar_mgy": round(dose.kar_mgy, 4),
        "pka_gycm2": round(dose.pka_ugy_m2 / 100.0, 5),
        "fluoro_s": round(dose.fluoroscopy_s, 3),
        "frames": dose.fluoroscopy_frames + dose.shots + dose.run_frames,
        "run_frames": dose.run_frames,
        "event_kar_mgy": round(dose.event_kar_mgy, 4),
        "event_pka_gycm2": round(dose.event_pka_ugy_m2 / 100.0, 5),
        "event_s": round(dose.event_s, 3),
        "five_min_signal": dose.signal,
        "next_signal_min": round((dose.fluoroscopy_s + FIVE_MINUTES_S - dose.since_reset_s) / 60.0, 1),
    }
