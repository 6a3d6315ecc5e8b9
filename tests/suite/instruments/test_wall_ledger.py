"""The ledger of walls: worst, recent, impulse."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.suite.instruments.wall_ledger import WallLedger

from .touching import lying

RENAL = "right-renal-artery"


def test_the_impulse_is_force_times_time_and_does_not_depend_on_the_step() -> None:
    sums = []
    for step in (0.01, 0.05):
        ledger = WallLedger()
        for k in range(round(2.0 / step)):
            ledger.note(lying(0.02), np.zeros(12), step, k * step)
        sums.append(ledger.impulse_ns[RENAL])
    assert sums == pytest.approx([12 * 0.02 * 2.0] * 2)


def test_two_seconds_are_remembered_and_no_more() -> None:
    ledger = WallLedger()
    ledger.note(lying(0.5), np.full(12, 0.3), 0.02, 10.0)
    ledger.note(lying(0.1), np.full(12, 0.1), 0.02, 11.0)
    assert ledger.recent_n(RENAL, 11.7) == 0.5
    assert ledger.recent_n(RENAL, 12.3) == 0.1
    assert ledger.recent_n(RENAL, 14.0) == 0.0
    assert ledger.worst[RENAL]["force_n"] == 0.5 and ledger.worst[RENAL]["moment_s"] == 10.0


def test_where_it_was_worst_is_told() -> None:
    ledger, shares = WallLedger(), np.zeros(12)
    shares[7] = 0.8
    contact = lying(0.1)
    ledger.note(contact, shares, 0.02, 3.0)
    assert ledger.worst[RENAL]["at_mm"] == pytest.approx(float(contact.at_mm[7]))
    assert "aorta" not in ledger.worst


def test_a_state_restored_is_the_same() -> None:
    one, other = WallLedger(), WallLedger()
    one.note(lying(0.5), np.full(12, 0.3), 0.02, 10.0)
    other.restore(one.state())
    for ledger in (one, other):
        ledger.note(lying(0.2), np.full(12, 0.5), 0.02, 11.5)
    assert one.state() == other.state() and one.recent_n(RENAL, 12.4) == other.recent_n(RENAL, 12.4) == 0.2
