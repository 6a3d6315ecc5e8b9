"""The inflator among devices: a syringe with a screw and a gauge, which fills a balloon."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Strict

__all__ = ["Inflator"]


class Inflator(Strict):
    """One inflator."""

    kind: Literal["inflator"]
    volume_ml: float = Field(ge=5, le=100)
    most_atm: float = Field(ge=3, le=60, description="to which its gauge reads and its seal holds")
    contrast_share: float = Field(
        ge=0, le=1, description="of what it is filled with; the rest is saline, which runs out faster"
    )
