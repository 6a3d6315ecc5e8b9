"""A corrected orientation: turns compose as a group and keep the volume's centre."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.dicom import CtVolume, SeriesFacts
from angiosuite.kit.errors import WrongUse

Turn = tuple[tuple[int, int, int], tuple[bool, bool, bool]]
TURNS: list[Turn] = list(product(permutations(range(3)), product((False, True), repeat=3)))  # type: ignore[arg-type]
turns = st.sampled_from(TURNS)


def volume() -> CtVolume:
    hu = np.arange(4 * 5 * 6, dtype=np.int16).reshape(4, 5, 6)
    return CtVolume(hu, (-7.0, 11.0, 300.0), (5.0, 0.75, 0.5), SeriesFacts("nifti", 4, (5, 6)))


def centre(ct: CtVolume) -> np.ndarray:
    size = np.array(ct.hu.shape[::-1]) - 1
    return np.array(ct.origin_mm) + size * np.array(ct.spacing_zyx_mm[::-1]) / 2


def after(first: Turn, second: Turn) -> Turn:
    """The one turn that does both."""
    axes = tuple(first[0][axis] for axis in second[0])
    flips = tuple(first[1][axis] != flip for axis, flip in zip(second[0], second[1], strict=True))
    return axes, flips  # type: ignore[return-value]


@given(turns, turns)
def test_two_turns_are_one_turn(first: Turn, second: Turn) -> None:
    twice, once = volume().turned(*first).turned(*second), volume().turned(*after(first, second))
    assert np.array_equal(twice.hu, once.hu)
    assert twice.spacing_zyx_mm == once.spacing_zyx_mm
    assert twice.origin_mm == pytest.approx(once.origin_mm)


@given(turns)
def test_every_turn_has_one_that_undoes_it(turn: Turn) -> None:
    back = next(other for other in TURNS if after(turn, other) == ((0, 1, 2), (False,) * 3))
    again = volume().turned(*turn).turned(*back)
    assert np.array_equal(again.hu, volume().hu)
    assert again.origin_mm == pytest.approx(volume().origin_mm)


@given(turns)
def test_a_turn_keeps_voxels_size_and_centre(turn: Turn) -> None:
    turned = volume().turned(*turn)
    assert turned.hu.flags.c_contiguous
    assert sorted(turned.hu.ravel()) == sorted(volume().hu.ravel())
    assert sorted(turned.spacing_zyx_mm) == sorted(volume().spacing_zyx_mm)
    assert centre(turned) == pytest.approx(centre(volume()))


def test_no_permutation_is_no_turn() -> None:
    with pytest.raises(WrongUse):
        volume().turned((0, 0, 2), (False, False, False))
