"""A body from a CT: table away, contrast not bone, mass kept, layers that sum to the scan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.from_ct import body_from_hu
from angiosuite.kit.errors import RefusedInput

SPACING = (4.0, 3.0, 3.0)


def phantom() -> NDArray[np.int16]:
    """A trunk with two lungs, a liver under a dome, spine, ribs, a bright kidney and a table; HU."""
    z, y, x = np.meshgrid(
        np.arange(0, 70) * 4.0, np.arange(0, 100) * 3.0 - 150, np.arange(0, 120) * 3.0 - 180, indexing="ij"
    )
    hu = np.full(z.shape, -1000.0)
    trunk = (x / 150) ** 2 + (y / 105) ** 2 < 1
    hu[trunk] = 40.0
    hu[trunk & ((x / 140) ** 2 + (y / 95) ** 2 > 1)] = -100.0
    dome = 150 + 40 * np.sqrt(np.clip(1 - ((np.abs(x) - 62) / 70) ** 2 - (y / 90) ** 2, 0, 1))
    lung = ((np.abs(x) - 65) / 55) ** 2 + (y / 78) ** 2 < 1
    hu[lung & (z > dome)] = -850.0
    spine = x**2 + (y - 62) ** 2 < 19**2
    hu[spine] = 160.0
    hu[spine & (x**2 + (y - 62) ** 2 > 15**2)] = 600.0
    ring = np.abs(np.hypot(x / 133, y / 90) - 1.0) < 0.045
    ribs = ring & (np.mod(z - 0.4 * y, 36) < 9) & (z > 120) & (np.abs(x) > 20)
    hu[ribs] = 450.0
    hu[np.sqrt((x - 60) ** 2 + (y - 40) ** 2 + ((z - 80) / 1.5) ** 2) < 22] = 210.0
    hu[(y > 132) & (y < 141) & (np.abs(x) < 170)] = 200.0
    rng = np.random.default_rng(4)
    return np.rint(hu + rng.normal(0, 12, hu.shape)).astype(np.int16)


@pytest.fixture(scope="module")
def scan() -> NDArray[np.int16]:
    return phantom()


@pytest.fixture(scope="module")
def body(scan: NDArray[np.int16]):  # type: ignore[no-untyped-def]
    return body_from_hu(scan, (-180.0, -150.0, 0.0), SPACING, "phantom").body


def _at(body, x: float, y: float, z: float) -> tuple[int, int, int]:  # type: ignore[no-untyped-def]
    layer = body.layers[0]
    index = (np.array([x, y, z]) - layer.origin_mm) / layer.spacing_mm
    i, j, k = np.rint(index).astype(int)
    return int(k), int(j), int(i)


def _total(body):  # type: ignore[no-untyped-def]
    still = body.layers[0]
    water, bone = still.water_mg_cm3.astype(np.int32), still.bone_mg_cm3.astype(np.int32)
    for layer in body.layers[1:]:
        start = np.rint((np.array(layer.origin_mm) - still.origin_mm) / still.spacing_mm).astype(int)[::-1]
        cut = tuple(slice(a, a + n) for a, n in zip(start, layer.shape, strict=True))
        water[cut] += layer.water_mg_cm3
        if layer.bone_mg_cm3 is not None:
            bone[cut] += layer.bone_mg_cm3
    return water, bone


def test_the_table_is_gone_and_the_skin_is_not(body) -> None:  # type: ignore[no-untyped-def]
    assert body.extent_mm[1][1] < 128.0
    water, _ = _total(body)
    assert water[_at(body, 0, -85, 100)] > 800


def test_contrast_in_an_organ_stays_water_like_and_the_spine_is_bone(body) -> None:  # type: ignore[no-untyped-def]
    water, bone = _total(body)
    kidney = _at(body, 60, 40, 80)
    assert bone[kidney] == 0 and water[kidney] == pytest.approx(1210, abs=60)
    assert 8 * bone[_at(body, 0, 62, 100)] > 60
    assert bone.sum() > 0


def test_the_lungs_are_found_and_the_abdomen_moves_with_the_diaphragm(body) -> None:  # type: ignore[no-untyped-def]
    layer = body.layer("abdomen")
    assert layer.motion.kind == "breath-organ" and layer.motion.gain == 1.0
    assert body.landmarks["dome-right"][2] == pytest.approx(190.0, abs=8.0)
    still = body.layers[0].water_mg_cm3
    assert still[_at(body, -62, 0, 165)] == pytest.approx(150, abs=60)


def test_the_layers_sum_to_the_scan(body, scan: NDArray[np.int16]) -> None:  # type: ignore[no-untyped-def]
    water, bone = _total(body)
    assert water.min() >= 0
    mass = (water + 8.0 * bone).sum() * body.layers[0].spacing_mm ** 3
    trunk = np.clip(1000.0 + scan, 0, None)
    trunk[:, 92:] = 0
    assert mass == pytest.approx(trunk.sum() * np.prod(SPACING), rel=0.05)


def test_a_scan_without_lung_moves_its_middle_and_fades_at_both_ends(scan: NDArray[np.int16]) -> None:
    low = body_from_hu(scan[:34], (-180.0, -150.0, 0.0), SPACING, "low").body
    layer = low.layer("abdomen")
    assert layer.motion.gain == 0.5
    level = np.abs(layer.water_mg_cm3.astype(float)).mean((1, 2))
    assert level[0] < 0.2 * level.max() + 1 and level[-1] < 0.2 * level.max() + 1


def test_a_volume_without_a_body_is_refused() -> None:
    with pytest.raises(RefusedInput, match="holds no body"):
        body_from_hu(np.full((30, 60, 60), -1000, np.int16), (0.0, 0.0, 0.0), (3.0, 3.0, 3.0), "air")


def test_an_exception_of_the_progress_callback_stops_the_work(scan: NDArray[np.int16]) -> None:
    def stop(step: str, fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        body_from_hu(scan, (-180.0, -150.0, 0.0), SPACING, "x", stop)


@pytest.mark.ci
def test_the_native_ct_becomes_a_body_with_bone_and_a_moving_middle(shared_data: Path) -> None:
    from angiosuite.dicom import read_ct

    path = shared_data / "data" / "ct-abdomen-pelvis-native" / "ct.nii.gz"
    if not path.exists():
        pytest.skip("the native CT is not there")
    volume = read_ct(path)
    body = body_from_hu(volume.hu, volume.origin_mm, volume.spacing_zyx_mm, "native").body
    water, bone = _total(body)
    assert water.min() >= 0
    share = (bone > 0).mean()
    assert 0.005 < share < 0.08
    assert ndimage.label(bone > 60)[1] > 0
    assert {layer.name for layer in body.layers} >= {"still", "abdomen"}
