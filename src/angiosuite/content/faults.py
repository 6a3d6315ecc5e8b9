"""Faults of content as sentences: ``file:line: field: what is wrong (got …); try …``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in one file.

    Parameters
    ----------
    path : Path
        The file (or folder) with the fault.
    line : int
        Line from 1.
    field : str
        Dotted field, empty for the whole file.
    problem : str
        What is wrong.
    got : object
        The value found; None when there is none to show.
    way_out : str
        What to try.
    """

    path: Path
    line: int
    field: str
    problem: str
    got: Any
    way_out: str

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}: "
        if self.field:
            text += f"{self.field}: "
        text += self.problem
        if self.got is not None:
            text += f" (got {_short(self.got)})"
        return f"{text}; try {self.way_out}"


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping of " + (", ".join(list(value)[:4]) or "nothing")
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def faults_of(
    error: ValidationError,
    model: type[BaseModel],
    path: Path,
    line_of: Callable[[Location], int],
) -> list[Fault]:
    """Every fault of a failed validation, in the order of the file's lines.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    model : type
        The schema, for names that were meant and ranges that hold.
    path : Path
        The file.
    line_of : callable
        Line of a location (see `marks.MarkedYaml.line_of`).
    """
    faults = []
    entries = error.errors(include_url=False)
    for entry in entries:
        tagged: Location = tuple(entry["loc"])
        if entry["type"] == "too_short" and any(_is_below(other["loc"], tagged) for other in entries):
            continue  # the entries are there, and have faults of their own
        problem, got, way_out = _sentence(entry, model, tagged)
        location = untagged(model, tagged)
        if entry["type"].startswith("union_tag"):
            location = (*location, entry["ctx"]["discriminator"].strip("'"))
        faults.append(Fault(path, line_of(location), dotted(location), problem, got, way_out))
    return sorted(faults, key=lambda fault: (fault.line, fault.field))


def _is_below(location: Location, other: Location) -> bool:
    """Whether a location lies within another."""
    return len(location) > len(other) and location[: len(other)] == other


def nearest(value: object, known: Iterable[str]) -> str:
    """The known word that was most likely meant, in quotes; empty when none is near."""
    close = get_close_matches(str(value), list(known), n=1, cutoff=0.6)
    return f"'{close[0]}'" if close else ""


def dotted(location: Location) -> str:
    """A location as people write it: ``gantry.stored_positions[2].title``."""
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


def _sentence(entry: Mapping[str, Any], model: type[BaseModel], location: Location) -> tuple[str, Any, str]:
    kind, got = entry["type"], entry["input"]
    if kind == "extra_forbidden":
        known = fields_at(model, location[:-1])
        return "is not a known field", None, nearest(location[-1], known) or "one of " + ", ".join(known)
    if kind == "missing":
        return "is missing", None, f"`{location[-1]}: {_expects(field_at(model, location))}`"
    if kind == "literal_error":
        allowed = _choices(field_at(model, location))
        return "is not one of the choices", got, nearest(got, allowed) or "one of " + ", ".join(allowed)
    if kind.startswith("union_tag"):
        name, allowed = entry["ctx"]["discriminator"].strip("'"), _tags_of(field_at(model, location))
        given = got.get(name) if isinstance(got, Mapping) else got
        problem = "is missing" if given is None else "is not one of the choices"
        return problem, given, nearest(given, allowed) or "one of " + ", ".join(allowed)
    message = str(entry["msg"])
    message = message[:1].lower() + message[1:]
    return message.replace("input should", "should"), got, _expects(field_at(model, location))


def _unwrapped(annotation: Any) -> tuple[Any, list[Any]]:
    """The annotation without Annotated and Optional, and the metadata met on the way."""
    metadata: list[Any] = []
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *extra = get_args(annotation)
            for item in extra:
                metadata += item.metadata if isinstance(item, FieldInfo) else [item]
        elif origin in (Union, UnionType):
            kept = [choice for choice in get_args(annotation) if choice is not type(None)]
            if len(kept) != 1:
                return annotation, metadata
            annotation = kept[0]
        else:
            return annotation, metadata


