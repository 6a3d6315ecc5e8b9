"""A stent that has left its catheter: whether it holds, what it holds open, what it crosses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from angiosuite.content.stent import Stent
from angiosuite.kit.randomness import generator
from angiosuite.physics.treating.stent import came_apart, drag_n, gap_mm, holds_n, is_apposed, migrates
from angiosuite.suite.treating.blocked import Blocked
from angiosuite.suite.treating.floating import floated
from angiosuite.suite.treating.plaques.met import lies_mm, met_by

from .covering import branches_under, cover_of, hangs_out
from .ground import StentGround
from .parts import form_of
from .scaffold import Scaffold

__all__ = ["StentPlacing", "facts_of"]

Tell = Callable[[str, Scaffold, str, Mapping[str, Any]], None]


def facts_of(one: Scaffold) -> dict[str, Any]:
    """Where a stent stands and how wide, for the log."""
    return {
        "stent": one.name,
        "vessel": one.site.middle[0],
        "at_mm": round(one.site.middle[1], 1),
        "stretches": [[v, round(a, 1), round(b, 1)] for v, a, b in one.site.stretches()],
        "least_mm": round(float(one.width_mm.min()), 1),
        "most_mm": round(float(one.width_mm.max()), 1),
        "gap_mm": round(one.gap_mm, 2),
    }


class StentPlacing:
    """What stents do where they stand.

    Parameters
    ----------
    ground : StentGround
    tell : callable
        Writes an event of a stent.

    Notes
    -----
    **Model** see `Stents`. Held by ``tests/suite/treating/stents/test_stents.py``.
    """

    def __init__(self, ground: StentGround, tell: Tell) -> None:
        self._ground, self._tell = ground, tell

    def free(self, one: Scaffold, all_of: Iterable[Scaffold]) -> None:
        """A stent has left its catheter: what it does there."""
        stent = self._ground.stent(one)
        one.is_free, one.open_share = True, 1.0
        self.look_at_strength(one, stent, float(one.width_mm.max()))
        self._look_at_hold(one, stent)
        self.plaques_under(one)
        self.look_at_gap(one)
        branches = branches_under(self._ground.session.blood.graph, one.site, one.width_mm)
        self._ground.harms.narrowed.treat("stents", self.covers(all_of))
        data = {
            **facts_of(one), "branches": branches, "covered": stent.covered,
            "lies_mm": lies_mm(one.site), "lesions": met_by(one.site, self._ground.plaques),
        }  # fmt: skip
        names = ", ".join(self._ground.name(branch) for branch in branches)
        text = (
            f"The stent stands in the {self._ground.name(one.site.middle[0])}"
            if one.site.middle[0]
            else "The stent is out"
        )
        self._tell("stent-placed", one, text, data)
        if branches:
            what = "closes" if stent.covered else "crosses"
            self._tell(
                "branch-jailed",
                one,
                f"The stent {what} the {names}",
                {"branches": branches, "covered": stent.covered},
            )

    def look_at_gap(self, one: Scaffold) -> None:
        """The most that it stands off the wall where it could lie on one; what lies in a sheath has none."""
        lumen = self._ground.lumen_mm(one.site)
        held = ~hangs_out(self._ground.session.blood.graph, one.site) & np.isfinite(lumen)
        pairs = zip(one.width_mm[held], lumen[held], strict=True)
        gaps = [gap_mm(float(wide), float(mm)) for wide, mm in pairs]
        one.gap_mm = float(max(gaps, default=0.0))

    def _look_at_hold(self, one: Scaffold, stent: Stent) -> None:
        """Whether it holds where it stands against the blood; what does not floats off."""
        lumen, form = self._ground.lumen_mm(one.site), form_of(stent)
        apposed = [is_apposed(float(w), float(mm)) for w, mm in zip(one.width_mm, lumen, strict=True)]
        length = float(np.count_nonzero(apposed)) * stent.length_mm / max(len(apposed), 1)
        wide = float(np.mean(one.width_mm))
        vessel, at_mm = one.site.middle
        blood = self._ground.session.blood.circulation
        flow = 0.0 if blood is None or not vessel else blood.flow_ml_s(vessel, at_mm)
        if migrates(holds_n(form, wide, length), drag_n(flow, wide, stent.length_mm)) and vessel:
            moved = floated(self._ground.session.blood.graph, one.site, wide, flow >= 0.0)
            data = {"from": vessel, "to": moved.middle[0], "at_mm": round(moved.middle[1], 1)}
            one.site = moved
            self._tell(
                "stent-migrated",
                one,
                f"The stent floats off into the {self._ground.name(moved.middle[0])}",
                data,
            )

    def hold_plaques(self, one: Scaffold) -> None:
        """Plaques under a stent that goes up are held: no flap of theirs hangs into the lumen."""
        for vessel, low, high in one.site.stretches():
            for plaque in self._ground.plaques.at(vessel, low, high):
                if low <= plaque.at_mm <= high:
                    plaque.stent_mm = max(plaque.stent_mm, plaque.throat_mm)

    def plaques_under(self, one: Scaffold) -> None:
        """Throats under a stent are as wide as it stands."""
        for vessel, low, high in one.site.stretches():
            here = one.site.in_vessel(vessel)
            order = np.argsort(one.site.at_mm[here], kind="stable")
            at, wide = one.site.at_mm[here][order], one.width_mm[here][order]
            for plaque in self._ground.plaques.at(vessel, low, high):
                if low <= plaque.at_mm <= high:
                    plaque.stent_mm = float(np.interp(plaque.at_mm, at, wide))
                    plaque.throat_mm = max(plaque.throat_mm, plaque.stent_mm)
            self._ground.harms.tack(vessel, low, high, self._ground.stent(one).covered)
        self._ground.plaques.settle(self._ground.harms)

    def covers(self, all_of: Iterable[Scaffold]) -> list[Blocked]:
        """What stents leave of the branches that they cross."""
        graph = self._ground.session.blood.graph
        return [
            cover_of(graph, branch, self._ground.stent(one).covered, one.name)
            for one in all_of
            if one.is_free
            for branch in branches_under(graph, one.site, one.width_mm)
        ]

    def look_at_strength(self, one: Scaffold, stent: Stent, widest_mm: float) -> None:
        """Whether it holds together, dilated to this width."""
        u = float(generator(self._ground.session.seed, f"strength:{one.name}", 0).random())
        if came_apart(form_of(stent), widest_mm, u):
            data = {"widest_mm": round(widest_mm, 1), "most_mm": stent.most_mm}
            self._tell("stent-apart", one, "The stent is dilated beyond what it holds together at", data)
