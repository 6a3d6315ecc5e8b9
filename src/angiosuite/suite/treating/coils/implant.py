"""A coil or plug that has begun to leave its catheter: where it lies, what it fills, how much has clotted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.content.coil import Coil
from angiosuite.content.device import DeviceItem
from angiosuite.content.plug import Plug
from angiosuite.physics.treating.coil_hold import grip_n, loops_fit, standing_n
from angiosuite.physics.treating.coil_packing import wind_volume_mm3
from angiosuite.physics.treating.coil_strand import Strand, Wound
from angiosuite.physics.treating.plug import (
    WIRE_MM,
    plug_density,
    plug_hold_n,
    plug_length_mm,
    plug_lies_mm,
)
from angiosuite.physics.treating.strand_kernels import find_walls

from .lumen import NearLumen, near_lumen, parents_of
from .pack import Filling

__all__ = ["Implant", "wound_of"]

Floats = NDArray[np.float64]
FRICTION = {True: 0.5, False: 0.3}
"""On the wall, of fibred and of bare loops (draft)."""
SHAPES = {"helical": "helix", "complex": "complex", "straight": "straight"}
STRAIGHT_LOOP_MM = 6.0
"""What a straight coil's spacing of nodes goes by."""


def wound_of(coil: Coil) -> Wound:
    """The coil as its strand."""
    loop = STRAIGHT_LOOP_MM if coil.loop_mm is None else coil.loop_mm
    return Wound(coil.wire_mm, loop, coil.length_mm, coil.ei_nmm2, SHAPES[coil.shape])


