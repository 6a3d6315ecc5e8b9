"""A catheter's shadow: its wall weighs what it weighs, its lumen fills, its tip has its shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.catheter_shadow import BARIUM_WALL, CatheterShadow, bent, with_tip
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.transmission import Transmissions

OUTER_MM, INNER_MM, PIXEL_MM = 0.835, 0.585, 0.3
COURSE = np.stack([np.zeros(31), np.zeros(31), np.linspace(-30.0, 30.0, 31)], axis=1)


def parallel() -> BeamGeometry:
    return BeamGeometry.centred(
        np.array([0, 1e5, 0.0]), np.array([0, -50.0, 0]), np.array([PIXEL_MM, 0, 0]),
        np.array([0, 0, -PIXEL_MM]), 256, 256,
    )  # fmt: skip


def test_wall_and_filled_lumen_weigh_what_their_volumes_do() -> None:
    layer = CatheterShadow(OUTER_MM, INNER_MM).mass(parallel(), COURSE, 0.3)
    assert layer is not None and layer.materials == ("csi", "iodine")
    grams = layer.mass.sum(axis=(1, 2), dtype=np.float64) * (0.1 * PIXEL_MM) ** 2
    ring, hole = np.pi * (OUTER_MM**2 - INNER_MM**2) * 0.06, np.pi * INNER_MM**2 * 0.06
    assert grams == pytest.approx([BARIUM_WALL[0][1] * ring, 0.3 * hole], rel=0.01)


def test_in_an_opacified_vessel_it_is_a_filling_defect() -> None:
    layer = CatheterShadow(OUTER_MM, INNER_MM).mass(parallel(), COURSE, 0.0, 0.2)
    assert layer is not None
    grams = layer.mass[1].sum(dtype=np.float64) * (0.1 * PIXEL_MM) ** 2
    assert grams == pytest.approx(-0.2 * np.pi * OUTER_MM**2 * 0.06, rel=0.01)


def test_behind_a_body_it_is_faint_and_plain_when_filled(arm: Callable[..., BeamGeometry]) -> None:
    geometry, shadow = arm(rows=512), CatheterShadow(OUTER_MM, INNER_MM)
    transmissions = Transmissions()
    rays = beam(75.0, 0.1)
    transmissions.set_still("body", {"water": np.full((512, 512), 20.0, np.float32)}, rays)
    contrast = []
    for iodine in (0.0, 0.3):
        layer = shadow.mass(geometry, COURSE, iodine)
        assert layer is not None
        contrast.append(float(np.log(transmissions.signal() / transmissions.signal([layer])).max()))
    assert 0.06 < contrast[0] < 0.25, "a wire is 1, a catheter is faint"
    assert 0.3 < contrast[1] < 0.6


def test_a_pigtail_turns_once_about_itself_and_begins_where_the_shaft_ends() -> None:
    shape = bent([(3.0, 0.0), (38.0, 330.0)])
    assert np.linalg.norm(np.diff(shape, axis=0), axis=1).sum() == pytest.approx(41.0, rel=0.01)
    across = 38.0 / np.deg2rad(330.0) * 2
    assert np.ptp(shape[:, 0]) == pytest.approx(across, rel=0.02)
    whole = with_tip(COURSE, shape, roll_deg=90.0)
    assert len(whole) == len(COURSE) + len(shape) - 1
    assert np.allclose(whole[len(COURSE)] - COURSE[-1], [0, 0, 1.0], atol=0.02)
    assert np.ptp(whole[:, 0]) < 1e-6 and np.ptp(whole[:, 1]) == pytest.approx(across, rel=0.02)


def test_out_of_the_field_is_none_and_a_lumen_wider_than_the_shaft_is_refused(
    arm: Callable[..., BeamGeometry],
) -> None:
    assert CatheterShadow(OUTER_MM, INNER_MM).mass(arm(), COURSE + np.array([900.0, 0, 0])) is None
    with pytest.raises(WrongUse, match="narrower"):
        CatheterShadow(0.5, 0.6)
