"""The dose account and what it shows."""

import pytest

from angiosuite.imaging.dose import (
    DoseAccount,
    DosePulse,
    pulse_dose,
)
from angiosuite.physics.xray.beam import Technique

PULSE = DosePulse(0.01, 0.5, 0.008)


def run(account: DoseAccount, seconds: float, rate: float = 15.0, start_us: int = 0) -> int:
    t = start_us
    for _ in range(round(seconds * rate)):
        account.add(PULSE, t_us=t, interval_s=1 / rate, kind="fluoro")
        t += round(1e6 / rate)
    return t


def test_totals_add_up_and_events_start_afresh() -> None:
    account = DoseAccount()
    account.begin_event()
    t = run(account, 2)
    account.end_event()
    account.begin_event()
    run(account, 1, start_us=t)
    assert account.fluoroscopy_frames == 45
    assert account.kar_mgy == pytest.approx(0.45)
    assert account.fluoroscopy_s == pytest.approx(3)
    assert account.event_kar_mgy == pytest.approx(0.15)
    assert account.event_frames == 15


@pytest.mark.parametrize("rate", [3.75, 7.5, 15, 30])
def test_the_live_rate_is_that_of_the_pulses(rate: float) -> None:
    account = DoseAccount()
    t = run(account, 3, rate)
    live = account.rates(t - round(1e6 / rate))
    assert live["kar_mgy_min"] == pytest.approx(0.01 * rate * 60, rel=0.02)
    assert live["limit_point_mgy_min"] == pytest.approx(0.008 * rate * 60, rel=0.02)
    account.end_event()
    assert account.rates(t)["kar_mgy_min"] == 0


def test_the_five_minute_signal_sounds_until_reset_and_comes_again() -> None:
    account = DoseAccount()
    t = run(account, 299, 7.5)
    assert not account.signal
    t = run(account, 2, 7.5, t)
    assert account.signal
    account.reset_signal()
    assert not account.signal
    t = run(account, 290, 7.5, t)
    assert not account.signal
    run(account, 11, 7.5, t)
    assert account.signal


def test_a_shot_adds_dose_and_no_fluoroscopy_time() -> None:
    account = DoseAccount()
    account.add(PULSE, t_us=0, interval_s=0, kind="shot")
    assert (account.shots, account.fluoroscopy_s, account.fluoroscopy_frames) == (1, 0, 0)
    assert account.kar_mgy > 0


def test_state_brings_back_the_account() -> None:
    account = DoseAccount()
    account.begin_event()
    t = run(account, 4)
    other = DoseAccount()
    other.restore(account.state())
    assert other.as_dict(t) == account.as_dict(t)


def test_kerma_area_does_not_depend_on_distance() -> None:
    technique = Technique(70, 0.3, 100, 6, 0.4)
    near, far = (
        pulse_dose(
            technique, source_isocentre_mm=785, source_detector_mm=sid, field_area_mm2=(0.2 * sid) ** 2
        ).pka_ugy_m2
        for sid in (900.0, 1200.0)
    )
    assert near == pytest.approx(far)
