"""The command `angiosuite`: `main` is its entry point. Rooms are imported when a command needs them."""

from __future__ import annotations


def main() -> None:
    """Run the command line; exits with 0 (fine), 2 (wrong use), 3 (input refused) or 1 (our fault)."""
    from .application import app

    app()
