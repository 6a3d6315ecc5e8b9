"""An imported patient's own vessels: kept, found again, corrected, and never half there."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from angiosuite.anatomy.vessels.extraction.corrections import Correction
from angiosuite.anatomy.vessels.extraction.lumen import Lumen
from angiosuite.kit.errors import RefusedInput
from angiosuite.patients import ct_vessels

ROOT = [[40.0, 45.0, 5.0], [40.0, 45.0, 135.0]]
TRUNK = [[40.0, 40.0, 80.0], [40.0, 10.0, 70.0]]


@pytest.fixture(scope="module")
def lumen() -> Lumen:
    """An aorta with one trunk."""
    path = Path(__file__).parent.parent / "anatomy" / "vessels" / "extraction" / "conftest.py"
    spec = importlib.util.spec_from_file_location("phantoms", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    make: Callable[..., Lumen] = module.make_phantom
    return make([(ROOT, 9.0, 350.0), (TRUNK, 3.5, 350.0)])


@pytest.fixture
def folder(tmp_path: Path, lumen: Lumen) -> Path:
    """A patient's folder with that lumen."""
    ct_vessels.keep_lumen(tmp_path, lumen)
    return tmp_path


def test_what_was_kept_of_a_ct_comes_back_as_it_was(folder: Path, lumen: Lumen) -> None:
    again = ct_vessels.lumen_of_patient(folder)
    assert again is not None
    assert np.abs(again.scan.hu - lumen.scan.hu).max() <= 0.5
    assert (again.blood == lumen.blood).all() and (again.bone == lumen.bone).all()
    assert (again.depth_mm == lumen.depth_mm).all()
    assert (again.level_hu, again.hot_hu) == (lumen.level_hu, lumen.hot_hu)


def test_vessels_are_extracted_once_and_corrections_survive_a_new_extraction(folder: Path) -> None:
    assert not ct_vessels.is_extracted(folder)
    first = ct_vessels.vessels_of_import(folder)
    assert ct_vessels.is_extracted(folder)
    again = ct_vessels.vessels_of_import(folder)
    assert again.content_hash == first.content_hash
    trunk = next(v for v in first.vessels.values() if v.parent is not None)
    x, y, z = (float(value) for value in trunk.points_mm[-3])
    ct_vessels.keep_corrections(folder, [Correction("rename", (x, y, z), name="superior-mesenteric-artery")])
    named = ct_vessels.vessels_of_import(folder)
    assert named.vessels["superior-mesenteric-artery"].origin == "corrected"
    for entry in (folder / "vessels").glob("own-*/graph.json"):
        entry.unlink()
    for entry in (folder / "vessels").glob("corrected-*/graph.json"):
        entry.unlink()
    assert ct_vessels.vessels_of_import(folder).content_hash == named.content_hash


def test_a_native_ct_says_that_it_has_no_enhanced_arteries(tmp_path: Path) -> None:
    ct_vessels.keep_lumen(tmp_path, None)
    graph = ct_vessels.vessels_of_import(tmp_path)
    assert not graph.vessels and "no enhanced arteries" in graph.notices[0]
    assert ct_vessels.lumen_of_patient(tmp_path) is None


def test_what_is_missing_or_damaged_is_refused_with_a_way_out(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(RefusedInput, match="Nothing is kept"):
        ct_vessels.vessels_of_import(tmp_path / "nobody")
    (folder / "vessels" / "corrections.json").write_text("{", encoding="utf-8")
    with pytest.raises(RefusedInput, match="corrections"):
        ct_vessels.corrections_of(folder)
    (folder / "vessels" / "lumen.npz").write_bytes(b"cut")
    with pytest.raises(RefusedInput, match="damaged"):
        ct_vessels.lumen_of_patient(folder)
