"""Arteries of a built-in patient: templates carried from the reference body, calibre, motion and beds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.physique import PatientParameters
from angiosuite.anatomy.vessels.anchors import Anchors
from angiosuite.anatomy.vessels.carrying import Carrier, thinned
from angiosuite.anatomy.vessels.graph import Bed, Junction, Vessel
from angiosuite.anatomy.vessels.laying import Laid, lay, nearest, on
from angiosuite.anatomy.vessels.reference import reference
from angiosuite.anatomy.vessels.settle import Clearance
from angiosuite.anatomy.vessels.templates import beds_of, filled, vessels_of
from angiosuite.anatomy.vessels.tortuosity import age_share
from angiosuite.content.vessel_template import VesselTemplateItem
from angiosuite.kit.randomness import generator

__all__ = ["grow_arteries"]

Floats = NDArray[np.float64]
#: mm of caudal shift per mm of diaphragm of the layers that breathe (as `anatomy.builtin` moves them).
GAIN = {"abdomen": 1.0, "kidneys": 0.65}
#: How far straight pieces may leave a centre line, mm.
FIDELITY_MM = 0.08
#: A branch is never wider than this share of its parent where it begins; what goes on from its end may be.
WIDEST = 0.97
#: Diameter that the aorta gains in a year, mm, about the reference age.
AORTA_MM_A_YEAR, REFERENCE_AGE = 0.05, 55
#: Surface of the reference man (175 cm, 24 kg/m2), m2, that flows are scaled from.
REFERENCE_SURFACE_M2 = 1.89


def grow_arteries(
    parameters: PatientParameters,
    carrier: Carrier,
    items: Sequence[VesselTemplateItem],
    variants: Mapping[str, str],
    clear_of: Sequence[Clearance] | None = None,
) -> tuple[dict[str, Vessel], dict[str, Bed]]:
    """All template vessels of a patient and the beds they feed.

    Parameters
    ----------
    parameters : PatientParameters
    carrier : Carrier
        The map from the reference body.
    items : sequence of VesselTemplateItem
    variants : mapping of site to variant
    clear_of : sequence of Clearance, optional
        What lines are kept clear of; hollow organs and bones of the reference body when None.

    Returns
    -------
    vessels : dict of id to Vessel
        Parents before children.
    beds : dict of id to Bed
        Feeders filled in, drains left to the veins.
    """
    placed = vessels_of(items, parameters.sex, variants)
    anchors = Anchors(reference(), items, parameters.seed)
    if clear_of is None:
        clear_of = (Clearance.of_hollows(), Clearance.of_bones())
    laid = lay(placed, anchors, clear_of, parameters.seed, parameters.age_years)
    vessels: dict[str, Vessel] = {}
    for identity, each in laid.items():
        vessels[identity] = _carried(each, vessels, laid, carrier, parameters)
    return vessels, _beds(items, parameters, vessels)


def _carried(
    each: Laid,
    vessels: Mapping[str, Vessel],
    laid: Mapping[str, Laid],
    carrier: Carrier,
    parameters: PatientParameters,
) -> Vessel:
    entry, placed = each.placed.entry, each.placed
    line = carrier.world(each.line_mm)
    radius = each.radius_mm * carrier.calibre
    if "aort" in placed.id:
        radius = radius + 0.5 * AORTA_MM_A_YEAR * (parameters.age_years - REFERENCE_AGE)
    parent = joins = None
    start = 0.0
    if entry.parent is not None:
        above = vessels[placed.text(entry.parent)]
        spot = carrier.world(on(laid[above.id].line_mm, each.node))[0]
        parent, line[0] = _junction(above, spot)
        start = _share_at(above, parent.at_mm) * GAIN.get(above.follows, 0.0) / GAIN.get(entry.follows, 1.0)
        widest = 1.0 if entry.leaves == "end" else WIDEST
        radius = np.minimum(radius, widest * above.at(parent.at_mm)[1])
    if entry.joins is not None:
        other = vessels[placed.text(entry.joins)]
        spot = carrier.world(on(laid[other.id].line_mm, each.joins_node))[0]
        joins, line[-1] = _junction(other, spot)
    share = _shares(line, start, entry.moves, entry.follows, carrier)
    line, both = thinned(line, np.stack([np.minimum.accumulate(radius), share], axis=1), FIDELITY_MM)
    return Vessel(
        id=placed.id,
        name=placed.text(entry.name),
        system=entry.system,
        parent=parent,
        points_mm=np.ascontiguousarray(line),
        radius_mm=np.ascontiguousarray(both[:, 0]),
        away=True,
        follows=entry.follows,
        share=np.ascontiguousarray(both[:, 1]),
        bed=placed.text(entry.bed) if entry.bed is not None else None,
        joins=joins,
        side=placed.side,
        calcium=_calcium(entry.calcium, placed.id, parameters),
        origin="modelled" if entry.measured is not None else "template",
    )


def _junction(vessel: Vessel, spot: Floats) -> tuple[Junction, Floats]:
    """The place on a vessel's own line nearest to a spot, and that point."""
    node = nearest(vessel.points_mm, spot)
    at_mm = float(np.interp(node, np.arange(len(vessel.points_mm)), vessel.arc_mm))
    return Junction(vessel.id, at_mm), on(vessel.points_mm, node)


def _share_at(vessel: Vessel, at_mm: float) -> float:
    return float(np.interp(at_mm, vessel.arc_mm, vessel.share))


def _shares(line: Floats, start: float, moves: float, follows: str, carrier: Carrier) -> Floats:
    """Share of the layer's motion along a line: from what the parent has there to what its far end takes."""
    if follows == "still":
        return np.zeros(len(line))
    steps = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    t = np.clip(steps / max(min(steps[-1], 40.0), 1e-9), 0.0, 1.0)
    fade = carrier.fade(line[:, 2]) if follows == "abdomen" else np.ones(len(line))
    t = t * t * (3.0 - 2.0 * t)
    return np.clip(start * (1.0 - t) + moves * fade * t, 0.0, 1.0)


def _calcium(most: float, name: str, parameters: PatientParameters) -> float:
    """Share of the wall that is calcified: none before 45 years, by chance and age after."""
    if most == 0.0:
        return 0.0
    luck = float(generator(parameters.seed, f"anatomy-calcium-{name}").uniform(0.2, 1.4))
    sex = 1.0 if parameters.sex == "male" else 0.8
    return float(np.clip(most * luck * sex * age_share(parameters.age_years, 45.0, 85.0), 0.0, 1.0))


def _beds(
    items: Sequence[VesselTemplateItem], parameters: PatientParameters, vessels: Mapping[str, Vessel]
) -> dict[str, Bed]:
    mass = parameters.index * (parameters.height / 100.0) ** 2
    surface = np.sqrt(parameters.height * mass / 3600.0)
    feeders: dict[str, list[str]] = {}
    for vessel in vessels.values():
        if vessel.bed is not None and vessel.away:
            feeders.setdefault(vessel.bed, []).append(vessel.id)
    beds: dict[str, Bed] = {}
    for entry, side in beds_of(items, parameters.sex):
        identity = filled(entry.id, side)
        flow = round(entry.flow_ml_min * float(surface) / REFERENCE_SURFACE_M2, 2)
        beds[identity] = Bed(
            identity, filled(entry.name, side), entry.kind, flow, entry.transit_s,
            tuple(feeders.get(identity, ())), (), entry.inside, entry.follows,
        )  # fmt: skip
    return {name: replace(bed) for name, bed in beds.items() if bed.feeders}
