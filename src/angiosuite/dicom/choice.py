"""The best of several series, by a rule that can be said in one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from angiosuite.dicom.geometry import Stack
from angiosuite.dicom.inspection import Inspection, SeriesSummary
from angiosuite.kit.errors import RefusedInput

MOST_OF_THE_BODY = 0.8
"""Share of the largest series' volume from which a series covers as much."""
FINE_MM = 3.0
_SHARP = re.compile(r"BONE|BONEPLUS|LUNG|EDGE|CHEST|FC[358]\d|[DEFL]|[A-Z]{1,2}[5-9]\d[A-Z]?")
_SOFT = re.compile(r"STANDARD|SOFT|FC[01]\d|[ABC]|[A-Z]{1,2}[0-4]\d[A-Z]?")
_PHASES = ("arterial", "portal-venous", "delayed")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One series of the input: its stack, or why it has none."""

    key: str
    kind: str
    slices: int
    matrix: tuple[int, int] | None
    facts: dict[str, Any]
    stack: Stack | None
    problem: RefusedInput | None
    notices: tuple[str, ...] = ()

    def summary(self) -> SeriesSummary:
        """What may be shown of it."""
        return SeriesSummary(
            key=self.key,
            kind=self.kind,
            slices=self.slices,
            matrix=self.matrix,
            spacing=self.stack.spacing_mm if self.stack else None,
            words=words(self.facts),
            usable=self.stack is not None,
            why_not=_reason(self.problem) if self.problem else None,
            notices=self.notices,
        )

    def volume_cm3(self) -> float:
        """Volume of the scanned box, cm3."""
        if self.stack is None or self.matrix is None:
            return 0.0
        slice_mm, row_mm, column_mm = self.stack.spacing_mm
        return self.stack.count * slice_mm * self.matrix[0] * row_mm * self.matrix[1] * column_mm / 1000.0


def kernel_class(kernel: str | None) -> str:
    """Whether a reconstruction kernel is "soft", "sharp" (bone, lung) or "unknown".

    Notes
    -----
    **Model** by the makers' naming: STANDARD, SOFT against BONE, LUNG, EDGE (GE); numbers below 50 against
    those from 50 after B, Br, I, Hr … (Siemens); FC01 to FC19 against FC3x, FC5x, FC8x (Canon); A to C
    against D, E, F, L (Philips).
    """
    if kernel and _SHARP.fullmatch(kernel.upper()):
        return "sharp"
    return "soft" if kernel and _SOFT.fullmatch(kernel.upper()) else "unknown"


def words(facts: dict[str, Any]) -> tuple[str, ...]:
    """A series in words of closed lists."""
    found = []
    if facts.get("phase"):
        found.append(f"{facts['phase']} phase" if facts["phase"] != "native" else "native")
    if facts.get("contrast_given"):
        found.append("contrast given")
    if facts.get("kernel"):
        kind = kernel_class(facts["kernel"])
        found.append(f"{'' if kind == 'unknown' else kind + ' '}kernel {facts['kernel']}")
    if facts.get("kvp"):
        found.append(f"{facts['kvp']:g} kV")
    if facts.get("image") == "derived":
        found.append("derived")
    if facts.get("number") is not None:
        found.append(f"number {facts['number']}")
    return tuple(found)


def chosen(candidates: Sequence[Candidate]) -> Candidate | None:
    """The series that is read unless another is asked for; None when none can be read.

    Notes
    -----
    **Model** among those that can be read, in this order: originals before derived reformats; at least 80 %
    of the largest series' volume; slices every 3 mm or finer; soft kernel before one not known before bone
    and lung; arterial, portal-venous, delayed phase, then contrast given, then none; finest slices; most
    volume; first in the input. Held by tests/dicom/test_choice.py.
    """
    usable = [one for one in candidates if one.stack is not None]
    largest = max((one.volume_cm3() for one in usable), default=0.0)

    def rank(one: Candidate) -> tuple:
        assert one.stack is not None
        spacing = one.stack.spacing_mm[0]
        return (
            one.facts.get("image") == "derived",
            one.volume_cm3() < MOST_OF_THE_BODY * largest,
            spacing > FINE_MM,
            ("soft", "unknown", "sharp").index(kernel_class(one.facts.get("kernel"))),
            _contrast_rank(one.facts),
            round(spacing, 2),
            -round(one.volume_cm3()),
            int(one.key),
        )

    return min(usable, key=rank, default=None)


def _contrast_rank(facts: dict[str, Any]) -> int:
    if facts.get("phase") in _PHASES:
        return _PHASES.index(facts["phase"])
    return 3 if facts.get("contrast_given") else 4


def inspection(
    candidates: Sequence[Candidate], taken: Candidate | None, notices: tuple[str, ...]
) -> Inspection:
    """What was found, what is taken, and why in one sentence."""
    return Inspection(
        tuple(one.summary() for one in candidates),
        taken.key if taken else None,
        _why(candidates, taken),
        notices,
    )


def _why(candidates: Sequence[Candidate], taken: Candidate | None) -> str:
    usable = [one for one in candidates if one.stack is not None]
    if taken is None or taken.stack is None:
        return "No series can be read."
    told = f"{taken.slices} slices every {taken.stack.spacing_mm[0]:.2f} mm"
    kind = ", ".join(word for word in words(taken.facts) if not word.startswith("number"))
    told += f" ({kind})" if kind else ""
    if len(candidates) == 1:
        return f"It is the only series: {told}."
    if len(usable) == 1:
        return f"Series {taken.key} is the only one of {len(candidates)} that can be read: {told}."
    if taken is not chosen(candidates):
        return f"Series {taken.key} of {len(candidates)} was asked for: {told}."
    return (
        f"Series {taken.key} of {len(candidates)} is the best by coverage, fineness, kernel and contrast: "
        f"{told}."
    )


def _reason(problem: RefusedInput) -> str:
    text = problem.message
    return f"{text} ({problem.value})" if problem.value is not None else text
