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
from angiosuite.physics.xray.layers import LayerMass, Phase, VolumeLayer, union
from angiosuite.physics.xray.layers import Motion as LayerMotion
from angiosuite.physics.xray.spheres import BallLayer

from .moment import Moment
from .phantom import motion_of
from .task import members, number, one_of, refuse, text

Points = NDArray[np.float64]
Content = tuple[tuple[str, float], ...]
Shape = Literal["ball", "rod"]

MATERIALS: Mapping[str, Content] = {
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
PIECE_MM = 10.0
"""Length of a rod over which the tissue that gives way is taken as even, mm."""
SAMPLES, SOURCE_AWAY, PROBE = 48, 20.0, "steel"
"""Rays a side that find this tissue, distance of their source in sizes of the piece, stand-in for length."""
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
    content: Content
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

    def pieces(self, nodes: Points) -> list[Points]:
        """Its nodes piece by piece: a ball is one, a rod is cut every centimetre."""
        if self.shape == "ball":
            return [nodes]
        count = max(1, int(np.ceil(self.length_mm / PIECE_MM)))
        places = np.linspace(nodes[0], nodes[1], count + 1)
        return [places[k : k + 2] for k in range(count)]

    def layers(self, nodes: Points, tissues: Sequence[Content]) -> list[BallLayer | CylinderLayer]:
        """As the projector takes it, each piece less the tissue that gave way to it."""
        made = [
            self._solid(f"{self.id}/{k}", piece, (*self.content, *tissue))
            for k, (piece, tissue) in enumerate(zip(self.pieces(nodes), tissues, strict=True))
        ]
        along = (nodes[-1] - nodes[0]) / self.length_mm
        half = 0.5 * BAND_LENGTH_MM * along
        for at in self.bands_mm:
            ends = np.stack([nodes[0] + at * along - half, nodes[0] + at * along + half])
            outer = self.radius_mm + BAND_WALL_MM
            made.append(CylinderLayer("band", ends, outer, MATERIALS["platinum"], inner_mm=self.radius_mm))
        return made

    def _solid(
        self, name: str, piece: Points, content: Content, body: Sequence[VolumeLayer] = ()
    ) -> BallLayer | CylinderLayer:
        if self.shape == "ball":
            return BallLayer(name, piece[0], self.radius_mm, content, body)
        return CylinderLayer(name, piece, self.radius_mm, content, displaces=body)

    def tissues(self, body: Sequence[VolumeLayer]) -> list[Content]:
        """What of a body lies where each piece lies at rest: mean density by material, taken away, g/cm³."""
        found = []
        for piece in self.pieces(self.nodes_mm):
            reach = 2.4 * (self.radius_mm + 0.5 * float(np.linalg.norm(piece[-1] - piece[0])))
            middle = piece.mean(axis=0)
            step = reach * SOURCE_AWAY / (SOURCE_AWAY - 1.0) / SAMPLES
            away = np.array([0.0, SOURCE_AWAY * reach, 0.0])
            beam = BeamGeometry.centred(
                middle + away, middle - away / SOURCE_AWAY, np.array([step, 0, 0]), np.array([0, 0, -step]),
                SAMPLES, SAMPLES,
            )  # fmt: skip
            mass = self._solid("probe", piece, ((PROBE, 1.0),), body).mass(beam, Phase())
            assert mass is not None
            total = dict(zip(mass.materials, mass.mass.sum(axis=(1, 2), dtype=np.float64), strict=True))
            length = total.pop(PROBE)
            found.append(tuple((name, float(value / length)) for name, value in total.items() if value))
        return found


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
    tissues : sequence
        What gives way to each, by :meth:`PlacedObject.tissues`.
    finer : int
        Rays a side of each pixel, for a coarse measure.

    Notes
    -----
    **Model** chords are exact; the tissue that gives way is the mean of what lies in each piece (a ball, or a
    centimetre of a rod) at the end of expiration.
    **Valid for** objects whose surroundings change little with the breath.
    Held by ``tests/suite/test_objects.py``.
    """

    def __init__(self, objects: Objects, tissues: Sequence[Sequence[Content]], finer: int = 1) -> None:
        self._all = tuple(zip(objects, tissues, strict=True))
        self._finer = finer
        self._kept: dict[str, tuple[object, LayerMass | None]] = {}

    def masses(self, seen: BeamGeometry, phase: Phase) -> tuple[LayerMass, ...]:
        """g/cm² of all objects, less what they displace; `seen` is the beam in the patient's frame."""
        made = (self._of(one, tissues, seen, phase) for one, tissues in self._all)
        return tuple(mass for mass in made if mass is not None)

    def _of(
        self, one: PlacedObject, tissues: Sequence[Content], seen: BeamGeometry, phase: Phase
    ) -> LayerMass | None:
        nodes = one.at_phase(phase)
        key = (seen.key, nodes.tobytes())
        kept = self._kept.get(one.id)
        if kept is None or kept[0] != key:
            fine = seen.resampled(seen.rows * self._finer, seen.columns * self._finer)
            beam = seen if self._finer == 1 else fine
            made = [layer.mass(beam, phase) for layer in one.layers(nodes, tissues)]
            whole = _together([mass for mass in made if mass is not None], self._finer)
            kept = self._kept[one.id] = (key, whole)
        return kept[1]


def _together(masses: Sequence[LayerMass], n: int) -> LayerMass | None:
    """Several masses as one, on pixels `n` times as large a side."""
    where = union([mass.window for mass in masses])
    if where is None:
        return None
    r0, r1, c0, c1 = where[0] // n, -(-where[1] // n), where[2] // n, -(-where[3] // n)
    names = tuple(dict.fromkeys(name for mass in masses for name in mass.materials))
    total = np.zeros((len(names), (r1 - r0) * n, (c1 - c0) * n), np.float32)
    for mass in masses:
        a0, a1, b0, b1 = mass.window
        for name, image in zip(mass.materials, mass.mass, strict=True):
            total[names.index(name), a0 - r0 * n : a1 - r0 * n, b0 - c0 * n : b1 - c0 * n] += image
    if n > 1:
        total = total.reshape(len(names), r1 - r0, n, c1 - c0, n).mean(axis=(2, 4))
    return LayerMass((r0, r1, c0, c1), names, total)
