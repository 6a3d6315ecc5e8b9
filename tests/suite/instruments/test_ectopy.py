"""A tip that touches the heart: extra beats are told, drawn by the monitor, and eject less."""

from __future__ import annotations

import numpy as np

from angiosuite.suite.session import Session

from .test_instruments_in_a_session import events, run
from .touching import AORTA, pressing


def touched(session: Session) -> None:
    """A wire's tip lies at the aortic valve until there are extra beats."""
    harming, contact = session.instruments.harming, pressing(0.02, vessel=AORTA, at_mm=3.0, angle_deg=10.0)
    for _ in range(500):
        harming.aftermath.judge([contact], 0.02, harming._facts())
        if events(session, "ectopy"):
            return
        run(session, 0.02)
    raise AssertionError("no extra beat in ten seconds")


def watched(session: Session, seconds: float) -> tuple[dict[int, list[float]], set[int], list[float]]:
    """Pressure in the aorta by beat, which beats are extra ones, and the ECG."""

    def taken() -> dict[str, list[float]]:
        return session.monitor.take(session.heart, session.breathing, session.blood.pressures)

    taken()
    mmhg: dict[int, list[float]] = {}
    extra: set[int] = set()
    ecg_mv: list[float] = []
    for _ in range(round(seconds / 0.02)):
        run(session, 0.02)
        told = taken()
        ecg_mv += told["ecg"]
        mmhg.setdefault(session.heart.beat, []).extend(told["art_trace"])
        extra |= {session.heart.beat} if session.heart.is_extra else set()
    return mmhg, extra, ecg_mv


def test_the_monitor_draws_extra_beats_that_carry_less_pressure(entered: Session) -> None:
    entered.pictures = "all"  # the monitor is watched
    entered.blood.place("pigtail-5f", "aorta", 60.0, "free")
    run(entered, 4.0)
    quiet, none, usual_mv = watched(entered, 3.0)
    assert not none
    touched(entered)
    mmhg, extra, trace_mv = watched(entered, 4.0)
    assert len(extra) == events(entered, "ectopy")[0]["data"]["beats"]
    assert min(trace_mv) < min(usual_mv) - 0.2, "a T wave against the QRS"
    usual = float(np.mean([max(one) for one in list(quiet.values())[1:-1]]))
    early = [max(mmhg[beat]) - min(mmhg[beat]) for beat in sorted(extra)]
    whole = float(np.mean([np.ptp(one) for one in list(quiet.values())[1:-1]]))
    assert usual > 80.0 and early[0] < 0.85 * whole, "it had less time to fill"


def test_what_the_heart_goes_through_is_restored(entered: Session) -> None:
    touched(entered)
    state, arrays = entered.state()
    arrays = {name: np.array(value) for name, value in arrays.items()}
    run(entered, 1.0)
    first = entered.heart.state()
    entered.restore(state, arrays)
    run(entered, 1.0)
    assert np.array_equal(entered.heart.state(), first)
