"""How far a stent stands off the wall, where part of it lies in a sheath and has none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import angiosuite.suite.treating.stents.placing as placing


@pytest.mark.parametrize(("lumen_mm", "gap_mm"), [((10.0, np.inf), 1.0), ((np.inf, np.inf), 0.0)])
def test_what_lies_in_a_sheath_stands_off_no_wall(
    monkeypatch: pytest.MonkeyPatch, lumen_mm: tuple[float, float], gap_mm: float
) -> None:
    monkeypatch.setattr(placing, "hangs_out", lambda graph, site: np.zeros(2, bool))
    ground: Any = SimpleNamespace(
        session=SimpleNamespace(blood=SimpleNamespace(graph=None)), lumen_mm=lambda site: np.array(lumen_mm)
    )
    one: Any = SimpleNamespace(site=None, width_mm=np.array([8.0, 8.0]), gap_mm=0.0)
    placing.StentPlacing(ground, lambda *told: None).look_at_gap(one)
    assert one.gap_mm == pytest.approx(gap_mm)
