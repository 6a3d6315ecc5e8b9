"""Frames of runs at 12 bits, lossless: one file a run, each frame at its place, any readable alone."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import RefusedInput

Stored = NDArray[np.uint16]


class RunFrames:
    """Writes and reads the stored frames of a session's runs.

    Parameters
    ----------
    folder : Path or None
        The session's folder, frames then lie in ``runs/NNN.u16`` (little-endian, row by row, frame k at
        (k - 1) times rows times columns times 2 bytes); None keeps them in memory (notebooks).
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = None if folder is None else folder / "runs"
        self._kept: dict[tuple[int, int], Stored] = {}

    def path(self, run: int) -> Path:
        """File of a run."""
        assert self._folder is not None
        return self._folder / f"{run:03d}.u16"

    def write(self, run: int, number: int, frame: Stored) -> str:
        """Keep frame `number` (1, 2, 3 …) of a run; the first 32 hexadecimal digits of its SHA-256.

        Writing a frame again, as after a kill, leaves the same file.
        """
        plain = np.ascontiguousarray(frame, "<u2")
        digest = hashlib.sha256(plain.data).hexdigest()[:32]
        if self._folder is None:
            self._kept[run, number] = plain
            return digest
        self._folder.mkdir(exist_ok=True)
        handle = os.open(self.path(run), os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            os.lseek(handle, (number - 1) * plain.nbytes, os.SEEK_SET)
            rest = plain.reshape(-1).view(np.uint8).data
            while rest:
                rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)
        return digest

    def read(self, run: int, number: int, rows: int) -> Stored:
        """Frame `number` of a run, uint16 (rows, rows).

        Raises
        ------
        RefusedInput
            When the file does not hold it.
        """
        if self._folder is None:
            found = self._kept.get((run, number))
            if found is not None:
                return found
        else:
            count = rows * rows
            try:
                with open(self.path(run), "rb") as file:
                    file.seek((number - 1) * count * 2)
                    plain = np.frombuffer(file.read(count * 2), "<u2")
                if plain.size == count:
                    return plain.reshape(rows, rows)
            except OSError:
                pass
        raise RefusedInput(
            "A frame of the run is missing",
            code="run-frame-missing",
            where=f"run {run}",
            value=number,
            way_out="Its file was cut or removed; restore it from a copy of the session's folder.",
        )
