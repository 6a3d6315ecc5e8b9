"""The same three arguments give the same numbers; any other give others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from angiosuite.kit.randomness import generator

word = st.integers(0, 2**63 - 1)


@given(seed=word, frame=word)
def test_a_stream_depends_on_its_arguments_alone(seed, frame):
    a, b = generator(seed, "noise", frame).random(8), generator(seed, "noise", frame).random(8)
    assert np.array_equal(a, b)


@given(seed=word, frame=st.integers(0, 2**62))
def test_streams_of_other_frames_subsystems_and_seeds_differ(seed, frame):
    a = generator(seed, "noise", frame).random(4)
    for other in (
        generator(seed, "noise", frame + 1),
        generator(seed, "heart", frame),
        generator(seed ^ 1, "noise", frame),
    ):
        assert not np.array_equal(a, other.random(4))


def test_frames_are_uncorrelated():
    frames = np.array([generator(1, "noise", f).standard_normal(4000) for f in range(6)])
    off = np.corrcoef(frames)[~np.eye(6, dtype=bool)]
    assert np.abs(off).max() < 5 / np.sqrt(4000)
