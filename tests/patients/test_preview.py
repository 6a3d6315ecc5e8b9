"""The small volume of the check page is the stored body, no more and no less."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from angiosuite.anatomy.body import Body, BodyLayer, grid_extent_mm
from angiosuite.anatomy.findings import OpacifiedVessels
from angiosuite.anatomy.motion import Motion
from angiosuite.patients import preview

SHAPE, SPACING, ORIGIN = (12, 10, 14), 2.0, (-3.0, 5.0, 7.0)


def body(*more: BodyLayer) -> Body:
    """Water with a rod of pure cortical bone, and whatever moves."""
    water = np.full(SHAPE, 1000, np.int16)
    bone = np.zeros(SHAPE, np.uint8)
    water[:, 4, 6], bone[:, 4, 6] = 20, 240
    still = BodyLayer("still", water, bone, ORIGIN, SPACING)
    return Body("x", "0", (still, *more), extent_mm=grid_extent_mm(SHAPE, ORIGIN, SPACING))


def test_water_is_0_and_cortical_bone_1560_hounsfield() -> None:
    made = preview.preview_of(body())
    assert (made.hu.shape, made.spacing_mm, made.origin_mm) == (SHAPE, SPACING, ORIGIN)
    assert made.hu[3, 2, 2] == 0
    assert made.hu[3, 4, 6] == 1560


def test_a_moving_layer_lies_where_it_is_at_rest() -> None:
    x, y, z = (start + SPACING * n for start, n in zip(ORIGIN, (5, 3, 2), strict=True))
    organ = BodyLayer(
        "abdomen", np.full((3, 2, 4), 60, np.int16), None, (x, y, z), SPACING, Motion("breath-organ", 1.0)
    )
    hu = preview.preview_of(body(organ)).hu
    assert np.array_equal(np.unique(hu[2:5, 3, 5:9][:, :1]), [60])
    assert hu[2:5, 3:5, 5:9].min() == 60
    assert hu[1, 3, 5] == hu[5, 3, 5] == hu[2, 2, 5] == 0


def test_a_large_body_becomes_coarser_and_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "LARGEST_VOXELS", 300)
    made = preview.preview_of(body())
    assert made.hu.size < 400
    assert made.origin_mm == ORIGIN
    assert made.spacing_mm == pytest.approx(SPACING * (np.prod(SHAPE) / 300) ** (1 / 3))
    assert made.hu[0, 0, 0] == 0


def test_marked_vessels_are_marked_on_the_grid_of_the_preview() -> None:
    voxels = np.zeros((24, 20, 28), bool)
    voxels[8, 6, 10] = True
    marked = OpacifiedVessels(voxels, ORIGIN, SPACING / 2)
    made = preview.preview_of(body(), marked)
    assert made.vessels is not None
    assert np.argwhere(made.vessels).tolist() == [[4, 3, 5]]


def test_what_is_written_is_what_is_described(tmp_path: Path) -> None:
    made = preview.preview_of(body(), OpacifiedVessels(np.ones(SHAPE, bool), ORIGIN, SPACING))
    preview.write(tmp_path, made, b"jpeg")
    told = preview.describe(tmp_path)
    assert told is not None
    assert told == {
        "shape": list(SHAPE), "origin_mm": list(ORIGIN), "spacing_mm": SPACING, "vessels": True,
        "picture": True,
    }  # fmt: skip
    place = tmp_path / "preview"
    read = np.frombuffer((place / "volume.i16").read_bytes(), "<i2").reshape(told["shape"])
    assert np.array_equal(read, made.hu)
    bits = np.frombuffer((place / "vessels.bits").read_bytes(), np.uint8)
    assert np.unpackbits(bits, bitorder="little")[: read.size].all()
    (place / "preview.json").write_text(json.dumps({"shape": 3}))
    assert preview.describe(tmp_path) is None
