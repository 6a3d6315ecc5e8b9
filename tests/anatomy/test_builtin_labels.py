"""Acceptance of the built-in patient: volumes, vessels and skeleton lie within those of reference adults."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from angiosuite.anatomy.body import Body, hash_layers
from angiosuite.anatomy.builtin import PatientParameters, build
from angiosuite.anatomy.labelsource import BaseBody
from angiosuite.anatomy.physique import physique_of
from angiosuite.anatomy.tissue import load_table

#: Reference-man bands, ml (ICRP 89 round figures, draft).
BANDS = {
    "liver": (1200, 1950),
    "spleen": (120, 260),
    "kidney": (260, 460),
    "pancreas": (70, 140),
    "heart": (600, 850),
    "lung": (3000, 5500),
    "bladder": (50, 400),
}


@pytest.mark.parametrize("organ", BANDS)
def test_organ_volumes_lie_within_the_bands_of_reference_adults(coarse: Body, organ: str) -> None:
    assert coarse.labels is not None
    number = load_table().by_id(organ).number
    volume_ml = np.count_nonzero(coarse.labels == number) * coarse.label_spacing_mm**3 / 1000.0
    low, high = BANDS[organ]
    assert low <= volume_ml <= high


@pytest.mark.parametrize(
    ("level", "low", "high"),
    [("t12", 22, 28), ("l1", 18, 23), ("l2", 18, 23), ("l3", 18, 23), ("end", 16, 20)],
)
def test_the_aorta_tapers_as_in_adults(reference: BaseBody, level: str, low: float, high: float) -> None:
    z_mm = (
        reference.landmarks_mm["bifurcation"][2] + 12.0
        if level == "end"
        else reference.landmarks_mm[level][2]
    )
    physique = physique_of(PatientParameters())
    row = round((z_mm - reference.origin_mm[2]) / reference.spacing_mm)
    diameters = []
    for k in range(row - 3, row + 4):
        disk = np.hypot(*np.ogrid[-6:7, -6:7]) <= 6.0
        parts, _ = ndimage.label(ndimage.binary_opening(reference.labels[k] == 7, disk))
        sizes = np.bincount(parts.ravel())[1:]
        _depth, _width = physique.stretch(np.array([z_mm]))
        area = sizes.max() * reference.spacing_mm**2 * physique.scale_x * physique.scale_y
        diameters.append(2.0 * np.sqrt(area / np.pi))
    assert low <= np.median(diameters) <= high


_PLACES: dict[int, list[tuple[slice, slice, slice] | None]] = {}


def _points(reference: BaseBody, number: int, kind: int | None = None) -> NDArray[np.int64]:
    """Voxels (n, 3) of one bone, by its number, and by its kind when given."""
    if id(reference) not in _PLACES:
        _PLACES[id(reference)] = ndimage.find_objects(reference.bone_number)
    cut = _PLACES[id(reference)][number - 1]
    assert cut is not None, f"bone {number} is missing"
    inside = (reference.bone_number[cut] == number) & (reference.bone_distance[cut] < 128)
    if kind is not None:
        inside &= reference.bone_kind[cut] == kind
    return np.argwhere(inside) + np.array([part.start for part in cut])


def test_there_are_twenty_four_ribs_each_in_one_piece_near_its_vertebra(reference: BaseBody) -> None:
    for start in (40, 60):
        for order in range(1, 13):
            rib = _points(reference, start + order)
            grid = np.zeros(np.ptp(rib, axis=0) + 1, bool)
            grid[tuple((rib - rib.min(0)).T)] = True
            parts, _ = ndimage.label(grid, np.ones((3, 3, 3)))
            sizes = np.bincount(parts.ravel())[1:]
            assert sizes.max() > 0.97 * sizes.sum(), f"rib {start + order} is in pieces"
            near = [number for number in (order - 1, order, order + 1) if number >= 1]
            spine = np.concatenate([_points(reference, number) for number in near])
            gap = cKDTree(spine).query(rib)[0].min() * reference.spacing_mm
            assert gap <= 4.0, f"rib {start + order} is {gap:.1f} mm from its vertebra"


def test_there_are_twelve_thoracic_and_five_lumbar_vertebrae_on_a_straight_line(reference: BaseBody) -> None:
    centres = []
    for number in range(1, 18):
        body = _points(reference, number, kind=1)
        assert len(body) > 800, f"vertebra {number} is missing"
        centres.append(body.mean(0) * reference.spacing_mm)
    points = np.array(centres)
    assert np.all(np.diff(points[:, 0]) < -12.0)
    slopes = np.degrees(np.arctan2(np.diff(points[:, 2]), -np.diff(points[:, 0])))
    assert slopes.max() - slopes.min() < 10.0


def test_lordosis_between_the_first_and_last_lumbar_discs_is_that_of_an_adult(reference: BaseBody) -> None:
    first, last = (int((z - reference.origin_mm[2]) / reference.spacing_mm) for z in (20.0, 260.0))
    middle = int((reference.midline_mm - reference.origin_mm[0]) / reference.spacing_mm)
    part = reference.labels[first:last, :, middle - 24 : middle + 24]
    discs = ndimage.binary_erosion(part == load_table().by_id("disc").number)
    parts, count = ndimage.label(discs)
    tilts = {}
    for index in range(1, count + 1):
        points = np.argwhere(parts == index) * reference.spacing_mm
        if len(points) > 300:
            _, _, axes = np.linalg.svd(points[:, :2] - points[:, :2].mean(0), full_matrices=False)
            tilts[points[:, 0].mean() + 20.0] = np.degrees(np.arctan(axes[1, 1] / axes[1, 0]))
    upper = min(
        tilts,
        key=lambda z: abs(z - 0.5 * (reference.landmarks_mm["t12"][2] + reference.landmarks_mm["l1"][2])),
    )
    lower = min(tilts)
    assert 20.0 <= abs(tilts[lower] - tilts[upper]) <= 60.0


def test_pelvis_and_femoral_heads_have_adult_size(reference: BaseBody) -> None:
    hips = np.concatenate([_points(reference, number) for number in (20, 21)])
    assert 250.0 <= np.ptp(hips[:, 2]) * reference.spacing_mm <= 300.0
    for side, number in (("right", 22), ("left", 23)):
        centre = np.array(reference.landmarks_mm[f"{side}-femoral-head"])
        head = _points(reference, number) * reference.spacing_mm + np.array(reference.origin_mm)[::-1]
        offset = head - centre[::-1]
        reach = np.linalg.norm(offset, axis=1)
        cap = reach[(offset[:, 0] > 8.0) & (np.sign(offset[:, 2]) != (-1 if side == "right" else 1))]
        assert 42.0 <= 2.0 * np.quantile(cap, 0.97) <= 52.0


@pytest.mark.parametrize(
    ("habitus", "low_mm", "high_mm"), [("slim", 160, 180), ("average", 210, 230), ("obese", 305, 335)]
)
def test_thickness_at_the_third_lumbar_vertebra_follows_the_habitus(
    habitus: str, low_mm: float, high_mm: float
) -> None:
    from angiosuite.anatomy.builtin import Painter
    from angiosuite.anatomy.labelsource import ShippedLabels

    painter = Painter(ShippedLabels().load(), physique_of(PatientParameters(habitus=habitus)), 4.0)  # type: ignore[arg-type]
    row = round((142.0 - painter.origin[2]) / 4.0)
    painter.run(1, lambda step, fraction: None, lambda: False, (row, row + 1))
    column = round(-painter.origin[0] / 4.0)
    filled = np.flatnonzero(painter.labels[row, :, column])
    assert low_mm <= (filled[-1] - filled[0] + 1) * 4.0 <= high_mm


def test_two_threads_paint_the_same_body_as_one(coarse: Body) -> None:
    again = build(PatientParameters(), coarse.layers[0].spacing_mm, threads=2)
    assert again.content_hash == coarse.content_hash == hash_layers(coarse.layers, coarse.labels)


@pytest.mark.long
def test_two_threads_paint_the_same_body_as_one_at_full_size() -> None:
    first, second = (build(PatientParameters(), 1.5, threads=threads) for threads in (1, 2))
    assert first.content_hash == second.content_hash


def test_another_seed_is_another_patient(coarse: Body) -> None:
    other = build(PatientParameters(seed=2), coarse.layers[0].spacing_mm)
    assert other.content_hash != coarse.content_hash


def test_the_sum_of_the_layers_at_rest_is_a_plausible_body(coarse: Body) -> None:
    still = coarse.layers[0]
    total = still.water_mg_cm3.astype(np.int32).copy()
    for layer in coarse.layers[1:]:
        start = np.rint((np.array(layer.origin_mm) - still.origin_mm) / still.spacing_mm).astype(int)[::-1]
        cut = tuple(slice(a, a + n) for a, n in zip(start, layer.shape, strict=True))
        total[cut] += layer.water_mg_cm3
    assert total.min() >= 0 and total.max() < 1300
    assert coarse.labels is not None
    table = load_table()
    for name in ("liver", "spleen", "kidney", "muscle", "bladder", "heart"):
        tissue = table.by_id(name)
        core = ndimage.binary_erosion(coarse.labels == tissue.number)
        assert total[core].mean() - 1000.0 == pytest.approx(tissue.hu, abs=6.0), name
