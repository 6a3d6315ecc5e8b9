"""Random commands on a whole circulation: nothing becomes negative or undefined, iodine stays to 1e-10."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.physics.flow.exchange import Traits
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.small_circulation import circulation
from angiosuite.physics.flow.spec import EdgeKind, NodeLaw
from angiosuite.physics.flow.transport import Transport

DT = 0.002


@pytest.mark.parametrize("commands", [400, pytest.param(100_000, marks=pytest.mark.long)])
def test_iodine_stays_under_random_commands(commands: int) -> None:
    """Injections of up to 30 ml/s anywhere, occluded and opened vessels, changed beds; ten steps between."""
    spec = circulation()
    n, e = len(spec.nodes), len(spec.edges)
    bed = spec.kind == EdgeKind.BED
    kidney = np.array(["kidney" in name for name in spec.edges]) & bed
    traits = Traits(np.where(bed, 1.0, 0.0), np.where(bed, 200.0, 0.0), np.where(kidney, 0.2, 0.0))
    network, transport = Network(spec), Transport(spec, traits)
    rng = np.random.default_rng(commands)
    tubes = np.flatnonzero(spec.kind == EdgeKind.TUBE)
    walls = np.flatnonzero((spec.law == NodeLaw.TUBE) | (spec.law == NodeLaw.VEIN))
    source, phase = np.zeros(n), 0.0
    for k in range(commands):
        match int(rng.integers(5)):
            case 0:
                network.sources_ml_s[:] = source[:] = 0.0
                node = int(rng.choice(walls))
                network.sources_ml_s[node] = float(rng.choice([0.0, 2.0, 8.0, 20.0, 30.0]))
                source[node] = float(rng.choice([0.0, 300.0, 370.0]))
            case 1:
                network.set_area(int(rng.choice(tubes)), float(rng.choice([0.5, 0.1, 0.02])))
            case 2:
                network.set_area(int(rng.choice(tubes)), 1.0)
            case 3:
                network.set_resistance(int(rng.integers(e)), float(rng.choice([1.0, 0.3, 5.0])))
            case _ if network.total_ml > 7000.0:  # bled again
                network.sources_ml_s[:] = source[:] = 0.0
                network.sources_ml_s[spec.node("right-atrium")] = -20.0
        for _ in range(10):
            phase = (phase + DT) % 1.0
            network.step(phase, np.zeros(8))
            transport.step(network, source, DT)
        if k % 50 == 49 and not transport.empty:
            cells = transport.cell_mg_ml
            assert np.isfinite(cells).all() and cells.min() >= 0.0 and cells.max() < 371.0
            whole = transport.in_system_mg + transport.lost_mg + transport.excreted_mg
            assert whole == pytest.approx(transport.injected_mg, rel=1e-10)
    assert transport.injected_mg > 0.0 and transport.excreted_mg > 0.0
