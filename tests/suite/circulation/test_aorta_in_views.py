"""Tree, label volume and picture agree: the opacified aorta lies on the volume's aorta, in two views."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, label
from scipy.spatial import cKDTree

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import Phase
from angiosuite.physics.xray.lumen_projector import IODINE
from angiosuite.suite.circulation.layers import BloodLayers
from angiosuite.suite.circulation.lumens import lumens_of
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.room import Room

from .test_seen_iodine import PIXEL_MM, VIEWS, beam

AORTA = ("ascending-aorta", "aortic-arch", "descending-thoracic-aorta", "abdominal-aorta")
ARTERIAL = 7
"""Tissue of arteries in the label volume."""
BALL_MM = 8.0
"""A ball of this radius fits in the aorta of the label everywhere, and in none of its branches."""
BESIDE_MM = 12.0
"""Label farther than this from the aorta's wall is another vessel's."""
FINE = 4
"""Steps of a voxel in which the label's surface, half way between inside and outside, is drawn."""
WITHIN_MM, MOST_MM, CORNER_MM = 2.0, 2.5, 4.5
"""What all but a few pixels keep, what the picture keeps, and the label's corner at T9 (two sources meet)."""

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class LabelAorta(NamedTuple):
    """The aorta of the label volume: what a ball fits in, and that without branches, with odd corners."""

    wide: Mask
    own: Mask


def dense(points: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """A line with its radii at every 0.4 mm."""
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = np.linspace(0.0, arc[-1], round(arc[-1] / 0.4) + 2)
    return np.stack([np.interp(at, arc, points[:, k]) for k in range(3)], axis=1), np.interp(at, arc, radius)


def off_the_wall(places: Floats, line: Floats, radius: Floats) -> Floats:
    """Distance of places outwards from the wall of a tube, mm; negative in its lumen."""
    away, node = cKDTree(line).query(places)
    return np.asarray(away - radius[node])


def off_the_branches(places: Floats, graph: VesselGraph) -> Floats:
    """Distance of places from the nearest wall of another artery, mm; negative in a lumen."""
    nearest = np.full(len(places), np.inf)
    for vessel in graph.of_system("artery"):
        if vessel.id not in AORTA:
            line, radius = dense(vessel.points_mm, vessel.radius_mm)
            if cKDTree(line).query(places)[0].min() < 10.0:
                nearest = np.minimum(nearest, off_the_wall(places, line, radius))
    return nearest


def places_of(mask: Mask, body: Body) -> Floats:
    return np.argwhere(mask)[:, ::-1] * body.label_spacing_mm + np.asarray(body.label_origin_mm)


def aorta_of(body: Body, graph: VesselGraph) -> LabelAorta:
    """The label's aorta between the ends of the tree's.

    What no ball fits in is left out piece by piece, where a named branch's lumen runs in the piece; other
    pieces are corners of the aorta. Of what a ball fits in, voxels that a branch's lumen cuts are left out.
    """
    assert body.labels is not None
    arteries, spacing = body.labels == ARTERIAL, body.label_spacing_mm
    middles = spacing * distance_transform_edt(arteries) > BALL_MM
    wide = arteries & (spacing * distance_transform_edt(~middles) <= BALL_MM + 0.5 * spacing)
    lines = [dense(graph.vessels[name].points_mm, graph.vessels[name].radius_mm) for name in AORTA]
    line, radius = (np.concatenate(parts) for parts in zip(*lines, strict=True))
    places = places_of(arteries, body)
    beside = off_the_wall(places, line, radius) < BESIDE_MM
    for end, inner in ((line[0], line[3]), (line[-1], line[-4])):
        outwards = (places - end) @ (end - inner) > 0.0
        beside &= ~(outwards & (np.linalg.norm(places - end, axis=1) < 30.0))
    near = np.zeros_like(arteries)
    near[arteries] = beside
    own = near & wide
    own[own] = off_the_branches(places_of(own, body), graph) > 0.5 * spacing
    pieces, count = label(near & ~wide, np.ones((3, 3, 3)))
    cut = np.zeros(count + 1, bool)
    off = off_the_branches(places_of(near & ~wide, body), graph)
    np.logical_or.at(cut, pieces[near & ~wide], off < 0.0)
    corners = near & ~wide & ~cut[pieces]
    return LabelAorta(wide | corners, own | corners)


def shadow_of(mask: Mask, body: Body, geometry: BeamGeometry) -> Mask:
    """Pixels behind a part of the label, its surface half way between inside and outside."""
    low, high = np.argwhere(mask).min(0) - 1, np.argwhere(mask).max(0) + 2
    part = mask[tuple(slice(a, b) for a, b in zip(low, high, strict=True))].astype(np.float32)
    heights, down, across = (between(count) for count in part.shape)
    shadow = np.zeros((geometry.rows, geometry.columns), bool)
    steps = geometry.row_step_mm, geometry.column_step_mm
    for number, shares in enumerate(heights):
        sheet = down @ np.tensordot(shares, part, 1) @ across.T
        j, i = np.nonzero(sheet >= 0.5)
        index = np.stack([i, j, np.full(len(i), number)], axis=1) / FINE + low[::-1]
        points = index * body.label_spacing_mm + np.asarray(body.label_origin_mm)
        rows, columns = (
            np.round((points - geometry.origin_mm) @ step / (step @ step)).astype(int) for step in steps
        )
        shadow[rows, columns] = True
    return shadow


def between(count: int) -> NDArray[np.float32]:
    """Shares of samples at finer steps: (FINE (count - 1) + 1, count)."""
    at = np.arange(FINE * (count - 1) + 1) / FINE
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(count))).astype(np.float32)


