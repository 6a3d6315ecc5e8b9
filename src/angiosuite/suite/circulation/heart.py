"""The heart of a network: four chambers and their valves, between great veins, lungs and aorta."""

from __future__ import annotations

from dataclasses import dataclass

from angiosuite.physics.flow.spec import EdgeKind, NodeLaw

from .drawing_up import Drawing, DrawnEdge, DrawnNode

__all__ = ["Heart", "draw_chambers", "draw_valves"]

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
    "right-ventricle": Chamber(20.0, 0.05, 0.83, 0.04, 4.0),
    "left-atrium": Chamber(20.0, 0.12, 0.30, 0.86, 8.0),
    "left-ventricle": Chamber(10.0, 0.10, 2.5, 0.04, 8.0),
}
"""Chambers of a normal adult; what holds them are the pressures and the output that follow.

**Source** time-varying elastance: Suga and Sagawa, Circ Res 35:117 (1974).
"""
VALVE_MMHG_S_ML = {"tricuspid": 0.004, "pulmonary": 0.004, "mitral": 0.005, "aortic": 0.005}
"""Resistance of each open valve, mmHg s/ml."""
INERTANCE = 3e-4
"""Of the blood in a valve's way, mmHg s2/ml."""


@dataclass(frozen=True, slots=True)
class Heart:
    """Nodes of the chambers."""

    right_atrium: int
    right_ventricle: int
    left_atrium: int
    left_ventricle: int


def draw_chambers(drawing: Drawing) -> Heart:
    """Add the four chambers to a drawing."""
    places = [
        drawing.node(
            DrawnNode(
                name=name,
                law=NodeLaw.CHAMBER,
                volume_ml=c.v0_ml,
                start_mmhg=c.start_mmhg,
                region=CHEST,
                elastance_low=c.low,
                elastance_high=c.high,
                contraction=c.contraction,
            )
        )
        for name, c in CHAMBERS.items()
    ]
    right_atrium, right_ventricle, left_atrium, left_ventricle = places
    return Heart(right_atrium, right_ventricle, left_atrium, left_ventricle)


def draw_valves(
    drawing: Drawing,
    heart: Heart,
    *,
    aorta: int,
    pulmonary_trunk: int,
    great_veins: list[int],
    pulmonary_veins: list[int],
) -> None:
    """Join the chambers with each other and with the vessels that begin and end at the heart."""
    ways = (
        ("tricuspid", heart.right_atrium, heart.right_ventricle),
        ("pulmonary", heart.right_ventricle, pulmonary_trunk),
        ("mitral", heart.left_atrium, heart.left_ventricle),
        ("aortic", heart.left_ventricle, aorta),
    )
    for name, a, b in ways:
        drawing.edge(
            DrawnEdge(name, a, b, EdgeKind.VALVE, resistance=VALVE_MMHG_S_ML[name], inertance=INERTANCE)
        )
    for into, veins in ((heart.right_atrium, great_veins), (heart.left_atrium, pulmonary_veins)):
        for k, vein in enumerate(veins):
            name = f"{drawing.nodes[into].name}:inflow-{k}"
            drawing.edge(
                DrawnEdge(name, vein, into, EdgeKind.LINK, resistance=0.004 * len(veins), inertance=INERTANCE)
            )
