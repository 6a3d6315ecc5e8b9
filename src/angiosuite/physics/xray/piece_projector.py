"""Projects what tubes hold, piece by piece: lengths once a view, only where there is something to see."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.threads import share
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.projector import Image, Window
from angiosuite.physics.xray.tube_pieces import COLUMNS, PIXEL_MM, sharers, swallowed, tabulate
from angiosuite.physics.xray.tube_rays import LATTICES, RAYS_A_RADIUS, add_up, lengths_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_GROWTH = 1.3


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Straight pieces of tubes between nodes.

    Attributes
    ----------
    ends : int64 (pieces, 2)
        First and second node of each.
    radii_mm : float64 (pieces, 2)
        Radius at both ends.
    joints : int64 (pieces, 3)
        Piece before, piece after (both share a bisecting plane; -1 is a square end) and the piece that leaves
        the same place beside it (the plane between them parts them; -1 for none).
    tube : int64 (pieces,)
        Number of its tube, ascending: where tubes share room, the first has it.
    group : int64 (pieces,)
        Tubes share room within a group only; -1 shares with none.
    """

    ends: Ints
    radii_mm: Floats
    joints: Ints
    tube: Ints
    group: Ints

    def cutters(self, nodes_mm: Floats) -> tuple[Ints, Ints]:
        """Earlier pieces of other tubes that share room with each, and where each list begins.

        A tube that goes on from another is parted from it by a plane and shares nothing with it.
        """
        count, begins = 16 * len(self.ends), np.zeros(len(self.ends) + 1, np.int64)
        while True:
            found = np.empty(count, np.int64)
            count = sharers(nodes_mm, self.ends, self.radii_mm, self.tube, self.group, found, begins)
            if count <= len(found):
                break
        found = found[:count]
        of = np.repeat(np.arange(len(self.ends)), np.diff(begins))
        tubes = int(self.tube[-1]) + 1
        before = self.joints[:, 0]
        linked = np.flatnonzero((before >= 0) & (self.tube[before] != self.tube))
        pairs = np.concatenate([
            self.tube[linked] * tubes + self.tube[before[linked]],
            self.tube[before[linked]] * tubes + self.tube[linked],
        ])  # fmt: skip
        kept = ~np.isin(self.tube[of] * tubes + self.tube[found], pairs)
        counts = np.bincount(of[kept], minlength=len(self.ends))
        return found[kept], np.concatenate([[0], np.cumsum(counts)])


