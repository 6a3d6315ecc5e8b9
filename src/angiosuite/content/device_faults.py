"""Faults of a set that show only beside its devices: a set within a set, a needle that no wire passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from angiosuite.content.compatibility import fits
from angiosuite.content.device import DeviceItem
from angiosuite.content.faults import Fault, Location, dotted
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.item_file import ItemFile
from angiosuite.content.kit_set import KitSet
from angiosuite.content.needle import Needle
from angiosuite.content.schema import Item

Items = Mapping[str, Mapping[str, Item]]


def device_faults(read: ItemFile, items: Items) -> Iterator[Fault]:
    """Every fault of a set that shows only beside the devices that it names.

    Parameters
    ----------
    read : ItemFile
        Any item; what is no set has no such faults.
    items : mapping
        What exists, those that are being checked among them.
    """
    item = read.readable
    if not isinstance(item, DeviceItem) or not isinstance(item.part, KitSet):
        return
    devices = items.get("devices", {})
    named = [devices.get(one.device) for one in item.part.contains]
    wires = [one.part for one in named if isinstance(one, DeviceItem) and isinstance(one.part, GuideWire)]
    for index, (contained, other) in enumerate(zip(item.part.contains, named, strict=True)):
        where: Location = ("part", "contains", index, "device")
        if not isinstance(other, DeviceItem) or read.is_invented(where):
            continue  # a device that is not there is said elsewhere
        problem, way_out = None, ""
        if isinstance(other.part, KitSet):
            problem, way_out = "is a set itself", "the devices in it"
        elif isinstance(other.part, Needle) and wires:
            tries = [fits(wire, other.part) for wire in wires]
            if not any(one.fits for one in tries):
                problem, way_out = "takes no wire of the set", min(tries, key=lambda one: one.needs).way_out
        if problem is not None:
            line = read.marked.line_of(where)
            way_out = way_out[:1].lower() + way_out[1:].rstrip(".")
            yield Fault(read.marked.path, line, dotted(where), problem, contained.device, way_out)
