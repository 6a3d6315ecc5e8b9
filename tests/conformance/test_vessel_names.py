"""Every vessel and bed that a device, a protocol or a lesion names is one that patients are grown with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from angiosuite.anatomy.vessels.templates import templates
from angiosuite.anatomy.vessels.veins import vein_templates
from angiosuite.content import load_library
from angiosuite.content.catheter import Catheter
from angiosuite.content.device import DeviceItem
from angiosuite.content.injector_protocol import ProtocolItem
from angiosuite.content.lesion import LesionItem
from angiosuite.content.lesion_kinds import Fistula, Varices

BEYOND = {"left-internal-carotid", "right-internal-carotid"}
"""Vessels that only a patient made from a CT may have."""


def repeated(name: str, sides: bool, levels: tuple[str, ...] = ()) -> Iterator[str]:
    """An id of a template with its side and level filled in."""
    for side in ("left", "right") if sides else ("",):
        for level in levels or ("",):
            yield name.replace("{side}", side).replace("{level}", level)


TEMPLATES = [*templates(), *vein_templates()]
VESSELS = {
    name for item in TEMPLATES for one in item.vessels for name in repeated(one.id, one.sides, one.levels)
}
BEDS = {name for item in TEMPLATES for one in item.beds for name in repeated(one.id, one.sides)}


def named() -> Iterator[tuple[str, str, set[str]]]:
    """Who names what, and what it may be."""
    library = load_library()
    for kind in ("devices", "protocols", "lesions"):
        for identity, loaded in library.items[kind].items():
            item = loaded.item
            if isinstance(item, DeviceItem):
                targets = item.part.targets if isinstance(item.part, Catheter) else ()
                yield from ((identity, name, VESSELS) for name in targets)
            elif isinstance(item, ProtocolItem):
                yield from ((identity, name, VESSELS | BEYOND) for name in item.vessels)
            elif isinstance(item, LesionItem):
                yield from ((identity, place.vessel, VESSELS) for place in item.places if place.vessel)
                yield from ((identity, place.bed, BEDS) for place in item.places if place.bed)
                if isinstance(item.lesion, Fistula | Varices):
                    yield identity, item.lesion.into, VESSELS


@pytest.mark.parametrize(
    ("who", "name", "known"), list(named()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_named_vessel_or_bed_exists(who: str, name: str, known: set[str]) -> None:
    assert name in known
