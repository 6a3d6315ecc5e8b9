"""What a task lets a person choose: catheters, media, and where a catheter may be placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from angiosuite.kit.errors import WrongUse, did_you_mean

if TYPE_CHECKING:
    from angiosuite.suite.task import Task

__all__ = ["Allowed"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be chosen; of a list that is empty everything.

    Parameters
    ----------
    devices, media, vessels, accesses : tuple of str
    fixed : bool
        The catheter stays: no other may be placed.
    tree : bool
        Whether the tree of vessels may be shown.
    """

    devices: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    vessels: tuple[str, ...] = ()
    fixed: bool = False
    tree: bool = True
    accesses: tuple[str, ...] = ()

    @classmethod
    def of(cls, task: Task | None) -> Allowed:
        """What a task allows; everything without one."""
        start: Mapping[str, Any] = {} if task is None else (task.start.get("blood") or {})
        devices, media, vessels = (tuple(start.get(name) or ()) for name in ("devices", "media", "vessels"))
        fixed = bool((start.get("catheter") or {}).get("fixed"))
        accesses = tuple(start.get("accesses") or ())
        return cls(devices, media, vessels, fixed, start.get("tree") is not False, accesses)

    def open_accesses(self, found: Mapping[str, T]) -> dict[str, T]:
        """Of a patient's places of entry those that the task leaves free; the rest is covered."""
        return {name: one for name, one in found.items() if not self.accesses or name in self.accesses}

    def check_place(self, device: str, vessel: str, lies: bool) -> None:
        """Refuse a catheter or a vessel that the task does not offer."""
        if self.fixed and lies:
            raise WrongUse(
                "The catheter stays: it may be pulled and freed",
                code="catheter-fixed",
                where="catheter.place",
                value=device,
                way_out="Work with the one that lies there.",
            )
        _one_of(device, self.devices, "This catheter is not on the table", "device-not-offered")
        _one_of(vessel, self.vessels, "The task does not ask for this vessel", "vessel-not-offered")

    def check_device(self, device: str) -> None:
        """Refuse an instrument that the task does not offer."""
        _one_of(device, self.devices, "This instrument is not in the cupboard", "device-not-offered")

    def check_medium(self, medium: str) -> None:
        """Refuse a medium that is not at hand."""
        _one_of(medium, self.media, "This medium is not at hand", "medium-not-offered")

    def check_tree(self, shown: bool) -> None:
        """Refuse to show the tree where the task hides it."""
        if shown and not self.tree:
            raise WrongUse(
                "The task hides the tree of vessels",
                code="tree-hidden",
                where="blood.show",
                way_out="Look at the picture.",
            )

    def show(self) -> dict[str, Any]:
        """For the page: empty lists offer everything."""
        return {
            "devices": list(self.devices),
            "media": list(self.media),
            "vessels": list(self.vessels),
            "fixed": self.fixed,
        }


def _one_of(asked: str, offered: tuple[str, ...], what: str, code: str) -> None:
    if offered and asked not in offered:
        way_out = did_you_mean(asked, offered) or f"Choose one of {', '.join(offered)}."
        raise WrongUse(what, code=code, value=asked, way_out=way_out)
