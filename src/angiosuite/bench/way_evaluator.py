"""The evaluator of requirements and the search over content, in this process."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from angiosuite.assess.requirements import evaluate
from angiosuite.content.loader import load_library
from angiosuite.content.pathway import PathwayItem
from angiosuite.kit.enrolment import Enrolment
from angiosuite.kit.people import Principal
from angiosuite.learning.guide.guide import Guide
from angiosuite.records.database import Database
from angiosuite.records.records import Records

from .row import Row
from .way_sample import BEGUN, TODAY, pieces

TITLE = "Requirements of one trainee, and search, on one core"
PIECES = 2_000
QUERIES = (
    "embolisation", "uterine fibroid", "how to close an artery", "fistula", "coeliac", "exam 2029", "dose ra",
    "ivc filter", "renal", "second attempt",
)  # fmt: skip


def times_ms(call: Callable[..., Any], *given: Any, times: int) -> list[float]:
    """Milliseconds of each of so many calls after one that is not counted."""
    call(*given)
    took = []
    for _ in range(times):
        began = time.perf_counter()
        call(*given)
        took.append((time.perf_counter() - began) * 1e3)
    return took


def slowest_evaluation() -> tuple[float, str, int]:
    """Median milliseconds of the pathway that takes longest, its id, and its number of requirements."""
    evidence = tuple(pieces("somebody", PIECES, seed=1))
    worst = (0.0, "", 0)
    for identity, loaded in load_library().items["pathways"].items():
        item = loaded.item
        assert isinstance(item, PathwayItem)
        if item.extends is not None:
            continue
        enrolment = Enrolment("e", "somebody", identity, item.version, BEGUN)
        took = statistics.median(times_ms(evaluate, item, enrolment, evidence, TODAY, times=15))
        worst = max(worst, (took, identity, len(item.requirements)))
    return worst


def search_ms() -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds, of a search over content and 2 000 pieces."""
    with tempfile.TemporaryDirectory(prefix="angiosuite-bench-") as scratch:
        records = Records(Database.at(Path(scratch)))
        try:
            person: Principal = records.people.local()
            records.evidence.add_all(person, pieces(person.person, PIECES, seed=2))
            guide = Guide(
                load_library(), records.positions, records.notes, records.reflections, Path(scratch) / "cache"
            )

            def search(text: str) -> None:
                guide.search(text, 30)
                records.evidence.search(person, text, 10)

            took = [ms for text in QUERIES for ms in times_ms(search, text, times=10)]
        finally:
            records.close()
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def rows(peers: Path | None) -> Iterable[Row]:
    """Both figures; no public peer evaluates pathways."""
    evaluation, pathway, requirements = slowest_evaluation()
    middle, worst = search_ms()
    return [
        Row(
            "evaluate_2000_pieces_ms",
            evaluation,
            "ms",
            must=10.0,
            note=f"{pathway}, {requirements} requirements: the slowest of all pathways",
        ),
        Row(
            "search_p95_ms",
            worst,
            "ms",
            must=30.0,
            note=f"content and evidence, {len(QUERIES)} queries; median {middle:.1f} ms",
        ),
    ]
