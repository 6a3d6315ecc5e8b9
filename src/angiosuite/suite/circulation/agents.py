"""`Agents`: what embolises in the blood of one patient, how much lodged where, and what that closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.anatomy.vessels.graph import VesselGraph
from angiosuite.anatomy.vessels.lesion_effects import Leak
from angiosuite.physics.flow.network import Network
from angiosuite.physics.flow.spec import EdgeKind
from angiosuite.physics.treating.arterial_tree import FILLING, ArterialTree, arterial_tree
from angiosuite.physics.treating.suspended import Fraction, Stuck, Suspended

from .beds import BEFORE_MMHG, PORTAL_MMHG, SINUSOID_MMHG, VENULE_MMHG
from .carrying import carry_agents
from .cast import Cast
from .plumbing import Plumbing
from .stems import stem_mm

__all__ = ["Agents", "Bed"]

Floats = NDArray[np.float64]
Bed = tuple[str, str]
"""A bed and the vessel through which it is fed."""
LEAST_FLOW_ML_S = 1e-3
LUNGS_ML = 80.0
"""Of blood in the capillaries of both lungs (memory; draft)."""


class Agents:
    """Agents of one circulation, in amounts of solid volume, ml, by the number of their preparation.

    Parameters
    ----------
    graph : VesselGraph
    plumbing : Plumbing
    leaks : iterable of Leak
        Bleedings of the patient's lesions.

    Notes
    -----
    **Model** `Suspended` carries; what comes into a bed lodges in the `ArterialTree` behind that feeder and
    raises its resistance; what stops in a drawn vessel becomes part of its `Cast` there. The tree is as wide
    as the artery at its mouth, less what flows elsewhere (`stem_mm`), and begins where the drawn one ends.

    Drops of oil that small arteries draw out go on: they fill capillaries and sinusoids, and shut of them
    what they fill of the bed's blood, its flow times its mean transit. What finds no room there packs back
    into arteries as all else does. **Source** a solid stops where it fits no more, a drop does not (own
    choice; draft). By it a section of a liver with a tumour takes some 10 to 20 ml until blood stands; in
    published use 5 to 20 ml go into a tumour's arteries (PubCompare, protocol D-bGsIsBwGXEOgesWnC7, read
    2026-12-01). **Valid for** oil that stays for the length of a session.
    Held by ``tests/suite/circulation/test_agents.py``.
    """

    def __init__(self, graph: VesselGraph, plumbing: Plumbing, leaks: Iterable[Leak] = ()) -> None:
        self._graph = graph
        self._leaks = tuple(leaks)
        self._draw(plumbing)
        self.given_ml: dict[int, float] = {}
        self.gone_ml: dict[int, float] = {}
        """Left with blood that left the vessels."""
        self.lodged_ml: dict[int, dict[Bed, float]] = {}
        self.stuck_ml: dict[int, dict[str, float]] = {}
        """Stopped in drawn vessels, by vessel."""
        self.levels: dict[Bed, Floats] = {}
        """What lies in each level of a feeder's tree, ml of packed solid that shuts as much."""
        self.plugs: dict[Bed, Floats] = {}
        """Single pieces in each."""
        self.casts: dict[str, Cast] = {}
        self.holes_ml: dict[str, float] = {}
        """What lies in holes of walls, by the lesion."""
        self.version = 0
        """Changes whenever something stopped."""
        self._trees: dict[Bed, ArterialTree] = {}
        self._factors: tuple[int, dict[Bed, float]] | None = None

    def _draw(self, plumbing: Plumbing) -> None:
        spec = plumbing.spec
        self._plumbing = plumbing
        self._bed_of: dict[int, Bed] = {
            int(k): (spec.edges[k].split(":")[0], "") for k in np.flatnonzero(spec.kind == EdgeKind.BED)
        }
        entrances = []
        for bed, drawn in plumbing.beds.items():
            for name, node, feeder in zip(drawn.edges, drawn.arterioles, drawn.feeders, strict=True):
                self._bed_of[plumbing.edge[name]] = bed, feeder
                entrances.append((plumbing.node[node], plumbing.edge[name]))
        self._segment_of = {
            plumbing.edge[name]: (vessel, k)
            for vessel, course in plumbing.courses.items()
            for k, name in enumerate(course.edges)
        }
        into_tissue = [one for one in self._leaks if one.gives_ml_mmhg is not None]
        self._hole_of = {plumbing.edge[one.lesion]: one for one in into_tissue}
        holes = [(plumbing.node[f"{one.lesion}.space"], edge) for edge, one in self._hole_of.items()]
        self.suspended = Suspended(
            spec,
            np.array(entrances, np.int64),
            np.array(holes, np.int64).reshape(-1, 2),
            np.array([1e3 * hole_mm(one) for one in into_tissue]),
        )

    # ---- time --------------------------------------------------------------------------------------------

    def know(self, preparation: int, fractions: Iterable[Fraction]) -> None:
        """What a preparation is made of."""
        self.suspended.know(preparation, fractions)
        self.given_ml.setdefault(preparation, 0.0)

    def give(self, preparation: int, node: int, ml: float) -> None:
        """Some of it comes in at a node; what nobody knows (a flush) is liquid and no agent."""
        if preparation in self.suspended.known and ml > 0.0:
            self.suspended.give(preparation, node, ml)
            self.given_ml[preparation] += ml

    def step(self, network: Network, seconds: float) -> None:
        """Follow one step of the network; every one, so that all movements end together."""
        suspended = self.suspended
        open_share = None if suspended.empty else network.narrowest_share
        for one in suspended.step(network, seconds, open_share):
            self._stop(one)

    def settle(self) -> None:
        """Forget what is carried no more: now and then."""
        for one, ml in self.suspended.clear():
            number = one.preparation
            self.gone_ml[number] = self.gone_ml.get(number, 0.0) + ml

    def redraw(self, plumbing: Plumbing, volume_ml: Floats) -> None:
        """The vessels are parted at other places: all that is under way goes on."""
        before, suspended = self._plumbing, self.suspended
        self._draw(plumbing)
        carry_agents(suspended, self.suspended, volume_ml, before, plumbing)

    # ---- what stops --------------------------------------------------------------------------------------

    def _stop(self, one: Stuck) -> None:
        self.version += 1
        number = one.fraction.preparation
        if one.passes:
            self.gone_ml[number] = self.gone_ml.get(number, 0.0) + one.ml
            return
        if one.edge in self._hole_of:
            leak = self._hole_of[one.edge]
            stuck = self.stuck_ml.setdefault(number, {})
            stuck[leak.vessel] = stuck.get(leak.vessel, 0.0) + one.ml
            self.plug_hole(leak.lesion, one.ml)
            return
        if one.cell < 0:
            bed = self._bed_of[one.edge]
            held = self.lodged_ml.setdefault(number, {})
            held[bed] = held.get(bed, 0.0) + one.ml
            tree = self.tree(bed)
            level = tree.level(one.fraction.lodging_um)
            if level is not None:
                before = self.levels.get(bed, np.zeros(level_count(tree)))
                shuts = one.ml * (1.0 if one.fraction.stops_s is None else FILLING)
                if one.fraction.is_drawn_out:
                    level = level_count(tree) - 1
                    shuts *= float(tree.room_ml[-1]) / self._blood_ml(bed)
                self.levels[bed] = tree.lodge(before, level, shuts)
            return
        vessel, first_mm, last_mm = self._place(one)
        stuck = self.stuck_ml.setdefault(number, {})
        stuck[vessel] = stuck.get(vessel, 0.0) + one.ml
        cast = self.casts.setdefault(vessel, Cast.of(self._graph.vessels[vessel]))
        cast.fill(first_mm, last_mm, one.ml, is_liquid=one.fraction.stops_s is not None)

    def _place(self, one: Stuck) -> tuple[str, float, float]:
        """Vessel and stretch of a cell."""
        vessel, k = self._segment_of[one.edge]
        course, at = self._plumbing.courses[vessel], self.suspended.layout
        first, last = (float(mm) for mm in course.stations_mm[k : k + 2])
        cell = one.cell - int(at.first_cell[one.edge])
        n_a, n_b = int(at.half_cells[2 * one.edge]), int(at.half_cells[2 * one.edge + 1])
        low = 0.5 * cell / n_a if cell < n_a else 0.5 + 0.5 * (cell - n_a) / n_b
        high = low + 0.5 / (n_a if cell < n_a else n_b)
        if not course.away:
            low, high = 1.0 - high, 1.0 - low
        return vessel, first + low * (last - first), first + high * (last - first)

    def plug(self, bed: Bed, diameter_um: float) -> None:
        """A single piece has come into a bed: it shuts one vessel of the level that it fits into."""
        self.version += 1
        tree = self.tree(bed)
        level = tree.level(diameter_um) or 0
        plugs = self.plugs.setdefault(bed, np.zeros(level_count(tree)))
        while level > 0 and plugs[level] >= tree.count[level]:
            level -= 1
        plugs[level] += 1.0

    def plug_hole(self, lesion: str, ml: float) -> None:
        """Something has stopped in the hole of a bleeding."""
        self.version += 1
        self.holes_ml[lesion] = self.holes_ml.get(lesion, 0.0) + ml

    # ---- what that means ---------------------------------------------------------------------------------

    def tree(self, bed: Bed) -> ArterialTree:
        """The small arteries behind one feeder of a bed."""
        if bed not in self._trees:
            self._trees[bed] = self._grown(bed)
        return self._trees[bed]

    def _grown(self, bed: Bed) -> ArterialTree:
        drawn = self._plumbing.beds.get(bed[0])
        if drawn is None or bed[1] not in self._graph.vessels:
            return arterial_tree(6.0, 80.0, 6.0)  # both lungs in one: draft
        k = drawn.feeders.index(bed[1])
        into = "pulmonary-vein" if drawn.kind == "lung" else "portal" if drawn.portal[k] else "vein"
        if into == "portal":
            drop = PORTAL_MMHG - SINUSOID_MMHG
        else:
            drop = BEFORE_MMHG[into] - VENULE_MMHG[into]
        return arterial_tree(
            max(stem_mm(self._graph, self._plumbing.beds, *bed), 0.1),
            max(float(drawn.flow_ml_s[k]), LEAST_FLOW_ML_S),
            drop,
            widest_mm=2.0 * float(self._graph.vessels[bed[1]].radius_mm[-1]),
        )

    def _blood_ml(self, bed: Bed) -> float:
        """Blood in the capillaries behind one feeder at rest, ml."""
        drawn = self._plumbing.beds.get(bed[0])
        if drawn is None or bed[1] not in drawn.feeders:
            return LUNGS_ML
        flow_ml_s = float(drawn.flow_ml_s[drawn.feeders.index(bed[1])])
        return max(flow_ml_s, LEAST_FLOW_ML_S) * self._graph.beds[bed[0]].transit_s

    def factors(self) -> dict[Bed, float]:
        """By how much the resistance of each feeder has risen that anything lodged behind."""
        if self._factors is None or self._factors[0] != self.version:
            found = {}
            for bed in sorted({*self.levels, *self.plugs}):
                tree = self.tree(bed)
                levels = self.levels.get(bed, np.zeros(level_count(tree)))
                found[bed] = tree.resistance_factor(levels, self.plugs.get(bed))
            self._factors = self.version, found
        return dict(self._factors[1])

    def holes_open(self) -> dict[str, float]:
        """What is left open of the holes in which anything lies, by the lesion.

        Notes
        -----
        **Model** ``exp(-V / V0)``, V the solid in the hole, V0 a plug as long as the hole is wide. Only what
        is wider than the hole stops there; small particles that bridge it in a crowd do not.
        **Source** own choice (draft): a hole closes with a few pieces of its own size. **Valid for** holes
        into tissue, which is where solid can lie. Held by ``tests/suite/circulation/test_agents.py``.
        """
        wide = {one.lesion: hole_mm(one) for one in self._leaks}
        return {
            lesion: exp(-1e3 * ml / (0.25 * pi * wide[lesion] ** 3)) for lesion, ml in self.holes_ml.items()
        }

    def organs_ml(self, preparation: int) -> dict[Bed, float]:
        """What of a preparation lodged in each bed."""
        return dict(self.lodged_ml.get(preparation, {}))

    def balance_ml(self, preparation: int) -> float:
        """What was given less all that is known of it: 0 but for rounding."""
        lodged = sum(self.lodged_ml.get(preparation, {}).values())
        stuck = sum(self.stuck_ml.get(preparation, {}).values())
        gone = self.gone_ml.get(preparation, 0.0) + self.suspended.left_ml(preparation)
        carried = self.suspended.carried_ml(preparation)
        return self.given_ml.get(preparation, 0.0) - lodged - stuck - gone - carried

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Floats]:
        """Arrays of what is carried."""
        return self.suspended.state()

    def restore(self, arrays: Mapping[str, Floats]) -> None:
        """Go on from a `state`."""
        self.suspended.restore(arrays)

    def told(self) -> dict[str, Any]:
        """What stopped so far, and of what, as plain values: the rest of the state."""
        return {
            "known": [
                [n, [[f.lodging_um, f.share, f.stops_s, f.is_drawn_out] for f in fractions]]
                for n, fractions in self.suspended.known.items()
            ],
            "given_ml": list(self.given_ml.items()),
            "gone_ml": list(self.gone_ml.items()),
            "lodged_ml": [[n, *bed, ml] for n, held in self.lodged_ml.items() for bed, ml in held.items()],
            "stuck_ml": [[n, v, ml] for n, held in self.stuck_ml.items() for v, ml in held.items()],
            "levels": [[*bed, ml.tolist()] for bed, ml in self.levels.items()],
            "plugs": [[*bed, count.tolist()] for bed, count in self.plugs.items()],
            "holes_ml": dict(self.holes_ml),
            "casts": [[vessel, cast.state()] for vessel, cast in self.casts.items()],
            "version": self.version,
        }

    def recall(self, told: Mapping[str, Any]) -> None:
        """Return to what `told` said."""
        for n, rows in told["known"]:
            self.suspended.know(n, [Fraction(n, *row) for row in rows])
        self.given_ml = dict(told["given_ml"])
        self.gone_ml = dict(told["gone_ml"])
        self.lodged_ml, self.stuck_ml = {}, {}
        for n, bed, feeder, ml in told["lodged_ml"]:
            self.lodged_ml.setdefault(n, {})[bed, feeder] = ml
        for n, vessel, ml in told["stuck_ml"]:
            self.stuck_ml.setdefault(n, {})[vessel] = ml
        self.levels = {(bed, feeder): np.array(ml) for bed, feeder, ml in told["levels"]}
        self.plugs = {(bed, feeder): np.array(count) for bed, feeder, count in told["plugs"]}
        self.holes_ml = dict(told.get("holes_ml", {}))
        self.casts = {}
        for vessel, kept in told["casts"]:
            self.casts[vessel] = Cast.of(self._graph.vessels[vessel])
            self.casts[vessel].restore(kept)
        self.version, self._factors = told["version"], None


def hole_mm(leak: Leak) -> float:
    """How wide a hole is that is round."""
    return 2.0 * sqrt(leak.orifice_mm2 / pi)


def level_count(tree: ArterialTree) -> int:
    """Number of its levels."""
    return int(tree.diameter_um.size)
