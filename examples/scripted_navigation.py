"""The scripted operator and chance, side by side: how far each comes in one target."""

import sys

import numpy as np

from angiosuite.gym.baselines import Chance, attempt, operator_for
from angiosuite.gym.navigate import Navigate
from angiosuite.gym.targets import TARGETS


def main(target: str, anatomy: int) -> None:
    """One episode of each."""
    env = Navigate(target, (anatomy,), seconds=120.0)
    chance = Chance(len(TARGETS[target].kit), np.random.default_rng(1))
    for name, agent in (("operator", operator_for(target)), ("chance", chance)):
        told = attempt(env, agent, seed=1)
        end = "reached" if told.is_reached else f"{told.left_mm:.0f} mm short, in the {told.vessel}"
        print(f"{name}: {end} after {told.seconds:.0f} s, return {told.returned:.2f}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "left-renal", int(sys.argv[2]) if len(sys.argv) > 2 else 0)
