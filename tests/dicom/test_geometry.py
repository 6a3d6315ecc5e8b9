"""However a series lies, its marks are found where they were in the patient, within half a voxel."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.dicom import CtVolume, read_ct

RIGHT_HANDED = [
    (axes, signs)
    for axes, signs in product(permutations(range(3)), product((1, -1), repeat=3))
    if np.linalg.det(np.eye(3)[:, axes] * signs) > 0
]
"""The 24 ways in which rows, columns and slices can lie along the patient's axes."""
COUNT, ROWS, COLUMNS = 24, 40, 44


def frame(turn: tuple, tilt_deg: float, kind: str) -> np.ndarray:
    """Columns: unit directions of slices, rows' index (down) and columns' index (across)."""
    axes, signs = turn
    across, down, normal = (np.eye(3)[:, axis] * sign for axis, sign in zip(axes, signs, strict=True))
    angle = np.radians(tilt_deg)
    leaning = np.cos(angle) * down + np.sin(angle) * normal
    straight = np.cos(angle) * normal - np.sin(angle) * down
    along = {"true": straight, "sheared": normal}[kind]
    return np.column_stack([along, leaning, across])


def marks_mm(directions: np.ndarray, spacing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First voxel, and places of three balls well inside the stack."""
    first = np.array([-30.0, 45.0, -210.0])
    shares = np.array([[0.3, 0.35, 0.3], [0.5, 0.6, 0.7], [0.7, 0.3, 0.55]])
    indices = shares * (np.array([COUNT, ROWS, COLUMNS]) - 1)
    return first, first + indices * spacing @ directions.T


def phantom(
    along_mm: np.ndarray, directions: np.ndarray, spacing: np.ndarray, radius_mm: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """HU (k, row, column) of balls of 1000 HU in soft tissue in air; centres and first voxel in mm."""
    first, marks = marks_mm(directions, spacing)
    row, column = np.arange(ROWS) * spacing[1], np.arange(COLUMNS) * spacing[2]
    k, j, i = np.meshgrid(along_mm, row, column, indexing="ij")
    places = first + np.stack([k, j, i], axis=-1) @ directions.T
    hu = np.full(k.shape, -1000.0)
    inner = (slice(None), slice(4, -4), slice(4, -4))
    hu[inner] = 40.0
    for mark in marks:
        r = np.linalg.norm(places - mark, axis=-1)
        hu = np.where(r < radius_mm, np.maximum(hu, 40 + 1000 * (1 - (r / radius_mm) ** 2)), hu)
    return np.rint(hu).astype(np.int16), marks, first


def check_marks(volume: CtVolume, marks: np.ndarray, radius_mm: float) -> None:
    spacing = np.array(volume.spacing_zyx_mm[::-1])
    origin = np.array(volume.origin_mm)
    z, y, x = np.meshgrid(*(np.arange(n) for n in volume.hu.shape), indexing="ij")
    places = origin + np.stack([x, y, z], axis=-1) * spacing
    weight = np.clip(volume.hu.astype(float) - 45.0, 0, None)
    for mark in marks:
        near = weight * (np.linalg.norm(places - mark, axis=-1) < 1.3 * radius_mm)
        assert near.sum() > 0
        centre = (places * near[..., None]).sum(axis=(0, 1, 2)) / near.sum()
        assert np.all(np.abs(centre - mark) <= 0.5 * spacing), (centre, mark, spacing)


@settings(max_examples=14)
@given(
    turn=st.sampled_from(RIGHT_HANDED),
    tilt_deg=st.sampled_from([0.0, 0.2, -1.0, 3.0, -12.0, 20.0, 28.0]),
    kind=st.sampled_from(["true", "sheared"]),
    spacing=st.tuples(st.floats(2.0, 4.0), st.floats(1.5, 3.0), st.floats(1.5, 3.0)),
    missing=st.sets(st.integers(2, COUNT - 3), max_size=1),
    seed=st.integers(0, 99),
)
def test_marks_of_any_series_are_read_within_half_a_voxel(
    synthetic: ModuleType,
    turn: tuple,
    tilt_deg: float,
    kind: str,
    spacing: tuple[float, float, float],
    missing: set[int],
    seed: int,
) -> None:
    directions, sizes = frame(turn, tilt_deg, kind), np.array(spacing)
    radius = 3.2 * max(spacing)
    hu, marks, first = phantom(np.arange(COUNT) * sizes[0], directions, sizes, radius)

    def change(one, index):
        if index in missing:
            return None
        one.ImageOrientationPatient = [f"{v:.9f}" for v in (*directions[:, 2], *directions[:, 1])]
        one.ImagePositionPatient = [f"{v:.6f}" for v in first + directions[:, 0] * sizes[0] * index]
        one.PixelSpacing = [f"{sizes[1]:.9f}", f"{sizes[2]:.9f}"]
        return one

    order = np.random.default_rng(seed).permutation(COUNT)
    with TemporaryDirectory() as folder:
        volume = read_ct(synthetic.write_ct(Path(folder) / "ct", hu, change, order=order))
    check_marks(volume, marks, radius)
    said = " ".join(volume.notices)
    assert ("bridged" in said) == bool(missing)
    assert ("straightened" in said) == (abs(tilt_deg) > 0.5)


@settings(max_examples=6)
@given(st.lists(st.sampled_from([2.0, 3.0, 4.0]), min_size=COUNT - 1, max_size=COUNT - 1))
def test_uneven_slices_are_resampled_evenly(synthetic: ModuleType, gaps: list[float]) -> None:
    along = np.concatenate([[0.0], np.cumsum(gaps)])
    sizes = np.array([along[-1] / (COUNT - 1), 2.0, 2.0])
    directions = np.column_stack([[0, 0, 1.0], [0, 1.0, 0], [1.0, 0, 0]])
    hu, marks, first = phantom(along, directions, sizes, 12.0)

    def change(one, index):
        one.ImagePositionPatient = [*first[:2], first[2] + along[index]]
        one.PixelSpacing = [2.0, 2.0]
        return one

    with TemporaryDirectory() as folder:
        volume = read_ct(synthetic.write_ct(Path(folder) / "ct", hu, change))
    height = volume.spacing_zyx_mm[0] * (len(volume.hu) - 1)
    assert height == pytest.approx(along[-1])
    check_marks(volume, marks, 12.0)


@settings(max_examples=10)
@given(
    turn=st.sampled_from(RIGHT_HANDED),
    tilt_deg=st.sampled_from([0.0, 5.0, 33.0]),
    kind=st.sampled_from(["true", "sheared"]),
    dtype=st.sampled_from([np.int16, np.int32, np.float32]),
)
def test_marks_of_any_nifti_are_read_within_half_a_voxel(
    turn: tuple, tilt_deg: float, kind: str, dtype: type
) -> None:
    sizes = np.array([2.5, 2.0, 2.0])
    directions = frame(turn, tilt_deg, kind)
    hu, marks, first = phantom(np.arange(COUNT) * sizes[0], directions, sizes, 10.0)
    affine = np.eye(4)
    affine[:3, :3] = (directions * sizes)[:, ::-1]
    affine[:3, 3] = first
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ct.nii.gz"
        image = nibabel.Nifti1Image(hu.transpose(2, 1, 0).astype(dtype), np.diag([-1, -1, 1, 1]) @ affine)
        nibabel.save(image, path)
        check_marks(read_ct(path), marks, 10.0)


@pytest.mark.parametrize("missing", [(9,), (9, 14)])
def test_missing_slices_are_bridged_and_counted(
    tmp_path: Path, synthetic: ModuleType, missing: tuple[int, ...]
) -> None:
    folder = synthetic.write_ct(tmp_path / "ct", change=lambda one, i: None if i in missing else one)
    volume = read_ct(folder)
    truth = np.maximum(synthetic.trunk(), -1024).astype(float)
    kept = [i for i in range(synthetic.SLICES) if i not in missing]
    assert np.array_equal(volume.hu[kept], truth[kept])
    for index in missing:
        assert np.abs(volume.hu[index] - (truth[index - 1] + truth[index + 1]) / 2).max() <= 0.5
    plural = "s" if len(missing) > 1 else ""
    assert volume.notices == (f"{len(missing)} missing slice{plural} bridged by interpolation",)


def test_copies_are_left_out_and_counted(tmp_path: Path, synthetic: ModuleType) -> None:
    folder = synthetic.write_ct(tmp_path / "ct")
    for name in ("0003", "0017"):
        (folder / f"again-{name}.dcm").write_bytes((folder / f"quellwasser-{name}.dcm").read_bytes())
    volume = read_ct(folder)
    assert np.array_equal(volume.hu, np.maximum(synthetic.trunk(), -1024))
    assert volume.notices == ("2 copies of slices left out",)


def test_a_tilt_in_the_tag_alone_is_said_and_the_slices_are_read_as_they_lie(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    def change(one, index):
        one.GantryDetectorTilt = 12.0
        return one

    volume = read_ct(synthetic.write_ct(tmp_path / "ct", change=change))
    assert np.array_equal(volume.hu, np.maximum(synthetic.trunk(), -1024))
    assert "12.0 degrees" in volume.notices[0]


def test_padding_in_a_range_becomes_air_and_padding_that_would_be_tissue_does_not(
    tmp_path: Path, synthetic: ModuleType
) -> None:
    def padded(one, index):
        stored = (synthetic.trunk()[index].astype(np.int32) + 1024).astype("<u2")
        stored[:4] = 5 + index % 3
        one.PixelPaddingValue, one.PixelPaddingRangeLimit = 5, 7
        one.RescaleIntercept = -1024
        one.PixelData = stored.tobytes()
        return one

    def believed(one, index):
        one.PixelPaddingValue = 1024 + 45
        return one

    assert np.all(read_ct(synthetic.write_ct(tmp_path / "a", change=padded)).hu[:, :4] == -1024)
    volume = read_ct(synthetic.write_ct(tmp_path / "b", change=believed))
    assert np.array_equal(volume.hu, np.maximum(synthetic.trunk(), -1024))
