"""What can be wrong with vessels: the fields of each kind of lesion, and where one may lie.

Numbers are a value, ``50``, or a range, ``[40, 60]``, from which the patient's seed draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from angiosuite.content.drawn import Spread
from angiosuite.content.schema import Broken, Kebab, Strict

Space = Literal["outside", "bowel", "belly", "retroperitoneum", "thigh", "chest", "organ"]
"""Where lost blood goes; all but *outside* and *bowel* press back as they fill."""


class LesionPart(Strict):
    """What all lesions can do: draw their numbers."""

    def drawn(self, seed: int, name: str) -> dict[str, Any]:
        """The given fields as plain JSON, numbers drawn; `name` keeps the draws of two lesions apart."""
        made: dict[str, Any] = {}
        for field in type(self).model_fields:
            value = getattr(self, field)
            if isinstance(value, Spread):
                made[field] = value.drawn(seed, f"lesion:{name}.{field}")
            elif value is not None:
                made[field] = list(value) if isinstance(value, tuple) else value
        return made

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the numbers that a drill may tell otherwise: those of this one which are drawn."""
        return tuple(name for name in type(self).model_fields if isinstance(getattr(self, name), Spread))

    def within(self, **bounds: tuple[float, float]) -> Iterator[Broken]:
        """Broken rules of numbers that lie beyond their bounds."""
        for name, (low, high) in bounds.items():
            spread: Spread | None = getattr(self, name)
            if spread is not None and not low <= spread.low <= spread.high <= high:
                yield Broken(
                    (name,),
                    "lies beyond what can be",
                    f"{low:g} to {high:g}",
                    f"{spread.low:g} to {spread.high:g}",
                )


class LesionPlace(LesionPart):
    """On a vessel, or anywhere in an organ's bed."""

    vessel: Kebab | None = None
    percent_along: Spread | None = Field(default=None, description="of its length, from its first point")
    from_wall_mm: Spread | None = Field(
        default=None, description="instead: from where it leaves the lumen of the vessel that it hangs on"
    )
    bed: Kebab | None = Field(default=None, description="an organ's bed, by its id")

    def rules(self) -> Iterator[Broken]:
        """One of the two, and a vessel with one place."""
        if (self.vessel is None) == (self.bed is None):
            yield Broken(
                (), "is neither a vessel nor an organ", "`vessel: …` with `percent_along: 50`, or `bed: …`"
            )
        places = (self.percent_along is not None) + (self.from_wall_mm is not None)
        if places != (self.vessel is not None):
            problem = "is missing of a vessel" if places == 0 else "is one place too many"
            uses = ("vessel", "from_wall_mm")
            yield Broken(("percent_along",), problem, "`vessel: …` with `percent_along: 50`", uses=uses)
        yield from self.within(percent_along=(0, 100), from_wall_mm=(0, 400))


class Stenosis(LesionPart):
    """A narrowing: radius times ``1 - S cos²`` over its length."""

    kind: Literal["stenosis"]
    length_mm: Spread
    diameter_percent: Spread = Field(description="of the diameter that is lost in the middle")
    eccentric_percent: Spread = Field(description="0 concentric, 100 with its lumen at the wall")
    calcium_percent: Spread = Field(description="of its wall")

    def rules(self) -> Iterator[Broken]:
        """A lumen is left."""
        yield from self.within(
            length_mm=(1, 300), diameter_percent=(1, 95), eccentric_percent=(0, 100), calcium_percent=(0, 100)
        )


class Occlusion(LesionPart):
    """A closed piece, and how much of the flow collaterals bring round it."""

    kind: Literal["occlusion"]
    length_mm: Spread
    calcium_percent: Spread
    collateral_percent: Spread = Field(description="of the flow before, that reaches the vessel beyond")

    def rules(self) -> Iterator[Broken]:
        """Lengths and shares that can be."""
        yield from self.within(length_mm=(1, 500), calcium_percent=(0, 100), collateral_percent=(0, 95))


class Aneurysm(LesionPart):
    """A widening of the whole vessel, or a sac on a neck."""

    kind: Literal["aneurysm"]
    form: Literal["fusiform", "saccular"]
    sac_mm: Spread = Field(description="largest diameter")
    length_mm: Spread | None = Field(default=None, description="fusiform: along the vessel")
    neck_mm: Spread | None = Field(default=None, description="saccular: diameter of the neck")
    thrombus_percent: Spread = Field(description="of what it is wider than the vessel, filled by thrombus")

    def rules(self) -> Iterator[Broken]:
        """Each form has what it needs."""
        yield from self.within(
            sac_mm=(2, 150), length_mm=(5, 400), neck_mm=(0.5, 60), thrombus_percent=(0, 90)
        )
        for name, form in (("length_mm", "fusiform"), ("neck_mm", "saccular")):
            if (getattr(self, name) is not None) != (self.form == form):
                yield Broken(
                    (name,), f"goes with a {form} one", f"`form: {form}` with `{name}: …`", uses=("form",)
                )


