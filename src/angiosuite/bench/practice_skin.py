"""Peak skin dose against PySkinDose: the same cells of its cylinder, the same events, the same table."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.bench.row import Row
from angiosuite.imaging.skin_dose import SkinBeam, SkinCells, beam_on_skin, through
from angiosuite.physics.xray.kerma import REFERENCE_TO_ISOCENTRE_MM
from angiosuite.physics.xray.spectrum import hvl_mm_al
from angiosuite.physics.xray.table_top import Board, TableTop
from angiosuite.suite.pose import Pose, beam_geometry

TITLE = "dose to people: the skin"

PEER = "PySkinDose"
MUST_PERCENT = 10.0
POINT_MM2 = 1e-6
"""Area of a cell that is in the field or not, as PySkinDose counts: by its centre."""
Dose = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Event:
    """One irradiation event of the comparison; field at the detector."""

    title: str
    pose: Pose
    wide_mm: float
    high_mm: float
    kv: float
    cu_mm: float
    kar_mgy: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the peer."""
        p = self.pose
        return {
            "rotation_deg": p.rotation_deg,
            "angulation_deg": p.angulation_deg,
            "sid_mm": p.sid_mm,
            "sod_mm": p.sod_mm,
            "table_x_mm": p.table_x_mm,
            "table_y_mm": p.table_y_mm,
            "table_z_mm": p.table_z_mm,
            "wide_mm": self.wide_mm,
            "high_mm": self.high_mm,
            "kv": self.kv,
            "cu_mm": self.cu_mm,
            "kar_mgy": self.kar_mgy,
        }


def _pose(**changes: float) -> Pose:
    """The middle of the cylinder in the isocentre, moved by `changes`."""
    return Pose(**{"table_y_mm": -140.0, "table_z_mm": 900.0, "sid_mm": 1050.0, "sod_mm": 750.0, **changes})


_LEFT = {"table_x_mm": 60.0, "table_z_mm": 980.0}
_CRANIAL = {"rotation_deg": -20.0, "angulation_deg": 20.0}
EVENTS = (
    Event("PA, 30 cm field", _pose(), 297.0, 297.0, 70.0, 0.1, 400.0),
    Event("PA, collimated, 0.3 mm Cu", _pose(), 150.0, 200.0, 70.0, 0.3, 300.0),
    Event("LAO 30", _pose(rotation_deg=30.0), 226.0, 226.0, 80.0, 0.2, 500.0),
    Event("RAO 20, cranial 20", _pose(**_CRANIAL), 226.0, 226.0, 80.0, 0.1, 300.0),
    Event("lateral, no table in the beam", _pose(rotation_deg=90.0), 226.0, 226.0, 90.0, 0.1, 300.0),
    Event("PA, table 8 cm higher", _pose(table_y_mm=-60.0), 156.0, 156.0, 75.0, 0.2, 300.0),
    Event("PA, detector far away", _pose(sid_mm=1200.0), 156.0, 156.0, 70.0, 0.9, 250.0),
    Event("AP from above", _pose(rotation_deg=180.0), 226.0, 226.0, 75.0, 0.2, 200.0),
    Event("table to the left and headwards", _pose(**_LEFT), 226.0, 226.0, 100.0, 0.1, 250.0),
)
"""Views, distances, table positions, fields, voltages and copper of the comparison."""


def board_of(table: Iterable[float], pad_mm: float) -> Board:
    """Our table's materials in the peer's measures."""
    length, width, thickness = table
    skin = 0.45 / 0.155 / 2.0
    return Board(
        length_mm=length,
        width_mm=width,
        skin_mm=skin,
        core_mm=thickness - 2.0 * skin,
        core_g_cm3=0.0,
        mattress_mm=pad_mm,
        mattress_g_cm3=0.03,
    )


def table_transmission() -> float:
    """Mean transmission of that table at right angles over the events' beams."""
    board = Board(skin_mm=0.45 / 0.155 / 2.0, core_g_cm3=0.0, mattress_mm=40.0, mattress_g_cm3=0.03)
    mass = TableTop(board=board).mass_before(np.array([0.0, 900.0, 0.0]), np.array([[0.0, 0.0, 0.0]]))
    return float(np.mean([through(event.kv, event.cu_mm, mass)[0] for event in EVENTS]))


