"""Frames from process to process through shared memory: a ring of numbered slots, never a queue."""

from __future__ import annotations

from multiprocessing.shared_memory import SharedMemory

import numpy as np
from numpy.typing import NDArray

SLOTS = 8
"""Frames that may be under way before the oldest is overwritten."""
LARGEST_PX = 1024 * 1024
"""Pixels of the largest frame that a session shows."""
_HEADER_BYTES = 64


class FrameRing:
    """Ring of 8-bit frames in shared memory with one writer and one reader.

    Each slot starts with a counter that is odd while the slot is being written and
    ``2 (number + 1)`` when frame `number` is whole. A reader that finds another value after
    copying has lost that frame to a newer one and says so.
    """

    def __init__(self, name: str | None = None) -> None:
        self._owner = name is None
        size = SLOTS * (_HEADER_BYTES + LARGEST_PX)
        self._memory = SharedMemory(name=name, create=name is None, size=size if name is None else 0)
        whole = np.ndarray((size,), dtype=np.uint8, buffer=self._memory.buf)
        self._slots = whole.reshape(SLOTS, _HEADER_BYTES + LARGEST_PX)
        self._written = 0

    @property
    def name(self) -> str:
        """Name under which another process attaches."""
        return self._memory.name

    def _counter(self, slot: int) -> NDArray[np.uint64]:
        return self._slots[slot, :8].view(np.uint64)

    def write(self, image: NDArray[np.uint8]) -> int:
        """Store a frame (row, column) and return its number."""
        number = self._written
        slot = number % SLOTS
        self._counter(slot)[0] = 2 * number + 1
        self._slots[slot, _HEADER_BYTES : _HEADER_BYTES + image.size] = image.reshape(-1)
        self._counter(slot)[0] = 2 * (number + 1)
        self._written = number + 1
        return number

    def read(self, number: int, rows: int, columns: int) -> NDArray[np.uint8] | None:
        """A copy of frame `number`, or None when a newer one took its slot."""
        slot = number % SLOTS
        expected = np.uint64(2 * (number + 1))
        if self._counter(slot)[0] != expected:
            return None
        flat = self._slots[slot, _HEADER_BYTES : _HEADER_BYTES + rows * columns].copy()
        if self._counter(slot)[0] != expected:
            return None
        return flat.reshape(rows, columns)

    def close(self) -> None:
        """Let go of the memory; the side that made it also removes it."""
        del self._slots
        try:
            self._memory.close()
        except BufferError:  # a view outlives us; the system frees the memory with the process
            pass
        if self._owner:
            self._memory.unlink()
