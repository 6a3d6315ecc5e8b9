"""What content knows of the measures: the entries of ``measures/measures.yaml`` by id.

How a measure is read from a log is `assess`'s business; a drill needs to know which there are, what each is
taken of, and where it may be looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

_PARSER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

NOT_OF_SUCCESS = frozenset(
    {
        "beam-without-target", "path-ratio", "branch-jailed", "inflation-time", "agent-off-target",
        "coils-off-target", "coil-ratio",
    }
)  # fmt: skip
"""Measures of a target that say how it was come by, not what a picture shows or where a tip lies."""
OF_RUNS = frozenset({"subtraction-artefact"})
"""Measures of what a run shows that need no target."""


@dataclass(frozen=True, slots=True)
class MeasureEntry:
    """One measure as the dictionary describes it.

    Parameters
    ----------
    id, title, unit : str
        What it is called, and in what it is given; an empty unit is a plain number.
    version : int
        Version of its definition.
    needs : str
        "target", "question", "reference" or "none".
    within : tuple of str
        Where a drill may look for it; the first is meant when the drill names none.
    scored : bool
        Whether a drill may give points for it.
    """

    id: str
    title: str
    unit: str
    version: int
    needs: str
    within: tuple[str, ...]
    scored: bool

    @property
    def shows_success(self) -> bool:
        """Whether it is decided by a picture or an answer, so that sparing dose alone cannot meet it."""
        return self.id in OF_RUNS or (self.needs in ("target", "question") and self.id not in NOT_OF_SUCCESS)


@cache
def measure_entries() -> Mapping[str, MeasureEntry]:
    """Every measure of the dictionary by id, in its order."""
    text = files("angiosuite_content").joinpath("measures").joinpath("measures.yaml").read_text("utf-8")
    entries = yaml.load(text, Loader=_PARSER)["measures"]
    return {
        entry["id"]: MeasureEntry(
            id=entry["id"],
            title=entry["title"],
            unit=entry["unit"],
            version=entry["version"],
            needs=entry["needs"],
            within=tuple(entry["within"]),
            scored=entry["scored"],
        )
        for entry in entries
    }
