"""Scripted operators: they do a drill by commands and by what a person sees, and are called scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from angiosuite.content.drill import DrillItem
from angiosuite.kit.home import Home
from angiosuite.practice.attempt import AttemptFolder, Mode

from .play import attempt, room_for
from .scripts import script_for
from .skill import SKILLS
from .stage import Script, Stage

__all__ = ["NAMES", "attempt", "operator_named", "perform", "room_for"]

NAMES = (*SKILLS, "idle", "random", "greedy")
"""Every scripted operator."""

Operator = tuple[Stage, Script]


def operator_named(name: str, drill: DrillItem, seed: int) -> Operator:
    """A scripted operator for a drill; `seed` roots the errors of its eye and hand."""
    stage = Stage(SKILLS.get(name, SKILLS["reckless-fast"]), seed)
    return stage, script_for(name, drill, stage)


def perform(
    home: Home,
    drill: DrillItem,
    patient: str,
    seed: int,
    operator: Operator,
    *,
    into: Path,
    owner: str = "",
    mode: Mode = "practice",
    pictures: Literal["all", "asked"] = "asked",
    longest_s: float = 900.0,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> AttemptFolder:
    """Let a scripted operator do a drill on a patient of a home folder."""
    room = room_for(home, drill, patient)
    stage, script = operator
    return attempt(
        room,
        drill,
        seed,
        stage,
        script,
        into,
        owner=owner,
        mode=mode,
        pictures=pictures,
        longest_s=longest_s,
        told=progress,
        cancelled=cancelled,
    )
