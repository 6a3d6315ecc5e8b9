"""The skin laid out flat: the body from behind, from its left, from the front and from its right, side by side."""

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
    panels : tuple of Panel
        Where the views lie.
    pixel_mm : float
        Side of a square, mm.
    """

    cell: NDArray[np.int32]
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
        """Doses of all cells as grey values: 0 to 254 for 0 to `full_mgy`, 255 outside the body."""
        level = np.clip(np.rint(dose_mgy * (254.0 / max(full_mgy, 1e-12))), 0, 254).astype(np.uint8)
        return np.where(self.cell < 0, np.uint8(255), level[self.cell])

    def place(self, cell: int) -> tuple[str, int, int] | None:
        """View, row and column of the square that shows a cell best; None where no square shows it."""
        rows, columns = np.nonzero(self.cell == cell)
        if not len(rows):
            return None
        k = len(rows) // 2
        panel = next(p for p in self.panels if p.column <= columns[k] < p.column + p.columns)
        return panel.view, int(rows[k]), int(columns[k])


def sheet_of(skin: Skin) -> SkinSheet:
    """The four views of a skin, each seen along its own direction.

    From behind, the patient's left is on the left; from the front it is on the right.
    """
    step = skin.row_step_mm
    at = skin.centre_mm.reshape(skin.rows, skin.columns, 3)
    out = skin.normal.reshape(skin.rows, skin.columns, 3)
    there = skin.area_mm2.reshape(skin.rows, skin.columns) > 0
    parts, panels, column = [], [], 0
    for view in VIEWS:
        x, y = _SEEN_FROM[view]
        # Rightwards on the picture for who looks against (x, y) with the head up.
        across = at[..., 0] * -y + at[..., 1] * x
        facing = (out[..., 0] * x + out[..., 1] * y > 0.0) & there
        part = _view(across, facing, step)
        panels.append(Panel(view, column, part.shape[1]))
        parts += [part, np.full((skin.rows, GAP), -1, np.int32)]
        column += part.shape[1] + GAP
    return SkinSheet(np.concatenate(parts[:-1], axis=1)[::-1].copy(), tuple(panels), step)


def _view(across: NDArray[np.float64], facing: NDArray[np.bool_], step: float) -> NDArray[np.int32]:
    """Cell of each square of one view, rows as the skin has them."""
    rows, columns = across.shape
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
    return cell
