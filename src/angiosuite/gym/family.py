"""A family of anatomies to practise in: arteries of people who differ, grown one a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.physique import PatientParameters, physique_of
from angiosuite.anatomy.vessels.arteries import grow_arteries
from angiosuite.anatomy.vessels.build import hash_graph
from angiosuite.anatomy.vessels.carrying import Carrier
from angiosuite.anatomy.vessels.graph import Bed, Vessel, VesselGraph
from angiosuite.anatomy.vessels.perfusion import rescaled
from angiosuite.anatomy.vessels.reference import reference
from angiosuite.anatomy.vessels.settle import Clearance
from angiosuite.anatomy.vessels.templates import templates
from angiosuite.anatomy.vessels.variants import draw_variants, sites_of
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.randomness import generator

__all__ = ["MOST", "TEN", "Anatomy", "anatomy", "reachable"]

Floats = NDArray[np.float64]

TEN = tuple(range(10))
"""The ten that baselines are told of."""
MOST = 1000
SEED = 7000
"""Of the person with number 0; a person's number is added."""
STUB_MM = 60.0
"""What is kept of a vessel that leads to no target."""
LEAST_MM = 0.6
"""Radius below which a vessel that leads to no target is left out: no instrument goes there."""


@dataclass(frozen=True, eq=False)
class Anatomy:
    """The arteries of one person.

    Parameters
    ----------
    number : int
    person : PatientParameters
        Sex, height, body mass, age: what the arteries were grown from.
    graph : VesselGraph
        All named arteries; a rod asks for lumens alone.
    beds : mapping of str to Bed
        What they feed, with flows that add up to the cardiac output; drained by no named vein.
    """

    number: int
    person: PatientParameters
    graph: VesselGraph
    beds: Mapping[str, Bed]


@lru_cache(maxsize=64)
def anatomy(number: int) -> Anatomy:
    """The arteries of person `number`; equal numbers give equal arteries.

    Raises
    ------
    WrongUse
        For a number below 0 or from 1000 on.

    Notes
    -----
    **Model** the engine that grows a built-in patient, without its organs: a person is drawn (sex; height and
    body-mass index about the means of adults; 30 to 85 years), the reference arteries are carried to that
    person, variants of arch, coeliac, hepatic and renal arteries are drawn by published prevalence, and
    splenic and iliac arteries wind with age. Trees inside organs are not grown: segmental hepatic arteries
    are the finest. **Source** :mod:`angiosuite.anatomy.vessels` for prevalence and winding; the spread of
    height and mass is a round figure (draft). **Valid for** numbers 0 to 999. Held by
    ``tests/gym/test_family.py``.
    """
    if not 0 <= number < MOST:
        raise WrongUse(
            "There is no such anatomy",
            code="anatomy-not-known",
            where="anatomy",
            value=number,
            way_out=f"Use a number from 0 to {MOST - 1}.",
        )
    person = _person(number)
    carrier = Carrier(physique_of(person), reference().midline_mm)
    items = templates()
    drawn = draw_variants(sites_of(items), person.seed)
    clear = (Clearance.of_hollows(), Clearance.of_bones())
    vessels, beds = grow_arteries(person, carrier, items, drawn, clear)
    graph = VesselGraph({name: replace(one, bed=None) for name, one in vessels.items()}, {}, variants=drawn)
    return Anatomy(number, person, replace(graph, content_hash=hash_graph(graph)), rescaled(beds, person))


def _person(number: int) -> PatientParameters:
    draw = generator(SEED + number, "gym-person")
    is_man = bool(draw.random() < 0.5)
    height = float(np.clip(draw.normal(175.0 if is_man else 163.0, 7.0), 148.0, 198.0))
    bmi = float(np.clip(draw.normal(26.0, 4.0), 17.5, 40.0))
    age = int(draw.integers(30, 86))
    return PatientParameters(
        f"gym-{number}",
        sex="male" if is_man else "female",
        height_cm=round(height, 1),
        seed=SEED + number,
        bmi=round(bmi, 1),
        age_years=age,
    )


def reachable(graph: VesselGraph, ways: frozenset[str]) -> VesselGraph:
    """The part of a tree that instruments can come to: `ways` whole, others as stubs of 60 mm."""
    kept: dict[str, Vessel] = {}
    for vessel in _parents_first(graph):
        parent = vessel.parent
        if parent is not None:
            if parent.vessel not in kept or parent.at_mm > kept[parent.vessel].length_mm + 1e-6:
                continue
            if vessel.id not in ways and float(vessel.radius_mm.max()) < LEAST_MM:
                continue
        kept[vessel.id] = vessel if vessel.id in ways or vessel.length_mm <= STUB_MM else _stub(vessel)
    told = VesselGraph(kept, {}, variants=graph.variants)
    return replace(told, content_hash=hash_graph(told))


def _parents_first(graph: VesselGraph) -> Iterator[Vessel]:
    waiting = list(graph.of_system("artery"))
    seen: set[str] = set()
    while waiting:
        ready = [one for one in waiting if one.parent is None or one.parent.vessel in seen]
        if not ready:
            return
        yield from ready
        seen.update(one.id for one in ready)
        waiting = [one for one in waiting if one.id not in seen]


def _stub(vessel: Vessel) -> Vessel:
    arc = vessel.arc_mm
    inside = arc < STUB_MM - 1e-6

    def cut(values: Floats) -> Floats:
        columns = values.reshape(len(values), -1)
        end = [np.interp(STUB_MM, arc, columns[:, c]) for c in range(columns.shape[1])]
        return np.concatenate([columns[inside], [end]]).reshape(-1, *values.shape[1:])

    return replace(
        vessel,
        points_mm=cut(vessel.points_mm),
        radius_mm=cut(vessel.radius_mm),
        share=cut(vessel.share),
        joins=None,
    )
