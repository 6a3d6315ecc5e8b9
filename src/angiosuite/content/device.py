"""Schema of ``devices/<id>/device.yaml``: one device in one size, for instance a catheter.

What it is stands below `part`, whose `kind` says which fields it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, get_args

from pydantic import Field

from angiosuite.content.aspirator import Aspirator
from angiosuite.content.catheter import Catheter
from angiosuite.content.cava_filter import CavaFilter
from angiosuite.content.closure import Closure
from angiosuite.content.coil import Coil
from angiosuite.content.dilator import Dilator
from angiosuite.content.embolic import Particles
from angiosuite.content.fluid_kit import FluidLine, Syringe, Valve
from angiosuite.content.guide_wire import GuideWire
from angiosuite.content.inflator import Inflator
from angiosuite.content.kit_set import Handle, KitSet
from angiosuite.content.known_source import KnownSource
from angiosuite.content.liquid_embolic import LiquidEmbolic
from angiosuite.content.needle import Needle
from angiosuite.content.plug import Plug
from angiosuite.content.schema import Item, Line
from angiosuite.content.sheath import Sheath
from angiosuite.content.snare import Snare
from angiosuite.kit.errors import WrongUse

Part = Annotated[
    Catheter
    | GuideWire
    | Sheath
    | Needle
    | Dilator
    | KitSet
    | Syringe
    | FluidLine
    | Valve
    | Handle
    | Coil
    | Plug
    | Particles
    | LiquidEmbolic
    | CavaFilter
    | Snare
    | Closure
    | Inflator
    | Aspirator,
    Field(discriminator="kind"),
]
"""What a device is; its `kind` says which fields it has."""
DEVICE_KINDS: tuple[str, ...] = tuple(
    get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Part)[0])
)
"""What `kind` can be, the catheter first."""
BROUGHT: Mapping[str, str] = MappingProxyType({"balloon": "balloon", "stent-system": "stent"})
"""Families of catheters that have a template of their own, and its name."""
DEVICE_VARIANTS: tuple[str, ...] = (*DEVICE_KINDS[1:], *BROUGHT.values())
"""What a device can be made as besides a plain catheter: `angiosuite new device … --kind`."""


def device_variant(part: Mapping[str, Any]) -> str | None:
    """Name of the template that a file's `part` is most like; none where it names nothing."""
    kind, family = part.get("kind"), part.get("family")
    if kind == "catheter":
        return BROUGHT.get(family) if isinstance(family, str) else None
    return kind if isinstance(kind, str) else None


class DeviceItem(Item):
    """One device."""

    sources: tuple[KnownSource, ...] = Field(
        min_length=1, description="each says what it covers and its basis"
    )
    maker: Line = "generic"
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    part: Part = Field(description="what it is; `kind: catheter`, `kind: guide-wire` …")

    @property
    def catheter(self) -> Catheter:
        """What it is, where it is a catheter.

        Raises
        ------
        WrongUse
            When it is something else.
        """
        if not isinstance(self.part, Catheter):
            raise WrongUse(
                f"{self.title} is no catheter but a {self.part.kind.replace('-', ' ')}",
                code="device-no-catheter",
                value=self.id,
                way_out="Choose a catheter. See: angiosuite list devices.",
            )
        return self.part
