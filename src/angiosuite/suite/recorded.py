"""What a session's log tells of X-rays: irradiation events, runs, kept pictures. Read once, in order."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np

from angiosuite.dicom.dose_report import IrradiationEvent
from angiosuite.dicom.study import Study
from angiosuite.dicom.xa import BeamPose, Exposed
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.log import Entry, read_entries

from .collimator import Blades
from .folder import SessionFolder
from .pose import Pose, detector_axes, room_from_patient
from .runs import RunRecord, Runs

USUAL_RATE_HZ = 15.0
"""Assumed of the very first fluoroscopy when it is a single pulse, whose rate no second one tells."""
LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
"""Directions of growing and falling LPS coordinates (PS3.3 C.7.6.1.1.1)."""
LEAST_COMPONENT = 0.02
"""A direction's component below this has no letter."""

Kind = Literal["fluoroscopy", "run", "shot"]
KINDS: Mapping[str, Kind] = {"fluoro": "fluoroscopy", "run": "run", "shot": "shot"}


@dataclass(slots=True)
class Press:
    """One press of a pedal while the log is read."""

    kind: Kind
    run: int | None
    grid: bool
    high_level: bool
    frames: list[Exposed] = field(default_factory=list)
    widths_mm: list[float] = field(default_factory=list)
    heights_mm: list[float] = field(default_factory=list)
    rates_hz: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kept:
    """A held image or single shot: facts of its frame, and the number of its irradiation event."""

    t_us: int
    facts: Mapping[str, Any]
    event: int | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A session as its log tells it.

    Parameters
    ----------
    folder : SessionFolder
        Where its frames lie.
    study : Study
        Whose, when, by which machine.
    events : tuple of IrradiationEvent
        Every press that made X-rays.
    runs : tuple of RunRecord
        Those that were not taken out of the list.
    first_facts : dict of int to dict
        Facts of the first frame of each run.
    pictures : tuple of Kept
        Held images and single shots that are kept at 12 bits.
    phantoms : dict of str to str
        Titles of the test phantoms, by identifier.
    end_us : int
        Simulated time of the last line.
    """

    folder: SessionFolder
    study: Study
    events: tuple[IrradiationEvent, ...]
    runs: tuple[RunRecord, ...]
    first_facts: Mapping[int, Mapping[str, Any]]
    pictures: tuple[Kept, ...]
    phantoms: Mapping[str, str]
    end_us: int

    @property
    def pixel_bytes(self) -> int:
        """Bytes of all pixels that an export holds."""
        runs = sum(run.frames * run.matrix**2 * 2 for run in self.runs)
        return runs + sum(2 * int(np.prod(kept.facts["size"])) for kept in self.pictures)


def recorded(path: Path, entries: Iterable[Entry] | None = None) -> Recorded:
    """Read what a session's log tells.

    Raises
    ------
    RefusedInput
        When it is no session, or its log does not hold what it must.
    """
    folder = SessionFolder(path)
    facts = folder.facts()
    reader = _Reader()
    try:
        begun = datetime.fromisoformat(facts.created)
        for entry in read_entries(folder.log) if entries is None else entries:
            reader.take(entry)
        events = tuple(_event(number, press, reader) for number, press in enumerate(reader.presses, 1))
        runs = tuple(run for run in reader.runs.all() if run.frames and not run.removed)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise RefusedInput(
            "The session's log does not hold what it must",
            code="log-incomplete",
            where=path.name,
            value=f"{type(error).__name__}: {error}"[:120],
            way_out="Restore log.jsonl from a copy, or report this with the session's log.",
        ) from error
    study = Study(facts.id, facts.patient_id, begun, facts.equipment_id, facts.version)
    return Recorded(
        folder,
        study,
        events,
        runs,
        reader.first_facts,
        tuple(reader.pictures),
        reader.phantoms,
        reader.end_us,
    )


class _Reader:
    """Takes a log in, line by line."""

    def __init__(self) -> None:
        self.presses: list[Press] = []
        self.runs = Runs()
        self.first_facts: dict[int, Mapping[str, Any]] = {}
        self.pictures: list[Kept] = []
        self.phantoms: dict[str, str] = {}
        self.end_us = 0
        self._open: Press | None = None
        self._grid = True
        self._high_level = False
        self._poses: dict[tuple[float, ...], BeamPose] = {}

    def take(self, entry: Entry) -> None:
        """One line."""
        self.end_us = entry.t_us
        data = entry.data
        if entry.name == "frame" and entry.kind == "observation":
            self._frame(entry.t_us, data)
        elif entry.kind == "event":
            self.runs.event(entry.name, data, entry.t_us)
            if entry.name in ("xray-on", "xray-off"):
                self._open = None
            elif entry.name == "high-level":
                self._high_level = bool(data["on"])
            elif entry.name == "phantom-set" and data.get("id"):
                self.phantoms[data["id"]] = str(data.get("title", data["id"]))
        elif entry.kind == "command" and entry.name == "exposure.set":
            self._grid = bool(data["args"].get("grid", self._grid))

    def _frame(self, t_us: int, facts: Mapping[str, Any]) -> None:
        self.runs.frame(facts, t_us)
        run = facts.get("run")
        if run is not None:
            self.first_facts.setdefault(run, facts)
        if "kar_mgy" in facts:
            kind = KINDS[facts["mode"]]
            if self._open is None or (self._open.kind, self._open.run) != (kind, run):
                self._open = Press(kind, run, self._grid, self._high_level and kind == "fluoroscopy")
                self.presses.append(self._open)
            self._expose(self._open, t_us, facts)
        if run is None and str(facts.get("raw", "")).endswith(".npy"):
            self.pictures.append(Kept(t_us, facts, len(self.presses) or None))

    def _expose(self, press: Press, t_us: int, facts: Mapping[str, Any]) -> None:
        technique, blades = facts["technique"], Blades(**facts["blades"])
        pose = self._pose(facts["pose"])
        rows, columns = facts["size"]
        step_mm = facts["pixel_mm_iso"] * pose.sid_mm / pose.sod_mm
        press.frames.append(
            Exposed(
                t_us=t_us,
                pose=pose,
                kv=technique["kv"],
                ma=technique["ma"],
                ms=technique["ms"],
                cu_mm=technique["cu_mm"],
                focal_mm=technique["focal_mm"],
                kar_mgy=facts["kar_mgy"],
                pka_ugy_m2=facts["pka_ugy_m2"],
                settling=bool(facts.get("settling", False)),
            )
        )
        press.widths_mm.append(step_mm * columns * (blades.left + blades.right) / 2)
        press.heights_mm.append(step_mm * rows * (blades.top + blades.bottom) / 2)
        if "rate_hz" in facts:
            press.rates_hz.append(float(facts["rate_hz"]))

    def _pose(self, plain: Mapping[str, float]) -> BeamPose:
        key = tuple(plain.values())
        if key not in self._poses:
            self._poses[key] = beam_pose(Pose(**plain))
        return self._poses[key]


def beam_pose(pose: Pose) -> BeamPose:
    """Gantry and table in DICOM's words and signs."""
    return BeamPose(
        primary_deg=pose.rotation_deg,
        secondary_deg=pose.angulation_deg,
        sid_mm=pose.sid_mm,
        sod_mm=pose.sod_mm,
        table_lateral_mm=pose.table_x_mm,
        table_down_mm=-pose.table_y_mm,
        table_head_mm=pose.table_z_mm,
        tilt_deg=pose.table_tilt_deg,
        orientation=orientation(pose),
    )