def _step(annotation: Any, step: str | int) -> Any:
    bare, _ = _unwrapped(annotation)
    if isinstance(step, int):
        arguments = [a for a in get_args(bare) if a is not Ellipsis]
        return arguments[0] if arguments else None
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        info = bare.model_fields.get(step) or next(
            (info for info in bare.model_fields.values() if info.alias == step), None
        )
        return None if info is None else Annotated[info.annotation, info]
    if get_origin(bare) is dict:
        return get_args(bare)[1]
    for choice in get_args(bare) if get_origin(bare) in (Union, UnionType) else ():
        if step in _tags(choice):
            return choice
    return None


def _tags(annotation: Any) -> list[str]:
    """The words by which a union tells this schema from its others: its fields with one literal value."""
    bare, _ = _unwrapped(annotation)
    if not (isinstance(bare, type) and issubclass(bare, BaseModel)):
        return []
    literals = (info.annotation for info in bare.model_fields.values())
    return [get_args(one)[0] for one in literals if get_origin(one) is Literal and len(get_args(one)) == 1]


def _tags_of(annotation: Any) -> list[str]:
    """The words that tell the schemas of a union apart."""
    return [tag for choice in get_args(_unwrapped(annotation)[0]) for tag in _tags(choice)]


def untagged(model: type[BaseModel], location: Location) -> Location:
    """A location of pydantic as the file has it: without the words that tell the schemas of a union apart."""
    annotation: Any = model
    kept: list[str | int] = []
    for step in location:
        bare, _ = _unwrapped(annotation)
        if get_origin(bare) not in (Union, UnionType) or _step(annotation, step) is None:
            kept.append(step)
        annotation = _step(annotation, step)
    return tuple(kept)


def field_at(model: type[BaseModel], location: Location) -> Any:
    """Annotation of the field at a location, None when the schema has none there."""
    annotation: Any = model
    for step in location:
        annotation = _step(annotation, step)
        if annotation is None:
            return None
    return annotation


def fields_at(model: type[BaseModel], location: Location) -> list[str]:
    """Field names that a mapping at a location may have."""
    bare, _ = _unwrapped(field_at(model, location))
    if not (isinstance(bare, type) and issubclass(bare, BaseModel)):
        return []
    return [info.alias or name for name, info in bare.model_fields.items()]


def _choices(annotation: Any) -> list[str]:
    bare, _ = _unwrapped(annotation)
    return [str(choice) for choice in get_args(bare)] if get_origin(bare) is Literal else []


def _expects(annotation: Any) -> str:
    """What a field wants, in words: ``a number from 145 to 200``."""
    bare, metadata = _unwrapped(annotation)
    if get_origin(bare) is Literal:
        return "one of " + ", ".join(_choices(annotation))
    if get_origin(bare) in (tuple, list):
        return "a list, one `- ` line each"
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        required = [name for name, info in bare.model_fields.items() if info.is_required()]
        return "fields " + ", ".join(required) if required else "a mapping"
    noun = _NOUNS.get(bare, "a value")
    return noun + _limits(metadata)


_NOUNS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    date: 'a day, "2026-11-29"',
}


def _limits(metadata: list[Any]) -> str:
    low = high = ""
    for item in metadata:
        if isinstance(item, Ge):
            low = f" from {item.ge}"
        elif isinstance(item, Gt):
            low = f" above {item.gt}"
        elif isinstance(item, Le):
            high = f" to {item.le}" if low.startswith(" from") else f" up to {item.le}"
        elif isinstance(item, Lt):
            high = f" below {item.lt}" if not low else f" and below {item.lt}"
        elif getattr(item, "pattern", None):
            low = " in kebab-case (a-z, 0-9, single hyphens)"
    return low + high
