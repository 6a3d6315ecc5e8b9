"""Schema of ``lesions/<id>/lesion.yaml``: something that is wrong with a vessel or an organ's vessels.

Where several places are named the patient's seed takes one; its numbers are drawn likewise (`lesion_kinds`).
What a lesion does to lumen and flow is the business of `anatomy.vessels.lesions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import Field

from angiosuite.content.known_source import KnownSource
from angiosuite.content.lesion_kinds import Lesion, LesionPlace
from angiosuite.content.schema import Broken, Item, Prose
from angiosuite.kit.errors import WrongUse, did_you_mean
from angiosuite.kit.randomness import generator

IN_A_BED = ("tumour", "fibroids", "bleeding")
"""Kinds that can lie in an organ; fibroids and tumours must."""


class LesionItem(Item):
    """One lesion, with the places that it may be found at."""

    sources: tuple[KnownSource, ...] = Field(
        min_length=1, description="each says what it covers and its basis"
    )
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    places: tuple[LesionPlace, ...] = Field(min_length=1, max_length=20, description="the seed takes one")
    lesion: Lesion
    look: Prose = Field(min_length=1, description="what is seen of it in an angiogram")

    def rules(self) -> Iterator[Broken]:
        """Each kind lies where it can."""
        yield from super().rules()
        kind = self.lesion.kind
        for index, place in enumerate(self.places):
            if place.bed is not None and kind not in IN_A_BED:
                yield Broken(
                    ("places", index, "bed"), f"is no place for {kind}", "a vessel", place.bed, ("lesion",)
                )
            if place.vessel is not None and kind in ("tumour", "fibroids"):
                yield Broken(
                    ("places", index, "vessel"), f"is no place for {kind}", "a bed", place.vessel, ("lesion",)
                )

    def plain(self, seed: int, other: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
        """The lesion of one patient as plain JSON: id, place and numbers, the same for the same seed.

        Parameters
        ----------
        seed : int
            The patient's.
        other : mapping
            What a drill has otherwise, as its plan says it: `vessel` with `percent_along` or `from_wall_mm`
            or `bed` in place of the item's own places, and `numbers` in place of its own numbers.

        Raises
        ------
        WrongUse
            When `numbers` has one that this kind of lesion has not got.
        """
        place = int(generator(seed, f"lesion:{self.id}:place").integers(len(self.places)))
        at = self.places[place].drawn(seed, f"{self.id}.place")
        if other.get("vessel") is not None:
            at = {name: other[name] for name in ("vessel", "percent_along", "from_wall_mm") if name in other}
        elif other.get("bed") is not None:
            at = {"bed": other["bed"]}
        numbers: Mapping[str, Any] = other.get("numbers", {})
        known = self.lesion.numbers
        for name in numbers:
            if name not in known:
                raise WrongUse(
                    f"A {self.lesion.kind} has no number '{name}'",
                    code="lesion-number-not-known",
                    where=self.id,
                    way_out=f"{did_you_mean(name, known)} It has: {', '.join(known)}.".strip(),
                )
        return {"id": self.id, **at, **self.lesion.drawn(seed, self.id), **numbers}
