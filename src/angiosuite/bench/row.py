"""One measured figure beside its target and its peer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a benchmark table.

    Parameters
    ----------
    name : str
        What was measured.
    ours : float or None
        Our figure, in `unit`; None when it could not be measured here, and `note` says why.
    unit : str
        Unit of `ours`, `theirs`, `must` and `aim`.
    better : "lower" or "higher"
        Which direction is better.
    must, aim : float or None
        The targets.
    peer : str or None
        Name and version of the peer.
    theirs : float or None
        The peer's figure in the same run; None when it is absent, and `note` says why.
    note : str
        Conditions, or why something is missing.
    """

    name: str
    ours: float | None
    unit: str
    better: Literal["lower", "higher"] = "lower"
    must: float | None = None
    aim: float | None = None
    peer: str | None = None
    theirs: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer; None without one."""
        if self.ours is None or self.theirs is None or not self.ours or not self.theirs:
            return None
        return self.theirs / self.ours if self.better == "lower" else self.ours / self.theirs

    @property
    def reached(self) -> str:
        """``aim``, ``must``, ``missed``, or empty where there is no target or no figure."""
        if self.ours is None or (self.must is None and self.aim is None):
            return ""
        for name, target in (("aim", self.aim), ("must", self.must)):
            if target is not None and (
                self.ours <= target if self.better == "lower" else self.ours >= target
            ):
                return name
        return "missed"

    def as_dict(self) -> dict[str, Any]:
        """The row as plain JSON values."""
        return {
            "row": self.name,
            "value": self.ours,
            "unit": self.unit,
            "better": self.better,
            "must": self.must,
            "aim": self.aim,
            "met": self.reached in ("aim", "must") if self.reached else None,
            "reached": self.reached,
            "peer": self.peer,
            "peer_value": self.theirs,
            "ratio": self.ratio,
            "note": self.note,
        }
