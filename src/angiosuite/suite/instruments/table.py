"""The instrument table: what was taken from the cupboard and does not lie in the patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from angiosuite.content.loader import Library
from angiosuite.kit.errors import WrongUse, did_you_mean

from .instrument import Instrument, device_named, letter_of

__all__ = ["Table"]


class Table:
    """Instruments on the table of one session.

    Parameters
    ----------
    content : Library
        The cupboard.
    """

    def __init__(self, content: Library) -> None:
        self._content = content
        self.items: dict[str, Instrument] = {}
        self._picked: dict[str, int] = {}

    def pick(self, device: str) -> Instrument:
        """Take a device from the cupboard."""
        item = device_named(self._content, device)
        letter = letter_of(item)
        number = self._picked[letter] = self._picked.get(letter, 0) + 1
        one = Instrument(f"{letter}{number}", item)
        self.items[one.id] = one
        return one

    def take(self, tool: str) -> Instrument:
        """Take an instrument off the table."""
        one = self.on_it(tool)
        del self.items[tool]
        return one

    def lay(self, one: Instrument) -> None:
        """An instrument comes out of the patient."""
        self.items[one.id] = one

    def wet(self, tool: str) -> Instrument:
        """Wet the coat of an instrument."""
        return self._changed(replace(self.on_it(tool), is_wet=True))

    def flush(self, tool: str) -> Instrument:
        """Fill a lumen with saline."""
        one = self.on_it(tool)
        if not one.is_tube:
            raise WrongUse(f"{one.device.title} has no lumen", code="no-lumen", value=tool, way_out="Wet it.")
        return self._changed(replace(one, is_flushed=True))

    def shape(self, tool: str, degrees: float, length_mm: float) -> Instrument:
        """Shape the tip of a wire with the fingers."""
        return self._changed(self.on_it(tool).with_curve(degrees, length_mm))

    def _changed(self, one: Instrument) -> Instrument:
        self.items[one.id] = one
        return one

    def on_it(self, tool: str) -> Instrument:
        """An instrument that lies here; `WrongUse` where it does not."""
        if tool not in self.items:
            way_out = did_you_mean(tool, self.items) or "Pick it, or take it out of the patient."
            raise WrongUse(f"'{tool}' is not on the table", code="not-on-table", value=tool, way_out=way_out)
        return self.items[tool]

    @property
    def was_used(self) -> bool:
        """Whether anything was ever taken from the cupboard."""
        return bool(self._picked)

    def state(self) -> dict[str, Any]:
        """Plain values."""
        return {"items": [one.state() for one in self.items.values()], "picked": dict(self._picked)}

    def restore(self, state: Mapping[str, Any] | None) -> None:
        """Return to a state taken by :meth:`state`; empty without one."""
        self.items, self._picked = {}, {}
        if state is not None:
            self.items = {kept["id"]: Instrument.of(self._content, kept) for kept in state["items"]}
            self._picked = dict(state["picked"])
