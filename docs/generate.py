"""Writes the reference pages that are made from the program itself.

python docs/generate.py          writes docs/reference/{commands,cli,http,settings,keys,licences}.md,
                                 docs/learn/the-way.md and the map in README.md
python docs/generate.py --check  changes nothing; exit code 1 when a page is not up to date
"""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import click
import typer

REFERENCE = Path(__file__).resolve().parent / "reference"
MAP_BEGINS, MAP_ENDS = "<!-- the way: written by docs/generate.py -->", "<!-- the way ends -->"


def argument_text(name: str, facts: dict[str, Any], optional: bool) -> str:
    """One argument of a session command, in words."""
    kind = facts["type"]
    if kind in ("number", "integer"):
        unit = f" {facts['unit']}" if facts.get("unit") else ""
        what = f"{'whole ' if kind == 'integer' else ''}number, {facts['low']:g} to {facts['high']:g}{unit}"
    elif kind == "choice":
        what = " or ".join(f"`{option}`" for option in facts["options"])
    elif kind == "boolean":
        what = "`true` or `false`"
    elif kind == "text":
        what = f"text, up to {facts['longest']} characters"
    elif kind == "points":
        fewest, most = facts["fewest"], facts["most"]
        what = f"{fewest if fewest == most else f'{fewest} to {most}'} points `[x, y]`, pixels of the picture"
    elif kind == "integers":
        what = f"up to {facts['most']} whole numbers, {facts['low']:g} to {facts['high']:g}"
    elif kind == "phases":
        what = f"1 to {facts['most']} phases `[frames a second, seconds]`; the last may have `null`"
    else:
        members = "; ".join(argument_text(n, f, False) for n, f in facts["members"].items())
        what = f"object of: {members}"
    if facts.get("or_null"):
        what += ", or `null`"
    return f"`{name}`{' (may be left out)' if optional else ''}: {what}"


def commands_page() -> str:
    """The session commands, from `angiosuite.suite.commands.COMMANDS`."""
    from angiosuite.suite.arguments import _MISSING
    from angiosuite.suite.commands import COMMANDS

    lines = [
        "# Session commands",
        "",
        "<!-- Written by docs/generate.py from angiosuite.suite.commands; change it there. -->",
        "",
        "What can be done in a session: over [the socket](protocol.md), from [Python](python.md), and what",
        "[the log](log.md) records as `command`. Arguments are checked when a command arrives, and it takes",
        "effect at the next 20 ms of simulated time. What does not fit is refused with what was expected.",
        "",
        "| command | what it does | arguments |",
        "|---|---|---|",
    ]
    for name, command in sorted(COMMANDS.items()):
        arguments = "<br>".join(
            argument_text(n, argument.describe(), argument.default is not _MISSING)
            for n, argument in command.arguments.items()
        )
        lines.append(f"| `{name}` | {command.label} | {arguments or '–'} |")
    return "\n".join(lines) + "\n"


def cli_page() -> str:
    """The command `angiosuite`: every verb with its help, as `--help` says it."""
    from angiosuite.cli.application import app

    root = typer.main.get_command(app)
    lines = [
        "# The command `angiosuite`",
        "",
        "<!-- Written by docs/generate.py from angiosuite.cli; change it there. -->",
        "",
        *cli_section(root, "angiosuite"),
    ]
    return "\n".join(lines).rstrip() + "\n"


def cli_section(command: click.Command, path: str) -> list[str]:
    """One verb and all below it."""
    lines = [f"## `{path}`", ""] if path != "angiosuite" else []
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        as_it_is = paragraph.strip("\n").startswith("\b")
        text = paragraph.replace("\b\n", "").strip("\n")
        lines += ["```text", text, "```", ""] if as_it_is else [text, ""]
    rows = [parameter_row(p) for p in command.params if not getattr(p, "hidden", False)]
    rows = [row for row in rows if "completion" not in row]
    if rows:
        lines += ["| | |", "|---|---|", *rows, ""]
    for name, child in sorted(getattr(command, "commands", {}).items()):
        if not child.hidden:
            lines += cli_section(child, f"{path} {name}")
    return lines


def parameter_row(parameter: click.Parameter) -> str:
    """One option or argument of a verb."""
    if isinstance(parameter, click.Option) or parameter.param_type_name == "option":
        value = "" if getattr(parameter, "is_flag", False) else f" {(parameter.name or '').upper()}"
        name = ", ".join(parameter.opts) + value
    else:
        name = (parameter.metavar or parameter.name or "").strip(".[]").upper()
        name = f"[{name}]" if not parameter.required else name
        name += "…" if parameter.nargs == -1 else ""
    told = " ".join((getattr(parameter, "help", "") or "").split()).replace("|", "\\|")
    return f"| `{name}` | {told} |"


