"""Many environments at once, each on a host of its own: processes of this machine, or Ray actors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array
from numpy.typing import NDArray

from angiosuite.kit.errors import AngiosuiteError
from angiosuite.runtime.work import WorkHost, WorkSpec, work_host

__all__ = ["Many", "Seat"]

PATIENCE_S = 600.0
"""How long an answer may take: the first start compiles, and grows a person's arteries."""


class Seat:
    """One environment, worked by orders: what runs on a host.

    Parameters
    ----------
    name : str
        Id of the environment.
    kept : mapping
        What it is made with.
    """

    def __init__(self, name: str, kept: Mapping[str, Any]) -> None:
        import angiosuite.gym  # registers

        del angiosuite.gym
        self._env = gymnasium.make(name, disable_env_checker=True, **kept)

    def do(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Reset (``seed``, ``options``) or step (``action``)."""
        if "action" in order:
            shown, reward, done, cut, info = self._env.step(order["action"])
            return {"shown": shown, "reward": float(reward), "done": done, "cut": cut, "info": info}
        shown, info = self._env.reset(seed=order.get("seed"), options=order.get("options"))
        return {"shown": shown, "reward": 0.0, "done": False, "cut": False, "info": info}

    def close(self) -> None:
        """End."""
        self._env.close()


class Many(VectorEnv[Any, Any, Any]):
    """Environments of one name side by side, as Gymnasium's vectors are.

    Parameters
    ----------
    name : str
        Such as "angiosuite/Navigate-v0".
    count : int
    host : str
        "local" or "ray".
    **kept
        What each is made with.

    Notes
    -----
    An episode that ended begins anew with the next step, whose action is not looked at (Gymnasium's
    ``NEXT_STEP``). Held by ``tests/gym/test_many.py``: every host tells what one environment alone tells.
    """

    metadata = {"autoreset_mode": AutoresetMode.NEXT_STEP}  # noqa: RUF012

    def __init__(self, name: str, count: int, host: str = "local", **kept: Any) -> None:
        one = gymnasium.make(name, disable_env_checker=True, **kept)
        self.num_envs = count
        self.single_observation_space, self.single_action_space = one.observation_space, one.action_space
        one.close()
        self.observation_space = batch_space(self.single_observation_space, count)
        self.action_space = batch_space(self.single_action_space, count)
        self._ended = np.zeros(count, np.bool_)
        self._hosts: list[WorkHost] = [work_host(host) for _ in range(count)]
        for k, each in enumerate(self._hosts):
            each.open(WorkSpec(f"{name} {k}", "angiosuite.gym.many:Seat", {"name": name, "kept": kept}))
        for each in self._hosts:
            _next(each)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin all anew; one seed is that of the first, and each next has the next."""
        if seed is None or isinstance(seed, int):
            seeds: list[int | None] = [None if seed is None else seed + k for k in range(self.num_envs)]
        else:
            seeds = list(seed)
        self._ended[:] = False
        told = self._all([{"seed": one, "options": options} for one in seeds])
        return self._shown(told), self._infos(told)

    def step(
        self, actions: NDArray[np.float32]
    ) -> tuple[Any, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """One action each."""
        orders = [
            {} if ended else {"action": action} for ended, action in zip(self._ended, actions, strict=True)
        ]
        told = self._all(orders)
        done, cut = (np.array([one[part] for one in told], np.bool_) for part in ("done", "cut"))
        self._ended = done | cut
        return self._shown(told), np.array([one["reward"] for one in told]), done, cut, self._infos(told)

    def close_extras(self, **kwargs: Any) -> None:
        """End all."""
        for each in self._hosts:
            each.close()

    def _all(self, orders: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        for each, order in zip(self._hosts, orders, strict=True):
            each.send(order)
        return [_next(each) for each in self._hosts]

    def _shown(self, told: Sequence[Mapping[str, Any]]) -> Any:
        empty: Any = create_empty_array(self.single_observation_space, self.num_envs)
        return concatenate(self.single_observation_space, [one["shown"] for one in told], empty)

    def _infos(self, told: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        infos: dict[str, Any] = {}
        for k, one in enumerate(told):
            infos = self._add_info(infos, one["info"], k)
        return infos


def _next(host: WorkHost) -> dict[str, Any]:
    """The next answer of a host."""
    found = host.frames(PATIENCE_S)
    if not found:
        raise AngiosuiteError(
            "An environment does not answer", code="environment-silent", value=f"{PATIENCE_S:.0f} s"
        )
    if found[0].kind == "failed":
        told = found[0].data
        raise AngiosuiteError(str(told.get("message")), code=str(told.get("code", "work-failed")))
    return found[0].data
