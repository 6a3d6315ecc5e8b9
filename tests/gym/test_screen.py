"""The picture of `Navigate`: what is seen lies where the geometry says, and metal is dark."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from angiosuite.gym.navigate import Navigate, hands
from angiosuite.gym.screen import PIXELS
from angiosuite.kit.errors import WrongUse


def led(lumens: Path, actions: int = 40) -> tuple[Navigate, list[np.ndarray]]:
    """The environment after the wire was pushed, and its pictures."""
    env = Navigate(home=lumens, sees="picture")
    shown, _ = env.reset(seed=4)
    pictures = [shown["picture"]]
    for _ in range(actions):
        shown, *_ = env.step(hands((35.0, 0.0), (0.0, 0.0)))
        pictures.append(shown["picture"])
    return env, pictures


def test_gymnasiums_checker_finds_nothing_in_a_picture(lumens: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(Navigate(home=lumens, sees="picture"), skip_render_check=True)


def test_the_wire_is_dark_where_its_points_are_projected_and_nowhere_else(lumens: Path) -> None:
    env, pictures = led(lumens)
    assert env.bench is not None
    geometry = env._screen.view(env.bench.tip_mm)
    course = env.bench.points_mm(0, 60, 1.0)
    share = (geometry.centre_mm[1] - geometry.source_mm[1]) / (course[:, 1] - geometry.source_mm[1])
    on = geometry.source_mm + share[:, None] * (course - geometry.source_mm) - geometry.origin_mm
    column = np.rint(on[:, 0] / geometry.column_step_mm[0]).astype(int)
    row = np.rint(on[:, 2] / geometry.row_step_mm[2]).astype(int)
    seen = (row >= 1) & (row < PIXELS - 1) & (column >= 1) & (column < PIXELS - 1)
    assert seen.sum() > 40
    live = pictures[-1][:, :, 0].astype(float)
    clear = np.median(live)
    touched = [live[r - 1 : r + 2, c - 1 : c + 2].min() for r, c in zip(row[seen], column[seen], strict=True)]
    assert np.mean(np.array(touched) < clear - 12.0) > 0.9
    assert (live < clear - 25.0).mean() < 0.06, "a wire is thin"


def test_the_wire_lies_in_the_road_that_the_roadmap_shows(lumens: Path) -> None:
    _, pictures = led(lumens, 20)
    live, road = pictures[-1][:, :, 0].astype(float), pictures[-1][:, :, 1].astype(float)
    dark = live < np.median(live) - 30.0
    wide = np.zeros_like(dark)
    vessel = road < road.max() - 5.0
    for r in (-2, 0, 2):
        for c in (-2, 0, 2):
            wide |= np.roll(vessel, (r, c), (0, 1))
    in_body = np.flatnonzero(vessel.any(axis=1)).max()
    assert dark[:in_body].sum() > 10
    assert (dark & wide)[:in_body].sum() > 0.9 * dark[:in_body].sum()


def test_pictures_have_noise_that_differs_and_equal_seeds_give_equal_pictures(lumens: Path) -> None:
    _, first = led(lumens, 4)
    _, again = led(lumens, 4)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    quiet = first[-1][:20, :20, 0].astype(float), first[-2][:20, :20, 0].astype(float)
    assert not np.array_equal(*quiet)
    assert 0.2 < np.std(quiet[0] - quiet[1]) < 20.0


def test_what_is_shown_is_a_state_or_a_picture(lumens: Path) -> None:
    with pytest.raises(WrongUse) as refused:
        Navigate(home=lumens, sees="sound")  # type: ignore[arg-type]
    assert refused.value.code == "bad-observation"
