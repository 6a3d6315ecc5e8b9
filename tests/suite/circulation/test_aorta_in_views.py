"""Tree, label volume and picture agree: the opacified aorta lies on the volume's aorta, in two views."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt
from scipy.spatial import cKDTree

from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import Phase
from angiosuite.physics.xray.lumen_projector import IODINE
from angiosuite.suite.circulation.layers import BloodLayers
from angiosuite.suite.circulation.lumens import lumens_of
from angiosuite.suite.circulation.seen import BloodSeen
from angiosuite.suite.room import Room

from .test_seen_iodine import PIXEL_MM, VIEWS, beam

AORTA = ("descending-thoracic-aorta", "abdominal-aorta")
ARTERIAL = 7
"""Tissue of arteries in the label volume."""
NEAR_MM = 4.0
"""Voxels of the label so far outside the lumen still count as the aorta's own, not as a branch's, mm."""


def shadow_of(voxels: np.ndarray, geometry: BeamGeometry, spacing_mm: float) -> np.ndarray:
    """Pixels that these voxels cover."""
    steps = geometry.row_step_mm, geometry.column_step_mm
    across = [(voxels - geometry.origin_mm) @ step / (step @ step) for step in steps]
    shadow = np.zeros((geometry.rows, geometry.columns), bool)
    half = int(np.ceil(0.5 * spacing_mm / PIXEL_MM))
    rows, columns = (np.round(value).astype(int) for value in across)
    for down in range(-half, half + 1):
        for right in range(-half, half + 1):
            shadow[rows + down, columns + right] = True
    return shadow


@pytest.mark.parametrize("view", VIEWS)
def test_the_opacified_aorta_lies_within_two_millimetres_of_the_volume_s(
    patient_room: Room, view: str
) -> None:
    body, graph = patient_room.body, patient_room.vessels
    assert body.labels is not None
    lumens = lumens_of(graph, body)
    nodes = [np.full(len(one.nodes_mm), one.name in AORTA, np.float32) for one in lumens.lumens]
    seen = BloodSeen(0.3 * np.concatenate(nodes), np.zeros(len(lumens.beds), np.float32))
    geometry = beam(patient_room, *VIEWS[view])
    whole = {IODINE: np.zeros((geometry.rows, geometry.columns), np.float32)}
    for mass in BloodLayers(graph, lumens, body).masses(geometry, Phase(), seen):
        mass.add_to(whole)
    picture = whole[IODINE] > 0.02

    voxels = np.argwhere(body.labels == ARTERIAL)[:, ::-1] * body.label_spacing_mm + body.label_origin_mm
    line = np.concatenate([graph.vessels[name].points_mm for name in AORTA])
    radius = np.concatenate([graph.vessels[name].radius_mm for name in AORTA])
    others = [v for v in graph.of_system("artery") if v.id not in AORTA]
    beside = cKDTree(np.concatenate([v.points_mm[5:] for v in others if len(v.points_mm) > 5]))
    away, nearest = cKDTree(line).query(voxels)
    inside = (away < radius[nearest] + NEAR_MM) & (nearest > 2) & (nearest < len(line) - 8)
    own = voxels[inside & (away < beside.query(voxels)[0])]
    shadow = shadow_of(voxels, geometry, body.label_spacing_mm)
    mine = shadow_of(own, geometry, body.label_spacing_mm)
    outside = PIXEL_MM * distance_transform_edt(~shadow)[picture]
    beyond = PIXEL_MM * distance_transform_edt(~picture)[mine]
    assert np.percentile(outside, 99) < 2.0, "the picture's aorta leaves the volume's"
    assert np.percentile(beyond, 95) < 2.0, "the volume's aorta is not filled"
