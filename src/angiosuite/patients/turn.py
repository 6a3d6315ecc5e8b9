"""Correcting how a CT lies: quarter turns and mirrors of its axes, never an interpolation.

The voxels are turned by `CtVolume.turned`; here is how corrections are named and how they add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from angiosuite.kit.errors import WrongUse, did_you_mean

Axes = tuple[int, int, int]
Flips = tuple[bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Turn:
    """Which old axis becomes each new one, and which new ones are reversed; axes are (z, y, x).

    Parameters
    ----------
    axes : (int, int, int)
        Old axis of the new z, y and x; a permutation of 0, 1, 2.
    flips : (bool, bool, bool)
        Whether the new z, y, x runs against the old axis.

    Notes
    -----
    Held by tests/patients/test_turn.py: turns form the group of the 48 symmetries of a cube.
    """

    axes: Axes = (0, 1, 2)
    flips: Flips = (False, False, False)

    def __post_init__(self) -> None:
        if sorted(self.axes) != [0, 1, 2] or len(self.flips) != 3:
            raise WrongUse(
                "A turn names each of the three axes once",
                code="turn-axes",
                where="axes",
                value=list(self.axes),
                way_out="Give axes such as [0, 1, 2] and three flips.",
            )

    @property
    def is_identity(self) -> bool:
        """Whether everything stays where it is."""
        return self == STRAIGHT

    def then(self, later: Turn) -> Turn:
        """This turn and another one after it, as one."""
        z, y, x = (self.axes[old] for old in later.axes)
        fz, fy, fx = (self.flips[old] ^ flip for old, flip in zip(later.axes, later.flips, strict=True))
        return Turn((z, y, x), (fz, fy, fx))


STRAIGHT = Turn()
"""Everything stays where it is."""
STEPS = {
    "flip-left-right": Turn(flips=(False, False, True)),
    "flip-front-back": Turn(flips=(False, True, False)),
    "flip-head-feet": Turn(flips=(True, False, False)),
    "turn-about-left-right": Turn((1, 0, 2), (True, False, False)),
    "turn-about-front-back": Turn((2, 1, 0), (False, False, True)),
    "turn-about-head-feet": Turn((0, 2, 1), (False, True, False)),
}
"""The corrections by name; each quarter turn is one of +90 degrees."""


def turn_of(words: Iterable[str]) -> Turn:
    """Named corrections, one after the other, as one turn.

    Raises
    ------
    WrongUse
        When a word is none of `STEPS`; names the nearest.
    """
    whole = STRAIGHT
    for word in words:
        if word not in STEPS:
            raise WrongUse(
                f"'{word}' is no correction of the orientation",
                code="no-such-turn",
                where="--turn",
                way_out=f"{did_you_mean(word, STEPS)} There are: {', '.join(STEPS)}.".strip(),
            )
        whole = whole.then(STEPS[word])
    return whole
