"""Marks on pictures: annotations and measurements, each removable by one undo."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from angiosuite.kit.errors import WrongUse


def measured(
    points: list[list[float]], calibration: Mapping[str, Any] | None, iso_pixel_mm: float
) -> dict[str, Any]:
    """Length of a path in pixels and, where calibrated, in mm.

    Parameters
    ----------
    points : list of [x, y]
        Corners of the path, pixels.
    calibration : mapping or None
        ``{"kind": "isocentre"}`` takes the pixel projected to the isocentre; ``{"kind": "known",
        "length_mm", "points"}`` an object of known length in the same picture; None leaves pixels.
    iso_pixel_mm : float
        Side of a pixel at the isocentre, mm.
    """
    length_px = _path(points)
    mm_per_px: float | None = None
    if calibration is not None:
        if calibration["kind"] == "isocentre":
            mm_per_px = iso_pixel_mm
        else:
            reference_px = _path(calibration["points"])
            if reference_px < 1.0:
                raise WrongUse(
                    "The calibration's points lie on each other",
                    code="calibration-empty",
                    value=reference_px,
                    way_out="Mark both ends of the object of known length.",
                )
            mm_per_px = calibration["length_mm"] / reference_px
    return {
        "length_px": round(length_px, 2),
        "mm_per_px": mm_per_px,
        "length_mm": None if mm_per_px is None else round(length_px * mm_per_px, 2),
    }


def _path(points: list[list[float]]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(points))


class Marks:
    """All marks of a session, in the order made, and what an undo would do."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.undone: list[list[dict[str, Any]]] = []
        self.next_id = 1

    def add(self, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Add one mark and return it with its number."""
        self.undone.append(list(self.items))
        item = {"id": self.next_id, "kind": kind, **data}
        self.next_id += 1
        self.items = [*self.items, item]
        return item

    def remove(self, number: int) -> None:
        """Take one mark away."""
        if number not in [item["id"] for item in self.items]:
            raise WrongUse("No mark has this number", code="mark-unknown", value=number)
        self.undone.append(list(self.items))
        self.items = [item for item in self.items if item["id"] != number]

    def undo(self) -> bool:
        """Return to the marks before the last change; false when there is none."""
        if not self.undone:
            return False
        self.items = self.undone.pop()
        return True

    def state(self) -> dict[str, Any]:
        """Everything that the next change depends on."""
        return {"items": self.items, "undone": self.undone[-50:], "next_id": self.next_id}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.items, self.undone, self.next_id = state["items"], state["undone"], state["next_id"]
