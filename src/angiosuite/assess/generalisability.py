"""How well scores tell people apart: variance components, G and phi, and how many runs it takes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from angiosuite.kit.errors import WrongUse

PERSONS, PATIENTS, OCCASIONS = "persons", "patients", "occasions"
ENOUGH = 0.7
"""A coefficient that is usually asked for before scores are used for more than practice."""
MOST_RUNS = 1000


@dataclass(frozen=True, slots=True)
class Components:
    """Variance components of a crossed design.

    Parameters
    ----------
    facets : tuple of str
        "persons" first, then "occasions", or "patients" and "occasions".
    levels : tuple of int
        How many of each there were.
    variance : mapping of frozenset of str to float
        Variance of each effect and interaction, squared points; the largest interaction holds all else.
        What an estimate makes negative is 0.
    """

    facets: tuple[str, ...]
    levels: tuple[int, ...]
    variance: Mapping[frozenset[str], float] = field(repr=False)

    def of(self, *facets: str) -> float:
        """Variance of an effect, or of the interaction of several."""
        return self.variance[frozenset(facets)]

    def coefficient(self, runs: Mapping[str, int], absolute: bool = False) -> float:
        """G, or phi when `absolute`, of the mean over so many patients and occasions.

        G tells how well people are ranked; phi how well their own points are known, so that how hard the
        patients and days happened to be counts against it.
        """
        own = self.of(PERSONS)
        noise = 0.0
        for effect, variance in self.variance.items():
            if effect == {PERSONS} or (not absolute and PERSONS not in effect):
                continue
            noise += variance / math.prod(runs.get(facet, 1) for facet in effect if facet != PERSONS)
        return own / (own + noise) if own + noise > 0 else 0.0

    def runs_for(self, wanted: float = ENOUGH, absolute: bool = False) -> int | None:
        """Fewest occasions whose mean reaches a coefficient; None when a thousand do not.

        Where there are patients, each occasion is on another patient.
        """
        for runs in range(1, MOST_RUNS + 1):
            if self._of_runs(runs, absolute) >= wanted - 1e-12:
                return runs
        return None

    def _of_runs(self, runs: int, absolute: bool) -> float:
        """With another patient each time, every effect but the person's own is divided by the runs."""
        own = self.of(PERSONS)
        noise = sum(
            variance
            for effect, variance in self.variance.items()
            if effect != {PERSONS} and (absolute or PERSONS in effect)
        )
        return own / (own + noise / runs) if own + noise > 0 else 0.0


def components(scores: ArrayLike) -> Components:
    """Variance components of scores of a crossed design, one score in each cell.

    Parameters
    ----------
    scores : (persons, occasions) or (persons, patients, occasions) array
        Points.

    Raises
    ------
    WrongUse
        When there are fewer than two of anything, or a cell is empty.

    Notes
    -----
    **Model** random effects, estimated from the mean squares of the analysis of variance: the variance of
    an effect is the alternating sum of the mean squares of the interactions that hold it, over the number
    of cells that share it. **Source** generalisability theory in its usual form (basis: memory). Held by
    ``tests/assess/test_generalisability.py``: closed forms and a simulated truth.
    """
    values = np.asarray(scores, np.float64)
    names = {2: (PERSONS, OCCASIONS), 3: (PERSONS, PATIENTS, OCCASIONS)}.get(values.ndim)
    if names is None or min(values.shape) < 2 or not np.isfinite(values).all():
        raise WrongUse(
            "Variance components need a full table with two or more of each",
            code="generalisability-table",
            value=values.shape,
            way_out="Give persons × occasions or persons × patients × occasions, one score in each cell.",
        )
    axes = tuple(range(values.ndim))
    squares = {effect: _mean_square(values, effect) for effect in _effects(axes)}
    variance: dict[frozenset[str], float] = {}
    for effect in squares:
        rest = [axis for axis in axes if axis not in effect]
        estimate = sum(
            (-1) ** len(more) * squares[tuple(sorted((*effect, *more)))]
            for count in range(len(rest) + 1)
            for more in itertools.combinations(rest, count)
        )
        cells = math.prod(values.shape[axis] for axis in rest)
        variance[frozenset(names[axis] for axis in effect)] = max(estimate / cells, 0.0)
    return Components(names, values.shape, variance)


def _effects(axes: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [one for count in range(1, len(axes) + 1) for one in itertools.combinations(axes, count)]


def _mean_square(values: NDArray[np.float64], effect: tuple[int, ...]) -> float:
    """Mean square of an effect: its own part of the cell means, over its degrees of freedom."""
    part = np.zeros_like(values)
    for count in range(len(effect) + 1):
        for kept in itertools.combinations(effect, count):
            away = tuple(axis for axis in range(values.ndim) if axis not in kept)
            part = part + (-1) ** (len(effect) - count) * values.mean(axis=away, keepdims=True)
    degrees = math.prod(values.shape[axis] - 1 for axis in effect)
    return float((part**2).sum() / degrees)
