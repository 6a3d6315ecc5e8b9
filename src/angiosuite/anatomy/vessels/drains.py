"""Which veins a bed drains into: by the table of the veins' content, else the nearest of the right system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
import yaml

from angiosuite.anatomy.vessels.graph import Bed, Vessel
from angiosuite.anatomy.vessels.reference import REFERENCE_FOLDER
from angiosuite.anatomy.vessels.templates import SIDES, filled

__all__ = ["drains_of", "drains_table"]

#: Kinds of beds whose blood goes through the portal vein.
PORTAL_KINDS = ("bowel", "stomach", "spleen", "pancreas")


@lru_cache(maxsize=1)
def drains_table() -> Mapping[str, tuple[str, ...]]:
    """Bed to veins, once for each side."""
    told = yaml.safe_load((REFERENCE_FOLDER.parent / "_veins" / "drains.yaml").read_text(encoding="utf-8"))
    table: dict[str, tuple[str, ...]] = {}
    for bed, veins in told["drains"].items():
        for side in SIDES if "{side}" in bed else (None,):
            table[filled(bed, side)] = tuple(filled(vein, side) for vein in veins)
    return table


def drains_of(beds: Mapping[str, Bed], vessels: Mapping[str, Vessel]) -> dict[str, Bed]:
    """The beds, each with at least one drain among the vessels.

    Notes
    -----
    **Model** what the table says; a bed that it does not know drains into the vein of its system (portal for
    bowel, stomach, spleen and pancreas) whose far end lies nearest to its feeders' ends, on its own side.
    **Source** the table's own. **Valid for** built-in bodies. Held by tests/anatomy/vessels/test_veins.py.
    """
    table, result = drains_table(), {}
    for bed in beds.values():
        known = tuple(vein for vein in table.get(bed.id, ()) if vein in vessels)
        result[bed.id] = replace(bed, drains=known or (_nearest(bed, vessels),))
    return result


def _nearest(bed: Bed, vessels: Mapping[str, Vessel]) -> str:
    system = "portal" if bed.kind in PORTAL_KINDS else "vein"
    other = {"right": "left-", "left": "right-"}.get(bed.id.split("-", 1)[0], " ")
    parents = {vessel.parent.vessel for vessel in vessels.values() if vessel.parent is not None}
    choice = [
        vein
        for vein in vessels.values()
        if vein.system == system
        and not vein.away
        and vein.id not in parents
        and not vein.id.startswith(other)
    ]
    places = [vessels[name].points_mm[-1] for name in bed.feeders if name in vessels]
    middle = np.mean(places, axis=0) if places else np.zeros(3)
    return min(choice, key=lambda v: (float(np.linalg.norm(v.points_mm[-1] - middle)), v.id)).id
