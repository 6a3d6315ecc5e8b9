"""`VesselGraph`: named lumens as centre lines with radii, the beds that they serve, and where both lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bed", "Junction", "System", "Territory", "Twigs", "Vessel", "VesselGraph"]

Floats = NDArray[np.float64]
System = Literal["artery", "vein", "portal", "pulmonary-artery", "pulmonary-vein", "bile", "urine"]
BedKind = Literal[
    "brain", "heart", "lung", "liver", "spleen", "pancreas", "stomach", "bowel", "kidney", "adrenal",
    "muscle", "skin", "bone", "pelvis", "gland", "tumour",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Junction:
    """A place on a vessel: its id and the arc length along its centre line, mm."""

    vessel: str
    at_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class Vessel:
    """One named lumen, from where it hangs on its parent outwards.

    Parameters
    ----------
    id : str
        Kebab-case, unique in the graph: "coeliac-trunk", "right-renal-artery", "left-renal-vein".
    name : str
        As a radiologist says it.
    system : System
    parent : Junction or None
        What it hangs on: an artery on what feeds it, a vein on what it drains into, an intrahepatic portal
        branch on the portal vein. None for a root (aorta, venae cavae, pulmonary trunk, pulmonary veins,
        portal vein, bile and urinary ducts).
    points_mm : ndarray, shape (n, 3)
        Centre line at rest (end of expiration, cardiac phase 0), LPS mm, dense enough that straight pieces
        follow it within 0.1 mm; the first point lies on the parent's centre line.
    radius_mm : ndarray, shape (n,)
        Of the lumen; never grows outwards but where a lesion or a bulb says so.
    away : bool
        Whether blood (bile, urine) runs from the first point to the last: True in arteries, pulmonary
        arteries and intrahepatic portal branches, False in veins, ducts and what feeds the portal vein.
    follows : str
        Layer of the body whose motion it takes part in: "still", "ribs", "abdomen", "kidneys", "heart".
    share : ndarray, shape (n,)
        How much of that motion, 0 to 1, at each point.
    bed : str or None
        Bed at its far end.
    joins : Junction or None
        Another vessel that its far end opens into (a loop: arcade, communicating artery, collateral).
    side : {"left", "right"} or None
    calcium : float
        Share of the wall that is calcified, 0 to 1.
    origin : {"modelled", "template", "extracted", "corrected"}
        Where its course is from; the page marks a template.
    """

    id: str
    name: str
    system: System
    parent: Junction | None
    points_mm: Floats
    radius_mm: Floats
    away: bool
    follows: str
    share: Floats
    bed: str | None = None
    joins: Junction | None = None
    side: Literal["left", "right"] | None = None
    calcium: float = 0.0
    origin: Literal["modelled", "template", "extracted", "corrected"] = "modelled"
    arc_mm: Floats = field(init=False, repr=False)
    """Arc length at each point, mm, shape (n,)."""

    def __post_init__(self) -> None:
        steps = np.linalg.norm(np.diff(self.points_mm, axis=0), axis=1)
        object.__setattr__(self, "arc_mm", np.concatenate([[0.0], np.cumsum(steps)]))

    @property
    def said(self) -> str:
        """Its name as it stands within a sentence."""
        return self.name[:1].lower() + self.name[1:]

    @property
    def length_mm(self) -> float:
        """Length of the centre line, mm."""
        return float(self.arc_mm[-1])

    def at(self, at_mm: float) -> tuple[Floats, float]:
        """Point (LPS mm) and radius (mm) at an arc length."""
        arc = self.arc_mm
        point = np.array([np.interp(at_mm, arc, self.points_mm[:, k]) for k in range(3)])
        return point, float(np.interp(at_mm, arc, self.radius_mm))


@dataclass(frozen=True, slots=True, eq=False)
class Twigs:
    """Vessels of a bed finer than the network: straight pieces that are drawn, not solved.

    Parameters
    ----------
    pieces : ndarray, shape (m, 8), float32
        Two ends and radii: x0, y0, z0, r0, x1, y1, z1, r1, mm.
    before : ndarray, shape (m,), int32
        Row of the piece that it goes on from; -1 where it leaves a vessel of the graph.
    """

    pieces: NDArray[np.float32]
    before: NDArray[np.int32]

    @property
    def volume_ml(self) -> float:
        """Volume of all pieces (frusta), ml."""
        p = self.pieces.astype(np.float64)
        length = np.linalg.norm(p[:, 4:7] - p[:, 0:3], axis=1)
        r0, r1 = p[:, 3], p[:, 7]
        return float((np.pi / 3.0 * length * (r0 * r0 + r0 * r1 + r1 * r1)).sum() * 1e-3)


@dataclass(frozen=True, slots=True, eq=False)
class Bed:
    """Where arteries end and veins begin: tissue that is perfused, with its reference flow.

    Parameters
    ----------
    id, name : str
        "right-kidney", "Right kidney".
    kind : BedKind
    flow_ml_min : float
        Reference arterial flow at rest.
    transit_s : float
        Mean transit from artery to vein.
    feeders : tuple of str
        Vessels (``away``) whose far end feeds it.
    drains : tuple of str
        Vessels (not ``away``) whose far end begins in it.
    inside : bool
        False for a bed beyond the body's edge (head, arms, lower legs): lumped, never drawn.
    follows : str
        Layer whose motion its tissue takes part in.
    twigs : Twigs or None
        Its arteries that are drawn only.
    vein_twigs : Twigs or None
        Its veins that are drawn only.
    """

    id: str
    name: str
    kind: BedKind
    flow_ml_min: float
    transit_s: float
    feeders: tuple[str, ...]
    drains: tuple[str, ...]
    inside: bool = True
    follows: str = "still"
    twigs: Twigs | None = None
    vein_twigs: Twigs | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Territory:
    """Which bed each voxel of the body belongs to.

    Parameters
    ----------
    number : ndarray, shape (z, y, x), uint8
        0 for none, else 1 + the bed's place in `beds`.
    beds : tuple of str
    origin_mm : (x, y, z) float
        Centre of voxel [0, 0, 0], LPS mm.
    spacing_mm : float
    """

    number: NDArray[np.uint8]
    beds: tuple[str, ...]
    origin_mm: tuple[float, float, float]
    spacing_mm: float

    def volume_ml(self, bed: str) -> float:
        """Tissue volume of a bed, ml."""
        count = int((self.number == 1 + self.beds.index(bed)).sum())
        return count * self.spacing_mm**3 * 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class VesselGraph:
    """All lumens of one patient.

    Parameters
    ----------
    vessels : mapping of id to Vessel
        Parents before children.
    beds : mapping of id to Bed
    territory : Territory or None
        None for a body without labels.
    variants : mapping of site to variant
        What the patient's anatomy is where people differ: ``{"hepatic": "replaced-right", ...}``.
    notices : tuple of str
        What the page must say of this graph (template vessels, nothing enhanced...).
    content_hash : str
        SHA-256 (hex) of all geometry.
    """

    vessels: Mapping[str, Vessel]
    beds: Mapping[str, Bed]
    territory: Territory | None = None
    variants: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    content_hash: str = ""

    def children(self, vessel: str) -> Iterator[Vessel]:
        """Vessels that hang on one, in the graph's order."""
        return (v for v in self.vessels.values() if v.parent is not None and v.parent.vessel == vessel)

    def of_system(self, system: System) -> Iterator[Vessel]:
        """Vessels of one system, parents before children."""
        return (v for v in self.vessels.values() if v.system == system)

    def path(self, start: str, end: str) -> tuple[str, ...]:
        """Ids of the vessels from one to another over their parents, both included.

        Raises
        ------
        KeyError
            When the two hang on different roots.
        """
        up = {vessel: k for k, vessel in enumerate(self._to_root(start))}
        there = self._to_root(end)
        for k, vessel in enumerate(there):
            if vessel in up:
                return (*list(up)[: up[vessel] + 1], *reversed(there[:k]))
        raise KeyError(f"{start} and {end} hang on different roots")

    def _to_root(self, vessel: str) -> list[str]:
        line = [vessel]
        while (parent := self.vessels[line[-1]].parent) is not None:
            line.append(parent.vessel)
        return line
