"""Instruments in the beam: what they are made of, ring by ring, and the shadow of many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import WATER
from angiosuite.physics.xray.lumen_projector import IODINE
from angiosuite.physics.xray.pixel_mass import PixelMass
from angiosuite.physics.xray.ring_bands import spread_rings
from angiosuite.physics.xray.tool_course import lay_out, room_for

__all__ = ["BLOOD_G_CM3", "Drawn", "InstrumentShadow", "Ring", "Section", "Shown"]

Floats = NDArray[np.float64]
Content = tuple[tuple[str, float], ...]

BLOOD_G_CM3 = 1.06
"""What an instrument displaces, taken as water of this density."""
SAME_SKIN_MM = 1.0
"""Instruments that begin so close to each other lie in each other."""


@dataclass(frozen=True, slots=True)
class Ring:
    """A round wall: radii, mm, and g/cm3 by material of the attenuation tables."""

    outer_mm: float
    inner_mm: float
    content: Content

    def __post_init__(self) -> None:
        if not 0.0 <= self.inner_mm < self.outer_mm:
            raise WrongUse(
                "A ring is wider outside than inside",
                code="bad-ring",
                value=[self.outer_mm, self.inner_mm],
            )


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of an instrument of one make.

    Parameters
    ----------
    to_mm : float
        Where it ends, mm from the tip.
    rings : tuple of Ring
        They add where they lie in each other; the widest tells how thick it is.
    bore_mm : float
        Radius of its lumen, 0 for none.
    """

    to_mm: float
    rings: tuple[Ring, ...]
    bore_mm: float = 0.0

    @property
    def outer_mm(self) -> float:
        """Its radius, mm."""
        return max(ring.outer_mm for ring in self.rings)


@dataclass(frozen=True, slots=True)
class Drawn:
    """An instrument as X-rays see it: its sections from the tip on; the last goes on to the hub."""

    sections: tuple[Section, ...]

    def plain(self) -> list[Any]:
        """Plain values, exact."""
        return [
            [s.to_mm, s.bore_mm, [[r.outer_mm, r.inner_mm, [list(c) for c in r.content]] for r in s.rings]]
            for s in self.sections
        ]

    @classmethod
    def restored(cls, plain: Sequence[Any]) -> Drawn:
        """What :meth:`plain` made plain."""
        return cls(
            tuple(
                Section(to, tuple(Ring(a, b, tuple((m, g) for m, g in c)) for a, b, c in rings), bore)
                for to, bore, rings in plain
            )
        )


class Shown(Protocol):
    """An instrument where it lies."""

    @property
    def points_mm(self) -> NDArray[Any]:
        """From the skin to its tip, LPS mm, shape (n, 3)."""
        ...

    @property
    def drawn(self) -> Drawn:
        """What it is made of."""
        ...

    @property
    def iodine_g_cm3(self) -> float:
        """In its lumen."""
        ...

    @property
    def around_g_cm3(self) -> float | NDArray[Any]:
        """Iodine in the blood that it displaces: everywhere, or at each point."""
        ...

    @property
    def gas_share(self) -> float:
        """Share of its lumen that is air."""
        ...

    @property
    def is_straight(self) -> bool:
        """Whether it runs straight from point to point, with corners: struts. Else the course is smooth."""
        ...


class _Make:
    """The sections of some instruments as arrays that the kernel reads."""

    def __init__(self, drawn: Sequence[Drawn]) -> None:
        names: dict[str, int] = {WATER: 0, IODINE: 1}
        firsts, radii, is_bore, entries = [0], [], [], [0]
        plane: list[int] = []
        density: list[float] = []
        self.begins: list[int] = []
        self.borders: list[Floats] = []
        for one in drawn:
            self.begins.append(len(firsts) - 1)
            self.borders.append(np.array([section.to_mm for section in one.sections[:-1]]))
            for section in one.sections:
                for radius, content in _cylinders(section):
                    radii.append(radius)
                    is_bore.append(radius == section.bore_mm)
                    for name, g_cm3 in content.items():
                        if g_cm3:
                            plane.append(names.setdefault(name, len(names)))
                            density.append(g_cm3)
                    entries.append(len(plane))
                firsts.append(len(radii))
        self.materials = tuple(names)
        self.holds_iodine = 1 in plane
        self.arrays = (
            np.array(firsts), np.array(radii), np.array(is_bore), np.array(entries),
            np.array(plane, np.int64), np.array(density, np.float64),
        )  # fmt: skip


