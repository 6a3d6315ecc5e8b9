"""Frames through shared memory: whole or lost, never torn."""

from __future__ import annotations

import numpy as np
import pytest

from angiosuite.runtime.frame_ring import SLOTS, FrameRing


@pytest.mark.parametrize("shape", [(512, 512), (1024, 1024), (7, 300)])
def test_a_frame_comes_out_as_it_went_in(shape: tuple[int, int]) -> None:
    image = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    ring = FrameRing()
    other = FrameRing(ring.name)
    try:
        for _ in range(3):
            number = other.write(image)
            found = ring.read(number, *shape)
            assert found is not None and np.array_equal(found, image)
    finally:
        other.close()
        ring.close()


def test_a_frame_that_was_overtaken_is_lost_not_mixed() -> None:
    ring = FrameRing()
    try:
        numbers = [ring.write(np.full((64, 64), i, np.uint8)) for i in range(SLOTS + 3)]
        assert ring.read(numbers[0], 64, 64) is None
        last = ring.read(numbers[-1], 64, 64)
        assert last is not None and (last == SLOTS + 2).all()
    finally:
        ring.close()


def test_a_frame_that_is_just_being_written_is_not_read() -> None:
    ring = FrameRing()
    try:
        number = ring.write(np.zeros((8, 8), np.uint8))
        ring._counter(number % SLOTS)[0] = 2 * number + 1
        assert ring.read(number, 8, 8) is None
    finally:
        ring.close()
