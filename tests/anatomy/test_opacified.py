"""Contrast in a CT: its phase is told from voxels, opacified vessels become blood, bone and bowel stay."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.anatomy.contrast_phase import Levels, decide
from angiosuite.anatomy.findings import CtBody
from angiosuite.anatomy.from_ct import body_from_hu
from angiosuite.anatomy.sampling import sample

Scan = Any
PHASES = ("native", "arterial", "portal-venous", "delayed")
ENHANCED = ("arterial", "portal-venous", "delayed")


def _made(scan: Scan) -> CtBody:
    return body_from_hu(scan.hu, scan.origin_mm, scan.spacing_zyx_mm, "trunk")


@pytest.fixture(scope="module")
def scans(shapes: ModuleType) -> dict[str, Scan]:
    return {phase: shapes.trunk(phase) for phase in PHASES}


@pytest.fixture(scope="module")
def made(scans: dict[str, Scan]) -> dict[str, CtBody]:
    return {phase: _made(scan) for phase, scan in scans.items()}


def rest(made: CtBody) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Water (mg/cm3) and bone (counts) of all layers at rest, on the still layer's grid."""
    still = made.body.layers[0]
    assert still.bone_mg_cm3 is not None
    water, bone = still.water_mg_cm3.astype(np.int32), still.bone_mg_cm3.astype(np.int32)
    for layer in made.body.layers[1:]:
        start = np.rint((np.array(layer.origin_mm) - still.origin_mm) / still.spacing_mm).astype(int)[::-1]
        cut = tuple(slice(a, a + n) for a, n in zip(start, layer.shape, strict=True))
        water[cut] += layer.water_mg_cm3
        if layer.bone_mg_cm3 is not None:
            bone[cut] += layer.bone_mg_cm3
    return water, bone


def effective_hu(made: CtBody) -> NDArray[np.float64]:
    """CT numbers that the body would have at 70 keV: a count of bone attenuates as 10.3 mg/cm3 of water."""
    water, bone = rest(made)
    return water + 10.3 * bone - 1000.0


def on_body(made: CtBody, volume: NDArray[np.generic], origin, spacing) -> NDArray[np.float32]:  # type: ignore[no-untyped-def]
    """A volume on another grid, sampled on the still layer's."""
    still = made.body.layers[0]
    return sample(
        volume,
        [
            (still.origin_mm[2 - k] + still.spacing_mm * np.arange(still.shape[k]) - origin[2 - k])
            / spacing[k]
            for k in range(3)
        ],
    )


def marked(made: CtBody) -> NDArray[np.bool_]:
    """The opacified vessels on the still layer's grid."""
    found = made.opacified
    assert found is not None
    return on_body(made, found.voxels.astype(np.float32), found.origin_mm, (found.spacing_mm,) * 3) > 0.5


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_is_told_with_the_numbers_that_led_to_it(made: dict[str, CtBody], phase: str) -> None:
    findings = made[phase].findings
    assert findings.phase == phase
    assert "HU" in findings.phase_why


def test_nothing_is_marked_where_nothing_is_enhanced(made: dict[str, CtBody]) -> None:
    assert made["native"].opacified is None and made["native"].findings.opacified_ml == 0.0
    assert made["native"].findings.phase_why.startswith("No enhanced arteries found")


@pytest.mark.parametrize("phase", ENHANCED)
def test_the_aorta_is_marked_and_holds_blood(
    made: dict[str, CtBody], scans: dict[str, Scan], phase: str
) -> None:
    z, y, x = scans[phase].axes()
    lumen = ((x - 12) / 10) ** 2 + ((y - 8) / 10) ** 2 + 0 * z < 1
    plaque = ((x - 16) / 7) ** 2 + ((y - 1) / 6) ** 2 + ((z - 60) / 9) ** 2 < 1
    inside = (
        on_body(made[phase], (lumen & ~plaque).astype(np.float32), scans[phase].origin_mm, (2.5, 2, 2)) > 0.99
    )
    assert marked(made[phase])[inside].mean() > 0.97
    assert effective_hu(made[phase])[inside].mean() == pytest.approx(50.0, abs=6.0)


