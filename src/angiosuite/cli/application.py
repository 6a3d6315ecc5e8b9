"""The command line as a whole: its manual page, and the one place where errors become exit codes."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from angiosuite.kit.errors import AngiosuiteError

from . import (
    archive,
    benching,
    content,
    doctor,
    dose,
    importing,
    output,
    patients,
    records,
    serving,
    sessions,
    study,
)

MANUAL = """Angiosuite is a virtual angiography room in the browser: you turn the C-arm, step on the pedal and
see fluoroscopy that is computed, from photon spectrum to display, through a voxel body.

Without a command it serves the room and opens the page, like 'angiosuite serve'.

\b
EXIT CODES
  0  fine
  1  our fault; please report it with what was printed
  2  wrong use: an unknown command, option or name, a taken port
  3  input was refused, with the reason

\b
ENVIRONMENT
  ANGIOSUITE_HOME   folder of patients, sessions and settings
                    (default: the platform's place for data)
  ANGIOSUITE_DATABASE
                    PostgreSQL of a programme for its people and their records
                    (default: a file in the home folder)

\b
EXAMPLES
  angiosuite                        start, or open what runs
  angiosuite import ~/ct            a CT series as a patient
  angiosuite list sessions          what was done
  angiosuite replay SESSION         simulate it again and compare every byte
  angiosuite doctor                 what is installed, what is missing
"""


class Commands(TyperGroup):
    """Runs a command and maps our errors to exit codes."""

    def invoke(self, ctx: Any) -> Any:
        """Exit code 2 for wrong use, 3 for refused input, 1 for a fault of ours."""
        try:
            return super().invoke(ctx)
        except AngiosuiteError as error:
            output.complain(error)
            raise typer.Exit(error.exit_code) from error
        except (
            OSError,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
            ImportError,
            AssertionError,
        ) as error:
            traceback.print_exc()
            print("angiosuite: this is our fault; please report it with the lines above.", file=sys.stderr)
            raise typer.Exit(1) from error


app = typer.Typer(
    name="angiosuite",
    cls=Commands,
    help=MANUAL,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        from angiosuite import __version__

        output.out(f"angiosuite {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def default(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Serve when no command is given."""
    if ctx.invoked_subcommand is None:
        serving.serve()


_COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serving.serve,
    "import": importing.import_,
    "list": patients.list_,
    "replay": sessions.replay,
    "export": sessions.export,
    "send": archive.send,
    "dose": dose.dose,
    "backup": records.backup,
    "restore": records.restore,
    "migrate": records.migrate,
    "check": content.check,
    "new": content.new,
    "preview": content.preview,
    "bench": benching.bench,
    "doctor": doctor.doctor,
}
for name, function in _COMMANDS.items():
    app.command(name)(function)
app.add_typer(records.people)
app.add_typer(study.study)
