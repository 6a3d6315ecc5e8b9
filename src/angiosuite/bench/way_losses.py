"""What is lost when things go wrong: a killed writer, a full disk, a migration that fails half way.

Each is done to a real file of records; counted is what had been confirmed and cannot be read afterwards.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from angiosuite.kit.errors import AngiosuiteError
from angiosuite.kit.evidence import Evidence
from angiosuite.records.database import Database
from angiosuite.records.records import Records

from .row import Row
from .way_sample import pieces

TITLE = "Records after a kill, a full disk and a failed migration"
WRITING_S = 2.0
SMALL_PAGES = 150
"""Pages of 4 KiB after which the disk counts as full."""
_WRITER = """
import sys
from pathlib import Path
from angiosuite.bench.way_sample import pieces
from angiosuite.records.database import Database
from angiosuite.records.records import Records
records = Records(Database.at(Path(sys.argv[1])))
person = records.people.local()
for piece in pieces(person.person, 100_000, 1):
    print(records.evidence.add(person, piece).id, flush=True)
"""
_BROKEN = '''"""A step that fails after it began to change things."""
from alembic import op
import sqlalchemy as sa
revision = "9999"
down_revision = "{newest}"
def upgrade():
    op.create_table("half_made", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO nowhere VALUES (1)")
'''


def standing(home: Path) -> set[str]:
    """Ids of all evidence of the local person that can be read."""
    records = Records(Database.at(home))
    try:
        return {piece.id for piece in records.evidence.current(records.people.local())}
    finally:
        records.close()


def lost_by_a_kill(home: Path) -> tuple[int, int]:
    """Confirmed pieces that are gone after the writer was killed, and how many were confirmed."""
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(home)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    confirmed = [writer.stdout.readline().strip()]
    end = time.monotonic() + WRITING_S
    while time.monotonic() < end:
        confirmed.append(writer.stdout.readline().strip())
    writer.send_signal(signal.SIGKILL)
    confirmed += [line.strip() for line in writer.stdout if line.endswith("\n")]
    writer.wait()
    return len(set(filter(None, confirmed)) - standing(home)), len(confirmed)


def lost_by_a_full_disk(home: Path) -> tuple[int, str]:
    """Confirmed pieces that are gone after the file could not grow, and what the error said."""
    Records(Database.at(home)).close()
    database = Database(str(Database.at(home).url), quota_pages=SMALL_PAGES)
    records, confirmed, said = Records(database), set(), "no error"
    person = records.people.local()
    try:
        for piece in pieces(person.person, 20_000, 3):
            confirmed.add(_written(records, piece))
    except AngiosuiteError as error:
        said = str(error)
    finally:
        records.close()
    return len(confirmed - standing(home)), said


def _written(records: Records, piece: Evidence) -> str:
    return records.evidence.add(records.people.local(), piece).id


def lost_by_a_migration(home: Path) -> tuple[int, str]:
    """Confirmed pieces that are gone after a migration failed, and what the error said."""
    records = Records(Database.at(home))
    person = records.people.local()
    before = {piece.id for piece in records.evidence.add_all(person, pieces(person.person, 200, 4))}
    newest = records.database.newest
    records.close()
    steps = home / "steps"
    steps.mkdir()
    (steps / "r9999_breaks.py").write_text(_BROKEN.format(newest=newest))
    said = "no error"
    try:
        Database(str(Database.at(home).url), versions=(steps,)).open()
    except AngiosuiteError as error:
        said = str(error)
    return len(before - standing(home)), said


def rows(peers: Path | None) -> Iterable[Row]:
    """Losses, each of which must be none."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch:
        homes = [Path(scratch) / name for name in ("kill", "disk", "migration")]
        for home in homes:
            home.mkdir()
        lost, of = lost_by_a_kill(homes[0])
        found.append(Row("lost_by_kill", lost, "pieces", must=0.0, note=f"of {of} confirmed before SIGKILL"))
        lost, said = lost_by_a_full_disk(homes[1])
        found.append(Row("lost_by_full_disk", lost, "pieces", must=0.0, note=f"says: {said}"))
        lost, said = lost_by_a_migration(homes[2])
        found.append(Row("lost_by_failed_migration", lost, "pieces", must=0.0, note=f"says: {said}"))
    return found
