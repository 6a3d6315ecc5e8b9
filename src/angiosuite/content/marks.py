"""YAML that remembers lines: values as plain JSON types, and where each key and value stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from angiosuite.content.faults import Fault, Location, dotted

MAX_BYTES = 1_000_000
"""An item's file is text that a person wrote; anything larger is a mistake."""

MAX_DEPTH = 30

_PARSER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""The parser in C where PyYAML was built with it: ten times as fast, the same nodes and lines."""


@dataclass(slots=True)
class MarkedYaml:
    """One parsed file.

    Parameters
    ----------
    path : Path
        The file.
    value : object
        Mappings, lists and scalars; None when the file could not be parsed.
    lines : dict of location to int
        Line (from 1) of each key or list entry.
    faults : list of Fault
        What is wrong with the YAML itself.
    """

    path: Path
    value: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, location: Location, problem: str, got: Any, way_out: str) -> None:
        """Note one fault of the text."""
        self.faults.append(Fault(self.path, line, dotted(location), problem, got, way_out))

    def line_of(self, location: Location) -> int:
        """Line of a location, or of its nearest known parent."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)


def read_marked(path: Path) -> MarkedYaml:
    """Read one YAML file with the line of every key; faults of the text are collected, not raised."""
    marked = MarkedYaml(path)
    text = _text(marked)
    if text is None:
        return marked
    try:
        node = yaml.compose(text, Loader=_PARSER)
        if node is not None:
            marked.value = _plain(node, (), marked, 0)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = mark.line + 1 if mark is not None else 1
        marked.value = None
        marked.fault(line, (), f"is not YAML: {problem}", None, "check indentation, colons and quotes")
    except (RecursionError, ValueError):
        marked.value = None
        marked.fault(1, (), "is nested too deeply", None, "a flatter file")
    if marked.value is None and not marked.faults:
        marked.fault(1, (), "the file is empty", None, "`angiosuite new` for a start")
    return marked


def _text(marked: MarkedYaml) -> str | None:
    path = marked.path
    try:
        if path.stat().st_size > MAX_BYTES:
            marked.fault(1, (), f"the file is larger than {MAX_BYTES // 1000} kB", None, "a shorter file")
            return None
        raw = path.read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        marked.fault(1, (), f"cannot be read: {error.strerror}", None, "the file's rights")
    except UnicodeDecodeError as error:
        marked.fault(raw[: error.start].count(b"\n") + 1, (), "is not UTF-8 text", None, "save it as UTF-8")
    return None


def _plain(node: yaml.Node, location: Location, marked: MarkedYaml, depth: int) -> Any:
    line = node.start_mark.line + 1
    marked.lines.setdefault(location, line)
    if depth > MAX_DEPTH or len(marked.lines) > 20_000:
        raise yaml.MarkedYAMLError(
            problem="nested too deeply or repeated too often", problem_mark=node.start_mark
        )
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, location, marked, depth)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(entry, (*location, i), marked, depth + 1) for i, entry in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node, location, marked)


def _mapping(node: yaml.MappingNode, location: Location, marked: MarkedYaml, depth: int) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key_node.start_mark)
        key = str(key_node.value)
        where = (*location, key)
        if key in result:
            marked.fault(line, where, "is given twice", None, f"only the one in line {marked.lines[where]}")
            continue
        marked.lines[where] = line
        result[key] = _plain(value_node, where, marked, depth + 1)
    return result


def _scalar(node: yaml.ScalarNode, location: Location, marked: MarkedYaml) -> Any:
    kind = node.tag.rsplit(":", 1)[-1]
    line = node.start_mark.line + 1
    try:
        if kind in ("null", "bool", "int", "float"):
            value = yaml.constructor.SafeConstructor().construct_object(node)
            if isinstance(value, int) and not -(2**63) <= value < 2**64:
                raise ValueError("out of range")
            return value
    except (ValueError, OverflowError, LookupError, yaml.YAMLError):
        marked.fault(line, location, "is not a number", node.value, "plain digits")
    else:
        if kind not in ("str", "timestamp", "value", "merge"):
            marked.fault(line, location, f"has the tag '{node.tag}'", None, "a plain value")
    return node.value
