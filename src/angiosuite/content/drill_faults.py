"""Faults of a drill beside other items: its text, machine, test phantom, blood, terms, prerequisites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from angiosuite.content.blood_faults import blood_problems
from angiosuite.content.equipment import EquipmentItem
from angiosuite.content.faults import Fault, Location, dotted, nearest
from angiosuite.content.guide_text import heading_faults, marked_text
from angiosuite.content.item_file import ItemFile
from angiosuite.content.phantom import PhantomItem
from angiosuite.content.room_task import HEADINGS, RoomTask
from angiosuite.content.schema import Item

Items = Mapping[str, Mapping[str, Item]]
"""Items by kind and id."""


def drill_faults(read: ItemFile, items: Items) -> Iterator[Fault]:
    """Every fault of a drill that shows only beside other items.

    Parameters
    ----------
    read : ItemFile
        Any item; what is no drill has no such faults.
    items : mapping
        What exists, those that are being checked among them.
    """
    drill = read.readable
    if not isinstance(drill, RoomTask):
        return
    yield from _text_faults(read, drill)
    for where, problem, got, way_out in (
        *_machine_problems(drill, items),
        *_phantom_problems(drill, items),
        *_term_problems(drill, items),
        *_circle_problems(drill, items),
        *blood_problems(drill, items),
    ):
        if not read.is_invented(where):
            line = read.marked.line_of(where)
            yield Fault(read.marked.path, line, dotted(where), problem, got, way_out)


Problem = tuple[Location, str, Any, str]


def _text_faults(read: ItemFile, drill: RoomTask) -> Iterator[Fault]:
    path = read.marked.path.with_name(read.kind.text_file or "")
    text = marked_text(path)[0] if path.is_file() else None
    if text is None:
        return  # said elsewhere
    yield from heading_faults(path, text, HEADINGS, "a drill")
    keys = [source.key for source in drill.sources]
    for mark in text.citations:
        if mark.name not in keys and not read.is_invented(("sources",)):
            way_out = nearest(mark.name, keys) or f"a source with this key in {read.kind.file}"
            yield Fault(path, mark.line, "", "cites what is not a source of the drill", mark.name, way_out)
    for marks, problem in ((text.statements, "shows a rule"), (text.figures, "shows a picture")):
        for mark in marks:
            yield Fault(path, mark.line, "", problem, mark.name, "sentences; pages of the guide have these")
    used = {mark.name for mark in text.citations}
    for part in (drill.goals, drill.critical, drill.limits, drill.stewardship):
        used |= {one.source for one in part}
    for index, key in enumerate(keys):
        where = ("sources", index, "key")
        if key not in used and not read.is_invented(where):
            way_out = f"[@{key}] in {read.kind.text_file}, a goal that names it, or without it"
            line = read.marked.line_of(where)
            yield Fault(read.marked.path, line, dotted(where), "is never used", key, way_out)


def _machine_problems(drill: RoomTask, items: Items) -> Iterator[Problem]:
    """What the drill's start asks of a machine that does not offer it."""
    machine = items.get("equipment", {}).get(drill.equipment)
    if not isinstance(machine, EquipmentItem):
        return
    programmes = {one.id: one for one in machine.exposure.acquisitions}
    fields = [field.fov_cm for field in machine.detector.fields]
    if (asked := drill.start.exposure) is not None:
        here: Location = ("start", "exposure")
        levels = [level.id for level in machine.exposure.fluoroscopy_levels]
        yield from _offered((*here, "fov_cm"), asked.fov_cm, fields)
        yield from _offered((*here, "pulse_rate"), asked.pulse_rate, machine.exposure.pulse_rates_hz)
        yield from _offered((*here, "dose_level"), asked.dose_level, levels)
    if (run := drill.start.acquisition) is not None:
        here = ("start", "acquisition")
        yield from _offered((*here, "programme"), run.programme, list(programmes))
        if run.programme in programmes:
            offer = programmes[run.programme]
            yield from _offered((*here, "level"), run.level, [level.id for level in offer.levels])
            yield from _offered((*here, "matrix"), run.matrix, list(offer.matrices))
    for index, prior in enumerate(drill.start.prior_skin):
        yield from _offered(("start", "prior_skin", index, "fov_cm"), prior.fov_cm, fields)
    yield from _travel_problems(drill, machine)


def _offered(where: Location, asked: Any, offers: Sequence[Any]) -> Iterator[Problem]:
    if asked is not None and asked not in offers:
        names = [f"{offer:g}" if isinstance(offer, float) else str(offer) for offer in offers]
        way_out = nearest(asked, names) if isinstance(asked, str) else ""
        yield where, "is not offered by the machine", asked, way_out or "one of " + ", ".join(names)


def _travel_problems(drill: RoomTask, machine: EquipmentItem) -> Iterator[Problem]:
    """Poses beyond the machine's travel."""
    pose = drill.start.pose
    if pose is None:
        return
    for where, number in pose.drawn_numbers():
        name = str(where[0])
        part: Any = machine.table if name.startswith("table_") else machine.gantry
        axis = getattr(part, name.removeprefix("table_"), None)
        spreads = [number.fixed] if number.fixed is not None else list(number.values.values())
        if axis is None:
            continue
        for spread in spreads:
            if not axis.low <= spread.low <= spread.high <= axis.high:
                problem = "lies beyond the machine's travel"
                yield ("start", "pose", name), problem, spread.low, f"{axis.low:g} to {axis.high:g}"
                break


def _phantom_problems(drill: RoomTask, items: Items) -> Iterator[Problem]:
    phantom = items.get("phantoms", {}).get(drill.start.phantom or "")
    if not isinstance(phantom, PhantomItem):
        return
    tubes = [tube.id for tube in phantom.tubes]
    for index, target in enumerate(drill.targets):
        for number, part in enumerate(target.parts):
            if part not in tubes:
                way_out = nearest(part, tubes) or "one of " + ", ".join(tubes)
                yield ("targets", index, "parts", number), "is not a tube of the test phantom", part, way_out


def known_terms(items: Items) -> set[str]:
    """Words that evidence may be filed under: terms of guide pages and of the glossary."""
    found = set(items.get("glossary", {}))
    for page in items.get("guide", {}).values():
        found |= set(getattr(page, "terms", ()))
    return found


def _term_problems(drill: RoomTask, items: Items) -> Iterator[Problem]:
    known = known_terms(items)
    for index, term in enumerate(drill.terms):
        if term not in known:
            way_out = nearest(term, known) or "a term of the glossary or of a page of the guide"
            yield ("terms", index), "is not a known term", term, way_out


def _circle_problems(drill: RoomTask, items: Items) -> Iterator[Problem]:
    """Prerequisites that come back to the drill itself."""
    drills = items.get("drills", {})
    for index, first in enumerate(drill.after):
        if first != drill.id and (way := _way(first, drill.id, drills)) is not None:
            circle = " ← ".join((drill.id, *way))
            yield ("after", index), f"makes a circle, {circle}", first, "leaving it out"


def _way(start: str, end: str, drills: Mapping[str, Item]) -> list[str] | None:
    """Ids on the way of prerequisites from one drill to another; None when there is none."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop()
        if way[-1] == end:
            return way
        for before in _after(drills.get(way[-1])):
            if before not in seen:
                seen.add(before)
                ways.append([*way, before])
    return None


def _after(drill: Item | None) -> Iterable[str]:
    return drill.after if isinstance(drill, RoomTask) else ()
