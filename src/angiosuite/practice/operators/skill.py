"""How a scripted operator sees and moves: numbers of a script, no claim about people of any training."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Skill:
    """One manner of working.

    Parameters
    ----------
    name : str
        What every screen calls it, after the word "script".
    eye_mm : float
        Standard deviation of where it takes a thing to be in a picture, mm at the isocentre, each way.
    eye_share : float
        Relative standard deviation of sizes, shapes and levels that it reads from a picture.
    content_mm : float
        It stops correcting when a thing seems this near to where it should be, mm.
    tries : int
        Most corrections of one thing.
    pause_s : float
        Time between looking and acting, s.
    press_s : float
        Length of a press of the fluoroscopy pedal, s.
    spares : bool
        Whether it collimates, chooses a low dose level, protects people, and moves without X-rays.
    checks : bool
        Whether it looks once more before it finishes.
    """

    name: str
    eye_mm: float
    eye_share: float
    content_mm: float
    tries: int
    pause_s: float
    press_s: float
    spares: bool
    checks: bool


SKILLS: dict[str, Skill] = {
    skill.name: skill
    for skill in (
        Skill("reference", 0.6, 0.03, 2.0, 8, 2.0, 0.7, spares=True, checks=True),
        Skill("slow-flawless", 0.6, 0.03, 2.0, 10, 9.0, 0.8, spares=True, checks=True),
        Skill("novice", 5.0, 0.25, 14.0, 2, 4.0, 2.5, spares=False, checks=False),
        Skill("reckless-fast", 6.0, 0.4, 25.0, 1, 0.2, 4.0, spares=False, checks=False),
    )
}
"""The four that do what a drill asks, each in its own manner."""
