"""Who asks, and the rule of each route: one of `OWN`, `SHARED`, `MACHINE`, `OPEN`.

A test walks over all routes: one without a rule fails, and every `OWN` route is asked by a second person,
to whom the first person's objects must look like objects that do not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute

from angiosuite.kit.people import Principal


class Rule(StrEnum):
    """Whose objects a route shows."""

    OWN = "own"
    """The caller's own; another person's answer like objects that are not there."""
    SHARED = "shared"
    """Content that everybody here may read."""
    MACHINE = "machine"
    """Things of this installation: its patients, disk, start."""
    OPEN = "open"
    """Anybody who has the address, which is itself the secret."""


def _own() -> None: ...
def _shared() -> None: ...
def _machine() -> None: ...
def _open() -> None: ...


_RULES = {_own: Rule.OWN, _shared: Rule.SHARED, _machine: Rule.MACHINE, _open: Rule.OPEN}
OWN, SHARED, MACHINE, OPEN = (Depends(mark) for mark in _RULES)
"""Dependencies that declare a rule: ``APIRouter(..., dependencies=[OWN])``."""


def caller(connection: HTTPConnection) -> Principal:
    """The person that the guard recognised by their key."""
    principal: Principal = connection.state.principal
    return principal


Caller = Annotated[Principal, Depends(caller)]
"""Parameter of a route: the person who asks."""


def routes_of(routers: Iterable[APIRouter]) -> Iterator[APIRoute | APIWebSocketRoute]:
    """Every route of some routers."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute | APIWebSocketRoute):
                yield route


def rules_of(route: BaseRoute) -> list[Rule]:
    """The rules that a route declares; one is right."""
    if not isinstance(route, APIRoute | APIWebSocketRoute):
        return []
    calls: Iterable[object] = (dependency.call for dependency in route.dependant.dependencies)
    return [_RULES[call] for call in calls if call in _RULES]
