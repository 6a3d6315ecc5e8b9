"""What a database complains of, as errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from angiosuite.kit.errors import AngiosuiteError, RefusedInput

_FULL = ("disk is full", "no space left", "could not extend file")
_BUSY = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")
_DAMAGED = ("malformed", "not a database", "disk image", "invalid page")
_CLOSED = ("readonly", "read-only", "unable to open", "permission denied", "disk i/o error")


class NotThere(RefusedInput):
    """An object that is not there, or is another person's: a caller cannot tell which.

    Parameters
    ----------
    what : str
        Kind of object, kebab-case; the code is ``<what>-not-known``.
    name : str
        What was asked for.
    """

    def __init__(self, what: str, name: str) -> None:
        super().__init__(
            f"No {what} of this name",
            code=f"{what}-not-known",
            where=what,
            value=name[:100],
            way_out="The list shows what there is.",
        )


def named(error: Exception, where: str) -> AngiosuiteError:
    """The same fault as an error of ours.

    Parameters
    ----------
    error : Exception
        From SQLAlchemy or its driver.
    where : str
        The database, without its password.
    """
    text = str(getattr(error, "orig", None) or error)
    lower = text.lower()
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""

    def has(*words: str) -> bool:
        return any(word in lower for word in words)

    def made(message: str, code: str, way_out: str) -> AngiosuiteError:
        return AngiosuiteError(
            message, code=code, where=where, value=text.splitlines()[0][:200], way_out=way_out
        )

    if state == "53100" or has(*_FULL):
        return made(
            "The disk of the records is full",
            "records-disk-full",
            "What was saved before is safe; this change was not saved. Free some space and do it again.",
        )
    if isinstance(error, PoolTimeout) or state.startswith(("55P03", "40")) or has(*_BUSY):
        return made(
            "The records are busy with other work",
            "records-busy",
            "Nothing was changed. Wait a moment and do it again; a backup or migration may be running.",
        )
    if has("append-only"):
        return made(
            "Entries of the records are never changed or removed",
            "records-append-only",
            "Correct or withdraw them by a further entry.",
        )
    if isinstance(error, IntegrityError):
        return made(
            "Somebody changed the same thing at the same moment",
            "records-changed-meanwhile",
            "Nothing was changed. Look at it again, then repeat the change.",
        )
    if has(*_DAMAGED):
        return made(
            "The file of the records is damaged",
            "records-damaged",
            "Keep a copy of it, then bring back the last backup: angiosuite restore FILE.",
        )
    if state.startswith(("08", "57P", "28", "3D")) or (
        isinstance(error, OperationalError) and not where.startswith("sqlite")
    ):
        return made(
            "The database of the records cannot be reached",
            "records-unreachable",
            "Check that it runs and that ANGIOSUITE_DATABASE names it, with user and password.",
        )
    if has(*_CLOSED):
        return made(
            "The file of the records cannot be opened for writing",
            "records-not-writable",
            "Check who owns it and its folder, and that the disk is sound.",
        )
    return made(
        "The database refused what was asked",
        "records-fault",
        "Nothing was changed. Please report it with this message.",
    )


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what SQLAlchemy raises inside into errors of ours."""
    try:
        yield
    except (DBAPIError, SQLAlchemyError) as error:
        raise named(error, where) from error
