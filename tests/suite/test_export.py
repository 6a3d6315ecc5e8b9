"""Exports: whole or not at all, never over something, and the same as folder and as zip."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from angiosuite.bench.session_sample import SessionSample
from angiosuite.kit.errors import Cancelled, RefusedInput
from angiosuite.suite import export_target
from angiosuite.suite.export import export


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its relative name."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_folder_and_zip_hold_the_same_files(sample_session: Path, exported: Path, tmp_path: Path) -> None:
    written = export(sample_session, tmp_path / "session.zip")
    archive = zipfile.ZipFile(tmp_path / "session.zip")
    zipped = {name.removeprefix("session/"): archive.read(name) for name in archive.namelist()}
    assert archive.testzip() is None and zipped == files_of(exported)
    assert written.bytes == sum(map(len, zipped.values())) and written.objects == 6
    assert written.pictures == sum(name.endswith(".jpg") for name in zipped)


def test_the_readme_names_every_object_and_the_phantom(exported: Path) -> None:
    text = (exported / "README.txt").read_text()
    assert "simulated" in text and "Forked tube" in text
    for path in (exported / "dicom").iterdir():
        assert path.name in text, path.name


def test_pictures_at_twelve_bits_read_as_portable_grey_maps(sample_session: Path, exported: Path) -> None:
    raw = (exported / "frames" / "000010.pgm").read_bytes()
    assert raw.startswith(b"P5\n64 64\n4095\n")
    values = np.frombuffer(raw[-64 * 64 * 2 :], ">u2").reshape(64, 64)
    assert np.array_equal(values, np.load(sample_session / "frames" / "000010.npy"))


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_nothing_is_written_over(sample_session: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(RefusedInput) as refused:
        export(sample_session, tmp_path / name)
    assert refused.value.code == "export-target-exists" and (tmp_path / name).read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["out", "out.zip"])
@pytest.mark.parametrize("after", [0, 5, 40])
def test_a_stopped_export_leaves_nothing(sample_session: Path, tmp_path: Path, name: str, after: int) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    with pytest.raises(Cancelled):
        export(sample_session, tmp_path / name, cancelled=cancelled)
    assert list(tmp_path.iterdir()) == []


def test_progress_grows_to_one(sample_session: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    export(sample_session, tmp_path / "out.zip", lambda step, share: shares.append(share))
    assert shares == sorted(shares) and shares[-1] == 1.0 and shares[len(shares) // 2] > 0.1


def test_a_place_that_is_not_there_or_full_is_refused_with_a_way_out(
    sample_session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RefusedInput) as nowhere:
        export(sample_session, tmp_path / "no" / "such" / "out")
    monkeypatch.setattr(export_target, "SPARE_BYTES", 2**62)
    with pytest.raises(RefusedInput) as full:
        export(sample_session, tmp_path / "out")
    assert [e.value.code for e in (nowhere, full)] == ["export-no-parent", "export-disk-full"]
    assert nowhere.value.way_out and full.value.way_out and list(tmp_path.iterdir()) == []


def test_a_run_whose_file_is_cut_short_is_refused_whole(sample_session: Path, tmp_path: Path) -> None:
    copy = tmp_path / sample_session.name
    shutil.copytree(sample_session, copy)
    with open(copy / "runs" / "003.u16", "r+b") as file:
        file.truncate(64 * 64 * 2 * 5)
    with pytest.raises(RefusedInput) as refused:
        export(copy, tmp_path / "out")
    assert refused.value.code == "run-frame-missing"
    assert [path.name for path in tmp_path.iterdir()] == [copy.name]


def test_a_session_that_is_being_written_is_exported_up_to_its_last_whole_line(tmp_path: Path) -> None:
    sample = SessionSample(tmp_path / "20261129-083000-abcd")
    sample.fluoroscopy(3)
    with open(sample.folder.log, "ab") as log:
        log.write(b'{"seq": 999, "t_us": 1')
    export(sample.folder.path, tmp_path / "out")
    lines = (tmp_path / "out" / "log.jsonl").read_text().splitlines()
    assert all(json.loads(line) for line in lines)
    assert sorted(p.name for p in (tmp_path / "out" / "dicom").iterdir()) == [
        "DICOMDIR", "DOSE0001", "PIC00004",
    ]  # fmt: skip


def test_a_session_without_x_rays_has_no_dicom(tmp_path: Path) -> None:
    sample = SessionSample(tmp_path / "20261129-083000-abcd")
    written = export(sample.folder.path, tmp_path / "out")
    assert (written.objects, written.pictures) == (0, 0) and not (tmp_path / "out" / "dicom").exists()


def test_a_log_that_lacks_something_is_refused_by_name(sample_session: Path, tmp_path: Path) -> None:
    copy = tmp_path / sample_session.name
    shutil.copytree(sample_session, copy)
    log = copy / "log.jsonl"
    log.write_text(log.read_text().replace('"technique"', '"tecnique"'))
    with pytest.raises(RefusedInput) as refused:
        export(copy, tmp_path / "out")
    assert refused.value.code == "log-incomplete" and refused.value.way_out


def test_the_released_history_is_exported_too(tmp_path: Path) -> None:
    history = Path(__file__).parents[1] / "golden" / "history"
    for release in sorted(history.iterdir()):
        written = export_of(release, tmp_path / release.name)
        assert (written / "dicom" / "DOSE0001").is_file()


def export_of(release: Path, scratch: Path) -> Path:
    """A released sample exported; its pictures were not kept, so its log must not name any."""
    copy = scratch / "session"
    shutil.copytree(release, copy)
    (copy / "frames").mkdir(exist_ok=True)
    for line in (copy / "log.jsonl").read_text().splitlines()[1:]:
        facts = json.loads(line)["data"]
        if str(facts.get("raw", "")).endswith(".u16"):
            (copy / "runs").mkdir(exist_ok=True)
            with open(copy / facts["raw"], "ab") as run:
                run.write(bytes(2 * facts["size"][0] * facts["size"][1]))
        if str(facts.get("raw", "")).endswith(".npy"):
            np.save(copy / "frames" / facts["raw"], np.zeros(facts["size"], "<u2"))
    export(copy, scratch / "out")
    return scratch / "out"
