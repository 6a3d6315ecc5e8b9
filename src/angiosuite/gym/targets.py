"""Where an instrument is led to: twelve targets from the right groin."""

from __future__ import annotations

from dataclasses import dataclass

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.kit.errors import WrongUse, did_you_mean

__all__ = ["TARGETS", "Target", "target_named", "ways"]


@dataclass(frozen=True, slots=True)
class Target:
    """A vessel to be entered.

    Parameters
    ----------
    id, title : str
    vessels : tuple of str
        The vessel, or what takes its place where people differ: the first that a patient has.
    kit : tuple of str
        Devices that it is usually done with, innermost first.
    deep_mm : float
        How far beyond its mouth the leading tip must come; less where the vessel is shorter.
    is_hooked : bool
        Whether the catheter engages by its whole curve, drawn down, and not by its tip alone.
    """

    id: str
    title: str
    vessels: tuple[str, ...]
    kit: tuple[str, ...]
    deep_mm: float = 10.0
    is_hooked: bool = False

    def vessel_of(self, graph: VesselGraph) -> str:
        """The vessel in this patient.

        Raises
        ------
        WrongUse
            Where the patient has none of them.
        """
        for name in self.vessels:
            if name in graph.vessels:
                return name
        raise WrongUse(
            f"This patient has no {self.title.lower()}",
            code="target-not-there",
            where="target",
            value=self.id,
            way_out="Choose another target or another anatomy.",
        )


WIRE = "wire-hydrophilic-035-angled-180"
LONG_WIRE = "wire-hydrophilic-035-angled-260"
SIDE, OVER, ARCH = (WIRE, "cobra-2-5f"), (WIRE, "rim-5f"), (LONG_WIRE, "vertebral-5f")
PELVIS = (WIRE, "cobra-2-4f")
HEAD = (LONG_WIRE, "headhunter-5f")
FINE = ("microwire-016-angled-180", "microcatheter-2-4f", "cobra-2-5f")
_ALL = (
    Target("right-renal", "Right renal artery", ("right-renal-artery",), SIDE),
    Target("left-renal", "Left renal artery", ("left-renal-artery",), SIDE),
    Target("coeliac", "Coeliac trunk", ("coeliac-trunk",), SIDE),
    Target("superior-mesenteric", "Superior mesenteric artery", ("superior-mesenteric-artery",), SIDE),
    Target(
        "inferior-mesenteric",
        "Inferior mesenteric artery",
        ("inferior-mesenteric-artery",),
        OVER,
        is_hooked=True,
    ),
    Target("common-hepatic", "Common hepatic artery", ("common-hepatic-artery",), SIDE),
    Target("splenic", "Splenic artery", ("splenic-artery",), SIDE),
    Target(
        "segmental-hepatic",
        "Segmental hepatic artery",
        ("right-anterior-hepatic-artery", "right-posterior-hepatic-artery", "left-lateral-hepatic-artery"),
        FINE,
    ),
    Target(
        "contralateral-external-iliac",
        "Left external iliac artery",
        ("left-external-iliac-artery",),
        OVER,
        is_hooked=True,
    ),
    Target(
        "contralateral-internal-iliac",
        "Left internal iliac artery",
        ("left-internal-iliac-artery",),
        PELVIS,
    ),
    Target("left-subclavian", "Left subclavian artery", ("left-subclavian-artery",), ARCH),
    Target("brachiocephalic", "Brachiocephalic trunk", ("brachiocephalic-trunk",), HEAD),
)
TARGETS = {one.id: one for one in _ALL}


def target_named(name: str) -> Target:
    """A target by id; `WrongUse` where there is none of the name."""
    if name not in TARGETS:
        raise WrongUse(
            "There is no such target",
            code="target-not-known",
            where="target",
            value=name,
            way_out=did_you_mean(name, TARGETS) or f"Choose one of: {', '.join(TARGETS)}.",
        )
    return TARGETS[name]


def ways(graph: VesselGraph, start: str) -> frozenset[str]:
    """Vessels that lie on the way from one to any target that this patient has."""
    found: set[str] = {start}
    for target in TARGETS.values():
        for name in target.vessels:
            if name in graph.vessels:
                found.update(graph.path(start, name))
    return frozenset(found)
