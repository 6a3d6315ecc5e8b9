"""Schema of ``vessels/<id>/template.yaml``: named vessels of a region, laid along a body's landmarks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from angiosuite.content.schema import Basis, Broken, Citation, Item, Kebab, Line, Strict

Templated = Annotated[
    str,
    StringConstraints(
        pattern=r"^([a-z0-9]|\{side\}|\{level\})([a-z0-9]|-|\{side\}|\{level\})*$", max_length=64
    ),
]
"""Kebab-case id in which ``{side}`` and ``{level}`` stand for what an entry is repeated over."""
Point = tuple[Templated, float, float, float]
"""Landmark and offset, mm: outwards (to the left where an entry has no sides), backwards, upwards."""
Systems = Literal["artery", "vein", "portal", "pulmonary-artery", "pulmonary-vein", "bile", "urine"]
Kinds = Literal[
    "brain", "heart", "lung", "liver", "spleen", "pancreas", "stomach", "bowel", "kidney", "adrenal",
    "muscle", "skin", "bone", "pelvis", "gland", "tumour",
]  # fmt: skip
Layer = Literal["still", "ribs", "abdomen", "kidneys", "heart"]
Sex = Literal["female", "male"]


class MarkEntry(Strict):
    """A landmark of this template, placed beside another one; it may differ from patient to patient."""

    id: Templated
    at: Point
    spread_mm: tuple[float, float, float] = Field(
        default=(0.0, 0.0, 0.0), description="standard deviation along each axis, cut off at 2.5"
    )
    sides: bool = False


class Course(Strict):
    """A piece of a line that was measured on the reference body."""

    line: Templated
    first: float = Field(
        default=0.0, ge=0.0, le=1.0, description="share of its length where the piece begins"
    )
    last: float = Field(default=1.0, ge=0.0, le=1.0)

    def rules(self) -> Iterator[Broken]:
        """The piece has a length."""
        if self.first >= self.last:
            yield Broken(("first",), "is not below last", "a smaller share", self.first, ("last",))


class VesselEntry(Strict):
    """One vessel, or one on each side, or one at each level.

    Notes
    -----
    Entries of one id with different `when` are variants of one vessel: exactly one is taken.
    """

    id: Templated
    name: Line
    sides: bool = Field(default=False, description="one on the right and one on the left")
    levels: tuple[Kebab, ...] = Field(default=(), description="one at each of these landmarks")
    only: Sex | None = None
    when: dict[Templated, tuple[Kebab, ...]] = Field(
        default_factory=dict, description="variant site: the variants with which it is there"
    )
    system: Systems = "artery"
    parent: Templated | None = None
    leaves: Literal["near", "end"] | float = Field(
        default="near",
        description="where on its parent it begins: near its first point, at the end, at a share",
    )
    via: tuple[Point, ...] = Field(default=(), description="points before the measured piece")
    measured: Course | None = None
    course: tuple[Point, ...] = Field(default=(), description="points after the measured piece")
    diameter_mm: tuple[float, ...] = Field(
        min_length=1, max_length=8, description="of the reference man, evenly along"
    )
    follows: Layer = "still"
    moves: float = Field(default=0.0, ge=0.0, le=1.0, description="share of that motion at the far end")
    bed: Templated | None = None
    joins: Templated | None = Field(default=None, description="vessel that the far end opens into")
    winding: float = Field(default=0.0, ge=0.0, le=1.0, description="how much it winds with age")
    calcium: float = Field(default=0.0, ge=0.0, le=1.0, description="how much of it calcifies with age")
    inside: tuple[Kebab, ...] = Field(default=(), description="tissues that its far half lies in")
    basis: Basis = "memory"

    def rules(self) -> Iterator[Broken]:
        """It has a course, a calibre that never grows outwards, and names that fit its repetition."""
        if self.measured is None and not self.course:
            yield Broken(
                ("course",), "and measured are both missing", "at least one point", uses=("measured",)
            )
        if any(b > a for a, b in zip(self.diameter_mm, self.diameter_mm[1:], strict=False)):
            yield Broken(("diameter_mm",), "grows outwards", "a calibre that falls", self.diameter_mm)
        if self.bed is not None and self.joins is not None:
            yield Broken(
                ("bed",), "and joins: one far end has one of the two", "one of them", uses=("joins",)
            )
        if self.sides != ("{side}" in self.id):
            yield Broken(("sides",), "does not fit the id", "{side} in the id of a paired vessel", self.id)
        if bool(self.levels) != ("{level}" in self.id):
            yield Broken(("levels",), "do not fit the id", "{level} in the id", self.id)


class BedEntry(Strict):
    """Tissue that arteries end in, with its flow in the reference man."""

    id: Templated
    name: Line
    kind: Kinds
    flow_ml_min: float = Field(ge=0.5, le=1000)
    transit_s: float = Field(ge=0.5, le=30)
    sides: bool = False
    only: Sex | None = None
    inside: bool = Field(default=True, description="false beyond the body's edge: never drawn")
    follows: Layer = "still"
    basis: Basis = "memory"


class VariantEntry(Strict):
    """One way in which a site can be built."""

    id: Kebab
    name: Line
    share: float = Field(gt=0.0, lt=1.0, description="of people; those of a site sum to 1")
    source: Citation
    basis: Basis


class SiteEntry(Strict):
    """A site where people differ; one variant is drawn for each patient."""

    id: Kebab
    name: Line
    variants: tuple[VariantEntry, ...] = Field(min_length=2)

    def rules(self) -> Iterator[Broken]:
        """The shares sum to one and no variant comes twice."""
        total = sum(variant.share for variant in self.variants)
        if abs(total - 1.0) > 1e-6:
            yield Broken(("variants",), f"have shares that sum to {total:g}, not 1", "shares of all people")
        if len({variant.id for variant in self.variants}) < len(self.variants):
            yield Broken(("variants",), "hold an id twice", "one entry per variant")


class VesselTemplateItem(Item):
    """The vessels of one region, the beds they end in, and how people differ there.

    Notes
    -----
    **Valid for** patients grown from the reference body: all points are laid along its landmarks and
    carried to the patient by the map that carries its voxels.
    """

    order: int = Field(default=100, ge=0, le=10_000, description="parents' regions first")
    marks: tuple[MarkEntry, ...] = ()
    sites: tuple[SiteEntry, ...] = ()
    beds: tuple[BedEntry, ...] = ()
    vessels: tuple[VesselEntry, ...] = Field(min_length=1)

    def rules(self) -> Iterator[Broken]:
        """Variants that vessels name are variants of this item's sites."""
        yield from super().rules()
        known: dict[str, set[str]] = {site.id: {v.id for v in site.variants} for site in self.sites}
        for index, vessel in enumerate(self.vessels):
            for site, variants in vessel.when.items():
                right, left = (known.get(site.replace("{side}", side), set()) for side in ("right", "left"))
                strange = set(variants) - (right & left)
                if strange:
                    problem = f"names {', '.join(sorted(strange))}, not of site {site}"
                    yield Broken(
                        ("vessels", index, "when"), problem, "a variant of a site of this file", site
                    )
