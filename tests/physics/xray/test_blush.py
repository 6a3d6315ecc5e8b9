"""Blush of beds: no iodine is lost or made, it moves with its organ, and a kept path changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.blush import Blush
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import Phase

SPACING_MM = 2.0
SHAPE = (60, 50, 60)
ORIGIN_MM = tuple(-(n - 1) / 2 * SPACING_MM for n in SHAPE[::-1])
CONCENTRATIONS = np.array([0.004, 0.010, 0.0])


@pytest.fixture(scope="module")
def beds() -> NDArray[np.uint8]:
    """A shell, a kidney in it, and a bed that is never filled."""
    z, y, x = np.meshgrid(*((np.arange(n) - (n - 1) / 2) * SPACING_MM for n in SHAPE), indexing="ij")
    number = np.zeros(SHAPE, np.uint8)
    number[(x / 55) ** 2 + (y / 45) ** 2 + (z / 55) ** 2 < 1] = 1
    number[((x - 10) / 15) ** 2 + (y / 15) ** 2 + ((z + 5) / 28) ** 2 < 1] = 2
    number[((x + 30) / 10) ** 2 + (y / 12) ** 2 + (z / 10) ** 2 < 1] = 3
    return number


def blush(number: NDArray[np.uint8], moves: bool = False) -> Blush:
    def down(breath_mm: float, cardiac_phase: float) -> NDArray[np.float64]:
        affine = np.eye(4)
        affine[2, 3] = -breath_mm
        return affine

    return Blush(number, ORIGIN_MM, SPACING_MM, (None, down if moves else None, None))


def parallel(lao_deg: float, pixel_mm: float) -> BeamGeometry:
    a, pixels = np.deg2rad(lao_deg), int(160 / pixel_mm)
    along, across = np.array([-np.sin(a), np.cos(a), 0]), np.array([np.cos(a), np.sin(a), 0])
    return BeamGeometry.centred(
        1e5 * along, -100.0 * along, pixel_mm * across, np.array([0, 0, -pixel_mm]), pixels, pixels
    )


@pytest.mark.parametrize("pixel_mm", [0.25, 0.4, 1.0])
@pytest.mark.parametrize("lao_deg", [0, 35, 90])
def test_the_iodine_of_the_beds_is_on_the_detector(
    beds: NDArray[np.uint8], lao_deg: float, pixel_mm: float
) -> None:
    layer = blush(beds).mass(parallel(lao_deg, pixel_mm), Phase(), CONCENTRATIONS)
    assert layer is not None
    grams = float(layer.mass.sum(dtype=np.float64)) * (0.1 * pixel_mm / 1.001) ** 2
    voxels = np.bincount(beds.reshape(-1), minlength=4)[1:]
    assert grams == pytest.approx(float((voxels * CONCENTRATIONS).sum()) * (0.1 * SPACING_MM) ** 3, rel=2e-3)


def test_a_picture_is_a_sum_over_beds(beds: NDArray[np.uint8], arm: Callable[..., BeamGeometry]) -> None:
    images = []
    for concentrations in (CONCENTRATIONS, CONCENTRATIONS * [1, 0, 1], CONCENTRATIONS * [0, 1, 1]):
        image = {"iodine": np.zeros((96, 96), np.float32)}
        layer = blush(beds).mass(arm(20), Phase(), concentrations)
        assert layer is not None
        layer.add_to(image)
        images.append(image["iodine"])
    assert np.allclose(images[0], images[1] + images[2], atol=1e-6)


def test_kept_paths_give_the_bytes_of_fresh_ones(
    beds: NDArray[np.uint8], arm: Callable[..., BeamGeometry]
) -> None:
    kept = blush(beds, moves=True)
    for lao_deg, breath_mm, share in ((0, 0, 0.5), (0, 3, 1), (0, 3, 2), (15, 0, 1), (0, 3, 1)):
        given = arm(lao_deg), Phase(breath_mm), share * CONCENTRATIONS
        one, two = kept.mass(*given), blush(beds, moves=True).mass(*given)
        assert one is not None and two is not None
        assert (one.window, one.mass.tobytes()) == (two.window, two.mass.tobytes())


def test_a_bed_moves_with_its_organ(beds: NDArray[np.uint8], arm: Callable[..., BeamGeometry]) -> None:
    moving, rows = blush(beds, moves=True), []
    for breath_mm in (0.0, 12.0):
        layer = moving.mass(arm(), Phase(breath_mm), np.array([0.0, 0.01, 0.0]))
        assert layer is not None
        weight = layer.mass[0].sum(axis=1, dtype=np.float64)
        rows.append(layer.window[0] + float((weight * np.arange(len(weight))).sum() / weight.sum()))
    assert rows[1] - rows[0] == pytest.approx(12.0 * 1000 / 750 / (300 / 96), rel=0.01)


def test_draft_keeps_the_iodine(beds: NDArray[np.uint8], arm: Callable[..., BeamGeometry]) -> None:
    full = blush(beds).mass(arm(30, 10), Phase(), CONCENTRATIONS)
    draft = blush(beds).mass(arm(30, 10), Phase(), CONCENTRATIONS, "draft")
    assert full is not None and draft is not None
    assert draft.mass.sum(dtype=np.float64) == pytest.approx(full.mass.sum(dtype=np.float64), rel=0.005)


def test_nothing_to_see_is_none_and_a_wrong_count_is_refused(
    beds: NDArray[np.uint8], arm: Callable[..., BeamGeometry]
) -> None:
    assert blush(beds).mass(arm(), Phase(), np.zeros(3)) is None
    with pytest.raises(WrongUse, match="concentration"):
        blush(beds).mass(arm(), Phase(), np.zeros(2))
    with pytest.raises(WrongUse, match="motion"):
        Blush(beds, ORIGIN_MM, SPACING_MM, (None,))


@pytest.mark.parametrize("breath_mm", [1.0, 1.9, 5.9])
def test_between_its_stages_a_bed_is_where_its_organ_is_and_keeps_its_iodine(
    beds: NDArray[np.uint8], arm: Callable[..., BeamGeometry], breath_mm: float
) -> None:
    iodine, geometry = np.array([0.0, 0.01, 0.0]), arm(25, 10, rows=256)
    moved = blush(beds, moves=True).mass(geometry, Phase(breath_mm), iodine)
    x, y, z = ORIGIN_MM
    there = Blush(beds, (x, y, z - breath_mm), SPACING_MM, (None, None, None)).mass(geometry, Phase(), iodine)
    assert moved is not None and there is not None
    images = []
    for layer in (moved, there):
        image = {"iodine": np.zeros((256, 256), np.float32)}
        layer.add_to(image)
        images.append(image["iodine"].astype(np.float64))
    assert images[0].sum() == pytest.approx(images[1].sum(), rel=0.003)
    places = [(image.sum(axis=1) * np.arange(256)).sum() / image.sum() for image in images]
    assert places[0] == pytest.approx(places[1], abs=0.05)
    assert np.abs(images[0] - images[1]).max() < 0.06 * images[1].max()
