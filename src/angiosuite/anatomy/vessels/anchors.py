"""Points of a template on the reference body: landmark plus offset, and how patients differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from angiosuite.anatomy.vessels.reference import Reference
from angiosuite.anatomy.vessels.templates import Placed, filled, marks_of
from angiosuite.content.vessel_template import VesselTemplateItem
from angiosuite.kit.errors import RefusedInput, did_you_mean
from angiosuite.kit.randomness import generator

__all__ = ["Anchors"]

Floats = NDArray[np.float64]
SIGN = {"left": 1.0, "right": -1.0, None: 1.0}
#: Draws beyond this many standard deviations are taken as so many.
CUT = 2.5
#: Measured lines are averaged over about this length, mm.
SMOOTH_MM = 3.0


class Anchors:
    """Landmarks of one patient, still on the reference body (base mm).

    Parameters
    ----------
    reference : Reference
    items : iterable of VesselTemplateItem
        Their marks are added; a mark with a spread is drawn once for the patient.
    seed : int
        The patient's.
    """

    def __init__(self, reference: Reference, items: Iterable[VesselTemplateItem], seed: int) -> None:
        self.lines_mm = reference.lines_mm
        self.marks_mm = dict(reference.marks_mm)
        for entry, side in marks_of(items):
            name = filled(entry.id, side)
            drawn = generator(seed, f"anatomy-mark-{name}").normal(size=3)
            own = np.clip(drawn, -CUT, CUT) * np.asarray(entry.spread_mm)
            landmark, out, back, up = entry.at
            offset = np.array([SIGN[side] * (out + own[0]), back + own[1], up + own[2]])
            self.marks_mm[name] = self._mark(filled(landmark, side), name) + offset

    def points(self, placed: Placed) -> Floats:
        """Points that a vessel's entry gives, via, measured piece, course; base mm (n, 3)."""
        entry, parts = placed.entry, [self._offsets(placed, placed.entry.via)]
        if entry.measured is not None:
            line = self.lines_mm.get(placed.text(entry.measured.line))
            if line is None:
                raise _unknown(placed.text(entry.measured.line), placed.id, self.lines_mm)
            line, count = _even(line), len(line) - 1
            first, last = round(entry.measured.first * count), round(entry.measured.last * count)
            parts.append(line[first : last + 1])
        return np.concatenate([*parts, self._offsets(placed, entry.course)])

    def _offsets(self, placed: Placed, points: Sequence[tuple[str, float, float, float]]) -> Floats:
        side = SIGN[placed.side]
        rows = [
            self._mark(placed.text(landmark), placed.id) + np.array([side * out, back, up])
            for landmark, out, back, up in points
        ]
        return np.array(rows).reshape(-1, 3)

    def _mark(self, name: str, asked_by: str) -> Floats:
        if name not in self.marks_mm:
            raise _unknown(name, asked_by, self.marks_mm)
        return self.marks_mm[name]


def _even(line: Floats) -> Floats:
    """A measured line without the steps of the voxels that it was found in; its ends stay."""
    apart = float(np.linalg.norm(np.diff(line, axis=0), axis=1).mean())
    smooth = gaussian_filter1d(line, SMOOTH_MM / max(apart, 1e-6), axis=0, mode="nearest")
    smooth[[0, -1]] = line[[0, -1]]
    return np.asarray(smooth)


def _unknown(name: str, asked_by: str, known: Iterable[str]) -> RefusedInput:
    return RefusedInput(
        f"The reference body has no '{name}'",
        code="vessel-template",
        where=asked_by,
        value=name,
        way_out=did_you_mean(name, list(known)) or "See docs/howto/new-vessels.md.",
    )
