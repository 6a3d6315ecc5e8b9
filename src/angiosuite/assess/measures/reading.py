"""What a measure answers: a value with the moments that show it, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from angiosuite.assess.session_log import Frame, Point, SessionLog
from angiosuite.kit.errors import WrongUse, did_you_mean

from .dictionary import Definition, Window, dictionary

Missing = Literal["", "not-done", "not-recorded"]
"""Why there is no value: nothing was done that could be read, or the log does not hold it."""
Value = float | str | None


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in the log that shows something.

    Parameters
    ----------
    t_us : int
        Simulated time, microseconds.
    frame : int or None
        Number of the picture.
    seq : int
        Entry of the log.
    why : str
        What is to be seen there.
    """

    t_us: int
    frame: int | None
    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a measure's own function found.

    Parameters
    ----------
    value : float, str or None
        In the measure's unit.
    moments : tuple of Moment
        What shows it, most telling first.
    course : tuple of Point
        How a cumulative value grew; empty for others.
    missing : str
        Why there is no value.
    why : str
        The same for people.
    """

    value: Value
    moments: tuple[Moment, ...] = ()
    course: tuple[Point, ...] = ()
    missing: Missing = ""
    why: str = ""


def not_done(why: str) -> Found:
    """Nothing was done that could be read."""
    return Found(None, missing="not-done", why=why)


def not_recorded(why: str) -> Found:
    """The log does not hold what is needed, for instance because an older version wrote it."""
    return Found(None, missing="not-recorded", why=why)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a measure is asked with beside the log.

    Parameters
    ----------
    of : str or None
        Target or question.
    within : str
        Which window.
    better : str
        Which way the measure is better.
    answers : mapping of str to str
        The right option of each question.
    reference : mapping of str to float
        Medians of reference runs, by measure.
    """

    of: str | None
    within: Window
    better: str
    answers: Mapping[str, str] = field(default_factory=dict)
    reference: Mapping[str, float] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The target; only asked for where one is needed, which was checked."""
        assert self.of is not None
        return self.of


Reader = Callable[[SessionLog, Asked], Found]


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure's answer for one log.

    Parameters
    ----------
    measure, version, unit
        Which measure, and how it reckons.
    of : str or None
        Target or question.
    within : str
        Window.
    value, moments, course, missing, why
        See :class:`Found`.
    """

    measure: str
    version: int
    unit: str
    of: str | None
    within: Window
    value: Value
    moments: tuple[Moment, ...]
    course: tuple[Point, ...]
    missing: Missing
    why: str

    def passing(self, limit: float) -> Moment | None:
        """Where a cumulative value first went beyond a limit; None where that is not known."""
        for point in self.course:
            if point.value > limit:
                return Moment(point.t_us, point.frame, point.seq, "the limit was passed here")
        return None


@dataclass(frozen=True, slots=True)
class Measure:
    """A definition of the dictionary with the function that reads it from a log."""

    definition: Definition
    reader: Reader

    @property
    def family(self) -> str:
        """Name of the module that enters it, for example "picture", "answers" or "dose"."""
        return self.reader.__module__.rpartition(".")[2]

    def read(
        self,
        log: SessionLog,
        of: str | None = None,
        within: str | None = None,
        answers: Mapping[str, str] | None = None,
        reference: Mapping[str, float] | None = None,
    ) -> Reading:
        """The measure of one log.

        Parameters
        ----------
        log : SessionLog
            The session; nothing is simulated again.
        of : str, optional
            Target or question, where the measure needs one.
        within : str, optional
            Window; the first of the definition when not given.
        answers : mapping, optional
            Right options of the drill's questions.
        reference : mapping, optional
            Medians of reference runs.

        Raises
        ------
        WrongUse
            When a target is needed and not named, or the window is none of this measure's.
        """
        known = self.definition
        window = next((one for one in known.within if one == (within or known.within[0])), None)
        if window is None:
            raise WrongUse(
                f"The measure '{known.id}' has no such window",
                code="measure-window",
                value=within,
                way_out=f"Choose one of {', '.join(known.within)}.",
            )
        if of is None and known.needs in ("target", "question"):
            raise WrongUse(
                f"The measure '{known.id}' needs a {known.needs}",
                code="measure-of",
                way_out=f"Name the {known.needs} with `of`.",
            )
        asked = Asked(of, window, known.better, dict(answers or {}), dict(reference or {}))
        found = self.reader(log, asked)
        value = round(found.value, 6) if isinstance(found.value, float) else found.value
        return Reading(
            known.id,
            known.version,
            known.unit,
            of,
            window,
            value,
            found.moments,
            found.course,
            found.missing,
            found.why,
        )


class Measures(Mapping[str, Measure]):
    """All measures by id; each is entered by the module of its family."""

    def __init__(self) -> None:
        self._all: dict[str, Measure] = {}

    def enter(self, identity: str) -> Callable[[Reader], Reader]:
        """Enter the function that reads a measure of the dictionary."""

        def take(reader: Reader) -> Reader:
            self._all[identity] = Measure(dictionary()[identity], reader)
            return reader

        return take

    def __getitem__(self, identity: str) -> Measure:
        if identity not in self._all:
            raise WrongUse(
                f"The measure '{identity}' is not known",
                code="measure-not-known",
                way_out=did_you_mean(identity, self._all) or "See docs/reference/measures.md.",
            )
        return self._all[identity]

    def __contains__(self, identity: object) -> bool:
        return identity in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


MEASURES = Measures()
"""Every measure that can be read."""


def of_frame(frame: Frame, why: str) -> Moment:
    """A picture as a moment."""
    return Moment(frame.t_us, frame.index, frame.seq, why)


def best(values: Sequence[float], better: str) -> int:
    """Place of the best value; the last of equals."""
    sign = 1.0 if better == "higher" else -1.0
    return max(range(len(values)), key=lambda i: (sign * values[i], i))
