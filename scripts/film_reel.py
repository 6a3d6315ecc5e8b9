"""What the scripts that make films of docs/films share: animated WebP, contact sheets, the command line."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from angiosuite.suite import Patient, Room

__all__ = ["make", "sheet", "write"]

Frames = Sequence[NDArray[np.uint8]]
SHEET_PX = 400


def write(
    path: Path, frames: Frames, rate_hz: float, side_px: int, most_bytes: int, qualities: Sequence[int]
) -> None:
    """Write an animated WebP of the best of these qualities that stays below the largest size."""
    small = [Image.fromarray(frame).resize((side_px, side_px), Image.Resampling.BOX) for frame in frames]
    for quality in qualities:
        small[0].save(
            path, save_all=True, append_images=small[1:], duration=round(1000 / rate_hz), loop=0,
            quality=quality, method=4,
        )  # fmt: skip
        if path.stat().st_size <= most_bytes:
            break
    size = f"{path.stat().st_size / 1e3:.0f} kB"
    print("   ", path, f"{size}, quality {quality}, {len(small)} frames", flush=True)


def sheet(path: Path, frames: Frames, many: int = 16) -> None:
    """Write a contact sheet of equally spaced frames, four in a row."""
    places = np.linspace(0, len(frames) - 1, min(many, len(frames) // 4 * 4)).astype(int)
    side = (SHEET_PX, SHEET_PX)
    small = [np.array(Image.fromarray(frames[k]).resize(side, Image.Resampling.BOX)) for k in places]
    Image.fromarray(np.vstack([np.hstack(small[k : k + 4]) for k in range(0, len(small), 4)])).save(path)


def make(
    about: str | None,
    films: Mapping[str, Any],
    taken: Callable[[Room, Any], Frames],
    keep: Callable[[Path, Any, Any], None],
) -> None:
    """Make the films that the command line asks for: taken in the built-in patient's room, then kept."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("target", type=Path)
    parser.add_argument("--only", nargs="*", choices=sorted(films), default=list(films))
    parser.add_argument("--sheets", type=Path)
    arguments = parser.parse_args()
    arguments.target.mkdir(parents=True, exist_ok=True)
    room = Room.of(Patient.builtin())
    for name in arguments.only:
        start = time.monotonic()
        print(name, flush=True)
        frames = taken(room, films[name])
        keep(arguments.target / f"{name}.webp", films[name], frames)
        if arguments.sheets:
            arguments.sheets.mkdir(parents=True, exist_ok=True)
            sheet(arguments.sheets / f"{name}.png", frames)
        print(f"    {time.monotonic() - start:.0f} s")
