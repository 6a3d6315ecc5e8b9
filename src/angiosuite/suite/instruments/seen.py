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
    around_g_cm3 : float or ndarray (n,)
        Iodine in the blood that it displaces, everywhere or at each point, kept in single precision; where it
        lies in another instrument, what is in that one's lumen is displaced.
    gas_share : float
        Share of its lumen that is air.
    is_straight : bool
        Whether it runs straight from point to point: the struts of a stent.
    """

    points_mm: NDArray[Any]
    drawn: Drawn
    iodine_g_cm3: float = 0.0
    around_g_cm3: float | NDArray[Any] = 0.0
    gas_share: float = 0.0
    is_straight: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "points_mm", _kept(self.points_mm))
        if np.ndim(self.around_g_cm3):
            object.__setattr__(self, "around_g_cm3", _kept(self.around_g_cm3))


@dataclass(frozen=True, slots=True, eq=False)
class InstrumentsSeen:
    """All instruments in a patient at one instant.

    Parameters
    ----------
    tools : tuple of ToolSeen
        One access after the other, of each the innermost first.
    aside_mm : ndarray (vessel nodes, 3), float64, or None
        How far they push the vessels aside, at the centre-line points that pictures draw; None where that is
        nowhere to be seen.
    """

    tools: tuple[ToolSeen, ...]
    aside_mm: NDArray[np.float64] | None = None

    def plain(self) -> dict[str, Any]:
        """Plain values, exact; what several are made of alike is told once."""
        made: list[Drawn] = []
        for tool in self.tools:
            if not any(one is tool.drawn for one in made):
                made.append(tool.drawn)
        return {
            "made": _packed(json.dumps([one.plain() for one in made], separators=(",", ":")).encode()),
            "tools": [_plain(tool, made) for tool in self.tools],
            "aside": None if self.aside_mm is None else _packed(self.aside_mm.astype("<f8").tobytes()),
        }

    @classmethod
    def restored(cls, plain: Mapping[str, Any]) -> InstrumentsSeen:
        """What :meth:`plain` made plain."""
        made = [Drawn.restored(one) for one in json.loads(_unpacked(plain["made"]))]
        aside = plain.get("aside")
        return cls(
            tuple(
                ToolSeen(
                    np.frombuffer(_unpacked(one["points"]), "<f4").reshape(-1, 3),
                    made[one["made"]],
                    one["iodine"],
                    _around(one["around"]),
                    one.get("gas", 0.0),
                    one.get("straight", False),
                )
                for one in plain["tools"]
            ),
            None if aside is None else np.frombuffer(_unpacked(aside), "<f8").reshape(-1, 3),
        )


def _plain(tool: ToolSeen, made: Sequence[Drawn]) -> dict[str, Any]:
    straight = {"straight": True} if tool.is_straight else {}
    return {
        **straight,
        "points": _packed(tool.points_mm.astype("<f4").tobytes()),
        "made": next(k for k, one in enumerate(made) if one is tool.drawn),
        "iodine": tool.iodine_g_cm3,
        "around": _told(tool.around_g_cm3),
        "gas": tool.gas_share,
    }


def _kept(values: Any) -> NDArray[np.float32]:
    """In single precision, not to be changed."""
    kept = np.array(values, np.float32)
    kept.setflags(write=False)
    return kept


def _told(around: float | NDArray[Any]) -> float | str:
    """One number, or one for each point, packed."""
    if np.ndim(around) == 0:
        return float(around)
    return _packed(np.asarray(around).astype("<f4").tobytes())


def _around(plain: float | str) -> float | NDArray[Any]:
    return np.frombuffer(_unpacked(plain), "<f4") if isinstance(plain, str) else plain


def _packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 6)).decode("ascii")


def _unpacked(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
