"""Schema of ``phantoms/<id>/phantom.yaml``: iodine-filled tubes with a stated path and time course.

A phantom stands in for blood flow: it is added to a body's picture, and every screen names it as a phantom.
Places are mm from a landmark of the body, in patient coordinates: x to the patient's left, y to the back,
z to the head.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import dist
from typing import Annotated, Literal

from pydantic import Field

from angiosuite.content.faults import nearest
from angiosuite.content.schema import Broken, Item, Kebab, Line, Strict

Mm = Annotated[float, Field(ge=-1500, le=1500)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Follows = Literal["still", "abdomen", "kidneys", "heart"]
Place = tuple[float, float, float]

CLOSEST_MM = 0.5
"""Two points of a path are at least this far apart."""


class InflowCurve(Strict):
    """The concentration at the inlet over the time since an injection began."""

    shape: Literal["trapezoid", "gamma-variate"]
    peak_mg_ml: float = Field(gt=0, le=400, description="mg of iodine per ml of blood and medium")
    arrival_s: float = Field(ge=0, le=60, description="from the start of the injection to the inlet")
    rise_s: float = Field(ge=0.05, le=60, description="from the first iodine to the peak")
    plateau_s: float = Field(default=0.0, ge=0, le=3600, description="how long the peak lasts (trapezoid)")
    washout_s: float = Field(
        ge=0.05, le=600, description="from the peak to nothing, or the tail's time constant (gamma-variate)"
    )

    def rules(self) -> Iterator[Broken]:
        """A gamma-variate has no plateau."""
        if self.shape == "gamma-variate" and self.plateau_s > 0:
            yield Broken(
                ("plateau_s",),
                "is not used by a gamma-variate",
                "0, or a trapezoid",
                self.plateau_s,
                ("shape",),
            )


class PathPoint(Strict):
    """A point of a tube's centre line, with the lumen's radius there."""

    x_mm: Mm
    y_mm: Mm
    z_mm: Mm
    radius_mm: float = Field(ge=0.1, le=40)
    moves: Fraction | None = Field(
        default=None, description="share of the motion of what the tube follows; all of it when left out"
    )

    @property
    def place(self) -> Place:
        """(x, y, z) from the landmark, mm."""
        return self.x_mm, self.y_mm, self.z_mm


class Narrowing(Strict):
    """A stenosis: where its middle lies along the tube, its length, and what it takes of the diameter."""

    at_mm: float = Field(ge=0, le=3000)
    length_mm: float = Field(ge=1, le=200)
    diameter_percent: float = Field(gt=0, le=95)


class PhantomTube(Strict):
    """One tube. One with a parent begins on the parent's centre line; its points follow from there."""

    id: Kebab
    name: Line
    parent: Kebab | None = Field(default=None, description="id of the tube it leaves")
    at_mm: float = Field(default=0.0, ge=0, le=3000, description="where it leaves, along the parent")
    follows: Follows = Field(default="still", description="the part of the body that it moves with")
    velocity_mm_s: float = Field(ge=1, le=3000, description="of the contrast along it")
    strength: Fraction = Field(default=1.0, description="its concentration as a share of the inlet's")
    fade_in_mm: float = Field(default=0.0, ge=0, le=500)
    fade_out_mm: float = Field(default=0.0, ge=0, le=500)
    points: tuple[PathPoint, ...] = Field(min_length=1, max_length=100)
    stenoses: tuple[Narrowing, ...] = Field(default=(), max_length=20)

    def rules(self) -> Iterator[Broken]:
        """A tube has a beginning and an end, its points are apart, and a still one does not move."""
        if self.parent is None and len(self.points) < 2:
            yield Broken(("points",), "has no second point", "two points, or a `parent`", uses=("parent",))
        if self.parent is None and self.at_mm > 0:
            yield Broken(("at_mm",), "needs a parent", "`parent: …`, or no at_mm", self.at_mm, ("parent",))
        for index, (one, two) in enumerate(pairwise(self.points), 1):
            if dist(one.place, two.place) < CLOSEST_MM:
                yield Broken(
                    ("points", index), "lies on the point before", f"{CLOSEST_MM:g} mm apart or more"
                )
        for index, point in enumerate(self.points):
            if self.follows == "still" and point.moves:
                yield Broken(
                    ("points", index, "moves"),
                    "has nothing to move with",
                    "`follows: abdomen`, kidneys or heart",
                    point.moves,
                    ("follows",),
                )


class PhantomItem(Item):
    """A tree of tubes, and the bolus that runs through it after each injection."""

    landmark: Kebab = Field(description="the body's point that places are counted from; else its middle")
    order: int = Field(default=100, ge=0, le=10_000, description="place in the list")
    bolus: InflowCurve
    tubes: tuple[PhantomTube, ...] = Field(min_length=1, max_length=200)

    def rules(self) -> Iterator[Broken]:
        """Ids are unique, parents come first, and branches and stenoses lie on their tubes."""
        yield from super().rules()
        lengths: dict[str, float] = {}
        lines: dict[str, tuple[Place, ...]] = {}
        follows: dict[str, Follows] = {}
        for index, tube in enumerate(self.tubes):
            here = ("tubes", index)
            if tube.id in lines:
                yield Broken((*here, "id"), "is taken by a tube before", "another id", tube.id)
            places = tuple(point.place for point in tube.points)
            if tube.parent is not None:
                if tube.parent not in lines:
                    way_out = nearest(tube.parent, lines) or "a tube that stands before it"
                    yield Broken((*here, "parent"), "is not a tube before this one", way_out, tube.parent)
                    continue
                if tube.at_mm > lengths[tube.parent]:
                    yield Broken(
                        (*here, "at_mm"),
                        "lies beyond the parent's end",
                        f"at most {lengths[tube.parent]:.0f}",
                        tube.at_mm,
                        ("tubes",),
                    )
                if follows[tube.parent] not in ("still", tube.follows):
                    yield Broken(
                        (*here, "follows"),
                        "would tear it from its parent",
                        f"`follows: {follows[tube.parent]}`",
                        tube.follows,
                        ("tubes",),
                    )
                start = _along(lines[tube.parent], tube.at_mm)
                if dist(start, places[0]) < CLOSEST_MM:
                    yield Broken(
                        (*here, "points", 0),
                        "lies on the parent's centre line",
                        "a point that is outside it: the tube begins there by itself",
                        uses=("at_mm",),
                    )
                places = (start, *places)
            lines[tube.id], follows[tube.id] = places, tube.follows
            lengths[tube.id] = sum(dist(a, b) for a, b in pairwise(places))
            for number, stenosis in enumerate(tube.stenoses):
                if stenosis.at_mm > lengths[tube.id]:
                    yield Broken(
                        (*here, "stenoses", number, "at_mm"),
                        "lies beyond the tube's end",
                        f"at most {lengths[tube.id]:.0f}",
                        stenosis.at_mm,
                        ("tubes",),
                    )


def _along(line: tuple[Place, ...], at_mm: float) -> Place:
    """The point of a polyline at a length along it, its end beyond that."""
    for a, b in pairwise(line):
        step = dist(a, b)
        if at_mm <= step and step > 0:
            x, y, z = (p + (q - p) * at_mm / step for p, q in zip(a, b, strict=True))
            return x, y, z
        at_mm -= step
    return line[-1]
