"""A patient who moves on the table: when told, when contrast is felt, and now and then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.kit.randomness import generator

Why = Literal["told", "contrast", "restless"]
Vector = NDArray[np.float64]

BASE_STEP_US = 2_000
"""Everything begins and ends on a multiple of this step, whatever the steps it is advanced by."""
TOLD_S = 0.5
"""Duration of a movement on command."""
SLOT_S = 4.0
"""A restless patient decides once in this time whether to move."""
SLOT_CHANCE = 0.25
"""Chance of a movement in one slot at restlessness 1."""
LARGEST_MM = 6.0
"""Length of the largest involuntary movement at restlessness 1."""
_WHYS: tuple[Why, ...] = ("told", "contrast", "restless")
_HEAD, _MOVE = 11, 6


@dataclass(frozen=True, slots=True)
class Move:
    """A movement that begins: how far in the end, mm LPS, and why."""

    shift_mm: tuple[float, float, float]
    why: Why


class Movement:
    """Shift of the whole patient against the table, mm LPS, advanced in fixed steps.

    Parameters
    ----------
    seed : int
        Root of all that is random; every draw is keyed by (seed, "movement", its number).
    restless : float
        0 (lies still) to 1: chance and size of involuntary movements.

    Notes
    -----
    **Model** the patient is rigid. Each movement follows the minimum-jerk course
    ``10 u^3 - 15 u^4 + 6 u^5``; movements that overlap add. On command: the given shift within 0.5 s.
    After an injection, with the chance `restless`, a start 1 to 3 s later (0.3 to 0.6 s, up to 6 mm times
    `restless`) that the patient mostly takes back after 0.5 to 2 s. Now and then: once in 4 s with the
    chance ``restless / 4``, to another place of up to half that size about where the patient lay.
    Involuntary places are drawn about the told one, so they do not wander off.
    **Source** minimum jerk: Flash and Hogan, J Neurosci 5:1688 (1985). That warmth and pain follow
    intra-arterial contrast in many patients: McCullough and Capasso, BMC Med Imaging 11:12 (2011), 22
    randomised trials. Times, sizes and chances are own choices (draft, to be reviewed by a clinician).
    **Valid for** an adult lying on the back. Held by ``tests/physics/physiology/test_movement.py``.
    """

    def __init__(self, seed: int, restless: float = 0.0) -> None:
        self.seed = seed
        self._t_us = 0
        self._slot = 0
        self._injections = 0
        self._done = np.zeros(3)
        self._aim = np.zeros(3)
        self._moves: list[tuple[int, int, Vector, Why]] = []
        self._restless = 0.0
        self.restless = restless

    @property
    def restless(self) -> float:
        """Chance and size of involuntary movements, 0 to 1."""
        return self._restless

    @restless.setter
    def restless(self, level: float) -> None:
        if not 0.0 <= level <= 1.0:
            raise WrongUse("Restlessness lies between 0 and 1", code="restless-out-of-range", value=level)
        self._restless = float(level)

    def tell(self, shift_mm: ArrayLike) -> None:
        """The patient moves by `shift_mm` (x, y, z), beginning now, over half a second."""
        shift = np.array(shift_mm, np.float64)
        if shift.shape != (3,) or not np.isfinite(shift).all():
            raise WrongUse(
                "A shift has three finite coordinates", code="bad-shift", value=np.asarray(shift_mm).tolist()
            )
        self._begin(self._step, TOLD_S, shift, "told")

    def injected(self) -> None:
        """Contrast is being injected: a restless patient may start when it is felt."""
        draw = generator(self.seed, "movement", 2 * self._injections)
        self._injections += 1
        chance, wait, lasting, pause, back, kept = draw.random(6)
        start = self._place(draw, LARGEST_MM * self._restless)
        if chance >= self._restless:
            return
        begins = self._step + _steps(1.0 + 2.0 * wait)
        duration_s = 0.3 + 0.3 * lasting
        self._begin(begins, duration_s, start - self._aim, "contrast")
        rest = start * (0.1 + 0.4 * kept)
        returns = begins + _steps(duration_s + 0.5 + 1.5 * pause)
        self._begin(returns, 0.8 + 0.7 * back, rest - start, "contrast")
        self._aim = rest

    def advance(self, dt_s: float) -> tuple[Move, ...]:
        """Let time pass; the movements that began in it, in order."""
        before = self._step
        self._t_us += round(dt_s * 1e6)
        while self._slot * _steps(SLOT_S) < self._step:
            self._consider(self._slot)
            self._slot += 1
        begun = sorted(
            ((m[0], number) for number, m in enumerate(self._moves) if before <= m[0] < self._step)
        )
        told = tuple(_told(self._moves[number]) for _, number in begun)
        self._settle()
        return told

    @property
    def shift_mm(self) -> tuple[float, float, float]:
        """Where the patient lies now against where they lay at first, mm LPS."""
        total = self._done.copy()
        for begins, lasts, shift, _ in self._moves:
            u = min(max((self._step - begins) / lasts, 0.0), 1.0)
            total += shift * (u * u * u * (10.0 - 15.0 * u + 6.0 * u * u))
        x, y, z = total
        return float(x), float(y), float(z)

    @property
    def moving(self) -> bool:
        """Whether the patient moves at this moment."""
        return any(begins < self._step for begins, _, _, _ in self._moves)

    @property
    def waiting(self) -> bool:
        """Whether a movement is under way or about to begin."""
        return bool(self._moves)

    @property
    def _step(self) -> int:
        return self._t_us // BASE_STEP_US

    def _begin(self, begins: int, lasts_s: float, shift: Vector, why: Why) -> None:
        self._moves.append((begins, _steps(lasts_s), shift, why))

    def _consider(self, slot: int) -> None:
        """Whether the patient moves in a slot of time, and how."""
        draw = generator(self.seed, "movement", 2 * slot + 1)
        chance, when, lasting = draw.random(3)
        place = self._place(draw, 0.5 * LARGEST_MM * self._restless)
        if chance < SLOT_CHANCE * self._restless:
            begins = slot * _steps(SLOT_S) + _steps(SLOT_S * (0.01 + 0.98 * when))
            self._begin(begins, 0.4 + 0.6 * lasting, place - self._aim, "restless")
            self._aim = place

    @staticmethod
    def _place(draw: np.random.Generator, largest_mm: float) -> Vector:
        """A place about the middle: along and across the table, half as far up from it."""
        direction = draw.normal(size=3) * (1.0, 0.5, 1.0)
        size = largest_mm * (0.3 + 0.7 * draw.random())
        return np.asarray(direction * (size / np.linalg.norm(direction)))

    def _settle(self) -> None:
        """Put movements that are over into one sum, in the order of their ends."""
        over = [(m[0] + m[1], k) for k, m in enumerate(self._moves) if m[0] + m[1] <= self._step]
        for _, k in sorted(over):
            self._done = self._done + self._moves[k][2]
        gone = {k for _, k in over}
        self._moves = [m for k, m in enumerate(self._moves) if k not in gone]

    def state(self) -> NDArray[np.float64]:
        """Everything that the next step depends on, but the seed."""
        head = [self._t_us, self._slot, self._injections, self._restless, len(self._moves)]
        moves = [[begins, lasts, *shift, _WHYS.index(why)] for begins, lasts, shift, why in self._moves]
        return np.concatenate([head, self._done, self._aim, np.ravel(moves)]).astype(np.float64)

    def restore(self, state: NDArray[np.float64]) -> None:
        """Return to a state taken by :meth:`state`."""
        self._t_us, self._slot, self._injections = (int(x) for x in state[:3])
        self._restless = float(state[3])
        self._done, self._aim = np.array(state[5:8]), np.array(state[8:_HEAD])
        rows = np.asarray(state[_HEAD:]).reshape(int(state[4]), _MOVE)
        self._moves = [(int(r[0]), int(r[1]), np.array(r[2:5]), _WHYS[int(r[5])]) for r in rows]


def _steps(time_s: float) -> int:
    return max(1, round(time_s * 1e6 / BASE_STEP_US))


def _told(move: tuple[int, int, Vector, Why]) -> Move:
    x, y, z = move[2]
    return Move((float(x), float(y), float(z)), move[3])
