"""The fast scatter in the room: its laws, and the Monte Carlo that it stands for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.physics.xray.monte_carlo_room import Trunk, beam_axes, trunk_in_room
from angiosuite.physics.xray.room_scatter import (
    ScatterBeam,
    dose_per_kerma,
    scatter_of,
    table,
    trunk_depth_cm,
)
from angiosuite.physics.xray.spectrum import spectrum

ROTATION = st.floats(-180, 180).map(lambda a: round(a, 1))
ANGULATION = st.floats(-45, 45).map(lambda a: round(a, 1))
PLACE = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda p: np.linalg.norm(p) > 0.2)
AP = ScatterBeam(75, 0.3, 0, 0, 22, 15)


def beam(rotation: float, angulation: float) -> ScatterBeam:
    return ScatterBeam(75, 0.3, rotation, angulation, 24, 15)


@given(ROTATION, ANGULATION, PLACE, st.floats(1.0, 3.0))
def test_beyond_half_a_metre_it_falls_with_the_square_of_the_distance(rotation, angulation, place, times):
    scatter = scatter_of(beam(rotation, angulation))
    near = np.array([place]) / np.linalg.norm(place) * 500
    assert scatter.kerma(near * times) * times**2 == pytest.approx(scatter.kerma(near))


@given(ROTATION, ANGULATION, PLACE)
def test_left_and_right_head_and_feet_are_mirror_images(rotation, angulation, place):
    at = np.array([place]) * 1000
    here = scatter_of(beam(rotation, angulation))
    mirrored = scatter_of(beam(-rotation, angulation)).kerma(at * [-1, 1, 1])
    upside = scatter_of(beam(rotation, -angulation)).kerma(at * [1, 1, -1])
    assert mirrored == pytest.approx(here.kerma(at), rel=1e-6)
    assert upside == pytest.approx(here.kerma(at), rel=1e-6)


@given(ROTATION, ANGULATION)
def test_the_tube_side_gets_more_than_the_detector_side(rotation, angulation):
    axis = beam_axes(rotation, angulation)[2]
    tube, detector = scatter_of(beam(rotation, angulation)).kerma(np.array([-axis, axis]) * 1000)
    assert tube > 2 * detector


@given(st.floats(-170, 170), PLACE)
def test_it_changes_smoothly_with_the_gantry(rotation, place):
    at = np.array([place]) / np.linalg.norm(place) * 1000
    one, other = (scatter_of(beam(a, 5.0)).kerma(at)[0] for a in (rotation, rotation + 0.2))
    assert other == pytest.approx(one, rel=0.1)


@given(PLACE)
def test_shares_of_the_spectrum_add_up_to_one_and_stay_below_the_tube_voltage(place):
    share = scatter_of(AP).spectrum(np.array([place]) * 1000)
    assert share.sum() == pytest.approx(1.0, abs=0.01)
    assert share[0, 15:].sum() < 0.01


def test_a_thick_patient_sends_more_to_the_tube_and_less_to_the_detector():
    ways = np.array([[0, 1000.0, 0], [0, -1000.0, 0]])
    thin, thick = (scatter_of(ScatterBeam(75, 0.3, 0, 0, cm, 15)).kerma(ways) for cm in (15, 30))
    assert thick[0] > thin[0]
    assert thick[1] < thin[1]


def test_what_the_table_takes_from_the_beam_is_missing_in_the_scatter():
    down = np.array([[700.0, 700.0, 0]])
    bare, covered = (
        scatter_of(ScatterBeam(75, 0.3, 0, 0, 22, 15, mass)).kerma(down)[0] for mass in (0.0, 0.6)
    )
    assert 0.82 * bare < covered < 0.95 * bare


def test_the_trunk_of_a_path_has_that_path():
    for rotation in (0, 35, 90):
        depth = trunk_depth_cm(34.0, rotation, 20)
        assert Trunk.of_depth(depth).path_cm(rotation, 20) == pytest.approx(34.0, rel=0.01)


@pytest.mark.parametrize(("kv", "cu", "depth", "side", "rotation", "angulation"), [(82, 0.2, 22, 13, -22, 7)])
def test_rings_about_the_beam_are_those_of_the_monte_carlo(kv, cu, depth, side, rotation, angulation):
    compare(kv, cu, depth, side, rotation, angulation, 400_000)


@settings(max_examples=12, deadline=None)
@given(
    st.floats(62, 115).map(round),
    st.sampled_from([0.0, 0.1, 0.3, 0.9]),
    st.floats(16, 31),
    st.floats(0.35, 0.75),
    st.floats(-110, 110),
    st.floats(-35, 35),
)
@pytest.mark.ci
def test_rings_of_any_beam_are_within_a_fifth_of_the_monte_carlo(kv, cu, depth, share, rotation, angulation):
    compare(kv, cu, depth, min(share * depth, 20), rotation, angulation, 1_500_000)


def compare(kv, cu, depth, side, rotation, angulation, photons):
    trunk = Trunk.of_depth(depth)
    exact = trunk_in_room(
        [spectrum(kv, cu)],
        trunk,
        field_side_cm=side,
        rotation_deg=rotation,
        angulation_deg=angulation,
        photons=photons,
        seed=99,
    )
    ring = (np.arange(12) + 0.5) * np.pi / 12
    turn = np.arange(12) * np.pi / 6
    local = np.stack(
        [
            np.outer(np.sin(ring), np.cos(turn)),
            np.outer(np.sin(ring), np.sin(turn)),
            np.outer(np.cos(ring), np.ones(12)),
        ],
        axis=-1,
    )
    path = trunk.path_cm(rotation, angulation)
    scatter = scatter_of(ScatterBeam(kv, cu, rotation, angulation, path, side))
    ours = scatter.kerma((local @ beam_axes(rotation, angulation)).reshape(-1, 3) * 1000).reshape(12, 12)
    assert ours.mean(axis=1) == pytest.approx(exact.kerma[0, 1].mean(axis=1), rel=0.2)


def test_dose_over_kerma_is_that_of_the_commission_s_tables():
    factor = dose_per_kerma()
    assert factor[10] == pytest.approx(1.7, abs=0.05)
    assert factor[6] == pytest.approx(1.2, abs=0.1)
    assert (np.diff(factor[2:12]) > 0).all()
    assert factor.max() < 1.8


def test_the_largest_scatter_sideways_is_of_the_size_that_shielding_books_use():
    # 0.031 kV + 2.5 µGy per Gy cm² at 1 m is used for walls (after Williams 1996; the figure was not read).
    beam_80 = scatter_of(ScatterBeam(80, 0.1, 0, 0, 22, 15))
    angle = np.deg2rad(np.arange(60, 136))
    sideways = np.stack([np.sin(angle), -np.cos(angle), np.zeros(len(angle))], axis=1) * 1000
    assert 2.5 < beam_80.kerma(sideways).max() < 10


def test_the_shipped_table_is_finite_and_has_the_axes_it_names():
    kerma = table()["kerma"]
    assert np.isfinite(kerma).all()
    names = ("rotation_deg", "angulation_deg", "depth_cm", "side_cm", "photon_kev")
    assert kerma.shape == (*(len(table()[name]) for name in names), 12, 12)
