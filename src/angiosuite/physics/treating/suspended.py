"""`Suspended`: agents in the blood, each in fractions by size, carried until they lodge or set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.flow.cells import Layout
from angiosuite.physics.flow.flowing import Flowing
from angiosuite.physics.flow.spec import EdgeKind, FlowSpec

from .arterial_tree import CAPILLARY_UM
from .carried import Carried

__all__ = ["Fraction", "Stuck", "Suspended"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TRACE_ML = 1e-12


@dataclass(frozen=True, slots=True)
class Fraction:
    """What of a preparation behaves alike.

    Parameters
    ----------
    preparation : int
        Its number.
    lodging_um : float
        It stops in lumens below this (`particles.lodging_um`).
    share : float
        Of the preparation's solid volume; the fractions of one add up to 1.
    stops_s : float or None
        It stops wherever it is at this age (glue); None goes on.
    is_drawn_out : bool
        A drop that small arteries draw out long: it goes on into capillaries and fills them.
    """

    preparation: int
    lodging_um: float
    share: float
    stops_s: float | None = None
    is_drawn_out: bool = False


@dataclass(frozen=True, slots=True)
class Stuck:
    """Some solid volume that goes on no more.

    Parameters
    ----------
    fraction : Fraction
    ml : float
    edge : int
        The bed that it went into, the segment, or the hole.
    cell : int
        Of that segment, where it lies; -1 in a bed and at a hole.
    passes : bool
        It has left through the hole.
    """

    fraction: Fraction
    ml: float
    edge: int
    cell: int = -1
    passes: bool = False


class Suspended:
    """All that is suspended in the blood of one network.

    **Model.** Each fraction is a field of its own that goes with the flow (`Carried`), so that forks share it
    out as they share the blood, and an injection stronger than the flow sends it back up the vessel. At the
    end of each movement what has come to the small arteries of a bed lodges there, unless it passes
    capillaries; so does what has come into a segment whose lumen is narrower than its lodging diameter, to
    the cell. What goes through a hole in a wall into tissue stops in the hole where that is narrower than its
    lodging diameter, else it is gone. What sets has a second field of its age: past its time it stops in the
    cell that it is in.
    **Source.** Split by flow: research notes 2.4 on embolisation. **Valid for** what `Carried` is valid for.
    Held by tests/physics/treating/test_suspended.py.

    Parameters
    ----------
    spec : FlowSpec
    entrances : ndarray (k, 2) of int
        Node where each bed begins (its small arteries), and the bed's edge.
    holes : ndarray (m, 2) of int, optional
        Node of the tissue that each hole bleeds into, and the hole's edge.
    hole_um : ndarray (m,), optional
        How wide each is, open.
    """

    def __init__(
        self, spec: FlowSpec, entrances: Ints, holes: Ints | None = None, hole_um: Floats | None = None
    ) -> None:
        self.spec = spec
        self._holes = np.zeros((0, 2), np.int64) if holes is None else holes
        self._hole_um = np.zeros(0) if hole_um is None else hole_um
        self._entrances = np.asarray(entrances, np.int64).reshape(-1, 2)
        self.fractions: list[Fraction] = []
        """Those that are carried now."""
        self.fields: list[Carried] = []
        self.ages: list[Carried | None] = []
        self._known: dict[int, tuple[Fraction, ...]] = {}
        self._blank = Carried(spec)
        at = self._blank.layout
        self._beds = np.flatnonzero((spec.kind == EdgeKind.BED) & (np.diff(at.first_cell) > 0))
        tanks = np.diff(at.first_cell)[self._beds]
        self._tank_from = np.cumsum(tanks) - tanks
        spans = [np.arange(at.first_cell[k], at.first_cell[k + 1]) for k in self._beds]
        self._tanks = np.concatenate([np.zeros(0, np.int64), *spans]).astype(np.int64)
        self._cells = np.repeat(np.arange(len(spec.edges)), np.diff(at.first_cell)).astype(np.int64)
        tube = spec.kind == EdgeKind.TUBE
        self._lumen_um = np.where(tube, 2e4 * np.sqrt(np.maximum(spec.area_cm2, 0.0) / np.pi), np.inf)

    @property
    def layout(self) -> Layout:
        """Of the cells of every field."""
        return self._blank.layout

    @property
    def empty(self) -> bool:
        """Whether nothing is carried."""
        return not self.fractions

    @property
    def known(self) -> Mapping[int, tuple[Fraction, ...]]:
        """Fractions of every preparation that may come."""
        return self._known

    def know(self, preparation: int, fractions: Iterable[Fraction]) -> None:
        """What a preparation is made of, before any of it comes."""
        self._known[preparation] = tuple(fractions)

    def carry(self, one: Fraction) -> int:
        """Begin to carry a fraction, where it is not yet; its place in `fields`."""
        if one in self.fractions:
            return self.fractions.index(one)
        self.fractions.append(one)
        self.fields.append(self._blank.copied())
        self.ages.append(None if one.stops_s is None else self._blank.copied())
        return len(self.fractions) - 1

    def give(self, preparation: int, node: int, ml: float) -> None:
        """Some solid volume of a preparation comes in at a node with the liquid of the next step."""
        for one in self._known[preparation]:
            self.fields[self.carry(one)].give(node, ml * one.share)

    def step(self, network: Flowing, seconds: float, area_share: Floats | None = None) -> list[Stuck]:
        """Follow one step of the network; what stopped with it.

        Parameters
        ----------
        network : Flowing
        seconds : float
        area_share : ndarray (e,), optional
            What is open of each lumen's area.
        """
        found: list[Stuck] = []
        self._blank.follow(network, seconds)  # what begins to be carried later moves with the others
        for one, field, age in zip(self.fractions, self.fields, self.ages, strict=True):
            if not field.follow(network, seconds):
                if age is not None:
                    age.follow(network, seconds)
                continue
            if age is not None:
                age.follow(network, seconds)
                age.grow(field, field.window * seconds)
                found += self._set(one, field, age)
            found += self._in_holes(one, field, age, area_share)
            if one.lodging_um > CAPILLARY_UM:
                found += self._in_beds(one, field, age)
                found += self._in_lumens(one, field, age, area_share)
        return found

    def clear(self) -> list[tuple[Fraction, float]]:
        """Forget fractions of which nothing is carried any more; what of each left the network.

        A last trace is counted as left, so that a thin tail costs no time for ever.
        """
        left, keep = [], []
        for k, (one, field) in enumerate(zip(self.fractions, self.fields, strict=True)):
            rest = field.whole
            if field.empty or rest < _TRACE_ML:
                left.append((one, field.lost_mg + rest))
            else:
                keep.append(k)
        self.fractions = [self.fractions[k] for k in keep]
        self.fields = [self.fields[k] for k in keep]
        self.ages = [self.ages[k] for k in keep]
        return left

    def carried_ml(self, preparation: int) -> float:
        """Of a preparation, what the blood carries now."""
        those = zip(self.fractions, self.fields, strict=True)
        return sum(field.whole for one, field in those if one.preparation == preparation)

    def left_ml(self, preparation: int) -> float:
        """Of a preparation, what left the network with the blood, of fractions that are carried yet."""
        those = zip(self.fractions, self.fields, strict=True)
        return sum(field.lost_mg for one, field in those if one.preparation == preparation)

    # ---- where it stops ----------------------------------------------------------------------------------

    def _in_beds(self, one: Fraction, field: Carried, age: Carried | None) -> list[Stuck]:
        found = []
        nodes, beds = self._entrances[:, 0], self._entrances[:, 1]
        if field.pool_amount[nodes].any():
            for k, ml in enumerate(field.take_pools(nodes)):
                if ml > 0.0:
                    found.append(Stuck(one, float(ml), int(beds[k])))
            if age is not None:
                age.take_pools(nodes)
        if field.cell_amount[self._tanks].any():
            sums = np.add.reduceat(field.take_cells(self._tanks), self._tank_from)
            found += [
                Stuck(one, float(ml), int(k)) for k, ml in zip(self._beds, sums, strict=True) if ml > 0.0
            ]
            if age is not None:
                age.take_cells(self._tanks)
        return found

    def _in_holes(
        self, one: Fraction, field: Carried, age: Carried | None, area_share: Floats | None
    ) -> list[Stuck]:
        tissue, edges = self._holes[:, 0], self._holes[:, 1]
        if not field.pool_amount[tissue].any():
            return []
        wide = self._hole_um * (1.0 if area_share is None else np.sqrt(area_share[edges]))
        if age is not None:
            age.take_pools(tissue)
        those = zip(field.take_pools(tissue), edges, one.lodging_um <= wide, strict=True)
        return [Stuck(one, float(ml), int(k), passes=bool(goes)) for ml, k, goes in those if ml > 0.0]

    def _in_lumens(
        self, one: Fraction, field: Carried, age: Carried | None, area_share: Floats | None
    ) -> list[Stuck]:
        lumen = self._lumen_um if area_share is None else self._lumen_um * np.sqrt(area_share)
        narrow = lumen < one.lodging_um
        if not narrow.any():
            return []
        return self._stop(one, field, age, np.flatnonzero(narrow[self._cells] & (field.cell_amount > 0.0)))

    def _set(self, one: Fraction, field: Carried, age: Carried) -> list[Stuck]:
        assert one.stops_s is not None
        held = field.cell_amount > 0.0
        old = held & (age.cell_amount >= one.stops_s * field.cell_amount)
        old &= self.spec.kind[self._cells] == EdgeKind.TUBE
        return self._stop(one, field, age, np.flatnonzero(old))

    def _stop(self, one: Fraction, field: Carried, age: Carried | None, cells: Ints) -> list[Stuck]:
        if not cells.size:
            return []
        if age is not None:
            age.take_cells(cells)
        taken = zip(cells, field.take_cells(cells), strict=True)
        return [Stuck(one, float(ml), int(self._cells[cell]), int(cell)) for cell, ml in taken]

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Floats]:
        """Everything that changes; what is known is told anew."""
        kept = {"fractions": np.array([_row(one) for one in self.fractions], np.float64).reshape(-1, 4)}
        for k, (field, age) in enumerate(zip(self.fields, self.ages, strict=True)):
            kept |= {f"{k}.{key}": value for key, value in field.state().items()}
            if age is not None:
                kept |= {f"{k}.age.{key}": value for key, value in age.state().items()}
        return kept

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state` of the same network."""
        self.fractions, self.fields, self.ages = [], [], []
        for k, (number, um, share, stops_s) in enumerate(arrays["fractions"]):
            stops = None if stops_s < 0.0 else float(stops_s)
            self.carry(Fraction(int(number), float(um), float(share), stops))
            self.fields[k].restore(_under(f"{k}.", arrays))
            age = self.ages[k]
            if age is not None:
                age.restore(_under(f"{k}.age.", arrays))


def _row(one: Fraction) -> list[float]:
    return [one.preparation, one.lodging_um, one.share, -1.0 if one.stops_s is None else one.stops_s]


def _under(prefix: str, arrays: Mapping[str, Floats]) -> dict[str, Floats]:
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
