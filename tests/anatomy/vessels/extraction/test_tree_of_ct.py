"""Real CTs: a dissected aorta against masks and report, a portal-venous one, a native one.

Some values of the extraction were set on the first two: an independent CT with masks is still wanted.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.anatomy import ct_masks
from angiosuite.anatomy.vessels.extraction.lumen import lumen_of
from angiosuite.anatomy.vessels.extraction.tree import extracted, vessels_of_ct
from angiosuite.dicom import read_ct

DISSECTION = "cta-thorax-dissection"


def _of(path: Path) -> SimpleNamespace:
    if not path.exists():
        pytest.skip(f"{path.name} is not there")
    volume = read_ct(path)
    masks = ct_masks.find(volume.hu, volume.origin_mm, volume.spacing_zyx_mm, lambda fraction: None)
    lumen = lumen_of(volume.hu, volume.origin_mm, volume.spacing_zyx_mm, masks)
    return SimpleNamespace(lumen=lumen, found=None if lumen is None else extracted(lumen), volume=volume)


@pytest.fixture(scope="module")
def chest(shared_data: Path) -> SimpleNamespace:
    return _of(shared_data / "data" / DISSECTION / "ct.nii.gz")


@pytest.fixture(scope="module")
def belly(shared_data: Path) -> SimpleNamespace:
    return _of(shared_data / "data" / "ct-abdomen-portal-venous" / "hcc048-portal-venous.zip")


def _mask(path: Path) -> NDArray[np.bool_]:
    import nibabel

    image: Any = nibabel.as_closest_canonical(nibabel.load(path))
    voxels = np.asanyarray(image.dataobj)[::-1, ::-1] > 0.5
    return np.ascontiguousarray(voxels.transpose(2, 1, 0))


def test_the_dissected_aorta_agrees_with_its_mask(chest: SimpleNamespace, shared_data: Path) -> None:
    mask = _mask(shared_data / "data" / DISSECTION / "masks" / "aorta.nii.gz")
    scan = chest.lumen.scan
    places = scan.points_mm(np.argwhere(chest.found.mask)) - np.array(chest.volume.origin_mm)
    at = np.rint(places[:, ::-1] / chest.volume.spacing_zyx_mm).astype(int)
    own = np.zeros(mask.shape, bool)
    own[tuple(np.clip(at, 0, np.array(mask.shape) - 1).T)] = True
    dice = 2.0 * (own & mask).sum() / (own.sum() + mask.sum())
    assert dice >= 0.9


def test_the_aortas_diameters_agree_with_the_report_within_2_mm(
    chest: SimpleNamespace, shared_data: Path
) -> None:
    report = json.loads((shared_data / "data" / DISSECTION / "aorta_report.json").read_text())
    aorta = chest.found.aorta
    seen = 0
    for mark in report["landmarks"].values():
        if mark["start"] is None or mark["name"] == "annulus":  # the tree begins at the sinuses
            continue
        centre = 0.5 * (np.array(mark["start"]) + mark["end"]) * [-1.0, -1.0, 1.0]
        off = np.linalg.norm(aorta.points_mm - centre, axis=1)
        k = int(off.argmin())
        told = 2.0 * np.sqrt(mark["area"] * 100.0 / np.pi)
        assert off[k] < 5.0, mark["name"]
        assert 2.0 * aorta.outer_radius_mm[k] == pytest.approx(told, abs=2.0), mark["name"]
        seen += 1
    assert seen == 9


def test_the_arch_and_its_branches_and_the_coeliac_trunk_have_their_names(chest: SimpleNamespace) -> None:
    vessels = chest.found.graph.vessels
    assert {
        "ascending-aorta",
        "aortic-arch",
        "descending-thoracic-aorta",
        "abdominal-aorta",
        "brachiocephalic-trunk",
        "left-common-carotid",
        "left-subclavian-artery",
        "coeliac-trunk",
        "superior-mesenteric-artery",
    } <= set(vessels)
    assert any("false lumen" in notice for notice in chest.found.graph.notices)


@pytest.mark.parametrize(
    ("vessel", "name"),
    [
        ("brachiocephalic-trunk", "brachiocephalic_trunk"),
        ("left-common-carotid", "common_carotid_artery_left"),
        ("left-subclavian-artery", "subclavian_artery_left"),
        ("coeliac-trunk", "celiac_trunk"),
    ],
)
def test_a_named_branch_runs_through_the_mask_of_that_name(
    chest: SimpleNamespace, shared_data: Path, vessel: str, name: str
) -> None:
    mask = _mask(shared_data / "data" / DISSECTION / "masks" / f"{name}.nii.gz")
    places = np.argwhere(mask)[:, ::-1] * np.array(chest.volume.spacing_zyx_mm)[::-1] + chest.volume.origin_mm
    line = chest.found.graph.vessels[vessel].points_mm
    off = np.linalg.norm(line[:, None] - places[None], axis=2).min(1)
    assert (off < 3.0).mean() > 0.4


@pytest.mark.parametrize("name", ["chest", pytest.param("belly", marks=pytest.mark.ci)])
def test_every_vessel_hangs_on_one_before_it_and_starts_on_its_line(
    name: str, request: pytest.FixtureRequest
) -> None:
    done: dict[str, Any] = {}
    for vessel in request.getfixturevalue(name).found.graph.vessels.values():
        if vessel.parent is not None:
            point, _ = done[vessel.parent.vessel].at(vessel.parent.at_mm)
            assert np.linalg.norm(point - vessel.points_mm[0]) < 0.5, vessel.id
        assert np.isfinite(vessel.points_mm).all() and (vessel.radius_mm > 0.1).all()
        assert vessel.origin == "extracted"
        done[vessel.id] = vessel


@pytest.mark.ci
def test_the_portal_venous_ct_has_an_aorta_of_plausible_size_with_its_trunks(belly: SimpleNamespace) -> None:
    vessels = belly.found.graph.vessels
    assert {"abdominal-aorta", "coeliac-trunk", "superior-mesenteric-artery"} <= set(vessels)
    aorta = vessels["abdominal-aorta"]
    assert 11.0 < 2.0 * float(np.median(aorta.radius_mm)) < 20.0
    # places read off the pictures by eye
    off = np.linalg.norm(aorta.points_mm - [11.3, -1.4, -296.0], axis=1).min()
    assert off < 3.0
    assert not any("false lumen" in notice for notice in belly.found.graph.notices)


def test_a_native_ct_is_told_that_it_has_no_enhanced_arteries(shared_data: Path) -> None:
    native = _of(shared_data / "data" / "ct-abdomen-pelvis-native" / "ct_upper30.nii.gz")
    assert native.lumen is None
    graph = vessels_of_ct(native.lumen)
    assert not graph.vessels and "no enhanced arteries" in graph.notices[0]
