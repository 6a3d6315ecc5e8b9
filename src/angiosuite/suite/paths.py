"""What lies in the beam: body, a task's objects, a test phantom and the table, as transmitted signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import BONE_UNIT_MG_CM3, Body, BodyLayer, layer_affine, release_pages
from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.content.equipment import EquipmentItem
from angiosuite.kit.randomness import generator
from angiosuite.physics.threads import together
from angiosuite.physics.xray.beam import Beam
from angiosuite.physics.xray.body_projector import STAGE_MM, BodyMass, BodyProjector
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.instrument_shadow import InstrumentShadow
from angiosuite.physics.xray.layers import BONE, WATER, LayerMass, Phase, VolumeLayer
from angiosuite.physics.xray.table_top import Board, TableTop
from angiosuite.physics.xray.transmission import Transmissions
from angiosuite.physics.xray.tube_projector import TubeProjector
from angiosuite.physics.xray.volume import PreparedVolume

from .circulation.chambers import chambers_of
from .circulation.layers import BloodLayers, Mass, Part
from .circulation.lumens import Lumens
from .moment import Moment
from .objects import FINER, ObjectProjector, Objects
from .phantom import Phantom

Image = NDArray[np.float32]

SKIN_G_CM3 = 1.55
"""Density of carbon-fibre laminate."""
METER_RAYS = 8
"""Rays a cell of that picture through a phantom's tubes."""
METER_STAGE_MM = 4.0
"""Steps of the breath in which the body is projected for it: its voxels are four times as large."""
METER_CELLS = 64
"""Rows and columns of the coarse picture that exposure control measures."""


class Paths:
    """The patient on the table as the beam meets them.

    The monitor's picture and exposure control's measure are projected apart: the measure always coarse,
    so that dose and noise never depend on how well the picture is drawn.
    """

    def __init__(self, body: Body, equipment: EquipmentItem, reference_mm: NDArray[np.float64]) -> None:
        _, (y0, y1), _ = body.extent_mm
        self.half_depth_mm = 0.5 * (y1 - y0)
        layers = [_volume_layer(layer) for layer in body.layers]
        table = table_top(equipment, body, float(reference_mm[0]))
        self._picture = _View(layers, table)
        coarse = [replace(layer, channels={m: v.half for m, v in layer.channels.items()}) for layer in layers]
        self._meter = _View(coarse, table, METER_STAGE_MM)
        self._layers = layers
        self._body = body
        self._phantom: Phantom | None = None
        self._objects: Objects = ()
        self._vessels: VesselGraph | None = None

    @property
    def phantom(self) -> Phantom | None:
        """The test phantom in the body; setting it is seen from the next picture on."""
        return self._phantom

    @phantom.setter
    def phantom(self, phantom: Phantom | None) -> None:
        self._phantom = phantom
        self._picture.tubes = None if phantom is None else TubeProjector(phantom.tubes)
        self._meter.tubes = None if phantom is None else TubeProjector(phantom.tubes, most_rays=METER_RAYS)

    @property
    def vessels(self) -> VesselGraph | None:
        """The patient's vessels, which show what contrast is in them."""
        return self._vessels

    def show_vessels(self, graph: VesselGraph | None, lumens: Lumens | None) -> None:
        """Take the vessels of a session's patient; the same again costs nothing."""
        if graph is self._vessels:
            return
        self._vessels = graph
        self._picture.blood = self._meter.blood = None
        if graph is not None and lumens is not None:
            chambers = chambers_of(self._body)
            drawn = BloodLayers(graph, lumens, self._body, chambers=chambers)
            self._picture.blood = drawn
            self._meter.blood = BloodLayers(
                graph, lumens, self._body, METER_RAYS, with_twigs=False, chambers=chambers, like=drawn
            )

    @property
    def objects(self) -> Objects:
        """What a task put into the body; setting it is seen from the next picture on."""
        return self._objects

    @objects.setter
    def objects(self, objects: Objects) -> None:
        self._objects = objects
        tissues = [one.tissues(self._layers) for one in objects]
        self._picture.objects = ObjectProjector(objects, tissues) if objects else None
        self._meter.objects = ObjectProjector(objects, tissues, FINER) if objects else None

    def signal(
        self,
        geometry: BeamGeometry,
        rays: Beam,
        moment: Moment,
        quality: Literal["full", "draft"],
    ) -> Image:
        """Primary signal behind patient and table, fraction of the unattenuated beam, (rows, columns)."""
        return self._picture.signal(geometry, rays, moment, quality)

    def signal_and_measure(
        self,
        geometry: BeamGeometry,
        rays: Beam,
        moment: Moment,
        quality: Literal["full", "draft"],
    ) -> tuple[Image, Image]:
        """Both of one pulse, reckoned at the same time."""
        measure, *on_top, body = together(
            lambda: self.measure(geometry, rays, moment),
            *self._picture.on_top(geometry, moment),
            lambda: self._picture.body(geometry, moment, quality),
        )
        return self._picture.through(geometry, rays, body, on_top), measure

    def measure(self, geometry: BeamGeometry, rays: Beam, moment: Moment) -> Image:
        """The same on 64 × 64 cells from a body of four times the voxel, for exposure control."""
        coarse = geometry.resampled(METER_CELLS, METER_CELLS)
        return self._meter.signal(coarse, rays, moment, "draft")


