"""What a task's pictures are judged on: objects, structures and tubes, where they really are at a pulse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.structures import Structure, structure_of
from angiosuite.kit.errors import did_you_mean
from angiosuite.physics.xray.contrast_tubes import ContrastTube
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import Phase

from .blood_targets import KINDS as IN_BLOOD
from .blood_targets import InBlood
from .collimator import Blades
from .moment import Moment
from .objects import Objects, PlacedObject
from .pose import Pose, beam_geometry, isocentre_mm
from .task import Task, members, number, one_of, refuse, text

if TYPE_CHECKING:
    from .room import Room

Points = NDArray[np.float64]
KINDS = ("object", "structure", "tubes", "run", *IN_BLOOD)
OUTLINE = 48
"""Points by which a pedicle's outline is carried to the picture."""


@dataclass(frozen=True)
class View:
    """How a picture was taken, and how the patient lay: read from the facts that the log has of it."""

    geometry: BeamGeometry
    pose: Pose
    blades: Blades
    moment: Moment
    iso_mm: Points
    iso_pixel_mm: float
    """Side of a pixel at the isocentre, mm."""

    @classmethod
    def of(cls, facts: Mapping[str, Any], room: Room, injections_s: tuple[float, ...] = ()) -> View:
        """The view of a logged picture."""
        pose = Pose(**facts["pose"])
        rows = int(facts["size"][0])
        pixel_mm = float(facts["pixel_mm_iso"])
        side_mm = pixel_mm * rows * pose.sid_mm / pose.sod_mm
        x, y, z = (float(value) for value in facts.get("shift_mm", (0.0, 0.0, 0.0)))
        moment = Moment(facts["breath_mm"], facts["cardiac_phase"], (x, y, z), injections_s)
        return cls(
            beam_geometry(pose, room.reference_mm, side_mm, rows),
            pose,
            Blades(**facts["blades"]),
            moment,
            isocentre_mm(pose, room.reference_mm),
            pixel_mm,
        )

    @cached_property
    def ray(self) -> Points:
        """Unit vector of the central ray, from the tube to the detector."""
        return -self.geometry.normal

    def pixels(self, points_mm: Points) -> Points:
        """Places (x, y) of points in the picture, pixels, shape (n, 2)."""
        return np.asarray(self.geometry.project_points(np.atleast_2d(points_mm))[:, ::-1])

    def from_middle_mm(self, point_mm: Points) -> Points:
        """Where a point is from the picture's middle, to the right and downwards, mm at the isocentre."""
        middle = 0.5 * (np.array([self.geometry.columns, self.geometry.rows]) - 1.0)
        return np.asarray((self.pixels(point_mm)[0] - middle) * self.iso_pixel_mm)

    def radii_px(self, points_mm: Points, radii_mm: Points) -> Points:
        """Radii of the shadows of balls, pixels."""
        depth = (np.atleast_2d(points_mm) - self.geometry.source_mm) @ self.ray
        step = float(np.linalg.norm(self.geometry.column_step_mm))
        return np.asarray(radii_mm * self.geometry.source_to_detector_mm / depth / step)

    def is_open(self, places_px: Points) -> NDArray[np.bool_]:
        """Whether the blades let rays to these places pass."""
        x, y = (places_px[:, k] + 0.5 for k in (0, 1))
        half, b = 0.5 * self.geometry.columns, self.blades
        across = (x >= half * (1.0 - b.left)) & (x <= half * (1.0 + b.right))
        return np.asarray(across & (y >= half * (1.0 - b.top)) & (y <= half * (1.0 + b.bottom)))


@dataclass(frozen=True, slots=True)
class Shadow:
    """A target's outline in a picture: capsules between places, pixels."""

    segments: Points
    """Both ends of each, (n, 4): x, y, x, y."""
    radii: Points
    """(n,)"""


