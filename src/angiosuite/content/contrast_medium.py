"""Schema of ``contrast/<id>/medium.yaml``: what is injected to be seen, one strength an item.

An iodinated medium darkens blood; a gas displaces it and is seen as a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from angiosuite.content.known_source import KnownSource
from angiosuite.content.schema import Broken, Item, Kebab, Sentence, Strict


class IodinatedMedium(Strict):
    """A watery solution of an iodinated molecule."""

    agent: Literal["iodine"]
    substance: Kebab = Field(description="generic name: iohexol, iodixanol ...")
    iodine_mg_ml: float = Field(ge=100, le=450)
    viscosity_20_mpa_s: float = Field(gt=0.8, le=60)
    viscosity_37_mpa_s: float = Field(gt=0.6, le=40)
    density_g_ml: float = Field(gt=1.0, le=1.6, description="at 37 degrees")
    osmolality_mosm_kg: float = Field(ge=200, le=2500)

    def rules(self) -> Iterator[Broken]:
        """Warm is thinner."""
        if self.viscosity_37_mpa_s >= self.viscosity_20_mpa_s:
            yield Broken(
                ("viscosity_37_mpa_s",),
                "is not below that at 20 degrees",
                "swapping the two",
                self.viscosity_37_mpa_s,
                ("viscosity_20_mpa_s",),
            )


class GasMedium(Strict):
    """A gas that dissolves: carbon dioxide. Volumes are those at the pressure of the room."""

    agent: Literal["gas"]
    substance: Literal["carbon-dioxide"]
    density_kg_m3: float = Field(gt=0.5, le=5, description="at 37 degrees and the pressure of the room")
    viscosity_mpa_s: float = Field(gt=0.005, le=0.05)
    dissolves_s: float = Field(
        gt=0, le=600, description="time constant with which a bubble in blood vanishes"
    )
    largest_ml: float = Field(gt=0, le=200, description="more at once is a critical error")
    wait_s: float = Field(ge=0, le=900, description="sooner again is a critical error")
    dangers: tuple[Sentence, ...] = Field(min_length=1, description="shown when the gas is chosen")


class ContrastItem(Item):
    """One medium in one strength."""

    sources: tuple[KnownSource, ...] = Field(
        min_length=1, description="each says what it covers and its basis"
    )
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    medium: Annotated[IodinatedMedium | GasMedium, Field(discriminator="agent")]