@dataclass(slots=True, eq=False)
class Implant:
    """One coil or plug.

    Parameters
    ----------
    name : str
        "coil-1", in the order of leaving.
    device : DeviceItem
    vessel, at_mm : str, float
        Where it began to leave, or where it drifted to.
    closes_s : float
        In which time blood that clots normally closes it.
    lumen : NearLumen
    strand : Strand or None
        None of a plug.
    span_mm : tuple of float
        Of a plug: from where to where along its vessel.
    clotted : float
        Share of its pores.
    is_free : bool
        Whether it was let go.
    age_s : float
        Since it was let go.
    loose_s : float
        For how long the blood has pushed it harder than it holds.
    moved_times : int
        How often the blood carried it on.
    target : str
        The vessel that it was meant for: where the tip lay as it began to leave.
    lumen_at_mm : float
        Place in the first vessel of `lumen` about which that was taken.
    """

    name: str
    device: DeviceItem
    vessel: str
    at_mm: float
    closes_s: float
    lumen: NearLumen
    strand: Strand | None = None
    span_mm: tuple[float, float] = (0.0, 0.0)
    clotted: float = 0.0
    is_free: bool = False
    age_s: float = 0.0
    loose_s: float = 0.0
    moved_times: int = 0
    target: str = ""
    lumen_at_mm: float = 0.0
    _parents: tuple[str, ...] | None = field(default=None, repr=False)

    @property
    def part(self) -> Coil | Plug:
        """What it is."""
        part = self.device.part
        assert isinstance(part, Coil | Plug)
        return part

    # ---- where it lies -----------------------------------------------------------------------------------

    def fillings(self, graph: VesselGraph) -> list[Filling]:
        """What it has in each vessel."""
        if self.strand is None:
            return self._plug_fills(graph)
        strand, coil = self.strand, self.part
        assert isinstance(coil, Coil)
        free = strand.free
        if free < 2:
            return []
        of, at = self.lumen.places(strand.x[:free], strand.seg[:free])
        each = wind_volume_mm3(coil.wire_mm, strand.h)
        found = []
        for k in np.unique(of):
            mine = at[of == k]
            vessel = self.lumen.vessels[int(k)]
            found.append(Filling(vessel, mine, np.full(len(mine), each), coil.wire_mm, self.clotted))
        return found

    def _plug_fills(self, graph: VesselGraph) -> list[Filling]:
        plug, (low, high) = self.part, self.span_mm
        assert isinstance(plug, Plug)
        if high - low < 0.5:
            return []
        at = np.arange(low + 0.5, high, 1.0)
        line = graph.vessels[self.vessel]
        wide = 2.0 * np.interp(at, line.arc_mm, line.radius_mm)
        lies = np.minimum(wide, plug.diameter_mm)
        dense = np.array([plug_density(plug.diameter_mm, plug.length_mm, float(mm)) for mm in wide])
        return [Filling(self.vessel, at, dense * pi / 4.0 * lies**2, WIRE_MM, self.clotted)]

    def length_in_mm(self, graph: VesselGraph) -> dict[str, float]:
        """Of a coil, its length in each vessel, mm; of a plug its own."""
        if self.strand is None:
            return {self.vessel: self.span_mm[1] - self.span_mm[0]}
        return {one.vessel: self.strand.h * len(one.at_mm) for one in self.fillings(graph)}

    def spans_mm(self, graph: VesselGraph) -> dict[str, list[float]]:
        """From where to where it lies along each vessel, mm."""
        return {
            one.vessel: [round(float(one.at_mm.min()), 1), round(float(one.at_mm.max()), 1)]
            for one in self.fillings(graph)
        }

    def prolapsed_share(self, graph: VesselGraph) -> float:
        """Share of a coil that lies in what its vessel hangs on."""
        if self.strand is None:
            return 0.0
        if self._parents is None:
            self._parents = parents_of(graph, self.target)
        lengths = self.length_in_mm(graph)
        whole = sum(lengths.values())
        return sum(mm for name, mm in lengths.items() if name in self._parents) / whole if whole else 0.0

    # ---- what holds it -----------------------------------------------------------------------------------

    def width_mm(self) -> float:
        """Of its loops, or free diameter."""
        part = self.part
        if isinstance(part, Plug):
            return part.diameter_mm
        return 2.0 * part.wire_mm if part.loop_mm is None else part.loop_mm

    def hold_n(self, graph: VesselGraph) -> float:
        """Force along its vessel that it withstands, N."""
        part = self.part
        _, radius = graph.vessels[self.vessel].at(min(self.at_mm, graph.vessels[self.vessel].length_mm))
        if isinstance(part, Plug):
            long = self.span_mm[1] - self.span_mm[0]
            clot = grip_n(
                0.0, 0.0, long, 2.0 * radius, loops_fit(part.diameter_mm, 2.0 * radius), self.clotted, False
            )
            return plug_hold_n(part.diameter_mm, part.length_mm, 2.0 * radius) + clot
        strand = self.strand
        assert strand is not None
        free = strand.free
        x, seg = strand.x[:free], strand.seg[:free]
        off, wide = self.lumen.off(x, seg)
        rest = float(np.hypot(*strand.rest[0]))
        wall = standing_n(x, self.lumen.axis(seg), wide, off, rest, part.ei_nmm2, part.wire_mm)
        of, at = self.lumen.places(x, seg)
        here = of == int(np.bincount(of).argmax())
        span = float(np.ptp(at[here])) if here.any() else 0.0
        lumen = 2.0 * float(np.median(wide[here])) if here.any() else 2.0 * radius
        loop = lumen if part.loop_mm is None else part.loop_mm
        return grip_n(
            wall, FRICTION[part.fibred], span, lumen, loops_fit(loop, lumen), self.clotted, part.fibred
        )

    # ---- a plug ------------------------------------------------------------------------------------------

    def open_plug(
        self, graph: VesselGraph, vessel: str, at_mm: float, towards_end: bool, share: float
    ) -> None:
        """So much of a plug is out of its catheter, from its tip on."""
        plug, line = self.part, graph.vessels[vessel]
        assert isinstance(plug, Plug)
        _, radius = line.at(at_mm)
        long = share * plug_length_mm(plug.diameter_mm, plug.length_mm, 2.0 * radius)
        far = min(max(at_mm + (long if towards_end else -long), 0.0), line.length_mm)
        self.vessel, self.span_mm = vessel, (min(at_mm, far), max(at_mm, far))
        self.at_mm = 0.5 * (at_mm + far)

    def plug_outline(self, points_mm: Floats, radius_mm: Floats) -> list[Floats]:
        """Wires of a plug's mesh along its vessel: lines around the lobes, each (n, 3), mm."""
        plug = self.part
        assert isinstance(plug, Plug)
        along = np.gradient(points_mm, axis=0)
        along /= np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None]
        least = np.zeros(3)
        least[int(np.argmin(np.abs(along[0])))] = 1.0
        u = least - (along @ least)[:, None] * along
        u /= np.maximum(np.linalg.norm(u, axis=1), 1e-9)[:, None]
        v = np.cross(along, u)
        s = np.linspace(0.0, 1.0, len(points_mm))
        lies = np.array([0.5 * plug_lies_mm(plug.diameter_mm, 2.0 * float(r)) for r in radius_mm])
        bulge = np.abs(np.sin(pi * plug.lobes * s)) ** 0.4 * 0.96 + 0.04
        found = []
        for k in range(8):
            angle = pi / 4.0 * k + (0.8 if k % 2 else -0.8) * pi * s
            out = np.cos(angle)[:, None] * u + np.sin(angle)[:, None] * v
            found.append(points_mm + (lies * bulge)[:, None] * out)
        return found

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays."""
        strand = self.strand
        plain = {
            "name": self.name, "device": self.device.id, "vessel": self.vessel, "at_mm": self.at_mm,
            "closes_s": self.closes_s, "span_mm": list(self.span_mm), "clotted": self.clotted,
            "is_free": self.is_free, "age_s": self.age_s, "loose_s": self.loose_s,
            "moved_times": self.moved_times, "target": self.target, "born": list(self.born),
            "outer_mm": None if strand is None else strand.outer_mm,
        }  # fmt: skip
        return plain, {} if strand is None else strand.state()

    @property
    def born(self) -> tuple[str, float]:
        """Vessel and place about which its lumen was taken."""
        return self.lumen.vessels[0], self.lumen_at_mm

    @classmethod
    def restored(
        cls,
        graph: VesselGraph,
        device: DeviceItem,
        plain: Mapping[str, Any],
        arrays: Mapping[str, NDArray[Any]],
    ) -> Implant:
        """One that :meth:`state` told of."""
        vessel, at_mm = plain["born"]
        low, high = plain["span_mm"]
        one = cls(
            plain["name"], device, plain["vessel"], plain["at_mm"], plain["closes_s"],
            near_lumen(graph, vessel, at_mm), None, (low, high), plain["clotted"], plain["is_free"],
            plain["age_s"], plain["loose_s"], plain["moved_times"], plain["target"],
        )  # fmt: skip
        one.lumen_at_mm = at_mm
        if isinstance(one.part, Coil):
            one.strand = one.new_strand(np.zeros(3), np.array([0.0, 0.0, 1.0]), plain["outer_mm"])
            one.strand.restore(arrays)
        return one

    def new_strand(self, tip_mm: Floats, way: Floats, outer_mm: float) -> Strand:
        """Its strand, all of it in the catheter still."""
        coil = self.part
        assert isinstance(coil, Coil)
        return Strand(wound_of(coil), self.lumen.ends, tip_mm, way, FRICTION[coil.fibred], outer_mm=outer_mm)

    def lay(self, graph: VesselGraph, vessel: str, at_mm: float, x: Floats | None) -> None:
        """It lies elsewhere now, at rest; nodes of a coil where they are told."""
        self.vessel, self.at_mm = vessel, at_mm
        self.lumen, self.lumen_at_mm = near_lumen(graph, vessel, at_mm), at_mm
        strand = self.strand
        if strand is None:
            half = 0.5 * (self.span_mm[1] - self.span_mm[0])
            line = graph.vessels[vessel]
            low = min(max(at_mm - half, 0.0), max(line.length_mm - 2.0 * half, 0.0))
            self.span_mm = low, min(low + 2.0 * half, line.length_mm)
            return
        assert x is not None
        strand.ends = self.lumen.ends
        strand.x[:], strand.fed_mm = x, strand.length_mm + 1.0
        strand.press[:], strand.gone[:], strand.slid[:], strand.pull[:] = 0.0, 0.0, 0.0, 0.0
        find_walls(strand.x, 0, strand.count, np.ones(strand.count, np.uint8), strand.ends, strand.seg)
        strand.quiet[:] = 10**6
