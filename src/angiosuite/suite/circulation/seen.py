"""What a beam sees of the blood at one instant: iodine in lumens, beds and chambers, gas, the catheter."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    """

    lumens_g_cm3: NDArray[np.float32]
    beds_g_cm3: NDArray[np.float32]
    catheter: CatheterSeen | None = None
    gas_share: NDArray[np.float32] | None = None
    sunk: NDArray[np.float32] | None = None
    chambers: NDArray[np.float64] | None = None

    def plain(self) -> dict[str, Any]:
        """Plain values, exact."""
        return {
            "lumens": _packed(self.lumens_g_cm3),
            "beds": _packed(self.beds_g_cm3),
            "catheter": None if self.catheter is None else self.catheter.plain(),
            "gas": None if self.gas_share is None else _packed(self.gas_share),
            "sunk": None if self.sunk is None else _packed(self.sunk),
            "chambers": None if self.chambers is None else self.chambers.tolist(),
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> BloodSeen:
        """What :meth:`plain` made plain; releases before layers and chambers have neither."""
        catheter, sunk, chambers = plain["catheter"], plain.get("sunk"), plain.get("chambers")
        return cls(
            _unpacked(plain["lumens"]),
            _unpacked(plain["beds"]),
            None if catheter is None else CatheterSeen.restored(catheter),
            None if plain["gas"] is None else _unpacked(plain["gas"]),
            None if sunk is None else _unpacked(sunk),
            None if chambers is None else np.array(chambers, np.float64),
        )


def _packed(values: NDArray[np.float32]) -> str:
    return base64.b64encode(zlib.compress(values.astype("<f4").tobytes(), 6)).decode("ascii")


def _unpacked(text: str) -> NDArray[np.float32]:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), "<f4").astype(np.float32)
