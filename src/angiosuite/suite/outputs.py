"""What a session gives out: frames, events and changes of its visible state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.log import Entry


class Mode(IntEnum):
    """What kind of picture a frame is; the numbers travel in the frame's header."""

    FLUORO = 0
    SHOT = 1
    HELD = 2
    STORED = 3
    RUN = 4


FLAG_HELD = 1
FLAG_DRAFT = 2
FLAG_SUBTRACTED = 4
FLAG_ROADMAP = 8
FLAG_PHANTOM = 16


@dataclass(frozen=True, slots=True)
class FrameOut:
    """One picture for the live monitor: 8-bit grey, shape (rows, columns)."""

    index: int
    t_us: int
    mode: Mode
    flags: int
    image: NDArray[np.uint8]
    meta: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventOut:
    """Something that happened, as the log has it."""

    seq: int
    t_us: int
    name: str
    text: str
    data: Mapping[str, Any]

    @classmethod
    def of(cls, entry: Entry) -> EventOut:
        """The event of a line of the log."""
        data = dict(entry.data)
        return cls(entry.seq, entry.t_us, entry.name, str(data.pop("text", "")), data)

    @property
    def event(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "seq": self.seq,
            "t_us": self.t_us,
            "name": self.name,
            "text": self.text,
            "data": dict(self.data),
        }


@dataclass(frozen=True, slots=True)
class StateOut:
    """Top-level parts of the visible state that changed."""

    patch: Mapping[str, Any]


Output = FrameOut | EventOut | StateOut
