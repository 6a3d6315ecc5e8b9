"""Lesions: what balloons and stents do to a thousand, beside what series of patients had.

Each row is how far a figure lies from the published one; its limit is how far the 95 % interval of the
published sample reaches on that side. The laws were set on these same series, on the cohorts of
``physics/treating/cohort.py`` whose covariates are ours: the rows hold the laws to the series, they do not
foretell another one. Only that recoil stays in the range seen, and the stents' spread, were not set.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, chi2

from angiosuite.bench.row import Row
from angiosuite.kit.randomness import generator
from angiosuite.physics.treating.cohort import Treated, dialysis_access, femoral_series, iliac_series
from angiosuite.physics.treating.lesion_response import (
    GRADES,
    dissection_grade,
    recoil_share,
    rupture_stretch,
)
from angiosuite.physics.treating.stent import StentForm, Wall, off_balloon_mm, on_balloon_mm

TITLE = "lesions"
LESIONS = 1000
SEED = 20
_FUJIHARA = "Fujihara 2017, 748 femoral lesions"
_FOUND = (120, 142, 172, 37, 180, 67, 30)
_SEVERE_FROM = 3
_CHART_MM, _VESSEL_MM, _CORONARY_RECOIL = 3.42, 3.2, 0.28 / 2.77
"""Of the coronary stents: mean chart (0.65 + 0.28 mm are 27.2 % of it), vessel, what they gave back."""


def rows(peers: Path | None) -> Iterator[Row]:
    """Recoil, dissections, what is left to stent, stents below their chart, ruptures."""
    yield from _recoil()
    yield from _dissections()
    yield from _stents()
    some = list(dialysis_access(LESIONS * 20, generator(SEED, "access")))
    torn = sum(
        t.stretch > rupture_stretch(t.lesion, u) for t, u in zip(some, _even("torn", len(some)), strict=True)
    )
    note = f"{len(some)} of access; 11 of 1242 procedures, 1999 to 2008 (PubMed 19918774)"
    yield _counted("dialysis access torn", torn, len(some), 11, 1242, note)


def _even(name: str, count: int = LESIONS) -> NDArray[np.float64]:
    """Draws, one in each of so many equal slices of 0 to 1, in any order."""
    draw = generator(SEED, name)
    return (draw.permutation(count) + draw.random(count)) / count


def _off(name: str, ours: float, theirs: float, low: float, high: float, unit: str, note: str) -> Row:
    """How far `ours` is from `theirs`, where the interval from `low` to `high` must hold it."""
    limit = high - theirs if ours >= theirs else theirs - low
    told = f"ours {ours:.2f}, published {theirs:.2f}, 95 % {low:.2f} to {high:.2f} {unit}; {note}"
    return Row(f"{name}, off the published", abs(ours - theirs), unit, "lower", limit, note=told)


def _counted(name: str, ours: int, of: int, seen: int, among: int, note: str) -> Row:
    """A share against a count of patients, with its exact binomial interval."""
    low = float(beta.ppf(0.025, seen, among - seen + 1)) if seen else 0.0
    high = float(beta.ppf(0.975, seen + 1, among - seen)) if seen < among else 1.0
    return _off(name, 100.0 * ours / of, 100.0 * seen / among, 100.0 * low, 100.0 * high, "%", note)


def _spread(ours: float, theirs: float, count: int) -> tuple[float, float, float, float]:
    """A spread, the published one, and the interval of that by chi-squared."""
    free = count - 1
    return (
        ours,
        theirs,
        theirs * sqrt(free / chi2.ppf(0.975, free)),
        theirs * sqrt(free / chi2.ppf(0.025, free)),
    )


def _recoil() -> Iterator[Row]:
    """What iliac lesions give back: 36 +- 11 % of 25, between 19 and 54."""
    some = iliac_series(LESIONS, generator(SEED, "iliac"))
    drawn = zip(some, _even("recoil"), strict=True)
    back = 100.0 * np.array([recoil_share(t.lesion, t.stretch, u) for t, u in drawn])
    note = f"{LESIONS} iliac lesions; Gardiner 2001, 25"
    reach = 1.96 * 11.0 / sqrt(25)
    yield _off("recoil, mean", float(back.mean()), 36.0, 36.0 - reach, 36.0 + reach, "%", note)
    yield _off("recoil, spread", *_spread(float(back.std(ddof=1)), 11.0, 25), "%", note)
    within = int(np.sum((back >= 19.0) & (back <= 54.0)))
    yield _counted("recoil from 19 to 54 %", within, LESIONS, 25, 25, note)


def _dissections() -> Iterator[Row]:
    """Grades of dissection, the severe ones, and what has to be stented."""
    some: list[Treated] = list(femoral_series(LESIONS, generator(SEED, "femoral")))
    grades = np.array([
        dissection_grade(t.lesion, t.stretch, u, t.occluded)
        for t, u in zip(some, _even("grade"), strict=True)
    ])  # fmt: skip
    for k, seen in enumerate(_FOUND):
        mine = int(np.sum(grades == k))
        yield _counted(f"dissection {GRADES[k]}", mine, LESIONS, seen, sum(_FOUND), _FUJIHARA)
    severe = grades >= _SEVERE_FROM
    known = sum(_FOUND[_SEVERE_FROM:])
    yield _counted("dissection C to F", int(severe.sum()), LESIONS, known, sum(_FOUND), _FUJIHARA)
    left = np.array([
        1.0 - t.stretch * (1.0 - recoil_share(t.lesion, t.stretch, u))
        for t, u in zip(some, _even("left"), strict=True)
    ])  # fmt: skip
    stented = int(np.sum(severe | (left > 0.3)))
    note = f"{_FUJIHARA}; by more than 30 % left, or C and up (theirs: limits flow)"
    yield _counted("left to be stented", stented, LESIONS, 555, sum(_FOUND), note)


def _stents() -> Iterator[Row]:
    """Residual stenosis of stents on their balloons against the chart: 27.2 +- 7.2 % of 499."""
    form = StentForm("balloon", _CHART_MM, 4.5, 18.0, 18.5, 1.0, 150.0, recoil=_CORONARY_RECOIL)
    loose = Wall(_VESSEL_MM, 1e-6)
    lost = 100.0 * np.array([
        1.0 - off_balloon_mm(form, on_balloon_mm(_CHART_MM, _VESSEL_MM, u), loose) / _CHART_MM
        for u in _even("stents")
    ])  # fmt: skip
    reach = 1.96 * 7.2 / sqrt(499)
    note = f"{LESIONS} lesions; Aziz 2007, 499 coronary stents"
    yield _off("stent below its chart, mean", float(lost.mean()), 27.2, 27.2 - reach, 27.2 + reach, "%", note)
    yield _off("stent below its chart, spread", *_spread(float(lost.std(ddof=1)), 7.2, 499), "%", note)
