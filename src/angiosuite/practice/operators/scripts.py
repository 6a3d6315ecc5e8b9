"""What a scripted operator does in each drill, and what random and greedy ones do in any.

A drill without a script of its own is done from what it asks: each target is brought into the middle, each
question answered, runs are made where runs are judged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from angiosuite.content.drill import DrillItem
from angiosuite.kit.errors import WrongUse, did_you_mean

from .skill import SKILLS
from .stage import Do, Script, Stage, Wait

Maker = Callable[[DrillItem, Stage], Script]
SCRIPTS: dict[str, Maker] = {}
"""Scripts by drill or procedure; the modules of this package enter theirs."""


def script(task: str) -> Callable[[Maker], Maker]:
    """Enter a generator as the script of a drill, or of every case of a procedure."""

    def register(maker: Maker) -> Maker:
        SCRIPTS[task] = maker
        return maker

    return register


def script_for(name: str, drill: DrillItem, stage: Stage) -> Script:
    """The script of an operator for a drill.

    Raises
    ------
    WrongUse
        When there is no operator of this name.
    """
    from . import (
        chemoembolisation,
        coiling,
        contrast,
        dilating,
        doses,
        embolising,
        filtering,
        harmed,
        iliac,
        leading,
        pelvis,
        retrieving,
        selective,
        stenting,
        upper_gi,
        uterine,
        views,
        wandering,
    )

    if name in SKILLS:
        return SCRIPTS.get(drill.script, views.as_asked)(drill, stage)
    assert (
        chemoembolisation
        and coiling
        and contrast
        and dilating
        and embolising
        and filtering
        and harmed
        and iliac
        and leading
        and pelvis
        and retrieving
        and selective
        and stenting
        and upper_gi
        and uterine
    )  # they enter theirs
    by_name: dict[str, Maker] = {
        "idle": wandering.idle,
        "random": wandering.at_random,
        "greedy": wandering.greedy,
        "cheap": doses.cheap,
    }
    if name not in by_name:
        raise WrongUse(
            f"No scripted operator is called '{name}'",
            code="operator-not-known",
            value=name,
            way_out=did_you_mean(name, [*SKILLS, *by_name]) or f"There are {', '.join([*SKILLS, *by_name])}.",
        )
    return by_name[name](drill, stage)


def of_kind(drill: DrillItem, *kinds: str) -> list[str]:
    """Ids of the drill's targets of some kinds."""
    return [target.id for target in drill.targets if target.kind in kinds]


def answer(stage: Stage, drill: DrillItem, question: str, option: str) -> Script:
    """Give an answer."""
    yield from stage.think(0.5)
    yield Do("task.answer", {"question": question, "answer": option})


def guess(stage: Stage, drill: DrillItem) -> Script:
    """Answer every question by chance."""
    for question in drill.questions:
        options = [option.id for option in question.options]
        yield from answer(stage, drill, question.id, str(stage.rng.choice(options)))


def value_of(stage: Stage, *path: str, default: Any = None) -> Any:
    """A value of the visible state."""
    found: Any = stage.state
    for name in path:
        if not isinstance(found, dict) or name not in found:
            return default
        found = found[name]
    return found


def settle(seconds: float) -> Script:
    """Let time pass."""
    yield Wait(seconds)
