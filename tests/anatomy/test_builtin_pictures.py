"""Acceptance of the built-in patient's projection: edges, motion, no lines, and a real CT beside it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from angiosuite.anatomy.body import Body, BodyLayer, layer_affine
from angiosuite.anatomy.builtin import Painter, PatientParameters
from angiosuite.anatomy.labelsource import BaseBody
from angiosuite.anatomy.physique import physique_of


@pytest.mark.parametrize("lao_deg", [0.0, 30.0, 90.0])
@pytest.mark.parametrize("side", ["right", "left"])
def test_the_dome_moves_in_the_picture_by_the_commanded_millimetres_times_magnification(
    coarse: Body, lao_deg: float, side: str
) -> None:
    dome = np.array(coarse.landmarks[f"dome-{side}"])
    layer = coarse.layer("abdomen")
    command_mm = 20.0
    moved = layer_affine(layer.motion, command_mm, 0.0) @ np.append(dome, 1.0)
    angle = np.deg2rad(lao_deg)
    ahead = np.array([np.sin(angle), -np.cos(angle), 0.0])
    centre = np.array(coarse.landmarks["t10"])
    source = centre - 735.0 * ahead

    def height(point: NDArray[np.float64]) -> float:
        return float((point[2] - source[2]) * 1050.0 / ((point - source) @ ahead))

    magnification = 1050.0 / float((dome - source) @ ahead)
    assert height(dome) - height(moved[:3]) == pytest.approx(command_mm * magnification, rel=0.05)


def test_the_edge_of_the_right_dome_follows_breathing_in_the_picture(
    coarse: Body, march: SimpleNamespace
) -> None:
    x, y, z = coarse.landmarks["dome-right"]
    edges = {}
    for breath_mm in (0.0, 12.0, 24.0):
        water, bone = march.view(
            coarse, (x, y, z - 10.0), breath_mm=breath_mm, size=64, pixel_mm=2.0, step_mm=4.0
        )
        strip = march.log_image(water, 0 * bone)[:, 24:40].mean(1)
        edges[breath_mm] = _edge_row(strip) * 2.0
    magnification = 1050.0 / 735.0
    for breath_mm in (12.0, 24.0):
        assert edges[breath_mm] - edges[0.0] == pytest.approx(breath_mm * magnification, rel=0.12)


def _edge_row(strip: NDArray[np.float64]) -> float:
    """Row (fraction) where the steepest rise of a profile lies, from its slope's centroid."""
    slope = np.gradient(ndimage.gaussian_filter1d(strip, 1.2))
    top = int(slope.argmax())
    part = slice(max(top - 3, 0), top + 4)
    weight = np.maximum(slope[part], 0)
    return float((np.arange(part.start, part.start + len(weight)) * weight).sum() / weight.sum())


@pytest.mark.parametrize("breath_mm", [10.0, 25.0, 40.0])
def test_breathing_leaves_no_line_at_the_lower_end_of_the_moving_layers(
    coarse: Body, march: SimpleNamespace, breath_mm: float
) -> None:
    x, y, z = coarse.landmarks["l4"]
    rest = march.log_image(*march.view(coarse, (x, y - 30, z), size=96, pixel_mm=2.4, step_mm=4.0))
    deep = march.log_image(
        *march.view(coarse, (x, y - 30, z), size=96, pixel_mm=2.4, step_mm=4.0, breath_mm=breath_mm)
    )
    change = (deep - rest)[:, 24:72].mean(1)
    assert np.abs(change).max() < 0.75  # the belly deepens, it does not turn opaque
    assert np.abs(np.diff(change)).max() < 0.04
    assert np.abs(np.diff(change, 2)).max() < 0.02 + 0.0008 * breath_mm


def test_row_and_column_means_show_no_lines(coarse: Body, march: SimpleNamespace) -> None:
    for mark in ("l3", "l5"):
        x, y, z = coarse.landmarks[mark]
        water, _ = march.view(coarse, (x, y - 30, z), size=128, pixel_mm=1.8, step_mm=3.0)
        picture = water[8:-8, 16:-16]
        high = picture - ndimage.gaussian_filter(picture, 20.0)
        for axis in (0, 1):
            line = high.mean(axis)
            line = line - ndimage.gaussian_filter1d(line, 6.0)
            spread = 1.4826 * np.median(np.abs(line - np.median(line))) + 1e-3
            assert np.abs(line - np.median(line)).max() < 6.0 * max(spread, 0.03)


