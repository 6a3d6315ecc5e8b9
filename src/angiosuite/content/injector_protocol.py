"""Schema of ``protocols/<id>/protocol.yaml``: what the injector is set to for a vessel, to begin from.

A protocol is a default that can be changed in the room. It is no answer key: the right rate is what the flow
of this vessel and the tip's place ask for, and a puff shows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from angiosuite.content.catheter import Family
from angiosuite.content.known_source import KnownSource
from angiosuite.content.schema import Broken, Item, Kebab, Prose, Range, Strict

NOTE = "A default to begin from, not an answer key: look at a puff, then set rate and volume for this vessel."
"""What every page that shows a protocol says beside it."""


class Usual(Strict):
    """What is usually found in books and rooms."""

    rate_ml_s: Range
    volume_ml: Range


class RunHint(Strict):
    """The run that goes with it."""

    frames_s: float = Field(gt=0, le=30)
    seconds: float = Field(gt=0, le=120, description="long enough for what is looked for")


class ProtocolItem(Item):
    """One injector protocol."""

    sources: tuple[KnownSource, ...] = Field(
        min_length=1, description="each says what it covers and its basis"
    )
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    vessels: tuple[Kebab, ...] = Field(min_length=1, max_length=40, description="where the tip lies")
    percent_along: Range | None = Field(
        default=None, description="part of the vessel's length that it is for, where a vessel has several"
    )
    catheters: tuple[Family, ...] = Field(min_length=1, description="families that it is meant for")
    rate_ml_s: float = Field(ge=0.1, le=45)
    volume_ml: float = Field(ge=1, le=150)
    rise_s: float = Field(ge=0, le=9.9, description="from nothing to the rate")
    limit_psi: float | None = Field(default=None, ge=75, le=1200, description="else what the catheter bears")
    xray_delay_s: float = Field(default=0, ge=0, le=60, description="X-rays begin later than the injection")
    injection_delay_s: float = Field(
        default=0, ge=0, le=60, description="the injection begins later, for a mask"
    )
    by_hand: bool = Field(default=False, description="by hand rather than by the injector")
    usual: Usual
    run: RunHint
    note: Prose = Field(default="", description="what to watch here")

    def rules(self) -> Iterator[Broken]:
        """One delay at most, a rise that ends before the volume does, and a default that is usual."""
        yield from super().rules()
        if self.xray_delay_s and self.injection_delay_s:
            yield Broken(
                ("xray_delay_s",),
                "and an injection delay: only one can be",
                "0",
                self.xray_delay_s,
                ("injection_delay_s",),
            )
        if self.rise_s * self.rate_ml_s / 2.0 > self.volume_ml:
            yield Broken(
                ("rise_s",),
                "lasts longer than the volume",
                "a shorter one",
                self.rise_s,
                ("rate_ml_s", "volume_ml"),
            )
        for name in ("rate_ml_s", "volume_ml"):
            usual: Range = getattr(self.usual, name)
            if not usual.holds(value := getattr(self, name)):
                yield Broken(
                    (name,), "is not within the usual", f"{usual.low:g} to {usual.high:g}", value, ("usual",)
                )
