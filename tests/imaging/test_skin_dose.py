"""Dose of one beam to the skin: its laws on surfaces whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.imaging.skin_dose import SkinBeam, SkinCells, beam_on_skin, through, water_per_air
from angiosuite.physics.xray.backscatter import backscatter_factor
from angiosuite.physics.xray.spectrum import hvl_mm_al
from angiosuite.physics.xray.table_top import TableTop

SOD, SID, SIDE = 750.0, 1050.0, 300.0


def beam(turn_deg: float = 0.0, **changes) -> SkinBeam:
    """A beam from below the table, turned about the patient's long axis; no heel unless asked."""
    a = np.deg2rad(turn_deg)
    towards, u, v = (
        np.array([np.sin(a), -np.cos(a), 0]),
        np.array([np.cos(a), np.sin(a), 0]),
        np.array([0, 0, -1.0]),
    )
    base = SkinBeam(
        source_mm=-SOD * towards,
        centre_mm=(SID - SOD) * towards,
        across_mm=u * SIDE / 2,
        down_mm=v * SIDE / 2,
        blades=(1.0, 1.0, 1.0, 1.0),
        reference_mm=SOD - 150.0,
        kv=75.0,
        cu_mm=0.2,
        anode_angle_deg=0.0,
    )
    return replace(base, **changes)


def plane(depth_mm: float, step: float = 5.0, half: float = 200.0) -> SkinCells:
    """A flat back `depth_mm` below the isocentre, facing down."""
    x, z = (
        a.ravel() for a in np.meshgrid(np.arange(-half, half + 1, step), np.arange(-half, half + 1, step))
    )
    centre = np.stack([x, np.full_like(x, depth_mm), z], axis=1)
    return SkinCells(centre, np.tile([0.0, 1.0, 0.0], (len(x), 1)), np.full(len(x), step**2))


def cylinder(radius: float = 120.0) -> SkinCells:
    """A round trunk about the isocentre."""
    turn, z = (a.ravel() for a in np.meshgrid(np.deg2rad(np.arange(0, 360, 2.5)), np.arange(-200, 201, 5.0)))
    out = np.stack([np.sin(turn), np.cos(turn), 0 * turn], axis=1)
    centre = radius * out + np.stack([0 * z, 0 * z, z], axis=1)
    return SkinCells(centre, out, np.full(len(z), 5.0 * radius * np.deg2rad(2.5)))


def of(result, skin: SkinCells) -> np.ndarray:
    dose = np.zeros(len(skin.centre_mm))
    dose[result.cells] = result.dose
    return dose


@settings(max_examples=25)
@given(depth=st.floats(-100.0, 250.0))
def test_kerma_on_the_central_ray_falls_with_the_square_of_the_distance(depth):
    skin = SkinCells(np.array([[0.0, depth, 0.0]]), np.array([[0.0, 1.0, 0.0]]), np.array([25.0]))
    found = beam_on_skin(beam(), skin, None)
    assert found.kerma[0] == pytest.approx((600.0 / (SOD - depth)) ** 2, rel=1e-9)


@settings(max_examples=25)
@given(
    depth=st.floats(0.0, 150.0),
    left=st.floats(0.1, 1.0),
    right=st.floats(0.1, 1.0),
    top=st.floats(0.1, 1.0),
    bottom=st.floats(0.1, 1.0),
)
def test_what_passes_the_blades_arrives_on_the_skin_whole(depth, left, right, top, bottom):
    skin = plane(depth)
    found = beam_on_skin(beam(blades=(left, right, top, bottom)), skin, None)
    ray = skin.centre_mm[found.cells] - beam().source_mm
    slant = -ray @ [0.0, 1.0, 0.0] / np.linalg.norm(ray, axis=1)
    arrived = float(np.sum(found.kerma * slant * skin.area_mm2[found.cells]))
    x = np.array([-left, right]) * SIDE / 2 / SID
    y = np.array([-top, bottom]) * SIDE / 2 / SID
    corner = np.arctan(x[:, None] * y[None, :] / np.sqrt(1 + x[:, None] ** 2 + y[None, :] ** 2))
    solid_angle = corner[1, 1] - corner[0, 1] - corner[1, 0] + corner[0, 0]
    assert arrived == pytest.approx(600.0**2 * solid_angle, rel=0.02)


def test_beyond_the_blades_there_is_no_dose_and_within_them_no_gap():
    skin = plane(100.0)
    dose = of(beam_on_skin(beam(blades=(0.5, 1.0, 1.0, 0.25)), skin, None), skin)
    scale = (SOD - 100.0) / SID
    x, z = skin.centre_mm[:, 0], skin.centre_mm[:, 2]
    edge = SIDE / 2 * scale
    inside = (x > -0.5 * edge + 3) & (x < edge - 3) & (z < edge - 3) & (z > -0.25 * edge + 3)
    outside = (x < -0.5 * edge - 3) | (x > edge + 3) | (z > edge + 3) | (z < -0.25 * edge - 3)
    assert (dose[inside] > 0).all()
    assert (dose[outside] == 0).all()


