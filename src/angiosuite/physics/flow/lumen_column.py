"""What lies in a catheter's lumen from hub to tip: whatever is pushed in, the oldest comes out first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LumenColumn", "Parcel"]

Floats = NDArray[np.float64]

_MOST = 64


@dataclass(frozen=True, slots=True)
class Parcel:
    """Some fluid: ml of it, iodine in it, and how much of the volume is gas.

    Parameters
    ----------
    ml : float
        Liquid and gas together.
    iodine_mg : float
    gas_ml : float
    """

    ml: float
    iodine_mg: float = 0.0
    gas_ml: float = 0.0

    @property
    def iodine_mg_ml(self) -> float:
        """Of the liquid."""
        liquid = self.ml - self.gas_ml
        return self.iodine_mg / liquid if liquid > 1e-12 else 0.0


class LumenColumn:
    """Plug flow through a lumen of fixed volume; it begins full of blood or saline.

    Held by `test_a_lumen_gives_back_what_went_in`.

    Parameters
    ----------
    volume_ml : float
    """

    def __init__(self, volume_ml: float) -> None:
        self.volume_ml = volume_ml
        self._parcels: list[Parcel] = [Parcel(volume_ml)] if volume_ml > 0.0 else []

    def push(self, parcel: Parcel) -> Parcel:
        """Push a parcel in at the hub; what leaves the tip, of the same volume."""
        if parcel.ml <= 0.0:
            return Parcel(0.0)
        self._join(parcel)
        left, iodine, gas = parcel.ml, 0.0, 0.0
        while left > 1e-15 and self._parcels:
            first = self._parcels[0]
            if first.ml <= left:
                iodine, gas, left = iodine + first.iodine_mg, gas + first.gas_ml, left - first.ml
                self._parcels.pop(0)
                continue
            share = left / first.ml
            iodine, gas = iodine + share * first.iodine_mg, gas + share * first.gas_ml
            keep = 1.0 - share
            self._parcels[0] = Parcel(first.ml - left, first.iodine_mg * keep, first.gas_ml * keep)
            left = 0.0
        return Parcel(parcel.ml, iodine, gas)

    def _join(self, parcel: Parcel) -> None:
        """Put it behind the last one, into it where they are alike or places run out."""
        if self._parcels:
            last = self._parcels[-1]
            alike = abs(last.iodine_mg_ml - parcel.iodine_mg_ml) < 1e-6 and (
                abs(last.gas_ml / last.ml - parcel.gas_ml / parcel.ml) < 1e-9
            )
            if alike or len(self._parcels) >= _MOST:
                self._parcels[-1] = Parcel(
                    last.ml + parcel.ml, last.iodine_mg + parcel.iodine_mg, last.gas_ml + parcel.gas_ml
                )
                return
        self._parcels.append(parcel)

    @property
    def content(self) -> Parcel:
        """Everything that lies in it."""
        return Parcel(
            sum(p.ml for p in self._parcels),
            sum(p.iodine_mg for p in self._parcels),
            sum(p.gas_ml for p in self._parcels),
        )

    def state(self) -> dict[str, Floats]:
        """Its parcels from tip to hub, (n, 3)."""
        rows = [[p.ml, p.iodine_mg, p.gas_ml] for p in self._parcels]
        return {"parcels": np.array(rows, np.float64).reshape(-1, 3)}

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`."""
        self._parcels = [Parcel(*(float(x) for x in row)) for row in arrays["parcels"]]
