"""The hole that a sheath leaves, as a hand or a device closes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import pi, sqrt
from typing import Any, Literal, NamedTuple, Self

from angiosuite.physics.treating.haemostasis import (
    DRY,
    Groin,
    closing_s,
    left_share,
    occludes,
    rebleeds,
    works_share,
)

__all__ = ["Now", "Puncture", "hole_mm2", "leak_share", "lumen_share"]

GAPES = 0.3
"""Share of a sheath's cross-section that its hole leaks with: the wall springs back (own choice; draft)."""
OOZES = 0.02
"""Share of the hole that oozes until a device that holds is dry (own choice; draft)."""
ENOUGH = 0.6
"""Share of the mean pressure in the vessel at which a hand stops its hole (research notes 3.2, memory)."""
SHUT = 2e-3
VEIN_MMHG = 8.0
"""Mean pressure in the common femoral vein of one who lies (memory)."""
LATE_S = (60.0, 600.0)
"""When a puncture that was dry bleeds again after all (own choice; draft)."""

Change = Literal["again", "dry"]


class Now(NamedTuple):
    """What closing depends on at a moment."""

    act_s: float
    systolic_mmhg: float
    mean_mmhg: float
    antiplatelets: bool = False


def hole_mm2(outer_mm: float) -> float:
    """Area that a sheath of this outer diameter leaves to bleed, mm2: 0.3 of its cross-section.

    Notes
    -----
    **Source** own choice (draft): some 200 ml/min from the hole of a 5 F sheath that nobody holds.
    """
    return GAPES * pi / 4.0 * outer_mm**2


def leak_share(pressure_mmhg: float, vessel_mmhg: float) -> float:
    """Share of the bleeding that runs on under a hand that presses so hard.

    Notes
    -----
    **Model** flow through a hole goes by the root of the pressure across it; the tract is shut at 0.6 of the
    vessel's mean pressure, where the hand has hold of the hole and the artery is open still.
    **Source** Torricelli; the share research notes 3.2 (memory). Held by
    ``tests/suite/treating/closing/test_puncture.py``.
    """
    return sqrt(max(0.0, 1.0 - pressure_mmhg / (ENOUGH * max(vessel_mmhg, 1.0))))


def lumen_share(pressure_mmhg: float, vessel_mmhg: float) -> float:
    """Share of the vessel's lumen that a hand leaves: all to 0.6 of the mean pressure, none from all of it.

    Notes
    -----
    **Model** even between (own choice; draft). Held by ``tests/suite/treating/closing/test_puncture.py``.
    """
    if occludes(pressure_mmhg, vessel_mmhg):
        return SHUT
    pressed = (pressure_mmhg / max(vessel_mmhg, 1.0) - ENOUGH) / (1.0 - ENOUGH)
    return max(SHUT, 1.0 - max(0.0, pressed))


