"""MR slices: tissues have their signal, noise is Rician, edges stay where they are, blood flows dark."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.tissue import load_table
from angiosuite.content.mr_relaxation import load_mr_table
from angiosuite.imaging.acquisition import Acquisition
from angiosuite.imaging.mr_signal import SEQUENCES
from angiosuite.imaging.mr_slice import SCANS, MrScan, MrTissues, acquired, mr_slice, shown
from angiosuite.imaging.section import Section

SPACING = 1.5
SECTION = Section("axial", 15.0, (0.0, 0.0, 0.0), 360.0, 5.0)


def tissues() -> MrTissues:
    table = load_mr_table(1.5)
    return MrTissues.of({t.id: t.number for t in load_table().tissues}, table.tissues, table.r1, table.r2)


def body(plane: np.ndarray) -> tuple[np.ndarray, tuple[float, float, float]]:
    rows, columns = plane.shape
    origin = (-0.5 * (columns - 1) * SPACING, -0.5 * (rows - 1) * SPACING, 0.0)
    return np.repeat(plane.astype(np.uint8)[None], 24, axis=0), origin


@pytest.mark.parametrize("name", SCANS)
def test_each_tissue_has_the_signal_of_its_sequence(name: str) -> None:
    scan, of = MrScan(SEQUENCES[name], noise=1e-5), tissues()
    plane = np.zeros((240, 240))
    used = (1, 2, 3, 4, 5, 10)
    for k, number in enumerate(used):
        r, c = divmod(k, 3)
        plane[60 + 60 * r : 120 + 60 * r, 30 + 60 * c : 90 + 60 * c] = number
    labels, origin = body(plane)
    image = mr_slice(labels, origin, SPACING, of, SECTION, scan)
    rows_mm, columns_mm = SECTION.places_mm()
    table = of.table(SEQUENCES[name])
    for k, number in enumerate(used):
        r, c = divmod(k, 3)
        y, x = (90 + 60 * r - 119.5) * SPACING, (60 + 60 * c - 119.5) * SPACING
        inside = np.ix_(np.abs(rows_mm - y) < 20, np.abs(columns_mm - x) < 20)
        shade = 1.0 - 0.25 * ((rows_mm[inside[0]] / 180) ** 2 + (columns_mm[inside[1]] / 180) ** 2)
        assert float((image[inside] / shade).mean()) == pytest.approx(float(table[number]), rel=0.02)


def test_noise_is_rician_and_falls_with_thickness() -> None:
    labels, origin = body(np.zeros((240, 240)))
    for thickness_mm in (5.0, 2.5):
        section = Section("axial", 15.0, (0.0, 0.0, 0.0), 360.0, thickness_mm)
        scan = MrScan(SEQUENCES["t1"], matrix=512)
        image = mr_slice(labels, origin, SPACING, tissues(), section, scan)
        sigma = scan.deviation(section)
        assert float(image.mean()) == pytest.approx(sigma * np.sqrt(np.pi / 2), rel=0.01)
        assert float(image.std()) == pytest.approx(sigma * np.sqrt(2 - np.pi / 2), rel=0.02)
    thick, thin = (
        MrScan(SEQUENCES["t1"]).deviation(Section("axial", 0, (0, 0, 0), 360, t)) for t in (5, 2.5)
    )
    assert thin == pytest.approx(2 * thick)


def test_filling_up_the_spectrum_moves_nothing_and_edges_ring() -> None:
    plane = np.zeros((240, 240))
    plane[80:160, 80:160] = 1
    labels, origin = body(plane)
    images = [
        mr_slice(labels, origin, SPACING, tissues(), SECTION, MrScan(SEQUENCES["t1"], matrix, 1e-6))
        for matrix in (128, 256, 512)
    ]
    rows_mm, columns_mm = SECTION.places_mm()
    for image in images:
        weight = image.astype(np.float64) ** 2
        y = float((weight.sum(axis=1) * rows_mm).sum() / weight.sum())
        x = float((weight.sum(axis=0) * columns_mm).sum() / weight.sum())
        assert (x, y) == pytest.approx((0.0, 0.0), abs=0.1)
    flat = images[2][240:270, 230:240].mean()
    assert images[0][256, :].max() > 1.05 * flat > images[2][256, :].max() * 0.99


def test_flowing_blood_is_dark_and_contrast_lights_it_up() -> None:
    labels, origin = body(np.full((240, 240), 2))
    for name, speed, iodine, darker in (("t2", 400.0, 0.0, True), ("t1-contrast", 0.0, 5.0, False)):
        scan = MrScan(SEQUENCES[name], noise=1e-5)
        size = acquired(SECTION, scan).pixels
        lumens = np.zeros((3, size, size), np.float32)
        lumens[:, 100:140, 100:140] = np.array([1.0, iodine, speed])[:, None, None]
        bed = np.zeros((size, size), np.float32)
        bed[100:140, 160:200] = 1.0 if iodine else 0.0
        image = mr_slice(labels, origin, SPACING, tissues(), SECTION, scan, Acquisition(lumens, bed))
        vessel, tissue, bed_value = image[240, 240], image[240, 300], image[240, 360]
        assert vessel < 0.1 * tissue if darker else vessel > 2 * tissue
        if iodine:
            assert bed_value > 1.1 * image[300, 360]


def test_the_same_key_gives_the_same_slice_and_grey_runs_from_black_to_white() -> None:
    labels, origin = body(np.full((240, 240), 3))
    one, two, three = (
        mr_slice(labels, origin, SPACING, tissues(), SECTION, SCANS["t1"], Acquisition(seed=3, number=n))
        for n in (1, 1, 2)
    )
    assert np.array_equal(one, two) and not np.array_equal(one, three)
    grey = shown(one)
    assert grey.dtype == np.uint8 and grey.min() >= 0 and grey.max() == 255
