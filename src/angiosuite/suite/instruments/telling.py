"""What is told of a harm: where, by what, how hard, how near to the threshold, at which frame and moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from angiosuite.content.hazard import HazardItem

from .patient_facts import PatientFacts

__all__ = ["Emit", "tell"]

Emit = Callable[[str, dict[str, Any], str], None]
"""Name, data and words of an event, as a session takes it."""


def tell(
    emit: Emit,
    event: str,
    item: HazardItem,
    patient: PatientFacts,
    *,
    tool: str,
    device: str,
    title: str,
    vessel: str = "",
    at_mm: float = 0.0,
    share: float | None = None,
    organ: str = "",
    **figures: Any,
) -> None:
    """Give one event off.

    Parameters
    ----------
    emit : callable
    event : str
        Its name.
    item : HazardItem
        Whose words are said.
    patient : PatientFacts
    tool, device, title : str
        The instrument: its id, its content's id and title.
    vessel : str
    at_mm : float
    share : float, optional
        Of the threshold, 1 and more once it is passed.
    organ : str
        What was hit, for the words.
    **figures
        Forces, pressures and the like; numbers are rounded, None is left out.
    """
    name = patient.name(vessel) if vessel else "vessel"
    words = item.told(vessel=name, device=title or "instrument", organ=organ or "organ")
    data: dict[str, Any] = {"tool": tool, "device": device, "vessel": vessel, "at_mm": round(at_mm, 1)}
    given = {"share": share, **figures}
    for key, value in given.items():
        if value is not None:
            data[key] = round(float(value), 4) if isinstance(value, float) else value
    if organ:
        data["organ"] = organ
    data |= {
        "frame": patient.frame,
        "moment_s": round(patient.moment_s, 3),
        "words": words,
        "answer": item.answer,
    }
    emit(event, data, words)