@dataclass(frozen=True, slots=True)
class Target:
    """One target of a task; a run alone has no place of its own.

    Parameters
    ----------
    id, kind : str
    object, structure, tubes
        What it is.
    phantom : str
        Test phantom that the tubes belong to.
    asked : mapping or None
        What a target in blood asks for; where it lies is known once blood flows.
    blood : InBlood or None
        Where it lies.
    """

    id: str
    kind: str
    object: PlacedObject | None = None
    structure: Structure | None = None
    tubes: tuple[ContrastTube, ...] = ()
    phantom: str = ""
    asked: Mapping[str, Any] | None = None
    blood: InBlood | None = None

    @property
    def has_outline(self) -> bool:
        """Whether it has an outline in a picture; tissue that blushes has none."""
        return self.blood is None or self.blood.is_line

    def nodes_mm(self, moment: Moment) -> list[tuple[Points, Points]]:
        """Chains of nodes and their radii, where they really are: breath, heart and the patient's shift."""
        shift = np.asarray(moment.shift_mm)
        if self.object is not None:
            return [(self.object.at(moment), np.full(len(self.object.nodes_mm), self.object.radius_mm))]
        if self.structure is not None:
            return [(np.array([self.structure.centre_mm]) + shift, np.array([self.structure.radius_mm]))]
        if self.blood is not None:
            return [(self.blood.at(moment), self.blood.radius_mm)]
        phase = Phase(moment.breath_mm, moment.cardiac_phase)
        return [(tube.nodes_at(phase) + shift, tube.line.radius_mm) for tube in self.tubes]

    def shadow(self, view: View, inset: bool = False) -> Shadow:
        """Its outline in a picture; `inset` leaves out the rounded ends of rods."""
        segments, radii = [], []
        for nodes, radius_mm in self.nodes_mm(view.moment):
            places, radius = view.pixels(nodes), view.radii_px(nodes, radius_mm)
            if len(places) == 1:
                segments.append(np.concatenate([places, places], axis=1))
                radii.append(radius)
                continue
            ends = np.concatenate([places[:-1], places[1:]], axis=1)
            if inset and len(places) == 2:
                along = places[1] - places[0]
                length = float(np.linalg.norm(along))
                step = along * min(float(radius[0]) / max(length, 1e-9), 0.45)
                ends = ends + np.concatenate([step, -step])
            segments.append(ends)
            radii.append(0.5 * (radius[:-1] + radius[1:]))
        return Shadow(np.concatenate(segments), np.concatenate(radii))

    def judged(self, view: View) -> dict[str, Any]:
        """What geometry alone says of it in a picture: lengths in mm at the isocentre's plane."""
        chains = self.nodes_mm(view.moment)
        points = np.concatenate([nodes for nodes, _ in chains])
        centre = points.mean(axis=0)
        places = view.pixels(points)
        u, v = view.from_middle_mm(centre)
        found: dict[str, Any] = {
            "in_field": bool(view.is_open(places).mean() >= IN_FIELD),
            "u_mm": round(float(u), 3),
            "v_mm": round(float(v), 3),
            "off_mm": round(float(np.hypot(u, v)), 3),
            "iso_mm": round(float(np.linalg.norm(centre - view.iso_mm)), 3),
        }
        if self.structure is not None and self.structure.axis is not None:
            found |= self._pedicle(self.structure, view)
        if len(points) > 1 and (self.blood is None or self.blood.is_line):
            found |= _lengths([nodes for nodes, _ in chains], view)
        if self.blood is not None and self.blood.is_line:
            begins = view.from_middle_mm(self.blood.begins(view.moment))
            found["begins_mm"] = [round(float(mm), 3) for mm in begins]
        if self.object is not None and self.object.shape == "rod":
            ends = [[round(float(value), 2) for value in place] for place in places]
            found |= {"ends_px": ends, "span_px": round(float(np.linalg.norm(places[1] - places[0])), 2)}
        return found

    def _pedicle(self, structure: Structure, view: View) -> dict[str, Any]:
        """Tilt of the central ray against the axis, degrees, and how round the isthmus looks, 1 = en face."""
        assert structure.axis is not None and structure.half_axes_mm is not None
        aligned = min(abs(float(np.dot(structure.axis, view.ray))), 1.0)
        turn = np.linspace(0.0, 2.0 * np.pi, OUTLINE, endpoint=False)[:, None]
        long, short = structure.half_axes_mm
        ring = long * np.cos(turn) * np.array(structure.long_axis)
        ring = ring + short * np.sin(turn) * np.array(structure.short_axis)
        centre = np.array(structure.centre_mm) + np.asarray(view.moment.shift_mm)
        places = view.pixels(centre + ring)
        minor, major = np.sqrt(np.linalg.eigvalsh(np.cov(places.T)))
        roundness = float(minor / major) / (short / long)
        return {
            "tilt_deg": round(float(np.degrees(np.arccos(aligned))), 3),
            "shape": round(min(roundness, 1.0 / roundness), 4),
        }


