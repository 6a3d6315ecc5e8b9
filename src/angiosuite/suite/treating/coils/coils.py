"""`Coils`: coils and plugs of one session, from the table through a catheter into a vessel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiosuite.content.coil import Coil
from angiosuite.content.delivery import delivers
from angiosuite.content.plug import Plug
from angiosuite.kit.errors import WrongUse
from angiosuite.kit.randomness import generator
from angiosuite.physics.treating.coil_clot import MINUTES, closing_s
from angiosuite.physics.treating.coil_strand import HELD_KICK_N, KICK_N
from angiosuite.suite.instruments.instrument import Instrument, device_named
from angiosuite.suite.instruments.seen import ToolSeen
from angiosuite.suite.treating.part import Arrays

from .delivery import FOLDED, Delivery
from .effect import CoilEffect
from .implant import Implant, wound_of
from .lumen import near_lumen
from .pictures import CoilPictures
from .tube import PLACED, DeliveryTube, delivery_tube

if TYPE_CHECKING:
    from angiosuite.suite.session import Session

__all__ = ["Coils", "kick_n"]

NAME = "coils"
MOST_OUT_MM_S = 12.0
"""Faster a coil does not come out of its catheter's tip."""
SETTLES_S = 3.0
"""For so long after it was let go a coil still moves by itself."""
PROLAPSED = 0.1
"""Share of a coil in the parent vessel that counts as prolapsed."""
MICRO_MM = 0.9
"""Width of a microcatheter, for which `KICK_N` is."""
HELD_WITHIN_MM = 60.0
"""A balloon that is up so near to the tip, along the catheter, holds it (draft)."""
STAYS_SHARE = 0.5
"""A coil of which more is out stays when its catheter is drawn out with it (draft)."""


def kick_n(outer_mm: float, held: bool = False) -> float:
    """Push that sends a catheter back out of its place, N: as its width squared (draft).

    `held` where a balloon that is up presses it against the wall.
    """
    return (HELD_KICK_N if held else KICK_N) * (outer_mm / MICRO_MM) ** 2


