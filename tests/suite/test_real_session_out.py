"""A session that was simulated, not written by hand: pictures, runs and dose leave as they were."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from angiosuite.dicom.dose_table import read_dose_report
from angiosuite.dicom.xa_reading import read_run
from angiosuite.imaging.detector import from_twelve_bits
from angiosuite.suite.export import export
from angiosuite.suite.opening import create_session
from angiosuite.suite.recorded import recorded
from angiosuite.suite.room import Room
from angiosuite.suite.session import Session


@pytest.fixture(scope="module")
def done(small_room: Room, tmp_path_factory: pytest.TempPathFactory) -> tuple[Session, Path]:
    """Fluoroscopy, a subtracted run with a changing rate and an injection, a shot; then exported."""
    base = tmp_path_factory.mktemp("real")
    session = create_session(base / "20261129-120000-real", small_room, seed=3)
    session.command("phantom.set", {"id": "renal-abdominal-tubes"})
    session.command("xray.press", {"pedal": "fluoro"})
    session.advance(700_000)
    session.command("gantry.move", {"axis": "rotation", "rate": 1.0})
    session.advance(1_200_000)
    session.command("gantry.move", {"axis": "rotation", "rate": 0.0})
    session.command("xray.release", {})
    session.advance(1_500_000)
    session.command("acquisition.set", {"matrix": 512, "phases": [[2.0, 2.0], [6.0, 1.0]]})
    session.command("injection.set", {"coupled": True, "injection_delay_s": 0.5})
    session.command("xray.press", {"pedal": "acquire"})
    session.advance(5_500_000)
    session.command("run.shift", {"run": 1, "x_px": 1.5, "y_px": -0.5})
    session.command("xray.press", {"pedal": "shot"})
    session.advance(6_000_000)
    totals = session.picture.dose
    session.close()
    export(base / "20261129-120000-real", base / "out")
    assert totals.kar_mgy > 0
    return session, base


def test_the_report_has_the_machine_s_own_totals(done: tuple[Session, Path]) -> None:
    session, base = done
    read = read_dose_report(base / "out" / "dicom" / "DOSE0001")
    assert not read.findings, read.findings
    (total,) = read.totals
    dose = session.picture.dose
    assert total.kerma_gy == pytest.approx(dose.kar_mgy / 1e3, rel=1e-4)
    assert total.kerma_area_gy_m2 == pytest.approx(dose.pka_ugy_m2 / 1e6, rel=1e-4)
    assert total.fluoroscopy_s == pytest.approx(dose.fluoroscopy_s, rel=0.02)
    assert [event.type for event in read.events] == [
        "Fluoroscopy", "Stationary Acquisition", "Stationary Acquisition",
    ]  # fmt: skip


def test_the_run_keeps_its_frames_times_and_choices(done: tuple[Session, Path]) -> None:
    _, base = done
    run = read_run(base / "out" / "dicom" / "RUN00001")
    (record,) = recorded(base / "20261129-120000-real").runs
    assert run.frames == record.frames >= 8 and not run.findings
    assert run.times_s is not None
    steps = np.diff(run.times_s)
    assert steps[0] == pytest.approx(0.5, abs=0.003) and steps[-1] == pytest.approx(1 / 6, abs=0.003)
    dataset = pydicom.dcmread(base / "out" / "dicom" / "RUN00001")
    assert list(dataset.MaskSubtractionSequence[0].MaskSubPixelShift) == [-0.5, 1.5]
    assert run.mask_frames == record.mask and "test phantom" in dataset.ContrastBolusAgent
    assert dataset.ImageComments.rstrip(".").endswith("no blood flows")
    table = np.frombuffer(dataset.ModalityLUTSequence[0].LUTData, "<u2") / 65535 * 40
    frame = run.pixels()[-1]
    assert np.abs(table[frame] - from_twelve_bits(frame)).max() < 1e-3


def test_foreign_tools_take_every_object(done: tuple[Session, Path], tool: Callable[[str, str], str]) -> None:
    _, base = done
    for path in sorted((base / "out" / "dicom").iterdir()):
        shown = subprocess.run(
            [tool("dicom3tools", "dciodvfy"), "-new", str(path)], capture_output=True, text=True, check=False
        )
        assert "Error" not in shown.stderr, (path.name, shown.stderr)
