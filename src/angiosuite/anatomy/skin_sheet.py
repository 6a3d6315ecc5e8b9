"""The skin laid out flat: the body from behind, its left, the front and its right, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.skin import Skin

VIEWS = ("back", "left", "front", "right")
GAP = 2
"""Empty columns between two views."""
_SEEN_FROM = {"back": (0.0, 1.0), "left": (1.0, 0.0), "front": (0.0, -1.0), "right": (-1.0, 0.0)}


@dataclass(frozen=True, slots=True)
class Panel:
    """Columns of a sheet that show one view."""

    view: str
    column: int
    columns: int


@dataclass(frozen=True, slots=True, eq=False)
class SkinSheet:
    """Which cell of the skin each square of a flat picture shows.

    Parameters
    ----------
    cell : (rows, columns) int32
        Index of a cell; -1 outside the body. The first row is at the head.
    home : (cells, 2) int32
        Row and column of each cell's own square, in the view that it faces most.
    panels : tuple of Panel
        Where the views lie.
    pixel_mm : float
        Side of a square, mm.
    """

    cell: NDArray[np.int32]
    home: NDArray[np.int32]
    panels: tuple[Panel, ...]
    pixel_mm: float

    @property
    def rows(self) -> int:
        """Rows of squares."""
        return int(self.cell.shape[0])

    @property
    def columns(self) -> int:
        """Columns of squares."""
        return int(self.cell.shape[1])

    def drawn(self, dose_mgy: NDArray[np.floating], full_mgy: float) -> NDArray[np.uint8]:
        """Doses of all cells as grey values: 0 to 254 for 0 to `full_mgy`, 255 outside the body.

        Where several cells share a square the highest is shown.
        """
        level = np.clip(np.rint(dose_mgy * (254.0 / max(full_mgy, 1e-12))), 0, 254).astype(np.uint8)
        drawn = level[self.cell]
        np.maximum.at(drawn, (self.home[:, 0], self.home[:, 1]), level)
        return np.where(self.cell < 0, np.uint8(255), drawn)

    def place(self, cell: int) -> tuple[str, int, int]:
        """View, row and column of a cell's own square."""
        row, column = (int(at) for at in self.home[cell])
        panel = next(p for p in self.panels if p.column <= column < p.column + p.columns)
        return panel.view, row, column


def sheet_of(skin: Skin) -> SkinSheet:
    """The four views of a skin, each seen along its own direction.

    From behind, the patient's left is on the left; from the front it is on the right.
    """
    step = skin.row_step_mm
    at = skin.centre_mm.reshape(skin.rows, skin.columns, 3)
    out = skin.normal.reshape(skin.rows, skin.columns, 3)
    there = skin.area_mm2.reshape(skin.rows, skin.columns) > 0
    towards = np.array([_SEEN_FROM[view] for view in VIEWS])
    faced = np.argmax(out[..., :2] @ towards.T, axis=-1)
    home = np.zeros((skin.rows, skin.columns, 2), np.int32)
    home[..., 0] = np.arange(skin.rows)[::-1, None]
    parts, panels, column = [], [], 0
    for number, view in enumerate(VIEWS):
        x, y = _SEEN_FROM[view]
        # Rightwards on the picture for who looks against (x, y) with the head up.
        across = at[..., 0] * -y + at[..., 1] * x
        facing = (out[..., 0] * x + out[..., 1] * y > 0.0) & there
        part, first_mm = _view(across, facing, step)
        own = np.clip(np.rint((across - first_mm) / step), 0, part.shape[1] - 1).astype(np.int32)
        home[..., 1] = np.where(faced == number, column + own, home[..., 1])
        panels.append(Panel(view, column, part.shape[1]))
        parts += [part, np.full((skin.rows, GAP), -1, np.int32)]
        column += part.shape[1] + GAP
    cell = np.concatenate(parts[:-1], axis=1)[::-1].copy()
    return SkinSheet(cell, home.reshape(-1, 2), tuple(panels), step)


def _view(
    across: NDArray[np.float64], facing: NDArray[np.bool_], step: float
) -> tuple[NDArray[np.int32], float]:
    """Cell of each square of one view, rows as the skin has them, and where the first square lies, mm."""
    rows, columns = across.shape
    if not facing.any():
        return np.full((rows, 1), -1, np.int32), 0.0
    low, high = across[facing].min(), across[facing].max()
    count = int(np.ceil((high - low) / step)) + 1
    squares = 0.5 * (low + high) + (np.arange(count) - (count - 1) / 2) * step
    cell = np.full((rows, count), -1, np.int32)
    for k in range(rows):
        own = np.flatnonzero(facing[k])
        if not len(own):
            continue
        far = np.abs(squares[:, None] - across[k, own][None, :])
        nearest = far.argmin(axis=1)
        close = far[np.arange(count), nearest] <= 1.5 * step
        cell[k, close] = (k * columns + own[nearest[close]]).astype(np.int32)
    return cell, float(squares[0])