def _cylinders(section: Section) -> list[tuple[float, dict[str, float]]]:
    """Full cylinders, the widest first: radius, and what each has more within than without."""
    found: dict[float, dict[str, float]] = {}

    def add(radius: float, name: str, g_cm3: float) -> None:
        if radius > 0.0:
            content = found.setdefault(radius, {})
            content[name] = content.get(name, 0.0) + g_cm3

    add(section.outer_mm, WATER, -BLOOD_G_CM3)
    add(section.bore_mm, WATER, BLOOD_G_CM3)
    for ring in section.rings:
        for name, g_cm3 in ring.content:
            add(ring.outer_mm, name, g_cm3)
            add(ring.inner_mm, name, -g_cm3)
    return sorted(found.items(), reverse=True)


class InstrumentShadow:
    """Projects wires and tubes that move from picture to picture.

    Notes
    -----
    **Model** each instrument is nested round walls along a smooth curve through its nodes (`tool_course`);
    chords are exact across it, and mass is that of its volume in every view (`ring_bands`). It takes away the
    blood that it displaces, and the iodine in that: of the tube that it lies in, or of the vessel, where it
    is a filling defect. A lumen holds blood, and iodine or air where it is told so; air takes the place of
    blood. What lies in each other is told by the skin: of instruments that begin at one point each lies in
    those that come later, as far as these reach. What `is_straight` has corners and one make. **Valid for**
    bends wider than the instrument; within the body, for it displaces nothing in the air. Held by
    ``tests/physics/xray/test_instrument_shadow.py``.
    """

    def __init__(self) -> None:
        self._make: tuple[tuple[Drawn, ...], _Make] | None = None
        self._image = np.zeros((0, 0, 0), np.float32)
        self._seen = np.zeros((0, 0), np.uint8)
        self._pixels = np.zeros(0, np.int32)

    def mass(self, geometry: BeamGeometry, shown: Sequence[Shown]) -> PixelMass | None:
        """g/cm2 on the touched pixels; None where nothing is in the field.

        Parameters
        ----------
        geometry : BeamGeometry
        shown : sequence
            Instruments where they lie, of each access the innermost first.
        """
        shown = [one for one in shown if len(one.points_mm) > 1]
        if not shown:
            return None
        make = self._made_of(tuple(one.drawn for one in shown))
        nodes, sections, held, around = self._laid(make, shown)
        iodine = 1 if held[:, 0].any() or around[:, 0].any() else -1
        shape, planes = (geometry.rows, geometry.columns), len(make.materials)
        if self._image.shape[:2] != shape or self._image.shape[2] < planes:
            self._image = np.zeros((*shape, planes), np.float32)
            self._seen = np.zeros(shape, np.uint8)
            self._pixels = np.empty(shape[0] * shape[1], np.int32)
        count = spread_rings(
            nodes, sections, held, around, *make.arrays, iodine, geometry.numbers, geometry.pixel_mm2,
            self._image, self._seen, self._pixels,
        )  # fmt: skip
        if count == 0:
            return None
        pixels = self._pixels[:count].copy()
        flat = self._image.reshape(-1, self._image.shape[2])
        mass = flat[pixels, :planes]
        flat[pixels] = 0.0
        self._seen.reshape(-1)[pixels] = 0
        kept = [k for k in range(planes) if k != 1 or iodine == 1 or make.holds_iodine]
        if len(kept) < planes:
            mass = np.ascontiguousarray(mass[:, kept])
        return PixelMass(pixels, shape, tuple(make.materials[k] for k in kept), mass)

    def _made_of(self, drawn: tuple[Drawn, ...]) -> _Make:
        kept = self._make
        if kept is None or [id(one) for one in kept[0]] != [id(one) for one in drawn]:
            self._make = kept = (drawn, _Make(drawn))
        return kept[1]

    def _laid(self, make: _Make, shown: Sequence[Shown]) -> tuple[Floats, NDArray[np.int64], Floats, Floats]:
        """Nodes of all, the section of each piece, and what is more than blood within and around it, g/cm3.

        The last two tell iodine and water, shape (nodes, 2); water is less where there is air.
        """
        points = [np.ascontiguousarray(one.points_mm, np.float64) for one in shown]
        ways = [_way(line) for line in points]
        lengths = [float(way[-1]) for way in ways]
        hosts = [_hosts(k, points, lengths) for k in range(len(shown))]
        room = sum(
            room_for(len(line), len(borders), len(own))
            for line, borders, own in zip(points, make.borders, hosts, strict=True)
        )
        nodes, arcs, sections = np.empty((room, 3)), np.empty(room), np.empty(room, np.int64)
        held, around, used = np.zeros((room, 2)), np.zeros((room, 2)), 0
        for k, one in enumerate(shown):
            first = used
            cuts = np.array([lengths[host] for host in hosts[k]])
            if one.is_straight:
                used = _straight(points[k], ways[k], nodes, arcs, sections, used)
            else:
                used = lay_out(points[k], make.borders[k], cuts, nodes, arcs, sections, used)
            mine = slice(first, used)
            sections[mine][sections[mine] >= 0] += make.begins[k]
            held[mine] = _within(one)
            around[mine, 0] = _displaced(one, ways[k], arcs[mine])
            for host in reversed(hosts[k]):
                inside = arcs[mine] < lengths[host] - 1e-6
                around[mine][inside] = _within(shown[host])
        return nodes[:used], sections[:used], held[:used], around[:used]


