"""The debrief against attempts made by hand."""

from __future__ import annotations

import json
from collections.abc import Callable

from angiosuite.bench.attempt_sample import AttemptSample
from angiosuite.practice.bands import Band
from angiosuite.practice.debrief import Debrief


def test_a_passed_attempt_tells_its_score_once_the_learner_has_assessed_it(
    made: Callable[..., AttemptSample],
) -> None:
    sample = made()
    sample.held(9.0)
    sample.held(3.0)
    sample.answer("before")
    sample.finish()
    debrief = Debrief(sample.attempt)
    assert debrief.told()["score"] is None
    sample.attempt.write("self", {"skipped": True})
    told = debrief.told()
    assert told["score"]["passed"] is True
    assert told["score"]["score"] == 100.0
    assert told["dose"]["kar_mgy"] > 0 and told["dose"]["from_runs_percent"] == 0
    assert [one["text"] for one in told["goals"]] == ["The ball in the middle", "Where the ball lies"]


def test_a_missed_goal_leads_to_the_moment_and_picture_that_show_it(
    made: Callable[..., AttemptSample],
) -> None:
    sample = made()
    sample.held(12.0)
    frame, sample_us = sample.index, sample.t_us
    sample.answer("behind")
    sample.finish()
    score = Debrief(sample.attempt).judged()
    assert score["passed"] is False
    fault = next(one for one in score["faults"] if one["id"] == "centred")
    assert (fault["frame"], fault["t_us"]) == (frame, sample_us)
    assert sum(one["points_lost"] for one in score["faults"]) == 100.0 - score["score"]


def test_a_judgement_that_is_kept_stays_when_a_measure_has_a_new_version(
    made: Callable[..., AttemptSample],
) -> None:
    sample = made()
    sample.held(3.0)
    sample.answer("before")
    sample.finish()
    first = Debrief(sample.attempt).judged()
    kept = sample.attempt.read("judgement")
    for one in kept["judgement"]["measures"]:
        if one["id"] == "off-centre":
            one["version"], one["value"] = 0, 4.5
    kept["version"], kept["judgement"]["score"] = "0.0.1", 91.0
    sample.attempt.write("judgement", kept)
    debrief = Debrief(sample.attempt)
    assert debrief.judged()["score"] == 91.0 != first["score"]
    told = "\n".join(debrief.differences())
    assert "version 0 → 1" in told and "4.5" in told and "stays as it was" in told


def test_an_attempt_that_goes_on_is_told_and_not_kept(made: Callable[..., AttemptSample]) -> None:
    sample = made()
    sample.held(3.0)
    sample.stop()
    debrief = Debrief(sample.attempt)
    assert debrief.told(with_score=True)["score"] is None, "it would say which answers are right"
    assert debrief.judged()["passed"] is False
    assert sample.attempt.state() == "going"
    assert sample.attempt.read("judgement") is None


def test_nothing_done_is_told_as_nothing_to_judge(made: Callable[..., AttemptSample]) -> None:
    sample = made()
    sample.finish()
    told = Debrief(sample.attempt).told(with_score=True)
    assert told["score"]["passed"] is False
    assert "No X-rays were made: there is nothing to judge a picture by." in told["notices"]


def test_a_band_stands_beside_the_learners_own_value(made: Callable[..., AttemptSample]) -> None:
    sample = made()
    sample.held(3.0)
    sample.answer("before")
    sample.finish()
    told = Debrief(sample.attempt, {"off-centre": Band(0.5, 1.0, 2.0, 8)}).told(with_score=True)
    (one,) = told["band"]
    assert (one["you"], one["low"], one["median"], one["high"], one["n"]) == (3.0, 0.5, 1.0, 2.0, 8)


def test_the_same_log_gives_the_same_judgement(made: Callable[..., AttemptSample]) -> None:
    sample = made()
    sample.held(6.0)
    sample.hint(1)
    sample.answer("before")
    sample.finish()
    debrief = Debrief(sample.attempt)
    assert json.dumps(debrief.judge_now()) == json.dumps(Debrief(sample.attempt).judge_now())
