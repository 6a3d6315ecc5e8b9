"""Marks on pictures: annotations and measurements, each removable by one undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from angiosuite.kit.errors import WrongUse


class Marks:
    """All marks of a session, in the order made, and what an undo would do."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self.undone: list[list[dict[str, Any]]] = []
        self.next_id = 1

    def add(self, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Add one mark and return it with its number."""
        self.undone.append(list(self.items))
        item = {"id": self.next_id, "kind": kind, **data}
        self.next_id += 1
        self.items = [*self.items, item]
        return item

    def remove(self, number: int) -> None:
        """Take one mark away."""
        if number not in [item["id"] for item in self.items]:
            raise WrongUse("No mark has this number", code="mark-unknown", value=number)
        self.undone.append(list(self.items))
        self.items = [item for item in self.items if item["id"] != number]

    def undo(self) -> bool:
        """Return to the marks before the last change; false when there is none."""
        if not self.undone:
            return False
        self.items = self.undone.pop()
        return True

    def state(self) -> dict[str, Any]:
        """Everything that the next change depends on."""
        return {"items": self.items, "undone": self.undone[-50:], "next_id": self.next_id}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Return to a state taken by :meth:`state`."""
        self.items, self.undone, self.next_id = state["items"], state["undone"], state["next_id"]
