"""Dose to the patient's skin, beam by beam: what each view gave every cell, and the peak with its view."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import Body
from angiosuite.anatomy.skin import CELL_MM, Skin, skin_of
from angiosuite.anatomy.skin_sheet import sheet_of
from angiosuite.content.equipment import EquipmentItem
from angiosuite.imaging.skin_dose import SkinBeam, SkinCells, Wedge, beam_on_skin
from angiosuite.physics.xray.kerma import REFERENCE_TO_ISOCENTRE_MM

from .collimator import Blades
from .paths import table_top
from .pose import Pose, beam_geometry

Doses = NDArray[np.float32]

VIEW_DEG = 15.0
"""Beams whose angles fall into the same step of this size count as one view."""
MOST_VIEWS = 24
"""Beyond this many views a new one joins the nearest."""
SHIFT_STEP_MM = 0.1
"""Shifts of the patient are told apart to this."""


@dataclass(frozen=True, slots=True)
class BeamKey:
    """What two pulses must share to fall on the same skin alike, rounded as the log rounds it."""

    pose: Pose
    field_mm: float
    blades: Blades
    kv: int
    cu_mm: float
    shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    wedges: tuple[Wedge, ...] = ()
    prior: bool = False

    @classmethod
    def of(
        cls,
        pose: Pose,
        field_mm: float,
        blades: Blades,
        kv: float,
        cu_mm: float,
        shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0),
        wedges: tuple[Wedge, ...] = (),
        prior: bool = False,
    ) -> BeamKey:
        """A key of values that are not rounded yet."""
        x, y, z = (round(round(s / SHIFT_STEP_MM) * SHIFT_STEP_MM, 3) + 0.0 for s in shift_mm)
        return cls(
            Pose(**pose.as_dict()),
            float(field_mm),
            Blades(**blades.as_dict()),
            round(round(kv, 1)),
            float(cu_mm),
            (x, y, z),
            wedges,
            prior,
        )

    def as_plain(self) -> list[Any]:
        """Plain JSON values."""
        b = self.blades
        blades = [b.left, b.right, b.top, b.bottom]
        wedges = [list(wedge) for wedge in self.wedges]
        head = [self.pose.as_exact(), self.field_mm, blades, self.kv, self.cu_mm]
        return [*head, list(self.shift_mm), wedges, self.prior]

    @classmethod
    def from_plain(cls, plain: list[Any]) -> BeamKey:
        """The key that :meth:`as_plain` told."""
        pose, field_mm, blades, kv, cu_mm, shift_mm, wedges, prior = plain
        x, y, z = shift_mm
        some = tuple((str(side), float(insert), float(angle)) for side, insert, angle in wedges)
        return cls(Pose(**pose), field_mm, Blades(*blades), kv, cu_mm, (x, y, z), some, prior)


@dataclass(slots=True, eq=False)
class View:
    """What the beams of about one direction gave: dose of every cell, mGy, and kerma-weighted means."""

    rotation_step: int
    angulation_step: int
    prior: bool
    dose_mgy: Doses
    kar_mgy: float = 0.0
    rotation: float = 0.0
    angulation: float = 0.0
    side: float = 0.0

    def count(self, key: BeamKey, kar_mgy: float) -> None:
        """Take a beam's angles and open field into the means."""
        self.kar_mgy += kar_mgy
        self.rotation += kar_mgy * key.pose.rotation_deg
        self.angulation += kar_mgy * key.pose.angulation_deg
        self.side += kar_mgy * key.field_mm * float(np.sqrt(key.blades.area_fraction))

    def as_dict(self) -> dict[str, Any]:
        """Mean angles and side of the open field at the detector."""
        weight = max(self.kar_mgy, 1e-12)
        return {
            "rotation_deg": round(self.rotation / weight, 1),
            "angulation_deg": round(self.angulation / weight, 1),
            "field_mm": round(self.side / weight, 1),
            "kar_mgy": round(self.kar_mgy, 3),
            "prior": self.prior,
        }


