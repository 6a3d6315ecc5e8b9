"""`angiosuite bench`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import out, out_json, table
from .serving import Home

if TYPE_CHECKING:
    from angiosuite.bench import Row


def _machine() -> dict[str, Any]:
    import os
    import platform

    from angiosuite import __version__
    from angiosuite.kit.kernel_cache import cpu_name

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "angiosuite": __version__,
        "python": platform.python_version(),
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "load": load,
    }


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _line(row: Row) -> list[str]:
    ratio = "-" if row.ratio is None else f"{row.ratio:.1f}x"
    return [
        row.name,
        _short(row.ours),
        row.unit,
        _short(row.must),
        _short(row.aim),
        row.reached,
        row.peer or "-",
        _short(row.theirs),
        ratio,
        row.note,
    ]


def _told(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows, each told on stderr as soon as it is there: a table takes minutes."""
    for row in rows:
        typer.echo(f"{row.name}: {_short(row.ours)} {row.unit}", err=True)
        yield row


def bench(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Tables; all when none.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the tables as JSON.")] = False,
    peers: Annotated[
        Path | None, typer.Option(help="Python of a second environment that has the peers installed.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="Name the tables and stop.")] = False,
    home: Home = None,
) -> None:
    """Measure this machine, beside public peers.

    A row without its peer gives our figure alone, a ratio of null, and why.
    """
    from angiosuite.kit import kernel_cache
    from angiosuite.kit.errors import WrongUse, did_you_mean
    from angiosuite.kit.home import Home as HomeFolder

    kernel_cache.activate(HomeFolder(home).open().kernels)
    from angiosuite.bench import tables

    known = tables()
    if list_:
        table(["name", "title"], [[one.name, one.title] for one in known.values()])
        return
    for name in names or ():
        if name not in known:
            raise WrongUse(
                f"Table '{name}' is not known",
                code="no-such-table",
                way_out=f"{did_you_mean(name, known)} Tables: {', '.join(known) or 'none'}".strip(),
            )
    if peers is not None and not peers.exists():
        raise WrongUse(
            "The peers' environment is not there",
            code="no-peers",
            where=str(peers),
            way_out="Name its folder or its Python.",
        )
    measured = {name: list(_told(known[name].rows(peers))) for name in names or known}
    if json:
        out_json(
            {
                "machine": _machine(),
                "tables": {
                    name: {"title": known[name].title, "rows": [row.as_dict() for row in rows]}
                    for name, rows in measured.items()
                },
            }
        )
        return
    out("  ".join(f"{key}: {value}" for key, value in _machine().items()))
    for name, rows in measured.items():
        out(f"\n{name}: {known[name].title}")
        table(
            ["what", "ours", "unit", "must", "aim", "reached", "peer", "theirs", "ratio", "note"],
            [_line(row) for row in rows],
        )
