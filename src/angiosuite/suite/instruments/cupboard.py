"""The cupboard: every device with what one looks at when choosing."""

from __future__ import annotations

from typing import Any

from angiosuite.content.balloon import Balloon
from angiosuite.content.catheter import Catheter
from angiosuite.content.cava_filter import CavaFilter
from angiosuite.content.coil import Coil
from angiosuite.content.device import DeviceItem, Part
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.loader import Library
from angiosuite.content.plug import Plug
from angiosuite.content.sheath import Sheath
from angiosuite.content.snare import Snare
from angiosuite.content.stent import Stent

from .instrument import Instrument
from .outline import outline_mm
from .sizes import sizes

__all__ = ["cupboard", "details", "device_facts", "family_of", "size_mm"]


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
        "family": family_of(part),
        "summary": item.summary,
        "length_mm": None,
        "outer_mm": getattr(part, "outer_mm", None),
        "bore_mm": getattr(part, "bore_mm", None),
        "wire_mm": None if isinstance(part, Coil) else getattr(part, "wire_mm", None),
        "size_mm": size_mm(part),
        "sheath_f": _sheath_f(part),
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


def family_of(part: Part) -> str | None:
    """Which of its kind it is: the family of a catheter, the form of particles, the design of a filter."""
    for name in ("family", "kind_of", "form", "agent", "delivery"):
        if isinstance(told := getattr(part, name, None), str):
            return told
    return part.design if isinstance(part, CavaFilter) else None


def size_mm(part: Part) -> tuple[float, float] | None:
    """Diameter and length of what treats, mm; none of what has no such size."""
    one = part.stent or part.balloon if isinstance(part, Catheter) else part
    if isinstance(one, Coil):
        return None if one.loop_mm is None else (one.loop_mm, one.length_mm)
    return (one.diameter_mm, one.length_mm) if isinstance(one, Balloon | Stent | Plug) else None


def _sheath_f(part: Part) -> float | None:
    """Smallest sheath by the label of what needs one, F."""
    if isinstance(part, Catheter):
        return max((one.sheath_f for one in (part.balloon, part.stent) if one is not None), default=None)
    return part.sheath_f if isinstance(part, CavaFilter | Snare) else None


def details(item: DeviceItem) -> dict[str, Any]:
    """One device with every number of it and where each is from."""
    return {
        **device_facts(item),
        "part": item.part.model_dump(mode="json"),
        "maker": item.maker,
        "sources": [source.model_dump(mode="json") for source in item.sources],
    }
