"""A body written to disk comes back the same, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from angiosuite.anatomy.body import (
    Body,
    BodyLayer,
    Motion,
    grid_extent_mm,
    hash_layers,
    load_body,
    save_body,
)
from angiosuite.kit.stored_folder import StoredFolderError


def small_body() -> Body:
    rng = np.random.default_rng(3)
    still = BodyLayer(
        "still",
        rng.integers(-5, 1100, (4, 5, 6)).astype(np.int16),
        rng.integers(0, 240, (4, 5, 6)).astype(np.uint8),
        (-5.0, 2.0, 3.0),
        2.0,
    )
    organ = BodyLayer(
        "abdomen",
        rng.integers(-900, 900, (2, 3, 3)).astype(np.int16),
        None,
        (1.0, 2.0, 3.0),
        2.0,
        Motion("breath-organ", 1.0, (0.0, 0.0, 0.0)),
    )
    layers = (still, organ)
    return Body(
        "someone",
        hash_layers(layers),
        layers,
        landmarks={"l3": (1.0, 2.0, 3.0)},
        extent_mm=grid_extent_mm(still.shape, still.origin_mm, still.spacing_mm),
        habitus={"sex": "female", "ap_thickness_mm": 220.0},
    )


@pytest.mark.parametrize("mapped", [True, False])
def test_a_stored_body_comes_back_equal(tmp_path: Path, mapped: bool) -> None:
    body = small_body()
    save_body(body, tmp_path / "one")
    back = load_body(tmp_path / "one", mapped=mapped)
    assert back.content_hash == body.content_hash == hash_layers(back.layers)
    assert [layer.motion for layer in back.layers] == [layer.motion for layer in body.layers]
    assert (
        back.landmarks == body.landmarks and back.extent_mm == body.extent_mm and back.habitus == body.habitus
    )


def test_saving_over_an_older_body_replaces_it_and_leaves_nothing_else(tmp_path: Path) -> None:
    save_body(small_body(), tmp_path / "one")
    save_body(small_body(), tmp_path / "one")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_cut_file_is_refused_with_the_folder_named(tmp_path: Path) -> None:
    save_body(small_body(), tmp_path / "one")
    path = tmp_path / "one" / "still-water.npy"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(StoredFolderError, match="one"):
        load_body(tmp_path / "one")


def test_a_changed_voxel_changes_the_hash() -> None:
    body = small_body()
    body.layers[0].water_mg_cm3[0, 0, 0] += 1
    assert hash_layers(body.layers) != body.content_hash
