"""Schema of ``drugs/<id>/drug.yaml``: what can be given in the room, its doses, what is said of too much.

What a drug does is physics that the engine knows (`acts`); its doses, routes and warnings are content.
A warning is told and never refuses: the person decides, and the log has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from angiosuite.content.known_source import KnownSource
from angiosuite.content.schema import Broken, Item, Prose, Sentence, Strict

__all__ = ["UNITS", "DoseWarning", "DrugItem"]

Acts = Literal["anticoagulant", "heparin-antidote", "nitrate", "crystalloid", "oxygen"]
Route = Literal["iv", "ia", "inhaled"]
UNITS: dict[str, str] = {
    "anticoagulant": "IU",
    "heparin-antidote": "mg",
    "nitrate": "µg",
    "crystalloid": "ml",
    "oxygen": "l/min",
}
"""The unit that the doses of each are written in."""


class DoseWarning(Strict):
    """A dose above which something is said."""

    of: Literal["once", "once-per-kg", "per-minute", "in-all", "not-this-route"] = Field(
        description="what is compared: a dose, the same for each kg, its rate, all in `minutes`, the route"
    )
    above: float = Field(default=0, ge=0, le=1_000_000)
    minutes: float | None = Field(default=None, gt=0, le=1440, description="of `in-all`")
    route: Route | None = Field(default=None, description="of `not-this-route`: the one that is unusual")
    text: Sentence

    def rules(self) -> Iterator[Broken]:
        """Minutes go with a sum, a route with a warning of it."""
        if (self.of == "in-all") != (self.minutes is not None):
            problem = "is missing of a sum" if self.minutes is None else "goes with `in-all` only"
            yield Broken(("minutes",), problem, "`of: in-all` with `minutes: 30`", self.minutes, ("of",))
        if (self.of == "not-this-route") != (self.route is not None):
            problem = "is missing" if self.route is None else "goes with `not-this-route` only"
            yield Broken(("route",), problem, "`of: not-this-route` with `route: ia`", self.route, ("of",))

    def holds(self, dose: float, per_minute: float, in_all: float, mass_kg: float, route: str) -> bool:
        """Whether it is to be said; `in_all` counts this dose too."""
        found = {
            "once": dose > self.above,
            "once-per-kg": dose > self.above * mass_kg,
            "per-minute": per_minute > self.above,
            "in-all": in_all > self.above,
            "not-this-route": route == self.route,
        }
        return found[self.of]


class DrugItem(Item):
    """One drug or fluid."""

    sources: tuple[KnownSource, ...] = Field(
        min_length=1, description="each says what it covers and its basis"
    )
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    acts: Acts = Field(description="what the engine makes of it")
    unit: Literal["IU", "mg", "µg", "ml", "l/min"] = Field(description="of all doses here")
    routes: tuple[Route, ...] = Field(min_length=1, max_length=3, description="the usual one first")
    doses: tuple[float, ...] = Field(min_length=1, max_length=8, description="offered on the page, rising")
    lasts_s: float = Field(gt=0, le=7200, description="over which a dose is given when nothing else is said")
    warnings: tuple[DoseWarning, ...] = Field(default=(), max_length=12)
    note: Prose = Field(default="", description="what to watch")

    def rules(self) -> Iterator[Broken]:
        """The unit is the effect's own, doses rise above nothing, no route stands twice."""
        yield from super().rules()
        if self.unit != UNITS[self.acts]:
            yield Broken(("unit",), "is not the unit of this effect", UNITS[self.acts], self.unit, ("acts",))
        if any(not 0 < dose <= 100_000 for dose in self.doses):
            yield Broken(("doses",), "are not all above 0", "100, 200", list(self.doses))
        elif list(self.doses) != sorted(set(self.doses)):
            yield Broken(("doses",), "do not rise", "the smallest first", list(self.doses))
        if len(set(self.routes)) < len(self.routes):
            yield Broken(("routes",), "name one twice", "each once", list(self.routes))
        if (self.acts == "oxygen") != ("inhaled" in self.routes):
            yield Broken(
                ("routes",),
                "do not go with this effect",
                "iv, ia; inhaled of oxygen alone",
                list(self.routes),
                ("acts",),
            )