class _View:
    """One projector of body and table with its caches."""

    def __init__(self, layers: Sequence[VolumeLayer], table: TableTop, stage_mm: float = STAGE_MM) -> None:
        self._projector = BodyProjector(layers, stage_mm)
        self._table = table
        self._board: tuple[bytes, LayerMass | None] | None = None
        self._transmissions = Transmissions()
        self.tubes: TubeProjector | None = None
        self.objects: ObjectProjector | None = None
        self.blood: BloodLayers | None = None
        self._instruments = InstrumentShadow()

    def signal(
        self, geometry: BeamGeometry, rays: Beam, moment: Moment, quality: Literal["full", "draft"]
    ) -> Image:
        on_top = [part() for part in self.on_top(geometry, moment)]
        return self.through(geometry, rays, self.body(geometry, moment, quality), on_top)

    def body(self, geometry: BeamGeometry, moment: Moment, quality: Literal["full", "draft"]) -> BodyMass:
        """The body's shadow."""
        return self._projector.split(*_seen(geometry, moment), quality, moment.stands)

    def on_top(self, geometry: BeamGeometry, moment: Moment) -> tuple[Part, ...]:
        """What comes on top of the body, in parts: blood's iodine, objects and a phantom's, instruments."""
        seen, phase = _seen(geometry, moment)
        blood: tuple[Part, ...] = ()
        if self.blood is not None and moment.blood is not None:
            aside_mm = None if moment.instruments is None else moment.instruments.aside_mm
            blood = self.blood.parts(seen, phase, moment.blood, moment.stands, aside_mm)
        return *blood, lambda: self._put_in(seen, phase, moment), lambda: self._led_in(seen, moment)

    def _led_in(self, seen: BeamGeometry, moment: Moment) -> tuple[Mass, ...]:
        """What hands have led into the patient, where it is at this moment."""
        if moment.instruments is None:
            return ()
        shadow = self._instruments.mass(seen, moment.instruments.tools)
        return () if shadow is None else (shadow,)

    def _put_in(self, seen: BeamGeometry, phase: Phase, moment: Moment) -> tuple[LayerMass, ...]:
        """Objects of a task, and iodine of a phantom."""
        found = () if self.objects is None else tuple(self.objects.masses(seen, phase))
        if self.tubes is None or not moment.injections_s:
            return found
        iodine = self.tubes.mass(seen, phase, moment.injections_s)
        return found if iodine is None else (*found, iodine)

    def through(
        self, geometry: BeamGeometry, rays: Beam, body: BodyMass, on_top: Sequence[tuple[Mass, ...]]
    ) -> Image:
        """What comes through body, table and what lies on top."""
        if self._board is None or self._board[0] != geometry.key:
            self._board = (geometry.key, self._table.mass(geometry, Phase()))
        board = self._board[1]
        settled = {**body.settled, **(dict(zip(board.materials, board.mass, strict=True)) if board else {})}
        layers = (*body.beating, *(mass for part in on_top for mass in part))
        windows = sum(isinstance(mass, LayerMass) for mass in layers)
        if self.blood is not None and windows > len(body.beating):
            return self._transmissions.through(settled, layers, rays)
        self._transmissions.set_still((body.key, geometry.key, rays.kv, rays.filter_cu_mm), settled, rays)
        return self._transmissions.signal(layers)


