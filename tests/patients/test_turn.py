"""Corrections of the orientation: they add up as the symmetries of a cube do, and the voxels follow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.dicom import CtVolume, SeriesFacts
from angiosuite.kit.errors import WrongUse
from angiosuite.patients.turn import STEPS, STRAIGHT, Turn, turn_of

VOLUME = CtVolume(
    np.arange(2 * 3 * 4, dtype=np.int16).reshape(2, 3, 4),
    (10.0, -20.0, 30.0),
    (5.0, 2.0, 1.0),
    SeriesFacts("nifti", 2, (3, 4)),
)
WORDS = st.lists(st.sampled_from(sorted(STEPS)), max_size=6)


def turned(volume: CtVolume, turn: Turn) -> CtVolume:
    return volume.turned(turn.axes, turn.flips)


@given(WORDS, WORDS)
def test_one_turn_after_another_is_their_sum(first: list[str], later: list[str]) -> None:
    whole = turned(VOLUME, turn_of([*first, *later]))
    steps = turned(turned(VOLUME, turn_of(first)), turn_of(later))
    assert np.array_equal(whole.hu, steps.hu)
    assert whole.spacing_zyx_mm == steps.spacing_zyx_mm
    assert whole.origin_mm == pytest.approx(steps.origin_mm)


@pytest.mark.parametrize("word", STEPS)
def test_a_mirror_twice_and_a_quarter_turn_four_times_change_nothing(word: str) -> None:
    order = 2 if word.startswith("flip") else 4
    assert [turn_of([word] * n).is_identity for n in range(1, order + 1)] == [False] * (order - 1) + [True]


def test_the_corrections_reach_all_48_ways_in_which_a_box_can_lie() -> None:
    seen, fresh = {STRAIGHT}, {STRAIGHT}
    while fresh:
        fresh = {turn.then(step) for turn in fresh for step in STEPS.values()} - seen
        seen |= fresh
    assert len(seen) == 48


def test_left_and_right_are_the_last_axis_and_head_and_feet_the_first() -> None:
    assert np.array_equal(turned(VOLUME, turn_of(["flip-left-right"])).hu, VOLUME.hu[:, :, ::-1])
    assert np.array_equal(turned(VOLUME, turn_of(["flip-front-back"])).hu, VOLUME.hu[:, ::-1])
    assert np.array_equal(turned(VOLUME, turn_of(["flip-head-feet"])).hu, VOLUME.hu[::-1])


def test_an_unknown_correction_names_the_nearest_and_axes_are_a_permutation() -> None:
    with pytest.raises(WrongUse, match="Did you mean 'flip-left-right'"):
        turn_of(["flip-left-rigth"])
    with pytest.raises(WrongUse, match="each of the three axes once"):
        Turn((0, 0, 1))
