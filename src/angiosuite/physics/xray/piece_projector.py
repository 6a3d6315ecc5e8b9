"""Projects what tubes hold, piece by piece: lengths once a view, only where there is something to see."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from angiosuite.physics.threads import share
from angiosuite.physics.xray.band_rows import rows_of_bands
from angiosuite.physics.xray.bands import left_to_rays, spread_bands
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import union
from angiosuite.physics.xray.projector import Image, Window
from angiosuite.physics.xray.ray_sums import add_moved, add_up
from angiosuite.physics.xray.tube_pieces import COLUMNS, PIXEL_MM, sharers, swallowed, tabulate
from angiosuite.physics.xray.tube_rays import LATTICES, RAYS_A_RADIUS, lengths_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_GROWTH = 1.3
MARGIN_MM = 6.0
"""How far beyond the detector rays are cast for pieces that move into it, mm on the detector."""
#: Results that room is made for at the least.
_ROOM = 20_000
#: Results of a view are put together when they lie in more than so many times their own room.
_LOOSE = 4


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Straight pieces of tubes between nodes.

    Attributes
    ----------
    ends : int64 (pieces, 2)
        First and second node of each.
    radii_mm : float64 (pieces, 2)
        Radius at both ends.
    joints : int64 (pieces, 2)
        Piece before and piece after: both share a bisecting plane; -1 is a square end.
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
        """Keep the results of these pieces alone; put them together where many gaps lie between them."""
        self.ready = kept
        work = np.flatnonzero(kept & (self.counts > 0))
        counts = self.counts[work]
        end = int((self.place[work] + counts).max()) if len(work) else 0
        if end <= _LOOSE * int(counts.sum()):
            self.used = end
            return
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
    **Model** what shares room with none is spread over its shadow (:func:`~.bands.spread_bands`). For the
    rest, where a branch leaves its parent, and for wide pieces that are seen end on, ray lengths are a sparse
    matrix of pixels and nodes; a picture is its product with the concentrations. Rows of the matrix are made
    when a piece first holds something, and kept until the geometry changes or nodes move that they depend
    on; they are summed in the order of the pieces, so that a picture has the same bytes whatever was shown
    before. What moves by some mm can be cast where it stood at a round phase of its motion and moved from
    there, parted among the four nearest pixels; where the beam stands, bands are kept and moved likewise.
    Held by ``tests/physics/xray/test_tube_projector.py`` and ``test_lumen_projector.py``.
    """

    def __init__(
        self, pieces: Pieces, rest_mm: Floats, most_rays: int = 34, faintest_g_cm2: float = 0.0
    ) -> None:
        self._pieces, self._whole_mm = pieces, pieces.radii_mm
        self._most_rays = min(most_rays, int(LATTICES[-1, 0]))
        self._faintest = faintest_g_cm2
        rest_mm = np.ascontiguousarray(rest_mm, np.float64)
        self._cutters, self._cut_from = pieces.cutters(rest_mm)
        self._hidden = np.zeros(len(pieces.ends), bool)
        swallowed(
            rest_mm, pieces.ends, pieces.radii_mm, pieces.tube, self._cutters, self._cut_from, self._hidden
        )
        self._cut_of = np.repeat(np.arange(len(pieces.ends)), np.diff(self._cut_from))
        self._is_cut: NDArray[np.bool_] = np.diff(self._cut_from) > 0
        """Pieces that share room with others that come first."""
        self._cut = np.zeros(len(pieces.ends), bool)
        self._cut[self._cutters] = True
        self._wide = pieces.radii_mm.max(axis=1)
        self._moves = np.zeros(len(pieces.ends), bool)
        """Pieces that moved before while a view stood."""
        self._view = _View()
        self._scratch = np.zeros((2, 0, 0), np.float32)
        self._wide_of: tuple[bytes, BeamGeometry, int] | None = None

    def widen(self, share: Floats | None) -> None:
        """Take tubes of a share of their radius at each node, shape (nodes,); None: as wide as they were.

        What shares room is found as they were: none may become wider.
        """
        whole = self._whole_mm
        radii = whole if share is None else np.ascontiguousarray(whole * share[self._pieces.ends])
        other: NDArray[np.bool_] = np.any(radii != self._pieces.radii_mm, axis=1)
        if not other.any():
            return
        self._pieces = replace(self._pieces, radii_mm=radii)
        self._wide = radii.max(axis=1)
        if len(self._view.ready) == len(other):
            self._view.keep(self._view.ready & ~(other | self._cut_by(other)))

    def image(
        self, geometry: BeamGeometry, key: Hashable, nodes_mm: Floats, density: Floats
    ) -> tuple[Window, Image] | None:
        """Window and g/cm2 in it; None where nothing is seen. For what is given see :meth:`add_to`."""
        mass = np.zeros((geometry.rows, geometry.columns), np.float32)
        window = self.add_to(mass, geometry, key, nodes_mm, density)
        return None if window is None else (window, mass[window[0] : window[1], window[2] : window[3]])

    def add_to(
        self, mass: Image, geometry: BeamGeometry, key: Hashable, nodes_mm: Floats, density: Floats
    ) -> Window | None:
        """Add to a picture of the whole detector; the window that was touched, None where nothing was.

        Parameters
        ----------
        mass : float32 (rows, columns)
            g/cm2, changed.
        geometry : BeamGeometry
        key : hashable
            Equal for equal `nodes_mm`.
        nodes_mm : float64 (nodes, 3)
        density : float64 (nodes,)
            Of what fills the tubes, g/cm3; negative where it takes something away.
        """
        touched = [part(mass) for part in self.parts(geometry, key, nodes_mm, density)]
        return union([window for window in touched if window is not None])

    def parts(
        self,
        geometry: BeamGeometry,
        key: Hashable,
        nodes_mm: Floats,
        density: Floats,
        stood: tuple[Hashable, Floats] | None = None,
        stands: bool = False,
    ) -> tuple[Callable[[Image], Window | None], ...]:
        """The same in parts that can be reckoned at once, each on its own picture: by rays, by bands.

        With `stood`, a key and nodes that are some mm away from where they are now, rays are cast there, and
        each piece's shadow is moved as its middle moved since. Where the beam `stands`, bands are kept and
        moved likewise, and all is one part.
        """
        pieces, ends = self._pieces, self._pieces.ends
        held = np.abs(density)
        shown = np.maximum(held[ends[:, 0]], held[ends[:, 1]]) * (0.2 * self._wide)
        active: NDArray[np.bool_] = np.asarray((shown > self._faintest) & ~self._hidden)
        nodes_mm = np.ascontiguousarray(nodes_mm, np.float64)
        seen_mm = nodes_mm if stood is None else np.ascontiguousarray(stood[1], np.float64)
        by_rays = self._is_cut | left_to_rays(geometry, seen_mm, ends, pieces.radii_mm)
        if stood is not None and stands:
            kept, by_bands = stood, ~by_rays
            return (lambda mass: self._moved(mass, geometry, kept, nodes_mm, active, density, by_bands),)

        def rays(mass: Image) -> Window | None:
            if not (active & by_rays).any():
                return None
            if stood is not None:
                return self._moved(mass, geometry, stood, nodes_mm, active & by_rays, density)
            view, work = self._cast(geometry, key, nodes_mm, active & by_rays)
            if not len(work):
                return None
            add_up(work, view.pixel, view.lengths, view.place, view.counts, ends, density, mass)
            low, high = view.boxes[work].min(axis=0), view.boxes[work].max(axis=0)
            return int(low[0]), int(high[1]), int(low[2]), int(high[3])

        def bands(mass: Image) -> Window | None:
            return spread_bands(
                mass, geometry, nodes_mm, ends, pieces.radii_mm, pieces.joints, active & ~by_rays, density
            )

        return rays, bands

    def _moved(
        self,
        mass: Image,
        geometry: BeamGeometry,
        stood: tuple[Hashable, Floats],
        nodes_mm: Floats,
        active: NDArray[np.bool_],
        density: Floats,
        by_bands: NDArray[np.bool_] | None = None,
    ) -> Window | None:
        """Add these pieces as they were seen where they stood, a margin about the detector with them."""
        key, stood_mm = stood
        wide, margin = self._with_margin(geometry)
        view, work = self._cast(wide, key, np.ascontiguousarray(stood_mm, np.float64), active, by_bands)
        if not len(work):
            return None
        touched = np.array([geometry.rows, 0, geometry.columns, 0], np.int64)
        add_moved(
            work, view.pixel, view.lengths, view.place, view.counts, view.boxes, self._pieces.ends, density,
            stood_mm, nodes_mm, geometry.numbers, margin, mass, touched,
        )  # fmt: skip
        r0, r1, c0, c1 = (int(value) for value in touched)
        return (r0, r1, c0, c1) if r0 < r1 and c0 < c1 else None

    def _with_margin(self, geometry: BeamGeometry) -> tuple[BeamGeometry, int]:
        """The detector with a margin about it, and how many pixels that is."""
        if self._wide_of is None or self._wide_of[0] != geometry.key:
            margin = int(np.ceil(MARGIN_MM / np.sqrt(geometry.pixel_mm2)))
            wide = geometry.window(-margin, geometry.rows + margin, -margin, geometry.columns + margin)
            self._wide_of = geometry.key, wide, margin
        return self._wide_of[1:]

    def volumes_ml(self, nodes_mm: Floats) -> Floats:
        """Volume that stands for each node in a picture, ml, shape (nodes,); room that is shared counts once.

        Of pieces that share none the closed form of a cone; the others are projected along y onto 0.25 mm.
        """
        ends, (a, b) = self._pieces.ends, self._pieces.radii_mm.T
        length = np.linalg.norm(nodes_mm[ends[:, 1]] - nodes_mm[ends[:, 0]], axis=1)
        whole = np.where(self._is_cut | self._hidden, 0.0, 1e-3 * np.pi / 12.0 * length)
        total = np.zeros(len(nodes_mm))
        np.add.at(total, ends[:, 0], whole * (3.0 * a * a + 2.0 * a * b + b * b))
        np.add.at(total, ends[:, 1], whole * (a * a + 2.0 * a * b + 3.0 * b * b))
        if not self._is_cut.any():
            return total
        low, high = nodes_mm.min(axis=0) - 30.0, nodes_mm.max(axis=0) + 30.0
        step, middle, far = 0.25, 0.5 * (low + high), 1e5
        behind = 0.5 * float(high[1] - low[1])
        rows, columns = (int(np.ceil((high - low)[k] / step)) for k in (2, 0))
        beam = BeamGeometry.centred(
            middle + np.array([0.0, far, 0.0]), middle - np.array([0.0, behind, 0.0]),
            np.array([step, 0, 0]), np.array([0, 0, -step]), rows, columns,
        )  # fmt: skip
        area_mm2 = (step * far / (far + behind)) ** 2
        view, work = self._cast(beam, None, nodes_mm, self._is_cut & ~self._hidden)
        for p in work:
            part = view.lengths[view.place[p] : view.place[p] + view.counts[p]].sum(axis=0, dtype=np.float64)
            total[ends[p]] += part * (area_mm2 * 1e-3)
        return total

    def _cast(
        self,
        geometry: BeamGeometry,
        key: Hashable,
        nodes_mm: Floats,
        active: NDArray[np.bool_],
        by_bands: NDArray[np.bool_] | None = None,
    ) -> tuple[_View, Ints]:
        """The view with what these pieces give to their pixels, and which of them are seen."""
        view = self._view
        if key is None or view.key != (geometry.key, key):
            self._turn_to(geometry, key, nodes_mm, len(active))
        fresh = active & ~view.ready
        if fresh.any():
            by_rays = fresh if by_bands is None else fresh & ~by_bands
            if by_rays.any():
                self._project(geometry, nodes_mm, by_rays)
            if by_bands is not None and (fresh & by_bands).any():
                self._spread(geometry, nodes_mm, fresh & by_bands)
        return view, np.flatnonzero(active & (view.counts > 0))

    def _spread(self, geometry: BeamGeometry, nodes_mm: Floats, fresh: NDArray[np.bool_]) -> None:
        """Keep what pieces give to the pixels of their bands."""
        pieces, view, work = self._pieces, self._view, np.flatnonzero(fresh)
        if self._scratch.shape[1:] != (geometry.rows, geometry.columns):
            self._scratch = np.zeros((2, geometry.rows, geometry.columns), np.float32)
        done, more = 0, _ROOM
        while done < len(work):
            view.room_for(more)
            done, view.used = rows_of_bands(
                nodes_mm, pieces.ends, pieces.radii_mm, pieces.joints, work, geometry.numbers,
                geometry.pixel_mm2, self._scratch, view.pixel, view.lengths, view.used, view.place,
                view.counts, view.boxes, done,
            )  # fmt: skip
            more = max(_ROOM, self._scratch[0].size)
        view.ready[work] = True

    def _turn_to(self, geometry: BeamGeometry, key: Hashable, nodes_mm: Floats, count: int) -> None:
        """Another view, or nodes that have moved: what stands as it stood in the same view is kept."""
        view = self._view
        if len(view.ready) != count:
            view.table, view.boxes = np.zeros((count, COLUMNS)), np.zeros((count, 4), np.int64)
            view.place, view.counts = np.zeros(count, np.int64), np.zeros(count, np.int64)
        if key is None or view.key is None or view.geometry != geometry.key:
            view.ready, view.used = np.zeros(count, bool), 0
        else:
            changed = self._changed(np.any(nodes_mm != view.nodes_mm, axis=1))
            self._moves |= changed
            view.keep(view.ready & ~changed)
        view.key = None if key is None else (geometry.key, key)
        view.geometry, view.nodes_mm = geometry.key, np.array(nodes_mm)

    def _changed(self, moved: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Pieces whose lengths are others once these nodes have moved: their own, of joints, of cutters."""
        pieces = self._pieces
        own: NDArray[np.bool_] = np.any(moved[pieces.ends], axis=1)
        joined = np.any((pieces.joints >= 0) & own[pieces.joints], axis=1)
        return np.asarray(own | joined | self._cut_by(own))

    def _cut_by(self, own: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Pieces that share room with any of these, which come first."""
        found = np.bincount(self._cut_of[own[self._cutters]], minlength=len(own)) > 0
        return np.asarray(found)

    def _project(self, geometry: BeamGeometry, nodes_mm: Floats, fresh: NDArray[np.bool_]) -> None:
        pieces, view = self._pieces, self._view
        wanted = fresh | (self._cut & ~view.ready)
        tabulate(
            nodes_mm, pieces.ends, pieces.radii_mm, pieces.joints, wanted, geometry.numbers,
            view.table, view.boxes,
        )  # fmt: skip
        work = np.flatnonzero(fresh)
        work = work[np.argsort(self._moves[work], kind="stable")]  # what stands still is kept for long
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
