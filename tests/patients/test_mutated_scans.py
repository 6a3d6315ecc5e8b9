"""Whatever scan the reader accepts becomes a whole patient whose picture is finite, or is refused by name."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from angiosuite.anatomy.from_ct import body_from_hu
from angiosuite.content.loader import load_library
from angiosuite.dicom import CtVolume, read_ct
from angiosuite.kit.errors import AngiosuiteError, RefusedInput
from angiosuite.suite.room import Room

DICOM_TESTS = Path(__file__).resolve().parent.parent / "dicom"
SHARDS, PER_SHARD = 10, 400
"""Four thousand mutated scans with --long, those of the reader's own long test among them."""
FEWER = {"everyday": 8, "ci": 40, "long": 0}


def module(name: str) -> ModuleType:
    """One of the modules beside the reader's tests."""
    spec = importlib.util.spec_from_file_location(f"dicom_{name}", DICOM_TESTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def mutations() -> ModuleType:
    return module("test_mutations")


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[tuple[str, bytes]]:
    synthetic = module("synthetic_ct")
    hu = synthetic.trunk(slices=10, rows=24, columns=32)
    folder = synthetic.write_ct(tmp_path_factory.mktemp("ct"), hu, pixel_mm=10.0)
    return [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]


def accepted(path: Path) -> CtVolume | None:
    """The scan, or None where the reader refuses it."""
    try:
        return read_ct(path)
    except AngiosuiteError:
        return None


def is_pictured(volume: CtVolume) -> bool:
    """Whether the scan makes a body and the body a finite picture; a refusal by name is the other end."""
    try:
        made = body_from_hu(volume.hu, volume.origin_mm, volume.spacing_zyx_mm, "mutated")
    except RefusedInput:
        return False
    loaded = load_library().get("equipment", "ceiling-single-plane")
    room = Room("mutated", "Mutated", made.body, loaded.item, loaded.content_hash)
    exposure = room.expose(kind="shot", pulses=1)
    assert exposure.raw is not None
    assert exposure.raw.std() > 0
    assert np.isfinite([exposure.facts["kar_mgy"], exposure.facts["measured"]]).all()
    assert exposure.facts["kar_mgy"] > 0
    return True


def pictured(seeds: range, folder: Path, files, mutations: ModuleType) -> int:
    """How many of these mutated scans became pictures."""
    count = 0
    for seed in seeds:
        path = folder / "input"
        path.write_bytes(mutations.mutated("elements", seed, files, b""))
        volume = accepted(path)
        if volume is None:
            continue
        try:
            count += is_pictured(volume)
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
    return count


@pytest.mark.filterwarnings("ignore")
def test_mutated_scans_that_are_accepted_make_finite_pictures(tmp_path, files, mutations, size) -> None:
    count = pictured(range(FEWER[size]), tmp_path, files, mutations)
    assert size == "long" or count >= 2


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("shard", range(SHARDS))
def test_four_thousand_mutated_scans_make_finite_pictures_or_none(tmp_path, files, mutations, shard) -> None:
    count = pictured(range(shard * PER_SHARD, (shard + 1) * PER_SHARD), tmp_path, files, mutations)
    print(f"shard {shard}: {count} of {PER_SHARD} became pictures")
    assert count > PER_SHARD // 10
