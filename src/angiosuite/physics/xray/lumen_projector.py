"""Projects contrast in the lumens of a patient: vessels along centre lines and the twigs of beds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.errors import WrongUse
from angiosuite.physics.xray.geometry import BeamGeometry
from angiosuite.physics.xray.layers import LayerMass, Motion, Phase, union
from angiosuite.physics.xray.piece_projector import Floats, Ints, PieceProjector, Pieces
from angiosuite.physics.xray.projector import Image, Window

IODINE = "iodine"

#: A piece that shows less across its diameter, g/cm2, is left out: a ten-thousandth in the log at 60 keV.
FAINTEST_G_CM2 = 1e-5


#: Breath, mm, and part of the heart's cycle at whose multiples rays are cast where lumens share room.
STEP_MM, STEPS = 4.0, 4
#: What lumens are pushed aside is taken in steps of this, mm, where their shadows are kept.
ASIDE_MM = 0.25
_NO_TURN = np.eye(3)
#: Nodes so near to each other are one place, mm.
_SAME_MM = 0.5
#: From which share of radius and direction a lumen is the continuation of the one that ends there.
_GOES_ON = 0.5
#: A lumen whose continuation is narrower than this share of it is closed by a cone.
_NARROWER = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Lumen:
    """What is opacified as one: a vessel's centre line, or all twigs of a bed.

    Attributes
    ----------
    name : str
    nodes_mm : float64 (nodes, 3)
        At rest (end of expiration, start of the heart's cycle), LPS mm.
    share : float64 (nodes,)
        How much of the motion each node takes part in, 0 to 1.
    ends : int64 (pieces, 2)
        First and second node of each straight piece.
    radii_mm : float64 (pieces, 2)
    before : int64 (pieces,)
        Piece that each goes on from; -1 where it begins.
    motion : callable, optional
        (breath_mm, cardiac_phase) to the affine ``world from rest``. Lumens with the same function move as
        one.
    group : int
        Lumens of one group that share room (a branch in its parent) count the room once, for the one that
        comes first; -1 shares with none.
    """

    name: str
    nodes_mm: Floats
    share: Floats
    ends: Ints
    radii_mm: Floats
    before: Ints
    motion: Motion | None = None
    group: int = 0

    @classmethod
    def along(
        cls,
        name: str,
        points_mm: Floats,
        radius_mm: Floats,
        share: Floats | float = 1.0,
        motion: Motion | None = None,
        group: int = 0,
    ) -> Lumen:
        """A vessel along its centre line; its nodes are the given points."""
        count = len(points_mm)
        if count < 2 or len(radius_mm) != count:
            raise WrongUse(
                "A lumen needs two points or more, and a radius at each", code="bad-lumen", value=name
            )
        first = np.arange(count - 1)
        return cls(
            name,
            np.asarray(points_mm, np.float64),
            np.broadcast_to(np.asarray(share, np.float64), (count,)).copy(),
            np.stack([first, first + 1], axis=1),
            np.stack([radius_mm[:-1], radius_mm[1:]], axis=1).astype(np.float64),
            first - 1,
            motion,
            group,
        )

    @classmethod
    def twigs(
        cls, name: str, pieces: NDArray[np.float32], before: NDArray[np.int32], motion: Motion | None = None
    ) -> Lumen:
        """Straight pieces (x0, y0, z0, r0, x1, y1, z1, r1) that branch; see ``anatomy.vessels.graph.Twigs``.

        Node p is the far end of piece p; pieces without one before have their own first node behind these,
        in order.
        """
        given = np.asarray(pieces, np.float64)
        came = np.asarray(before, np.int64)
        roots = np.flatnonzero(came < 0)
        first = came.copy()
        first[roots] = len(given) + np.arange(len(roots))
        nodes = np.concatenate([given[:, 4:7], given[roots, 0:3]])
        ends = np.stack([first, np.arange(len(given))], axis=1)
        return cls(name, nodes, np.ones(len(nodes)), ends, given[:, [3, 7]], came, motion, -1)

    @property
    def from_start_mm(self) -> Floats:
        """Way along the lumen from where it begins to each node, mm, shape (nodes,)."""
        way = np.zeros(len(self.nodes_mm))
        step = np.linalg.norm(self.nodes_mm[self.ends[:, 1]] - self.nodes_mm[self.ends[:, 0]], axis=1)
        for p in np.argsort(self.before, kind="stable"):
            way[self.ends[p, 1]] = way[self.ends[p, 0]] + step[p]
        return way


def joined(lumens: Sequence[Lumen]) -> Pieces:
    """All pieces of many lumens, their nodes counted on from lumen to lumen.

    A lumen that goes on where another of its group ends shares a bisecting plane with it.
    """
    ends, joints, node, piece = [], [], 0, 0
    for lumen in lumens:
        ends.append(lumen.ends + node)
        local = _joints(lumen.before)
        joints.append(np.where(local >= 0, local + piece, -1))
        node, piece = node + len(lumen.nodes_mm), piece + len(lumen.ends)
    sizes = [len(lumen.ends) for lumen in lumens]
    all_joints = np.concatenate(joints)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    for parent, children in _ends_of(lumens).items():
        end = lumens[parent]
        weights = [_goes_on(end, lumens[child]) for child in children]
        best = int(np.argmax(weights))
        if weights[best] > _GOES_ON:
            last, first = int(starts[parent + 1]) - 1, int(starts[children[best]])
            all_joints[last, 1], all_joints[first, 0] = first, last
    return Pieces(
        np.ascontiguousarray(np.concatenate(ends)),
        np.ascontiguousarray(np.concatenate([lumen.radii_mm for lumen in lumens])),
        np.ascontiguousarray(all_joints),
        np.repeat(np.arange(len(lumens)), sizes),
        np.repeat([lumen.group for lumen in lumens], sizes),
    )


def _ends_of(lumens: Sequence[Lumen]) -> dict[int, list[int]]:
    """The lumens that begin where each lumen ends, within its group; those without any are left out."""
    firsts = np.array([lumen.nodes_mm[lumen.ends[0, 0]] for lumen in lumens])
    found: dict[int, list[int]] = {}
    for k in range(len(lumens)):
        lumen = lumens[k]
        if lumen.group < 0:
            continue
        near = np.linalg.norm(firsts - lumen.nodes_mm[-1], axis=1) < _SAME_MM
        others = [int(j) for j in np.flatnonzero(near) if j != k]
        children = [j for j in others if lumens[j].group == lumen.group]
        if children:
            found[k] = children
    return found


def _goes_on(end: Lumen, child: Lumen) -> float:
    """How much a lumen is the continuation of another: share of the radius times cosine of the bend."""
    along, on = _along(end, -1), _along(child, 0)
    return float(min(child.radii_mm[0, 0] / max(end.radii_mm[-1, 1], 1e-6), 1.0) * (along @ on))


def _along(lumen: Lumen, piece: int) -> Floats:
    """Unit vector along a piece."""
    a, b = lumen.nodes_mm[lumen.ends[piece, 0]], lumen.nodes_mm[lumen.ends[piece, 1]]
    return np.asarray((b - a) / max(float(np.linalg.norm(b - a)), 1e-9))


def _tapered(lumen: Lumen) -> Lumen:
    """A lumen that narrows to 3/4 of its radius over its last half radius, as where it divides."""
    radius = float(lumen.radii_mm[-1, 1])
    left = lumen.from_start_mm[lumen.ends]
    left = left.max() - left
    factor = 1.0 - 0.25 * np.clip(1.0 - left / (0.5 * radius), 0.0, 1.0)
    return replace(lumen, radii_mm=lumen.radii_mm * factor)


def _cap(lumen: Lumen) -> Lumen:
    """What a lumen that divides reaches into its branches: a cone of half its radius in length."""
    radius, end = float(lumen.radii_mm[-1, 1]), lumen.nodes_mm[-1]
    line = np.stack([end, end + 0.5 * radius * _along(lumen, -1)])
    widths = np.array([0.75, 0.5]) * radius
    return Lumen.along(f"{lumen.name}:end", line, widths, lumen.share[-1], lumen.motion, lumen.group)


def _joints(before: Ints) -> Ints:
    """Piece before, and the only piece after, of each; -1 for none."""
    joints = np.stack([before, np.full(len(before), -1)], axis=1)
    child = np.flatnonzero(before >= 0)
    only = child[np.bincount(before[child], minlength=len(before))[before[child]] == 1]
    joints[before[only], 1] = only
    return joints


class LumenProjector:
    """Projects the iodine in many lumens at once.

    Parameters
    ----------
    lumens : sequence of Lumen
        Parents before their branches.
    most_rays : int
        See :class:`~angiosuite.physics.xray.piece_projector.PieceProjector`.
    faintest_g_cm2 : float
        A piece that shows less across its diameter is left out.

    Notes
    -----
    **Model** as :class:`~angiosuite.physics.xray.piece_projector.PieceProjector`: cones between bisector
    planes, concentration straight between nodes. Only iodine is added: contrast medium takes the place of
    blood of nearly the same density (1.06 g/cm3). A lumen that divides narrows about its end by a cone, so
    that no flat end is seen where its branches leave. Each twig of a bed holds its own volume. Where lumens
    share room, rays are cast at every 4 mm of breath and quarter of a beat; between, the shadows move as they
    do, and so do all others where the beam stands.
    **Valid for** bends whose radius of curvature exceeds the lumen's radius; lumens in front of the source.
    Held by ``tests/physics/xray/test_lumen_projector.py``.
    """

    def __init__(
        self, lumens: Sequence[Lumen], most_rays: int = 34, faintest_g_cm2: float = FAINTEST_G_CM2
    ) -> None:
        if not lumens:
            raise WrongUse("A projector of lumens needs one", code="no-lumen", value=0)
        self.lumens = tuple(lumens)
        starts = np.concatenate([[0], np.cumsum([len(lumen.nodes_mm) for lumen in lumens])])
        self.slices = tuple(slice(int(a), int(b)) for a, b in pairwise(starts))
        """The nodes of each lumen within all."""
        self.nodes = int(starts[-1])
        """Number of nodes."""
        drawn, self._capped = self._with_caps()
        self._rest = np.concatenate([lumen.nodes_mm for lumen in drawn])
        self._movers = by_motion(drawn)
        self._stood: tuple[bytes, Floats] | None = None
        self._width: Floats | None = None
        self._projector = PieceProjector(joined(drawn), self._rest, most_rays, faintest_g_cm2)

    def mass(
        self,
        geometry: BeamGeometry,
        phase: Phase,
        iodine_g_cm3: Floats,
        stands: bool = False,
        aside_mm: Floats | None = None,
        width: Floats | None = None,
    ) -> LayerMass | None:
        """g/cm2 of iodine on the touched pixels; None where nothing is seen.

        Parameters
        ----------
        geometry : BeamGeometry
        phase : Phase
        iodine_g_cm3 : float64 (nodes,)
            Concentration in the lumen at each node (0.001 for 1 mg/ml).
        stands : bool
            The beam stands where it stood: what moves is kept from steps of its motion and moved from there.
        aside_mm : float64 (nodes, 3), optional
            How far each node lies from where its organ has it.
        width : float64 (nodes,), optional
            Share of its radius that each node has, at most 1; the same array while it is the same.
        """
        found = [part() for part in self.parts(geometry, phase, iodine_g_cm3, stands, aside_mm, width)]
        layers = [layer for layer in found if layer is not None]
        if len(layers) < 2:
            return layers[0] if layers else None
        where = union([layer.window for layer in layers])
        assert where is not None
        mass = np.zeros((1, where[1] - where[0], where[3] - where[2]), np.float32)
        for layer in layers:
            (r0, r1, c0, c1), (r, _, c, _) = layer.window, where
            mass[:, r0 - r : r1 - r, c0 - c : c1 - c] += layer.mass
        return LayerMass(where, (IODINE,), mass)

    def parts(
        self,
        geometry: BeamGeometry,
        phase: Phase,
        iodine_g_cm3: Floats,
        stands: bool = False,
        aside_mm: Floats | None = None,
        width: Floats | None = None,
    ) -> tuple[Callable[[], LayerMass | None], ...]:
        """The same in parts that add up and can be reckoned at the same time."""
        if len(iodine_g_cm3) != self.nodes:
            raise WrongUse(
                "Every node has a concentration", code="bad-concentration", value=len(iodine_g_cm3)
            )
        self._widen(width)
        key, affines = self._affines(phase)
        given = np.asarray(iodine_g_cm3, np.float64)
        density = np.concatenate([given, given[self._capped]])
        aside, steps_aside = np.zeros(3), np.zeros(3)
        if aside_mm is not None:
            aside = np.concatenate([aside_mm, aside_mm[self._capped]])
            steps_aside = ASIDE_MM * np.round(aside / ASIDE_MM)

        def layer(part: Callable[[Image], Window | None]) -> LayerMass | None:
            mass = np.zeros((geometry.rows, geometry.columns), np.float32)
            where = part(mass)
            if where is None:
                return None
            return LayerMass(where, (IODINE,), mass[np.newaxis, where[0] : where[1], where[2] : where[3]])

        stood = None
        if self._movers:
            steps = Phase(
                STEP_MM * round(phase.breath_mm / STEP_MM), round(STEPS * phase.cardiac_phase) / STEPS % 1.0
            )
            round_key, round_affines = self._affines(steps)
            round_key += steps_aside.tobytes()
            if self._stood is None or self._stood[0] != round_key:
                self._stood = round_key, self._nodes_at(round_affines) + steps_aside
            stood = self._stood
        nodes = self._nodes_at(affines) + aside
        found = self._projector.parts(geometry, key + aside.tobytes(), nodes, density, stood, stands)
        return tuple(partial(layer, part) for part in found)

    def _widen(self, width: Floats | None) -> None:
        """Take lumens of these widths, where they are others than before."""
        if width is not self._width:
            self._width = width
            self._projector.widen(None if width is None else np.concatenate([width, width[self._capped]]))

    def nodes_at(self, phase: Phase) -> Floats:
        """All nodes as they stand at a phase, LPS mm, shape (nodes, 3)."""
        return self._nodes_at(self._affines(phase)[1])[: self.nodes]

    def _affines(self, phase: Phase) -> tuple[bytes, list[Floats]]:
        """The motions at a phase, and a key that is equal for equal ones."""
        affines = [motion(phase.breath_mm, phase.cardiac_phase) for motion, _, _ in self._movers]
        return b"".join(np.asarray(a, np.float64).tobytes() for a in affines), affines

    def volumes_ml(self) -> Floats:
        """Volume that each node stands for in the picture, ml, shape (nodes,): shared room counts once.

        The iodine in the picture is the sum of these volumes times the concentrations. Found by projection
        along y where room is shared, so good to about half a percent of a lumen there.
        """
        found = self._projector.volumes_ml(self._rest)
        np.add.at(found, self._capped, found[self.nodes :])
        return found[: self.nodes]

    def _nodes_at(self, affines: Sequence[Floats]) -> Floats:
        return _carried(self._rest, self._movers, affines)

    def _with_caps(self) -> tuple[list[Lumen], Ints]:
        """The lumens as they are drawn, caps behind them, and the node whose iodine each cap's node has."""
        drawn, caps, nodes = list(self.lumens), [], []
        for parent, children in _ends_of(self.lumens).items():
            end = self.lumens[parent]
            widest = max(float(self.lumens[child].radii_mm[0, 0]) for child in children)
            if len(children) > 1 and widest < _NARROWER * end.radii_mm[-1, 1]:
                drawn[parent] = _tapered(end)
                caps.append(_cap(end))
                nodes += [self.slices[parent].stop - 1] * 2
        return drawn + caps, np.array(nodes, np.int64)


def moved(rest_mm: Floats, movers: Sequence[tuple[Motion, Ints, Floats]], phase: Phase) -> Floats:
    """Nodes as they stand at a phase; `movers` as :func:`by_motion` gives them."""
    affines = [motion(phase.breath_mm, phase.cardiac_phase) for motion, _, _ in movers]
    return _carried(rest_mm, movers, affines)


def _carried(
    rest_mm: Floats, movers: Sequence[tuple[Motion, Ints, Floats]], affines: Sequence[Floats]
) -> Floats:
    nodes = rest_mm.copy()
    for affine, (_, which, shares) in zip(affines, movers, strict=True):
        turn, shift = affine[:3, :3] - _NO_TURN, affine[:3, 3]
        way = shift if not turn.any() else rest_mm[which] @ turn.T + shift
        nodes[which] += shares[:, None] * way
    return nodes


def by_motion(lumens: Sequence[Lumen]) -> list[tuple[Motion, Ints, Floats]]:
    """The nodes that move by each function, and their shares."""
    starts = np.concatenate([[0], np.cumsum([len(lumen.nodes_mm) for lumen in lumens])])
    found: dict[Motion, list[int]] = {}
    for k, lumen in enumerate(lumens):
        if lumen.motion is not None:
            found.setdefault(lumen.motion, []).append(k)
    movers = []
    for motion, members in found.items():
        which = np.concatenate([np.arange(starts[k], starts[k + 1]) for k in members])
        movers.append((motion, which, np.concatenate([lumens[k].share for k in members])))
    return movers
