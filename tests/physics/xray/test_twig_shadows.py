"""Twigs of beds: what is kept and moved is what is spread anew, and no gram is lost."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray import twig_shadows
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Phase
from angiosuite.physics.xray.lumen_projector import Lumen, LumenProjector
from angiosuite.physics.xray.twig_shadows import TwigShadows

IODINE = np.array([0.2, 0.05, 0.0])


def down(breath_mm: float, cardiac_phase: float) -> NDArray[np.float64]:
    affine = np.eye(4)
    affine[2, 3] = -breath_mm
    return affine


def bush(seed: int, middle: tuple[float, float, float], still: bool = False) -> Lumen:
    """A hundred twigs about a place."""
    draw = np.random.default_rng(seed)
    begin = np.array(middle) + draw.uniform(-35.0, 35.0, (100, 3))
    pieces = np.column_stack([
        begin, np.full(100, 0.6), begin + draw.uniform(-6.0, 6.0, (100, 3)), np.full(100, 0.4)
    ])  # fmt: skip
    before = np.full(100, -1, np.int32)
    return Lumen.twigs(f"bush{seed}", pieces.astype(np.float32), before, None if still else down)


@pytest.fixture(scope="module")
def beds() -> list[Lumen]:
    return [bush(1, (0.0, 0.0, 20.0)), bush(2, (30.0, 10.0, -30.0), still=True), bush(3, (-40.0, 0.0, 0.0))]


def whole(layer: LayerMass | None, rows: int = 256) -> NDArray[np.float32]:
    image = {"iodine": np.zeros((rows, rows), np.float32)}
    assert layer is not None
    layer.add_to(image)
    return image["iodine"]


def test_where_the_beam_moves_they_are_drawn_as_lumens(
    beds: list[Lumen], arm: Callable[..., BeamGeometry]
) -> None:
    geometry, phase = arm(25, 10, rows=256), Phase(6.3)
    nodes = np.repeat(IODINE, [len(bed.nodes_mm) for bed in beds])
    expected = whole(LumenProjector(beds, faintest_g_cm2=0.0).mass(geometry, phase, nodes))
    image = whole(TwigShadows(beds, 0.0).mass(geometry, phase, IODINE))
    assert np.allclose(image, expected, atol=1e-6)


@pytest.mark.parametrize("breath_mm", [0.0, 0.9, 5.1, 12.0])
def test_what_is_kept_and_moved_is_where_the_twigs_are(
    beds: list[Lumen], arm: Callable[..., BeamGeometry], breath_mm: float
) -> None:
    geometry, phase = arm(25, 10, rows=256), Phase(breath_mm, 0.3)
    exact = whole(TwigShadows(beds, 0.0).mass(geometry, phase, IODINE)).astype(np.float64)
    kept = whole(TwigShadows(beds, 0.0).mass(geometry, phase, IODINE, stands=True)).astype(np.float64)
    assert kept.sum() == pytest.approx(exact.sum(), rel=2e-3)
    stages_off = breath_mm / twig_shadows.STAGE_MM % 1.0
    assert np.linalg.norm(kept - exact) < (1e-5 if stages_off == 0.0 else 0.3) * np.linalg.norm(exact)
    rows, columns = np.indices(exact.shape)
    for place in (rows, columns):
        assert (kept * place).sum() / kept.sum() == pytest.approx(
            (exact * place).sum() / exact.sum(), abs=0.1
        )


def test_a_picture_is_a_sum_over_beds(beds: list[Lumen], arm: Callable[..., BeamGeometry]) -> None:
    geometry, phase = arm(0, 0, rows=256), Phase(3.3)
    shadows = TwigShadows(beds, 0.0)
    both = whole(shadows.mass(geometry, phase, IODINE, stands=True))
    one = whole(shadows.mass(geometry, phase, IODINE * [1, 0, 0], stands=True))
    two = whole(shadows.mass(geometry, phase, IODINE * [0, 1, 0], stands=True))
    assert np.allclose(both, one + two, atol=1e-6)


def test_bytes_do_not_depend_on_what_was_shown_before(
    beds: list[Lumen], arm: Callable[..., BeamGeometry]
) -> None:
    geometry, phase = arm(10, 0, rows=256), Phase(7.3, 0.6)
    used = TwigShadows(beds)
    for breath_mm in (0.0, 3.0, 9.0, 14.0):
        used.mass(arm(5, 0, rows=256), Phase(breath_mm), IODINE[::-1], stands=True)
        used.mass(geometry, Phase(breath_mm), IODINE, stands=True)
    fresh = TwigShadows(beds).mass(geometry, phase, IODINE, stands=True)
    again = used.mass(geometry, phase, IODINE, stands=True)
    assert fresh is not None and again is not None
    assert fresh.window == again.window and fresh.mass.tobytes() == again.mass.tobytes()


def test_what_lies_across_the_border_moves_in_and_out(
    beds: list[Lumen], arm: Callable[..., BeamGeometry]
) -> None:
    narrow = arm(0, 0, rows=128, side_mm=60.0)
    for breath_mm in (0.0, 0.8, 4.7):
        exact = whole(TwigShadows(beds, 0.0).mass(narrow, Phase(breath_mm), IODINE), 128)
        kept = whole(TwigShadows(beds, 0.0).mass(narrow, Phase(breath_mm), IODINE, stands=True), 128)
        for border in (np.s_[:3], np.s_[-3:], np.s_[:, :3], np.s_[:, -3:]):
            assert float(kept[border].sum()) == pytest.approx(float(exact[border].sum()), rel=0.15, abs=1e-3)


def test_what_holds_nothing_or_lies_elsewhere_is_nothing(
    beds: list[Lumen], arm: Callable[..., BeamGeometry]
) -> None:
    shadows, geometry = TwigShadows(beds), arm(0, 0, rows=64)
    far = geometry.window(-4000, -3900, 0, 64)
    for stands in (False, True):
        assert shadows.mass(geometry, Phase(), np.zeros(3), stands) is None
        assert shadows.mass(far, Phase(), IODINE, stands) is None
    with pytest.raises(WrongUse) as wrong:
        shadows.mass(geometry, Phase(), IODINE[:2])
    assert wrong.value.code == "bad-concentration"
