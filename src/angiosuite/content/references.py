"""Cross-references: which fields of an item hold the id of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from angiosuite.content.address import item_of
from angiosuite.content.faults import Location, dotted
from angiosuite.content.schema import Leads, Refers


@dataclass(frozen=True, slots=True)
class Reference:
    """One id held by an item.

    Parameters
    ----------
    location : tuple
        Where it stands in the file.
    kinds : tuple of str
        Kinds of which the item that it names may be.
    identity : str
        The id.
    """

    location: Location
    kinds: tuple[str, ...]
    identity: str

    @property
    def field(self) -> str:
        """The location as people write it."""
        return dotted(self.location)


def references_of(item: BaseModel) -> list[Reference]:
    """Every reference of an item, in the order of its fields."""
    return list(_walk(item, ()))


def _walk(model: BaseModel, location: Location) -> Iterator[Reference]:
    for name, info in type(model).model_fields.items():
        annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        yield from _value(getattr(model, name), annotation, (*location, info.alias or name))


def _value(value: Any, annotation: Any, location: Location) -> Iterator[Reference]:
    if isinstance(value, BaseModel):
        yield from _walk(value, location)
    elif isinstance(value, tuple):
        inner = next((a for a in _arguments(annotation) if a is not Ellipsis), None)
        for index, entry in enumerate(value):
            yield from _value(entry, inner, (*location, index))
    elif isinstance(value, str):
        for mark in _marks(annotation):
            if isinstance(mark, Refers):
                yield Reference(location, (mark.kind,), value)
            elif (named := item_of(value)) is not None:
                yield Reference(location, *named)


def _arguments(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Annotated:
        return _arguments(get_args(annotation)[0])
    return get_args(annotation)


def _marks(annotation: Any) -> list[Refers | Leads]:
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return [mark for mark in metadata if isinstance(mark, Refers | Leads)] + _marks(inner)
    return [mark for choice in get_args(annotation) for mark in _marks(choice)]
