"""Beds that no artery's template names, and how grown trees close all beds between feeders and drains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from angiosuite.anatomy.physique import PatientParameters
from angiosuite.anatomy.vessels.carrying import Carrier
from angiosuite.anatomy.vessels.graph import Bed, Twigs, Vessel
from angiosuite.anatomy.vessels.lands import Lands
from angiosuite.anatomy.vessels.perfusion import cardiac_output_ml_min

__all__ = ["Draft", "closed", "with_own_circulations"]

#: Medulla's part of a kidney's flow, and its mean transit, s (memory: a tenth; slow through the vasa recta).
MEDULLA_SHARE, MEDULLA_TRANSIT_S = 0.1, 10.0
#: Right and left lung's part of the cardiac output (memory), and the lungs' mean transit, s.
LUNG_SHARES, LUNG_TRANSIT_S = (("right", 0.54), ("left", 0.46)), 4.0


def with_own_circulations(
    beds: Mapping[str, Bed], veins: Mapping[str, Vessel], parameters: PatientParameters
) -> dict[str, Bed]:
    """Beds that no artery's template names: the kidneys' medulla, and the lungs' own circulation."""
    result = dict(beds)
    for side in ("right", "left"):
        cortex = [bed for bed in beds.values() if bed.kind == "kidney" and bed.id.startswith(f"{side}-")]
        if cortex:
            for bed in cortex:
                result[bed.id] = replace(bed, flow_ml_min=bed.flow_ml_min * (1.0 - MEDULLA_SHARE))
            name = f"{side}-kidney-medulla"
            flow = MEDULLA_SHARE * sum(bed.flow_ml_min for bed in cortex)
            title = f"{side.capitalize()} kidney, medulla"
            result[name] = Bed(name, title, "kidney", flow, MEDULLA_TRANSIT_S, (), (), True, "kidneys")
    output = cardiac_output_ml_min(parameters)
    for side, share in LUNG_SHARES:
        if f"{side}-pulmonary-artery" in veins:
            name = f"{side}-lung"
            feeders = (f"{side}-pulmonary-artery",)
            title = f"{side.capitalize()} lung"
            result[name] = Bed(name, title, "lung", output * share, LUNG_TRANSIT_S, feeders, ())
    return result


@dataclass(slots=True)
class Draft:
    """What is being put together for one patient.

    Parameters
    ----------
    vessels, beds : dict
        As far as they are known; beds with the feeders and drains of the templates.
    carrier : Carrier
    lands : Lands
    seed : int
    ends : dict of vessel to set of beds
        Branches that end in beds; a trunk that goes on in branches ends in none.
    twigs : dict of (bed, whether they are veins) to list of Twigs
    """

    vessels: dict[str, Vessel]
    beds: dict[str, Bed]
    carrier: Carrier
    lands: Lands
    seed: int
    ends: dict[str, set[str]] = field(default_factory=dict)
    twigs: dict[tuple[str, bool], list[Twigs]] = field(default_factory=dict)


def closed(draft: Draft) -> dict[str, Bed]:
    """Beds with the feeders and drains that are left, and their twigs."""
    gained: dict[tuple[str, bool], list[str]] = {}
    for name, served in draft.ends.items():
        for into in served:
            gained.setdefault((into, draft.vessels[name].away), []).append(name)
    result: dict[str, Bed] = {}
    for bed in draft.beds.values():
        feeders = [*(f for f in bed.feeders if f not in draft.ends), *gained.get((bed.id, True), ())]
        drains = [*(d for d in bed.drains if d not in draft.ends), *gained.get((bed.id, False), ())]
        if bed.id.endswith("-medulla"):
            feeders = _medulla_feeders(draft, bed, gained)
        if not drains:
            drains = [_nearest_end(draft, bed, feeders)]
        result[bed.id] = replace(
            bed, feeders=tuple(dict.fromkeys(feeders)), drains=tuple(dict.fromkeys(drains)),
            twigs=_merged(draft.twigs.get((bed.id, False), [])),
            vein_twigs=_merged(draft.twigs.get((bed.id, True), [])),
        )  # fmt: skip
    return {name: bed for name, bed in result.items() if bed.feeders}


def _medulla_feeders(draft: Draft, bed: Bed, gained: Mapping[tuple[str, bool], Sequence[str]]) -> list[str]:
    """All arteries of the kidney: what feeds its cortex feeds its medulla."""
    side = bed.id.split("-", 1)[0]
    found: list[str] = []
    for cortex in draft.beds.values():
        if cortex.kind == "kidney" and cortex.id.startswith(f"{side}-") and cortex.id != bed.id:
            found += [f for f in cortex.feeders if f not in draft.ends]
            found += gained.get((cortex.id, True), ())
    return found


def _nearest_end(draft: Draft, bed: Bed, feeders: Sequence[str]) -> str:
    """Of the branches of the bed's own drains, the end nearest to its feeders."""
    place = np.mean([draft.vessels[f].points_mm[-1] for f in feeders], axis=0)
    own = [name for name in draft.ends if draft.ends[name] and name.startswith(tuple(bed.drains))]
    return min(own, key=lambda name: (float(np.linalg.norm(draft.vessels[name].points_mm[-1] - place)), name))


def _merged(parts: Sequence[Twigs]) -> Twigs | None:
    if not parts:
        return None
    before, first = [], 0
    for part in parts:
        before.append(np.where(part.before >= 0, part.before + first, -1).astype(np.int32))
        first += len(part.before)
    return Twigs(np.concatenate([part.pieces for part in parts]), np.concatenate(before))
