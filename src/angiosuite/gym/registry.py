"""Names of all environments, by discovery: every target, in one person and in any of ten; picture, blood."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium

from angiosuite.gym.family import TEN
from angiosuite.gym.targets import TARGETS

__all__ = ["DEFAULT", "FLOW", "PICTURE", "environments", "register_all"]

DEFAULT = "angiosuite/Navigate-v0"
PICTURE = "angiosuite/Navigate-picture-v0"
FLOW = "angiosuite/Navigate-flow-v0"
_CLASS = "angiosuite.gym.navigate:Navigate"


def environments() -> dict[str, dict[str, Any]]:
    """Every id and what :class:`~angiosuite.gym.navigate.Navigate` is made with."""
    return dict(_named())


def register_all() -> None:
    """Tell Gymnasium of every environment that it does not know yet."""
    for name, kept in environments().items():
        if name not in gymnasium.registry:
            gymnasium.register(name, entry_point=_CLASS, kwargs=kept)


def _named() -> Iterator[tuple[str, dict[str, Any]]]:
    yield DEFAULT, {}
    yield PICTURE, {"sees": "picture"}
    yield FLOW, {"flows": True}
    for target in TARGETS:
        yield f"angiosuite/Navigate-{target}-v0", {"target": target}
        yield f"angiosuite/Navigate-{target}-any-v0", {"target": target, "anatomies": TEN}
