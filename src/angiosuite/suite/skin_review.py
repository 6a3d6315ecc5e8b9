"""The skin of a session that is over, from its log alone, at any moment of it and in finer cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from angiosuite.content.dose_levels import load_dose_levels
from angiosuite.kit.log import Entry, read_entries

from . import machine
from .collimator import Blades
from .dose_notices import DoseNotices
from .folder import SessionFolder
from .patient import Patient
from .pose import Pose
from .room import Room
from .skin_map import BeamKey, SkinMap
from .skin_told import told

if TYPE_CHECKING:
    from angiosuite.dicom.dose_report import IrradiationEvent

FINE_CELL_MM = 5.0
"""Height of a cell in a review."""
PRIOR_KV, PRIOR_CU_MM = 75.0, 0.2
"""Beam of an earlier exposure that tells none."""


def skin_of_log(
    folder: Path,
    room: Room | None = None,
    *,
    home: Path | None = None,
    until_us: int | None = None,
    cell_mm: float = FINE_CELL_MM,
    entries: Iterable[Entry] | None = None,
) -> dict[str, Any]:
    """The skin as the log of a session tells it, in the shape of the live part `skin`.

    Parameters
    ----------
    folder : Path
        The session's folder.
    room : Room, optional
        Its patient and machine; found by the folder's own facts in `home` when None.
    home : Path, optional
        Another home folder.
    until_us : int, optional
        The moment, simulated microseconds; the end when None.
    cell_mm : float
        Size of a cell: 5 for a fine map, :data:`angiosuite.anatomy.skin.CELL_MM` for the live one.
    entries : iterable of Entry, optional
        The log's lines, when they have been read already.
    """
    session = SessionFolder(folder)
    if room is None:
        facts = session.facts()
        patient = Patient.stored(facts.patient_id, facts.patient_hash, home)
        room = Room.of(patient, facts.equipment_id, home)
    skin, notices = _fresh(room, cell_mm)
    for key, kar_mgy in beams_of_log(
        read_entries(session.log) if entries is None else entries, room, until_us
    ):
        if isinstance(key, BeamKey):
            skin.add(key, kar_mgy)
        else:
            notices.follow(key.name, key.data, key.t_us)
    skin.spread()
    return told(skin, notices)


def skin_of_events(
    events: Iterable[IrradiationEvent], room: Room, *, cell_mm: float = FINE_CELL_MM
) -> dict[str, Any]:
    """The skin after irradiation events of a dose report; levels other than the skin's own are not looked at.

    An event tells one open field for all of its pulses, and neither wedges nor that the patient moved.
    """
    skin, notices = _fresh(room, cell_mm)
    for event in events:
        wide, high = event.field_mm
        side = max(wide, high)
        blades = Blades(wide / side, wide / side, high / side, high / side)
        for frame in event.frames:
            p = frame.pose
            pose = Pose(
                rotation_deg=p.primary_deg,
                angulation_deg=p.secondary_deg,
                sid_mm=p.sid_mm,
                table_x_mm=p.table_lateral_mm,
                table_y_mm=-p.table_down_mm,
                table_z_mm=p.table_head_mm,
                table_tilt_deg=p.tilt_deg,
                sod_mm=p.sod_mm,
            )
            skin.add(BeamKey.of(pose, side, blades, frame.kv, frame.cu_mm), frame.kar_mgy)
    skin.spread()
    peak = skin.peak()
    values = dict.fromkeys(("reference-air-kerma", "kerma-area-product", "fluoroscopy-time"), 0.0)
    notices.look({**values, "peak-skin-dose": 0.0 if peak is None else peak.dose_mgy / 1000.0}, 0)
    return told(skin, notices)


def _fresh(room: Room, cell_mm: float) -> tuple[SkinMap, DoseNotices]:
    levels = load_dose_levels(tuple(pack.folder for pack in room.content.packs))
    return SkinMap(room.body, room.equipment, room.reference_mm, cell_mm), DoseNotices(levels)


def beams_of_log(
    entries: Iterable[Entry], room: Room, until_us: int | None = None
) -> Iterator[tuple[BeamKey | Entry, float]]:
    """Every pulse's beam with its reference kerma, mGy; and every event of the dose levels, with 0."""
    wedges: dict[str, tuple[str, float, float]] = {}
    for entry in entries:
        if until_us is not None and entry.t_us > until_us:
            return
        data = entry.data
        if entry.kind == "observation" and "kar_mgy" in data and "technique" in data:
            yield _beam_of_frame(data, room, tuple(wedges.values())), data["kar_mgy"]
        elif entry.kind == "command" and entry.name == "wedge.set":
            side, insert, angle_deg = (data["args"][name] for name in ("side", "insert", "angle_deg"))
            wedges.pop(side, None)
            if insert > 0.0:
                wedges[side] = (side, insert, angle_deg)
        elif entry.kind == "event" and entry.name == "skin-prior":
            yield from prior_beams(data["beams"], room)
        elif entry.kind == "event" and entry.name in ("dose-notification", "dose-decided"):
            yield entry, 0.0


def _beam_of_frame(
    facts: Mapping[str, Any], room: Room, wedges: tuple[tuple[str, float, float], ...]
) -> BeamKey:
    x, y, z = facts.get("shift_mm", (0.0, 0.0, 0.0))
    return BeamKey.of(
        Pose(**facts["pose"]),
        machine.field_mm(room.equipment, facts["fov_cm"]),
        Blades(**facts["blades"]),
        facts["technique"]["kv"],
        facts["technique"]["cu_mm"],
        (x, y, z),
        wedges,
    )


def prior_beams(given: Sequence[Mapping[str, Any]], room: Room) -> Iterator[tuple[BeamKey, float]]:
    """Beams of earlier exposures: pose over the machine's start, field of view, kerma; the rest if known."""
    for beam in given:
        fov_cm = beam.get("fov_cm", room.equipment.detector.default_fov_cm)
        nearest = min(room.equipment.detector.fields, key=lambda f: abs(f.fov_cm - fov_cm)).fov_cm
        key = BeamKey.of(
            room.gantry.home.moved(beam.get("pose", {})),
            machine.field_mm(room.equipment, nearest),
            Blades(**beam.get("blades", {})),
            beam.get("kv", PRIOR_KV),
            beam.get("cu_mm", PRIOR_CU_MM),
            prior=True,
        )
        yield key, float(beam["kar_mgy"])
