"""Makes the sample that a release leaves behind: `python tests/golden/make_history.py`.

A short session of the small test body and a small database of records, both written by the version that is
installed, into ``tests/golden/history/<version>/``. What is there already is never written again.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "suite"))

from circulation.small import small_graph  # noqa: E402

from angiosuite import __version__  # noqa: E402
from angiosuite.content.loader import load_library  # noqa: E402
from angiosuite.kit.enrolment import Enrolment, Fte, Leave  # noqa: E402
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status  # noqa: E402
from angiosuite.kit.people import Role  # noqa: E402
from angiosuite.records.database import Database  # noqa: E402
from angiosuite.records.records import Records  # noqa: E402
from angiosuite.suite.opening import create_session  # noqa: E402
from angiosuite.suite.room import Room  # noqa: E402
from conftest import small_body  # noqa: E402

COMMANDS = (
    (0, "patient.breathe", {"to": "hold"}),
    (0, "phantom.set", {"id": "straight-tubes"}),
    (0, "exposure.set", {"pulse_rate": 7.5}),
    (0, "roadmap.make", {}),
    (60_000, "staff.move", {"who": "assistant", "x_mm": -700.0, "z_mm": -900.0}),
    (60_000, "shield.use", {"shield": "ceiling-screen", "on": True}),
    (100_000, "xray.press", {"pedal": "fluoro"}),
    (1_300_000, "injection.start", {}),
    (2_100_000, "xray.release", {"pedal": "fluoro"}),
    (2_200_000, "acquisition.set",
     {"programme": "dsa-periphery", "matrix": 512, "phases": [[3.0, 1.0], [1.0, 1.0]]}),
    (2_200_000, "injection.set", {"coupled": True, "injection_delay_s": 0.5}),
    (2_260_000, "xray.press", {"pedal": "acquire"}),
    (4_460_000, "run.shift", {"run": 1, "x_px": 0.5, "y_px": -0.25}),
    (4_460_000, "run.landmark", {"run": 1, "share": 0.2}),
    (4_460_000, "run.mask", {"run": 1, "frames": [2]}),
    (4_460_000, "xray.press", {"pedal": "shot"}),
    (4_660_000, "patient.shift", {"x_mm": 3.0}),
    (4_660_000, "gantry.move", {"axis": "table_x", "rate": 0.4}),
    (4_960_000, "gantry.halt", {}),
    (4_960_000, "phantom.set", {"id": None}),
    (5_000_000, "catheter.place", {"device": "cobra-2-5f", "vessel": "right-renal-artery", "at_mm": 15.0}),
    (5_000_000, "pressure.zero", {}),
    (5_020_000, "injector.fill", {"medium": "iohexol-300", "warmed": True}),
    (5_040_000, "injector.purge", {}),
    (5_060_000, "injector.check", {}),
    (5_080_000, "injector.set", {"rate_ml_s": 5.0, "volume_ml": 4.0, "limit_psi": 600.0}),
    (5_100_000, "hand.puff", {"ml": 2.0, "rate_ml_s": 2.0}),
    (6_500_000, "injector.arm", {}),
    (6_520_000, "xray.press", {"pedal": "acquire"}),
    (8_400_000, "pressure.record", {"label": "renal"}),
    (8_420_000, "catheter.pull", {"mm": 5.0}),
    (8_440_000, "gas.fill", {"ml": 20.0}),
    (8_460_000, "gas.purge", {}),
    (8_480_000, "gas.inject", {"ml": 5.0}),
    (9_000_000, "instrument.pick", {"device": "wire-j3-035-145"}),
    (9_020_000, "instrument.load", {"tool": "w1", "access": "right-femoral-artery", "over": None}),
    (9_040_000, "instrument.goal", {"tool": "w1", "depth_mm": 60.0, "mm_s": 100.0}),
    (11_000_000, "instrument.drive", {"tool": "w1", "mm_s": 10.0, "deg_s": 90.0}),
    (11_400_000, "instrument.halt", {}),
    (11_420_000, "drug.give",
     {"drug": "heparin", "dose": 5000.0, "route": "iv", "tool": None, "over_s": None}),
    (11_440_000, "drug.measure_act", {}),
    (11_460_000, "instrument.pick", {"device": "balloon-5x40-035-80"}),
    (11_480_000, "instrument.pick", {"device": "inflator-20ml-30atm"}),
    (11_500_000, "balloon.prepare", {"tool": "c1"}),
    (11_520_000, "agent.prepare", {"device": "spheres-300-500"}),
    (11_540_000, "agent.inject", {"ml": 0.5, "rate_ml_s": 1.0}),
    (12_600_000, "instrument.remove", {"tool": "w1"}),
    (14_000_000, "closing.remove_sheath", {"access": "right-femoral-artery", "share": 0.8}),
    (14_020_000, "closing.press", {"access": "right-femoral-artery", "share": 0.6}),
)  # fmt: skip
END_US = 16_000_000


def make_session(target: Path) -> None:
    """A session with fluoroscopy, roadmap, runs, contrast, a wire, drugs, treatment; log and facts."""
    machine = load_library().get("equipment", "ceiling-single-plane")
    room = Room("small", "Small body", small_body(), machine.item, machine.content_hash)
    room.grow_vessels = small_graph
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "history-sample"
        session = create_session(folder, room, seed=7, created=datetime(2026, 11, 29, 12, tzinfo=UTC))
        for t_us, name, arguments in COMMANDS:
            session.advance(t_us)
            session.command(name, arguments)
        session.advance(END_US)
        session.close()
        for name in ("log.jsonl", "session.json"):
            shutil.copyfile(folder / name, target / name)


def make_records(target: Path) -> None:
    """Two people with evidence of several kinds, corrected and withdrawn, and all else that is kept."""
    with tempfile.TemporaryDirectory() as scratch:
        records = Records(Database.at(Path(scratch)))
        first = records.people.local()
        records.people.set_profile(first, "DE", "ir-training", "en")
        records.people.add(first, "Second person", frozenset({Role.TEACHER}))
        store = records.evidence
        case = Evidence(
            "", first.person, EvidenceKind.REAL_CASE, date(2028, 2, 29), terms=("nephrostomy",),
            role=CaseRole.FIRST_SUPERVISED, note="Übung, später Abend", data={"pka_gycm2": 6.6},
        )  # fmt: skip
        made = store.add(first, case)
        store.correct(first, made.id, Evidence(**{**_fields(made), "status": Status.SUBMITTED}), "handed in")
        gone = store.add(first, case)
        store.withdraw(first, gone.id, "logged twice")
        store.put(
            first,
            Evidence(
                "", first.person, EvidenceKind.SUITE_PRACTICE, date(2026, 11, 29), terms=("fluoroscopy",),
                status=Status.SIGNED, source="suite:20261129-120000-abcd", data={"minutes": 4.5},
            ),
        )  # fmt: skip
        records.enrolments.add(
            first,
            Enrolment(
                "", first.person, "de-degir", "2026-11", date(2024, 2, 29), fte=(Fte(date(2025, 1, 1), 0.6),),
                leave=(Leave(date(2025, 6, 1), date(2025, 8, 31), "parental"),), extension_months=2,
            ),
        )  # fmt: skip
        records.positions.set(first, "tips", "steps", 0.5, False)
        records.follows.set(first, "cirse", True, "write an abstract", date(2027, 1, 15))
        records.reflections.add(
            first, "is-it-for-me", {"draw": "the first puncture"}, date(2026, 11, 20), "first rotation"
        )
        records.notes.add(first, "guide:tips", "dose", "stale", "a newer paper exists")
        records.database.tidy()
        records.close()
        shutil.copyfile(Path(scratch) / "records.sqlite", target / "records.sqlite")


def _fields(evidence: Evidence) -> dict[str, object]:
    return {name: getattr(evidence, name) for name in Evidence.__slots__}


def main() -> None:
    """Make the sample of this version."""
    target = HERE / "history" / __version__
    if target.exists():
        raise SystemExit(f"{target.relative_to(HERE)} is there already; a release is never written again")
    part = target.with_name(f".{__version__}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    make_session(part)
    make_records(part)
    os.replace(part, target)
    print(
        "written:", target.relative_to(HERE), sum(file.stat().st_size for file in target.iterdir()), "bytes"
    )


if __name__ == "__main__":
    main()
