"""Lesions as operators on a vessel graph: what is wrong with a patient's lumens, and where."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import flow_effects, site_of
from angiosuite.anatomy.vessels.lesion_lumens import OPERATORS
from angiosuite.anatomy.vessels.lesion_masses import with_mass
from angiosuite.kit.randomness import generator

__all__ = ["flow_effects", "with_lesions"]

Plain = Mapping[str, Any]


def with_lesions(
    graph: VesselGraph, lesions: Iterable[Plain], seed: int, narrowed: bool = True
) -> VesselGraph:
    """The graph with lesions in it; the same for the same seed.

    Parameters
    ----------
    graph : VesselGraph
    lesions : iterable of mapping
        As `LesionItem.plain` gives them. One whose vessel or bed the patient has not got is left out, and
        named in the notices.
    seed : int
        Draws what the lesion itself does not say: on which side of the wall, which way a sac points.
    narrowed : bool
        False leaves narrowings, clots and closures at their healthy radius, with the same points: for a
        network that has their loss from `flow_effects`, which would count twice otherwise.

    Notes
    -----
    **Model** stenosis and clot ``r (1 - S cos2(pi x / L))``, eccentric by moving the centre line to the wall;
    fusiform aneurysm the same outwards; a sac, a fistula and a varix are vessels of their own; tumours and
    fibroids are beds with feeders and drawn vessels (`lesion_masses`). Source: own shapes.
    **Valid for** lesions shorter than their vessel. Held by ``tests/anatomy/vessels/test_lesions.py``.
    """
    told = [dict(lesion) for lesion in lesions]
    for lesion in told:
        rng = generator(seed, f"lesion:{lesion['id']}:shape")
        if lesion["kind"] in ("tumour", "fibroids"):
            made = with_mass(graph, lesion, rng)
        else:
            site = site_of(graph, lesion, seed)
            operator = OPERATORS.get(lesion["kind"])
            if site is not None and operator is not None:
                made = operator(graph, lesion, site, rng, narrowed)
            else:
                made = graph if site is not None else None
        if made is None:
            where = lesion.get("vessel") or lesion.get("bed")
            made = replace(
                graph, notices=(*graph.notices, f"Lesion '{lesion['id']}' has no place here: {where}.")
            )
        graph = made
    said = json.dumps([graph.content_hash, told, seed], sort_keys=True)
    return replace(graph, content_hash=hashlib.sha256(said.encode()).hexdigest())
