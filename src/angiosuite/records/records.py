"""The records as one: every repository over one database."""

from __future__ import annotations

from .database import Database
from .enrolments import Enrolments
from .evidence import EvidenceStore
from .feeds import Feeds
from .follows import Follows
from .notes import Notes
from .people import People
from .positions import Positions
from .reflections import Reflections


class Records:
    """Every repository of one database, opened and migrated.

    Parameters
    ----------
    database : Database
        Opened here; closed by `close`.
    """

    def __init__(self, database: Database) -> None:
        self.database = database.open()
        self.people = People(database)
        self.evidence = EvidenceStore(database)
        self.enrolments = Enrolments(database)
        self.notes = Notes(database)
        self.feeds = Feeds(database)
        self.follows = Follows(database)
        self.positions = Positions(database)
        self.reflections = Reflections(database)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()