def peer_doses(peers: Path | None, transmission: float) -> dict[str, Any]:
    """What PySkinDose answers, or `why` it does not."""
    script = Path(__file__).parent / "peers" / "pyskindose_cylinder.py"
    pythons = [sys.executable]
    if peers is not None:
        pythons.insert(0, str(peers / "bin" / "python" if peers.is_dir() else peers))
    why = "cannot be run"
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "job.json"
        job.write_text(
            json.dumps({"events": [e.as_dict() for e in EVENTS], "table_transmission": transmission}), "utf-8"
        )
        for python in pythons:
            try:
                run = subprocess.run(
                    [python, str(script), str(job)], capture_output=True, text=True, timeout=600
                )
                answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
                return answer
            except (OSError, subprocess.TimeoutExpired):
                continue
            except (ValueError, IndexError):
                why = (run.stderr.strip().splitlines() or ["no answer"])[-1][:120]
    return {"why": f"{PEER} is in neither environment ({why})"}


def our_doses(answer: dict[str, Any]) -> list[Dose]:
    """Our dose of every cell of the peer's phantom, mGy, one array an event."""
    places, normals = np.array(answer["places"]), np.array(answer["normals"])
    normals = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    cells = SkinCells(places, normals, np.full(len(places), POINT_MM2))
    place = np.eye(4)
    place[:3, 3] = 0.0, -answer["pad"], -answer["table"][0] / 2.0
    table = TableTop(place, board_of(answer["table"], answer["pad"]))
    return [_dose(event, cells, table) for event in EVENTS]


def _dose(event: Event, cells: SkinCells, table: TableTop) -> Dose:
    pose, side = event.pose, max(event.wide_mm, event.high_mm)
    rays = beam_geometry(pose, np.zeros(3), side, 2)
    wide, high = event.wide_mm / side, event.high_mm / side
    beam = SkinBeam(
        source_mm=rays.source_mm,
        centre_mm=rays.centre_mm,
        across_mm=rays.column_step_mm,
        down_mm=rays.row_step_mm,
        blades=(wide, wide, high, high),
        reference_mm=pose.sod_mm - REFERENCE_TO_ISOCENTRE_MM,
        kv=event.kv,
        cu_mm=event.cu_mm,
        anode_angle_deg=0.0,
    )
    dose = np.zeros(len(cells.centre_mm))
    on = beam_on_skin(beam, cells, table)
    dose[on.cells] = event.kar_mgy * on.dose
    return dose


def rows(peers: Path | None) -> Iterable[Row]:
    """Peak of all events together, the worst single event, and the table as PySkinDose measured one."""
    alike = peer_doses(peers, table_transmission())
    name = "peak skin dose, events together"
    if "why" in alike:
        yield Row(name, None, "%", must=MUST_PERCENT, peer=PEER, note=alike["why"])
        return
    peer = f"{PEER} {alike['version']}"
    ours = our_doses(alike)
    whole, theirs = np.sum(ours, axis=0), np.array(alike["dose"])
    note = (
        f"{len(EVENTS)} events on its cylinder; ours {whole.max():.0f}, theirs {theirs.max():.0f} mGy; same "
        f"cells, kerma and table transmission ({table_transmission():.2f}), no heel; backscatter, half-value "
        "layer and medium factor are each one's own"
    )
    yield Row(name, percent(whole.max(), theirs.max()), "%", must=MUST_PERCENT, peer=peer, note=note)
    each = [percent(a.max(), max(b)) for a, b in zip(ours, alike["alone"], strict=True)]
    worst = int(np.argmax(each))
    yield Row(
        "peak skin dose, worst single event", each[worst], "%", must=MUST_PERCENT, peer=peer,
        note=EVENTS[worst].title,
    )  # fmt: skip
    layers = [
        percent(hvl_mm_al(event.kv, event.cu_mm), hvl)
        for event, hvl in zip(EVENTS, alike["hvl"], strict=True)
    ]
    note = "SpekPy against SpekCalc, 2.5 mm Al"
    yield Row("half-value layer, worst beam", max(layers), "%", peer=peer, note=note)
    measured = peer_doses(peers, 0.0)
    if "why" not in measured:
        far = percent(whole.max(), max(measured["dose"]))
        note = "the table and pad that it measured on one machine let less through than those of our machine"
        yield Row("peak with the table that PySkinDose measured", far, "%", peer=peer, note=note)


def percent(ours: float, theirs: float) -> float:
    """Difference from the peer, %."""
    return abs(float(ours) / float(theirs) - 1.0) * 100.0
