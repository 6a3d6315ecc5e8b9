"""Faults of a drill's blood and of its targets in it: vessels, beds, sites and lesions that are not there."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import yaml

from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.drawn import DrawnWord
from angiosuite.content.faults import Location, nearest
from angiosuite.content.lesion import IN_A_BED, LesionItem
from angiosuite.content.room_task import RoomTask
from angiosuite.content.schema import Item
from angiosuite.content.vessel_template import VesselTemplateItem

Problem = tuple[Location, str, Any, str]
HARMS = {"spasm", "dissection"}
"""Harms that a task may begin with."""
NOWHERE = "none"
"""Drawn for a vessel, it leaves the lesion out."""


def blood_problems(drill: RoomTask, items: Mapping[str, Mapping[str, Item]]) -> Iterator[Problem]:
    """What a drill says of vessels that no template has, and of numbers that its lesions have not got."""
    known = [item for item in items.get("vessels", {}).values() if isinstance(item, VesselTemplateItem)]
    vessels = {name for other in known for entry in other.vessels for name in _names(entry.id, entry.levels)}
    vessels |= drawn_veins()
    beds = {name for other in known for entry in other.beds for name in _names(entry.id)}
    for where, word, there, what in _named(drill, vessels, beds):
        for got in [word.fixed] if word.fixed is not None else list(word.values.values()):
            if got not in there:
                yield (
                    where,
                    f"is no {what} of a vessel template",
                    got,
                    nearest(got, there) or f"a known {what}",
                )
    yield from _catheter_problems(drill, items)
    yield from _harm_problems(drill)
    yield from _site_problems(drill, known)
    yield from _lesion_problems(drill, items)


def _named(
    drill: RoomTask, vessels: set[str], beds: set[str]
) -> Iterator[tuple[Location, DrawnWord, set[str], str]]:
    for index, target in enumerate(drill.targets):
        if target.vessel is not None:
            yield ("targets", index, "vessel"), target.vessel, vessels, "vessel"
        if target.bed is not None:
            yield ("targets", index, "bed"), target.bed, beds, "bed"
    blood = drill.start.blood
    if blood is None:
        return
    here: Location = ("start", "blood")
    for index, lesion in enumerate(blood.lesions):
        if lesion.vessel is not None:
            yield (*here, "lesions", index, "vessel"), lesion.vessel, {*vessels, NOWHERE}, "vessel"
        if lesion.bed is not None:
            yield (*here, "lesions", index, "bed"), lesion.bed, beds, "bed"
    for index, harm in enumerate(blood.harms):
        yield (*here, "harms", index, "vessel"), harm.vessel, vessels, "vessel"
    if blood.catheter is not None:
        yield (*here, "catheter", "vessel"), blood.catheter.vessel, vessels, "vessel"
    for index, name in enumerate(blood.vessels):
        yield (*here, "vessels", index), DrawnWord(fixed=name), vessels, "vessel"


def _catheter_problems(drill: RoomTask, items: Mapping[str, Mapping[str, Item]]) -> Iterator[Problem]:
    """Devices where a catheter is asked for, and no catheter.

    What lies in the patient is one. Where a catheter is placed at once, `devices` are those that may be;
    where none is, hands lead it, and they are whatever the cupboard holds.
    """
    blood = drill.start.blood
    if blood is None or blood.catheter is None:
        return
    here: Location = ("start", "blood")
    named = [((*here, "devices", index), name) for index, name in enumerate(blood.devices)]
    named.append(((*here, "catheter", "device"), blood.catheter.device))
    devices = items.get("devices", {})
    catheters = [
        name
        for name, item in devices.items()
        if isinstance(item, DeviceItem) and isinstance(item.part, Catheter)
    ]
    for where, name in named:
        if name in devices and name not in catheters:
            yield where, "is no catheter", name, nearest(name, catheters) or "a catheter"


def _harm_problems(drill: RoomTask) -> Iterator[Problem]:
    for index, harm in enumerate(() if drill.start.blood is None else drill.start.blood.harms):
        for got in [harm.kind.fixed] if harm.kind.fixed is not None else list(harm.kind.values.values()):
            if got not in HARMS:
                where: Location = ("start", "blood", "harms", index, "kind")
                yield where, "is no harm to begin with", got, nearest(got, HARMS) or ", ".join(sorted(HARMS))


def _site_problems(drill: RoomTask, known: Sequence[VesselTemplateItem]) -> Iterator[Problem]:
    sites = {site.id: [variant.id for variant in site.variants] for other in known for site in other.sites}
    for index, one in enumerate(() if drill.start.blood is None else drill.start.blood.variants):
        here: Location = ("start", "blood", "variants", index)
        if one.site not in sites:
            way_out = nearest(one.site, sites) or ", ".join(sorted(sites))
            yield (*here, "site"), "is no site of a vessel template", one.site, way_out
            continue
        word = one.variant
        for got in [word.fixed] if word.fixed is not None else list(word.values.values()):
            if got not in sites[one.site]:
                way_out = nearest(got, sites[one.site]) or ", ".join(sites[one.site])
                yield (*here, "variant"), "is no variant of its site", got, way_out


def _lesion_problems(drill: RoomTask, items: Mapping[str, Mapping[str, Item]]) -> Iterator[Problem]:
    lesions = () if drill.start.blood is None else drill.start.blood.lesions
    ids = [one.lesion for one in lesions]
    for index, target in enumerate(drill.targets):
        if target.lesion is not None and target.lesion not in ids:
            way_out = nearest(target.lesion, ids) or "one of `start: {blood: {lesions: …}}`"
            yield ("targets", index, "lesion"), "is no lesion of the drill", target.lesion, way_out
    for index, one in enumerate(lesions):
        item = items.get("lesions", {}).get(one.lesion)
        if not isinstance(item, LesionItem):
            continue
        if one.bed is not None and item.lesion.kind not in IN_A_BED:
            there: Location = ("start", "blood", "lesions", index, "bed")
            yield there, f"is no place for {item.lesion.kind}", one.lesion, "a vessel"
        known = item.lesion.numbers
        for name in one.numbers:
            if name not in known:
                where: Location = ("start", "blood", "lesions", index, "numbers", name)
                problem = f"is no number of {one.lesion} that may be told otherwise"
                yield where, problem, name, nearest(name, known) or ", ".join(known)


@functools.cache
def drawn_veins() -> frozenset[str]:
    """Veins and ducts that every body has: they are drawn, not made of items."""
    found: set[str] = set()
    for folder in files("angiosuite_content").joinpath("vessels/_veins").iterdir():
        template = folder.joinpath("template.yaml")
        if template.is_file():
            told = yaml.safe_load(template.read_text("utf-8"))
            for entry in told["vessels"]:
                found.update(_names(entry["id"], entry.get("levels", ())))
    return frozenset(found)


def _names(templated: str, levels: Sequence[str] = ()) -> list[str]:
    """An id with sides and levels filled in."""
    sides = ("right", "left") if "{side}" in templated else ("",)
    steps = tuple(levels) if "{level}" in templated else ("",)
    return [templated.replace("{side}", side).replace("{level}", step) for side in sides for step in steps]
