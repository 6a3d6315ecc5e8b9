"""Script of the drill with particles: slow portions, a count of beats after each, and a run at the end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial

from angiosuite.content.drill import DrillItem

from .injecting import few_frames
from .scripts import script, value_of
from .stage import Do, Script, Stage, Step, Wait

SPHERES, TOO_LARGE = "spheres-100-300", "spheres-500-700"
ENOUGH_BEATS = 5
"""The end-point of the brief."""
AT_ONCE_BEATS = 1
"""From an open artery contrast goes in none or one."""
CHASE_ML = 0.6
"""Contrast as slow as the portion before it: it pushes out what lies in the microcatheter."""
LOOK_ML, LOOK_ML_S = 0.6, 0.25
"""Contrast that is watched then; that it runs back does no harm."""
LONGEST_S = 40.0
"""So long contrast is watched at most."""
MOST_PORTIONS = 40
LEAST_ML = 0.05
"""Less than this is not pushed from a syringe: another one is drawn up."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What is given at once, and how fast."""

    ml: float
    rate_ml_s: float


FIRST = (Portion(6.0, 0.4), Portion(6.0, 0.3), Portion(5.0, 0.2), Portion(4.0, 0.15), Portion(3.0, 0.1))
"""While the flow is hardly less than before: the first vial, and the beginning of the second."""
PORTIONS = (Portion(1.5, 0.08), Portion(0.9, 0.06), Portion(0.6, 0.05), Portion(0.3, 0.04))
"""After these, by the beats that were counted last, from one on."""
FILMS = 4
"""So often the artery is filmed at most: where a run counts fewer beats than the look, more is given."""
HASTY, RECKLESS = Portion(5.0, 0.8), Portion(20.0, 3.0)


def portion(number: int, beats: int) -> Portion:
    """The next portion: the longer contrast took to clear, the smaller and slower."""
    if beats <= AT_ONCE_BEATS and number < len(FIRST):
        return FIRST[number]
    return PORTIONS[min(max(beats - AT_ONCE_BEATS, 0), len(PORTIONS) - 1)]


def beats_of(me: Stage) -> int:
    """Beats that the last contrast took to clear, as anybody counts them; 0 before the first."""
    told = value_of(me, "treating", "agents", "clearing")
    return 0 if told is None else int(told["beats"])


def is_clear(me: Stage) -> bool:
    """Whether the last contrast has gone."""
    return bool(value_of(me, "treating", "agents", "clearing", "clear", default=False))


def cleared(me: Stage) -> Script:
    """Wait until contrast has gone, or more than the beats asked for are over."""
    for _ in range(round(LONGEST_S)):
        yield Wait(1.0)
        if is_clear(me) or beats_of(me) > ENOUGH_BEATS:
            break


def looked(me: Stage) -> Script:
    """A little contrast under fluoroscopy, watched until it has gone or five beats are over."""
    yield Do("xray.press", {"pedal": "fluoro"})
    yield Do("hand.puff", {"ml": LOOK_ML, "rate_ml_s": LOOK_ML_S})
    yield Wait(LOOK_ML / LOOK_ML_S)
    yield from cleared(me)
    yield Do("xray.release", {"pedal": "fluoro"})
    yield Wait(0.2)


def given(me: Stage, one: Portion, spheres: str) -> Script:
    """A portion under fluoroscopy; from another syringe once this one is empty."""
    syringes = value_of(me, "treating", "agents", "syringes", default=[])
    if not syringes or float(syringes[-1]["left_ml"]) < LEAST_ML:
        yield Do("agent.prepare", {"device": spheres})
        yield Wait(0.5)
    yield Do("xray.press", {"pedal": "fluoro"})
    yield Do("agent.inject", {"ml": one.ml, "rate_ml_s": one.rate_ml_s})
    yield Wait(one.ml / one.rate_ml_s + 1.0)
    yield Do("xray.release", {"pedal": "fluoro"})
    yield Wait(0.2)


def chased(me: Stage, one: Portion) -> Script:
    """What lies in the microcatheter, out of it as slowly."""
    yield Do("hand.puff", {"ml": CHASE_ML, "rate_ml_s": one.rate_ml_s})
    yield Wait(CHASE_ML / one.rate_ml_s + 1.0)


def filmed(me: Stage) -> Script:
    """A run of the artery with a little contrast by hand; its beats are counted as well."""
    yield Do("xray.press", {"pedal": "acquire"})
    yield Wait(1.0)
    yield Do("hand.puff", {"ml": LOOK_ML, "rate_ml_s": LOOK_ML_S})
    yield Wait(5.0)
    yield Do("xray.release", {"pedal": "acquire"})
    yield from cleared(me)


def to_the_end(
    me: Stage, enough_beats: int, most: int, give: Callable[[int, int], Generator[Step, None, Portion]]
) -> Script:
    """Portions, each followed by a look, until a run counts enough beats as well.

    Parameters
    ----------
    me : Stage
    enough_beats : int
        The end-point.
    most : int
        So many portions at most.
    give : callable
        Gives one, by its number and the beats that were counted last, and says what it was.
    """
    films = 0
    for number in range(most):
        beats = beats_of(me)
        if beats >= enough_beats:
            yield from filmed(me)
            films += 1
            beats = beats_of(me)
            if beats >= enough_beats or films == FILMS:
                return
        one = yield from give(number, beats)
        yield from chased(me, one)
        yield from me.think(0.5)
        yield from looked(me)
    yield from filmed(me)


@script("particles-to-the-end-point")
def particles(drill: DrillItem, me: Stage) -> Script:
    """Portions by the beats of the last look; the hasty ones give what is in the syringe, and do not look."""
    yield from me.think()
    yield from few_frames(me, (1.0, None))
    if not me.skill.checks:
        hasty = me.skill.tries > 1
        for _ in range(4 if hasty else 1):
            yield from given(me, HASTY if hasty else RECKLESS, TOO_LARGE if hasty else SPHERES)
        yield from me.finish()
        return
    yield from me.spare(0.6)
    yield Do("agent.prepare", {"device": SPHERES})
    yield from looked(me)
    yield from to_the_end(me, ENOUGH_BEATS, MOST_PORTIONS, partial(spheres_given, me))
    yield from me.finish()


def spheres_given(me: Stage, number: int, beats: int) -> Generator[Step, None, Portion]:
    """The next portion of spheres, and what it was."""
    one = portion(number, beats)
    yield from given(me, one, SPHERES)
    return one
