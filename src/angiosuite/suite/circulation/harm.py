"""Harm: what was done to a vessel or to what lies behind it, as plain facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Dissection", "Embolus", "Harm", "Matter", "Perforation", "Release", "Spasm", "jet_dissection"]

Matter = Literal["plaque", "clot", "air", "gelatin"]


@dataclass(frozen=True, slots=True)
class Spasm:
    """A vessel that narrows about a place.

    Parameters
    ----------
    vessel : str
    at_mm, length_mm : float
    left_share : float
        Of the lumen's area that is left at its height.
    on_s, off_s, relaxed_off_s : float
        Time constants with which it comes and goes, and goes under a full dose of nitroglycerin.
    """

    vessel: str
    at_mm: float
    length_mm: float
    left_share: float
    on_s: float
    off_s: float
    relaxed_off_s: float


@dataclass(frozen=True, slots=True)
class Dissection:
    """A true and a false lumen.

    Parameters
    ----------
    vessel : str
    at_mm, length_mm : float
        Where the intima was torn, and how far it is lifted from there.
    towards_end : bool
        Whether it is lifted towards the vessel's last point.
    with_flow_share, against_flow_share : float
        Of the lumen left to the true one, by whether the blood runs that way.
    false_share : float
        Of the lumen that the false one takes when it is full.
    entry_mm2 : float
        Of the tear.
    reenters : bool
        Whether the false lumen opens back at its end.
    """

    vessel: str
    at_mm: float
    length_mm: float
    towards_end: bool
    with_flow_share: float
    against_flow_share: float
    false_share: float
    entry_mm2: float
    reenters: bool = False

    @property
    def stretch_mm(self) -> tuple[float, float]:
        """From where to where along its vessel, mm."""
        far = self.at_mm + (self.length_mm if self.towards_end else -self.length_mm)
        return min(self.at_mm, far), max(self.at_mm, far)


def jet_dissection(vessel: str, at_mm: float) -> Dissection:
    """What an injection into the wall does: 15 mm of intima lifted (own choice; draft)."""
    return Dissection(vessel, at_mm, 15.0, True, 0.35, 0.7, 0.5, 1.5)


@dataclass(frozen=True, slots=True)
class Perforation:
    """A hole in a wall.

    Parameters
    ----------
    vessel : str
    at_mm : float
    orifice_mm2 : float
        Once the instrument is out.
    plugged_share : float
        Of it that bleeds while the instrument is in.
    gives_ml_mmhg : float
        How much the tissue around takes for 1 mmHg.
    clots_s : float
        Time constant of closing at a normal clotting time.
    tool : str
        What made it.
    """

    vessel: str
    at_mm: float
    orifice_mm2: float
    plugged_share: float
    gives_ml_mmhg: float
    clots_s: float
    tool: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Something that the blood carries on from a place.

    Parameters
    ----------
    matter : Matter
    mm3 : float
        At the pressure of the room.
    vessel : str
    at_mm : float
    tool, device : str
        From which instrument.
    """

    matter: Matter
    mm3: float
    vessel: str
    at_mm: float
    tool: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Embolus:
    """Something that is stuck.

    Parameters
    ----------
    matter : Matter
    mm3 : float
    vessel : str
        Where it is stuck in a vessel; else empty.
    at_mm : float
    closes_share : float
        Of that lumen.
    bed : str
        Where it went into a bed; else empty.
    feeder : str
        The vessel through which.
    bed_share : float
        Of that feeder's flow that it closes.
    fades_s : float or None
        Time constant with which it goes; None stays.
    hole : str
        Bleeding in whose hole it is stuck; else empty.
    """

    matter: Matter
    mm3: float
    vessel: str = ""
    at_mm: float = 0.0
    closes_share: float = 0.0
    bed: str = ""
    feeder: str = ""
    bed_share: float = 0.0
    fades_s: float | None = None
    hole: str = ""


Harm = Spasm | Dissection | Perforation | Embolus | Release