@pytest.fixture(scope="module")
def fine_l3(reference: BaseBody) -> tuple[Body, tuple[float, float, float]]:
    """Slices about L3 of the default patient at 1.2 mm."""
    painter = Painter(reference, physique_of(PatientParameters()), 1.2)
    mark = physique_of(PatientParameters()).to_world(reference.landmarks_mm["l3"], reference.midline_mm)
    row = round((mark[2] - painter.origin[2]) / 1.2)
    painter.run(2, lambda step, fraction: None, lambda: False, (row - 32, row + 32))
    first = row - 30
    x, y, z = painter.origin
    layer = BodyLayer(
        "still", painter.still[first : row + 30], painter.bone[first : row + 30], (x, y, z + 1.2 * first), 1.2
    )
    return Body("fine", "", (layer,)), mark


def test_end_plate_lines_are_at_most_1_8_mm_wide_at_1_2_mm_voxels(
    fine_l3: tuple[Body, tuple[float, float, float]], march: SimpleNamespace
) -> None:
    body, mark = fine_l3
    centre = (mark[0], mark[1], mark[2])
    _, bone = march.view(body, centre, size=160, pixel_mm=0.5, step_mm=0.8)
    iso_mm = 0.5 * 735.0 / 1050.0
    widths = []
    for column in range(40, 120, 4):
        profile = bone[:, column : column + 3].mean(1)
        line = profile - ndimage.gaussian_filter1d(profile, 9.0)
        for peak in np.flatnonzero((line[1:-1] > line[:-2]) & (line[1:-1] > line[2:])) + 1:
            if line[peak] > 0.45 * line.max() and 8 < peak < 152:
                half = line > line[peak] / 2
                low, high = peak, peak
                while half[low]:
                    low -= 1
                while half[high]:
                    high += 1
                widths.append((high - low - 1) * iso_mm)
    assert widths and np.quantile(widths, 0.3) <= 1.8


@pytest.mark.ci
def test_bone_and_texture_resemble_a_real_ct_in_the_same_view(
    shared_data: Path, reference: BaseBody, march: SimpleNamespace
) -> None:
    from angiosuite.anatomy.from_ct import body_from_hu
    from angiosuite.dicom import read_ct

    path = shared_data / "data" / "ct-abdomen-portal-venous" / "hcc048-portal-venous.zip"
    if not path.exists():
        pytest.skip("the portal-venous CT is not there")
    volume = read_ct(path, lambda step, fraction: None, lambda: False)
    real = body_from_hu(volume.hu, volume.origin_mm, volume.spacing_zyx_mm, "real").body
    spine = real.landmarks["spine"]
    painter = Painter(reference, physique_of(PatientParameters()), 1.5)
    physique = physique_of(PatientParameters())
    mark = physique.to_world(reference.landmarks_mm["l1"], reference.midline_mm)
    row = round((mark[2] - painter.origin[2]) / 1.5)
    painter.run(2, lambda step, fraction: None, lambda: False, (row - 75, row + 75))
    body = painter.body()
    ours_water, ours_bone = march.view(body, (mark[0], mark[1] - 20.0, mark[2]), pixel_mm=1.0, step_mm=1.5)
    real_water, real_bone = march.view(real, (spine[0], spine[1] - 30.0, spine[2]), pixel_mm=1.0, step_mm=1.5)
    middle = slice(44, 84)
    for share in (0.5, 0.9):
        ratio = np.quantile(ours_bone[:, middle], share) / np.quantile(real_bone[:, middle], share)
        assert 0.7 <= ratio <= 1.5, f"bone path at {share}: {ratio:.2f}"
    images = [
        march.log_image(w, b)[4:-4, 4:-4] for w, b in ((ours_water, ours_bone), (real_water, real_bone))
    ]
    quantiles = np.linspace(0.01, 0.99, 99)
    shapes = [np.quantile((i - i.mean()) / i.std(), quantiles) for i in images]
    assert np.abs(shapes[0] - shapes[1]).mean() < 0.35
    profile = ndimage.gaussian_filter1d(ours_bone[:, 38:90].mean(0), 1.5)
    half = len(profile) // 2
    centre = profile[half - 3 : half + 4].mean()
    assert profile[: half - 4].max() > centre * 0.95 and profile[half + 4 :].max() > centre * 0.95
