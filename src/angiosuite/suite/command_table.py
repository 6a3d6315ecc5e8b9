"""The table of commands: what a person may do, checked by name and argument before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from angiosuite.kit.errors import WrongUse, did_you_mean

from .arguments import Argument, check_arguments

if TYPE_CHECKING:
    from .session import Session

Effect = Callable[["Session", Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done."""

    name: str
    label: str
    arguments: Mapping[str, Argument]
    effect: Effect

    def describe(self) -> dict[str, Any]:
        """Plain JSON for pages and manuals."""
        arguments = {name: argument.describe() for name, argument in self.arguments.items()}
        return {"name": self.name, "label": self.label, "arguments": arguments}


COMMANDS: dict[str, Command] = {}
"""Every command by its name; the modules `commands` and `run_commands` fill it."""


def command(name: str, label: str, /, **arguments: Argument) -> Callable[[Effect], Effect]:
    """Enter a function into the table as the effect of a command."""

    def register(effect: Effect) -> Effect:
        COMMANDS[name] = Command(name, label, arguments, effect)
        return effect

    return register


def checked(name: str, given: Any) -> dict[str, Any]:
    """Arguments of a known command in normal form; `WrongUse` otherwise."""
    if not isinstance(name, str) or name not in COMMANDS:
        raise WrongUse(
            f"Command '{str(name)[:60]}' is not known",
            code="command-unknown",
            value=str(name)[:60],
            way_out=did_you_mean(str(name)[:60], COMMANDS) or "See docs/reference/commands.md.",
        )
    return check_arguments(name, COMMANDS[name].arguments, given)
