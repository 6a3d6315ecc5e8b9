"""Every host of work keeps the same protocol."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from angiosuite.kit.errors import WrongUse
from angiosuite.runtime.base import HostGone, Message
from angiosuite.runtime.work import HOSTS, WorkHost, WorkSpec, work_host

PATIENCE_S = 120.0


class Sum:
    """Adds up; what it was given last is what it tells."""

    def __init__(self, start: float = 0.0) -> None:
        if start < 0.0:
            raise ValueError("a sum starts at nothing or more")
        self.total = start

    def do(self, order: Mapping[str, Any]) -> dict[str, Any]:
        self.total += float(np.sum(order["add"]))
        return {"total": self.total, "given": order["add"]}

    def close(self) -> None: ...


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkHost]:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])  # the other process finds `Sum` there
    if request.param == "ray" and importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install angiosuite[ray]")
    made = work_host(request.param)
    yield made
    made.close()


def begun(host: WorkHost, **arguments: Any) -> Message:
    host.open(WorkSpec("sum", f"{__name__}:Sum", arguments))
    (first,) = host.frames(PATIENCE_S)
    return first


def test_a_host_tells_that_it_is_ready_and_answers_in_turn(host: WorkHost) -> None:
    assert begun(host, start=1.0).kind == "ready"
    for number in range(5):
        host.send({"add": np.full(2, float(number))})
    found: list[Message] = []
    while len(found) < 5:
        found += host.frames(PATIENCE_S)
    assert [one.data["total"] for one in found] == [1.0, 3.0, 7.0, 13.0, 21.0]
    assert np.array_equal(found[-1].data["given"], [4.0, 4.0])


def test_a_fault_is_told_and_the_work_goes_on(host: WorkHost) -> None:
    begun(host)
    host.send({"subtract": 1.0})
    (fault,) = host.frames(PATIENCE_S)
    assert fault.kind == "failed" and "KeyError" in fault.data["message"]
    host.send({"add": 2.0})
    (after,) = host.frames(PATIENCE_S)
    assert after.data["total"] == 2.0


def test_work_that_cannot_begin_says_why(host: WorkHost) -> None:
    first = begun(host, start=-1.0)
    assert first.kind == "failed" and "starts at nothing" in first.data["message"]


def test_nothing_to_tell_is_no_message_and_a_closed_host_is_gone(host: WorkHost) -> None:
    begun(host)
    assert host.frames(0.05) == []
    host.close()
    host.close()
    with pytest.raises(HostGone):
        host.send({"add": 1.0})
    with pytest.raises(HostGone):
        host.frames(0.0)


def test_a_strange_host_is_refused_with_a_way_out() -> None:
    with pytest.raises(WrongUse) as refused:
        work_host("moon")
    assert refused.value.code == "host-not-known"
