"""Mappings of a drill whose numbers and ids are drawn from an attempt's seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from angiosuite.content.drawn import Drawn, DrawnWord
from angiosuite.content.schema import Strict

Words = Mapping[str, str]


class Drawing(Strict):
    """A mapping whose numbers may be drawn."""

    def plain(self, seed: int, name: str, words: Words) -> dict[str, Any]:
        """The given fields as plain JSON, numbers drawn."""
        made: dict[str, Any] = {}
        for field in type(self).model_fields:
            if (value := getattr(self, field)) not in (None, (), {}):
                made[field] = _plain(value, seed, f"{name}.{field}", words)
        return made

    def drawn_numbers(self) -> Iterator[tuple[tuple[str | int, ...], Drawn]]:
        """Every number of this mapping and those below, with its place."""
        for field in type(self).model_fields:
            yield from _numbers(getattr(self, field), (field,))

    def drawn_by_words(self) -> Iterator[tuple[tuple[str | int, ...], DrawnWord]]:
        """Every id of this mapping and those below that a word may draw, with its place."""
        for field in type(self).model_fields:
            yield from _words(getattr(self, field), (field,))


def _plain(value: Any, seed: int, name: str, words: Words) -> Any:
    if isinstance(value, Drawn):
        return value.drawn(seed, name, words)
    if isinstance(value, DrawnWord):
        return value.drawn(words)
    if isinstance(value, Drawing):
        return value.plain(seed, name, words)
    if isinstance(value, dict):
        return {key: _plain(entry, seed, f"{name}.{key}", words) for key, entry in value.items()}
    if isinstance(value, tuple):
        made = [_plain(entry, seed, f"{name}.{index}", words) for index, entry in enumerate(value)]
        return [entry for entry in made if entry != {}]
    return value


def _numbers(value: Any, where: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Drawn]]:
    if isinstance(value, Drawn):
        yield where, value
    elif isinstance(value, Drawing):
        for below, number in value.drawn_numbers():
            yield (*where, *below), number
    elif isinstance(value, tuple | dict):
        for index, entry in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _numbers(entry, (*where, index))


def _words(value: Any, where: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], DrawnWord]]:
    if isinstance(value, DrawnWord):
        yield where, value
    elif isinstance(value, Drawing):
        for below, word in value.drawn_by_words():
            yield (*where, *below), word
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            yield from _words(entry, (*where, index))
