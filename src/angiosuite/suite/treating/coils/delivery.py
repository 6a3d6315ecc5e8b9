"""A coil or plug on its way through a catheter: how deep, on what pusher, and what jams it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from angiosuite.content.coil import Coil
from angiosuite.content.delivery import CURLS_AT
from angiosuite.content.device import DeviceItem
from angiosuite.content.plug import Plug

__all__ = ["JUNCTION_MM", "Delivery"]

JUNCTION_MM = 1.0
"""How far beyond the tip a junction must be to be let go."""
CURL_EI_NMM2 = 0.03
"""Coils softer than this curl in a wide lumen (draft)."""
FOLDED = 1.6
"""Length of a plug in its catheter over that when free (draft)."""


@dataclass(slots=True)
class Delivery:
    """One coil or plug that is being delivered.

    Parameters
    ----------
    tool : str
        Its id on the table.
    device : DeviceItem
    tube : str
        The catheter's id.
    length_mm : float
        Of it within the catheter.
    in_mm : float
        How far its far end has come from the hub.
    mm_s : float
        What a hand gives.
    curls_at_mm : float or None
        Where in a lumen that is too wide it will curl; None where it will not.
    jam : str
        Why it moves no more: "curled", "kinked", "let-go-inside"; empty where it moves.
    is_severed : bool
        Whether it was let go in the catheter.
    kicked : bool
        Whether it was told that the catheter is pushed back.
    """

    tool: str
    device: DeviceItem
    tube: str
    length_mm: float
    in_mm: float = 0.0
    mm_s: float = 0.0
    curls_at_mm: float | None = None
    jam: str = ""
    is_severed: bool = False
    kicked: bool = False

    @property
    def part(self) -> Coil | Plug:
        """What it is."""
        part = self.device.part
        assert isinstance(part, Coil | Plug)
        return part

    @property
    def is_pushable(self) -> bool:
        """Whether a wire only pushes it: what has left does not come back."""
        return isinstance(self.part, Coil) and self.part.delivery == "pushable"

    @property
    def is_plug(self) -> bool:
        """Whether it is a plug."""
        return isinstance(self.part, Plug)

    def out_mm(self, tube_mm: float) -> float:
        """How much of it is out of a catheter of this length."""
        return min(max(self.in_mm - tube_mm, 0.0), self.length_mm)

    def junction_is_out(self, tube_mm: float) -> bool:
        """Whether its junction with the pusher is beyond the tip."""
        return self.in_mm >= tube_mm + self.length_mm + JUNCTION_MM - 1e-9

    def state(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "tool": self.tool, "device": self.device.id, "tube": self.tube, "length_mm": self.length_mm,
            "in_mm": self.in_mm, "mm_s": self.mm_s, "curls_at_mm": self.curls_at_mm, "jam": self.jam,
            "is_severed": self.is_severed, "kicked": self.kicked,
        }  # fmt: skip

    @classmethod
    def restored(cls, device: DeviceItem, plain: Mapping[str, Any]) -> Delivery:
        """One that :meth:`state` told of."""
        return cls(**{**{key: value for key, value in plain.items() if key != "device"}, "device": device})

    @staticmethod
    def curls(part: Coil | Plug, bore_mm: float) -> bool:
        """Whether a soft coil curls in a lumen that is so wide (rule 7 of the research notes, 5; memory)."""
        return isinstance(part, Coil) and part.ei_nmm2 < CURL_EI_NMM2 and bore_mm > CURLS_AT * part.wire_mm
