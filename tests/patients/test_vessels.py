"""The vessels of a patient: grown when first asked for, kept beside the body, grown again when needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import Home
from angiosuite.patients import PatientStore, growing, vessels

COARSE_MM = 3.0


@pytest.mark.ci
def test_vessels_are_grown_once_and_damaged_ones_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PatientStore(Home(tmp_path).open())
    with pytest.raises(RefusedInput):
        store.vessels("built-in-adult")
    store.ensure_builtin(None, COARSE_MM)
    graph = store.vessels("built-in-adult")
    (kept,) = (tmp_path / "patients" / "built-in-adult" / "bodies").glob("*/vessels-*")
    stamp = (kept / "graph.json").stat().st_mtime_ns
    assert store.vessels("built-in-adult").content_hash == graph.content_hash
    assert (kept / "graph.json").stat().st_mtime_ns == stamp
    (kept / "arrays.npz").write_bytes(b"cut")
    assert store.vessels("built-in-adult").content_hash == graph.content_hash
    monkeypatch.setattr(vessels, "maker_hash", lambda library: "another")
    assert store.vessels("built-in-adult").content_hash == graph.content_hash
    (anew,) = (tmp_path / "patients" / "built-in-adult" / "bodies").glob("*/vessels-*")
    assert anew != kept


def test_an_edit_of_the_vessels_never_grows_a_body_again() -> None:
    of_vessels = ("/vessels/build.py", "/vessels/extraction/paths.py", "/built-in-adult/vein-lines.json")
    assert all(name.startswith(growing.OF_VESSELS) for name in of_vessels)
    assert not any(name.startswith(growing.OF_VESSELS) for name in ("/paint.py", "/built-in-adult/base.json"))