class Pseudoaneurysm(LesionPart):
    """A sac outside the wall, fed through a neck."""

    kind: Literal["pseudoaneurysm"]
    sac_mm: Spread
    neck_mm: Spread
    neck_length_mm: Spread

    def rules(self) -> Iterator[Broken]:
        """The neck is narrower than the sac."""
        yield from self.within(sac_mm=(3, 120), neck_mm=(0.5, 20), neck_length_mm=(0.5, 40))
        if self.neck_mm.high >= self.sac_mm.low:
            yield Broken(
                ("neck_mm",), "is as wide as the sac", "a narrower one", self.neck_mm.high, ("sac_mm",)
            )


class Fistula(LesionPart):
    """A short cut from an artery into a vein."""

    kind: Literal["fistula"]
    into: Kebab = Field(description="the vein, at its nearest place")
    opening_mm: Spread

    def rules(self) -> Iterator[Broken]:
        """An opening that can be."""
        yield from self.within(opening_mm=(0.3, 20))


class Tumour(LesionPart):
    """A hypervascular mass: new vessels, a dense blush, sometimes an early vein."""

    kind: Literal["tumour"]
    diameter_mm: Spread
    feeders: int = Field(ge=1, le=6, description="arteries that reach it")
    flow_ml_min: Spread = Field(description="in all, at rest")
    transit_s: Spread = Field(description="how long the blush stays")
    shunt_percent: Spread = Field(description="of its flow, straight into veins")
    necrosis_percent: Spread = Field(description="of its diameter, a core without vessels")

    def rules(self) -> Iterator[Broken]:
        """Numbers that can be."""
        yield from self.within(
            diameter_mm=(5, 200),
            flow_ml_min=(1, 1500),
            transit_s=(0.5, 60),
            shunt_percent=(0, 80),
            necrosis_percent=(0, 90),
        )


class Fibroids(LesionPart):
    """Fibroids of the uterus: round masses in a net of vessels, fed by the uterine arteries."""

    kind: Literal["fibroids"]
    count: int = Field(ge=1, le=8)
    diameter_mm: Spread = Field(description="of each")
    flow_ml_min: Spread = Field(description="of each, at rest")

    def rules(self) -> Iterator[Broken]:
        """Numbers that can be."""
        yield from self.within(diameter_mm=(5, 150), flow_ml_min=(1, 400))


class Bleeding(LesionPart):
    """Blood that leaves its vessel, into a space that may press back; it may come and go."""

    kind: Literal["bleeding"]
    rate_ml_min: Spread = Field(description="at 100 mmHg across the hole")
    into: Space
    gives_ml_mmhg: Spread | None = Field(
        default=None, description="of the space: how much it takes for 1 mmHg"
    )
    clots_s: Spread | None = Field(
        default=None, description="time constant of closing by itself; never without it"
    )
    bleeds_s: Spread | None = Field(default=None, description="intermittent: how long it bleeds, on average")
    rests_s: Spread | None = Field(default=None, description="intermittent: and how long it does not")

    def rules(self) -> Iterator[Broken]:
        """A confining space has its stiffness, and an intermittent one both times."""
        yield from self.within(
            rate_ml_min=(0.1, 2000),
            gives_ml_mmhg=(0.1, 5000),
            clots_s=(10, 36000),
            bleeds_s=(1, 3600),
            rests_s=(1, 3600),
        )
        confined = self.into not in ("outside", "bowel")
        if confined != (self.gives_ml_mmhg is not None):
            problem = (
                "is missing of a space that presses back" if confined else "is not used: nothing presses back"
            )
            yield Broken(
                ("gives_ml_mmhg",),
                problem,
                "`into: retroperitoneum` with `gives_ml_mmhg: 30`",
                uses=("into",),
            )
        if (self.bleeds_s is None) != (self.rests_s is None):
            missing = "bleeds_s" if self.bleeds_s is None else "rests_s"
            yield Broken(
                (missing,),
                "is missing of an intermittent one",
                "both, or neither",
                uses=("bleeds_s", "rests_s"),
            )


class Thrombus(LesionPart):
    """A clot in the lumen."""

    kind: Literal["thrombus"]
    length_mm: Spread
    fills_percent: Spread = Field(description="of the lumen's area")
    age: Literal["fresh", "organised"]

    def rules(self) -> Iterator[Broken]:
        """Numbers that can be."""
        yield from self.within(length_mm=(1, 500), fills_percent=(5, 100))


class Varices(LesionPart):
    """Wide, tortuous veins between a portal and a systemic vein."""

    kind: Literal["varices"]
    into: Kebab = Field(description="the systemic vein that they end in, at its nearest place")
    count: int = Field(ge=1, le=6)
    diameter_mm: Spread

    def rules(self) -> Iterator[Broken]:
        """Numbers that can be."""
        yield from self.within(diameter_mm=(1, 25))


Lesion = Annotated[
    Stenosis
    | Occlusion
    | Aneurysm
    | Pseudoaneurysm
    | Fistula
    | Tumour
    | Fibroids
    | Bleeding
    | Thrombus
    | Varices,
    Field(discriminator="kind"),
]
"""What is wrong; its `kind` says which fields it has."""
