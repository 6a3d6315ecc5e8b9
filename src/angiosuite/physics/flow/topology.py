"""Ways added to a running network and taken away: planned beside the steps, joined between two frames."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any

from .draft import Draft
from .elimination import Elimination
from .network import Network, prepare
from .spec import FlowSpec

__all__ = ["Change", "plan", "with_edge", "without"]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A topology and the order of its elimination, ready to be joined."""

    spec: FlowSpec
    pattern: Elimination

    def join(self, network: Network) -> Network:
        """The network that goes on from here with this topology; some milliseconds."""
        return network.carried_to(self.spec, self.pattern)


def plan(draft: Draft, executor: Executor | None = None) -> Future[Change]:
    """Plan a change in a thread of `executor` (or at once): the step path waits for `Change.join` alone."""

    def planned() -> Change:
        spec = draft.spec()
        return Change(spec, prepare(spec))

    if executor is not None:
        return executor.submit(planned)
    done: Future[Change] = Future()
    done.set_result(planned())
    return done


def with_edge(network: Network, name: str, a: str, b: str, **values: Any) -> Network:
    """The network with one more edge (see `Draft.edge`), all else going on."""
    draft = Draft(network.spec)
    draft.edge(name, a, b, **values)
    return plan(draft).result().join(network)


def without(network: Network, *names: str) -> Network:
    """The network without these edges, or nodes and what ends in them."""
    return plan(Draft(network.spec).without(*names)).result().join(network)
