"""How hard a hand pushes and pulls: a push may buckle between fingers and valve, a pull cannot."""

from __future__ import annotations

from math import pi

import pytest

from angiosuite.content.loader import load_library
from angiosuite.suite.instruments.feeling import FREE_MM, GRIP_N, given_way, grip_n
from angiosuite.suite.instruments.instrument import Instrument


@pytest.mark.parametrize("device", ["microcatheter-2-4f", "microwire-016-angled-180"])
def test_a_soft_shaft_buckles_when_it_is_pushed_and_not_when_it_is_pulled(device: str) -> None:
    state = {"id": "t1", "device": device, "is_wet": True, "is_flushed": True, "shaped": None}
    tool = Instrument.of(load_library(), state)
    euler_n = 4.0 * pi**2 * tool.rod.shaft.zones[-1].ei_nmm2 / FREE_MM**2
    assert euler_n < GRIP_N
    assert grip_n(tool, False) == pytest.approx(euler_n)
    assert grip_n(tool, False, pulls=True) == GRIP_N
    held_n = 1.1 * euler_n
    assert given_way(1.0, held_n, grip_n(tool, False)) == 0.0
    assert given_way(-1.0, -held_n, grip_n(tool, False, pulls=True)) == -1.0
