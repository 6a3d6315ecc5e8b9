"""What lies in the beam: the body's layers and the table, as transmitted signal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import BONE_UNIT_MG_CM3, Body, layer_affine
from angiosuite.content.equipment import EquipmentItem
from angiosuite.physics.xray.beam import Beam
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.projector import project
from angiosuite.physics.xray.volume import PreparedVolume

Image = NDArray[np.float32]


class Paths:
    """The patient on the table as the beam meets them."""

    def __init__(self, body: Body, equipment: EquipmentItem, reference_mm: NDArray[np.float64]) -> None:
        _, (y0, y1), _ = body.extent_mm
        self.half_depth_mm = 0.5 * (y1 - y0)
        self._layers = []
        for layer in body.layers:
            water = PreparedVolume.from_array(
                np.asarray(layer.water_mg_cm3), layer.origin_mm, layer.spacing_mm, 1e-3
            )
            bone = None
            if layer.bone_mg_cm3 is not None:
                bone = PreparedVolume.from_array(
                    np.asarray(layer.bone_mg_cm3), layer.origin_mm, layer.spacing_mm, BONE_UNIT_MG_CM3 * 1e-3
                )
            self._layers.append((layer.motion, water, bone))

    def signal(
        self, geometry: BeamGeometry, rays: Beam, breath_mm: float, cardiac_phase: float, quality: str
    ) -> Image:
        """Primary signal behind patient and table, fraction of the unattenuated beam, (rows, columns)."""
        shape = (geometry.rows, geometry.columns)
        water, bone = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        for motion, w, b in self._layers:
            affine = layer_affine(motion, breath_mm, cardiac_phase)
            water += project(w, geometry, quality=quality, world_from_rest=affine)
            if b is not None:
                bone += project(b, geometry, quality=quality, world_from_rest=affine)
        total = np.zeros(shape, np.float32)
        for e in range(6):
            mu_w, mu_b = rays.mu_rho("water")[e], rays.mu_rho("cortical-bone")[e]
            total += np.float32(rays.weights[e]) * np.exp(-np.float32(mu_w) * water - np.float32(mu_b) * bone)
        return total