class Coils:
    """What was loaded, pushed out, let go, and what it does there.

    Parameters
    ----------
    session : Session

    Notes
    -----
    **Model** a coil or plug goes through the lumen of a catheter that nothing else lies in, by the hand on
    its pusher, and leaves at the tip: a coil as a strand with its own curvature (`coil_strand`), a plug along
    its vessel (`plug`). A pushable coil is gone once all of it is out; others are drawn back until they are
    let go, which works with the junction out. Too wide a lumen lets a soft coil curl, a kink stops it. Where
    the strand pushes back harder than a catheter holds, the coil stands still and the catheter gives way.
    What lies in vessels acts as `CoilEffect` says.
    Held by ``tests/suite/treating/coils/test_coils.py``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.delivery: Delivery | None = None
        self.leaving: Implant | None = None
        """What has begun to leave the catheter of the delivery."""
        self.laid: list[Implant] = []
        self._count = 0
        self._draws = 0
        self.effect = CoilEffect(session, self)
        self._pictures = CoilPictures(session)

    # ---- hands -------------------------------------------------------------------------------------------

    def load(self, tool: str, through: str | None) -> None:
        """Bring a coil or plug from the table into the hub of a catheter."""
        session = self._session
        if self.delivery is not None:
            raise WrongUse(
                f"{self.delivery.device.title} is in a catheter already", code="coil-busy",
                way_out="Let it go or draw it back first.",
            )  # fmt: skip
        one = session.instruments.table.on_it(tool)
        part = one.device.part
        if not isinstance(part, Coil | Plug):
            raise WrongUse(
                f"{one.device.title} is neither coil nor plug", code="not-a-coil", value=tool,
                way_out="Pick a coil or a plug.",
            )  # fmt: skip
        tube = delivery_tube(session, through)
        if tube.holds:
            raise WrongUse(
                "Something lies in the catheter's lumen", code="lumen-taken", value=tube.holds,
                way_out="Draw the wire out first.",
            )  # fmt: skip
        fit = delivers(tube.part, part)
        if not fit.fits:
            raise WrongUse(fit.words, code="does-not-fit", value=one.device.id, way_out=fit.way_out)
        session.blood.begin_flow()
        session.instruments.table.take(tool)
        self._draws += 1
        rng = generator(session.seed, "coil-jam", self._draws)
        curls = 0.2 + 0.7 * float(rng.random())
        length = wound_of(part).strand_mm if isinstance(part, Coil) else FOLDED * part.length_mm
        bore = tube.part.bore_mm
        self.delivery = Delivery(
            tool, one.device, tube.id, length, 0.0, 0.0,
            curls * tube.length_mm if Delivery.curls(part, bore) else None,
        )  # fmt: skip
        data = {"tool": tool, "device": one.device.id, "through": tube.id, "easy": fit.easy}
        session.event("coil-loaded", data, f"{one.device.title} is in the hub")

    def push(self, mm_s: float) -> None:
        """A hand pushes, or draws back with less than 0."""
        one = self._delivering()
        if mm_s < 0.0 and one.is_pushable and one.in_mm > 0.0:
            raise WrongUse(
                "A pushable coil does not come back", code="coil-pushable", value=one.device.id,
                way_out="Push it out, or draw the catheter out with it.",
            )  # fmt: skip
        if mm_s < 0.0 and one.is_severed:
            raise WrongUse(
                "It hangs on nothing any more", code="coil-severed", value=one.device.id,
                way_out="Draw the catheter out with it.",
            )  # fmt: skip
        one.mm_s = mm_s

    def halt(self) -> None:
        """The hand comes off the pusher."""
        if self.delivery is not None:
            self.delivery.mm_s = 0.0

    def detach(self) -> None:
        """Let a detachable coil or a plug go."""
        one, session = self._delivering(), self._session
        if one.is_pushable:
            raise WrongUse(
                "A pushable coil hangs on nothing", code="coil-pushable", value=one.device.id,
                way_out="Push all of it out.",
            )  # fmt: skip
        tube = delivery_tube(session, one.tube)
        if one.junction_is_out(tube.length_mm) and self.leaving is not None:
            self._let_go("detached")
            return
        one.is_severed, one.mm_s = True, 0.0
        self._jam(one, "let-go-inside")

    def retrieve(self, name: str) -> Implant:
        """A coil or plug that lies in the patient is taken out: by a snare."""
        found = next((one for one in self.laid if one.name == name), None)
        if found is None:
            raise WrongUse(
                f"'{name}' does not lie in the patient", code="no-coil", value=name,
                way_out="Name one of those that are left.",
            )  # fmt: skip
        self.laid.remove(found)
        self.effect.ended()
        data = {"coil": name, "device": found.device.id, "vessel": found.vessel}
        self._session.event("coil-retrieved", data, f"{found.device.title} is taken out")
        return found

    def _delivering(self) -> Delivery:
        if self.delivery is None:
            raise WrongUse("No coil is in a catheter", code="no-coil", way_out="Load one first.")
        return self.delivery

    # ---- time --------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """The next 20 ms of hands, strands and blood."""
        if self.delivery is not None:
            self._deliver(self.delivery, seconds)
        for one in self.laid:
            one.age_s += seconds
            if one.strand is not None and one.age_s < SETTLES_S:
                one.strand.feed(0.0, seconds)
        if self.laid or self.leaving is not None or self.effect.is_on:
            self.effect.advance(seconds)

    def _deliver(self, one: Delivery, seconds: float) -> None:
        tube = self._tube(one)
        if tube is None:
            self._tube_gone(one)
            return
        before = one.out_mm(tube.length_mm)
        mm = 0.0 if one.jam == "let-go-inside" else one.mm_s * seconds
        if before > 0.0 or (mm > 0.0 and one.in_mm + mm > tube.length_mm):
            mm = min(max(mm, -MOST_OUT_MM_S * seconds), MOST_OUT_MM_S * seconds)
        mm = self._free_mm(one, tube, mm)
        end = tube.length_mm + one.length_mm + 2.0
        one.in_mm = min(max(one.in_mm + mm, 0.0), end)
        if one.in_mm == 0.0 and one.mm_s < 0.0:
            self._drawn_out(one)
            return
        out = one.out_mm(tube.length_mm)
        if out > 0.0 and self.leaving is None:
            self.leaving = self._born(one, tube)
        if self.leaving is not None:
            self._leave(one, self.leaving, tube, before, seconds)

    def _free_mm(self, one: Delivery, tube: DeliveryTube, mm: float) -> float:
        """What of a push gets through the lumen."""
        part = one.part
        needs = part.wire_mm if isinstance(part, Coil) else part.lumen_mm
        if tube.open_mm < needs - 1e-6:
            self._jam(one, "kinked")
            return 0.0
        if one.jam == "kinked":
            one.jam = ""
        if mm > 0.0 and one.curls_at_mm is not None and one.in_mm + mm > one.curls_at_mm:
            self._jam(one, "curled")
            return 0.0
        if mm < 0.0 and one.jam == "curled":
            one.jam = ""
            one.curls_at_mm = None if one.in_mm < 5.0 else one.curls_at_mm
        return mm

    def _born(self, one: Delivery, tube: DeliveryTube) -> Implant | None:
        """It begins to leave."""
        if tube.vessel is None:
            return None
        self._count += 1
        graph, part = self._session.blood.graph, one.part
        u = float(generator(self._session.seed, NAME, self._count).random())
        if isinstance(part, Coil):
            low, high = MINUTES["fibred" if part.fibred else "bare"]
        else:
            low, high = part.occludes_min.low, part.occludes_min.high
        lumen = near_lumen(graph, tube.vessel, tube.at_mm)
        implant = Implant(
            f"{'plug' if one.is_plug else 'coil'}-{self._count}", one.device, tube.vessel, tube.at_mm,
            closing_s(max(low, 0.1), max(high, 0.1), u), lumen,
        )  # fmt: skip
        implant.target, implant.lumen_at_mm = tube.vessel, tube.at_mm
        if isinstance(part, Coil):
            outer = getattr(tube.part, "outer_mm", 1.0)
            implant.strand = implant.new_strand(tube.tip_mm, tube.way, float(outer))
        self.effect.begun(implant)
        return implant

    def _leave(
        self, one: Delivery, implant: Implant, tube: DeliveryTube, before_mm: float, seconds: float
    ) -> None:
        """What is out moves with the hand and the catheter's tip."""
        out = one.out_mm(tube.length_mm)
        strand, graph = implant.strand, self._session.blood.graph
        if strand is None:
            vessel = tube.vessel or implant.vessel
            ahead, _ = graph.vessels[vessel].at(min(tube.at_mm + 2.0, graph.vessels[vessel].length_mm))
            behind, _ = graph.vessels[vessel].at(max(tube.at_mm - 2.0, 0.0))
            towards_end = bool((ahead - behind) @ tube.way >= 0.0)
            implant.open_plug(graph, vessel, tube.at_mm, towards_end, out / one.length_mm)
        else:
            mm = out - before_mm
            if mm > 0.0 and strand.back_n > self._bears_n(strand.outer_mm, tube):
                one.in_mm -= mm
                self._kick(one, mm, strand.back_n)
                mm = 0.0
            strand.feed(mm, seconds, tube.tip_mm, tube.way)
        if out <= 0.0:
            self.leaving = None
            self._count -= 1
            self.effect.ended()
        elif one.is_pushable and out >= one.length_mm and strand is not None:
            strand.fed_mm = strand.length_mm + 1.0
            self._let_go("pushed")

    def _bears_n(self, outer_mm: float, tube: DeliveryTube) -> float:
        """Push that the catheter of a coil bears: more with a balloon up beside it."""
        held = self._session.treating.balloons.beside(tube.course_mm, HELD_WITHIN_MM)
        return kick_n(outer_mm, held)

    def _kick(self, one: Delivery, mm: float, back_n: float) -> None:
        """The coil pushes the catheter back."""
        if one.tube != PLACED:
            lying = self._session.instruments.hand(one.tube)
            lying.queued_mm -= mm
        if not one.kicked:
            one.kicked = True
            data = {"device": one.device.id, "through": one.tube, "push_n": round(back_n, 3)}
            self._session.event("coil-kick-back", data, "The coil pushes the catheter back")

    def _let_go(self, how: str) -> None:
        one, implant = self._delivering(), self.leaving
        assert implant is not None
        implant.is_free = True
        if implant.strand is not None:
            implant.strand.fed_mm = implant.strand.length_mm + 1.0
        self.laid.append(implant)
        self.delivery = self.leaving = None
        graph = self._session.blood.graph
        vessel, share = graph.vessels[implant.vessel], implant.prolapsed_share(graph)
        name, (_, radius) = vessel.said, vessel.at(min(implant.at_mm, vessel.length_mm))
        data = {"coil": implant.name, "device": one.device.id, "vessel": implant.vessel, "how": how,
                "at_mm": round(implant.at_mm, 1), "spans_mm": implant.spans_mm(graph),
                "width_mm": round(implant.width_mm(), 2), "lumen_mm": round(2.0 * float(radius), 2),
                "prolapsed_share": round(share, 3)}  # fmt: skip
        self._session.event("coil-detached", data, f"{one.device.title} is let go in the {name}")
        if share > PROLAPSED:
            data = {"coil": implant.name, "device": one.device.id, "vessel": implant.target,
                    "share": round(share, 3)}  # fmt: skip
            self._session.event("coil-prolapsed", data, "Loops lie in the parent vessel")

    def _jam(self, one: Delivery, why: str) -> None:
        if one.jam == why:
            return
        one.jam = why
        words = {
            "curled": "The coil has curled in the catheter", "kinked": "The catheter is kinked",
            "let-go-inside": "The coil was let go in the catheter and jams",
        }  # fmt: skip
        data = {"device": one.device.id, "through": one.tube, "why": why, "at_mm": round(one.in_mm, 1)}
        self._session.event("coil-jammed", data, words[why])

    def _drawn_out(self, one: Delivery) -> None:
        """It is back in the hand."""
        self.delivery = None
        device = device_named(self._session.room.content, one.device.id)
        self._session.instruments.table.lay(Instrument(one.tool, device))
        self._session.event(
            "coil-withdrawn", {"device": device.id, "tool": one.tool}, f"{device.title} is out"
        )

    def _tube(self, one: Delivery) -> DeliveryTube | None:
        try:
            return delivery_tube(self._session, one.tube)
        except WrongUse:
            return None

    def _tube_gone(self, one: Delivery) -> None:
        """The catheter was drawn out with it."""
        implant = self.leaving
        strand = None if implant is None else implant.strand
        if strand is not None and not self._hangs(one) and strand.fed_mm > STAYS_SHARE * one.length_mm:
            self._let_go("lost")
            return
        self.delivery = self.leaving = None
        self.effect.ended()
        data = {"device": one.device.id, "tool": one.tool}
        self._session.event("coil-withdrawn", data, f"{one.device.title} came out with the catheter")

    @staticmethod
    def _hangs(one: Delivery) -> bool:
        return not one.is_pushable and not one.is_severed

    # ---- what is seen and told ---------------------------------------------------------------------------

    @property
    def implants(self) -> list[Implant]:
        """All that is out of its catheter, in whole or in part."""
        return [*self.laid, *([self.leaving] if self.leaving is not None else [])]

    def tools(self) -> list[ToolSeen]:
        """Loops, plugs and what is still in a catheter."""
        one = self.delivery
        tube = None if one is None else self._tube(one)
        return self._pictures.tools(self.implants, one, tube)

    def left(self) -> list[dict[str, Any]]:
        """Every coil and plug that was let go."""
        graph = self._session.blood.graph if self.laid else None
        found = []
        for one in self.laid:
            assert graph is not None
            pack = self.effect.pack(one.vessel)
            inside = {name: round(mm, 1) for name, mm in one.length_in_mm(graph).items()}
            found.append({
                "name": one.name, "kind": "plug" if isinstance(one.part, Plug) else "coil",
                "title": one.device.title,
                "device": one.device.id, "vessel": one.vessel, "at_mm": round(one.at_mm, 1),
                "length_mm": inside, "packing": None if pack is None else round(pack.mean_density, 3),
                "migrated": one.moved_times > 0,
            })  # fmt: skip
        return found

    def show(self) -> dict[str, Any]:
        """For the page."""
        one, implant = self.delivery, self.leaving
        shown: dict[str, Any] = {"delivery": None, "vessels": self.effect.show()}
        if one is not None:
            tube = self._tube(one)
            length = 0.0 if tube is None else tube.length_mm
            back = 0.0 if implant is None or implant.strand is None else implant.strand.back_n
            shown["delivery"] = {
                "tool": one.tool, "device": one.device.id, "title": one.device.title, "through": one.tube,
                "kind": "plug" if one.is_plug else "coil", "in_mm": round(one.in_mm, 1),
                "tube_mm": round(length, 1), "length_mm": round(one.length_mm, 1),
                "out_mm": round(one.out_mm(length), 1), "mm_s": one.mm_s, "jam": one.jam,
                "detachable": not one.is_pushable, "junction_out": one.junction_is_out(length),
                "vessel": None if implant is None else implant.vessel, "push_n": round(back, 3),
            }  # fmt: skip
        return shown

    def observed(self) -> dict[str, Any]:
        """For the log."""
        return self.show()

    # ---- state -------------------------------------------------------------------------------------------

    def state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Plain values and arrays that the next step depends on."""
        plain: dict[str, Any] = {
            "delivery": None if self.delivery is None else self.delivery.state(),
            "leaving": None, "laid": [], "count": self._count, "draws": self._draws,
            "effect": self.effect.state(),
        }  # fmt: skip
        arrays: dict[str, NDArray[Any]] = dict(self.effect.arrays())
        for one in self.implants:
            kept, more = one.state()
            if one is self.leaving:
                plain["leaving"] = kept
            else:
                plain["laid"].append(kept)
            arrays |= {f"{one.name}.{key}": np.asarray(value) for key, value in more.items()}
        return plain, arrays

    def restore(self, plain: Mapping[str, Any], arrays: Arrays) -> None:
        """Return to a state taken by :meth:`state`."""
        content = self._session.room.content
        kept = plain["delivery"]
        self.delivery = (
            None if kept is None else Delivery.restored(device_named(content, kept["device"]), kept)
        )
        self.laid = [self._restored(one, arrays) for one in plain["laid"]]
        self.leaving = None if plain["leaving"] is None else self._restored(plain["leaving"], arrays)
        self._count, self._draws = plain["count"], plain["draws"]
        self.effect.restore(plain["effect"], arrays)

    def _restored(self, kept: Mapping[str, Any], arrays: Arrays) -> Implant:
        mark = f"{kept['name']}."
        own = {key.removeprefix(mark): value for key, value in arrays.items() if key.startswith(mark)}
        device = device_named(self._session.room.content, kept["device"])
        return Implant.restored(self._session.blood.graph, device, kept, own)