@pytest.mark.parametrize("phase", ENHANCED)
def test_vertebrae_plaque_and_kidneys_stay(
    made: dict[str, CtBody], scans: dict[str, Scan], phase: str
) -> None:
    scan, body = scans[phase], made[phase]
    z, y, x = scan.axes()
    shapes = {
        "vertebrae": ((x / 22) ** 2 + ((y - 42) / 16) ** 2 < 1) & (np.mod(z, 36.0) < 28.0),
        "kidneys": ((np.abs(x) - 64) / 24) ** 2 + ((y - 30) / 25) ** 2 + ((z - 105) / 49) ** 2 < 1,
    }
    voxels = marked(body)
    for name, limit in (("vertebrae", 0.02), ("kidneys", 0.05)):
        inside = on_body(body, shapes[name].astype(np.float32), scan.origin_mm, (2.5, 2, 2)) > 0.99
        assert voxels[inside].mean() < limit, name
    still = body.body.layers[0]
    k, j, i = (
        round((p - still.origin_mm[2 - a]) / still.spacing_mm) for a, p in enumerate((60.0, 1.0, 16.0))
    )
    assert effective_hu(body)[k, j, i] > 500.0


@pytest.mark.parametrize("phase", PHASES)
def test_outside_marked_vessels_every_ct_number_is_kept(
    made: dict[str, CtBody], scans: dict[str, Scan], phase: str
) -> None:
    scan, body = scans[phase], made[phase]
    before = on_body(body, scan.hu, scan.origin_mm, (2.5, 2, 2)).astype(np.float64)
    after = effective_hu(body)
    z, y, x = scan.axes()
    inner = (x / 140) ** 2 + (y / 93) ** 2 + 0 * z < 1
    far = on_body(body, inner.astype(np.float32), scan.origin_mm, (2.5, 2, 2)) > 0.99
    if body.opacified is not None:
        found = body.opacified
        near = found.voxels.copy()
        for axis in range(3):
            near |= np.roll(near, 1, axis) | np.roll(near, -1, axis)
            near |= np.roll(near, 1, axis) | np.roll(near, -1, axis)
        far &= on_body(body, near.astype(np.float32), found.origin_mm, (found.spacing_mm,) * 3) == 0.0
    change = (after - before)[far]
    assert abs(change.mean()) < 2.0
    assert np.percentile(np.abs(change), 99) < 30.0


def test_every_voxel_is_finite_and_no_mass_is_negative(made: dict[str, CtBody]) -> None:
    for body in made.values():
        water, bone = rest(body)
        assert water.min() >= 0 and water.max() < 4000 and bone.max() <= 240


def test_the_same_ct_gives_the_same_body(shapes: ModuleType) -> None:
    scan = shapes.trunk("arterial")
    low = shapes.Scan(scan.hu[:28], scan.origin_mm, scan.spacing_zyx_mm)
    first, second = _made(low), _made(low)
    assert first.body.content_hash == second.body.content_hash
    assert first.findings == second.findings


def test_a_header_decides_only_where_no_vessel_is_seen() -> None:
    nothing, portal = Levels(None, None, None, None), Levels(180.0, None, 105.0, None)
    assert decide(nothing, "arterial")[0] == "arterial" and decide(nothing)[0] == "unknown"
    assert decide(portal, "native")[0] == "portal-venous"