IN_FIELD = 0.9
"""Share of a target's nodes that the open field must hold."""


def _lengths(chains: Sequence[Points], view: View) -> dict[str, Any]:
    """True length, and the share of it that is seen across the rays."""
    true, seen = 0.0, 0.0
    for nodes in chains:
        pieces = np.diff(nodes, axis=0)
        rays = 0.5 * (nodes[1:] + nodes[:-1]) - view.geometry.source_mm
        rays /= np.linalg.norm(rays, axis=1, keepdims=True)
        true += float(np.linalg.norm(pieces, axis=1).sum())
        seen += float(np.linalg.norm(np.cross(pieces, rays), axis=1).sum())
    return {"foreshortening": round(seen / true, 4), "true_mm": round(true, 3)}


def find_targets(task: Task, objects: Objects, room: Room) -> tuple[Target, ...]:
    """The targets of a task in a patient.

    Raises
    ------
    RefusedInput
        Naming the target, the member and what fits.
    """
    return tuple(_found(item, f"targets[{k}]", task, objects, room) for k, item in enumerate(task.targets))


def _found(item: Mapping[str, Any], where: str, task: Task, objects: Objects, room: Room) -> Target:
    needs = {"object": "object", "structure": "structure", "tubes": "parts", **{one: one for one in IN_BLOOD}}
    members(item, where, ("id", "kind", *needs.values(), "along_mm"), ("kind",))
    kind = one_of(item["kind"], f"{where}.kind", KINDS)
    need = needs.get(kind)
    for name in needs.values():
        if name != need and item.get(name) is not None:
            refuse(
                f"A target of kind '{kind}' has no '{name}'", f"{where}.{name}", item[name], "Leave it out."
            )
    if need is not None and not item.get(need):
        refuse(f"A target of kind '{kind}' needs '{need}'", f"{where}.{need}", None, f"Give {need}.")
    if kind == "object":
        known = {one.id: one for one in objects}
        name = str(item["object"])
        if name not in known:
            hint = did_you_mean(name, known) or f"The task's objects: {', '.join(known) or 'none'}."
            refuse("The task has no such object", f"{where}.object", name, hint)
        return Target(item["id"], kind, object=known[name])
    if kind == "structure":
        return Target(item["id"], kind, structure=structure_of(room.body, str(item["structure"])))
    if kind == "tubes":
        return _tubes(item, where, task, room)
    if kind in IN_BLOOD:
        if task.start.get("blood") is None:
            refuse("There is no blood to judge it in", f"{where}.kind", kind, "Give start.blood.")
        text(item[kind], f"{where}.{kind}", 80)
        if (along := item.get("along_mm")) is not None:
            low, high = (number(value, f"{where}.along_mm", 0.0, 2000.0) for value in along)
            if low >= high:
                refuse("The piece has no length", f"{where}.along_mm", along, "Give the smaller one first.")
        return Target(item["id"], kind, asked=item)
    return Target(item["id"], kind)


def _tubes(item: Mapping[str, Any], where: str, task: Task, room: Room) -> Target:
    name = task.start.get("phantom")
    if name is None:
        refuse("Tubes are those of a test phantom", f"{where}.kind", "tubes", "Give start.phantom.")
    ids = [tube.id for tube in room.content.phantom(name).tubes]
    parts = item["parts"]
    if not isinstance(parts, list):
        refuse("This must be a list", f"{where}.parts", parts, "Give ids of the phantom's tubes.")
    for part in parts:
        if part not in ids:
            hint = did_you_mean(str(part), ids) or f"Its tubes: {', '.join(ids)}."
            refuse("The phantom has no such tube", f"{where}.parts", part, hint)
    tubes = room.phantom(name).tubes.tubes
    return Target(item["id"], "tubes", tubes=tuple(tubes[ids.index(part)] for part in parts), phantom=name)
