"""Built-in patients: grown once at each voxel size, found again at once, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from angiosuite.content import load_library
from angiosuite.content.scaffold import new
from angiosuite.kit.errors import Cancelled, RefusedInput, WrongUse
from angiosuite.kit.home import Home
from angiosuite.patients import PatientStore, growing

COARSE_MM = 10.0
"""Voxels so large that a body is there in seconds."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> PatientStore:
    return PatientStore(Home(tmp_path_factory.mktemp("home")).open())


def test_the_default_patient_is_listed_before_it_is_built(home: Path) -> None:
    records = PatientStore(Home(home).open()).list()
    assert records[0].id == "built-in-adult"
    assert not records[0].is_ready
    assert records[0].kind == "builtin"
    assert {record.habitus for record in records} >= {"slim", "average", "obese"}
    with pytest.raises(RefusedInput, match="not built yet"):
        PatientStore(Home(home).open()).open("built-in-adult")


def test_a_built_patient_opens_and_says_who_it_is(store: PatientStore) -> None:
    seen: list[float] = []
    record = store.ensure_builtin(None, COARSE_MM, lambda _, fraction: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert (record.id, record.is_ready, record.spacing_mm) == ("built-in-adult", True, COARSE_MM)
    assert record.sources
    about = record.about()
    assert about["sex"] == "male"
    assert about["quality"] == "draft"
    assert 50 < about["mass_kg"] < 100
    body = store.open(record.id)
    assert body.content_hash == record.content_hash
    assert {layer.name for layer in body.layers} >= {"still", "ribs", "abdomen"}


def test_a_second_time_comes_from_the_cache(store: PatientStore) -> None:
    first = store.ensure_builtin(None, COARSE_MM)
    steps: list[str] = []
    assert store.ensure_builtin(None, COARSE_MM, lambda step, _: steps.append(step)) == first
    assert steps == ["from the cache"]


def test_a_finer_body_is_preferred_and_the_coarse_one_still_found_by_its_hash(store: PatientStore) -> None:
    coarse = store.ensure_builtin(None, COARSE_MM)
    fine = store.ensure_builtin(None, 8.0)
    assert fine.spacing_mm == 8.0
    assert store.get(fine.id) == fine
    assert store.ensure_builtin(None, COARSE_MM).content_hash == coarse.content_hash
    assert store.open(fine.id).content_hash == fine.content_hash != coarse.content_hash
    assert store.open(fine.id, coarse.content_hash).content_hash == coarse.content_hash


def test_a_cancelled_build_leaves_nothing_and_the_next_gives_the_same_body_as_elsewhere(
    store: PatientStore, home: Path
) -> None:
    other = PatientStore(Home(home).open())
    calls = iter(range(1000))
    with pytest.raises(Cancelled):
        other.ensure_builtin(None, COARSE_MM, cancelled=lambda: next(calls) >= 2)
    assert list(other.home.patients.iterdir()) == []
    assert list(other.home.tmp.iterdir()) == []
    here, there = store.ensure_builtin(None, COARSE_MM), other.ensure_builtin(None, COARSE_MM)
    assert here.content_hash == there.content_hash


def test_a_new_generator_builds_afresh_and_removes_the_stale_body(
    store: PatientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.ensure_builtin("built-in-woman", COARSE_MM)
    monkeypatch.setattr(growing, "generator_hash", lambda: "another")
    store.ensure_builtin("built-in-woman", COARSE_MM)
    assert len(list((store.home.patients / "built-in-woman" / "bodies").iterdir())) == 1


def test_a_body_cut_short_is_built_again(store: PatientStore) -> None:
    record = store.ensure_builtin("built-in-slim", COARSE_MM)
    next((store.home.patients / record.id).rglob("still-water.npy")).write_bytes(b"")
    assert not store.get(record.id).is_ready
    assert store.ensure_builtin("built-in-slim", COARSE_MM) == record


def test_a_built_in_patient_cannot_be_deleted(store: PatientStore) -> None:
    with pytest.raises(WrongUse, match="cannot be removed"):
        store.delete("built-in-adult")
    with pytest.raises(WrongUse, match="Did you mean 'built-in-slim'"):
        store.ensure_builtin("built-in-slm", COARSE_MM)


@pytest.mark.parametrize("identity", sorted(load_library().items["patients"]))
def test_every_patient_of_the_content_grows_and_is_finite(store: PatientStore, identity: str) -> None:
    record = store.ensure_builtin(identity, COARSE_MM)
    body = store.open(identity)
    assert record.is_ready
    total = sum(int(np.asarray(layer.water_mg_cm3, np.int64).sum()) for layer in body.layers)
    assert total > 0
    assert all(np.isfinite(point).all() for point in body.landmarks.values())


def test_fatter_patients_are_thicker(store: PatientStore) -> None:
    depth = {
        name: store.open(store.ensure_builtin(f"built-in-{name}", COARSE_MM).id).habitus["ap_thickness_mm"]
        for name in ("slim", "adult", "obese")
    }
    assert depth["slim"] < depth["adult"] < depth["obese"]


def test_a_patient_written_as_content_grows_without_a_line_of_code(home: Path, tmp_path: Path) -> None:
    path = new("patient", "female-70-slim", tmp_path / "pack") / "patient.yaml"
    path.write_text(path.read_text("utf-8").replace("mass_kg: 65", "bmi: 21"), "utf-8")
    store = PatientStore(Home(home).open())
    store.home.settings_file.write_text(json.dumps({"content": [str(tmp_path / "pack")]}), "utf-8")
    record = store.ensure_builtin("female-70-slim", COARSE_MM)
    assert store.open(record.id).habitus["sex"] == "female"
    assert record.id in [one.id for one in store.list()]
