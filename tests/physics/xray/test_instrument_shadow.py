"""Shadows of instruments: what they weigh, chords through nested walls, what they displace, smooth curves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.beam import beam
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.instrument_shadow import BLOOD_G_CM3, Drawn, InstrumentShadow, Ring, Section
from angiosuite.physics.xray.layers import LayerMass
from angiosuite.physics.xray.pixel_mass import PixelMass
from angiosuite.physics.xray.spectrum import monoenergetic_sum, spectrum
from angiosuite.physics.xray.transmission import Transmissions

Arm = Callable[..., BeamGeometry]
Floats = NDArray[np.float64]

STEEL, WALL = (("steel", 8.0),), (("barium-sulphate", 0.26), ("polyamide", 1.04))
WIRE = Drawn((Section(1e5, (Ring(0.445, 0.3, (("steel", 6.0),)), Ring(0.2, 0.0, STEEL))),))
THIN = Drawn((Section(1e5, (Ring(0.127, 0.0, STEEL),)),))
TUBE = Drawn((Section(1e5, (Ring(0.835, 0.535, WALL),), 0.535),))
SHEATH = Drawn((Section(1e5, (Ring(1.16, 0.885, WALL),), 0.885),))
SPACING_MM = 3.0


@dataclass
class Lying:
    points_mm: Floats
    drawn: Drawn
    iodine_g_cm3: float = 0.0
    around_g_cm3: float | Floats = 0.0
    gas_share: float = 0.0
    is_straight: bool = False


def straight(length_mm: float = 60.0, way: tuple[float, float, float] = (0.0, 0.0, 1.0)) -> Floats:
    axis = np.array(way) / np.linalg.norm(way)
    count = round(length_mm / SPACING_MM) + 1
    return np.linspace(-0.5 * length_mm, 0.5 * length_mm, count)[:, None] * axis


def parallel(pixel_mm: float = 0.3, size: int = 256) -> BeamGeometry:
    return BeamGeometry.centred(
        np.array([0, 1e6, 0.0]), np.array([0, -50.0, 0]), np.array([pixel_mm, 0, 0]),
        np.array([0, 0, -pixel_mm]), size, size,
    )  # fmt: skip


def seen(geometry: BeamGeometry, *lying: Lying) -> LayerMass:
    found = InstrumentShadow().mass(geometry, lying)
    assert found is not None
    return found.layer()


def grams(layer: LayerMass, pixel_mm: float) -> dict[str, float]:
    total = layer.mass.sum(axis=(1, 2), dtype=np.float64) * (0.1 * pixel_mm) ** 2
    return dict(zip(layer.materials, total.tolist(), strict=True))


def area_cm2(outer_mm: float, inner_mm: float = 0.0) -> float:
    return float(np.pi * 1e-2 * (outer_mm**2 - inner_mm**2))


@settings(max_examples=25, deadline=None)
@given(
    way=st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1)).filter(
        lambda v: np.linalg.norm(v) > 0.2
    ),
    pixel_mm=st.sampled_from([0.15, 0.3, 0.9, 3.0]),
    shift=st.floats(0, 1),
)
def test_every_wall_weighs_what_its_volume_does_from_every_side(
    way: tuple[float, float, float], pixel_mm: float, shift: float
) -> None:
    size = round(80.0 / pixel_mm)
    for drawn, ring in ((THIN, (0.127, 0.0)), (TUBE, (0.835, 0.535))):
        layer = seen(parallel(pixel_mm, size), Lying(straight(40.0, way) + shift * pixel_mm, drawn))
        found = grams(layer, pixel_mm)
        content = drawn.sections[0].rings[0].content
        for name, g_cm3 in (*content, ("water", -BLOOD_G_CM3)):
            within = 0.01 if pixel_mm < 0.5 else 0.02  # its two ends are a share of a pixel
            assert found[name] == pytest.approx(g_cm3 * area_cm2(*ring) * 4.0, rel=within)


@pytest.mark.parametrize("lao_deg", [0, 37, 90])
@pytest.mark.parametrize("cranial_deg", [0, 30])
def test_in_a_diverging_beam_it_weighs_the_same(arm: Arm, lao_deg: int, cranial_deg: int) -> None:
    geometry = arm(lao_deg, cranial_deg, rows=512, side_mm=200.0)
    layer = seen(geometry, Lying(straight(24.0, (0.4, 1.0, 0.3)), WIRE))
    found = grams(layer, 0.75 * 200.0 / 512)  # a pixel is three quarters as large at the isocentre
    expected = (6.0 * area_cm2(0.445, 0.3) + 8.0 * area_cm2(0.2)) * 2.4
    assert found["steel"] == pytest.approx(expected, rel=0.01)


def test_chords_through_a_wire_in_a_catheter_in_a_sheath_are_those_of_their_circles() -> None:
    pixel_mm = 0.2
    lying = [Lying(straight(), one) for one in (WIRE, TUBE, SHEATH)]
    layer = seen(parallel(pixel_mm, 512), *lying)
    _, _, c0, c1 = layer.window
    x = (np.arange(c0, c1)[:, None] - 255.5 + (np.arange(200) + 0.5) / 200 - 0.5) * pixel_mm

    def chord_cm(radius_mm: float) -> Floats:
        return np.asarray(0.2 * np.sqrt(np.maximum(radius_mm**2 - x**2, 0.0)).mean(axis=1))

    steel = 6.0 * (chord_cm(0.445) - chord_cm(0.3)) + 8.0 * chord_cm(0.2)
    walls = chord_cm(0.835) - chord_cm(0.535) + chord_cm(1.16) - chord_cm(0.885)
    water = -BLOOD_G_CM3 * (walls + chord_cm(0.445))
    row = 256 - layer.window[0]
    for name, expected in (("steel", steel), ("barium-sulphate", 0.26 * walls), ("water", water)):
        ours = layer.mass[layer.materials.index(name), row]
        assert np.abs(ours - expected).max() < 0.005 * np.abs(expected).max()


def test_a_slanted_tube_is_even_along_its_whole_length() -> None:
    points = straight(90.0, (0.83, 0.3, 1.0)) + 0.001 * np.sin(np.arange(31))[:, None]
    layer = seen(parallel(), Lying(points, TUBE))
    mass = layer.mass[layer.materials.index("barium-sulphate")].sum(axis=1, dtype=np.float64)
    within = mass[12:-12]
    assert np.ptp(within) < 0.01 * within.mean(), "no seam between pieces"


def test_seen_end_on_a_tube_is_a_ring() -> None:
    layer = seen(parallel(0.1, 64), Lying(straight(6.0, (0.02, 1.0, 0.0)), TUBE))
    mass = layer.mass[layer.materials.index("barium-sulphate")]
    rows, columns = mass.shape
    middle = mass[rows // 2 - 1 : rows // 2 + 1, columns // 2 - 1 : columns // 2 + 1].mean()
    assert mass.max() == pytest.approx(0.26 * 0.6, rel=0.15), "its length in the wall"
    assert middle < 0.2 * mass.max()


def test_it_takes_away_the_iodine_of_what_it_lies_in_and_of_no_more() -> None:
    vessel, held = 0.3, 0.35
    wire = Lying(straight(60.0), WIRE, around_g_cm3=vessel)
    tube = Lying(straight(60.0)[:11], TUBE, held, vessel)  # from the skin, 30 mm
    pixel = 0.3
    found = grams(seen(parallel(pixel), wire, tube), pixel)
    expected = held * area_cm2(0.535) - vessel * area_cm2(0.835) - held * area_cm2(0.445)
    assert found["iodine"] == pytest.approx(3.0 * (expected - vessel * area_cm2(0.445)), rel=0.01)
    apart = Lying(wire.points_mm + np.array([20.0, 0, 0]), WIRE, around_g_cm3=vessel)
    alone = grams(seen(parallel(pixel), apart, tube), pixel)
    expected = 3.0 * (held * area_cm2(0.535) - vessel * area_cm2(0.835)) - 6.0 * vessel * area_cm2(0.445)
    assert alone["iodine"] == pytest.approx(expected, rel=0.01), "of another access"


def test_what_it_displaces_is_told_point_by_point() -> None:
    points = straight(60.0)
    around = np.where(points[:, 2] < 0.0, 0.0, 0.3)
    layer = seen(parallel(0.3), Lying(points, WIRE, around_g_cm3=around))
    iodine = layer.mass[layer.materials.index("iodine")].sum(axis=1, dtype=np.float64)
    rows = np.arange(layer.window[0], layer.window[1])
    above, below = iodine[(rows > 40) & (rows < 115)], iodine[(rows > 140) & (rows < 210)]
    assert np.abs(below).max() < 1e-9
    assert above.mean() == pytest.approx(-0.3 * area_cm2(0.445) / 0.03, rel=0.02)  # of a pixel's 0.03 cm


def test_a_wire_in_a_filled_vessel_is_a_filling_defect_of_iodine() -> None:
    g_cm3 = 0.3
    layer = seen(parallel(0.1, 256), Lying(straight(20.0), WIRE, around_g_cm3=g_cm3))
    iodine = layer.mass[layer.materials.index("iodine")]
    assert iodine.max() <= 0.0
    assert iodine.min() == pytest.approx(-g_cm3 * 2.0 * 0.0445, rel=0.02), "its whole diameter"


@pytest.mark.parametrize("way", [(0.0, 0.0, 1.0), (0.02, 1.0, 0.0)])
def test_a_lumen_full_of_air_lacks_the_blood_of_its_bore(way: tuple[float, float, float]) -> None:
    pixel, long_cm = 0.1, 2.0
    full, empty = (
        grams(seen(parallel(pixel), Lying(straight(20.0, way), TUBE, gas_share=gas)), pixel)["water"]
        for gas in (0.0, 1.0)
    )
    assert full - empty == pytest.approx(BLOOD_G_CM3 * area_cm2(0.535) * long_cm, rel=0.01)


def test_a_wire_in_an_unflushed_catheter_displaces_its_air() -> None:
    pixel, points = 0.1, straight(20.0)
    wet, dry = (
        grams(seen(parallel(pixel), Lying(points, WIRE), Lying(points, TUBE, gas_share=gas)), pixel)["water"]
        for gas in (0.0, 1.0)
    )
    assert wet - dry == pytest.approx(BLOOD_G_CM3 * (area_cm2(0.535) - area_cm2(0.445)) * 2.0, rel=0.01)


def test_without_iodine_there_is_no_plane_of_it() -> None:
    assert "iodine" not in seen(parallel(), Lying(straight(), TUBE)).materials


@settings(max_examples=30, deadline=None)
@given(
    at_mm=st.floats(1.5, 55.0), long_mm=st.floats(0.5, 3.0), spacing_mm=st.sampled_from([0.7, 1.0, 3.0, 5.0])
)
def test_a_band_lies_where_it_is_told_from_the_tip(at_mm: float, long_mm: float, spacing_mm: float) -> None:
    band = Ring(0.8, 0.75, (("platinum", 21.45),))
    rings = TUBE.sections[0].rings
    marked = Drawn(
        (
            Section(at_mm - 0.5 * long_mm, rings, 0.535),
            Section(at_mm + 0.5 * long_mm, (*rings, band), 0.535),
            Section(1e5, rings, 0.535),
        )
    )
    z = np.linspace(-30.0, 30.0, round(60.0 / spacing_mm) + 1)
    points = np.stack([np.zeros_like(z), np.zeros_like(z), z], axis=1)
    layer = seen(parallel(0.2, 512), Lying(points, marked))
    mass = layer.mass[layer.materials.index("platinum")].sum(axis=1, dtype=np.float64)
    below_tip = 0.2 * (np.arange(layer.window[0], layer.window[1]) - 255.5) + 30.0
    assert (mass * below_tip).sum() / mass.sum() == pytest.approx(at_mm, abs=0.05)
    assert mass.sum() * 4e-4 == pytest.approx(21.45 * area_cm2(0.8, 0.75) * 0.1 * long_mm, rel=0.01)


def loop(radius_mm: float, spacing_mm: float) -> Floats:
    angle = np.arange(0.0, 1.5 * np.pi, spacing_mm / radius_mm)
    angle = np.append(angle[angle < 1.5 * np.pi - 0.3 * spacing_mm / radius_mm], 1.5 * np.pi)
    x, z = radius_mm * np.cos(angle), radius_mm * np.sin(angle)
    return np.stack([x, np.zeros_like(x), z], axis=1)


@pytest.mark.parametrize(("spacing_mm", "most"), [(1.0, 0.04), (3.0, 0.08)])
def test_a_tight_curve_of_coarse_nodes_is_as_round_as_one_of_fine_nodes(
    spacing_mm: float, most: float
) -> None:
    geometry = parallel(0.2, 256)
    coarse, fine = (np.zeros((256, 256)) for _ in range(2))
    for image, step in ((coarse, spacing_mm), (fine, 0.1)):
        layer = seen(geometry, Lying(loop(6.0, step), TUBE))
        r0, r1, c0, c1 = layer.window
        image[r0:r1, c0:c1] = layer.mass[layer.materials.index("barium-sulphate")]
    assert np.sqrt(np.mean((coarse - fine)[fine > 0] ** 2)) < most * fine.max()
    assert coarse.sum() == pytest.approx(fine.sum(), rel=0.01)


def test_a_straight_course_of_many_nodes_is_drawn_as_one_of_two() -> None:
    many, two = straight(60.0), straight(60.0)[[0, -1]]
    a, b = seen(parallel(), Lying(many, WIRE)), seen(parallel(), Lying(two, WIRE))
    assert a.window == b.window
    assert np.abs(a.mass - b.mass).max() < 1e-3 * np.abs(b.mass).max()


def test_what_was_drawn_before_leaves_no_trace(arm: Arm) -> None:
    shadow, lying = InstrumentShadow(), [Lying(straight(), WIRE), Lying(straight()[:12], TUBE, 0.3)]
    geometry = arm(20, 10, rows=200)
    first = shadow.mass(geometry, lying)
    assert shadow.mass(arm(60, 0, rows=200), [Lying(loop(20.0, 2.0), SHEATH)]) is not None
    again = shadow.mass(geometry, lying)
    assert first is not None and again is not None and first.materials == again.materials
    assert np.array_equal(first.pixels, again.pixels) and np.array_equal(first.mass, again.mass)
    assert len(set(first.pixels.tolist())) == len(first.pixels), "each pixel once"


def test_out_of_the_field_is_none_and_half_of_it_is_what_lies_within(arm: Arm) -> None:
    shadow = InstrumentShadow()
    assert shadow.mass(arm(), [Lying(straight() + np.array([900.0, 0, 0]), TUBE)]) is None
    assert shadow.mass(arm(), []) is None
    whole, part = parallel(0.3, 512), parallel(0.3, 100)
    inside, out = seen(part, Lying(straight(), WIRE)), seen(whole, Lying(straight(), WIRE))
    r0, r1, c0, c1 = (
        edge + 206 - start for edge, start in zip(inside.window, np.repeat(out.window[::2], 2), strict=True)
    )
    assert np.array_equal(inside.mass, out.mass[:, r0:r1, c0:c1])


def test_a_wall_that_is_none_is_refused() -> None:
    with pytest.raises(WrongUse, match="wider outside"):
        Ring(0.5, 0.6, STEEL)


@pytest.mark.parametrize("moves", [False, True])
def test_the_signal_behind_few_pixels_is_that_behind_their_window(arm: Arm, moves: bool) -> None:
    geometry, rays = arm(rows=128), beam(75.0, 0.1)
    body = {"water": np.full((128, 128), 18.0, np.float32)}
    blood = LayerMass((20, 100, 30, 90), ("iodine",), np.full((1, 80, 60), 0.03, np.float32))
    few = InstrumentShadow().mass(geometry, [Lying(straight(), WIRE), Lying(straight()[:12], TUBE, 0.3)])
    assert isinstance(few, PixelMass)
    for besides in ([], [blood]):
        pictures = []
        for shadow in (few, few.layer()):
            transmissions = Transmissions()
            if moves:
                pictures.append(transmissions.through(body, [*besides, shadow], rays))
            else:
                transmissions.set_still("body", body, rays)
                pictures.append(transmissions.signal([shadow, *besides]))
        assert np.abs(pictures[0] / pictures[1] - 1.0).max() < 1e-5
        assert pictures[0].min() < 0.8 * np.median(pictures[0])


def test_two_layers_of_few_pixels_add_up(arm: Arm) -> None:
    geometry, rays, transmissions = arm(rows=128), beam(75.0, 0.1), Transmissions()
    body = {"water": np.full((128, 128), 18.0, np.float32)}
    lying = [Lying(straight(), WIRE), Lying(straight(60.0, (1.0, 0, 0.2)), TUBE, 0.3)]
    both = InstrumentShadow().mass(geometry, lying)
    apart = [InstrumentShadow().mass(geometry, [one]) for one in lying]
    assert both is not None
    whole = transmissions.through(body, [both], rays)
    parts = transmissions.through(body, [one for one in apart if one is not None], rays)
    assert np.abs(whole / parts - 1.0).max() < 1e-5


@pytest.mark.parametrize(
    ("material", "most"),
    [
        ("barium-sulphate", 0.05),
        ("bismuth-subcarbonate", 0.05),
        ("gold", 0.4),
        ("platinum", 0.4),
        ("tungsten", 0.2),
    ],
)
@pytest.mark.parametrize(("kv", "filter_cu_mm"), [(70.0, 0.3), (75.4, 0.1), (84.5, 0.1)])
def test_fillers_and_coils_weaken_the_beam_as_the_sum_over_its_spectrum(
    material: str, most: float, kv: float, filter_cu_mm: float
) -> None:
    water, own = (one.ravel() for one in np.meshgrid([8.0, 16.0, 24.0], np.linspace(0.1 * most, most, 8)))
    rays, whole = beam(kv, filter_cu_mm), spectrum(kv, filter_cu_mm)
    ours = np.log(rays.signal({"water": water, material: own}) / rays.signal({"water": water}))
    exact = np.log(
        monoenergetic_sum(whole, {"water": water, material: own}) / monoenergetic_sum(whole, {"water": water})
    )
    assert np.abs(ours / exact - 1.0).max() < 0.05


def test_behind_a_body_a_catheter_is_faint_a_wire_plain_and_platinum_black(arm: Arm) -> None:
    geometry, transmissions, rays = arm(rows=512, side_mm=200.0), Transmissions(), beam(75.0, 0.1)
    transmissions.set_still("body", {"water": np.full((512, 512), 20.0, np.float32)}, rays)
    tip = Drawn((Section(1e5, (Ring(0.229, 0.15, (("platinum", 16.8),)),)),))
    contrast = {}
    for name, one, iodine in (
        ("tube", TUBE, 0.0),
        ("filled", TUBE, 0.3),
        ("wire", WIRE, 0.0),
        ("tip", tip, 0.0),
    ):
        few = InstrumentShadow().mass(geometry, [Lying(straight(), one, iodine)])
        assert few is not None
        contrast[name] = float(np.log(transmissions.signal() / transmissions.signal([few])).max())
    assert 0.1 < contrast["tube"] < 0.3 < contrast["filled"] < 0.7
    assert 0.5 < contrast["wire"] < 1.0 < contrast["tip"]