def orientation(pose: Pose) -> tuple[str, str]:
    """Where in the patient a row and a column of the picture point, as letters by falling component.

    **Source**: PS3.3 C.7.6.1.1.1. Held by ``tests/suite/test_dicom_out.py``.
    """
    back = room_from_patient(pose)[0].T
    named = []
    for axis in detector_axes(pose):
        direction = back @ axis
        order = sorted(range(3), key=lambda i: -abs(direction[i]))
        named.append(
            "".join(
                LETTERS[i][0 if direction[i] > 0 else 1] for i in order if abs(direction[i]) > LEAST_COMPONENT
            )
        )
    return named[0], named[1]


def _event(number: int, press: Press, reader: _Reader) -> IrradiationEvent:
    """An irradiation event from a press; a pulse stands for the time until the next one."""
    frames = press.frames
    steps_s = [(later.t_us - earlier.t_us) * 1e-6 for earlier, later in pairwise(frames)]
    label, rate_hz = "Single shot", 0.0
    duration_s = frames[0].ms * 1e-3
    if press.kind == "run":
        run = reader.runs.get(press.run or 0)
        label = f"Run {run.number}: {run.title} ({run.level})"
        rate_hz = press.rates_hz[0]
        duration_s = sum(steps_s) + 1.0 / press.rates_hz[-1]
    elif press.kind == "fluoroscopy":
        label = "Fluoroscopy, high-level control" if press.high_level else "Fluoroscopy"
        earlier = [p for p in reader.presses[: number - 1] if p.kind == "fluoroscopy" and len(p.frames) > 1]
        known_s = steps_s or ([_last_step_s(earlier[-1])] if earlier else [1.0 / USUAL_RATE_HZ])
        rate_hz = round(1.0 / statistics.fmean(known_s), 2)
        duration_s = sum(steps_s) + known_s[-1]
    return IrradiationEvent(
        number=number,
        kind=press.kind,
        label=label,
        frames=frames,
        rate_hz=rate_hz,
        duration_s=duration_s,
        field_mm=(statistics.fmean(press.widths_mm), statistics.fmean(press.heights_mm)),
        grid=press.grid,
        run=press.run,
    )


def _last_step_s(press: Press) -> float:
    return (press.frames[-1].t_us - press.frames[-2].t_us) * 1e-6
