"""Objects that a task puts into the patient: balls and rods of known matter at known places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.structures import structure_of
from angiosuite.kit.errors import did_you_mean
from angiosuite.physics.xray.cylinders import CylinderLayer
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase, VolumeLayer
from angiosuite.physics.xray.layers import Motion as LayerMotion
from angiosuite.physics.xray.spheres import BallLayer

from .moment import Moment
from .phantom import motion_of
from .task import members, number, one_of, refuse, text

Points = NDArray[np.float64]
Shape = Literal["ball", "rod"]

MATERIALS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "steel": (("steel", 8.0),),
    "platinum": (("platinum", 21.45),),
    "aluminium": (("aluminium", 2.699),),
    "iodine": (("water", 1.0),),
}
"""What objects are made of, g/cm³; iodine is a solution, its iodine is added by its concentration."""
FOLLOWS = ("still", "abdomen", "kidneys")
IODINE_MG_ML = 300.0
"""Concentration of an iodine object that tells none, mg of iodine a ml."""
BAND_LENGTH_MM, BAND_WALL_MM = 1.6, 0.15
"""A rod's platinum band: its length, and its wall upon the rod."""
BEYOND_MM = 60.0
"""How far outside the body an object may lie, mm."""
AFIELD_MM = 600.0
FINER = 4
"""Rays a side of each cell through which exposure control sees a rod."""
_PLACE = ("landmark", "structure", "x_mm", "y_mm", "z_mm")
_MEMBERS = (
    "id", "shape", "material", "mg_ml", "at", "to", "radius_mm", "bands_mm", "follows", "shown_as",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class PlacedObject:
    """A ball or rod in a body.

    Parameters
    ----------
    id, shown_as : str
        Name, and what a person is told it is.
    shape : {"ball", "rod"}
    nodes_mm : float64 (1 or 2, 3)
        Centre of the ball, ends of the rod, at rest, LPS mm.
    radius_mm : float
    content : tuple of (material, g/cm3)
    bands_mm : tuple of float
        Middles of platinum bands from the rod's first end, mm.
    motion : callable or None
        Of what it follows.
    """

    id: str
    shown_as: str
    shape: Shape
    nodes_mm: Points
    radius_mm: float
    content: tuple[tuple[str, float], ...]
    bands_mm: tuple[float, ...] = ()
    motion: LayerMotion | None = None

    @property
    def length_mm(self) -> float:
        """True length of a rod, mm; the diameter of a ball."""
        if self.shape == "ball":
            return 2.0 * self.radius_mm
        return float(np.linalg.norm(self.nodes_mm[1] - self.nodes_mm[0]))

    def at_phase(self, phase: Phase) -> Points:
        """Its nodes in the frame of a patient who has not moved, LPS mm."""
        if self.motion is None:
            return self.nodes_mm
        affine = self.motion(phase.breath_mm, phase.cardiac_phase)
        return np.asarray(self.nodes_mm @ affine[:3, :3].T + affine[:3, 3])

    def at(self, moment: Moment) -> Points:
        """Its nodes where they really are at a moment: breath, and the patient's shift on the table."""
        phase = Phase(moment.breath_mm, moment.cardiac_phase)
        return np.asarray(self.at_phase(phase) + np.asarray(moment.shift_mm))

    def layers(self, phase: Phase, body: Sequence[VolumeLayer]) -> list[BallLayer | CylinderLayer]:
        """As the projector takes it."""
        nodes = self.at_phase(phase)
        if self.shape == "ball":
            return [BallLayer(self.id, nodes[0], self.radius_mm, self.content, body)]
        rod = CylinderLayer(self.id, nodes, self.radius_mm, self.content, displaces=body)
        along = (nodes[1] - nodes[0]) / self.length_mm
        half = 0.5 * BAND_LENGTH_MM * along
        bands = [
            CylinderLayer(
                f"{self.id}/{k}",
                np.stack([nodes[0] + at * along - half, nodes[0] + at * along + half]),
                self.radius_mm + BAND_WALL_MM,
                MATERIALS["platinum"],
                inner_mm=self.radius_mm,
            )
            for k, at in enumerate(self.bands_mm)
        ]
        return [rod, *bands]


Objects = tuple[PlacedObject, ...]


def place_objects(items: Sequence[Mapping[str, Any]], body: Body) -> Objects:
    """The objects of a task in a body.

    Raises
    ------
    RefusedInput
        Naming the object, the member and what fits.
    """
    return tuple(_placed(item, f"objects[{index}]", body) for index, item in enumerate(items))


def _placed(item: Mapping[str, Any], where: str, body: Body) -> PlacedObject:
    members(item, where, _MEMBERS, ("shape", "material", "at", "radius_mm"))
    shape = one_of(item["shape"], f"{where}.shape", ("ball", "rod"))
    material = one_of(item["material"], f"{where}.material", tuple(MATERIALS))
    content = MATERIALS[material]
    if material == "iodine":
        mg_ml = number(item.get("mg_ml", IODINE_MG_ML), f"{where}.mg_ml", 1.0, 1000.0)
        content = (*content, ("iodine", 1e-3 * mg_ml))
    elif item.get("mg_ml") is not None:
        refuse("Only iodine has a concentration", f"{where}.mg_ml", item["mg_ml"], "Leave it out.")
    radius_mm = number(item["radius_mm"], f"{where}.radius_mm", 0.2, 40.0)
    follows = one_of(item.get("follows") or "still", f"{where}.follows", FOLLOWS)
    shown_as = text(item.get("shown_as") or "", f"{where}.shown_as", 80, empty=True)
    nodes = [point_of(item["at"], f"{where}.at", body)]
    if shape == "rod":
        to = item.get("to")
        if to is None:
            refuse("A rod has two ends", f"{where}.to", None, "Give 'to', as 'at'.")
        if isinstance(to, Mapping) and not {"landmark", "structure"} & set(to):
            to = {**{key: item["at"][key] for key in ("landmark", "structure") if key in item["at"]}, **to}
        nodes.append(point_of(to, f"{where}.to", body))
        if np.linalg.norm(nodes[1] - nodes[0]) < 1.0:
            refuse("The rod's ends lie on each other", f"{where}.to", to, "Put them 1 mm apart or more.")
    elif item.get("to") is not None:
        refuse("A ball has one place", f"{where}.to", item["to"], "Leave it out, or make it a rod.")
    placed = np.array(nodes)
    bands = _bands(item.get("bands_mm"), f"{where}.bands_mm", shape, placed)
    kind: Shape = "ball" if shape == "ball" else "rod"
    return PlacedObject(
        item["id"], shown_as, kind, placed, radius_mm, content, bands, motion_of(follows, body)
    )


def _bands(given: Any, where: str, shape: str, nodes: Points) -> tuple[float, ...]:
    """Middles of a rod's bands: a distance from band to band, or a list of places."""
    if given is None or given == []:
        return ()
    if shape != "rod":
        refuse("Only a rod has bands", where, given, "Leave them out.")
    length = float(np.linalg.norm(nodes[1] - nodes[0]))
    if isinstance(given, list):
        places = [number(at, where, 0.0, length) for at in given]
    else:
        step = number(given, where, 2.0, length)
        places = [float(at) for at in np.arange(0.0, length + 1e-6, step)]
    if len(places) > 60:
        refuse("There are too many bands", where, len(places), "Give at most 60.")
    half = 0.5 * BAND_LENGTH_MM
    return tuple(min(max(at, half), length - half) for at in places)


def point_of(place: Any, where: str, body: Body) -> Points:
    """A point of a body by landmark or structure and offset, LPS mm at rest; refused where there is none."""
    members(place, where, _PLACE)
    named = [key for key in ("landmark", "structure") if place.get(key) is not None]
    if len(named) != 1:
        refuse("A place is named by a landmark or a structure", where, None, "Give one of the two.")
    if named[0] == "landmark":
        mark = place["landmark"]
        if mark not in body.landmarks:
            hint = did_you_mean(str(mark), body.landmarks) or f"Known: {', '.join(sorted(body.landmarks))}."
            refuse("The patient has no such landmark", f"{where}.landmark", mark, hint)
        origin = np.array(body.landmarks[mark], np.float64)
    else:
        origin = np.array(structure_of(body, str(place["structure"])).centre_mm)
    offset = [
        number(place.get(key, 0.0), f"{where}.{key}", -AFIELD_MM, AFIELD_MM)
        for key in ("x_mm", "y_mm", "z_mm")
    ]
    point = origin + np.array(offset)
    for value, (low, high), axis in zip(point, body.extent_mm, "xyz", strict=True):
        if not low - BEYOND_MM <= value <= high + BEYOND_MM:
            refuse(
                "This lies outside the patient",
                f"{where}.{axis}_mm",
                round(float(value), 1),
                f"The patient reaches from {low:.0f} to {high:.0f} mm.",
            )
    return np.asarray(point, np.float64)


class ObjectProjector:
    """Objects in one projector's pictures; what is where it was is not projected again.

    Parameters
    ----------
    objects : Objects
    body : sequence of VolumeLayer
        Whose tissue gives way to them.
    finer : int
        Rays a side of each pixel, for a coarse measure.
    """

    def __init__(self, objects: Objects, body: Sequence[VolumeLayer], finer: int = 1) -> None:
        self.objects = objects
        self._body = tuple(body)
        self._finer = finer
        self._kept: dict[str, tuple[object, tuple[LayerMass, ...]]] = {}

    def masses(self, seen: BeamGeometry, phase: Phase) -> tuple[LayerMass, ...]:
        """g/cm² of all objects, less what they displace; `seen` is the beam in the patient's frame."""
        return tuple(mass for one in self.objects for mass in self._of(one, seen, phase))

    def _of(self, one: PlacedObject, seen: BeamGeometry, phase: Phase) -> tuple[LayerMass, ...]:
        reach = self._near(one, phase)
        moves = tuple(
            b"" if layer.motion is None else layer.motion(phase.breath_mm, phase.cardiac_phase).tobytes()
            for layer in reach
        )
        key = (seen.key, one.at_phase(phase).tobytes(), moves)
        kept = self._kept.get(one.id)
        if kept is None or kept[0] != key:
            made = (self._mass(layer, seen, phase) for layer in one.layers(phase, reach))
            kept = self._kept[one.id] = (key, tuple(mass for mass in made if mass is not None))
        return kept[1]

    def _mass(self, layer: BallLayer | CylinderLayer, seen: BeamGeometry, phase: Phase) -> LayerMass | None:
        if self._finer == 1:
            return layer.mass(seen, phase)
        n = self._finer
        mass = layer.mass(seen.resampled(seen.rows * n, seen.columns * n), phase)
        if mass is None:
            return None
        r0, r1, c0, c1 = mass.window
        a0, a1, b0, b1 = r0 // n, -(-r1 // n), c0 // n, -(-c1 // n)
        whole = np.zeros((len(mass.materials), (a1 - a0) * n, (b1 - b0) * n), np.float32)
        whole[:, r0 - a0 * n : r1 - a0 * n, c0 - b0 * n : c1 - b0 * n] = mass.mass
        mean = whole.reshape(len(whole), a1 - a0, n, b1 - b0, n).mean(axis=(2, 4))
        return LayerMass((a0, a1, b0, b1), mass.materials, mean.astype(np.float32))

    def _near(self, one: PlacedObject, phase: Phase) -> list[VolumeLayer]:
        """Layers of the body whose grid the object can lie in."""
        nodes = one.at_phase(phase)
        low, high = nodes.min(axis=0) - one.radius_mm, nodes.max(axis=0) + one.radius_mm
        return [layer for layer in self._body if _touches(layer, low, high)]


def _touches(layer: VolumeLayer, low: Points, high: Points) -> bool:
    """Whether a box of the world can meet a layer, whichever way breath and heart moved it."""
    for volume in layer.channels.values():
        size = volume.spacing_mm * np.array(volume.shape[::-1])
        first = np.asarray(volume.origin_mm) - MOVES_MM
        if np.all(high > first) and np.all(low < first + size + 2.0 * MOVES_MM):
            return True
    return False


MOVES_MM = 45.0
"""The farthest that breath carries a layer of a body, mm."""
