"""The kinds of content: the folder of a pack, the file of an item, the schema it must meet."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from angiosuite.content.advice import AdviceItem
from angiosuite.content.contrast_medium import ContrastItem
from angiosuite.content.device import DEVICE_VARIANTS, DeviceItem, device_variant
from angiosuite.content.drill import DrillItem
from angiosuite.content.drug import DrugItem
from angiosuite.content.equipment import EquipmentItem
from angiosuite.content.field import FieldItem
from angiosuite.content.framework import FrameworkItem
from angiosuite.content.glossary import GlossaryItem
from angiosuite.content.guide import GuidePageItem
from angiosuite.content.hazard import HazardItem
from angiosuite.content.injector_protocol import ProtocolItem
from angiosuite.content.lesion import LesionItem
from angiosuite.content.pathway import PathwayItem
from angiosuite.content.patient import PatientItem
from angiosuite.content.phantom import PhantomItem
from angiosuite.content.procedure import ProcedureItem
from angiosuite.content.schema import Item
from angiosuite.content.vessel_template import VesselTemplateItem
from angiosuite.kit.errors import WrongUse, did_you_mean


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of content.

    Parameters
    ----------
    name : str
        Folder of the kind in a pack, plural where English has one: "patients".
    file : str
        Name of the file in each item's folder.
    model : type of Item
        Its schema.
    singular : str
        The word for one item, also accepted by ``angiosuite new``.
    text_file : str or None
        Name of the Markdown text that every item has beside its file; None when it has none.
    variants : tuple of str
        What an item can be besides what its template shows: each has a template of its own.
    """

    name: str
    file: str
    model: type[Item]
    singular: str
    text_file: str | None = None
    variants: tuple[str, ...] = ()

    def variant_of(self, value: Any) -> str | None:
        """The variant that an item's values are of; None for that of the kind's own template."""
        part = value.get("part") if isinstance(value, dict) else None
        told = device_variant(part) if isinstance(part, dict) else None
        return told if told in self.variants else None


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("patients", "patient.yaml", PatientItem, "patient"),
        Kind("equipment", "equipment.yaml", EquipmentItem, "equipment"),
        Kind("phantoms", "phantom.yaml", PhantomItem, "phantom"),
        Kind("devices", "device.yaml", DeviceItem, "device", variants=DEVICE_VARIANTS),
        Kind("contrast", "medium.yaml", ContrastItem, "medium"),
        Kind("protocols", "protocol.yaml", ProtocolItem, "protocol"),
        Kind("lesions", "lesion.yaml", LesionItem, "lesion"),
        Kind("hazards", "hazard.yaml", HazardItem, "hazard"),
        Kind("drugs", "drug.yaml", DrugItem, "drug"),
        Kind("advice", "advice.yaml", AdviceItem, "advice"),
        Kind("vessels", "template.yaml", VesselTemplateItem, "vessel"),
        Kind("guide", "page.yaml", GuidePageItem, "guide", "text.md"),
        Kind("glossary", "term.yaml", GlossaryItem, "term"),
        Kind("field", "entry.yaml", FieldItem, "entry"),
        Kind("pathways", "pathway.yaml", PathwayItem, "pathway"),
        Kind("frameworks", "framework.yaml", FrameworkItem, "framework"),
        Kind("drills", "drill.yaml", DrillItem, "drill", "text.md"),
        Kind("procedures", "procedure.yaml", ProcedureItem, "procedure", "text.md"),
    )
}


def kind_named(name: str) -> Kind:
    """The kind with this name, plural or singular.

    Raises
    ------
    WrongUse
        When there is no such kind.
    """
    for kind in KINDS.values():
        if name in (kind.name, kind.singular):
            return kind
    words = [*KINDS, *(kind.singular for kind in KINDS.values())]
    raise WrongUse(
        f"'{name}' is not a kind of content",
        code="kind-not-known",
        way_out=f"{did_you_mean(name, words)} Kinds: {', '.join(KINDS)}.".strip(),
    )


def template_text(kind: Kind, file: str | None = None, variant: str | None = None) -> str:
    """Text of a template file of a kind; ID-OF-THE-ITEM and TITLE-OF-THE-ITEM stand for the names."""
    name = file or kind.file
    if name == kind.file and variant in kind.variants:
        name = f"{kind.singular}-{variant}.yaml"
    if name == kind.text_file:
        name = f"{kind.singular}-{name}"
    return files("angiosuite.content").joinpath("templates").joinpath(name).read_text("utf-8")
