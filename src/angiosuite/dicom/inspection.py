"""What an input holds: its series by kind, which of them can be read, and which is taken and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SeriesSummary:
    """One series of an input, in words of closed lists and numbers: nothing that names the patient.

    Parameters
    ----------
    key : str
        Names the series for `read_ct`; "1", "2", … in the order of the files, so the same input gives the
        same keys.
    kind : str
        One of `KINDS`.
    slices : int
        Images in it.
    matrix : (int, int) or None
        Rows and columns.
    spacing : (float, float, float) or None
        Distances of slices, rows and columns, mm; the slices' is the usual one where they are uneven.
    words : tuple of str
        Kernel, phase and the like.
    usable : bool
        Whether `read_ct` can be asked for it.
    why_not : str or None
        The reason when it cannot.
    notices : tuple of str
        What will be done to read it: slices bridged, tilt straightened, copies dropped.
    """

    key: str
    kind: str
    slices: int
    matrix: tuple[int, int] | None
    spacing: tuple[float, float, float] | None
    words: tuple[str, ...]
    usable: bool
    why_not: str | None = None
    notices: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the page and the command line."""
        return {
            "key": self.key,
            "kind": self.kind,
            "slices": self.slices,
            "matrix": list(self.matrix) if self.matrix else None,
            "spacing": [round(v, 4) for v in self.spacing] if self.spacing else None,
            "words": list(self.words),
            "usable": self.usable,
            "why_not": self.why_not,
            "notices": list(self.notices),
        }


KINDS = (
    "CT",
    "localizer",
    "derived picture",
    "dose report",
    "secondary capture",
    "segmentation",
    "other modality",
)
"""Kinds of series."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """The series of an input and the choice among them.

    Parameters
    ----------
    series : tuple of SeriesSummary
        All series, in the order of their keys.
    chosen : str or None
        Key of the one that is read unless another is asked for; None when none can be read.
    why : str
        One sentence: which is chosen and why, or why none is.
    notices : tuple of str
        What holds for the input as a whole, such as files passed over.
    """

    series: tuple[SeriesSummary, ...]
    chosen: str | None
    why: str
    notices: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the page and the command line."""
        return {
            "series": [one.as_dict() for one in self.series],
            "chosen": self.chosen,
            "why": self.why,
            "notices": list(self.notices),
        }


NOTHING_SEEN = Inspection((), None, "Nothing was looked at.")
