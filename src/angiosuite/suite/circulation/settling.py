"""A network brought to rest: each bed has its reference flow, the arteries their mean pressure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.network import Network, prepare
from angiosuite.physics.flow.respiration import QUIET_MMHG
from angiosuite.physics.flow.spec import FlowSpec

from .plumbing import RESERVOIR, Plumbing
from .quiet import Quiet, quiet

__all__ = ["Settled", "settle"]

Floats = NDArray[np.float64]

STEP_S = 0.002
REST_RATE_PER_MIN = 68.0
"""Heart rate of a patient at rest, beats a minute."""
REGIONS = np.array(QUIET_MMHG)
"""Pressure outside vessels at rest, mmHg: the mean over a quiet breath of atmosphere, chest, belly."""
BEATS_A_ROUND = (*(3,) * 14, 4)
"""Beats of each round; flows and volume are set right behind all but the last."""
ATRIUM_MMHG = 4.0
"""Mean pressure in the right atrium, mmHg."""
ATRIUM_GAIN = 3.0
"""How much the reservoir is filled for each mmHg that is missing there: the other veins fill from it."""
FIRST_STRENGTH = 0.22
"""What ventricles come to at rest, about, as a share of the strength that they are drawn with."""
MEAN_MMHG = 93.0
"""Mean pressure in the ascending aorta, mmHg."""


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """A circulation at rest.

    Parameters
    ----------
    plumbing : Plumbing
        With the resistances that give the reference flows.
    network : Network
        In its periodic state at phase 0.
    mean_mmhg : ndarray (n,)
        Mean pressure of each node over the last beat.
    mean_ml_s : ndarray (e,)
        Mean flow of each edge over it.
    quiet : Quiet
        Means of the patient who breathes: what nerves and organs keep.
    """

    plumbing: Plumbing
    network: Network
    mean_mmhg: Floats
    mean_ml_s: Floats
    quiet: Quiet


def settle(plumbing: Plumbing, rate_per_min: float) -> Settled:
    """Run a circulation until it repeats itself, with its beds and its filling set right.

    Parameters
    ----------
    plumbing : Plumbing
    rate_per_min : float
        Heart rate.

    Notes
    -----
    **Model** after some beats each bed's resistances are scaled by the flow that it has over the flow that it
    should have at the pressure wanted, the ventricles' strength by the pressure that is missing, and the
    small veins are filled until the right atrium has its pressure.
    Held by ``tests/suite/circulation/test_settling.py``.
    """
    steps = max(1, round(60.0 / rate_per_min / STEP_S))
    aorta = _aorta(plumbing)
    ventricles = [plumbing.node[f"{side}-ventricle"] for side in ("left", "right")]
    plumbing = replace(plumbing, spec=_strengthened(plumbing.spec, ventricles, FIRST_STRENGTH))
    pattern = prepare(plumbing.spec)
    network = Network(plumbing.spec, pattern)
    for number, beats in enumerate(BEATS_A_ROUND):
        mmhg, ml_s = _beats(network, beats, steps)
        if number == len(BEATS_A_ROUND) - 1:
            break
        spec = _scaled(plumbing, mmhg, ml_s, MEAN_MMHG / mmhg[aorta])
        strength = float(np.clip((MEAN_MMHG / float(mmhg[aorta])) ** 2, 0.6, 1.6))
        spec = _strengthened(spec, ventricles, strength)
        plumbing = replace(plumbing, spec=spec)
        _refill(network, plumbing, mmhg)
        network = network.carried_to(spec, pattern)
        for node in ventricles:
            network.set_chamber(node, elastance_high=float(spec.elastance_high[node]))
    kept = quiet(network.carried_to(plumbing.spec, pattern), rate_per_min)
    return Settled(plumbing, network, mmhg, ml_s, kept)


def _beats(network: Network, beats: int, steps: int) -> tuple[Floats, Floats]:
    """Run some beats from phase 0; mean pressures and flows over the last."""
    turn = 1.0 / steps
    for _ in range(beats - 1):
        network.step(turn, REGIONS, steps, turn)
    mmhg, ml_s = np.zeros(len(network.pressure_mmhg)), np.zeros(len(network.flow_ml_s))
    for k in range(steps):
        network.step((k + 1) * turn % 1.0, REGIONS, 1, turn)
        mmhg += network.pressure_mmhg
        ml_s += network.flow_ml_s
    return mmhg / steps, ml_s / steps


def _aorta(plumbing: Plumbing) -> int:
    """Node behind the aortic valve."""
    return int(plumbing.spec.b[plumbing.edge["aortic-valve"]])


def _scaled(plumbing: Plumbing, mmhg: Floats, ml_s: Floats, pressure_factor: float) -> FlowSpec:
    """The network with the resistance of each bed scaled towards its reference flow."""
    resistance = plumbing.spec.resistance.copy()
    for bed in plumbing.beds.values():
        for name, node, wanted in zip(bed.edges, bed.arterioles, bed.flow_ml_s, strict=True):
            edge = plumbing.edge[name]
            before = plumbing.edge[f"{node}:arterioles"]
            factor = float(np.clip(ml_s[edge] * pressure_factor / wanted, 0.3, 3.0))
            resistance[edge] *= factor
            resistance[before] *= factor
    return replace(plumbing.spec, resistance=resistance)


def _strengthened(spec: FlowSpec, ventricles: list[int], factor: float) -> FlowSpec:
    """The network with ventricles stronger or weaker."""
    high = spec.elastance_high.copy()
    high[ventricles] *= factor
    return replace(spec, elastance_high=high)


def _refill(network: Network, plumbing: Plumbing, mmhg: Floats) -> None:
    """Put the reservoir where it neither gives nor takes once the right atrium has its pressure.

    Left alone it would take some ten seconds to come there.
    """
    place, way = plumbing.node[RESERVOIR], plumbing.edge[f"{RESERVOIR}:way"]
    missing = ATRIUM_MMHG - mmhg[plumbing.node["right-atrium"]]
    wanted = mmhg[plumbing.spec.b[way]] + ATRIUM_GAIN * missing
    compliance = 1.0 / float(plumbing.spec.stiffness[place])
    shift_ml = compliance * (wanted - float(network.pressure_mmhg[place]))
    network.volume_ml[place] += float(np.clip(shift_ml, -500.0, 500.0))
