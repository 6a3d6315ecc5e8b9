"""`Navigate`: Gymnasium's own checker, equal episodes from equal seeds, and what its numbers mean."""

from __future__ import annotations

import warnings
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import angiosuite.gym
from angiosuite.gym.navigate import HZ, Navigate, hands
from angiosuite.gym.targets import TARGETS

NAMES = sorted(angiosuite.gym.environments())


def made(name: str, home: Path, **more: object) -> gymnasium.Env:
    return gymnasium.make(name, home=str(home), disable_env_checker=True, **more)


def run(env: gymnasium.Env, seed: int, steps: int) -> tuple[list[dict], list[float]]:
    """An episode of drawn actions."""
    draw = np.random.default_rng(seed)
    shown, _ = env.reset(seed=seed)
    seen, rewards = [shown], []
    for _ in range(steps):
        shown, reward, done, cut, _ = env.step(
            draw.uniform(-0.5, 1.0, env.action_space.shape).astype(np.float32)
        )
        seen.append(shown)
        rewards.append(float(reward))
        if done or cut:
            break
    return seen, rewards


def test_there_is_an_environment_for_every_target_in_one_person_and_in_any() -> None:
    assert len(NAMES) == 2 * len(TARGETS) + 3
    assert all(name in gymnasium.registry for name in NAMES)


@pytest.mark.parametrize("name", [NAMES[0], "angiosuite/Navigate-splenic-v0", "angiosuite/Navigate-flow-v0"])
def test_gymnasiums_checker_finds_nothing(name: str, lumens: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made(name, lumens).unwrapped, skip_render_check=True)


@pytest.mark.ci
@pytest.mark.parametrize("name", NAMES)
def test_gymnasiums_checker_finds_nothing_in_any(name: str, lumens: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made(name, lumens).unwrapped, skip_render_check=True)


def test_equal_seeds_give_equal_episodes_and_others_do_not(lumens: Path) -> None:
    env = made("angiosuite/Navigate-v0", lumens)
    first, rewards = run(env, 3, 40)
    again, same = run(env, 3, 40)
    other, _ = run(env, 4, 40)
    assert rewards == same
    for a, b in zip(first, again, strict=True):
        assert all(np.array_equal(a[key], b[key]) for key in a)
    assert not np.array_equal(first[0]["turn"], other[0]["turn"])


def test_pushing_goes_as_far_as_the_hand_goes_and_no_tool_leaves_the_sheath(lumens: Path) -> None:
    env = made("angiosuite/Navigate-v0", lumens)
    before, _ = env.reset(seed=1)
    for _ in range(15):
        after, *_ = env.step(hands((20.0, 0.0), (0.0, 0.0)))
    assert after["depth_mm"][0] - before["depth_mm"][0] == pytest.approx(20.0 * 15 / HZ, abs=0.5)
    assert after["depth_mm"][1] == before["depth_mm"][1]
    for _ in range(30):
        after, *_ = env.step(hands((-40.0, -40.0), (0.0, 0.0)))
    assert after["depth_mm"] == pytest.approx(before["depth_mm"], abs=0.5)


def test_way_gained_is_reward_and_a_hub_that_turns_is_seen(lumens: Path) -> None:
    env = made("angiosuite/Navigate-v0", lumens)
    before, _ = env.reset(seed=1)
    total = 0.0
    for _ in range(20):
        after, reward, *_ = env.step(hands((25.0, 0.0), (1.0, 0.0)))
        total += float(reward)
    gained = float(before["left_mm"][0] - after["left_mm"][0])
    assert gained > 30.0
    assert total == pytest.approx(0.01 * gained - 0.001 * 20, abs=1e-3)
    turned = np.arctan2(*after["turn"][0][::-1]) - np.arctan2(*before["turn"][0][::-1])
    assert np.cos(turned - 20 / HZ) == pytest.approx(1.0, abs=1e-3)


def test_the_points_of_a_tool_are_its_own_and_begin_at_its_tip(lumens: Path) -> None:
    env = made("angiosuite/Navigate-v0", lumens)
    env.reset(seed=2)
    for _ in range(30):
        shown, _, _, _, _ = env.step(hands((25.0, 12.0), (0.0, 0.0)))
    bench = env.unwrapped.bench
    assert bench is not None
    origin = bench.case.access.course_mm[-1]
    assert shown["tools_mm"][0, 0] + origin == pytest.approx(bench.tip_mm, abs=1e-2)
    for tool in shown["tools_mm"]:
        steps = np.linalg.norm(np.diff(tool, axis=0), axis=1)
        assert steps.max() < 4.01 and steps.min() > 2.5, "four millimetres along, less across a bend"


def test_an_episode_is_cut_when_time_is_up(lumens: Path) -> None:
    env = made("angiosuite/Navigate-v0", lumens, seconds=2.0)
    env.reset(seed=1)
    cut = [env.step(hands((0.0, 0.0), (0.0, 0.0)))[3] for _ in range(15)]
    assert cut == [False] * 14 + [True]


def test_many_run_at_once_and_are_the_same_as_one(lumens: Path) -> None:
    makers = [lambda: made("angiosuite/Navigate-left-renal-v0", lumens) for _ in range(2)]
    together = gymnasium.vector.SyncVectorEnv(makers)
    together.reset(seed=[5, 6])
    action = np.tile(hands((30.0, 0.0), (0.5, 0.0)), (2, 1))
    for _ in range(10):
        shown, *_ = together.step(action)
    alone = made("angiosuite/Navigate-left-renal-v0", lumens)
    alone.reset(seed=6)
    for _ in range(10):
        single, *_ = alone.step(action[1])
    assert all(np.array_equal(shown[key][1], single[key]) for key in single)


@pytest.mark.ci
def test_many_run_in_processes_of_their_own(lumens: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        envs = gymnasium.make_vec(
            "angiosuite/Navigate-v0",
            num_envs=2,
            vectorization_mode="async",
            vector_kwargs={"context": "spawn"},
            home=str(lumens),
        )
    shown, _ = envs.reset(seed=1)
    shown, *_ = envs.step(np.tile(hands((30.0, 0.0), (0.0, 0.0)), (2, 1)))
    assert shown["tools_mm"].shape == (2, 2, 16, 3)
    envs.close()


def test_a_strange_target_is_refused_with_a_way_out() -> None:
    from angiosuite.kit.errors import WrongUse

    with pytest.raises(WrongUse) as refused:
        Navigate("right-renl")
    assert refused.value.code == "target-not-known"