def test_the_dissected_aorta_of_the_chest_cta_becomes_blood_and_its_bones_stay(
    shared_data: Path, shapes: ModuleType
) -> None:
    folder = shared_data / "data" / "cta-thorax-dissection"
    made, scan = _shared(folder / "ct.nii.gz", shapes)
    assert made.findings.phase == "arterial"
    voxels, before, after = (
        marked(made),
        on_body(made, scan.hu, scan.origin_mm, scan.spacing_zyx_mm),
        effective_hu(made),
    )
    aorta, vertebra, trunk_ = (
        on_body(
            made, _nifti(folder / "masks" / f"{name}.nii.gz", shapes).hu, scan.origin_mm, scan.spacing_zyx_mm
        )
        > 0.5
        for name in ("aorta", "vertebrae_T12", "brachiocephalic_trunk")
    )
    assert voxels[aorta].mean() >= 0.9
    assert voxels[aorta & (before > 110.0)].mean() >= 0.95
    assert voxels[trunk_].mean() >= 0.95
    assert voxels[vertebra].mean() < 0.01
    open_lumen = aorta & (before < 650.0)
    assert 35.0 < after[open_lumen].mean() < 60.0
    assert abs((after - before)[vertebra].mean()) < 25.0
    heart = made.body.layers[0]
    assert heart.bone_mg_cm3 is not None
    assert (rest(made)[1] > 0).mean() < 0.12


@pytest.mark.ci
def test_in_the_portal_venous_ct_aorta_and_portal_vein_are_marked_and_the_stomach_is_not(
    shared_data: Path,
) -> None:
    from angiosuite.dicom import read_ct

    path = shared_data / "data" / "ct-abdomen-portal-venous" / "hcc048-portal-venous.zip"
    if not path.exists():
        pytest.skip("the portal-venous CT is not there")
    volume = read_ct(path)
    made = body_from_hu(volume.hu, volume.origin_mm, volume.spacing_zyx_mm, "pv")
    assert made.findings.phase == "portal-venous" and made.findings.table_removed
    voxels = marked(made)
    still = made.body.layers[0]
    x0, y0, _ = volume.origin_mm

    def share(column: int, row: int, z_mm: float, radius_mm: float = 4.0) -> float:
        centre = np.array([z_mm, y0 + row * 0.703125, x0 + column * 0.703125])
        place = (centre - np.array(still.origin_mm)[::-1]) / still.spacing_mm
        reach = int(radius_mm / still.spacing_mm)
        k, j, i = np.rint(place).astype(int)
        return float(voxels[k, j - reach : j + reach + 1, i - reach : i + reach + 1].mean())

    aorta, portal, stomach = (
        share(272, 254, -296.0),
        share(243, 201, -296.0),
        share(345, 192, -296.0, 12.0),
    )
    assert aorta > 0.9
    assert portal > 0.6
    assert stomach < 0.02


def test_the_native_ct_has_no_enhanced_arteries(shared_data: Path, shapes: ModuleType) -> None:
    made, _ = _shared(shared_data / "data" / "ct-abdomen-pelvis-native" / "ct_upper30.nii.gz", shapes)
    assert made.findings.phase == "native" and made.findings.opacified_ml < 3.0
    assert made.findings.phase_why.startswith("No enhanced arteries found")


def _nifti(path: Path, shapes: ModuleType) -> Scan:
    import nibabel

    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    image = nibabel.as_closest_canonical(nibabel.load(path))
    voxels = np.clip(np.asanyarray(image.dataobj), -3024, 30000).astype(np.int16)[::-1, ::-1]
    step = np.abs(np.diag(image.affine))[:3]
    corner = image.affine[:3, 3]
    origin = [-(corner[k] + step[k] * (voxels.shape[k] - 1)) for k in (0, 1)]
    return shapes.Scan(
        np.ascontiguousarray(voxels.transpose(2, 1, 0)),
        (float(origin[0]), float(origin[1]), float(corner[2])),
        (float(step[2]), float(step[1]), float(step[0])),
    )


def _shared(path: Path, shapes: ModuleType) -> tuple[CtBody, Scan]:
    scan = _nifti(path, shapes)
    return _made(scan), scan
