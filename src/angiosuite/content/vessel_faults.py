"""Faults of vessel templates and patients' variants that show only beside other items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from angiosuite.content.faults import Fault, Location, dotted, nearest
from angiosuite.content.item_file import ItemFile
from angiosuite.content.patient import PatientItem
from angiosuite.content.schema import Item
from angiosuite.content.vessel_template import VesselTemplateItem

Items = Mapping[str, Mapping[str, Item]]
Problem = tuple[Location, str, Any, str]


def vessel_faults(read: ItemFile, items: Items) -> Iterator[Fault]:
    """A template's parents, joined vessels and beds that no file has; a patient's variants that no site has.

    Parameters
    ----------
    read : ItemFile
        Any item; other kinds have no such faults.
    items : mapping
        What exists, those that are being checked among them.
    """
    known = [item for item in items.get("vessels", {}).values() if isinstance(item, VesselTemplateItem)]
    item = read.readable
    if isinstance(item, VesselTemplateItem):
        problems = _template_problems(item, [*known, item])
    elif isinstance(item, PatientItem):
        problems = _variant_problems(item, known)
    else:
        return
    for where, problem, got, way_out in problems:
        if not read.is_invented(where):
            line = read.marked.line_of(where)
            yield Fault(read.marked.path, line, dotted(where), problem, got, way_out)


def _template_problems(item: VesselTemplateItem, known: Sequence[VesselTemplateItem]) -> Iterator[Problem]:
    vessels = {name for other in known for entry in other.vessels for name in _names(entry.id, entry.levels)}
    beds = {name for other in known for entry in other.beds for name in _names(entry.id)}
    for index, entry in enumerate(item.vessels):
        for field, named, there in (
            ("parent", entry.parent, vessels),
            ("joins", entry.joins, vessels),
            ("bed", entry.bed, beds),
        ):
            missing = sorted(set(_names(named, entry.levels)) - there) if named is not None else []
            if missing:
                way_out = nearest(missing[0], there) or "one that a template has"
                yield ("vessels", index, field), "is in no template", missing[0], way_out


def _variant_problems(item: PatientItem, known: Sequence[VesselTemplateItem]) -> Iterator[Problem]:
    sites = {site.id: [variant.id for variant in site.variants] for other in known for site in other.sites}
    for site, variant in item.variants.items():
        if site not in sites:
            way_out = nearest(site, sites) or ", ".join(sorted(sites))
            yield ("variants", site), "is no site of a vessel template", site, way_out
        elif variant not in sites[site]:
            way_out = nearest(variant, sites[site]) or ", ".join(sites[site])
            yield ("variants", site), "is no variant of its site", variant, way_out


def _names(templated: str, levels: Sequence[str] = ()) -> list[str]:
    """An id with sides and levels filled in."""
    sides = ("right", "left") if "{side}" in templated else ("",)
    steps = tuple(levels) if "{level}" in templated else ("",)
    return [templated.replace("{side}", side).replace("{level}", step) for side in sides for step in steps]
