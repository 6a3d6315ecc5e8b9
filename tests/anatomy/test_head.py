"""Heads: found by skull or jaw, and what is kept of them draws no face."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.anatomy.findings import CtBody
from angiosuite.anatomy.from_ct import body_from_hu

Scan = Any


def _made(scan: Scan, **hints: bool) -> CtBody:
    return body_from_hu(scan.hu, scan.origin_mm, scan.spacing_zyx_mm, "head", **hints)


def _density(made: CtBody) -> NDArray[np.float64]:
    still = made.body.layers[0]
    assert len(made.body.layers) == 1
    return still.water_mg_cm3 + 8.0 * still.bone_mg_cm3  # type: ignore[operator]


def _surface(density: NDArray[np.float64], spacing_mm: float) -> NDArray[np.float64]:
    """Depth (mm) of the first tissue from the front, NaN where a ray misses."""
    solid = density > 500.0
    return np.where(solid.any(1), solid.argmax(1) * spacing_mm, np.nan)


@pytest.fixture(scope="module")
def faces(shapes: ModuleType) -> tuple[Scan, Scan]:
    return shapes.head(11), shapes.head(12)


@pytest.fixture(scope="module")
def made(faces: tuple[Scan, Scan]) -> tuple[CtBody, CtBody]:
    first, second = (_made(scan) for scan in faces)
    return first, second


def test_a_head_is_found_and_said_and_does_not_breathe(made: tuple[CtBody, CtBody]) -> None:
    for body in made:
        assert body.findings.is_head and any("no face is kept" in text for text in body.findings.notices)
        assert [layer.name for layer in body.body.layers] == ["still"]
        assert body.opacified is None


def test_the_drawn_faces_differ(faces: tuple[Scan, Scan]) -> None:
    first, second = (_surface(scan.hu + 1000.0, 2.0) for scan in faces)
    assert np.nanmax(np.abs(first - second)) > 8.0


def test_two_faces_over_one_skull_leave_the_same_surface(made: tuple[CtBody, CtBody]) -> None:
    first, second = (_surface(_density(body), body.body.layers[0].spacing_mm) for body in made)
    assert first.shape == second.shape
    assert (np.isnan(first) == np.isnan(second)).all()
    assert np.nanmax(np.abs(first - second)) < made[0].body.layers[0].spacing_mm


def test_the_surface_is_as_far_from_its_own_face_as_from_another(
    faces: tuple[Scan, Scan], made: tuple[CtBody, CtBody]
) -> None:
    kept = _density(made[0])
    layer = made[0].body.layers[0]
    distances = []
    for scan in faces:
        rows = [np.rint((layer.origin_mm[2 - k] - scan.origin_mm[2 - k]) / 2.0).astype(int) for k in (1, 2)]
        profile = scan.hu[:, max(rows[0], 0) :, max(rows[1], 0) :] + 1000.0
        z = np.clip(
            np.rint((np.arange(layer.shape[0]) * layer.spacing_mm) / 2.5).astype(int), 0, len(scan.hu) - 1
        )
        x = np.clip(
            np.rint(np.arange(layer.shape[2]) * layer.spacing_mm / 2.0).astype(int), 0, profile.shape[2] - 1
        )
        face = _surface(profile, 2.0)[np.ix_(z, x)]
        distances.append(np.nanmean(np.abs(face - _surface(kept, layer.spacing_mm))))
    assert distances[0] == pytest.approx(distances[1], rel=0.5)


def test_the_surface_is_convex_across_the_face(made: tuple[CtBody, CtBody]) -> None:
    layer = made[0].body.layers[0]
    surface = _surface(_density(made[0]), layer.spacing_mm)
    for row in surface[20:-20:4]:
        line = row[~np.isnan(row)]
        chord = 0.5 * (line[:-16] + line[16:])
        assert (line[8:-8] <= chord + 1.5 * layer.spacing_mm).all()


def test_skull_and_brain_stay(made: tuple[CtBody, CtBody], faces: tuple[Scan, Scan]) -> None:
    layer = made[0].body.layers[0]
    density = _density(made[0])
    crown = np.rint((np.array([0.0, 0.0, 0.0]) - layer.origin_mm) / layer.spacing_mm).astype(int)
    assert density[crown[2], crown[1], crown[0]] == pytest.approx(1036.0, abs=25.0)
    bone = layer.bone_mg_cm3
    assert bone is not None
    expected = ((faces[0].hu > 600) & (faces[0].axes()[0] > 0)).sum() * 10.0
    upper = bone[crown[2] :]
    assert (upper > 60).sum() * layer.spacing_mm**3 == pytest.approx(expected, rel=0.4)


def test_a_jaw_at_the_top_of_a_scan_is_a_face_too(shapes: ModuleType) -> None:
    assert _made(shapes.head(11, highest_mm=-66.0)).findings.is_head


def test_a_neck_is_no_head(shapes: ModuleType) -> None:
    assert not _made(shapes.head(11, highest_mm=-114.0)).findings.is_head
