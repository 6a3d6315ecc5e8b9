"""Everything behind the arteries' ends: organ trees, veins, portal and pulmonary vessels, ducts, beds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.physique import PatientParameters
from angiosuite.anatomy.vessels.beds import Draft, closed, with_own_circulations
from angiosuite.anatomy.vessels.branching import MURRAY
from angiosuite.anatomy.vessels.carrying import Carrier
from angiosuite.anatomy.vessels.drains import drains_of
from angiosuite.anatomy.vessels.ducts import calyces
from angiosuite.anatomy.vessels.graph import Bed, Territory, Vessel
from angiosuite.anatomy.vessels.growth import Grown, Plan, Trunk, grow
from angiosuite.anatomy.vessels.habits import (
    BILE_TIPS,
    GUIDED,
    HABITS,
    PORTAL_TIPS,
    TWIG_MM,
    groups_of,
)
from angiosuite.anatomy.vessels.lands import Lands
from angiosuite.anatomy.vessels.limbs import Limbs, taken_apart
from angiosuite.anatomy.vessels.liver import LiverSections
from angiosuite.anatomy.vessels.perfusion import rescaled
from angiosuite.anatomy.vessels.pulmonary import lungs_grown
from angiosuite.anatomy.vessels.settle import Clearance
from angiosuite.anatomy.vessels.territory import territory_of
from angiosuite.anatomy.vessels.veins import carried_veins, vein_variants

__all__ = ["Furnished", "furnish"]

Floats = NDArray[np.float64]
#: Radius below which branches are drawn, not solved, mm: arteries, veins and portal branches, ducts.
ARTERY_CUT_MM, VEIN_CUT_MM, DUCT_CUT_MM = 0.75, 1.9, 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Furnished:
    """A patient's vessels with everything behind the arteries' ends.

    Parameters
    ----------
    vessels : dict of id to Vessel
        The arteries that came in, then organ arteries, veins, portal and pulmonary vessels and ducts; parents
        before children.
    beds : dict of id to Bed
        With feeders, drains, twigs and flows that add up to the cardiac output.
    territory : Territory
    variants : dict of site to variant
        Those that came in, and those of the veins, drawn from the seed where none came.
    """

    vessels: dict[str, Vessel]
    beds: dict[str, Bed]
    territory: Territory
    variants: dict[str, str]


def furnish(
    body: Body,
    parameters: PatientParameters,
    carrier: Carrier,
    arteries: Mapping[str, Vessel],
    beds: Mapping[str, Bed],
    variants: Mapping[str, str],
    threads: int = 2,
    bones: Clearance | None = None,
) -> Furnished:
    """Grow organ trees from the arteries' ends, lay the veins, and close every bed between the two.

    Parameters
    ----------
    body : Body
        A labelled built-in body.
    parameters, carrier
        What it was grown from.
    arteries : mapping of id to Vessel
        Whose far ends may name a bed.
    beds : mapping of id to Bed
        With their feeders; flows are shared out anew.
    variants : mapping of site to variant
    threads : int
        Organs that grow side by side; the result does not depend on it.
    bones : Bones, optional
        What lines are kept clear of; read again when None.

    Notes
    -----
    **Model** each organ's trees are grown in its own voxels: portal branches first, then veins, arteries and
    bile ducts, each clear of those before; what is wider than 1.5 mm (arteries) or 3.8 mm (veins) becomes
    part of the graph, what is finer is drawn. **Source** see `growth`. **Valid for** built-in bodies.
    Held by tests/anatomy/vessels/test_organs.py.
    """
    variants = vein_variants(parameters, variants)
    veins = carried_veins(parameters, carrier, variants, bones=bones)
    beds = with_own_circulations(beds, veins, parameters)
    beds = drains_of(beds, veins)
    territory = territory_of(body, beds, {**arteries, **veins}, LiverSections.of(carrier))
    draft = Draft({**arteries, **veins}, dict(beds), carrier, Lands(territory), parameters.seed)
    groups = groups_of(beds)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        results = list(pool.map(lambda group: _organ(draft, *group), groups.items()))
    for outflow, limbs in (pair for result in results for pair in result):
        _join(draft, limbs, outflow)
    for outflow, limbs in lungs_grown(draft.vessels, parameters, carrier):
        _join(draft, limbs, outflow)
    for vessel in calyces(draft.vessels, territory):
        draft.vessels[vessel.id] = vessel
    found = rescaled(closed(draft), parameters)
    for bed in found.values():
        for name in (*bed.feeders, *bed.drains):
            if draft.vessels[name].bed is None:
                draft.vessels[name] = replace(draft.vessels[name], bed=bed.id)
    return Furnished(_ordered(draft.vessels), found, territory, variants)


def _organ(draft: Draft, key: tuple[str, str], beds: Sequence[Bed]) -> list[tuple[bool, Limbs]]:
    """Trees of one organ: (whether they lead away from it, limbs)."""
    kind, habit = key[0], HABITS[key[0]]
    name = "-".join(filter(None, key))
    before: list[Floats] = []
    found: list[tuple[bool, Limbs]] = []

    def add(what: str, trunks: tuple[Trunk, ...], tips: int, cut: float, outflow: bool) -> None:
        if not trunks or tips < 3:
            return
        plan = Plan(f"{name}-{what}", trunks, tips, habit.closing_mm, habit.shell_mm)
        others = np.concatenate([np.zeros((0, 8)), *before])
        grown = grow(plan, draft.lands, draft.seed, others)
        if grown is None:
            return
        before.append(grown.pieces)
        found.append((outflow, _limbs(draft, grown, cut)))

    if kind == "liver":
        add("portal", _portal(draft, beds), PORTAL_TIPS, VEIN_CUT_MM, False)
    if habit.vein_tips:
        add("vein", _draining(draft, beds), habit.vein_tips, VEIN_CUT_MM, True)
    arteries = tuple(
        Trunk(draft.vessels[feeder], (bed.id,))
        for bed in beds for feeder in bed.feeders if draft.vessels[feeder].system == "artery"
    )  # fmt: skip
    wanted = sum((trunk.vessel.radius_mm[-1] / TWIG_MM) ** MURRAY for trunk in arteries)
    add("artery", arteries, int(min(habit.tips, wanted)), ARTERY_CUT_MM, False)
    if kind == "liver":
        ducts = tuple(
            Trunk(draft.vessels[duct], tuple(bed.id for bed in beds if side in bed.id.split("-")))
            for duct, side in (("right-hepatic-duct", "right"), ("left-hepatic-duct", "left"))
            if duct in draft.vessels
        )
        add("bile", tuple(t for t in ducts if t.beds), BILE_TIPS, DUCT_CUT_MM, True)
        if found and found[-1][1].vessels and found[-1][1].vessels[0].system == "bile":
            found[-1] = (True, replace(found[-1][1], ends={}, twigs={}))
    return found


def _portal(draft: Draft, beds: Sequence[Bed]) -> tuple[Trunk, ...]:
    trunks = []
    for bed in beds:
        vessel = draft.vessels.get(f"{bed.id.removeprefix('liver-')}-portal-vein")
        if vessel is not None:
            trunks.append(Trunk(vessel, (bed.id,), True, HABITS[bed.kind].apart_mm))
    return tuple(trunks)


def _draining(draft: Draft, beds: Sequence[Bed]) -> tuple[Trunk, ...]:
    served: dict[str, list[str]] = {}
    for bed in beds:
        for drain in bed.drains:
            served.setdefault(drain, []).append(bed.id)
    return tuple(
        Trunk(draft.vessels[drain], tuple(names), drain in GUIDED, HABITS[beds[0].kind].apart_mm)
        for drain, names in served.items()
        if not (beds[0].kind in ("bowel", "stomach") and drain not in GUIDED)
    )


def _limbs(draft: Draft, grown: Grown, cut_mm: float) -> Limbs:
    shortest = 6.0 if cut_mm < 1.0 else 9.0
    return taken_apart(grown, cut_mm, shortest, draft.lands.bed_at, partial(_share_of, draft.carrier))


def _share_of(carrier: Carrier, base: Vessel, points: Floats) -> Floats:
    """Share of its layer's motion along a branch of a trunk."""
    share = float(base.share[-1])
    if base.follows != "abdomen":
        return np.full(len(points), share)
    end = max(float(carrier.fade(base.points_mm[-1:, 2])[0]), 0.05)
    return np.clip(share * carrier.fade(points[:, 2]) / end, 0.0, 1.0)


def _join(draft: Draft, limbs: Limbs, outflow: bool) -> None:
    """Take one organ's limbs into the draft; a trunk that goes on in branches ends in no bed any more."""
    for vessel in limbs.vessels:
        draft.vessels[vessel.id] = replace(vessel, bed=limbs.ends.get(vessel.id))
    for name in limbs.trunks_done:
        if name not in limbs.ends:
            draft.vessels[name] = replace(draft.vessels[name], bed=None)
            draft.ends[name] = set()
    for name, bed in limbs.ends.items():
        draft.ends.setdefault(name, set()).add(bed)
    for bed, twigs in limbs.twigs.items():
        draft.twigs.setdefault((bed, outflow), []).append(twigs)


def _ordered(vessels: Mapping[str, Vessel]) -> dict[str, Vessel]:
    """Parents before children, else the order of arrival."""
    done: dict[str, Vessel] = {}

    def add(vessel: Vessel) -> None:
        if vessel.id in done:
            return
        if vessel.parent is not None:
            add(vessels[vessel.parent.vessel])
        done[vessel.id] = vessel

    for vessel in vessels.values():
        add(vessel)
    return done
