"""What coils and plugs do to the blood, and the blood to them: loss of pressure, clot, and drift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.kit.randomness import generator
from angiosuite.physics.flow.haemorrhage import NORMAL_ACT_S
from angiosuite.physics.treating.coil_clot import clot_rate, pore_shear_1_s
from angiosuite.physics.treating.coil_hold import drag_n
from angiosuite.physics.treating.coil_packing import permeability_mm2
from angiosuite.suite.circulation.circulation import Circulation

from .drift import drifted, wound_up
from .implant import Implant
from .pack import Packed, packed_vessels

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

    from .coils import Coils

__all__ = ["CoilEffect"]

NAME = "coils"
EVERY_S = 0.5
"""Flow, clot and hold are looked at so often."""
OCCLUDED_SHARE, OCCLUDED_ML_S = 0.03, 0.03
"""A vessel counts as closed below this share of its flow before, or this flow."""
GIVES_WAY_S = 1.0
"""What the blood pushes harder than it holds for so long goes with it."""
DENSE = 0.02
TOUCHES_MM = 2.0
"""What lies so near to each other in a vessel holds together."""


class CoilEffect:
    """Packs of all vessels in which coils or plugs lie.

    Parameters
    ----------
    session : Session
    coils : Coils

    Notes
    -----
    **Model** each half second: what lies where (`coil_pack`) is told to the lumens (`Narrowed`); pores clot
    by ACT and shear (`coil_clot`); the pressure that the mean flow loses over what lies together pushes it
    against what all of it holds (`coil_hold`), and carries it on, piece by piece, where that is less
    (`coil_drift`). Held by ``tests/suite/treating/coils/test_coils.py``.
    """

    def __init__(self, session: Session, coils: Coils) -> None:
        self._session, self._coils = session, coils
        self._packs: tuple[Packed, ...] = ()
        self._since_s = 0.0
        self._before: dict[str, float] = {}
        self._occluded: list[str] = []
        self._drifts = 0
        self.is_on = False

    def begun(self, implant: Implant) -> None:
        """Something begins to lie in a vessel: what flows there now is what flowed before."""
        self.is_on = True
        blood = self._session.blood.circulation
        if blood is not None and implant.vessel in blood.plumbing.courses:
            self._before.setdefault(implant.vessel, abs(self._mean(implant.vessel, implant.at_mm)))

    def ended(self) -> None:
        """What had begun to leave is gone: look anew at once."""
        self._since_s = EVERY_S

    def pack(self, vessel: str) -> Packed | None:
        """What fills a vessel."""
        return next((one for one in self._packs if one.vessel == vessel), None)

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Time goes on; every half second all is looked at."""
        self._since_s += seconds
        if self._since_s < EVERY_S - 1e-9:
            return
        passed, self._since_s = self._since_s, 0.0
        blood = self._session.blood.circulation
        if blood is not None:
            self._clot(blood, passed)
            self._drift(passed)
        self._tell_lumens()
        if blood is not None:
            self._look_for_closure()
        self.is_on = bool(self._coils.implants)

    def _tell_lumens(self) -> None:
        graph = self._session.blood.graph
        fillings = [some for one in self._coils.implants for some in one.fillings(graph)]
        packs = packed_vessels(graph, fillings)
        changed = len(packs) != len(self._packs) or any(
            a.vessel != b.vessel or a.first_mm != b.first_mm or not np.array_equal(a.shares, b.shares)
            for a, b in zip(packs, self._packs, strict=True)
        )
        self._packs = packs
        harms = self._session.blood.harms
        if changed and harms is not None:
            harms.narrowed.treat(NAME, packs)

    def _mean(self, vessel: str, at_mm: float) -> float:
        """Mean flow at a place, with the blood's usual direction, ml/s."""
        blood, harms = self._session.blood.circulation, self._session.blood.harms
        if blood is None or vessel not in blood.plumbing.courses:
            return 0.0
        edge = blood.edge_at(vessel, at_mm)[0]
        mean = harms.mean_ml_s if harms is not None else blood.network.flow_ml_s
        return float(mean[edge])

    def _clot(self, blood: Circulation, seconds: float) -> None:
        act_s = self._session.remedies.act_s
        for one in self._coils.implants:
            pack = self.pack(one.vessel)
            if pack is None or one.clotted >= 1.0:
                continue
            k = pack.densest
            f, area = float(pack.density[k]), float(pack.area_mm2[k])
            if f < DENSE:
                continue
            flow = self._mean(one.vessel, pack.middle_mm)
            shear = pore_shear_1_s(flow, area, f, permeability_mm2(pack.wire_mm, f))
            rate = clot_rate(act_s or NORMAL_ACT_S, shear, one.closes_s)
            one.clotted = min(one.clotted + rate * seconds, 1.0)

    def _drift(self, seconds: float) -> None:
        graph = self._session.blood.graph
        for vessel, cluster in self._clusters():
            pack = self.pack(vessel)
            if pack is None:
                continue
            mine = sum(
                float(some.mm3.sum())
                for one in cluster
                for some in one.fillings(graph)
                if some.vessel == vessel
            )
            whole = float((pack.density * pack.area_mm2).sum())
            drop = self._drop_mmhg(pack) * min(mine / max(whole, 1e-9), 1.0)
            pushed = drag_n(drop, float(pack.area_mm2[pack.densest]))
            gives_way = pushed > sum(one.hold_n(graph) for one in cluster)
            for one in cluster:
                one.loose_s = one.loose_s + seconds if gives_way else 0.0
                if one.loose_s >= GIVES_WAY_S:
                    self._carry_on(one)

    def _drop_mmhg(self, pack: Packed) -> float:
        """Pressure that the mean flow loses over a pack; the whole pressure before it at most."""
        blood = self._session.blood.circulation
        if blood is None or pack.vessel not in blood.plumbing.courses:
            return 0.0
        edge, _ = blood.edge_at(pack.vessel, pack.middle_mm)
        most = abs(float(blood.network.pressure_at(edge, 0.0)))
        return min(pack.resistance * abs(self._mean(pack.vessel, pack.middle_mm)), most)

    def _clusters(self) -> list[tuple[str, list[Implant]]]:
        """What was let go, by vessel, what touches each other together: loops hold loops."""
        graph, found = self._session.blood.graph, []
        spans: dict[str, list[tuple[float, float, Implant]]] = {}
        for one in self._coils.laid:
            mine = [some.at_mm for some in one.fillings(graph) if some.vessel == one.vessel]
            if mine:
                low, high = float(min(at.min() for at in mine)), float(max(at.max() for at in mine))
                spans.setdefault(one.vessel, []).append((low, high, one))
        for vessel, those in sorted(spans.items()):
            those.sort(key=lambda span: (span[0], span[2].name))
            group, end = [those[0][2]], those[0][1]
            for low, high, one in those[1:]:
                if low > end + TOUCHES_MM:
                    found.append((vessel, group))
                    group = []
                group.append(one)
                end = max(end, high)
            found.append((vessel, group))
        return found

    def drag(self, one: Implant, vessel: str, at_mm: float) -> None:
        """It lies elsewhere from now on: the blood or a snare brought it there."""
        graph, strand, x = self._session.blood.graph, one.strand, None
        if strand is not None:
            wind = strand.wound.wind_mm
            x = wound_up(graph, vessel, at_mm, one.width_mm(), wind, strand.h, strand.count)
        one.lay(graph, vessel, at_mm, x)
        one.moved_times += 1

    def _carry_on(self, one: Implant) -> None:
        """The blood takes a coil with it."""
        session, graph = self._session, self._session.blood.graph
        one.loose_s = 0.0
        self._drifts += 1
        rng = generator(session.seed, "coil-drift", self._drifts)
        vessel, at_mm = drifted(
            graph, self._mean, one.vessel, one.at_mm, one.width_mm(), lambda: float(rng.random())
        )
        if vessel == one.vessel and abs(at_mm - one.at_mm) < 2.0:
            return
        was = one.vessel
        self.drag(one, vessel, at_mm)
        name = graph.vessels[vessel].said
        data = {
            "coil": one.name, "device": one.device.id, "from": was, "vessel": vessel,
            "at_mm": round(at_mm, 1), "spans_mm": one.spans_mm(graph), "organ": self._organ(vessel),
        }  # fmt: skip
        session.event("coil-migrated", data, f"{one.device.title} has gone into the {name}")

    def _organ(self, vessel: str) -> str:
        """What a vessel feeds: the bed with the most flow beyond it."""
        from angiosuite.suite.instruments.emboli import organ_of

        graph, behind = self._session.blood.graph, {vessel}
        waiting = [vessel]
        while waiting:
            more = [child.id for child in graph.children(waiting.pop()) if child.id not in behind]
            behind |= set(more)
            waiting += more
        fed = [bed for bed in graph.beds.values() if behind & set(bed.feeders)]
        return organ_of(graph, max(fed, key=lambda bed: bed.flow_ml_min).id) if fed else "small vessels"

    def _look_for_closure(self) -> None:
        for pack in self._packs:
            before = self._before.get(pack.vessel)
            if before is None or pack.vessel in self._occluded:
                continue
            places = [one.at_mm for one in self._coils.implants if one.vessel == pack.vessel]
            flow = max(abs(self._mean(pack.vessel, at_mm)) for at_mm in places or [pack.middle_mm])
            if before > OCCLUDED_ML_S and flow < max(OCCLUDED_SHARE * before, OCCLUDED_ML_S):
                self._occluded.append(pack.vessel)
                name = self._session.blood.graph.vessels[pack.vessel].said
                data = {"vessel": pack.vessel, "by": NAME, "flow_ml_s": round(flow, 4),
                        "before_ml_s": round(before, 3)}  # fmt: skip
                self._session.event("vessel-occluded", data, f"The {name} is closed")

    # ---- told and kept -----------------------------------------------------------------------------------

    def show(self) -> list[dict[str, Any]]:
        """Each packed vessel, for the page."""
        clots: dict[str, float] = {}
        for one in self._coils.implants:
            clots[one.vessel] = min(one.clotted, clots.get(one.vessel, 1.0))
        return [
            {
                "vessel": pack.vessel, "density": round(pack.mean_density, 3),
                "length_mm": round(pack.length_mm, 0), "clotted": round(clots.get(pack.vessel, 0.0), 2),
                "occluded": pack.vessel in self._occluded,
            }
            for pack in self._packs
        ]  # fmt: skip

    def state(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "since_s": self._since_s, "before": dict(self._before), "occluded": list(self._occluded),
            "drifts": self._drifts, "is_on": self.is_on,
            "packs": [[one.vessel, one.first_mm, one.wire_mm, one.resistance] for one in self._packs],
        }  # fmt: skip

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The packs as they were last looked at."""
        return {
            f"pack-{k}": np.stack([one.density, one.area_mm2, one.open_share, one.shares])
            for k, one in enumerate(self._packs)
        }

    def restore(self, plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        """Return to a state taken by :meth:`state` and :meth:`arrays`; lumens know it already."""
        self._since_s, self._before = plain["since_s"], dict(plain["before"])
        self._occluded, self._drifts, self.is_on = list(plain["occluded"]), plain["drifts"], plain["is_on"]
        found = []
        for k, (vessel, first, wire, resistance) in enumerate(plain["packs"]):
            density, area, open_share, shares = np.array(arrays[f"pack-{k}"], np.float64)
            found.append(Packed(vessel, first, density, area, open_share, shares, wire, resistance))
        self._packs = tuple(found)
        harms = self._session.blood.harms
        if harms is not None:
            harms.narrowed.treated[NAME] = self._packs
