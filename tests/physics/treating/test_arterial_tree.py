"""Small arteries: what lodges is kept, only closes, and closes a bed with volumes as they are published."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.treating.arterial_tree import (
    ARTERIOLE_UM,
    CAPILLARY_UM,
    MOST_SHARE,
    ArterialTree,
    arterial_tree,
)
from angiosuite.physics.treating.particles import PACKED_SHARE, Sizes, sizes

FEEDER = st.floats(0.3, 6.0)
PIECES = st.lists(st.tuples(st.floats(5.0, 8000.0), st.floats(0.0, 2.0)), max_size=12)
STASIS = 20.0
"""A twentieth of the flow: contrast stands for more than five beats."""


def liver() -> ArterialTree:
    """Of a subsegmental artery: 1.7 mm, 0.5 ml/s."""
    return arterial_tree(1.7, 0.5, 75.0)


def stasis_ml(tree: ArterialTree, held: Sizes, squeeze: float) -> float:
    """Packed volume that leaves a twentieth of the flow."""
    lodged, given_ml = np.zeros(tree.diameter_um.size), 0.0
    while tree.resistance_factor(lodged) < STASIS:
        given_ml += 0.01
        for um, share in zip(held.diameter_um, held.volume_share, strict=True):
            level = tree.level(float(um) * squeeze)
            assert level is not None
            lodged = tree.lodge(lodged, level, 0.01 * PACKED_SHARE * float(share))
    return given_ml


@given(FEEDER)
def test_vessels_multiply_as_the_cube_of_their_thinness(feeder_mm: float) -> None:
    tree = arterial_tree(feeder_mm, 1.0, 80.0)
    whole = tree.count * tree.diameter_um**3
    assert whole == pytest.approx(np.full(whole.size, (1e3 * feeder_mm) ** 3), rel=1e-9)
    assert tree.diameter_um[0] == pytest.approx(1e3 * feeder_mm)
    assert ARTERIOLE_UM <= tree.diameter_um[-1] < 1.27 * ARTERIOLE_UM


@given(FEEDER, st.floats(0.01, 20.0), st.floats(5.0, 100.0))
def test_a_bed_that_holds_nothing_has_its_own_resistance(feeder_mm: float, flow: float, drop: float) -> None:
    tree = arterial_tree(feeder_mm, flow, drop)
    assert 0.0 < tree.resistance_share.sum() <= MOST_SHARE + 1e-12
    assert tree.resistance_factor(np.zeros(tree.diameter_um.size)) == pytest.approx(1.0, rel=1e-12)


@given(FEEDER, PIECES)
def test_nothing_that_lodged_is_lost(feeder_mm: float, pieces: list[tuple[float, float]]) -> None:
    tree = arterial_tree(feeder_mm, 1.0, 80.0)
    lodged, came = np.zeros(tree.diameter_um.size), 0.0
    for um, ml in pieces:
        level = tree.level(um)
        if level is None:
            assert um <= CAPILLARY_UM
            continue
        lodged = tree.lodge(lodged, level, ml)
        came += ml
    assert lodged.sum() == pytest.approx(came, rel=1e-12)
    assert (lodged[1:] <= tree.room_ml[1:] * (1.0 + 1e-12)).all()


@given(FEEDER, PIECES)
def test_resistance_only_rises(feeder_mm: float, pieces: list[tuple[float, float]]) -> None:
    tree = arterial_tree(feeder_mm, 1.0, 80.0)
    lodged, before = np.zeros(tree.diameter_um.size), 1.0
    for um, ml in pieces:
        level = tree.level(um)
        if level is not None:
            lodged = tree.lodge(lodged, level, ml)
        now = tree.resistance_factor(lodged)
        assert now >= before * (1.0 - 1e-12)
        assert now > before or level is None or ml < 1e-12 or now > 1e3
        before = now


@given(FEEDER, st.floats(9.0, 8000.0))
def test_a_particle_stops_in_the_first_level_that_is_too_thin(feeder_mm: float, um: float) -> None:
    tree = arterial_tree(feeder_mm, 1.0, 80.0)
    level = tree.level(um)
    assert level is not None
    assert (tree.diameter_um[:level] >= um).all()
    assert tree.diameter_um[level] < um or level == tree.diameter_um.size - 1


def test_half_of_one_level_shut_doubles_what_is_behind_it() -> None:
    tree = liver()
    lodged = np.zeros(tree.diameter_um.size)
    lodged[-1] = 0.5 * tree.room_ml[-1]
    behind = 1.0 - float(tree.resistance_share[:-1].sum())
    assert tree.resistance_factor(lodged) == pytest.approx(1.0 + behind, rel=1e-12)


def test_a_piece_shuts_one_vessel_of_its_level() -> None:
    tree = liver()
    plugs, nothing = np.zeros(tree.diameter_um.size), np.zeros(tree.diameter_um.size)
    plugs[1] = 1.0
    assert tree.count[1] == 2.0
    in_front = float(tree.resistance_share[0])
    assert tree.resistance_factor(nothing, plugs) == pytest.approx(in_front + 2.0 * (1.0 - in_front))


def test_a_full_level_packs_the_next_wider_one() -> None:
    tree = liver()
    lodged = tree.lodge(np.zeros(tree.diameter_um.size), 5, 1.5 * float(tree.room_ml[5]))
    assert lodged[5] == pytest.approx(tree.room_ml[5]) and lodged[4] == pytest.approx(0.5 * tree.room_ml[4])


def test_published_volumes_close_a_bed() -> None:
    # two vials of 2 ml close the subsegmental arteries of a tumour (abstract read): some four of them
    beads = stasis_ml(liver(), sizes(100.0, 300.0, 200.0, 50.0), 0.8)
    assert 4.0 / 2.5 < 4.0 * beads < 4.0 * 2.5
    # 2 to 4 ml of 500-700 um a uterine artery of 3 mm (memory)
    uterine = stasis_ml(arterial_tree(3.0, 2.5, 75.0), sizes(500.0, 700.0, 600.0, 50.0), 1.0)
    assert 2.0 <= uterine <= 4.0


def test_a_wide_spread_of_sizes_needs_more_to_close() -> None:
    small = stasis_ml(liver(), sizes(100.0, 300.0, 200.0, 50.0), 1.0)
    large = stasis_ml(liver(), sizes(500.0, 700.0, 600.0, 50.0), 1.0)
    assert small > large  # they spread over more levels


def test_a_tree_of_nothing_is_refused() -> None:
    for wrong in ((0.0, 1.0, 80.0), (1.0, 0.0, 80.0), (1.0, 1.0, 0.0)):
        with pytest.raises(WrongUse):
            arterial_tree(*wrong)


@given(FEEDER, st.floats(0.1, 1.2))
def test_what_is_drawn_of_an_artery_is_left_out(feeder_mm: float, share: float) -> None:
    """The same levels from there on: as many vessels, as much room."""
    whole, rest = (arterial_tree(feeder_mm, 1.0, 80.0, mm) for mm in (feeder_mm, share * feeder_mm))
    left_out = whole.diameter_um.size - rest.diameter_um.size
    assert rest.diameter_um.tolist() == whole.diameter_um[left_out:].tolist()
    assert rest.count.tolist() == whole.count[left_out:].tolist()
    assert rest.room_ml.tolist() == whole.room_ml[left_out:].tolist()
    assert rest.diameter_um[0] <= 1e3 * share * feeder_mm * (1.0 + 1e-6) or rest.diameter_um.size == 1
