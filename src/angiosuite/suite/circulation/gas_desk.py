"""Carbon dioxide at the table: a syringe that is filled from a reservoir, purged, and given by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.contrast_medium import ContrastItem, GasMedium
from angiosuite.content.device import DeviceItem
from angiosuite.content.loader import Library
from angiosuite.kit.errors import WrongUse
from angiosuite.physics.flow.gas_syringe import GasPush, GasRules, GasSyringe, gas_faults

from .desk import bore_of

__all__ = ["GasDesk"]

MEDIUM = "carbon-dioxide"
RATE_ML_S = 20.0
"""Rate of a hand on a gas syringe, ml/s (own choice; draft)."""
SMALL_ML = 5.0
"""A push of so much clears the catheter and does not count as an injection, ml."""
CLEAR_SHARE = 0.02
WORDS = {
    "gas-above-diaphragm": "Gas into an artery above the diaphragm: it may reach heart and brain",
    "air-in-reservoir": "Air is in the gas: it does not dissolve",
    "gas-too-soon": "Gas again before the last had gone",
    "gas-too-much": "More gas at once than is safe",
}


class GasDesk:
    """The gas syringe of one session.

    Parameters
    ----------
    content : Library
        Holds the medium and its limits.
    """

    def __init__(self, content: Library) -> None:
        self._content = content
        self.syringe = GasSyringe()
        self.flushes = 0
        self.given_ml = 0.0
        self.last_us: int | None = None

    @property
    def medium(self) -> GasMedium | None:
        """The gas of the content; None where a pack has none."""
        loaded = self._content.items["contrast"].get(MEDIUM)
        item = None if loaded is None else loaded.item
        medium = item.medium if isinstance(item, ContrastItem) else None
        return medium if isinstance(medium, GasMedium) else None

    @property
    def rules(self) -> GasRules:
        """What makes an injection dangerous, by the medium."""
        medium = self.medium
        return GasRules() if medium is None else GasRules(most_ml=medium.largest_ml, interval_s=medium.wait_s)

    # ---- hands -------------------------------------------------------------------------------------------

    def fill(self, ml: float) -> None:
        """Fill the syringe; what the line held of air comes with it."""
        self.flushes = 0
        self.syringe.fill(ml, 0)

    def purge(self) -> None:
        """Push the content out and fill again: a tenth of the air is left."""
        if self.syringe.ml <= 0.0:
            raise WrongUse("The gas syringe is empty", code="gas-empty", way_out="Fill it first.")
        self.flushes += 1
        self.syringe.fill(self.syringe.ml, self.flushes)

    def connect(self, device: DeviceItem) -> None:
        """To a catheter that holds liquid."""
        self.syringe.connect(bore_of(device.catheter))

    def faults(self, ml: float, *, artery: bool, above: bool, now_us: int) -> tuple[str, ...]:
        """Critical errors of an injection that is about to be given."""
        since = None if self.last_us is None else (now_us - self.last_us) * 1e-6
        share = self.syringe.air_share
        found = gas_faults(
            self.rules, artery=artery, above_diaphragm=above, ml=ml, air_share=share, since_s=since
        )
        return tuple(
            one for one in found if ml > SMALL_ML or one in ("gas-above-diaphragm", "air-in-reservoir")
        )

    def inject(self, ml: float, now_us: int) -> None:
        """Begin to push."""
        if self.syringe.ml <= 0.0:
            raise WrongUse("The gas syringe is empty", code="gas-empty", way_out="Fill it first.")
        self.syringe.inject(ml, RATE_ML_S)
        if ml > SMALL_ML:
            self.last_us = now_us

    @property
    def is_busy(self) -> bool:
        """Whether gas is still to come."""
        return self.syringe.busy

    def give(self, blood_mmhg: float, seconds: float) -> GasPush:
        """What leaves the catheter over a step."""
        push = self.syringe.step(blood_mmhg, seconds)
        self.given_ml += push.co2_ml + push.air_ml
        return push

    # ---- what is shown -----------------------------------------------------------------------------------

    def show(self, now_us: int) -> dict[str, Any]:
        """For the page."""
        syringe, rules = self.syringe, self.rules
        since = None if self.last_us is None else (now_us - self.last_us) * 1e-6
        wait = 0.0 if since is None else max(rules.interval_s - since, 0.0)
        air = "unknown" if self.flushes == 0 else "seen" if syringe.air_share > CLEAR_SHARE else "clear"
        medium = self.medium
        return {
            "state": "injecting" if syringe.busy else "filled" if syringe.ml > 0.0 else "empty",
            "fill_ml": round(syringe.ml, 1),
            "air": air if syringe.ml > 0.0 else "unknown",
            "injected_ml": round(self.given_ml, 1),
            "wait_s": round(wait),
            "warnings": [] if medium is None else list(medium.dangers),
        }

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]]]:
        """Everything that the next step depends on."""
        plain = {"flushes": self.flushes, "given_ml": self.given_ml, "last_us": self.last_us}
        return plain, self.syringe.state()

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[np.float64]]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.flushes, self.given_ml, self.last_us = plain["flushes"], plain["given_ml"], plain["last_us"]
        self.syringe.restore(arrays)
