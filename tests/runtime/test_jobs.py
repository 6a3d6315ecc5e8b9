"""Long work in its own process: progress, results, named errors, cancelling, sudden ends."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from angiosuite.runtime.jobs import Job, Jobs

WORK = """
import os, time
from angiosuite.kit.errors import Cancelled, RefusedInput

def count(to, progress, cancelled):
    for i in range(to):
        progress(f"step {i}", i / to)
    return {"counted": to, "pid": os.getpid()}

def refuse(progress, cancelled):
    raise RefusedInput("This is refused", code="refused-here", value=3)

def fail(progress, cancelled):
    return 1 / 0

def endless(progress, cancelled, listens):
    progress(str(os.getpid()), 0.25)
    while not (listens and cancelled()):
        time.sleep(0.01)
    raise Cancelled("The work")
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module that a job's process can import."""
    name = f"work_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)
    return name


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    """Jobs that are ended with the test."""
    made = Jobs()
    yield made
    made.close()


def running(job: Job) -> Job:
    """The job once it has told its first progress."""
    until = time.monotonic() + 20
    while job.fraction < 0.2 and time.monotonic() < until:
        time.sleep(0.01)
    assert job.state == "running" and job.fraction == 0.25
    return job


def test_a_job_gives_its_result_from_another_process(jobs: Jobs, work: str) -> None:
    heard: list[Job] = []
    job = jobs.start(f"{work}:count", {"to": 50}, name="n", title="Count", finished=heard.append)
    assert job.ended.wait(20) and job.state == "done" and job.fraction == 1.0
    assert job.result["counted"] == 50 and job.result["pid"] != os.getpid()
    assert heard == [job] and jobs.get(job.id) is job and jobs.list("n") == [job]


def test_a_refusal_keeps_its_name(jobs: Jobs, work: str) -> None:
    job = jobs.start(f"{work}:refuse", {}, name="n", title="Refuse")
    assert job.ended.wait(20) and job.state == "failed" and job.error is not None
    assert job.error["code"] == "refused-here" and job.error["value"] == 3


def test_a_fault_of_ours_is_named_as_one(jobs: Jobs, work: str) -> None:
    job = jobs.start(f"{work}:fail", {}, name="n", title="Fail")
    assert job.ended.wait(20) and job.error is not None and job.error["code"] == "internal"


def test_a_job_can_be_cancelled(jobs: Jobs, work: str) -> None:
    job = running(jobs.start(f"{work}:endless", {"listens": True}, name="n", title="Endless"))
    assert jobs.cancel(job.id) and job.ended.wait(20) and job.state == "cancelled"
    assert not jobs.cancel(job.id)


def test_a_job_that_does_not_listen_is_ended(jobs: Jobs, work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("angiosuite.runtime.jobs.CANCEL_GRACE_S", 0.3)
    job = running(jobs.start(f"{work}:endless", {"listens": False}, name="n", title="Endless"))
    jobs.cancel(job.id)
    assert job.ended.wait(20) and job.state == "cancelled"


def test_a_killed_process_is_a_named_failure(jobs: Jobs, work: str) -> None:
    job = running(jobs.start(f"{work}:endless", {"listens": True}, name="n", title="Endless"))
    os.kill(int(job.detail), signal.SIGKILL)
    assert job.ended.wait(20) and job.state == "failed" and job.error is not None
    assert job.error["code"] == "job-process-gone"
