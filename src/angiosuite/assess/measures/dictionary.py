"""The dictionary of measures, read strictly: what each figure means, its unit, version and source.

The file is `angiosuite_content/measures/measures.yaml`; `docs/reference/measures.md` is written from it.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import Field, StringConstraints, model_validator

from angiosuite.content.schema import Basis, Kebab, Line, Sentence, Strict
from angiosuite.kit.errors import RefusedInput

Better = Literal["lower", "higher", "none"]
Needs = Literal["target", "question", "reference", "none"]
Window = Literal[
    "last-held",
    "best-held",
    "last-shot",
    "last-run",
    "any-run",
    "all-runs",
    "session",
    "two-views",
]
WINDOWS: dict[Window, str] = {
    "last-held": "the last held image",
    "best-held": "the held image in which it is best",
    "last-shot": "the last single shot",
    "last-run": "the last run that was not taken out of the list",
    "any-run": "the run in which it is best",
    "all-runs": "the run in which it is worst",
    "session": "the whole session",
    "two-views": "two held images or single shots from views at least 30° apart; the worse of the two",
}
"""What each window looks at."""

Unit = Annotated[str, StringConstraints(max_length=12)]


class Origin(Strict):
    """Where a definition is from."""

    basis: Basis | Literal["own"]
    text: Sentence
    url: Line | None = None

    @model_validator(mode="after")
    def _read_has_an_address(self) -> Origin:
        if self.basis == "read" and self.url is None:
            raise ValueError("what was read names where: give `url`")
        return self


class Definition(Strict):
    """One measure as the dictionary defines it."""

    id: Kebab
    version: int = Field(ge=1)
    title: Line
    unit: Unit
    better: Better
    needs: Needs
    within: tuple[Window, ...] = Field(min_length=1)
    scored: bool
    text: Sentence
    source: Origin

    @model_validator(mode="after")
    def _scored_has_a_direction(self) -> Definition:
        if self.scored and self.better == "none":
            raise ValueError(f"{self.id}: what gives points must say which way is better")
        return self


class Dictionary(Strict):
    """The whole file."""

    measures: tuple[Definition, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Dictionary:
        ids = [one.id for one in self.measures]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"defined twice: {', '.join(twice)}")
        return self


@functools.cache
def dictionary() -> dict[str, Definition]:
    """Every measure that is defined, by id, in the order of the file.

    Raises
    ------
    RefusedInput
        When the file breaks its own form.
    """
    place = files("angiosuite_content").joinpath("measures/measures.yaml")
    try:
        read = yaml.safe_load(place.read_text("utf-8"))
        found = Dictionary.model_validate(_tuples(read))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise RefusedInput(
            "The dictionary of measures cannot be read",
            code="measures-unreadable",
            where=str(place),
            value=str(error)[:200],
            way_out="Mend the file, or install Angiosuite again.",
        ) from error
    return {one.id: one for one in found.measures}


def _tuples(value: object) -> object:
    """YAML's lists as the tuples that a strict schema asks for."""
    if isinstance(value, dict):
        return {key: _tuples(one) for key, one in value.items()}
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
