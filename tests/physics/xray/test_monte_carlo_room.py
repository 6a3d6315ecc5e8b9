"""The Monte Carlo of what leaves the patient into the room, against its own laws and the slab."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiosuite.physics.threads import set_threads, threads
from angiosuite.physics.xray.monte_carlo import slab
from angiosuite.physics.xray.monte_carlo_room import POLAR_BINS, Trunk, trunk_in_room
from angiosuite.physics.xray.spectrum import spectrum

BEAM = spectrum(75, 0.3)
BACK = slice(POLAR_BINS // 2 + 1, None)


@settings(max_examples=8, deadline=None)
@given(
    st.floats(40, 125).map(round),
    st.floats(10, 35),
    st.floats(3, 25),
    st.floats(-180, 180),
    st.floats(-45, 45),
)
def test_what_enters_stays_passes_or_leaves_scattered(kv, depth, side, rotation, angulation):
    r = trunk_in_room(
        [spectrum(kv, 0.1)],
        Trunk.of_depth(depth),
        field_side_cm=side,
        rotation_deg=rotation,
        angulation_deg=angulation,
        photons=6_400,
    )
    assert r.absorbed_kev + r.primary_kev + r.scattered_kev == pytest.approx(r.incident_kev, rel=1e-9)
    assert min(r.absorbed_kev, r.scattered_kev) > 0


def test_the_number_of_threads_changes_nothing():
    before = threads()
    try:
        found = []
        for count in (1, 2, 3):
            set_threads(count)
            r = trunk_in_room([BEAM], Trunk(20, 36), field_side_cm=15, photons=12_800)
            found.append((r.kerma.tobytes(), r.absorbed_kev))
        assert len(set(found)) == 1
    finally:
        set_threads(before)


def test_the_tube_side_gets_more_than_twice_what_the_detector_side_gets():
    found = trunk_in_room([BEAM], Trunk.of_depth(22), field_side_cm=15, photons=200_000)
    ring = found.kerma[0, 1].mean(axis=1)
    assert ring[-3:].min() > 2 * ring[:3].max()


def test_scatter_falls_with_the_square_of_the_distance_from_its_centre():
    kerma = trunk_in_room([BEAM], Trunk.of_depth(22), field_side_cm=15, photons=400_000).kerma[0]
    ring = kerma.mean(axis=2)
    assert ring[2, BACK] == pytest.approx(ring[1, BACK], rel=0.04)
    assert ring[0, BACK] == pytest.approx(ring[1, BACK], rel=0.08)


def test_a_right_oblique_beam_is_the_mirror_image_of_a_left_one():
    left, right = (
        trunk_in_room([BEAM], Trunk.of_depth(20), field_side_cm=12, rotation_deg=a, photons=400_000, seed=s)
        for a, s in ((40, 1), (-40, 2))
    )
    mirrored = right.kerma[0, 1][:, (6 - np.arange(12)) % 12]
    # Sums of neighbouring sectors and rings: single cells hold few photons.
    pooled = [k[6:].reshape(3, 2, 12).sum(axis=1).sum(axis=1) for k in (left.kerma[0, 1], mirrored)]
    assert pooled[0] == pytest.approx(pooled[1], rel=0.03)
    sides = [k[6:, [11, 0, 1]].sum() / k[6:, [5, 6, 7]].sum() for k in (left.kerma[0, 1], mirrored)]
    assert sides[0] == pytest.approx(sides[1], rel=0.06)


def test_towards_the_tube_a_trunk_and_the_slab_of_the_other_monte_carlo_agree():
    trunk = trunk_in_room([spectrum(70, 0.3)], Trunk(20, 40, 40), field_side_cm=15, photons=400_000)
    flat = slab(70, 0.3, thickness_cm=20, field_side_cm=20, air_gap_cm=16.5, photons=100_000)
    ours = trunk.kerma[0, 1].mean(axis=1)[8:]
    theirs = 100 * flat.leaving_kerma.reshape(9, 2)
    rings = np.interp((np.arange(8, 12) + 0.5) * 15, (np.arange(18) + 0.5) * 10, theirs.ravel())
    assert ours == pytest.approx(rings, rel=0.15)