def _seen(geometry: BeamGeometry, moment: Moment) -> tuple[BeamGeometry, Phase]:
    """The beam as the patient sees it, and the phase."""
    return _as_the_patient_sees(geometry, moment.shift_mm), Phase(moment.breath_mm, moment.cardiac_phase)


def _as_the_patient_sees(geometry: BeamGeometry, shift_mm: tuple[float, float, float]) -> BeamGeometry:
    """The beam in the frame of a patient who has moved by `shift_mm` on the table; itself without a shift."""
    if not any(shift_mm):
        return geometry
    shift = np.asarray(shift_mm, np.float64)
    return replace(geometry, source_mm=geometry.source_mm - shift, origin_mm=geometry.origin_mm - shift)


def table_top(equipment: EquipmentItem, body: Body, middle_x_mm: float) -> TableTop:
    """The machine's table under the patient's back, its head end 30 cm beyond the head's.

    The content gives the mean density of top and core as carbon; here all of it is in the two skins.
    """
    t = equipment.table
    skin_mm = t.top_thickness_mm * t.carbon_g_cm3 / (2.0 * SKIN_G_CM3)
    board = Board(
        length_mm=t.top_length_mm,
        width_mm=t.top_width_mm,
        skin_mm=skin_mm,
        skin_g_cm3=SKIN_G_CM3,
        core_mm=t.top_thickness_mm - 2.0 * skin_mm,
        core_g_cm3=0.0,
        mattress_mm=t.pad_mm,
        mattress_g_cm3=t.pad_g_cm3,
    )
    _, (_, back), (_, head) = body.extent_mm
    place = np.eye(4)
    place[:3, 3] = middle_x_mm, back, head + 300.0 - t.top_length_mm / 2.0
    return TableTop(place, board)


def _volume_layer(layer: BodyLayer) -> VolumeLayer:
    counts, unit = _in_bytes(layer.water_mg_cm3)
    channels = {WATER: PreparedVolume.from_array(counts, layer.origin_mm, layer.spacing_mm, unit)}
    release_pages(layer.water_mg_cm3)
    if layer.bone_mg_cm3 is not None:
        channels[BONE] = PreparedVolume.from_array(
            np.asarray(layer.bone_mg_cm3), layer.origin_mm, layer.spacing_mm, BONE_UNIT_MG_CM3 * 1e-3
        )
        release_pages(layer.bone_mg_cm3)
    motion = None if layer.motion.kind == "still" else partial(layer_affine, layer.motion)
    return VolumeLayer(layer.name, channels, motion, beats=layer.motion.kind == "heart")


def _in_bytes(water_mg_cm3: NDArray[np.int16]) -> tuple[NDArray[np.int16] | NDArray[np.uint8], float]:
    """Counts and g/cm³ a count: bytes with dithered steps where no density is negative, else as given.

    A step of 5 mg/cm³ (5 HU) dithered before rounding leaves the mean along a ray unchanged; over 200
    voxels of 1.2 mm its deviation is 2.4 mg/cm², a ten-thousandth of the path.
    """
    low, high = int(water_mg_cm3.min()), int(water_mg_cm3.max())
    if low < 0:
        return np.asarray(water_mg_cm3), 1e-3
    step = max(5.0, high / 254.0)
    noise = generator(0, "dither").random(water_mg_cm3.shape[1:], dtype=np.float32)
    flat = noise.reshape(-1)
    counts = np.empty(water_mg_cm3.shape, np.uint8)
    for z, plane in enumerate(water_mg_cm3):
        shifted = np.roll(flat, 7919 * z).reshape(noise.shape)
        counts[z] = np.where(plane > 0, plane * np.float32(1.0 / step) + shifted, 0.0)
    return counts, step * 1e-3