def picture_of(room: Room, geometry: BeamGeometry) -> Mask:
    """Pixels of the opacified aorta."""
    lumens = lumens_of(room.vessels, room.body)
    nodes = [np.full(len(one.nodes_mm), one.name in AORTA, np.float32) for one in lumens.lumens]
    seen = BloodSeen(0.3 * np.concatenate(nodes), np.zeros(len(lumens.beds), np.float32))
    whole = {IODINE: np.zeros((geometry.rows, geometry.columns), np.float32)}
    for mass in BloodLayers(room.vessels, lumens, room.body).masses(geometry, Phase(), seen):
        mass.add_to(whole)
    return np.asarray(whole[IODINE] > 0.02)


def beyond(shadow: Mask, other: Mask) -> Floats:
    """How far each pixel of a shadow lies beyond another, mm; an edge lies half way between two pixels."""
    return np.asarray(PIXEL_MM * np.maximum(distance_transform_edt(~other)[shadow] - 0.5, 0.0))


@pytest.fixture(scope="module")
def label_aorta(patient_room: Room) -> LabelAorta:
    return aorta_of(patient_room.body, patient_room.vessels)


@pytest.mark.parametrize("view", VIEWS)
def test_the_opacified_aorta_lies_within_two_millimetres_of_the_volume_s(
    patient_room: Room, label_aorta: LabelAorta, view: str
) -> None:
    body, geometry = patient_room.body, beam(patient_room, *VIEWS[view])
    picture = picture_of(patient_room, geometry)
    outside = beyond(picture, shadow_of(label_aorta.wide, body, geometry))
    unfilled = beyond(shadow_of(label_aorta.own, body, geometry), picture)
    for told, off in (("picture beyond label", outside), ("label beyond picture", unfilled)):
        print(
            f"{view}: {told}: most {off.max():.2f} mm, {(off > WITHIN_MM).sum()} of {len(off)} pixels over 2"
        )
    assert outside.max() < MOST_MM, "the picture's aorta leaves the volume's"
    assert np.mean(outside > WITHIN_MM) < 0.0005
    assert unfilled.max() < CORNER_MM, "the volume's aorta is not filled"
    assert np.mean(unfilled > WITHIN_MM) < 0.002
