"""Instruments at one instant, as a picture shows them: where they lie, of what make, and what they hold."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .drawn import Drawn

__all__ = ["InstrumentsSeen", "ToolSeen"]


@dataclass(frozen=True, slots=True, eq=False)
class ToolSeen:
    """An instrument at one instant.

    Parameters
    ----------
    points_mm : ndarray (n, 3)
        Its course from the skin to its tip where it is now, LPS mm; kept in single precision. Nodes lie
        closer than the radius of its bends. Instruments of one access begin at the same point.
    drawn : Drawn
        What it is made of.
    iodine_g_cm3 : float
        In its lumen.
    around_g_cm3 : float
        Iodine in the blood that it displaces; where it lies in another instrument, what is in that one's
        lumen is displaced.
    """

    points_mm: NDArray[Any]
    drawn: Drawn
    iodine_g_cm3: float = 0.0
    around_g_cm3: float = 0.0

    def __post_init__(self) -> None:
        points = np.array(self.points_mm, np.float32)
        points.setflags(write=False)
        object.__setattr__(self, "points_mm", points)


@dataclass(frozen=True, slots=True, eq=False)
class InstrumentsSeen:
    """All instruments in a patient at one instant.

    Parameters
    ----------
    tools : tuple of ToolSeen
        One access after the other, of each the innermost first.
    """

    tools: tuple[ToolSeen, ...]

    def plain(self) -> dict[str, Any]:
        """Plain values, exact; what several are made of alike is told once."""
        made: list[Drawn] = []
        for tool in self.tools:
            if not any(one is tool.drawn for one in made):
                made.append(tool.drawn)
        return {
            "made": _packed(json.dumps([one.plain() for one in made], separators=(",", ":")).encode()),
            "tools": [_plain(tool, made) for tool in self.tools],
        }

    @classmethod
    def restored(cls, plain: Mapping[str, Any]) -> InstrumentsSeen:
        """What :meth:`plain` made plain."""
        made = [Drawn.restored(one) for one in json.loads(_unpacked(plain["made"]))]
        return cls(
            tuple(
                ToolSeen(
                    np.frombuffer(_unpacked(one["points"]), "<f4").reshape(-1, 3),
                    made[one["made"]],
                    one["iodine"],
                    one["around"],
                )
                for one in plain["tools"]
            )
        )


def _plain(tool: ToolSeen, made: Sequence[Drawn]) -> dict[str, Any]:
    return {
        "points": _packed(tool.points_mm.astype("<f4").tobytes()),
        "made": next(k for k, one in enumerate(made) if one is tool.drawn),
        "iodine": tool.iodine_g_cm3,
        "around": tool.around_g_cm3,
    }


def _packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 6)).decode("ascii")


def _unpacked(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
