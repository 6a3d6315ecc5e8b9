"""The heart of a network: four chambers and their valves, between great veins, lungs and aorta."""

from __future__ import annotations

from dataclasses import dataclass

from angiosuite.physics.flow.draft import Draft
from angiosuite.physics.flow.spec import EdgeKind, NodeLaw

__all__ = ["CHAMBERS", "draw_heart"]

CHEST = 1
"""Region of the external pressure in the chest."""


@dataclass(frozen=True, slots=True)
class Chamber:
    """One chamber: unstressed volume ml, elastance in diastole and systole mmHg/ml, phase of contraction."""

    v0_ml: float
    low: float
    high: float
    contraction: float
    start_mmhg: float


CHAMBERS = {
    "right-atrium": Chamber(20.0, 0.10, 0.25, 0.86, 4.0),
    "right-ventricle": Chamber(20.0, 0.09, 0.83, 0.04, 4.0),
    "left-atrium": Chamber(20.0, 0.12, 0.30, 0.86, 8.0),
    "left-ventricle": Chamber(5.0, 0.12, 2.5, 0.04, 8.0),
}
"""Chambers of a normal adult; what holds them are the pressures and the output that follow.

**Source** time-varying elastance: Suga and Sagawa, Circ Res 35:117 (1974).
"""
VALVE_MMHG_S_ML = {"tricuspid": 0.004, "pulmonary": 0.05, "mitral": 0.005, "aortic": 0.06}
"""Resistance of each open valve with its outflow tract, mmHg s/ml: the ejection peaks at some 0.6 l/s."""
INFLOW_MMHG_S_ML = 0.004
"""Resistance from all great veins into an atrium, mmHg s/ml."""
INERTANCE = 3e-4
"""Of the blood in a valve's way, mmHg s2/ml."""


def draw_heart(
    draft: Draft, *, aorta: str, pulmonary_trunk: str, great_veins: list[str], pulmonary_veins: list[str]
) -> None:
    """Add four chambers and their valves between the vessels that begin and end at the heart."""
    for name, c in CHAMBERS.items():
        draft.node(
            name,
            law=NodeLaw.CHAMBER,
            volume_ml=c.v0_ml,
            start_mmhg=c.start_mmhg,
            region=CHEST,
            elastance_low=c.low,
            elastance_high=c.high,
            contraction=c.contraction,
        )
    ways = (
        ("tricuspid", "right-atrium", "right-ventricle"),
        ("pulmonary", "right-ventricle", pulmonary_trunk),
        ("mitral", "left-atrium", "left-ventricle"),
        ("aortic", "left-ventricle", aorta),
    )
    for name, a, b in ways:
        resistance = VALVE_MMHG_S_ML[name]
        draft.edge(f"{name}-valve", a, b, kind=EdgeKind.VALVE, resistance=resistance, inertance=INERTANCE)
    for into, veins in (("right-atrium", great_veins), ("left-atrium", pulmonary_veins)):
        for k, vein in enumerate(veins):
            resistance = INFLOW_MMHG_S_ML * len(veins)
            draft.edge(
                f"{into}:inflow-{k}",
                vein,
                into,
                kind=EdgeKind.LINK,
                resistance=resistance,
                inertance=INERTANCE,
            )
