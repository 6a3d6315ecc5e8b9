"""Sizes by which a person chooses what treats: of balloons, stents, coils, particles, filters, closures."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from angiosuite.content.aspirator import Aspirator
from angiosuite.content.catheter import Catheter
from angiosuite.content.cava_filter import CavaFilter
from angiosuite.content.closure import Closure
from angiosuite.content.coil import Coil
from angiosuite.content.embolic import Particles
from angiosuite.content.inflator import Inflator
from angiosuite.content.liquid_embolic import LiquidEmbolic
from angiosuite.content.plug import Plug
from angiosuite.content.snare import Snare

__all__ = ["sizes"]

_BALLOON = {"diameter_mm", "length_mm", "nominal_atm", "rated_atm", "sheath_f"}
_STENT = {"opens", "covered", "diameter_mm", "length_mm", "recaptured_to", "sheath_f"}
_NAMES: dict[type[BaseModel], set[str]] = {
    Inflator: {"volume_ml", "most_atm"},
    Coil: {"delivery", "shape", "wire_mm", "loop_mm", "length_mm", "lumen_mm"},
    Plug: {"diameter_mm", "length_mm", "lumen_mm"},
    Particles: {"form", "size_um", "volume_ml", "dilute_ml"},
    LiquidEmbolic: {"agent", "volume_ml", "flush", "oil_ratios"},
    CavaFilter: {"design", "sheath_f", "cava_mm", "stays"},
    Snare: {"loops", "loop_mm", "sheath_f"},
    Closure: {"kind_of", "sheath_f", "artery_mm", "hold_s", "radial"},
    Aspirator: {"kind_of", "vacuum_inhg", "volume_ml"},
}


def sizes(part: BaseModel) -> dict[str, Any]:
    """What one looks at when choosing a device that treats; nothing of any other."""
    if isinstance(part, Catheter):
        found: dict[str, Any] = {}
        if part.balloon is not None:
            found["balloon"] = part.balloon.model_dump(mode="json", include=_BALLOON)
        if part.stent is not None:
            found["stent"] = part.stent.model_dump(mode="json", include=_STENT)
        return found
    names = _NAMES.get(type(part))
    return {} if names is None else part.model_dump(mode="json", include=names)
