"""A band of reference values: the tenth, fiftieth and ninetieth percentile of a measure over runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

FEWEST = 5
"""Runs below which percentiles say nothing."""


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Percentiles of a measure.

    Parameters
    ----------
    low, median, high : float
        Tenth, fiftieth and ninetieth, in the measure's unit.
    n : int
        Runs behind them.
    """

    low: float
    median: float
    high: float
    n: int


def percentiles(values: Iterable[float]) -> Percentiles | None:
    """The band of some values; None when there are fewer than five.

    Held by ``tests/assess/test_bands.py``.
    """
    known = np.asarray([value for value in values if np.isfinite(value)], np.float64)
    if len(known) < FEWEST:
        return None
    low, median, high = (round(float(one), 6) for one in np.percentile(known, [10, 50, 90]))
    return Percentiles(low, median, high, len(known))


def bands(runs: Iterable[Mapping[str, object]]) -> dict[str, Percentiles]:
    """The bands of all measures with numbers, from what each run's judgement tells of a session's measures.

    Parameters
    ----------
    runs : iterable of mapping of measure to value
        One for each run.
    """
    gathered: dict[str, list[float]] = {}
    for run in runs:
        for name, value in run.items():
            if isinstance(value, float | int) and not isinstance(value, bool):
                gathered.setdefault(name, []).append(float(value))
    found = {name: percentiles(values) for name, values in gathered.items()}
    return {name: band for name, band in found.items() if band is not None}
