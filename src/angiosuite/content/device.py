"""Schema of ``devices/<id>/device.yaml``: one device in one size, for instance a catheter.

What it is stands below `part`, whose `kind` says which fields it has.
"""

from __future__ import annotations

from pydantic import Field

from angiosuite.content.catheter import Catheter
from angiosuite.content.known_source import KnownSource
from angiosuite.content.schema import Item, Line


class DeviceItem(Item):
    """One device."""

    sources: tuple[KnownSource, ...] = Field(
        min_length=1, description="each says what it covers and its basis"
    )
    maker: Line = "generic"
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    part: Catheter = Field(description="what it is; `kind: catheter`")