def settings_page() -> str:
    """The server's settings, from `angiosuite.web.configuration.ServerSettings`."""
    from angiosuite.web.configuration import ServerSettings

    told = attribute_docs(ServerSettings)
    lines = [
        "# Settings",
        "",
        "<!-- Written by docs/generate.py from angiosuite.web.configuration; change it there. -->",
        "",
        "Each is an environment variable; `angiosuite serve --help` shows those that are options as well.",
        "",
        "| variable | value when not given | meaning |",
        "|---|---|---|",
    ]
    for name, field in ServerSettings.model_fields.items():
        value = "a new one each start" if field.default_factory else f"`{field.default}`"
        lines.append(f"| `ANGIOSUITE_{name.upper()}` | {value} | {told[name]} |")
    return "\n".join(lines) + "\n"


GROUPS = {
    "xray": "X-rays",
    "image": "Picture",
    "gantry": "C-arm, table, field",
    "task": "Task",
    "patient": "Patient",
    "blood": "Catheter, contrast, pressure",
    "instruments": "Wires and catheters",
    "treating": "Treatment",
    "page": "Page",
}
KEY_WORDS = {
    "Semicolon": ";",
    "Quote": "'",
    "Backslash": "\\",
    "Slash": "/",
    "Period": ".",
    "Comma": ",",
    "Minus": "-",
    "Equal": "=",
    "BracketLeft": "[",
    "BracketRight": "]",
    "Backquote": "`",
    "NumpadEnter": "Num Enter",
    "Escape": "Esc",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "PageUp": "PgUp",
    "PageDown": "PgDn",
}


def key_text(chord: str) -> str:
    """A chord of the page's table, as printed on a US keyboard."""
    *modifiers, code = chord.split("+")
    word = KEY_WORDS.get(code, re.sub(r"^(Key|Digit)", "", code))
    return "`` ` ``" if word == "`" else f"`{' '.join([*modifiers, word])}`"


def keys_page() -> str:
    """The keys of the suite, from the page's own table in `frontend/src/lib/commands`."""
    lines = [
        "# Keys",
        "",
        "<!-- Written by docs/generate.py from frontend/src/lib/commands; change it there. -->",
        "",
        "As they are when nothing was changed, on a US keyboard (the page prints yours). Each",
        "can be changed in the suite with `Ctrl ,`; `?` shows them there, `Ctrl K` finds a command by name.",
        "With `Shift`, what is held moves at a quarter of the speed. [Pedals](../howto/pedals.md) are keys.",
    ]
    table: dict[str, list[str]] = {group: [] for group in GROUPS}
    for path in sorted((REFERENCE.parents[1] / "frontend/src/lib/commands").glob("*.ts")):
        text = path.read_text(encoding="utf-8")
        for body in re.findall(
            r"\{\s*id: '[^']+',.*?keys: \[[^\]]*\].*?(?=\{\s*id: |\Z)", text, flags=re.DOTALL
        ):
            label, group, keys = (
                re.search(pattern, body, flags=re.DOTALL)
                for pattern in (r"label: (['\"])(.*?)\1,", r"group: '(\w+)'", r"keys: \[(.*?)\]")
            )
            if not (label and group and keys):
                continue
            chords = re.findall(r"'([^']+)'", keys[1])
            mode = re.search(r"mode: '([\w-]+)'", body)
            blades = "blade(" in body
            after = {
                "poses": "after `G`",
                "store-pose": "after `Shift G`",
                "answer": "after `Alt Q`",
                "catheter": "after `Shift V`",
                "injector": "after `Shift Y`",
                "remedies": "after the tab Remedies",
                "hands": "in the dock of hands, `B`",
                "second": "after `8`",
                "table": "after `T`",
                "treating": "after `Alt Shift A`",
                "syringe": "after `Alt Shift I`",
                "coil": "after `Alt Shift K`",
                "filter": "after `Alt Shift U`",
                "retrieve": "after `Alt Shift Y`",
                "closing": "after `Alt Shift X`",
            }.get(mode[1] if mode else "", "")
            after = "after `C`" if blades or (mode and mode[1] == "collimate") else after
            held = "held" if blades or "axis(" in body or "hold: true" in body else ""
            if chords:
                notes = ", ".join(n for n in (after, held) if n)
                shown = " ".join(key_text(c) for c in chords)
                table[group[1]].append(f"| {label[2]} | {shown} | {notes} |")
    for group, rows in table.items():
        lines += ["", f"## {GROUPS[group]}", "", "| | key | |", "|---|---|---|", *rows]
    lines += [
        "",
        "After `G`, a digit from 1 to 9 goes to the stored position of that number;",
        "after `Shift G`, it stores one.",
    ]
    return "\n".join(lines) + "\n"


