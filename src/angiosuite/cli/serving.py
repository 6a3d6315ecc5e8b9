"""`angiosuite serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .output import out

Home = Annotated[
    Path | None, typer.Option("--home", help="Home folder (else ANGIOSUITE_HOME, else the default).")
]


def serve(
    port: Annotated[int | None, typer.Option(help="Port; 0 takes any free one. [default: 8741]")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on. [default: 127.0.0.1]")] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A further name by which pages may call this server; repeatable.")
    ] = None,
    home: Home = None,
) -> None:
    """Serve the room and print its start URL.

    The first start compiles the kernels and builds the patient behind a page that shows each step.
    When this home is served already, its start URL is printed and opened instead.
    Stop with Ctrl-C; every session keeps what it had.
    """
    from angiosuite.kit.errors import WrongUse
    from angiosuite.web.configuration import ServerSettings
    from angiosuite.web.serve import serve as run

    given: dict[str, Any] = {"port": port, "host": host, "home": home}
    if allow_host:
        given["allowed_hosts"] = tuple(allow_host)
    try:
        settings = ServerSettings(**{name: value for name, value in given.items() if value is not None})
    except ValueError as error:  # pydantic names the setting and the value
        raise WrongUse(
            "A setting does not fit",
            code="bad-setting",
            where="serve",
            value=str(error)[:300],
            way_out="See: angiosuite serve --help.",
        ) from error
    run(settings, open_browser=not no_open, say=out)
