"""The application: guard, named errors, one router per page group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from angiosuite import __version__

from . import (
    answers,
    calendar,
    debriefs,
    devices,
    evidence,
    exports,
    field,
    frameworks,
    guide,
    home,
    imports,
    me,
    own_vessels,
    pages,
    pathways,
    patients,
    practice,
    preferences,
    procedures,
    rewind,
    runs,
    search,
    session_vessels,
    sessions,
    shared_runs,
    start,
    statements,
    stream,
)
from .configuration import ServerSettings
from .guard import Guard
from .services import Services, attach

ROUTERS = tuple(
    part.router
    for part in (
        start,
        me,
        home,
        search,
        calendar,
        devices,
        evidence,
        guide,
        field,
        frameworks,
        pathways,
        patients,
        own_vessels,
        imports,
        sessions,
        session_vessels,
        rewind,
        runs,
        practice,
        procedures,
        debriefs,
        statements,
        shared_runs,
        exports,
        stream,
        preferences,
        pages,
    )
)
"""One per page group; the pages come last, they take every other address."""


def create_app(settings: ServerSettings | None = None) -> FastAPI:
    """A server's application; its services live from start to end of the lifespan."""
    chosen = settings or ServerSettings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services = Services(chosen)
        attach(app, services)
        services.start()
        try:
            yield
        finally:
            await services.close()

    app = FastAPI(
        title="Angiosuite",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
    )
    app.state.settings = chosen
    answers.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Guard, settings=chosen)
    return app
