"""`angiosuite list`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import megabytes, out, out_json, table
from .serving import Home

if TYPE_CHECKING:
    from angiosuite.kit.home import Home as HomeFolder


def list_(
    kind: Annotated[
        str, typer.Argument(help="patients, sessions, trash, or a kind of content: equipment, guide …")
    ] = "sessions",
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    home: Home = None,
) -> None:
    """List patients, sessions, the trash, or the items of a kind of content."""
    from angiosuite.content.kinds import KINDS
    from angiosuite.kit.errors import WrongUse, did_you_mean
    from angiosuite.kit.home import Home as HomeFolder

    lists: dict[str, Callable[[HomeFolder], list[dict[str, Any]]]] = {
        "patients": _patients,
        "sessions": _sessions,
        "trash": _trash,
        **{name: partial(_content, name) for name in KINDS if name != "patients"},
    }
    if kind not in lists:
        raise WrongUse(
            f"'{kind}' cannot be listed",
            code="no-such-list",
            way_out=f"{did_you_mean(kind, lists)} Lists: {', '.join(lists)}".strip(),
        )
    found = lists[kind](HomeFolder(home).open())
    if json:
        out_json(found)
    elif found:
        table(list(found[0]), [list(row.values()) for row in found])
    else:
        out(f"no {kind}")


def _patients(home: HomeFolder) -> list[dict[str, Any]]:
    from angiosuite.patients.store import PatientStore

    return [
        {
            "id": record.id,
            "title": record.title,
            "kind": record.kind,
            "ready": ("yes" if record.checked else "to check") if record.is_ready else "not built",
            "voxel": "-" if record.spacing_mm is None else f"{record.spacing_mm:.2f} mm",
            "size": megabytes(record.disk_bytes),
        }
        for record in PatientStore(home).list()
    ]


def _sessions(home: HomeFolder) -> list[dict[str, Any]]:
    from angiosuite.kit.errors import RefusedInput
    from angiosuite.kit.home import size_of
    from angiosuite.suite.folder import SessionFolder

    found = []
    for path in sorted(home.sessions.iterdir(), reverse=True):
        try:
            facts = SessionFolder(path).facts()
        except RefusedInput as error:
            found.append(
                {"id": path.name, "created": "-", "patient": f"[{error.code}]", "seed": "-", "size": "-"}
            )
            continue
        found.append(
            {
                "id": facts.id,
                "created": facts.created,
                "patient": facts.patient_id,
                "seed": str(facts.seed),
                "size": megabytes(size_of(path)),
            }
        )
    return found


def _content(kind: str, home: HomeFolder) -> list[dict[str, Any]]:
    from angiosuite.content.loader import load_library
    from angiosuite.content.packs import directories_of

    items = load_library(directories_of(home)).items[kind].values()
    return [{"id": one.item.id, "title": one.item.title, "quality": one.item.quality} for one in items]


def _trash(home: HomeFolder) -> list[dict[str, Any]]:
    from datetime import UTC, datetime

    return [
        {
            "kind": one.kind,
            "id": one.name,
            "removed": datetime.fromtimestamp(one.removed_s, UTC).isoformat(timespec="minutes"),
        }
        for one in home.trashed()
    ]