@dataclass(slots=True, eq=False)
class _View:
    """One view: its table of pieces and the lengths that were asked for so far."""

    key: Hashable = None
    ready: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    table: Floats = field(default_factory=lambda: np.zeros((0, COLUMNS)))
    boxes: Ints = field(default_factory=lambda: np.zeros((0, 4), np.int64))
    place: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    counts: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    pixel: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    lengths: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    used: int = 0
    geometry: Hashable = None
    nodes_mm: Floats = field(default_factory=lambda: np.zeros((0, 3)))

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Keep the results of these pieces alone, and put them together."""
        self.ready = kept
        work = np.flatnonzero(kept & (self.counts > 0))
        counts = self.counts[work]
        ends = np.cumsum(counts)
        self.used = int(ends[-1]) if len(work) else 0
        old = np.repeat(self.place[work] - (ends - counts), counts) + np.arange(self.used)
        self.pixel[: self.used], self.lengths[: self.used] = self.pixel[old], self.lengths[old]
        self.place[work] = ends - counts

    def room_for(self, more: int) -> None:
        """Make room for `more` results; memory is kept from view to view."""
        if self.used + more > len(self.pixel):
            room = int(_GROWTH * (self.used + more))
            pixel, lengths = np.empty(room, np.int32), np.empty((room, 2), np.float32)
            pixel[: self.used], lengths[: self.used] = self.pixel[: self.used], self.lengths[: self.used]
            self.pixel, self.lengths = pixel, lengths


class PieceProjector:
    """g/cm2 of what fills tubes, for one view after another.

    Parameters
    ----------
    pieces : Pieces
    rest_mm : float64 (nodes, 3)
        Nodes at rest, where it is found which pieces share room.
    most_rays : int
        Most rays a pixel for pieces that are seen end on.
    faintest_g_cm2 : float
        A piece that would show less across its diameter is left out.

    Notes
    -----
    **Model** for one view the ray lengths are a sparse matrix of pixels and nodes; a picture is its product
    with the concentrations. Rows of the matrix are made when a piece first holds something, and kept until
    the geometry changes or nodes move that they depend on; they are summed in the order of the pieces, so
    that a picture has the same bytes whatever was shown before.
    Held by ``tests/physics/xray/test_tube_projector.py`` and ``test_lumen_projector.py``.
    """

    def __init__(
        self, pieces: Pieces, rest_mm: Floats, most_rays: int = 34, faintest_g_cm2: float = 0.0
    ) -> None:
        self._pieces = pieces
        self._most_rays = min(most_rays, int(LATTICES[-1, 0]))
        self._faintest = faintest_g_cm2
        rest_mm = np.ascontiguousarray(rest_mm, np.float64)
        self._cutters, self._cut_from = pieces.cutters(rest_mm)
        self._hidden = np.zeros(len(pieces.ends), bool)
        swallowed(
            rest_mm, pieces.ends, pieces.radii_mm, pieces.tube, self._cutters, self._cut_from, self._hidden
        )
        self._cut_of = np.repeat(np.arange(len(pieces.ends)), np.diff(self._cut_from))
        self._cut = np.zeros(len(pieces.ends), bool)
        self._cut[self._cutters] = True
        self._wide = pieces.radii_mm.max(axis=1)
        self._view = _View()

    def image(
        self, geometry: BeamGeometry, key: Hashable, nodes_mm: Floats, density: Floats
    ) -> tuple[Window, Image] | None:
        """Window and g/cm2 in it; None where nothing is seen.

        Parameters
        ----------
        geometry : BeamGeometry
        key : hashable
            Equal for equal `nodes_mm`.
        nodes_mm : float64 (nodes, 3)
        density : float64 (nodes,)
            Of what fills the tubes, g/cm3.
        """
        view, work = self._seen(geometry, key, nodes_mm, density)
        if not len(work):
            return None
        boxes = view.boxes[work]
        window = (
            int(boxes[:, 0].min()), int(boxes[:, 1].max()), int(boxes[:, 2].min()), int(boxes[:, 3].max()),
        )  # fmt: skip
        mass = np.zeros((geometry.rows, geometry.columns), np.float32)
        add_up(
            work, view.pixel, view.lengths, view.place, view.counts, self._pieces.ends, density,
            mass.reshape(-1),
        )  # fmt: skip
        return window, mass[window[0] : window[1], window[2] : window[3]]

    def lengths(self, geometry: BeamGeometry, nodes_mm: Floats) -> Floats:
        """Sum over the detector of the lengths that stand for each node, mm, shape (nodes,)."""
        full = np.ones(len(nodes_mm))
        view, work = self._seen(geometry, None, nodes_mm, full)
        total = np.zeros(len(nodes_mm))
        for p in work:
            part = view.lengths[view.place[p] : view.place[p] + view.counts[p]].sum(axis=0, dtype=np.float64)
            total[self._pieces.ends[p]] += part
        return total

    def _seen(
        self, geometry: BeamGeometry, key: Hashable, nodes_mm: Floats, density: Floats
    ) -> tuple[_View, Ints]:
        """The view with the lengths of all pieces that hold something, and which these are."""
        ends, view = self._pieces.ends, self._view
        shown = np.maximum(density[ends[:, 0]], density[ends[:, 1]]) * (0.2 * self._wide)
        active: NDArray[np.bool_] = np.asarray((shown > self._faintest) & ~self._hidden)
        if key is None or view.key != (geometry.key, key):
            self._turn_to(geometry, key, nodes_mm, len(ends))
        fresh = active & ~view.ready
        if fresh.any():
            self._project(geometry, np.ascontiguousarray(nodes_mm, np.float64), fresh)
        return view, np.flatnonzero(active & (view.counts > 0))

    def _turn_to(self, geometry: BeamGeometry, key: Hashable, nodes_mm: Floats, count: int) -> None:
        """Another view, or nodes that have moved: what stands as it stood in the same view is kept."""
        view = self._view
        if len(view.ready) != count:
            view.table, view.boxes = np.zeros((count, COLUMNS)), np.zeros((count, 4), np.int64)
            view.place, view.counts = np.zeros(count, np.int64), np.zeros(count, np.int64)
        if key is None or view.key is None or view.geometry != geometry.key:
            view.ready, view.used = np.zeros(count, bool), 0
        else:
            view.keep(view.ready & ~self._changed(np.any(nodes_mm != view.nodes_mm, axis=1)))
        view.key = None if key is None else (geometry.key, key)
        view.geometry, view.nodes_mm = geometry.key, np.array(nodes_mm)

    def _changed(self, moved: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Pieces whose lengths are others once these nodes have moved: their own, of joints, of cutters."""
        pieces = self._pieces
        own: NDArray[np.bool_] = np.any(moved[pieces.ends], axis=1)
        joined = np.any((pieces.joints >= 0) & own[pieces.joints], axis=1)
        cut = np.bincount(self._cut_of[own[self._cutters]], minlength=len(pieces.ends)) > 0
        return np.asarray(own | joined | cut)

    def _project(self, geometry: BeamGeometry, nodes_mm: Floats, fresh: NDArray[np.bool_]) -> None:
        pieces, view = self._pieces, self._view
        wanted = fresh | (self._cut & ~view.ready)
        tabulate(
            nodes_mm, pieces.ends, pieces.radii_mm, pieces.joints, wanted, _numbers(geometry),
            view.table, view.boxes,
        )  # fmt: skip
        work = np.flatnonzero(fresh)
        boxes = view.boxes[work]
        areas = (boxes[:, 1] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 2])
        view.ready[work] = True
        view.counts[work] = 0
        work, areas = work[areas > 0], areas[areas > 0]
        if not len(work):
            return
        ends_at = np.cumsum(areas)
        view.room_for(int(ends_at[-1]))
        view.place[work] = view.used + ends_at - areas
        view.used += int(ends_at[-1])
        narrow = np.maximum(pieces.radii_mm.min(axis=1), 1e-3)
        rays = np.minimum(RAYS_A_RADIUS * view.table[:, PIXEL_MM] / narrow, self._most_rays)
        lattice = LATTICES[np.searchsorted(LATTICES[:, 0], rays)]
        beam = np.stack(
            [geometry.origin_mm - geometry.source_mm, geometry.row_step_mm, geometry.column_step_mm]
        )
        share(
            lambda k, n: lengths_of(
                view.table,
                beam,
                view.boxes,
                work,
                lattice,
                self._cutters,
                self._cut_from,
                pieces.tube,
                view.place,
                geometry.columns,
                view.pixel,
                view.lengths,
                view.counts,
                k,
                n,
            )
        )


def _numbers(geometry: BeamGeometry) -> Floats:
    """A geometry as the kernels read it, shape (7, 3)."""
    away = geometry.origin_mm - geometry.source_mm
    frame = np.stack([geometry.row_step_mm, geometry.column_step_mm, away], axis=1)
    sizes = np.array(
        [
            [np.linalg.norm(geometry.row_step_mm), np.linalg.norm(geometry.column_step_mm),
             geometry.source_to_detector_mm],
            [geometry.rows, geometry.columns, 0.0],
        ]
    )  # fmt: skip
    return np.concatenate([geometry.source_mm[None], np.linalg.inv(frame), geometry.normal[None], sizes])
