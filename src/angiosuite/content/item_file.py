"""One item's file, read and validated: the item, or every fault it has."""

from __future__ import annotations

import json
import os
import time
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from angiosuite.content.faults import Fault, Location, dotted, faults_of, nearest, untagged
from angiosuite.content.kinds import KINDS, Kind, template_text
from angiosuite.content.marks import MarkedYaml, read_marked
from angiosuite.content.schema import GATHER_RULES, Item

JUST_NOW_NS = 50_000_000
"""A file younger than this is read again: file systems may give two writings the same time."""


@dataclass(slots=True)
class ItemFile:
    """What became of one file.

    Parameters
    ----------
    kind : Kind
        The kind it was read as.
    marked : MarkedYaml
        Its text with lines.
    item : Item or None
        The item, None when there is any fault.
    faults : list of Fault
        All that is wrong.
    readable : Item or None
        The item, or what it would be with its faulty fields mended: for rules and references.
    invented : list of location
        Fields of `readable` that are not from the file.
    """

    kind: Kind
    marked: MarkedYaml
    item: Item | None = None
    faults: list[Fault] = field(default_factory=list)
    readable: Item | None = None
    invented: list[Location] = field(default_factory=list)

    def is_invented(self, location: Location) -> bool:
        """Whether what stands at a location of `readable` was not in the file."""
        return any(location[: len(other)] == other[: len(location)] for other in self.invented)


_READ: dict[tuple[Path, str], tuple[tuple[int, ...], ItemFile]] = {}
"""What was read, by folder and kind, as long as the files are the same: a library has hundreds of them."""


def read_item(folder: Path, kind: Kind) -> ItemFile:
    """Read the item in a folder; nothing is raised for a fault of the content.

    The same files are read once in a process; what is returned is shared and must not be changed.
    """
    stamp = _stamp(folder, kind)
    earlier, read = _READ.get((folder, kind.name), (None, None))
    if read is None or stamp is None or earlier != stamp:
        read = _read(folder, kind)
        if stamp is not None:
            _READ[folder, kind.name] = stamp, read
    return read


def _stamp(folder: Path, kind: Kind) -> tuple[int, ...] | None:
    """Size, time and number of an item's files; None while one cannot be seen or was written just now."""
    stamp: list[int] = []
    for file in filter(None, (kind.file, kind.text_file)):
        try:
            found = os.stat(folder / file)
        except OSError:
            return None
        if time.time_ns() - found.st_mtime_ns < JUST_NOW_NS:
            return None
        stamp += [found.st_size, found.st_mtime_ns, found.st_ino]
    return tuple(stamp)


def _read(folder: Path, kind: Kind) -> ItemFile:
    path = folder / kind.file
    if not path.is_file():
        names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        near = nearest(kind.file, names)
        way_out = (
            f"renaming {near} to {kind.file}" if near else f"angiosuite new {kind.singular} {folder.name}"
        )
        fault = Fault(path, 1, "", "the file is missing", None, way_out)
        return ItemFile(kind, MarkedYaml(path), None, [fault])
    marked = read_marked(path)
    result = ItemFile(kind, marked, None, list(marked.faults))
    if marked.value is None:
        return result
    if not isinstance(marked.value, dict):
        way_out = "`id: …` on the first line"
        result.faults.append(Fault(path, 1, "", "is not a mapping of fields", marked.value, way_out))
        return result
    _validate(result)
    identity = marked.value.get("id")
    if isinstance(identity, str) and identity != folder.name:
        way_out = f"`id: {folder.name}`, or rename the folder"
        problem = "differs from the folder's name"
        result.faults.append(Fault(path, marked.line_of(("id",)), "id", problem, identity, way_out))
    if kind.text_file is not None and not (folder / kind.text_file).is_file():
        way_out = f"writing it beside {kind.file}; angiosuite new {kind.singular} shows how"
        result.faults.append(
            Fault(folder / kind.text_file, 1, "", "the text of the page is missing", None, way_out)
        )
    if not result.faults:
        result.item = result.readable
    result.faults.sort(key=lambda fault: (fault.line, fault.field))
    return result


def _validate(read: ItemFile) -> None:
    """Add every fault of fields and of rules between them to `read`."""
    marked = read.marked
    try:
        read.readable = _parse(read.kind, marked.value)
    except ValidationError as error:
        read.faults += faults_of(error, read.kind.model, marked.path, marked.line_of)
        _mend(read, error)
    if read.readable is None:
        return
    for base, rule in read.readable.broken():
        where = (*base, *rule.location)
        if not any(read.is_invented(place) for place in [where, *((*base, name) for name in rule.uses)]):
            fault = Fault(
                marked.path, marked.line_of(where), dotted(where), rule.problem, rule.got, rule.way_out
            )
            read.faults.append(fault)


def _parse(kind: Kind, value: Any) -> Item:
    return kind.model.model_validate_json(json.dumps(value), context=GATHER_RULES)


def _mend(read: ItemFile, error: ValidationError) -> None:
    """Take faulty fields from the template, so that rules between the others can be read."""
    template = _template(read.kind.name, read.kind.variant_of(read.marked.value))
    value = json.loads(json.dumps(read.marked.value))
    for _ in range(4):
        for entry in error.errors(include_url=False):
            location = untagged(read.kind.model, tuple(entry["loc"]))
            read.invented.append(location)
            _put(
                value,
                location,
                None if entry["type"] == "extra_forbidden" else deepcopy(_get(template, location)),
            )
        try:
            read.readable = _parse(read.kind, value)
            return
        except ValidationError as next_error:
            error = next_error


@cache
def _template(kind: str, variant: str | None) -> Any:
    return yaml.safe_load(template_text(KINDS[kind], variant=variant))


def _get(value: Any, location: Location) -> Any:
    for step in location:
        if isinstance(value, list) and value and isinstance(step, int):
            value = value[0]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def _put(value: Any, location: Location, new: Any) -> None:
    """Set the entry at a location, or remove it when `new` is None."""
    *parents, last = location
    for step in parents:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, dict) and isinstance(last, str):
        if new is None:
            value.pop(last, None)
        else:
            value[last] = new
    elif isinstance(value, list) and isinstance(last, int) and last < len(value):
        value[last] = new