def _way(points: Floats) -> Floats:
    """Way along given points to each, mm."""
    way = np.zeros(len(points))
    np.cumsum(np.sqrt(np.square(np.diff(points, axis=0)).sum(axis=1)), out=way[1:])
    return way


def _straight(
    points: Floats, way: Floats, nodes: Floats, arcs: Floats, sections: NDArray[np.int64], used: int
) -> int:
    """Lay what runs straight from point to point, of one make; how many nodes are used by now."""
    end = used + len(points)
    nodes[used:end], arcs[used:end], sections[used:end] = points, way, 0
    sections[end - 1] = -1
    return end


def _within(one: Shown) -> tuple[float, float]:
    """Iodine and water that a lumen has more than one full of blood, g/cm3."""
    return one.iodine_g_cm3, -BLOOD_G_CM3 * one.gas_share


def _displaced(one: Shown, way: Floats, arcs: Floats) -> Floats | float:
    """Iodine of the vessel about the middle of each piece of a course, g/cm3."""
    if np.ndim(one.around_g_cm3) == 0:
        return float(one.around_g_cm3)
    middles = arcs.copy()
    middles[:-1] += 0.5 * np.diff(arcs)
    return np.asarray(np.interp(middles, way, one.around_g_cm3))


def _hosts(own: int, points: Sequence[Floats], lengths: Sequence[float]) -> list[int]:
    """Instruments that one lies in, innermost first, each of them reaching less far than those before it."""
    found: list[int] = []
    reach = 0.0
    for other in range(own + 1, len(points)):
        if lengths[other] > reach and float(np.linalg.norm(points[other][0] - points[own][0])) < SAME_SKIN_MM:
            found.append(other)
            reach = lengths[other]
    return found
