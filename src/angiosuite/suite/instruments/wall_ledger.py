"""What walls have borne: the worst of each vessel, of the last two seconds, and the impulse on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .contact import Contact

__all__ = ["WallLedger"]

WINDOW_S, CELLS = 2.0, 10
CELL_S = WINDOW_S / CELLS


class WallLedger:
    """Forces on the walls of each vessel.

    Notes
    -----
    **Model** the largest force of a node and the largest share of failure of each vessel, over the session
    and over the last 2 s (in cells of 0.2 s), and the sum of force times time.
    Held by ``tests/suite/instruments/test_wall_ledger.py``.
    """

    def __init__(self) -> None:
        self.worst: dict[str, dict[str, float]] = {}
        """By vessel: largest force_n and share, where (at_mm) and when (moment_s) the share was so large."""
        self.impulse_ns: dict[str, float] = {}
        self._recent: dict[str, list[float]] = {}
        self._cell = 0

    def note(self, contact: Contact, shares: np.ndarray, seconds: float, moment_s: float) -> None:
        """Take note of one step of one stack."""
        self._turn_to(int(moment_s / CELL_S + 1e-9))
        loaded = np.flatnonzero((contact.pressed_n > 0.0) & (contact.vessel >= 0))
        if not len(loaded):
            return
        vessel, force = contact.vessel[loaded], contact.pressed_n[loaded]
        for number in np.flatnonzero(np.bincount(vessel)).tolist():
            name = contact.names[number]
            here = vessel == number
            mine, pressed = loaded[here], force[here]
            self.impulse_ns[name] = self.impulse_ns.get(name, 0.0) + float(pressed.sum()) * seconds
            self.press(name, float(pressed.max()), moment_s)
            at = int(mine[int(shares[mine].argmax())])
            self.strain(name, float(shares[at]), float(contact.at_mm[at]), moment_s)

    def press(self, vessel: str, force_n: float, moment_s: float) -> None:
        """A force on a vessel."""
        self._turn_to(int(moment_s / CELL_S + 1e-9))
        known = self.worst.setdefault(vessel, {"force_n": 0.0, "share": 0.0, "at_mm": 0.0, "moment_s": 0.0})
        known["force_n"] = max(known["force_n"], force_n)
        cells = self._recent.setdefault(vessel, [0.0] * CELLS)
        place = self._cell % CELLS
        cells[place] = max(cells[place], force_n)

    def strain(self, vessel: str, share: float, at_mm: float, moment_s: float) -> None:
        """A stress on a vessel, as a share of failure."""
        known = self.worst.setdefault(vessel, {"force_n": 0.0, "share": 0.0, "at_mm": 0.0, "moment_s": 0.0})
        if share > known["share"]:
            known.update(share=share, at_mm=at_mm, moment_s=moment_s)

    def recent_n(self, vessel: str, moment_s: float) -> float:
        """Largest force on a node of a vessel in the last 2 s, N."""
        self._turn_to(int(moment_s / CELL_S + 1e-9))
        return max(self._recent.get(vessel, (0.0,)))

    def _turn_to(self, cell: int) -> None:
        """Forget cells that are older than the window."""
        gone = min(cell - self._cell, CELLS)
        if gone > 0:
            for cells in self._recent.values():
                for k in range(gone):
                    cells[(self._cell + 1 + k) % CELLS] = 0.0
        self._cell = max(cell, self._cell)

    def state(self) -> dict[str, Any]:
        """Everything that is known."""
        return {
            "worst": {name: dict(one) for name, one in self.worst.items()},
            "impulse_ns": dict(self.impulse_ns),
            "recent": {name: list(cells) for name, cells in self._recent.items()},
            "cell": self._cell,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.worst = {name: dict(one) for name, one in state["worst"].items()}
        self.impulse_ns = dict(state["impulse_ns"])
        self._recent = {name: list(cells) for name, cells in state["recent"].items()}
        self._cell = state["cell"]
