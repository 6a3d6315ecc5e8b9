"""The server with a programme's worth of people: time of its answers while two of them ask at once.

Two hundred people, each enrolled, with 100 000 pieces of evidence between them, in the file that the server
uses by default. Each request is of a person drawn at random; the time is that of the whole exchange on
loopback, an upper bound of the server's own.
"""

from __future__ import annotations

import json
import random
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .row import Row
from .served import Served
from .way_sample import fill

TITLE = "Pages and API with 200 people and 100 000 pieces of evidence"
PEOPLE, EACH, AT_ONCE, REQUESTS = 200, 500, 2, 400
PAGES = (
    "/", "/api/me", "/api/home", "/api/evidence?limit=50", "/api/skills", "/api/enrolments", "{standing}",
    "/api/guide", "/api/guide/pages/tips", "/api/guide/glossary", "/api/field", "/api/pathways",
    "/api/search?q=second%20attempt", "/api/search?q=fibroid",
)  # fmt: skip
"""What is asked, one as often as the other; `{standing}` is that of the person's own enrolment."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: which page, and its milliseconds."""

    page: str
    ms: float


class Reader(threading.Thread):
    """Asks for pages of people drawn at random, one after the other."""

    def __init__(self, base: str, keys: list[str], times: int, seed: int) -> None:
        super().__init__(daemon=True)
        self._base, self._keys, self._times = base, keys, times
        self._random = random.Random(seed)
        self.answers: list[Answered] = []
        self.failed: list[str] = []

    def run(self) -> None:
        """Ask so many times."""
        for _ in range(self._times):
            page, key = self._random.choice(PAGES), self._random.choice(self._keys)
            path = page
            if page == "{standing}":
                enrolment = json.loads(self._ask("/api/enrolments", key))["enrolments"][0]
                path = f"/api/enrolments/{enrolment['id']}/standing"
            began = time.perf_counter()
            try:
                self._ask(path, key)
            except OSError as error:
                self.failed.append(f"{path}: {error}")
                continue
            self.answers.append(Answered(page, (time.perf_counter() - began) * 1e3))

    def _ask(self, path: str, key: str) -> bytes:
        request = urllib.request.Request(self._base + path, headers={"X-Angiosuite-Token": key})
        with urllib.request.urlopen(request, timeout=30) as answer:
            body: bytes = answer.read()
            return body


def measure(
    people: int = PEOPLE, each: int = EACH, times: int = REQUESTS
) -> tuple[list[Answered], list[str]]:
    """Every answer, and what failed."""
    with tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch:
        keys = fill(Path(scratch), people, each)
        with Served(Path(scratch), {"ANGIOSUITE_PREPARE": "false"}) as served:
            warm = Reader(served.base, keys[:1], 2 * len(PAGES), 0)
            warm.run()
            readers = [Reader(served.base, keys, times, seed) for seed in range(1, AT_ONCE + 1)]
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join()
    answers = [answer for reader in readers for answer in reader.answers]
    return answers, [failure for reader in [warm, *readers] for failure in reader.failed]


def rows(peers: Path | None) -> Iterable[Row]:
    """The 95th percentile over all pages; no public peer has these."""
    answers, failed = measure()
    if failed or not answers:
        return [Row("answer_p95_ms", None, "ms", must=100.0, note=f"{len(failed)} failed: {failed[:1]}")]
    by_page = {page: [one.ms for one in answers if one.page == page] for page in PAGES}
    worst = max(by_page, key=lambda page: statistics.median(by_page[page]) if by_page[page] else 0.0)
    return [
        Row(
            "answer_p95_ms",
            statistics.quantiles([one.ms for one in answers], n=20)[-1],
            "ms",
            must=100.0,
            note=f"{PEOPLE} people, {PEOPLE * EACH} pieces, {AT_ONCE} at once; slowest page {worst}, median "
            f"{statistics.median(by_page[worst]):.0f} ms",
        )
    ]
