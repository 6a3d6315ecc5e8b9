"""Distances are exact, and openings and closings are those of a ball."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from angiosuite.anatomy.distance import closed, distance_mm, opened, within
from angiosuite.physics import threads


def _mask(seed: int, share: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return ndimage.gaussian_filter(rng.normal(size=(17, 23, 19)), 1.0) > share


@given(seed=st.integers(0, 1000), share=st.floats(-0.4, 0.3))
def test_distances_are_those_of_an_independent_solver(seed: int, share: float) -> None:
    mask = _mask(seed, share)
    if mask.all():
        return
    expected = ndimage.distance_transform_edt(mask, 2.0)
    assert distance_mm(mask, 2.0) == pytest.approx(expected, abs=1e-4)


def test_the_number_of_threads_changes_no_byte() -> None:
    mask, before = _mask(3, 0.0), threads.threads()
    try:
        results = []
        for count in (1, 3):
            threads.set_threads(count)
            results.append(distance_mm(mask, 2.0).tobytes())
    finally:
        threads.set_threads(before)
    assert results[0] == results[1]


def test_a_mask_without_outside_is_far_from_it_everywhere_and_an_empty_one_is_near_nothing() -> None:
    assert (distance_mm(np.ones((4, 5, 6), bool), 1.0) > 1e4).all()
    assert not within(np.zeros((4, 5, 6), bool), 3.0, 1.0).any()


@given(seed=st.integers(0, 1000))
def test_opening_takes_away_and_closing_adds_and_both_do_so_once(seed: int) -> None:
    mask = _mask(seed, 0.0)
    less, more = opened(mask, 2.0, 1.0), closed(mask, 2.0, 1.0)
    assert (less <= mask).all() and (more >= mask).all()
    assert (opened(less, 2.0, 1.0) == less).all() and (closed(more, 2.0, 1.0) == more).all()
