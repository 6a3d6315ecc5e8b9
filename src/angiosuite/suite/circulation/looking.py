"""What a beam sees of the blood: iodine in lumens and twigs, blush in beds, the catheter."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import Leak
from angiosuite.content.catheter import Bend
from angiosuite.physics.flow.lumen_column import LumenColumn
from angiosuite.physics.xray.catheter_shadow import bent, with_tip
from angiosuite.physics.xray.layers import Motion, Phase
from angiosuite.physics.xray.lumen_projector import Lumen
from angiosuite.suite.phantom import motion_of

from .catheter import Placed
from .circulation import Circulation
from .reading import BedReading
from .segments import BLOOD_SYSTEMS
from .wall import Stain

__all__ = ["BloodSeen", "CatheterSeen", "Looking", "Lumens", "lumens_of"]

Floats = NDArray[np.float64]

MG_ML_TO_G_CM3 = 1e-3
STAIN_MM = 5.0
"""Half length of a stain along a wall, mm."""
POOL_MM = 8.0
"""Radius of the pool that is drawn where blood left its vessel, mm (own choice; draft)."""
POOL_ML = 1e-3 * 4.0 / 3.0 * np.pi * POOL_MM**3
FAINT_MG_ML = 0.02
"""Concentration below which nothing is drawn, mg/ml."""


@dataclass(frozen=True, slots=True, eq=False)
class CatheterSeen:
    """A catheter at one instant.

    Parameters
    ----------
    points_mm : ndarray (n, 3)
        Its course at rest, from the groin to the tip.
    share : ndarray (n,)
        How much of the motion of what it lies in each point takes part in.
    follows : tuple of str (n,)
        What it lies in.
    outer_mm, inner_mm : float
        Radii of shaft and lumen.
    iodine_g_cm3 : float
        In its lumen.
    """

    points_mm: Floats
    share: Floats
    follows: tuple[str, ...]
    outer_mm: float
    inner_mm: float
    iodine_g_cm3: float = 0.0

    @classmethod
    def of(cls, placed: Placed, graph: VesselGraph, column: LumenColumn | None) -> CatheterSeen:
        """A catheter that lies in a patient's vessels, with the shape of a flush catheter's end."""
        part = placed.device.part
        points, shares, follows = _course(placed, graph)
        held = None if column is None else column.content
        iodine = 0.0 if held is None else MG_ML_TO_G_CM3 * held.iodine_mg_ml
        return cls(points, shares, follows, 0.5 * part.outer_mm, 0.5 * part.bore_mm, iodine)

    def at(self, motions: Mapping[str, Motion | None], phase: Phase) -> Floats:
        """Its course at a phase, shape (n, 3)."""
        points = self.points_mm.copy()
        for name in set(self.follows):
            motion = motions.get(name)
            if motion is None:
                continue
            affine = motion(phase.breath_mm, phase.cardiac_phase)
            mine = np.array([one == name for one in self.follows])
            rest = self.points_mm[mine]
            moved = rest @ affine[:3, :3].T + affine[:3, 3]
            points[mine] = rest + self.share[mine, None] * (moved - rest)
        return points

    def plain(self) -> dict[str, Any]:
        """Plain values, exact."""
        return {
            "points": self.points_mm.tolist(),
            "share": self.share.tolist(),
            "follows": list(self.follows),
            "radii": [self.outer_mm, self.inner_mm],
            "iodine": self.iodine_g_cm3,
        }

    @classmethod
    def restored(cls, plain: Mapping[str, Any]) -> CatheterSeen:
        """What :meth:`plain` made plain."""
        points, share = np.array(plain["points"]), np.array(plain["share"])
        outer_mm, inner_mm = plain["radii"]
        return cls(points, share, tuple(plain["follows"]), outer_mm, inner_mm, plain["iodine"])


@dataclass(frozen=True, slots=True, eq=False)
class BloodSeen:
    """Contrast at one instant, as the projector takes it.

    Parameters
    ----------
    lumens_g_cm3 : ndarray (nodes,), float32
        Iodine at every node of the lumens and twigs.
    beds_g_cm3 : ndarray (beds,), float32
        Iodine in the tissue of every bed of the territory.
    catheter : CatheterSeen or None
    gas_share : ndarray (nodes,), float32, or None
        Share of the lumen at every node that gas fills.
    """

    lumens_g_cm3: NDArray[np.float32]
    beds_g_cm3: NDArray[np.float32]
    catheter: CatheterSeen | None = None
    gas_share: NDArray[np.float32] | None = None

    def plain(self) -> dict[str, Any]:
        """Plain values, exact."""
        return {
            "lumens": _packed(self.lumens_g_cm3),
            "beds": _packed(self.beds_g_cm3),
            "catheter": None if self.catheter is None else self.catheter.plain(),
            "gas": None if self.gas_share is None else _packed(self.gas_share),
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> BloodSeen:
        """What :meth:`plain` made plain."""
        catheter = plain["catheter"]
        return cls(
            _unpacked(plain["lumens"]),
            _unpacked(plain["beds"]),
            None if catheter is None else CatheterSeen.restored(catheter),
            None if plain["gas"] is None else _unpacked(plain["gas"]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Lumens:
    """The lumens of a graph as they are drawn.

    Parameters
    ----------
    lumens : tuple of Lumen
        Vessels that carry blood, then urine, then the twigs of each bed.
    vessels : tuple of str
        Of those that carry blood, in order; their centre-line points are the first nodes.
    urine : tuple of str
        Of those that carry urine.
    twigs : tuple of (bed, "artery" or "vein")
    beds : tuple of str
        Beds of the territory, in its order.
    """

    lumens: tuple[Lumen, ...]
    vessels: tuple[str, ...]
    urine: tuple[str, ...]
    twigs: tuple[tuple[str, str], ...]
    beds: tuple[str, ...]


def lumens_of(graph: VesselGraph, body: Body, leaks: Sequence[Leak] = ()) -> Lumens:
    """What of a graph is drawn with contrast in it; behind every leak a pool beside its vessel."""
    motions = {name: motion_of(name, body) for name in ("still", "ribs", "abdomen", "kidneys", "heart")}
    blood = [v for v in graph.vessels.values() if v.system in BLOOD_SYSTEMS]
    urine = [v for v in graph.vessels.values() if v.system == "urine"]
    groups = {system: number for number, system in enumerate((*BLOOD_SYSTEMS, "urine"))}
    lumens = [
        Lumen.along(v.id, v.points_mm, v.radius_mm, v.share, motions[v.follows], groups[v.system])
        for v in (*blood, *urine)
    ]
    twigs: list[tuple[str, str]] = []
    for bed in graph.beds.values():
        for kind, given in (("artery", bed.twigs), ("vein", bed.vein_twigs)):
            if given is not None and len(given.pieces):
                lumens.append(
                    Lumen.twigs(f"{bed.id}:{kind}", given.pieces, given.before, motions[bed.follows])
                )
                twigs.append((bed.id, kind))
    for leak in leaks:
        points, radius = _pool(graph, leak)
        follows = graph.vessels[leak.vessel].follows
        lumens.append(Lumen.along(f"{leak.lesion}:pool", points, radius, 1.0, motions[follows], -1))
    beds = () if graph.territory is None else graph.territory.beds
    return Lumens(
        tuple(lumens), tuple(v.id for v in blood), tuple(v.id for v in urine), tuple(twigs), tuple(beds)
    )


class Looking:
    """Reads a circulation for the projector.

    Parameters
    ----------
    graph : VesselGraph
    lumens : Lumens

    Notes
    -----
    **Model** a lumen is drawn with its resting radius, so that its concentration is the iodine it holds over
    its resting volume. Arterial twigs show the first tank of their bed, venous ones the last; the rest of a
    bed's iodine, in blood, small veins and tissue, is spread over its territory; a kidney's tubules lie in
    its tissue, its pelvis in the urinary tract. Held by ``tests/suite/circulation/test_looking.py``.
    """

    def __init__(self, graph: VesselGraph, lumens: Lumens) -> None:
        self._graph = graph
        self.lumens = lumens
        self._count = sum(len(graph.vessels[v].points_mm) for v in lumens.vessels)
        self._points: tuple[object, NDArray[np.int64], Floats] | None = None
        self._reading: tuple[object, BedReading, NDArray[np.int64], NDArray[np.int64]] | None = None
        self._sizes = np.array([len(one.nodes_mm) for one in lumens.lumens[len(lumens.vessels) :]], np.int64)
        land = graph.territory
        self._bed_ml = np.array([] if land is None else [land.volume_ml(bed) for bed in lumens.beds])

    def see(
        self,
        blood: Circulation,
        stains: Sequence[Stain] = (),
        catheter: CatheterSeen | None = None,
        pooled_mg: Sequence[float] = (),
    ) -> BloodSeen | None:
        """Contrast and catheter as they are now; None where there is nothing to be seen."""
        exchange, gas = blood.transport.exchange, self._gas(blood)
        if (
            blood.transport.empty
            and not exchange.tissue_tank_mg.any()
            and not exchange.filtered_mg
            and not stains
            and gas is None
        ):
            if catheter is None:
                return None
            nodes = sum(len(one.nodes_mm) for one in self.lumens.lumens)
            return BloodSeen(
                np.zeros(nodes, np.float32), np.zeros(len(self.lumens.beds), np.float32), catheter
            )
        reading, land, twigs = self._read(blood)
        kidneys = exchange.kidneys()
        inside = reading.beds(blood, kidneys)
        vessels = self._vessels(blood)
        for stain in stains:
            vessels += self._stained(stain)
        pools = len(self._sizes) - len(self.lumens.urine) - len(twigs)
        pooled = np.asarray(pooled_mg or (0.0,) * pools) / POOL_ML
        in_twigs = np.concatenate([inside.first_mg_ml, inside.last_mg_ml])[twigs]
        beside = np.concatenate([reading.urine(blood, kidneys), in_twigs, pooled])
        whole = np.concatenate([vessels, np.repeat(beside, self._sizes)])
        whole[whole < FAINT_MG_ML] = 0.0
        tissue = np.where(land >= 0, inside.tissue_mg[land], 0.0)
        tissue = np.divide(tissue, self._bed_ml, out=np.zeros(len(land)), where=self._bed_ml > 0.0)
        return BloodSeen(
            (whole * MG_ML_TO_G_CM3).astype(np.float32),
            (tissue * MG_ML_TO_G_CM3).astype(np.float32),
            catheter,
            gas,
        )

    def _gas(self, blood: Circulation) -> NDArray[np.float32] | None:
        """Share of gas at every node of the lumens; None where there is none."""
        if blood.gas is None or blood.gas.empty:
            return None
        edges, shares = self._placed(blood)
        out = np.zeros(sum(len(one.nodes_mm) for one in self.lumens.lumens), np.float32)
        out[: self._count] = blood.gas.at(edges, shares, blood.network.volume_ml)
        return out

    def _stained(self, stain: Stain) -> Floats:
        """Iodine of a stained wall, spread over some mm of its vessel, mg/ml at every centre-line point."""
        out, first = np.zeros(self._count), 0
        for name in self.lumens.vessels:
            vessel = self._graph.vessels[name]
            count = len(vessel.points_mm)
            if name == stain.vessel:
                arc = vessel.arc_mm
                bell = np.exp(-0.5 * ((arc - stain.at_mm) / STAIN_MM) ** 2)
                ml = 1e-3 * np.pi * vessel.radius_mm**2 * np.gradient(arc)
                out[first : first + count] = stain.mg * bell / max(float((bell * ml).sum()), 1e-6)
            first += count
        return out

    def _vessels(self, blood: Circulation) -> Floats:
        """Iodine over resting volume at every centre-line point, mg/ml."""
        plumbing = blood.plumbing
        edges, shares = self._placed(blood)
        spec, volume = plumbing.spec, blood.network.volume_ml
        fuller = volume / np.maximum(spec.volume_ml, 1e-9)
        node = np.where(shares < 0.5, spec.a[edges], spec.b[edges])
        return np.asarray(blood.transport.at(edges, shares) * fuller[node])

    def _placed(self, blood: Circulation) -> tuple[NDArray[np.int64], Floats]:
        """Edge and share of every centre-line point."""
        plumbing = blood.plumbing
        if self._points is None or self._points[0] is not plumbing:
            self._points = (plumbing, *plumbing.points(self._graph, self.lumens.vessels))
        return self._points[1], self._points[2]

    def _read(self, blood: Circulation) -> tuple[BedReading, NDArray[np.int64], NDArray[np.int64]]:
        """How beds are read; place of each bed of the territory (-1 for none) and of each lumen of twigs."""
        plumbing = blood.plumbing
        if self._reading is None or self._reading[0] is not plumbing:
            reading = BedReading(self._graph, plumbing, self.lumens.urine)
            land = np.array([reading.bed.get(name, -1) for name in self.lumens.beds], np.int64)
            behind = {"artery": 0, "vein": len(reading.bed)}
            twigs = [reading.bed[bed] + behind[kind] for bed, kind in self.lumens.twigs]
            self._reading = plumbing, reading, land, np.array(twigs, np.int64)
        return self._reading[1:]


def _pool(graph: VesselGraph, leak: Leak) -> tuple[Floats, Floats]:
    """Where blood gathers that left a vessel: a spindle at its side, points and radii."""
    vessel = graph.vessels[leak.vessel]
    point, radius = vessel.at(leak.at_mm)
    ahead, _ = vessel.at(min(leak.at_mm + 2.0, vessel.length_mm))
    behind, _ = vessel.at(max(leak.at_mm - 2.0, 0.0))
    along = (ahead - behind) / max(float(np.linalg.norm(ahead - behind)), 1e-6)
    side = np.cross(along, (0.0, 1.0, 0.0))
    if np.linalg.norm(side) < 0.1:
        side = np.cross(along, (1.0, 0.0, 0.0))
    side /= np.linalg.norm(side)
    middle = point + side * (radius + POOL_MM)
    at = np.linspace(-1.0, 1.0, 7)
    wide = POOL_MM * np.sqrt(np.maximum(1.0 - at**2, 0.02))
    return middle + POOL_MM * at[:, None] * along, wide


@lru_cache(maxsize=4)
def _course(placed: Placed, graph: VesselGraph) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Course of a placed catheter, its share of the motion, and what it lies in."""
    part = placed.device.part
    points = placed.way.points_mm
    if part.family == "flush":
        points = with_tip(points, bent([_piece(bend) for bend in reversed(part.rest_shape)]))
    names = (*placed.way.vessels, *(placed.tip.vessel,) * (len(points) - len(placed.way.points_mm)))
    medians = {name: float(np.median(graph.vessels[name].share)) for name in sorted(set(names))}
    shares = np.array([medians[name] for name in names])
    return points, shares, tuple(graph.vessels[name].follows for name in names)


def _piece(bend: Bend) -> tuple[float, float]:
    """Length, mm, and turn, degrees, of a piece of a catheter's shape."""
    return bend.length_mm, bend.turn_deg or 0.0


def _packed(values: NDArray[np.float32]) -> str:
    return base64.b64encode(zlib.compress(values.astype("<f4").tobytes(), 6)).decode("ascii")


def _unpacked(text: str) -> NDArray[np.float32]:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), "<f4").astype(np.float32)
