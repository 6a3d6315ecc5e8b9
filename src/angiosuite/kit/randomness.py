"""Counter-based randomness: the same (seed, subsystem, frame) gives the same numbers anywhere."""

from __future__ import annotations

import hashlib

import numpy as np

_MASK = (1 << 64) - 1


def key_of(seed: int, subsystem: str) -> tuple[int, int]:
    """Two 64-bit Philox key words for a seed and a subsystem name."""
    digest = hashlib.sha256(subsystem.encode()).digest()
    return seed & _MASK, int.from_bytes(digest[:8], "little")


def generator(seed: int, subsystem: str, frame: int = 0) -> np.random.Generator:
    """A generator whose stream depends on nothing but its three arguments.

    Model
    -----
    Philox4x64-10 keyed by (seed, SHA-256(subsystem)); the frame is the high counter word, so the
    streams of two frames never meet.

    Source
    ------
    Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
    """
    word0, word1 = key_of(seed, subsystem)
    bits = np.random.Philox(
        key=np.array([word0, word1], dtype=np.uint64),
        counter=np.array([0, 0, 0, frame & _MASK], dtype=np.uint64),
    )
    return np.random.Generator(bits)
