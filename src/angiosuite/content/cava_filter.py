"""The cava filter among devices: a cage of legs that lets blood through and catches clot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.schema import Broken, Range, Strict

__all__ = ["CavaFilter"]


class CavaFilter(Strict):
    """One filter with the sheath that it comes in."""

    kind: Literal["cava-filter"]
    design: Literal["cone", "double"]
    sheath_f: float = Field(gt=3, le=26, description="of its own sheath, by label, F")
    cava_mm: Range = Field(description="diameters of a cava that it holds in")
    legs: int = Field(ge=3, le=30)
    length_mm: float = Field(ge=10, le=120, description="in a cava")
    hook: Literal["cranial", "caudal"] | None = Field(
        default=None, description="end at which a snare takes it: from the neck, or from the groin"
    )
    stays: Literal["permanent", "retrievable"]
    retrieval_f: float | None = Field(
        default=None, gt=3, le=26, description="sheath that it is taken into, F"
    )

    def rules(self) -> Iterator[Broken]:
        """It holds in a cava, and what can be taken back has a hook and a sheath for it."""
        if not 5 <= self.cava_mm.low <= self.cava_mm.high <= 45:
            got = f"{self.cava_mm.low:g} to {self.cava_mm.high:g}"
            yield Broken(("cava_mm",), "lies beyond what cavas are", "{low: 15, high: 30}", got)
        taken = self.stays == "retrievable"
        for name, value in (("hook", self.hook), ("retrieval_f", self.retrieval_f)):
            if taken and value is None:
                way_out = "`stays: permanent`, or `hook: cranial` with `retrieval_f: 10`"
                yield Broken((name,), "is missing of one that can be taken back", way_out, None, ("stays",))
        if not taken and self.retrieval_f is not None:
            told = "is of one that can be taken back"
            yield Broken(("retrieval_f",), told, "leaving it out", self.retrieval_f, ("stays",))