@dataclass(slots=True)
class Puncture:
    """One hole in time.

    Parameters
    ----------
    access, vessel : str
    at_mm : float
    sheath_f : float
        That made it, by its name.
    is_vein : bool
    slow : float
        Drawn, 0 to 1: how slowly this one closes.
    hole : str
        Its opening in the circulation.
    open_share : float
        Of the hole, that no clot has closed.
    pressed_mmhg : float
        How hard a hand presses on it.
    held_s : float
        For how long it has without letting go.
    occluded_s : float
        For how long that stopped the vessel's blood.
    is_dry : bool
        It is closed and nobody holds it.
    again_in_s : float or None
        When one that is dry opens after all.
    dry_in_s : float or None
        When a device that holds is dry.
    device, pad : str
        What closed it, and what lies under the hand; empty for nothing.
    tries : int
        How often chance was asked: each has a number of its own.

    Notes
    -----
    **Model** a plug closes the hole as `haemostasis.closing_s` says, under a hand (`works_share`) or, far
    more slowly, without; a hand that goes lets it bleed or not (`rebleeds`): then the plug goes as a whole
    (own choice). Nobody sees the plug: what can be seen is blood, and a swelling.
    Held by ``tests/suite/treating/closing/test_puncture.py``.
    """

    access: str
    vessel: str
    at_mm: float
    sheath_f: float
    is_vein: bool
    slow: float
    hole: str = ""
    open_share: float = 1.0
    pressed_mmhg: float = 0.0
    held_s: float = 0.0
    occluded_s: float = 0.0
    is_dry: bool = False
    again_in_s: float | None = None
    dry_in_s: float | None = None
    device: str = ""
    pad: str = ""
    tries: int = 0

    def vessel_mmhg(self, now: Now) -> float:
        """Mean pressure in its vessel."""
        return VEIN_MMHG if self.is_vein else now.mean_mmhg

    def bleeds_share(self, now: Now) -> float:
        """Share of the whole hole that blood runs through."""
        if self.is_dry:
            return 0.0
        return self.open_share * leak_share(self.pressed_mmhg, self.vessel_mmhg(now))

    def lumen_share(self, now: Now) -> float:
        """Share of the vessel's lumen that the hand leaves."""
        return lumen_share(self.pressed_mmhg, self.vessel_mmhg(now)) if self.pressed_mmhg else 1.0

    @property
    def is_shut_by_itself(self) -> bool:
        """Whether it has closed as far as it must, with nobody holding it."""
        return not self.is_dry and not self.pressed_mmhg and self.dry_in_s is None and self.open_share <= DRY

    def step(self, seconds: float, now: Now) -> Change | None:
        """Time goes on; what changed by itself."""
        if self.pressed_mmhg:
            self.held_s += seconds
            stopped = occludes(self.pressed_mmhg, self.vessel_mmhg(now))
            self.occluded_s = self.occluded_s + seconds if stopped else 0.0
        if self.is_dry:
            return self._wait(seconds)
        if self.dry_in_s is not None:
            self.dry_in_s -= seconds
            if self.dry_in_s > 0.0:
                return None
            self.dry_in_s, self.is_dry = None, True
            return "dry"
        groin = Groin(self.sheath_f, now.act_s, now.systolic_mmhg, now.antiplatelets, self.is_vein)
        works = works_share(self.pressed_mmhg, self.vessel_mmhg(now))
        self.open_share = left_share(self.open_share, seconds, closing_s(groin, self.slow), works)
        return None

    def _wait(self, seconds: float) -> Change | None:
        if self.again_in_s is None or self.pressed_mmhg:
            return None
        self.again_in_s -= seconds
        if self.again_in_s > 0.0:
            return None
        self.bleed()
        return "again"

    def bleed(self) -> None:
        """The plug goes, or the device: the whole hole is open."""
        self.open_share, self.is_dry, self.again_in_s, self.dry_in_s = 1.0, False, None, None

    def press(self, mmhg: float) -> None:
        """A hand comes onto it, or presses harder or less."""
        if not self.pressed_mmhg:
            self.held_s = 0.0
        self.pressed_mmhg = mmhg

    def let_go(self, u: float, late: float) -> bool:
        """The hand goes, or none was there and it has shut by itself; whether it bleeds now.

        Parameters
        ----------
        u, late : float
            Drawn, 0 to 1: whether it bleeds, and when if it was dry at first.
        """
        self.pressed_mmhg, self.occluded_s = 0.0, 0.0
        if self.is_dry or self.dry_in_s is not None:
            return False
        if not rebleeds(self.open_share, u):
            self.is_dry = True
            return False
        if self.open_share > DRY:
            self.bleed()
            return True
        first, last = LATE_S
        self.is_dry, self.again_in_s = True, first + (last - first) * late
        return False

    def hold(self, device: str, dry_in_s: float, again_in_s: float | None) -> None:
        """A device holds: an ooze until it is dry."""
        self.device, self.open_share, self.dry_in_s, self.again_in_s = device, OOZES, dry_in_s, again_in_s

    def state(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """The puncture that :meth:`state` told of."""
        return cls(**plain)