def test_two_beams_add_where_they_overlap():
    skin = cylinder()
    one, two = (of(beam_on_skin(beam(turn), skin, None), skin) for turn in (0.0, 25.0))
    both = (one > 0) & (two > 0)
    assert both.sum() > 100
    assert (one + two)[both].max() > 1.5 * max(one.max(), two.max())


@settings(max_examples=25)
@given(turn=st.floats(-180.0, 180.0))
def test_a_round_patient_gets_the_same_dose_from_every_side(turn):
    skin = cylinder()
    found, first = (beam_on_skin(beam(t), skin, None) for t in (turn, 0.0))
    assert found.dose.max() == pytest.approx(first.dose.max(), rel=1e-3)
    area = [float(np.sum(f.dose * skin.area_mm2[f.cells])) for f in (found, first)]
    assert area[0] == pytest.approx(area[1], rel=0.01)


def test_only_the_side_that_faces_the_tube_is_exposed():
    skin = cylinder()
    found = beam_on_skin(beam(), skin, None)
    assert (skin.centre_mm[found.cells, 1] > 0).all()


def test_dose_is_kerma_times_backscatter_and_the_medium_factor():
    skin = SkinCells(np.array([[0.0, 110.0, 0.0]]), np.array([[0.0, 1.0, 0.0]]), np.array([25.0]))
    found = beam_on_skin(beam(), skin, None)
    side = SIDE * (SOD - 110.0) / SID
    factor = backscatter_factor(75.0, hvl_mm_al(75.0, 0.2), side) * water_per_air(75.0, 0.2)
    assert found.dose[0] == pytest.approx(found.kerma[0] * factor, rel=1e-6)
    assert 1.3 < factor < 1.7


@pytest.mark.parametrize("cu", [0.0, 0.1, 0.3, 0.9])
def test_the_medium_factor_grows_with_the_energy_within_what_was_published(cu):
    found = [water_per_air(kv, cu) for kv in (60, 70, 80, 100, 120)]
    assert (np.diff(found) > 0).all()
    assert 1.01 < found[0] < found[-1] < 1.08


def test_the_table_weakens_the_beam_only_where_it_passes_it():
    table = TableTop(np.array([[1, 0, 0, 0], [0, 1, 0, 120.0], [0, 0, 1, 0], [0, 0, 0, 1]], float))
    skin = cylinder()
    below, side = (
        [of(beam_on_skin(beam(turn), skin, layer), skin) for layer in (table, None)] for turn in (0.0, 90.0)
    )
    with_table, without = below
    hit = without > 0
    ratio = with_table[hit] / without[hit]
    mass = table.mass_before(beam().source_mm, skin.centre_mm[hit])
    assert ratio == pytest.approx(through(75.0, 0.2, mass), rel=1e-9)
    assert 0.7 < ratio.min() <= ratio.max() < 0.97
    assert side[0] == pytest.approx(side[1], rel=1e-12)


def test_an_oblique_ray_meets_more_of_the_table():
    table = TableTop(np.array([[1, 0, 0, 0], [0, 1, 0, 120.0], [0, 0, 1, 0], [0, 0, 0, 1]], float))
    point = np.array([[0.0, 110.0, 0.0]])
    straight, oblique = (
        through(75.0, 0.2, table.mass_before(beam(t).source_mm, point))[0] for t in (0.0, 30.0)
    )
    assert np.log(oblique) == pytest.approx(np.log(straight) / np.cos(np.deg2rad(33.0)), rel=0.05)


def test_a_patient_who_has_moved_is_met_elsewhere_on_the_skin():
    skin = plane(100.0)
    found = of(beam_on_skin(beam(blades=(0.3, 0.3, 0.3, 0.3), shift_mm=(40.0, 0.0, -20.0)), skin, None), skin)
    middle = (found[:, None] * skin.centre_mm).sum(0) / found.sum()
    assert middle[[0, 2]] == pytest.approx([-40.0, 20.0], abs=0.5)


def test_heel_and_wedge_take_from_their_own_sides():
    skin = plane(100.0)
    plain = of(beam_on_skin(beam(), skin, None), skin)
    heel = of(beam_on_skin(beam(anode_angle_deg=11.0), skin, None), skin)
    wedge = of(beam_on_skin(beam(wedges=(("left", 0.4, 0.0),)), skin, None), skin)
    hit = plain > 0
    feet, head = skin.centre_mm[hit, 2] < -60, skin.centre_mm[hit, 2] > 60
    ratio = heel[hit] / plain[hit]
    assert ratio[feet].mean() < 0.95 < ratio[head].mean()
    right = skin.centre_mm[hit, 0] > 20
    assert wedge[hit][right] == pytest.approx(plain[hit][right])
    assert (wedge[hit] / plain[hit]).min() < 0.5
