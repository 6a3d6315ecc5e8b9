"""Iodine in lumens on the detector: all of it, once, in every view, whatever was shown before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.blush import Blush
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import Phase
from angiosuite.physics.xray.lumen_projector import Lumen, LumenProjector
from angiosuite.physics.xray.tube_rays import chord_integral

Floats = NDArray[np.float64]
PIXEL_MM = 0.25
#: Rays of :func:`parallel`, two of which are the views of the law.
VIEWS = ((0.0, 1.0, 0.0), (1.0, 0.3, 0.2), (1.0, 1.0, 0.7), (0.1, 0.2, 1.0))


def down(breath_mm: float, cardiac_phase: float) -> Floats:
    affine = np.eye(4)
    affine[2, 3] = -breath_mm
    return affine


def parallel(along: tuple[float, float, float], pixels: int = 480) -> BeamGeometry:
    u = np.array(along) / np.linalg.norm(along)
    across = np.cross(u, [0.0, 0, 1]) if abs(u[2]) < 0.9 else np.cross(u, [0.0, 1, 0])
    across /= np.linalg.norm(across)
    up = np.cross(u, across)
    return BeamGeometry.centred(1e5 * u, -150.0 * u, PIXEL_MM * across, PIXEL_MM * up, pixels, pixels)


def grams(projector: LumenProjector, geometry: BeamGeometry, iodine: Floats) -> float:
    layer = projector.mass(geometry, Phase(), iodine)
    return 0.0 if layer is None else float(layer.mass.sum(dtype=np.float64)) * (0.1 * PIXEL_MM / 1.0015) ** 2


def volume_ml(lumen: Lumen) -> float:
    a, b = lumen.radii_mm[:, 0], lumen.radii_mm[:, 1]
    length = np.linalg.norm(lumen.nodes_mm[lumen.ends[:, 1]] - lumen.nodes_mm[lumen.ends[:, 0]], axis=1)
    return float((np.pi / 3 * length * (a * a + a * b + b * b)).sum()) * 1e-3


def fork(angle: float, radius: float, length: float) -> Lumen:
    s, c, r, n = np.sin(angle), np.cos(angle), radius, length
    pieces = [[0, 0, 0, r, 0, 0, n, r]]
    pieces += [[0, 0, n, r, side * n * s, 0, n + n * c, 0.8 * r] for side in (1, -1)]
    return Lumen.twigs("fork", np.array(pieces, np.float32), np.array([-1, 0, 0], np.int32))


def tree(seed: int = 3, generations: int = 7) -> list[Lumen]:
    """An aorta, two branches with branches of their own, and twigs that fork on from one of them."""
    draw = np.random.default_rng(seed)
    z = np.arange(-50.0, 51, 2.0)
    aorta = np.stack([4 * np.sin(z / 30), 3 * np.cos(z / 25), z], axis=1)
    lumens = [Lumen.along("aorta", aorta, np.linspace(9.0, 8.0, len(z)), 0.0)]
    for side, at in ((1, 18), (-1, 30)):
        way = np.linspace(0, 1, 21)[:, None]
        line = aorta[at] + way * [45 * side, -15, 5] + np.sin(3 * way) * [0, 6, 4]
        share = np.linspace(0, 1, len(line))
        lumens.append(Lumen.along(f"branch{side}", line, np.linspace(3.0, 1.5, 21), share, down))
        off = line[12] + way * [5 * side, -10, 25]
        lumens.append(Lumen.along(f"twig{side}", off, np.linspace(1.2, 0.7, 21), 1.0, down))
    end = lumens[1].nodes_mm[-1]
    pieces: list[list[float]] = []
    before: list[int] = []
    waiting = [(-1, end, np.array([0.8, -0.5, 0.3]), 0.75)]
    while len(pieces) < 2**generations - 1:
        parent, start, along, radius = waiting.pop(0)
        along = along / np.linalg.norm(along)
        stop = start + along * max(3.0, 7 * radius)
        pieces.append([*start, radius, *stop, 0.9 * radius])
        before.append(parent)
        across = np.cross(along, draw.normal(size=3))
        across /= np.linalg.norm(across)
        for side in (1, -1):
            waiting.append((len(pieces) - 1, stop, along + 0.6 * side * across, max(0.2, 0.8 * radius)))
    twigs = Lumen.twigs("twigs", np.array(pieces, np.float32), np.array(before, np.int32), down)
    return [*lumens, twigs]


@pytest.fixture(scope="module")
def lumens() -> list[Lumen]:
    return tree()


@pytest.mark.parametrize("along", VIEWS)
@pytest.mark.parametrize("radius", [0.2, 0.5, 1.5])
@pytest.mark.parametrize("angle", [0.3, 0.6, 0.9])
def test_a_fork_holds_the_volume_of_its_three_pieces(
    angle: float, radius: float, along: tuple[float, float, float]
) -> None:
    lumen = fork(angle, radius, 10 * radius + 4)
    projector = LumenProjector([lumen], faintest_g_cm2=0.0)
    found = grams(projector, parallel(along), np.full(projector.nodes, 0.3))
    assert found == pytest.approx(0.3 * volume_ml(lumen), rel=0.015)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 1.0), st.floats(0.15, 4.0), st.floats(0.0, 6.28))
def test_a_straight_lumen_keeps_its_iodine_at_every_angle_to_the_ray(
    lean: float, radius: float, turn: float
) -> None:
    across = np.sqrt(1 - lean * lean)
    view = parallel((across * np.cos(turn), across * np.sin(turn), lean), 240)
    lumen = Lumen.along("x", np.array([[0, 0, -9.0], [0, 0, 0], [0, 0, 9]]), np.full(3, radius))
    projector = LumenProjector([lumen], faintest_g_cm2=0.0)
    assert grams(projector, view, np.full(3, 0.3)) == pytest.approx(0.3 * volume_ml(lumen), rel=0.02)


def test_concentration_runs_straight_between_nodes() -> None:
    lumen = Lumen.along("x", np.array([[0, 0, -20.0], [0, 0, 20]]), np.full(2, 2.0))
    layer = LumenProjector([lumen]).mass(parallel((0, 1, 0)), Phase(), np.array([0.0, 0.3]))
    assert layer is not None
    along = layer.mass[0].sum(axis=1, dtype=np.float64)
    middle = along[8:-8]
    expected = np.linspace(middle[0], middle[-1], len(middle))
    assert np.abs(middle - expected).max() < 0.004 * along.max()


def test_volumes_are_those_of_the_picture_and_shared_room_counts_once(lumens: list[Lumen]) -> None:
    projector = LumenProjector(lumens, faintest_g_cm2=0.0)
    volumes = projector.volumes_ml()
    assert (volumes >= 0).all()
    per = [float(volumes[part].sum()) for part in projector.slices]
    assert per[0] == pytest.approx(volume_ml(lumens[0]), rel=0.005)
    assert per[-1] == pytest.approx(volume_ml(lumens[-1]), rel=0.01)
    for k in (1, 2, 3, 4):
        assert 0.6 * volume_ml(lumens[k]) < per[k] < volume_ml(lumens[k])
    iodine = np.random.default_rng(1).uniform(0.01, 0.3, projector.nodes)
    for along in VIEWS:
        found = grams(projector, parallel(along), iodine)
        assert found == pytest.approx(float((volumes * iodine).sum()), rel=0.01)


def test_where_a_branch_leaves_no_ray_sees_more_than_its_way_through_both(lumens: list[Lumen]) -> None:
    projector = LumenProjector(lumens[:2])
    layer = projector.mass(parallel((0, 1, 0)), Phase(), np.full(projector.nodes, 0.3))
    alone = LumenProjector(lumens[:1]).mass(parallel((0, 1, 0)), Phase(), np.full(len(lumens[0].share), 0.3))
    assert layer is not None and alone is not None
    images = []
    for one in (layer, alone):
        image = {"iodine": np.zeros((480, 480), np.float32)}
        one.add_to(image)
        images.append(image["iodine"])
    assert (images[0] >= images[1] - 1e-6).all()
    assert images[0].max() <= 0.3 * 1.8 * 1.02, "no dark cap where they meet"


def test_a_picture_has_the_same_bytes_whatever_was_shown_before(
    lumens: list[Lumen], arm: Callable[..., BeamGeometry], spare_threads: Callable[[int], None]
) -> None:
    kept = LumenProjector(lumens)
    draw = np.random.default_rng(5)
    for lao_deg, breath_mm in ((0, 0.0), (0, 0.0), (0, 4.0), (25, 4.0), (0, 0.0)):
        iodine = draw.uniform(0, 0.2, kept.nodes) * (draw.random(kept.nodes) > 0.7)
        spare_threads(1 + int(draw.integers(3)))
        fresh = LumenProjector(lumens).mass(arm(lao_deg), Phase(breath_mm), iodine)
        again = kept.mass(arm(lao_deg), Phase(breath_mm), iodine)
        assert fresh is not None and again is not None
        assert (fresh.window, fresh.mass.tobytes()) == (again.window, again.mass.tobytes())


def test_where_the_beam_stands_bytes_do_not_depend_on_what_was_shown(
    lumens: list[Lumen], arm: Callable[..., BeamGeometry]
) -> None:
    used, fresh, geometry = LumenProjector(lumens), LumenProjector(lumens), arm(20, 10, rows=128)
    iodine = np.linspace(0.3, 0.0, used.nodes)
    for k, breath_mm in enumerate((0.0, 5.0, 1.0, 9.0)):
        used.mass(geometry, Phase(breath_mm), np.roll(iodine, 40 * k), stands=k % 2 == 0)
        used.mass(arm(25, 10, rows=128), Phase(breath_mm), iodine, stands=True)
    one = used.mass(geometry, Phase(5.7, 0.2), iodine, stands=True)
    two = fresh.mass(geometry, Phase(5.7, 0.2), iodine, stands=True)
    assert one is not None and two is not None
    assert one.window == two.window and one.mass.tobytes() == two.mass.tobytes()


def test_what_moves_keeps_its_iodine_and_the_root_stays(
    lumens: list[Lumen], arm: Callable[..., BeamGeometry]
) -> None:
    projector = LumenProjector(lumens)
    rest, moved = projector.nodes_at(Phase()), projector.nodes_at(Phase(10.0))
    branch = projector.slices[1]
    assert np.allclose(moved[branch][0], rest[branch][0])
    assert np.allclose(moved[branch][-1], rest[branch][-1] + [0, 0, -10.0])
    sums = []
    for breath_mm in (0.0, 6.0):
        iodine = np.zeros(projector.nodes)
        iodine[projector.slices[-1]] = 0.2
        layer = projector.mass(arm(rows=256), Phase(breath_mm), iodine)
        assert layer is not None
        sums.append(float(layer.mass.sum(dtype=np.float64)))
    assert sums[1] == pytest.approx(sums[0], rel=0.01)


def test_what_holds_nothing_is_not_projected(lumens: list[Lumen], arm: Callable[..., BeamGeometry]) -> None:
    projector = LumenProjector(lumens)
    assert projector.mass(arm(), Phase(), np.zeros(projector.nodes)) is None
    assert projector.mass(arm(), Phase(), np.full(projector.nodes, 1e-9)) is None
    with pytest.raises(WrongUse, match="concentration"):
        projector.mass(arm(), Phase(), np.zeros(3))


def test_the_way_along_twigs_is_counted_from_where_they_begin() -> None:
    lumen = fork(0.5, 0.5, 10.0)
    assert lumen.from_start_mm == pytest.approx([10.0, 20.0, 20.0, 0.0])


@pytest.mark.parametrize(("lao_deg", "cranial_deg"), [(0, 0), (60, 15)])
def test_iodine_put_in_is_iodine_seen(
    lumens: list[Lumen], arm: Callable[..., BeamGeometry], lao_deg: float, cranial_deg: float
) -> None:
    """The law of the product: concentration times volume of tree, twigs and bed, in the cone of a C-arm.

    A gram at the depth d from the source is magnified by (D / d)^2 in area; each node is corrected by its
    own depth and by the slant of its ray on the detector.
    """
    projector = LumenProjector(lumens, faintest_g_cm2=0.0)
    volumes = projector.volumes_ml()
    shape, spacing = (20, 20, 20), 2.0
    number = np.ones(shape, np.uint8)
    bed = Blush(number, (20.0, -30.0, -10.0), spacing, (None,))
    iodine = np.where(np.arange(projector.nodes) % 7 < 5, 0.1, 0.02)
    put_in = float((volumes * iodine).sum()) + 0.01 * number.size * (0.1 * spacing) ** 3
    geometry = arm(lao_deg, cranial_deg, rows=512)
    pixel_cm2 = float(np.linalg.norm(np.cross(geometry.row_step_mm, geometry.column_step_mm))) * 1e-2
    seen = 0.0
    away, reach = geometry.normal, geometry.source_to_detector_mm
    centre = np.array([20.0, -30.0, -10.0]) + 0.5 * spacing * 19
    for layer, places, grams_at in (
        (projector.mass(geometry, Phase(), iodine), projector.nodes_at(Phase()), volumes * iodine),
        (bed.mass(geometry, Phase(), np.array([0.01])), centre[None], np.ones(1)),
    ):
        assert layer is not None
        depth = (geometry.source_mm - places) @ away
        slant = depth / np.linalg.norm(places - geometry.source_mm, axis=1)
        area = float(((reach / depth) ** 2 / slant * grams_at).sum() / grams_at.sum())
        seen += float(layer.mass.sum(dtype=np.float64)) * pixel_cm2 / area
    assert seen == pytest.approx(put_in, rel=0.03)


def test_chords_are_those_of_the_closed_form() -> None:
    x = np.linspace(-1.4, 1.4, 2001)
    inside = np.clip(np.abs(x), 0, 1)
    root = np.sqrt(1 - inside**2)
    exact = inside * np.arcsin(inside) + root * (2 + inside**2) / 3 + 0.5 * np.pi * (np.abs(x) - inside)
    assert np.abs(np.array([chord_integral(float(value)) for value in x]) - exact).max() < 1e-8


def test_a_vessel_in_two_parts_shows_no_seam_and_one_that_divides_no_flat_end() -> None:
    line = np.stack([np.zeros(41), 2 * np.sin(np.arange(41) / 9), np.linspace(-40.0, 40, 41)], axis=1)
    radius = np.full(41, 6.0)
    whole = LumenProjector([Lumen.along("one", line, radius)])
    parts = LumenProjector(
        [Lumen.along("a", line[:21], radius[:21]), Lumen.along("b", line[20:], radius[20:])]
    )
    images = [p.mass(parallel((0.2, 1, 0)), Phase(), np.full(p.nodes, 0.2)) for p in (whole, parts)]
    assert images[0] is not None and images[1] is not None
    assert np.abs(images[0].mass - images[1].mass).max() < 0.003
    end = line[-1]
    legs = [
        Lumen.along(f"leg{x}", end + np.linspace(0, 1, 16)[:, None] * [x, 0, 35], np.full(16, 4.0))
        for x in (-14, 14)
    ]
    forked = LumenProjector([Lumen.along("one", line, radius), *legs])
    layer = forked.mass(parallel((0, 1, 0)), Phase(), np.full(forked.nodes, 0.2))
    assert layer is not None and forked.nodes == 41 + 32
    middle = layer.mass[0][:, layer.mass.shape[2] // 2].astype(np.float64)
    steps = np.abs(np.diff(middle[middle > 0]))
    assert steps.max() < 0.04, "no step of a whole end, which is 0.24"
    volumes = forked.volumes_ml()
    assert volumes[:41].sum() == pytest.approx(volume_ml(Lumen.along("one", line, radius)), rel=0.02)


@pytest.mark.parametrize("stands", [False, True])
@pytest.mark.parametrize("breath_mm", [0.8, 1.4, 7.3])
def test_between_the_steps_of_breath_shared_room_moves_with_its_lumens(
    lumens: list[Lumen], arm: Callable[..., BeamGeometry], breath_mm: float, stands: bool
) -> None:
    """Against rays that are cast where the lumens are; where the beam stands, all lumens are moved."""
    projector, geometry = LumenProjector(lumens), arm(20, 10, rows=256)
    iodine, phase = np.full(projector.nodes, 0.2), Phase(breath_mm)
    layer = projector.mass(geometry, phase, iodine, stands)
    assert layer is not None
    moved = {"iodine": np.zeros((256, 256), np.float32)}
    layer.add_to(moved)
    fresh = LumenProjector(lumens)
    exact = np.zeros((256, 256), np.float32)
    filled = np.concatenate([iodine, iodine[fresh._capped]])
    fresh._projector.add_to(exact, geometry, None, fresh._nodes_at(fresh._affines(phase)[1]), filled)
    off = moved["iodine"] - exact
    assert moved["iodine"].sum() == pytest.approx(exact.sum(), rel=0.002)
    assert np.sqrt((off**2).sum() / (exact**2).sum()) < 0.02
    still = {"iodine": np.zeros((256, 256), np.float32)}
    unmoved = projector.mass(geometry, Phase(), iodine)
    assert unmoved is not None
    unmoved.add_to(still)
    assert (off**2).sum() < 0.1 * ((still["iodine"] - exact) ** 2).sum(), "it moved"


def lone(points: Floats, radius: float = 2.0) -> Lumen:
    return Lumen.along("lone", points, np.full(len(points), radius), 1.0, down)


LINE = np.stack([np.linspace(-30.0, 30.0, 16), np.zeros(16), np.linspace(-5.0, 5.0, 16)], axis=1)


def window_of(projector: LumenProjector, phase: Phase, stands: bool = False, **how: Floats) -> Floats:
    """The whole detector, g/cm2."""
    geometry, image = parallel(VIEWS[0]), np.zeros((480, 480))
    layer = projector.mass(geometry, phase, np.full(projector.nodes, 0.3), stands, **how)
    if layer is not None:
        r0, r1, c0, c1 = layer.window
        image[r0:r1, c0:c1] = layer.mass[0]
    return image


@pytest.mark.parametrize("stands", [False, True])
def test_a_lumen_of_half_its_width_holds_a_quarter_and_is_as_before_when_it_is_wide_again(
    stands: bool,
) -> None:
    projector, phase = LumenProjector([lone(LINE)]), Phase(1.3, 0.1)
    before = window_of(projector, phase, stands)
    thin = window_of(projector, phase, stands, width=np.full(16, 0.5))
    assert thin.sum() == pytest.approx(0.25 * before.sum(), rel=0.02)
    column = int(before.sum(axis=0).argmax())
    assert (thin[:, column] > 0).sum() < 0.65 * (before[:, column] > 0).sum()
    assert np.array_equal(window_of(projector, phase, stands), before)


@pytest.mark.parametrize("stands", [False, True])
def test_a_lumen_pushed_aside_is_drawn_where_it_then_lies(stands: bool) -> None:
    pushed = np.zeros((16, 3))
    pushed[:, 2] = 6.0 * np.sin(np.linspace(0.0, np.pi, 16))
    phase = Phase(1.3, 0.1)
    there = window_of(LumenProjector([lone(LINE + pushed)]), phase)
    found = window_of(LumenProjector([lone(LINE)]), phase, stands, aside_mm=pushed)
    lain = window_of(LumenProjector([lone(LINE)]), phase)
    assert np.abs(found - there).sum() < (0.1 if stands else 1e-6) * there.sum()
    assert np.abs(lain - there).sum() > 0.5 * there.sum()


def test_a_branch_that_shares_room_with_a_narrowed_parent_is_seen_as_far_as_that_leaves_it() -> None:
    def made(share: float) -> LumenProjector:
        parent = Lumen.along("parent", LINE, np.full(16, 4.0 * share))
        start = np.array([0.0, 0.0, 0.0])
        branch = Lumen.along("branch", start + np.linspace(0, 1, 9)[:, None] * [0, 0, 24.0], np.full(9, 1.5))
        return LumenProjector([parent, branch])

    width = np.ones(25)
    width[:16] = 0.6
    narrowed, phase = made(1.0), Phase()
    window_of(narrowed, phase)
    assert np.allclose(window_of(narrowed, phase, width=width), window_of(made(0.6), phase), atol=1e-6)
