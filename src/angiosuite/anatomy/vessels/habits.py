"""How the trees of each kind of organ grow, and which beds grow together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from angiosuite.anatomy.vessels.graph import Bed

__all__ = ["BILE_TIPS", "GUIDED", "HABITS", "PORTAL_TIPS", "TWIG_MM", "Habit", "groups_of"]

#: Radius that an artery's finest twigs should have, mm.
TWIG_MM = 0.23


@dataclass(frozen=True, slots=True)
class Habit:
    """How trees of one kind of organ grow.

    Parameters
    ----------
    tips, vein_tips : int
        At most, in one organ; 0 for no tree.
    closing_mm : float
        Width of clefts that branches may cross.
    shell_mm : (float, float) or None
        Depths between which tips lie.
    apart_mm : float
        Way between two branches of a trunk that runs through the organ.
    """

    tips: int
    vein_tips: int
    closing_mm: float = 6.0
    shell_mm: tuple[float, float] | None = None
    apart_mm: float = 9.0


#: By kind of bed.
HABITS: Mapping[str, Habit] = {
    "liver": Habit(420, 340, 6.0),
    "kidney": Habit(300, 150, 12.0, (1.5, 8.0)),
    "spleen": Habit(180, 110, 6.0),
    "bowel": Habit(560, 200, 15.0, None, 30.0),
    "stomach": Habit(110, 40, 12.0, (0.0, 6.0)),
    "pancreas": Habit(60, 0, 6.0),
    "adrenal": Habit(8, 0, 3.0),
    "heart": Habit(90, 36, 6.0, (0.0, 14.0)),
    "pelvis": Habit(44, 0, 6.0),
    "muscle": Habit(26, 0, 3.0),
}
#: Tips of the portal vein's and the bile ducts' trees.
PORTAL_TIPS, BILE_TIPS = 380, 44
#: Veins along whose whole course branches join.
GUIDED = (
    "right-hepatic-vein", "middle-hepatic-vein", "left-hepatic-vein", "superior-mesenteric-vein",
    "inferior-mesenteric-vein", "coronary-sinus", "left-gastric-vein",
)  # fmt: skip


def groups_of(beds: Mapping[str, Bed]) -> dict[tuple[str, str], list[Bed]]:
    """Beds that grow together: by kind, and by side where organs are paired or apart."""
    groups: dict[tuple[str, str], list[Bed]] = {}
    for bed in beds.values():
        habit = HABITS.get(bed.kind)
        if habit is None or not bed.inside or bed.id == "gallbladder":
            continue
        side = next((word for word in ("right", "left") if bed.id.startswith(word + "-")), "")
        if bed.kind in ("muscle", "pelvis"):
            side = bed.id
        groups.setdefault((bed.kind, side), []).append(bed)
    return groups
