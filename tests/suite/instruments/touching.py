"""Contacts made by hand: a stack that presses on the walls of the small patient."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.suite.circulation.plumbing import plumb
from angiosuite.suite.circulation.settling import Settled, settle
from angiosuite.suite.instruments.contact import Contact, TipContact

NAMES = ("aorta", "right-renal-artery", "superior-mesenteric-artery", "hepatic-vein")
AORTA, RENAL, MESENTERIC, VEIN = range(4)


def tip(**other: Any) -> TipContact:
    """The end of a 0.018 wire that touches head-on in the right renal artery."""
    given: dict[str, Any] = {
        "tool": "w1",
        "device": "microwire-018-double-angle-180",
        "point": np.array([-20.0, 2.0, 119.0]),
        "direction": np.array([-1.0, 0.0, 0.0]),
        "vessel": RENAL,
        "at_mm": 20.0,
        "wall_n": 0.0,
        "push_n": 0.0,
        "angle_deg": 90.0,
        "area_mm2": 0.16,
        "is_wire": True,
        "leads": True,
    }
    return TipContact(**{**given, **other})


def contact(*tips: TipContact, nodes: int = 12, spacing_mm: float = 3.0, **other: Any) -> Contact:
    """A straight stack with these ends; nothing presses on its shaft."""
    ends = tips or (tip(),)
    along = np.arange(nodes) * spacing_mm
    given: dict[str, Any] = {
        "access": "right-femoral-artery",
        "x": np.stack([30.0 - along, np.full(nodes, 2.0), np.full(nodes, 119.0)], axis=1),
        "arc_mm": along,
        "vessel": np.full(nodes, ends[0].vessel),
        "at_mm": np.linspace(0.0, ends[0].at_mm, nodes),
        "names": NAMES,
        "radius_mm": np.full(nodes, 2.8),
        "pressed_n": np.zeros(nodes),
        "inward": np.tile([0.0, 1.0, 0.0], (nodes, 1)),
        "slid_mm": np.zeros(nodes),
        "skin": np.zeros(nodes, np.int64),
        "curvature_per_mm": np.zeros(nodes),
        "tips": ends,
        "tools": tuple(one.tool for one in ends),
    }
    return Contact(**{**given, **other})


def pressing(force_n: float, **other: Any) -> Contact:
    """The wire's end presses head-on with a force."""
    return contact(tip(wall_n=force_n, **other))


def lying(pressed_n: float, slid_mm: float = 0.0, vessel: int = RENAL, radius_mm: float = 2.8) -> Contact:
    """A shaft that lies on the wall with a force on each node; its end touches nothing."""
    base = contact(tip(vessel=vessel))
    n = len(base.x)
    return replace(
        base,
        pressed_n=np.full(n, pressed_n),
        slid_mm=np.full(n, slid_mm),
        radius_mm=np.full(n, radius_mm),
    )


def _small() -> Any:
    """The module of the small patient that tests of the circulation use."""
    path = Path(__file__).parents[1] / "circulation" / "small.py"
    spec = spec_from_file_location("small_patient", path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SMALL = _small()
STEPS = 441
"""Steps of a beat."""


@cache
def small_graph() -> VesselGraph:
    """The vessels of the small patient."""
    graph: VesselGraph = SMALL.small_graph()
    return graph


@cache
def settled() -> Settled:
    """The small patient at rest."""
    return settle(plumb(small_graph(), **SMALL.PLUMBED), 60.0 / (STEPS * 0.002))


class Told:
    """Takes events."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any], str]] = []

    def __call__(self, name: str, data: dict[str, Any], words: str) -> None:
        self.events.append((name, data, words))

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.events]
