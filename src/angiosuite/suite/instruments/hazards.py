"""The hazards of a library: of each kind the first, with its figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from angiosuite.content.hazard import HazardItem
from angiosuite.content.hazard_kinds import HazardPart, WallStrength
from angiosuite.content.loader import Library
from angiosuite.kit.errors import WrongUse

__all__ = ["Hazards"]

Part = TypeVar("Part", bound=HazardPart)


class Hazards:
    """What can go wrong, as content has it.

    Parameters
    ----------
    items : iterable of HazardItem
        Of two of a kind the one with the lower `order` counts: a hospital's own goes before the built-in one.
    """

    def __init__(self, items: Iterable[HazardItem]) -> None:
        self._items: dict[type[HazardPart], HazardItem] = {}
        for item in sorted(items, key=lambda one: (one.order, one.id)):
            self._items.setdefault(type(item.hazard), item)

    @classmethod
    def of(cls, content: Library) -> Hazards:
        """All that is installed."""
        found = (loaded.item for loaded in content.items["hazards"].values())
        return cls(item for item in found if isinstance(item, HazardItem))

    def figures(self, kind: type[Part]) -> Part | None:
        """The figures of a kind; None where nothing of it can happen."""
        item = self._items.get(kind)
        return None if item is None else item.hazard  # type: ignore[return-value]

    def item(self, kind: type[HazardPart]) -> HazardItem:
        """The item of a kind that is there."""
        return self._items[kind]

    @property
    def wall(self) -> WallStrength:
        """What a wall bears.

        Raises
        ------
        WrongUse
            Where no content says it.
        """
        found = self.figures(WallStrength)
        if found is None:
            raise WrongUse(
                "No hazard says what a wall bears",
                code="no-wall-strength",
                way_out="Install one of `kind: wall`. See: angiosuite list hazards.",
            )
        return found
