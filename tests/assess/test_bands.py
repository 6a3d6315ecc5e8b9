"""Bands: percentiles of reference runs, or none when there are too few."""

from __future__ import annotations

from angiosuite.assess.bands import Percentiles, bands, percentiles


def test_eleven_runs_give_the_second_the_middle_and_the_last_but_one() -> None:
    assert percentiles(range(11)) == Percentiles(1.0, 5.0, 9.0, 11)


def test_too_few_runs_give_no_band_and_words_have_none() -> None:
    assert percentiles([1.0, 2.0]) is None
    runs = [{"kerma": float(n), "device": "script", "rare": 1.0 if n == 0 else None} for n in range(6)]
    assert set(bands(runs)) == {"kerma"}
