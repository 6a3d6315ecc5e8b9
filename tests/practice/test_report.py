"""The PDF holds what the debrief says."""

from __future__ import annotations

from collections.abc import Callable

from angiosuite.bench.attempt_sample import AttemptSample, sample_drill
from angiosuite.practice.debrief import Debrief
from angiosuite.practice.report import clock, report_pdf


def debrief_told(sample: object) -> dict[str, object]:
    """A debrief as its route tells it, without what only a server knows."""
    debrief = Debrief(sample.attempt)  # type: ignore[attr-defined]
    plain = debrief.told(with_score=True)
    facts = debrief.facts
    attempt = {
        "title": facts.title, "on": facts.on, "mode": facts.mode, "patient": {"title": facts.patient_title},
    }  # fmt: skip
    band = {"measure": "off-centre", "title": "Distance", "unit": "mm", "better": "lower", "you": 12.0}
    band |= {"low": 0.5, "median": 1.0, "high": 2.0, "n": 8}
    following = {"title": "Again", "minutes": 3, "reason": "µ · ≤"}
    extra = {"next": [following], "reference": {"band": [band], "operator": "Script"}}
    return {**plain, "attempt": attempt, "drill": {"id": sample_drill().id, "case": None}, **extra}


def test_a_report_is_a_pdf_with_the_picture_of_the_fault(made: Callable[..., AttemptSample]) -> None:
    sample = made()
    sample.held(12.0)
    sample.answer("behind")
    sample.finish()
    sample.attempt.write("takeaways", ["<b>Look</b> & move"])
    sample.attempt.write("notes", [{"id": 1, "t_us": 2_000_000, "by": "T", "text": "here"}])
    pdf = report_pdf(debrief_told(sample), sample.attempt)
    assert pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")
    assert b"/DCTDecode" in pdf
    assert len(pdf) < 400_000


def test_a_report_of_nothing_done_is_a_pdf_too(made: Callable[..., AttemptSample]) -> None:
    sample = made()
    sample.finish()
    assert report_pdf(debrief_told(sample), sample.attempt).startswith(b"%PDF-")


def test_a_clock_shows_minutes_and_seconds() -> None:
    assert clock(0) == "00:00"
    assert clock(3_599_999_999) == "59:59"
    assert clock(None) == "00:00"
