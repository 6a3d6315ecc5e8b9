"""CT slices (row M2): every tissue has its number, noise its deviation and its spectrum, iodine its HU."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.anatomy.tissue import load_table
from angiosuite.imaging.acquisition import Acquisition
from angiosuite.imaging.ct_slice import (
    WINDOWS,
    CtScan,
    CtVolume,
    VolumePart,
    bed_section,
    ct_slice,
    hu_per_mg_cm3,
    windowed,
)
from angiosuite.imaging.section import Section

SPACING = 1.5
SECTION = Section("axial", 15.0, (0.0, 0.0, 0.0), 360.0, 5.0)


def body(hu: np.ndarray) -> CtVolume:
    """A stack of like planes of CT numbers, centred on the origin of x and y."""
    water = np.repeat((hu + 1000).astype(np.int16)[None], 24, axis=0)
    rows, columns = hu.shape
    origin = (-0.5 * (columns - 1) * SPACING, -0.5 * (rows - 1) * SPACING, 0.0)
    return CtVolume([VolumePart(water, None, 8.0, origin)], SPACING)


def test_every_label_has_its_ct_number_within_two_hu() -> None:
    tissues = load_table().tissues
    side = 36
    hu = np.zeros((6 * side, 7 * side))
    for k, tissue in enumerate(tissues):
        r, c = divmod(k, 7)
        hu[r * side : (r + 1) * side, c * side : (c + 1) * side] = tissue.hu
    assert len(tissues) <= 42
    # the mean of four slices: the noise of 900 pixels is not what is tested here
    image = np.mean([ct_slice(body(hu), SECTION, CtScan(), Acquisition(number=n)) for n in range(4)], axis=0)
    rows_mm, columns_mm = SECTION.places_mm()
    for k, tissue in enumerate(tissues):
        r, c = divmod(k, 7)
        y, x = ((r + 0.5 - 3) * side - 0.5) * SPACING, ((c + 0.5 - 3.5) * side - 0.5) * SPACING
        if abs(y) > 165 or abs(x) > 165:
            continue
        inside = np.ix_(np.abs(rows_mm - y - 0.75) < 14, np.abs(columns_mm - x - 0.75) < 14)
        assert image[inside].mean() == pytest.approx(tissue.hu, abs=2.0), tissue.id


@pytest.mark.parametrize(("mas", "thickness_mm"), [(200.0, 5.0), (50.0, 5.0), (200.0, 1.25)])
def test_noise_has_the_deviation_that_is_set(mas: float, thickness_mm: float) -> None:
    scan = CtScan(tube_mas=mas, noise_hu=12.0)
    section = Section("axial", 15.0, (0.0, 0.0, 0.0), 360.0, thickness_mm)
    water = body(np.zeros((260, 260)))
    found = np.mean(
        [ct_slice(water, section, scan, Acquisition(number=n))[56:-56, 56:-56].std() for n in range(6)]
    )
    expected = 12.0 * np.sqrt(200.0 / mas * 5.0 / thickness_mm)
    assert scan.deviation_hu(thickness_mm) == pytest.approx(expected)
    assert found == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("peak", [0.30, 0.40, 0.50])
def test_noise_power_is_highest_where_it_is_set(peak: float) -> None:
    scan, water = CtScan(nps_peak_per_mm=peak), body(np.zeros((260, 260)))
    size = 256
    power = np.zeros((size, size))
    for n in range(16):
        part = ct_slice(water, SECTION, scan, Acquisition(number=n))[128:-128, 128:-128].astype(np.float64)
        power += np.abs(np.fft.fft2(part - part.mean())) ** 2
    f = np.hypot(*np.meshgrid(*[np.fft.fftfreq(size, SECTION.pixel_mm)] * 2, indexing="ij"))
    bins = np.arange(0.02, 0.68, 0.02)
    which = np.digitize(f.reshape(-1), bins)
    radial = np.array([power.reshape(-1)[which == k].mean() for k in range(1, len(bins))])
    middle = 0.5 * (bins[1:] + bins[:-1])
    near = radial > 0.85 * radial.max()
    top = np.polyfit(middle[near], radial[near], 2)
    assert -0.5 * top[1] / top[0] == pytest.approx(peak, rel=0.10)
    assert radial[0] < 0.25 * radial.max(), "a ramp: little power at low frequencies"


def test_iodine_adds_its_hu_in_lumens_and_in_tissue() -> None:
    assert 25.0 <= hu_per_mg_cm3("iodine") <= 30.0
    hu = np.full((240, 240), 60.0)
    lumens = np.zeros((2, 512, 512), np.float32)
    lumens[0, 200:300, 200:300], lumens[1, 200:300, 200:300] = 1.0, 10.0
    number = np.ones((10, 130, 130), np.uint8)
    bed = bed_section(SECTION, number, (-193.5, -193.5, 0.0), 3.0, np.array([2.0]))
    assert np.allclose(bed[100:-100, 100:-100], 2.0)
    scan = CtScan(noise_hu=0.0)
    image = ct_slice(body(hu), SECTION, scan, Acquisition(lumens, bed))
    assert image[250, 250] == pytest.approx(45.0 + 10 * hu_per_mg_cm3("iodine"), abs=0.5)
    assert image[100, 250] == pytest.approx(60.0 + 2 * hu_per_mg_cm3("iodine"), abs=0.5)


def test_bone_adds_to_water_and_layers_add_where_they_overlap() -> None:
    water = np.full((20, 240, 240), 1000, np.int16)
    bone = np.full((10, 40, 40), 100, np.uint8)
    origin = (-179.25, -179.25, 0.0)
    at = tuple(o + 100 * SPACING for o in origin[:2])
    layer = VolumePart(np.full((10, 40, 40), -300, np.int16), bone, 8.0, (*at, 7.5))
    volume = CtVolume([VolumePart(water, None, 8.0, origin), layer], SPACING)
    image = volume.hounsfield(SECTION)
    assert image[60, 60] == pytest.approx(0.0, abs=1e-3)
    assert image[256, 256] == pytest.approx(-300 + 800 * hu_per_mg_cm3("cortical-bone"), rel=1e-4)


def test_the_same_key_gives_the_same_slice_and_another_another() -> None:
    water = body(np.zeros((240, 240)))
    one, two, three = (ct_slice(water, SECTION, CtScan(), Acquisition(seed=4, number=n)) for n in (1, 1, 2))
    assert np.array_equal(one, two) and not np.array_equal(one, three)


def test_windows_run_from_black_to_white() -> None:
    soft = WINDOWS["soft-tissue"]
    grey = windowed(np.array([[-1000.0, 50.0, 3000.0]], np.float32), soft)
    assert grey.tolist() == [[0, 127, 255]]