@dataclass(frozen=True, slots=True)
class Peak:
    """The most exposed cell: its dose, its place, how much of it is of this session, and its first view."""

    cell: int
    dose_mgy: float
    own_mgy: float
    at_mm: tuple[float, float, float]
    view: Mapping[str, Any] = field(default_factory=dict)
    share: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values; `own_mgy` leaves out what the patient had before."""
        return {
            "peak_mgy": round(self.dose_mgy, 4),
            "own_mgy": round(self.own_mgy, 4),
            "peak_at": list(self.at_mm),
            "peak_beam": {**self.view, "share": round(self.share, 4)},
        }


NO_PEAK: Mapping[str, Any] = {"peak_mgy": 0.0, "own_mgy": 0.0, "peak_at": None, "peak_beam": None}
"""What is told while there is no dose."""


class SkinMap:
    """Doses of one patient's skin before one machine.

    Parameters
    ----------
    body : Body
        The patient.
    equipment : EquipmentItem
        The machine with its table.
    reference_mm : (3,) float64
        Point of the patient in the isocentre when the table stands at zero, LPS mm.
    cell_mm : float
        Size of a cell.
    """

    def __init__(
        self,
        body: Body,
        equipment: EquipmentItem,
        reference_mm: NDArray[np.float64],
        cell_mm: float = CELL_MM,
    ) -> None:
        self.skin: Skin = skin_of(body, cell_mm)
        self._sheet = sheet_of(self.skin)
        self._cells = SkinCells(self.skin.centre_mm, self.skin.normal, self.skin.area_mm2)
        self._table = table_top(equipment, body, float(reference_mm[0]))
        self._reference_mm = reference_mm
        self._anode_deg = equipment.tube.anode_angle_deg
        self.views: list[View] = []
        self._pending: dict[BeamKey, float] = {}

    # ---- in -----------------------------------------------------------------------------------

    def add(self, key: BeamKey, kar_mgy: float) -> None:
        """A pulse of a beam; it reaches the skin when :meth:`spread` is called."""
        self._pending[key] = self._pending.get(key, 0.0) + kar_mgy

    def spread(self) -> Doses | None:
        """Bring the beams that wait to the skin; what they gave every cell, mGy, or None without any."""
        if not self._pending:
            return None
        added = np.zeros(self.skin.cells, np.float32)
        for key, kar_mgy in self._pending.items():
            on = beam_on_skin(self.beam(key), self._cells, self._table)
            dose = (on.dose * kar_mgy).astype(np.float32)
            view = self._view(key)
            view.dose_mgy[on.cells] += dose
            view.count(key, kar_mgy)
            if not key.prior:
                added[on.cells] += dose
        self._pending.clear()
        return added

    def beam(self, key: BeamKey) -> SkinBeam:
        """The rays of a key."""
        pose, b = key.pose, key.blades
        rays = beam_geometry(pose, self._reference_mm, key.field_mm, 2)
        return SkinBeam(
            source_mm=rays.source_mm,
            centre_mm=rays.centre_mm,
            across_mm=rays.column_step_mm,
            down_mm=rays.row_step_mm,
            blades=(b.left, b.right, b.top, b.bottom),
            reference_mm=pose.sod_mm - REFERENCE_TO_ISOCENTRE_MM,
            kv=float(key.kv),
            cu_mm=key.cu_mm,
            shift_mm=key.shift_mm,
            wedges=key.wedges,
            anode_angle_deg=self._anode_deg,
        )

    def _view(self, key: BeamKey) -> View:
        steps = round(key.pose.rotation_deg / VIEW_DEG), round(key.pose.angulation_deg / VIEW_DEG)
        alike = [view for view in self.views if view.prior == key.prior]
        for view in alike:
            if (view.rotation_step, view.angulation_step) == steps:
                return view
        if len(self.views) >= MOST_VIEWS and alike:
            return min(
                alike, key=lambda v: abs(v.rotation_step - steps[0]) + abs(v.angulation_step - steps[1])
            )
        self.views.append(View(*steps, key.prior, np.zeros(self.skin.cells, np.float32)))
        return self.views[-1]

    # ---- out ----------------------------------------------------------------------------------

    @property
    def dose_mgy(self) -> Doses:
        """Dose of every cell, mGy."""
        total = np.zeros(self.skin.cells, np.float32)
        for view in self.views:
            total += view.dose_mgy
        return total

    def peak(self) -> Peak | None:
        """The most exposed cell; None while there is no dose."""
        total = self.dose_mgy
        cell = int(total.argmax())
        dose = float(total[cell])
        if dose <= 0.0:
            return None
        first = max(self.views, key=lambda view: float(view.dose_mgy[cell]))
        x, y, z = (round(float(c), 1) for c in self.skin.centre_mm[cell])
        own = sum(float(view.dose_mgy[cell]) for view in self.views if not view.prior)
        return Peak(cell, dose, own, (x, y, z), first.as_dict(), float(first.dose_mgy[cell]) / dose)

    def picture(self) -> dict[str, Any] | None:
        """The map as a flat picture of four views, plain JSON; None while there is no dose."""
        total = self.dose_mgy
        full = float(total.max())
        if full <= 0.0:
            return None
        sheet = self._sheet
        view, row, column = sheet.place(int(total.argmax()))
        return {
            "rows": sheet.rows,
            "columns": sheet.columns,
            "max_mgy": round(full, 4),
            "view": "back, left, front, right",
            "pixel_mm": round(sheet.pixel_mm, 3),
            "panels": [
                {"view": panel.view, "column": panel.column, "columns": panel.columns}
                for panel in sheet.panels
            ],
            "peak": {"view": view, "row": row, "column": column},
            "data": base64.b64encode(sheet.drawn(total, full).tobytes()).decode("ascii"),
        }

    # ---- state --------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and small arrays; only cells with dose are kept."""
        some = [np.flatnonzero(view.dose_mgy) for view in self.views]
        plain = {
            "cells": self.skin.cells,
            "views": [
                [v.rotation_step, v.angulation_step, v.prior, v.kar_mgy, v.rotation, v.angulation, v.side]
                for v in self.views
            ],
            "pending": [[key.as_plain(), kar] for key, kar in self._pending.items()],
        }
        number = np.uint16 if self.skin.cells < 65536 else np.uint32
        doses = [view.dose_mgy[cells] for view, cells in zip(self.views, some, strict=True)]
        none: list[NDArray[Any]] = [np.zeros(0, np.float32)]
        return plain, {
            "ends": np.cumsum([len(cells) for cells in some], dtype=np.int64),
            "cells": np.concatenate(some or none).astype(number),
            "dose": np.concatenate(doses or none).astype(np.float32),
        }

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state of :meth:`state`."""
        self.views = []
        begin = 0
        for (*steps, prior, kar, rotation, angulation, side), end in zip(
            plain["views"], arrays["ends"], strict=True
        ):
            dose = np.zeros(self.skin.cells, np.float32)
            dose[arrays["cells"][begin:end].astype(np.intp)] = arrays["dose"][begin:end]
            self.views.append(View(steps[0], steps[1], prior, dose, kar, rotation, angulation, side))
            begin = int(end)
        self._pending = {BeamKey.from_plain(key): kar for key, kar in plain["pending"]}

    def waiting(self) -> Iterator[tuple[BeamKey, float]]:
        """Beams that have not reached the skin yet, with their reference kerma, mGy."""
        yield from self._pending.items()
