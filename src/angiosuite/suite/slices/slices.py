"""Slices of one patient: what can be asked for, and the picture of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.body import BONE_UNIT_MG_CM3
from angiosuite.anatomy.tissue import load_table
from angiosuite.content.mr_relaxation import load_mr_table
from angiosuite.imaging.acquisition import Acquisition
from angiosuite.imaging.ct_slice import WINDOWS, CtScan, CtVolume, VolumePart, bed_section, ct_slice, windowed
from angiosuite.imaging.mr_slice import SCANS, MrTissues, acquired, mr_slice, shown
from angiosuite.imaging.section import LumenSections, PlaneName, Section
from angiosuite.kit.errors import RefusedInput
from angiosuite.suite.circulation.lumens import Lumens, lumens_of
from angiosuite.suite.circulation.seen import BloodSeen

from .passage import PHASES_S, passage

if TYPE_CHECKING:
    from angiosuite.suite.room import Room

__all__ = ["Slices"]

Modality = Literal["ct", "mr"]
STEP_MM = 5.0
PIXELS = 512
LEAST_MM = 0.6
"""Lumens thinner than this radius are blurred away by a slice, mm."""
CT_PHASES = {"native": "Native", "arterial": "Arterial", "portal": "Portal"}
MR_PHASES = {"t1": "T1", "t2": "T2", "t1-contrast": "T1 with contrast"}
MR_WINDOWS = {"usual": (0.5, 1.0), "dark": (0.3, 0.6), "wide": (0.7, 1.4)}
PLANES: tuple[PlaneName, ...] = ("axial", "coronal", "sagittal")
NO_VESSELS = "No vessels are known of this patient: slices show tissue alone."


class Slices:
    """All slices of one patient.

    Parameters
    ----------
    room : Room
    cache : Path
        Where the passage of contrast is kept.
    """

    def __init__(self, room: Room, cache: Path) -> None:
        self._room = room
        self._cache = cache
        body = room.body
        parts = [
            VolumePart(one.water_mg_cm3, one.bone_mg_cm3, BONE_UNIT_MG_CM3, one.origin_mm)
            for one in body.layers
        ]
        self._volume = CtVolume(parts, body.layers[0].spacing_mm)
        self._lumens: tuple[Lumens, LumenSections] | None = None
        self._passage: dict[str, BloodSeen] | None = None
        self._tissues: MrTissues | None = None

    # ---- what there is -----------------------------------------------------------------------------------

    def describe(self) -> dict[str, Any]:
        """Modalities with their phases, windows and where their slices lie."""
        planes = {plane: self._range(plane) for plane in PLANES}
        found = [_set("ct", "CT", CT_PHASES if self._has_blood else {"native": "Native"}, WINDOWS, planes)]
        if self._room.body.labels is not None:
            phases = dict(MR_PHASES)
            if not self._has_blood:
                phases.pop("t1-contrast")
            found.append(_set("mr", "MR", phases, MR_WINDOWS, planes))
        told: dict[str, Any] = {"modalities": found}
        if not self._has_blood:
            told["notice"] = NO_VESSELS
        return told

    @property
    def _has_blood(self) -> bool:
        return self._room.has_vessels and self._room.body.labels is not None

    def _range(self, plane: PlaneName) -> dict[str, Any]:
        section = self._section(plane, 0)
        rows_mm, columns_mm = section.places_mm()
        across, down, along = section.axes
        first, step, column, row = (np.zeros(3) for _ in range(4))
        low, _ = self._room.body.extent_mm[across]
        first[across], first[down], first[along] = low + 0.5 * STEP_MM, rows_mm[0], columns_mm[0]
        step[across], row[down], column[along] = (
            STEP_MM,
            rows_mm[1] - rows_mm[0],
            columns_mm[1] - columns_mm[0],
        )
        return {
            "count": self._count(plane),
            "first_mm": _told(first),
            "step_mm": _told(step),
            "column_mm": _told(column),
            "row_mm": _told(row),
            "columns": PIXELS,
            "rows": PIXELS,
        }

    def _count(self, plane: PlaneName) -> int:
        low, high = self._room.body.extent_mm[{"axial": 2, "coronal": 1, "sagittal": 0}[plane]]
        return max(1, int((high - low) / STEP_MM))

    def _section(self, plane: PlaneName, index: int) -> Section:
        x, y, z = (0.5 * (low + high) for low, high in self._room.body.extent_mm)
        sides = [high - low for low, high in self._room.body.extent_mm]
        shown_axes = {"axial": (0, 1), "coronal": (0, 2), "sagittal": (1, 2)}[plane]
        across = {"axial": 2, "coronal": 1, "sagittal": 0}[plane]
        at_mm = self._room.body.extent_mm[across][0] + (index + 0.5) * STEP_MM
        side = max(sides[k] for k in shown_axes)
        return Section(plane, at_mm, (x, y, z), side, STEP_MM, PIXELS)

    # ---- one slice ---------------------------------------------------------------------------------------

    def picture(self, modality: str, plane: str, index: int, phase: str, window: str) -> NDArray[np.uint8]:
        """One slice as it is shown, uint8 (rows, columns).

        Raises
        ------
        RefusedInput
            When there is no such slice.
        """
        if plane not in PLANES or not 0 <= index < self._count(plane):
            raise _none(f"{plane} {index}")
        section = self._section(plane, index)
        if modality == "ct" and phase in CT_PHASES and window in WINDOWS:
            hu = ct_slice(self._volume, section, CtScan(), self._ct_taken(section, phase, index))
            return windowed(hu, WINDOWS[window])
        if modality == "mr" and phase in MR_PHASES and window in MR_WINDOWS:
            return self._mr(section, phase, index, *MR_WINDOWS[window])
        raise _none(f"{modality} {phase} {window}")

    def _ct_taken(self, section: Section, phase: str, index: int) -> Acquisition:
        if not self._has_blood:
            return Acquisition(number=index)
        lumens, cuts = self._drawn()
        if phase not in PHASES_S:
            count = sum(len(one.nodes_mm) for one in lumens.lumens)
            return Acquisition(cuts.cut(section, np.zeros(count), least_mm=LEAST_MM), number=index)
        seen = self._followed()[phase]
        mg_ml = 1e3 * seen.lumens_g_cm3.astype(np.float64)
        iodine = cuts.cut(section, mg_ml, least_mm=LEAST_MM)
        return Acquisition(iodine, self._beds(section, seen), number=index)

    def _beds(self, section: Section, seen: BloodSeen) -> NDArray[np.float32] | None:
        land = self._room.vessels.territory
        if land is None:
            return None
        mg_ml = 1e3 * seen.beds_g_cm3.astype(np.float64)
        return bed_section(section, land.number, land.origin_mm, land.spacing_mm, mg_ml)

    def _mr(self, section: Section, phase: str, index: int, level: float, width: float) -> NDArray[np.uint8]:
        body = self._room.body
        if body.labels is None:
            raise _none("mr")
        if self._tissues is None:
            table, relaxation = load_table(), load_mr_table()
            numbers = {one.id: one.number for one in table.tissues}
            self._tissues = MrTissues.of(numbers, relaxation.tissues, relaxation.r1, relaxation.r2)
        scan = SCANS[phase]
        lumens = beds = None
        if self._has_blood:
            inside = acquired(section, scan)
            drawn, cuts = self._drawn()
            count = sum(len(one.nodes_mm) for one in drawn.lumens)
            mg_ml, speed = np.zeros(count), np.full(count, SPEED_MM_S)
            if phase == "t1-contrast":
                seen = self._followed()["portal"]
                mg_ml = 1e3 * seen.lumens_g_cm3.astype(np.float64)
                beds = self._beds(inside, seen)
            lumens = cuts.cut(inside, mg_ml, speed, least_mm=LEAST_MM)
        image = mr_slice(
            body.labels,
            body.label_origin_mm,
            body.label_spacing_mm,
            self._tissues,
            section,
            scan,
            Acquisition(lumens, beds, number=index),
        )
        return shown(image, level, width)

    def _drawn(self) -> tuple[Lumens, LumenSections]:
        if self._lumens is None:
            lumens = lumens_of(self._room.vessels, self._room.body)
            self._lumens = (lumens, LumenSections(lumens.lumens))
        return self._lumens

    def _followed(self) -> dict[str, BloodSeen]:
        if self._passage is None:
            self._passage = passage(self._room, self._cache)
        return self._passage


SPEED_MM_S = 150.0
"""Speed of blood that MR slices take for all lumens, mm/s (mean of large vessels over a beat; draft)."""


def _set(
    name: str, title: str, phases: dict[str, str], windows: Any, planes: dict[PlaneName, dict[str, Any]]
) -> dict[str, Any]:
    return {
        "id": name,
        "title": title,
        "phases": [{"id": one, "title": words} for one, words in phases.items()],
        "windows": [{"id": one, "title": one.replace("-", " ").capitalize()} for one in windows],
        "planes": planes,
    }


def _told(vector: NDArray[np.float64]) -> list[float]:
    return [round(float(x), 4) for x in vector]


def _none(value: str) -> RefusedInput:
    return RefusedInput("No slice is called so", code="slice-unknown", value=value, way_out="See …/slices.")