def attribute_docs(owner: type) -> dict[str, str]:
    """The text under each attribute of a class."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for before, after in zip(definition.body, definition.body[1:], strict=False):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[before.target.id] = " ".join(str(after.value.value).split())
    return found


def licences_page() -> str:
    """The licences of the data in the wheel, whole, from the folders `LICENSES` of `angiosuite_content`."""
    lines = [
        "# Licences of data",
        "",
        "<!-- Written by docs/generate.py from src/angiosuite_content; change it there. -->",
        "",
        "The program is under the Apache License 2.0 (`LICENSE`). The data in it that others made keep the licences",
        "below. All of it was modified: axes, scale, resolution, joined and smoothed parts. It is not the original.",
        "",
        "| part of the built-in patient | from | licence |",
        "|---|---|---|",
        "| labels from T9 to the acetabular roof | SPL Abdominal Atlas (Talos, Jakab, Kikinis; Surgical Planning "
        "Laboratory, Brigham and Women's Hospital, 2015) | 3D Slicer, part B |",
        "| ribs, sternum, upper vertebrae, femurs | OpenSim, Gait2392 (Delp, Thelen, Seth, Anderson) | CC BY 3.0 |",
        "| hip bones | MRI2PSM (Sreenivasa and others), from Visible Human MR | zlib |",
        "| sacrum, coccyx | Visible Human male, University of Denver (Andreassen and others, 2022) | CC BY 4.0 |",
    ]
    for path in sorted((REFERENCE.parents[1] / "src/angiosuite_content").rglob("LICENSES/*.txt")):
        lines += ["", f"## {path.stem}", "", "```text", path.read_text(encoding="utf-8").strip("\n"), "```"]
    return "\n".join(lines) + "\n"


RULES = {
    "own": "the caller's own; another person's answers like what is not there",
    "shared": "content that everybody here may read",
    "machine": "of this installation",
    "open": "whoever has the address",
}


def http_page() -> str:
    """Every route of the server with the rule of who may use it, from the application itself."""
    from fastapi.routing import APIRoute

    from angiosuite.web.access import routes_of, rules_of
    from angiosuite.web.app import ROUTERS

    lines = [
        "# Routes",
        "",
        "<!-- Written by docs/generate.py from angiosuite.web; change it there. -->",
        "",
        "What the server answers, and to whom. Bodies and answers are described at `/api/openapi.json` of a running",
        "server; how to get in, and what faults look like, is said in [the protocol](protocol.md).",
        "",
        "| rule | whose |",
        "|---|---|",
        *(f"| {name} | {meaning} |" for name, meaning in RULES.items()),
    ]
    groups: dict[str, list[str]] = {}
    for route in routes_of(ROUTERS):
        if route.path == "/{path:path}":
            continue
        (rule,) = rules_of(route)
        methods = sorted(route.methods) if isinstance(route, APIRoute) else ["socket"]
        told = inspect.cleandoc(route.endpoint.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        group = str(route.tags[0]) if isinstance(route, APIRoute) and route.tags else "stream"
        groups.setdefault(group, []).append(
            f"| {' '.join(methods)} | `{route.path}` | {rule.value} | {told} |"
        )
    for group, rows in sorted(groups.items()):
        lines += ["", f"## {group}", "", "| | route | rule | |", "|---|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def the_way_page() -> str:
    """The map of the whole way, from content."""
    from angiosuite.learning.guide.way_map import the_way_markdown

    return the_way_markdown()


def readme_page() -> str:
    """The README with its map of the way made anew; all else in it is written by hand."""
    from angiosuite.learning.guide.way_map import readme_map

    before, rest = (REFERENCE.parents[1] / "README.md").read_text("utf-8").split(MAP_BEGINS)
    after = rest.split(MAP_ENDS)[1]
    return f"{before}{MAP_BEGINS}\n{readme_map()}\n{MAP_ENDS}{after}"


def measures_page() -> str:
    """The dictionary of measures, from content."""
    from angiosuite.assess.measures.page import measures_page as made

    return made()


PAGES = {
    "licences.md": licences_page,
    "http.md": http_page,
    "commands.md": commands_page,
    "cli.md": cli_page,
    "settings.md": settings_page,
    "keys.md": keys_page,
    "measures.md": measures_page,
    "../learn/the-way.md": the_way_page,
    "../../README.md": readme_page,
}
"""Path of each page, from the folder of the reference, and what makes it."""


def make_pictures() -> None:
    """Run the Python blocks of every page in an empty folder, and keep the JPEG files that come out."""
    pictures = REFERENCE.parent / "pictures"
    pictures.mkdir(exist_ok=True)
    for page in sorted(REFERENCE.parent.rglob("*.md")):
        blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run([sys.executable, "-c", "\n".join(blocks)], cwd=scratch, check=True)
            for made in sorted(Path(scratch).glob("*.jpg")):
                shutil.copy(made, pictures / made.name)
                print("written:", made.name)


def main() -> int:
    """Write the pages, or say which are stale."""
    if "--pictures" in sys.argv:
        make_pictures()
        return 0
    stale = []
    for name, make in PAGES.items():
        text, path = make(), REFERENCE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    done = "stale" if "--check" in sys.argv else "written"
    print(f"{done}: {', '.join(stale)}" if stale else "up to date")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    raise SystemExit(main())
