"""Train a small policy: which way to turn a wire so that it goes over the bifurcation.

``python examples/train_navigate.py 10`` trains for ten minutes. It uses `cma` (pip install cma), a public
library of evolution strategies, since a policy of a few dozen numbers needs no more; any library that takes
Gymnasium's environments will do.
"""

import sys
import time

import gymnasium
import numpy as np

import angiosuite.gym  # registers the environments

NAME, SECONDS = "angiosuite/Navigate-contralateral-external-iliac-v0", 16.0
FEATURES, OUTPUTS = 8, 4


def features(shown: dict) -> np.ndarray:
    """What the policy looks at: way left, depths, where the wire's hub is turned, where its tip points."""
    tip = shown["tools_mm"][0]
    way = (tip[0] - tip[2]) / max(float(np.linalg.norm(tip[0] - tip[2])), 1e-6)
    left, depth = shown["left_mm"][0] / 200.0, shown["depth_mm"] / 200.0
    return np.concatenate([[1.0, left], depth[:1], shown["turn"][0], way])


def episode(env: gymnasium.Env, weights: np.ndarray, seed: int) -> float:
    """Return of one episode of a linear policy."""
    matrix = weights.reshape(OUTPUTS, FEATURES)
    shown, _ = env.reset(seed=seed)
    total, over = 0.0, False
    while not over:
        action = np.tanh(matrix @ features(shown)).astype(np.float32)
        shown, reward, reached, cut, _ = env.step(action)
        total, over = total + float(reward), reached or cut
    return total


def main(minutes: float) -> None:
    """Train, and tell the mean return of the first and the last generation."""
    try:
        import cma
    except ImportError:
        print("Nothing to train with: pip install cma")
        return
    env = gymnasium.make(NAME, seconds=SECONDS)
    search = cma.CMAEvolutionStrategy(
        np.zeros(OUTPUTS * FEATURES), 0.5, {"seed": 1, "verbose": -9, "popsize": 12}
    )
    begun, generation = time.monotonic(), 0
    while time.monotonic() - begun < 60.0 * minutes or generation == 0:
        tried = search.ask()
        returns = [episode(env, one, seed=generation % 3) for one in tried]
        search.tell(tried, [-value for value in returns])
        print(f"generation {generation}: mean {np.mean(returns):.2f}, best {max(returns):.2f}", flush=True)
        generation += 1
    np.save("navigate-policy.npy", search.result.xfavorite)


if __name__ == "__main__":
    assert angiosuite.gym.environments()
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.1)
