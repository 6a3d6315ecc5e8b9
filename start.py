"""Installs Angiosuite from this clone and starts it; with --test installs the tests and runs them.

    python3 start.py [OPTIONS OF angiosuite serve]
    python3 start.py --test [OPTIONS OF pytest]

Only Python's own library is used. Inside a virtual environment that one is used; otherwise the environment
`.venv` beside this file is made, so that a system which forbids global installs is not touched.
A second start finds everything there and installs nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
BEYOND = (3, 15)
STAMP = "angiosuite-from-clone.json"


def fail(message: str, code: int = 2) -> None:
    """Say what is wrong and what to type, and stop."""
    print(f"angiosuite: {message}", file=sys.stderr)
    raise SystemExit(code)


def call(*command: str, **options: object) -> int:
    """Run a command and return its exit code; Ctrl-C reaches both and is waited for."""
    process = subprocess.Popen(command, **options)  # type: ignore[call-overload]
    while True:
        try:
            return int(process.wait())
        except KeyboardInterrupt:
            continue


def interpreter_of(environment: Path) -> Path:
    """The Python of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def has_pip(python: Path) -> bool:
    """Whether pip can be used there."""
    return call(str(python), "-c", "import pip", stderr=subprocess.DEVNULL) == 0


def environment_python() -> Path:
    """The Python to install into: the active environment's, or that of `.venv`, made when absent."""
    if sys.prefix != sys.base_prefix:
        python = Path(sys.executable)
        if not has_pip(python) and call(str(python), "-m", "ensurepip", "--upgrade"):
            fail(f"the environment {sys.prefix} has no pip. Leave it (`deactivate`) and type the same line.")
        return python
    own = ROOT / ".venv"
    python = interpreter_of(own)
    if python.exists() and has_pip(python):
        return python
    shutil.rmtree(own, ignore_errors=True)
    print(f"Making the environment {own}", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(own)], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(own, ignore_errors=True)
        if "ensurepip" in made.stdout + made.stderr:
            major, minor = sys.version_info[:2]
            fail(
                "this Python comes without its venv part. Type\n\n"
                f"    sudo apt-get install python{major}.{minor}-venv\n\n"
                "(Debian and Ubuntu; elsewhere install Python with venv), then the same line again."
            )
        fail(f"the environment {own} could not be made:\n{made.stdout}{made.stderr}", 1)
    return python


def wanted(extra: str, python: Path) -> str:
    """A hash of all that decides what must be installed."""
    digest = hashlib.sha256(f"{extra} {python} {ROOT} {sys.version}".encode())
    files = [ROOT / "pyproject.toml", ROOT / "hatch_build.py"]
    for folder, folders, names in os.walk(ROOT / "frontend"):
        folders[:] = sorted(d for d in folders if d not in ("node_modules", "dist") and not d.startswith("."))
        files += [Path(folder) / n for n in sorted(names) if not n.startswith(".")]
    for path in files:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def install(python: Path, extra: str) -> None:
    """Install this clone with an extra, unless that was done before."""
    asked = subprocess.run(
        [str(python), "-c", "import sys; print(sys.prefix)"], stdout=subprocess.PIPE, text=True
    )
    stamp = Path(asked.stdout.strip()) / STAMP
    try:
        done = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        done = {}
    want = wanted(extra, python)
    if done.get(extra) == want and (ROOT / "src/angiosuite/web/static/index.html").is_file():
        return
    print("Installing Angiosuite (the first time takes a few minutes)", flush=True)
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    code = call(str(python), "-m", "pip", "install", "--disable-pip-version-check", "-e", target)
    if code:
        fail(f"the installation failed (pip: exit {code}). The lines above say why.", 1)
    stamp.write_text(json.dumps(done | {extra: want}), encoding="utf-8")


def run_tests(python: Path, arguments: list[str]) -> int:
    """Style, types, import rules, then the tests; all are run, the exit code tells whether all were well."""
    steps = (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("import-linter",),
        ("pytest", *arguments),
    )
    worst = 0
    for name, *rest in steps:
        command = [str(python), "-m", name, *rest]
        if name == "import-linter":
            command = [str(python), "-c", "from importlinter.cli import lint_imports_command as f; f()"]
        print(f"\n== {' '.join([name, *rest])}", flush=True)
        worst = max(worst, abs(call(*command, cwd=str(ROOT))))
    return min(worst, 1)


def main() -> int:
    """Install, then start or test."""
    if not OLDEST <= sys.version_info[:2] < BEYOND:
        newest = f"{BEYOND[0]}.{BEYOND[1] - 1}"
        fail(f"Python {OLDEST[0]}.{OLDEST[1]} to {newest} is needed; this is {sys.version.split()[0]}.")
    arguments = sys.argv[1:]
    python = environment_python()
    if arguments[:1] == ["--test"]:
        install(python, "test")
        return run_tests(python, arguments[1:])
    install(python, "")
    command = [str(python), "-m", "angiosuite", "serve", *arguments]
    if os.name != "nt":
        os.execv(command[0], command)
    return call(*command)


if __name__ == "__main__":
    raise SystemExit(main())
