"""Reference values of a drill on one patient, or of a variant of a procedure: from runs of the scripted
reference operator, or a programme's own.

`drills/<id>/reference.yaml` holds the first kind, made by ``scripts/report_operators.py --bands``; a
programme's own bands, found by contrasting groups, lie in the home folder and stand before them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from angiosuite.assess.bands import Percentiles
from angiosuite.kit.errors import RefusedInput
from angiosuite.kit.home import Home, atomic_write

SCRIPT = "Scripted reference operator"
FILE = "reference.yaml"


@dataclass(frozen=True, slots=True)
class Band(Percentiles):
    """Percentiles of a measure over reference runs, and who made them.

    Parameters
    ----------
    source : str
        Who made them.
    """

    source: str = SCRIPT


def shipped(folder: Path, name: str) -> dict[str, Band]:
    """The bands beside a task's file for one patient or variant; empty where there are none."""
    try:
        read = yaml.safe_load((folder / FILE).read_text("utf-8"))
        return {name: Band(**values) for name, values in read["patients"].get(name, {}).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
        raise RefusedInput(
            "The reference values of the drill cannot be read",
            code="reference-unreadable",
            where=str(folder / FILE),
            value=type(error).__name__,
            way_out="Make them again: python scripts/report_operators.py --bands.",
        ) from error


class OwnBands:
    """A programme's own bands, one file in the home folder."""

    def __init__(self, home: Home) -> None:
        self._path = home.root / "bands.json"

    def all(self) -> dict[str, dict[str, Any]]:
        """Drill → measure → band, as plain JSON."""
        try:
            read = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise RefusedInput(
                "The programme's bands cannot be read",
                code="bands-unreadable",
                where=str(self._path),
                value=type(error).__name__,
                way_out="Give them again, or remove the file.",
            ) from error
        return dict(read)

    def of(self, drill: str) -> dict[str, Band]:
        """The bands of one drill."""
        return {name: Band(**values) for name, values in self.all().get(drill, {}).items()}

    def put(self, drill: str, bands: Mapping[str, Band]) -> None:
        """Set the bands of one drill; none takes them away."""
        every = self.all()
        every.pop(drill, None)
        if bands:
            every[drill] = {name: asdict(band) for name, band in bands.items()}
        atomic_write(self._path, json.dumps(every, indent=1))


def beside(bands: Mapping[str, Band], measures: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each measure that has a band, with the learner's own value."""
    return [
        {
            "measure": one["id"],
            "title": one["title"],
            "unit": one["unit"],
            "better": one["better"],
            "you": one["value"],
            **asdict(bands[one["id"]]),
        }
        for one in measures
        if one["id"] in bands
    ]
