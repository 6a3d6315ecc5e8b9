"""What a drill does to blood and contrast before it begins: the patient, the catheter, the injector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from angiosuite.content.drawing import Drawing, Words
from angiosuite.content.drawn import Drawn, DrawnWord
from angiosuite.content.schema import Broken, Kebab, Refers


class VariantStart(Drawing):
    """An anatomy that the patient has, whatever its own seed says."""

    site: Kebab
    variant: DrawnWord


class LesionStart(Drawing):
    """A lesion of the content; its own places are used unless one is given here."""

    lesion: Annotated[Kebab, Refers("lesions")]
    vessel: DrawnWord | None = None
    percent_along: Drawn | None = None
    from_wall_mm: Drawn | None = Field(
        default=None, description="instead: from where it leaves the lumen that it hangs on"
    )
    bed: DrawnWord | None = Field(default=None, description="of a lesion in an organ: the tissue it lies in")
    numbers: dict[str, Drawn] = Field(
        default_factory=dict,
        description="numbers of the lesion that are to be others: {diameter_percent: [60, 75]}",
    )

    def plain(self, seed: int, name: str, words: Words) -> dict[str, Any]:
        """The lesion, or nothing when a word draws `none` for its vessel: a patient without it."""
        made = super().plain(seed, name, words)
        return {} if made.get("vessel") == "none" else made

    def rules(self) -> Iterator[Broken]:
        """A vessel goes with one place on it; a lesion lies in a vessel or in a bed."""
        if self.bed is not None and self.vessel is not None:
            yield Broken(("bed",), "goes with no vessel", "leaving one of them out", uses=("vessel",))
        places = (self.percent_along is not None) + (self.from_wall_mm is not None)
        if places != (self.vessel is not None):
            uses = ("vessel", "from_wall_mm")
            yield Broken(("percent_along",), "goes with a vessel", "one place and a vessel", uses=uses)


class HarmStart(Drawing):
    """A harm that was done before the person came."""

    kind: DrawnWord = Field(description="spasm or dissection")
    vessel: DrawnWord
    percent_along: Drawn


class CatheterStart(Drawing):
    """The catheter that is in place."""

    device: Annotated[Kebab, Refers("devices")]
    vessel: DrawnWord
    percent_along: Drawn
    tip: DrawnWord | None = Field(default=None, description="free or wall; drawn by chance when left out")
    fixed: bool = Field(default=False, description="it may be pulled and freed, but no other may be placed")


class FilterStart(Drawing):
    """A cava filter that was put in before: where it stands, how it leans, and since when."""

    device: Annotated[Kebab, Refers("devices")]
    vessel: DrawnWord
    at_mm: Drawn = Field(description="its upper end along the vein, from the heart")
    tilt_deg: Drawn
    days: Drawn = Field(description="since it was put in")
    clot_mm: Drawn | None = Field(default=None, description="thickness of a clot that lies in it")


class ClotStart(Drawing):
    """A clot that comes loose in a vein while the person works."""

    vessel: DrawnWord
    thick_mm: Drawn
    after_s: Drawn


class InjectorStart(Drawing):
    """What is in the injector."""

    medium: Annotated[Kebab | None, Refers("contrast")] = None
    filled_ml: float | None = Field(default=None, ge=0, le=150)
    air: DrawnWord | None = Field(
        default=None,
        description="clear (someone looked), unknown (nobody did) or air (nobody did, and there is)",
    )
    warmed: bool | None = None


class BloodStart(Drawing):
    """Blood and contrast at the beginning; without it a drill has no flow."""

    egfr_ml_min: Drawn | None = Field(default=None, description="per 1.73 m2; the kidneys of the patient")
    variants: tuple[VariantStart, ...] = ()
    lesions: tuple[LesionStart, ...] = ()
    harms: tuple[HarmStart, ...] = Field(default=(), description="what somebody has done to vessels before")
    lost_percent: Drawn | None = Field(
        default=None, description="of all blood, lost before; heart and nerves answer to it"
    )
    filters: tuple[FilterStart, ...] = Field(default=(), description="cava filters that stand already")
    clots: tuple[ClotStart, ...] = Field(default=(), description="clots that come loose later")
    accesses: tuple[DrawnWord, ...] = Field(
        default=(), description="where the patient can be entered: the rest is covered; all when left out"
    )
    catheter: CatheterStart | None = None
    injector: InjectorStart | None = None
    devices: tuple[Annotated[Kebab, Refers("devices")], ...] = Field(
        default=(), description="catheters that are on the table; all when left out"
    )
    media: tuple[Annotated[Kebab, Refers("contrast")], ...] = Field(default=(), description="likewise")
    vessels: tuple[Kebab, ...] = Field(
        default=(), description="where a catheter may be placed; anywhere when left out"
    )
    tree: bool | None = Field(default=None, description="whether the tree is shown")
