"""An import is whole or not at all, and holds nothing that names the person."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from angiosuite.kit.errors import AngiosuiteError, Cancelled, RefusedInput
from angiosuite.kit.home import Home
from angiosuite.patients import PatientStore, shelf


@pytest.fixture
def store(home: Path) -> PatientStore:
    return PatientStore(Home(home).open())


@pytest.fixture
def ct(tmp_path: Path, synthetic: ModuleType) -> Path:
    """A trunk so small that a body is made of it in a moment."""
    return synthetic.write_ct(tmp_path / "quellwasser-ottilie", small(synthetic))


def small(synthetic: ModuleType) -> np.ndarray:
    return synthetic.trunk(slices=14, rows=40, columns=52)


def everything(store: PatientStore) -> dict[str, int]:
    """Every file below the home with its size, kernels apart."""
    root = store.home.root
    return {
        path.relative_to(root).as_posix(): path.stat().st_size
        for path in root.rglob("*")
        if path.is_file() and "kernels" not in path.parts
    }


def imported(store: PatientStore) -> list[str]:
    return [record.id for record in store.list() if record.kind == "imported"]


def test_an_imported_ct_is_listed_and_opens_as_a_body(store: PatientStore, ct: Path) -> None:
    record = store.import_path(ct)
    assert imported(store) == [record.id]
    assert store.get(record.id) == record
    assert (record.title, record.kind, record.is_ready) == ("Own CT 1", "imported", True)
    assert (record.sex, record.age_band, record.phase) == ("female", "60-69", "portal-venous")
    assert record.quality == "draft"
    body = store.open(record.id)
    assert body.patient_id == record.id
    assert body.content_hash == record.content_hash
    assert body.layers[0].shape == record.grid
    assert isinstance(body.layers[0].water_mg_cm3, np.memmap)
    assert record.voxels == body.layers[0].water_mg_cm3.size
    assert record.disk_bytes == store.disk_use()[record.id] > 1000


def test_the_page_is_told_what_must_be_said(store: PatientStore, ct: Path) -> None:
    record = store.import_path(ct)
    assert record.about()["phase"] == "portal-venous"
    assert any("slices every 5.0 mm" in notice for notice in record.notices)
    assert "slices every 5.0 mm" in record.about()["notice"]
    assert record.as_dict()["voxels"] == record.voxels


def test_a_large_ct_says_on_which_grid_it_is_worked(
    store: PatientStore, ct: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("angiosuite.patients.importing.MAX_VOXELS", 10_000)
    notice = next(n for n in store.import_path(ct).notices if "grid" in n)
    assert "instead of the CT's" in notice


def test_the_same_ct_gives_the_same_patient_and_another_a_second(
    store: PatientStore, ct: Path, tmp_path: Path, synthetic: ModuleType
) -> None:
    first = store.import_path(ct)
    with zipfile.ZipFile(tmp_path / "again.zip", "w") as archive:
        for path in ct.iterdir():
            archive.write(path, path.name)
    assert store.import_path(tmp_path / "again.zip") == first
    other = store.import_path(synthetic.write_ct(tmp_path / "b", np.roll(small(synthetic), 1, axis=2)))
    assert other.id != first.id
    assert other.title == "Own CT 2"
    assert sorted(imported(store)) == sorted([first.id, other.id])


def test_nothing_identifying_is_stored(store: PatientStore, ct: Path, synthetic: ModuleType) -> None:
    """Every byte below the home is searched for names, numbers, dates, identifiers and file names."""
    store.import_path(ct)
    words = synthetic.identifying(ct)
    assert len(words) > 20
    for name in everything(store):
        data = (store.home.root / name).read_bytes().lower()
        assert [word for word in words if word.lower() in data or word.lower() in name.lower().encode()] == []


def test_a_refused_ct_leaves_nothing_behind(
    store: PatientStore, tmp_path: Path, synthetic: ModuleType
) -> None:
    before = everything(store)
    folder = synthetic.write_ct(
        tmp_path / "ct", small(synthetic), lambda one, i: None if i in (3, 4, 5) else one
    )
    with pytest.raises(RefusedInput) as caught:
        store.import_path(folder)
    assert caught.value.code == "missing-slices"
    assert everything(store) == before


def test_a_cancelled_import_leaves_nothing_behind_whenever_it_is(store: PatientStore, ct: Path) -> None:
    before = everything(store)
    polls = 0

    def count() -> bool:
        nonlocal polls
        polls += 1
        return False

    key = store.delete(store.import_path(ct, cancelled=count).id)
    assert key.startswith("patient--")
    store.home.empty_trash(-1.0)
    assert polls > 35
    for stop_at in sorted({*range(0, polls, max(1, polls // 12)), polls - 2, polls - 1}):
        calls = iter(range(10_000))
        with pytest.raises(Cancelled):
            store.import_path(ct, cancelled=lambda calls=calls, stop_at=stop_at: next(calls) >= stop_at)
        assert everything(store) == before
    assert imported(store) == []


def test_an_error_in_the_middle_leaves_nothing_behind(
    store: PatientStore, ct: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(store)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("angiosuite.patients.shelf.save_body", full)
    with pytest.raises(AngiosuiteError) as caught:
        store.import_path(ct)
    assert caught.value.code == "not-stored"
    assert everything(store) == before


def test_mutated_series_leave_a_whole_patient_or_nothing(
    store: PatientStore, ct: Path, tmp_path: Path, size: str
) -> None:
    """Bytes of the headers are changed: what is refused leaves the home as it was, the rest is a patient."""
    before = everything(store)
    files = [(path.name, path.read_bytes()) for path in sorted(ct.iterdir())]
    outcomes = set()
    for seed in range({"everyday": 8, "ci": 60, "long": 2000}[size]):
        rng = random.Random(seed)
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for name, data in files if rng.random() < 0.7 else rng.sample(files, len(files) - 6):
                changed = bytearray(data)
                if rng.random() < 0.1:
                    changed[rng.randrange(132, 1700)] = rng.randrange(256)
                archive.writestr(name, bytes(changed))
        refusal = None
        try:
            identity = store.import_path(tmp_path / "a.zip").id
        except RefusedInput as error:
            refusal = error
        if refusal is None:
            store.open(identity)
            store.delete(identity)
            store.home.empty_trash(-1.0)
        outcomes.add("imported" if refusal is None else refusal.code)
        assert everything(store) == before
    assert {"imported", "missing-slices"} <= outcomes


CHILD = """
import sys
from angiosuite.kit.home import Home
from angiosuite.patients import PatientStore
print("go", flush=True)
PatientStore(Home().open()).import_path(sys.argv[1], lambda step, f: print(step, f"{f:.3f}", flush=True))
print("done", flush=True)
"""


@pytest.mark.parametrize("stop_after", ["look", "read", "finding", "store", "first picture"])
def test_a_killed_import_leaves_no_patient_and_its_scratch_is_swept(
    store: PatientStore, ct: Path, stop_after: str
) -> None:
    before = everything(store)
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(ct)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(stop_after):
            child.send_signal(signal.SIGKILL)
            break
    child.wait()
    assert child.returncode == -signal.SIGKILL
    listed = imported(store)
    assert everything(store) == before or listed, "neither nothing nor a whole patient"
    for identity in listed:
        store.open(identity)
    store.import_path(ct)
    assert len(imported(store)) == 1


def test_scratch_of_a_living_process_is_left_alone(store: PatientStore) -> None:
    with shelf.scratch(store.home) as folder:
        other = store.home.tmp / "patient-1-abcdef"
        other.mkdir()
        dead = store.home.tmp / "patient-4194304-abcdef"
        dead.mkdir()
        shelf.sweep(store.home)
        assert folder.is_dir()
        assert other.is_dir()
        assert not dead.exists()
    assert not folder.exists()


def test_progress_rises_over_the_whole_import(store: PatientStore, ct: Path) -> None:
    seen: list[tuple[str, float]] = []
    store.import_path(ct, lambda step, fraction: seen.append((step, fraction)))
    fractions = [fraction for _, fraction in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    steps = list(dict.fromkeys(step for step, _ in seen))
    assert steps[:3] == ["look", "read", "check"] and steps[-2:] == ["store", "first picture"]


def test_delete_can_be_undone(store: PatientStore, ct: Path) -> None:
    record = store.import_path(ct)
    store.delete(record.id)
    assert imported(store) == []
    with pytest.raises(AngiosuiteError, match="not known"):
        store.open(record.id)
    assert store.restore(record.id) == record
    assert store.open(record.id).content_hash == record.content_hash
    with pytest.raises(RefusedInput):
        store.restore(record.id)


def test_a_body_can_be_asked_for_by_its_hash(store: PatientStore, ct: Path) -> None:
    record = store.import_path(ct)
    assert store.open(record.id, record.content_hash).content_hash == record.content_hash
    with pytest.raises(RefusedInput, match="changed since"):
        store.open(record.id, "0" * 64)


@pytest.mark.parametrize("identity", ["../patients", "", "a/b", "..", "A", "x" * 200, "ct-\0"])
def test_an_id_never_leads_out_of_the_store(store: PatientStore, identity: str) -> None:
    for action in (store.get, store.open, store.delete, store.restore):
        with pytest.raises(AngiosuiteError):
            action(identity)


def test_an_unknown_patient_names_the_nearest(store: PatientStore) -> None:
    with pytest.raises(AngiosuiteError, match="Did you mean 'built-in-adult'"):
        store.get("built-in-adlt")


@pytest.mark.parametrize("damage", ["{", "[]", '{"format": 1}', '{"format": 99, "kind": "imported"}', None])
def test_a_damaged_folder_is_listed_with_its_fault_and_can_be_removed(
    store: PatientStore, ct: Path, damage: str | None
) -> None:
    record = store.import_path(ct)
    path = store.home.patients / record.id / "patient.json"
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage)
    (damaged,) = [one for one in store.list() if one.id == record.id]
    assert not damaged.is_ready or damaged.notices
    store.delete(record.id)
    assert imported(store) == []


def test_a_body_that_was_cut_short_is_not_opened_and_is_imported_afresh(
    store: PatientStore, ct: Path
) -> None:
    record = store.import_path(ct)
    file = next((store.home.patients / record.id).rglob("still-water.npy"))
    with open(file, "r+b") as opened:
        opened.truncate(500)
    assert not store.get(record.id).is_ready
    with pytest.raises(RefusedInput, match="cannot be read"):
        store.open(record.id)
    assert store.import_path(ct).is_ready


def test_a_home_from_elsewhere_is_read_in_place(store: PatientStore, ct: Path, tmp_path: Path) -> None:
    """Folders are the truth: moved, they are found; there is no index to mend."""
    record = store.import_path(ct)
    os.rename(store.home.root, tmp_path / "moved")
    moved = PatientStore(Home(tmp_path / "moved").open())
    assert [one.id for one in moved.list() if one.kind == "imported"] == [record.id]


REAL = {
    "ct-abdomen-portal-venous/hcc048-portal-venous.zip": [
        b"Patient_01",
        b"1706.8374",
        b"20010812",
        b"hcc048",
        b"POSDA",
    ],
    "ct-abdomen-pelvis-native/ct.nii.gz": [b"ct.nii"],
}


@pytest.mark.parametrize("path", REAL)
def test_the_real_cts_become_patients(store: PatientStore, shared_data: Path, path: str) -> None:
    began = time.monotonic()
    record = store.import_path(shared_data / "data" / path)
    print(f"{path}: {time.monotonic() - began:.1f} s, {record.grid} at {record.spacing_mm} mm")
    assert record.is_ready
    assert record.notices
    body = store.open(record.id)
    still = body.layers[0]
    assert len(body.layers) >= 2
    assert still.bone_mg_cm3 is not None
    litres = np.sum(np.asarray(still.water_mg_cm3) > 500) * still.spacing_mm**3 / 1e6
    assert 5 < litres < 60
    for name in everything(store):
        data = (store.home.root / name).read_bytes()
        assert [word for word in REAL[path] if word in data] == []


def test_odd_and_malformed_files_become_a_whole_patient_or_leave_nothing_behind(
    store: PatientStore, shared_data: Path
) -> None:
    before = everything(store)
    data = shared_data / "data"
    ways_out = []
    for path in [*(data / "dicom-odd-series").glob("*.zip"), *(data / "dicom-malformed").rglob("*")]:
        try:
            identity = store.import_path(path).id
        except RefusedInput as error:
            ways_out.append(error.way_out)
        else:
            store.open(identity)
            store.delete(identity)
            store.home.empty_trash(-1.0)
        assert everything(store) == before, path.name
    assert len(ways_out) > 5
    assert all(ways_out)
