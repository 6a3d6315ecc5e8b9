"""`Preparation`: an agent as it is drawn up, and what that makes of it in a catheter and in blood."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Any, Literal

from angiosuite.content.contrast_medium import ContrastItem
from angiosuite.content.device import DeviceItem
from angiosuite.content.embolic import Particles
from angiosuite.content.liquid_embolic import LiquidEmbolic
from angiosuite.content.loader import Library
from angiosuite.kit.errors import WrongUse, did_you_mean
from angiosuite.physics.flow.injection_line import SALINE, Fluid
from angiosuite.physics.treating import glue, oil
from angiosuite.physics.treating.particles import PACKED_SHARE, lodging_um, sizes
from angiosuite.physics.treating.suspended import Fraction
from angiosuite.physics.treating.suspension import concentration, pressure_factor
from angiosuite.suite.circulation.desk import SALINE_ID, fluid_of
from angiosuite.suite.circulation.mixture import Mixture

__all__ = ["DEXTROSE", "ROLLED", "Kind", "Preparation", "dextrose", "embolic_named", "prepared"]

Kind = Literal["particles", "pieces", "glue", "oil"]

DEXTROSE = -1
"""Number of dextrose among preparations: it is none, but glue asks whether it lies in the lumen."""
OIL_MG_ML, OIL_MPAS = 480.0, 25.0
"""Iodine and viscosity of iodised oil that glue is mixed with (memory; draft)."""
COLDER = 2.0
"""Oil and glue are so many times thicker at 20 than at 37 degrees (memory; draft)."""
DROPLET_UM = 100.0
"""Glue that comes into small arteries before it has stopped the flow lodges as such droplets (draft)."""
ROLLED = 0.35
"""Gelatin goes through a lumen of this share of its diameter, rolled up (memory; draft)."""
BINS = 5


@dataclass(frozen=True, slots=True)
class Preparation:
    """One syringe.

    Parameters
    ----------
    number : int
        In the session, from 1 on.
    device, title : str
    kind : str
    medium : str
        Contrast that it is made up with; saline's id where there is none.
    whole_ml : float
        Of the mixture.
    mixture : Mixture
    fractions : tuple of Fraction
        What it is in blood; none of single pieces.
    packed_share : float
        Of packed particles in it; 0 of liquids.
    largest_um : float
        Of particles as a catheter's lumen meets them.
    squeeze : float
    glue_share : float
        Of glue in it; 0 of what never sets.
    mean_um, sd_um, stops : float
        Of single pieces: diameters, and the lumen that one stops in over its diameter.
    """

    number: int
    device: str
    title: str
    kind: Kind
    medium: str
    whole_ml: float
    mixture: Mixture
    fractions: tuple[Fraction, ...] = ()
    packed_share: float = 0.0
    largest_um: float = 0.0
    squeeze: float = 1.0
    glue_share: float = 0.0
    mean_um: float = 0.0
    sd_um: float = 0.0
    stops: float = 1.0

    @property
    def agent_ml(self) -> float:
        """Solid volume of the agent in the whole of it."""
        return self.whole_ml * self.mixture.agent_share

    def told(self) -> dict[str, Any]:
        """For the page and the log."""
        facts: dict[str, Any] = {
            "number": self.number,
            "device": self.device,
            "title": self.title,
            "kind": self.kind,
            "medium": self.medium,
            "ml": round(self.whole_ml, 2),
        }
        if self.packed_share:
            facts["dilution"] = round(1.0 / self.packed_share, 1)
        if self.glue_share:
            facts["glue_share"] = round(self.glue_share, 2)
            facts["stop_s"] = round(glue.stop_s(self.glue_share), 2)
            facts["set_s"] = round(glue.set_s(self.glue_share), 2)
        return facts


def embolic_named(content: Library, device: str) -> DeviceItem:
    """A device that embolises, by its id."""
    known = {
        name: loaded.item
        for name, loaded in content.items["devices"].items()
        if isinstance(loaded.item, DeviceItem) and isinstance(loaded.item.part, Particles | LiquidEmbolic)
    }
    if device not in known:
        raise WrongUse(
            f"'{device}' is nothing that embolises",
            code="agent-not-known",
            value=device,
            way_out=did_you_mean(device, known) or "See: angiosuite list devices.",
        )
    item = known[device]
    assert isinstance(item, DeviceItem)
    return item


def prepared(
    number: int,
    item: DeviceItem,
    content: Library,
    medium: str,
    contrast_ml: float | None,
    oil_parts: float | None,
) -> Preparation:
    """Draw an agent up: particles with contrast, glue with oil.

    Parameters
    ----------
    contrast_ml : float or None
        Contrast that particles are made up with; None takes what the device says.
    oil_parts : float or None
        Parts of oil to one of glue; None takes the first ratio of the device.

    Notes
    -----
    **Model** particles take their packed volume; what is between them is the medium's. Its viscosity times
    the `pressure_factor`. Glue and oil mix by volume, their viscosities in the logarithm.
    """
    if isinstance(item.part, Particles):
        return _suspended(number, item, item.part, content, medium, contrast_ml)
    assert isinstance(item.part, LiquidEmbolic)
    return _liquid(number, item, item.part, oil_parts)


def dextrose() -> Mixture:
    """A flush that keeps glue from setting: as thin as saline."""
    return Mixture(
        DEXTROSE, 1.0, 0.0, 0.0, SALINE.viscosity_20_mpas, SALINE.viscosity_37_mpas, SALINE.density_g_ml
    )


def _suspended(
    number: int, item: DeviceItem, part: Particles, content: Library, medium: str, contrast_ml: float | None
) -> Preparation:
    liquid_ml = part.dilute_ml if contrast_ml is None else contrast_ml
    fluid = _fluid(content, medium)
    share = concentration(part.volume_ml, liquid_ml)
    solid = PACKED_SHARE * share
    low, high = part.size_um.low, part.size_um.high
    factor = pressure_factor(share)
    mixture = Mixture(
        number,
        0.0 if part.form == "gelatin-pledget" else solid,
        1.0 - share,
        fluid.iodine_mg_ml * (1.0 - share),
        factor * fluid.viscosity_20_mpas,
        factor * fluid.viscosity_37_mpas,
        fluid.density_g_ml,
    )
    whole_ml = part.volume_ml + liquid_ml
    if part.form == "gelatin-pledget":
        return Preparation(
            number, item.id, item.title, "pieces", medium, whole_ml, mixture, largest_um=high,
            mean_um=part.mean_um, sd_um=part.sd_um, stops=part.squeeze * part.clumps,
        )  # fmt: skip
    gelatin = part.form == "gelatin-slurry"
    held = sizes(low, high, part.mean_um, part.sd_um, BINS)
    stops = lodging_um(held.diameter_um, part.squeeze, part.clumps)
    fractions = tuple(
        Fraction(number, float(um), float(share)) for um, share in zip(stops, held.volume_share, strict=True)
    )
    return Preparation(
        number, item.id, item.title, "particles", medium, whole_ml, mixture, fractions, share,
        (ROLLED if gelatin else 1.0) * float(held.diameter_um[-1]), 1.0 if gelatin else part.squeeze,
    )  # fmt: skip


def _liquid(number: int, item: DeviceItem, part: LiquidEmbolic, oil_parts: float | None) -> Preparation:
    if part.agent == "sclerosant":
        raise WrongUse(
            "What destroys a vein's wall is not modelled",
            code="agent-not-modelled",
            value=item.id,
            way_out="Take particles, gelatin, glue or oil.",
        )
    if part.agent == "oil":
        held = oil.droplets()
        fractions = tuple(
            Fraction(number, float(um), float(share), is_drawn_out=True)
            for um, share in zip(lodging_um(held.diameter_um, oil.SQUEEZE), held.volume_share, strict=True)
        )
        thick = part.viscosity_mpa_s
        mixture = Mixture(number, 1.0, 0.0, part.iodine_mg_ml, COLDER * thick, thick, part.density_g_ml)
        return Preparation(number, item.id, item.title, "oil", SALINE_ID, part.volume_ml, mixture, fractions)
    parts = oil_parts if oil_parts is not None else part.oil_ratios[0]
    share = glue.glue_share(parts)
    thick = exp(share * log(part.viscosity_mpa_s) + (1.0 - share) * log(OIL_MPAS))
    density = share * part.density_g_ml + (1.0 - share) * 1.28
    mixture = Mixture(number, 1.0, 0.0, (1.0 - share) * OIL_MG_ML, COLDER * thick, thick, density)
    stops_s = glue.stop_s(share, glue.ENDOTHELIUM)
    return Preparation(
        number, item.id, item.title, "glue", SALINE_ID, part.volume_ml * (1.0 + parts), mixture,
        (Fraction(number, DROPLET_UM, 1.0, stops_s),), glue_share=share,
    )  # fmt: skip


def _fluid(content: Library, medium: str) -> Fluid:
    known = content.items["contrast"]
    if medium not in known:
        raise WrongUse(
            f"Contrast medium '{medium}' is not known",
            code="medium-not-known",
            value=medium,
            way_out=did_you_mean(medium, known) or "See: angiosuite list contrast.",
        )
    item = known[medium].item
    assert isinstance(item, ContrastItem)
    return fluid_of(item)
