"""The cupboard: every device with what one looks at when choosing."""

from __future__ import annotations

from typing import Any

from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.loader import Library
from angiosuite.content.sheath import Sheath

from .instrument import Instrument
from .outline import outline_mm
from .sizes import sizes

__all__ = ["cupboard", "details", "device_facts"]


def cupboard(content: Library) -> list[dict[str, Any]]:
    """All devices, in the order of the content."""
    items = [loaded.item for loaded in content.items["devices"].values()]
    known = [item for item in items if isinstance(item, DeviceItem)]
    return [device_facts(item) for item in sorted(known, key=lambda item: (item.order, item.id))]


def device_facts(item: DeviceItem) -> dict[str, Any]:
    """One device: sizes, shape, marks."""
    part = item.part
    facts: dict[str, Any] = {
        "id": item.id,
        "title": item.title,
        "kind": part.kind,
        "family": part.family if isinstance(part, Catheter) else getattr(part, "kind_of", None),
        "summary": item.summary,
        "length_mm": None,
        "outer_mm": getattr(part, "outer_mm", None),
        "bore_mm": getattr(part, "bore_mm", None),
        "wire_mm": getattr(part, "wire_mm", None),
        "coat": None,
        "shapeable": bool(getattr(part, "shapeable", False)),
        "outline_mm": [],
        "markers_mm": [],
        "order": item.order,
        "quality": item.quality,
        "sizes": sizes(part),
    }
    if isinstance(part, GuideWire | Catheter | Sheath):
        one = Instrument("", item)
        radiopacity = getattr(part, "radiopacity", None)
        marks = () if radiopacity is None else radiopacity.markers
        facts |= {
            "length_mm": one.length_mm,
            "outer_mm": part.thickest_mm if isinstance(part, Catheter) else one.thickness_mm,
            "coat": one.coat,
            "outline_mm": outline_mm(item),
            "markers_mm": [(mark.from_tip_mm, mark.length_mm) for mark in marks],
        }
    return facts


def details(item: DeviceItem) -> dict[str, Any]:
    """One device with every number of it and where each is from."""
    return {
        **device_facts(item),
        "part": item.part.model_dump(mode="json"),
        "maker": item.maker,
        "sources": [source.model_dump(mode="json") for source in item.sources],
    }
