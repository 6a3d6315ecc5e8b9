"""The aspirator among devices: a pump or a locked syringe, which draws clot through a catheter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Strict

__all__ = ["Aspirator"]

ATMOSPHERE_INHG = 29.92
"""Nothing draws harder than the air presses, inches of mercury."""


class Aspirator(Strict):
    """One pump or syringe that draws."""

    kind: Literal["aspirator"]
    kind_of: Literal["pump", "syringe"]
    vacuum_inhg: float = Field(gt=0, le=40, description="below the air's pressure, inches of mercury")
    volume_ml: float = Field(ge=5, le=5000, description="what it holds; a syringe's vacuum is gone when full")
    tubing_mm: float = Field(gt=0.5, le=10, description="bore of what leads to it")

    def rules(self) -> Iterator[Broken]:
        """There is no more vacuum than none at all."""
        if self.vacuum_inhg > ATMOSPHERE_INHG:
            told = f"is more than the air's own pressure, {ATMOSPHERE_INHG:g}"
            yield Broken(("vacuum_inhg",), told, "25", self.vacuum_inhg)

    @property
    def vacuum_mmhg(self) -> float:
        """The same, mmHg."""
        return 25.4 * self.vacuum_inhg
