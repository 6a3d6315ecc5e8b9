"""What a beam sees of the blood at one instant: iodine in lumens, beds and chambers, gas, the catheter."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .beside import Beside
from .catheter_seen import CatheterSeen

__all__ = ["BloodSeen"]


@dataclass(frozen=True, slots=True, eq=False)
class BloodSeen:
    """Contrast at one instant, as the projector takes it.

    Parameters
    ----------
    lumens_g_cm3 : ndarray (nodes,), float32
        Iodine at every node of the lumens and twigs, mean over the lumen.
    beds_g_cm3 : ndarray (beds,), float32
        Iodine in the tissue of every bed of the territory.
    catheter : CatheterSeen or None
    gas_share : ndarray (nodes,), float32, or None
        Share of the lumen at every node that gas fills.
    sunk : ndarray (nodes of the floors,), float32, or None
        Share of the mean that lies on the floor (see `Floors`); None where nothing has sunk.
    chambers : ndarray (4, 2), float64, or None
        Iodine, mg, in each chamber of the heart and its volume, ml, in the order of `heart.CHAMBERS`; None
        where none holds any.
    width : ndarray (vessel nodes,), float64, or None
        Share of its radius that each centre-line point has; None where no harm narrows any.
    aside_mm : ndarray (vessel nodes, 3), float64, or None
        How far a flap pushes true lumens aside.
    beside : tuple of Beside
        Contrast outside the lumens.
    """

    lumens_g_cm3: NDArray[np.float32]
    beds_g_cm3: NDArray[np.float32]
    catheter: CatheterSeen | None = None
    gas_share: NDArray[np.float32] | None = None
    sunk: NDArray[np.float32] | None = None
    chambers: NDArray[np.float64] | None = None
    width: NDArray[np.float64] | None = None
    aside_mm: NDArray[np.float64] | None = None
    beside: tuple[Beside, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Plain values, exact."""
        return {
            "lumens": _packed(self.lumens_g_cm3),
            "beds": _packed(self.beds_g_cm3),
            "catheter": None if self.catheter is None else self.catheter.plain(),
            "gas": None if self.gas_share is None else _packed(self.gas_share),
            "sunk": None if self.sunk is None else _packed(self.sunk),
            "chambers": None if self.chambers is None else self.chambers.tolist(),
            "width": None if self.width is None else _packed(self.width, "<f8"),
            "aside": None if self.aside_mm is None else _packed(self.aside_mm, "<f8"),
            "beside": [one.plain() for one in self.beside],
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> BloodSeen:
        """What :meth:`plain` made plain; older releases have no layers, no chambers, no harms."""
        catheter, sunk, chambers = plain["catheter"], plain.get("sunk"), plain.get("chambers")
        width, aside = plain.get("width"), plain.get("aside")
        return cls(
            _unpacked(plain["lumens"]),
            _unpacked(plain["beds"]),
            None if catheter is None else CatheterSeen.restored(catheter),
            None if plain["gas"] is None else _unpacked(plain["gas"]),
            None if sunk is None else _unpacked(sunk),
            None if chambers is None else np.array(chambers, np.float64),
            None if width is None else _doubles(width),
            None if aside is None else _doubles(aside).reshape(-1, 3),
            tuple(Beside.restored(one) for one in plain.get("beside", ())),
        )


def _packed(values: NDArray[Any], kind: str = "<f4") -> str:
    return base64.b64encode(zlib.compress(values.astype(kind).tobytes(), 6)).decode("ascii")


def _unpacked(text: str) -> NDArray[np.float32]:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), "<f4").astype(np.float32)


def _doubles(text: str) -> NDArray[np.float64]:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), "<f8").astype(np.float64)
