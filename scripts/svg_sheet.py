"""Plain SVG sheets for the guide's figures: curves, bars, drawings, and pictures with lines over them.

A sheet has its own white ground and dark ink, so that it reads the same on a light and on a dark page.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
import simplejpeg

INK, SOFT, LINE = "#1d2327", "#566068", "#c9ced2"
COLOURS = ("#0b6e75", "#b3541e", "#5b4fa2", "#7a6a00")
"""Teal, rust, violet, ochre: told apart without hue by dash and label as well."""
DASHES = ("", "6 4", "2 4", "9 3 2 3")
FONT = "font-family='system-ui,sans-serif'"


class Sheet:
    """One figure under construction; lengths in the sheet's own units."""

    def __init__(self, width: int = 720, height: int = 400) -> None:
        self.width, self.height = width, height
        self.parts: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int = 15,
        colour: str = INK,
        anchor: str = "start",
        turn: float = 0,
    ) -> None:
        """A line of words."""
        turned = f" transform='rotate({turn:g} {x:.1f} {y:.1f})'" if turn else ""
        self.parts.append(
            f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' fill='{colour}' "
            f"text-anchor='{anchor}'{turned}>"
            f"{escape(words)}</text>"
        )

    def line(
        self,
        points: Sequence[tuple[float, float]],
        *,
        colour: str = INK,
        wide: float = 1.5,
        dash: str = "",
        fill: str = "none",
        close: bool = False,
        opacity: float = 1,
    ) -> None:
        """A line through points, closed and filled when asked."""
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if close else "")
        dashed = f" stroke-dasharray='{dash}'" if dash else ""
        seen = f" fill-opacity='{opacity:g}'" if fill != "none" else ""
        self.parts.append(
            f"<path d='{path}' fill='{fill}'{seen} stroke='{colour}' stroke-width='{wide:g}'{dashed}/>"
        )

    def circle(self, x: float, y: float, r: float, *, colour: str = INK, fill: str = "none") -> None:
        """A circle."""
        self.parts.append(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{r:.1f}' fill='{fill}' stroke='{colour}'/>")

    def picture(self, x: float, y: float, side: float, grey: np.ndarray, pixels: int = 240) -> None:
        """A square grey picture (uint8), made smaller to so many pixels."""
        rows = np.linspace(0, grey.shape[0], pixels + 1).astype(int)
        columns = np.linspace(0, grey.shape[1], pixels + 1).astype(int)
        summed = np.add.reduceat(np.add.reduceat(grey.astype(float), rows[:-1], 0), columns[:-1], 1)
        small = summed / np.outer(np.diff(rows), np.diff(columns))
        jpeg = simplejpeg.encode_jpeg(
            np.ascontiguousarray(np.round(small).astype(np.uint8))[:, :, None], quality=72, colorspace="GRAY"
        )
        data = base64.b64encode(jpeg).decode()
        self.parts.append(
            f"<image x='{x:.1f}' y='{y:.1f}' width='{side:.1f}' height='{side:.1f}' "
            f"href='data:image/jpeg;base64,{data}'/>"
        )

    def curves(
        self,
        series: Sequence[tuple[str, Sequence[float], Sequence[float]]],
        across: str,
        up: str,
        ticks: Sequence[float] | None = None,
    ) -> None:
        """Axes from zero, a line for each series with its name at the end."""
        left, right, top, bottom = 74.0, self.width - 150.0, 24.0, self.height - 58.0
        high_x = max(max(xs) for _, xs, _ in series)
        high_y = _round_up(max(max(ys) for _, _, ys in series))

        def place(x: float, y: float) -> tuple[float, float]:
            return left + (right - left) * x / high_x, bottom - (bottom - top) * y / high_y

        for k in range(5):
            value = high_y * k / 4
            self.line([place(0, value), place(high_x, value)], colour=LINE, wide=1)
            self.text(left - 8, place(0, value)[1] + 5, _short(value), size=14, colour=SOFT, anchor="end")
        for value in ticks or series[0][1]:
            self.text(place(value, 0)[0], bottom + 20, _short(value), size=14, colour=SOFT, anchor="middle")
        self.text((left + right) / 2, self.height - 14, across, anchor="middle")
        self.text(20, (top + bottom) / 2, up, anchor="middle", turn=-90)
        ends: list[float] = []
        for number, (name, xs, ys) in enumerate(series):
            colour = COLOURS[number % 4]
            points = [place(x, y) for x, y in zip(xs, ys, strict=True)]
            self.line(points, colour=colour, wide=2.5, dash=DASHES[number % 4])
            for x, y in points if len(points) < 12 else ():
                self.circle(x, y, 4, colour=colour, fill=colour)
            end = points[-1][1] + 5
            while any(abs(end - other) < 18 for other in ends):
                end -= 4
            ends.append(end)
            self.text(points[-1][0] + 10, end, name, colour=colour)

    def bars(
        self, groups: Sequence[tuple[str, Sequence[tuple[str, float]]]], up: str, stacked: bool = False
    ) -> None:
        """Groups of bars from zero with their values; on top of one another when stacked."""
        left, right, top, bottom = 74.0, self.width - 20.0, 48.0, self.height - 40.0
        totals = [sum(v for _, v in bars) if stacked else max(v for _, v in bars) for _, bars in groups]
        high = _round_up(max(totals))
        for k in range(5):
            y = bottom - (bottom - top) * k / 4
            self.line([(left, y), (right, y)], colour=LINE, wide=1)
            self.text(left - 8, y + 5, _short(high * k / 4), size=14, colour=SOFT, anchor="end")
        self.text(20, (top + bottom) / 2, up, anchor="middle", turn=-90)
        room = (right - left) / len(groups)
        for at, (label, bars) in enumerate(groups):
            begin, base = left + room * at + 0.1 * room, bottom
            wide = 0.8 * room if stacked else 0.8 * room / len(bars)
            self.text(left + room * (at + 0.5), self.height - 14, label, anchor="middle")
            for number, (_, value) in enumerate(bars):
                x = begin + (0 if stacked else wide * number)
                tall = (bottom - top) * value / high
                corners = [
                    (x + 2, base),
                    (x + 2, base - tall),
                    (x + wide - 2, base - tall),
                    (x + wide - 2, base),
                ]
                self.line(corners, colour=COLOURS[number], fill=COLOURS[number], close=True, opacity=0.8)
                inside = stacked and tall > 20
                colour = "#ffffff" if inside else INK
                self.text(
                    x + wide / 2,
                    base - tall + (16 if inside else -6),
                    _short(value),
                    size=13,
                    colour=colour,
                    anchor="middle",
                )
                base = base - tall if stacked else bottom
        x = left
        for number, (name, _) in enumerate(groups[0][1]):
            if name:
                self.line([(x, 22), (x + 14, 22)], colour=COLOURS[number], wide=10)
                self.text(x + 22, 27, name)
                x += 40 + 8.2 * len(name)

    def save(self, path: Path) -> None:
        """Write it; more than 40 kB is a mistake."""
        body = "".join(self.parts)
        text = (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {self.width} {self.height}' "
            f"width='{self.width}' height='{self.height}' {FONT}>"
            f"<rect width='100%' height='100%' fill='#ffffff'/>{body}</svg>\n"
        )
        assert len(text.encode()) <= 40_000, (path, len(text))
        path.write_text(text, "utf-8")
        print(f"{path.parent.name}/{path.name}: {len(text) / 1000:.1f} kB")


def save_jpeg(path: Path, grey: np.ndarray) -> None:
    """A grey picture as JPEG, at the best quality that stays within 40 kB."""
    for quality in range(85, 20, -5):
        raw = simplejpeg.encode_jpeg(
            np.ascontiguousarray(grey)[:, :, None], quality=quality, colorspace="GRAY"
        )
        if len(raw) <= 40_000:
            break
    path.write_bytes(raw)
    print(f"{path.parent.name}/{path.name}: {len(raw) / 1000:.1f} kB")


def _round_up(value: float) -> float:
    """The next round number above a value."""
    power = 10 ** math.floor(math.log10(value))
    return next(
        step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10, 12) if step * power >= value
    )


def _short(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"
