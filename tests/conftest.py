"""What every test may ask for: real data, a home folder, a browser, and the size of this run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from angiosuite.kit import kernel_cache

ROOT = Path(__file__).resolve().parent.parent
SIZES = ("everyday", "ci", "long")

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
kernel_cache.activate(ROOT / ".pytest_cache" / "kernels")  # before numba is imported, shared by all runs


def pytest_addoption(parser: pytest.Parser) -> None:
    """The third size."""
    parser.addoption(
        "--long", action="store_true", help="the full figures as well (hours); resumes at the same commit"
    )
    parser.addoption(
        "--afresh", action="store_true", help="with --long: forget what passed at this commit before"
    )


def size_of(config: pytest.Config) -> str:
    """The size of this run: everyday, ci or long."""
    size = "long" if config.getoption("--long") else os.environ.get("ANGIOSUITE_SIZE", "everyday")
    if size not in SIZES:
        raise pytest.UsageError(f"ANGIOSUITE_SIZE is {size!r}; use one of {', '.join(SIZES)}.")
    return size


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to a larger size."""
    size = SIZES.index(size_of(config))
    done = {} if config.getoption("--afresh") else passed_before()
    for item in items:
        if item.get_closest_marker("long") and item.nodeid in done and size == SIZES.index("long"):
            item.add_marker(pytest.mark.skip(reason=f"passed at this commit on {done[item.nodeid]}"))
        if item.get_closest_marker("long") and size < SIZES.index("long"):
            item.add_marker(pytest.mark.skip(reason="full figures: runs with --long"))
        elif item.get_closest_marker("ci") and size < SIZES.index("ci"):
            item.add_marker(pytest.mark.skip(reason="larger size: ANGIOSUITE_SIZE=ci or --long"))


def long_record() -> Path | None:
    """Where the long results of this commit are kept; None without git or with changes in the tree."""
    try:
        head = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        clean = subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT, check=False).returncode == 0
    except (OSError, subprocess.CalledProcessError):
        return None
    return ROOT / ".pytest_cache" / "long" / f"{head.stdout.strip()[:12]}.jsonl" if clean else None


def passed_before() -> dict[str, str]:
    """Long tests that passed at this commit, with the date."""
    record = long_record()
    if record is None or not record.exists():
        return {}
    lines = [json.loads(line) for line in record.read_text("utf-8").splitlines()]
    return {line["test"]: line["date"] for line in lines if line["outcome"] == "passed"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep the outcome of each long test, so that a run that was cut short can go on."""
    report = yield
    if report.when == "call" and item.get_closest_marker("long"):
        record = long_record()
        if record is not None:
            record.parent.mkdir(parents=True, exist_ok=True)
            date = datetime.now(UTC).isoformat(timespec="seconds")
            facts = {
                "test": item.nodeid,
                "outcome": report.outcome,
                "seconds": round(report.duration, 1),
                "date": date,
            }
            with open(record, "a", encoding="utf-8") as file:
                file.write(json.dumps(facts) + "\n")
    return report


def absent(part: str, reason: str) -> None:
    """Skip for want of a part, or fail where ANGIOSUITE_REQUIRE names it."""
    if part in os.environ.get("ANGIOSUITE_REQUIRE", "").replace(" ", "").split(","):
        pytest.fail(f"ANGIOSUITE_REQUIRE names {part!r}, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def size(pytestconfig: pytest.Config) -> str:
    """The size of this run; larger sizes draw larger samples."""
    return size_of(pytestconfig)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data (its `data/` holds CTs and the patient's sources)."""
    named = os.environ.get("ANGIOSUITE_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        absent("shared", f"no real data in {folder} (ANGIOSUITE_SHARED names its folder)")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for one test, named by ANGIOSUITE_HOME for its subprocesses too."""
    folder = tmp_path / "home"
    monkeypatch.setenv("ANGIOSUITE_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def built_home() -> Path:
    """A home that has the built-in patient at 1.5 mm; built once, kept for later runs, changed by no test."""
    folder = ROOT / ".pytest_cache" / "home"
    folder.mkdir(parents=True, exist_ok=True)
    program = (
        "import sys; from angiosuite.runtime.preparation import build_patient; "
        "build_patient(sys.argv[1], 1.5, lambda fraction, step: None, lambda: False)"
    )
    with one_at_a_time(folder / "build.lock"):
        subprocess.run([sys.executable, "-c", program, str(folder)], check=True, timeout=600)
    return folder


@pytest.fixture(scope="session")
def patient_room(built_home: Path) -> Any:
    """The built-in patient before the built-in machine, blood at rest; changed by no test."""
    from angiosuite.suite.patient import Patient
    from angiosuite.suite.room import Room

    room = Room.of(Patient.builtin(home=built_home))
    room.at_rest(68.0)
    return room


@pytest.fixture
def warm_home(built_home: Path, tmp_path: Path) -> Path:
    """A home of one test's own in which the built-in patient is ready."""
    folder = tmp_path / "warm-home"
    shutil.copytree(built_home / "patients", folder / "patients", copy_function=link_or_copy)
    return folder


def link_or_copy(source: str, target: str) -> str:
    """A second name for a large file, or a copy where the file system has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Wait for other test processes that hold this lock."""
    with open(lock, "w") as file:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium that can be driven."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        absent("chromium", "no Chromium in PATH (Debian: apt-get install chromium)")
    return str(found)


@pytest.fixture(scope="session")
def small_ct(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain CT of an elliptic trunk with a spine, as NIfTI: a patient in a second."""
    import nibabel
    import numpy as np

    z, y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in (60, 48, 64)), indexing="ij")
    hu = np.where((x / 0.8) ** 2 + (y / 0.75) ** 2 < 1, 40.0, -1000.0)
    hu[(x / 0.12) ** 2 + ((y - 0.4) / 0.14) ** 2 + 0 * z < 1] = 500.0
    hu[(x / 0.1) ** 2 + ((y + 0.3) / 0.1) ** 2 + 0 * z < 1] = -300.0
    path = tmp_path_factory.mktemp("ct") / "ct.nii.gz"
    affine = np.diag([-5.5, -5.5, 5.0, 1.0])
    nibabel.save(nibabel.Nifti1Image(hu.transpose(2, 1, 0).astype(np.int16), affine), path)
    return path


@pytest.fixture(scope="session")
def missing() -> Callable[[str, str], None]:
    """Skips for want of a part, or fails where ANGIOSUITE_REQUIRE names it."""
    return absent


@pytest.fixture(scope="session")
def tool() -> Callable[[str, str], str]:
    """Finds a program of a part that ANGIOSUITE_REQUIRE may name: ``tool("dcmtk", "dcmdump")``."""

    def find(part: str, program: str) -> str:
        found = shutil.which(program)
        if not found:
            absent(part, f"no {program} in PATH (Debian: apt-get install {part})")
        return str(found)

    return find


@pytest.fixture(scope="session")
def sample_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session's folder in which every pedal was pressed, written by hand: no X-rays were computed."""
    from angiosuite.bench.session_sample import SessionSample

    path = tmp_path_factory.mktemp("sessions") / "20261129-083000-abcd"
    SessionSample(path).everything()
    return path


@pytest.fixture(scope="session")
def exported(sample_session: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That session as an exported folder."""
    from angiosuite.suite.export import export

    path = tmp_path_factory.mktemp("exported") / "out"
    export(sample_session, path)
    return path
