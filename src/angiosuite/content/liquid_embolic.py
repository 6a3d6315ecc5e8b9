"""Liquids that close vessels, among devices: glue, oil, and what destroys a vein's wall."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Strict

__all__ = ["LiquidEmbolic"]


class LiquidEmbolic(Strict):
    """One vial or ampoule of a liquid."""

    kind: Literal["liquid-embolic"]
    agent: Literal["cyanoacrylate", "oil", "sclerosant"]
    volume_ml: float = Field(gt=0, le=50)
    density_g_ml: float = Field(ge=0.7, le=3, description="at 37 °C")
    viscosity_mpa_s: float = Field(gt=0.3, le=500, description="at 37 °C")
    flush: Literal["dextrose", "none"] = Field(
        default="none", description="what the catheter is flushed with before it, lest it sets within"
    )
    solvent: bool = Field(default=False, description="whether what it is dissolved in harms plastics")
    oil_ratios: tuple[float, ...] = Field(
        default=(), max_length=10, description="parts of oil to one of it that it is mixed with"
    )
    iodine_mg_ml: float = Field(default=0.0, ge=0, le=600, description="what shows of it")

    def rules(self) -> Iterator[Broken]:
        """Glue comes after dextrose and with oil; oil shows."""
        glue = self.agent == "cyanoacrylate"
        if (self.flush == "dextrose") != glue:
            told = (
                "is missing of what sets in blood and salt" if glue else "is for what sets in blood and salt"
            )
            way_out = "`agent: cyanoacrylate` with `flush: dextrose`"
            yield Broken(("flush",), told, way_out, self.flush, ("agent",))
        if bool(self.oil_ratios) != glue:
            told = "is missing of a glue, which shows by its oil" if glue else "is of a glue"
            way_out = "`agent: cyanoacrylate` with `oil_ratios: [1, 2, 3, 4]`"
            yield Broken(("oil_ratios",), told, way_out, None, ("agent",))
        for index, parts in enumerate(self.oil_ratios):
            if not 0.2 <= parts <= 20:
                told = "lies beyond 0.2 to 20 parts of oil"
                yield Broken(("oil_ratios", index), told, "1 to 4", parts)
        if self.agent == "oil" and self.iodine_mg_ml == 0:
            told = "is none, of an oil that is taken to be seen"
            yield Broken(("iodine_mg_ml",), told, "480", self.iodine_mg_ml, ("agent",))
