"""Iodine in tubes on the detector: none is lost or made, whatever the pixel, the joint or the view."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from angiosuite.physics.xray.bolus import Bolus
from angiosuite.physics.xray.contrast_tubes import CentreLine, ContrastTube, ContrastTubes, Stenosis
from angiosuite.physics.xray.cylinders import CylinderLayer
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import Phase
from angiosuite.physics.xray.tube_projector import TubeProjector

FULL = Bolus("trapezoid", 300.0, 0.0, 0.05, 1000.0, 1.0)
NOW = (20.0,)
PIXEL_MM = 0.3


def tube(
    points: object, radius: object, stenoses: tuple[Stenosis, ...] = (), **members: object
) -> ContrastTube:
    at = np.array(points, np.float64)
    radii = np.broadcast_to(np.asarray(radius, np.float64), (len(at),))
    return ContrastTube(
        "tube", CentreLine.through(at, radii, np.ones(len(at)), stenoses), 0.0, 100.0, **members
    )


def parallel(shift_px: tuple[float, float] = (0.0, 0.0), pixels: int = 256) -> BeamGeometry:
    """Rays that are parallel but for 1 in 10^5, along -y, with pixels of 0.3 mm moved by parts of one."""
    move = np.array([shift_px[0], 0.0, shift_px[1]]) * PIXEL_MM
    return BeamGeometry.centred(
        np.array([0, 1e5, 0.0]) + move, np.array([0, -100.0, 0]) + move,
        np.array([PIXEL_MM, 0, 0]), np.array([0, 0, -PIXEL_MM]), pixels, pixels,
    )  # fmt: skip


def grams(tubes: ContrastTubes, geometry: BeamGeometry) -> float:
    """Iodine on the detector of a parallel beam, g."""
    layer = TubeProjector(tubes).mass(geometry, Phase(), NOW)
    return 0.0 if layer is None else float(layer.mass.sum(dtype=np.float64)) * (0.1 * PIXEL_MM) ** 2


def volume_ml(line: CentreLine) -> float:
    a, b = line.radius_mm[:-1], line.radius_mm[1:]
    length = np.linalg.norm(np.diff(line.points_mm, axis=0), axis=1)
    return float((np.pi / 3 * length * (a * a + a * b + b * b)).sum()) * 1e-3


@pytest.mark.parametrize("radius_mm", [0.2, 0.5, 0.75, 1.5, 4.0])
def test_iodine_is_kept_within_one_percent_whatever_the_phase_of_the_pixels(radius_mm: float) -> None:
    draw = np.random.default_rng(1)
    for turn_deg in (0, 11, 30, 45, 90):
        a = np.deg2rad(turn_deg)
        end = 20 * np.array([np.cos(a), 0.3 * np.sin(3 * a), np.sin(a)])
        tubes = ContrastTubes((tube([-end, end], radius_mm),), FULL)
        expected = 0.3 * volume_ml(tubes.tubes[0].line)
        for shift_px in draw.random((3, 2)):
            assert grams(tubes, parallel(tuple(shift_px))) == pytest.approx(expected, rel=0.01)


def test_bends_tapers_and_stenoses_keep_their_iodine() -> None:
    bent = tube([[-25, 0, 0], [-5, 8, 8], [10, 2, 18], [25, 0, 20]], [3, 2.5, 2, 1], (Stenosis(30, 14, 0.7),))
    assert grams(ContrastTubes((bent,), FULL), parallel()) == pytest.approx(
        0.3 * volume_ml(bent.line), rel=0.01
    )


def test_where_a_branch_leaves_the_shared_room_counts_once() -> None:
    trunk, branch = tube([[0, 0, -25], [0, 0, 25]], 5.0), tube([[0, 0, 0], [30, 0, 0]], 2.0)
    both = grams(ContrastTubes((trunk, branch), FULL), parallel())
    across = np.linspace(-2, 2, 4001)
    shared = np.trapezoid(2 * np.sqrt(4 - across**2) * np.sqrt(25 - across**2), across) * 1e-3
    expected = 0.3 * (volume_ml(trunk.line) + volume_ml(branch.line) - shared)
    assert both == pytest.approx(expected, rel=0.005)
    layer = TubeProjector(ContrastTubes((trunk, branch), FULL)).mass(parallel(), Phase(), NOW)
    assert layer is not None
    assert layer.mass.max() <= 0.3 * 1.0 * 1.002, "no ray sees more than the trunk's diameter"


def test_chords_are_those_of_cylinders(arm: Callable[..., BeamGeometry]) -> None:
    geometry = arm(30, 15, rows=160, side_mm=200.0)
    one = tube([[-20, 5, -40], [10, -5, 0], [15, 0, 45]], 9.0)
    layer = TubeProjector(ContrastTubes((one,), FULL)).mass(geometry, Phase(), NOW)
    peer = CylinderLayer("peer", one.line.points_mm, 9.0, (("iodine", 0.3),)).mass(geometry, Phase())
    assert layer is not None and peer is not None
    images = []
    for result in (layer, peer):
        image = {"iodine": np.zeros((160, 160), np.float32)}
        result.add_to(image)
        images.append(image["iodine"])
    inside = images[1] > 0.1
    assert inside.sum() > 1000
    assert np.abs(images[0] - images[1])[inside].max() < 0.06
    assert images[0].sum() == pytest.approx(images[1].sum(), rel=0.003)


def test_no_bead_and_no_gap_at_the_joints() -> None:
    turn = np.linspace(-0.7, 0.7, 9)
    bow = tube(np.stack([60 * np.sin(turn), 0 * turn, 60 * np.cos(turn) - 50], axis=1), 2.0)
    layer = TubeProjector(ContrastTubes((bow,), FULL)).mass(parallel(), Phase(), NOW)
    assert layer is not None
    columns = layer.mass[0].sum(axis=0, dtype=np.float64)
    middle = columns[20:-20]
    angle = np.arcsin(np.clip((np.arange(len(columns)) - (len(columns) - 1) / 2) * PIXEL_MM / 60, -1, 1))
    ripple = middle * np.cos(angle[20:-20])
    assert np.ptp(ripple) / ripple.mean() < 0.03


def test_a_kept_view_gives_the_bytes_of_a_fresh_one_and_threads_change_nothing(
    arm: Callable[..., BeamGeometry], spare_threads: Callable[[int], None]
) -> None:
    tubes = ContrastTubes(
        (tube([[0, 0, -40], [5, 0, 40]], 5.0), tube([[2, 0, 0], [40, 10, 20]], [2.0, 0.4])), FULL
    )
    kept = TubeProjector(tubes)
    for lao_deg, age in ((0, 0.3), (0, 0.6), (30, 0.6), (0, 0.6)):
        found = []
        for threads in (1, 2, 3):
            spare_threads(threads)
            fresh = TubeProjector(tubes).mass(arm(lao_deg), Phase(), (age,))
            assert fresh is not None
            found.append((fresh.window, fresh.mass.tobytes()))
        again = kept.mass(arm(lao_deg), Phase(), (age,))
        assert again is not None
        assert found == [(again.window, again.mass.tobytes())] * 3


def test_it_moves_with_its_organ(arm: Callable[..., BeamGeometry]) -> None:
    def down(breath_mm: float, cardiac_phase: float) -> np.ndarray:
        affine = np.eye(4)
        affine[2, 3] = -breath_mm
        return affine

    moving = TubeProjector(ContrastTubes((tube([[-20, 0, 0], [20, 0, 0]], 2.0, motion=down),), FULL))
    rows = []
    for breath_mm in (0.0, 12.0):
        layer = moving.mass(arm(), Phase(breath_mm), NOW)
        assert layer is not None
        weight = layer.mass[0].sum(axis=1, dtype=np.float64)
        rows.append(layer.window[0] + float((weight * np.arange(len(weight))).sum() / weight.sum()))
    assert rows[1] - rows[0] == pytest.approx(12.0 * 1000 / 750 / (300 / 96), rel=0.01)


def test_what_is_out_of_the_field_or_over_is_none(arm: Callable[..., BeamGeometry]) -> None:
    away = TubeProjector(ContrastTubes((tube([[900, 0, 0], [940, 0, 0]], 2.0),), FULL))
    here = TubeProjector(ContrastTubes((tube([[-20, 0, 0], [20, 0, 0]], 2.0),), FULL))
    assert away.mass(arm(), Phase(), NOW) is None
    assert here.mass(arm(), Phase(), ()) is None
    assert here.mass(arm(), Phase(), (5000.0,)) is None
    assert here.mass(arm(), Phase(), NOW) is not None
