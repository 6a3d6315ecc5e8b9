"""What the routers share: home, jobs, live sessions, the steps of the start."""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request

from angiosuite.content.loader import load_library
from angiosuite.content.packs import directories_of
from angiosuite.content.preview import EVERY_S, stamp_of
from angiosuite.kit import kernel_cache
from angiosuite.kit.home import Home
from angiosuite.kit.people import Principal
from angiosuite.learning.field.directory import Directory
from angiosuite.learning.guide.guide import Guide
from angiosuite.learning.pathway.pathways import Pathways
from angiosuite.practice.attempts import Attempts
from angiosuite.practice.bands import OwnBands
from angiosuite.practice.reference import References
from angiosuite.records.database import Database
from angiosuite.records.records import Records
from angiosuite.runtime.jobs import Jobs

from .arrivals import Arrivals
from .builds import Builds
from .configuration import ServerSettings
from .export_jobs import Exports
from .extractions import Extractions
from .live import LiveSessions
from .open_moments import OpenMoments
from .practice_log import PracticeLog
from .preparing import Preparation
from .run_logs import RunLogs


class Services:
    """Everything that lives as long as the server."""

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self.home = Home(settings.home).open()
        kernel_cache.activate(self.home.kernels)  # inherited by the processes of sessions and jobs
        self.jobs = Jobs()
        self.records = Records(Database.at(self.home.root))
        self.local = self.records.people.local()
        """The one person of a local installation: whoever holds the server's token."""
        self._closing = threading.Event()
        self.load_content()
        self.own_bands = OwnBands(self.home)
        self.practice = PracticeLog(
            self.home, self.records.evidence, lambda: self.local, lambda: self.content, self.own_bands
        )
        self.live = LiveSessions(self.home, settings, rested=self.practice.record)
        self.run_logs = RunLogs()
        self.attempts = Attempts(self.home, lambda: self.content)
        self.references = References(self.home, self.jobs)
        self.moments = OpenMoments()
        self.arrivals = Arrivals(self.home, self.jobs)
        self.exports = Exports(self.home, self.jobs)
        self.builds = Builds(self.home, self.jobs)
        self.extractions = Extractions(self.home, self.jobs)
        self.preparation = Preparation(self.home, self.jobs)

    def identify(self, key: str) -> Principal | None:
        """The person whose access key this is."""
        return self.records.people.identify(key)

    def load_content(self) -> None:
        """Read all content again, after an item came or went."""
        packs = [*directories_of(self.home), *own_pack(self.home), *self.settings.content]
        self.content = load_library(packs)
        for name in ("guide", "field", "pathways"):
            self.__dict__.pop(name, None)

    @cached_property
    def guide(self) -> Guide:
        """The guide over the content as it was read last."""
        kept = self.records
        return Guide(self.content, kept.positions, kept.notes, kept.reflections, self.home.cache)

    @cached_property
    def field(self) -> Directory:
        """The directory of the field over the same."""
        return Directory(self.content, self.records.follows)

    @cached_property
    def pathways(self) -> Pathways:
        """The pathways over the same."""
        return Pathways(self.content, self.records.enrolments, self.records.evidence)

    def _warm(self) -> None:
        """Read what the first page will ask for, so that it need not wait."""
        self.guide.search("a", 1)
        _ = self.field, self.pathways.all()

    def _follow_content(self) -> None:
        """Read all content again when a file of the settings' packs was saved."""
        seen = [stamp_of(pack) for pack in self.settings.content]
        while not self._closing.wait(EVERY_S):
            now = [stamp_of(pack) for pack in self.settings.content]
            if now != seen:
                seen = now
                self.load_content()

    def forget(self, person: Principal) -> None:
        """Erase a person; the local one is followed by a new one."""
        self.records.people.erase(person, keep_signed=self.settings.keep_signed)
        self.local = self.records.people.local()

    def start(self) -> None:
        """Clean up after killed work and begin to prepare."""
        self.home.clear_scratch()
        self.arrivals.sweep()
        self.home.empty_trash()
        self.practice.start()
        threading.Thread(target=self._warm, name="content", daemon=True).start()
        if self.settings.content:
            threading.Thread(target=self._follow_content, name="content files", daemon=True).start()
        if self.settings.prepare:
            self.preparation.start()

    async def close(self) -> None:
        """End sessions and jobs; every session keeps what it had."""
        self._closing.set()
        await self.live.close()
        self.jobs.close()
        self.arrivals.close()
        self.exports.close()
        self.practice.close()
        self.records.close()


def attach(app: FastAPI, services: Services) -> None:
    """Give an application its services."""
    app.state.services = services


def _of(request: Request) -> Any:
    return request.app.state.services


Given = Annotated[Services, Depends(_of)]
"""Parameter of a route that uses the services."""


def own_pack(home: Home) -> list[Path]:
    """The pack of this installation's own items, when it has any."""
    folder = home.root / "content"
    return [folder] if folder.is_dir() else []
